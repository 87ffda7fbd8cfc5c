//! Calls, control flow and routines: what their bindings must keep.

use crate::function::{Extent, FuncId, Function, Module, Node};
use crate::op::{Binding, Op, Scan};
use crate::routine::{Core, Routine};
use crate::scalar::Bits;

use super::once;

/// Checks a node that has a binding. Its types are known to be those that `infer` gives.
pub(super) fn check(module: &Module, func: &Function, node: &Node) -> Result<(), String> {
    match &node.op {
        Op::Call { func: callee, bind } => {
            lists(node, bind)?;
            arity(module, *callee, node.args.len())
        }
        Op::If { then, otherwise, bind } => {
            lists(node, bind)?;
            empty_first(bind)?;
            arity(module, *then, node.args.len() - 1)?;
            arity(module, *otherwise, node.args.len() - 1)
        }
        Op::Scan(scan) => check_scan(func, node, scan),
        Op::While { cond, body, state, bind } => {
            lists(node, bind)?;
            arity(module, *cond, node.args.len())?;
            arity(module, *body, node.args.len())?;
            if !module.funcs[*cond].result_shape(0).extents.is_empty() {
                return Err("a condition gives a bool without axes".into());
            }
            let body = &module.funcs[*body];
            let keeps = |k: usize| body.param_shape(k) == body.result_shape(k);
            if *state as usize > node.args.len() || !(0..*state as usize).all(keeps) {
                return Err("the state changes its type".into());
            }
            Ok(())
        }
        Op::Vjp { func: callee, wrt, bind } => {
            let callee = &module.funcs[*callee];
            lists(node, bind)?;
            check_wrt(callee, wrt)?;
            let floats = (0..callee.results.len()).map(|k| callee.result_shape(k));
            tangents(func, node, bind, callee, floats.filter(|s| s.scalar.has_tangent()).collect())
        }
        Op::Jvp { func: callee, wrt, bind } => {
            let callee = &module.funcs[*callee];
            lists(node, bind)?;
            check_wrt(callee, wrt)?;
            let moving = (0..wrt.len()).filter(|&k| wrt[k]).map(|k| callee.param_shape(k));
            tangents(func, node, bind, callee, moving.collect())
        }
        Op::Bounds { func: callee, wrt, bind } => {
            let callee = &module.funcs[*callee];
            lists(node, bind)?;
            check_wrt(callee, wrt)?;
            let boxes: Vec<_> = (0..wrt.len()).filter(|&k| wrt[k]).map(|k| callee.param_shape(k)).collect();
            if boxes.iter().any(|s| !s.scalar.is_float()) {
                return Err("only floats have bounds".into());
            }
            tangents(func, node, bind, callee, boxes)
        }
        Op::Spectral { func: callee, bind } => {
            lists(node, bind)?;
            arity(module, *callee, node.args.len())?;
            let callee = &module.funcs[*callee];
            let scalar = func.ty(node.args[0]).scalar;
            let plain = |s: crate::function::Shape| s.scalar == scalar && s.extents.is_empty();
            let core = func.extents(&bind.args[0]);
            let square = scalar.is_float() && core.len() == 2 && core[0] == core[1];
            if square && plain(callee.param_shape(0)) && plain(callee.result_shape(0)) {
                Ok(())
            } else {
                Err("a spectral function is from a float to a float of the matrix's type".into())
            }
        }
        Op::Library { routine, bind } => {
            lists(node, bind)?;
            check_routine(func, node, *routine, bind)
        }
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
        | Op::Proj(_) => Ok(()),
    }
}

/// One list of axes for each argument and result, none with an axis twice.
fn lists(node: &Node, bind: &Binding) -> Result<(), String> {
    if bind.args.len() != node.args.len() || bind.results.len() != node.types.len() {
        return Err("a binding has a list for each argument and each result".into());
    }
    bind.args.iter().chain(&bind.results).try_for_each(|axes| once(axes))
}

fn empty_first(bind: &Binding) -> Result<(), String> {
    match bind.args.first() {
        Some(axes) if axes.is_empty() => Ok(()),
        _ => Err("the first argument is not bound".into()),
    }
}

fn arity(module: &Module, callee: FuncId, args: usize) -> Result<(), String> {
    let params = module.funcs[callee].params.len();
    if params == args { Ok(()) } else { Err(format!("{args} arguments for the {params} of {callee}")) }
}

fn check_scan(func: &Function, node: &Node, scan: &Scan) -> Result<(), String> {
    let (xs, state) = (scan.xs as usize, scan.state as usize);
    lists(node, &scan.bind)?;
    empty_first(&scan.bind)?;
    if 1 + xs + state > node.args.len() || state > node.types.len() {
        return Err("fewer arguments than inputs and state".into());
    }
    let Some(axis) = scan.axis else {
        return if xs == 0 { Ok(()) } else { Err("inputs need an axis".into()) };
    };
    let others = node.args.iter().enumerate().filter(|(k, _)| !(1..=xs).contains(k));
    if others.into_iter().any(|(_, &a)| func.ty(a).has(axis)) {
        return Err("an argument that is not read slice by slice has the scanned axis".into());
    }
    if scan.bind.args.iter().chain(&scan.bind.results).any(|axes| axes.contains(&axis)) {
        return Err("the scanned axis is bound".into());
    }
    let extent = &func.nodes[node.args[0]];
    match func.axes[axis] {
        Extent::Static(n) if extent.op != Op::Const(Bits::i64(n as i64)) => {
            Err(format!("the extent is not the constant {n}"))
        }
        Extent::Dynamic if !extent.ty().axes.is_empty() => {
            Err("the extent of a dynamic axis has axes".into())
        }
        Extent::Static(_) | Extent::Dynamic => Ok(()),
    }
}

fn check_wrt(callee: &Function, wrt: &[bool]) -> Result<(), String> {
    if wrt.len() != callee.params.len() {
        return Err("a mark for each parameter".into());
    }
    match (0..wrt.len()).find(|&k| wrt[k] && !callee.param_shape(k).scalar.has_tangent()) {
        Some(k) => Err(format!("parameter {k} is no float")),
        None => Ok(()),
    }
}

/// The arguments behind the callee's own are cotangents or tangents of these shapes.
fn tangents(
    func: &Function,
    node: &Node,
    bind: &Binding,
    callee: &Function,
    shapes: Vec<crate::function::Shape>,
) -> Result<(), String> {
    let first = callee.params.len();
    for (k, shape) in shapes.iter().enumerate() {
        let arg = node.args[first + k];
        if func.ty(arg).scalar != shape.scalar || func.extents(&bind.args[first + k]) != shape.extents {
            return Err(format!("argument {} is not of the shape {shape}", first + k));
        }
    }
    Ok(())
}

/// The extents of the results' core axes are what the routine gives.
fn check_routine(func: &Function, node: &Node, routine: Routine, bind: &Binding) -> Result<(), String> {
    let cores: Vec<Core> =
        node.args.iter().zip(&bind.args).map(|(&a, core)| (func.ty(a).scalar, func.extents(core))).collect();
    let found: Vec<Vec<Extent>> = bind.results.iter().map(|r| func.extents(r)).collect();
    let given = routine.results(&cores, found.first().map_or(&[], |f| f))?;
    let fits = given.len() == found.len() && given.iter().zip(&found).all(|(g, f)| g.1 == *f);
    if fits {
        Ok(())
    } else {
        Err(format!("the results do not have the shapes that {} gives", routine.name()))
    }
}
