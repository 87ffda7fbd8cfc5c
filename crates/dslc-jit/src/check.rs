//! What a program says of its buffers must agree with itself, since addresses are computed from it unchecked.
//!
//! That addresses stay inside their buffers is for the verifier of loop programs to say; this is the part that
//! belongs to the calling convention.

use dslc_loops::Program;
use dslc_loops::program::{Buffer, BufferId, Place};

use crate::error::JitError;

/// Whether every buffer lies where the caller will provide it.
pub(crate) fn buffers(program: &Program) -> Result<(), JitError> {
    for (id, buffer) in program.buffers.iter_enumerated() {
        if !is_provided(program, id, buffer) {
            return Err(JitError::Program(format!("{id:?} lies outside what a caller provides: {buffer:?}")));
        }
    }
    let listed = program.params.len() + program.results.len();
    let placed = |b: &&Buffer| matches!(b.place, Place::Param(_) | Place::Result(_));
    if program.buffers.iter().filter(placed).count() != listed {
        return Err(JitError::Program("a parameter or result is listed twice, or is not one".to_string()));
    }
    Ok(())
}

fn is_provided(program: &Program, id: BufferId, buffer: &Buffer) -> bool {
    match &buffer.place {
        Place::Param(k) => program.params.get(*k as usize) == Some(&id),
        Place::Result(k) => program.results.get(*k as usize) == Some(&id),
        Place::Arena(offset) => {
            let end = offset.checked_add(buffer.bytes());
            offset % 64 == 0 && end.is_some_and(|end| end <= program.arena)
        }
        Place::Data(bytes) => bytes.len() as u64 == buffer.bytes(),
        Place::Tape => true,
    }
}
