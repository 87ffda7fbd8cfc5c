//! Equality saturation on contractions: sums, products and folds of a semiring.
//!
//! **Takes** any functions. **Gives** functions in which a piece made of the operations of one semiring may have
//! become a cheaper one. **Needs** a module that [`dslc_ir::verify`] accepts. **Breaks** in [`Mode::Exact`]
//! nothing, in [`Mode::Default`] the order of rounding; `docs/rewriting.md` states the promise.
//!
//! ```text
//! %3 = fold sum ['j] (A['i 'j] * B['j 'k])           %3 = fold sum ['k] (B['j 'k] * x['k])
//! %4 = fold sum ['k] (%3 * x['k])           becomes  %4 = fold sum ['j] (A['i 'j] * %3)
//! ```
//!
//! [`rows`] says what is sound in which mode, [`rules`] what is tried, `brackets` orders products, `extract` chooses
//! and never chooses worse than the input. A piece is replaced only if that saves a tenth. The engine is egg
//! (Willsey et al. 2021); its pattern language does not fit products of any length, so the driver is our own.

mod brackets;
mod emit;
mod extract;
pub mod facts;
mod fires;
mod graph;
mod piece;
pub mod rows;
pub mod rules;
mod term;

use std::collections::BTreeMap;

use dslc_base::{Index as _, IndexVec};
use dslc_ir::{Builder, FuncId, Function, Module, Monoid, NodeId, Op, Scalar};

use crate::inline::live_nodes;
use crate::rebuild::{FuncMap, Subst, each_function};
use emit::Emit;
use facts::Facts;
use fires::fires;
use piece::{Piece, load, pieces};
pub use rows::{Mode, ROWS, Row};
use rules::{Budget, saturate};

/// What the stage may do.
#[derive(Clone, Copy, Debug)]
pub struct Options<'a> {
    /// What must be kept.
    pub mode: Mode,
    /// The semirings.
    pub rows: &'a [Row],
    /// Pieces that run over fewer points are left alone.
    pub least: f64,
    /// What the rules may do in one piece.
    pub piece: Budget,
    /// What they may do in the program.
    pub program: Budget,
}

impl Options<'static> {
    /// What the compiler uses.
    pub const fn new(mode: Mode) -> Self {
        Self {
            mode,
            rows: ROWS,
            least: 4096.0,
            piece: Budget { nodes: 1500, matches: 3000 },
            program: Budget { nodes: 20_000, matches: 40_000 },
        }
    }
}

/// The part of its cost that a piece must save to be replaced.
const SAVED: f64 = 0.1;

/// Rewrites every function that the roots reach.
pub fn rewrite(module: &mut Module, roots: &mut [FuncId], options: &Options) {
    let mut left = options.program;
    for row in options.rows {
        let folds = |f: &Function| {
            f.nodes.iter().any(|n| matches!(&n.op, Op::Fold { monoid, .. } if row.add.contains(monoid)))
        };
        if module.funcs.iter().any(folds) {
            let mut found: Vec<Option<Vec<Found>>> =
                module.funcs.iter().map(|f| folds(f).then(|| better(f, row, options, &mut left))).collect();
            if found.iter().flatten().any(|f| !f.is_empty()) {
                let mut k = 0;
                let reached = crate::rebuild::reachable(module, roots);
                each_function(module, roots, |out, func, map| {
                    while !reached[k] {
                        k += 1;
                    }
                    k += 1;
                    rebuild(out, func, map, &found[k - 1].take().unwrap_or_default())
                });
            }
        }
    }
}

/// A piece for which something better was found.
struct Found {
    loaded: piece::Loaded,
    choice: extract::Choice,
    add: Monoid,
}

fn better(func: &Function, row: &Row, options: &Options, left: &mut Budget) -> Vec<Found> {
    let live = live_nodes(func);
    let mut pieces = pieces(func, &live, row, options.least);
    pieces.retain(|p| fires(func, p, row));
    if pieces.is_empty() {
        return vec![];
    }
    let facts = facts::facts(func);
    pieces.iter().filter_map(|p| improve(func, p, &facts, row, options, left)).collect()
}

fn improve(
    func: &Function,
    piece: &Piece,
    facts: &IndexVec<NodeId, Facts>,
    row: &Row,
    options: &Options,
    left: &mut Budget,
) -> Option<Found> {
    let may =
        |a: Budget, b: Budget| Budget { nodes: a.nodes.min(b.nodes), matches: a.matches.min(b.matches) };
    let start = may(options.piece, *left);
    if start.nodes == 0 || start.matches == 0 {
        return None;
    }
    let mut loaded = load(func, piece, facts, *row, options.mode);
    let mut budget = start;
    saturate(&mut loaded.graph, &mut budget);
    left.matches = left.matches.saturating_sub(start.matches - budget.matches);
    left.nodes = left.nodes.saturating_sub(loaded.graph.egraph.total_size());
    let (written, choice, cost) = extract::extract(&loaded.graph, &loaded.input(), &loaded.classes())?;
    let add = piece.nodes.iter().find_map(|&n| match func.nodes[n].op {
        Op::Fold { monoid, .. } => Some(monoid),
        _ => None,
    })?;
    debug_assert!(piece.scalar != Scalar::Key);
    (cost < written * (1.0 - SAVED)).then_some(Found { loaded, choice, add })
}

fn rebuild(out: &Module, func: &Function, map: &FuncMap, found: &[Found]) -> Function {
    let mut b = Builder::new(func.name.clone());
    let mut s = Subst::new(func);
    s.copy_params(&mut b);
    let mut emits: Vec<Emit> = found
        .iter()
        .map(|f| Emit {
            graph: &f.loaded.graph,
            choice: &f.choice,
            leaves: &f.loaded.leaves,
            add: f.add,
            made: BTreeMap::new(),
        })
        .collect();
    let mut roots: BTreeMap<NodeId, (usize, usize)> = BTreeMap::new();
    for (k, f) in found.iter().enumerate() {
        roots.extend(f.loaded.roots.iter().enumerate().map(|(r, (node, _))| (*node, (k, r))));
    }
    for (id, node) in func.nodes.iter_enumerated() {
        match roots.get(&id) {
            Some(&(k, r)) => {
                b.site = node.site;
                let root = &found[k].loaded.roots[r].1;
                let axes: Vec<_> = root
                    .names
                    .iter()
                    .map(|&n| s.axis(&mut b, dslc_ir::AxisId::from_usize(n as usize)))
                    .collect();
                let new = emits[k].at(&mut b, &mut s, root.id, &axes);
                s.set(id, new);
            }
            None => s.copy(&mut b, out, map, id),
        }
    }
    let results = s.outputs(&mut b);
    b.finish(results)
}
