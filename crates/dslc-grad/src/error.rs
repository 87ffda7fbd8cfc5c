//! Why a derivative does not exist.

use std::fmt;

use dslc_ir::SiteId;

/// A function that has no derivative, or no bounds. The checker turns it into a diagnostic at the site.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct GradError {
    /// The place of the node that has no derivative, if the node carries one.
    pub site: Option<SiteId>,
    /// The name of the function that holds the node.
    pub func: String,
    /// Why, as a sentence without its full stop.
    pub why: String,
    /// What is missing.
    pub kind: Kind,
}

/// What is missing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// There is no derivative.
    NoDerivative,
    /// There is one, and it is too large.
    TooLarge,
    /// There are no bounds; and the place of the operation that has none, if it carries one.
    Bounds(Option<SiteId>),
}

/// How many nodes the functions of a module may have together once derivatives are expanded. Each order multiplies
/// the size of a function, so that a short text can ask for more than any memory holds.
pub(crate) const LIMIT: usize = 1_000_000;

impl GradError {
    pub(crate) fn new(site: Option<SiteId>, func: &str, why: impl Into<String>) -> Self {
        Self { site, func: func.to_string(), why: why.into(), kind: Kind::NoDerivative }
    }
}

impl fmt::Display for GradError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = if matches!(self.kind, Kind::Bounds(_)) { "bounds" } else { "derivative" };
        write!(f, "`{}` has no {what}: {}", self.func, self.why)
    }
}

impl std::error::Error for GradError {}
