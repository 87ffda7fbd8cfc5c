//! Code that can be called, and the memory that holds it.

#![expect(unsafe_code, reason = "code memory is turned into a function, called, and freed")]

use std::mem::ManuallyDrop;
use std::sync::Arc;

use cranelift_jit::JITModule;
use cranelift_module::FuncId;
use dslc_ir::Scalar;
use dslc_loops::Program;
use dslc_loops::program::{Buffer, BufferId, Place};
use dslc_runtime::context::{Context, Frame};
use dslc_runtime::memory::Memory;
use dslc_runtime::trace::Watcher;
use dslc_runtime::value::Value;
use dslc_runtime::view::{View, ViewMut};
use smallvec::SmallVec;

use crate::error::{JitError, Stop};
use crate::translate::{FINISHED, tapes};

/// The frame; the addresses of parameters, results and constants; the arena. Gives [`FINISHED`] or why it left.
type Entry =
    unsafe extern "C" fn(*mut Frame<'_>, *const *const u8, *const *mut u8, *const *const u8, *mut u8) -> i32;

/// A compiled program. It may run on several threads at once, each with its own [`Context`].
#[derive(Debug)]
pub struct Compiled {
    code: Code,
    params: Vec<Operand>,
    results: Vec<Operand>,
    constants: Vec<Constant>,
    arena: u64,
    tapes: usize,
}

/// What a caller hands in.
#[derive(Debug)]
struct Operand {
    scalar: Scalar,
    elements: u64,
}

/// Constant data, aligned for its elements.
#[derive(Debug)]
enum Constant {
    Shared(Arc<[u8]>),
    Copied(Memory),
}

impl Constant {
    fn new(bytes: &Arc<[u8]>) -> Result<Self, JitError> {
        if bytes.as_ptr().addr().is_multiple_of(8) {
            return Ok(Self::Shared(bytes.clone()));
        }
        let refused = || JitError::Backend("there is no memory for the constants".to_string());
        Memory::copy_of(bytes).map(Self::Copied).ok_or_else(refused)
    }
    fn as_ptr(&self) -> *const u8 {
        match self {
            Self::Shared(bytes) => bytes.as_ptr(),
            Self::Copied(bytes) => bytes.as_ptr(),
        }
    }
}

impl Compiled {
    pub(crate) fn new(module: JITModule, id: FuncId, program: &Program) -> Result<Self, JitError> {
        let code = Code::new(module, id);
        let operand = |&id: &BufferId| {
            let Buffer { scalar, elements, .. } = program.buffers[id];
            Operand { scalar, elements }
        };
        let constants = program.buffers.iter().filter_map(|b| match &b.place {
            Place::Data(bytes) => Some(Constant::new(bytes)),
            _ => None,
        });
        Ok(Self {
            code,
            params: program.params.iter().map(operand).collect(),
            results: program.results.iter().map(operand).collect(),
            constants: constants.collect::<Result<_, _>>()?,
            arena: program.arena,
            tapes: tapes(program).count(),
        })
    }

    /// Runs the program on values. The results must have been made by the caller with the right types and sizes;
    /// they are overwritten. After an error their contents are unspecified.
    pub fn run(&self, context: &mut Context, args: &[&Value], results: &mut [Value]) -> Result<(), Stop> {
        self.run_watched(context, args, results, Watcher::NOBODY)
    }

    /// The same with someone who sees what the program shows while it runs.
    pub fn run_watched(
        &self,
        context: &mut Context,
        args: &[&Value],
        results: &mut [Value],
        watcher: Watcher<'_>,
    ) -> Result<(), Stop> {
        let args: Vec<View<'_>> = args.iter().map(|v| View::from(*v)).collect();
        let mut results: Vec<ViewMut<'_>> = results.iter_mut().map(ViewMut::from).collect();
        self.enter(context, &args, &mut results, watcher)
    }

    /// Runs the program on borrowed memory; otherwise as [`Compiled::run`]. It allocates nothing unless the program
    /// does, or has very many arguments.
    pub fn call(
        &self,
        context: &mut Context,
        args: &[View<'_>],
        results: &mut [ViewMut<'_>],
    ) -> Result<(), Stop> {
        self.enter(context, args, results, Watcher::NOBODY)
    }

    /// The same with someone who sees what the program shows while it runs.
    pub fn call_watched(
        &self,
        context: &mut Context,
        args: &[View<'_>],
        results: &mut [ViewMut<'_>],
        watcher: Watcher<'_>,
    ) -> Result<(), Stop> {
        self.enter(context, args, results, watcher)
    }

    fn enter(
        &self,
        context: &mut Context,
        args: &[View<'_>],
        results: &mut [ViewMut<'_>],
        watcher: Watcher<'_>,
    ) -> Result<(), Stop> {
        check("argument", &self.params, args.iter().map(|v| (v.scalar(), v.len())))?;
        check("result", &self.results, results.iter().map(|v| (v.scalar(), v.len())))?;
        let (mut frame, arena) = context.enter(self.arena, self.tapes, watcher).map_err(Stop::Memory)?;
        let args: Table<*const u8> = args.iter().map(View::as_ptr).collect();
        let results: Table<*mut u8> = results.iter_mut().map(ViewMut::as_mut_ptr).collect();
        let constants: Table<*const u8> = self.constants.iter().map(Constant::as_ptr).collect();
        let entry = self.code.entry;
        // SAFETY: the code was made for this signature and lives as long as `self`. The tables have an entry for
        // each buffer, which has the type and size that the program was compiled for; results are borrowed
        // mutably, so they overlap nothing; the arena has the size that the program asks for. Inside these
        // the addresses stay, by the invariants of loop programs.
        let status = unsafe {
            entry(&mut frame, args.as_ptr(), results.as_ptr(), constants.as_ptr(), arena.as_mut_ptr())
        };
        let (failure, refused, steps) = (frame.failure(), frame.refused(), frame.steps());
        drop(frame);
        let enough = context.leave(steps);
        match (failure, refused) {
            (Some(failure), _) => Err(Stop::Failure(failure)),
            (None, Some(refused)) => Err(Stop::Memory(refused)),
            (None, None) if status == FINISHED => Ok(()),
            (None, None) if enough => Err(Stop::Interrupted),
            (None, None) => Err(Stop::Steps),
        }
    }
}

/// Addresses; on the stack if they are few.
type Table<T> = SmallVec<[T; 16]>;

fn check(
    what: &str,
    operands: &[Operand],
    values: impl ExactSizeIterator<Item = (Scalar, usize)>,
) -> Result<(), Stop> {
    if operands.len() != values.len() {
        let (want, got) = (operands.len(), values.len());
        return Err(Stop::Mismatch(format!("there are {want} {what}s, and {got} were given")));
    }
    for (k, (operand, (scalar, len))) in operands.iter().zip(values).enumerate() {
        if operand.scalar != scalar || operand.elements != len as u64 {
            let Operand { scalar: wanted, elements } = operand;
            return Err(Stop::Mismatch(format!(
                "{what} {k} has {elements} elements of {wanted}; {len} of {scalar} were given"
            )));
        }
    }
    Ok(())
}

/// Code memory, freed when dropped. **Invariant:** nobody runs it then, since calls borrow it.
struct Code {
    module: ManuallyDrop<JITModule>,
    entry: Entry,
}

// SAFETY: the module is not touched between construction and drop, when there is one owner; the code itself is
// read-only memory.
unsafe impl Send for Code {}
// SAFETY: as above.
unsafe impl Sync for Code {}

impl Code {
    fn new(module: JITModule, id: FuncId) -> Self {
        let address = module.get_finalized_function(id);
        // SAFETY: `translate::function` gives the function this signature, in the host's C calling convention.
        let entry = unsafe { std::mem::transmute::<*const u8, Entry>(address) };
        Self { module: ManuallyDrop::new(module), entry }
    }
}

impl std::fmt::Debug for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Code")
    }
}

impl Drop for Code {
    fn drop(&mut self) {
        // SAFETY: the module is taken once, here; nobody runs the code, and no address of it was handed out.
        unsafe { ManuallyDrop::take(&mut self.module).free_memory() }
    }
}
