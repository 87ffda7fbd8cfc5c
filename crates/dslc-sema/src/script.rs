//! What a file does, statement by statement. The steps are filled in by the driver of the script.

/// The steps of a script.
#[derive(Debug, Default)]
pub struct Script {}
