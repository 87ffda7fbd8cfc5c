//! What a call of compiled code shares with its host: limits, the wish to stop, progress, and the record of the
//! first failure.

use std::mem::offset_of;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

use dslc_ir::SiteId;
use dslc_ir::mach::Trap;

use crate::failure::Failure;
use crate::interrupt::Interrupt;
use crate::memory::Memory;
use crate::trace::Watcher;

/// How far the loop that tells its progress has come. Another thread may read it while the program runs.
#[derive(Debug, Default)]
#[repr(C)]
pub struct Progress {
    index: AtomicI64,
    extent: AtomicI64,
}

impl Progress {
    /// Byte offset of the index, for compiled code.
    pub const INDEX: i32 = offset_of!(Progress, index) as i32;
    /// Byte offset of the extent.
    pub const EXTENT: i32 = offset_of!(Progress, extent) as i32;
    /// Forgets the loop that told its progress.
    pub fn reset(&self) {
        self.index.store(0, Ordering::Relaxed);
        self.extent.store(0, Ordering::Relaxed);
    }
    /// The round that the loop is in, and how many it will make; the two are not read at one instant.
    pub fn get(&self) -> (i64, i64) {
        (self.index.load(Ordering::Relaxed), self.extent.load(Ordering::Relaxed))
    }
}

/// What a host keeps between calls: it may be reused, by one call at a time.
#[derive(Debug)]
pub struct Context {
    interrupt: Arc<AtomicBool>,
    progress: Arc<Progress>,
    limit: u64,
    steps: i64,
    arena: Memory,
}

impl Default for Context {
    fn default() -> Self {
        Self::new(u64::MAX)
    }
}

impl Context {
    /// A context whose programs may use this many bytes of their own: temporaries and tapes.
    pub fn new(limit: u64) -> Self {
        Self {
            interrupt: Arc::default(),
            progress: Arc::default(),
            limit,
            steps: i64::MAX,
            arena: Memory::empty(),
        }
    }
    /// The same with a flag of the host's: set, it makes a running program leave at its next poll. It stays set
    /// until the host clears it.
    pub fn with_interrupt(self, interrupt: Arc<AtomicBool>) -> Self {
        Self { interrupt, ..self }
    }
    /// How many steps programs may still take; only code that was compiled to count takes some.
    pub fn steps(&self) -> u64 {
        self.steps.max(0) as u64
    }
    /// Allows programs so many steps more, whatever they had.
    pub fn set_steps(&mut self, steps: u64) {
        self.steps = i64::try_from(steps).unwrap_or(i64::MAX);
    }
    /// Takes over what a call has left; false if it wanted more than there were.
    pub fn leave(&mut self, steps: StepsLeft) -> bool {
        self.steps = steps.0.max(0);
        steps.0 >= 0
    }
    /// The flag that stops a program.
    pub fn interrupt(&self) -> &Arc<AtomicBool> {
        &self.interrupt
    }
    /// Where a running program tells its progress.
    pub fn progress(&self) -> &Arc<Progress> {
        &self.progress
    }
    /// How many bytes a program may use.
    pub fn limit(&self) -> u64 {
        self.limit
    }
    /// The frame of one call, and an arena of at least this many bytes, which is not cleared between calls.
    pub fn enter<'a>(
        &'a mut self,
        arena: u64,
        tapes: usize,
        watcher: Watcher<'a>,
    ) -> Result<(Frame<'a>, &'a mut Memory), OutOfMemory> {
        let refused = OutOfMemory { wanted: arena, limit: self.limit };
        if arena > self.limit {
            return Err(refused);
        }
        let bytes = usize::try_from(arena).map_err(|_| refused)?;
        if self.arena.len() < bytes {
            self.arena = Memory::empty();
            self.arena = Memory::zeroed(bytes).ok_or(refused)?;
        }
        let frame = Frame {
            order: NO_FAILURE,
            site: NO_SITE,
            trap: 0,
            a: 0,
            b: 0,
            steps: self.steps,
            interrupt: &self.interrupt,
            progress: &self.progress,
            tapes: (0..tapes).map(|_| Memory::empty()).collect(),
            left: self.limit - arena,
            refused: None,
            limit: self.limit,
            watcher,
        };
        Ok((frame, &mut self.arena))
    }
}

/// A program asked for more memory than it may have, or than there is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct OutOfMemory {
    /// How many bytes in one piece.
    pub wanted: u64,
    /// How many it may have in all.
    pub limit: u64,
}

impl std::fmt::Display for OutOfMemory {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the program asks for {} bytes more; the limit is {} in all", self.wanted, self.limit)
    }
}
impl std::error::Error for OutOfMemory {}

/// The order of a frame without a failure; no real failure has so large a number.
pub const NO_FAILURE: u32 = u32::MAX;
/// The site of a failure that no source stands behind.
pub const NO_SITE: u32 = u32::MAX;

/// What a call has left of its steps.
#[derive(Clone, Copy, Debug)]
pub struct StepsLeft(i64);

/// One call of compiled code. The first fields are read and written by the code itself, at the offsets below.
#[derive(Debug)]
#[repr(C)]
pub struct Frame<'a> {
    order: u32,
    site: u32,
    trap: u32,
    a: i64,
    b: i64,
    steps: i64,
    interrupt: &'a AtomicBool,
    progress: &'a Progress,
    tapes: Vec<Memory>,
    left: u64,
    refused: Option<OutOfMemory>,
    limit: u64,
    watcher: Watcher<'a>,
}

impl Frame<'_> {
    /// Byte offset of what orders failures: 32 bits, [`NO_FAILURE`] while there is none.
    pub const ORDER: i32 = offset_of!(Frame<'_>, order) as i32;
    /// Byte offset of the failure's site, 32 bits.
    pub const SITE: i32 = offset_of!(Frame<'_>, site) as i32;
    /// Byte offset of the [`Trap`], 32 bits.
    pub const TRAP: i32 = offset_of!(Frame<'_>, trap) as i32;
    /// Byte offset of the failure's first number.
    pub const A: i32 = offset_of!(Frame<'_>, a) as i32;
    /// Byte offset of the failure's second number.
    pub const B: i32 = offset_of!(Frame<'_>, b) as i32;
    /// Byte offset of how many steps the program may still take, 64 bits; below 0 once it wanted one too many.
    pub const STEPS: i32 = offset_of!(Frame<'_>, steps) as i32;
    /// Byte offset of the address of the flag that stops a program, one byte.
    pub const INTERRUPT: i32 = offset_of!(Frame<'_>, interrupt) as i32;
    /// Byte offset of the address of the [`Progress`].
    pub const PROGRESS: i32 = offset_of!(Frame<'_>, progress) as i32;

    /// The failure that is recorded, if one is.
    pub fn failure(&self) -> Option<Failure> {
        let trap = trap(self.trap)?;
        (self.order != NO_FAILURE).then_some(Failure {
            site: (self.site != NO_SITE).then_some(SiteId(self.site)),
            trap,
            a: self.a,
            b: self.b,
        })
    }
    /// The wish of the host, for kernels.
    pub(crate) fn interrupt(&self) -> Interrupt<'_> {
        self.interrupt.into()
    }
    /// Who sees what the program shows: nobody once it has failed, since it then goes on with safe values.
    pub(crate) fn watcher(&self) -> Watcher<'_> {
        if self.order == NO_FAILURE { self.watcher } else { Watcher::NOBODY }
    }
    /// What is left of the steps.
    pub fn steps(&self) -> StepsLeft {
        StepsLeft(self.steps)
    }
    /// The memory that was refused, if some was.
    pub fn refused(&self) -> Option<OutOfMemory> {
        self.refused
    }
    /// Records a failure: the lowest order stays, and of that one the first occurrence.
    pub fn record(&mut self, order: u32, site: u32, trap: Trap) {
        if order < self.order {
            (self.order, self.site, self.trap) = (order, site, trap as u32);
            (self.a, self.b) = (0, 0);
        }
    }
    /// Makes a tape in place of the one with this number.
    pub(crate) fn make_tape(
        &mut self,
        slot: usize,
        elements: u64,
        size: u64,
    ) -> Result<*mut u8, OutOfMemory> {
        self.left += self.tapes[slot].len() as u64;
        self.tapes[slot] = Memory::empty();
        let wanted = elements.saturating_mul(size);
        let refused = OutOfMemory { wanted, limit: self.limit };
        let allowed = if wanted <= self.left { usize::try_from(wanted).ok() } else { None };
        let Some(tape) = allowed.and_then(Memory::zeroed) else {
            self.refused = Some(refused);
            return Err(refused);
        };
        self.left -= wanted;
        self.tapes[slot] = tape;
        Ok(self.tapes[slot].as_mut_ptr())
    }
}

/// The trap with this number.
fn trap(number: u32) -> Option<Trap> {
    use Trap::*;
    [
        Overflow,
        DivideByZero,
        NotAnInteger,
        Index,
        Empty,
        Singular,
        Shift,
        Negative,
        NotPositive,
        NotFinite,
        NoConvergence,
        Demand,
    ]
    .into_iter()
    .find(|&t| t as u32 == number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lowest_order_and_its_first_failure_stay() {
        let mut context = Context::default();
        let (mut frame, _) = context.enter(0, 0, Watcher::NOBODY).expect("no memory is needed");
        assert_eq!(frame.failure(), None);
        for (site, trap) in [(5, Trap::Overflow), (3, Trap::Singular), (3, Trap::Shift), (4, Trap::Empty)] {
            frame.record(site, 10 - site, trap);
        }
        assert_eq!(frame.failure(), Some(Failure::new(Some(SiteId(7)), Trap::Singular)));
    }

    #[test]
    fn arena_and_tapes_share_the_limit_and_tapes_give_back() {
        let mut context = Context::new(1000);
        assert!(context.enter(1001, 0, Watcher::NOBODY).is_err());
        let (mut frame, arena) = context.enter(600, 1, Watcher::NOBODY).expect("within the limit");
        assert_eq!(arena.as_ptr().addr() % 64, 0);
        assert!(frame.make_tape(0, 50, 8).is_ok());
        assert!(frame.make_tape(0, 50, 8).is_ok());
        assert!(frame.make_tape(0, 51, 8).is_err());
        assert_eq!(frame.refused(), Some(OutOfMemory { wanted: 408, limit: 1000 }));
        assert!(frame.make_tape(0, u64::MAX, 8).is_err());
        assert!(frame.make_tape(0, 0, 8).is_ok());
    }
}
