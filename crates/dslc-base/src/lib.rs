//! Places in source, diagnostics as data and their rendering, typed indices.
//!
//! Nothing here knows the language. Every other crate reports to people through [`Diagnostic`].

mod diagnostic;
mod index;
mod render;
mod source;

pub use diagnostic::{Diagnostic, Edit, Label, Severity};
pub use index::{Index, IndexVec};
pub use render::{Style, UnknownStyle, render};
pub use source::{FileId, SourceFile, Sources, Span};
