//! What a check needs from outside: files of the program and of its data. The checker itself does no IO.

/// Where files come from. Paths are as written in the program, relative to its file.
pub trait Host {
    /// The text of a module, or why there is none.
    fn source(&self, path: &str) -> Result<String, String>;
    /// The columns of a csv file.
    fn csv(&self, path: &str) -> Result<Vec<Column>, String>;
    /// The element type and shape of an npy file.
    fn npy(&self, path: &str) -> Result<(ElementKind, Vec<u64>), String>;
    /// The value given on the command line for `arg(name, ..)`.
    fn arg(&self, name: &str) -> Option<String>;
}

/// A column of a table, as one scan found it.
#[derive(Clone, Debug)]
pub struct Column {
    /// Its name as an identifier, unique in its table.
    pub name: String,
    /// Its name as it stands in the file.
    pub title: String,
    /// What it holds.
    pub kind: ColumnKind,
    /// How many rows.
    pub rows: u64,
}

/// What a column holds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ColumnKind {
    /// Integers.
    I64,
    /// Floats.
    F64,
    /// Labels, as codes; the line (from 1) and text of the first entry that is no number.
    Labels {
        /// The line.
        line: u64,
        /// The entry.
        text: String,
        /// The label of each code.
        table: Vec<String>,
    },
}

/// Element types of data files.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ElementKind {
    /// 64-bit float.
    F64,
    /// 32-bit float.
    F32,
    /// 64-bit integer.
    I64,
    /// Truth value.
    Bool,
}

/// How much a check may do.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Nodes of all functions together.
    pub nodes: usize,
    /// Calls inside calls.
    pub call_depth: usize,
    /// Imports inside imports.
    pub import_depth: usize,
    /// Parts of one type or value, and named types that one type expands into.
    pub type_size: usize,
    /// Axes of one tensor.
    pub rank: usize,
    /// Diagnostics of one check; the rest are counted.
    pub diagnostics: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            nodes: 1_000_000,
            call_depth: 1_000,
            import_depth: 64,
            type_size: 100_000,
            rank: 16,
            diagnostics: 100,
        }
    }
}
