//! Random modules: functions that call, branch, loop and read at random, with failures in them.

use dslc_base::Index as _;
use dslc_base::{FileId, Span};
use dslc_ir::prims::logic;
use dslc_ir::{
    AxisId, Binding, Bits, Builder, Extent, FuncId, Function, Index, Module, Monoid, NodeId, Output, Scalar,
    Scan, Site,
};

use super::Array;

/// A stream of small random numbers (SplitMix64).
pub(crate) struct Rng(pub u64);

impl Rng {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
    pub(crate) fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }
    fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }
}

const SCALARS: [Scalar; 3] = [Scalar::F64, Scalar::I64, Scalar::Bool];

struct Gen<'a> {
    rng: &'a mut Rng,
    module: &'a mut Module,
    b: Builder,
    pool: Vec<NodeId>,
}

/// A module of `count` random functions; the last one is the root.
pub(crate) fn module(rng: &mut Rng, count: usize) -> Module {
    let mut module = Module::default();
    for k in 0..count {
        let func = function(rng, &mut module, k);
        module.funcs.push(func);
    }
    module
}

fn function(rng: &mut Rng, module: &mut Module, k: usize) -> Function {
    let mut g = Gen { b: Builder::new(format!("f{k}")), rng, module, pool: vec![] };
    for _ in 0..2 + g.rng.below(3) {
        let (scalar, extents) = g.shape();
        g.param(scalar, &extents);
    }
    let steps = 3 + g.rng.below(6);
    (0..steps).for_each(|_| g.step(true));
    let results = 1 + g.rng.below(3);
    let outputs = (0..results)
        .map(|_| {
            let node = g.recent();
            Output { node, axes: g.b.ty(node).axes.to_vec() }
        })
        .collect();
    g.b.finish(outputs)
}

impl Gen<'_> {
    fn shape(&mut self) -> (Scalar, Vec<u64>) {
        let scalar = self.rng.pick(&SCALARS);
        let rank = self.rng.pick(&[0, 0, 1, 1, 2]);
        (scalar, (0..rank).map(|_| self.rng.pick(&[1, 2, 3, 3])).collect())
    }
    fn param(&mut self, scalar: Scalar, extents: &[u64]) -> (NodeId, Vec<AxisId>) {
        let axes: Vec<AxisId> = extents.iter().map(|&n| self.b.axis(Extent::Static(n))).collect();
        let node = self.b.param(scalar, axes.clone());
        self.pool.push(node);
        (node, axes)
    }
    fn site(&mut self) {
        let span = Span { file: FileId(0), start: 0, end: 0 };
        self.b.site = Some(self.module.sites.push(Site { span, what: String::new() }));
    }
    fn any(&mut self) -> NodeId {
        self.rng.pick(&self.pool.clone())
    }
    /// A node that was made late, so that few nodes are dead.
    fn recent(&mut self) -> NodeId {
        let n = self.pool.len();
        let late = n - 1 - self.rng.below(n.min(4));
        self.pool[late]
    }
    /// A node of this type, not too large.
    fn of(&mut self, scalar: Scalar) -> NodeId {
        let fits: Vec<NodeId> =
            self.pool.iter().copied().filter(|&n| self.b.scalar_of(n) == scalar).collect();
        if fits.is_empty() || self.rng.below(12) == 0 {
            let x = self.rng.pick(&[0.0, 1.0, 2.0, -1.0]);
            return self.b.number(scalar, x);
        }
        self.rng.pick(&fits)
    }
    fn keep(&mut self, node: NodeId) {
        let ty = self.b.ty(node).clone();
        let many: Vec<AxisId> = ty.axes.iter().copied().skip(3).collect();
        let node = if many.is_empty() { node } else { self.fold(node, &many) };
        self.pool.push(node);
    }
    fn fold(&mut self, node: NodeId, axes: &[AxisId]) -> NodeId {
        let monoid = match (self.b.scalar_of(node), self.rng.below(2)) {
            (Scalar::Bool, 0) => Monoid::Any,
            (Scalar::Bool, _) => Monoid::All,
            (_, 0) => Monoid::Sum,
            (_, _) => Monoid::Max,
        };
        self.site();
        self.b.fold(monoid, node, axes)
    }
    fn step(&mut self, control: bool) {
        self.site();
        match self.rng.below(if control { 15 } else { 9 }) {
            0..=2 => self.arithmetic(),
            3 => self.compare(),
            4 => self.choose(),
            5 => {
                let x = self.any();
                let axes = self.b.ty(x).axes.to_vec();
                if let Some(&a) = axes.first() {
                    let folded = self.fold(x, &[a]);
                    self.keep(folded);
                }
            }
            6 => self.read(),
            7 => self.write(),
            8 => {
                let scalar = self.rng.pick(&SCALARS);
                let args = [self.of(scalar), self.of(scalar)];
                let (node, _) = self.b.stack(&args);
                self.keep(node);
            }
            9 | 10 => self.call(),
            11 => self.branch(),
            12 | 13 => self.scan(),
            _ => self.while_(),
        }
    }
    fn arithmetic(&mut self) {
        let scalar = self.rng.pick(&[Scalar::F64, Scalar::F64, Scalar::I64]);
        let (x, y) = (self.of(scalar), self.of(scalar));
        let node = match self.rng.below(4) {
            0 => self.b.add(x, y),
            1 => self.b.sub(x, y),
            2 => self.b.mul(x, y),
            _ => self.b.neg(x),
        };
        self.keep(node);
    }
    fn compare(&mut self) {
        let scalar = self.rng.pick(&[Scalar::F64, Scalar::I64]);
        let (x, y) = (self.of(scalar), self.of(scalar));
        let node = self.b.map(&logic::LT, &[x, y]);
        self.keep(node);
    }
    fn choose(&mut self) {
        let scalar = self.rng.pick(&SCALARS);
        let (c, x, y) = (self.of(Scalar::Bool), self.of(scalar), self.of(scalar));
        let node = self.b.select(c, x, y);
        self.keep(node);
    }
    fn with_axis(&mut self) -> Option<(NodeId, AxisId, u64)> {
        let x = self.any();
        let axes = self.b.ty(x).axes.to_vec();
        let extent = |a: AxisId| self.b.func().axes[a].known().expect("static");
        let axes: Vec<AxisId> = axes.into_iter().filter(|&a| extent(a) > 0).collect();
        (!axes.is_empty()).then(|| {
            let a = self.rng.pick(&axes);
            (x, a, self.b.func().axes[a].known().expect("static"))
        })
    }
    fn read(&mut self) {
        let Some((x, a, n)) = self.with_axis() else { return };
        let fill = self.of(self.b.scalar_of(x));
        let to = self.b.axis(Extent::Static(n));
        let node = match self.rng.below(6) {
            0 => self.b.read(x, vec![(a, Index::constant(self.rng.below(n as usize) as i64))], &[], None),
            1 => self.b.rename(x, &[(a, to)]),
            2 => {
                let at = Index { terms: vec![(to, 1)], offset: 1, data: None };
                self.b.read(x, vec![(a, at)], &[], Some(fill))
            }
            3 => {
                let at = Index { terms: vec![(to, -1)], offset: n as i64 - 1, data: None };
                self.b.read(x, vec![(a, at)], &[], None)
            }
            4 => {
                let data = self.of(Scalar::I64);
                self.b.read(x, vec![(a, Index::data(0))], &[data], Some(fill))
            }
            _ => {
                let iota = self.b.iota(to);
                let data = if self.rng.below(2) == 0 { iota } else { self.of(Scalar::I64) };
                self.b.read(x, vec![(a, Index::data(0))], &[data], None)
            }
        };
        self.keep(node);
    }
    fn write(&mut self) {
        let Some((x, a, n)) = self.with_axis() else { return };
        let mut v = self.of(self.b.scalar_of(x));
        if self.b.ty(v).has(a) {
            v = self.b.read(v, vec![(a, Index::constant(0))], &[], None);
        }
        let at = Index::constant(self.rng.below(n as usize) as i64);
        let float = self.b.scalar_of(x) == Scalar::F64;
        let node = match self.rng.below(3) {
            0 => {
                let mut data = self.of(Scalar::I64);
                if self.b.ty(data).has(a) {
                    data = self.b.read(data, vec![(a, Index::constant(0))], &[], None);
                }
                self.b.update(x, v, vec![(a, Index::data(0))], vec![], &[data])
            }
            1 if float => {
                let to = self.b.axis(Extent::Static(n));
                let data = self.of(Scalar::I64);
                self.b.scatter(x, vec![(to, Index::data(0))], vec![a], &[data])
            }
            _ => self.b.update(x, v, vec![(a, at)], vec![], &[]),
        };
        self.keep(node);
    }
    /// Axes of the caller for core axes of a callee: those of the argument where they fit.
    fn bind(&mut self, arg: NodeId, extents: &[Extent]) -> Vec<AxisId> {
        let mut free: Vec<AxisId> = self.b.ty(arg).axes.to_vec();
        extents
            .iter()
            .map(|&e| {
                let fits = free.iter().position(|&a| self.b.func().axes[a] == e);
                match fits {
                    Some(k) if self.rng.below(4) > 0 => free.remove(k),
                    _ => self.b.axis(e),
                }
            })
            .collect()
    }
    fn args(&mut self, func: FuncId, params: std::ops::Range<usize>) -> (Vec<NodeId>, Vec<Vec<AxisId>>) {
        params
            .map(|k| {
                let shape = self.module.funcs[func].param_shape(k);
                let arg = self.of(shape.scalar);
                let bound = self.bind(arg, &shape.extents);
                (arg, bound)
            })
            .unzip()
    }
    fn results(&mut self, func: FuncId) -> Vec<Vec<AxisId>> {
        let f = &self.module.funcs[func];
        let shapes: Vec<_> = (0..f.results.len()).map(|k| f.result_shape(k).extents).collect();
        shapes.iter().map(|e| self.b.axes(e)).collect()
    }
    fn keep_all(&mut self, results: Vec<NodeId>) {
        results.into_iter().for_each(|r| self.keep(r));
    }
    fn call(&mut self) {
        if self.module.funcs.is_empty() {
            return self.arithmetic();
        }
        let func = FuncId::from_usize(self.rng.below(self.module.funcs.len()));
        let n = self.module.funcs[func].params.len();
        let (args, bound) = self.args(func, 0..n);
        let bind = Binding { args: bound, results: self.results(func) };
        let results = self.b.call(self.module, func, &args, bind);
        self.keep_all(results);
    }
    /// A body with these parameters, whose first results have the shapes `first`.
    fn body(&mut self, params: &[(Scalar, Vec<u64>)], first: std::ops::Range<usize>, more: usize) -> FuncId {
        let name = format!("body{}", self.module.funcs.len());
        let mut g = Gen { b: Builder::new(name), rng: self.rng, module: self.module, pool: vec![] };
        let nodes: Vec<_> = params.iter().map(|(s, e)| g.param(*s, e)).collect();
        let steps = 1 + g.rng.below(4);
        let nested = g.rng.below(3) == 0;
        (0..steps).for_each(|_| g.step(nested));
        let mut outputs = Vec::new();
        for k in first {
            let (param, axes) = nodes[k].clone();
            let node = if g.rng.below(5) == 0 { param } else { g.of(params[k].0) };
            let surplus: Vec<AxisId> =
                g.b.ty(node).axes.iter().copied().filter(|a| !axes.contains(a)).collect();
            let node = g.fold(node, &surplus);
            outputs.push(Output { node, axes });
        }
        for _ in 0..more {
            let node = g.recent();
            outputs.push(Output { node, axes: g.b.ty(node).axes.to_vec() });
        }
        let func = g.b.finish(outputs);
        self.module.funcs.push(func)
    }
    fn shapes(&mut self, n: usize) -> Vec<(Scalar, Vec<u64>)> {
        (0..n).map(|_| self.shape()).collect()
    }
    fn branch(&mut self) {
        let n = 1 + self.rng.below(3);
        let params = self.shapes(n);
        let results = 1 + self.rng.below(n);
        let then = self.body(&params, 0..results, 0);
        let otherwise = self.body(&params, 0..results, 0);
        let c = self.of(Scalar::Bool);
        let (mut args, mut bound) = self.args(then, 0..n);
        args.insert(0, c);
        bound.insert(0, vec![]);
        let bind = Binding { args: bound, results: self.results(then) };
        self.site();
        let results = self.b.if_(self.module, then, otherwise, &args, bind);
        self.keep_all(results);
    }
    fn scan(&mut self) {
        let (xs, state, captures) = (self.rng.below(2), 1 + self.rng.below(3), self.rng.below(3));
        let mut params = vec![(Scalar::I64, vec![])];
        params.extend(self.shapes(xs + state + captures));
        let ys = self.rng.below(2);
        let body = self.body(&params, 1 + xs..1 + xs + state, ys);
        let (mut args, mut bound) = self.args(body, 1..params.len());
        let trips = self.rng.pick(&[0, 1, 2, 3]);
        let axis = (xs + ys > 0).then(|| self.b.axis(Extent::Static(trips)));
        if let Some(axis) = axis {
            for arg in &mut args[..xs] {
                // An input that varies along the scanned axis: itself plus the position, or nothing but itself.
                let iota = self.b.iota(axis);
                if self.b.scalar_of(*arg) == Scalar::I64 {
                    self.site();
                    *arg = self.b.add(*arg, iota);
                }
            }
        }
        let extent = match axis {
            None if self.rng.below(2) == 0 => self.small(),
            _ => self.b.int(trips as i64),
        };
        args.insert(0, extent);
        bound.insert(0, vec![]);
        let bind = Binding { args: bound, results: self.results(body) };
        let reverse = self.rng.below(2) == 0;
        let scan = Scan { body, xs: xs as u32, state: state as u32, axis, reverse, bind };
        self.site();
        let results = self.b.scan(self.module, scan, &args);
        self.keep_all(results);
    }
    /// A trip count: at most 3.
    fn small(&mut self) -> NodeId {
        let x = self.of(Scalar::I64);
        let three = self.b.int(3);
        self.b.map(&dslc_ir::prims::arith::MIN, &[x, three])
    }
    fn while_(&mut self) {
        let mut params = vec![(Scalar::I64, vec![])];
        params.extend(self.shapes(2));
        let mut cond = Builder::new("cond");
        let nodes: Vec<NodeId> = params
            .iter()
            .map(|(s, e)| {
                let axes = e.iter().map(|&n| cond.axis(Extent::Static(n))).collect();
                cond.param(*s, axes)
            })
            .collect();
        let zero = cond.int(0);
        let test = cond.map(&logic::GT, &[nodes[0], zero]);
        let cond = self.module.funcs.push(cond.finish(vec![Output { node: test, axes: vec![] }]));
        // The count goes down, so that it ends.
        let inner = self.body(&params, 1..2, 0);
        let mut f = self.module.funcs[inner].clone();
        let mut b = Builder::new("count");
        let mut s = dslc_opt::rebuild::Subst::new(&f);
        s.copy_params(&mut b);
        let same = dslc_opt::rebuild::FuncMap::identity(self.module);
        f.nodes.ids().for_each(|id| s.copy(&mut b, self.module, &same, id));
        let span = Span { file: FileId(0), start: 0, end: 0 };
        b.site = Some(self.module.sites.push(Site { span, what: String::new() }));
        let one = b.int(1);
        let count = b.sub(s.get(f.params[0].node), one);
        let mut outputs = s.outputs(&mut b);
        outputs.insert(0, Output { node: count, axes: vec![] });
        f = b.finish(outputs);
        let body = self.module.funcs.push(f);
        let (mut args, bound) = self.args(body, 0..3);
        args[0] = self.small();
        let bind = Binding { args: bound, results: self.results(body) };
        self.site();
        let results = self.b.while_(self.module, cond, body, 2, &args, bind);
        self.keep_all(results);
    }
}

/// Arguments for a function, with special values.
pub(crate) fn arguments(rng: &mut Rng, func: &Function) -> Vec<Array> {
    (0..func.params.len())
        .map(|k| {
            let shape = func.param_shape(k);
            let extents: Vec<usize> =
                shape.extents.iter().map(|e| e.known().expect("static") as usize).collect();
            let n = extents.iter().product();
            let elements = (0..n).map(|_| (element(rng, shape.scalar), None)).collect();
            Array { extents, elements }
        })
        .collect()
}

fn element(rng: &mut Rng, scalar: Scalar) -> u64 {
    match scalar {
        Scalar::F64 => {
            let x =
                rng.pick(&[0.0, -0.0, 1.0, -1.5, 2.25, f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1e308]);
            x.to_bits()
        }
        Scalar::I64 => rng.pick(&[0i64, 1, 2, 1, 0, 3, -1, i64::MAX]) as u64,
        Scalar::Bool | Scalar::F32 | Scalar::Key => Bits::number(scalar, rng.below(2) as f64).bits,
    }
}
