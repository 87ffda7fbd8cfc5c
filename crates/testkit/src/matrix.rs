//! Functions that give a matrix of derivatives of another: a Jacobian, or a Hessian.

use dslc_ir::prims::logic;
use dslc_ir::{AxisId, Binding, Builder, FuncId, Module, Monoid, NodeId, Op, Output, Scalar};

use crate::Random;

/// Adds a function that gives the Jacobian of a float result of `func` in some float parameters, a matrix for each; at times
/// of the gradient of the result's sum. Given are the function whose Jacobian it is, with that result alone, and in what.
/// `None` if nothing moves.
pub fn matrix(random: &mut Random, module: &mut Module, func: FuncId) -> Option<(FuncId, FuncId, Vec<bool>)> {
    let callee = &module.funcs[func];
    let of = |scalar: Scalar| scalar == Scalar::F64;
    let moving: Vec<usize> = (0..callee.params.len()).filter(|&k| of(callee.param_shape(k).scalar)).collect();
    let results: Vec<usize> =
        (0..callee.results.len()).filter(|&k| of(callee.result_shape(k).scalar)).collect();
    if moving.is_empty() || results.is_empty() {
        return None;
    }
    let result = random.pick(&results);
    let hessian = random.one_in(2);
    let mut wrt: Vec<bool> = vec![false; callee.params.len()];
    wrt[random.pick(&moving)] = true;
    if !hessian && random.one_in(3) {
        wrt[random.pick(&moving)] = true;
    }
    let mut inner = alone(module, func, result, hessian);
    if hessian {
        inner = gradient(module, inner, &wrt);
    }
    let f = &module.funcs[inner];
    let shapes: Vec<_> = (0..f.params.len()).map(|k| f.param_shape(k)).collect();
    let result = f.result_shape(0);
    let mut b = Builder::new("matrix");
    let (mut args, mut bind) = (Vec::new(), Binding::default());
    for shape in &shapes {
        let (node, axes) = b.param_of(shape);
        args.push(node);
        bind.args.push(axes);
    }
    let (rows, core) = (b.axes(&result.extents), b.axes(&result.extents));
    let (one, zero) = (b.number(result.scalar, 1.0), b.number(result.scalar, 0.0));
    let mut seed = one;
    for (&r, &c) in rows.iter().zip(&core) {
        let (i, j) = (b.iota(r), b.iota(c));
        let same = b.map(&logic::EQ, &[i, j]);
        seed = b.select(same, seed, zero);
    }
    args.push(seed);
    bind.args.push(core);
    bind.results.push(b.axes(&result.extents));
    for (shape, _) in shapes.iter().zip(&wrt).filter(|(_, w)| **w) {
        let axes = b.axes(&shape.extents);
        bind.results.push(axes);
    }
    let columns = bind.results[1..].to_vec();
    let node = b.node(module, Op::Vjp { func: inner, wrt: wrt.clone(), bind }, &args);
    let outputs = |b: &mut Builder, k: usize, columns: &Vec<AxisId>| {
        let node = b.raw(Op::Proj(k as u32 + 1), &[node]);
        Output { node, axes: rows.iter().chain(columns).copied().collect() }
    };
    let results = columns.iter().enumerate().map(|(k, c)| outputs(&mut b, k, c)).collect();
    Some((module.funcs.push(b.finish(results)), inner, wrt))
}

/// The function with one of its results, or with the sum of it.
fn alone(module: &mut Module, func: FuncId, result: usize, summed: bool) -> FuncId {
    let f = &module.funcs[func];
    let mut b = Builder::new("alone");
    let (mut args, mut bind) = (Vec::new(), Binding::default());
    for k in 0..f.params.len() {
        let (node, axes) = b.param_of(&f.param_shape(k));
        args.push(node);
        bind.args.push(axes);
    }
    for k in 0..f.results.len() {
        let axes = b.axes(&f.result_shape(k).extents);
        bind.results.push(axes);
    }
    let axes = bind.results[result].clone();
    let out: Vec<NodeId> = b.call(module, func, &args, bind);
    let one = match summed {
        true => Output { node: b.fold(Monoid::Sum, out[result], &axes), axes: Vec::new() },
        false => Output { node: out[result], axes },
    };
    module.funcs.push(b.finish(vec![one]))
}

/// The gradient of a function with one result in one parameter.
fn gradient(module: &mut Module, func: FuncId, wrt: &[bool]) -> FuncId {
    let f = &module.funcs[func];
    let mut b = Builder::new("gradient");
    let (mut args, mut bind) = (Vec::new(), Binding::default());
    for k in 0..f.params.len() {
        let (node, axes) = b.param_of(&f.param_shape(k));
        args.push(node);
        bind.args.push(axes);
    }
    args.push(b.number(f.result_shape(0).scalar, 1.0));
    bind.args.push(Vec::new());
    let moved = wrt.iter().position(|w| *w).unwrap_or(0);
    let axes = b.axes(&f.param_shape(moved).extents);
    bind.results = vec![Vec::new(), axes.clone()];
    let node = b.node(module, Op::Vjp { func, wrt: wrt.to_vec(), bind }, &args);
    let out = b.raw(Op::Proj(1), &[node]);
    module.funcs.push(b.finish(vec![Output { node: out, axes }]))
}
