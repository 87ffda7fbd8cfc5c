//! Blocks of memory for arenas and tapes.

#![expect(
    unsafe_code,
    reason = "aligned blocks come from the allocator directly, so that a refusal is an error"
)]

use std::alloc::{Layout, alloc_zeroed, dealloc};
use std::ptr::NonNull;

/// The alignment of every block: a cache line.
pub const ALIGNMENT: usize = 64;

/// A block that begins as zeros and is aligned to [`ALIGNMENT`].
#[derive(Debug)]
pub struct Memory {
    start: NonNull<u8>,
    layout: Layout,
}

// SAFETY: the block is owned and nothing refers to it but its owner.
unsafe impl Send for Memory {}
// SAFETY: through a shared reference only the address can be had; who dereferences it answers for that.
unsafe impl Sync for Memory {}

impl Memory {
    /// A block without bytes.
    pub const fn empty() -> Self {
        let Ok(layout) = Layout::from_size_align(0, ALIGNMENT) else { unreachable!() };
        let Some(start) = NonNull::new(std::ptr::without_provenance_mut(ALIGNMENT)) else { unreachable!() };
        Self { start, layout }
    }
    /// A block of this many bytes; `None` if there is no memory for it.
    pub fn zeroed(bytes: usize) -> Option<Self> {
        if bytes == 0 {
            return Some(Self::empty());
        }
        let layout = Layout::from_size_align(bytes, ALIGNMENT).ok()?;
        // SAFETY: the size is not zero.
        let start = NonNull::new(unsafe { alloc_zeroed(layout) })?;
        Some(Self { start, layout })
    }
    /// A block that holds a copy of these bytes.
    pub fn copy_of(bytes: &[u8]) -> Option<Self> {
        let block = Self::zeroed(bytes.len())?;
        // SAFETY: the block is ours alone and has room for them.
        unsafe { block.start.copy_from_nonoverlapping(NonNull::from(bytes).cast(), bytes.len()) };
        Some(block)
    }
    /// How many bytes.
    pub fn len(&self) -> usize {
        self.layout.size()
    }
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// Where the block begins; not null, and aligned even if there are no bytes.
    pub fn as_mut_ptr(&mut self) -> *mut u8 {
        self.start.as_ptr()
    }
    /// Where the block begins, to read.
    pub fn as_ptr(&self) -> *const u8 {
        self.start.as_ptr()
    }
}

impl Default for Memory {
    fn default() -> Self {
        Self::empty()
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        if !self.is_empty() {
            // SAFETY: the block was allocated with this layout and is freed once.
            unsafe { dealloc(self.start.as_ptr(), self.layout) }
        }
    }
}
