//! The best bracketing of a flat product: dynamic programming over subsets of its factors, outside the graph.
//!
//! The cost of a step is the number of points it runs over (as in Lam, Sadayappan and Wenger, 1997). In a row
//! whose multiplication may not be re-bracketed there are two factors at most, and what is left is to fold an axis
//! that only one of them has before the other is multiplied in, where the other may move out of that fold.

use std::collections::BTreeSet;

use super::graph::{FACTORS, Flat, Graph, Name, Ref};

/// The best way for one subset.
#[derive(Clone, Copy, Default)]
struct Way {
    cost: f64,
    left: usize,
}

/// A product whose ways have been compared. There are `3^n` splits to look at, so what they need stands in tables,
/// by subset.
pub(crate) struct Plan {
    factors: Vec<Ref>,
    /// The names in a fixed order; a set of them is a mask.
    names: Vec<Name>,
    /// The extent of each name.
    extents: Vec<f64>,
    /// The names that the factors of a subset have.
    held: Vec<u64>,
    /// The names that the value of a subset has: the others are folded inside.
    needed: Vec<u64>,
    ways: Vec<Way>,
}

/// Compares the ways; none if the product is too large.
pub(crate) fn plan(graph: &Graph, flat: &Flat) -> Option<Plan> {
    let n = flat.kids.len();
    let names: Vec<Name> =
        flat.kids.iter().flat_map(|k| k.names.iter().copied()).collect::<BTreeSet<_>>().into_iter().collect();
    if n == 0 || n > FACTORS || names.len() > 64 || n > 2 && !graph.row.products(graph.mode) {
        return None;
    }
    let mask = |set: &mut dyn Iterator<Item = &Name>| {
        set.fold(0u64, |m, name| m | names.binary_search(name).map_or(0, |k| 1 << k))
    };
    let mut held = vec![0; 1 << n];
    for set in 1..1usize << n {
        let kid = &flat.kids[set.trailing_zeros() as usize];
        held[set] = held[set & (set - 1)] | mask(&mut kid.names.iter());
    }
    let needed = needed(graph, flat, &held, mask(&mut flat.bound.iter()));
    let extents = names.iter().map(|n| graph.points([n])).collect();
    let ways = vec![Way::default(); 1 << n];
    let mut plan = Plan { factors: flat.kids.clone(), names, extents, held, needed, ways };
    for set in 1..1usize << n {
        plan.ways[set] = plan.best(set);
    }
    Some(plan)
}

/// For each subset, the names that its value has.
fn needed(graph: &Graph, flat: &Flat, held: &[u64], bound: u64) -> Vec<u64> {
    let whole = held.len() - 1;
    let guard = graph.row.guard(graph.mode);
    let these = |fit: &dyn Fn(&Ref) -> bool| {
        flat.kids.iter().enumerate().filter(|(_, f)| fit(f)).fold(0, |m, (k, _)| m | 1usize << k)
    };
    // What stays outside moves out of the fold, which it must be fit for.
    let movers = these(&|f| graph.facts(f.id).may_move(guard));
    let stayers = these(&|f| graph.facts(f.id).may_stay(guard));
    let of = |set: usize| {
        let rest = whole & !set;
        let fit = rest & !movers == 0 && set & !stayers == 0;
        if fit || rest == 0 { held[set] & (!bound | held[rest]) } else { held[set] }
    };
    (0..held.len()).map(of).collect()
}

impl Plan {
    pub(crate) fn cost(&self) -> f64 {
        self.ways[self.ways.len() - 1].cost
    }
    fn points(&self, mut mask: u64) -> f64 {
        let mut points = 1.0;
        while mask != 0 {
            points *= self.extents[mask.trailing_zeros() as usize];
            mask &= mask - 1;
        }
        points
    }
    fn best(&self, set: usize) -> Way {
        let needed = self.needed[set];
        if set.is_power_of_two() {
            let held = self.held[set];
            return Way { cost: if needed == held { 0.0 } else { self.points(held) }, left: 0 };
        }
        let result = self.points(needed);
        let mut best = Way { cost: f64::INFINITY, left: 0 };
        // Each split once: the lowest factor goes left.
        let lowest = set & set.wrapping_neg();
        let mut left = (set - 1) & set;
        while left != 0 {
            let right = set & !left;
            let parts = self.ways[left].cost + self.ways[right].cost + result;
            if left & lowest != 0 && parts < best.cost {
                let cost = parts + self.points(self.needed[left] | self.needed[right]);
                if cost < best.cost {
                    best = Way { cost, left };
                }
            }
            left = (left - 1) & set;
        }
        best
    }
    fn set_of(&self, mask: u64) -> BTreeSet<Name> {
        self.names.iter().enumerate().filter(|(k, _)| mask >> k & 1 == 1).map(|(_, &n)| n).collect()
    }
    /// Puts the best way into the graph.
    pub(crate) fn build(&self, graph: &mut Graph, order: Option<&[Name]>) -> Ref {
        self.build_set(graph, self.ways.len() - 1, order)
    }
    fn build_set(&self, graph: &mut Graph, set: usize, order: Option<&[Name]>) -> Ref {
        let needed = self.needed[set];
        if set.is_power_of_two() {
            let factor = self.factors[set.trailing_zeros() as usize].clone();
            let bound = self.set_of(self.held[set] & !needed);
            return if bound.is_empty() && order.is_none() {
                factor
            } else {
                graph.product(&Flat { kids: vec![factor], bound }, order)
            };
        }
        let (left, right) = (self.ways[set].left, set & !self.ways[set].left);
        let over = self.needed[left] | self.needed[right];
        let kids = vec![self.build_set(graph, left, None), self.build_set(graph, right, None)];
        graph.product(&Flat { kids, bound: self.set_of(over & !needed) }, order)
    }
}
