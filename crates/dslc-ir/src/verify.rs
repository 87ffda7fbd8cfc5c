//! Checks a module after a pass. What it finds is a bug of ours, never the user's.
//!
//! Guarantees, for each function:
//! - Ids exist: arguments are smaller than their node, callees smaller than the function, axes and sites exist.
//! - `params[k].node` is the one node `Op::Param(k)`; its axes by position are those of its type, each once. A
//!   result's axes are each listed once and hold those of its node.
//! - Types are what [`infer`] says; axes of a type are sorted. An argument has exactly one result, but for `Proj`.
//! - Lists of axes (folded, indexed, consumed, bound) name no axis twice. Index terms are sorted, without zeros.
//! - Constants are zero-extended, a bool is 0 or 1; a dense constant has as many elements as places.
//! - Purely affine reads without a fill, and purely affine updates, are inside at every corner.
//! - `over` lists only axes of the written value, the data and the index terms, and leaves none that is indexed.
//! - A binding has one list for each argument and each result, of the callee's extents; state keeps its type.
//! - A scan with a static axis has that constant as its extent; no other argument has the axis.
//! - A dynamic axis is seen by parameters, results, bindings and the axis of a scan only.
//! - A rule is smaller than its function, takes its results, cotangents and parameters, and gives what it covers.
//! - A node that can fail ([`can_fail`]) has a site.

use dslc_base::Index as _;

use crate::function::{AxisId, Extent, FuncId, Function, Module, Node, NodeId, Param, Rule, Shape};
use crate::infer::{data_args, infer, mapped_axes, term_axes};
use crate::mach::Trap;
use crate::op::{Binding, Index, Op};
use crate::prim::PrimRef;
use crate::routine::Routine;
use crate::scalar::{Bits, Scalar};

mod control;

/// Checks every function; see the module's list.
pub fn verify_module(module: &Module) -> Result<(), String> {
    for (id, func) in module.funcs.iter_enumerated() {
        check_function(module, func, id).map_err(|why| format!("{id} `{}`: {why}", func.name))?;
    }
    Ok(())
}

/// Checks one function, which may call any function of the module and need not be in it.
pub fn verify_function(module: &Module, func: &Function) -> Result<(), String> {
    check_function(module, func, module.funcs.next_id()).map_err(|why| format!("`{}`: {why}", func.name))
}

fn check_function(module: &Module, func: &Function, limit: FuncId) -> Result<(), String> {
    for (k, param) in func.params.iter().enumerate() {
        check_param(func, k, param).map_err(|why| format!("parameter {k}: {why}"))?;
    }
    for (id, node) in func.nodes.iter_enumerated() {
        check_node(module, func, limit, id, node).map_err(|why| format!("{id} = {:?}: {why}", node.op))?;
    }
    for (k, result) in func.results.iter().enumerate() {
        let types = func.nodes.get(result.node).map(|n| n.types.as_slice());
        let Some([ty]) = types else {
            return Err(format!("result {k}: {} does not have exactly one result", result.node));
        };
        exist(func, &result.axes)?;
        once(&result.axes).map_err(|why| format!("result {k}: {why}"))?;
        if let Some(a) = ty.axes.iter().find(|a| !result.axes.contains(a)) {
            return Err(format!("result {k}: axis {a} of the node is not listed"));
        }
    }
    match &func.rule {
        Some(rule) => check_rule(module, func, limit, rule).map_err(|why| format!("its rule: {why}")),
        None => Ok(()),
    }
}

fn check_rule(module: &Module, func: &Function, limit: FuncId, rule: &Rule) -> Result<(), String> {
    if rule.func >= limit {
        return Err(format!("{} is not smaller", rule.func));
    }
    if rule.covers.len() != func.params.len() {
        return Err(format!("{} marks for {} parameters", rule.covers.len(), func.params.len()));
    }
    let params: Vec<Shape> = (0..func.params.len()).map(|k| func.param_shape(k)).collect();
    let results: Vec<Shape> = (0..func.results.len()).map(|k| func.result_shape(k)).collect();
    let bars = results.iter().filter(|s| s.scalar.has_tangent());
    let takes: Vec<Shape> = results.iter().chain(bars).chain(&params).cloned().collect();
    let covered = params.iter().zip(&rule.covers).filter(|(_, c)| **c).map(|(s, _)| s);
    let gives: Vec<Shape> = covered.cloned().collect();
    if gives.iter().any(|s| !s.scalar.has_tangent()) {
        return Err("it covers a parameter without a tangent".into());
    }
    let stated = &module.funcs[rule.func];
    let found: Vec<Shape> = (0..stated.params.len()).map(|k| stated.param_shape(k)).collect();
    let made: Vec<Shape> = (0..stated.results.len()).map(|k| stated.result_shape(k)).collect();
    match () {
        () if found != takes => Err(format!("it takes {found:?}, not {takes:?}")),
        () if made != gives => Err(format!("it gives {made:?}, not {gives:?}")),
        () => Ok(()),
    }
}

fn check_param(func: &Function, k: usize, param: &Param) -> Result<(), String> {
    let node = func.nodes.get(param.node).ok_or_else(|| format!("no node {}", param.node))?;
    if node.op != Op::Param(k as u32) {
        return Err(format!("{} is not this parameter", param.node));
    }
    let [ty] = node.types.as_slice() else {
        return Err("a parameter has one type".into());
    };
    exist(func, &param.axes)?;
    once(&param.axes)?;
    let mut sorted = param.axes.clone();
    sorted.sort_unstable();
    if sorted[..] != ty.axes[..] {
        return Err(format!("axes {:?} of a node with {:?}", param.axes, ty.axes));
    }
    Ok(())
}

fn check_node(
    module: &Module,
    func: &Function,
    limit: FuncId,
    id: NodeId,
    node: &Node,
) -> Result<(), String> {
    for &arg in &node.args {
        if arg >= id {
            return Err(format!("the argument {arg} is not smaller"));
        }
        if func.nodes[arg].types.len() != 1 && !matches!(node.op, Op::Proj(_)) {
            return Err(format!("the argument {arg} does not have exactly one result"));
        }
    }
    exist(func, &axes_of(&node.op))?;
    if let Some(callee) = callees_of(&node.op).into_iter().find(|&f| f >= limit) {
        return Err(format!("the callee {callee} is not smaller"));
    }
    for ty in &node.types {
        exist(func, &ty.axes)?;
        if !ty.axes.is_sorted_by(|a, b| a < b) {
            return Err(format!("the axes {:?} are not sorted", ty.axes));
        }
    }
    let types = infer(module, func, &node.op, &node.args)?;
    if types != node.types {
        return Err(format!("the types are {types:?}, not {:?}", node.types));
    }
    check_op(module, func, id, node)?;
    check_dynamic(func, node)?;
    match node.site {
        Some(site) if site.index() >= module.sites.len() => Err(format!("no site {site}")),
        None if can_fail(func, node) => Err("it can fail and has no site".into()),
        _ => Ok(()),
    }
}

/// What is special to an operator, beyond its types.
fn check_op(module: &Module, func: &Function, id: NodeId, node: &Node) -> Result<(), String> {
    match &node.op {
        Op::Param(k) => match func.params.get(*k as usize) {
            Some(p) if p.node == id => Ok(()),
            _ => Err("a second node for the parameter".into()),
        },
        Op::Const(bits) => zero_extended(*bits),
        Op::Dense(d) => {
            once(&d.axes)?;
            d.elements.iter().try_for_each(|&bits| zero_extended(Bits { scalar: d.scalar, bits }))
        }
        Op::Iota(_) | Op::Map(_) | Op::Stack { .. } | Op::Proj(_) => Ok(()),
        Op::Fold { axes, .. } => once(axes),
        Op::ArgFold { axes, .. } => {
            once(axes)?;
            match func.ty(node.args[0]).scalar {
                Scalar::Key => Err("keys have no order".into()),
                _ => Ok(()),
            }
        }
        Op::Read { index, fill } => {
            check_index(index)?;
            if *fill || inside(func, node, index) { Ok(()) } else { Err("it reads outside".into()) }
        }
        Op::Scatter { index, over } => {
            check_index(index)?;
            check_over(func, node, index, over, 0)?;
            match func.ty(node.args[0]).scalar {
                Scalar::F64 | Scalar::F32 | Scalar::I64 | Scalar::Z2 => Ok(()),
                other => Err(format!("{other} does not add")),
            }
        }
        Op::Update { index, over } => {
            check_index(index)?;
            check_over(func, node, index, over, 1)?;
            let x = func.ty(node.args[0]);
            if let Some(a) = over.iter().find(|a| x.has(**a) && !index.iter().any(|(i, _)| i == *a)) {
                return Err(format!("the axis {a} passes through and is consumed"));
            }
            if inside(func, node, index) { Ok(()) } else { Err("it writes outside".into()) }
        }
        Op::Call { .. }
        | Op::If { .. }
        | Op::Scan(_)
        | Op::While { .. }
        | Op::Vjp { .. }
        | Op::Jvp { .. }
        | Op::Bounds { .. }
        | Op::Spectral { .. }
        | Op::Library { .. } => control::check(module, func, node),
    }
}

/// The consumed axes run over the value, the data or the terms, and no axis that stays is indexed.
fn check_over(
    func: &Function,
    node: &Node,
    index: &[(AxisId, Index)],
    over: &[AxisId],
    value: usize,
) -> Result<(), String> {
    once(over)?;
    let mut running = term_axes(index);
    for &arg in &node.args[value..] {
        running.extend_from_slice(&func.ty(arg).axes);
    }
    if let Some(a) = over.iter().find(|a| !running.contains(a)) {
        return Err(format!("nothing runs over the consumed axis {a}"));
    }
    match index.iter().find(|(a, _)| running.contains(a) && !over.contains(a)) {
        Some((a, _)) => Err(format!("the indexed axis {a} is in use")),
        None => Ok(()),
    }
}

fn check_index(index: &[(AxisId, Index)]) -> Result<(), String> {
    once(&index.iter().map(|(a, _)| *a).collect::<Vec<_>>())?;
    for (axis, i) in index {
        if !i.terms.is_sorted_by(|a, b| a.0 < b.0) || i.terms.iter().any(|(_, c)| *c == 0) {
            return Err(format!("the terms of {axis} are not sorted, or one is zero"));
        }
    }
    Ok(())
}

/// Whether every purely affine index is inside its axis at all corners. Where nothing runs at all, it is.
fn inside(func: &Function, node: &Node, index: &[(AxisId, Index)]) -> bool {
    let extent = |a: AxisId| func.axes[a].known().map_or(i128::from(i64::MAX), i128::from);
    let indexed = |a: &AxisId| index.iter().any(|(i, _)| i == a);
    let mut running = term_axes(index);
    running.extend(node.types.iter().flat_map(|t| t.axes.to_vec()).filter(|a| !indexed(a)));
    running.extend(node.args.iter().skip(1).flat_map(|&a| func.ty(a).axes.to_vec()));
    if running.iter().any(|&a| extent(a) == 0) {
        return true;
    }
    index.iter().filter(|(_, i)| i.data.is_none()).all(|(axis, i)| {
        let (mut lo, mut hi) = (i128::from(i.offset), i128::from(i.offset));
        for &(a, c) in &i.terms {
            let far = i128::from(c) * (extent(a) - 1);
            lo += far.min(0);
            hi += far.max(0);
        }
        lo >= 0 && hi < extent(*axis)
    })
}

/// A dynamic axis belongs to loops and boundaries.
fn check_dynamic(func: &Function, node: &Node) -> Result<(), String> {
    let dynamic = |a: &AxisId| func.axes[*a] == Extent::Dynamic;
    let mapped = |bind: &Binding, xs: u32, axis| mapped_axes(func, bind, &node.args, xs as usize, axis);
    let seen = match &node.op {
        Op::Param(_) | Op::Proj(_) => None,
        Op::Call { bind, .. }
        | Op::If { bind, .. }
        | Op::While { bind, .. }
        | Op::Vjp { bind, .. }
        | Op::Jvp { bind, .. }
        | Op::Bounds { bind, .. }
        | Op::Spectral { bind, .. } => mapped(bind, 0, None).into_iter().find(dynamic),
        Op::Scan(scan) => mapped(&scan.bind, scan.xs, scan.axis).into_iter().find(dynamic),
        Op::Const(_)
        | Op::Dense(_)
        | Op::Iota(_)
        | Op::Map(_)
        | Op::Fold { .. }
        | Op::ArgFold { .. }
        | Op::Read { .. }
        | Op::Scatter { .. }
        | Op::Update { .. }
        | Op::Stack { .. }
        | Op::Library { .. } => {
            let args = node.args.iter().flat_map(|&a| func.ty(a).axes.to_vec());
            let types = node.types.iter().flat_map(|t| t.axes.to_vec());
            args.chain(types).chain(axes_of(&node.op)).find(dynamic)
        }
    };
    seen.map_or(Ok(()), |a| Err(format!("it sees the dynamic axis {a}")))
}

/// Whether it matters when and how often a node of its own runs: it can stop the program, or shows a value (a callee's
/// nodes speak for themselves).
pub fn can_fail(func: &Function, node: &Node) -> bool {
    shows(node) || !traps(func, node).is_empty()
}

/// Whether a node shows a value to whoever watches the run.
pub fn shows(node: &Node) -> bool {
    matches!(node.op, Op::Library { routine: Routine::Trace, .. })
}

/// The ways in which a node of its own can stop the program.
pub fn traps(func: &Function, node: &Node) -> Vec<Trap> {
    let scalars = || node.args.iter().map(|&a| func.ty(a).scalar).collect::<Vec<_>>();
    let integer = || node.args.first().is_some_and(|&a| func.ty(a).scalar == Scalar::I64);
    let by_data = |index: &[(AxisId, Index)]| data_args(index) > 0;
    match &node.op {
        Op::Map(prim) => recipe_traps(*prim, &scalars()),
        Op::Fold { monoid, .. } if integer() => recipe_traps(monoid.combine(), &[Scalar::I64; 2]),
        Op::Scatter { .. } if integer() => vec![Trap::Overflow],
        Op::ArgFold { axes, .. } if func.count(axes) == Some(0) => vec![Trap::Empty],
        Op::Read { index, fill: false } if by_data(index) => vec![Trap::Index],
        Op::Update { index, .. } if by_data(index) => vec![Trap::Index],
        Op::Library { routine, .. } => routine.traps(),
        Op::Param(_)
        | Op::Const(_)
        | Op::Dense(_)
        | Op::Iota(_)
        | Op::Fold { .. }
        | Op::ArgFold { .. }
        | Op::Read { .. }
        | Op::Scatter { .. }
        | Op::Update { .. }
        | Op::Stack { .. }
        | Op::Proj(_)
        | Op::Call { .. }
        | Op::If { .. }
        | Op::Scan(_)
        | Op::While { .. }
        | Op::Vjp { .. }
        | Op::Jvp { .. }
        | Op::Bounds { .. } => Vec::new(),
        Op::Spectral { .. } => Routine::EighFixed.traps(),
    }
}

fn recipe_traps(prim: PrimRef, args: &[Scalar]) -> Vec<Trap> {
    let recipe = prim.recipe(args);
    let failing = recipe.ops.iter().filter_map(|(op, _)| match op {
        crate::mach::Mach::Fail(trap, _) => Some(*trap),
        _ => None,
    });
    let mut traps: Vec<Trap> = failing.collect();
    traps.sort_unstable();
    traps.dedup();
    traps
}

/// The functions that a node calls.
pub fn callees_of(op: &Op) -> Vec<FuncId> {
    match op {
        Op::Call { func, .. }
        | Op::Vjp { func, .. }
        | Op::Jvp { func, .. }
        | Op::Bounds { func, .. }
        | Op::Spectral { func, .. } => {
            vec![*func]
        }
        Op::If { then, otherwise, .. } => vec![*then, *otherwise],
        Op::While { cond, body, .. } => vec![*cond, *body],
        Op::Scan(scan) => vec![scan.body],
        Op::Param(_)
        | Op::Const(_)
        | Op::Dense(_)
        | Op::Iota(_)
        | Op::Map(_)
        | Op::Fold { .. }
        | Op::ArgFold { .. }
        | Op::Read { .. }
        | Op::Scatter { .. }
        | Op::Update { .. }
        | Op::Stack { .. }
        | Op::Proj(_)
        | Op::Library { .. } => Vec::new(),
    }
}

/// Every axis that an operator names itself.
pub fn axes_of(op: &Op) -> Vec<AxisId> {
    let bound = |bind: &Binding| bind.args.iter().chain(&bind.results).flatten().copied().collect();
    let indexed = |index: &[(AxisId, Index)], over: &[AxisId]| {
        let mut axes: Vec<AxisId> = index.iter().map(|(a, _)| *a).collect();
        axes.extend(term_axes(index));
        axes.extend_from_slice(over);
        axes
    };
    match op {
        Op::Param(_) | Op::Const(_) | Op::Map(_) | Op::Proj(_) => Vec::new(),
        Op::Dense(d) => d.axes.clone(),
        Op::Iota(axis) | Op::Stack { axis } => vec![*axis],
        Op::Fold { axes, .. } | Op::ArgFold { axes, .. } => axes.clone(),
        Op::Read { index, .. } => indexed(index, &[]),
        Op::Scatter { index, over } | Op::Update { index, over } => indexed(index, over),
        Op::Call { bind, .. }
        | Op::If { bind, .. }
        | Op::While { bind, .. }
        | Op::Vjp { bind, .. }
        | Op::Jvp { bind, .. }
        | Op::Bounds { bind, .. }
        | Op::Spectral { bind, .. }
        | Op::Library { bind, .. } => bound(bind),
        Op::Scan(scan) => {
            let mut axes: Vec<AxisId> = bound(&scan.bind);
            axes.extend(scan.axis);
            axes
        }
    }
}

fn exist(func: &Function, axes: &[AxisId]) -> Result<(), String> {
    match axes.iter().find(|a| a.index() >= func.axes.len()) {
        Some(a) => Err(format!("no axis {a}")),
        None => Ok(()),
    }
}

fn once(axes: &[AxisId]) -> Result<(), String> {
    let mut sorted = axes.to_vec();
    sorted.sort_unstable();
    match sorted.windows(2).find(|w| w[0] == w[1]) {
        Some(w) => Err(format!("the axis {} stands twice", w[0])),
        None => Ok(()),
    }
}

fn zero_extended(bits: Bits) -> Result<(), String> {
    let most = match bits.scalar {
        Scalar::F64 | Scalar::I64 | Scalar::Key => u64::MAX,
        Scalar::F32 => u64::from(u32::MAX),
        Scalar::Bool | Scalar::Z2 => 1,
    };
    if bits.bits <= most { Ok(()) } else { Err(format!("{:#x} is no {}", bits.bits, bits.scalar)) }
}
