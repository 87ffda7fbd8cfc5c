//! Calls, branches and loops: static, dynamic and with a condition, nested, mapped, to the third order.
#![allow(clippy::unwrap_used)]

mod support;

use dslc_ir::prims::{arith, logic};
use dslc_ir::{AxisId, Binding, Builder, Extent, FuncId, Index, Module, Monoid, NodeId, Scalar, Scan};
use support::prims::SIN;
use support::*;

fn bind(args: &[&[AxisId]], results: &[&[AxisId]]) -> Binding {
    Binding {
        args: args.iter().map(|a| a.to_vec()).collect(),
        results: results.iter().map(|a| a.to_vec()).collect(),
    }
}

/// `(x[3], w, n) -> (sum sin(w x), x * w, n + 1)`.
fn callee(m: &mut Module) -> FuncId {
    func(m, "g", |b, _| {
        let (x, i) = vector(b, 3);
        let w = b.param(F64, vec![]);
        let n = b.param(Scalar::I64, vec![]);
        let p = b.mul(x, w);
        let s = b.map(&SIN, &[p]);
        let y = b.fold(Monoid::Sum, s, &[i]);
        let y = b.map(&SIN, &[y]);
        let one = b.int(1);
        let k = b.add(n, one);
        vec![out(y, &[]), out(p, &[i]), out(k, &[])]
    })
}

#[test]
fn calls_mapped_and_with_missing_axes() {
    let mut m = Module::default();
    let g = callee(&mut m);
    let f = func(&mut m, "f", |b, m| {
        let (x, i, j) = matrix(b, 2, 3);
        let (w, k) = vector(b, 2);
        let n = b.int(4);
        let r = b.axis(Extent::Static(3));
        // Mapped over i and k.
        let ys = b.call(m, g, &[x, w, n], bind(&[&[j], &[], &[]], &[&[], &[r], &[]]));
        // The first argument lacks its bound axis; the axis i is bound in one and mapped in another.
        let q = b.axis(Extent::Static(3));
        let sc = b.fold(Monoid::Sum, x, &[i, j]);
        let zs = b.call(m, g, &[sc, w, ys[2]], bind(&[&[j], &[], &[]], &[&[], &[q], &[]]));
        vec![out(ys[0], &[k, i]), out(ys[1], &[i, k, r]), out(zs[0], &[k, i]), out(zs[2], &[i, k])]
    });
    let x = T::f(&[2, 3], &[0.3, -1.2, 0.7, 1.1, 0.45, -0.6]);
    check(&mut m, f, &[x, T::f(&[2], &[0.8, -0.4])], 3);
}

#[test]
fn an_axis_bound_in_one_argument_and_mapped_in_another() {
    let mut m = Module::default();
    let g = callee(&mut m);
    let f = func(&mut m, "f", |b, m| {
        let (x, i) = vector(b, 3);
        let n = b.int(4);
        let r = b.axis(Extent::Static(3));
        let w = b.mul(x, x);
        let ys = b.call(m, g, &[x, w, n], bind(&[&[i], &[], &[]], &[&[], &[r], &[]]));
        vec![out(ys[0], &[i]), out(ys[1], &[i, r])]
    });
    check(&mut m, f, &[T::f(&[3], &[0.3, -1.2, 0.7])], 3);
}

fn branches(m: &mut Module) -> (FuncId, FuncId) {
    let then = func(m, "then", |b, _| {
        let (x, i) = vector(b, 3);
        let w = b.param(F64, vec![]);
        let s = b.fold(Monoid::Sum, x, &[i]);
        let s = b.map(&SIN, &[s]);
        let p = b.mul(s, w);
        vec![out(p, &[]), out(x, &[i])]
    });
    let otherwise = func(m, "otherwise", |b, _| {
        let (x, i) = vector(b, 3);
        b.param(F64, vec![]);
        let p = b.fold(Monoid::Prod, x, &[i]);
        let q = b.mul(x, p);
        vec![out(p, &[]), out(q, &[i])]
    });
    (then, otherwise)
}

#[test]
fn branches_take_one_side() {
    for c in [true, false] {
        let mut m = Module::default();
        let (t, o) = branches(&mut m);
        let f = func(&mut m, "f", |b, m| {
            let c = b.param(Scalar::Bool, vec![]);
            let (x, i) = vector(b, 3);
            let w = b.param(F64, vec![]);
            let r = b.axis(Extent::Static(3));
            let ys = b.if_(m, t, o, &[c, x, w], bind(&[&[], &[i], &[]], &[&[], &[r]]));
            let z = b.mul(ys[0], ys[1]);
            vec![out(z, &[r])]
        });
        check(&mut m, f, &[T::b(c), T::f(&[3], &[0.3, -1.2, 0.7]), T::s(1.3)], 3);
    }
}

#[test]
fn branches_mapped() {
    let mut m = Module::default();
    let (t, o) = branches(&mut m);
    let f = func(&mut m, "f", |b, m| {
        let (x, i) = vector(b, 3);
        let (w, k) = vector(b, 4);
        let half = b.number(F64, 0.5);
        let c = b.map(&logic::LT, &[w, half]);
        let r = b.axis(Extent::Static(3));
        let ys = b.if_(m, t, o, &[c, x, w], bind(&[&[], &[i], &[]], &[&[], &[r]]));
        vec![out(ys[0], &[k]), out(ys[1], &[k, r])]
    });
    check(&mut m, f, &[T::f(&[3], &[0.3, -1.2, 0.7]), T::f(&[4], &[0.1, 0.9, -0.3, 0.7])], 2);
}

/// A body with everything: `(index, x[3], s[3], c, w[3,3], d) -> (s', c', y)`, where `c` counts and `d` is unused.
fn body(m: &mut Module) -> FuncId {
    func(m, "body", |b, _| {
        let index = b.param(Scalar::I64, vec![]);
        let (x, i) = vector(b, 3);
        let (s, k) = vector(b, 3);
        let c = b.param(Scalar::I64, vec![]);
        let (w, r, q) = matrix(b, 3, 3);
        b.param(F64, vec![]);
        let sq = b.rename(s, &[(k, q)]);
        let p = b.mul(w, sq);
        let p = b.fold(Monoid::Sum, p, &[q]);
        let xr = b.rename(x, &[(i, r)]);
        let p = b.add(p, xr);
        let next = b.map(&SIN, &[p]);
        let next_c = b.add(c, index);
        let y = b.fold(Monoid::Sum, next, &[r]);
        let y = b.mul(y, y);
        vec![out(next, &[r]), out(next_c, &[]), out(y, &[])]
    })
}

fn scan_args(b: &mut Builder) -> (Vec<NodeId>, AxisId, Binding) {
    let (x, t, i) = matrix(b, 4, 3);
    let (s, k) = vector(b, 3);
    let (w, r, q) = matrix(b, 3, 3);
    let d = b.param(F64, vec![]);
    let n = b.int(4);
    let c = b.int(0);
    let o = b.axis(Extent::Static(3));
    let bind = bind(&[&[], &[i], &[k], &[], &[r, q], &[]], &[&[o], &[], &[]]);
    (vec![n, x, s, c, w, d], t, bind)
}

fn inputs() -> Vec<T> {
    let mut n = Numbers::new(0.77);
    let shapes: [&[usize]; 4] = [&[4, 3], &[3], &[3, 3], &[]];
    shapes.iter().map(|s| n.like(&T::f(s, &vec![0.0; s.iter().product()]))).collect()
}

#[test]
fn static_loops_both_ways() {
    for reverse in [false, true] {
        let mut m = Module::default();
        let body = body(&mut m);
        let f = func(&mut m, "f", |b, m| {
            let (args, t, bind) = scan_args(b);
            let o = bind.results[0][0];
            let ys = b.scan(m, Scan { body, xs: 1, state: 2, axis: Some(t), reverse, bind }, &args);
            vec![out(ys[0], &[o]), out(ys[2], &[t]), out(ys[1], &[])]
        });
        check(&mut m, f, &inputs(), 3);
    }
}

#[test]
fn loops_mapped_over_a_batch() {
    let mut m = Module::default();
    let body = body(&mut m);
    let f = func(&mut m, "f", |b, m| {
        let (mut args, t, bind) = scan_args(b);
        let (batch, z) = vector(b, 2);
        args[1] = b.mul(args[1], batch);
        let o = bind.results[0][0];
        let ys = b.scan(m, Scan { body, xs: 1, state: 2, axis: Some(t), reverse: false, bind }, &args);
        vec![out(ys[0], &[z, o]), out(ys[2], &[z, t])]
    });
    let mut x = inputs();
    x.push(T::f(&[2], &[0.9, -1.1]));
    check(&mut m, f, &x, 2);
}

/// `(index, s, w) -> sin(w s) + s * index / 8`.
fn step(m: &mut Module) -> FuncId {
    func(m, "step", |b, _| {
        b.param(Scalar::I64, vec![]);
        let s = b.param(F64, vec![]);
        let w = b.param(F64, vec![]);
        let p = b.mul(w, s);
        let q = b.map(&SIN, &[p]);
        let r = b.add(q, s);
        vec![out(r, &[])]
    })
}

fn simple(body: FuncId, reverse: bool) -> Scan {
    Scan { body, xs: 0, state: 1, axis: None, reverse, bind: bind(&[&[], &[], &[]], &[&[]]) }
}

#[test]
fn loops_without_an_axis_static_and_dynamic() {
    for fixed in [true, false] {
        let mut m = Module::default();
        let body = step(&mut m);
        let f = func(&mut m, "f", |b, m| {
            let s = b.param(F64, vec![]);
            let w = b.param(F64, vec![]);
            let n = b.param(Scalar::I64, vec![]);
            let n = if fixed { b.int(3) } else { n };
            let ys = b.scan(m, simple(body, false), &[n, s, w]);
            let zs = b.scan(m, simple(body, true), &[n, ys[0], ys[0]]);
            vec![out(zs[0], &[])]
        });
        check(&mut m, f, &[T::s(0.4), T::s(0.8), T::i(&[], &[3])], 3);
        check(&mut m, f, &[T::s(0.4), T::s(0.8), T::i(&[], &[if fixed { 3 } else { 0 }])], 2);
    }
}

#[test]
fn dynamic_loops_nested_in_a_loop() {
    let mut m = Module::default();
    let inner = step(&mut m);
    let outer = func(&mut m, "outer", |b, m| {
        let index = b.param(Scalar::I64, vec![]);
        let s = b.param(F64, vec![]);
        let w = b.param(F64, vec![]);
        let ys = b.scan(m, simple(inner, false), &[index, s, w]);
        let y = b.mul(ys[0], w);
        vec![out(y, &[])]
    });
    let f = func(&mut m, "f", |b, m| {
        let s = b.param(F64, vec![]);
        let w = b.param(F64, vec![]);
        let n = b.param(Scalar::I64, vec![]);
        let ys = b.scan(m, simple(outer, false), &[n, s, w]);
        vec![out(ys[0], &[])]
    });
    check(&mut m, f, &[T::s(0.4), T::s(0.8), T::i(&[], &[4])], 3);
}

/// A loop of unknown length writes a tape, and another reads it for each point of a batch: the cotangent of the tape
/// is summed over the batch, which only a loop may do.
#[test]
fn a_tape_is_read_for_each_point_of_a_batch() {
    let mut m = Module::default();
    let writer = func(&mut m, "writer", |b, _| {
        b.param(Scalar::I64, vec![]);
        let s = b.param(F64, vec![]);
        let w = b.param(F64, vec![]);
        let p = b.mul(w, s);
        let q = b.map(&SIN, &[p]);
        vec![out(q, &[]), out(p, &[])]
    });
    let reader = func(&mut m, "reader", |b, _| {
        b.param(Scalar::I64, vec![]);
        let x = b.param(F64, vec![]);
        let t = b.param(F64, vec![]);
        let p = b.mul(x, t);
        let r = b.add(p, t);
        vec![out(r, &[])]
    });
    let f = func(&mut m, "f", |b, m| {
        let s = b.param(F64, vec![]);
        let w = b.param(F64, vec![]);
        let (t, i) = vector(b, 3);
        let n = b.param(Scalar::I64, vec![]);
        let tape = b.axis(Extent::Dynamic);
        let none: &[AxisId] = &[];
        let write = Scan {
            body: writer,
            xs: 0,
            state: 1,
            axis: Some(tape),
            reverse: false,
            bind: bind(&[none; 3], &[none; 2]),
        };
        let written = b.scan(m, write, &[n, s, w]);
        let read = Scan {
            body: reader,
            xs: 1,
            state: 1,
            axis: Some(tape),
            reverse: true,
            bind: bind(&[none; 3], &[none]),
        };
        let ys = b.scan(m, read, &[n, written[1], t]);
        vec![out(ys[0], &[i])]
    });
    check(&mut m, f, &[T::s(0.4), T::s(0.8), T::f(&[3], &[0.4, -0.2, 0.9]), T::i(&[], &[4])], 2);
}

#[test]
fn counts_that_differ_between_mapped_points() {
    let mut m = Module::default();
    let body = step(&mut m);
    let f = func(&mut m, "f", |b, m| {
        let (s, i) = vector(b, 3);
        let w = b.param(F64, vec![]);
        let n = b.iota(i);
        let ys = b.scan(m, simple(body, false), &[n, s, w]);
        vec![out(ys[0], &[i])]
    });
    check(&mut m, f, &[T::f(&[3], &[0.4, -0.2, 0.9]), T::s(0.8)], 2);
}

/// `while s < limit { s = s + sin(w s)^2 + 1/4 }`.
fn while_parts(m: &mut Module) -> (FuncId, FuncId) {
    let cond = func(m, "cond", |b, _| {
        let s = b.param(F64, vec![]);
        b.param(F64, vec![]);
        let limit = b.number(F64, 2.0);
        let c = b.map(&logic::LT, &[s, limit]);
        vec![out(c, &[])]
    });
    let body = func(m, "body", |b, _| {
        let s = b.param(F64, vec![]);
        let w = b.param(F64, vec![]);
        let p = b.mul(w, s);
        let q = b.map(&SIN, &[p]);
        let q = b.mul(q, q);
        let quarter = b.number(F64, 0.25);
        let r = b.add(q, quarter);
        let r = b.add(r, s);
        vec![out(r, &[])]
    });
    (cond, body)
}

#[test]
fn loops_with_a_condition() {
    let mut m = Module::default();
    let (cond, body) = while_parts(&mut m);
    let f = func(&mut m, "f", |b, m| {
        let s = b.param(F64, vec![]);
        let w = b.param(F64, vec![]);
        let ys = b.while_(m, cond, body, 1, &[s, w], bind(&[&[], &[]], &[&[]]));
        let zs = b.while_(m, cond, body, 1, &[w, ys[0]], bind(&[&[], &[]], &[&[]]));
        vec![out(ys[0], &[]), out(zs[0], &[])]
    });
    check(&mut m, f, &[T::s(0.4), T::s(0.8)], 3);
    check(&mut m, f, &[T::s(5.0), T::s(0.8)], 2);
}

#[test]
fn loops_with_a_condition_mapped_and_in_a_branch() {
    let mut m = Module::default();
    let (cond, body) = while_parts(&mut m);
    let runs = func(&mut m, "runs", |b, m| {
        let s = b.param(F64, vec![]);
        let w = b.param(F64, vec![]);
        let ys = b.while_(m, cond, body, 1, &[s, w], bind(&[&[], &[]], &[&[]]));
        vec![out(ys[0], &[])]
    });
    let still = func(&mut m, "still", |b, _| {
        let s = b.param(F64, vec![]);
        let w = b.param(F64, vec![]);
        let p = b.map(&arith::MUL, &[s, w]);
        vec![out(p, &[])]
    });
    let f = func(&mut m, "f", |b, m| {
        let (s, i) = vector(b, 3);
        let w = b.param(F64, vec![]);
        let ys = b.while_(m, cond, body, 1, &[s, w], bind(&[&[], &[]], &[&[]]));
        let half = b.number(F64, 0.5);
        let c = b.map(&logic::LT, &[s, half]);
        let zs = b.if_(m, runs, still, &[c, s, w], bind(&[&[], &[], &[]], &[&[]]));
        vec![out(ys[0], &[i]), out(zs[0], &[i])]
    });
    check(&mut m, f, &[T::f(&[3], &[0.4, 1.2, -0.3]), T::s(0.8)], 2);
}

#[test]
fn updates_in_a_loop() {
    let mut m = Module::default();
    let body = func(&mut m, "body", |b, _| {
        let index = b.param(Scalar::I64, vec![]);
        let (s, i) = vector(b, 4);
        let w = b.param(F64, vec![]);
        let x = b.read(s, vec![(i, Index::data(0))], &[index], None);
        let p = b.mul(x, w);
        let p = b.map(&SIN, &[p]);
        let one = b.int(1);
        let next = b.add(index, one);
        let s = b.update(s, p, vec![(i, Index::data(0))], vec![], &[next]);
        vec![out(s, &[i])]
    });
    let f = func(&mut m, "f", |b, m| {
        let (s, i) = vector(b, 4);
        let w = b.param(F64, vec![]);
        let n = b.int(3);
        let o = b.axis(Extent::Static(4));
        let scan = Scan {
            body,
            xs: 0,
            state: 1,
            axis: None,
            reverse: false,
            bind: bind(&[&[], &[i], &[]], &[&[o]]),
        };
        let ys = b.scan(m, scan, &[n, s, w]);
        vec![out(ys[0], &[o])]
    });
    check(&mut m, f, &[T::f(&[4], &[0.4, 1.2, -0.3, 0.8]), T::s(0.8)], 3);
}
