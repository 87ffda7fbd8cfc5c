//! Calls, branches and loops.

use std::ops::Range;

use dslc_base::Index as _;
use dslc_ir::prims::{arith, cast, logic};
use dslc_ir::{
    AxisId, Binding, Bits, Builder, Extent, FuncId, Function, Node, NodeId, Op, Output, PrimRef, Scalar,
    Scan, SiteId, Type,
};

use super::Generator;

/// The parameters of a body.
type Shapes = Vec<(Scalar, Vec<u64>)>;

impl Generator<'_> {
    /// Axes of the caller for core axes of a callee: those of the argument where they fit.
    fn bind(&mut self, arg: NodeId, extents: &[Extent]) -> Vec<AxisId> {
        let mut free: Vec<AxisId> = self.b.ty(arg).axes.to_vec();
        extents
            .iter()
            .map(|&e| match free.iter().position(|&a| self.b.func().axes[a] == e) {
                Some(k) if !self.random.one_in(4) => free.remove(k),
                _ => self.b.axis(e),
            })
            .collect()
    }
    /// An argument for a parameter, without the axis `but`, and the axes it is bound along.
    fn arg(&mut self, func: FuncId, param: usize, but: Option<AxisId>) -> (NodeId, Vec<AxisId>) {
        let shape = self.module.funcs[func].param_shape(param);
        let mut arg = self.of(shape.scalar);
        if let Some(axis) = but.filter(|&a| self.b.ty(arg).has(a)) {
            arg = self.less(arg, &[axis]);
        }
        let bound = self.bind(arg, &shape.extents);
        // Few mapped axes, or everything gets long.
        let axes = self.b.ty(arg).axes.to_vec();
        let mapped: Vec<AxisId> = axes.into_iter().filter(|a| !bound.contains(a)).collect();
        let points: i64 = mapped.iter().map(|&a| self.extent(a)).product();
        if !self.random.one_in(3) || points > 20 {
            arg = self.less(arg, &mapped);
        }
        (arg, bound)
    }
    fn args(
        &mut self,
        func: FuncId,
        params: Range<usize>,
        but: Option<AxisId>,
    ) -> (Vec<NodeId>, Vec<Vec<AxisId>>) {
        params.map(|k| self.arg(func, k, but)).unzip()
    }
    fn results(&mut self, func: FuncId) -> Vec<Vec<AxisId>> {
        let f = &self.module.funcs[func];
        let shapes: Vec<_> = (0..f.results.len()).map(|k| f.result_shape(k).extents).collect();
        shapes.iter().map(|e| self.b.axes(e)).collect()
    }
    pub(super) fn call(&mut self) {
        if self.module.funcs.is_empty() {
            return self.arithmetic();
        }
        let func = FuncId::from_usize(self.random.below(self.module.funcs.len()));
        self.call_of(func);
    }
    pub(super) fn call_of(&mut self, func: FuncId) {
        let n = self.module.funcs[func].params.len();
        let (args, bound) = self.args(func, 0..n, None);
        let bind = Binding { args: bound, results: self.results(func) };
        self.site();
        let results = self.b.call(self.module, func, &args, bind);
        self.keep_all(results);
    }

    /// A body with these parameters, whose first results have the shapes of the parameters `first`.
    fn body(&mut self, params: &Shapes, first: Range<usize>, more: usize, control: usize) -> FuncId {
        let name = format!("body{}", self.module.funcs.len());
        let (menu, extents) = (self.menu, self.extents);
        let mut g = Generator::new(Builder::new(name), self.random, self.module, menu, extents);
        let nodes: Vec<_> = params.iter().map(|(s, e)| g.param(*s, e)).collect();
        let steps = 2 + g.random.below(5);
        (0..steps).for_each(|_| g.step(control));
        let mut outputs: Vec<Output> = first.map(|k| g.next(&nodes[k])).collect();
        outputs.extend((0..more).map(|_| g.output()));
        let func = g.b.finish(outputs);
        self.module.funcs.push(func)
    }
    /// A result of the shape of a parameter.
    fn next(&mut self, (param, axes): &(NodeId, Vec<AxisId>)) -> Output {
        let same = self.b.ty(*param).clone();
        // Like an update in place, if one was made.
        let late = self.pool.iter().rev().copied().find(|n| *self.b.ty(*n) == same && n != param);
        let node = match self.random.below(6) {
            0 => *param,
            1 | 2 => late.unwrap_or(*param),
            _ => self.of(same.scalar),
        };
        let all = self.b.ty(node).axes.to_vec();
        let surplus: Vec<AxisId> = all.into_iter().filter(|a| !axes.contains(a)).collect();
        let node = self.less(node, &surplus);
        Output { node, axes: axes.clone() }
    }

    pub(super) fn branch(&mut self, control: usize) {
        let n = 1 + self.random.below(3);
        let params = self.shapes(n);
        let results = 1 + self.random.below(n);
        let then = self.body(&params, 0..results, 0, control);
        let otherwise = self.body(&params, 0..results, 0, control);
        let c = self.of(Scalar::Bool);
        let (mut args, mut bound) = self.args(then, 0..n, None);
        args.insert(0, c);
        bound.insert(0, vec![]);
        let bind = Binding { args: bound, results: self.results(then) };
        self.site();
        let results = self.b.if_(self.module, then, otherwise, &args, bind);
        self.keep_all(results);
    }

    pub(super) fn scan(&mut self, control: usize) {
        let (xs, state, captures) = (self.random.below(2), 1 + self.random.below(3), self.random.below(3));
        let ys = self.random.below(2);
        let trips = self.random.pick(&[0, 1, 2, 3, 5]);
        // An input is sliced along an axis that it has, or is made to vary along a new one.
        let sliced = if xs == 1 && self.random.one_in(2) { self.sliced() } else { None };
        let axis = match sliced {
            Some((_, axis)) => Some(axis),
            None => (xs + ys > 0).then(|| self.b.axis(Extent::Static(trips))),
        };
        let trips = axis.map_or(trips, |a| self.extent(a) as u64);
        let mut params = vec![(Scalar::I64, vec![])];
        let others = sliced.map(|(x, axis)| self.others(x, axis));
        params.extend(match (sliced, &others) {
            (Some((x, _)), Some(others)) => {
                vec![(self.b.scalar_of(x), others.iter().map(|&a| self.extent(a) as u64).collect())]
            }
            _ => self.shapes(xs),
        });
        params.extend(self.shapes(state + captures));
        let body = self.body(&params, 1 + xs..1 + xs + state, ys, control);
        let (mut args, mut bound) = self.args(body, 1..params.len(), axis);
        match (sliced, others, axis) {
            (Some((x, _)), Some(others), _) => (args[0], bound[0]) = (x, others),
            (_, _, Some(axis)) if xs == 1 => args[0] = self.along(args[0], axis),
            _ => {}
        }
        let extent = match axis {
            None if self.random.one_in(2) => self.small(),
            _ => self.b.int(trips as i64),
        };
        args.insert(0, extent);
        bound.insert(0, vec![]);
        let bind = Binding { args: bound, results: self.results(body) };
        let reverse = self.random.one_in(2);
        let scan = Scan { body, xs: xs as u32, state: state as u32, axis, reverse, bind };
        self.site();
        let results = self.b.scan(self.module, scan, &args);
        self.keep_all(results);
    }
    /// A node with a short axis to slice it along.
    fn sliced(&mut self) -> Option<(NodeId, AxisId)> {
        let x = self.any();
        let axes = self.b.ty(x).axes.to_vec();
        axes.into_iter().find(|&a| (1..9).contains(&self.extent(a))).map(|a| (x, a))
    }
    fn others(&self, x: NodeId, axis: AxisId) -> Vec<AxisId> {
        self.b.ty(x).axes.iter().copied().filter(|&a| a != axis).collect()
    }
    /// A number that varies along an axis.
    fn along(&mut self, x: NodeId, axis: AxisId) -> NodeId {
        let iota = self.b.iota(axis);
        self.site();
        let i = match self.b.scalar_of(x) {
            Scalar::I64 => iota,
            Scalar::F64 => self.b.map(&cast::I64_TO_F64, &[iota]),
            Scalar::F32 => self.b.map(&cast::I64_TO_F32, &[iota]),
            Scalar::Z2 => self.b.map(&cast::I64_TO_Z2, &[iota]),
            Scalar::Bool | Scalar::Key => return x,
        };
        self.b.add(x, i)
    }
    /// A trip count: at most 3.
    fn small(&mut self) -> NodeId {
        let x = self.of(Scalar::I64);
        let three = self.b.int(3);
        self.b.map(&arith::MIN, &[x, three])
    }

    /// Two loops whose length is data: the second reads what the first has stacked.
    pub(super) fn tape(&mut self, control: usize) {
        let mut extent = self.small();
        let axes = self.b.ty(extent).axes.to_vec();
        extent = self.less(extent, &axes);
        let three = self.b.int(3);
        extent = self.b.map(&arith::MIN, &[extent, three]);
        let axis = self.b.axis(Extent::Dynamic);
        let mut params = vec![(Scalar::I64, vec![])];
        params.extend(self.shapes(2));
        let body = self.body(&params, 1..2, 1, control);
        let first = self.tape_loop(body, extent, axis, None);
        self.keep(first[0]);

        let written = self.module.funcs[body].result_shape(1);
        let core = self.core_of(first[1], axis, &written.extents);
        let known = written.extents.iter().map(|e| e.known().expect("static")).collect();
        let mut params = vec![(Scalar::I64, vec![]), (written.scalar, known)];
        params.extend(self.shapes(2));
        let body = self.body(&params, 2..3, 0, control);
        let second = self.tape_loop(body, extent, axis, Some((first[1], core)));
        self.keep(second[0]);
    }
    /// The axes of a stacked output that its loop was not mapped over: those made for the result.
    fn core_of(&self, stacked: NodeId, axis: AxisId, extents: &[Extent]) -> Vec<AxisId> {
        let Op::Proj(k) = self.b.func().nodes[stacked].op else { return vec![] };
        let owner = self.b.func().nodes[stacked].args[0];
        let Op::Scan(scan) = &self.b.func().nodes[owner].op else { return vec![] };
        let core = scan.bind.results[k as usize].clone();
        debug_assert!(core.len() == extents.len() && !core.contains(&axis));
        core
    }
    fn tape_loop(
        &mut self,
        body: FuncId,
        extent: NodeId,
        axis: AxisId,
        input: Option<(NodeId, Vec<AxisId>)>,
    ) -> Vec<NodeId> {
        let xs = u32::from(input.is_some());
        let n = self.module.funcs[body].params.len();
        let (mut args, mut bound) = self.args(body, 1 + xs as usize..n, Some(axis));
        if let Some((x, core)) = input {
            args.insert(0, x);
            bound.insert(0, core);
        }
        args.insert(0, extent);
        bound.insert(0, vec![]);
        let bind = Binding { args: bound, results: self.results(body) };
        let reverse = self.random.one_in(2);
        let scan = Scan { body, xs, state: 1, axis: Some(axis), reverse, bind };
        self.site();
        self.b.scan(self.module, scan, &args)
    }

    pub(super) fn while_(&mut self, control: usize) {
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
        let body = self.body(&params, 0..2, 0, control);
        let site = self.site();
        let f = self.module.funcs[body].clone();
        self.module.funcs[body] = counting(f, site);
        let (mut args, bound) = self.args(body, 0..3, None);
        args[0] = self.small();
        let bind = Binding { args: bound, results: self.results(body) };
        self.site();
        let results = self.b.while_(self.module, cond, body, 2, &args, bind);
        self.keep_all(results);
    }
}

/// The function with its first result replaced by its first parameter less one, so that its loop ends.
fn counting(mut f: Function, site: SiteId) -> Function {
    let types = vec![Type::scalar(Scalar::I64)];
    let one = Node { op: Op::Const(Bits::i64(1)), args: vec![], types: types.clone(), site: None };
    let one = f.nodes.push(one);
    let args = vec![f.params[0].node, one];
    let less = f.nodes.push(Node { op: Op::Map(PrimRef(&arith::SUB)), args, types, site: Some(site) });
    f.results[0] = Output { node: less, axes: vec![] };
    f
}
