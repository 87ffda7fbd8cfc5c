//! What is remembered, so that nothing is enclosed twice, and the function that is asked for.

use std::collections::HashMap;
use std::rc::Rc;

use dslc_ir::construct::{call_core, output, param_shapes, params, prune};
use dslc_ir::prims::logic;
use dslc_ir::{Builder, FuncId, Function, Module, NodeId, Output};

use crate::error::BoundsError;

/// Tables of what has been enclosed in one module. All keys are ids of functions without derivatives and bounds in them.
#[derive(Debug, Default)]
pub struct Bounds {
    pub(crate) reached: HashMap<(FuncId, Vec<bool>), Rc<Vec<bool>>>,
    pub(crate) enclosed: HashMap<(FuncId, Vec<bool>), Rc<Enclosed>>,
    whole: HashMap<(FuncId, Vec<bool>), FuncId>,
}

/// A function on a box.
#[derive(Debug)]
pub(crate) struct Enclosed {
    /// `(x.., x_hi..) -> (y.., y_hi..)`, with an upper end for each parameter that is a box and for each result that
    /// differs. The other one is the lower end, or the value.
    pub(crate) func: FuncId,
    /// For each result: whether it differs on the box.
    pub(crate) differs: Vec<bool>,
}

/// The places of the marks.
pub(crate) fn positions(marks: &[bool]) -> Vec<usize> {
    marks.iter().enumerate().filter(|(_, m)| **m).map(|(k, _)| k).collect()
}

/// How many of the marks before `k` are set: which upper end, counted among the upper ends, belongs to `k`.
pub(crate) fn rank(marks: &[bool], k: usize) -> usize {
    marks[..k].iter().filter(|m| **m).count()
}

/// Appends a function without its dead nodes.
pub(crate) fn add(module: &mut Module, f: Function) -> FuncId {
    let f = prune(module, &f);
    module.funcs.push(f)
}

impl Bounds {
    /// The function `(x.., x_hi..) -> (y_lo.., y_hi..)`, with an upper end for each parameter marked in `wrt` and both
    /// ends of each result.
    ///
    /// # Errors
    ///
    /// If a result needs what has no bounds. The module may then hold functions that nothing calls.
    pub fn enclose(
        &mut self,
        module: &mut Module,
        func: FuncId,
        wrt: &[bool],
    ) -> Result<FuncId, BoundsError> {
        let key = (func, wrt.to_vec());
        if let Some(&found) = self.whole.get(&key) {
            return Ok(found);
        }
        let enclosed = self.function(module, func, wrt)?;
        let shapes = param_shapes(&module.funcs[func]);
        let mut b = Builder::new(format!("{}.bounds", module.funcs[func].name));
        let mut given = params(&mut b, shapes.iter().cloned());
        given.extend(params(&mut b, positions(wrt).into_iter().map(|k| shapes[k].clone())));
        let made = call_core(&mut b, module, enclosed.func, &given);
        let n = enclosed.differs.len();
        let (mut lows, mut highs) = (Vec::new(), Vec::new());
        for (k, low) in made[..n].iter().enumerate() {
            if !enclosed.differs[k] {
                lows.push(low.clone());
                highs.push(low.clone());
                continue;
            }
            let high = &made[n + rank(&enclosed.differs, k)];
            let pairs: Vec<_> = high.axes.iter().copied().zip(low.axes.iter().copied()).collect();
            let high = b.rename(high.node, &pairs);
            let (lo, hi) = shown(&mut b, low.node, high);
            lows.push(output(lo, low.axes.clone()));
            highs.push(output(hi, low.axes.clone()));
        }
        let results: Vec<Output> = lows.into_iter().chain(highs).collect();
        let whole = add(module, b.finish(results));
        self.whole.insert(key, whole);
        Ok(whole)
    }
}

/// Ends as they are given away: minus and plus infinity where they say nothing.
fn shown(b: &mut Builder, lo: NodeId, hi: NodeId) -> (NodeId, NodeId) {
    if !b.scalar_of(lo).is_float() {
        return (lo, hi);
    }
    let (least, most) = (b.like(lo, f64::NEG_INFINITY), b.like(hi, f64::INFINITY));
    let says = b.map(&logic::LE, &[lo, hi]);
    (b.select(says, lo, least), b.select(says, hi, most))
}
