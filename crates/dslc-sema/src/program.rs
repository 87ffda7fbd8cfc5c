//! What a check gives: functions, and the steps of the script that run them.

use dslc_base::Span;
use dslc_ir::{FuncId, Module, Scalar};

use crate::host::ColumnKind;

/// The type of a slot: a value that a script keeps between statements.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Slot {
    /// The type of each element.
    pub scalar: Scalar,
    /// The lengths by position.
    pub shape: Vec<u64>,
}

/// How a value is shown.
#[derive(Clone, PartialEq, Debug)]
pub enum Shown {
    /// Known text.
    Text(String),
    /// A known number.
    Number(f64),
    /// The value of a slot.
    Slot(u32),
    /// The complex value whose parts two slots hold.
    Complex(u32, u32),
    /// A tuple.
    Tuple(Vec<Shown>),
    /// A record.
    Record(Vec<(String, Shown)>),
}

impl Shown {
    /// The slots that it shows.
    pub fn slots(&self) -> Vec<u32> {
        match self {
            Shown::Text(_) | Shown::Number(_) => Vec::new(),
            Shown::Slot(s) => vec![*s],
            Shown::Complex(re, im) => vec![*re, *im],
            Shown::Tuple(ps) => ps.iter().flat_map(Shown::slots).collect(),
            Shown::Record(fs) => fs.iter().flat_map(|(_, p)| p.slots()).collect(),
        }
    }
}

/// One step of a script.
#[derive(Clone, PartialEq, Debug)]
pub enum Step {
    /// Runs a function on slots.
    Compute(Compute),
    /// Prints a line.
    Print(Vec<Shown>),
    /// Stops the script unless a bool holds.
    Assert {
        /// The bool.
        condition: u32,
        /// The statement.
        span: Span,
    },
    /// Stops the script unless values are close, leaf by leaf.
    Close(Close),
    /// Reads a file of data.
    Load(Load),
    /// Writes a file of data.
    Save {
        /// The file.
        path: String,
        /// The named columns of a table, or one value without a name.
        parts: Vec<(String, u32)>,
        /// The statement.
        span: Span,
    },
    /// Draws.
    Plot(Plot),
    /// Copies slots to others, all at once.
    Move(Vec<(u32, u32)>),
    /// Runs steps for each integer of a range.
    For {
        /// Where the integer goes.
        index: u32,
        /// Where the first integer is.
        start: u32,
        /// Where the end is, which is not reached.
        end: u32,
        /// What runs.
        body: Vec<Step>,
        /// The statement.
        span: Span,
    },
    /// Runs steps while a bool holds.
    While {
        /// What computes the bool.
        test: Vec<Step>,
        /// The bool.
        condition: u32,
        /// What runs.
        body: Vec<Step>,
        /// The statement.
        span: Span,
    },
    /// Runs one of two lists of steps.
    If {
        /// The bool.
        condition: u32,
        /// Where it holds.
        then: Vec<Step>,
        /// Where it does not.
        otherwise: Vec<Step>,
    },
}

/// Runs a function on slots.
#[derive(Clone, PartialEq, Debug)]
pub struct Compute {
    /// The function.
    pub func: FuncId,
    /// Where its arguments are.
    pub inputs: Vec<u32>,
    /// Where its results go.
    pub outputs: Vec<u32>,
    /// The statement.
    pub span: Span,
}

/// `assert_close(a, b, t)`: `|a - b| <= t * max(1, |a|, |b|)` in each element.
#[derive(Clone, PartialEq, Debug)]
pub struct Close {
    /// The leaves of one side: a name for each, and its slot.
    pub left: Vec<(String, u32)>,
    /// The slots of the other side, in the same order.
    pub right: Vec<u32>,
    /// The slot of the tolerance.
    pub tolerance: u32,
    /// The statement.
    pub span: Span,
}

/// A file that is read, with the type that the check found; it is held to it when it is read again.
#[derive(Clone, PartialEq, Debug)]
pub struct Load {
    /// The file.
    pub path: String,
    /// What it is.
    pub what: Loaded,
    /// The call.
    pub span: Span,
}

/// What a file gives.
#[derive(Clone, PartialEq, Debug)]
pub enum Loaded {
    /// The columns of a table: name, kind, slot.
    Csv(Vec<(String, ColumnKind, u32)>),
    /// One tensor.
    Npy(u32),
}

/// A drawing.
#[derive(Clone, PartialEq, Debug)]
pub struct Plot {
    /// How it is drawn.
    pub kind: PlotKind,
    /// What is drawn.
    pub series: Vec<Series>,
    /// The text above it.
    pub title: Option<String>,
    /// The text under the horizontal axis.
    pub x_label: Option<String>,
    /// The text beside the vertical axis.
    pub y_label: Option<String>,
    /// The file.
    pub path: String,
    /// The call.
    pub span: Span,
}

/// How a drawing is made.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PlotKind {
    /// Points joined by a line.
    Line,
    /// Points.
    Scatter,
    /// A bar for each value.
    Bars,
    /// A matrix as coloured cells.
    Heat,
}

/// Values of a drawing that belong together.
#[derive(Clone, PartialEq, Debug)]
pub struct Series {
    /// Its name in the legend.
    pub name: Option<String>,
    /// The slot of the horizontal positions; 0, 1, .. without.
    pub x: Option<u32>,
    /// The slot of the values.
    pub y: u32,
    /// The slot of a class for each point.
    pub class: Option<u32>,
}

/// A checked file.
#[derive(Clone, Debug, Default)]
pub struct Program {
    /// Its functions and failing places.
    pub module: Module,
    /// What it keeps.
    pub slots: Vec<Slot>,
    /// What it does.
    pub steps: Vec<Step>,
    /// Its tests: name and steps, to run after the steps of the file.
    pub tests: Vec<(String, Vec<Step>)>,
    /// The names that it asked `arg` for.
    pub args: Vec<String>,
}

impl Program {
    /// Every computation, in program order.
    pub fn computes(&self) -> Vec<&Compute> {
        fn walk<'s>(steps: &'s [Step], out: &mut Vec<&'s Compute>) {
            for s in steps {
                if let Step::Compute(c) = s {
                    out.push(c);
                }
                s.inner().into_iter().for_each(|b| walk(b, out));
            }
        }
        let mut out = Vec::new();
        walk(&self.steps, &mut out);
        self.tests.iter().for_each(|t| walk(&t.1, &mut out));
        out
    }

    /// Gives every computation the function that `funcs` has for it, in the order of [`Program::computes`].
    pub fn replace(&mut self, funcs: &[FuncId]) {
        fn walk(steps: &mut [Step], funcs: &mut std::slice::Iter<'_, FuncId>) {
            for s in steps {
                match s {
                    Step::Compute(c) => {
                        if let Some(f) = funcs.next() {
                            c.func = *f;
                        }
                    }
                    Step::For { body, .. } => walk(body, funcs),
                    Step::While { test, body, .. } => {
                        walk(test, funcs);
                        walk(body, funcs);
                    }
                    Step::If { then, otherwise, .. } => {
                        walk(then, funcs);
                        walk(otherwise, funcs);
                    }
                    Step::Print(_)
                    | Step::Assert { .. }
                    | Step::Close(_)
                    | Step::Load(_)
                    | Step::Save { .. }
                    | Step::Plot(_)
                    | Step::Move(_) => {}
                }
            }
        }
        let mut funcs = funcs.iter();
        walk(&mut self.steps, &mut funcs);
        self.tests.iter_mut().for_each(|t| walk(&mut t.1, &mut funcs));
    }
}

impl Step {
    /// The lists of steps inside this one.
    pub fn inner(&self) -> Vec<&[Step]> {
        match self {
            Step::For { body, .. } => vec![body],
            Step::While { test, body, .. } => vec![test, body],
            Step::If { then, otherwise, .. } => vec![then, otherwise],
            Step::Compute(_)
            | Step::Print(_)
            | Step::Assert { .. }
            | Step::Close(_)
            | Step::Load(_)
            | Step::Save { .. }
            | Step::Plot(_)
            | Step::Move(_) => Vec::new(),
        }
    }
}

/// The type of a value at the border to a host.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Border {
    /// A tensor, or a scalar if it has no lengths.
    Tensor(Slot),
    /// Complex numbers: two tensors of this type, the real and the imaginary parts.
    Complex(Slot),
    /// A tuple; empty for nothing.
    Tuple(Vec<Border>),
    /// A record.
    Record(Vec<(String, Border)>),
    /// A static integer, for a parameter that is a size.
    Size(i64),
}

impl Border {
    /// The tensors of a value of this type, in the order in which they are handed over.
    pub fn leaves(&self) -> Vec<&Slot> {
        match self {
            Border::Tensor(s) => vec![s],
            Border::Complex(s) => vec![s, s],
            Border::Tuple(ps) => ps.iter().flat_map(Border::leaves).collect(),
            Border::Record(fs) => fs.iter().flat_map(|(_, f)| f.leaves()).collect(),
            Border::Size(_) => Vec::new(),
        }
    }
}

impl std::fmt::Display for Border {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let list = |ps: &[Border]| ps.iter().map(Border::to_string).collect::<Vec<_>>().join(", ");
        match self {
            Border::Complex(s) => {
                let name = if s.scalar == Scalar::F32 { "c64" } else { "c128" };
                let dims: Vec<String> = s.shape.iter().map(u64::to_string).collect();
                if dims.is_empty() { f.write_str(name) } else { write!(f, "{name}[{}]", dims.join(", ")) }
            }
            Border::Tensor(s) if s.shape.is_empty() => write!(f, "{}", s.scalar),
            Border::Tensor(s) => {
                let dims: Vec<String> = s.shape.iter().map(u64::to_string).collect();
                write!(f, "{}[{}]", s.scalar, dims.join(", "))
            }
            Border::Tuple(ps) => write!(f, "({})", list(ps)),
            Border::Record(fs) => {
                let fields: Vec<String> = fs.iter().map(|(n, t)| format!("{n}: {t}")).collect();
                write!(f, "{{{}}}", fields.join(", "))
            }
            Border::Size(n) => write!(f, "{n}"),
        }
    }
}

/// A function as a host calls it.
#[derive(Clone, Debug)]
pub struct Entry {
    /// A module that holds it and what it calls.
    pub module: Module,
    /// The function: its parameters are the leaves of the arguments, then the slots of `captures`.
    pub func: FuncId,
    /// Values of the script that it uses.
    pub captures: Vec<u32>,
    /// What it gives.
    pub result: Border,
}
