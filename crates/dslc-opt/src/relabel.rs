//! One operator with its axes and callees renamed: the only place in this crate that takes every operator apart
//! for that purpose.

use std::sync::Arc;

use dslc_ir::op::Dense;
use dslc_ir::{AxisId, Binding, FuncId, Index, Op, Scan};

/// An index as the builder wants it: terms sorted by axis, equal axes added up, no coefficient 0. `None` if a
/// sum of coefficients does not fit.
pub fn normal_index(terms: Vec<(AxisId, i64)>, offset: i64, data: Option<u32>) -> Option<Index> {
    let mut sorted = terms;
    sorted.sort_by_key(|&(axis, _)| axis);
    let mut sum: Vec<(AxisId, i64)> = Vec::with_capacity(sorted.len());
    for (axis, c) in sorted {
        match sum.last_mut() {
            Some((last, total)) if *last == axis => *total = total.checked_add(c)?,
            _ => sum.push((axis, c)),
        }
    }
    sum.retain(|&(_, c)| c != 0);
    Some(Index { terms: sum, offset, data })
}

/// A binding with every axis renamed.
pub fn relabel_binding(bind: &Binding, axis: &mut dyn FnMut(AxisId) -> AxisId) -> Binding {
    let mut lists = |lists: &[Vec<AxisId>]| -> Vec<Vec<AxisId>> {
        lists.iter().map(|list| list.iter().map(|&a| axis(a)).collect()).collect()
    };
    Binding { args: lists(&bind.args), results: lists(&bind.results) }
}

/// The operator with `axis` applied to every axis and `func` to every callee. `axis` must be injective.
pub fn relabel(op: &Op, axis: &mut dyn FnMut(AxisId) -> AxisId, func: &dyn Fn(FuncId) -> FuncId) -> Op {
    match op {
        Op::Param(_) | Op::Const(_) | Op::Map(_) | Op::Proj(_) => op.clone(),
        Op::Dense(d) => Op::Dense(relabel_dense(d, axis)),
        Op::Iota(a) => Op::Iota(axis(*a)),
        Op::Fold { monoid, axes } => Op::Fold { monoid: *monoid, axes: list(axes, axis) },
        Op::ArgFold { max, axes } => Op::ArgFold { max: *max, axes: list(axes, axis) },
        Op::Read { index, fill } => Op::Read { index: relabel_index(index, axis), fill: *fill },
        Op::Scatter { index, over } => {
            Op::Scatter { index: relabel_index(index, axis), over: list(over, axis) }
        }
        Op::Update { index, over } => {
            Op::Update { index: relabel_index(index, axis), over: list(over, axis) }
        }
        Op::Stack { axis: a } => Op::Stack { axis: axis(*a) },
        Op::Call { func: f, bind } => Op::Call { func: func(*f), bind: relabel_binding(bind, axis) },
        Op::If { then, otherwise, bind } => {
            Op::If { then: func(*then), otherwise: func(*otherwise), bind: relabel_binding(bind, axis) }
        }
        Op::Scan(scan) => Op::Scan(Scan {
            body: func(scan.body),
            axis: scan.axis.map(&mut *axis),
            bind: relabel_binding(&scan.bind, axis),
            ..*scan
        }),
        Op::While { cond, body, state, bind } => Op::While {
            cond: func(*cond),
            body: func(*body),
            state: *state,
            bind: relabel_binding(bind, axis),
        },
        Op::Vjp { func: f, wrt, bind } => {
            Op::Vjp { func: func(*f), wrt: wrt.clone(), bind: relabel_binding(bind, axis) }
        }
        Op::Jvp { func: f, wrt, bind } => {
            Op::Jvp { func: func(*f), wrt: wrt.clone(), bind: relabel_binding(bind, axis) }
        }
        Op::Bounds { func: f, wrt, bind } => {
            Op::Bounds { func: func(*f), wrt: wrt.clone(), bind: relabel_binding(bind, axis) }
        }
        Op::Spectral { func: f, bind } => Op::Spectral { func: func(*f), bind: relabel_binding(bind, axis) },
        Op::Library { routine, bind } => Op::Library { routine: *routine, bind: relabel_binding(bind, axis) },
    }
}

fn list(axes: &[AxisId], axis: &mut dyn FnMut(AxisId) -> AxisId) -> Vec<AxisId> {
    axes.iter().map(|&a| axis(a)).collect()
}

/// A constant whose axes keep their names is shared, not copied.
fn relabel_dense(dense: &Arc<Dense>, axis: &mut dyn FnMut(AxisId) -> AxisId) -> Arc<Dense> {
    let axes = list(&dense.axes, axis);
    if axes == dense.axes {
        return dense.clone();
    }
    Arc::new(Dense { scalar: dense.scalar, axes, elements: dense.elements.clone() })
}

fn relabel_index(index: &[(AxisId, Index)], axis: &mut dyn FnMut(AxisId) -> AxisId) -> Vec<(AxisId, Index)> {
    index
        .iter()
        .map(|(a, at)| {
            let terms = at.terms.iter().map(|&(t, c)| (axis(t), c)).collect();
            let at = normal_index(terms, at.offset, at.data).expect("renaming adds no coefficients up");
            (axis(*a), at)
        })
        .collect()
}
