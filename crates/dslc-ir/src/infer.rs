//! The types of a node's results, from its operator and arguments: the one place where types are worked out.
//! The builder uses it to make nodes, the verifier to check them.

use dslc_base::Index as _;

use crate::function::{AxisId, Extent, FuncId, Function, Module, NodeId, Type};
use crate::op::{Binding, Index, Op, Scan};
use crate::routine::Core;
use crate::scalar::Scalar;

/// The types of the results of `op` on `args` in `func`, or why they do not fit (a bug of ours, never the user's).
pub fn infer(module: &Module, func: &Function, op: &Op, args: &[NodeId]) -> Result<Vec<Type>, String> {
    let ty = |k: usize| -> Result<&Type, String> {
        let node = *args.get(k).ok_or_else(|| format!("argument {k} is missing"))?;
        match func.nodes.get(node).map(|n| n.types.as_slice()) {
            Some([one]) => Ok(one),
            _ => Err(format!("argument {k} ({node}) does not have exactly one result")),
        }
    };
    let arity =
        |n: usize| if args.len() == n { Ok(()) } else { Err(format!("{n} arguments, not {}", args.len())) };
    let one = |t: Type| Ok(vec![t]);
    match op {
        Op::Param(k) => {
            let p = func.params.get(*k as usize).ok_or("no such parameter")?;
            Ok(func.nodes.get(p.node).map(|n| n.types.clone()).unwrap_or_default())
        }
        Op::Const(bits) => one(Type::scalar(bits.scalar)),
        Op::Dense(d) => {
            let n = func.count(&d.axes).ok_or("a constant tensor with a dynamic axis")?;
            if n != d.elements.len() as u64 {
                return Err(format!("{} elements for {n} places", d.elements.len()));
            }
            one(Type::new(d.scalar, d.axes.iter().copied()))
        }
        Op::Iota(axis) => one(Type::new(Scalar::I64, [*axis])),
        Op::Map(prim) => {
            let scalars = (0..args.len()).map(|k| Ok(ty(k)?.scalar)).collect::<Result<Vec<_>, String>>()?;
            let scalar = prim.0.sig.result(&scalars).ok_or_else(|| format!("{prim:?} of {scalars:?}"))?;
            let axes = (0..args.len()).flat_map(|k| ty(k).map(|t| t.axes.to_vec()).unwrap_or_default());
            one(Type::new(scalar, axes))
        }
        Op::Fold { monoid, axes } => {
            arity(1)?;
            let x = ty(0)?;
            let prim = monoid.combine();
            prim.0.sig.result(&[x.scalar, x.scalar]).ok_or_else(|| format!("{monoid:?} of {}", x.scalar))?;
            one(without(x, axes))
        }
        Op::ArgFold { axes, .. } => {
            arity(1)?;
            let x = without(ty(0)?, axes);
            Ok(axes.iter().map(|_| Type { scalar: Scalar::I64, axes: x.axes.clone() }).collect())
        }
        Op::Read { index, fill } => {
            let data = data_args(index);
            arity(1 + data + usize::from(*fill))?;
            let x = ty(0)?;
            for (axis, _) in index {
                if !x.has(*axis) {
                    return Err(format!("the argument has no axis {axis}"));
                }
            }
            let mut axes = without(x, &index.iter().map(|(a, _)| *a).collect::<Vec<_>>()).axes.to_vec();
            axes.extend(term_axes(index));
            for k in 1..args.len() {
                axes.extend_from_slice(&ty(k)?.axes);
            }
            for k in 1..=data {
                expect(ty(k)?.scalar, Scalar::I64)?;
            }
            if *fill {
                expect(ty(1 + data)?.scalar, x.scalar)?;
            }
            one(Type::new(x.scalar, axes))
        }
        Op::Scatter { index, over } => {
            let data = data_args(index);
            arity(1 + data)?;
            let mut axes = Vec::new();
            for k in 0..args.len() {
                axes.extend_from_slice(&ty(k)?.axes);
            }
            for k in 1..=data {
                expect(ty(k)?.scalar, Scalar::I64)?;
            }
            axes.extend(term_axes(index));
            axes.retain(|a| !over.contains(a));
            if let Some((a, _)) = index.iter().find(|(a, _)| axes.contains(a)) {
                return Err(format!("the result axis {a} is in use"));
            }
            axes.extend(index.iter().map(|(a, _)| *a));
            one(Type::new(ty(0)?.scalar, axes))
        }
        Op::Update { index, over } => {
            let data = data_args(index);
            arity(2 + data)?;
            let x = ty(0)?;
            expect(ty(1)?.scalar, x.scalar)?;
            if let Some((a, _)) = index.iter().find(|(a, _)| !x.has(*a)) {
                return Err(format!("the argument has no axis {a}"));
            }
            let mut axes = term_axes(index);
            for k in 1..args.len() {
                axes.extend_from_slice(&ty(k)?.axes);
            }
            axes.retain(|a| !over.contains(a));
            axes.extend_from_slice(&x.axes);
            one(Type::new(x.scalar, axes))
        }
        Op::Stack { axis } => {
            if func.axes[*axis] != Extent::Static(args.len() as u64) {
                return Err("a stack's axis is as long as it has arguments".into());
            }
            let scalar = ty(0)?.scalar;
            let mut axes = vec![*axis];
            for k in 0..args.len() {
                expect(ty(k)?.scalar, scalar)?;
                if ty(k)?.has(*axis) {
                    return Err("a stack's axis is in use".into());
                }
                axes.extend_from_slice(&ty(k)?.axes);
            }
            one(Type::new(scalar, axes))
        }
        Op::Proj(k) => {
            arity(1)?;
            let types = &func.nodes.get(args[0]).ok_or("no such node")?.types;
            one(types.get(*k as usize).ok_or("no such result")?.clone())
        }
        Op::Call { func: callee, bind } => {
            let callee = callee_of(module, *callee)?;
            check_args(func, callee, bind, args, 0..args.len(), 0, None)?;
            results(func, bind, args, 0, None, &all_results(callee))
        }
        Op::If { then, otherwise, bind } => {
            let (t, o) = (callee_of(module, *then)?, callee_of(module, *otherwise)?);
            expect(ty(0)?.scalar, Scalar::Bool)?;
            check_args(func, t, bind, args, 1..args.len(), 0, None)?;
            check_args(func, o, bind, args, 1..args.len(), 0, None)?;
            if all_results(t) != all_results(o) {
                return Err("the branches give different types".into());
            }
            results(func, bind, args, 0, None, &all_results(t))
        }
        Op::Scan(scan) => infer_scan(module, func, scan, args),
        Op::While { cond, body, state, bind } => {
            let (c, b) = (callee_of(module, *cond)?, callee_of(module, *body)?);
            check_args(func, c, bind, args, 0..args.len(), 0, None)?;
            check_args(func, b, bind, args, 0..args.len(), 0, None)?;
            if all_results(c).len() != 1 || c.result_shape(0).scalar != Scalar::Bool {
                return Err("a condition gives one bool".into());
            }
            if b.results.len() != *state as usize {
                return Err("a loop's body gives its state".into());
            }
            results(func, bind, args, 0, None, &all_results(b))
        }
        Op::Vjp { func: callee, wrt, bind } => {
            let callee = callee_of(module, *callee)?;
            let n = callee.params.len();
            check_args(func, callee, bind, args, 0..n.min(args.len()), 0, None)?;
            let floats =
                (0..callee.results.len()).filter(|&k| callee.result_shape(k).scalar.has_tangent()).count();
            arity(n + floats)?;
            let mut scalars = all_results(callee);
            scalars.extend(wrt.iter().enumerate().filter(|(_, w)| **w).map(|(k, _)| shape_of(callee, k)));
            results(func, bind, args, 0, None, &scalars)
        }
        Op::Jvp { func: callee, wrt, bind } => {
            let callee = callee_of(module, *callee)?;
            let n = callee.params.len();
            check_args(func, callee, bind, args, 0..n.min(args.len()), 0, None)?;
            arity(n + wrt.iter().filter(|w| **w).count())?;
            let mut scalars = all_results(callee);
            let floats: Vec<_> = scalars.iter().filter(|(s, _)| s.has_tangent()).cloned().collect();
            scalars.extend(floats);
            results(func, bind, args, 0, None, &scalars)
        }
        Op::Bounds { func: callee, wrt, bind } => {
            let callee = callee_of(module, *callee)?;
            let n = callee.params.len();
            check_args(func, callee, bind, args, 0..n.min(args.len()), 0, None)?;
            arity(n + wrt.iter().filter(|w| **w).count())?;
            let mut both = all_results(callee);
            both.extend(all_results(callee));
            results(func, bind, args, 0, None, &both)
        }
        Op::Spectral { func: callee, bind } => {
            let callee = callee_of(module, *callee)?;
            arity(callee.params.len())?;
            check_args(func, callee, bind, args, 1..args.len(), 1, None)?;
            let core = func.extents(bind.args.first().map_or(&[], |a| a));
            results(func, bind, args, 0, None, &[(ty(0)?.scalar, core)])
        }
        Op::Library { routine, bind } => {
            let cores: Vec<Core> = bind
                .args
                .iter()
                .zip(args)
                .map(|(core, &a)| (func.ty(a).scalar, func.extents(core)))
                .collect();
            arity(bind.args.len())?;
            let wanted = bind.results.first().map_or_else(Vec::new, |r| func.extents(r));
            results(func, bind, args, 0, None, &routine.results(&cores, &wanted)?)
        }
    }
}

fn shape_of(callee: &Function, param: usize) -> Core {
    let s = callee.param_shape(param);
    (s.scalar, s.extents)
}

fn all_results(callee: &Function) -> Vec<Core> {
    (0..callee.results.len())
        .map(|k| {
            let s = callee.result_shape(k);
            (s.scalar, s.extents)
        })
        .collect()
}

fn callee_of(module: &Module, id: FuncId) -> Result<&Function, String> {
    module.funcs.get(id).ok_or_else(|| format!("no function {id}"))
}

fn expect(found: Scalar, expected: Scalar) -> Result<(), String> {
    if found == expected { Ok(()) } else { Err(format!("{expected} expected, {found} found")) }
}

fn without(ty: &Type, axes: &[AxisId]) -> Type {
    Type { scalar: ty.scalar, axes: ty.axes.iter().copied().filter(|a| !axes.contains(a)).collect() }
}

/// How many data arguments an index map has.
pub fn data_args(index: &[(AxisId, Index)]) -> usize {
    index.iter().filter_map(|(_, i)| i.data).map(|d| d as usize + 1).max().unwrap_or(0)
}

/// The axes that an index map's affine parts run over.
pub fn term_axes(index: &[(AxisId, Index)]) -> Vec<AxisId> {
    index.iter().flat_map(|(_, i)| i.terms.iter().map(|(a, _)| *a)).collect()
}

/// Checks arguments `which` of a node against the callee's parameters, which start at `which.start`.
fn check_args(
    func: &Function,
    callee: &Function,
    bind: &Binding,
    args: &[NodeId],
    which: std::ops::Range<usize>,
    first_param: usize,
    skip: Option<AxisId>,
) -> Result<(), String> {
    let start = which.start;
    if bind.args.len() != args.len() {
        return Err(format!("{} bindings for {} arguments", bind.args.len(), args.len()));
    }
    for k in which {
        let p = k - start + first_param;
        if p >= callee.params.len() {
            return Err(format!("too many arguments for `{}`", callee.name));
        }
        let (scalar, extents) = shape_of(callee, p);
        if func.ty(args[k]).scalar != scalar {
            return Err(format!("argument {k}: {scalar} expected, {} found", func.ty(args[k]).scalar));
        }
        if func.extents(&bind.args[k]) != extents {
            return Err(format!("argument {k} of `{}`: extents differ", callee.name));
        }
        if skip.is_some_and(|a| bind.args[k].contains(&a)) {
            return Err(format!("argument {k}: the scanned axis is bound"));
        }
    }
    Ok(())
}

/// The axes of the arguments that are neither bound nor scanned: what a call is mapped over.
pub fn mapped_axes(
    func: &Function,
    bind: &Binding,
    args: &[NodeId],
    xs: usize,
    axis: Option<AxisId>,
) -> Vec<AxisId> {
    let mut mapped: Vec<AxisId> = Vec::new();
    for (k, &arg) in args.iter().enumerate() {
        let scanned = |a: AxisId| (1..=xs).contains(&k) && Some(a) == axis;
        let bound = bind.args.get(k).map_or(&[][..], |v| v);
        mapped.extend(func.ty(arg).axes.iter().copied().filter(|a| !bound.contains(a) && !scanned(*a)));
    }
    mapped.sort_unstable();
    mapped.dedup();
    mapped
}

fn results(
    func: &Function,
    bind: &Binding,
    args: &[NodeId],
    xs: usize,
    axis: Option<AxisId>,
    cores: &[Core],
) -> Result<Vec<Type>, String> {
    if bind.results.len() != cores.len() {
        return Err(format!("{} result bindings for {} results", bind.results.len(), cores.len()));
    }
    let mapped = mapped_axes(func, bind, args, xs, axis);
    cores
        .iter()
        .zip(&bind.results)
        .map(|((scalar, extents), axes)| {
            if func.extents(axes) != *extents {
                return Err("a result's extents differ from its binding".to_string());
            }
            if axes.iter().any(|a| mapped.contains(a)) {
                return Err("a result's axis is mapped too".to_string());
            }
            Ok(Type::new(*scalar, mapped.iter().chain(axes).copied()))
        })
        .collect()
}

fn infer_scan(module: &Module, func: &Function, scan: &Scan, args: &[NodeId]) -> Result<Vec<Type>, String> {
    let body = callee_of(module, scan.body)?;
    let (xs, state) = (scan.xs as usize, scan.state as usize);
    if args.len() != body.params.len() {
        return Err(format!("{} arguments for a body of {}", args.len(), body.params.len()));
    }
    if args.is_empty() || func.ty(args[0]).scalar != Scalar::I64 || body.param_shape(0).scalar != Scalar::I64
    {
        return Err("a loop's extent and index are i64".into());
    }
    check_args(func, body, &scan.bind, args, 1..args.len(), 1, scan.axis)?;
    if body.results.len() < state {
        return Err("a loop's body gives its state".into());
    }
    let cores = all_results(body);
    let mut types = results(func, &scan.bind, args, xs, scan.axis, &cores)?;
    for (k, core) in cores[..state].iter().enumerate() {
        // With fewer parameters than inputs and state there is none to compare with.
        if 1 + xs + k >= args.len() || shape_of(body, 1 + xs + k) != *core {
            return Err(format!("state {k} changes its type"));
        }
    }
    if types.len() > state {
        let axis = scan.axis.ok_or("stacked outputs need an axis")?;
        for t in &mut types[state..] {
            *t = Type::new(t.scalar, t.axes.iter().copied().chain([axis]));
        }
    }
    debug_assert!(args.iter().all(|a| a.index() < func.nodes.len()));
    Ok(types)
}
