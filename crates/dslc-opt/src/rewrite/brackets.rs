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

/// A product whose ways have been compared.
pub(crate) struct Plan {
    factors: Vec<Ref>,
    /// The names in a fixed order; a set of them is a mask.
    names: Vec<Name>,
    bound: u64,
    of: Vec<u64>,
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
    let of: Vec<u64> = flat.kids.iter().map(|k| mask(&mut k.names.iter())).collect();
    let bound = mask(&mut flat.bound.iter());
    let mut plan = Plan { factors: flat.kids.clone(), names, bound, of, ways: vec![Way::default(); 1 << n] };
    for set in 1..1usize << n {
        plan.ways[set] = plan.best(graph, set);
    }
    Some(plan)
}

impl Plan {
    pub(crate) fn cost(&self) -> f64 {
        self.ways[self.ways.len() - 1].cost
    }
    fn points(&self, graph: &Graph, mask: u64) -> f64 {
        graph.points(self.names.iter().enumerate().filter(|(k, _)| mask >> k & 1 == 1).map(|(_, n)| n))
    }
    /// The names that factors of a set have.
    fn held(&self, set: usize) -> u64 {
        (0..self.of.len()).filter(|k| set >> k & 1 == 1).fold(0, |m, k| m | self.of[k])
    }
    /// The names that the value of a set has: the others are folded inside.
    fn needed(&self, graph: &Graph, set: usize) -> u64 {
        let rest = self.held(self.ways.len() - 1 & !set);
        let keeps = self.held(set) & (!self.bound | rest);
        // What stays outside moves out of the fold, which it must be fit for.
        let guard = graph.row.guard(graph.mode);
        let outside = (0..self.of.len()).filter(|k| set >> k & 1 == 0);
        let inside = (0..self.of.len()).filter(|k| set >> k & 1 == 1);
        let fit = outside.fold(true, |f, k| f && graph.facts(self.factors[k].id).may_move(guard))
            && inside.fold(true, |f, k| f && graph.facts(self.factors[k].id).may_stay(guard));
        if fit || set + 1 == self.ways.len() { keeps } else { self.held(set) }
    }
    fn best(&self, graph: &Graph, set: usize) -> Way {
        let needed = self.needed(graph, set);
        if set.is_power_of_two() {
            let held = self.held(set);
            return Way { cost: if needed == held { 0.0 } else { self.points(graph, held) }, left: 0 };
        }
        let mut best = Way { cost: f64::INFINITY, left: 0 };
        // Each split once: the lowest factor goes left.
        let lowest = set & set.wrapping_neg();
        let mut left = set - 1 & set;
        while left != 0 {
            if left & lowest != 0 {
                let right = set & !left;
                let over = self.needed(graph, left) | self.needed(graph, right);
                let cost = self.ways[left].cost
                    + self.ways[right].cost
                    + self.points(graph, over)
                    + self.points(graph, needed);
                if cost < best.cost {
                    best = Way { cost, left };
                }
            }
            left = left - 1 & set;
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
        let needed = self.needed(graph, set);
        if set.is_power_of_two() {
            let factor = self.factors[set.trailing_zeros() as usize].clone();
            let bound = self.set_of(self.held(set) & !needed);
            return if bound.is_empty() && order.is_none() {
                factor
            } else {
                graph.product(&Flat { kids: vec![factor], bound }, order)
            };
        }
        let (left, right) = (self.ways[set].left, set & !self.ways[set].left);
        let over = self.needed(graph, left) | self.needed(graph, right);
        let kids = vec![self.build_set(graph, left, None), self.build_set(graph, right, None)];
        graph.product(&Flat { kids, bound: self.set_of(over & !needed) }, order)
    }
}
