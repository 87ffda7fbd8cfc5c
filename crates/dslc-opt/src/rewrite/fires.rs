//! Whether any rule could make a piece cheaper: a look at the nodes, before a graph is built.
//!
//! The answer no is certain, yes is not. A product of two leaves that both have the folded axes is left as it is by
//! every rule, and so is a sum of terms that share no factor; most pieces of ordinary programs are made of these.

use std::collections::BTreeSet;

use dslc_ir::{Function, NodeId, Op};

use super::piece::Piece;
use super::rows::Row;

/// Whether a rule could make the piece cheaper.
pub(crate) fn fires(func: &Function, piece: &Piece, row: &Row) -> bool {
    let look = Look { func, row, inside: piece.nodes.iter().copied().collect() };
    piece.nodes.iter().any(|&n| look.at(n))
}

struct Look<'a> {
    func: &'a Function,
    row: &'a Row,
    inside: BTreeSet<NodeId>,
}

impl Look<'_> {
    /// The value that a node is a view of.
    fn base(&self, mut node: NodeId) -> NodeId {
        while self.inside.contains(&node)
            && let Op::Read { .. } = self.func.nodes[node].op
        {
            node = self.func.nodes[node].args[0];
        }
        node
    }
    /// Whether a value is made in the piece, and so might be opened.
    fn made(&self, node: NodeId) -> bool {
        self.inside.contains(&self.base(node))
    }
    fn is(&self, node: NodeId, wanted: impl Fn(&str) -> bool) -> bool {
        self.inside.contains(&node) && matches!(self.func.nodes[node].op, Op::Map(p) if wanted(p.0.name))
    }
    /// Whether a node is a product; a negative is one with -1.
    fn multiplies(&self, node: NodeId) -> bool {
        self.is(node, |name| name == self.row.mul || name == "neg")
    }
    /// Whether a node is a sum.
    fn adds(&self, node: NodeId) -> bool {
        self.is(node, |name| name != self.row.mul && name != "neg")
    }
    fn at(&self, node: NodeId) -> bool {
        let args = &self.func.nodes[node].args;
        match &self.func.nodes[node].op {
            // A product with a factor that could be opened.
            Op::Map(_) if self.multiplies(node) => args.iter().any(|&a| self.made(a)),
            Op::Map(_) => self.shares(node),
            // A fold of a fold or of a sum, or of a product from which something could move out.
            Op::Fold { axes, .. } => {
                let all_have = |n: NodeId| axes.iter().all(|a| self.func.ty(n).axes.contains(a));
                let factors = &self.func.nodes[args[0]].args;
                !all_have(args[0])
                    || self.made(args[0])
                        && !(self.multiplies(args[0]) && factors.iter().all(|&f| all_have(f)))
            }
            // A diagonal, which could be taken before what it is one of is made.
            Op::Read { .. } => {
                let axes = |n: NodeId| self.func.ty(n).axes.len();
                self.made(args[0]) && axes(node) < axes(args[0])
            }
            _ => false,
        }
    }
    /// Whether two terms of a sum have a factor in common.
    fn shares(&self, sum: NodeId) -> bool {
        let (mut sums, mut factors) = (BTreeSet::new(), BTreeSet::new());
        let mut open = vec![sum];
        while let Some(node) = open.pop() {
            for term in self.func.nodes[node].args.iter().map(|&a| self.base(a)) {
                if self.adds(term) {
                    if !sums.insert(term) {
                        return true;
                    }
                    open.push(term);
                } else if self.factors(term).into_iter().any(|f| !factors.insert(f)) {
                    return true;
                }
            }
        }
        false
    }
    /// The factors of a term, each once, but for constants.
    fn factors(&self, term: NodeId) -> BTreeSet<NodeId> {
        let mut found = BTreeSet::new();
        let mut open = vec![term];
        while let Some(node) = open.pop().map(|n| self.base(n)) {
            let fold = matches!(self.func.nodes[node].op, Op::Fold { .. });
            if self.multiplies(node) || fold && self.inside.contains(&node) {
                open.extend(&self.func.nodes[node].args);
            } else if !matches!(self.func.nodes[node].op, Op::Const(_)) {
                found.insert(node);
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use dslc_base::Index as _;
    use dslc_ir::{FuncId, prims};
    use testkit::contraction::{Semiring, body};
    use testkit::{Random, seeds};

    use super::fires;
    use crate::inline::live_nodes;
    use crate::pipeline::finish;
    use crate::rewrite::{Mode, Options, ROWS, facts, improve, piece};

    /// Where the answer is no, saturation finds nothing either. The axes are so long that the cost of a view is nothing.
    #[test]
    fn what_cannot_fire_does_not() {
        let options = Options { least: 0.0, ..Options::new(Mode::Default) };
        for row in ROWS {
            let mul = prims::by_name(row.mul).expect("a primitive").0;
            let (mut skipped, mut looked) = (0, 0);
            for seed in seeds(1000) {
                let mut random = Random(seed);
                let scalar = random.pick(row.scalars);
                let mut m = body(&mut random, &Semiring { add: row.add[0], mul }, scalar, &[16, 40]);
                finish(&mut m, &mut [FuncId(0)]);
                let func = &m.funcs[FuncId(0)];
                let facts = facts::facts(func);
                for piece in piece::pieces(func, &live_nodes(func), row, 0.0) {
                    looked += 1;
                    if !fires(func, &piece, row) {
                        skipped += 1;
                        let found =
                            improve(func, &piece, &facts, row, &options, &mut options.program.clone());
                        let at: Vec<usize> = piece.nodes.iter().map(|n| n.index()).collect();
                        assert!(found.is_none(), "seed {seed}: {at:?}\n{}", dslc_ir::print::module(&m));
                    }
                }
            }
            assert!(
                skipped > 10 && looked > 5 * skipped / 4,
                "{:?} {}: {skipped} of {looked}",
                row.add,
                row.mul
            );
        }
    }
}
