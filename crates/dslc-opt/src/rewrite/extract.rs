//! Chooses one node for each class: never anything dearer than the program as written.
//!
//! The cost sees sharing: a class that is used twice is paid once. Choosing class by class does not see it and can
//! break what the source shares, so there are two starts, the input and that choice, each followed by a local
//! search on the cost of the whole. The input itself is the third candidate, so nothing gets worse.

use std::collections::{BTreeMap, BTreeSet};

use egg::{Id, Language};

use super::graph::Graph;
use super::term::Term;

/// A node for each class.
pub(crate) type Choice = BTreeMap<Id, Term>;

/// How many nodes the local search may look at.
const LOOKS: usize = 60_000;

/// The points that a node runs over by itself.
fn own(term: &Term) -> f64 {
    let points = |dims: &[u64]| dims.iter().map(|&n| n as f64).product::<f64>();
    match term {
        Term::Leaf(_) | Term::Num(_) => 0.0,
        Term::Product(s, kids) if kids.len() == 1 && s.outs == s.dims.len() => 1.0,
        Term::Product(s, kids) => {
            points(&s.dims) * (kids.len().max(2) - 1) as f64 + points(&s.dims[..s.outs])
        }
        Term::Sum(s, kids) => points(&s.dims) * (kids.len().max(2) - 1) as f64,
    }
}

/// The cost of what the roots need; none if a choice uses itself.
pub(crate) fn total(choice: &Choice, roots: &[Id], looks: &mut usize) -> Option<f64> {
    let (mut done, mut open) = (BTreeSet::new(), BTreeSet::new());
    let mut stack: Vec<(Id, bool)> = roots.iter().map(|&r| (r, false)).collect();
    let mut sum = 0.0;
    while let Some((id, leave)) = stack.pop() {
        if leave {
            open.remove(&id);
            done.insert(id);
            continue;
        }
        if done.contains(&id) {
            continue;
        }
        *looks = looks.saturating_sub(1);
        let term = choice.get(&id)?;
        if !open.insert(id) {
            return None;
        }
        sum += own(term);
        stack.push((id, true));
        for &kid in term.children() {
            if open.contains(&kid) {
                return None;
            }
            stack.push((kid, false));
        }
    }
    Some(sum)
}

/// The cheapest node of each class, as if nothing were shared. Every cost is positive, so it has no cycle.
fn greedy(graph: &Graph) -> Choice {
    let mut ids: Vec<Id> = graph.egraph.classes().map(|c| c.id).collect();
    ids.sort();
    let mut best: BTreeMap<Id, (f64, Term)> = BTreeMap::new();
    loop {
        let mut changed = false;
        for &id in &ids {
            for term in &graph.egraph[id].nodes {
                let kids = term.children().iter().map(|&k| best.get(&graph.egraph.find(k)).map(|b| b.0));
                let Some(kids) = kids.sum::<Option<f64>>() else { continue };
                let cost = own(term) + kids;
                if best.get(&id).is_none_or(|b| cost < b.0) {
                    best.insert(id, (cost, canonical(graph, term)));
                    changed = true;
                }
            }
        }
        if !changed {
            return best.into_iter().map(|(id, (_, term))| (id, term)).collect();
        }
    }
}

/// A term with the present names of its children.
pub(crate) fn canonical(graph: &Graph, term: &Term) -> Term {
    term.clone().map_children(|id| graph.egraph.find(id))
}

/// What is reachable, in order.
fn live(choice: &Choice, roots: &[Id]) -> BTreeSet<Id> {
    let mut seen = BTreeSet::new();
    let mut stack = roots.to_vec();
    while let Some(id) = stack.pop() {
        if seen.insert(id) {
            stack.extend(choice[&id].children());
        }
    }
    seen
}

/// Changes one class at a time as long as the whole gets cheaper.
fn search(
    graph: &Graph,
    mut choice: Choice,
    mut cost: f64,
    roots: &[Id],
    looks: &mut usize,
) -> (Choice, f64) {
    loop {
        let before = cost;
        for id in live(&choice, roots) {
            for term in &graph.egraph[id].nodes {
                if *looks == 0 {
                    return (choice, cost);
                }
                let term = canonical(graph, term);
                let old = choice.insert(id, term);
                match (total(&choice, roots, looks), old) {
                    (Some(now), _) if now < cost => cost = now,
                    (_, Some(old)) => {
                        choice.insert(id, old);
                    }
                    (_, None) => {}
                }
            }
        }
        if cost >= before {
            return (choice, cost);
        }
    }
}

/// What the input costs and the best choice that was found, with its cost. None if the input has no cost: two of
/// its nodes have become one in a way that would need a cycle.
pub(crate) fn extract(graph: &Graph, input: &Choice, roots: &[Id]) -> Option<(f64, Choice, f64)> {
    let mut looks = LOOKS;
    let cheap = greedy(graph);
    let mut from_input = cheap.clone();
    from_input.extend(input.iter().map(|(id, term)| (*id, term.clone())));
    let written = total(&from_input, roots, &mut looks)?;
    let mut best = search(graph, from_input, written, roots, &mut looks);
    if let Some(cost) = total(&cheap, roots, &mut looks) {
        looks = looks.max(LOOKS / 2);
        let other = search(graph, cheap, cost, roots, &mut looks);
        if other.1 < best.1 {
            best = other;
        }
    }
    Some((written, best.0, best.1))
}
