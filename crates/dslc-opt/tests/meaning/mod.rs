//! A small reading of the IR, point by point, to hold passes to: slow, obvious, static extents only. Folds run
//! from left to right, which is not the lane order of the language but is an order that passes must keep too.
//! "An error belongs to the value that needs it": every element carries the first place that failed on its way.
//! Beside this the first failure of all that a program without look-ahead would compute is kept.

use std::cell::Cell;
use std::collections::HashMap;

use dslc_base::Index as _;
use dslc_ir::infer::{data_args, mapped_axes};
use dslc_ir::interpret::interpret;
use dslc_ir::{
    AxisId, Binding, Bits, FuncId, Function, Index, Module, Node, Op, PrimRef, Scalar, Scan, SiteId,
};
use dslc_runtime::value::{Value, canonical};

/// Elements by position, row-major.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Array {
    pub(crate) extents: Vec<usize>,
    pub(crate) elements: Vec<Element>,
}

impl Array {
    /// The elements of a value, none of which has failed.
    pub(crate) fn of(value: &Value) -> Self {
        let extents = value.shape().iter().map(|&n| n as usize).collect();
        Self { extents, elements: (0..value.len()).map(|i| (value.get_bits(i), None)).collect() }
    }
}

/// Bits, and the first place that failed on the way to them.
pub(crate) type Element = (u64, Failed);

/// Elements by axis.
#[derive(Clone, Debug)]
struct Tensor {
    axes: Vec<AxisId>,
    array: Array,
}

type Env = HashMap<AxisId, i64>;

thread_local! {
    static EAGER: Cell<Failed> = const { Cell::new(None) };
}

/// The results of a function, or the first place that failed of those that they need; and the first place that
/// failed of all that was computed.
pub(crate) fn run(module: &Module, func: FuncId, args: &[Array]) -> (Result<Vec<Array>, SiteId>, Failed) {
    EAGER.set(None);
    let results = call(module, func, args);
    let failed = results.iter().flat_map(|r| &r.elements).fold(None, |f, e| first(f, e.1));
    (failed.map_or(Ok(results), Err), EAGER.get())
}

pub(crate) type Failed = Option<SiteId>;

fn first(a: Failed, b: Failed) -> Failed {
    a.into_iter().chain(b).min()
}

fn failure(node: &Node) -> Failed {
    let site = Some(node.site.expect("a node that fails has a site"));
    EAGER.set(first(EAGER.get(), site));
    site
}

fn points(extents: &[usize]) -> Vec<Vec<usize>> {
    extents.iter().fold(vec![vec![]], |all, &n| {
        all.iter().flat_map(|p| (0..n).map(move |k| [p.as_slice(), &[k]].concat())).collect()
    })
}

fn offset(extents: &[usize], at: &[usize]) -> usize {
    extents.iter().zip(at).fold(0, |o, (n, k)| o * n + k)
}

fn extents(func: &Function, axes: &[AxisId]) -> Vec<usize> {
    axes.iter().map(|&a| func.axes[a].known().expect("static") as usize).collect()
}

fn env(axes: &[AxisId], at: &[usize]) -> Env {
    axes.iter().copied().zip(at.iter().map(|&k| k as i64)).collect()
}

impl Tensor {
    fn at(&self, env: &Env) -> Element {
        let at: Vec<usize> = self.axes.iter().map(|a| env[a] as usize).collect();
        self.array.elements[offset(&self.array.extents, &at)]
    }
}

fn call(module: &Module, id: FuncId, args: &[Array]) -> Vec<Array> {
    let func = &module.funcs[id];
    let live = dslc_opt::inline::live_nodes(func);
    let mut values: Vec<Vec<Tensor>> = Vec::new();
    for (k, node) in func.nodes.iter().enumerate() {
        values.push(if live[k] { eval(module, func, node, &values, args) } else { vec![] });
    }
    let results = func.results.iter();
    results
        .map(|r| {
            let t = &values[r.node.index()][0];
            let extents = extents(func, &r.axes);
            let elements = points(&extents).iter().map(|p| t.at(&env(&r.axes, p))).collect();
            Array { extents, elements }
        })
        .collect()
}

fn by_point(func: &Function, node: &Node, mut f: impl FnMut(&Env) -> Element) -> Vec<Tensor> {
    let axes = node.types[0].axes.to_vec();
    let extents = extents(func, &axes);
    let elements = points(&extents).iter().map(|p| f(&env(&axes, p))).collect();
    vec![Tensor { axes, array: Array { extents, elements } }]
}

fn apply(prim: PrimRef, scalars: &[Scalar], args: &[Element], node: &Node) -> Element {
    let bits: Vec<u64> = args.iter().map(|a| a.0).collect();
    let (bits, trap) = interpret(&prim.recipe(scalars), &bits);
    let own = trap.and_then(|_| failure(node));
    let select = prim.0.name == "select";
    // A selection needs one side, and its condition only where the sides differ.
    let needed = |k: usize| match (select, k) {
        (true, 0) => args[1] != args[2],
        (true, _) => (k == 1) == (args[0].0 != 0),
        (false, _) => true,
    };
    let failed = (0..args.len()).filter(|&k| needed(k)).fold(own, |f, k| first(f, args[k].1));
    let scalar = prim.0.sig.result(scalars).expect("typed");
    // One NaN is as good as another.
    (canonical(Bits { scalar, bits }).bits, failed)
}

fn place(at: &Index, env: &Env, data: &[i64]) -> i64 {
    let affine = at.terms.iter().fold(at.offset, |s, (a, c)| s.wrapping_add(c.wrapping_mul(env[a])));
    affine.wrapping_add(at.data.map_or(0, |d| data[d as usize]))
}

fn eval(
    module: &Module,
    func: &Function,
    node: &Node,
    values: &[Vec<Tensor>],
    args: &[Array],
) -> Vec<Tensor> {
    let arg = |k: usize| &values[node.args[k].index()][0];
    let count = node.args.len();
    let extent = |a: AxisId| func.axes[a].known().expect("static") as i64;
    let inner = |axes: &[AxisId], outer: &Env| -> Vec<Env> {
        let all = points(&extents(func, axes));
        all.iter()
            .map(|p| {
                let mut e = outer.clone();
                e.extend(env(axes, p));
                e
            })
            .collect()
    };
    match &node.op {
        Op::Param(k) => {
            vec![Tensor { axes: func.params[*k as usize].axes.clone(), array: args[*k as usize].clone() }]
        }
        Op::Const(bits) => by_point(func, node, |_| (canonical(*bits).bits, None)),
        Op::Dense(d) => {
            let array = Array {
                extents: extents(func, &d.axes),
                elements: d.elements.iter().map(|&e| (e, None)).collect(),
            };
            vec![Tensor { axes: d.axes.clone(), array }]
        }
        Op::Iota(a) => by_point(func, node, |e| (e[a] as u64, None)),
        Op::Map(prim) => {
            let scalars: Vec<Scalar> = node.args.iter().map(|&a| func.ty(a).scalar).collect();
            by_point(func, node, |e| {
                let xs: Vec<Element> = (0..count).map(|k| arg(k).at(e)).collect();
                apply(*prim, &scalars, &xs, node)
            })
        }
        Op::Fold { monoid, axes } => {
            let scalar = node.ty().scalar;
            by_point(func, node, |e| {
                let unit = (monoid.unit(scalar).bits, None);
                inner(axes, e)
                    .iter()
                    .fold(unit, |acc, i| apply(monoid.combine(), &[scalar; 2], &[acc, arg(0).at(i)], node))
            })
        }
        Op::Read { index, fill } => {
            let data = data_args(index);
            by_point(func, node, |e| {
                let at: Vec<i64> = (0..data).map(|k| arg(1 + k).at(e).0 as i64).collect();
                let by = (0..data).fold(None, |f, k| first(f, arg(1 + k).at(e).1));
                let mut there = e.clone();
                let mut outside = false;
                for (a, i) in index {
                    let p = place(i, e, &at);
                    outside |= p < 0 || p >= extent(*a);
                    there.insert(*a, p);
                }
                let (bits, failed) = match (outside, fill) {
                    (false, _) => arg(0).at(&there),
                    (true, true) => arg(1 + data).at(e),
                    (true, false) => (0, failure(node)),
                };
                (bits, first(failed, by))
            })
        }
        Op::Scatter { index, over } => {
            let scalar = node.ty().scalar;
            by_point(func, node, |e| {
                inner(over, e).iter().fold((0, None), |acc, i| {
                    let at: Vec<i64> = (1..count).map(|k| arg(k).at(i).0 as i64).collect();
                    let by = (1..count).fold(acc.1, |f, k| first(f, arg(k).at(i).1));
                    let acc = (acc.0, by);
                    // The result's own axis may share its name with a consumed one.
                    if index.iter().all(|(a, ix)| place(ix, i, &at) == e[a]) {
                        let add = dslc_ir::Monoid::Sum.combine();
                        apply(add, &[scalar; 2], &[acc, arg(0).at(i)], node)
                    } else {
                        acc
                    }
                })
            })
        }
        Op::Update { index, over } => by_point(func, node, |e| {
            let mut value = arg(0).at(e);
            let mut by = None;
            for i in inner(over, e) {
                let at: Vec<i64> = (2..count).map(|k| arg(k).at(&i).0 as i64).collect();
                by = (2..count).fold(by, |f, k| first(f, arg(k).at(&i).1));
                let to: Vec<i64> = index.iter().map(|(_, ix)| place(ix, &i, &at)).collect();
                if index.iter().zip(&to).any(|((a, _), &p)| p < 0 || p >= extent(*a)) {
                    by = first(by, failure(node));
                } else if index.iter().zip(&to).all(|((a, _), &p)| p == e[a]) {
                    value = arg(1).at(&i);
                }
            }
            (value.0, first(value.1, by))
        }),
        Op::Stack { axis } => by_point(func, node, |e| arg(e[axis] as usize).at(e)),
        Op::Proj(k) => vec![values[node.args[0].index()][*k as usize].clone()],
        Op::Call { func: f, bind } => control(func, node, bind, None, 0, |e| {
            let xs = (0..count).map(|k| core(func, arg(k), &bind.args[k], e)).collect::<Vec<_>>();
            call(module, *f, &xs)
        }),
        Op::If { then, otherwise, bind } => control(func, node, bind, None, 0, |e| {
            let (c, failed) = arg(0).at(e);
            let (f, other) = if c != 0 { (then, otherwise) } else { (otherwise, then) };
            let xs = (1..count).map(|k| core(func, arg(k), &bind.args[k], e)).collect::<Vec<_>>();
            // The condition is needed only where the sides differ; looking at the other one is no run of it.
            let eager = EAGER.get();
            let others = call(module, *other, &xs);
            EAGER.set(eager);
            let mut results = call(module, *f, &xs);
            for (r, o) in results.iter_mut().zip(&others) {
                let sides = r.elements.iter_mut().zip(&o.elements);
                sides.filter(|(x, y)| x != y).for_each(|(x, _)| x.1 = first(x.1, failed));
            }
            results
        }),
        Op::Scan(scan) => control(func, node, &scan.bind, scan.axis, scan.xs as usize, |e| {
            let core = |k: usize, e: &Env| core(func, arg(k), &scan.bind.args[k], e);
            let (trips, failed) = arg(0).at(e);
            let (first, state) = (1 + scan.xs as usize, scan.state as usize);
            let fixed = |k: usize| param_of(module, scan.body, k) == Some(first + k);
            let same = |k: usize| match param_of(module, scan.body, k) {
                Some(p) if (first..first + state).contains(&p) => fixed(p - first),
                Some(p) => k >= state && p > 0,
                None => false,
            };
            blame(run_scan(module, func, scan, trips as i64, count, &core, e), failed, same)
        }),
        Op::While { cond, body, state, bind } => control(func, node, bind, None, 0, |e| {
            let mut xs = (0..count).map(|k| core(func, arg(k), &bind.args[k], e)).collect::<Vec<_>>();
            let mut failed = None;
            for _ in 0..100 {
                let (c, by) = call(module, *cond, &xs)[0].elements[0];
                failed = first(failed, by);
                if c == 0 {
                    break;
                }
                let next = call(module, *body, &xs);
                xs.splice(0..*state as usize, next);
            }
            xs.truncate(*state as usize);
            blame(xs, failed, |k| param_of(module, *body, k) == Some(k))
        }),
        Op::ArgFold { max, axes } => arg_fold(func, node, arg(0), *max, axes),
        Op::Vjp { .. } | Op::Jvp { .. } | Op::Bounds { .. } | Op::Spectral { .. } | Op::Library { .. } => {
            unreachable!()
        }
    }
}

/// The place of the largest or smallest element: the lowest of those that no other beats; NaN beats everything.
fn arg_fold(func: &Function, node: &Node, x: &Tensor, max: bool, axes: &[AxisId]) -> Vec<Tensor> {
    let over = extents(func, axes);
    let number = |e: Element| Bits { scalar: func.ty(node.args[0]).scalar, bits: e.0 };
    let less = |a: Bits, b: Bits| match (a.as_i64(), b.as_i64()) {
        (Some(a), Some(b)) => a < b,
        _ => a.as_f64() < b.as_f64(),
    };
    let beats = |a: Bits, b: Bits| {
        let nan = |x: Bits| x.scalar.is_float() && x.as_f64().is_nan();
        if nan(a) || nan(b) {
            nan(a) && !nan(b)
        } else if max {
            less(b, a)
        } else {
            less(a, b)
        }
    };
    let place = |e: &Env, k: usize| {
        let mut best: Option<(Vec<usize>, Element)> = None;
        let mut failed = None;
        for p in points(&over) {
            let mut there = e.clone();
            there.extend(env(axes, &p));
            let here = x.at(&there);
            failed = first(failed, here.1);
            if best.as_ref().is_none_or(|(_, b)| beats(number(here), number(*b))) {
                best = Some((p, here));
            }
        }
        match best {
            Some((p, _)) => (p[k] as u64, failed),
            None => (0, failure(node)),
        }
    };
    (0..axes.len()).flat_map(|k| by_point(func, node, |e| place(e, k))).collect()
}

/// The results of something that a failure has decided, but for those that are what they are whatever happens:
/// `same(k)` says of result `k` that it is a copy of an argument.
fn blame(mut results: Vec<Array>, failed: Failed, same: impl Fn(usize) -> bool) -> Vec<Array> {
    for (_, result) in results.iter_mut().enumerate().filter(|(k, _)| !same(*k)) {
        for element in &mut result.elements {
            element.1 = first(element.1, failed);
        }
    }
    results
}

/// The parameter that a result of a function is, if it is one.
fn param_of(module: &Module, func: FuncId, k: usize) -> Option<usize> {
    let f = &module.funcs[func];
    match f.nodes[f.results[k].node].op {
        Op::Param(p) if f.results[k].axes == f.params[p as usize].axes => Some(p as usize),
        _ => None,
    }
}

/// An argument as a parameter sees it at a point of the mapped axes.
fn core(func: &Function, arg: &Tensor, bound: &[AxisId], e: &Env) -> Array {
    let extents = extents(func, bound);
    let at = |p: &Vec<usize>| {
        let mut e = e.clone();
        e.extend(env(bound, p));
        arg.at(&e)
    };
    let elements = points(&extents).iter().map(at).collect();
    Array { extents, elements }
}

#[allow(clippy::too_many_arguments)]
fn run_scan(
    module: &Module,
    func: &Function,
    scan: &Scan,
    trips: i64,
    count: usize,
    core: &dyn Fn(usize, &Env) -> Array,
    e: &Env,
) -> Vec<Array> {
    let (xs, state) = (scan.xs as usize, scan.state as usize);
    let trips = trips.max(0);
    let mut current: Vec<Array> = (1 + xs..1 + xs + state).map(|k| core(k, e)).collect();
    let mut stacked: Vec<HashMap<i64, Array>> = vec![HashMap::new(); scan.bind.results.len() - state];
    for step in 0..trips {
        let i = if scan.reverse { trips - 1 - step } else { step };
        let mut here = e.clone();
        here.extend(scan.axis.map(|a| (a, i)));
        let mut args = vec![Array { extents: vec![], elements: vec![(i as u64, None)] }];
        args.extend((1..=xs).map(|k| core(k, &here)));
        args.extend(current);
        args.extend((1 + xs + state..count).map(|k| core(k, e)));
        let mut results = call(module, scan.body, &args);
        for (k, y) in results.split_off(state).into_iter().enumerate() {
            stacked[k].insert(i, y);
        }
        current = results;
    }
    current.extend(stacked.into_iter().enumerate().map(|(k, ys)| {
        let mut all = extents(func, &scan.bind.results[state + k]);
        let elements = (0..trips).flat_map(|i| ys[&i].elements.clone()).collect();
        all.insert(0, trips as usize);
        Array { extents: all, elements }
    }));
    current
}

/// Runs a node at each point of its mapped axes and puts the results together. Outputs of a scan have the scanned
/// axis first.
fn control(
    func: &Function,
    node: &Node,
    bind: &Binding,
    axis: Option<AxisId>,
    xs: usize,
    mut run: impl FnMut(&Env) -> Vec<Array>,
) -> Vec<Tensor> {
    let mapped = mapped_axes(func, bind, &node.args, xs, axis);
    let over = extents(func, &mapped);
    let state = match &node.op {
        Op::Scan(scan) => scan.state as usize,
        _ => usize::MAX,
    };
    let runs: Vec<Vec<Array>> = points(&over).iter().map(|p| run(&env(&mapped, p))).collect();
    (0..node.types.len())
        .map(|k| {
            let stack = axis.filter(|_| k >= state);
            let axes: Vec<AxisId> =
                mapped.iter().copied().chain(stack).chain(bind.results[k].iter().copied()).collect();
            let extents = extents(func, &axes);
            let elements = runs.iter().flat_map(|r| r[k].elements.clone()).collect();
            Tensor { axes, array: Array { extents, elements } }
        })
        .collect()
}
