//! The equality stage: what it finds, what it keeps, and that wrong laws are noticed.

mod meaning;

use dslc_ir::prims::{
    self,
    elementary::{exponential::EXP, logistic::TANH},
    round::ABS,
};
use dslc_ir::verify::verify_module;
use dslc_ir::{AxisId, Builder, Extent, FuncId, Module, Monoid, NodeId, Output, Prim, Scalar, print};
use dslc_opt::pipeline::finish;
use dslc_opt::rewrite::rows::Guard;
use dslc_opt::rewrite::{Mode, Options, ROWS, Row, rewrite};
use dslc_runtime::value::Value;
use meaning::{Array, run};
use testkit::contraction::{Semiring, arguments, body, magnitudes};
use testkit::{Random, seeds};

fn rewritten(m: &Module, mode: Mode, rows: &[Row]) -> Module {
    let mut m = m.clone();
    let mut roots = [FuncId(0)];
    finish(&mut m, &mut roots);
    rewrite(&mut m, &mut roots, &Options { least: 0.0, rows, ..Options::new(mode) });
    finish(&mut m, &mut roots);
    verify_module(&m).unwrap_or_else(|why| panic!("{why}\n{}", print::module(&m)));
    m
}

/// The extents of random bodies: every rule has to hold at the smallest.
const EXTENTS: &[u64] = &[2, 2, 3, 0, 1];

fn semiring(row: &Row) -> Semiring {
    Semiring { add: row.add[0], mul: prims::by_name(row.mul).expect("a primitive").0 }
}

/// Random arguments for the reader.
fn arrays(random: &mut Random, m: &Module, special: bool) -> Vec<Array> {
    arguments(random, m, special).iter().map(Array::of).collect()
}

/// Whether a body changes under these rows, and whether every bit stays if it does.
fn exact(seed: u64, row: &Row) -> (bool, Result<(), String>) {
    let mut random = Random(seed);
    let scalar = random.pick(row.scalars);
    let m = body(&mut random, &semiring(row), scalar, EXTENTS);
    let mut plain = m.clone();
    finish(&mut plain, &mut [FuncId(0)]);
    let now = rewritten(&m, Mode::Exact, &[*row]);
    let changed = print::module(&plain) != print::module(&now);
    for k in 0..4 {
        let args = arrays(&mut random, &m, k > 0);
        let (before, after) = (run(&m, FuncId(0), &args).0, run(&now, FuncId(0), &args).0);
        if before != after {
            let text = format!("{}\n=== became\n{}", print::module(&plain), print::module(&now));
            return (changed, Err(format!("seed {seed}, {}: {before:?}, then {after:?}\n{text}", row.mul)));
        }
    }
    (changed, Ok(()))
}

#[test]
fn exact_rows_keep_every_bit() {
    for row in ROWS {
        let mut changed = 0;
        for seed in seeds(600) {
            let (new, kept) = exact(seed, row);
            kept.unwrap_or_else(|why| panic!("{why}"));
            changed += usize::from(new);
        }
        // In the row of ordinary numbers nothing but the order of two operands may change.
        let real = row.add == [Monoid::Sum];
        assert!(real || changed > 10, "{:?} {}: {changed} bodies changed", row.add, row.mul);
    }
}

/// The first seed at which a wrong row is noticed.
fn noticed(row: Row) -> bool {
    (0..3000).any(|seed| exact(seed, &row).1.is_err())
}

/// Each wrong tag is one that someone could believe; the check above must see it.
#[test]
fn wrong_tags_are_noticed() {
    let of = |add: Monoid, mul: &str| *ROWS.iter().find(|r| r.add[0] == add && r.mul == mul).expect("a row");
    let max_plus = of(Monoid::Max, "add");
    assert!(noticed(Row { mul_is_exact: true, ..max_plus }), "re-association of the addition of numbers");
    assert!(noticed(Row { exact: Guard::Free, ..max_plus }), "inf + -inf");
    let min_times = of(Monoid::Min, "mul");
    assert!(noticed(Row { exact: Guard::Free, ..min_times }), "a negative factor turns min into max");
    let real = of(Monoid::Sum, "mul");
    assert!(noticed(Row { exact: Guard::Free, ..real }), "a factor moved out of a sum");
    assert!(
        noticed(Row { add_is_exact: true, mul_is_exact: true, exact: Guard::Free, ..real }),
        "re-association"
    );
}

/// Element 0 of `fold_j (f(a_i) * g(b_j))` in a row, where all `a_i` are one number and `b` is one number and then
/// others: how the program is rewritten depends on the guard alone.
fn meeting(row: Row, f: &[&'static Prim], a: f64, g: &[&'static Prim], b: [f64; 2]) -> f64 {
    let mut s = Sheet { b: Builder::new("entry"), row };
    let [i, j] = s.axes(8);
    let (mut x, mut y) = (s.param(&[i]), s.param(&[j]));
    f.iter().for_each(|p| x = s.b.map(p, &[x]));
    g.iter().for_each(|p| y = s.b.map(p, &[y]));
    let z = s.dot(x, y, &[j]);
    let mut m = Module::default();
    m.funcs.push(s.b.finish(vec![Output { node: z, axes: vec![i] }]));
    let mut second = [b[1]; 8];
    second[0] = b[0];
    let args = [[a; 8], second].map(|x| Array::of(&Value::from_f64s(vec![8], &x)));
    let results = run(&rewritten(&m, Mode::Exact, &[row]), FuncId(0), &args).0.expect("no failure");
    f64::from_bits(results[0].elements[0].0)
}

/// NaN arises where infinities of both signs meet, or zero and infinity: a guard that lets them pass loses it.
#[test]
fn guards_are_those_of_their_rows() {
    let of = |add: Monoid, mul: &str| *ROWS.iter().find(|r| r.add[0] == add && r.mul == mul).expect("a row");
    let max_plus = of(Monoid::Max, "add");
    let at = |row| meeting(row, &[&EXP], 1000.0, &[], [f64::NEG_INFINITY, 0.0]);
    assert!(at(max_plus).is_nan());
    assert_eq!(at(Row { exact: Guard::AboveInfinity, ..max_plus }), f64::INFINITY);
    let min_times = of(Monoid::Min, "mul");
    let at = |row| meeting(row, &[&TANH, &ABS], 0.0, &[&ABS], [f64::INFINITY, 1.0]);
    assert!(at(min_times).is_nan());
    assert_eq!(at(Row { exact: Guard::SmallPositive, ..min_times }), 0.0);
}

#[test]
fn default_stays_within_its_bound() {
    let real = ROWS[0];
    let mut changed = 0;
    for seed in seeds(1500) {
        let mut random = Random(seed);
        let m = body(&mut random, &semiring(&real), Scalar::F64, EXTENTS);
        let now = rewritten(&m, Mode::Default, ROWS);
        changed += usize::from(print::module(&now).len() != print::module(&m).len());
        let args = arrays(&mut random, &m, false);
        let positive: Vec<Array> = args
            .iter()
            .map(|a| {
                let elements = a.elements.iter().map(|e| (e.0 & (u64::MAX >> 1), e.1)).collect();
                Array { extents: a.extents.clone(), elements }
            })
            .collect();
        let values = |m: &Module, args: &[Array]| run(m, FuncId(0), args).0.expect("nothing fails");
        let (before, after, most) =
            (values(&m, &args), values(&now, &args), values(&magnitudes(&m), &positive));
        for ((x, y), most) in before.iter().zip(&after).zip(&most) {
            for ((x, y), most) in x.elements.iter().zip(&y.elements).zip(&most.elements) {
                let (x, y, most) = (f64::from_bits(x.0), f64::from_bits(y.0), f64::from_bits(most.0));
                if most.is_finite() && most < 1e300 {
                    // Ten steps of folds over at most 27 points: k = 600 is more than their operations.
                    let text = || format!("{}\n===\n{}", print::module(&m), print::module(&now));
                    assert!(
                        (x - y).abs() <= 600.0 * f64::EPSILON * most + 1e-290,
                        "seed {seed}: {x} {y}\n{}",
                        text()
                    );
                }
            }
        }
    }
    assert!(changed > 100, "{changed}");
}

/// The points that all maps and folds of a module run over, as far as nothing is shared or fused.
fn work(m: &Module) -> u64 {
    let f = &m.funcs[FuncId(0)];
    let points = |n: NodeId| f.count(&f.ty(n).axes).expect("static");
    f.nodes
        .iter_enumerated()
        .map(|(id, n)| match n.op {
            dslc_ir::Op::Map(_) => points(id),
            dslc_ir::Op::Fold { .. } => points(n.args[0]),
            _ => 0,
        })
        .sum()
}

/// A body of one row, in Einstein's notation: each step is its operator and its arguments with their axes.
struct Sheet {
    b: Builder,
    row: Row,
}

impl Sheet {
    fn new(add: Monoid, mul: &str) -> Self {
        let row = *ROWS.iter().find(|r| r.add.contains(&add) && r.mul == mul).expect("a row");
        Self { b: Builder::new("entry"), row }
    }
    fn axes<const N: usize>(&mut self, n: u64) -> [AxisId; N] {
        std::array::from_fn(|_| self.b.axis(Extent::Static(n)))
    }
    fn param(&mut self, axes: &[AxisId]) -> NodeId {
        self.b.param(Scalar::F64, axes.to_vec())
    }
    fn mul(&mut self, x: NodeId, y: NodeId) -> NodeId {
        let mul = prims::by_name(self.row.mul).expect("a primitive").0;
        self.b.map(mul, &[x, y])
    }
    fn add(&mut self, x: NodeId, y: NodeId) -> NodeId {
        self.b.map(self.row.add[0].combine().0, &[x, y])
    }
    fn fold(&mut self, x: NodeId, axes: &[AxisId]) -> NodeId {
        self.b.fold(self.row.add[0], x, axes)
    }
    fn dot(&mut self, x: NodeId, y: NodeId, axes: &[AxisId]) -> NodeId {
        let p = self.mul(x, y);
        self.fold(p, axes)
    }
    /// The work before and after.
    fn gain(self, result: NodeId, mode: Mode) -> (u64, u64) {
        let axes = self.b.ty(result).axes.to_vec();
        let mut m = Module::default();
        m.funcs.push(self.b.finish(vec![Output { node: result, axes }]));
        (work(&m), work(&rewritten(&m, mode, ROWS)))
    }
}

const N: u64 = 40;

/// `((A B) C) x` is done from the right: three products of a matrix and a vector, of 2 N^2 points each.
#[test]
fn a_chain_ends_in_the_vector() {
    for (add, mul) in [(Monoid::Sum, "mul"), (Monoid::MaxPlus, "add"), (Monoid::Min, "max")] {
        let mut s = Sheet::new(add, mul);
        let [i, j, k, l] = s.axes(N);
        let (a, b, c, x) = (s.param(&[i, j]), s.param(&[j, k]), s.param(&[k, l]), s.param(&[l]));
        let ab = s.dot(a, b, &[j]);
        let abc = s.dot(ab, c, &[k]);
        let y = s.dot(abc, x, &[l]);
        let (before, after) = s.gain(y, Mode::Default);
        assert_eq!((before, after), (4 * N.pow(3) + 2 * N * N, 6 * N * N), "{mul}");
    }
}

/// The trace of a product is a sum over both axes at once; the diagonal of one needs no product either.
#[test]
fn a_trace_needs_no_product() {
    let mut s = Sheet::new(Monoid::Sum, "mul");
    let [i, j, k] = s.axes(N);
    let (a, b) = (s.param(&[i, j]), s.param(&[j, k]));
    let ab = s.dot(a, b, &[j]);
    let diagonal = s.b.rename(ab, &[(k, i)]);
    let trace = s.fold(diagonal, &[i]);
    assert_eq!(s.gain(trace, Mode::Default), (2 * N.pow(3) + N, 2 * N * N));
}

/// `sum_ij a_i b_j` is a product of two sums, and `max_ij (a_i + b_j)` a sum of two maxima; in exact mode only if
/// it is known that no infinities meet.
#[test]
fn an_outer_fold_falls_apart() {
    let outer = |add, mul, tame: bool, mode| {
        let mut s = Sheet::new(add, mul);
        let [i, j] = s.axes(N);
        let (mut a, mut b) = (s.param(&[i]), s.param(&[j]));
        if tame {
            a = s.b.map(&TANH, &[a]);
            b = s.b.map(&TANH, &[b]);
        }
        let y = s.dot(a, b, &[i, j]);
        s.gain(y, mode)
    };
    let (dear, cheap) = (2 * N * N, 2 * N + 1);
    assert_eq!(outer(Monoid::Sum, "mul", false, Mode::Default), (dear, cheap));
    assert_eq!(outer(Monoid::Max, "add", false, Mode::Default), (dear, cheap));
    assert_eq!(outer(Monoid::Max, "add", false, Mode::Exact), (dear, dear));
    assert_eq!(outer(Monoid::Max, "add", true, Mode::Exact), (dear + 2 * N, cheap + 2 * N));
    assert_eq!(outer(Monoid::Sum, "mul", true, Mode::Exact), (dear + 2 * N, dear + 2 * N));
    // min_ij max(a_i, b_j) needs nothing to be exact; max_i c*a_i stays while the sign of c is unknown.
    assert_eq!(outer(Monoid::Min, "max", false, Mode::Exact), (dear, cheap));
    assert_eq!(outer(Monoid::Max, "mul", false, Mode::Default), (dear, dear));
}

/// A sum of maxima is no product of a semiring, so it stays.
#[test]
fn what_is_no_row_stays() {
    let mut s = Sheet::new(Monoid::Sum, "mul");
    let [i, j] = s.axes(N);
    let (a, b) = (s.param(&[i]), s.param(&[j]));
    let most = s.b.map(&prims::arith::MAX, &[a, b]);
    let y = s.fold(most, &[i, j]);
    assert_eq!(s.gain(y, Mode::Default), (2 * N * N, 2 * N * N));
}

/// `(A + u v') x = A x + u (v . x)`.
#[test]
fn a_matrix_of_low_rank_is_not_made() {
    let mut s = Sheet::new(Monoid::Sum, "mul");
    let [i, j] = s.axes(N);
    let (a, u, v, x) = (s.param(&[i, j]), s.param(&[i]), s.param(&[j]), s.param(&[j]));
    let uv = s.mul(u, v);
    let sum = s.add(a, uv);
    let y = s.dot(sum, x, &[j]);
    assert_eq!(s.gain(y, Mode::Default), (4 * N * N, 2 * N * N + 4 * N));
}

/// `(A'A) x - A' b = A' (A x - b)`; what is best already stays.
#[test]
fn normal_equations_need_no_square() {
    let mut s = Sheet::new(Monoid::Sum, "mul");
    let [k, i, j] = s.axes(N);
    let (a, x, b) = (s.param(&[k, i]), s.param(&[i]), s.param(&[k]));
    let at = s.b.rename(a, &[(i, j)]);
    let square = s.dot(at, a, &[k]);
    let left = s.dot(square, x, &[i]);
    let right = s.dot(at, b, &[k]);
    let y = s.b.sub(left, right);
    let (before, after) = s.gain(y, Mode::Default);
    assert_eq!((before, after), (2 * N.pow(3) + 4 * N * N + N, 4 * N * N + N));
}

/// `f'b + f'c = f'(b + c)`, though the axes that are folded have other names.
#[test]
fn a_common_factor_is_taken_out() {
    let mut s = Sheet::new(Monoid::Sum, "mul");
    let [i, j, k] = s.axes(N);
    let f = s.param(&[i, j]);
    let (b, c) = (s.param(&[i]), s.param(&[k]));
    let left = s.dot(f, b, &[i]);
    let other = s.b.rename(f, &[(i, k)]);
    let right = s.dot(other, c, &[k]);
    let y = s.add(left, right);
    assert_eq!(s.gain(y, Mode::Default), (4 * N * N + N, 2 * N * N + N));
}

/// Six matrices of the sizes 30 35 15 5 10 20 25, bracketed from the left. Cormen, Leiserson, Rivest and Stein,
/// *Introduction to Algorithms*, 15.2: the best is `(A (B C)) ((D E) F)`, with 15,125 multiplications against 40,500.
#[test]
fn a_chain_of_matrices_takes_the_bracketing_of_the_book() {
    let mut s = Sheet::new(Monoid::Sum, "mul");
    let n = [30, 35, 15, 5, 10, 20, 25].map(|n| s.axes::<1>(n)[0]);
    let mut y = s.param(&[n[0], n[1]]);
    for k in 1..6 {
        let x = s.param(&[n[k], n[k + 1]]);
        y = s.dot(y, x, &[n[k]]);
    }
    assert_eq!(s.gain(y, Mode::Default), (2 * 40_500, 2 * 15_125));
}

/// `diag(A B) * s` needs the `N^2` products on the diagonal only.
#[test]
fn a_diagonal_needs_no_product() {
    let mut s = Sheet::new(Monoid::Sum, "mul");
    let [i, j, k] = s.axes(N);
    let (a, b, c) = (s.param(&[i, j]), s.param(&[j, k]), s.param(&[i]));
    let ab = s.dot(a, b, &[j]);
    let diagonal = s.b.rename(ab, &[(k, i)]);
    let y = s.mul(diagonal, c);
    assert_eq!(s.gain(y, Mode::Default), (2 * N.pow(3) + N, 2 * N * N + N));
}

/// `A' (A x - b)` is best already, so `A' A` is not made.
#[test]
fn a_residual_stays() {
    let mut s = Sheet::new(Monoid::Sum, "mul");
    let [k, i, j] = s.axes(N);
    let (a, x, b) = (s.param(&[k, i]), s.param(&[i]), s.param(&[k]));
    let ax = s.dot(a, x, &[i]);
    let residual = s.b.sub(ax, b);
    let at = s.b.rename(a, &[(i, j)]);
    let y = s.dot(at, residual, &[k]);
    assert_eq!(s.gain(y, Mode::Default), (4 * N * N + N, 4 * N * N + N));
}

/// `(A' S A) v = A' (s * (A v))` with a diagonal `S`.
#[test]
fn a_weighted_square_is_not_made() {
    let mut s = Sheet::new(Monoid::Sum, "mul");
    let [k, i, j] = s.axes(N);
    let (a, w, v) = (s.param(&[k, i]), s.param(&[k]), s.param(&[i]));
    let at = s.b.rename(a, &[(i, j)]);
    let scaled = s.mul(w, a);
    let square = s.dot(at, scaled, &[k]);
    let y = s.dot(square, v, &[i]);
    assert_eq!(s.gain(y, Mode::Default), (2 * N.pow(3) + 3 * N * N, 4 * N * N + N));
}

/// `(A kron B) vec X = A X B'`: two products of matrices, and no value of four axes.
#[test]
fn a_kronecker_product_is_not_made() {
    let mut s = Sheet::new(Monoid::Sum, "mul");
    let [i, j, k, l] = s.axes(12);
    let (a, b, x) = (s.param(&[i, k]), s.param(&[j, l]), s.param(&[k, l]));
    let kron = s.mul(a, b);
    let y = s.dot(kron, x, &[k, l]);
    assert_eq!(s.gain(y, Mode::Default), (3 * 12u64.pow(4), 4 * 12u64.pow(3)));
}

/// Four products with one matrix are one with the sum of the others.
#[test]
fn four_products_with_one_factor_are_one() {
    let mut s = Sheet::new(Monoid::Sum, "mul");
    let [i, j, k] = s.axes(N);
    let f = s.param(&[i, j]);
    let mut terms = (0..4).map(|_| s.param(&[i, k])).collect::<Vec<_>>();
    terms = terms.into_iter().map(|b| s.dot(f, b, &[i])).collect();
    let y = terms.into_iter().reduce(|x, y| s.add(x, y)).expect("four");
    assert_eq!(s.gain(y, Mode::Default), (8 * N.pow(3) + 3 * N * N, 2 * N.pow(3) + 3 * N * N));
}

/// `max_i c a_i = c max_i a_i` where both are known to be finite and not negative; making them so counts, too.
#[test]
fn a_positive_factor_leaves_a_maximum() {
    let mut s = Sheet::new(Monoid::Max, "mul");
    let [i, j] = s.axes(N);
    let (a, b) = (s.param(&[i]), s.param(&[j]));
    let (a, b) = (s.b.map(&TANH, &[a]), s.b.map(&TANH, &[b]));
    let (a, b) = (s.b.map(&ABS, &[a]), s.b.map(&ABS, &[b]));
    let y = s.dot(a, b, &[i, j]);
    assert_eq!(s.gain(y, Mode::Default), (2 * N * N + 4 * N, 6 * N + 1));
}

/// The square of a difference would be `O(n)` if it were multiplied out, but then it cancels: it stays.
#[test]
fn a_square_of_a_difference_stays() {
    let mut s = Sheet::new(Monoid::Sum, "mul");
    let [i, j] = s.axes(N);
    let (x, y) = (s.param(&[i]), s.param(&[j]));
    let d = s.b.sub(x, y);
    let z = s.dot(d, d, &[i, j]);
    assert_eq!(s.gain(z, Mode::Default), (3 * N * N, 3 * N * N));
}

/// The same text every time, and work that the budget bounds: 90 products with one common factor, and a product of
/// 40 sums under a fold.
#[test]
fn large_bodies_are_bounded_and_repeatable() {
    let build = || {
        let mut s = Sheet::new(Monoid::Sum, "mul");
        let [i, j] = s.axes(N);
        let x = s.param(&[i, j]);
        let mut total = s.param(&[i]);
        for _ in 0..90 {
            let p = s.param(&[j]);
            let d = s.dot(x, p, &[j]);
            total = s.add(total, d);
        }
        let mut product = s.param(&[i]);
        for _ in 0..40 {
            let (a, b) = (s.param(&[i]), s.param(&[i]));
            let sum = s.add(a, b);
            product = s.mul(product, sum);
        }
        let y = s.mul(total, product);
        let y = s.fold(y, &[i]);
        let mut m = Module::default();
        m.funcs.push(s.b.finish(vec![Output { node: y, axes: vec![] }]));
        m
    };
    let (m, again) = (build(), build());
    let text = print::module(&rewritten(&m, Mode::Default, ROWS));
    assert_eq!(text, print::module(&rewritten(&again, Mode::Default, ROWS)));
    assert!(work(&rewritten(&m, Mode::Default, ROWS)) <= work(&m));
}

/// Both sides of the sentence on overflow in `docs/rewriting.md`: `(A B) x` at `1e-200, 1e200, 1e200` is
/// `8 * 8 * 1e200` as written, while `B x` is infinite; with numbers whose products stay in range it is the same
/// but for rounding; and exact mode keeps what is written.
#[test]
fn brackets_move_overflow_in_default_mode_only() {
    let mut s = Sheet::new(Monoid::Sum, "mul");
    let [i, j, k] = s.axes(8);
    let (a, b, x) = (s.param(&[i, j]), s.param(&[j, k]), s.param(&[k]));
    let ab = s.dot(a, b, &[j]);
    let y = s.dot(ab, x, &[k]);
    let mut m = Module::default();
    m.funcs.push(s.b.finish(vec![Output { node: y, axes: vec![i] }]));
    let at = |mode, [a, b, x]: [f64; 3]| {
        let values = [
            Value::from_f64s(vec![8, 8], &[a; 64]),
            Value::from_f64s(vec![8, 8], &[b; 64]),
            Value::from_f64s(vec![8], &[x; 8]),
        ];
        let args: Vec<Array> = values.iter().map(Array::of).collect();
        let now = rewritten(&m, mode, ROWS);
        f64::from_bits(run(&now, FuncId(0), &args).0.expect("no failure")[0].elements[0].0)
    };
    let close = |x: f64, y: f64| (x - y).abs() <= 1e-14 * y;
    let far = [1e-200, 1e200, 1e200];
    assert_eq!(at(Mode::Default, far), f64::INFINITY);
    assert!(close(at(Mode::Exact, far), 64e200));
    assert!(close(at(Mode::Default, [0.1, 0.3, 0.7]), 64.0 * 0.021));
}
