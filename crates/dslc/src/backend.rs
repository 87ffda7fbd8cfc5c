//! Runs functions of a program: by the evaluator, or by machine code that is made when a function is first run.
//!
//! Code is cached by function and by content, so that nothing is compiled twice in a run: two statements with the
//! same loop program share their code.

use std::cell::Cell;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use dslc_base::Diagnostic;
use dslc_ir::{FuncId, Role, SiteId};
use dslc_jit::{Compiled, Jit, Tier};
use dslc_runtime::context::{Context, Progress};
use dslc_runtime::failure::Failure;
use dslc_runtime::trace::Watcher;
use dslc_runtime::value::Value;
use dslc_sema::{Compute, Program};

use crate::host::Host;
use crate::kinks::Tally;
use crate::settings::{Backend, Settings, Timings};
use crate::{stages, trap};

/// Why a function gave nothing.
pub(crate) enum Stop {
    Failure(Failure),
    Limit(String),
    Interrupted,
    Steps,
    Bug(String),
}

/// What runs the functions of a program.
pub(crate) struct Engine<'p> {
    pub(crate) program: &'p Program,
    pub(crate) settings: Settings,
    host: &'p dyn Host,
    /// The program before the clean-up passes, to ask where a NaN comes from.
    written: Option<&'p Program>,
    /// The kinks that derivatives have met so far.
    pub(crate) kinks: Tally,
    context: Context,
    /// The steps that are left, of those that may be taken.
    steps: Cell<u64>,
    quick: Option<Jit>,
    full: Option<Jit>,
    by_function: HashMap<FuncId, Rc<Compiled>>,
    by_content: HashMap<String, Rc<Compiled>>,
    pub(crate) timings: Timings,
}

impl<'p> Engine<'p> {
    pub(crate) fn new(
        program: &'p Program,
        settings: Settings,
        host: &'p dyn Host,
        interrupt: &Arc<AtomicBool>,
    ) -> Self {
        Self {
            program,
            settings,
            host,
            written: None,
            kinks: Tally::default(),
            steps: Cell::new(settings.steps.unwrap_or(u64::MAX)),
            context: Context::new(settings.memory).with_interrupt(interrupt.clone()),
            quick: None,
            full: None,
            by_function: HashMap::new(),
            by_content: HashMap::new(),
            timings: Timings::default(),
        }
    }

    /// The same, which can be asked where a NaN comes from.
    pub(crate) fn with_written(self, written: Option<&'p Program>) -> Self {
        Self { written, ..self }
    }

    /// What made a result of a computation that is not finite, if an operation did.
    pub(crate) fn trapped(
        &self,
        c: &Compute,
        args: &[&Value],
        results: &[Value],
    ) -> Result<Option<Diagnostic>, Stop> {
        let Some(written) = self.written.filter(|_| results.iter().any(trap::any_odd)) else {
            return Ok(None);
        };
        let at = self.program.computes().iter().position(|other| std::ptr::eq(*other, c));
        let Some(func) = at.and_then(|at| Some(written.computes().get(at)?.func)) else { return Ok(None) };
        let args: Vec<Value> = args.iter().map(|v| (*v).clone()).collect();
        let limits = dslc_eval::Limits {
            interrupt: Some(self.context.interrupt()),
            memory: self.settings.memory,
            steps: self.settings.steps.map(|_| &self.steps),
            ..dslc_eval::Limits::default()
        };
        trap::origin(written, func, &args, c.span, &limits).map_err(of_evaluator)
    }

    /// Where a running function tells how far it has come.
    pub(crate) fn progress(&self) -> &Arc<Progress> {
        self.context.progress()
    }

    /// Takes a step of the host's own.
    pub(crate) fn step(&self) -> Result<(), Stop> {
        if self.settings.steps.is_some() {
            self.steps.set(self.steps.get().checked_sub(1).ok_or(Stop::Steps)?);
        }
        if self.context.interrupt().load(Ordering::Relaxed) { Err(Stop::Interrupted) } else { Ok(()) }
    }

    /// Runs a function.
    pub(crate) fn run(&mut self, func: FuncId, args: &[&Value]) -> Result<Vec<Value>, Stop> {
        match self.settings.backend {
            Backend::Eval => self.evaluate(func, args),
            Backend::Cranelift => {
                let code = self.code(func)?;
                self.execute(func, &code, args)
            }
        }
    }

    fn evaluate(&mut self, func: FuncId, args: &[&Value]) -> Result<Vec<Value>, Stop> {
        let start = Instant::now();
        let show = shower(self.program, self.host, &self.kinks);
        let limits = dslc_eval::Limits {
            interrupt: Some(self.context.interrupt()),
            memory: self.settings.memory,
            steps: self.settings.steps.map(|_| &self.steps),
            watcher: Watcher::new(&show),
            ..dslc_eval::Limits::default()
        };
        let args: Vec<Value> = args.iter().map(|v| (*v).clone()).collect();
        let results = dslc_eval::run(&self.program.module, func, &args, &limits);
        self.timings.run += start.elapsed();
        results.map_err(of_evaluator)
    }

    fn execute(&mut self, func: FuncId, code: &Compiled, args: &[&Value]) -> Result<Vec<Value>, Stop> {
        let function = &self.program.module.funcs[func];
        let mut results = Vec::with_capacity(function.results.len());
        for k in 0..function.results.len() {
            let shape = function.result_shape(k);
            let extents: Vec<u64> = shape.extents.iter().map(|e| e.known().unwrap_or(0)).collect();
            let value = Value::try_zeros(shape.scalar, extents)
                .map_err(|_| Stop::Limit("a result does not fit into memory".into()))?;
            results.push(value);
        }
        let start = Instant::now();
        self.context.set_steps(self.steps.get());
        let show = shower(self.program, self.host, &self.kinks);
        let stop = code.run_watched(&mut self.context, args, &mut results, Watcher::new(&show));
        self.steps.set(self.context.steps());
        self.timings.run += start.elapsed();
        match stop {
            Ok(()) => Ok(results),
            Err(dslc_jit::Stop::Failure(f)) => Err(Stop::Failure(f)),
            Err(dslc_jit::Stop::Interrupted) => Err(Stop::Interrupted),
            Err(dslc_jit::Stop::Steps) => Err(Stop::Steps),
            Err(dslc_jit::Stop::Memory(m)) => Err(Stop::Limit(m.to_string())),
            Err(dslc_jit::Stop::Mismatch(why)) => Err(Stop::Bug(why)),
        }
    }

    /// The code of a function, made now if it has none.
    fn code(&mut self, func: FuncId) -> Result<Rc<Compiled>, Stop> {
        if let Some(code) = self.by_function.get(&func) {
            return Ok(code.clone());
        }
        let start = Instant::now();
        let program = stages::lower(self.program, func, self.settings.fp).map_err(Stop::Limit)?;
        let content = dslc_loops::print::program(&program);
        self.timings.lower += start.elapsed();
        let code = match self.by_content.get(&content) {
            Some(code) => code.clone(),
            None => {
                let code = Rc::new(self.compile(&program)?);
                self.by_content.insert(content, code.clone());
                code
            }
        };
        self.by_function.insert(func, code.clone());
        Ok(code)
    }

    fn compile(&mut self, program: &dslc_loops::Program) -> Result<Compiled, Stop> {
        let start = Instant::now();
        let tier = stages::tier(program);
        let jit = if tier == Tier::Quick { &mut self.quick } else { &mut self.full };
        let jit = match jit {
            Some(jit) => jit,
            None => jit.insert(stages::jit(tier, self.settings.steps.is_some()).map_err(Stop::Limit)?),
        };
        let code = jit.compile(program).map_err(|e| Stop::Bug(e.to_string()));
        self.timings.compile += start.elapsed();
        self.timings.compiled += 1;
        code
    }
}

fn of_evaluator(stop: dslc_eval::Stop) -> Stop {
    match stop {
        dslc_eval::Stop::Failure(f) => Stop::Failure(f),
        dslc_eval::Stop::Memory | dslc_eval::Stop::Depth => Stop::Limit(stop.to_string()),
        dslc_eval::Stop::Interrupted => Stop::Interrupted,
        dslc_eval::Stop::Steps => Stop::Steps,
        dslc_eval::Stop::Bug(why) => Stop::Bug(why),
    }
}

/// Hands what a program shows to its host, as a line with its label, and what its derivatives show to a tally.
fn shower<'p>(
    program: &'p Program,
    host: &'p dyn Host,
    kinks: &'p Tally,
) -> impl Fn(SiteId, &Value) + use<'p> {
    move |site, value| match program.module.sites.get(site) {
        Some(kink) if kink.role == Role::Kink => kinks.add(kink, value),
        found => host.trace(&crate::show::traced(found.map_or("", |s| &s.what), value)),
    }
}
