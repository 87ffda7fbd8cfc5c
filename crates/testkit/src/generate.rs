//! Random modules: maps, folds, reads, writes, calls, branches, loops and routines, with failures in them.

use dslc_base::{FileId, Span};
use dslc_ir::{AxisId, Builder, Extent, FuncId, Module, NodeId, Output, Scalar, Site, SiteId};

use crate::Random;

mod control;
mod place;
mod pointwise;
mod routine;

/// What modules may hold.
#[derive(Clone, Copy, Debug)]
pub struct Menu {
    /// The lists of extents, one of which a module takes its axes from.
    pub extents: &'static [&'static [u64]],
    /// Values with more elements are folded.
    pub most: u64,
    /// Whether there are routines of the runtime.
    pub routines: bool,
    /// Whether there are axes whose extent is known only when run.
    pub tapes: bool,
}

impl Menu {
    /// Everything.
    pub const ALL: Menu = Menu {
        extents: &[&[1, 2, 3, 3], &[2, 5, 8, 17], &[0, 1, 3, 33], &[4, 4, 20]],
        most: 300,
        routines: true,
        tapes: true,
    };
    /// What an evaluator that goes point by point can do: short axes, all of them known.
    pub const SMALL: Menu =
        Menu { extents: &[&[1, 2, 3, 3], &[0, 1, 3], &[2, 5]], most: 30, routines: false, tapes: false };
}

/// A module of random functions; the last one, which is given too, is meant to be run.
pub fn module(random: &mut Random, menu: Menu) -> (Module, FuncId) {
    let mut module = Module::default();
    let extents = random.pick(menu.extents);
    let mut called = Vec::new();
    for k in 0..random.pick(&[0, 0, 0, 1, 2]) {
        called.push(function(random, &mut module, menu, extents, format!("f{k}"), &[]));
    }
    let entry = function(random, &mut module, menu, extents, "entry".to_string(), &called);
    (module, entry)
}

fn function(
    random: &mut Random,
    module: &mut Module,
    menu: Menu,
    extents: &'static [u64],
    name: String,
    called: &[FuncId],
) -> FuncId {
    let mut g = Generator::new(Builder::new(name), random, module, menu, extents);
    let vector = [g.random.pick(extents)];
    g.param(Scalar::F64, &vector);
    for _ in 0..1 + g.random.below(3) {
        let (scalar, extents) = g.shape();
        g.param(scalar, &extents);
    }
    let steps = 4 + g.random.below(8);
    (0..steps).for_each(|_| g.step(2));
    called.iter().for_each(|&func| g.call_of(func));
    g.step(2);
    let results = 1 + g.random.below(6);
    let outputs = (0..results).map(|_| g.output()).collect();
    let func = g.b.finish(outputs);
    module.funcs.push(func)
}

const SCALARS: [Scalar; 9] = [
    Scalar::F64,
    Scalar::F64,
    Scalar::F64,
    Scalar::F32,
    Scalar::F32,
    Scalar::I64,
    Scalar::I64,
    Scalar::Bool,
    Scalar::Key,
];

/// A function that grows.
struct Generator<'a> {
    random: &'a mut Random,
    module: &'a mut Module,
    b: Builder,
    /// The nodes that later ones may read.
    pool: Vec<NodeId>,
    /// How often each of them was chosen.
    chosen: Vec<u32>,
    menu: Menu,
    /// The extents that axes may have.
    extents: &'static [u64],
}

impl<'a> Generator<'a> {
    fn new(
        b: Builder,
        random: &'a mut Random,
        module: &'a mut Module,
        menu: Menu,
        extents: &'static [u64],
    ) -> Self {
        Self { random, module, b, pool: vec![], chosen: vec![], menu, extents }
    }
    fn shape(&mut self) -> (Scalar, Vec<u64>) {
        let scalar = self.random.pick(&SCALARS);
        let rank = self.random.pick(&[0, 0, 1, 1, 2, 2]);
        (scalar, (0..rank).map(|_| self.random.pick(self.extents)).collect())
    }
    fn shapes(&mut self, n: usize) -> Vec<(Scalar, Vec<u64>)> {
        (0..n).map(|_| self.shape()).collect()
    }
    fn param(&mut self, scalar: Scalar, extents: &[u64]) -> (NodeId, Vec<AxisId>) {
        let axes: Vec<AxisId> = extents.iter().map(|&n| self.b.axis(Extent::Static(n))).collect();
        let node = self.b.param(scalar, axes.clone());
        self.offer(node);
        (node, axes)
    }
    fn offer(&mut self, node: NodeId) {
        self.pool.push(node);
        self.chosen.push(0);
    }
    /// One of these positions of the pool: of a few drawn the one that was chosen least, and latest of these, so
    /// that few nodes are dead.
    fn choose_among(&mut self, fits: &[usize]) -> NodeId {
        let drawn: Vec<usize> = (0..4).map(|_| self.random.pick(fits)).collect();
        let best = drawn.into_iter().min_by_key(|&k| (self.chosen[k], usize::MAX - k));
        let k = best.expect("four were drawn");
        self.chosen[k] += 1;
        self.pool[k]
    }
    /// A node, with its axes in some order.
    fn output(&mut self) -> Output {
        let node = self.any();
        let mut axes = self.b.ty(node).axes.to_vec();
        if self.random.one_in(3) {
            axes.reverse();
        }
        Output { node, axes }
    }
    /// The next node belongs to a place of its own.
    fn site(&mut self) -> SiteId {
        let span = Span { file: FileId(0), start: 0, end: 0 };
        let site = self.module.sites.push(Site::new(span, ""));
        self.b.site = Some(site);
        site
    }
    fn any(&mut self) -> NodeId {
        let all: Vec<usize> = (0..self.pool.len()).collect();
        self.choose_among(&all)
    }
    fn of(&mut self, scalar: Scalar) -> NodeId {
        let fits: Vec<usize> =
            (0..self.pool.len()).filter(|&k| self.b.scalar_of(self.pool[k]) == scalar).collect();
        if fits.is_empty() || self.random.one_in(12) {
            let x = self.random.pick(&[0.0, 1.0, 2.0, -1.0]);
            return self.b.number(scalar, x);
        }
        self.choose_among(&fits)
    }
    fn count(&self, node: NodeId) -> u64 {
        self.b.func().count(&self.b.ty(node).axes).expect("static")
    }
    fn extent(&self, a: AxisId) -> i64 {
        self.b.func().axes[a].known().expect("static") as i64
    }
    /// Adds a node to the pool, made small.
    fn keep(&mut self, node: NodeId) {
        let axes = self.b.ty(node).axes.to_vec();
        let surplus: Vec<AxisId> = axes.iter().copied().skip(3).collect();
        let mut node = self.less(node, &surplus);
        while self.count(node) > self.menu.most {
            let first = self.b.ty(node).axes[0];
            node = self.less(node, &[first]);
        }
        self.offer(node);
    }
    fn keep_all(&mut self, nodes: Vec<NodeId>) {
        nodes.into_iter().for_each(|n| self.keep(n));
    }
    fn step(&mut self, control: usize) {
        self.site();
        match self.random.below(if control > 0 { 25 } else { 17 }) {
            0..=3 => self.arithmetic(),
            4 => self.compare(),
            5 => self.choose(),
            6 => self.primitive(),
            7 | 8 => self.reduce(),
            9..=11 => self.read(),
            12 | 13 => self.write(),
            14 => self.stack(),
            15 => self.dense(),
            16 if self.menu.routines => self.routine(),
            16 => self.arithmetic(),
            17 | 18 => self.call(),
            19 | 20 => self.branch(control - 1),
            21 | 22 => self.scan(control - 1),
            23 => self.while_(control - 1),
            _ if self.menu.tapes => self.tape(control - 1),
            _ => self.scan(control - 1),
        }
    }
}
