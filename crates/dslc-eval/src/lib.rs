//! The meaning: a slow, obvious evaluator over numbers.
//!
//! What a program gives is *defined* here; every other way of running it must give the same bits. A function runs
//! node by node, each over its whole tensor, and only the nodes that a wanted result needs: what no result needs
//! raises nothing. Of several failures the first in the order of nodes is reported, then the lowest index; over
//! the points of a mapped call or condition the order of the callee's nodes goes before that of points. Loops run in
//! order: the first trip that fails is the last, and so is the first point of what is mapped and has loops in it.
//!
//! Elements are 64-bit words that hold the bits of the scalar, zero-extended, because that is what recipes
//! compute on. See [`order`] for the order of a fold.

use std::cell::Cell;
use std::fmt;
use std::sync::atomic::AtomicBool;

use dslc_ir::{FuncId, Module};
use dslc_runtime::failure::Failure;
use dslc_runtime::interrupt::Interrupted;
use dslc_runtime::trace::Watcher;
use dslc_runtime::value::Value;

mod context;
mod control;
mod fold;
mod frame;
mod index;
mod library;
pub mod order;
mod origin;
mod plan;
mod pointwise;
mod tensor;

pub use origin::{Origin, is_odd};

/// What an evaluation may use.
#[derive(Clone, Copy, Debug)]
pub struct Limits<'a> {
    /// Bytes of all tensors alive at one time.
    pub memory: u64,
    /// How deep calls may nest.
    pub depth: u32,
    /// Stops the evaluation soon after it becomes true.
    pub interrupt: Option<&'a AtomicBool>,
    /// How many steps it may take, counted down: rounds of loops, nodes, parts of large tensors.
    pub steps: Option<&'a Cell<u64>>,
    /// Who sees what the program shows.
    pub watcher: Watcher<'a>,
}

impl Default for Limits<'_> {
    fn default() -> Self {
        Self { memory: 4 << 30, depth: 1000, interrupt: None, steps: None, watcher: Watcher::NOBODY }
    }
}

/// Why an evaluation gave no result.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Stop {
    /// The program failed.
    Failure(Failure),
    /// The tensors alive at one time would take more memory than allowed, or than there is.
    Memory,
    /// Calls nest deeper than allowed.
    Depth,
    /// The interrupt flag was set.
    Interrupted,
    /// There were no steps left.
    Steps,
    /// The module or the arguments are not what the evaluator may expect: a bug of ours.
    Bug(String),
}

impl fmt::Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Stop::Failure(failure) => failure.fmt(f),
            Stop::Memory => f.write_str("the tensors do not fit in the memory that is allowed"),
            Stop::Depth => f.write_str("calls nest too deep"),
            Stop::Interrupted => f.write_str("interrupted"),
            Stop::Steps => f.write_str("the program takes more steps than it may"),
            Stop::Bug(why) => write!(f, "the evaluator met what it should not: {why}"),
        }
    }
}
impl std::error::Error for Stop {}

impl From<Interrupted> for Stop {
    fn from(_: Interrupted) -> Self {
        Stop::Interrupted
    }
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Stop::Failure(failure)
    }
}

/// Runs a function of a well-formed module (see `dslc_ir::verify`) and gives all its results.
pub fn run(module: &Module, func: FuncId, args: &[Value], limits: &Limits<'_>) -> Result<Vec<Value>, Stop> {
    let callee = module.funcs.get(func).ok_or_else(|| Stop::Bug(format!("no function {func}")))?;
    let context = context::Context::new(module, limits);
    frame::check_args(callee, args)?;
    let args = args.iter().map(|v| context.take(v).map(Some)).collect::<Result<Vec<_>, _>>()?;
    let plan = context.plan(func, &vec![true; callee.results.len()])?;
    let results = frame::run(&context, &plan, args)?;
    results
        .into_iter()
        .enumerate()
        .map(|(k, r)| {
            let result = r.ok_or_else(|| Stop::Bug(format!("result {k} is missing")))?;
            context.give(callee.result_shape(k).scalar, &result)
        })
        .collect()
}

/// Why a result is not finite.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Oddness {
    /// An operation made the element, the first one that is behind it.
    Made(Origin),
    /// It was an argument or a constant.
    Meant,
    /// All results are finite.
    None,
}

/// Why the results marked in `wanted` are not finite, if one is.
pub fn origin(
    module: &Module,
    func: FuncId,
    args: &[Value],
    wanted: &[bool],
    limits: &Limits<'_>,
) -> Result<Oddness, Stop> {
    let callee = module.funcs.get(func).ok_or_else(|| Stop::Bug(format!("no function {func}")))?;
    let context = context::Context::new(module, limits);
    frame::check_args(callee, args)?;
    let args = args.iter().map(|v| context.take(v).map(Some)).collect::<Result<Vec<_>, _>>()?;
    let plan = context.plan(func, wanted)?;
    let results = frame::run(&context, &plan, args.clone())?;
    let mut found = Oddness::None;
    for (k, result) in results.iter().enumerate() {
        let (scalar, Some(result)) = (callee.result_shape(k).scalar, result) else { continue };
        let odd = result.data.words.iter().enumerate().filter(|(_, w)| is_odd(scalar, **w)).map(|(i, _)| i);
        // Elements that are meant may stand before one that is not; a few are looked behind.
        for element in odd.take(ELEMENTS) {
            if let Some(origin) = origin::origin(&context, &plan, args.clone(), k, element)? {
                return Ok(Oddness::Made(origin));
            }
            found = Oddness::Meant;
        }
    }
    Ok(found)
}

/// How many elements of each result are looked behind.
const ELEMENTS: usize = 8;
