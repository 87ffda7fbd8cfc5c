//! Calls of the runtime.

use cranelift_codegen::ir::{InstBuilder, StackSlotData, StackSlotKind, Value, types};
use dslc_ir::{Routine, Scalar};
use dslc_loops::program::{Address, Algebra, Count, Kernel, Matrix};
use dslc_runtime::kernels::SHOWN;

use super::Translator;
use crate::error::JitError;

impl Translator<'_> {
    pub(super) fn kernel(&mut self, kernel: &Kernel) -> Result<(), JitError> {
        match kernel {
            Kernel::Product { algebra, scalar, extents, a, b, c } => {
                let name = product(*algebra, *scalar).ok_or_else(|| no_kernel("product", *scalar))?;
                let mut args = vec![self.frame];
                args.extend(extents.map(|n| self.word(n)));
                for matrix in [a, b, c] {
                    args.extend(self.matrix(matrix)?);
                }
                self.stoppable(name, &args)?;
            }
            Kernel::Solve { routine, scalar, n, columns, a, b, origin } => {
                let name = system(*routine, *scalar).ok_or_else(|| no_kernel("solve", *scalar))?;
                let [n, columns] = [*n, *columns].map(|n| self.word(n));
                let origin = [origin.order, origin.site.0].map(|n| self.word(u64::from(n)));
                let (a, b) = (self.pointer_to(a)?, self.pointer_to(b)?);
                self.stoppable(name, &[self.frame, n, columns, a, b, origin[0], origin[1]])?;
            }
            Kernel::Factor { routine, scalar, extents, from, to, elements: _, origin } => {
                let assignment = *routine == Routine::Assignment;
                let name = match (scalar, assignment) {
                    (Scalar::F64, true) => "assignment_f64",
                    (Scalar::F32, true) => "assignment_f32",
                    (Scalar::F64, false) => "factor_f64",
                    (Scalar::F32, false) => "factor_f32",
                    (other, _) => return Err(no_kernel(routine.name(), *other)),
                };
                let [m, n] = extents.map(|n| self.word(n));
                let origin = [origin.order, origin.site.0].map(|n| self.word(u64::from(n)));
                let (from, to) = (self.pointer_to(from)?, self.pointer_to(to)?);
                let mut args = vec![self.frame];
                if assignment {
                    args.push(n);
                } else {
                    let which = Routine::ALL.iter().position(|r| r == routine).unwrap_or_default();
                    args.extend([self.word(which as u64), m, n]);
                }
                args.extend([from, to, origin[0], origin[1]]);
                self.stoppable(name, &args)?;
            }
            Kernel::Permutation { n, key, to } => {
                let (n, key, to) = (self.word(*n), self.get(*key)?, self.pointer_to(to)?);
                self.stoppable("permutation", &[self.frame, n, key, to])?;
            }
            Kernel::ArgSort { scalar, n, x, to } => {
                let name = match scalar {
                    Scalar::F64 => "argsort_f64",
                    Scalar::F32 => "argsort_f32",
                    Scalar::I64 => "argsort_i64",
                    other => return Err(no_kernel("argsort", *other)),
                };
                let (n, x, to) = (self.word(*n), self.pointer_to(x)?, self.pointer_to(to)?);
                self.stoppable(name, &[self.frame, n, x, to])?;
            }
            Kernel::Trace { scalar, extents, from, to, origin } => {
                let tag = SHOWN.iter().position(|s| s == scalar).unwrap_or_default() as u64;
                let numbers = [u64::from(origin.site.0), tag, extents.len() as u64];
                let [site, tag, rank] = numbers.map(|n| self.word(n));
                let shape = self.words_on_stack(extents);
                let (from, to) = (self.pointer_to(from)?, self.pointer_to(to)?);
                self.stoppable("trace", &[self.frame, site, tag, rank, shape, from, to])?;
            }
            Kernel::Copy { from, to, elements } => {
                let bytes = self.bytes(to, *elements)?;
                let (from, to) = (self.pointer_to(from)?, self.pointer_to(to)?);
                self.call("copy", &[from, to, bytes], &[])?;
            }
            Kernel::Zero { to, elements } => {
                let bytes = self.bytes(to, *elements)?;
                let to = self.pointer_to(to)?;
                self.call("zero", &[to, bytes], &[])?;
            }
        }
        Ok(())
    }

    /// Calls a kernel that may take long, and leaves if it was stopped.
    fn stoppable(&mut self, name: &'static str, args: &[Value]) -> Result<(), JitError> {
        let call = self.call(name, args, &[types::I32])?;
        let stopped = self.builder.inst_results(call)[0];
        self.leave_if(stopped);
        Ok(())
    }

    /// The address of these words.
    fn words_on_stack(&mut self, words: &[u64]) -> Value {
        let size = 8 * words.len().max(1) as u32;
        let slot =
            self.builder.create_sized_stack_slot(StackSlotData::new(StackSlotKind::ExplicitSlot, size, 3));
        for (k, n) in words.iter().enumerate() {
            let word = self.word(*n);
            self.builder.ins().stack_store(self.pointer, word, slot, 8 * k as i32);
        }
        self.builder.ins().stack_addr(self.pointer, slot, 0)
    }

    fn word(&mut self, n: u64) -> Value {
        self.builder.ins().iconst(types::I64, n as i64)
    }

    /// The address and the two strides.
    fn matrix(&mut self, matrix: &Matrix) -> Result<[Value; 3], JitError> {
        let at = self.pointer_to(&matrix.at)?;
        Ok([at, self.word(matrix.row as u64), self.word(matrix.column as u64)])
    }

    /// The bytes of this many elements of the buffer.
    fn bytes(&mut self, at: &Address, elements: Count) -> Result<Value, JitError> {
        let size = self.program.buffers[at.buffer].scalar.size() as i64;
        match elements {
            Count::Known(n) => Ok(self.builder.ins().iconst(types::I64, n.wrapping_mul(size))),
            Count::Register(v) => {
                let n = self.get(v)?;
                Ok(self.builder.ins().imul_imm_s(n, size))
            }
        }
    }
}

fn product(algebra: Algebra, scalar: Scalar) -> Option<&'static str> {
    match (algebra, scalar) {
        (Algebra::Real, Scalar::F64) => Some("real_f64"),
        (Algebra::Real, Scalar::F32) => Some("real_f32"),
        (Algebra::RealInOrder, Scalar::F64) => Some("ordered_f64"),
        (Algebra::RealInOrder, Scalar::F32) => Some("ordered_f32"),
        (Algebra::MaxPlus, Scalar::F64) => Some("max_plus_f64"),
        (Algebra::MaxPlus, Scalar::F32) => Some("max_plus_f32"),
        (Algebra::MinPlus, Scalar::F64) => Some("min_plus_f64"),
        (Algebra::MinPlus, Scalar::F32) => Some("min_plus_f32"),
        _ => None,
    }
}

fn system(routine: Routine, scalar: Scalar) -> Option<&'static str> {
    match (routine, scalar) {
        (Routine::Solve, Scalar::F64) => Some("solve_f64"),
        (Routine::Solve, Scalar::F32) => Some("solve_f32"),
        (Routine::SolveLower, Scalar::F64) => Some("solve_lower_f64"),
        (Routine::SolveLower, Scalar::F32) => Some("solve_lower_f32"),
        (Routine::SolveUpper, Scalar::F64) => Some("solve_upper_f64"),
        (Routine::SolveUpper, Scalar::F32) => Some("solve_upper_f32"),
        _ => None,
    }
}

fn no_kernel(what: &str, scalar: Scalar) -> JitError {
    JitError::Program(format!("there is no kernel {what} of {scalar}"))
}
