//! Why a derivative does not exist.

use std::fmt;

use dslc_ir::SiteId;

/// A function that has no derivative. The checker turns it into a diagnostic at the site.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct GradError {
    /// The place of the node that has no derivative, if the node carries one.
    pub site: Option<SiteId>,
    /// The name of the function that holds the node.
    pub func: String,
    /// Why, as a sentence without its full stop.
    pub why: String,
    /// Whether the derivative exists, and is only too large.
    pub limit: bool,
}

/// How many nodes the functions of a module may have together once derivatives are expanded. Each order multiplies
/// the size of a function, so that a short text can ask for more than any memory holds.
pub(crate) const LIMIT: usize = 1_000_000;

impl GradError {
    pub(crate) fn new(site: Option<SiteId>, func: &str, why: impl Into<String>) -> Self {
        Self { site, func: func.to_string(), why: why.into(), limit: false }
    }
}

impl fmt::Display for GradError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` has no derivative: {}", self.func, self.why)
    }
}

impl std::error::Error for GradError {}
