//! Matrices of derivatives whose pattern is sparse take few passes.
//!
//! - *Takes* a [`Op::Vjp`] mapped over the rows of a unit matrix: a Jacobian, or a Hessian as that of a gradient.
//! - *Gives* the same matrix from a pass for each colour of its rows (or, forward, of its columns), whose elements are put
//!   at their places.
//! - *Needs* the function without derivatives in it.
//! - *Breaks* nothing: where there are not at most half as many colours as rows, it gives nothing.
//!
//! A pass runs for the sum of the unit vectors of its colour. An element of the result is a sum over paths of which only
//! those to its own row differ from zero, so it is the same sum as with a unit vector, but for the sign of zeros; where
//! a row has nothing there is no path, and 0 is put. So infinite factors harm no other row.
//!
//! ```text
//! %5 = .. rows of the unit matrix .. {'r, 'c}            %5 = colour['c] == 'k ? 1 : 0                  {'k, 'c}
//! %6 = vjp @f (%x['x], %5['c]) -> (.., ['j]) {'r, 'j}    %6 = call @f.reverse (%x['x], %5['c]) -> ..    {'k, 'j}
//!                                                        %7 = read {'k: colour['p], 'j: 'p + off['d]} %6  {'p, 'd}
//!                                               becomes  %8 = scatter {'r: 'p, 'j: 'p + off['d]} %7     {'r, 'j}
//! ```

use dslc_base::Index as _;
use dslc_ir::prims::logic;
use dslc_ir::verify::callees_of;
use dslc_ir::{AxisId, Bits, Builder, Extent, FuncId, Function, Index, Node, NodeId, Op, Scalar};

use crate::build::zero;
use crate::deriver::{Deriver, Request};
use crate::error::GradError;
use crate::expand::float_results;
use crate::index::proved_inside;
use crate::plan::{Layout, Plan, plan};
use crate::sparsity::pattern::place;
use crate::sparsity::{Effort, integers, patterns};

/// A matrix of derivatives that a node gives.
struct Matrix<'f> {
    f: &'f Function,
    node: &'f Node,
    /// Without derivatives in it.
    func: FuncId,
    wrt: &'f [bool],
    /// The axes of the matrix' rows.
    rows: Vec<AxisId>,
}

impl Deriver<'_> {
    /// The results of a node by position, if it is a matrix of derivatives with a sparse pattern: those of the
    /// parameters, which alone are asked for. `args` are the node's in `b`.
    pub(crate) fn compressed(
        &mut self,
        b: &mut Builder,
        f: &Function,
        id: NodeId,
        args: &[NodeId],
    ) -> Result<Option<Vec<Option<NodeId>>>, GradError> {
        // Where each derivative is watched, each row is had as it is written.
        if self.options.kinks || self.options.directions {
            return Ok(None);
        }
        let node = &f.nodes[id];
        let Op::Vjp { func: before, wrt, bind } = &node.op else { return Ok(None) };
        let Some(rows) = unit_rows(f, node) else { return Ok(None) };
        let count = f.count(&rows).and_then(|n| usize::try_from(n).ok()).unwrap_or(0);
        let func = self.expanded[before];
        if count < self.options.coloured_from || self.func(func).results.len() != 1 || reads_value(f, id) {
            return Ok(None);
        }
        let wanted: Vec<(NodeId, Vec<AxisId>)> =
            node.args.iter().zip(&bind.args).take(wrt.len()).map(|(&n, a)| (n, a.clone())).collect();
        let known = integers(self.module, f, &wanted);
        let found = patterns(self.module, func, wrt, &known, Effort::COMPILER);
        let Some(pattern) = found.and_then(|mut all| (all.len() == 1).then(|| all.remove(0))) else {
            return Ok(None);
        };
        let targets: Vec<Vec<usize>> = bind.results[1..].iter().map(|axes| lengths(f, axes)).collect();
        let symmetric = targets.len() == 1 && self.is_gradient(*before, wrt);
        let Some(plan) = plan(&pattern, &targets, symmetric, self.has(func, is_loop)) else {
            return Ok(None);
        };
        let matrix = Matrix { f, node, func, wrt, rows };
        let made = match plan.forward {
            true => vec![self.by_columns(b, &matrix, &plan, args)?],
            false => self.by_rows(b, &matrix, &plan, args)?,
        };
        Ok(Some(std::iter::once(None).chain(made.into_iter().map(Some)).collect()))
    }

    /// A reverse pass for each colour of the rows.
    fn by_rows(
        &mut self,
        b: &mut Builder,
        m: &Matrix<'_>,
        plan: &Plan,
        args: &[NodeId],
    ) -> Result<Vec<NodeId>, GradError> {
        let Op::Vjp { bind, .. } = &m.node.op else { return Ok(Vec::new()) };
        let core = &bind.args[m.wrt.len()];
        let scalar = b.scalar_of(args[m.wrt.len()]);
        let (seed, colours) = seed(b, plan, core, scalar);
        let none = vec![false; m.wrt.len()];
        let seeds = float_results(self.func(m.func));
        let request = Request { func: m.func, wrt: m.wrt.to_vec(), seeds, sums: none.clone(), kept: none };
        let func = self.joint(&request)?.func;
        let mut args = args.to_vec();
        args[m.wrt.len()] = seed;
        let found = b.call(self.module, func, &args, bind.clone());
        let parts = found[1..].iter().zip(&bind.results[1..]).zip(&plan.parts);
        Ok(parts
            .map(|((&bar, columns), layout)| put(b, plan, layout, bar, colours, (&m.rows, columns)))
            .collect())
    }

    /// A forward pass for each colour of the columns.
    fn by_columns(
        &mut self,
        b: &mut Builder,
        m: &Matrix<'_>,
        plan: &Plan,
        args: &[NodeId],
    ) -> Result<NodeId, GradError> {
        let Op::Vjp { bind, .. } = &m.node.op else { return Err(Deriver::left_over(m.f, &m.node.op)) };
        let moved = m.wrt.iter().position(|w| *w).unwrap_or(0);
        let scalar = b.scalar_of(args[moved]);
        let core = bind.args[moved].clone();
        let (mut seed, colours) = seed(b, plan, &core, scalar);
        if colours.is_none() {
            // A tensor of ones: a number would be spread over the axes wherever one of them is read.
            let count = plan.colouring.of.len();
            seed = b.dense(scalar, core.clone(), vec![Bits::number(scalar, 1.0).bits; count]);
        }
        let func = self.forward(m.func, m.wrt)?.func;
        let mut args = args[..m.wrt.len()].to_vec();
        args.push(seed);
        let mut bind_args = bind.args[..m.wrt.len()].to_vec();
        bind_args.push(core);
        let (value, dot) = (b.axes(&m.f.extents(&m.rows)), b.axes(&m.f.extents(&m.rows)));
        let results = vec![value, dot.clone()];
        let found = b.call(self.module, func, &args, dslc_ir::Binding { args: bind_args, results });
        Ok(put_turned(b, plan, &plan.parts[0], found[1], colours, (&m.rows, &dot, &bind.results[1])))
    }

    /// Whether the Jacobian of a function is symmetric because the function is a gradient: its result is the reverse
    /// derivative, in the parameter that moves, of a function with one result, and no rule says otherwise.
    fn is_gradient(&self, func: FuncId, wrt: &[bool]) -> bool {
        let f = self.func(func);
        let found = || -> Option<bool> {
            let moved = wrt.iter().position(|w| *w)?;
            let result = &f.results[0];
            let Op::Proj(k) = f.nodes[result.node].op else { return None };
            let of = &f.nodes[f.nodes[result.node].args[0]];
            let Op::Vjp { func: inner, wrt: inside, bind } = &of.op else { return None };
            let inner_f = self.func(*inner);
            let one = inner_f.results.len() == 1 && inner_f.result_shape(0).extents.is_empty();
            let target = inside.iter().enumerate().filter(|(_, w)| **w).nth((k as usize).checked_sub(1)?)?.0;
            let param = &f.params[moved];
            let direct = of.args[target] == param.node && bind.args[target] == param.axes;
            let once = of.args.iter().filter(|a| **a == param.node).count() == 1;
            let only = f.nodes.iter().all(|n| std::ptr::eq(n, of) || !n.args.contains(&param.node));
            let unmapped = of
                .args
                .iter()
                .zip(&bind.args)
                .all(|(a, core)| f.ty(*a).axes.iter().all(|x| core.contains(x)));
            let seed =
                f.nodes[*of.args.last()?].op == Op::Const(Bits::number(f.ty(*of.args.last()?).scalar, 1.0));
            let same = bind.results[k as usize] == result.axes;
            Some(
                one && direct
                    && once
                    && only
                    && unmapped
                    && seed
                    && same
                    && !self.has(*inner, |f| f.rule.is_some()),
            )
        };
        found().unwrap_or(false)
    }

    /// Whether something holds of a function or of one that it calls.
    fn has(&self, func: FuncId, holds: impl Fn(&Function) -> bool) -> bool {
        let mut reached = vec![false; func.index() + 1];
        reached[func.index()] = true;
        for k in (0..reached.len()).rev() {
            if !reached[k] {
                continue;
            }
            let f = self.func(FuncId(k as u32));
            if holds(f) {
                return true;
            }
            for callee in f.nodes.iter().flat_map(|n| callees_of(&n.op)) {
                reached[callee.index()] = true;
            }
        }
        false
    }
}

/// Whether a function has a loop of its own.
fn is_loop(f: &Function) -> bool {
    f.nodes.iter().any(|n| matches!(n.op, Op::Scan(_) | Op::While { .. }))
}

/// The axes over which the last argument of a reverse derivative is a unit matrix, in the order of its core axes, if nothing
/// else varies along them.
fn unit_rows(f: &Function, node: &Node) -> Option<Vec<AxisId>> {
    let Op::Vjp { wrt, bind, .. } = &node.op else { return None };
    let n = wrt.len();
    if node.args.len() != n + 1 || bind.results.len() < 2 || bind.args[n].is_empty() {
        return None;
    }
    let number = |id: NodeId, x: f64| match f.nodes[id].op {
        Op::Const(bits) => bits.scalar.is_float() && bits.as_f64() == x,
        _ => false,
    };
    let core = &bind.args[n];
    let mut rows: Vec<Option<AxisId>> = vec![None; core.len()];
    let mut at = node.args[n];
    while !number(at, 1.0) {
        let Node { op: Op::Map(select), args, .. } = &f.nodes[at] else { return None };
        let (&[same, then, otherwise], "select") = (&args[..], select.0.name) else { return None };
        let Node { op: Op::Map(eq), args: sides, .. } = &f.nodes[same] else { return None };
        let (&[a, b], "eq") = (&sides[..], eq.0.name) else { return None };
        let (Op::Iota(a), Op::Iota(b)) = (&f.nodes[a].op, &f.nodes[b].op) else { return None };
        let place = |x: &AxisId| core.iter().position(|c| c == x);
        let (k, row) = place(a).map(|k| (k, *b)).or_else(|| place(b).map(|k| (k, *a)))?;
        if rows[k].is_some() || place(&row).is_some() || !number(otherwise, 0.0) {
            return None;
        }
        rows[k] = Some(row);
        at = then;
    }
    let rows: Vec<AxisId> = rows.into_iter().collect::<Option<_>>()?;
    let apart = rows.iter().enumerate().all(|(k, r)| {
        let alone = node.args[..n].iter().all(|a| !f.ty(*a).has(*r));
        let free = bind.args.iter().chain(&bind.results).all(|axes| !axes.contains(r));
        alone && free && !rows[..k].contains(r)
    });
    let alike = rows.iter().zip(core).all(|(r, c)| f.axes[*r] == f.axes[*c]);
    (apart && alike && f.count(&rows).is_some()).then_some(rows)
}

/// Whether the value of the function is asked for, and not only its derivatives.
fn reads_value(f: &Function, id: NodeId) -> bool {
    let value = |(k, n): (NodeId, &Node)| (matches!(n.op, Op::Proj(0)) && n.args[0] == id).then_some(k);
    let values: Vec<NodeId> = f.nodes.iter_enumerated().filter_map(value).collect();
    let used =
        |v: &NodeId| f.results.iter().any(|r| r.node == *v) || f.nodes.iter().any(|n| n.args.contains(v));
    values.iter().any(used)
}

fn lengths(f: &Function, axes: &[AxisId]) -> Vec<usize> {
    axes.iter().map(|&a| f.axes[a].known().unwrap_or(0) as usize).collect()
}

/// The sums of unit vectors over `core`, along an axis of colours if there are several.
fn seed(b: &mut Builder, plan: &Plan, core: &[AxisId], scalar: Scalar) -> (NodeId, Option<AxisId>) {
    let one = b.number(scalar, 1.0);
    if plan.colouring.count == 1 {
        return (one, None);
    }
    let axis = b.axis(Extent::Static(plan.colouring.count as u64));
    let colours = plan.colouring.of.iter().map(|&c| u64::from(c)).collect();
    let colours = b.dense(Scalar::I64, core.to_vec(), colours);
    let here = b.iota(axis);
    let same = b.map(&logic::EQ, &[colours, here]);
    let zero = zero(b, scalar);
    (b.select(same, one, zero), Some(axis))
}

/// The matrix from its coloured rows: `bar` over the colours and `columns`.
fn put(
    b: &mut Builder,
    plan: &Plan,
    layout: &Layout,
    bar: NodeId,
    colours: Option<AxisId>,
    (rows, columns): (&[AxisId], &[AxisId]),
) -> NodeId {
    match layout {
        Layout::Offsets(offsets) => {
            let places = Offset::new(b, rows, offsets);
            let from = places.to(columns, 0);
            let colour = colours.map(|c| (c, b.dense(Scalar::I64, places.at.clone(), plan.colour_bits())));
            let value = places.read(b, bar, from, colour);
            let to: Vec<(AxisId, Index)> =
                rows.iter().copied().zip(places.at.iter().map(|&p| Index::axis(p))).collect();
            places.scatter(b, value, to, columns)
        }
        Layout::Listed(list) => {
            let axis = b.axis(Extent::Static(list.len() as u64));
            let from = |l: &(u32, u32, bool)| if l.2 { (l.1, l.0) } else { (l.0, l.1) };
            let source: Vec<(u32, u32)> = list.iter().map(from).collect();
            let colour = |s: &(u32, u32)| plan.colouring.of[s.0 as usize];
            let colour = colours.map(|c| (c, source.iter().map(colour).collect::<Vec<u32>>()));
            let value = listed_read(b, bar, axis, columns, source.iter().map(|s| s.1).collect(), colour);
            listed_scatter(b, value, axis, list, rows, columns)
        }
    }
}

/// The matrix from its coloured columns: `dot` over the colours and `inner`, the rows.
fn put_turned(
    b: &mut Builder,
    plan: &Plan,
    layout: &Layout,
    dot: NodeId,
    colours: Option<AxisId>,
    (rows, inner, columns): (&[AxisId], &[AxisId], &[AxisId]),
) -> NodeId {
    match layout {
        // Offsets are from columns to rows here.
        Layout::Offsets(offsets) => {
            let places = Offset::new(b, columns, offsets);
            let from = places.to(inner, 0);
            let colour = colours.map(|c| (c, b.dense(Scalar::I64, places.at.clone(), plan.colour_bits())));
            let value = places.read(b, dot, from, colour);
            let to: Vec<(AxisId, Index)> =
                columns.iter().copied().zip(places.at.iter().map(|&p| Index::axis(p))).collect();
            places.scatter(b, value, to, rows)
        }
        Layout::Listed(list) => {
            let axis = b.axis(Extent::Static(list.len() as u64));
            let colour = |l: &(u32, u32, bool)| plan.colouring.of[l.1 as usize];
            let colour = colours.map(|c| (c, list.iter().map(colour).collect::<Vec<u32>>()));
            let value = listed_read(b, dot, axis, inner, list.iter().map(|l| l.0).collect(), colour);
            listed_scatter(b, value, axis, list, rows, columns)
        }
    }
}

/// Places along axes and offsets from them.
struct Offset {
    /// An axis for each of those that are coloured.
    at: Vec<AxisId>,
    /// The axis of the offsets, if there are several.
    which: Option<AxisId>,
    /// For each axis its offset: one number, or one along the axis of offsets.
    by: Vec<Result<i64, NodeId>>,
}

impl Offset {
    fn new(b: &mut Builder, axes: &[AxisId], offsets: &[Vec<i64>]) -> Self {
        let at = axes.iter().map(|&a| b.axis_like(a)).collect();
        if let [one] = offsets {
            return Self { at, which: None, by: one.iter().map(|&d| Ok(d)).collect() };
        }
        let which = b.axis(Extent::Static(offsets.len() as u64));
        let along = |b: &mut Builder, k: usize| {
            let mut all = offsets.iter().map(|d| d[k]);
            let first = all.next().unwrap_or(0);
            match all.all(|d| d == first) {
                true => Ok(first),
                false => {
                    let bits = offsets.iter().map(|d| d[k] as u64).collect();
                    Err(b.dense(Scalar::I64, vec![which], bits))
                }
            }
        };
        let by = (0..axes.len()).map(|k| along(b, k)).collect();
        Self { at, which: Some(which), by }
    }
    /// The places by axis, with data from position `first` on.
    fn to(&self, axes: &[AxisId], first: u32) -> Vec<(AxisId, Index)> {
        let mut data = first;
        let mut one = |by: &Result<i64, NodeId>, at: AxisId| match by {
            Ok(d) => Index { terms: vec![(at, 1)], offset: *d, data: None },
            Err(_) => {
                data += 1;
                Index { terms: vec![(at, 1)], offset: 0, data: Some(data - 1) }
            }
        };
        axes.iter().zip(&self.by).zip(&self.at).map(|((&a, by), &at)| (a, one(by, at))).collect()
    }
    fn data(&self) -> Vec<NodeId> {
        self.by.iter().filter_map(|b| b.as_ref().err().copied()).collect()
    }
    fn read(
        &self,
        b: &mut Builder,
        x: NodeId,
        mut index: Vec<(AxisId, Index)>,
        colour: Option<(AxisId, NodeId)>,
    ) -> NodeId {
        let mut data = self.data();
        if let Some((axis, colour)) = colour {
            index.push((axis, Index::data(data.len() as u32)));
            data.push(colour);
        }
        let inside = index.iter().all(|(a, at)| proved_inside(b, at, b.func().axes[*a]));
        let fill = (!inside).then(|| b.like(x, 0.0));
        b.read(x, index, &data, fill)
    }
    fn scatter(
        &self,
        b: &mut Builder,
        value: NodeId,
        mut index: Vec<(AxisId, Index)>,
        others: &[AxisId],
    ) -> NodeId {
        index.extend(self.to(others, 0));
        let over = self.at.iter().copied().chain(self.which).collect();
        b.scatter(value, index, over, &self.data())
    }
}

/// Reads listed places; each is inside.
fn listed_read(
    b: &mut Builder,
    x: NodeId,
    axis: AxisId,
    axes: &[AxisId],
    at: Vec<u32>,
    colour: Option<(AxisId, Vec<u32>)>,
) -> NodeId {
    let (mut index, mut data) = listed(b, axis, axes, &at);
    if let Some((axis_of, colours)) = colour {
        index.push((axis_of, Index::data(data.len() as u32)));
        data.push(b.dense(Scalar::I64, vec![axis], colours.into_iter().map(u64::from).collect()));
    }
    // A fill that is never reached: a read at places that are data could fail.
    let fill = b.like(x, 0.0);
    b.read(x, index, &data, Some(fill))
}

fn listed_scatter(
    b: &mut Builder,
    value: NodeId,
    axis: AxisId,
    list: &[(u32, u32, bool)],
    rows: &[AxisId],
    columns: &[AxisId],
) -> NodeId {
    let (mut index, mut data) = listed(b, axis, rows, &list.iter().map(|l| l.0).collect::<Vec<_>>());
    let (more, data_of) = listed(b, axis, columns, &list.iter().map(|l| l.1).collect::<Vec<_>>());
    let shift = data.len() as u32;
    index.extend(more.into_iter().map(|(a, at)| (a, Index { data: at.data.map(|d| d + shift), ..at })));
    data.extend(data_of);
    b.scatter(value, index, vec![axis], &data)
}

/// Elements of a tensor as places along its axes.
fn listed(b: &mut Builder, axis: AxisId, axes: &[AxisId], at: &[u32]) -> (Vec<(AxisId, Index)>, Vec<NodeId>) {
    let extents = lengths(b.func(), axes);
    let mut columns: Vec<Vec<u64>> = vec![Vec::with_capacity(at.len()); axes.len()];
    for &k in at {
        let places = place(k as usize, &extents);
        columns.iter_mut().zip(places).for_each(|(c, p)| c.push(p as u64));
    }
    let data = columns.into_iter().map(|c| b.dense(Scalar::I64, vec![axis], c)).collect();
    (axes.iter().enumerate().map(|(k, &a)| (a, Index::data(k as u32))).collect(), data)
}
