//! A module with every operator.

use dslc_base::{FileId, Span};
use dslc_ir::prims::arith;
use dslc_ir::{
    Binding, Bits, Builder, Extent, FuncId, Index, Module, Monoid, Op, Output, Routine, Scalar, Scan, Site,
    SiteId,
};

fn out(node: dslc_ir::NodeId, axes: Vec<dslc_ir::AxisId>) -> Output {
    Output { node, axes }
}

fn site(m: &mut Module, what: &str) -> SiteId {
    let span = Span::new(FileId(0), m.sites.len() * 10, m.sites.len() * 10 + 4);
    m.sites.push(Site::new(span, what))
}

/// `x + y` of scalars.
fn sum_of_two(m: &mut Module) -> FuncId {
    let mut b = Builder::new("sum of \"two\"\n");
    let (x, y) = (b.param(Scalar::F64, vec![]), b.param(Scalar::F64, vec![]));
    let z = b.add(x, y);
    m.funcs.push(b.finish(vec![out(z, vec![])]))
}

fn positive(m: &mut Module) -> FuncId {
    let mut b = Builder::new("positive");
    let (x, _) = (b.param(Scalar::F64, vec![]), b.param(Scalar::F64, vec![]));
    let zero = b.number(Scalar::F64, 0.0);
    let c = b.map(&dslc_ir::prims::logic::LT, &[x, zero]);
    m.funcs.push(b.finish(vec![out(c, vec![])]))
}

/// Constants that are hard to print.
fn constants(m: &mut Module) {
    let mut b = Builder::new("constants");
    let floats = [-0.0, f64::INFINITY, f64::NEG_INFINITY, 0.1, 1e300, 5e-324, -1.5e-7];
    let mut nodes: Vec<_> = floats.iter().map(|&x| b.number(Scalar::F64, x)).collect();
    nodes.push(b.constant(Bits { scalar: Scalar::F64, bits: 0xfff8_0000_0000_beef }));
    nodes.push(b.constant(Bits { scalar: Scalar::F32, bits: 0x7fc0_0001 }));
    nodes.push(b.constant(Bits::f32(0.1)));
    nodes.push(b.int(i64::MIN));
    nodes.push(b.constant(Bits::bool(true)));
    nodes.push(b.constant(Bits::key(u64::MAX)));
    let (i, j) = (b.axis(Extent::Static(2)), b.axis(Extent::Static(3)));
    let d =
        b.dense(Scalar::F64, vec![j, i], [1.0, -0.0, 2.5, f64::NAN, 1e-9, 3.0].map(f64::to_bits).to_vec());
    let empty = b.axis(Extent::Static(0));
    let nothing = b.dense(Scalar::Bool, vec![empty], vec![]);
    let mut results: Vec<_> = nodes.into_iter().map(|n| out(n, vec![])).collect();
    results.push(out(d, vec![i, j]));
    results.push(out(nothing, vec![empty, i]));
    m.funcs.push(b.finish(results));
}

fn arrays(m: &mut Module) {
    let mut b = Builder::new("arrays");
    let here = site(m, "x[i]");
    let (i, j, k) = (b.axis(Extent::Static(4)), b.axis(Extent::Static(3)), b.axis(Extent::Static(2)));
    let x = b.param(Scalar::F64, vec![j, i]);
    let p = b.param(Scalar::I64, vec![k]);
    let sums = b.fold(Monoid::MinPlus, x, &[i]);
    let best = b.arg_fold(true, x, &[j, i]);
    b.site = Some(here);
    let gathered = b.read(
        x,
        vec![(i, Index::data(0)), (j, Index { terms: vec![(k, 2)], offset: 0, data: None })],
        &[p],
        None,
    );
    b.site = None;
    let zero = b.number(Scalar::F64, 0.0);
    let shifted = Index { terms: vec![(i, -1), (j, 2)], offset: -1, data: None };
    let window = b.read(x, vec![(i, shifted), (j, Index::constant(0))], &[], Some(zero));
    let t = b.axis(Extent::Static(4));
    let scattered = b.scatter(gathered, vec![(t, Index::data(0))], vec![k], &[p]);
    b.site = Some(here);
    let v = b.read(x, vec![(i, Index::constant(1)), (j, Index::constant(2))], &[], None);
    let updated = b.update(x, v, vec![(i, Index { terms: vec![], offset: 1, data: Some(0) })], vec![k], &[p]);
    b.site = None;
    let at = b.iota(i);
    let (pair, two) = b.stack(&[sums, sums]);
    m.funcs.push(b.finish(vec![
        out(best[0], vec![]),
        out(best[1], vec![]),
        out(window, vec![i, j]),
        out(scattered, vec![t]),
        out(updated, vec![i, j]),
        out(at, vec![i]),
        out(pair, vec![two, j]),
    ]));
}

fn control(m: &mut Module, two: FuncId, test: FuncId) {
    let mut b = Builder::new("control");
    let here = site(m, "solve(a, b)");
    let (i, n, dynamic) = (b.axis(Extent::Static(4)), b.axis(Extent::Static(4)), b.axis(Extent::Dynamic));
    let x = b.param(Scalar::F64, vec![i]);
    let c = b.param(Scalar::Bool, vec![]);
    let trips = b.param(Scalar::I64, vec![]);
    let a = b.param(Scalar::F64, vec![i, n]);
    let key = b.param(Scalar::Key, vec![]);
    let bind =
        |args: usize, results: usize| Binding { args: vec![vec![]; args], results: vec![vec![]; results] };
    let y = b.call(m, two, &[x, x], bind(2, 1))[0];
    let z = b.if_(m, two, two, &[c, x, y], bind(3, 1))[0];
    let w = b.while_(m, test, two, 1, &[x, y], bind(2, 1))[0];
    let body = step(m);
    let scan = |axis, xs, reverse| Scan { body, xs, state: 1, axis, reverse, bind: bind(3, 2) };
    let four = b.int(4);
    let zero = b.number(Scalar::F64, 0.0);
    let fixed = b.scan(m, scan(Some(i), 1, false), &[four, x, zero]);
    let tape = b.scan(m, scan(Some(dynamic), 1, true), &[trips, zero, zero]);
    let vjp = Op::Vjp { func: two, wrt: vec![true, false], bind: bind(3, 2) };
    let r = b.node(m, vjp, &[zero, zero, zero]);
    let jvp = Op::Jvp { func: two, wrt: vec![false, true], bind: bind(3, 2) };
    let f = b.node(m, jvp, &[zero, zero, zero]);
    let bounds = Op::Bounds { func: two, wrt: vec![true, false], bind: bind(3, 2) };
    let e = b.node(m, bounds, &[zero, zero, zero]);
    let (rs, fs, es) = (b.results_of(r), b.results_of(f), b.results_of(e));
    b.site = Some(here);
    let solved = b.library(
        Routine::Solve,
        &[a, x],
        Binding { args: vec![vec![i, n], vec![i]], results: vec![vec![n]] },
    );
    let (k, l) = (b.axis_like(i), b.axis_like(n));
    let powers = Binding { args: vec![vec![i, n], vec![]], results: vec![vec![k, l]] };
    let spectral = b.node(m, Op::Spectral { func: two, bind: powers }, &[a, zero]);
    let results = vec![vec![k, l], vec![l], vec![n, l]];
    let svd = b.library_results(Routine::Svd, &[a], Binding { args: vec![vec![i, n]], results });
    b.site = None;
    let order = b.library(Routine::ArgSort, &[x], Binding { args: vec![vec![i]], results: vec![vec![n]] });
    let shuffled =
        b.library(Routine::Permutation, &[key], Binding { args: vec![vec![]], results: vec![vec![n]] });
    let scalars = [fixed[0], tape[0], rs[1], fs[1], es[1]].map(|r| out(r, vec![]));
    let mut results: Vec<_> = [z, w, fixed[1]].map(|r| out(r, vec![i])).to_vec();
    results.extend([solved, order, shuffled].map(|r| out(r, vec![n])));
    results.extend(scalars);
    results.extend([
        out(spectral, vec![k, l]),
        out(svd[0], vec![k, l]),
        out(svd[1], vec![l]),
        out(svd[2], vec![n, l]),
    ]);
    results.push(out(tape[1], vec![dynamic]));
    m.funcs.push(b.finish(results));
}

/// A loop's body: the state grows by the input; both are stacked.
fn step(m: &mut Module) -> FuncId {
    let mut b = Builder::new("step");
    let _ = b.param(Scalar::I64, vec![]);
    let (x, s) = (b.param(Scalar::F64, vec![]), b.param(Scalar::F64, vec![]));
    let next = b.map(&arith::ADD, &[s, x]);
    m.funcs.push(b.finish(vec![out(next, vec![]), out(s, vec![])]))
}

/// The module.
pub(crate) fn module() -> Module {
    let mut m = Module::default();
    let two = sum_of_two(&mut m);
    let test = positive(&mut m);
    constants(&mut m);
    arrays(&mut m);
    control(&mut m, two, test);
    m
}
