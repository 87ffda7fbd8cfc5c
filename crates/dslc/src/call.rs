//! Functions of a program as functions of the host.
//!
//! A function is compiled for the types of its arguments when it is first called with them, and the code is kept.

use std::cell::{Cell, RefCell};
use std::marker::PhantomData;
use std::rc::Rc;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, TryLockError};

use dslc_ir::function::Shape;
use dslc_ir::{Role, Scalar};
use dslc_jit::Compiled;
use dslc_runtime::context::Context;
use dslc_runtime::trace::Watcher;
use dslc_runtime::value::Value;
use dslc_runtime::view::{View, ViewMut};
use dslc_sema::{Border, Program};

use crate::Halt;
use crate::border::{Arguments, Returned, Views, ViewsMut};
use crate::kinks::{Kinks, Tally};
use crate::script::{Refusal, Script, Specialised};
use crate::settings::{Backend, Settings};
use crate::stack::with_room;
use crate::{stages, trap};

/// A program whose functions can be called. Clones are the same program.
#[derive(Clone, Debug)]
pub struct Module<'h> {
    script: Rc<RefCell<Script<'h>>>,
}

impl<'h> Module<'h> {
    pub(crate) fn new(script: Script<'h>) -> Self {
        Self { script: Rc::new(RefCell::new(script)) }
    }

    /// The flag that stops calls of the module's functions, prepared ones too. It stays set until the host clears it.
    pub fn interrupt(&self) -> Arc<AtomicBool> {
        self.script.borrow().interrupt().clone()
    }

    /// The function that an expression means: a name, `grad(loss, wrt: p)`, `|x| f(x, 3)`. The result has a type of the
    /// host's; arguments are what each call brings, their types and sizes too.
    ///
    /// ```
    /// use dslc::{NoFiles, Session};
    /// let module = Session::new(NoFiles).compile("m.dsl", "fn f[n](x: f64[n], s: f64) -> f64 = s * sum(x[i]^2 for i)")?;
    /// let f = module.function::<f64>("f");
    /// assert_eq!(f.call(([1.0, 2.0], 10.0))?, 50.0);
    /// let g = module.function::<Vec<f64>>("grad(f)");
    /// assert_eq!(g.call(([1.0, 2.0, 3.0], 1.0))?, [2.0, 4.0, 6.0]);
    /// # Ok::<(), dslc::Refusal>(())
    /// ```
    pub fn function<R: Returned>(&self, expr: &str) -> Function<'h, R> {
        Function { module: self.clone(), expr: expr.into(), latest: RefCell::new(None), types: PhantomData }
    }
}

/// A function of a program. It belongs to the thread of its module; [`Function::prepare`] gives one that does not.
pub struct Function<'h, R> {
    module: Module<'h>,
    expr: Rc<str>,
    latest: RefCell<Option<Prepared<R>>>,
    types: PhantomData<fn() -> R>,
}

impl<R> std::fmt::Debug for Function<'_, R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Function({})", self.expr)
    }
}

impl<R> Function<'_, R> {
    /// What a call with arguments of these types and sizes costs, before it runs.
    ///
    /// ```
    /// use dslc::{NoFiles, Session};
    /// let module = Session::new(NoFiles).compile("m.dsl", "fn f[n](x: f64[n]) -> f64 = sum(3 * x[i] for i)")?;
    /// let f = module.function::<f64>("f");
    /// // Four products and three sums.
    /// assert_eq!(f.operations(&([1.0, 2.0, 3.0, 4.0],))?.at(0), 7);
    /// # Ok::<(), dslc::Refusal>(())
    /// ```
    ///
    /// # Errors
    /// The function does not take such arguments.
    pub fn operations(&self, args: &impl Arguments) -> Result<dslc_opt::cost::Count, Refusal> {
        let found = self.module.script.borrow_mut().entry(&self.expr, &args.borders())?;
        Ok(dslc_opt::cost::operations(&found.program.module, found.func))
    }
}

impl<R: Returned> Function<'_, R> {
    /// Calls it. The first call for the types and sizes of these arguments compiles it.
    ///
    /// # Errors
    /// The function does not take such arguments or does not give such a result, or it stopped.
    pub fn call(&self, args: impl Arguments) -> Result<R, Refusal> {
        let mut latest = self.latest.borrow_mut();
        let ready = match &*latest {
            Some(p) if args.fit(&p.0.args) => p,
            _ => latest.insert(self.prepare(&args)?),
        };
        ready.call(args).map_err(|halt| self.module.script.borrow().stopped(halt))
    }

    /// The function for the types and sizes of these arguments, to be called from any thread.
    ///
    /// # Errors
    /// The function does not take such arguments or does not give such a result.
    pub fn prepare(&self, args: &impl Arguments) -> Result<Prepared<R>, Refusal> {
        let mut script = self.module.script.borrow_mut();
        let borders = args.borders();
        let found = script.entry(&self.expr, &borders)?;
        if R::make(&found.result).is_none() {
            let (expected, found) = (R::expected(), &found.result);
            let message = format!("`{}` gives `{found}`; the host takes {expected}", self.expr);
            let severity = dslc_base::Severity::Error;
            return Err(script.rejected(vec![dslc_base::Diagnostic::new("E0817", severity, message)]));
        }
        let settings = script.settings();
        let code = with_room(|| Code::new(found, borders, settings, script.interrupt().clone()))
            .map_err(|halt| script.stopped(*halt))?;
        Ok(Prepared(Arc::new(code), PhantomData))
    }
}

/// A function for arguments of one type and size. It keeps its code alive, needs neither its module nor its session,
/// and may be called on several threads at once. Clones share the code. What `trace` would show in it is dropped, since a
/// host belongs to one thread.
pub struct Prepared<R>(Arc<Code>, PhantomData<fn() -> R>);

impl<R> Clone for Prepared<R> {
    fn clone(&self) -> Self {
        Self(self.0.clone(), PhantomData)
    }
}

impl<R> std::fmt::Debug for Prepared<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Prepared({:?})", self.0.args)
    }
}

impl<R: Returned> Prepared<R> {
    /// Calls it.
    ///
    /// # Errors
    /// The arguments have other sizes than those that it was prepared for, or it stopped.
    pub fn call(&self, args: impl Arguments) -> Result<R, Halt> {
        let Some(mut result) = R::make(&self.0.result) else {
            return Err(Halt::Bug("the type of a result was checked".into()));
        };
        let mut views = ViewsMut::new();
        result.views(&mut views);
        self.call_into(args, &mut views)?;
        drop(views);
        Ok(result)
    }

    /// Calls it, with results into memory of the caller's: one view for each tensor of the result, in order.
    ///
    /// # Errors
    /// As [`Prepared::call`]; also if the memory does not fit the result.
    pub fn call_into(&self, args: impl Arguments, results: &mut [ViewMut<'_>]) -> Result<(), Halt> {
        if !args.fit(&self.0.args) {
            let wanted: Vec<String> = self.0.args.iter().map(Border::to_string).collect();
            let found: Vec<String> = args.borders().iter().map(Border::to_string).collect();
            let message = format!("prepared for ({}), called with ({})", wanted.join(", "), found.join(", "));
            let severity = dslc_base::Severity::Error;
            return Err(Halt::Failure(Box::new(dslc_base::Diagnostic::new("R1006", severity, message))));
        }
        let mut views = Views::new();
        args.views(&mut views);
        views.extend(self.0.captures.iter().map(View::from));
        self.0.run(&views, results)
    }
}

/// Whether memory is there for each of some tensors.
fn fits(tensors: &[(Scalar, Vec<u64>)], memory: impl ExactSizeIterator<Item = (Scalar, usize)>) -> bool {
    tensors.len() == memory.len()
        && tensors.iter().zip(memory).all(|((scalar, shape), (given, len))| {
            *scalar == given && shape.iter().product::<u64>() == len as u64
        })
}

fn fixed(s: Shape) -> (Scalar, Vec<u64>) {
    (s.scalar, s.extents.iter().map(|e| e.known().unwrap_or(0)).collect())
}

/// The types of the parameters of a function.
fn shapes(program: &Program, func: dslc_ir::FuncId) -> Vec<(Scalar, Vec<u64>)> {
    let function = &program.module.funcs[func];
    (0..function.params.len()).map(|k| fixed(function.param_shape(k))).collect()
}

/// A function for arguments of one type, with what it runs by.
struct Code {
    args: Vec<Border>,
    result: Border,
    captures: Vec<Value>,
    how: How,
    program: Program,
    /// The program before the clean-up passes, to ask where a NaN comes from.
    written: Option<Program>,
    settings: Settings,
    interrupt: Arc<AtomicBool>,
    /// Contexts for as many calls at once; one more makes its own.
    contexts: [Mutex<Context>; 4],
}

fn context(settings: &Settings, interrupt: &Arc<AtomicBool>) -> Context {
    Context::new(settings.memory).with_interrupt(interrupt.clone())
}

enum How {
    Native(Compiled),
    Eval(dslc_ir::FuncId),
}

impl Code {
    fn new(
        found: Specialised,
        args: Vec<Border>,
        settings: Settings,
        interrupt: Arc<AtomicBool>,
    ) -> Result<Self, Box<Halt>> {
        let Specialised { program, written, func, captures, result } = found;
        let how = match settings.backend {
            Backend::Eval => How::Eval(func),
            Backend::Cranelift => {
                let bug = |why: String| Box::new(Halt::Bug(why));
                let loops = stages::lower(&program, func, settings.fp).map_err(bug)?;
                // What is called is called often, so straight-line code is worth the work too.
                let tier = stages::tier_of_often(&loops);
                let jit = stages::jit(tier, settings.steps.is_some()).map_err(bug)?;
                How::Native(jit.compile(&loops).map_err(|e| bug(e.to_string()))?)
            }
        };
        let contexts = std::array::from_fn(|_| Mutex::new(context(&settings, &interrupt)));
        Ok(Self { args, result, captures, how, program, written, settings, interrupt, contexts })
    }

    fn run(&self, args: &[View<'_>], results: &mut [ViewMut<'_>]) -> Result<(), Halt> {
        if self.settings.kinks != Kinks::Error {
            self.run_watched(args, results, Watcher::NOBODY)?;
            return self.trapped(args, results);
        }
        let kinks = Tally::default();
        let show = |site, value: &Value| {
            if let Some(kink) = self.program.module.sites.get(site).filter(|s| s.role == Role::Kink) {
                kinks.add(kink, value);
            }
        };
        self.run_watched(args, results, Watcher::new(&show))?;
        kinks.error().map_or(Ok(()), |d| Err(Halt::Failure(Box::new(d))))?;
        self.trapped(args, results)
    }

    /// An error if an operation made a result that is not finite.
    fn trapped(&self, args: &[View<'_>], results: &[ViewMut<'_>]) -> Result<(), Halt> {
        let Some(written) = &self.written else { return Ok(()) };
        let odd = |r: &ViewMut<'_>| trap::any_odd(&r.view().to_value(vec![r.len() as u64]));
        let Some(compute) = written.computes().first().copied().filter(|_| results.iter().any(odd)) else {
            return Ok(());
        };
        let params = shapes(written, compute.func);
        let args: Vec<Value> = args.iter().zip(params).map(|(v, p)| v.to_value(p.1)).collect();
        let steps = Cell::new(self.settings.steps.unwrap_or(u64::MAX));
        let limits = self.limits(&steps, Watcher::NOBODY);
        match with_room(|| trap::origin(written, compute.func, &args, compute.span, &limits)) {
            Ok(None) => Ok(()),
            Ok(Some(d)) => Err(Halt::Failure(Box::new(d))),
            Err(stop) => Err(self.of_evaluator(stop)),
        }
    }

    fn run_watched(
        &self,
        args: &[View<'_>],
        results: &mut [ViewMut<'_>],
        watcher: Watcher<'_>,
    ) -> Result<(), Halt> {
        match &self.how {
            How::Native(code) => self.free(|context| {
                if let Some(steps) = self.settings.steps {
                    context.set_steps(steps);
                }
                code.call_watched(context, args, results, watcher).map_err(|stop| self.halt(stop))
            }),
            How::Eval(func) => with_room(|| self.evaluate(*func, args, results, watcher)),
        }
    }

    /// Does something with a context that no other call uses. One lock is taken and held: taking a context out and
    /// putting it back would be two, which is a good part of what a small call costs.
    fn free<R>(&self, act: impl FnOnce(&mut Context) -> R) -> R {
        let free = self.contexts.iter().find_map(|context| match context.try_lock() {
            Ok(context) => Some(context),
            Err(TryLockError::Poisoned(context)) => Some(context.into_inner()),
            Err(TryLockError::WouldBlock) => None,
        });
        match free {
            Some(mut context) => act(&mut context),
            None => act(&mut context(&self.settings, &self.interrupt)),
        }
    }

    fn evaluate(
        &self,
        func: dslc_ir::FuncId,
        args: &[View<'_>],
        results: &mut [ViewMut<'_>],
        watcher: Watcher<'_>,
    ) -> Result<(), Halt> {
        let function = &self.program.module.funcs[func];
        let params = shapes(&self.program, func);
        let wanted: Vec<_> = (0..function.results.len()).map(|k| fixed(function.result_shape(k))).collect();
        let fit = fits(&params, args.iter().map(|v| (v.scalar(), v.len())))
            && fits(&wanted, results.iter().map(|v| (v.scalar(), v.len())));
        if !fit {
            let why = "the memory of an argument or result is not what its type says".into();
            return Err(self.halt(dslc_jit::Stop::Mismatch(why)));
        }
        let args: Vec<Value> = args.iter().zip(&params).map(|(v, p)| v.to_value(p.1.clone())).collect();
        let steps = Cell::new(self.settings.steps.unwrap_or(u64::MAX));
        let limits = self.limits(&steps, watcher);
        let found = dslc_eval::run(&self.program.module, func, &args, &limits);
        let found = found.map_err(|stop| self.of_evaluator(stop))?;
        for (view, value) in results.iter_mut().zip(&found) {
            if !view.copy_from(value) {
                return Err(Halt::Bug("the memory of a result does not fit it".into()));
            }
        }
        Ok(())
    }

    fn limits<'a>(&'a self, steps: &'a Cell<u64>, watcher: Watcher<'a>) -> dslc_eval::Limits<'a> {
        dslc_eval::Limits {
            memory: self.settings.memory,
            interrupt: Some(&self.interrupt),
            steps: self.settings.steps.map(|_| steps),
            watcher,
            ..Default::default()
        }
    }

    fn of_evaluator(&self, stop: dslc_eval::Stop) -> Halt {
        match stop {
            dslc_eval::Stop::Failure(f) => self.halt(dslc_jit::Stop::Failure(f)),
            dslc_eval::Stop::Interrupted => Halt::Interrupted,
            dslc_eval::Stop::Steps => self.halt(dslc_jit::Stop::Steps),
            dslc_eval::Stop::Memory | dslc_eval::Stop::Depth => self.limit("L1003", &stop.to_string()),
            other => Halt::Bug(other.to_string()),
        }
    }

    fn limit(&self, code: &'static str, why: &str) -> Halt {
        Halt::Limit(Box::new(dslc_base::Diagnostic::error(code, self.program.computes()[0].span, why)))
    }

    fn halt(&self, stop: dslc_jit::Stop) -> Halt {
        let span = self.program.computes()[0].span;
        match stop {
            dslc_jit::Stop::Failure(f) => {
                let site = f.site.and_then(|s| self.program.module.sites.get(s));
                let why = site.map_or_else(|| f.sentence(), |s| crate::show::sentence(&f, s));
                let at = site.map_or(span, |s| s.span);
                Halt::Failure(Box::new(dslc_base::Diagnostic::error("R1002", at, why)))
            }
            dslc_jit::Stop::Interrupted => Halt::Interrupted,
            dslc_jit::Stop::Steps => self.limit("L1008", &stop.to_string()),
            dslc_jit::Stop::Memory(m) => self.limit("L1003", &m.to_string()),
            dslc_jit::Stop::Mismatch(why) => {
                let severity = dslc_base::Severity::Error;
                Halt::Failure(Box::new(dslc_base::Diagnostic::new("R1006", severity, why)))
            }
        }
    }
}
