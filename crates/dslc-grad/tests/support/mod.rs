//! What the tests share: an evaluator, smooth functions, and the two checks that every derivative passes.
#![allow(dead_code, clippy::unwrap_used)]

pub(crate) mod eval;
pub(crate) mod prims;

pub(crate) use eval::{T, run};

use dslc_grad::expand;
use dslc_ir::function::Shape;
use dslc_ir::{AxisId, Binding, Builder, Extent, FuncId, Module, NodeId, Op, Output, Scalar};

pub(crate) const F64: Scalar = Scalar::F64;

pub(crate) fn out(node: NodeId, axes: &[AxisId]) -> Output {
    Output { node, axes: axes.to_vec() }
}

/// Adds a function that `build` fills: it gives the results.
pub(crate) fn func(
    m: &mut Module,
    name: &str,
    build: impl FnOnce(&mut Builder, &Module) -> Vec<Output>,
) -> FuncId {
    let mut b = Builder::new(name);
    if m.sites.is_empty() {
        let span = dslc_base::Span::new(dslc_base::FileId(0), 0, 0);
        m.sites.push(dslc_ir::Site::new(span, "here"));
    }
    b.site = m.sites.ids().next();
    let results = build(&mut b, m);
    let mut f = b.finish(results);
    // Only what can fail has a site, so that derived nodes cannot rely on one.
    let idle: Vec<bool> = f.nodes.iter().map(|n| !dslc_ir::verify::can_fail(&f, n)).collect();
    f.nodes.iter_mut().zip(idle).filter(|(_, idle)| *idle).for_each(|(n, _)| n.site = None);
    m.funcs.push(f)
}

/// A vector parameter.
pub(crate) fn vector(b: &mut Builder, n: u64) -> (NodeId, AxisId) {
    let a = b.axis(Extent::Static(n));
    (b.param(F64, vec![a]), a)
}
/// A matrix parameter.
pub(crate) fn matrix(b: &mut Builder, n: u64, m: u64) -> (NodeId, AxisId, AxisId) {
    let (i, j) = (b.axis(Extent::Static(n)), b.axis(Extent::Static(m)));
    (b.param(F64, vec![i, j]), i, j)
}

pub(crate) fn floats_of(m: &Module, f: FuncId) -> (Vec<bool>, Vec<bool>) {
    let f = &m.funcs[f];
    let params = (0..f.params.len()).map(|k| f.param_shape(k).scalar.has_tangent()).collect();
    let results = (0..f.results.len()).map(|k| f.result_shape(k).scalar.has_tangent()).collect();
    (params, results)
}

/// A function that is nothing but a derivative of `f` in all its floats: reverse or forward. Not yet expanded.
pub(crate) fn derivative(m: &mut Module, f: FuncId, reverse: bool) -> FuncId {
    let (wrt, floats) = floats_of(m, f);
    let g = m.funcs[f].clone();
    let mut b = Builder::new(if reverse { "reverse" } else { "forward" });
    let mut shapes: Vec<Shape> = (0..g.params.len()).map(|k| g.param_shape(k)).collect();
    let ys: Vec<Shape> = (0..g.results.len()).map(|k| g.result_shape(k)).collect();
    let pick = |s: &[Shape], marks: &[bool]| -> Vec<Shape> {
        s.iter().zip(marks).filter(|(_, m)| **m).map(|(s, _)| s.clone()).collect()
    };
    let mut results = ys.clone();
    let extra = if reverse { pick(&ys, &floats) } else { pick(&shapes, &wrt) };
    results.extend(if reverse { pick(&shapes, &wrt) } else { pick(&ys, &floats) });
    shapes.extend(extra);
    let ps: Vec<(NodeId, Vec<AxisId>)> = shapes.iter().map(|s| b.param_of(s)).collect();
    let axes: Vec<Vec<AxisId>> = results.iter().map(|s| b.axes(&s.extents)).collect();
    let bind = Binding { args: ps.iter().map(|p| p.1.clone()).collect(), results: axes.clone() };
    let args: Vec<NodeId> = ps.iter().map(|p| p.0).collect();
    let op = if reverse { Op::Vjp { func: f, wrt, bind } } else { Op::Jvp { func: f, wrt, bind } };
    let node = b.node(m, op, &args);
    let outs = b.results_of(node);
    let results = outs.into_iter().zip(axes).map(|(n, a)| Output { node: n, axes: a }).collect();
    m.funcs.push(b.finish(results))
}

/// Expands and checks every function of the module again.
pub(crate) fn expanded(m: &mut Module, f: FuncId) -> FuncId {
    let f = expand(m, &[f]).unwrap()[0];
    verify(m);
    f
}

pub(crate) fn verify(m: &Module) {
    dslc_ir::verify::verify_module(m).unwrap_or_else(|e| panic!("{e}\n{}", dslc_ir::print::module(m)));
}

/// Numbers that look random: the fractional parts of multiples of an irrational.
pub(crate) struct Numbers(f64);
impl Numbers {
    pub(crate) fn new(seed: f64) -> Self {
        Numbers(seed)
    }
    pub(crate) fn next(&mut self) -> f64 {
        self.0 = (self.0 + 0.618_033_988_749_894_9 * 1.37).fract();
        (self.0 * 977.13).fract() * 2.0 - 1.0
    }
    pub(crate) fn like(&mut self, t: &T) -> T {
        let data: Vec<f64> = t.data.iter().map(|_| self.next()).collect();
        T::f(&t.dims, &data)
    }
}

pub(crate) fn dot(a: &[T], b: &[T]) -> f64 {
    a.iter().zip(b).flat_map(|(a, b)| a.floats().into_iter().zip(b.floats())).map(|(x, y)| x * y).sum()
}

fn marked(ts: &[T], marks: &[bool]) -> Vec<T> {
    ts.iter().zip(marks).filter(|(_, m)| **m).map(|(t, _)| t.clone()).collect()
}

/// `x + h v` in the marked arguments.
fn moved(x: &[T], v: &[T], marks: &[bool], h: f64) -> Vec<T> {
    let mut v = v.iter();
    x.iter()
        .zip(marks)
        .map(|(x, m)| {
            if !m {
                return x.clone();
            }
            let v = v.next().unwrap();
            let data: Vec<f64> = x.floats().iter().zip(v.floats()).map(|(x, v)| x + h * v).collect();
            T::f(&x.dims, &data)
        })
        .collect()
}

pub(crate) fn close(a: f64, b: f64, tolerance: f64, what: &str) {
    assert!((a - b).abs() <= tolerance * 1f64.max(a.abs()).max(b.abs()), "{what}: {a} and {b}");
}

/// Holds the reverse derivative of `f` at `x` to the forward one, and that to differences. With `order > 1` the
/// same of the reverse derivative itself.
pub(crate) fn check(m: &mut Module, f: FuncId, x: &[T], order: usize) {
    let (wrt, floats) = floats_of(m, f);
    let y = run(m, f, x);
    let mut numbers = Numbers::new(0.1234 + order as f64 * 0.01);
    let v: Vec<T> = marked(x, &wrt).iter().map(|t| numbers.like(t)).collect();
    let w: Vec<T> = marked(&y, &floats).iter().map(|t| numbers.like(t)).collect();
    let rev = derivative(m, f, true);
    let fwd = derivative(m, f, false);
    let (rev, fwd) = (expanded(m, rev), expanded(m, fwd));
    let with = |x: &[T], more: &[T]| x.iter().chain(more).cloned().collect::<Vec<T>>();
    let r = run(m, rev, &with(x, &w));
    let d = run(m, fwd, &with(x, &v));
    assert_eq!(&r[..y.len()], &y[..], "the reverse derivative gives the value too");
    assert_eq!(&d[..y.len()], &y[..], "the forward derivative gives the value too");
    let (by_reverse, by_forward) = (dot(&r[y.len()..], &v), dot(&w, &d[y.len()..]));
    close(by_reverse, by_forward, 1e-11, "reverse and forward");
    let h = 1e-5;
    let up = marked(&run(m, f, &moved(x, &v, &wrt, h)), &floats);
    let down = marked(&run(m, f, &moved(x, &v, &wrt, -h)), &floats);
    let slope = (dot(&w, &up) - dot(&w, &down)) / (2.0 * h);
    close(by_reverse, slope, 1e-6 * 10f64.powi(order as i32), "reverse and differences");
    if order > 1 {
        let seeded = with(x, &w);
        check(m, rev, &seeded, order - 1);
        let moving = with(x, &v);
        check(m, fwd, &moving, order - 1);
    }
}
