//! Replaces `Vjp`, `Jvp` and `Bounds` nodes by calls, callees first.

use std::collections::HashMap;

use dslc_base::Index as _;
use dslc_ir::verify::callees_of;
use dslc_ir::{Builder, FuncId, Function, Module, Node, NodeId, Op, Rule, Scan};

use crate::build::{builder_with_axes, output};
use crate::deriver::{Deriver, Request};
use crate::error::{GradError, Kind};

/// For each root a function of the same meaning without `Vjp`, `Jvp` and `Bounds` nodes, in itself and in whatever it
/// calls. A root that has none is its own result; otherwise the result is appended to the module.
///
/// # Errors
///
/// If a derivative is wanted through a primitive that has none. The module may then hold functions that nothing
/// calls; it is as valid as before.
pub fn expand(module: &mut Module, roots: &[FuncId]) -> Result<Vec<FuncId>, GradError> {
    expand_with(module, roots, Options::default())
}

/// How derivatives are taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Options {
    /// The bytes that the reverse of each loop may keep of its trips; none is without limit. A loop that would keep
    /// more does parts of its forward work again.
    pub residual_memory: Option<u64>,
    /// Jacobians and Hessians of at least so many rows take a pass for each colour, where their pattern is sparse; those of
    /// fewer, one for each row.
    pub coloured_from: usize,
    /// Whether derivatives show where they meet a kink, by `trace`s whose sites have the role
    /// [`Role::Kink`](dslc_ir::Role::Kink).
    pub kinks: bool,
    /// Whether what a derivative does gets sites of its own, with the roles [`Role::Reverse`](dslc_ir::Role::Reverse) and
    /// [`Role::Tangent`](dslc_ir::Role::Tangent).
    pub directions: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { residual_memory: None, coloured_from: 8, kinks: false, directions: false }
    }
}

/// The same with options.
///
/// # Errors
///
/// As [`expand`].
pub fn expand_with(
    module: &mut Module,
    roots: &[FuncId],
    options: Options,
) -> Result<Vec<FuncId>, GradError> {
    let depths = depths(module, roots);
    let mut d = Deriver::new(module);
    d.options = options;
    d.depths = depths;
    roots.iter().map(|&root| d.expand(root)).collect()
}

/// For each function how many derivatives are taken of it at most, one inside the other, by any of the roots. Callees have
/// smaller ids, so going down meets all callers first.
fn depths(module: &Module, roots: &[FuncId]) -> Vec<Option<usize>> {
    let mut depths = vec![None; module.funcs.len()];
    for root in roots {
        depths[root.index()] = Some(0);
    }
    for k in (0..depths.len()).rev() {
        let Some(here) = depths[k] else { continue };
        let func = &module.funcs[FuncId(k as u32)];
        if let Some(rule) = &func.rule {
            let stated = &mut depths[rule.func.index()];
            *stated = (*stated).max(Some(here));
        }
        for node in func.nodes.iter() {
            let there = match node.op {
                Op::Vjp { .. } | Op::Jvp { .. } => here + 1,
                // Its expansion takes derivatives itself, as many as are taken of it.
                Op::Spectral { .. } => 2 * here,
                _ => here,
            };
            for callee in callees_of(&node.op) {
                depths[callee.index()] = depths[callee.index()].max(Some(there));
            }
        }
    }
    depths
}

impl Deriver<'_> {
    /// Expands a function and all that it calls. Callees have smaller ids, so going through the ids that are
    /// reached in rising order meets them first, without recursion.
    fn expand(&mut self, root: FuncId) -> Result<FuncId, GradError> {
        let mut reached = vec![false; root.index() + 1];
        reached[root.index()] = true;
        for k in (0..reached.len()).rev() {
            if reached[k] {
                mark_callees(self.module, FuncId(k as u32), &mut reached);
            }
        }
        for k in (0..reached.len()).filter(|&k| reached[k]) {
            let id = FuncId(k as u32);
            if !self.expanded.contains_key(&id) {
                let new = self.expand_one(id)?;
                self.expanded.insert(id, new);
            }
        }
        Ok(self.expanded[&root])
    }

    fn expand_one(&mut self, id: FuncId) -> Result<FuncId, GradError> {
        let derives = |n: &Node| {
            matches!(n.op, Op::Vjp { .. } | Op::Jvp { .. } | Op::Bounds { .. } | Op::Spectral { .. })
        };
        let changes =
            |d: &Self, n: &Node| derives(n) || callees_of(&n.op).iter().any(|c| d.expanded[c] != *c);
        self.within_limit(id)?;
        let f = self.func(id).clone();
        let rule = f.rule.clone().map(|r| Rule { func: self.expanded[&r.func], ..r });
        if rule == f.rule && !f.nodes.iter().any(|n| changes(self, n)) {
            return Ok(id);
        }
        let mut b = builder_with_axes(&f, f.name.clone());
        let mut new = vec![NodeId(0); f.nodes.len()];
        for p in &f.params {
            new[p.node.index()] = b.param(f.ty(p.node).scalar, p.axes.clone());
        }
        // Matrices of derivatives that take few passes, with what stands for each of their results.
        let mut matrices: HashMap<NodeId, Vec<Option<NodeId>>> = HashMap::new();
        for (node_id, node) in f.nodes.iter_enumerated() {
            if !matches!(node.op, Op::Param(_)) {
                if let Op::Proj(k) = node.op
                    && let Some(found) = matrices.get(&node.args[0])
                {
                    new[node_id.index()] = found[k as usize].unwrap_or(new[node.args[0].index()]);
                    continue;
                }
                let args: Vec<NodeId> = node.args.iter().map(|a| new[a.index()]).collect();
                b.site = node.site;
                let found = self.compressed(&mut b, &f, node_id, &args).map_err(|e| placed(e, node))?;
                if let Some(found) = found {
                    matrices.insert(node_id, found);
                    continue;
                }
                let order = self.depths[id.index()].unwrap_or(0);
                new[node_id.index()] = self.copy(&mut b, node, &args, order)?;
            }
        }
        let results = f.results.iter().map(|r| output(new[r.node.index()], r.axes.clone())).collect();
        let new = self.add(b.finish(results));
        self.module.funcs[new].rule = rule;
        Ok(new)
    }

    fn copy(
        &mut self,
        b: &mut Builder,
        node: &Node,
        args: &[NodeId],
        order: usize,
    ) -> Result<NodeId, GradError> {
        if let Op::Spectral { func, bind } = &node.op {
            b.site = node.site;
            let func = self.expanded[func];
            return self.spectral(b, func, (bind, args), order).map_err(|e| placed(e, node));
        }
        let at = |func: &FuncId| self.expanded[func];
        let op = match &node.op {
            Op::Call { func, bind } => Op::Call { func: at(func), bind: bind.clone() },
            Op::If { then, otherwise, bind } => {
                Op::If { then: at(then), otherwise: at(otherwise), bind: bind.clone() }
            }
            Op::Scan(scan) => Op::Scan(Scan { body: at(&scan.body), ..scan.clone() }),
            Op::While { cond, body, state, bind } => {
                Op::While { cond: at(cond), body: at(body), state: *state, bind: bind.clone() }
            }
            Op::Vjp { func, wrt, bind } => {
                let func = at(func);
                let seeds = float_results(self.func(func));
                let sums = vec![false; wrt.len()];
                let kept = sums.clone();
                let request = Request { func, wrt: wrt.clone(), seeds, sums, kept };
                let func = self.joint(&request).map_err(|e| placed(e, node))?.func;
                Op::Call { func, bind: bind.clone() }
            }
            Op::Jvp { func, wrt, bind } => {
                let func = self.forward(at(func), wrt).map_err(|e| placed(e, node))?.func;
                Op::Call { func, bind: bind.clone() }
            }
            Op::Bounds { func, wrt, bind } => {
                let func = self.enclosed(at(func), wrt, node)?;
                Op::Call { func, bind: bind.clone() }
            }
            Op::Param(_) | Op::Const(_) | Op::Dense(_) | Op::Iota(_) | Op::Map(_) | Op::Proj(_) => {
                node.op.clone()
            }
            Op::Spectral { .. } => node.op.clone(),
            Op::Fold { .. } | Op::ArgFold { .. } | Op::Read { .. } | Op::Scatter { .. } => node.op.clone(),
            Op::Update { .. } | Op::Stack { .. } | Op::Library { .. } => node.op.clone(),
        };
        b.site = node.site;
        Ok(b.node(self.module, op, args))
    }
}

impl Deriver<'_> {
    /// The bounds of a function. What has none is told where they were asked for.
    fn enclosed(&mut self, func: FuncId, wrt: &[bool], node: &Node) -> Result<FuncId, GradError> {
        let before = self.module.funcs.len();
        let found = self.bounds.enclose(self.module, func, wrt);
        self.count_from(before);
        found.map_err(|e| GradError {
            kind: Kind::Bounds(e.site),
            ..GradError::new(node.site, &e.func, e.why)
        })
    }
}

fn mark_callees(module: &Module, id: FuncId, reached: &mut [bool]) {
    let func = &module.funcs[id];
    if let Some(rule) = &func.rule {
        reached[rule.func.index()] = true;
    }
    for node in func.nodes.iter() {
        for callee in callees_of(&node.op) {
            reached[callee.index()] = true;
        }
    }
}

/// Which results have a tangent.
pub(crate) fn float_results(f: &Function) -> Vec<bool> {
    f.results.iter().map(|r| f.ty(r.node).scalar.has_tangent()).collect()
}

/// An error of a node that carries no place belongs to the derivative that asked.
fn placed(e: GradError, node: &Node) -> GradError {
    GradError { site: e.site.or(node.site), ..e }
}
