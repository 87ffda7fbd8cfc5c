//! What one evaluation shares: the module, the limits, the plans made so far.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use dslc_ir::{FuncId, Module, Scalar};
use dslc_runtime::interrupt::Interrupt;
use dslc_runtime::trace::Watcher;
use dslc_runtime::value::Value;

use crate::plan::{self, Plan};
use crate::tensor::{Buffer, Meter, Positional};
use crate::{Limits, Stop};

/// By function and wanted results.
type Plans = HashMap<(FuncId, Vec<bool>), Rc<Plan>>;

pub(crate) struct Context<'a> {
    pub(crate) module: &'a Module,
    limits: &'a Limits<'a>,
    meter: Rc<Meter>,
    plans: RefCell<Plans>,
    depth: Cell<u32>,
    /// The way to the failure that is on its way out, innermost first: nodes, and which callee of a node.
    trail: RefCell<Vec<u32>>,
}

impl<'a> Context<'a> {
    pub(crate) fn new(module: &'a Module, limits: &'a Limits<'a>) -> Self {
        let meter = Rc::new(Meter::new(limits.memory));
        Self {
            module,
            limits,
            meter,
            plans: RefCell::default(),
            depth: Cell::new(0),
            trail: RefCell::default(),
        }
    }

    /// Takes a step. Stops if the user asked for it, or if there is no step left.
    pub(crate) fn poll(&self) -> Result<(), Stop> {
        if let Some(steps) = self.limits.steps {
            steps.set(steps.get().checked_sub(1).ok_or(Stop::Steps)?);
        }
        Ok(self.interrupt().poll()?)
    }

    /// The wish of the user, for routines.
    pub(crate) fn interrupt(&self) -> Interrupt<'a> {
        self.limits.interrupt.into()
    }

    /// Who sees what the program shows.
    pub(crate) fn watcher(&self) -> Watcher<'a> {
        self.limits.watcher
    }

    /// Notes where a failure passes.
    pub(crate) fn trace(&self, stop: Stop, place: u32) -> Stop {
        if let Stop::Failure(_) = stop {
            self.trail.borrow_mut().push(place);
        }
        stop
    }
    /// Takes the way of the failure that has just come, outermost first.
    pub(crate) fn take_trail(&self) -> Vec<u32> {
        let mut trail = std::mem::take(&mut *self.trail.borrow_mut());
        trail.reverse();
        trail
    }
    /// Puts a way back, outermost first.
    pub(crate) fn set_trail(&self, mut trail: Vec<u32>) {
        trail.reverse();
        *self.trail.borrow_mut() = trail;
    }

    /// Words of zeros, if they fit.
    pub(crate) fn buffer(&self, words: usize) -> Result<Buffer, Stop> {
        Buffer::zeros(words, &self.meter)
    }

    /// Runs `f` one call deeper. The evaluator recurs with the program's calls, so their depth is bounded.
    pub(crate) fn deeper<T>(&self, f: impl FnOnce() -> Result<T, Stop>) -> Result<T, Stop> {
        if self.depth.get() >= self.limits.depth {
            return Err(Stop::Depth);
        }
        self.depth.set(self.depth.get() + 1);
        let result = f();
        self.depth.set(self.depth.get() - 1);
        result
    }

    /// How a function gives the wanted ones of its results.
    pub(crate) fn plan(&self, func: FuncId, wanted: &[bool]) -> Result<Rc<Plan>, Stop> {
        let key = (func, wanted.to_vec());
        if let Some(known) = self.plans.borrow().get(&key) {
            return Ok(known.clone());
        }
        let made = Rc::new(self.deeper(|| plan::make(self, func, wanted))?);
        self.plans.borrow_mut().insert(key, made.clone());
        Ok(made)
    }

    /// An argument from outside.
    pub(crate) fn take(&self, value: &Value) -> Result<Positional, Stop> {
        let mut data = self.buffer(value.len())?;
        for (i, word) in data.words.iter_mut().enumerate() {
            *word = value.get_bits(i);
        }
        Ok(Positional { extents: value.shape().iter().map(|&n| n as usize).collect(), data: Rc::new(data) })
    }

    /// A result for outside.
    pub(crate) fn give(&self, scalar: Scalar, result: &Positional) -> Result<Value, Stop> {
        let shape: Vec<u64> = result.extents.iter().map(|&n| n as u64).collect();
        let mut value = Value::try_zeros(scalar, shape).map_err(|_| Stop::Memory)?;
        for (i, &word) in result.data.words.iter().enumerate() {
            value.set_bits(i, word);
        }
        Ok(value)
    }
}
