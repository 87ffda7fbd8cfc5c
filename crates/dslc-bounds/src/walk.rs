//! The walk over one function: for each value its ends.

use std::collections::HashMap;
use std::rc::Rc;

use dslc_base::Index as _;
use dslc_ir::construct::{builder_with_axes, output, spread};
use dslc_ir::interval::{self, Ends};
use dslc_ir::prim::Sig;
use dslc_ir::prims::arith;
use dslc_ir::{
    AxisId, Bits, Builder, FuncId, Function, Module, Node, NodeId, Op, Output, PrimRef, Role, Routine,
};

use crate::ends::{Bounds, Enclosed, add, positions};
use crate::error::BoundsError;

/// The ends of a value, or why it has none. That is told where a result needs it.
pub(crate) type Found = Result<Ends, BoundsError>;

pub(crate) struct Walk<'a> {
    pub(crate) bounds: &'a mut Bounds,
    pub(crate) module: &'a mut Module,
    pub(crate) f: Function,
    pub(crate) b: Builder,
    /// For each node of `f`: the ends of each of its results.
    pub(crate) ends: Vec<Vec<Found>>,
    /// Nodes of `f` that are powers: of which node, and which.
    pub(crate) powers: HashMap<NodeId, (NodeId, u32)>,
}

impl Bounds {
    /// A function on boxes of the marked parameters.
    pub(crate) fn function(
        &mut self,
        module: &mut Module,
        func: FuncId,
        boxes: &[bool],
    ) -> Result<Rc<Enclosed>, BoundsError> {
        let key = (func, boxes.to_vec());
        if let Some(found) = self.enclosed.get(&key) {
            return Ok(found.clone());
        }
        let differs = self.reach(module, func, boxes).to_vec();
        let f = module.funcs[func].clone();
        let b = builder_with_axes(&f, format!("{}.ends", f.name));
        let ends = Vec::with_capacity(f.nodes.len());
        let walk = Walk { bounds: self, module, f, b, ends, powers: HashMap::new() };
        let found = walk.run(boxes, &differs)?;
        let func = add(module, found);
        let enclosed = Rc::new(Enclosed { func, differs });
        self.enclosed.insert(key, enclosed.clone());
        Ok(enclosed)
    }
}

impl Walk<'_> {
    fn run(mut self, boxes: &[bool], differs: &[bool]) -> Result<Function, BoundsError> {
        let params = self.f.params.clone();
        let lows: Vec<NodeId> =
            params.iter().map(|p| self.b.param(self.f.ty(p.node).scalar, p.axes.clone())).collect();
        let mut given: Vec<Ends> = lows.iter().map(|&x| Ends::point(x)).collect();
        for k in positions(boxes) {
            let (high, fresh) = self.b.param_of(&self.f.param_shape(k));
            let pairs: Vec<(AxisId, AxisId)> =
                fresh.into_iter().zip(params[k].axes.iter().copied()).collect();
            given[k].hi = self.b.rename(high, &pairs);
        }
        for id in self.f.nodes.ids() {
            let found = match self.f.nodes[id].op {
                Op::Param(k) => vec![Ok(given[k as usize])],
                Op::Proj(k) => vec![self.ends[self.f.nodes[id].args[0].index()][k as usize].clone()],
                _ => self.node(id),
            };
            self.ends.push(found);
        }
        self.b.site = None;
        let rs = self.f.results.clone();
        let ends: Vec<Ends> =
            rs.iter().map(|r| self.ends[r.node.index()][0].clone()).collect::<Result<_, _>>()?;
        let mut results: Vec<Output> =
            rs.iter().zip(&ends).map(|(r, e)| output(e.lo, r.axes.clone())).collect();
        results.extend(positions(differs).into_iter().map(|k| output(ends[k].hi, rs[k].axes.clone())));
        Ok(self.b.finish(results))
    }

    /// The ends of each result of a node.
    fn node(&mut self, id: NodeId) -> Vec<Found> {
        let node = self.f.nodes[id].clone();
        self.b.site = node.site;
        match self.results(id, &node) {
            Ok(found) => {
                let found: Vec<Ends> =
                    found.into_iter().zip(&node.types).map(|(e, t)| self.fit(e, &t.axes)).collect();
                found.into_iter().map(Ok).collect()
            }
            Err(why) => vec![Err(why); node.types.len()],
        }
    }

    fn results(&mut self, id: NodeId, node: &Node) -> Result<Vec<Ends>, BoundsError> {
        if let Some(sorted) = self.sorted(node) {
            return Ok(vec![sorted]);
        }
        let args: Vec<Ends> =
            node.args.iter().map(|a| self.ends[a.index()][0].clone()).collect::<Result<_, _>>()?;
        if args.iter().all(|a| a.is_point()) {
            let nodes: Vec<NodeId> = args.iter().map(|a| a.lo).collect();
            let made = self.b.node(self.module, node.op.clone(), &nodes);
            return Ok(self.b.results_of(made).into_iter().map(Ends::point).collect());
        }
        let one = |found: Result<Ends, String>| found.map(|e| vec![e]).map_err(|why| self.none(node, why));
        match &node.op {
            Op::Map(prim) => {
                let found = self.map(id, node, *prim, &args);
                found.map(|e| vec![e]).map_err(|why| self.none(node, why))
            }
            Op::Fold { monoid, axes } => {
                let found = self.fold(*monoid, node.args[0], args[0], axes);
                found.map(|e| vec![e]).map_err(|why| self.none(node, why))
            }
            Op::ArgFold { max, .. } => {
                let name = if *max { "argmax" } else { "argmin" };
                one(Err(format!("`{name}` of values that differ on the box is no one place")))
            }
            Op::Read { fill, .. } => {
                let data = &args[1..args.len() - usize::from(*fill)];
                self.steady(node, data, "an index")?;
                Ok(vec![self.both(node, &args)])
            }
            Op::Update { .. } => {
                self.steady(node, &args[2..], "an index")?;
                Ok(vec![self.both(node, &args)])
            }
            Op::Scatter { index, over } => {
                self.steady(node, &args[1..], "an index")?;
                let found = self.scatter(node, &args, index, over);
                found.map(|e| vec![e]).map_err(|why| self.none(node, why))
            }
            Op::Stack { .. } => Ok(vec![self.both(node, &args)]),
            // A kink somewhere on the box is none of the bounds.
            Op::Library { routine: Routine::Trace, .. } if self.tells_of_a_kink(node) => {
                Ok(vec![Ends::point(self.b.constant(Bits::bool(true)))])
            }
            Op::Library { routine: Routine::Trace, .. } => {
                let shown = self.both(node, &args);
                let both = self.b.map(&dslc_ir::prims::logic::AND, &[shown.lo, shown.hi]);
                Ok(vec![Ends::point(both)])
            }
            Op::Library { routine, .. } => one(Err(format!("`{}` has no bounds yet", routine.name()))),
            Op::Call { func, bind } => self.call(*func, bind, &args),
            Op::If { then, otherwise, bind } => self.branch(node, (*then, *otherwise), bind, &args),
            Op::Scan(scan) => {
                self.steady(node, &args[..1], "a number of trips")?;
                self.scan(node, scan, &args)
            }
            Op::While { cond, body, state, bind } => {
                self.repeat(node, (*cond, *body), *state as usize, bind, &args)
            }
            Op::Param(_) | Op::Const(_) | Op::Dense(_) | Op::Iota(_) | Op::Proj(_) => {
                one(Err("this is a bug of the compiler: a value without arguments differs".into()))
            }
            Op::Vjp { .. } | Op::Jvp { .. } | Op::Bounds { .. } | Op::Spectral { .. } => {
                one(Err("this is a bug of the compiler: a derivative is left".into()))
            }
        }
    }

    fn map(&mut self, id: NodeId, node: &Node, prim: PrimRef, args: &[Ends]) -> Result<Ends, String> {
        if prim == PrimRef(&arith::MUL)
            && let Some(ends) = self.power(id, &node.args)
        {
            return Ok(ends);
        }
        interval::enclose(&mut self.b, prim.0, args).ok_or_else(|| match prim.0.sig {
            Sig::Cast(_, to) => format!("`{to}(..)` of values that differ on the box"),
            _ => format!("`{}` of integers that differ on the box", prim.0.name),
        })
    }

    fn tells_of_a_kink(&self, node: &Node) -> bool {
        let site = node.site.and_then(|site| self.module.sites.get(site));
        site.is_some_and(|site| site.role == Role::Kink)
    }

    /// The error of an operation without bounds.
    pub(crate) fn none(&self, node: &Node, why: String) -> BoundsError {
        BoundsError { site: node.site, func: self.f.name.clone(), why }
    }

    /// Refuses what must be known.
    fn steady(&self, node: &Node, args: &[Ends], what: &str) -> Result<(), BoundsError> {
        if args.iter().all(|a| a.is_point()) {
            return Ok(());
        }
        Err(self.none(node, format!("{what} that differs on the box")))
    }

    /// The ends along all axes of the value that they belong to.
    fn fit(&mut self, ends: Ends, axes: &[AxisId]) -> Ends {
        let lo = spread(&mut self.b, ends.lo, axes);
        let hi = if ends.is_point() { lo } else { spread(&mut self.b, ends.hi, axes) };
        Ends { lo, hi }
    }
}
