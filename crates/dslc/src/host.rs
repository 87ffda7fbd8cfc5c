//! What a program needs from outside: bytes of files, arguments, a place to draw. The library does no IO itself.

use std::rc::Rc;

use dslc_sema::{Column, ElementKind, PlotKind};

use crate::{data, library};

/// Files, arguments and drawings. Paths are as written in the program, relative to its file.
pub trait Host {
    /// All bytes of a file.
    ///
    /// # Errors
    /// Why there are none, as a sentence.
    fn read(&self, path: &str) -> Result<Vec<u8>, String>;

    /// The first bytes of a file, at most this many.
    ///
    /// # Errors
    /// As [`Host::read`].
    fn head(&self, path: &str, most: usize) -> Result<Vec<u8>, String> {
        let mut bytes = self.read(path)?;
        bytes.truncate(most);
        Ok(bytes)
    }

    /// Makes a file of these bytes, in place of what it was.
    ///
    /// # Errors
    /// Why it cannot be written, as a sentence.
    fn write(&self, path: &str, bytes: &[u8]) -> Result<(), String>;

    /// Makes a file of a drawing.
    ///
    /// # Errors
    /// Why it cannot be drawn or written, as a sentence.
    fn draw(&self, path: &str, drawing: &Drawing) -> Result<(), String>;

    /// The value given for `arg(name, ..)`.
    fn arg(&self, name: &str) -> Option<String>;

    /// Shows a line of `trace`, as soon as it is known. Nobody sees it unless the host does something.
    fn trace(&self, line: &str) {
        let _ = line;
    }
}

impl<H: Host + ?Sized> Host for &H {
    fn read(&self, path: &str) -> Result<Vec<u8>, String> {
        (**self).read(path)
    }
    fn head(&self, path: &str, most: usize) -> Result<Vec<u8>, String> {
        (**self).head(path, most)
    }
    fn write(&self, path: &str, bytes: &[u8]) -> Result<(), String> {
        (**self).write(path, bytes)
    }
    fn draw(&self, path: &str, drawing: &Drawing) -> Result<(), String> {
        (**self).draw(path, drawing)
    }
    fn arg(&self, name: &str) -> Option<String> {
        (**self).arg(name)
    }
    fn trace(&self, line: &str) {
        (**self).trace(line)
    }
}

/// A drawing with its numbers.
#[derive(Clone, PartialEq, Debug)]
pub struct Drawing {
    /// How it is drawn.
    pub kind: PlotKind,
    /// The text above it.
    pub title: Option<String>,
    /// The text under the horizontal axis.
    pub x_label: Option<String>,
    /// The text beside the vertical axis.
    pub y_label: Option<String>,
    /// What is drawn.
    pub series: Vec<Drawn>,
}

/// Values of a drawing that belong together.
#[derive(Clone, PartialEq, Debug)]
pub struct Drawn {
    /// The name in the legend.
    pub name: Option<String>,
    /// The horizontal positions; 0, 1, .. without.
    pub x: Option<Vec<f64>>,
    /// The values; those of a matrix row by row.
    pub y: Vec<f64>,
    /// The rows and columns of a matrix.
    pub shape: Option<(usize, usize)>,
    /// A class for each point.
    pub class: Option<Vec<i64>>,
}

/// A host without files, for programs that need none.
#[derive(Clone, Copy, Default, Debug)]
pub struct NoFiles;

impl Host for NoFiles {
    fn read(&self, path: &str) -> Result<Vec<u8>, String> {
        Err(format!("there is no file `{path}`"))
    }
    fn write(&self, path: &str, _: &[u8]) -> Result<(), String> {
        Err(format!("the file `{path}` cannot be written"))
    }
    fn draw(&self, path: &str, _: &Drawing) -> Result<(), String> {
        Err(format!("the file `{path}` cannot be written"))
    }
    fn arg(&self, _: &str) -> Option<String> {
        None
    }
}

/// A host as the checker sees it: modules as text, data as types.
pub(crate) struct Checking<'h>(pub(crate) Rc<dyn Host + 'h>);

impl dslc_sema::Host for Checking<'_> {
    fn source(&self, path: &str) -> Result<String, String> {
        if let Some(name) = path.strip_prefix("std:") {
            let text = library::module(name).map(str::to_string);
            return text.ok_or_else(|| "there is no such module in the standard library".into());
        }
        // One byte more than allowed says that there are too many.
        let bytes = self.0.head(path, dslc_syntax::MAX_SOURCE + 1)?;
        dslc_syntax::decode(&bytes).map_err(|_| "it is not a UTF-8 text of at most 16 MiB".to_string())
    }
    fn csv(&self, path: &str) -> Result<Vec<Column>, String> {
        Ok(data::csv(&self.0.read(path)?)?.into_iter().map(|c| c.about).collect())
    }
    fn npy(&self, path: &str) -> Result<(ElementKind, Vec<u64>), String> {
        data::npy_type(&self.0.head(path, data::NPY_PREFIX)?)
    }
    fn arg(&self, name: &str) -> Option<String> {
        self.0.arg(name)
    }
}
