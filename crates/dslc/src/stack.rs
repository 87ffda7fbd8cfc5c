//! Room for recursion: programs nest up to limits that need more of the stack than threads have by themselves.

/// What the deepest program within the limits needs, with much to spare in a build without optimisation.
const NEEDED: usize = 192 << 20;

/// What is made when the stack of the caller has less left. Pages that nobody touches are never backed by memory.
const MADE: usize = 256 << 20;

/// Runs something on a stack with enough room, which may be the one that we are on. Calls inside calls find it there.
pub(crate) fn with_room<T>(f: impl FnOnce() -> T) -> T {
    stacker::maybe_grow(NEEDED, MADE, f)
}
