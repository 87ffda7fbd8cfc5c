//! Replaces loops and conditions that are decided when compiled.
//!
//! **Takes** any functions. **Gives** functions without `If` on a constant, without `Scan` that runs never or
//! once, and without positions along axes of one element. **Needs** nothing. **Breaks** nothing.
//!
//! ```text
//! %3 = if true @1 @2 (%1)          becomes   the body of @1
//! %3 = scan 0 @1 state (%1)        becomes   %1
//! %3 = scan 1 @1 xs (%1) ...       becomes   the body of @1 with index 0 and the slices read %1['t -> 0]
//! ```

use dslc_base::Index as _;
use dslc_ir::{AxisId, Bits, Builder, Extent, FuncId, Index, Module, Node, NodeId, Op, Scan};

use crate::inline::{live_nodes, splice};
use crate::rebuild::{FuncMap, Subst, each_function};
use crate::tapes::can_splice;

/// Replaces what is decided when compiled.
pub fn unroll(module: &mut Module, roots: &mut [FuncId]) {
    each_function(module, roots, |out, func, map| {
        let mut b = Builder::new(func.name.clone());
        let mut s = Subst::new(func);
        s.copy_params(&mut b);
        let same = FuncMap::identity(out);
        let live = live_nodes(func);
        for (id, node) in func.nodes.iter_enumerated().filter(|(id, _)| live[id.index()]) {
            if let Some(results) = decided(&mut b, out, &mut s, map, &same, node) {
                s.set_results(id, results.into_iter().map(Some).collect());
            } else {
                s.copy(&mut b, out, map, id);
            }
        }
        let results = s.outputs(&mut b);
        b.finish(results)
    });
}

fn decided(
    b: &mut Builder,
    out: &Module,
    s: &mut Subst,
    map: &FuncMap,
    same: &FuncMap,
    node: &Node,
) -> Option<Vec<NodeId>> {
    match &node.op {
        Op::If { .. } => {
            let args = s.get_all(&node.args);
            let chosen = b.as_const(args[0]).and_then(Bits::as_bool)?;
            let Op::If { then, otherwise, bind } = s.op(b, map, node) else { return None };
            let func = &out.funcs[if chosen { then } else { otherwise }];
            let fits = can_splice(b, func, &args[1..], &bind.args[1..]);
            fits.then(|| splice(b, out, func, same, &args[1..], &bind.args[1..], &bind.results))
        }
        Op::Scan(_) => {
            let args = s.get_all(&node.args);
            let trips = b.as_const(args[0]).and_then(Bits::as_i64)?;
            if trips > 1 {
                return None;
            }
            let Op::Scan(scan) = s.op(b, map, node) else { return None };
            if trips == 1 { once(b, out, same, &scan, &args) } else { Some(never(b, out, &scan, &args)) }
        }
        Op::Iota(axis) => (s.src.axes[*axis] == Extent::Static(1)).then(|| vec![b.int(0)]),
        _ => None,
    }
}

/// A loop that does not run gives its initial state; its outputs have no elements, so any value will do.
fn never(b: &mut Builder, out: &Module, scan: &Scan, args: &[NodeId]) -> Vec<NodeId> {
    let (xs, state) = (scan.xs as usize, scan.state as usize);
    let body = &out.funcs[scan.body];
    b.site = None;
    (0..scan.bind.results.len())
        .map(|k| {
            if k >= state {
                let scalar = body.result_shape(k).scalar;
                return b.number(scalar, 0.0);
            }
            let arg = 1 + xs + k;
            b.rename(args[arg], &pairs(&scan.bind.args[arg], &scan.bind.results[k]))
        })
        .collect()
}

/// A loop that runs once is its body at index 0. Its outputs are constant along the scanned axis, which has one
/// element.
fn once(b: &mut Builder, out: &Module, same: &FuncMap, scan: &Scan, args: &[NodeId]) -> Option<Vec<NodeId>> {
    b.site = None;
    let mut inputs = vec![b.int(0)];
    for (k, &arg) in args.iter().enumerate().skip(1) {
        let sliced = scan.axis.filter(|&a| k <= scan.xs as usize && b.ty(arg).has(a));
        inputs.push(match sliced {
            Some(axis) if b.func().axes[axis] == Extent::Dynamic => return None,
            Some(axis) => b.read(arg, vec![(axis, Index::constant(0))], &[], None),
            None => arg,
        });
    }
    let body = &out.funcs[scan.body];
    let fits = can_splice(b, body, &inputs, &scan.bind.args);
    fits.then(|| splice(b, out, body, same, &inputs, &scan.bind.args, &scan.bind.results))
}

fn pairs(from: &[AxisId], to: &[AxisId]) -> Vec<(AxisId, AxisId)> {
    from.iter().copied().zip(to.iter().copied()).collect()
}
