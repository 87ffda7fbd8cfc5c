//! A few lines that run a function point by point, written from the documentation of `Op` and from nothing else.
//! It also holds the rule that only loops and the boundary of a function see an axis of unknown extent.

use std::collections::HashMap;

use dslc_ir::infer::{data_args, mapped_axes};
use dslc_ir::interpret::interpret;
use dslc_ir::{
    AxisId, Binding, Extent, FuncId, Function, Index, Module, Monoid, Node, Op, Routine, Scalar, Scan,
};

use super::prims;

/// A tensor by position: dimensions and bits, row-major.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct T {
    pub(crate) dims: Vec<usize>,
    pub(crate) data: Vec<u64>,
}

impl T {
    pub(crate) fn f(dims: &[usize], data: &[f64]) -> T {
        assert_eq!(dims.iter().product::<usize>(), data.len());
        T { dims: dims.to_vec(), data: data.iter().map(|x| x.to_bits()).collect() }
    }
    pub(crate) fn s(x: f64) -> T {
        T::f(&[], &[x])
    }
    pub(crate) fn i(dims: &[usize], data: &[i64]) -> T {
        T { dims: dims.to_vec(), data: data.iter().map(|x| *x as u64).collect() }
    }
    pub(crate) fn b(x: bool) -> T {
        T { dims: vec![], data: vec![u64::from(x)] }
    }
    pub(crate) fn floats(&self) -> Vec<f64> {
        self.data.iter().map(|&b| f64::from_bits(b)).collect()
    }
}

#[derive(Clone, Debug)]
struct Val {
    axes: Vec<AxisId>,
    t: T,
}

type Point = HashMap<AxisId, usize>;

impl Val {
    fn at(&self, p: &Point) -> u64 {
        let mut k = 0;
        for (a, d) in self.axes.iter().zip(&self.t.dims) {
            k = k * d + p[a];
        }
        self.t.data[k]
    }
}

fn points(axes: &[AxisId], dims: &[usize]) -> Vec<Point> {
    let n: usize = dims.iter().product();
    (0..n)
        .map(|mut k| {
            let mut p = Point::new();
            for (a, d) in axes.iter().zip(dims).rev() {
                p.insert(*a, k % d);
                k /= d;
            }
            p
        })
        .collect()
}

struct Run<'a> {
    module: &'a Module,
    f: &'a Function,
    dims: HashMap<AxisId, usize>,
    vals: Vec<Vec<Val>>,
    work: &'a mut u64,
}

/// The results of a function, and how many scalar operations it took.
pub(crate) fn run_counting(module: &Module, func: FuncId, args: &[T]) -> (Vec<T>, u64) {
    let mut work = 0;
    let out = go(module, func, args, &mut work);
    (out, work)
}

pub(crate) fn run(module: &Module, func: FuncId, args: &[T]) -> Vec<T> {
    run_counting(module, func, args).0
}

fn go(module: &Module, func: FuncId, args: &[T], work: &mut u64) -> Vec<T> {
    let f = &module.funcs[func];
    assert_eq!(f.params.len(), args.len(), "arguments of `{}`", f.name);
    let mut dims = HashMap::new();
    for (a, e) in f.axes.iter_enumerated() {
        if let Some(n) = e.known() {
            dims.insert(a, n as usize);
        }
    }
    for (p, t) in f.params.iter().zip(args) {
        for (a, d) in p.axes.iter().zip(&t.dims) {
            assert!(dims.insert(*a, *d).is_none_or(|old| old == *d), "extents of `{}`", f.name);
        }
    }
    let mut r = Run { module, f, dims, vals: vec![], work };
    for node in f.nodes.iter() {
        let v = r.node(node, args);
        r.vals.push(v);
    }
    f.results
        .iter()
        .map(|o| {
            let v = &r.vals[o.node.0 as usize][0];
            r.core(v, &Point::new(), &o.axes)
        })
        .collect()
}

impl Run<'_> {
    fn size(&self, axes: &[AxisId]) -> Vec<usize> {
        axes.iter().map(|a| self.dims[a]).collect()
    }
    fn arg(&self, node: &Node, k: usize) -> &Val {
        &self.vals[node.args[k].0 as usize][0]
    }
    fn core(&self, v: &Val, at: &Point, axes: &[AxisId]) -> T {
        let dims = self.size(axes);
        let data = points(axes, &dims)
            .into_iter()
            .map(|mut p| {
                let mut whole = at.clone();
                whole.extend(p.drain());
                v.at(&whole)
            })
            .collect();
        T { dims, data }
    }
    fn make(&mut self, axes: &[AxisId], mut f: impl FnMut(&mut Self, &Point) -> u64) -> Val {
        let dims = self.size(axes);
        let ps = points(axes, &dims);
        *self.work += ps.len() as u64;
        let data = ps.iter().map(|p| f(self, p)).collect();
        Val { axes: axes.to_vec(), t: T { dims, data } }
    }
    fn dynamic(&self, node: &Node) -> bool {
        let has = |axes: &[AxisId]| axes.iter().any(|&a| self.f.axes[a] == Extent::Dynamic);
        node.types.iter().any(|t| has(&t.axes))
            || node.args.iter().any(|a| self.f.nodes[*a].types.iter().any(|t| has(&t.axes)))
    }

    fn node(&mut self, node: &Node, args: &[T]) -> Vec<Val> {
        let axes: Vec<AxisId> = node.types.first().map(|t| t.axes.to_vec()).unwrap_or_default();
        if !matches!(node.op, Op::Param(_) | Op::Proj(_) | Op::Scan(_)) {
            assert!(!self.dynamic(node), "{:?} sees an axis of unknown extent in `{}`", node.op, self.f.name);
        }
        match &node.op {
            Op::Param(k) => {
                let p = &self.f.params[*k as usize];
                let given = Val { axes: p.axes.clone(), t: args[*k as usize].clone() };
                vec![self.make(&axes, |_, p| given.at(p))]
            }
            Op::Const(b) => vec![Val { axes: vec![], t: T { dims: vec![], data: vec![b.bits] } }],
            Op::Dense(d) => {
                let given =
                    Val { axes: d.axes.clone(), t: T { dims: self.size(&d.axes), data: d.elements.clone() } };
                vec![self.make(&axes, |_, p| given.at(p))]
            }
            Op::Iota(a) => vec![self.make(&axes, |_, p| p[a] as u64)],
            Op::Map(prim) => {
                let scalars: Vec<Scalar> = node.args.iter().map(|a| self.f.ty(*a).scalar).collect();
                vec![self.make(&axes, |s, p| {
                    let xs: Vec<u64> = (0..scalars.len()).map(|k| s.arg(node, k).at(p)).collect();
                    prims::special(prim.0.name, &xs)
                        .unwrap_or_else(|| interpret(&prim.recipe(&scalars), &xs).0)
                })]
            }
            Op::Fold { monoid, axes: over } => vec![self.fold(node, *monoid, &axes, over)],
            Op::ArgFold { max, axes: over } => self.arg_fold(node, *max, &axes, over),
            Op::Read { index, fill } => vec![self.read(node, &axes, index, *fill)],
            Op::Scatter { index, over } => vec![self.scatter(node, &axes, index, over)],
            Op::Update { index, over } => vec![self.update(node, &axes, index, over)],
            Op::Stack { axis } => vec![self.make(&axes, |s, p| s.arg(node, p[axis]).at(p))],
            Op::Proj(k) => vec![self.vals[node.args[0].0 as usize][*k as usize].clone()],
            Op::Call { func, bind } => {
                let func = *func;
                self.mapped(node, bind, 0, None, |s, cores, _| go(s.module, func, &cores, s.work))
            }
            Op::If { then, otherwise, bind } => self.mapped(node, bind, 0, None, |s, cores, _| {
                let func = if cores[0].data[0] != 0 { *then } else { *otherwise };
                go(s.module, func, &cores[1..], s.work)
            }),
            Op::Scan(scan) => self.scan(node, scan),
            Op::While { cond, body, state, bind } => self.mapped(node, bind, 0, None, |s, mut cores, _| {
                let n = *state as usize;
                while go(s.module, *cond, &cores, s.work)[0].data[0] != 0 {
                    let next = go(s.module, *body, &cores, s.work);
                    cores[..n].clone_from_slice(&next);
                }
                cores[..n].to_vec()
            }),
            Op::Vjp { .. } | Op::Jvp { .. } | Op::Bounds { .. } | Op::Spectral { .. } => {
                panic!("a derivative is left")
            }
            Op::Library { routine, bind } => self.mapped(node, bind, 0, None, |_, cores, _| match routine {
                Routine::Solve => vec![solve(&cores[0], &cores[1])],
                Routine::ArgSort => {
                    let x = cores[0].floats();
                    let mut order: Vec<i64> = (0..x.len() as i64).collect();
                    order.sort_by(|a, b| x[*a as usize].total_cmp(&x[*b as usize]));
                    vec![T::i(&[x.len()], &order)]
                }
                Routine::Fourier => vec![fourier(&cores[0], -1.0)],
                Routine::FourierBack => vec![fourier(&cores[0], 1.0)],
                other => panic!("{} is tested in the language, not here", other.name()),
            }),
        }
    }

    fn fold(&mut self, node: &Node, monoid: Monoid, axes: &[AxisId], over: &[AxisId]) -> Val {
        let scalar = self.f.ty(node.args[0]).scalar;
        let recipe = monoid.combine().recipe(&[scalar, scalar]);
        let inner = points(over, &self.size(over));
        self.make(axes, |s, p| {
            let mut acc = monoid.unit(scalar).bits;
            for q in &inner {
                let mut p = p.clone();
                p.extend(q);
                acc = interpret(&recipe, &[acc, s.arg(node, 0).at(&p)]).0;
                *s.work += 1;
            }
            acc
        })
    }
    fn arg_fold(&mut self, node: &Node, max: bool, axes: &[AxisId], over: &[AxisId]) -> Vec<Val> {
        let inner = points(over, &self.size(over));
        assert!(!inner.is_empty(), "the winner of nothing");
        over.iter()
            .map(|a| {
                self.make(axes, |s, p| {
                    let mut best: Option<(f64, u64)> = None;
                    for q in &inner {
                        let mut p = p.clone();
                        p.extend(q);
                        let x = f64::from_bits(s.arg(node, 0).at(&p));
                        let wins = best.is_none_or(|(b, _)| {
                            !b.is_nan() && (x.is_nan() || if max { x > b } else { x < b })
                        });
                        if wins {
                            best = Some((x, q[a] as u64));
                        }
                        *s.work += 1;
                    }
                    best.unwrap().1
                })
            })
            .collect()
    }
    /// The position of an index at a point; the data start at argument `first`.
    fn position(&self, node: &Node, index: &Index, first: usize, p: &Point) -> i64 {
        let terms: i64 = index.terms.iter().map(|(a, c)| p[a] as i64 * c).sum();
        let data = index.data.map_or(0, |k| self.arg(node, first + k as usize).at(p) as i64);
        index.offset + terms + data
    }
    fn read(&mut self, node: &Node, axes: &[AxisId], index: &[(AxisId, Index)], fill: bool) -> Val {
        self.make(axes, |s, p| {
            let mut at = p.clone();
            for (a, i) in index {
                let k = s.position(node, i, 1, p);
                if k < 0 || k as usize >= s.dims[a] {
                    assert!(fill, "a read outside without a fill: {k} of {} in `{}`", s.dims[a], s.f.name);
                    return s.arg(node, 1 + data_args(index)).at(p);
                }
                at.insert(*a, k as usize);
            }
            s.arg(node, 0).at(&at)
        })
    }
    fn scatter(&mut self, node: &Node, axes: &[AxisId], index: &[(AxisId, Index)], over: &[AxisId]) -> Val {
        let mut out = self.make(axes, |_, _| 0);
        let mut space: Vec<AxisId> =
            axes.iter().copied().filter(|a| index.iter().all(|(i, _)| i != a)).collect();
        space.extend_from_slice(over);
        for p in points(&space, &self.size(&space)) {
            *self.work += 1;
            let mut to = p.clone();
            let mut inside = true;
            for (a, i) in index {
                let k = self.position(node, i, 1, &p);
                inside &= k >= 0 && (k as usize) < self.dims[a];
                to.insert(*a, k.max(0) as usize);
            }
            if inside {
                let v = f64::from_bits(self.arg(node, 0).at(&p));
                let old = f64::from_bits(out.at(&to));
                set(&mut out, &to, (old + v).to_bits());
            }
        }
        out
    }
    fn update(&mut self, node: &Node, axes: &[AxisId], index: &[(AxisId, Index)], over: &[AxisId]) -> Val {
        let mut out = self.make(axes, |s, p| s.arg(node, 0).at(p));
        let mut space: Vec<AxisId> =
            axes.iter().copied().filter(|a| index.iter().all(|(i, _)| i != a)).collect();
        space.extend_from_slice(over);
        for p in points(&space, &self.size(&space)) {
            *self.work += 1;
            let mut to = p.clone();
            for (a, i) in index {
                let k = self.position(node, i, 2, &p);
                assert!(k >= 0 && (k as usize) < self.dims[a], "a write outside");
                to.insert(*a, k as usize);
            }
            set(&mut out, &to, self.arg(node, 1).at(&p));
        }
        out
    }

    /// Runs something once for each mapped point and puts the results together.
    fn mapped(
        &mut self,
        node: &Node,
        bind: &Binding,
        xs: usize,
        axis: Option<AxisId>,
        mut f: impl FnMut(&mut Self, Vec<T>, &Point) -> Vec<T>,
    ) -> Vec<Val> {
        let mapped = mapped_axes(self.f, bind, &node.args, xs, axis);
        let mut made: Vec<(Point, Vec<T>)> = vec![];
        for p in points(&mapped, &self.size(&mapped)) {
            let cores = (0..node.args.len())
                .map(|k| {
                    let mut axes = bind.args[k].clone();
                    if (1..=xs).contains(&k) && axis.is_some_and(|a| self.arg(node, k).axes.contains(&a)) {
                        axes.insert(0, axis.unwrap());
                    }
                    self.core(self.arg(node, k), &p, &axes)
                })
                .collect();
            let out = f(self, cores, &p);
            made.push((p, out));
        }
        node.types
            .iter()
            .enumerate()
            .map(|(k, ty)| {
                let mut order = bind.results[k].clone();
                // A stacked output has the scanned axis in front.
                if let Some(a) = axis.filter(|a| ty.has(*a)) {
                    order.insert(0, a);
                    if let Some((_, out)) = made.first() {
                        self.dims.insert(a, out[k].dims[0]);
                    }
                }
                let mut val = self.make(&ty.axes.clone(), |_, _| 0);
                for (p, out) in &made {
                    let part = Val { axes: order.clone(), t: out[k].clone() };
                    for q in points(&order, &out[k].dims) {
                        let mut to = p.clone();
                        to.extend(&q);
                        set(&mut val, &to, part.at(&q));
                    }
                }
                val
            })
            .collect()
    }

    fn scan(&mut self, node: &Node, scan: &Scan) -> Vec<Val> {
        let (xs, n) = (scan.xs as usize, scan.state as usize);
        let has_axis: Vec<bool> = (0..=xs)
            .map(|k| k > 0 && scan.axis.is_some_and(|a| self.arg(node, k).axes.contains(&a)))
            .collect();
        self.mapped(node, &scan.bind, xs, scan.axis, |s, cores, _| {
            let trips = (cores[0].data[0] as i64).max(0) as usize;
            if let Some(Extent::Static(e)) = scan.axis.map(|a| s.f.axes[a]) {
                assert_eq!(e as usize, trips, "the extent of a scan in `{}`", s.f.name);
            }
            let mut state = cores[1 + xs..1 + xs + n].to_vec();
            let ys = node.types.len() - n;
            let mut stacked: Vec<Vec<Option<T>>> = vec![vec![None; trips]; ys];
            for step in 0..trips {
                let i = if scan.reverse { trips - 1 - step } else { step };
                let mut given = vec![T::i(&[], &[i as i64])];
                for k in 1..=xs {
                    given.push(if has_axis[k] { slice(&cores[k], i) } else { cores[k].clone() });
                }
                given.extend(state.iter().cloned());
                given.extend(cores[1 + xs + n..].iter().cloned());
                let mut out = go(s.module, scan.body, &given, s.work);
                let tail = out.split_off(n);
                state = out;
                for (k, y) in tail.into_iter().enumerate() {
                    stacked[k][i] = Some(y);
                }
            }
            for (k, column) in stacked.into_iter().enumerate() {
                let inner = s.size(&scan.bind.results[n + k]);
                let data = column.into_iter().flat_map(|y| y.unwrap().data).collect();
                let dims = std::iter::once(trips).chain(inner).collect();
                state.push(T { dims, data });
            }
            state
        })
    }
}

fn slice(t: &T, i: usize) -> T {
    let n: usize = t.dims[1..].iter().product();
    T { dims: t.dims[1..].to_vec(), data: t.data[i * n..(i + 1) * n].to_vec() }
}

fn set(v: &mut Val, p: &Point, bits: u64) {
    let mut k = 0;
    for (a, d) in v.axes.iter().zip(&v.t.dims) {
        k = k * d + p[a];
    }
    v.t.data[k] = bits;
}

fn solve(a: &T, b: &T) -> T {
    let n = b.dims[0];
    let mut m: Vec<Vec<f64>> = a.floats().chunks(n.max(1)).map(<[f64]>::to_vec).collect();
    let mut x = b.floats();
    for c in 0..n {
        let p = (c..n).max_by(|i, j| m[*i][c].abs().total_cmp(&m[*j][c].abs())).unwrap();
        m.swap(c, p);
        x.swap(c, p);
        for r in c + 1..n {
            let q = m[r][c] / m[c][c];
            let pivot = m[c].clone();
            m[r].iter_mut().zip(pivot).skip(c).for_each(|(x, p)| *x -= q * p);
            x[r] -= q * x[c];
        }
    }
    for c in (0..n).rev() {
        for k in c + 1..n {
            x[c] -= m[c][k] * x[k];
        }
        x[c] /= m[c][c];
    }
    T::f(&[n], &x)
}

/// The sum that a Fourier transform is defined by.
fn fourier(x: &T, sign: f64) -> T {
    let (n, x) = (x.dims[0], x.floats());
    let mut y = vec![0.0; 2 * n];
    for k in 0..n {
        for j in 0..n {
            let turn = sign * 2.0 * std::f64::consts::PI * (j * k) as f64 / n as f64;
            let (s, c) = turn.sin_cos();
            y[2 * k] += x[2 * j] * c - x[2 * j + 1] * s;
            y[2 * k + 1] += x[2 * j] * s + x[2 * j + 1] * c;
        }
    }
    T::f(&[n, 2], &y)
}
