//! Chooses one node for each class: never anything dearer than the program as written.
//!
//! The cost sees sharing: a class that is used twice is paid once. Choosing class by class does not see it and can
//! break what the source shares, so there are two starts, the input and that choice, each followed by a local
//! search on the cost of the whole. The input itself is the third candidate, so nothing gets worse.
//!
//! Classes are numbered without gaps, and a way counts the uses of each class that it needs: taking another node
//! changes the counts below that class only.

use std::collections::BTreeMap;

use egg::{Id, Language};

use super::graph::Graph;
use super::term::Term;

/// A node for each class.
pub(crate) type Choice = BTreeMap<Id, Term>;

/// How many uses the local search may count anew.
const LOOKS: usize = 60_000;

/// The points that a node runs over by itself.
fn own(graph: &Graph, term: &Term) -> f64 {
    let points = |dims: &[u64]| dims.iter().map(|&n| n as f64).product::<f64>();
    match term {
        Term::Leaf(_) | Term::Num(_) => 0.0,
        Term::Product(s, kids) if s.outs == s.dims.len() && is_view(graph, kids) => 1.0,
        Term::Product(s, kids) => {
            // The multiplications count with the fold: one that is shared must not be done again in each.
            let folds = usize::from(s.outs < s.dims.len());
            points(&s.dims) * (kids.len() - 1 + folds) as f64 + points(&s.dims[..s.outs])
        }
        Term::Sum(s, kids) => points(&s.dims) * (kids.len().max(2) - 1) as f64,
    }
}

/// Whether a product without a fold is nothing to compute: one thing read in another way, or a negative, which
/// becomes the difference in a sum.
fn is_view(graph: &Graph, kids: &[Id]) -> bool {
    let minus = |id: &Id| graph.row.mul == "mul" && graph.constant(*id) == Some(-1.0);
    kids.len() == 1 || kids.len() == 2 && kids.iter().any(minus)
}

/// A node that could be taken.
struct Node<'a> {
    term: &'a Term,
    own: f64,
    /// Positions of classes.
    kids: Vec<usize>,
}

/// The classes and their nodes, by position.
struct Table<'a> {
    ids: Vec<Id>,
    at: BTreeMap<Id, usize>,
    nodes: Vec<Vec<Node<'a>>>,
    roots: Vec<usize>,
}

/// For each class the position of a node.
type Picks = Vec<usize>;

impl<'a> Table<'a> {
    fn new(graph: &'a Graph, roots: &[Id]) -> Self {
        let mut ids: Vec<Id> = graph.egraph.classes().map(|c| c.id).collect();
        ids.sort();
        let at: BTreeMap<Id, usize> = ids.iter().enumerate().map(|(k, &id)| (id, k)).collect();
        let place = |id: &Id| at[&graph.egraph.find(*id)];
        let node = |term: &'a Term| Node {
            term,
            own: own(graph, term),
            kids: term.children().iter().map(place).collect(),
        };
        let nodes = ids.iter().map(|&id| graph.egraph[id].nodes.iter().map(node).collect()).collect();
        let roots = roots.iter().map(place).collect();
        Self { ids, at, nodes, roots }
    }
    /// The cheapest node of each class, as if nothing were shared. Every cost is positive, so it has no cycle.
    fn greedy(&self) -> Picks {
        let mut costs = vec![f64::INFINITY; self.ids.len()];
        let mut picks = vec![0; self.ids.len()];
        loop {
            let mut changed = false;
            for (class, nodes) in self.nodes.iter().enumerate() {
                for (k, node) in nodes.iter().enumerate() {
                    let cost = node.own + node.kids.iter().map(|&kid| costs[kid]).sum::<f64>();
                    if cost < costs[class] {
                        (costs[class], picks[class], changed) = (cost, k, true);
                    }
                }
            }
            if !changed {
                return picks;
            }
        }
    }
    /// The program as written, and what is cheapest where it says nothing.
    fn written(&self, input: &Choice, rest: &Picks) -> Option<Picks> {
        let mut picks = rest.clone();
        for (id, term) in input {
            let class = self.at[id];
            picks[class] = self.nodes[class].iter().position(|n| canonical_eq(n, self, term))?;
        }
        Some(picks)
    }
    /// The classes that are needed, each after those that it uses; none if one needs itself.
    fn order(&self, picks: &Picks) -> Option<Vec<usize>> {
        let mut state = vec![0u8; self.ids.len()];
        let mut order = Vec::new();
        let mut stack: Vec<(usize, bool)> = self.roots.iter().map(|&r| (r, false)).collect();
        while let Some((class, leave)) = stack.pop() {
            if leave {
                state[class] = 2;
                order.push(class);
            } else if state[class] == 0 {
                state[class] = 1;
                stack.push((class, true));
                for &kid in &self.nodes[class][picks[class]].kids {
                    match state[kid] {
                        0 => stack.push((kid, false)),
                        1 => return None,
                        _ => {}
                    }
                }
            }
        }
        Some(order)
    }
    fn choice(&self, picks: &Picks) -> Choice {
        let canonical = |class: usize| {
            let node = &self.nodes[class][picks[class]];
            let mut kids = node.kids.iter().map(|&kid| self.ids[kid]);
            node.term.clone().map_children(|id| kids.next().unwrap_or(id))
        };
        self.ids.iter().enumerate().map(|(class, &id)| (id, canonical(class))).collect()
    }
}

/// Whether a node is a term whose children have their present names.
fn canonical_eq(node: &Node, table: &Table, term: &Term) -> bool {
    node.term.matches(term) && node.kids.iter().map(|&k| table.ids[k]).eq(term.children().iter().copied())
}

/// A term with the present names of its children.
pub(crate) fn canonical(graph: &Graph, term: &Term) -> Term {
    term.clone().map_children(|id| graph.egraph.find(id))
}

/// A node for each class, with how often each class is used and what the used ones cost.
struct Way<'t, 'a> {
    table: &'t Table<'a>,
    picks: Picks,
    uses: Vec<u32>,
    cost: f64,
    /// What to do to the counts to take the last change back.
    journal: Vec<(usize, u32)>,
    looks: usize,
}

impl<'t, 'a> Way<'t, 'a> {
    /// None if a class needs itself.
    fn new(table: &'t Table<'a>, picks: Picks) -> Option<Self> {
        table.order(&picks)?;
        let uses = vec![0; table.ids.len()];
        let mut way = Self { table, picks, uses, cost: 0.0, journal: vec![], looks: LOOKS };
        way.cost = way.counted(table.roots.clone(), true);
        way.looks = LOOKS;
        Some(way)
    }
    /// Uses classes once more or once less; gives what that costs or saves.
    fn counted(&mut self, mut stack: Vec<usize>, more: bool) -> f64 {
        let mut cost = 0.0;
        while let Some(class) = stack.pop() {
            self.looks = self.looks.saturating_sub(1);
            let uses = self.uses[class];
            self.journal.push((class, uses));
            self.uses[class] = if more { uses + 1 } else { uses - 1 };
            if uses == u32::from(!more) {
                let node = &self.table.nodes[class][self.picks[class]];
                cost += node.own;
                stack.extend(&node.kids);
            }
        }
        cost
    }
    /// Takes another node for a class that is needed, if the whole gets cheaper by that.
    fn tried(&mut self, class: usize, pick: usize) -> bool {
        let old = self.picks[class];
        let (from, to) = (&self.table.nodes[class][old], &self.table.nodes[class][pick]);
        self.journal.clear();
        // First what is new, so that what both use stays.
        self.picks[class] = pick;
        let more = to.own + self.counted(to.kids.clone(), true);
        let less = from.own + self.counted(from.kids.clone(), false);
        if more < less && self.table.order(&self.picks).is_some() {
            self.cost += more - less;
            return true;
        }
        self.picks[class] = old;
        while let Some((class, uses)) = self.journal.pop() {
            self.uses[class] = uses;
        }
        false
    }
    /// Changes one class at a time as long as the whole gets cheaper.
    fn search(mut self) -> Self {
        loop {
            let mut changed = false;
            for class in 0..self.picks.len() {
                for pick in 0..self.table.nodes[class].len() {
                    if self.looks == 0 {
                        return self;
                    }
                    if self.uses[class] > 0 && pick != self.picks[class] {
                        changed |= self.tried(class, pick);
                    }
                }
            }
            if !changed {
                return self;
            }
        }
    }
}

/// What the input costs and the best choice that was found, with its cost. None if the input has no cost: two of
/// its nodes have become one in a way that would need a cycle.
pub(crate) fn extract(graph: &Graph, input: &Choice, roots: &[Id]) -> Option<(f64, Choice, f64)> {
    let table = Table::new(graph, roots);
    let cheap = table.greedy();
    let input = Way::new(&table, table.written(input, &cheap)?)?;
    let written = input.cost;
    let mut best = input.search();
    if let Some(other) = Way::new(&table, cheap).map(Way::search)
        && other.cost < best.cost
    {
        best = other;
    }
    Some((written, table.choice(&best.picks), best.cost))
}
