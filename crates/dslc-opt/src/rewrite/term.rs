//! What stands in the graph: flat contractions whose axes have no names.
//!
//! A node numbers its axes; the first `outs` of them are the slots of its class, the others are folded. `maps[k][s]`
//! is the axis that slot `s` of child `k` is read at. So terms that differ in the names of bound axes are one
//! term, a matrix and its transpose are one class read in two ways, and nothing can be captured.

use dslc_ir::Scalar;
use egg::{Analysis, DidMerge, EGraph, Id, Language};

use super::facts::Facts;
use super::rows::Row;

/// The axes of a node and how its children read them.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) struct Shape {
    /// The extents.
    pub(crate) dims: Vec<u64>,
    /// How many of them the result has.
    pub(crate) outs: usize,
    /// For each child: at which axis each of its slots is read.
    pub(crate) maps: Vec<Vec<u8>>,
}

/// A node of the graph.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) enum Term {
    /// A value that the stage does not look into; a position in [`Known::leaves`].
    Leaf(usize),
    /// A constant.
    Num(u64),
    /// The fold, over what is not an out, of the product of the children.
    Product(Shape, Vec<Id>),
    /// The sum of the children, point by point.
    Sum(Shape, Vec<Id>),
}

impl Language for Term {
    type Discriminant = std::mem::Discriminant<Term>;

    fn discriminant(&self) -> Self::Discriminant {
        std::mem::discriminant(self)
    }
    fn matches(&self, other: &Self) -> bool {
        match (self, other) {
            (Term::Leaf(a), Term::Leaf(b)) => a == b,
            (Term::Num(a), Term::Num(b)) => a == b,
            (Term::Product(a, x), Term::Product(b, y)) | (Term::Sum(a, x), Term::Sum(b, y)) => {
                a == b && x.len() == y.len()
            }
            _ => false,
        }
    }
    fn children(&self) -> &[Id] {
        match self {
            Term::Leaf(_) | Term::Num(_) => &[],
            Term::Product(_, kids) | Term::Sum(_, kids) => kids,
        }
    }
    fn children_mut(&mut self) -> &mut [Id] {
        match self {
            Term::Leaf(_) | Term::Num(_) => &mut [],
            Term::Product(_, kids) | Term::Sum(_, kids) => kids,
        }
    }
}

/// What the graph knows beside its nodes.
pub(crate) struct Known {
    pub(crate) row: Row,
    pub(crate) scalar: Scalar,
    /// The extents and facts of each leaf.
    pub(crate) leaves: Vec<(Vec<u64>, Facts)>,
}

/// What is known of a class.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Data {
    /// The extent of each slot.
    pub(crate) dims: Vec<u64>,
    pub(crate) facts: Facts,
}

impl Analysis<Term> for Known {
    type Data = Data;

    fn make(graph: &mut EGraph<Term, Self>, term: &Term, _: Id) -> Data {
        let kids =
            |kids: &[Id]| kids.iter().map(|&k| graph[k].data.facts).reduce(Facts::both).unwrap_or_default();
        match term {
            Term::Leaf(k) => {
                let (dims, facts) = graph.analysis.leaves[*k].clone();
                Data { dims, facts }
            }
            Term::Num(bits) => {
                let bits = dslc_ir::Bits { scalar: graph.analysis.scalar, bits: *bits };
                Data { dims: vec![], facts: Facts::of(bits) }
            }
            Term::Product(shape, args) => {
                let dims = shape.dims[..shape.outs].to_vec();
                let all = kids(args);
                // Sums and products of floats can overflow or vanish; what selects gives what went in.
                let gives = args.len() == 1 && graph.analysis.row.idempotent
                    || matches!(graph.analysis.row.mul, "max" | "min" | "and" | "or");
                let view = args.len() == 1 && shape.dims.len() == shape.outs;
                let signed = graph.analysis.row.mul != "and";
                let facts = if gives || view {
                    all
                } else {
                    Facts { positive: signed && all.positive, ..Facts::NONE }
                };
                Data { dims, facts }
            }
            Term::Sum(shape, args) => {
                let all = kids(args);
                let facts = if graph.analysis.row.idempotent {
                    all
                } else {
                    Facts { positive: all.positive, ..Facts::NONE }
                };
                Data { dims: shape.dims.clone(), facts }
            }
        }
    }
    fn merge(&mut self, to: &mut Data, from: Data) -> DidMerge {
        debug_assert_eq!(to.dims, from.dims, "equal terms have equal shapes");
        let joined = to.facts.joined(from.facts);
        let changed = DidMerge(joined != to.facts, joined != from.facts);
        to.facts = joined;
        changed
    }
}
