//! What the functions of a file cost, with their derivatives, before anything runs.

use std::rc::Rc;

use dslc_base::{Diagnostic, FileId, Span};
use dslc_ir::Scalar;
use dslc_opt::cost::Count;
use dslc_sema::{Border, Compute, Front, Program, Signature, Step};

use crate::{Session, host, stack, stages};

/// What a function costs: floating-point operations of one call.
#[derive(Clone, Debug)]
pub struct Cost {
    /// Its name.
    pub name: String,
    /// What was taken for its sizes.
    pub sizes: Vec<(String, i64)>,
    /// The counts, or why there are none.
    pub counts: Result<Counts, String>,
}

/// Counts of operations.
#[derive(Clone, Debug)]
pub struct Counts {
    /// Of the function.
    pub function: Count,
    /// Of its gradient in all parameters that are made of floats; of a function with more than one real result, of the
    /// reverse derivative. None if nothing has a derivative.
    pub gradient: Option<Count>,
    /// Of the product of the Hessian with a vector, if there is one real result.
    pub hessian_product: Option<Count>,
    /// What the gradient keeps of the trips of loops, for their reverse.
    pub kept: Vec<Kept>,
}

/// What a gradient keeps of the trips of a loop.
#[derive(Clone, Debug)]
pub struct Kept {
    /// The line of the loop, from 1; 0 if it has no place.
    pub line: usize,
    /// Its text, or the start of it.
    pub text: String,
    /// Bytes of one trip.
    pub each: Count,
    /// Bytes of all trips.
    pub all: Count,
}

/// What is found out of one function.
struct Found {
    operations: Count,
    result: Border,
    kept: Vec<Kept>,
}

impl Session<'_> {
    /// What each function of a file costs, or the one named `only`. `size` gives a number for the name of each size.
    ///
    /// # Errors
    /// What is wrong with the file, or the name of a function that there is not.
    pub fn costs(
        &mut self,
        name: &str,
        text: &str,
        only: Option<&str>,
        size: &dyn Fn(&str) -> i64,
    ) -> Result<Vec<Cost>, Uncounted> {
        stack::with_room(|| self.costs_here(name, text, only, size))
    }

    fn costs_here(
        &mut self,
        name: &str,
        text: &str,
        only: Option<&str>,
        size: &dyn Fn(&str) -> i64,
    ) -> Result<Vec<Cost>, Uncounted> {
        let mut front = Front::new(Rc::new(host::Checking(self.host.clone())), self.settings.limits);
        let (piece, diagnostics) = front.line(name, text);
        self.sources = front.sources().clone();
        if piece.is_none() {
            return Err(Uncounted::Rejected(diagnostics));
        }
        let found = front.signatures(size);
        let mut signatures = found.map_err(Uncounted::Rejected)?;
        if let Some(only) = only {
            signatures.retain(|s| s.name == only);
            if signatures.is_empty() {
                return Err(Uncounted::NoFunction);
            }
        }
        let settings = self.settings;
        let count =
            |front: &mut Front<'_>, expr: &str, args: &[Border]| counted(front, &settings, expr, args);
        Ok(signatures.into_iter().map(|s| of_function(&mut front, s, &count)).collect())
    }
}

/// Why nothing was counted.
#[derive(Debug)]
pub enum Uncounted {
    /// The file has mistakes.
    Rejected(Vec<Diagnostic>),
    /// It has no function of this name.
    NoFunction,
}

type Counting<'c> = &'c dyn Fn(&mut Front<'_>, &str, &[Border]) -> Result<Found, String>;

fn of_function(front: &mut Front<'_>, signature: Signature, count: Counting<'_>) -> Cost {
    let Signature { name, sizes, params } = signature;
    let counts = params.map_err(String::from).and_then(|params| of_params(front, &name, params, count));
    Cost { name, sizes, counts }
}

fn of_params(
    front: &mut Front<'_>,
    name: &str,
    params: Vec<Border>,
    count: Counting<'_>,
) -> Result<Counts, String> {
    let Found { operations, result, .. } = count(front, name, &params)?;
    let mut counts = Counts { function: operations, gradient: None, hessian_product: None, kept: vec![] };
    let smooth: Vec<usize> = (0..params.len()).filter(|&k| is_vector(&params[k])).collect();
    if smooth.is_empty() || !is_vector(&result) {
        return Ok(counts);
    }
    // Names that no program is likely to have.
    let list = |stem: &str, which: &[usize]| {
        which.iter().map(|k| format!("{stem}_{k}__")).collect::<Vec<_>>().join(", ")
    };
    let every: Vec<usize> = (0..params.len()).collect();
    let (all, active, moved) = (list("x", &every), list("x", &smooth), list("v", &smooth));
    let of_active = format!("|({active})| {name}({all})");
    if matches!(&result, Border::Tensor(s) if s.shape.is_empty()) {
        let gradient = format!("|{all}| grad({of_active})(({active}))");
        let found = count(front, &gradient, &params)?;
        (counts.gradient, counts.kept) = (Some(found.operations), found.kept);
        let product = format!("|{all}, {moved}| hvp({of_active})(({active}), ({moved}))");
        let directions = smooth.iter().map(|&k| params[k].clone());
        let args: Vec<Border> = params.iter().cloned().chain(directions).collect();
        counts.hessian_product = Some(count(front, &product, &args)?.operations);
    } else {
        let reverse = format!("|{all}, y_bar__| vjp({of_active})(({active}), y_bar__)");
        let args: Vec<Border> = params.into_iter().chain([result]).collect();
        let found = count(front, &reverse, &args)?;
        (counts.gradient, counts.kept) = (Some(found.operations), found.kept);
    }
    Ok(counts)
}

/// Whether a type is made of floats.
pub(crate) fn is_vector(border: &Border) -> bool {
    match border {
        Border::Tensor(s) | Border::Complex(s) => matches!(s.scalar, Scalar::F64 | Scalar::F32),
        Border::Tuple(ps) => !ps.is_empty() && ps.iter().all(is_vector),
        Border::Record(fs) => fs.iter().all(|(_, f)| is_vector(f)),
        Border::Size(_) => false,
    }
}

/// What the function that an expression means costs, and what it gives.
fn counted(
    front: &mut Front<'_>,
    settings: &crate::settings::Settings,
    expr: &str,
    args: &[Border],
) -> Result<Found, String> {
    let first = |diagnostics: Vec<Diagnostic>| {
        diagnostics.into_iter().next().map_or_else(String::new, |d| format!("{}: {}", d.code, d.message))
    };
    let entry = front.entry(expr, args).map_err(first)?;
    let slots = args.iter().flat_map(Border::leaves).cloned().collect();
    let mut program = Program { module: entry.module, slots, ..Program::default() };
    let span = Span::new(front.sources().iter().last().map_or(FileId(0), |(id, _)| id), 0, 0);
    let compute = Compute { func: entry.func, inputs: Vec::new(), outputs: Vec::new(), span };
    program.steps.push(Step::Compute(compute));
    let ready =
        stages::expand(&mut program, settings).and_then(|()| stages::clean(&mut program, None, settings));
    ready.map_err(|d| first(vec![*d]))?;
    let func = program.computes()[0].func;
    let module = &program.module;
    let kept = dslc_opt::residual::residuals(module, func).into_iter().map(|r| {
        let site = r.site.and_then(|s| module.sites.get(s));
        let line = site.map_or(0, |s| front.sources().file(s.span.file).line_column(s.span.start).0);
        let text = site.map(|s| s.what.clone()).unwrap_or_default();
        Kept { line, text, each: r.each, all: r.all }
    });
    Ok(Found {
        operations: dslc_opt::cost::operations(module, func),
        result: entry.result,
        kept: kept.collect(),
    })
}
