//! Random modules: maps, folds, reads, writes, branches and loops of every kind, with failures in them.

use dslc_base::{FileId, Span};
use dslc_ir::prims::{arith, logic};
use dslc_ir::{
    AxisId, Binding, Bits, Builder, Extent, FuncId, Function, Index, Module, Monoid, NodeId, Output, Scalar,
    Scan, Site,
};
use dslc_runtime::value::Value;

/// A stream of small random numbers (SplitMix64).
pub(crate) struct Rng(pub(crate) u64);

impl Rng {
    fn next(&mut self) -> u64 {
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

const SCALARS: [Scalar; 5] = [Scalar::F64, Scalar::F64, Scalar::F32, Scalar::I64, Scalar::Bool];

struct Gen<'a> {
    rng: &'a mut Rng,
    module: &'a mut Module,
    b: Builder,
    pool: Vec<NodeId>,
    /// The extents that axes may have.
    extents: &'static [u64],
}

/// A module with a random entry.
pub(crate) fn module(rng: &mut Rng) -> (Module, FuncId) {
    let mut module = Module::default();
    let extents: &[u64] = rng.pick(&[&[1u64, 2, 3, 3][..], &[2, 5, 8, 17], &[0, 1, 3, 33], &[4, 4, 20]]);
    let mut g = Gen { b: Builder::new("entry"), rng, module: &mut module, pool: vec![], extents };
    for _ in 0..2 + g.rng.below(3) {
        let (scalar, extents) = g.shape();
        g.param(scalar, &extents);
    }
    let steps = 3 + g.rng.below(8);
    (0..steps).for_each(|_| g.step(2));
    let results = 1 + g.rng.below(3);
    let outputs = (0..results).map(|_| g.output()).collect();
    let func = g.b.finish(outputs);
    let id = module.funcs.push(func);
    (module, id)
}

impl Gen<'_> {
    fn shape(&mut self) -> (Scalar, Vec<u64>) {
        let scalar = self.rng.pick(&SCALARS);
        let rank = self.rng.pick(&[0, 0, 1, 1, 2, 2]);
        (scalar, (0..rank).map(|_| self.rng.pick(self.extents)).collect())
    }
    fn param(&mut self, scalar: Scalar, extents: &[u64]) -> (NodeId, Vec<AxisId>) {
        let axes: Vec<AxisId> = extents.iter().map(|&n| self.b.axis(Extent::Static(n))).collect();
        let node = self.b.param(scalar, axes.clone());
        self.pool.push(node);
        (node, axes)
    }
    /// A late node, with its axes in some order.
    fn output(&mut self) -> Output {
        let node = self.recent();
        let mut axes = self.b.ty(node).axes.to_vec();
        if self.rng.below(3) == 0 {
            axes.reverse();
        }
        Output { node, axes }
    }
    fn site(&mut self) {
        let span = Span { file: FileId(0), start: 0, end: 0 };
        self.b.site = Some(self.module.sites.push(Site { span, what: String::new() }));
    }
    fn any(&mut self) -> NodeId {
        self.rng.pick(&self.pool.clone())
    }
    fn recent(&mut self) -> NodeId {
        let n = self.pool.len();
        let late = n - 1 - self.rng.below(n.min(4));
        self.pool[late]
    }
    fn of(&mut self, scalar: Scalar) -> NodeId {
        let fits: Vec<NodeId> =
            self.pool.iter().copied().filter(|&n| self.b.scalar_of(n) == scalar).collect();
        if fits.is_empty() || self.rng.below(12) == 0 {
            let x = self.rng.pick(&[0.0, 1.0, 2.0, -1.0]);
            return self.b.number(scalar, x);
        }
        self.rng.pick(&fits)
    }
    fn count(&self, node: NodeId) -> u64 {
        self.b.func().count(&self.b.ty(node).axes).expect("static")
    }
    /// Adds a node to the pool, made small.
    fn keep(&mut self, node: NodeId) {
        let axes = self.b.ty(node).axes.to_vec();
        let surplus: Vec<AxisId> = axes.iter().copied().skip(3).collect();
        let mut node = if surplus.is_empty() { node } else { self.fold(node, &surplus) };
        while self.count(node) > 2000 {
            let first = self.b.ty(node).axes[0];
            node = self.fold(node, &[first]);
        }
        self.pool.push(node);
    }
    fn fold(&mut self, node: NodeId, axes: &[AxisId]) -> NodeId {
        let monoid = match (self.b.scalar_of(node), self.rng.below(4)) {
            (Scalar::Bool, 0 | 1) => Monoid::Any,
            (Scalar::Bool, _) => Monoid::All,
            (_, 0 | 1) => Monoid::Sum,
            (_, 2) => Monoid::Max,
            (_, _) => Monoid::Min,
        };
        self.site();
        self.b.fold(monoid, node, axes)
    }
    fn step(&mut self, control: usize) {
        self.site();
        match self.rng.below(if control > 0 { 19 } else { 14 }) {
            0..=3 => self.arithmetic(),
            4 => self.compare(),
            5 => self.choose(),
            6 | 7 => self.reduce(),
            8..=10 => self.read(),
            11 | 12 => self.write(),
            13 => {
                let scalar = self.rng.pick(&SCALARS);
                let args = [self.of(scalar), self.of(scalar)];
                let (node, _) = self.b.stack(&args);
                self.keep(node);
            }
            14 | 15 => self.branch(control - 1),
            16 | 17 => self.scan(control - 1),
            _ => self.while_(),
        }
    }
    fn arithmetic(&mut self) {
        let scalar = self.rng.pick(&[Scalar::F64, Scalar::F64, Scalar::F32, Scalar::I64]);
        let (x, y) = (self.of(scalar), self.of(scalar));
        let node = match self.rng.below(5) {
            0 => self.b.add(x, y),
            1 => self.b.sub(x, y),
            2 => self.b.mul(x, y),
            3 => self.b.map(&arith::MAX, &[x, y]),
            _ => self.b.neg(x),
        };
        self.keep(node);
    }
    fn compare(&mut self) {
        let scalar = self.rng.pick(&[Scalar::F64, Scalar::F32, Scalar::I64]);
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
    fn reduce(&mut self) {
        let x = self.any();
        let mut axes = self.b.ty(x).axes.to_vec();
        if self.rng.below(2) == 0 {
            axes.reverse();
        }
        axes.truncate(1 + self.rng.below(3));
        if axes.is_empty() {
            return;
        }
        if self.rng.below(5) == 0 && self.b.scalar_of(x) != Scalar::Bool {
            let max = self.rng.below(2) == 0;
            self.b.arg_fold(max, x, &axes).into_iter().for_each(|n| self.keep(n));
            return;
        }
        let folded = self.fold(x, &axes);
        self.keep(folded);
    }
    fn extent(&self, a: AxisId) -> i64 {
        self.b.func().axes[a].known().expect("static") as i64
    }
    fn with_axis(&mut self) -> Option<(NodeId, AxisId, i64)> {
        let x = self.any();
        let axes = self.b.ty(x).axes.to_vec();
        let axes: Vec<AxisId> = axes.into_iter().filter(|&a| self.extent(a) > 0).collect();
        (!axes.is_empty()).then(|| {
            let a = self.rng.pick(&axes);
            (x, a, self.extent(a))
        })
    }
    fn term(axis: AxisId, c: i64, offset: i64) -> Index {
        Index { terms: vec![(axis, c)], offset, data: None }
    }
    fn read(&mut self) {
        let Some((x, a, n)) = self.with_axis() else { return };
        let fill = self.of(self.b.scalar_of(x));
        let to = self.b.axis(Extent::Static(n as u64));
        let start = self.rng.below(n as usize) as i64;
        let node = match self.rng.below(9) {
            0 => self.b.read(x, vec![(a, Index::constant(start))], &[], None),
            1 => self.b.rename(x, &[(a, to)]),
            2 => {
                let shift = self.rng.pick(&[-2, -1, 1, 2]);
                self.b.read(x, vec![(a, Self::term(to, 1, shift))], &[], Some(fill))
            }
            3 => self.b.read(x, vec![(a, Self::term(to, -1, n - 1))], &[], None),
            4 => {
                let data = self.of(Scalar::I64);
                self.b.read(x, vec![(a, Index::data(0))], &[data], Some(fill))
            }
            5 => {
                // A window: two axes in one position.
                let (i, j) = (
                    self.b.axis(Extent::Static(n as u64 - start as u64)),
                    self.b.axis(Extent::Static(start as u64 + 1)),
                );
                let at = Index { terms: vec![(i, 1), (j, 1)], offset: 0, data: None };
                self.b.read(x, vec![(a, at)], &[], None)
            }
            6 => {
                let some = self.b.axis(Extent::Static((n as u64).div_ceil(2)));
                self.b.read(x, vec![(a, Self::term(some, 2, 0))], &[], None)
            }
            7 => {
                // A slice with a start from data.
                let part = self.b.axis(Extent::Static((n - start) as u64));
                let data = self.of(Scalar::I64);
                let at = Index { terms: vec![(part, 1)], offset: 0, data: Some(0) };
                self.b.read(x, vec![(a, at)], &[data], None)
            }
            _ => {
                let iota = self.b.iota(to);
                let data = if self.rng.below(2) == 0 { iota } else { self.of(Scalar::I64) };
                self.b.read(x, vec![(a, Index::data(0))], &[data], None)
            }
        };
        self.keep(node);
    }
    /// A value without an axis.
    fn without(&mut self, v: NodeId, a: AxisId) -> NodeId {
        if self.b.ty(v).has(a) { self.b.read(v, vec![(a, Index::constant(0))], &[], None) } else { v }
    }
    fn write(&mut self) {
        let Some((x, a, n)) = self.with_axis() else { return };
        let v = self.of(self.b.scalar_of(x));
        let v = self.without(v, a);
        let at = Index::constant(self.rng.below(n as usize) as i64);
        let float = self.b.scalar_of(x).is_float();
        let node = match self.rng.below(5) {
            0 => {
                let data = self.of(Scalar::I64);
                let data = self.without(data, a);
                self.b.update(x, v, vec![(a, Index::data(0))], vec![], &[data])
            }
            1 if float => {
                let to = self.b.axis(Extent::Static(n as u64));
                let data = self.of(Scalar::I64);
                self.b.scatter(x, vec![(to, Index::data(0))], vec![a], &[data])
            }
            2 if float => {
                // The transpose of a shift, dropping what leaves.
                let to = self.b.axis(Extent::Static(n as u64));
                let shift = self.rng.pick(&[-1, 0, 1, 3]);
                self.b.scatter(x, vec![(to, Self::term(a, 1, shift))], vec![a], &[])
            }
            3 => {
                // A window of the array, from a vector if there is one.
                let over = self.b.axis(Extent::Static(n as u64 / 2 + 1));
                let iota = self.b.iota(over);
                let zero = self.b.int(0);
                let even = self.b.map(&logic::GT, &[iota, zero]);
                let scalar = self.b.scalar_of(x);
                let other = self.b.number(scalar, 1.0);
                let value = self.b.select(even, v, other);
                let start = (n - (n / 2 + 1)).max(0);
                self.b.update(x, value, vec![(a, Self::term(over, 1, start))], vec![over], &[])
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
            .map(|&e| match free.iter().position(|&a| self.b.func().axes[a] == e) {
                Some(k) if self.rng.below(4) > 0 => free.remove(k),
                _ => self.b.axis(e),
            })
            .collect()
    }
    fn args(&mut self, func: FuncId, params: std::ops::Range<usize>) -> (Vec<NodeId>, Vec<Vec<AxisId>>) {
        params
            .map(|k| {
                let shape = self.module.funcs[func].param_shape(k);
                let mut arg = self.of(shape.scalar);
                let bound = self.bind(arg, &shape.extents);
                // Few mapped axes, or everything gets long.
                let mapped: Vec<AxisId> =
                    self.b.ty(arg).axes.iter().copied().filter(|a| !bound.contains(a)).collect();
                if !mapped.is_empty() && self.rng.below(3) > 0 {
                    arg = self.fold(arg, &mapped);
                }
                (arg, bound)
            })
            .unzip()
    }
    /// Renames bound axes that other arguments are mapped over: an axis is one or the other.
    fn disjoint(&mut self, args: &mut [NodeId], bound: &mut [Vec<AxisId>]) {
        let mapped: Vec<AxisId> = (0..args.len())
            .flat_map(|k| {
                self.b.ty(args[k]).axes.iter().copied().filter(|a| !bound[k].contains(a)).collect::<Vec<_>>()
            })
            .collect();
        for (arg, bound) in args.iter_mut().zip(bound) {
            for axis in bound.iter_mut().filter(|a| mapped.contains(a)) {
                let fresh = self.b.axis_like(*axis);
                *arg = self.b.rename(*arg, &[(*axis, fresh)]);
                *axis = fresh;
            }
        }
    }
    fn results(&mut self, func: FuncId) -> Vec<Vec<AxisId>> {
        let f = &self.module.funcs[func];
        let shapes: Vec<_> = (0..f.results.len()).map(|k| f.result_shape(k).extents).collect();
        shapes.iter().map(|e| self.b.axes(e)).collect()
    }
    /// A body with these parameters, whose first results have the shapes `first`.
    fn body(
        &mut self,
        params: &[(Scalar, Vec<u64>)],
        first: std::ops::Range<usize>,
        more: usize,
        control: usize,
    ) -> FuncId {
        let name = format!("body{}", self.module.funcs.len());
        let extents = self.extents;
        let mut g = Gen { b: Builder::new(name), rng: self.rng, module: self.module, pool: vec![], extents };
        let nodes: Vec<_> = params.iter().map(|(s, e)| g.param(*s, e)).collect();
        let steps = 1 + g.rng.below(5);
        (0..steps).for_each(|_| g.step(control));
        let mut outputs = Vec::new();
        for k in first {
            let (param, axes) = nodes[k].clone();
            let same = g.b.ty(param).clone();
            // Like an update in place, if one was made.
            let late = g.pool.iter().rev().copied().find(|&n| *g.b.ty(n) == same && n != param);
            let node = match g.rng.below(4) {
                0 => param,
                1 | 2 => late.unwrap_or(param),
                _ => g.of(params[k].0),
            };
            let surplus: Vec<AxisId> =
                g.b.ty(node).axes.iter().copied().filter(|a| !axes.contains(a)).collect();
            let node = g.fold(node, &surplus);
            outputs.push(Output { node, axes });
        }
        for _ in 0..more {
            let output = g.output();
            outputs.push(output);
        }
        let func = g.b.finish(outputs);
        self.module.funcs.push(func)
    }
    fn shapes(&mut self, n: usize) -> Vec<(Scalar, Vec<u64>)> {
        (0..n).map(|_| self.shape()).collect()
    }
    fn branch(&mut self, control: usize) {
        let n = 1 + self.rng.below(3);
        let params = self.shapes(n);
        let results = 1 + self.rng.below(n);
        let then = self.body(&params, 0..results, 0, control);
        let otherwise = self.body(&params, 0..results, 0, control);
        let c = self.of(Scalar::Bool);
        let (mut args, mut bound) = self.args(then, 0..n);
        args.insert(0, c);
        bound.insert(0, vec![]);
        self.disjoint(&mut args, &mut bound);
        let bind = Binding { args: bound, results: self.results(then) };
        self.site();
        let results = self.b.if_(self.module, then, otherwise, &args, bind);
        results.into_iter().for_each(|r| self.keep(r));
    }
    fn scan(&mut self, control: usize) {
        let (xs, state, captures) = (self.rng.below(2), 1 + self.rng.below(3), self.rng.below(3));
        let mut params = vec![(Scalar::I64, vec![])];
        params.extend(self.shapes(xs + state + captures));
        let ys = self.rng.below(2);
        let body = self.body(&params, 1 + xs..1 + xs + state, ys, control);
        let (mut args, mut bound) = self.args(body, 1..params.len());
        let trips = self.rng.pick(&[0, 1, 2, 3, 5]);
        let axis = (xs + ys > 0).then(|| self.b.axis(Extent::Static(trips)));
        if let Some(axis) = axis {
            for arg in &mut args[..xs] {
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
        self.disjoint(&mut args, &mut bound);
        let bind = Binding { args: bound, results: self.results(body) };
        let reverse = self.rng.below(2) == 0;
        let scan = Scan { body, xs: xs as u32, state: state as u32, axis, reverse, bind };
        self.site();
        let results = self.b.scan(self.module, scan, &args);
        results.into_iter().for_each(|r| self.keep(r));
    }
    /// A trip count: at most 3.
    fn small(&mut self) -> NodeId {
        let x = self.of(Scalar::I64);
        let three = self.b.int(3);
        self.b.map(&arith::MIN, &[x, three])
    }
    fn while_(&mut self) {
        let mut params = vec![(Scalar::I64, vec![])];
        params.extend(self.shapes(2));
        let mut cond = Builder::new("cond");
        let counter = cond.param(Scalar::I64, vec![]);
        for (s, e) in &params[1..] {
            let axes = e.iter().map(|&n| cond.axis(Extent::Static(n))).collect();
            cond.param(*s, axes);
        }
        let zero = cond.int(0);
        let test = cond.map(&logic::GT, &[counter, zero]);
        let cond = self.module.funcs.push(cond.finish(vec![Output { node: test, axes: vec![] }]));
        let body = self.body(&params, 0..2, 0, 0);
        // The count goes down, so that it ends.
        let f = self.module.funcs[body].clone();
        let mut g =
            Gen { b: Builder::default(), rng: self.rng, module: self.module, pool: vec![], extents: &[1] };
        g.site();
        let site = g.b.site;
        self.module.funcs[body] = counting(f, site);
        let (mut args, mut bound) = self.args(body, 0..3);
        args[0] = self.small();
        self.disjoint(&mut args, &mut bound);
        let bind = Binding { args: bound, results: self.results(body) };
        self.site();
        let results = self.b.while_(self.module, cond, body, 2, &args, bind);
        results.into_iter().for_each(|r| self.keep(r));
    }
}

/// The function with its first result replaced by its first parameter less one.
fn counting(mut f: Function, site: Option<dslc_ir::SiteId>) -> Function {
    use dslc_ir::{Node, Op, PrimRef, Type};
    let types = vec![Type::scalar(Scalar::I64)];
    let one = Node { op: Op::Const(Bits::i64(1)), args: vec![], types: types.clone(), site: None };
    let one = f.nodes.push(one);
    let args = vec![f.params[0].node, one];
    let less = f.nodes.push(Node { op: Op::Map(PrimRef(&arith::SUB)), args, types, site });
    f.results[0] = Output { node: less, axes: vec![] };
    f
}

/// Arguments for a function, with special values.
pub(crate) fn arguments(rng: &mut Rng, func: &Function) -> Vec<Value> {
    (0..func.params.len())
        .map(|k| {
            let shape = func.param_shape(k);
            let extents: Vec<u64> = shape.extents.iter().map(|e| e.known().expect("static")).collect();
            let n: u64 = extents.iter().product();
            let tame = rng.below(2) == 0;
            let elements: Vec<u64> = (0..n).map(|_| element(rng, shape.scalar, tame)).collect();
            Value::from_bits(shape.scalar, extents, &elements)
        })
        .collect()
}

fn element(rng: &mut Rng, scalar: Scalar, tame: bool) -> u64 {
    match scalar {
        Scalar::F64 | Scalar::F32 if tame => {
            let x = rng.below(4001) as f64 / 1000.0 - 2.0;
            Bits::number(scalar, x).bits
        }
        Scalar::F64 | Scalar::F32 => {
            let x =
                rng.pick(&[0.0, -0.0, 1.0, -1.5, 2.25, f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1e308]);
            Bits::number(scalar, x).bits
        }
        Scalar::I64 if tame => rng.below(2) as u64,
        Scalar::I64 => rng.pick(&[0i64, 1, 2, 1, 0, 3, -1, i64::MAX]) as u64,
        Scalar::Bool | Scalar::Key => rng.below(2) as u64,
    }
}
