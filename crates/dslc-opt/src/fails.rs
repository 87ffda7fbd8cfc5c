//! Which nodes can stop the program, so that they must not run where they did not run before.

use dslc_base::Index as _;
use dslc_ir::verify::{callees_of, can_fail};
use dslc_ir::{FuncId, Function, Module, NodeId, Op};

/// Whether each function of a module can fail, or may not end.
#[derive(Clone, Debug, Default)]
pub struct Fails {
    funcs: Vec<bool>,
}

impl Fails {
    /// Works it out for the functions that were added since the last time, callees first.
    pub fn extend(&mut self, module: &Module) {
        for id in module.funcs.ids().skip(self.funcs.len()) {
            let func = &module.funcs[id];
            let fails = func.nodes.ids().any(|n| self.node(func, n));
            self.funcs.push(fails);
        }
    }
    /// Whether a function can fail.
    pub fn func(&self, id: FuncId) -> bool {
        self.funcs[id.index()]
    }
    /// Whether a node can fail, given good arguments, in itself or in a function that it runs.
    pub fn node(&self, func: &Function, id: NodeId) -> bool {
        let node = &func.nodes[id];
        // A `while` may not end, which is worse than failing.
        matches!(node.op, Op::While { .. })
            || can_fail(func, node)
            || callees_of(&node.op).into_iter().any(|f| self.func(f))
    }
}
