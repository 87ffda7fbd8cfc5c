//! Files of a program: modules and data beside it.

use std::path::{Component, Path, PathBuf};

use dslc::{Column, ElementKind, Host};

/// The folder of the program's file. Paths must stay under it.
pub(crate) struct Files {
    root: PathBuf,
}

impl Files {
    /// The files beside a program.
    pub(crate) fn beside(program: &str) -> Self {
        let parent = Path::new(program).parent().map(Path::to_path_buf).unwrap_or_default();
        Self { root: if program == "-" { PathBuf::new() } else { parent } }
    }

    /// The place of a path that a program names: relative, and under the root.
    fn place(&self, path: &str) -> Result<PathBuf, String> {
        let inside =
            Path::new(path).components().all(|c| matches!(c, Component::Normal(_) | Component::CurDir));
        if !inside || path.contains('\0') {
            return Err("the path leaves the folder of the program".into());
        }
        Ok(self.root.join(path))
    }
}

impl Host for Files {
    fn source(&self, path: &str) -> Result<String, String> {
        if path.starts_with("std:") {
            return Err("there is no such module in the standard library".into());
        }
        let place = self.place(path)?;
        let about = std::fs::metadata(&place).map_err(|e| e.to_string())?;
        if !about.is_file() {
            return Err("not a regular file".into());
        }
        let bytes = std::fs::read(&place).map_err(|e| e.to_string())?;
        dslc::decode(&bytes).map_err(|_| "not a UTF-8 text of at most 16 MiB".to_string())
    }
    fn csv(&self, _: &str) -> Result<Vec<Column>, String> {
        Err("data files are not read by this version yet".into())
    }
    fn npy(&self, _: &str) -> Result<(ElementKind, Vec<u64>), String> {
        Err("data files are not read by this version yet".into())
    }
    fn arg(&self, _: &str) -> Option<String> {
        None
    }
}
