//! Computes what is larger than anything that goes in or comes out strip by strip, so that it is never there as a whole.
//!
//! **Takes** a function in which sums, maps and renamings make something large out of small things, and small things out of
//! it again, as attention makes scores. **Gives** a loop over strips of one axis that all of them share; a strip of the
//! large values is made and used in each round. **Needs** nothing. **Breaks** nothing: no fold runs over the axis that is
//! cut, so each keeps its terms and their order, and what can fail is left alone.
//!
//! ```text
//! %2 = sum over '2 of %0{'0, '2} * %1{'1, '2}                 larger than %0 and %1 together
//! %3 = sum over '1 of exp(%2) * %1
//! becomes
//! %4 = read %0 at '0 = 8 's + 'r
//! %5 = scan over 's: (%4's slice, %1) -> the same with 'r for '0
//! %6 = update zeros at '0 = 8 's + 'r with %5
//! ```
//!
//! Blocking of one loop that all statements share is old; that it suits attention is from Dao and others, FlashAttention,
//! 2022. Here it is done only where every fold stays whole, so that all bits stay.

mod find;

use std::collections::HashMap;

use dslc_base::Index as _;
use dslc_ir::verify::callees_of;
use dslc_ir::{AxisId, Binding, Builder, Extent, FuncId, Function, Index, Module, Op, Output, Scalar, Scan};

use crate::fails::Fails;
use crate::inline::live_nodes;
use crate::rebuild::{FuncMap, Subst, each_function, spread};
use crate::relabel::relabel;
use crate::strips::find::{Found, find, source};

/// How many times a function is looked at: each time one more group of nodes goes into a loop.
const ROUNDS: usize = 8;

/// What is this small, in elements, stays whole: it lies in the nearest cache.
pub const SMALL: u64 = 1 << 10;

/// Cuts into strips what has more elements than `above`, or than all parameters and results of its function together and
/// than [`SMALL`].
pub fn strips(module: &mut Module, roots: &mut [FuncId], above: Option<u64>) {
    let mut fails = Fails::default();
    each_function(module, roots, |out, func, map| {
        let mut func = same(func, map);
        for _ in 0..ROUNDS {
            // With the bodies of the loops that were made here.
            fails.extend(out);
            let Some(found) = find(&func, &fails, above) else { break };
            func = cut(out, &func, &found);
        }
        func
    });
}

/// The same function, with callees where they went.
fn same(func: &Function, map: &FuncMap) -> Function {
    let mut func = func.clone();
    for node in func.nodes.iter_mut().filter(|n| !callees_of(&n.op).is_empty()) {
        node.op = relabel(&node.op, &mut |axis| axis, &|callee| map.get(callee));
    }
    func
}

/// The function with a loop in place of what was found.
fn cut(out: &mut Module, func: &Function, found: &Found) -> Function {
    let map = FuncMap::identity(out);
    let mut b = Builder::new(func.name.clone());
    let mut s = Subst::new(func);
    s.copy_params(&mut b);
    let last = found.inputs.iter().map(|(n, _)| n.index()).max().unwrap_or(0);
    let mut waiting = Vec::new();
    let live = live_nodes(func);
    for id in func.nodes.ids() {
        let inside = found.members.contains_key(&id) || !live[id.index()];
        if !inside && found.after[id.index()] && id.index() <= last {
            waiting.push(id);
        } else if !inside {
            s.copy(&mut b, out, &map, id);
        }
        if id.index() == last {
            put_loop(&mut b, out, &mut s, found);
            waiting.drain(..).for_each(|id| s.copy(&mut b, out, &map, id));
        }
    }
    let results = s.outputs(&mut b);
    b.finish(results)
}

/// Makes the loop, and what its results are as a whole.
fn put_loop(b: &mut Builder, out: &mut Module, s: &mut Subst, found: &Found) {
    let (over, row) =
        (b.axis(Extent::Static(found.extent / found.width)), b.axis(Extent::Static(found.width)));
    let place = |row: AxisId| {
        let mut terms = vec![(over, found.width as i64), (row, 1)];
        terms.sort_unstable();
        Index { terms, ..Index::default() }
    };
    let mut args = vec![b.int((found.extent / found.width) as i64)];
    let mut bound = vec![Vec::new()];
    for &(node, cut) in &found.inputs {
        let axes = s.src.ty(node).axes.clone();
        let whole = s.get(node);
        let Some(cut) = cut else {
            args.push(whole);
            bound.push(s.axes(b, &axes));
            continue;
        };
        let axis = s.axis(b, cut);
        let whole = spread(b, whole, axis);
        args.push(b.read(whole, vec![(axis, place(row))], &[], None));
        bound.push(axes.iter().map(|&a| if a == cut { row } else { s.axis(b, a) }).collect());
    }
    let body = body(out, s.src, found);
    let mut results = Vec::new();
    for &id in &found.outputs {
        let cut = found.members[&id];
        results.push(s.src.ty(id).axes.iter().map(|&a| if a == cut { row } else { s.axis(b, a) }).collect());
    }
    let scan = Scan {
        body: out.funcs.push(body),
        xs: found.inputs.iter().filter(|(_, cut)| cut.is_some()).count() as u32,
        state: 0,
        axis: Some(over),
        reverse: false,
        bind: Binding { args: bound, results },
    };
    let strips = b.scan(out, scan, &args);
    for (&id, strip) in found.outputs.iter().zip(strips) {
        let ty = s.src.ty(id).clone();
        let zero = b.number(ty.scalar, 0.0);
        let empty = ty.axes.iter().fold(zero, |x, &a| {
            let axis = s.axis(b, a);
            spread(b, x, axis)
        });
        let axis = s.axis(b, found.members[&id]);
        let whole = b.update(empty, strip, vec![(axis, place(row))], vec![over, row], &[]);
        s.set(id, whole);
    }
}

/// What is done for each strip.
fn body(out: &Module, func: &Function, found: &Found) -> Function {
    let mut b = Builder::new("strip");
    let mut s = Subst::new(func);
    for &axis in &found.cut {
        let row = b.axis(Extent::Static(found.width));
        s.set_axis(axis, row);
    }
    b.param(Scalar::I64, Vec::new());
    let mut params = HashMap::new();
    for &(node, cut) in &found.inputs {
        let axes = s.axes(&mut b, &func.ty(node).axes);
        params.insert((node, cut), b.param(func.ty(node).scalar, axes));
    }
    let map = FuncMap::identity(out);
    for (&id, &axis) in &found.members {
        for &arg in &func.nodes[id].args {
            if found.members.contains_key(&arg) {
                continue;
            }
            match func.nodes[arg].op {
                Op::Const(bits) => s.set(arg, b.constant(bits)),
                _ => s.set(arg, params[&(arg, source(func, id, arg, axis).flatten())]),
            }
        }
        s.copy(&mut b, out, &map, id);
    }
    let mut results = Vec::new();
    for &id in &found.outputs {
        let axes = s.axes(&mut b, &func.ty(id).axes);
        results.push(Output { node: s.get(id), axes });
    }
    b.finish(results)
}
