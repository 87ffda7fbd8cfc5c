//! Every operator's derivative against differences and against its transpose, to the third order.
#![allow(clippy::unwrap_used)]

mod support;

use dslc_ir::prims::{arith, logic};
use dslc_ir::{Binding, Extent, Index, Module, Monoid, Routine};
use support::prims::{EXP, FLOOR, LOG, SIN, SQRT};
use support::*;

fn x3() -> T {
    T::f(&[3], &[0.3, -1.2, 0.7])
}
fn x23() -> T {
    T::f(&[2, 3], &[0.3, -1.2, 0.7, 1.1, 0.45, -0.6])
}

#[test]
fn map_over_missing_axes() {
    let mut m = Module::default();
    let f = func(&mut m, "f", |b, _| {
        let (x, i) = vector(b, 3);
        let (y, j) = vector(b, 2);
        let s = b.param(F64, vec![]);
        let p = b.mul(x, y);
        let q = b.map(&SIN, &[p]);
        let r = b.div(q, s);
        let e = b.map(&EXP, &[r]);
        vec![out(e, &[j, i]), out(q, &[i, j])]
    });
    check(&mut m, f, &[x3(), T::f(&[2], &[0.4, -0.9]), T::s(1.7)], 3);
}

#[test]
fn scalar_chain_with_singular_partials() {
    let mut m = Module::default();
    let f = func(&mut m, "f", |b, _| {
        let x = b.param(F64, vec![]);
        let l = b.map(&LOG, &[x]);
        let s = b.map(&SQRT, &[x]);
        let p = b.mul(l, s);
        let q = b.div(p, x);
        vec![out(q, &[])]
    });
    check(&mut m, f, &[T::s(1.9)], 3);
}

#[test]
fn selections() {
    let mut m = Module::default();
    let f = func(&mut m, "f", |b, _| {
        let (x, i) = vector(b, 3);
        let (y, j) = vector(b, 2);
        let mx = b.map(&arith::MAX, &[x, y]);
        let mn = b.map(&arith::MIN, &[x, y]);
        let p = b.mul(mx, mx);
        let c = b.map(&logic::LT, &[x, y]);
        let s = b.select(c, p, mn);
        vec![out(s, &[i, j])]
    });
    check(&mut m, f, &[x3(), T::f(&[2], &[0.4, -0.9])], 2);
}

#[test]
fn sums_with_and_without_the_axis() {
    let mut m = Module::default();
    let f = func(&mut m, "f", |b, _| {
        let (x, i, j) = matrix(b, 2, 3);
        let k = b.axis(Extent::Static(4));
        let sq = b.mul(x, x);
        let s = b.fold(Monoid::Sum, sq, &[j, k]);
        let e = b.map(&SIN, &[s]);
        // A result that is a broadcast.
        vec![out(e, &[k, i])]
    });
    check(&mut m, f, &[x23()], 3);
}

#[test]
fn products_right_at_zeros() {
    let mut m = Module::default();
    let f = func(&mut m, "f", |b, _| {
        let (x, i, j) = matrix(b, 2, 3);
        let k = b.axis(Extent::Static(2));
        let p = b.fold(Monoid::Prod, x, &[j]);
        let q = b.fold(Monoid::Prod, x, &[i, j, k]);
        vec![out(p, &[i]), out(q, &[])]
    });
    check(&mut m, f, &[x23()], 3);
    check(&mut m, f, &[T::f(&[2, 3], &[0.0, -1.2, 0.7, 1.1, 0.0, 0.0])], 2);
}

#[test]
fn selective_folds() {
    for monoid in [Monoid::Max, Monoid::Min, Monoid::MaxPlus, Monoid::MinPlus] {
        let mut m = Module::default();
        let f = func(&mut m, "f", |b, _| {
            let (x, i, j) = matrix(b, 2, 3);
            let k = b.axis(Extent::Static(2));
            let sq = b.map(&SIN, &[x]);
            let p = b.fold(monoid, sq, &[j]);
            let q = b.fold(monoid, sq, &[i, j]);
            let r = b.fold(monoid, sq, &[k, j]);
            let s = b.mul(q, r);
            vec![out(p, &[i]), out(s, &[i])]
        });
        check(&mut m, f, &[x23()], 2);
    }
}

#[test]
fn affine_reads() {
    let mut m = Module::default();
    let f = func(&mut m, "f", |b, _| {
        let (x, i) = vector(b, 6);
        let x = b.map(&SIN, &[x]);
        let [w, d, h, s] = [4, 3, 3, 8].map(|n| b.axis(Extent::Static(n)));
        let ix = |terms: &[(_, i64)], offset| Index { terms: terms.to_vec(), offset, data: None };
        let window = b.read(x, vec![(i, ix(&[(w, 1), (d, 1)], 0))], &[], None);
        let stride = b.read(x, vec![(i, ix(&[(h, 2)], 1))], &[], None);
        let strided_window = b.read(x, vec![(i, ix(&[(d, 1), (h, 2)], -1))], &[], Some(window));
        let pad = b.mul(x, x);
        let pad = b.fold(Monoid::Sum, pad, &[i]);
        let padded = b.read(x, vec![(i, ix(&[(s, 1)], -1))], &[], Some(pad));
        let reversed = b.read(x, vec![(i, ix(&[(i, -1)], 5))], &[], None);
        let shifted = b.read(x, vec![(i, ix(&[(i, 1)], 1))], &[], Some(pad));
        let one = b.read(x, vec![(i, Index::constant(2))], &[], None);
        let same = b.mul(reversed, shifted);
        vec![
            out(window, &[w, d]),
            out(stride, &[h]),
            out(strided_window, &[h, d, w]),
            out(padded, &[s]),
            out(same, &[i]),
            out(one, &[]),
        ]
    });
    check(&mut m, f, &[T::f(&[6], &[0.3, -1.2, 0.7, 1.1, 0.45, -0.6])], 2);
}

#[test]
fn transpose_diagonal_and_constants() {
    let mut m = Module::default();
    let f = func(&mut m, "f", |b, _| {
        let (x, i, j) = matrix(b, 3, 3);
        let x = b.map(&SIN, &[x]);
        let swapped = b.read(x, vec![(i, Index::axis(j)), (j, Index::axis(i))], &[], None);
        let p = b.mul(x, swapped);
        let diagonal = b.read(x, vec![(j, Index::axis(i))], &[], None);
        let k = b.axis(Extent::Static(3));
        let diagonal2 = b.read(x, vec![(i, Index::axis(k)), (j, Index::axis(k))], &[], None);
        let e = b.fold(Monoid::Sum, p, &[i]);
        let ys = b.read(e, vec![(j, Index::axis(k))], &[], None);
        let z = b.mul(ys, diagonal2);
        vec![out(p, &[i, j]), out(diagonal, &[i]), out(z, &[k])]
    });
    let x: Vec<f64> = (0..9).map(|k| (f64::from(k) * 1.3).sin()).collect();
    check(&mut m, f, &[T::f(&[3, 3], &x)], 3);
}

#[test]
fn gathers_with_repeated_and_outside_indices() {
    let mut m = Module::default();
    let f = func(&mut m, "f", |b, _| {
        let (x, i, j) = matrix(b, 2, 3);
        let k = b.axis(Extent::Static(4));
        let at = b.param(dslc_ir::Scalar::I64, vec![k]);
        let x = b.mul(x, x);
        let g = b.read(x, vec![(j, Index::data(0))], &[at], None);
        let one = b.int(3);
        let beyond = b.add(at, one);
        let fill = b.fold(Monoid::Sum, x, &[i, j]);
        let h = b.read(
            x,
            vec![(j, Index { terms: vec![(i, -1)], offset: 0, data: Some(0) })],
            &[beyond],
            Some(fill),
        );
        vec![out(g, &[k, i]), out(h, &[k, i])]
    });
    check(&mut m, f, &[x23(), T::i(&[4], &[2, 0, 2, 1])], 3);
}

#[test]
fn scatters() {
    let mut m = Module::default();
    let f = func(&mut m, "f", |b, _| {
        let (x, i, j) = matrix(b, 2, 3);
        let at = b.param(dslc_ir::Scalar::I64, vec![j]);
        let x = b.map(&SIN, &[x]);
        let r = b.axis(Extent::Static(4));
        let (z, k) = vector(b, 2);
        let s = b.scatter(x, vec![(r, Index::data(0))], vec![j], &[at]);
        // The tangent of this does not run over k.
        let z = b.map(&FLOOR, &[z]);
        let w = b.add(x, z);
        let t = b.scatter(
            w,
            vec![(r, Index { terms: vec![(j, 2)], offset: -1, data: None })],
            vec![i, j, k],
            &[],
        );
        let p = b.mul(s, t);
        vec![out(p, &[i, r])]
    });
    check(&mut m, f, &[x23(), T::i(&[3], &[3, 0, 3]), T::f(&[2], &[0.4, -0.9])], 3);
}

#[test]
fn updates() {
    let mut m = Module::default();
    let f = func(&mut m, "f", |b, _| {
        let (x, i, j) = matrix(b, 2, 3);
        let (v, k) = vector(b, 2);
        let s = b.param(F64, vec![]);
        let at = b.param(dslc_ir::Scalar::I64, vec![k]);
        let one = b.param(dslc_ir::Scalar::I64, vec![]);
        let x = b.map(&SIN, &[x]);
        let window =
            b.update(x, v, vec![(j, Index { terms: vec![(k, 1)], offset: 1, data: None })], vec![k], &[]);
        let point = b.update(x, s, vec![(i, Index::data(0)), (j, Index::constant(2))], vec![], &[one]);
        // Both writes may go to the same place: the last one counts.
        let collide = b.update(x, v, vec![(j, Index::data(0))], vec![k], &[at]);
        let p = b.mul(window, point);
        let p = b.mul(p, collide);
        let batch = b.update(x, v, vec![(j, Index::constant(0))], vec![], &[]);
        vec![out(p, &[i, j]), out(batch, &[i, j, k])]
    });
    let rest = |at: [i64; 2]| [x23(), T::f(&[2], &[0.4, -0.9]), T::s(1.3), T::i(&[2], &at), T::i(&[], &[1])];
    check(&mut m, f, &rest([2, 0]), 3);
    check(&mut m, f, &rest([1, 1]), 2);
}

#[test]
fn stacks_and_routines() {
    let mut m = Module::default();
    let f = func(&mut m, "f", |b, _| {
        let (x, i) = vector(b, 3);
        let s = b.param(F64, vec![]);
        let zero = b.number(F64, 0.5);
        let p = b.mul(x, s);
        let (st, k) = b.stack(&[p, zero, s, x]);
        let q = b.mul(st, st);
        let order = b.axis(Extent::Static(3));
        let sorted =
            b.library(Routine::ArgSort, &[x], Binding { args: vec![vec![i]], results: vec![vec![order]] });
        let y = b.read(x, vec![(i, Index::data(0))], &[sorted], None);
        vec![out(q, &[i, k]), out(y, &[order])]
    });
    check(&mut m, f, &[x3(), T::s(1.3)], 3);
}

#[test]
fn solve_with_shared_and_mapped_sides() {
    let mut m = Module::default();
    let f = func(&mut m, "f", |b, _| {
        let (a, i, j) = matrix(b, 2, 2);
        let (y, k) = vector(b, 2);
        let (s, r) = vector(b, 3);
        let rhs = b.mul(y, s);
        let rhs = b.map(&SIN, &[rhs]);
        let x_axis = b.axis(Extent::Static(2));
        let bind = Binding { args: vec![vec![i, j], vec![k]], results: vec![vec![x_axis]] };
        let x = b.library(Routine::Solve, &[a, rhs], bind.clone());
        // The right-hand side is constant along its bound axis, and the matrix is mapped.
        let many = b.mul(a, s);
        let c = b.fold(Monoid::Sum, y, &[k]);
        let z_axis = b.axis(Extent::Static(2));
        let bind = Binding { args: vec![vec![j, i], vec![k]], results: vec![vec![z_axis]] };
        let z = b.library(Routine::Solve, &[many, c], bind);
        vec![out(x, &[r, x_axis]), out(z, &[z_axis, r])]
    });
    let a = T::f(&[2, 2], &[2.0, 0.3, -0.4, 1.5]);
    check(&mut m, f, &[a, T::f(&[2], &[0.4, -0.9]), x3()], 2);
}

#[test]
fn transforms_are_linear_and_mapped() {
    let mut m = Module::default();
    let f = func(&mut m, "f", |b, _| {
        let (z, n, pair) = matrix(b, 3, 2);
        let (s, r) = vector(b, 2);
        let x = b.mul(z, s);
        let x = b.map(&SIN, &[x]);
        let (row, two) = (b.axis(Extent::Static(3)), b.axis(Extent::Static(2)));
        let bind = Binding { args: vec![vec![n, pair]], results: vec![vec![row, two]] };
        let y = b.library(Routine::Fourier, &[x], bind);
        let y = b.mul(y, y);
        // Constant along both of its axes.
        let (back, last) = (b.axis(Extent::Static(3)), b.axis(Extent::Static(2)));
        let bind = Binding { args: vec![vec![row, two]], results: vec![vec![back, last]] };
        let w = b.library(Routine::FourierBack, &[s], bind);
        vec![out(y, &[row, two, r]), out(w, &[back, r, last])]
    });
    let z = T::f(&[3, 2], &[0.3, -0.4, 1.5, 0.2, -0.7, 0.9]);
    check(&mut m, f, &[z, T::f(&[2], &[0.8, -1.1])], 2);
}

#[test]
fn empty_axes_and_rank_zero() {
    for monoid in [Monoid::Sum, Monoid::Prod, Monoid::Max, Monoid::MinPlus] {
        let mut m = Module::default();
        let f = func(&mut m, "f", |b, _| {
            let (x, i) = vector(b, 0);
            let s = b.param(F64, vec![]);
            let p = b.mul(x, s);
            let y = b.fold(monoid, p, &[i]);
            let z = b.fold(monoid, s, &[i]);
            vec![out(y, &[]), out(z, &[]), out(p, &[i])]
        });
        let rev = derivative(&mut m, f, true);
        let rev = expanded(&mut m, rev);
        let r = run(&m, rev, &[T::f(&[0], &[]), T::s(2.0), T::s(1.0), T::s(1.0), T::f(&[0], &[])]);
        assert_eq!(r[3].floats(), Vec::<f64>::new());
        assert_eq!(r[4].floats(), [0.0], "{monoid:?}");
        let fwd = derivative(&mut m, f, false);
        let fwd = expanded(&mut m, fwd);
        let d = run(&m, fwd, &[T::f(&[0], &[]), T::s(2.0), T::f(&[0], &[]), T::s(1.0)]);
        assert_eq!((d[3].floats(), d[4].floats()), (vec![0.0], vec![0.0]), "{monoid:?}");
    }
}
