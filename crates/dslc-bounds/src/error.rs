//! Why a function has no bounds.

use std::fmt;

use dslc_ir::SiteId;

/// A value without bounds on the box. The checker turns it into a diagnostic where the bounds were asked for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BoundsError {
    /// The place of the operation, if it carries one.
    pub site: Option<SiteId>,
    /// The name of the function that holds it.
    pub func: String,
    /// Which operation, and why, as a sentence without its full stop.
    pub why: String,
}

impl fmt::Display for BoundsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` has no bounds: {}", self.func, self.why)
    }
}

impl std::error::Error for BoundsError {}
