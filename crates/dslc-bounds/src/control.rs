//! Calls, branches and loops: the same, with upper ends beside the lower ones.

use dslc_ir::construct::{call_core, output, param_shapes, params};
use dslc_ir::interval::{Ends, hull};
use dslc_ir::{Binding, Builder, FuncId, Node, NodeId, Output, Scalar, Scan};

use crate::ends::{Enclosed, add, positions, rank};
use crate::error::BoundsError;
use crate::reach::body_boxes;
use crate::walk::Walk;

/// Which arguments are boxes.
fn boxes(args: &[Ends]) -> Vec<bool> {
    args.iter().map(|a| !a.is_point()).collect()
}

/// The arguments and the binding of a call with upper ends after the lower ones, and so its results.
fn with_ends(bind: &Binding, args: &[Ends], differs: &[bool]) -> (Vec<NodeId>, Binding) {
    let mut nodes: Vec<NodeId> = args.iter().map(|a| a.lo).collect();
    let mut bind = bind.clone();
    for k in positions(&boxes(args)) {
        nodes.push(args[k].hi);
        bind.args.push(bind.args[k].clone());
    }
    for k in positions(differs) {
        bind.results.push(bind.results[k].clone());
    }
    (nodes, bind)
}

/// Results `[y.., y_hi..]` as ends.
fn paired(made: &[NodeId], differs: &[bool]) -> Vec<Ends> {
    let n = differs.len();
    let hi = |k: usize| if differs[k] { made[n + rank(differs, k)] } else { made[k] };
    (0..n).map(|k| Ends { lo: made[k], hi: hi(k) }).collect()
}

impl Walk<'_> {
    pub(crate) fn call(
        &mut self,
        func: FuncId,
        bind: &Binding,
        args: &[Ends],
    ) -> Result<Vec<Ends>, BoundsError> {
        let enclosed = self.bounds.function(self.module, func, &boxes(args))?;
        let (nodes, bind) = with_ends(bind, args, &enclosed.differs);
        let made = self.b.call(self.module, enclosed.func, &nodes, bind);
        Ok(paired(&made, &enclosed.differs))
    }

    /// One of two functions. Where the condition is undecided both run, and the results span what they give.
    pub(crate) fn branch(
        &mut self,
        node: &Node,
        (then, otherwise): (FuncId, FuncId),
        bind: &Binding,
        args: &[Ends],
    ) -> Result<Vec<Ends>, BoundsError> {
        let boxed = boxes(&args[1..]);
        let then = self.bounds.function(self.module, then, &boxed)?;
        let otherwise = self.bounds.function(self.module, otherwise, &boxed)?;
        let condition = args[0];
        let open = !condition.is_point();
        let either = |(t, o): (&bool, &bool)| open || *t || *o;
        let differs: Vec<bool> = then.differs.iter().zip(&otherwise.differs).map(either).collect();
        let (first, second) = (self.widened(&then, &differs), self.widened(&otherwise, &differs));
        let mut given = args.to_vec();
        given[0] = Ends::point(condition.lo);
        let (mut nodes, mut bind) = with_ends(bind, &given, &differs);
        if !open {
            let made = self.b.if_(self.module, first, second, &nodes, bind);
            return Ok(paired(&made, &differs));
        }
        let both = self.spanning(first, second, differs.len()).ok_or_else(|| {
            self.none(
                node,
                "a condition that is undecided on the box chooses between values without an order".into(),
            )
        })?;
        let rest = self.undecided(both, second);
        let first = self.passing(first);
        // The branches take whether the condition may hold, and the one that is surely taken passes it over.
        nodes.insert(1, condition.hi);
        bind.args.insert(1, Vec::new());
        let made = self.b.if_(self.module, first, rest, &nodes, bind);
        Ok(paired(&made, &differs))
    }

    /// The function with an upper end for each result that is marked.
    fn widened(&mut self, enclosed: &Enclosed, differs: &[bool]) -> FuncId {
        if enclosed.differs == differs {
            return enclosed.func;
        }
        let f = &self.module.funcs[enclosed.func];
        let n = differs.len();
        let (shapes, name) = (param_shapes(f), f.name.clone());
        let mut b = Builder::new(name);
        let ps = params(&mut b, shapes);
        let made = call_core(&mut b, self.module, enclosed.func, &ps);
        let mut results = made[..n].to_vec();
        for k in positions(differs) {
            let hi = if enclosed.differs[k] { n + rank(&enclosed.differs, k) } else { k };
            results.push(made[hi].clone());
        }
        add(self.module, b.finish(results))
    }

    /// What spans the results of two functions all of whose `n` results have ends; `None` if a type has no order.
    fn spanning(&mut self, one: FuncId, other: FuncId, n: usize) -> Option<FuncId> {
        let shapes = param_shapes(&self.module.funcs[one]);
        let mut b = Builder::new("either");
        let ps = params(&mut b, shapes);
        let left = call_core(&mut b, self.module, one, &ps);
        let right = call_core(&mut b, self.module, other, &ps);
        let aligned = |b: &mut Builder, x: &Output, like: &Output| {
            let pairs: Vec<_> = x.axes.iter().copied().zip(like.axes.iter().copied()).collect();
            b.rename(x.node, &pairs)
        };
        let (mut lows, mut highs) = (Vec::new(), Vec::new());
        for k in 0..n {
            let like = left[k].clone();
            let x = Ends { lo: like.node, hi: aligned(&mut b, &left[n + k], &like) };
            let y = Ends { lo: aligned(&mut b, &right[k], &like), hi: aligned(&mut b, &right[n + k], &like) };
            let ends = hull(&mut b, x, y)?;
            lows.push(output(ends.lo, like.axes.clone()));
            highs.push(output(ends.hi, like.axes));
        }
        lows.extend(highs);
        Some(add(self.module, b.finish(lows)))
    }

    /// `(may, x..)`: both where the condition may hold, else the second.
    fn undecided(&mut self, both: FuncId, second: FuncId) -> FuncId {
        let f = &self.module.funcs[both];
        let (shapes, outs) = (param_shapes(f), dslc_ir::construct::result_shapes(f));
        let mut b = Builder::new("undecided");
        let may = b.param(Scalar::Bool, vec![]);
        let ps = params(&mut b, shapes);
        let nodes: Vec<NodeId> = std::iter::once(may).chain(ps.iter().map(|p| p.node)).collect();
        let results: Vec<_> = outs.iter().map(|s| b.axes(&s.extents)).collect();
        let args = std::iter::once(vec![]).chain(ps.iter().map(|p| p.axes.clone())).collect();
        let bind = Binding { args, results: results.clone() };
        let made = b.if_(self.module, both, second, &nodes, bind);
        let results = made.into_iter().zip(results).map(|(node, axes)| output(node, axes)).collect();
        add(self.module, b.finish(results))
    }

    /// `(may, x..)`: the function of `x..`.
    fn passing(&mut self, func: FuncId) -> FuncId {
        let f = &self.module.funcs[func];
        let (shapes, name) = (param_shapes(f), f.name.clone());
        let mut b = Builder::new(name);
        b.param(Scalar::Bool, vec![]);
        let ps = params(&mut b, shapes);
        let made = call_core(&mut b, self.module, func, &ps);
        add(self.module, b.finish(made))
    }

    pub(crate) fn scan(
        &mut self,
        _node: &Node,
        scan: &Scan,
        args: &[Ends],
    ) -> Result<Vec<Ends>, BoundsError> {
        let given = boxes(args);
        let state = self.bounds.scan_state(self.module, scan, &given);
        let boxed = body_boxes(scan, &given, &state);
        let enclosed = self.bounds.function(self.module, scan.body, &boxed)?;
        let (xs, n) = (scan.xs as usize, scan.state as usize);
        let mut order: Vec<Slot> = (1..=xs).map(Slot::Low).collect();
        order.extend((1..=xs).filter(|&k| boxed[k]).map(Slot::High));
        let new_xs = order.len();
        order.extend((1 + xs..1 + xs + n).map(Slot::Low));
        order.extend(positions(&state).into_iter().map(|k| Slot::High(1 + xs + k)));
        let new_state = order.len() - new_xs;
        order.extend((1 + xs + n..args.len()).map(Slot::Low));
        order.extend((1 + xs + n..args.len()).filter(|&k| boxed[k]).map(Slot::High));
        let mut nodes = vec![args[0].lo];
        let mut bind = Binding { args: vec![vec![]], results: vec![] };
        for slot in &order {
            nodes.push(slot.of(args));
            bind.args.push(scan.bind.args[slot.position()].clone());
        }
        let ys: Vec<bool> = enclosed.differs[n..].to_vec();
        for (marks, first) in [(&state, 0), (&ys, n)] {
            bind.results.extend(scan.bind.results[first..first + marks.len()].iter().cloned());
            bind.results.extend(positions(marks).into_iter().map(|k| scan.bind.results[first + k].clone()));
        }
        let body = self.body(scan.body, &enclosed, &boxed, &order, &state, true);
        let new = Scan { body, xs: new_xs as u32, state: new_state as u32, bind, ..scan.clone() };
        let made = self.b.scan(self.module, new, &nodes);
        let (first, second) = made.split_at(new_state);
        Ok([paired(first, &state), paired(second, &ys)].concat())
    }

    pub(crate) fn repeat(
        &mut self,
        node: &Node,
        (cond, body): (FuncId, FuncId),
        n: usize,
        bind: &Binding,
        args: &[Ends],
    ) -> Result<Vec<Ends>, BoundsError> {
        let mut boxed = boxes(args);
        let state = self.bounds.while_state(self.module, body, n, &boxed);
        boxed[..n].copy_from_slice(&state);
        if self.bounds.reach(self.module, cond, &boxed).contains(&true) {
            let why = "a `while` whose condition depends on values that differ on the box";
            return Err(self.none(node, why.into()));
        }
        let enclosed = self.bounds.function(self.module, body, &boxed)?;
        let mut order: Vec<Slot> = (0..n).map(Slot::Low).collect();
        order.extend(positions(&state).into_iter().map(Slot::High));
        let new_state = order.len();
        order.extend((n..args.len()).map(Slot::Low));
        order.extend((n..args.len()).filter(|&k| boxed[k]).map(Slot::High));
        let nodes: Vec<NodeId> = order.iter().map(|s| s.of(args)).collect();
        let bound = order.iter().map(|s| bind.args[s.position()].clone()).collect();
        let mut new_bind = Binding { args: bound, results: bind.results.clone() };
        new_bind.results.extend(positions(&state).into_iter().map(|k| bind.results[k].clone()));
        let new_cond = self.condition(cond, &order);
        let new_body = self.body(body, &enclosed, &boxed, &order, &state, false);
        let made = self.b.while_(self.module, new_cond, new_body, new_state as u32, &nodes, new_bind);
        Ok(paired(&made, &state))
    }

    /// A loop's body with ends: parameters in the order of `order` (after the index, if there is one), results
    /// `[state.., state_hi.., ys.., ys_hi..]`.
    fn body(
        &mut self,
        body: FuncId,
        enclosed: &Enclosed,
        boxed: &[bool],
        order: &[Slot],
        state: &[bool],
        indexed: bool,
    ) -> FuncId {
        let f = &self.module.funcs[body];
        let (shapes, name) = (param_shapes(f), format!("{}.ends", f.name));
        let mut b = Builder::new(name);
        let index = indexed.then(|| output(b.param(Scalar::I64, vec![]), []));
        let ps = params(&mut b, order.iter().map(|s| shapes[s.position()].clone()));
        let find = |slot: Slot| -> Option<Output> {
            match (&index, slot) {
                (Some(index), Slot::Low(0)) => Some(index.clone()),
                _ => order.iter().position(|s| *s == slot).map(|at| ps[at].clone()),
            }
        };
        let mut given: Vec<Output> = (0..shapes.len()).filter_map(|k| find(Slot::Low(k))).collect();
        given.extend(positions(boxed).into_iter().filter_map(|k| find(Slot::High(k))));
        let made = call_core(&mut b, self.module, enclosed.func, &given);
        let n = enclosed.differs.len();
        let high = |k: usize| {
            let at = if enclosed.differs[k] { n + rank(&enclosed.differs, k) } else { k };
            made[at].clone()
        };
        let s = state.len();
        let mut outs: Vec<Output> = made[..s].to_vec();
        outs.extend(positions(state).into_iter().map(high));
        outs.extend_from_slice(&made[s..n]);
        outs.extend((s..n).filter(|&k| enclosed.differs[k]).map(high));
        add(self.module, b.finish(outs))
    }

    /// A condition that takes upper ends too and passes them over.
    fn condition(&mut self, cond: FuncId, order: &[Slot]) -> FuncId {
        let f = &self.module.funcs[cond];
        let (shapes, name) = (param_shapes(f), format!("{}.ends", f.name));
        let mut b = Builder::new(name);
        let ps = params(&mut b, order.iter().map(|s| shapes[s.position()].clone()));
        let lows = order.iter().zip(&ps).filter(|(s, _)| matches!(s, Slot::Low(_)));
        let lows: Vec<Output> = lows.map(|(_, p)| p.clone()).collect();
        let made = call_core(&mut b, self.module, cond, &lows);
        add(self.module, b.finish(made))
    }
}

/// What a parameter of a loop's new body is: the lower or the upper end of a parameter of the old one.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Slot {
    Low(usize),
    High(usize),
}

impl Slot {
    fn position(self) -> usize {
        match self {
            Slot::Low(k) | Slot::High(k) => k,
        }
    }
    fn of(self, args: &[Ends]) -> NodeId {
        match self {
            Slot::Low(k) => args[k].lo,
            Slot::High(k) => args[k].hi,
        }
    }
}
