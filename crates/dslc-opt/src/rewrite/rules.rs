//! The three rules, generic in the row, and the driver that applies them until nothing is new.
//!
//! ```text
//! flatten   Fold_J(f * Fold_K g)       = Fold_JK(f * g)
//! expand    Fold_J(f * (s + t))        = Fold_J(f * s) + Fold_J(f * t)       if that is cheaper
//! factor    Fold_J(g * s) + Fold_J(g * t) = Fold_K(g * (Fold s + Fold t))    if that is cheaper
//! ```

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use egg::{Id, Language};

use super::brackets::plan;
use super::extract::canonical;
use super::facts::Facts;
use super::graph::{FACTORS, Flat, Graph, Name, Ref, TERMS};
use super::term::{Shape, Term};

/// How much the stage may do. It counts and never looks at a clock, so the same program gives the same code.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Budget {
    /// Nodes of the graph.
    pub nodes: usize,
    /// Matches of a rule.
    pub matches: usize,
}

const ROUNDS: usize = 6;
/// How many groups of terms with a common factor are tried in one sum.
const GROUPS: usize = 3;

/// Applies the rules to the graph; what they use is taken from the budget.
pub(crate) fn saturate(graph: &mut Graph, budget: &mut Budget) {
    let mut news = News::default();
    for _ in 0..ROUNDS {
        let before = graph.egraph.total_size();
        news.round(graph);
        for id in ids(graph) {
            if budget.matches == 0 || graph.egraph.total_size() > budget.nodes {
                graph.egraph.rebuild();
                return;
            }
            step(graph, id, &mut news, budget);
        }
        graph.egraph.rebuild();
        if graph.egraph.total_size() == before {
            return;
        }
    }
}

/// What has changed since a node was looked at. A rule sees a node, the nodes of its children and those of theirs;
/// where all of these are as they were it finds what it found.
#[derive(Default)]
struct News {
    /// The terms that were looked at, in the class that they were in.
    seen: HashSet<(Id, Term)>,
    /// What each class was when the round began.
    sizes: HashMap<Id, (usize, Facts)>,
    /// The classes that changed in the round before.
    changed: HashSet<Id>,
}

impl News {
    fn round(&mut self, graph: &Graph) {
        let now: HashMap<Id, (usize, Facts)> =
            graph.egraph.classes().map(|c| (c.id, (c.nodes.len(), c.data.facts))).collect();
        self.changed = now.keys().filter(|id| self.sizes.get(id) != now.get(id)).copied().collect();
        self.sizes = now;
    }
    /// Whether a term has to be looked at; from now on it was.
    fn take(&mut self, graph: &Graph, id: Id, term: &Term) -> bool {
        let new = |id: &Id| self.changed.contains(&graph.egraph.find(*id));
        let below = |id: &Id| new(id) || graph.egraph[*id].nodes.iter().any(|t| t.children().iter().any(new));
        let changed = term.children().iter().any(below);
        self.seen.insert((id, canonical(graph, term))) || changed
    }
}

fn ids(graph: &Graph) -> Vec<Id> {
    let mut ids: Vec<Id> = graph.egraph.classes().map(|c| c.id).collect();
    ids.sort();
    ids
}

fn step(graph: &mut Graph, id: Id, news: &mut News, budget: &mut Budget) {
    let id = graph.egraph.find(id);
    let dims = graph.egraph[id].data.dims.clone();
    let names: Vec<Name> = dims.iter().map(|&n| graph.fresh(n)).collect();
    let class = Ref { id, names };
    for term in graph.egraph[id].nodes.clone() {
        if !news.take(graph, id, &term) {
            continue;
        }
        budget.matches = budget.matches.saturating_sub(1);
        match term {
            Term::Product(shape, kids) => {
                let open = graph.open(&shape, &kids, &class.names);
                let flat = flattened(graph, &open);
                let whole = graph.product(&flat, Some(&class.names));
                graph.unite(&class, &whole);
                bracket(graph, &class, &flat);
                expand(graph, &class, &flat);
            }
            Term::Sum(shape, kids) => {
                let terms = graph.open(&shape, &kids, &class.names).kids;
                let flat = flat_sum(graph, &terms);
                if flat != terms {
                    let whole = graph.sum(&flat, Some(&class.names));
                    graph.unite(&class, &whole);
                }
                factor(graph, &class, &flat);
            }
            Term::Leaf(_) | Term::Num(_) => {}
        }
    }
}

fn bracket(graph: &mut Graph, class: &Ref, flat: &Flat) {
    if let Some(plan) = plan(graph, flat) {
        let best = plan.build(graph, Some(&class.names));
        graph.unite(class, &best);
    }
}

/// The node of a class that is a product with the most factors.
fn widest(graph: &Graph, id: Id) -> Option<(Shape, Vec<Id>)> {
    let products = graph.egraph[id].nodes.iter().filter_map(|t| match t {
        Term::Product(shape, kids) => Some((shape, kids)),
        _ => None,
    });
    products.max_by_key(|(_, kids)| kids.len()).map(|(s, k)| (s.clone(), k.clone()))
}

/// The product with those of its factors that are products put in their places, as far as there is room.
pub(crate) fn flattened(graph: &mut Graph, flat: &Flat) -> Flat {
    let mut out = Flat { kids: vec![], bound: flat.bound.clone() };
    let single = flat.kids.len() == 1;
    for (k, kid) in flat.kids.iter().enumerate() {
        let left = flat.kids.len() - k - 1;
        let inner = widest(graph, kid.id).filter(|(shape, kids)| {
            let room = out.kids.len() + kids.len() + left <= FACTORS;
            let folds = shape.dims.len() > shape.outs;
            // A fold of a fold and a fold of a product move no bracket of the multiplication.
            let selects = graph.row.idempotent || graph.row.sums(graph.mode);
            let view = kids.len() == 1 && !folds;
            room && (view
                || (single && selects)
                || graph.row.products(graph.mode) && (!folds || moves(graph, flat, kid)))
        });
        match inner {
            Some((shape, kids)) => {
                let inner = graph.open(&shape, &kids, &kid.names);
                out.kids.extend(inner.kids);
                out.bound.extend(inner.bound);
            }
            None => out.kids.push(kid.clone()),
        }
    }
    out
}

/// Whether the factors beside `kid` may move into its fold.
fn moves(graph: &Graph, flat: &Flat, kid: &Ref) -> bool {
    let guard = graph.row.guard(graph.mode);
    let mut others = flat.kids.iter().filter(|k| *k != kid);
    graph.facts(kid.id).may_stay(guard) && others.all(|k| graph.facts(k.id).may_move(guard))
}

/// The terms of a sum with those that are sums put in their places.
fn flat_sum(graph: &mut Graph, terms: &[Ref]) -> Vec<Ref> {
    if !graph.row.sums(graph.mode) {
        return terms.to_vec();
    }
    let mut out = Vec::new();
    for (k, term) in terms.iter().enumerate() {
        match sum_of(graph, term) {
            Some(inner) if out.len() + inner.len() + terms.len() - k - 1 <= TERMS => out.extend(inner),
            _ => out.push(term.clone()),
        }
    }
    out
}

/// The terms of a class that is a sum, most of them.
fn sum_of(graph: &mut Graph, class: &Ref) -> Option<Vec<Ref>> {
    let sums = graph.egraph[class.id].nodes.iter().filter_map(|t| match t {
        Term::Sum(shape, kids) => Some((shape, kids)),
        _ => None,
    });
    let (shape, kids) = sums.max_by_key(|(_, kids)| kids.len()).map(|(s, k)| (s.clone(), k.clone()))?;
    Some(graph.open(&shape, &kids, &class.names).kids)
}

/// A term of a sum as a flat product.
fn flat_term(graph: &mut Graph, term: &Ref) -> Flat {
    flattened(graph, &Flat { kids: vec![term.clone()], bound: BTreeSet::new() })
}

/// What a product costs by its best bracketing.
fn cost(graph: &Graph, flat: &Flat) -> Option<f64> {
    plan(graph, flat).map(|p| p.cost())
}

/// Whether a term enters its sum with a minus: then expanding could cancel.
fn negative(graph: &Graph, flat: &Flat) -> bool {
    flat.kids.iter().any(|k| graph.constant(k.id).is_some_and(|x| x.is_sign_negative()))
}

fn expand(graph: &mut Graph, class: &Ref, flat: &Flat) {
    if !graph.row.products(graph.mode) {
        return;
    }
    let sums: Vec<(usize, Vec<Ref>)> =
        (0..flat.kids.len()).filter_map(|k| Some((k, sum_of(graph, &flat.kids[k])?))).collect();
    // Two sums multiplied out cancel where one by one they would not.
    if flat.kids.len() < 2 && flat.bound.is_empty() || !graph.row.idempotent && sums.len() != 1 {
        return;
    }
    let Some((k, terms)) = sums.into_iter().next() else { return };
    let guard = graph.row.guard(graph.mode);
    if !flat.kids.iter().all(|f| graph.facts(f.id).may_move(guard) && graph.facts(f.id).may_stay(guard)) {
        return;
    }
    let points = graph.points(&flat.kids[k].names);
    let Some(mut before) = cost(graph, flat) else { return };
    before += points * (terms.len() - 1) as f64;
    let mut after = graph.points(&class.names) * (terms.len() - 1) as f64;
    let mut parts = Vec::new();
    for term in &terms {
        let alone = flat_term(graph, term);
        if !graph.row.idempotent && negative(graph, &alone) {
            return;
        }
        before += cost(graph, &alone).unwrap_or(0.0);
        let mut kids: Vec<Ref> = flat.kids.clone();
        kids.remove(k);
        kids.push(term.clone());
        let part = flattened(graph, &Flat { kids, bound: flat.bound.clone() });
        let Some(dear) = cost(graph, &part) else { return };
        after += dear;
        parts.push(part);
    }
    if after < before {
        let terms: Vec<Ref> = parts.iter().map(|p| graph.product(p, None)).collect();
        let sum = graph.sum(&terms, Some(&class.names));
        graph.unite(class, &sum);
    }
}

/// Where a factor stands in a term: its class, and for each slot the out that it is read at, if it is none of the
/// folded ones.
type Place = (Id, Vec<Option<Name>>);

fn factor(graph: &mut Graph, class: &Ref, terms: &[Ref]) {
    if !graph.row.products(graph.mode) && !graph.row.idempotent {
        return;
    }
    let flats: Vec<Flat> = terms.iter().map(|t| flat_term(graph, t)).collect();
    let mut groups: BTreeMap<Place, Vec<(usize, usize)>> = BTreeMap::new();
    for (t, flat) in flats.iter().enumerate().filter(|(_, f)| f.kids.len() > 1) {
        for (k, kid) in flat.kids.iter().enumerate() {
            let outs = kid.names.iter().map(|n| (!flat.bound.contains(n)).then_some(*n)).collect();
            let group = groups.entry((graph.egraph.find(kid.id), outs)).or_default();
            if graph.constant(kid.id).is_none() && group.last().is_none_or(|last| last.0 != t) {
                group.push((t, k));
            }
        }
    }
    let mut groups: Vec<_> = groups.into_iter().filter(|(_, g)| g.len() > 1).collect();
    groups.sort_by_key(|(_, g)| std::cmp::Reverse(g.len()));
    for ((id, outs), group) in groups.into_iter().take(GROUPS) {
        take_out(graph, class, (terms, &flats), (id, &outs), &group);
    }
}

/// The sum with one factor taken out of a group of its terms.
fn take_out(
    graph: &mut Graph,
    class: &Ref,
    (terms, flats): (&[Ref], &[Flat]),
    (id, outs): (Id, &[Option<Name>]),
    group: &[(usize, usize)],
) {
    let guard = graph.row.guard(graph.mode);
    if !graph.facts(id).may_move(guard) {
        return;
    }
    let dims = graph.egraph[id].data.dims.clone();
    let names: Vec<Name> =
        outs.iter().zip(&dims).map(|(o, &n)| o.unwrap_or_else(|| graph.fresh(n))).collect();
    let bound: BTreeSet<Name> =
        names.iter().zip(outs).filter(|(_, o)| o.is_none()).map(|(&n, _)| n).collect();
    let (mut before, mut after) = (0.0, 0.0);
    let mut inner = Vec::new();
    for &(t, k) in group {
        let Some((rest, dear)) = remainder(graph, &flats[t], k, &names, outs) else { return };
        before += cost(graph, &flats[t]).unwrap_or(f64::INFINITY);
        after += dear;
        inner.push(graph.product(&rest, None));
    }
    let joined = graph.sum(&inner, None);
    let more = (group.len() - 1) as f64;
    before += graph.points(&class.names) * more;
    after += graph.points(&joined.names) * more;
    let whole = Flat { kids: vec![Ref { id, names }, joined], bound };
    match cost(graph, &whole) {
        Some(dear) if after + dear < before => {}
        _ => return,
    }
    let mut left: Vec<Ref> =
        (0..terms.len()).filter(|t| group.iter().all(|(g, _)| g != t)).map(|t| terms[t].clone()).collect();
    left.push(graph.product(&whole, None));
    let sum = graph.sum(&left, Some(&class.names));
    graph.unite(class, &sum);
}

/// A term without its factor `k`, whose folded names become those of the factor outside, and what it costs. None
/// where the factor reads one axis twice.
fn remainder(
    graph: &Graph,
    flat: &Flat,
    k: usize,
    names: &[Name],
    outs: &[Option<Name>],
) -> Option<(Flat, f64)> {
    let mut to: BTreeMap<Name, Name> = BTreeMap::new();
    for ((old, new), out) in flat.kids[k].names.iter().zip(names).zip(outs) {
        if out.is_none() && to.insert(*old, *new).is_some() {
            return None;
        }
    }
    let guard = graph.row.guard(graph.mode);
    let renamed = |n: &Name| to.get(n).copied().unwrap_or(*n);
    let kids: Vec<Ref> = (0..flat.kids.len())
        .filter(|&j| j != k)
        .map(|j| Ref { id: flat.kids[j].id, names: flat.kids[j].names.iter().map(renamed).collect() })
        .collect();
    let fit = kids.iter().all(|f| graph.facts(f.id).may_stay(guard));
    let bound = flat.bound.iter().filter(|n| !to.contains_key(n)).copied().collect();
    let rest = Flat { kids, bound };
    let dear = cost(graph, &rest)?;
    fit.then_some((rest, dear))
}
