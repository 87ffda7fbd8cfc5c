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
}

impl GradError {
    pub(crate) fn new(site: Option<SiteId>, func: &str, why: impl Into<String>) -> Self {
        Self { site, func: func.to_string(), why: why.into() }
    }
}

impl fmt::Display for GradError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` has no derivative: {}", self.func, self.why)
    }
}

impl std::error::Error for GradError {}
