//! The one mechanism of this crate: copy a function, node by node, through a fresh builder.
//!
//! **Takes** a function and a substitution of its nodes and axes. **Gives** a function with the same results,
//! in which equal nodes are shared and the laws of [`dslc_ir::simplify`] and [`dslc_ir::laws`] have been applied.
//! **Needs** a function whose derivatives are expanded. **Breaks** nothing: a value may come out with *fewer* axes than it went in with, never with a
//! different element.
//!
//! That a value can lose axes is what every pass here leans on: an operator lines its arguments up by axis, so
//! one that lacks an axis is constant along it, and that is harmless everywhere but where an operator *indexes*
//! an axis of its argument, or *counts* along one. [`make`] mends these cases, `Read`, `Update` and `Scatter`.
//!
//! ```text
//! %2 = read %1['0 -> 'a + 1]      where %1 turned out to be constant along '0:  %1 itself
//! %2 = update %1['0 -> %i] := %v  where %1 turned out to be constant along '0:  %1 is spread along '0 first
//! ```

use dslc_base::{Index as _, IndexVec};
use dslc_ir::infer::{data_args, term_axes};
use dslc_ir::laws;
use dslc_ir::prims::logic;
use dslc_ir::verify::callees_of;
use dslc_ir::{
    AxisId, Bits, Builder, Extent, FuncId, Function, Index, Module, Node, NodeId, Op, Output, Rule,
};

use crate::relabel::relabel;

/// Where each function of the old module went.
#[derive(Clone, Debug, Default)]
pub struct FuncMap {
    to: Vec<Option<FuncId>>,
}

impl FuncMap {
    /// No function has gone anywhere yet.
    pub fn new(module: &Module) -> Self {
        Self { to: vec![None; module.funcs.len()] }
    }
    /// Every function stays.
    pub fn identity(module: &Module) -> Self {
        Self { to: module.funcs.ids().map(Some).collect() }
    }
    /// Says where a function went.
    pub fn set(&mut self, from: FuncId, to: FuncId) {
        self.to[from.index()] = Some(to);
    }
    /// The rule of a function, where its own function went.
    pub fn rule(&self, func: &Function) -> Option<Rule> {
        func.rule.as_ref().map(|rule| Rule { func: self.get(rule.func), covers: rule.covers.clone() })
    }
    /// Where a function went.
    pub fn get(&self, from: FuncId) -> FuncId {
        self.to[from.index()].expect("callees are rebuilt before their callers")
    }
}

/// What became of a node.
#[derive(Clone, Debug, Default)]
enum Image {
    /// It is not copied yet, or never will be.
    #[default]
    Nothing,
    /// One node; for a node with several results, these are read by projections.
    Node(NodeId),
    /// Each result on its own; a result that nobody uses may be missing.
    Results(Vec<Option<NodeId>>),
}

/// What the nodes and axes of one function become in another.
#[derive(Debug)]
pub struct Subst<'a> {
    /// The function that is copied.
    pub src: &'a Function,
    nodes: Vec<Image>,
    axes: Vec<Option<AxisId>>,
}

impl<'a> Subst<'a> {
    /// Nothing is substituted yet.
    pub fn new(src: &'a Function) -> Self {
        Self { src, nodes: vec![Image::Nothing; src.nodes.len()], axes: vec![None; src.axes.len()] }
    }
    /// The image of an axis; a fresh one of the same extent if it had none.
    pub fn axis(&mut self, b: &mut Builder, axis: AxisId) -> AxisId {
        *self.axes[axis.index()].get_or_insert_with(|| b.axis(self.src.axes[axis]))
    }
    /// The images of axes.
    pub fn axes(&mut self, b: &mut Builder, axes: &[AxisId]) -> Vec<AxisId> {
        axes.iter().map(|&a| self.axis(b, a)).collect()
    }
    /// The image of an axis, if it has one already.
    pub fn known_axis(&self, axis: AxisId) -> Option<AxisId> {
        self.axes[axis.index()]
    }
    /// Sets the image of an axis.
    pub fn set_axis(&mut self, from: AxisId, to: AxisId) {
        self.axes[from.index()] = Some(to);
    }
    /// Sets the image of a node.
    pub fn set(&mut self, from: NodeId, to: NodeId) {
        self.nodes[from.index()] = Image::Node(to);
    }
    /// Sets the image of each result of a node; a result that nobody reads may be missing.
    pub fn set_results(&mut self, from: NodeId, to: Vec<Option<NodeId>>) {
        self.nodes[from.index()] = match to.as_slice() {
            &[Some(one)] => Image::Node(one),
            _ => Image::Results(to),
        };
    }
    /// The image of a node with one result.
    pub fn get(&self, node: NodeId) -> NodeId {
        match self.nodes[node.index()] {
            Image::Node(to) => to,
            Image::Nothing | Image::Results(_) => {
                panic!("{node} of `{}` is read but was not copied", self.src.name)
            }
        }
    }
    /// The images of nodes.
    pub fn get_all(&self, nodes: &[NodeId]) -> Vec<NodeId> {
        nodes.iter().map(|&n| self.get(n)).collect()
    }
    /// Whether a node has an image.
    pub fn has(&self, node: NodeId) -> bool {
        !matches!(self.nodes[node.index()], Image::Nothing)
    }

    /// Makes the parameters of the source the parameters of the copy.
    pub fn copy_params(&mut self, b: &mut Builder) {
        for p in &self.src.params {
            let axes = self.axes(b, &p.axes);
            let node = b.param(self.src.ty(p.node).scalar, axes);
            self.set(p.node, node);
        }
    }
    /// Copies one node, whose arguments have been copied; one that has an image already keeps it.
    pub fn copy(&mut self, b: &mut Builder, module: &Module, funcs: &FuncMap, id: NodeId) {
        if self.has(id) {
            return;
        }
        let node = &self.src.nodes[id];
        b.site = node.site;
        if let Op::Proj(k) = node.op {
            let result = self.project(b, node.args[0], k);
            self.set(id, result);
            return;
        }
        let args = self.get_all(&node.args);
        let op = self.op(b, funcs, node);
        let copy = make(b, module, op, &args);
        self.set(id, copy);
    }
    /// The operator of a node with its axes and callees substituted.
    pub fn op(&mut self, b: &mut Builder, funcs: &FuncMap, node: &Node) -> Op {
        relabel(&node.op, &mut |a| self.axis(b, a), &|f| funcs.get(f))
    }
    /// Result `k` of the image of a node.
    fn project(&self, b: &mut Builder, node: NodeId, k: u32) -> NodeId {
        match &self.nodes[node.index()] {
            Image::Node(to) if b.func().nodes[*to].types.len() == 1 => *to,
            Image::Node(to) => b.raw(Op::Proj(k), &[*to]),
            Image::Results(results) => results[k as usize].expect("a result that is read is kept"),
            Image::Nothing => panic!("{node} of `{}` is read but was not copied", self.src.name),
        }
    }
    /// The results of the source, as results of the copy.
    pub fn outputs(&mut self, b: &mut Builder) -> Vec<Output> {
        let results = self.src.results.iter();
        results.map(|r| Output { node: self.get(r.node), axes: self.axes(b, &r.axes) }).collect()
    }
}

/// A node by the builder's own constructors, so that its laws apply, after mending what an argument that lost
/// an axis would break.
pub fn make(b: &mut Builder, module: &Module, op: Op, args: &[NodeId]) -> NodeId {
    match op {
        Op::Map(prim) if prim.0.name == "select" => make_select(b, args[0], args[1], args[2]),
        Op::Map(prim) => laws::map(b, prim.0, args).unwrap_or_else(|| b.map(prim.0, args)),
        Op::Fold { monoid, axes } => b.fold(monoid, args[0], &axes),
        Op::Read { index, fill } => make_read(b, index, fill, args),
        Op::Update { index, over } => {
            let x = index.iter().fold(args[0], |x, (axis, _)| spread(b, x, *axis));
            let v = run_over(b, args[1], &index, &over, &args[2..]);
            b.update(x, v, index, over, &args[2..])
        }
        Op::Scatter { index, over } => {
            let v = run_over(b, args[0], &index, &over, &args[1..]);
            b.scatter(v, index, over, &args[1..])
        }
        Op::Param(_) => panic!("parameters are made by the builder, in order"),
        Op::Const(_)
        | Op::Dense(_)
        | Op::Iota(_)
        | Op::ArgFold { .. }
        | Op::Stack { .. }
        | Op::Proj(_)
        | Op::Call { .. }
        | Op::If { .. }
        | Op::Scan(_)
        | Op::While { .. }
        | Op::Vjp { .. }
        | Op::Jvp { .. }
        | Op::Bounds { .. }
        | Op::Spectral { .. }
        | Op::Library { .. } => b.node(module, op, args),
    }
}

/// A selection, without what an outer one has decided. The builder keeps the axes of the side that is not taken;
/// here they may go.
fn make_select(b: &mut Builder, c: NodeId, yes: NodeId, no: NodeId) -> NodeId {
    let (mut c, mut yes, mut no) = (c, yes, no);
    loop {
        match b.as_const(c).and_then(Bits::as_bool) {
            Some(true) => return yes,
            Some(false) => return no,
            None if yes == no => return yes,
            None => {}
        }
        let map = |node: NodeId| match &b.func().nodes[node] {
            Node { op: Op::Map(prim), args, .. } => Some((prim.0.name, args.as_slice())),
            _ => None,
        };
        (c, yes, no) = match (map(c), map(yes), map(no)) {
            (Some(("not", &[c])), ..) => (c, no, yes),
            (_, Some(("select", &[inner, yes, _])), _) if inner == c => (c, yes, no),
            (_, _, Some(("select", &[inner, _, no]))) if inner == c => (c, yes, no),
            _ => return b.select(c, yes, no),
        }
    }
}

/// A read whose argument may lack indexed axes. Along such an axis every position inside gives the same
/// element, so the entry goes if no position can be outside; else the argument is spread along the axis.
fn make_read(b: &mut Builder, mut index: Vec<(AxisId, Index)>, fill: bool, args: &[NodeId]) -> NodeId {
    let mut x = args[0];
    let data = data_args(&index);
    if !fill && index.iter().all(|(_, at)| at.data.is_none()) {
        let ty = b.ty(x).clone();
        index.retain(|(axis, _)| ty.has(*axis));
    }
    for (axis, _) in &index {
        x = spread(b, x, *axis);
    }
    let fill = fill.then(|| args[1 + data]);
    b.read(x, index, &args[1..1 + data], fill)
}

/// `v`, spread along each axis of `over` that nothing else runs over: as many elements are written as before.
fn run_over(
    b: &mut Builder,
    v: NodeId,
    index: &[(AxisId, Index)],
    over: &[AxisId],
    data: &[NodeId],
) -> NodeId {
    let terms = term_axes(index);
    over.iter().fold(v, |v, axis| {
        let runs = terms.contains(axis) || data.iter().any(|&d| b.ty(d).has(*axis));
        if runs { v } else { spread(b, v, *axis) }
    })
}

/// `x` as a value that has `axis`: itself, or a selection between `x` and `x` by a condition along the axis.
/// There is no operator for this, because hardly anything needs it.
pub fn spread(b: &mut Builder, x: NodeId, axis: AxisId) -> NodeId {
    if b.ty(x).has(axis) {
        return x;
    }
    let position = b.iota(axis);
    let zero = b.int(0);
    let always = b.map(&logic::GE, &[position, zero]);
    b.select(always, x, x)
}

/// Which functions the roots reach.
pub fn reachable(module: &Module, roots: &[FuncId]) -> Vec<bool> {
    let mut reached = vec![false; module.funcs.len()];
    for root in roots {
        reached[root.index()] = true;
    }
    // Callees have smaller ids, so one sweep downward sees every caller before its callees.
    for id in module.funcs.ids().rev().filter(|id| id.index() < module.funcs.len()) {
        if reached[id.index()] {
            if let Some(rule) = &module.funcs[id].rule {
                reached[rule.func.index()] = true;
            }
            for node in module.funcs[id].nodes.iter() {
                for callee in callees_of(&node.op) {
                    reached[callee.index()] = true;
                }
            }
        }
    }
    reached
}

/// Rebuilds every function that the roots reach, callees first, and drops the others. `rebuild` is given the
/// module as far as it is rebuilt (to which it may add functions), the old function, and where its callees went.
pub fn each_function(
    module: &mut Module,
    roots: &mut [FuncId],
    mut rebuild: impl FnMut(&mut Module, &Function, &FuncMap) -> Function,
) {
    let reached = reachable(module, roots);
    let mut map = FuncMap::new(module);
    let mut out = Module { funcs: IndexVec::new(), sites: std::mem::take(&mut module.sites) };
    for (id, func) in module.funcs.iter_enumerated() {
        if reached[id.index()] {
            let mut rebuilt = rebuild(&mut out, func, &map);
            rebuilt.rule = map.rule(func);
            map.set(id, out.funcs.push(rebuilt));
        }
    }
    for root in roots {
        *root = map.get(*root);
    }
    *module = out;
}

/// The same function through a fresh builder.
pub fn rebuild_function(out: &Module, func: &Function, map: &FuncMap) -> Function {
    let mut b = Builder::new(func.name.clone());
    let mut s = Subst::new(func);
    s.copy_params(&mut b);
    for id in func.nodes.ids() {
        s.copy(&mut b, out, map, id);
    }
    let results = s.outputs(&mut b);
    b.finish(results)
}

/// Whether an affine index stays inside an axis wherever its own axes run. An index along an empty axis is
/// never read, so it is inside.
pub fn stays_inside(func: &Function, at: &Index, extent: Extent) -> bool {
    let Some(n) = extent.known() else { return false };
    if at.data.is_some() {
        return false;
    }
    let (mut low, mut high) = (i128::from(at.offset), i128::from(at.offset));
    for &(axis, c) in &at.terms {
        match func.axes[axis].known() {
            Some(0) => return true,
            Some(m) => {
                let last = i128::from(c) * i128::from(m - 1);
                low += last.min(0);
                high += last.max(0);
            }
            None => return false,
        }
    }
    low >= 0 && high < i128::from(n)
}
