//! IR function to loop program.
//!
//! *Takes* a function of a module without derivatives (`Vjp`, `Jvp`) in it or in what it calls. *Gives* a
//! [`Program`]. *Needs* every extent of parameters and results to be known.

use std::fmt;

use dslc_ir::function::Shape;
use dslc_ir::{Extent, FuncId, Function, Module, Op};

use crate::frame::{Dest, Lower, Options};
use crate::index::{Home, Sum, View};
use crate::program::{Buffer, BufferId, Place, Program};

/// Why a function has no loop program.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum LowerError {
    /// A value would take more than [`MOST`] bytes.
    TooLarge {
        /// The function.
        function: String,
    },
    /// A parameter or a result has an extent that is not known.
    Dynamic {
        /// The function.
        function: String,
    },
    /// A derivative has not been expanded.
    Derivative {
        /// The function.
        function: String,
    },
}

/// No single value takes more bytes than this.
pub const MOST: u64 = 1 << 46;

impl fmt::Display for LowerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LowerError::TooLarge { function } => write!(f, "a value of `{function}` is too large"),
            LowerError::Dynamic { function } => {
                write!(f, "`{function}` has a parameter or a result of unknown extent")
            }
            LowerError::Derivative { function } => {
                write!(f, "a derivative in `{function}` has not been expanded")
            }
        }
    }
}
impl std::error::Error for LowerError {}

/// Lowers a function and everything it calls.
pub fn lower(module: &Module, func: FuncId, options: Options) -> Result<Program, LowerError> {
    check(module, func)?;
    let function = &module.funcs[func];
    let mut lower = Lower::new(module, options);
    let mut program = Program { name: function.name.clone(), ..Program::default() };
    let mut homes = Vec::new();
    for k in 0..function.params.len() {
        let buffer = boundary(&mut lower, function.param_shape(k), Place::Param(k as u32));
        program.params.push(buffer);
        let axes: Vec<_> = function.params[k].axes.iter().map(|&a| (a, known(function.axes[a]))).collect();
        homes.push(Home::View(View::row_major(buffer, &axes)));
    }
    let mut dests = Vec::new();
    for k in 0..function.results.len() {
        let shape = function.result_shape(k);
        let strides = strides(&shape);
        let buffer = boundary(&mut lower, shape, Place::Result(k as u32));
        program.results.push(buffer);
        dests.push(Dest::Memory(buffer, Sum::default(), strides));
    }
    let plan = lower.plan(function, &[]);
    lower.frame(function, 0, plan, homes, &dests);
    assert!(!lower.em.refused, "what was refused in a trial is not emitted");
    program.body = lower.em.close();
    program.arena = lower.em.arena.size;
    program.buffers = lower.em.buffers;
    program.registers = lower.em.registers;
    Ok(program)
}

fn boundary(lower: &mut Lower<'_>, shape: Shape, place: Place) -> BufferId {
    let elements = shape.extents.iter().fold(1u64, |n, &e| n.saturating_mul(known(e)));
    lower.em.buffers.push(Buffer { scalar: shape.scalar, elements, place })
}

fn known(extent: Extent) -> u64 {
    extent.known().unwrap_or(0)
}

/// Row-major strides.
fn strides(shape: &Shape) -> Vec<i64> {
    let mut stride = 1i64;
    let mut strides: Vec<i64> = Vec::new();
    for &e in shape.extents.iter().rev() {
        strides.push(stride);
        stride = stride.saturating_mul(known(e).max(1) as i64);
    }
    strides.reverse();
    strides
}

/// Checks, for everything that will be lowered, what lowering relies on.
fn check(module: &Module, func: FuncId) -> Result<(), LowerError> {
    let entry = &module.funcs[func];
    let all_known = |extents: Vec<Extent>| extents.iter().all(|e| e.known().is_some());
    let ends_known = (0..entry.params.len()).all(|k| all_known(entry.param_shape(k).extents))
        && (0..entry.results.len()).all(|k| all_known(entry.result_shape(k).extents));
    if !ends_known {
        return Err(LowerError::Dynamic { function: entry.name.clone() });
    }
    let mut seen = vec![false; module.funcs.len()];
    let mut work = vec![func];
    while let Some(id) = work.pop() {
        if std::mem::replace(&mut seen[id.0 as usize], true) {
            continue;
        }
        let function = &module.funcs[id];
        check_function(function)?;
        for n in &function.nodes {
            match &n.op {
                Op::Call { func, .. } => work.push(*func),
                Op::If { then, otherwise, .. } => work.extend([*then, *otherwise]),
                Op::Scan(s) => work.push(s.body),
                Op::While { cond, body, .. } => work.extend([*cond, *body]),
                Op::Param(_)
                | Op::Const(_)
                | Op::Dense(_)
                | Op::Iota(_)
                | Op::Map(_)
                | Op::Fold { .. }
                | Op::ArgFold { .. }
                | Op::Read { .. }
                | Op::Scatter { .. }
                | Op::Update { .. }
                | Op::Stack { .. }
                | Op::Proj(_)
                | Op::Vjp { .. }
                | Op::Jvp { .. }
                | Op::Bounds { .. }
                | Op::Spectral { .. }
                | Op::Library { .. } => {}
            }
        }
    }
    Ok(())
}

fn check_function(function: &Function) -> Result<(), LowerError> {
    let name = || function.name.clone();
    for n in &function.nodes {
        if matches!(n.op, Op::Vjp { .. } | Op::Jvp { .. } | Op::Bounds { .. } | Op::Spectral { .. }) {
            return Err(LowerError::Derivative { function: name() });
        }
        for t in &n.types {
            let elements = t.axes.iter().try_fold(1u64, |n, &a| match function.axes[a] {
                // An axis without elements does not excuse the others: strides count them.
                Extent::Static(e) => n.checked_mul(e.max(1)),
                Extent::Dynamic => Some(n),
            });
            let bytes = elements.and_then(|n| n.checked_mul(t.scalar.size() as u64));
            if bytes.is_none_or(|b| b > MOST) {
                return Err(LowerError::TooLarge { function: name() });
            }
        }
    }
    for out in &function.results {
        let elements = out.axes.iter().try_fold(8u64, |n, &a| n.checked_mul(known(function.axes[a]).max(1)));
        if elements.is_none_or(|b| b > MOST) {
            return Err(LowerError::TooLarge { function: name() });
        }
    }
    Ok(())
}
