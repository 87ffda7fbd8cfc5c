//! What particular programs become, and that they give the evaluator's bits.

mod support;

use dslc_ir::prims::{arith, logic};
use dslc_ir::{
    Binding, Builder, Extent, Function, Index, Module, Monoid, NodeId, Output, Routine, Scalar, Scan,
};
use dslc_loops::program::{Algebra, Kernel, Place, Stmt};
use dslc_loops::{Options, Program, lower};
use dslc_runtime::value::Value;
use support::{check, compare, loops, numbers, single};

fn axis(b: &mut Builder, n: u64) -> dslc_ir::AxisId {
    b.axis(Extent::Static(n))
}

fn vector(n: usize) -> Value {
    Value::from_f64s(vec![n as u64], &numbers(n))
}

fn temporaries(p: &Program) -> usize {
    p.buffers.iter().filter(|b| matches!(b.place, Place::Arena(_))).count()
}

/// A chain of maps over one axis.
fn chain(length: usize, n: u64) -> Function {
    let mut b = Builder::new("chain");
    let i = axis(&mut b, n);
    let x = b.param(Scalar::F64, vec![i]);
    let mut y = x;
    for k in 0..length {
        y = if k % 2 == 0 { b.mul(y, x) } else { b.add(y, x) };
    }
    b.finish(vec![Output { node: y, axes: vec![i] }])
}

#[test]
fn a_chain_of_maps_is_one_loop_without_temporaries() {
    let (m, f) = single(chain(10, 1_000_000));
    let p = lower(&m, f, Options::default()).expect("lowers");
    assert_eq!((loops(&p.body).len(), temporaries(&p)), (1, 0));
    assert_eq!(loops(&p.body)[0].step, 8);
    let (m, f) = single(chain(10, 103));
    check(&m, f, &[vector(103)]);
}

#[test]
fn a_map_over_two_axes_is_one_loop() {
    let mut b = Builder::new("flat");
    let (i, j) = (axis(&mut b, 30), axis(&mut b, 7));
    let x = b.param(Scalar::F64, vec![i, j]);
    let y = b.mul(x, x);
    let (m, f) = single(b.finish(vec![Output { node: y, axes: vec![i, j] }]));
    let p = check(&m, f, &[Value::from_f64s(vec![30, 7], &numbers(210))]);
    assert_eq!(loops(&p.body).len(), 1);
}

#[test]
fn a_long_chain_compiles_in_linear_time_and_does_not_overflow() {
    let time = |length| {
        let (m, f) = single(chain(length, 64));
        let start = std::time::Instant::now();
        let p = lower(&m, f, Options::default()).expect("lowers");
        assert!(loops(&p.body).len() >= length / 200);
        start.elapsed()
    };
    let (short, long) = (time(5_000), time(20_000));
    assert!(long < 12 * short.max(std::time::Duration::from_millis(5)), "{short:?} {long:?}");
}

#[test]
fn maps_over_the_same_axes_share_a_nest() {
    let mut b = Builder::new("moments");
    let i = axis(&mut b, 1000);
    let (x, m) = (b.param(Scalar::F64, vec![i]), b.param(Scalar::F64, vec![i]));
    let rate = b.number(Scalar::F64, 0.9);
    let scaled = b.mul(m, rate);
    let next = b.add(scaled, x);
    let moved = b.sub(x, next);
    let out = |node| Output { node, axes: vec![i] };
    let (module, f) = single(b.finish(vec![out(next), out(moved)]));
    let p = check(&module, f, &[vector(1000), vector(1000)]);
    assert_eq!((loops(&p.body).len(), temporaries(&p)), (1, 0));
}

#[test]
fn folds_of_every_length_keep_the_defined_order() {
    for n in [0usize, 1, 2, 15, 16, 17, 31, 33, 100, 4096, 4097, 10_000, 70_000] {
        for monoid in [Monoid::Sum, Monoid::Prod, Monoid::Max] {
            let mut b = Builder::new("fold");
            let i = axis(&mut b, n as u64);
            let x = b.param(Scalar::F64, vec![i]);
            let s = b.fold(monoid, x, &[i]);
            let (m, f) = single(b.finish(vec![Output { node: s, axes: vec![] }]));
            check(&m, f, &[vector(n)]);
        }
    }
}

#[test]
fn folds_along_strides_and_over_several_axes_keep_the_defined_order() {
    for (p, q) in [(3, 5), (17, 4), (40, 33), (130, 40), (1, 9), (5, 1), (4200, 3), (2, 5000)] {
        let mut b = Builder::new("folds");
        let (i, j) = (axis(&mut b, p), axis(&mut b, q));
        let x = b.param(Scalar::F32, vec![i, j]);
        let columns = b.fold(Monoid::Sum, x, &[i]);
        let rows = b.fold(Monoid::Sum, x, &[j]);
        let all = b.fold(Monoid::Sum, x, &[i, j]);
        let turned = b.fold(Monoid::Sum, x, &[j, i]);
        let (m, f) = single(b.finish(vec![
            Output { node: columns, axes: vec![j] },
            Output { node: rows, axes: vec![i] },
            Output { node: all, axes: vec![] },
            Output { node: turned, axes: vec![] },
        ]));
        let x: Vec<f32> = numbers((p * q) as usize).iter().map(|&x| x as f32).collect();
        check(&m, f, &[Value::from_f32s(vec![p, q], &x)]);
    }
}

#[test]
fn softmax_has_one_temporary_for_the_exponentials() {
    let mut b = Builder::new("softmax");
    let (i, j) = (axis(&mut b, 20), axis(&mut b, 50));
    let x = b.param(Scalar::F64, vec![i, j]);
    let top = b.fold(Monoid::Max, x, &[j]);
    let shifted = b.sub(x, top);
    let exp = dslc_ir::prims::by_name("exp").expect("exp is a primitive");
    let e = b.map(exp.0, &[shifted]);
    let s = b.fold(Monoid::Sum, e, &[j]);
    let y = b.div(e, s);
    let (m, f) = single(b.finish(vec![Output { node: y, axes: vec![i, j] }]));
    let p = check(&m, f, &[Value::from_f64s(vec![20, 50], &numbers(1000))]);
    let large = p.buffers.iter().filter(|b| matches!(b.place, Place::Arena(_)) && b.elements == 1000).count();
    assert_eq!(large, 1);
}

fn matmul(scalar: Scalar, monoid: Monoid, n: [u64; 3], flip: bool) -> Function {
    let mut b = Builder::new("matmul");
    let (i, k, j) = (axis(&mut b, n[0]), axis(&mut b, n[1]), axis(&mut b, n[2]));
    let x = b.param(scalar, if flip { vec![k, i] } else { vec![i, k] });
    let y = b.param(scalar, vec![k, j]);
    let terms = if monoid == Monoid::Sum { b.mul(x, y) } else { b.add(x, y) };
    let c = b.fold(monoid, terms, &[k]);
    b.finish(vec![Output { node: c, axes: vec![i, j] }])
}

#[test]
fn products_are_kernels_in_the_defined_order_when_exact() {
    for flip in [false, true] {
        let (m, f) = single(matmul(Scalar::F64, Monoid::Sum, [20, 30, 25], flip));
        let shape = if flip { vec![30, 20] } else { vec![20, 30] };
        let args = [Value::from_f64s(shape, &numbers(600)), Value::from_f64s(vec![30, 25], &numbers(750))];
        let algebra = |program: &Program| match program.body.as_slice() {
            [Stmt::Kernel(Kernel::Product { algebra, .. })] => *algebra,
            other => panic!("{other:?}"),
        };
        assert_eq!(algebra(&check(&m, f, &args)), Algebra::RealInOrder);
        let fast = lower(&m, f, Options { exact: false }).expect("lowers");
        assert_eq!(algebra(&fast), Algebra::Real);
        // Small integers have exact products in any order.
        let whole: Vec<f64> = (0..750).map(|k| f64::from(k % 13) - 6.0).collect();
        let args = [
            Value::from_f64s(args[0].shape().to_vec(), &whole[..600]),
            Value::from_f64s(vec![30, 25], &whole),
        ];
        compare(&m, f, &args, Options { exact: false }).unwrap_or_else(|why| panic!("{why}"));
    }
}

#[test]
fn small_products_keep_the_defined_order_and_tiny_ones_are_loops() {
    let kernel = |n| {
        let (m, f) = single(matmul(Scalar::F64, Monoid::Sum, n, false));
        lower(&m, f, Options { exact: false }).expect("lowers").body.into_iter().find_map(|s| match s {
            Stmt::Kernel(Kernel::Product { algebra, .. }) => Some(algebra),
            _ => None,
        })
    };
    assert_eq!(kernel([10, 10, 10]), Some(Algebra::RealInOrder));
    assert_eq!(kernel([4, 4, 4]), None);
}

#[test]
fn the_defined_order_is_that_of_the_folded_axes_wherever_they_lie() {
    // k before l in the fold, l before k in memory.
    let mut b = Builder::new("two");
    let (i, j, k, l) = (axis(&mut b, 5), axis(&mut b, 7), axis(&mut b, 9), axis(&mut b, 8));
    let (x, y) = (b.param(Scalar::F64, vec![l, k, i]), b.param(Scalar::F64, vec![l, k, j]));
    let terms = b.mul(x, y);
    let c = b.fold(Monoid::Sum, terms, &[k, l]);
    let (m, f) = single(b.finish(vec![Output { node: c, axes: vec![i, j] }]));
    let args =
        [Value::from_f64s(vec![8, 9, 5], &numbers(360)), Value::from_f64s(vec![8, 9, 7], &numbers(504))];
    let p = check(&m, f, &args);
    assert!(p.body.iter().any(|s| matches!(s, Stmt::Kernel(Kernel::Product { .. }))), "{:?}", p.body);
}

#[test]
fn tropical_products_are_kernels_always() {
    for monoid in [Monoid::MaxPlus, Monoid::Min] {
        let (m, f) = single(matmul(Scalar::F32, monoid, [20, 30, 25], false));
        let x: Vec<f32> = numbers(750).iter().map(|&x| x as f32).collect();
        let args = [Value::from_f32s(vec![20, 30], &x[..600]), Value::from_f32s(vec![30, 25], &x)];
        let p = check(&m, f, &args);
        assert!(matches!(p.body.as_slice(), [Stmt::Kernel(Kernel::Product { .. })]));
    }
}

/// `out[i, o] = sum over d, c of x[i + d, c] * w[d, c, o]`, with or without padding.
fn convolution(pad: bool) -> Function {
    let mut b = Builder::new("conv");
    let (n, c, d, o) = (axis(&mut b, 40), axis(&mut b, 3), axis(&mut b, 5), axis(&mut b, 8));
    let x = b.param(Scalar::F64, vec![n, c]);
    let w = b.param(Scalar::F64, vec![d, c, o]);
    let i = axis(&mut b, if pad { 40 } else { 36 });
    let at = Index { terms: vec![(d, 1), (i, 1)], offset: if pad { -2 } else { 0 }, data: None };
    let zero = b.number(Scalar::F64, 0.0);
    let window = b.read(x, vec![(n, at)], &[], pad.then_some(zero));
    let terms = b.mul(window, w);
    let y = b.fold(Monoid::Sum, terms, &[d, c]);
    b.finish(vec![Output { node: y, axes: vec![i, o] }])
}

#[test]
fn convolutions_agree_in_both_modes() {
    for pad in [false, true] {
        let (m, f) = single(convolution(pad));
        let args =
            [Value::from_f64s(vec![40, 3], &numbers(120)), Value::from_f64s(vec![5, 3, 8], &numbers(120))];
        check(&m, f, &args);
        let whole: Vec<f64> = (0..120).map(|k| f64::from(k % 13) - 6.0).collect();
        let args = [Value::from_f64s(vec![40, 3], &whole), Value::from_f64s(vec![5, 3, 8], &whole)];
        compare(&m, f, &args, Options { exact: false }).unwrap_or_else(|why| panic!("{why}"));
    }
}

#[test]
fn a_stencil_with_a_fill_has_a_vector_loop_without_checks() {
    let mut b = Builder::new("stencil");
    let (n, i) = (axis(&mut b, 1000), axis(&mut b, 1000));
    let x = b.param(Scalar::F64, vec![n]);
    let zero = b.number(Scalar::F64, 0.0);
    let at = |offset| Index { terms: vec![(i, 1)], offset, data: None };
    let left = b.read(x, vec![(n, at(-1))], &[], Some(zero));
    let right = b.read(x, vec![(n, at(1))], &[], Some(zero));
    let y = b.sub(right, left);
    let (m, f) = single(b.finish(vec![Output { node: y, axes: vec![i] }]));
    let p = check(&m, f, &[vector(1000)]);
    let main = loops(&p.body).into_iter().find(|l| l.step == 8).expect("a vector loop");
    assert!(main.body.iter().all(|s| matches!(s, Stmt::Load(..) | Stmt::Store(..) | Stmt::Op(..))));
    // Neighbouring copies share what both read.
    assert!(main.body.len() <= 4 * 4);
}

#[test]
fn a_slice_with_a_start_from_data_is_checked_once() {
    let mut b = Builder::new("slice");
    let (n, i) = (axis(&mut b, 100), axis(&mut b, 60));
    let x = b.param(Scalar::F64, vec![n]);
    let start = b.param(Scalar::I64, vec![]);
    let at = Index { terms: vec![(i, 1)], offset: 0, data: Some(0) };
    let y = b.read(x, vec![(n, at)], &[start], None);
    let y = b.mul(y, y);
    let (m, f) = single(b.finish(vec![Output { node: y, axes: vec![i] }]));
    let start = |k| Value::from_i64s(Vec::new(), &[k]);
    let p = check(&m, f, &[vector(100), start(40)]);
    assert!(loops(&p.body).iter().all(|l| !l.body.iter().any(|s| matches!(s, Stmt::Fail(_)))));
    for k in [-1, 0, 41, i64::MIN, i64::MAX] {
        check(&m, f, &[vector(100), start(k)]);
    }
}

#[test]
fn a_gather_checks_every_index() {
    let mut b = Builder::new("gather");
    let (n, d, i) = (axis(&mut b, 10), axis(&mut b, 6), axis(&mut b, 4));
    let x = b.param(Scalar::F64, vec![n, d]);
    let at = b.param(Scalar::I64, vec![i]);
    let y = b.read(x, vec![(n, Index::data(0))], &[at], None);
    let (m, f) = single(b.finish(vec![Output { node: y, axes: vec![i, d] }]));
    let table = Value::from_f64s(vec![10, 6], &numbers(60));
    for rows in [[0, 9, 3, 3], [0, 10, 3, 3], [0, 1, 2, -1]] {
        check(&m, f, &[table.clone(), Value::from_i64s(vec![4], &rows)]);
    }
}

/// `for i in 0..n { x[i] = x[i] * s; s = s + x[i] }` as a scan.
fn updating(n: u64, trips: u64) -> (Module, Function) {
    let mut module = Module::default();
    let mut b = Builder::new("body");
    let i = b.param(Scalar::I64, vec![]);
    let s = b.param(Scalar::F64, vec![]);
    let a = b.axis(Extent::Static(n));
    let x = b.param(Scalar::F64, vec![a]);
    let old = b.read(x, vec![(a, Index::data(0))], &[i], None);
    let new = b.mul(old, s);
    let next = b.update(x, new, vec![(a, Index::data(0))], vec![], &[i]);
    let sum = b.add(s, new);
    let out = |node, axes| Output { node, axes };
    let body = module.funcs.push(b.finish(vec![out(sum, vec![]), out(next, vec![a])]));
    let mut b = Builder::new("entry");
    let a = b.axis(Extent::Static(n));
    let x = b.param(Scalar::F64, vec![a]);
    let r = b.axis(Extent::Static(n));
    let (one, count) = (b.number(Scalar::F64, 1.0), b.int(trips as i64));
    let bind = Binding { args: vec![vec![], vec![], vec![a]], results: vec![vec![], vec![r]] };
    let scan = Scan { body, xs: 0, state: 2, axis: None, reverse: false, bind };
    let results = b.scan(&module, scan, &[count, one, x]);
    let f = b.finish(vec![out(results[0], vec![]), out(results[1], vec![r])]);
    (module, f)
}

#[test]
fn an_update_in_a_loop_is_in_place() {
    let (mut module, f) = updating(50, 50);
    let f = module.funcs.push(f);
    let p = check(&module, f, &[vector(50)]);
    let rounds = loops(&p.body).into_iter().find(|l| l.progress).expect("the loop");
    assert!(loops(&rounds.body).is_empty(), "{}", dslc_loops::print::program(&p));
    assert_eq!(temporaries(&p), 0, "{}", dslc_loops::print::program(&p));
    let (mut module, f) = updating(5, 6);
    let f = module.funcs.push(f);
    check(&module, f, &[vector(5)]);
}

/// A scan whose state is a vector that every round changes as a whole, with stacked outputs and inputs.
#[test]
fn a_vector_state_alternates_between_two_slots() {
    for reverse in [false, true] {
        for trips in [0u64, 1, 2, 5] {
            let mut module = Module::default();
            let mut b = Builder::new("body");
            b.param(Scalar::I64, vec![]);
            let u = b.param(Scalar::F64, vec![]);
            let a = b.axis(Extent::Static(7));
            let x = b.param(Scalar::F64, vec![a]);
            let r = b.axis(Extent::Static(7));
            let turned =
                b.read(x, vec![(a, Index { terms: vec![(r, -1)], offset: 6, data: None })], &[], None);
            let next = b.add(turned, u);
            let total = b.fold(Monoid::Sum, x, &[a]);
            let out = |node, axes| Output { node, axes };
            let body =
                module.funcs.push(b.finish(vec![out(next, vec![r]), out(total, vec![]), out(next, vec![r])]));
            let mut b = Builder::new("entry");
            let t = b.axis(Extent::Static(trips));
            let us = b.param(Scalar::F64, vec![t]);
            let a = b.axis(Extent::Static(7));
            let x = b.param(Scalar::F64, vec![a]);
            let (r, s) = (b.axis(Extent::Static(7)), b.axis(Extent::Static(7)));
            let count = b.int(trips as i64);
            let bind =
                Binding { args: vec![vec![], vec![], vec![a]], results: vec![vec![r], vec![], vec![s]] };
            let scan = Scan { body, xs: 1, state: 1, axis: Some(t), reverse, bind };
            let results = b.scan(&module, scan, &[count, us, x]);
            let f = module.funcs.push(b.finish(vec![
                out(results[0], vec![r]),
                out(results[1], vec![t]),
                out(results[2], vec![s, t]),
            ]));
            check(&module, f, &[vector(trips as usize), vector(7)]);
        }
    }
}

/// A tape whose length is data: one loop writes it, another reads it backwards.
#[test]
fn tapes_are_as_long_as_the_loop_ran() {
    let mut module = Module::default();
    let out = |node, axes| Output { node, axes };
    let mut b = Builder::new("forward");
    let i = b.param(Scalar::I64, vec![]);
    let a = b.axis(Extent::Static(3));
    let x = b.param(Scalar::F64, vec![a]);
    let two = b.number(Scalar::F64, 2.0);
    let next = b.mul(x, two);
    let forward = module.funcs.push(b.finish(vec![out(next, vec![a]), out(x, vec![a]), out(i, vec![])]));
    let mut b = Builder::new("backward");
    b.param(Scalar::I64, vec![]);
    let a = b.axis(Extent::Static(3));
    let x = b.param(Scalar::F64, vec![a]);
    b.param(Scalar::I64, vec![]);
    let s = b.param(Scalar::F64, vec![]);
    let sum = b.fold(Monoid::Sum, x, &[a]);
    let half = b.number(Scalar::F64, 0.5);
    let s = b.mul(s, half);
    let s = b.add(s, sum);
    let backward = module.funcs.push(b.finish(vec![out(s, vec![])]));
    let mut b = Builder::new("entry");
    let n = b.param(Scalar::I64, vec![]);
    let a = b.axis(Extent::Static(3));
    let x = b.param(Scalar::F64, vec![a]);
    let t = b.axis(Extent::Dynamic);
    let (r, s) = (b.axis(Extent::Static(3)), b.axis(Extent::Static(3)));
    let bind = Binding { args: vec![vec![], vec![a]], results: vec![vec![r], vec![s], vec![]] };
    let scan = Scan { body: forward, xs: 0, state: 1, axis: Some(t), reverse: false, bind };
    let first = b.scan(&module, scan, &[n, x]);
    let zero = b.number(Scalar::F64, 0.0);
    let bind = Binding { args: vec![vec![], vec![s], vec![], vec![]], results: vec![vec![]] };
    let scan = Scan { body: backward, xs: 2, state: 1, axis: Some(t), reverse: true, bind };
    let second = b.scan(&module, scan, &[n, first[1], first[2], zero]);
    let f = module.funcs.push(b.finish(vec![out(first[0], vec![r]), out(second[0], vec![])]));
    for n in [-3, 0, 1, 6] {
        check(&module, f, &[Value::from_i64s(Vec::new(), &[n]), vector(3)]);
    }
}

#[test]
fn routines_run_at_every_point() {
    let mut b = Builder::new("routines");
    let (p, i, j, c) = (axis(&mut b, 3), axis(&mut b, 4), axis(&mut b, 4), axis(&mut b, 2));
    let a = b.param(Scalar::F64, vec![p, i, j]);
    let y = b.param(Scalar::F64, vec![i, c]);
    let r = axis(&mut b, 4);
    let bind = Binding { args: vec![vec![i, j], vec![i]], results: vec![vec![r]] };
    let x = b.library(Routine::Solve, &[a, y], bind);
    let s = axis(&mut b, 4);
    let bind = Binding { args: vec![vec![i]], results: vec![vec![s]] };
    let order = b.library(Routine::ArgSort, &[y], bind);
    // The four by two elements as pairs, whole and for each of the first axis of `a`.
    let (n, pair) = (axis(&mut b, 4), axis(&mut b, 2));
    let bind = Binding { args: vec![vec![i, c]], results: vec![vec![n, pair]] };
    let once = b.library(Routine::Fourier, &[y], bind.clone());
    let more = b.read(a, vec![(j, Index::constant(1))], &[], None);
    let more = b.mul(more, y);
    let each = b.library(Routine::FourierBack, &[more], bind);
    let out = |node, axes| Output { node, axes };
    let results = vec![
        out(x, vec![r, p, c]),
        out(order, vec![s, c]),
        out(once, vec![pair, n]),
        out(each, vec![p, n, pair]),
    ];
    let (m, f) = single(b.finish(results));
    check(&m, f, &[Value::from_f64s(vec![3, 4, 4], &numbers(48)), Value::from_f64s(vec![4, 2], &numbers(8))]);
}

#[test]
fn axes_without_elements_or_with_one_are_no_loops() {
    for n in [0, 1] {
        let mut b = Builder::new("edge");
        let (i, j) = (axis(&mut b, n), axis(&mut b, 3));
        let x = b.param(Scalar::F64, vec![i, j]);
        let y = b.mul(x, x);
        let s = b.fold(Monoid::Sum, y, &[i]);
        let best = b.arg_fold(true, x, &[j]);
        let out = |node, axes| Output { node, axes };
        let (m, f) = single(b.finish(vec![out(y, vec![i, j]), out(s, vec![j]), out(best[0], vec![i])]));
        check(&m, f, &[Value::from_f64s(vec![n, 3], &numbers(3 * n as usize))]);
    }
}

#[test]
fn a_scalar_program_has_no_memory_but_its_ends() {
    let mut b = Builder::new("scalar");
    let x = b.param(Scalar::F64, vec![]);
    let y = b.param(Scalar::F64, vec![]);
    let less = b.map(&logic::LT, &[x, y]);
    let top = b.map(&arith::MAX, &[x, y]);
    let z: NodeId = b.select(less, top, x);
    let (m, f) = single(b.finish(vec![Output { node: z, axes: vec![] }]));
    let at = |x: f64| Value::from_f64s(Vec::new(), &[x]);
    let p = check(&m, f, &[at(1.0), at(2.0)]);
    assert_eq!((p.arena, loops(&p.body).len()), (0, 0));
    check(&m, f, &[at(f64::NAN), at(2.0)]);
}

/// `if x[i] > x[i + 1] { swap them }` in a loop: no copy of `x` in either side.
#[test]
fn a_conditional_update_in_a_loop_is_in_place() {
    let mut module = Module::default();
    let out = |node, axes| Output { node, axes };
    let mut b = Builder::new("swap");
    let i = b.param(Scalar::I64, vec![]);
    let a = b.axis(Extent::Static(40));
    let x = b.param(Scalar::F64, vec![a]);
    let next = Index { terms: vec![], offset: 1, data: Some(0) };
    let low = b.read(x, vec![(a, Index::data(0))], &[i], None);
    let high = b.read(x, vec![(a, next.clone())], &[i], None);
    let y = b.update(x, high, vec![(a, Index::data(0))], vec![], &[i]);
    let y = b.update(y, low, vec![(a, next.clone())], vec![], &[i]);
    let swap = module.funcs.push(b.finish(vec![out(y, vec![a])]));
    let mut b = Builder::new("keep");
    b.param(Scalar::I64, vec![]);
    let a = b.axis(Extent::Static(40));
    let x = b.param(Scalar::F64, vec![a]);
    let keep = module.funcs.push(b.finish(vec![out(x, vec![a])]));
    let mut b = Builder::new("body");
    let i = b.param(Scalar::I64, vec![]);
    let a = b.axis(Extent::Static(40));
    let x = b.param(Scalar::F64, vec![a]);
    let low = b.read(x, vec![(a, Index::data(0))], &[i], None);
    let high = b.read(x, vec![(a, next)], &[i], None);
    let wrong = b.map(&logic::GT, &[low, high]);
    let r = b.axis(Extent::Static(40));
    let bind = Binding { args: vec![vec![], vec![], vec![a]], results: vec![vec![r]] };
    let y = b.if_(&module, swap, keep, &[wrong, i, x], bind);
    let body = module.funcs.push(b.finish(vec![out(y[0], vec![r])]));
    let mut b = Builder::new("entry");
    let a = b.axis(Extent::Static(40));
    let x = b.param(Scalar::F64, vec![a]);
    let r = b.axis(Extent::Static(40));
    let n = b.int(39);
    let bind = Binding { args: vec![vec![], vec![a]], results: vec![vec![r]] };
    let scan = Scan { body, xs: 0, state: 1, axis: None, reverse: false, bind };
    let y = b.scan(&module, scan, &[n, x]);
    let f = module.funcs.push(b.finish(vec![out(y[0], vec![r])]));
    let p = check(&module, f, &[vector(40)]);
    let rounds = loops(&p.body).into_iter().find(|l| l.progress).expect("the loop");
    assert!(loops(&rounds.body).is_empty(), "{}", dslc_loops::print::program(&p));
}
