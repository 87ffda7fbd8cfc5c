//! Loops in the form that can be run backwards.
//!
//! - *Takes* a function and a request.
//! - *Gives* the same function in which every loop with a condition that moves with the request's parameters has
//!   become two: the loop itself, which also counts its trips, and a [`Scan`] of that many trips. A loop whose
//!   trip count differs between mapped points, or is data at mapped points, becomes a call of a function that
//!   holds it unmapped: one tape has one length.
//! - *Needs* nothing.
//! - *Breaks* nothing: inactive loops stay.
//!
//! ```text
//! %s' = while cond body (s, w)
//! ```
//! becomes
//! ```text
//! _, %n = while cond.counted body.counted (s, 0, w)
//! %s' = scan body.indexed %n (s, w)
//! ```

use dslc_base::{FileId, Index as _, Span};
use dslc_ir::function::Shape;
use dslc_ir::{
    AxisId, Binding, Builder, FuncId, Function, Node, NodeId, Op, Output, Scalar, Scan, Site, SiteId,
};

use crate::activity::{Marks, any};
use crate::build::{builder_with_axes, call_core, output, param_shapes, params};
use crate::deriver::{Deriver, Request};
use crate::error::GradError;
use crate::segments::Loop;

/// The function of a request, ready for the reverse walk.
pub(crate) fn prepare(d: &mut Deriver<'_>, request: &Request) -> Result<Function, GradError> {
    let f = d.func(request.func).clone();
    let varies = d.varies_in(request.func, &request.wrt);
    let marks = d.useful(&f, &request.seeds, &varies);
    let loops = |(id, n): (NodeId, &Node)| any(&marks, id) && matches!(n.op, Op::While { .. } | Op::Scan(_));
    if !f.nodes.iter_enumerated().any(loops) {
        return Ok(f);
    }
    rewrite(d, &f, &marks, &varies)
}

fn rewrite(d: &mut Deriver<'_>, f: &Function, marks: &Marks, varies: &Marks) -> Result<Function, GradError> {
    let mut b = builder_with_axes(f, f.name.clone());
    let mut outs: Vec<Vec<NodeId>> = vec![Vec::new(); f.nodes.len()];
    for p in &f.params {
        outs[p.node.index()] = vec![b.param(f.ty(p.node).scalar, p.axes.clone())];
    }
    for (id, node) in f.nodes.iter_enumerated() {
        if let Op::Param(_) = node.op {
            continue;
        }
        b.site = node.site;
        let args: Vec<NodeId> = node.args.iter().map(|a| outs[a.index()][0]).collect();
        outs[id.index()] = if let Op::Proj(k) = node.op {
            vec![outs[node.args[0].index()][k as usize]]
        } else if any(marks, id) {
            let wrt = node.args.iter().map(|a| varies[a.index()][0]).collect();
            active(d, &mut b, f, (id, node), &args, (wrt, marks))?
        } else {
            same(d, &mut b, node, &args)
        };
    }
    let results = f.results.iter().map(|r| output(outs[r.node.index()][0], r.axes.clone())).collect();
    Ok(b.finish(results))
}

fn same(d: &Deriver<'_>, b: &mut Builder, node: &Node, args: &[NodeId]) -> Vec<NodeId> {
    let made = b.node(d.module, node.op.clone(), args);
    b.results_of(made)
}

fn active(
    d: &mut Deriver<'_>,
    b: &mut Builder,
    f: &Function,
    (id, node): (NodeId, &Node),
    args: &[NodeId],
    (wrt, marks): (Vec<bool>, &Marks),
) -> Result<Vec<NodeId>, GradError> {
    if let Op::While { cond, body, state, bind } = &node.op {
        if b.mapped(bind, args).is_empty() {
            let (scan, args) = counted(d, b, (*cond, *body), *state as usize, bind, args);
            // The count is one more argument, before the others.
            let wrt = std::iter::once(false).chain(wrt).collect();
            return d.loop_within_budget(b, Loop::new(scan, &args, wrt, marks, id));
        }
        let shapes = param_shapes(d.func(*body));
        return Ok(unmapped(d, b, node, bind, args, &shapes));
    }
    if let Op::Scan(scan) = &node.op
        && !f.ty(node.args[0]).axes.is_empty()
    {
        let mut shapes = param_shapes(d.func(scan.body));
        shapes[0] = Shape { scalar: Scalar::I64, extents: vec![] };
        return Ok(unmapped(d, b, node, &scan.bind, args, &shapes));
    }
    if let Op::Scan(scan) = &node.op {
        return d.loop_within_budget(b, Loop::new(scan.clone(), args, wrt, marks, id));
    }
    Ok(same(d, b, node, args))
}

/// The loop in a function of its own, called for each mapped point. A loop whose extent is mapped has no stacked
/// inputs or outputs (its axis would have several lengths), so its arguments have core axes only.
fn unmapped(
    d: &mut Deriver<'_>,
    b: &mut Builder,
    node: &Node,
    bind: &Binding,
    args: &[NodeId],
    shapes: &[Shape],
) -> Vec<NodeId> {
    let mut inner = Builder::new("loop");
    inner.site = node.site;
    let ps = params(&mut inner, shapes.iter().cloned());
    let results: Vec<Vec<AxisId>> =
        bind.results.iter().map(|axes| inner.axes(&b.func().extents(axes))).collect();
    let inner_bind = Binding { args: ps.iter().map(|p| p.axes.clone()).collect(), results: results.clone() };
    let op = with_binding(&node.op, inner_bind);
    let nodes: Vec<NodeId> = ps.iter().map(|p| p.node).collect();
    let made = inner.node(d.module, op, &nodes);
    let outs = inner.results_of(made);
    let outputs = outs.into_iter().zip(results).map(|(node, axes)| Output { node, axes }).collect();
    let func = d.add(inner.finish(outputs));
    b.call(d.module, func, args, bind.clone())
}

/// The same operator with other axes bound; for loops only.
fn with_binding(op: &Op, bind: Binding) -> Op {
    match op.clone() {
        Op::While { cond, body, state, .. } => Op::While { cond, body, state, bind },
        Op::Scan(scan) => Op::Scan(Scan { bind, axis: None, ..scan }),
        other => other,
    }
}

fn counted(
    d: &mut Deriver<'_>,
    b: &mut Builder,
    (cond, body): (FuncId, FuncId),
    state: usize,
    bind: &Binding,
    args: &[NodeId],
) -> (Scan, Vec<NodeId>) {
    let counting_cond = with_counter(d, cond, state, false);
    let counting_body = with_counter(d, body, state, true);
    let mut count_args = args.to_vec();
    count_args.insert(state, b.int(0));
    let mut count_bind = bind.clone();
    count_bind.args.insert(state, vec![]);
    count_bind.results = bind.results.iter().map(|axes| b.axes(&b.func().extents(axes).clone())).collect();
    count_bind.results.push(vec![]);
    let all = b.while_(d.module, counting_cond, counting_body, state as u32 + 1, &count_args, count_bind);
    let count = all[state];
    let indexed = with_index(d, body);
    let mut scan_args = vec![count];
    scan_args.extend_from_slice(args);
    let mut scan_bind = bind.clone();
    scan_bind.args.insert(0, vec![]);
    let scan =
        Scan { body: indexed, xs: 0, state: state as u32, axis: None, reverse: false, bind: scan_bind };
    (scan, scan_args)
}

/// The same function with a counter after the state: passed over by a condition, one more after a body.
fn with_counter(d: &mut Deriver<'_>, func: FuncId, state: usize, adds: bool) -> FuncId {
    let site = count_site(d);
    let mut b = Builder::new(format!("{}.counted", d.func(func).name));
    let mut shapes = param_shapes(d.func(func));
    shapes.insert(state, Shape { scalar: Scalar::I64, extents: vec![] });
    let mut ps = params(&mut b, shapes);
    let counter = ps.remove(state);
    let mut results = call_core(&mut b, d.module, func, &ps);
    if adds {
        // 2^63 trips never end, but an integer sum must say where it would fail.
        b.site = Some(site);
        let one = b.int(1);
        let next = b.add(counter.node, one);
        results.push(output(next, []));
    }
    d.add(b.finish(results))
}

/// The place of the sums that count trips: one for the module.
fn count_site(d: &mut Deriver<'_>) -> SiteId {
    if let Some(site) = d.count_site {
        return site;
    }
    let site = Site::new(Span::new(FileId(0), 0, 0), "the trip count of a loop");
    let site = d.module.sites.push(site);
    d.count_site = Some(site);
    site
}

/// The same function with an index before its parameters, which it does not use.
fn with_index(d: &mut Deriver<'_>, func: FuncId) -> FuncId {
    let mut b = Builder::new(format!("{}.indexed", d.func(func).name));
    b.param(Scalar::I64, vec![]);
    let shapes = param_shapes(d.func(func));
    let ps = params(&mut b, shapes);
    let results = call_core(&mut b, d.module, func, &ps);
    d.add(b.finish(results))
}
