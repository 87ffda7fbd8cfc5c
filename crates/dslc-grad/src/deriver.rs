//! What the derivative pass remembers, so that nothing is derived twice.

use std::collections::HashMap;
use std::rc::Rc;

use dslc_ir::{FuncId, Function, Module, Op, Scalar, SiteId};

use crate::activity::Marks;
use crate::build::prune;
use crate::error::GradError;
use crate::forward::Forward;
use crate::reverse::Joint;
use crate::split::Split;

/// A reverse derivative that is wanted: of which function, in which parameters, with a cotangent for which
/// results. Only floats are marked.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(crate) struct Request {
    pub(crate) func: FuncId,
    pub(crate) wrt: Vec<bool>,
    pub(crate) seeds: Vec<bool>,
}

/// The module under work and the tables. All keys are ids of functions without `Vjp` and `Jvp` nodes, but for
/// `expanded`, which maps a function to its like without them.
pub(crate) struct Deriver<'m> {
    pub(crate) module: &'m mut Module,
    pub(crate) expanded: HashMap<FuncId, FuncId>,
    pub(crate) marks: HashMap<(FuncId, Vec<bool>), Rc<Marks>>,
    pub(crate) reached: HashMap<(FuncId, Vec<bool>), Rc<Vec<bool>>>,
    pub(crate) needed: HashMap<Request, Rc<Vec<bool>>>,
    pub(crate) joints: HashMap<Request, Joint>,
    pub(crate) splits: HashMap<Request, Rc<Split>>,
    pub(crate) forwards: HashMap<(FuncId, Vec<bool>), Rc<Forward>>,
    /// The loop body that gives running products, for each float type.
    pub(crate) products: HashMap<Scalar, FuncId>,
    /// The loop body that adds two tapes, for each float type.
    pub(crate) sums: HashMap<Scalar, FuncId>,
    /// The place of the sums that count the trips of loops.
    pub(crate) count_site: Option<SiteId>,
}

impl<'m> Deriver<'m> {
    pub(crate) fn new(module: &'m mut Module) -> Self {
        Self {
            module,
            expanded: HashMap::new(),
            marks: HashMap::new(),
            reached: HashMap::new(),
            needed: HashMap::new(),
            joints: HashMap::new(),
            splits: HashMap::new(),
            forwards: HashMap::new(),
            products: HashMap::new(),
            sums: HashMap::new(),
            count_site: None,
        }
    }
    pub(crate) fn func(&self, id: FuncId) -> &Function {
        &self.module.funcs[id]
    }
    /// Appends a function without its dead nodes.
    pub(crate) fn add(&mut self, f: Function) -> FuncId {
        let f = prune(self.module, &f);
        self.module.funcs.push(f)
    }
    /// The site-carrying error for a node that should have been removed before.
    pub(crate) fn left_over(f: &Function, op: &Op) -> GradError {
        GradError::new(
            None,
            &f.name,
            format!("a node {op:?} was not removed before; this is a bug of the compiler"),
        )
    }
}
