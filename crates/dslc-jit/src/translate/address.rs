//! Addresses, loads and stores.

use cranelift_codegen::ir::{InstBuilder, MemFlagsData, Value, types};
use dslc_ir::mach::V;
use dslc_loops::program::{Address, BufferId, Count, Place};

use super::{Base, Translator, clif_type};
use crate::error::JitError;

impl Translator<'_> {
    fn base(&mut self, buffer: BufferId) -> Value {
        match self.bases[buffer.0 as usize] {
            Base::Fixed(value) => value,
            Base::Tape(variable) => self.builder.use_var(variable),
        }
    }

    /// An address as a value and a constant displacement. The terms are added outermost loop first, so that the
    /// partial sums leave the inner loops.
    fn address(&mut self, address: &Address) -> Result<(Value, i32), JitError> {
        let size = self.program.buffers[address.buffer].scalar.size() as i64;
        let mut at = self.base(address.buffer);
        for &(register, stride) in &address.terms {
            let index = self.get(register)?;
            let step = self.scaled(index, stride.wrapping_mul(size));
            at = self.builder.ins().iadd(at, step);
        }
        let offset = address.offset.wrapping_mul(size);
        Ok(match i32::try_from(offset) {
            Ok(offset) => (at, offset),
            Err(_) => (self.builder.ins().iadd_imm_s(at, offset), 0),
        })
    }

    /// A multiple; by a shift if that is all it takes, which folds into addressing modes.
    fn scaled(&mut self, index: Value, by: i64) -> Value {
        if by > 0 && by.count_ones() == 1 {
            let shift = self.builder.ins().iconst(types::I64, i64::from(by.trailing_zeros()));
            return self.builder.ins().ishl(index, shift);
        }
        self.builder.ins().imul_imm_s(index, by)
    }

    /// An address as one value.
    pub(super) fn pointer_to(&mut self, address: &Address) -> Result<Value, JitError> {
        let (at, offset) = self.address(address)?;
        Ok(if offset == 0 { at } else { self.builder.ins().iadd_imm_s(at, i64::from(offset)) })
    }

    /// What may be assumed of an access: it never faults; a scalar is aligned, a vector only to its elements.
    /// Parameters and constants do not change, so their loads may pass stores.
    fn flags(&self, buffer: BufferId, width: u8) -> MemFlagsData {
        let flags = if width == 1 { MemFlagsData::trusted() } else { MemFlagsData::new().with_notrap() };
        match self.program.buffers[buffer].place {
            Place::Param(_) | Place::Data(_) => flags.with_readonly(),
            Place::Result(_) | Place::Arena(_) | Place::Tape => flags,
        }
    }

    pub(super) fn load(&mut self, to: V, address: &Address) -> Result<(), JitError> {
        let register = self.register(to);
        let flags = self.flags(address.buffer, register.width);
        let (at, offset) = self.address(address)?;
        let value = self.builder.ins().load(clif_type(register), flags, at, offset);
        self.define(to, value)
    }

    pub(super) fn store(&mut self, address: &Address, from: V) -> Result<(), JitError> {
        let flags = self.flags(address.buffer, self.register(from).width);
        let value = self.get(from)?;
        let (at, offset) = self.address(address)?;
        self.builder.ins().store(flags, value, at, offset);
        Ok(())
    }

    /// A count as a value.
    pub(super) fn count(&mut self, count: Count) -> Result<Value, JitError> {
        match count {
            Count::Known(n) => Ok(self.builder.ins().iconst(types::I64, n)),
            Count::Register(v) => self.get(v),
        }
    }
}
