//! `dslc explain CODE`: the page of a code, without a network.

use crate::{code, tell, write_out};

/// Prints the page of a code.
pub(crate) fn explain(name: &str) -> u8 {
    match dslc::explain(name) {
        Ok(page) => write_out(&page),
        Err(nearest) => {
            tell(&format!("error: there is no code `{}`; did you mean `{nearest}`?", name.escape_debug()));
            code::USAGE
        }
    }
}
