//! Which elements of the derivatives of the functions of a file may differ from zero, before anything runs.

use std::rc::Rc;

use dslc_base::{Diagnostic, FileId, Span};
use dslc_grad::sparsity::{Class, Effort, Passes, Pattern, passes, patterns};
use dslc_sema::{Border, Compute, Front, Program, Signature, Step};

use crate::cost::is_vector;
use crate::settings::Settings;
use crate::{Session, Uncounted, host, stack, stages};

/// The sparsity of a function's derivatives.
#[derive(Clone, Debug)]
pub struct Sparsity {
    /// Its name.
    pub name: String,
    /// What was taken for its sizes.
    pub sizes: Vec<(String, i64)>,
    /// The pattern, or why there is none.
    pub found: Result<Derivatives, String>,
}

/// A pattern and what follows from it.
#[derive(Clone, Debug)]
pub struct Derivatives {
    /// Whether it is that of the Hessian, of a function with one real result; else that of the Jacobian.
    pub hessian: bool,
    /// The pattern. Columns are the elements of all parameters that are made of floats, one after the other; rows those of the
    /// result, or for a Hessian the columns again.
    pub pattern: Pattern,
    /// What the pattern is called.
    pub class: Class,
    /// How many passes it takes.
    pub passes: Passes,
}

impl Session<'_> {
    /// The sparsity of the Jacobian of each function of a file, or of the one named `only`; of the Hessian where there is one
    /// real result. `size` gives a number for the name of each size.
    ///
    /// # Errors
    /// What is wrong with the file, or the name of a function that there is not.
    pub fn sparsity(
        &mut self,
        name: &str,
        text: &str,
        only: Option<&str>,
        size: &dyn Fn(&str) -> i64,
    ) -> Result<Vec<Sparsity>, Uncounted> {
        stack::with_room(|| self.sparsity_here(name, text, only, size))
    }

    fn sparsity_here(
        &mut self,
        name: &str,
        text: &str,
        only: Option<&str>,
        size: &dyn Fn(&str) -> i64,
    ) -> Result<Vec<Sparsity>, Uncounted> {
        let mut front = Front::new(Rc::new(host::Checking(self.host.clone())), self.settings.limits);
        let (piece, diagnostics) = front.line(name, text);
        self.sources = front.sources().clone();
        if piece.is_none() {
            return Err(Uncounted::Rejected(diagnostics));
        }
        let mut signatures = front.signatures(size).map_err(Uncounted::Rejected)?;
        if let Some(only) = only {
            signatures.retain(|s| s.name == only);
            if signatures.is_empty() {
                return Err(Uncounted::NoFunction);
            }
        }
        let settings = self.settings;
        let one = |Signature { name, sizes, params }| {
            let params: Result<Vec<Border>, String> = params.map_err(String::from);
            let found = params.and_then(|params| of_params(&mut front, &settings, &name, &params));
            Sparsity { name, sizes, found }
        };
        Ok(signatures.into_iter().map(one).collect())
    }
}

fn of_params(
    front: &mut Front<'_>,
    settings: &Settings,
    name: &str,
    params: &[Border],
) -> Result<Derivatives, String> {
    let smooth: Vec<usize> = (0..params.len()).filter(|&k| is_vector(&params[k])).collect();
    let result = front.entry(name, params).map_err(first)?.result;
    if smooth.is_empty() {
        return Err("none of its parameters is made of floats".into());
    }
    if !is_vector(&result) {
        return Err("its result is not made of floats".into());
    }
    let hessian = matches!(&result, Border::Tensor(s) if s.shape.is_empty());
    let expr = match hessian {
        false => name.to_string(),
        true => {
            // Names that no program is likely to have.
            let list =
                |which: &[usize]| which.iter().map(|k| format!("x_{k}__")).collect::<Vec<_>>().join(", ");
            let (all, active) = (list(&(0..params.len()).collect::<Vec<_>>()), list(&smooth));
            format!("|{all}| grad(|({active})| {name}({all}))(({active}))")
        }
    };
    let entry = front.entry(&expr, params).map_err(first)?;
    let slots = params.iter().flat_map(Border::leaves).cloned().collect();
    let mut program = Program { module: entry.module, slots, ..Program::default() };
    let span = Span::new(front.sources().iter().last().map_or(FileId(0), |(id, _)| id), 0, 0);
    let compute = Compute { func: entry.func, inputs: Vec::new(), outputs: Vec::new(), span };
    program.steps.push(Step::Compute(compute));
    stages::expand(&mut program, settings).map_err(|d| first(vec![*d]))?;
    let wrt: Vec<bool> = (0..params.len())
        .flat_map(|k| params[k].leaves().into_iter().map(|_| smooth.contains(&k)).collect::<Vec<_>>())
        .collect();
    let func = program.computes()[0].func;
    let found = patterns(&program.module, func, &wrt, &[], Effort::THOROUGH);
    let pattern = found.and_then(Pattern::stacked).ok_or("it takes too long")?;
    let (class, passes) = (pattern.class(), passes(&pattern, hessian));
    Ok(Derivatives { hessian, pattern, class, passes })
}

/// The first of some diagnostics as one line.
fn first(diagnostics: Vec<Diagnostic>) -> String {
    diagnostics.into_iter().next().map_or_else(String::new, |d| format!("{}: {}", d.code, d.message))
}
