//! What the derivative pass remembers, so that nothing is derived twice.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use dslc_ir::{FuncId, Function, Module, Op, Role, Scalar, Site, SiteId};

use crate::activity::Marks;
use crate::build::prune;
use crate::error::{GradError, Kind, LIMIT};
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
    /// Parameters for which a cotangent is given that theirs is added to. A loop hands its running sums through its body
    /// so: what reads one element then adds to one element, where a cotangent of its own would be zeros but for one.
    pub(crate) sums: Vec<bool>,
    /// Parameters that are kept once for each call if the backward half takes them again: the state of a loop.
    pub(crate) kept: Vec<bool>,
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
    /// For each function which of its parameters have elements that are read one by one.
    pub(crate) element_reads: HashMap<FuncId, Rc<Vec<bool>>>,
    /// The loop body that gives running products, for each float type.
    pub(crate) products: HashMap<Scalar, FuncId>,
    /// The loop body that adds two tapes, for each float type.
    pub(crate) sums: HashMap<Scalar, FuncId>,
    /// For each function that is to be expanded how many derivatives are taken of it, one inside the other.
    pub(crate) depths: Vec<Option<usize>>,
    /// The place of the sums that count the trips of loops.
    pub(crate) count_site: Option<SiteId>,
    pub(crate) options: crate::expand::Options,
    /// The sites of what derivatives do at a site.
    directions: HashMap<(SiteId, Role), SiteId>,
    /// Segments of loops: their reverse does the forward work again.
    pub(crate) again: HashSet<FuncId>,
    /// For the bodies of segments how many trips they make at most.
    pub(crate) bounded: HashMap<FuncId, u64>,
    /// What has been enclosed on boxes.
    pub(crate) bounds: dslc_bounds::Bounds,
    /// The nodes of all functions of the module.
    nodes: usize,
}

impl<'m> Deriver<'m> {
    pub(crate) fn new(module: &'m mut Module) -> Self {
        Self {
            nodes: module.funcs.iter().map(|f| f.nodes.len()).sum(),
            module,
            expanded: HashMap::new(),
            depths: Vec::new(),
            marks: HashMap::new(),
            reached: HashMap::new(),
            needed: HashMap::new(),
            joints: HashMap::new(),
            splits: HashMap::new(),
            forwards: HashMap::new(),
            element_reads: HashMap::new(),
            products: HashMap::new(),
            sums: HashMap::new(),
            count_site: None,
            options: crate::expand::Options::default(),
            directions: HashMap::new(),
            again: HashSet::new(),
            bounded: HashMap::new(),
            bounds: dslc_bounds::Bounds::default(),
        }
    }
    pub(crate) fn func(&self, id: FuncId) -> &Function {
        &self.module.funcs[id]
    }
    /// The site of what a derivative does at a site.
    pub(crate) fn direction(&mut self, site: Option<SiteId>, role: Role) -> Option<SiteId> {
        let from = site.filter(|_| self.options.directions)?;
        if let Some(&found) = self.directions.get(&(from, role)) {
            return Some(found);
        }
        let made = Site { role, ..self.module.sites[from].clone() };
        let made = self.module.sites.push(made);
        self.directions.insert((from, role), made);
        Some(made)
    }
    /// Appends a function without its dead nodes.
    pub(crate) fn add(&mut self, f: Function) -> FuncId {
        let f = prune(self.module, &f);
        self.nodes += f.nodes.len();
        self.module.funcs.push(f)
    }
    /// Counts the nodes of the functions that were appended since there were so many.
    pub(crate) fn count_from(&mut self, before: usize) {
        self.nodes += self.module.funcs.iter().skip(before).map(|f| f.nodes.len()).sum::<usize>();
    }
    /// Refuses to go on once the module is too large; `func` is what would be worked on next.
    pub(crate) fn within_limit(&self, func: FuncId) -> Result<(), GradError> {
        if self.nodes <= LIMIT {
            return Ok(());
        }
        let why = format!("its derivatives need more than {LIMIT} operations");
        Err(GradError { kind: Kind::TooLarge, ..GradError::new(None, &self.func(func).name, why) })
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
