//! A part of a module: some functions, what they call, and the places that they name.

use dslc_base::Index as _;

use crate::function::{FuncId, Module, SiteId};
use crate::op::Op;
use crate::verify::callees_of;

impl Module {
    /// A module of these functions with what they call and their rules, and what each has become. Order is kept, and the work is
    /// that of the part, but for a mark for each function of the whole.
    pub fn part(&self, roots: &[FuncId]) -> (Module, Vec<FuncId>) {
        let mut reached = vec![false; self.funcs.len()];
        let mut open: Vec<FuncId> = roots.to_vec();
        let mut order = Vec::new();
        while let Some(id) = open.pop() {
            if std::mem::replace(&mut reached[id.index()], true) {
                continue;
            }
            order.push(id);
            let func = &self.funcs[id];
            open.extend(func.rule.iter().map(|r| r.func));
            open.extend(func.nodes.iter().flat_map(|n| callees_of(&n.op)));
        }
        order.sort_unstable();
        let mut sites: Vec<SiteId> =
            order.iter().flat_map(|&id| self.funcs[id].nodes.iter().filter_map(|n| n.site)).collect();
        sites.sort_unstable();
        sites.dedup();
        let place = |of: &[SiteId], s: SiteId| of.binary_search(&s).ok().map(|k| SiteId(k as u32));
        let mut part = Module::default();
        for &s in &sites {
            part.sites.push(self.sites[s].clone());
        }
        let moved = |id: FuncId| FuncId(order.partition_point(|&o| o < id) as u32);
        for &id in &order {
            let mut func = self.funcs[id].clone();
            if let Some(rule) = &mut func.rule {
                rule.func = moved(rule.func);
            }
            for node in func.nodes.iter_mut() {
                node.site = node.site.and_then(|s| place(&sites, s));
                callees_mut(&mut node.op).into_iter().for_each(|callee| *callee = moved(*callee));
            }
            part.funcs.push(func);
        }
        (part, roots.iter().map(|&r| moved(r)).collect())
    }
}

/// The functions that a node calls, to be changed.
fn callees_mut(op: &mut Op) -> Vec<&mut FuncId> {
    match op {
        Op::Call { func, .. }
        | Op::Vjp { func, .. }
        | Op::Jvp { func, .. }
        | Op::Bounds { func, .. }
        | Op::Spectral { func, .. } => {
            vec![func]
        }
        Op::If { then, otherwise, .. } => vec![then, otherwise],
        Op::While { cond, body, .. } => vec![cond, body],
        Op::Scan(scan) => vec![&mut scan.body],
        Op::Param(_)
        | Op::Const(_)
        | Op::Dense(_)
        | Op::Iota(_)
        | Op::Map(_)
        | Op::Fold { .. }
        | Op::ArgFold { .. }
        | Op::Read { .. }
        | Op::Scatter { .. }
        | Op::Update { .. }
        | Op::Stack { .. }
        | Op::Proj(_)
        | Op::Library { .. } => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use crate::parse;
    use crate::print;

    #[test]
    fn a_part_has_what_is_reached_in_order() {
        let whole = "site !0 0 1 2 \"a\"\nsite !1 0 3 4 \"b\"\nsite !2 0 5 6 \"c\"\n\
            fn @0 \"dead\" {\n  %0 = param 0: f64{} order []\n  %1 = map sqrt %0: f64{} !0\n  return %1 []\n}\n\
            fn @1 \"inner\" {\n  %0 = param 0: f64{} order []\n  %1 = map exp %0: f64{} !1\n  return %1 []\n}\n\
            fn @2 \"outer\" {\n  %0 = param 0: f64{} order []\n  %1 = call @1 (%0[]) -> ([]): f64{} !2\n  return %1 []\n}\n";
        let module = parse::module(whole).unwrap();
        let outer = module.funcs.ids().last().unwrap();
        let (part, roots) = module.part(&[outer]);
        assert_eq!(roots, part.funcs.ids().skip(1).collect::<Vec<_>>());
        let expected = "site !0 0 3 4 \"b\"\nsite !1 0 5 6 \"c\"\n\
            fn @0 \"inner\" {\n  %0 = param 0: f64{} order []\n  %1 = map exp %0: f64{} !0\n  return %1 []\n}\n\
            fn @1 \"outer\" {\n  %0 = param 0: f64{} order []\n  %1 = call @0 (%0[]) -> ([]): f64{} !1\n  return %1 []\n}\n";
        assert_eq!(print::module(&part), expected);
    }
}
