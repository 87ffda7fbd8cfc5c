//! The wish of a host that a program stop, which kernels ask for between blocks of work.

use std::sync::atomic::{AtomicBool, Ordering};

/// The flag of a host, or none.
#[derive(Clone, Copy, Debug)]
pub struct Interrupt<'a>(Option<&'a AtomicBool>);

/// The host asked for it; what was being computed is unspecified.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Interrupted;

impl Interrupt<'_> {
    /// Nobody asks.
    pub const NEVER: Self = Self(None);

    /// Whether to go on.
    ///
    /// # Errors
    /// The flag is set.
    #[inline]
    pub fn poll(self) -> Result<(), Interrupted> {
        match self.0 {
            Some(flag) if flag.load(Ordering::Relaxed) => Err(Interrupted),
            _ => Ok(()),
        }
    }
}

impl<'a> From<&'a AtomicBool> for Interrupt<'a> {
    fn from(flag: &'a AtomicBool) -> Self {
        Self(Some(flag))
    }
}

impl<'a> From<Option<&'a AtomicBool>> for Interrupt<'a> {
    fn from(flag: Option<&'a AtomicBool>) -> Self {
        Self(flag)
    }
}
