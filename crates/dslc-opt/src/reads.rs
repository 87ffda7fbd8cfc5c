//! Simplifies reads and writes at known positions.
//!
//! **Takes** any functions. **Gives** functions in which reads of reads are one read, positions that are
//! constants or affine in an axis are part of the index map and not data, a fill that is never reached is gone,
//! and reads of stacks, constants and updates at known positions are the element, and a diagonal of something computed is
//! computed on the diagonal. A value that is only renamed
//! before a loop takes it or a function gives it is named there instead. **Needs** nothing. **Breaks** nothing.
//!
//! ```text
//! %2 = read %1['0 -> 'a + 1]                    %3 = read %1['0 -> 2*'b + 1]
//! %3 = read %2['a -> 2*'b]                  becomes
//!
//! %2 = add (iota 'a) 1                          %3 = read %1['0 -> 'a + 1]
//! %3 = read %1['0 -> data 0] (%2)           becomes      where 'a + 1 is inside for all 'a
//!
//! %2 = update %1['0 -> 3] := %v                 %v
//! %3 = read %2['0 -> 3]                     becomes
//! ```

use dslc_base::Index as _;
use dslc_ir::{Builder, FuncId, Function, Module, Node, NodeId, Op};

use crate::inline::live_nodes;
use crate::rebuild::{FuncMap, Subst, each_function, make};

mod affine;
mod bindings;
mod compose;
mod known;
mod narrow;
mod scattered;

/// Simplifies reads and writes.
pub fn reads(module: &mut Module, roots: &mut [FuncId]) {
    each_function(module, roots, |out, func, map| rebuild(out, func, map));
}

fn rebuild(out: &Module, func: &Function, map: &FuncMap) -> Function {
    let mut b = Builder::new(func.name.clone());
    let mut s = Subst::new(func);
    s.copy_params(&mut b);
    let live = live_nodes(func);
    for (id, node) in func.nodes.iter_enumerated().filter(|(id, _)| live[id.index()]) {
        let simpler = match node.op {
            Op::Read { .. } | Op::Update { .. } | Op::Scatter { .. } | Op::Stack { .. } => {
                let args = s.get_all(&node.args);
                let op = s.op(&mut b, map, node);
                b.site = node.site;
                Some(simplify(&mut b, out, op, &args))
            }
            Op::If { .. } | Op::Scan(_) | Op::While { .. } | Op::Library { .. } => {
                let args = s.get_all(&node.args);
                let op = s.op(&mut b, map, node);
                b.site = node.site;
                bindings::look_through(&b, &op, &args).map(|(op, args)| b.node(out, op, &args))
            }
            _ => None,
        };
        match simpler {
            Some(new) => s.set(id, new),
            None => s.copy(&mut b, out, map, id),
        }
    }
    let mut results = s.outputs(&mut b);
    for result in &mut results {
        bindings::name_result(b.func(), result);
    }
    b.finish(results)
}

/// Applies the laws until none applies. Each makes the chain of reads shorter or the index simpler, so this ends.
fn simplify(b: &mut Builder, out: &Module, op: Op, args: &[NodeId]) -> NodeId {
    let mut node = make(b, out, op, args);
    loop {
        let Node { op, args, site, .. } = b.func().nodes[node].clone();
        b.site = site;
        let next = affine::absorb(b, &op, &args)
            .or_else(|| known::element(b, &op, &args))
            .or_else(|| compose::compose(b, &op, &args))
            .or_else(|| scattered::scattered(b, &op, &args))
            .or_else(|| narrow::narrow(b, out, &op, &args));
        match next {
            Some(next) if next != node => node = next,
            _ => return node,
        }
    }
}
