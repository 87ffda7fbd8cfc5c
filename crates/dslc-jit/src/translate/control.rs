//! Loops, branches, failures, tapes.

use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{self, BlockArg, InstBuilder, MemFlagsData, Value, types};
use dslc_ir::mach::V;
use dslc_loops::program::{Block, BufferId, Count, Fail, For, While};
use dslc_runtime::context::{Frame, NO_FAILURE, Progress};

use super::{Base, Translator};
use crate::error::JitError;

impl Translator<'_> {
    fn open(&mut self, block: ir::Block) {
        self.builder.switch_to_block(block);
        self.builder.seal_block(block);
    }

    /// A counted loop, tested at its end: one branch for each round. Whether there is a first round is decided
    /// before it, or here if the bounds are known.
    pub(super) fn counted(&mut self, it: &For) -> Result<(), JitError> {
        let known = match (it.start, it.end) {
            (Count::Known(start), Count::Known(end)) => Some(start < end),
            _ => None,
        };
        if known == Some(false) {
            return Ok(());
        }
        let (start, end) = (self.count(it.start)?, self.count(it.end)?);
        let (body, after) = (self.builder.create_block(), self.builder.create_block());
        let index = self.builder.append_block_param(body, types::I64);
        self.enter(known, (start, end), (body, after));
        self.builder.switch_to_block(body);
        self.define(it.index, index)?;
        if it.progress {
            self.tell(index, end);
        }
        self.block(&it.body)?;
        if it.poll {
            self.poll();
        }
        let next = self.builder.ins().iadd_imm_s(index, it.step);
        let again = self.builder.ins().icmp(IntCC::SignedLessThan, next, end);
        self.builder.ins().brif(again, body, &[BlockArg::Value(next)], after, &[]);
        self.builder.seal_block(body);
        self.open(after);
        Ok(())
    }

    fn enter(
        &mut self,
        known: Option<bool>,
        (start, end): (Value, Value),
        (body, after): (ir::Block, ir::Block),
    ) {
        let first = [BlockArg::Value(start)];
        if known == Some(true) {
            self.builder.ins().jump(body, &first);
            return;
        }
        let some = self.builder.ins().icmp(IntCC::SignedLessThan, start, end);
        self.builder.ins().brif(some, body, &first, after, &[]);
    }

    pub(super) fn conditional(&mut self, it: &While) -> Result<(), JitError> {
        let head = self.builder.create_block();
        let (body, after) = (self.builder.create_block(), self.builder.create_block());
        self.builder.ins().jump(head, &[]);
        self.builder.switch_to_block(head);
        self.block(&it.before)?;
        let cond = self.get(it.cond)?;
        self.builder.ins().brif(cond, body, &[], after, &[]);
        self.open(body);
        self.block(&it.body)?;
        if it.poll {
            self.poll();
        }
        self.builder.ins().jump(head, &[]);
        self.builder.seal_block(head);
        self.open(after);
        Ok(())
    }

    pub(super) fn choose(&mut self, cond: V, then: &Block, otherwise: &Block) -> Result<(), JitError> {
        let cond = self.get(cond)?;
        let (yes, no) = (self.builder.create_block(), self.builder.create_block());
        let after = self.builder.create_block();
        self.builder.ins().brif(cond, yes, &[], no, &[]);
        for (at, block) in [(yes, then), (no, otherwise)] {
            self.open(at);
            self.block(block)?;
            self.builder.ins().jump(after, &[]);
        }
        self.open(after);
        Ok(())
    }

    /// Goes on in a new block unless the condition holds; if it does, leaves.
    pub(super) fn leave_if(&mut self, cond: Value) {
        let on = self.builder.create_block();
        self.builder.ins().brif(cond, self.leave, &[], on, &[]);
        self.open(on);
    }

    /// Leaves if the host asks for it, a failure is recorded, or there are no steps left. The flag is loaded atomically, not because other
    /// words depend on it, but because a plain load could be merged with an earlier one.
    fn poll(&mut self) {
        let flags = MemFlagsData::trusted();
        let flag = self.builder.ins().atomic_load(types::I8, flags, self.interrupt);
        let order = self.builder.ins().load(types::I32, flags, self.frame, Frame::ORDER);
        let failed = self.builder.ins().icmp_imm_s(IntCC::NotEqual, order, i64::from(NO_FAILURE as i32));
        let mut stop = self.builder.ins().bor(flag, failed);
        if self.count_steps {
            let left = self.builder.ins().load(types::I64, flags, self.frame, Frame::STEPS);
            let left = self.builder.ins().iadd_imm_s(left, -1);
            self.builder.ins().store(flags, left, self.frame, Frame::STEPS);
            let none = self.builder.ins().icmp_imm_s(IntCC::SignedLessThan, left, 0);
            stop = self.builder.ins().bor(stop, none);
        }
        self.leave_if(stop);
    }

    /// Plain stores of aligned words, which a reader on another thread sees whole.
    fn tell(&mut self, index: Value, end: Value) {
        let flags = MemFlagsData::trusted();
        let fixed = flags.with_readonly().with_can_move();
        let progress = self.builder.ins().load(self.pointer, fixed, self.frame, Frame::PROGRESS);
        self.builder.ins().store(flags, index, progress, Progress::INDEX);
        self.builder.ins().store(flags, end, progress, Progress::EXTENT);
    }

    /// Records a failure in a block of its own, off the common path: its order must be lower than the one that
    /// is recorded.
    pub(super) fn fail(&mut self, fail: &Fail) -> Result<(), JitError> {
        let flags = MemFlagsData::trusted();
        let when = self.get(fail.when)?;
        let (check, record) = (self.builder.create_block(), self.builder.create_block());
        let on = self.builder.create_block();
        self.builder.set_cold_block(check);
        self.builder.set_cold_block(record);
        self.builder.ins().brif(when, check, &[], on, &[]);
        self.open(check);
        let recorded = self.builder.ins().load(types::I32, flags, self.frame, Frame::ORDER);
        let order = self.builder.ins().iconst(types::I32, i64::from(fail.origin.order));
        let lower = self.builder.ins().icmp(IntCC::UnsignedLessThan, order, recorded);
        self.builder.ins().brif(lower, record, &[], on, &[]);
        self.open(record);
        let (a, b) = match fail.index {
            Some((index, extent)) => (self.get(index)?, self.get(extent)?),
            None => {
                let zero = self.builder.ins().iconst(types::I64, 0);
                (zero, zero)
            }
        };
        let trap = self.builder.ins().iconst(types::I32, i64::from(fail.trap as u32));
        let site = self.builder.ins().iconst(types::I32, i64::from(fail.origin.site.0));
        let place = [(order, Frame::ORDER), (site, Frame::SITE)];
        let what = [(trap, Frame::TRAP), (a, Frame::A), (b, Frame::B)];
        for (value, offset) in place.into_iter().chain(what) {
            self.builder.ins().store(flags, value, self.frame, offset);
        }
        self.builder.ins().jump(on, &[]);
        self.open(on);
        Ok(())
    }

    pub(super) fn alloc(&mut self, buffer: BufferId, elements: V) -> Result<(), JitError> {
        let Base::Tape(variable) = self.bases[buffer.0 as usize] else {
            return Err(JitError::Program(format!("{buffer:?} is allocated but is not a tape")));
        };
        let number = super::tapes(self.program).take_while(|&b| b != buffer).count() as i64;
        let size = self.program.buffers[buffer].scalar.size() as i64;
        let number = self.builder.ins().iconst(types::I64, number);
        let size = self.builder.ins().iconst(types::I64, size);
        let elements = self.get(elements)?;
        let call = self.call("alloc", &[self.frame, number, elements, size], &[self.pointer])?;
        let tape = self.builder.inst_results(call)[0];
        self.builder.def_var(variable, tape);
        let none = self.builder.ins().icmp_imm_s(IntCC::Equal, tape, 0);
        self.leave_if(none);
        Ok(())
    }
}
