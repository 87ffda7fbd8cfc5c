//! Prepares the functions of a script and runs its steps in order.

use std::sync::atomic::AtomicBool;

use dslc_base::{Diagnostic, Severity, Span};
use dslc_eval::{Limits, Stop};
use dslc_ir::{FuncId, Module};
use dslc_runtime::failure::Failure;
use dslc_runtime::value::Value;
use dslc_sema::{Program, Step};

use crate::show::line;
use crate::{Halt, Outcome, Part};

/// Expands derivatives and cleans up: every step's function is replaced by its final form.
pub(crate) fn prepare(program: &mut Program) -> Result<(), Box<Diagnostic>> {
    let mut steps: Vec<&mut FuncId> = Vec::new();
    for list in std::iter::once(&mut program.steps).chain(program.tests.iter_mut().map(|t| &mut t.1)) {
        steps.extend(list.iter_mut().filter_map(|s| match s {
            Step::Compute { func, .. } => Some(func),
            Step::Print(_) | Step::Assert { .. } => None,
        }));
    }
    let roots: Vec<FuncId> = steps.iter().map(|f| **f).collect();
    let mut roots = dslc_grad::expand(&mut program.module, &roots).map_err(|e| {
        let span = e.site.and_then(|s| program.module.sites.get(s)).map(|s| s.span);
        let message = format!("there is no derivative here: {}", e.why);
        Box::new(match span {
            Some(s) => Diagnostic::error("E0706", s, message),
            None => Diagnostic::new("E0706", Severity::Error, message),
        })
    })?;
    dslc_opt::pipeline::run(&mut program.module, &mut roots, None)
        .map_err(|e| Box::new(Diagnostic::new("L0707", Severity::Error, e.to_string())))?;
    for (slot, root) in steps.into_iter().zip(roots) {
        *slot = root;
    }
    Ok(())
}

/// What a script keeps between statements.
struct Machine<'p> {
    program: &'p Program,
    slots: Vec<Option<Value>>,
    interrupt: &'p AtomicBool,
}

pub(crate) fn run(
    program: &Program,
    part: Part,
    interrupt: &AtomicBool,
    out: &mut dyn FnMut(&str),
) -> Result<Outcome, Halt> {
    let mut machine = Machine { program, slots: vec![None; program.slots.len()], interrupt };
    machine.steps(&program.steps, out)?;
    let mut outcome = Outcome::default();
    if part == Part::Tests {
        for (name, steps) in &program.tests {
            match machine.steps(steps, out) {
                Ok(()) => outcome.passed.push(name.clone()),
                Err(Halt::Failure(d)) => outcome.failed.push((name.clone(), *d)),
                Err(other) => return Err(other),
            }
        }
    }
    Ok(outcome)
}

impl Machine<'_> {
    fn steps(&mut self, steps: &[Step], out: &mut dyn FnMut(&str)) -> Result<(), Halt> {
        for step in steps {
            match step {
                Step::Compute { func, inputs, outputs, span } => {
                    self.compute(*func, inputs, outputs, *span)?
                }
                Step::Print(parts) => out(&line(parts, &self.slots)),
                Step::Assert { condition, span } => {
                    let holds = self.slots[*condition as usize].as_ref().is_some_and(|v| v.get_bits(0) != 0);
                    if !holds {
                        let d = Diagnostic::error("R1001", *span, "this assertion does not hold");
                        return Err(Halt::Failure(Box::new(d)));
                    }
                }
            }
        }
        Ok(())
    }

    fn compute(&mut self, func: FuncId, inputs: &[u32], outputs: &[u32], span: Span) -> Result<(), Halt> {
        let args: Option<Vec<Value>> = inputs.iter().map(|&s| self.slots[s as usize].clone()).collect();
        let Some(args) = args else { return Err(Halt::Bug("a value is used before it is computed".into())) };
        let limits = Limits { interrupt: Some(self.interrupt), ..Limits::default() };
        let results = dslc_eval::run(&self.program.module, func, &args, &limits)
            .map_err(|stop| halt(&self.program.module, stop, span))?;
        for (&slot, value) in outputs.iter().zip(results) {
            self.slots[slot as usize] = Some(value);
        }
        Ok(())
    }
}

fn halt(module: &Module, stop: Stop, statement: Span) -> Halt {
    match stop {
        Stop::Failure(f) => Halt::Failure(Box::new(failure(module, f, statement))),
        Stop::Memory | Stop::Depth => Halt::Limit(stop.to_string()),
        Stop::Interrupted => Halt::Interrupted,
        Stop::Bug(why) => Halt::Bug(why),
    }
}

fn failure(module: &Module, f: Failure, statement: Span) -> Diagnostic {
    match f.site.and_then(|s| module.sites.get(s)) {
        Some(site) => Diagnostic::error("R1002", site.span, f.sentence()),
        None => Diagnostic::error("R1002", statement, f.sentence()),
    }
}
