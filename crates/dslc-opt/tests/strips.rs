//! What is cut into strips, and what is not.
#![allow(clippy::unwrap_used)]

mod meaning;

use dslc_ir::prims::elementary::exponential::EXP;
use dslc_ir::verify::verify_module;
use dslc_ir::{AxisId, Builder, Extent, FuncId, Index, Module, Monoid, NodeId, Op, Output, Scalar};
use dslc_opt::strips::strips;
use meaning::{Array, run};
use testkit::Random;
use testkit::arguments::arguments;

/// Scores of all rows of `q` with all rows of `k`, the shares of each row by their exponentials, and sums of the rows of
/// `v` by these shares: attention without its square root.
struct Attention {
    b: Builder,
    q: [AxisId; 2],
    k: [AxisId; 2],
    /// The shares, by row of `q` and of `k`.
    shares: NodeId,
    v: NodeId,
}

fn attention(rows: u64, keys: u64, depth: u64) -> Attention {
    let mut b = Builder::new("attention");
    let [i, e, j, f, m, d] = [rows, depth, keys, depth, keys, depth].map(|n| b.axis(Extent::Static(n)));
    let (q, k, v) = (
        b.param(Scalar::F64, vec![i, e]),
        b.param(Scalar::F64, vec![j, f]),
        b.param(Scalar::F64, vec![m, d]),
    );
    let k = b.rename(k, &[(f, e)]);
    let products = b.mul(q, k);
    let scores = b.fold(Monoid::Sum, products, &[e]);
    let top = b.fold(Monoid::Max, scores, &[j]);
    let apart = b.sub(scores, top);
    let powers = b.map(&EXP, &[apart]);
    let total = b.fold(Monoid::Sum, powers, &[j]);
    let shares = b.div(powers, total);
    let v = b.rename(v, &[(m, j)]);
    Attention { b, q: [i, e], k: [j, d], shares, v }
}

fn module(b: Builder, node: NodeId, axes: Vec<AxisId>) -> (Module, FuncId) {
    let mut module = Module::default();
    let root = module.funcs.push(b.finish(vec![Output { node, axes }]));
    verify_module(&module).unwrap();
    (module, root)
}

/// The sizes of all folds of a module, largest first.
fn sizes(module: &Module) -> Vec<u64> {
    let mut sizes = Vec::new();
    for func in module.funcs.iter() {
        for node in func.nodes.iter().filter(|n| matches!(n.op, Op::Fold { .. })) {
            sizes.push(func.count(&node.ty().axes).unwrap());
        }
    }
    sizes.sort_unstable_by(|a, b| b.cmp(a));
    sizes
}

/// Cuts, and holds the result to what the module said before at random arguments. Says whether anything was cut.
fn cut(module: &Module, root: FuncId, above: Option<u64>) -> (Module, bool) {
    let mut now = module.clone();
    let mut roots = [root];
    strips(&mut now, &mut roots, above);
    verify_module(&now).unwrap();
    let mut random = Random(7);
    for _ in 0..3 {
        let args: Vec<Array> = arguments(&mut random, &module.funcs[root]).iter().map(Array::of).collect();
        assert_eq!(run(module, root, &args), run(&now, roots[0], &args));
    }
    let loops = now.funcs[roots[0]].nodes.iter().any(|n| matches!(n.op, Op::Scan(_)));
    (now, loops)
}

#[test]
fn attention_has_no_scores_as_a_whole() {
    let Attention { mut b, q, k, shares, v } = attention(12, 40, 3);
    let products = b.mul(shares, v);
    let out = b.fold(Monoid::Sum, products, &[k[0]]);
    let (m, root) = module(b, out, vec![q[0], k[1]]);
    assert_eq!(sizes(&m)[0], 12 * 40);
    // All parameters and the result: 36 + 120 + 120 + 36.
    let (now, cut_up) = cut(&m, root, Some(312));
    assert!(cut_up);
    assert_eq!(sizes(&now)[0], 6 * 40, "{}", dslc_ir::print::module(&now));
    // What is small stays as it is.
    assert!(!cut(&m, root, None).1);
}

#[test]
fn an_extent_that_nothing_divides_is_cut_into_rows() {
    let Attention { mut b, q, k, shares, v } = attention(13, 17, 2);
    let products = b.mul(shares, v);
    let out = b.fold(Monoid::Sum, products, &[k[0]]);
    let (m, root) = module(b, out, vec![q[0], k[1]]);
    assert_eq!(sizes(&cut(&m, root, Some(100)).0)[0], 17);
}

#[test]
fn a_sum_over_the_cut_axis_keeps_its_order_and_so_the_whole() {
    let Attention { mut b, q, k, shares, .. } = attention(12, 40, 3);
    // The mean share of each key: every axis of the scores is folded by some of their users.
    let out = b.fold(Monoid::Sum, shares, &[q[0]]);
    let (m, root) = module(b, out, vec![k[0]]);
    assert!(!cut(&m, root, Some(312)).1);
}

#[test]
fn what_is_a_result_stays_whole() {
    let Attention { b, q, k, shares, .. } = attention(12, 40, 3);
    let (m, root) = module(b, shares, vec![q[0], k[0]]);
    assert!(!cut(&m, root, Some(312)).1);
}

#[test]
fn a_read_that_can_fail_stays_where_it_is() {
    let Attention { mut b, q, k, shares, v } = attention(12, 40, 3);
    let products = b.mul(shares, v);
    let out = b.fold(Monoid::Sum, products, &[k[0]]);
    let at = b.param(Scalar::I64, vec![]);
    let row = b.axis(Extent::Static(40));
    let picked =
        b.read(shares, vec![(k[0], Index { terms: vec![(row, 1)], offset: 0, data: Some(0) })], &[at], None);
    let total = b.fold(Monoid::Sum, picked, &[row]);
    let out = b.add(out, total);
    let mut module = Module::default();
    let mut func = b.finish(vec![Output { node: out, axes: vec![q[0], k[1]] }]);
    let span = dslc_base::Span { file: dslc_base::FileId(0), start: 0, end: 0 };
    let site = module.sites.push(dslc_ir::Site::new(span, "shares[row + at]"));
    func.nodes[picked].site = Some(site);
    let root = module.funcs.push(func);
    verify_module(&module).unwrap();
    assert!(!cut(&module, root, Some(312)).1);
}

#[test]
fn two_groups_are_two_loops() {
    let (mut b, mut sums) = (Builder::new("two"), Vec::new());
    for _ in 0..2 {
        let [i, j, e, f, g] = [12, 40, 3, 3, 40].map(|n| b.axis(Extent::Static(n)));
        let (x, y) = (b.param(Scalar::F64, vec![i, e]), b.param(Scalar::F64, vec![j, f]));
        let z = b.param(Scalar::F64, vec![g]);
        let (y, z) = (b.rename(y, &[(f, e)]), b.rename(z, &[(g, j)]));
        let products = b.mul(x, y);
        let scores = b.fold(Monoid::Sum, products, &[e]);
        let powers = b.map(&EXP, &[scores]);
        let weighed = b.mul(powers, z);
        let row = b.fold(Monoid::Sum, weighed, &[j]);
        sums.push(b.fold(Monoid::Sum, row, &[i]));
    }
    let out = b.add(sums[0], sums[1]);
    let (m, root) = module(b, out, vec![]);
    let (now, _) = cut(&m, root, Some(300));
    let loops = |f: &dslc_ir::Function| f.nodes.iter().filter(|n| matches!(n.op, Op::Scan(_))).count();
    assert_eq!(now.funcs.iter().map(loops).sum::<usize>(), 2, "{}", dslc_ir::print::module(&now));
}
