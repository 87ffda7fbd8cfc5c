//! Builds a function node by node. Equal nodes are shared, and scalar laws that hold bit for bit are applied as
//! nodes are made (see [`crate::simplify`]).

use std::collections::HashMap;
use std::sync::Arc;

use crate::function::{
    AxisId, Extent, FuncId, Function, Module, Node, NodeId, Output, Param, Shape, SiteId, Type,
};
use crate::infer::{infer, mapped_axes};
use crate::op::{Binding, Dense, Index, Op, Scan};
use crate::prim::{Prim, PrimRef};
use crate::prims::{arith, logic};
use crate::routine::Routine;
use crate::scalar::{Bits, Scalar};
use crate::semiring::Monoid;
use crate::simplify;

/// A function under construction. Methods panic on nodes that do not fit together: that is a bug of the caller,
/// who has checked the user's program before.
#[derive(Clone, Debug, Default)]
pub struct Builder {
    func: Function,
    known: HashMap<(Op, Vec<NodeId>), NodeId>,
    /// The place that the next nodes belong to, if they can fail.
    pub site: Option<SiteId>,
}

impl Builder {
    /// An empty function.
    pub fn new(name: impl Into<String>) -> Self {
        Self { func: Function { name: name.into(), ..Function::default() }, ..Self::default() }
    }
    /// The function so far.
    pub fn func(&self) -> &Function {
        &self.func
    }
    /// The type of a node with one result.
    pub fn ty(&self, node: NodeId) -> &Type {
        self.func.ty(node)
    }
    /// The scalar type of a node with one result.
    pub fn scalar_of(&self, node: NodeId) -> Scalar {
        self.func.ty(node).scalar
    }
    /// The constant that a node is, if it is one.
    pub fn as_const(&self, node: NodeId) -> Option<Bits> {
        match self.func.nodes[node].op {
            Op::Const(bits) => Some(bits),
            _ => None,
        }
    }
    /// A new axis.
    pub fn axis(&mut self, extent: Extent) -> AxisId {
        self.func.axes.push(extent)
    }
    /// New axes with these extents.
    pub fn axes(&mut self, extents: &[Extent]) -> Vec<AxisId> {
        extents.iter().map(|&e| self.axis(e)).collect()
    }
    /// A new axis as long as another.
    pub fn axis_like(&mut self, axis: AxisId) -> AxisId {
        let extent = self.func.axes[axis];
        self.axis(extent)
    }
    /// A new parameter, with its axes by position.
    pub fn param(&mut self, scalar: Scalar, axes: Vec<AxisId>) -> NodeId {
        let k = self.func.params.len() as u32;
        let types = vec![Type::new(scalar, axes.iter().copied())];
        let node = self.func.nodes.push(Node { op: Op::Param(k), args: vec![], types, site: None });
        self.func.params.push(Param { node, axes });
        node
    }
    /// A new parameter of this shape, with fresh axes; gives the axes too.
    pub fn param_of(&mut self, shape: &Shape) -> (NodeId, Vec<AxisId>) {
        let axes = self.axes(&shape.extents);
        (self.param(shape.scalar, axes.clone()), axes)
    }
    /// A node with one result, as it is: no simplification, but sharing. Only for operators without callees.
    pub fn raw(&mut self, op: Op, args: &[NodeId]) -> NodeId {
        self.node(&Module::default(), op, args)
    }
    /// A node; shared with an equal one that exists.
    pub fn node(&mut self, module: &Module, op: Op, args: &[NodeId]) -> NodeId {
        let key = (op, args.to_vec());
        // Two places that show a value are two, each with its label.
        let shared = !matches!(key.0, Op::Library { routine: Routine::Trace, .. });
        if let Some(&found) = self.known.get(&key).filter(|_| shared) {
            // Of several failures the first in program order counts, so a shared node has its first place.
            let place = &mut self.func.nodes[found].site;
            *place = place.iter().chain(&self.site).min().copied();
            return found;
        }
        let types = infer(module, &self.func, &key.0, args).unwrap_or_else(|why| {
            panic!("ill-typed node {:?} {args:?} in `{}`: {why}", key.0, self.func.name)
        });
        let site = self.site;
        let id = self.func.nodes.push(Node { op: key.0.clone(), args: args.to_vec(), types, site });
        self.known.insert(key, id);
        id
    }
    /// The results of a node: itself if it has one, projections if it has several.
    pub fn results_of(&mut self, node: NodeId) -> Vec<NodeId> {
        match self.func.nodes[node].types.len() {
            1 => vec![node],
            n => (0..n as u32).map(|k| self.raw(Op::Proj(k), &[node])).collect(),
        }
    }

    /// A scalar constant.
    pub fn constant(&mut self, bits: Bits) -> NodeId {
        self.raw(Op::Const(bits), &[])
    }
    /// A scalar constant of a type, nearest to `x`.
    pub fn number(&mut self, scalar: Scalar, x: f64) -> NodeId {
        self.constant(Bits::number(scalar, x))
    }
    /// A constant of the same scalar type as `like`.
    pub fn like(&mut self, like: NodeId, x: f64) -> NodeId {
        let scalar = self.scalar_of(like);
        self.number(scalar, x)
    }
    /// An integer constant.
    pub fn int(&mut self, x: i64) -> NodeId {
        self.constant(Bits::i64(x))
    }
    /// A constant tensor, row-major over `axes`.
    pub fn dense(&mut self, scalar: Scalar, axes: Vec<AxisId>, elements: Vec<u64>) -> NodeId {
        self.raw(Op::Dense(Arc::new(Dense { scalar, axes, elements })), &[])
    }
    /// The position along an axis.
    pub fn iota(&mut self, axis: AxisId) -> NodeId {
        if self.func.axes[axis] == Extent::Static(1) {
            // An axis of one element has only position 0; keep the axis, so that types do not depend on extents.
            return self.raw(Op::Iota(axis), &[]);
        }
        self.raw(Op::Iota(axis), &[])
    }
    /// A primitive, pointwise.
    pub fn map(&mut self, prim: &'static Prim, args: &[NodeId]) -> NodeId {
        if let Some(simpler) = simplify::map(self, prim, args) {
            return simpler;
        }
        self.raw(Op::Map(PrimRef(prim)), args)
    }
    /// Adds axes away, slowest first.
    pub fn fold(&mut self, monoid: Monoid, x: NodeId, axes: &[AxisId]) -> NodeId {
        if axes.is_empty() {
            return x;
        }
        self.raw(Op::Fold { monoid, axes: axes.to_vec() }, &[x])
    }
    /// The positions of the largest or smallest element, one result for each axis.
    pub fn arg_fold(&mut self, max: bool, x: NodeId, axes: &[AxisId]) -> Vec<NodeId> {
        let node = self.raw(Op::ArgFold { max, axes: axes.to_vec() }, &[x]);
        self.results_of(node)
    }
    /// Reads at an index map; a map that changes nothing gives `x` itself.
    pub fn read(
        &mut self,
        x: NodeId,
        index: Vec<(AxisId, Index)>,
        data: &[NodeId],
        fill: Option<NodeId>,
    ) -> NodeId {
        if data.is_empty() && index.iter().all(|(a, i)| i.as_axis() == Some(*a)) {
            return x;
        }
        let mut args = vec![x];
        args.extend_from_slice(data);
        args.extend(fill);
        self.raw(Op::Read { index, fill: fill.is_some() }, &args)
    }
    /// The same value with axes renamed, `(from, to)`; axes that `x` lacks are passed over.
    pub fn rename(&mut self, x: NodeId, pairs: &[(AxisId, AxisId)]) -> NodeId {
        let ty = self.ty(x).clone();
        let index = pairs
            .iter()
            .filter(|(from, _)| ty.has(*from))
            .map(|&(from, to)| (from, Index::axis(to)))
            .collect();
        self.read(x, index, &[], None)
    }
    /// Adds at an index map; see [`Op::Scatter`].
    pub fn scatter(
        &mut self,
        v: NodeId,
        index: Vec<(AxisId, Index)>,
        over: Vec<AxisId>,
        data: &[NodeId],
    ) -> NodeId {
        let mut args = vec![v];
        args.extend_from_slice(data);
        self.raw(Op::Scatter { index, over }, &args)
    }
    /// Replaces elements; see [`Op::Update`].
    pub fn update(
        &mut self,
        x: NodeId,
        v: NodeId,
        index: Vec<(AxisId, Index)>,
        over: Vec<AxisId>,
        data: &[NodeId],
    ) -> NodeId {
        let mut args = vec![x, v];
        args.extend_from_slice(data);
        self.raw(Op::Update { index, over }, &args)
    }
    /// Values along a new axis.
    pub fn stack(&mut self, args: &[NodeId]) -> (NodeId, AxisId) {
        let axis = self.axis(Extent::Static(args.len() as u64));
        (self.raw(Op::Stack { axis }, args), axis)
    }
    /// A call.
    pub fn call(&mut self, module: &Module, func: FuncId, args: &[NodeId], bind: Binding) -> Vec<NodeId> {
        let node = self.node(module, Op::Call { func, bind }, args);
        self.results_of(node)
    }
    /// One of two functions; see [`Op::If`].
    pub fn if_(
        &mut self,
        module: &Module,
        then: FuncId,
        otherwise: FuncId,
        args: &[NodeId],
        bind: Binding,
    ) -> Vec<NodeId> {
        let node = self.node(module, Op::If { then, otherwise, bind }, args);
        self.results_of(node)
    }
    /// A counted loop; see [`Scan`].
    pub fn scan(&mut self, module: &Module, scan: Scan, args: &[NodeId]) -> Vec<NodeId> {
        let node = self.node(module, Op::Scan(scan), args);
        self.results_of(node)
    }
    /// A loop with a condition; see [`Op::While`].
    pub fn while_(
        &mut self,
        module: &Module,
        cond: FuncId,
        body: FuncId,
        state: u32,
        args: &[NodeId],
        bind: Binding,
    ) -> Vec<NodeId> {
        let node = self.node(module, Op::While { cond, body, state, bind }, args);
        self.results_of(node)
    }
    /// A routine with one result.
    pub fn library(&mut self, routine: Routine, args: &[NodeId], bind: Binding) -> NodeId {
        self.raw(Op::Library { routine, bind }, args)
    }
    /// The results of a routine with several.
    pub fn library_results(&mut self, routine: Routine, args: &[NodeId], bind: Binding) -> Vec<NodeId> {
        let node = self.library(routine, args, bind);
        self.results_of(node)
    }
    /// The axes that a call with these arguments is mapped over.
    pub fn mapped(&self, bind: &Binding, args: &[NodeId]) -> Vec<AxisId> {
        mapped_axes(&self.func, bind, args, 0, None)
    }

    /// `a + b`.
    pub fn add(&mut self, a: NodeId, b: NodeId) -> NodeId {
        self.map(&arith::ADD, &[a, b])
    }
    /// `a - b`.
    pub fn sub(&mut self, a: NodeId, b: NodeId) -> NodeId {
        self.map(&arith::SUB, &[a, b])
    }
    /// `a * b`.
    pub fn mul(&mut self, a: NodeId, b: NodeId) -> NodeId {
        self.map(&arith::MUL, &[a, b])
    }
    /// `a / b` of floats.
    pub fn div(&mut self, a: NodeId, b: NodeId) -> NodeId {
        self.map(&arith::DIV, &[a, b])
    }
    /// `-a`.
    pub fn neg(&mut self, a: NodeId) -> NodeId {
        self.map(&arith::NEG, &[a])
    }
    /// `c ? a : b`.
    pub fn select(&mut self, c: NodeId, a: NodeId, b: NodeId) -> NodeId {
        self.map(&logic::SELECT, &[c, a, b])
    }
    /// `a == b`.
    pub fn eq(&mut self, a: NodeId, b: NodeId) -> NodeId {
        self.map(&logic::EQ, &[a, b])
    }

    /// The finished function, with its results and the order of their axes.
    pub fn finish(mut self, results: Vec<Output>) -> Function {
        self.func.results = results;
        self.func
    }
}
