//! A host without files.

use dslc_sema::{Column, ElementKind, Host};

pub(crate) struct NoFiles;
impl Host for NoFiles {
    fn source(&self, path: &str) -> Result<String, String> {
        Err(format!("no file {path}"))
    }
    fn csv(&self, path: &str) -> Result<Vec<Column>, String> {
        Err(format!("no file {path}"))
    }
    fn npy(&self, path: &str) -> Result<(ElementKind, Vec<u64>), String> {
        Err(format!("no file {path}"))
    }
    fn arg(&self, _: &str) -> Option<String> {
        None
    }
}
