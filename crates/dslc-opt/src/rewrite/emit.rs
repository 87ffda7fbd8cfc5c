//! From a choice of the graph back to nodes of a function.

use std::collections::{BTreeMap, BTreeSet};

use dslc_ir::{AxisId, Builder, Extent, Monoid, NodeId, prims};
use egg::Id;

use super::extract::Choice;
use super::graph::Graph;
use super::term::{Shape, Term};
use crate::rebuild::Subst;

/// A value and the axis that each slot of its class stands at.
type Value = (NodeId, Vec<AxisId>);

/// Builds the classes that are asked for, each once.
pub(crate) struct Emit<'a> {
    pub(crate) graph: &'a Graph,
    pub(crate) choice: &'a Choice,
    pub(crate) leaves: &'a [NodeId],
    /// The monoid of the folds that are made.
    pub(crate) add: Monoid,
    pub(crate) made: BTreeMap<Id, Value>,
}

impl Emit<'_> {
    /// The value of a class with its slots at these axes.
    pub(crate) fn at(&mut self, b: &mut Builder, s: &mut Subst, id: Id, axes: &[AxisId]) -> NodeId {
        let (node, own) = self.value(b, s, id, Some(axes));
        rename(b, node, &own, axes)
    }

    fn value(&mut self, b: &mut Builder, s: &mut Subst, id: Id, wish: Option<&[AxisId]>) -> Value {
        let id = self.graph.egraph.find(id);
        if let Some(made) = self.made.get(&id) {
            return made.clone();
        }
        let choice = self.choice;
        let value = match &choice[&id] {
            Term::Num(bits) => (b.constant(dslc_ir::Bits { scalar: self.graph.scalar, bits: *bits }), vec![]),
            Term::Leaf(k) => {
                let from = self.leaves[*k];
                let axes = s.src.ty(from).axes.clone();
                (s.get(from), s.axes(b, &axes))
            }
            Term::Product(shape, kids) => {
                let (args, axes) = self.args(b, s, shape, kids, wish);
                let mul = prims::by_name(self.graph.row.mul).expect("rows name primitives").0;
                let product = args.iter().copied().reduce(|x, y| b.map(mul, &[x, y])).expect("a factor");
                (b.fold(self.add, product, &axes[shape.outs..]), axes[..shape.outs].to_vec())
            }
            Term::Sum(shape, kids) => {
                let (args, axes) = self.args(b, s, shape, kids, wish);
                (self.sum(b, &args), axes)
            }
        };
        self.made.insert(id, value.clone());
        value
    }
    /// The sum of values, with differences where one is a negative.
    fn sum(&self, b: &mut Builder, args: &[NodeId]) -> NodeId {
        let minus = |b: &Builder, n: NodeId| match &b.func().nodes[n] {
            dslc_ir::Node { op: dslc_ir::Op::Map(p), args, .. } if p.0.name == "neg" => Some(args[0]),
            _ => None,
        };
        let add = self.add.combine().0;
        let first = args.iter().position(|&n| minus(b, n).is_none()).unwrap_or(0);
        let mut sum = args[first];
        for (k, &n) in args.iter().enumerate().filter(|(k, _)| *k != first) {
            debug_assert_ne!(k, first);
            sum = match minus(b, n).filter(|_| self.add == Monoid::Sum) {
                Some(x) => b.sub(sum, x),
                None => b.map(add, &[sum, n]),
            };
        }
        sum
    }
    /// The children at the axes of a node: those wished for, else those that a child has already.
    fn args(
        &mut self,
        b: &mut Builder,
        s: &mut Subst,
        shape: &Shape,
        kids: &[Id],
        wish: Option<&[AxisId]>,
    ) -> (Vec<NodeId>, Vec<AxisId>) {
        let values: Vec<Value> = kids.iter().map(|&k| self.value(b, s, k, None)).collect();
        let mut axes: Vec<Option<AxisId>> = vec![None; shape.dims.len()];
        if let Some(wish) = wish {
            wish.iter().enumerate().for_each(|(k, &a)| axes[k] = Some(a));
        }
        let mut used: BTreeSet<AxisId> = axes.iter().flatten().copied().collect();
        for ((_, own), map) in values.iter().zip(&shape.maps) {
            for (&axis, &d) in own.iter().zip(map) {
                if axes[d as usize].is_none() && used.insert(axis) {
                    axes[d as usize] = Some(axis);
                }
            }
        }
        let axes: Vec<AxisId> = axes
            .into_iter()
            .zip(&shape.dims)
            .map(|(axis, &n)| axis.unwrap_or_else(|| b.axis(Extent::Static(n))))
            .collect();
        let read = |((node, own), map): (&Value, &Vec<u8>)| {
            let to: Vec<AxisId> = map.iter().map(|&d| axes[d as usize]).collect();
            rename(b, *node, own, &to)
        };
        let args = values.iter().zip(&shape.maps).map(read).collect();
        (args, axes)
    }
}

fn rename(b: &mut Builder, node: NodeId, from: &[AxisId], to: &[AxisId]) -> NodeId {
    let pairs: Vec<(AxisId, AxisId)> =
        from.iter().copied().zip(to.iter().copied()).filter(|(f, t)| f != t).collect();
    b.rename(node, &pairs)
}
