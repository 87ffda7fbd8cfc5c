//! The reverse rules of operators without callees.

use dslc_base::Index as _;
use dslc_ir::{AxisId, Function, Index, Monoid, Node, NodeId, Op, PrimRef};

use crate::build::{drop_where, has_tangent, keep_where, spread};
use crate::composed::composed;
use crate::error::GradError;
use crate::folds::{others, shares, winner};
use crate::index::{add_elements, inside, read_or_zero, running, transpose_read};
use crate::kinks::after;
use crate::partials::{Motion, motion, route, times};
use crate::reverse::Reverse;
use crate::writes::{distinct, last_writer};

impl Reverse<'_, '_> {
    /// `x_bar = fold sum (y_bar * partial)` over the axes that the argument lacks.
    pub(crate) fn map_back(
        &mut self,
        id: NodeId,
        node: &Node,
        prim: PrimRef,
        bar: NodeId,
    ) -> Result<(), GradError> {
        let args = self.args(node);
        let y = self.outs[id.index()][0];
        let axes = node.ty().axes.to_vec();
        if let Some((x, partial)) = composed(&self.f, node) {
            let partial = partial(&mut self.b, self.outs[x.index()][0]);
            let part = self.b.mul(bar, partial);
            self.give(x, part, &axes);
            return Ok(());
        }
        match motion(&mut self.b, prim, &args, y) {
            Motion::None => {}
            Motion::Undefined(why) => return Err(GradError::new(node.site, &self.f.name, why)),
            Motion::Cast(back) => {
                let bar = self.b.map(back, &[bar]);
                self.give(node.args[0], bar, &axes);
            }
            Motion::Partials(partials, singular) => {
                for (&arg, partial) in node.args.iter().zip(partials) {
                    if self.wants(arg) {
                        let part = times(&mut self.b, bar, partial, singular);
                        self.give(arg, part, &axes);
                    }
                }
            }
            Motion::Choice(first, (one, two)) => {
                // A side that is taken for certain would make the cotangent vanish unseen.
                let first = self.seen.map_or(first, |seen| after(&mut self.b, seen, first));
                let (bar_one, bar_two) = route(&mut self.b, first, bar);
                self.give(node.args[one], bar_one, &axes);
                self.give(node.args[two], bar_two, &axes);
            }
        }
        Ok(())
    }

    /// A sum hands on; a product multiplies by the others; a selection goes to its winner.
    pub(crate) fn fold_back(
        &mut self,
        id: NodeId,
        node: &Node,
        monoid: Monoid,
        axes: &[AxisId],
        bar: NodeId,
    ) {
        let x = self.outs[node.args[0].index()][0];
        let y = self.outs[id.index()][0];
        let bar = match monoid {
            Monoid::Sum => Some(bar),
            Monoid::Prod => {
                let x = spread(&mut self.b, x, axes);
                let rest = others(self.d, &mut self.b, x, axes);
                Some(rest.map_or(bar, |rest| self.b.mul(bar, rest)))
            }
            Monoid::Max | Monoid::Min | Monoid::MaxPlus | Monoid::MinPlus => {
                winner(&mut self.b, monoid, x, y, axes).map(|won| won.only(&mut self.b, bar))
            }
            Monoid::LogSum => {
                let shares = shares(&mut self.b, x, y);
                Some(times(&mut self.b, bar, shares, true))
            }
            // Nothing that has a tangent is folded so.
            Monoid::Any | Monoid::All | Monoid::CountSum | Monoid::CountProd => None,
        };
        if let Some(bar) = bar {
            // Axes that the argument lacks count as often as they are long, but for a selection, whose winner
            // stands at their start.
            let lacking: &[AxisId] = if monoid.is_selective() { &[] } else { axes };
            self.give(node.args[0], bar, lacking);
        }
    }

    /// `x_bar[index(out)] += y_bar[out]`; the fill gets what was read outside.
    pub(crate) fn read_back(&mut self, node: &Node, index: &[(AxisId, Index)], fill: bool, bar: NodeId) {
        let args = self.args(node);
        let axes = node.ty().axes.to_vec();
        let data = &args[1..args.len() - usize::from(fill)];
        if self.wants(node.args[0]) {
            let (arg, index) =
                if fill { (node.args[0], index.to_vec()) } else { through(&self.f, node, index) };
            let x = self.f.ty(arg).clone();
            let passes = |a: AxisId| x.has(a) && index.iter().all(|(i, _)| *i != a);
            let over: Vec<AxisId> = axes.iter().copied().filter(|&a| !passes(a)).collect();
            let old = self.bars[arg.index()][0].filter(|_| !fill);
            let added = old.and_then(|old| add_elements(&mut self.b, old, bar, &index, data, &over));
            match added {
                Some(sum) => self.bars[arg.index()][0] = Some(sum),
                None => {
                    let x_bar = transpose_read(&mut self.b, bar, &index, data, &over);
                    self.add_bar(arg, x_bar);
                }
            }
        }
        if fill
            && self.wants(node.args[args.len() - 1])
            && let Some(within) = inside(&mut self.b, index, data)
        {
            let outside = drop_where(&mut self.b, within, bar);
            self.give(node.args[args.len() - 1], outside, &axes);
        }
    }

    /// `v_bar = y_bar[index]`, zero where the position was dropped.
    pub(crate) fn scatter_back(
        &mut self,
        node: &Node,
        index: &[(AxisId, Index)],
        over: &[AxisId],
        bar: NodeId,
    ) {
        let data = self.args(node)[1..].to_vec();
        let v_bar = read_or_zero(&mut self.b, bar, index, &data);
        let mut axes = node.ty().axes.to_vec();
        axes.retain(|a| index.iter().all(|(i, _)| i != a));
        axes.extend_from_slice(over);
        self.give(node.args[0], v_bar, &axes);
    }

    /// `x_bar` is `y_bar` with zeros written; `v_bar` is `y_bar` read where each write was the last.
    pub(crate) fn update_back(
        &mut self,
        node: &Node,
        index: &[(AxisId, Index)],
        over: &[AxisId],
        bar: NodeId,
    ) {
        let args = self.args(node);
        let data = &args[2..];
        let axes = node.ty().axes.to_vec();
        let indexed: Vec<AxisId> = index.iter().map(|(a, _)| *a).collect();
        if self.wants(node.args[0]) {
            let nothing = self.b.like(bar, 0.0);
            let x_bar = match running(&self.b, nothing, index, over, data) {
                Some(over) => {
                    let whole = spread(&mut self.b, bar, &indexed);
                    self.b.update(whole, nothing, index.to_vec(), over, data)
                }
                None => bar,
            };
            self.give(node.args[0], x_bar, &axes);
        }
        if self.wants(node.args[1]) {
            let mut v_bar = read_or_zero(&mut self.b, bar, index, data);
            if !distinct(&self.b, index, over, data)
                && let Some(last) = last_writer(&mut self.b, index, over, data)
            {
                v_bar = keep_where(&mut self.b, last, v_bar);
            }
            let mut from: Vec<AxisId> = axes.iter().copied().filter(|a| !indexed.contains(a)).collect();
            from.extend_from_slice(over);
            self.give(node.args[1], v_bar, &from);
        }
    }

    /// Each argument reads its place.
    pub(crate) fn stack_back(&mut self, node: &Node, axis: AxisId, bar: NodeId) {
        let axes: Vec<AxisId> = node.ty().axes.iter().copied().filter(|&a| a != axis).collect();
        for (k, &arg) in node.args.iter().enumerate() {
            if self.wants(arg) && has_tangent(self.f.ty(arg)) {
                let bar = read_or_zero(&mut self.b, bar, &[(axis, Index::constant(k as i64))], &[]);
                self.give(arg, bar, &axes);
            }
        }
    }
}

/// What a read reads if its argument only renames axes: the value under its own names, so that its cotangent so far is at
/// hand.
fn through(f: &Function, node: &Node, index: &[(AxisId, Index)]) -> (NodeId, Vec<(AxisId, Index)>) {
    let (mut arg, mut index) = (node.args[0], index.to_vec());
    while let Node { op: Op::Read { index: inner, fill: false }, args, .. } = &f.nodes[arg]
        && let [x] = args[..]
        && inner.iter().all(|(_, i)| i.as_axis().is_some())
        && f.ty(arg).axes.len() == f.ty(x).axes.len()
    {
        let mut composed: Vec<(AxisId, Index)> = Vec::new();
        for (axis, i) in inner {
            let named = i.as_axis().unwrap_or(*axis);
            let at = index.iter().position(|(a, _)| *a == named);
            composed.push((*axis, at.map_or(i.clone(), |at| index.swap_remove(at).1)));
        }
        composed.append(&mut index);
        composed.sort_by_key(|(a, _)| *a);
        (arg, index) = (x, composed);
    }
    (arg, index)
}
