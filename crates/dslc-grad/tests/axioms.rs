//! The axioms of a reverse derivative category, the written policy at kinks and singular points, and costs.
//! RD.1 to RD.7: Definition 13 of arXiv:1910.07065.
#![allow(clippy::unwrap_used)]

mod support;

use dslc_grad::expand;
use dslc_ir::prims::{arith, logic};
use dslc_ir::{Binding, Extent, FuncId, Index, Module, Monoid, Op, PrimRef, Scalar, Scan};
use support::eval::run_counting;
use support::prims::{FLOOR, LOG, ROUGH, SIN, SQRT};
use support::*;

/// `(x1^3 + 2 x1 x2, x2, sin x1)`, Example 2.8.
fn example(m: &mut Module) -> FuncId {
    func(m, "example", |b, _| {
        let x = b.param(F64, vec![]);
        let y = b.param(F64, vec![]);
        let sq = b.mul(x, x);
        let cube = b.mul(sq, x);
        let two = b.number(F64, 2.0);
        let xy = b.mul(x, y);
        let p = b.mul(two, xy);
        let a = b.add(cube, p);
        let c = b.map(&SIN, &[x]);
        vec![out(a, &[]), out(y, &[]), out(c, &[])]
    })
}

/// `x1 / x2`, whose partials can be infinite.
fn quotient(m: &mut Module) -> FuncId {
    func(m, "quotient", |b, _| {
        let x = b.param(F64, vec![]);
        let y = b.param(F64, vec![]);
        let q = b.div(x, y);
        vec![out(q, &[])]
    })
}

fn numbers(ts: &[T]) -> Vec<f64> {
    ts.iter().flat_map(T::floats).collect()
}
fn scalars(x: &[f64]) -> Vec<T> {
    x.iter().map(|x| T::s(*x)).collect()
}

/// The results after the first `skip` of a derivative of `f`.
fn derive(m: &mut Module, f: FuncId, reverse: bool, x: &[f64]) -> Vec<f64> {
    let skip = m.funcs[f].results.len();
    let g = derivative(m, f, reverse);
    let g = expanded(m, g);
    numbers(&run(m, g, &scalars(x))[skip..])
}

/// `reverse` of `f` as a map of its own: the cotangents without the values.
fn reverse_only(m: &mut Module, f: FuncId) -> FuncId {
    let g = derivative(m, f, true);
    let skip = m.funcs[f].results.len();
    let mut whole = m.funcs[g].clone();
    whole.results.drain(..skip);
    m.funcs.push(whole)
}

fn all_close(a: &[f64], b: &[f64], tolerance: f64, what: &str) {
    assert_eq!(a.len(), b.len(), "{what}");
    a.iter().zip(b).for_each(|(a, b)| close(*a, *b, tolerance, what));
}

#[test]
fn numbers_of_the_example() {
    let mut m = Module::default();
    let f = example(&mut m);
    let r = derive(&mut m, f, true, &[1.0, 2.0, 1.0, 10.0, 100.0]);
    all_close(&r, &[61.030_230_586_8, 12.0], 1e-11, "R");
    let d = derive(&mut m, f, false, &[1.0, 2.0, 3.0, 5.0]);
    all_close(&d, &[31.0, 5.0, 1.620_906_917_6], 1e-10, "D");
}

#[test]
fn rd2_linear_in_the_cotangent() {
    let mut m = Module::default();
    let f = example(&mut m);
    let r = |m: &mut Module, w: [f64; 3]| derive(m, f, true, &[0.3, -0.7, w[0], w[1], w[2]]);
    let (a, b) = (r(&mut m, [1.0, 2.0, -0.5]), r(&mut m, [0.25, -1.0, 3.0]));
    let both = r(&mut m, [1.25, 1.0, 2.5]);
    all_close(&both, &[a[0] + b[0], a[1] + b[1]], 1e-14, "RD.2");
    assert_eq!(r(&mut m, [0.0; 3]), [0.0, 0.0]);
}

#[test]
fn rd3_rd4_projections_and_pairs() {
    let mut m = Module::default();
    let f = func(&mut m, "pairs", |b, _| {
        let x = b.param(F64, vec![]);
        b.param(F64, vec![]);
        vec![out(x, &[]), out(x, &[])]
    });
    assert_eq!(derive(&mut m, f, true, &[1.0, 2.0, 3.0, 5.0]), [8.0, 0.0]);
}

#[test]
fn rd1_rd5_sums_and_compositions() {
    let mut m = Module::default();
    let (f, g) = (example(&mut m), quotient(&mut m));
    let both = func(&mut m, "both", |b, m| {
        let x = b.param(F64, vec![]);
        let y = b.param(F64, vec![]);
        let bind = |n: usize, k: usize| Binding { args: vec![vec![]; n], results: vec![vec![]; k] };
        let fs = b.call(m, f, &[x, y], bind(2, 3));
        let gs = b.call(m, g, &[fs[0], fs[2]], bind(2, 1));
        let hs = b.call(m, g, &[x, y], bind(2, 1));
        let sum = b.add(gs[0], hs[0]);
        vec![out(sum, &[])]
    });
    let (x, c) = ([0.9, 1.7], 1.3);
    let by_hand = {
        let fx = numbers(&run(&m, f, &scalars(&x)));
        let g_bar = derive(&mut m, g, true, &[fx[0], fx[2], c]);
        let f_bar = derive(&mut m, f, true, &[x[0], x[1], g_bar[0], 0.0, g_bar[1]]);
        let h_bar = derive(&mut m, g, true, &[x[0], x[1], c]);
        [f_bar[0] + h_bar[0], f_bar[1] + h_bar[1]]
    };
    all_close(&derive(&mut m, both, true, &[x[0], x[1], c]), &by_hand, 1e-13, "RD.5");
}

#[test]
fn rd6_and_forward_from_reverse() {
    for which in [example, quotient] {
        let mut m = Module::default();
        let f = which(&mut m);
        let n = m.funcs[f].results.len();
        let a = [0.9, 1.7];
        let rf = reverse_only(&mut m, f);
        let rrf = reverse_only(&mut m, rf);
        let rrrf = reverse_only(&mut m, rrf);
        let (rrf, rrrf) = (expanded(&mut m, rrf), expanded(&mut m, rrrf));
        let v = [0.4, -1.1];
        // snd(R R f((a, 0), v)) = D f(a, v).
        let mut at = a.to_vec();
        at.extend(vec![0.0; n]);
        at.extend(v);
        let from_reverse = numbers(&run(&m, rrf, &scalars(&at)))[2..].to_vec();
        let forward = derive(&mut m, f, false, &[a[0], a[1], v[0], v[1]]);
        all_close(&from_reverse, &forward, 1e-13, "D from R");
        // snd(R R R f(((a, b), 0), (0, b'))) = R f(a, b'), whatever b is.
        let w: Vec<f64> = (0..n).map(|k| 0.3 + k as f64).collect();
        let mut seeded = a.to_vec();
        seeded.extend(&w);
        let expected = derive(&mut m, f, true, &seeded);
        for b in [0.0, 1.0, -2.5] {
            let mut at = a.to_vec();
            at.extend(vec![b; n]);
            at.extend([0.0, 0.0]);
            at.extend([0.0, 0.0]);
            at.extend(&w);
            let got = numbers(&run(&m, rrrf, &scalars(&at)));
            all_close(&got[got.len() - 2..], &expected, 1e-13, "RD.6");
        }
    }
}

#[test]
fn rd7_mixed_partials_commute() {
    let mut m = Module::default();
    let f = example(&mut m);
    let d = derivative(&mut m, f, false);
    let mut dots = m.funcs[d].clone();
    dots.results.drain(..3);
    let d = m.funcs.push(dots);
    let (a, b, c, e) = ([0.9, 1.7], [0.4, -1.1], [2.0, 0.3], [-0.6, 0.8]);
    let one = derive(&mut m, d, false, &[a, b, c, e].concat());
    let two = derive(&mut m, d, false, &[a, c, b, e].concat());
    all_close(&one, &two, 1e-13, "RD.7");
}

#[test]
fn a_zero_cotangent_contributes_zero() {
    let mut m = Module::default();
    let where_sqrt = func(&mut m, "where", |b, _| {
        let x = b.param(F64, vec![]);
        let zero = b.number(F64, 0.0);
        let c = b.map(&logic::GT, &[x, zero]);
        let s = b.map(&SQRT, &[x]);
        let y = b.select(c, s, zero);
        vec![out(y, &[])]
    });
    let times_sqrt = func(&mut m, "times", |b, _| {
        let x = b.param(F64, vec![]);
        let s = b.map(&SQRT, &[x]);
        let y = b.mul(x, s);
        vec![out(y, &[])]
    });
    let inverse = func(&mut m, "inverse", |b, _| {
        let x = b.param(F64, vec![]);
        let one = b.number(F64, 1.0);
        let y = b.div(one, x);
        vec![out(y, &[])]
    });
    let log = func(&mut m, "log", |b, _| {
        let x = b.param(F64, vec![]);
        let y = b.map(&LOG, &[x]);
        vec![out(y, &[])]
    });
    for f in [where_sqrt, times_sqrt] {
        assert_eq!(derive(&mut m, f, true, &[0.0, 1.0]), [0.0]);
        assert_eq!(derive(&mut m, f, false, &[0.0, 1.0]).len(), 1);
    }
    assert_eq!(derive(&mut m, where_sqrt, false, &[0.0, 1.0]), [0.0]);
    for f in [inverse, log, times_sqrt, where_sqrt] {
        assert_eq!(derive(&mut m, f, true, &[0.0, 0.0]), [0.0]);
        assert_eq!(derive(&mut m, f, false, &[0.0, 0.0]), [0.0]);
    }
    assert_eq!(derive(&mut m, log, true, &[0.0, 1.0]), [f64::INFINITY]);
}

#[test]
fn ties_go_to_the_first_and_the_lowest() {
    let mut m = Module::default();
    let two = func(&mut m, "two", |b, _| {
        let x = b.param(F64, vec![]);
        let y = b.param(F64, vec![]);
        let z = b.map(&arith::MAX, &[x, y]);
        vec![out(z, &[])]
    });
    assert_eq!(derive(&mut m, two, true, &[1.0, 1.0, 3.0]), [3.0, 0.0]);
    for monoid in [Monoid::Max, Monoid::Min, Monoid::MaxPlus] {
        let fold = func(&mut m, "fold", |b, _| {
            let (x, i, j) = matrix(b, 2, 3);
            let y = b.fold(monoid, x, &[j, i]);
            vec![out(y, &[])]
        });
        let r = derivative(&mut m, fold, true);
        let r = expanded(&mut m, r);
        let x = T::f(&[2, 3], &[0.0, 1.0, 1.0, 1.0, 1.0, 1.0]);
        let x = if monoid == Monoid::Min { T::f(&[2, 3], &[2.0, 1.0, 1.0, 1.0, 1.0, 1.0]) } else { x };
        // Slowest axis first is j: (j, i) = (0, 1) comes before (1, 0).
        assert_eq!(run(&m, r, &[x, T::s(2.0)])[1].floats(), [0.0, 0.0, 0.0, 2.0, 0.0, 0.0]);
    }
}

#[test]
fn tropical_product() {
    let mut m = Module::default();
    let f = func(&mut m, "tropical", |b, _| {
        let (x, i, k) = matrix(b, 2, 3);
        let (y, l, j) = matrix(b, 3, 2);
        let y = b.rename(y, &[(l, k)]);
        let p = b.add(x, y);
        let z = b.fold(Monoid::MaxPlus, p, &[k]);
        vec![out(z, &[i, j])]
    });
    let r = derivative(&mut m, f, true);
    let r = expanded(&mut m, r);
    let none = f64::NEG_INFINITY;
    // Row 0: a = (1, 1, 0) and b = (2, 2, 3) tie at 3, so k = 0 wins; row 1 has no path at all.
    let x = T::f(&[2, 3], &[1.0, 1.0, 0.0, none, none, none]);
    let y = T::f(&[3, 2], &[2.0, 0.5, 2.0, 7.0, 3.0, none]);
    let z = run(&m, r, &[x, y, T::f(&[2, 2], &[1.0, 10.0, 100.0, 1000.0])]);
    assert_eq!(z[0].floats(), [3.0, 8.0, none, none]);
    assert_eq!(z[1].floats(), [1.0, 10.0, 0.0, 0.0, 0.0, 0.0]);
    assert_eq!(z[2].floats(), [1.0, 0.0, 0.0, 10.0, 0.0, 0.0]);
}

#[test]
fn what_has_no_derivative_is_an_error_only_on_an_active_path() {
    let mut m = Module::default();
    let span = dslc_base::Span::new(dslc_base::FileId(0), 0, 0);
    let site = m.sites.push(dslc_ir::Site::new(span, "rough(x)"));
    let f = func(&mut m, "f", |b, _| {
        let x = b.param(F64, vec![]);
        let y = b.param(F64, vec![]);
        let flat = b.map(&FLOOR, &[x]);
        let idle = b.map(&ROUGH, &[flat]);
        let bad = b.map(&ROUGH, &[y]);
        let z = b.mul(idle, bad);
        vec![out(z, &[])]
    });
    let bad = m.funcs[f].nodes.iter_mut().rfind(|n| n.op == Op::Map(PrimRef(&ROUGH)));
    bad.unwrap().site = Some(site);
    for reverse in [true, false] {
        let g = derivative(&mut m, f, reverse);
        let e = expand(&mut m, &[g]).unwrap_err();
        assert_eq!((e.site, e.why.as_str()), (Some(site), "it is nowhere smooth"));
    }
}

#[test]
fn a_derivative_inside_a_function_that_is_derived() {
    let mut m = Module::default();
    let square = func(&mut m, "cube", |b, _| {
        let x = b.param(F64, vec![]);
        let y = b.mul(x, x);
        let z = b.mul(y, x);
        vec![out(z, &[])]
    });
    let slope = func(&mut m, "slope", |b, m| {
        let x = b.param(F64, vec![]);
        let one = b.number(F64, 1.0);
        let bind = Binding { args: vec![vec![]; 2], results: vec![vec![]; 2] };
        let node = b.node(m, Op::Vjp { func: square, wrt: vec![true], bind }, &[x, one]);
        let ys = b.results_of(node);
        vec![out(ys[1], &[])]
    });
    let r = derivative(&mut m, slope, true);
    let d = derivative(&mut m, slope, false);
    let new = expand(&mut m, &[r, d, square]).unwrap();
    assert_eq!(new[2], square, "a function without derivatives is its own result");
    assert_eq!(numbers(&run(&m, new[0], &scalars(&[2.0, 1.0]))), [12.0, 12.0]);
    assert_eq!(numbers(&run(&m, new[1], &scalars(&[2.0, 1.0]))), [12.0, 12.0]);
    let before = m.funcs.len();
    assert_eq!(expand(&mut m, &new).unwrap(), new);
    assert_eq!(m.funcs.len(), before);
}

#[test]
fn long_chains_stay_linear() {
    let size = |n: usize, order: usize| {
        let mut m = Module::default();
        let mut f = func(&mut m, "chain", |b, _| {
            let mut x = b.param(F64, vec![]);
            for _ in 0..n {
                x = b.map(&SIN, &[x]);
            }
            vec![out(x, &[])]
        });
        for _ in 0..order {
            f = derivative(&mut m, f, true);
        }
        expanded(&mut m, f);
        m.funcs.iter().map(|f| f.nodes.len()).max().unwrap()
    };
    for order in [1, 2] {
        let (small, large) = (size(1000, order), size(2000, order));
        assert!(large <= 2 * small + 10, "order {order}: {small} and {large}");
        assert!(small <= 1000 * 4usize.pow(order as u32), "order {order}: {small}");
    }
}

#[test]
fn forward_work_is_done_once_however_deep_calls_nest() {
    let work = |depth: usize| {
        let mut m = Module::default();
        let mut f = func(&mut m, "leaf", |b, _| {
            let (x, i) = vector(b, 4);
            let y = b.map(&SIN, &[x]);
            vec![out(y, &[i])]
        });
        for _ in 0..depth {
            f = func(&mut m, "nest", |b, m| {
                let (x, i) = vector(b, 4);
                let y = b.map(&SIN, &[x]);
                let o = b.axis(Extent::Static(4));
                let bind = Binding { args: vec![vec![i]], results: vec![vec![o]] };
                let z = b.call(m, f, &[y], bind)[0];
                vec![out(z, &[o])]
            });
        }
        let r = derivative(&mut m, f, true);
        let r = expanded(&mut m, r);
        let x = T::f(&[4], &[0.1, 0.2, 0.3, 0.4]);
        run_counting(&m, r, &[x.clone(), x]).1
    };
    let (a, b, c) = (work(4), work(8), work(16));
    assert!(c - b <= 2 * (b - a) + 64, "{a} {b} {c}");
}

#[test]
fn a_weight_that_a_loop_captures_is_not_stacked() {
    let mut m = Module::default();
    let body = func(&mut m, "body", |b, _| {
        b.param(Scalar::I64, vec![]);
        let (s, k) = vector(b, 3);
        let (w, r, q) = matrix(b, 3, 3);
        let s = b.rename(s, &[(k, q)]);
        let p = b.mul(w, s);
        let p = b.fold(Monoid::Sum, p, &[q]);
        let p = b.map(&SIN, &[p]);
        vec![out(p, &[r])]
    });
    let f = func(&mut m, "f", |b, m| {
        let (s, k) = vector(b, 3);
        let (w, r, q) = matrix(b, 3, 3);
        let n = b.int(50);
        let o = b.axis(Extent::Static(3));
        let bind = Binding { args: vec![vec![], vec![k], vec![r, q]], results: vec![vec![o]] };
        let ys = b.scan(m, Scan { body, xs: 0, state: 1, axis: None, reverse: false, bind }, &[n, s, w]);
        vec![out(ys[0], &[o])]
    });
    let r = derivative(&mut m, f, true);
    expanded(&mut m, r);
    let tapes = |f: &dslc_ir::Function| {
        let has =
            |n: &dslc_ir::Node| n.types.iter().filter(|t| f.count(&t.axes).is_some_and(|n| n >= 450)).count();
        f.nodes.iter().map(has).sum::<usize>()
    };
    assert_eq!(m.funcs.iter().map(tapes).sum::<usize>(), 0);
}

#[test]
fn reads_become_gathers_where_they_can() {
    let mut m = Module::default();
    let f = func(&mut m, "f", |b, _| {
        let (x, i) = vector(b, 100);
        let (w, d) = (b.axis(Extent::Static(98)), b.axis(Extent::Static(3)));
        let window = Index { terms: vec![(w, 1), (d, 1)], offset: 0, data: None };
        let y = b.read(x, vec![(i, window)], &[], None);
        let y = b.mul(y, y);
        let one = b.read(x, vec![(i, Index::constant(7))], &[], None);
        let s = b.mul(y, one);
        vec![out(s, &[w, d])]
    });
    let r = derivative(&mut m, f, true);
    let r = expanded(&mut m, r);
    let scatters = |m: &Module| {
        m.funcs.iter().flat_map(|f| f.nodes.iter()).filter(|n| matches!(n.op, Op::Scatter { .. })).count()
    };
    assert_eq!(scatters(&m), 0);
    assert!(m.funcs[r].nodes.len() < 60);
}
