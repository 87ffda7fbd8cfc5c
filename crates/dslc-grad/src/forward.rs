//! The forward derivative of one function.
//!
//! - *Takes* a function without `Vjp` and `Jvp` nodes, and which parameters move.
//! - *Gives* `(x.., x_dot..) -> (y.., y_dot..)`: beside each node that moves, its tangent.
//! - *Needs* callees to be derived, which it asks for as it meets them.
//! - *Breaks* nothing: the new function is appended.
//!
//! A tangent has a subset of its node's axes: it is constant along the others. A value that does not move has no
//! tangent nodes; a result that does not move gives zero. The terms of a tangent are added in the order of the
//! arguments.
//!
//! ```text
//! fn @0 "f" {
//!   axis '0 = 3
//!   %0 = param 0: f64{'0} order ['0]
//!   %1 = map sin %0: f64{'0}
//!   %2 = fold sum ['0] %1: f64{}
//!   return %2 []
//! }
//! fn @1 "f.tangent" {
//!   axis '0 = 3, '1 = 3
//!   %0 = param 0: f64{'0} order ['0]
//!   %1 = param 1: f64{'1} order ['1]
//!   %2 = read {'1: '0} %1: f64{'0}
//!   %3 = map sin %0: f64{'0}
//!   %4 = map cos %0: f64{'0}
//!   %5 = map mul %2 %4: f64{'0}
//!   %6 = fold sum ['0] %3: f64{}
//!   %7 = fold sum ['0] %5: f64{}
//!   return %6 [], %7 []
//! }
//! ```

use std::rc::Rc;

use dslc_base::Index as _;
use dslc_ir::{
    AxisId, Binding, Builder, FuncId, Function, Index, Monoid, Node, NodeId, Op, Output, PrimRef, Role,
    Routine,
};

use crate::activity::{Marks, any};
use crate::build::{builder_with_axes, drop_where, output, spread, zero};
use crate::composed::composed;
use crate::deriver::Deriver;
use crate::error::GradError;
use crate::expand::float_results;
use crate::factors::Factored;
use crate::folds::{others, shares, winner};
use crate::index::{inside, read_or_zero, renumber, running};
use crate::kinks::{Around, Moving, after};
use crate::matrices::{Matrix, triangle};
use crate::partials::{Motion, motion, times};

/// A function that gives values and tangents.
#[derive(Debug)]
pub(crate) struct Forward {
    /// `(x.., x_dot..) -> (y.., y_dot..)`, with an `x_dot` for each parameter that moves and a `y_dot` for each
    /// float result.
    pub(crate) func: FuncId,
    /// For each result: whether it moves.
    pub(crate) moves: Vec<bool>,
}

impl Forward {
    /// Which float result, counted among the float results, result `k` is.
    pub(crate) fn dot_position(floats: &[bool], k: usize) -> usize {
        floats[..k].iter().filter(|f| **f).count()
    }
}

/// The walk over one function.
pub(crate) struct Tangents<'d, 'm> {
    pub(crate) d: &'d mut Deriver<'m>,
    pub(crate) f: Function,
    pub(crate) varies: Marks,
    pub(crate) b: Builder,
    /// For each node of `f`: the new node for each of its results.
    pub(crate) outs: Vec<Vec<NodeId>>,
    /// For each node of `f`: the tangent of each of its results, if it moves.
    pub(crate) dots: Vec<Vec<Option<NodeId>>>,
}

impl Deriver<'_> {
    /// The forward derivative in the marked parameters.
    pub(crate) fn forward(&mut self, func: FuncId, wrt: &[bool]) -> Result<Rc<Forward>, GradError> {
        let key = (func, wrt.to_vec());
        if let Some(found) = self.forwards.get(&key) {
            return Ok(found.clone());
        }
        let f = self.func(func).clone();
        if let Some(rule) = &f.rule {
            let moves = self.reach(func, wrt).to_vec();
            let forward = Rc::new(Forward { func: self.stated_forward(func, rule, wrt)?, moves });
            self.forwards.insert(key, forward.clone());
            return Ok(forward);
        }
        let varies = (*self.varies_in(func, wrt)).clone();
        let moves = self.reach(func, wrt).to_vec();
        let b = builder_with_axes(&f, format!("{}.tangent", f.name));
        let outs = vec![Vec::new(); f.nodes.len()];
        let dots = f.nodes.iter().map(|n| vec![None; n.types.len()]).collect();
        let func = Tangents { d: self, f, varies, b, outs, dots }.run(wrt)?;
        let forward = Rc::new(Forward { func, moves });
        self.forwards.insert(key, forward.clone());
        Ok(forward)
    }
}

impl Tangents<'_, '_> {
    fn run(mut self, wrt: &[bool]) -> Result<FuncId, GradError> {
        let ps = self.f.params.clone();
        for p in &ps {
            let param = self.b.param(self.f.ty(p.node).scalar, p.axes.clone());
            self.outs[p.node.index()] = vec![param];
        }
        for (k, p) in ps.iter().enumerate().filter(|(k, _)| wrt[*k]) {
            let (dot, fresh) = self.b.param_of(&self.f.param_shape(k));
            let pairs: Vec<(AxisId, AxisId)> = fresh.into_iter().zip(p.axes.iter().copied()).collect();
            self.dots[p.node.index()][0] = Some(self.b.rename(dot, &pairs));
        }
        for id in self.f.nodes.ids() {
            self.node(id)?;
        }
        self.b.site = None;
        let floats = float_results(&self.f);
        let rs = self.f.results.clone();
        let mut results: Vec<Output> =
            rs.iter().map(|r| output(self.outs[r.node.index()][0], r.axes.clone())).collect();
        for (r, _) in rs.iter().zip(floats).filter(|(_, float)| *float) {
            let dot = self.dots[r.node.index()][0];
            let scalar = self.f.ty(r.node).scalar;
            let dot = dot.unwrap_or_else(|| zero(&mut self.b, scalar));
            results.push(output(dot, r.axes.clone()));
        }
        Ok(self.d.add(self.b.finish(results)))
    }

    fn node(&mut self, id: NodeId) -> Result<(), GradError> {
        let node = self.f.nodes[id].clone();
        self.b.site = node.site;
        if let Op::Param(_) = node.op {
            return Ok(());
        }
        if let Op::Proj(k) = node.op {
            let (of, k) = (node.args[0].index(), k as usize);
            self.outs[id.index()] = vec![self.outs[of][k]];
            self.dots[id.index()] = vec![self.dots[of][k]];
            return Ok(());
        }
        let args: Vec<NodeId> = node.args.iter().map(|a| self.outs[a.index()][0]).collect();
        let dots: Vec<Option<NodeId>> = node.args.iter().map(|a| self.dots[a.index()][0]).collect();
        let active = any(&self.varies, id);
        if active && self.control(id, &node, &args, &dots)? {
            self.watch(id, &dots);
            return Ok(());
        }
        let made = self.b.node(self.d.module, node.op.clone(), &args);
        self.outs[id.index()] = self.b.results_of(made);
        self.b.site = self.d.direction(node.site, Role::Tangent).or(node.site);
        if active
            && let Op::Library { routine, bind } = &node.op
            && !routine.is_system()
        {
            if let Some(dot) = dots[0] {
                let a = (args[0], bind.args[0].as_slice());
                let outs = &self.outs[id.index()];
                let factored = Factored { routine: *routine, a, outs, cores: &bind.results };
                self.dots[id.index()] = factored.dots(&mut self.b, dot);
            }
        } else if active {
            let y = self.outs[id.index()][0];
            self.dots[id.index()][0] = self.tangent(&node, &args, &dots, y)?;
        }
        self.watch(id, &dots);
        Ok(())
    }

    /// Lets the tangents of a node wait for a report of the kinks that it meets.
    fn watch(&mut self, id: NodeId, dots: &[Option<NodeId>]) {
        let results = self.dots[id.index()].clone();
        let moved = results.iter().enumerate().find_map(|(r, dot)| Some((r, (*dot)?)));
        if let (true, Some((r, dot))) = (self.d.options.kinks, moved) {
            let around = Around { f: &self.f, varies: &self.varies, outs: &self.outs };
            let seen = around.seen(&mut self.b, self.d.module, id, Moving::Dots(dots, &results));
            if let Some(seen) = seen {
                self.dots[id.index()][r] = Some(after(&mut self.b, seen, dot));
            }
        }
    }

    /// The tangent of an operator with one result and without callees.
    fn tangent(
        &mut self,
        node: &Node,
        args: &[NodeId],
        dots: &[Option<NodeId>],
        y: NodeId,
    ) -> Result<Option<NodeId>, GradError> {
        match &node.op {
            Op::Map(prim) => self.map_dot(node, *prim, args, dots, y),
            Op::Fold { monoid, axes } => {
                Ok(dots[0].and_then(|dot| self.fold_dot(*monoid, axes, args[0], dot, y)))
            }
            Op::Read { index, fill } => Ok(Some(self.read_dot(node, index, *fill, args, dots))),
            Op::Scatter { index, over } => {
                Ok(dots[0].map(|dot| self.scatter_dot(index, over, &args[1..], dot)))
            }
            Op::Update { index, over } => Ok(Some(self.update_dot(node, index, over, args, dots))),
            Op::Stack { axis } => {
                let parts: Vec<NodeId> = dots.iter().map(|dot| self.dot_or_zero(*dot, node)).collect();
                Ok(Some(self.b.raw(Op::Stack { axis: *axis }, &parts)))
            }
            Op::Library { routine, bind } => Ok(self.solve_dot(*routine, bind, args, dots, y)),
            Op::Param(_) | Op::Const(_) | Op::Dense(_) | Op::Iota(_) | Op::Proj(_) | Op::ArgFold { .. } => {
                Ok(None)
            }
            Op::Call { .. }
            | Op::If { .. }
            | Op::Scan(_)
            | Op::While { .. }
            | Op::Vjp { .. }
            | Op::Jvp { .. }
            | Op::Bounds { .. }
            | Op::Spectral { .. } => Err(Deriver::left_over(&self.f, &node.op)),
        }
    }

    pub(crate) fn dot_or_zero(&mut self, dot: Option<NodeId>, node: &Node) -> NodeId {
        dot.unwrap_or_else(|| zero(&mut self.b, node.ty().scalar))
    }

    fn map_dot(
        &mut self,
        node: &Node,
        prim: PrimRef,
        args: &[NodeId],
        dots: &[Option<NodeId>],
        y: NodeId,
    ) -> Result<Option<NodeId>, GradError> {
        if let Some((x, partial)) = composed(&self.f, node) {
            let partial = partial(&mut self.b, self.outs[x.index()][0]);
            return Ok(self.dots[x.index()][0].map(|dot| self.b.mul(dot, partial)));
        }
        match motion(&mut self.b, prim, args, y) {
            Motion::None => Ok(None),
            Motion::Undefined(why) => Err(GradError::new(node.site, &self.f.name, why)),
            Motion::Cast(_) => Ok(dots[0].map(|dot| self.b.map(prim.0, &[dot]))),
            Motion::Partials(partials, singular) => {
                let mut sum = None;
                for (dot, partial) in dots.iter().zip(partials) {
                    if let Some(dot) = *dot {
                        let term = times(&mut self.b, dot, partial, singular);
                        sum = Some(sum.map_or(term, |sum| self.b.add(sum, term)));
                    }
                }
                Ok(sum)
            }
            Motion::Choice(first, (one, two)) => {
                let one = self.dot_or_zero(dots[one], node);
                let two = self.dot_or_zero(dots[two], node);
                Ok(Some(self.b.select(first, one, two)))
            }
        }
    }

    fn fold_dot(
        &mut self,
        monoid: Monoid,
        axes: &[AxisId],
        x: NodeId,
        dot: NodeId,
        y: NodeId,
    ) -> Option<NodeId> {
        match monoid {
            Monoid::Sum => Some(self.b.fold(Monoid::Sum, dot, axes)),
            Monoid::Prod => {
                let x = spread(&mut self.b, x, axes);
                let term = match others(self.d, &mut self.b, x, axes) {
                    Some(rest) => self.b.mul(dot, rest),
                    None => dot,
                };
                Some(self.b.fold(Monoid::Sum, term, axes))
            }
            Monoid::Max | Monoid::Min | Monoid::MaxPlus | Monoid::MinPlus => {
                winner(&mut self.b, monoid, x, y, axes).map(|won| won.read(&mut self.b, dot))
            }
            Monoid::LogSum => {
                let shares = shares(&mut self.b, x, y);
                let term = times(&mut self.b, dot, shares, true);
                Some(self.b.fold(Monoid::Sum, term, axes))
            }
            Monoid::Any | Monoid::All | Monoid::CountSum | Monoid::CountProd => None,
        }
    }

    fn read_dot(
        &mut self,
        node: &Node,
        index: &[(AxisId, Index)],
        fill: bool,
        args: &[NodeId],
        dots: &[Option<NodeId>],
    ) -> NodeId {
        let data = &args[1..args.len() - usize::from(fill)];
        let fill_dot = if fill { dots[args.len() - 1] } else { None };
        let Some(fill_dot) = fill_dot else {
            let dot = self.dot_or_zero(dots[0], node);
            return read_or_zero(&mut self.b, dot, index, data);
        };
        let Some(dot) = dots[0] else {
            return match inside(&mut self.b, index, data) {
                Some(within) => drop_where(&mut self.b, within, fill_dot),
                None => zero(&mut self.b, node.ty().scalar),
            };
        };
        let indexed: Vec<AxisId> = index.iter().map(|(a, _)| *a).collect();
        let dot = spread(&mut self.b, dot, &indexed);
        let (index, data) = renumber(index.to_vec(), data);
        self.b.read(dot, index, &data, Some(fill_dot))
    }

    /// A tangent may lack consumed axes: then it is added as often as they are long.
    fn scatter_dot(
        &mut self,
        index: &[(AxisId, Index)],
        over: &[AxisId],
        data: &[NodeId],
        dot: NodeId,
    ) -> NodeId {
        let runs = running(&self.b, dot, index, over, data);
        let runs = runs.unwrap_or_else(|| over.to_vec());
        let idle: Vec<AxisId> = over.iter().copied().filter(|a| !runs.contains(a)).collect();
        let dot = self.b.fold(Monoid::Sum, dot, &idle);
        self.b.scatter(dot, index.to_vec(), runs, data)
    }

    fn update_dot(
        &mut self,
        node: &Node,
        index: &[(AxisId, Index)],
        over: &[AxisId],
        args: &[NodeId],
        dots: &[Option<NodeId>],
    ) -> NodeId {
        let indexed: Vec<AxisId> = index.iter().map(|(a, _)| *a).collect();
        let x_dot = self.dot_or_zero(dots[0], node);
        let v_dot = self.dot_or_zero(dots[1], node);
        let Some(over) = running(&self.b, v_dot, index, over, &args[2..]) else {
            return x_dot;
        };
        let x_dot = spread(&mut self.b, x_dot, &indexed);
        self.b.update(x_dot, v_dot, index.to_vec(), over, &args[2..])
    }

    /// `a x_dot = b_dot - a_dot x`, where of a triangular `a` only the triangle moves.
    fn solve_dot(
        &mut self,
        routine: Routine,
        bind: &Binding,
        args: &[NodeId],
        dots: &[Option<NodeId>],
        x: NodeId,
    ) -> Option<NodeId> {
        let (rows, columns) = (bind.args[0][0], bind.args[0][1]);
        let row = self.b.axis_like(rows);
        let right = dots[1].map(|b_dot| {
            let b_dot = spread(&mut self.b, b_dot, &bind.args[1]);
            self.b.rename(b_dot, &[(bind.args[1][0], row)])
        });
        let left = dots[0].map(|a_dot| {
            let column = self.b.axis_like(columns);
            let a_dot = spread(&mut self.b, a_dot, &bind.args[0]);
            let a_dot = self.b.rename(a_dot, &[(rows, row), (columns, column)]);
            let a_dot = triangle(&mut self.b, routine, Matrix { node: a_dot, row, column }).node;
            let x = self.b.rename(x, &[(bind.results[0][0], column)]);
            let product = self.b.mul(a_dot, x);
            self.b.fold(Monoid::Sum, product, &[column])
        });
        let rhs = match (right, left) {
            (Some(right), Some(left)) => self.b.sub(right, left),
            (Some(right), None) => right,
            (None, Some(left)) => self.b.neg(left),
            (None, None) => return None,
        };
        let bind = Binding { args: vec![bind.args[0].clone(), vec![row]], results: bind.results.clone() };
        Some(self.b.library(routine, &[args[0], rhs], bind))
    }
}
