//! The graph with constructors that take names and put terms into their normal form.

use std::collections::{BTreeMap, BTreeSet};

use dslc_ir::{Bits, Scalar};
use egg::{EGraph, Id};

use super::facts::Facts;
use super::rows::{Mode, Row};
use super::term::{Known, Shape, Term};

/// A name of an axis, local to the term at hand.
pub(crate) type Name = u32;

/// A class, and the name at which each of its slots is read.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Ref {
    pub(crate) id: Id,
    pub(crate) names: Vec<Name>,
}

/// A product as a rule sees it: factors, and the names that are folded.
#[derive(Clone, Debug)]
pub(crate) struct Flat {
    pub(crate) kids: Vec<Ref>,
    pub(crate) bound: BTreeSet<Name>,
}

/// How many factors a flat product may have: its bracketing looks at every subset.
pub(crate) const FACTORS: usize = 8;
/// How many terms a flat sum may have.
pub(crate) const TERMS: usize = 64;

/// The graph of one piece, in one row.
pub(crate) struct Graph {
    pub(crate) egraph: EGraph<Term, Known>,
    pub(crate) row: Row,
    pub(crate) mode: Mode,
    pub(crate) scalar: Scalar,
    /// The extent of each name in use.
    pub(crate) extents: BTreeMap<Name, u64>,
    next: Name,
}

impl Graph {
    pub(crate) fn new(row: Row, mode: Mode, scalar: Scalar, next: Name) -> Self {
        let egraph = EGraph::new(Known { row, scalar, leaves: vec![] });
        Self { egraph, row, mode, scalar, extents: BTreeMap::new(), next }
    }
    /// A name that is used nowhere.
    pub(crate) fn fresh(&mut self, extent: u64) -> Name {
        self.next += 1;
        self.extents.insert(self.next, extent);
        self.next
    }
    pub(crate) fn facts(&self, id: Id) -> Facts {
        self.egraph[id].data.facts
    }
    /// The number of points of these names.
    pub(crate) fn points<'a>(&self, names: impl IntoIterator<Item = &'a Name>) -> f64 {
        names.into_iter().map(|n| self.extents[n] as f64).product()
    }
    pub(crate) fn leaf(&mut self, dims: Vec<u64>, facts: Facts, names: Vec<Name>) -> Ref {
        self.egraph.analysis.leaves.push((dims, facts));
        let id = self.egraph.add(Term::Leaf(self.egraph.analysis.leaves.len() - 1));
        Ref { id, names }
    }
    pub(crate) fn number(&mut self, bits: Bits) -> Ref {
        Ref { id: self.egraph.add(Term::Num(bits.bits)), names: vec![] }
    }
    /// The constant that a class is, if it is one.
    pub(crate) fn constant(&self, id: Id) -> Option<f64> {
        self.egraph[id].nodes.iter().find_map(|t| match t {
            Term::Num(bits) => Some(Bits { scalar: self.scalar, bits: *bits }.as_f64()),
            _ => None,
        })
    }

    /// The fold over `bound` of a product, with its factors as they are. Its slots stand in the order of `order`,
    /// or in that in which they first occur.
    pub(crate) fn product(&mut self, flat: &Flat, order: Option<&[Name]>) -> Ref {
        let mut kids = flat.kids.clone();
        kids.sort();
        let used: BTreeSet<Name> = kids.iter().flat_map(|k| k.names.iter().copied()).collect();
        if !self.row.idempotent {
            for name in flat.bound.difference(&used) {
                let copies = Bits::number(self.scalar, self.extents[name] as f64);
                kids.push(self.number(copies));
            }
        }
        self.join_constants(&mut kids);
        let bound: BTreeSet<Name> = flat.bound.intersection(&used).copied().collect();
        if let ([one], true) = (kids.as_slice(), bound.is_empty()) {
            let distinct = one.names.iter().collect::<BTreeSet<_>>().len() == one.names.len();
            if distinct && order.is_none_or(|o| o == one.names) {
                return one.clone();
            }
        }
        kids.sort();
        let outs = outs_of(&kids, &bound, order);
        let (shape, ids) = self.close(&kids, &outs, &bound);
        Ref { id: self.egraph.add(Term::Product(shape, ids)), names: outs }
    }
    /// Constant factors become one, where brackets may move; a factor 1 of the ring goes.
    fn join_constants(&mut self, kids: &mut Vec<Ref>) {
        if self.row.mul != "mul" || !self.row.products(self.mode) {
            return;
        }
        let constants: Vec<f64> = kids.iter().filter_map(|k| self.constant(k.id)).collect();
        let product: f64 = constants.iter().product();
        if constants.is_empty() || constants.len() == 1 && product != 1.0 {
            return;
        }
        kids.retain(|k| self.constant(k.id).is_none());
        if product != 1.0 || kids.is_empty() {
            kids.push(self.number(Bits::number(self.scalar, product)));
        }
    }
    /// The sum of terms, point by point.
    pub(crate) fn sum(&mut self, terms: &[Ref], order: Option<&[Name]>) -> Ref {
        let mut kids = terms.to_vec();
        kids.sort();
        if self.row.idempotent {
            kids.dedup();
        }
        let distinct = |r: &Ref| r.names.iter().collect::<BTreeSet<_>>().len() == r.names.len();
        if let [one] = kids.as_slice()
            && distinct(one)
            && order.is_none_or(|o| o == one.names)
        {
            return one.clone();
        }
        let outs = outs_of(&kids, &BTreeSet::new(), order);
        let (shape, ids) = self.close(&kids, &outs, &BTreeSet::new());
        Ref { id: self.egraph.add(Term::Sum(shape, ids)), names: outs }
    }
    /// Numbers the axes: first the outs, then the bound ones as they occur.
    fn close(&self, kids: &[Ref], outs: &[Name], bound: &BTreeSet<Name>) -> (Shape, Vec<Id>) {
        let mut axes = outs.to_vec();
        for name in kids.iter().flat_map(|k| &k.names) {
            if bound.contains(name) && !axes.contains(name) {
                axes.push(*name);
            }
        }
        let place = |n: &Name| axes.iter().position(|a| a == n).unwrap_or_default() as u8;
        let mut numbered: Vec<(Id, Vec<u8>)> =
            kids.iter().map(|k| (self.egraph.find(k.id), k.names.iter().map(place).collect())).collect();
        numbered.sort();
        let dims = axes.iter().map(|n| self.extents[n]).collect();
        let (ids, maps) = numbered.into_iter().unzip();
        (Shape { dims, outs: outs.len(), maps }, ids)
    }

    /// The children of a node of a class that is read at `names`, with fresh names for what it folds.
    pub(crate) fn open(&mut self, shape: &Shape, kids: &[Id], names: &[Name]) -> Flat {
        let mut axes = names.to_vec();
        for &extent in &shape.dims[shape.outs..] {
            axes.push(self.fresh(extent));
        }
        let read = |(id, map): (&Id, &Vec<u8>)| Ref {
            id: *id,
            names: map.iter().map(|&a| axes[a as usize]).collect(),
        };
        let kids = kids.iter().zip(&shape.maps).map(read).collect();
        Flat { kids, bound: axes[shape.outs..].iter().copied().collect() }
    }
    /// Says that two terms are equal. Their slots may stand in different orders.
    pub(crate) fn unite(&mut self, one: &Ref, other: &Ref) {
        let set = |r: &Ref| r.names.iter().copied().collect::<BTreeSet<_>>();
        if set(one) != set(other) || set(one).len() != one.names.len() {
            return;
        }
        if one.names == other.names {
            self.egraph.union(one.id, other.id);
            return;
        }
        let flat = Flat { kids: vec![other.clone()], bound: BTreeSet::new() };
        let view = self.product(&flat, Some(&one.names));
        self.egraph.union(one.id, view.id);
    }
}

/// The names that are not bound, in a given order or as they first occur.
fn outs_of(kids: &[Ref], bound: &BTreeSet<Name>, order: Option<&[Name]>) -> Vec<Name> {
    let mut outs = Vec::new();
    for name in order.unwrap_or_default().iter().chain(kids.iter().flat_map(|k| &k.names)) {
        let used = order.is_none() || kids.iter().any(|k| k.names.contains(name));
        if used && !bound.contains(name) && !outs.contains(name) {
            outs.push(*name);
        }
    }
    outs
}
