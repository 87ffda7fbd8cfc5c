//! Programs as a strategy of `proptest`.

use proptest::prelude::Rng as _;
use proptest::strategy::{NewTree, Strategy, ValueTree};
use proptest::test_runner::TestRunner;

use super::plan::Program;
use super::shrink::candidates;
use crate::Random;

/// Programs that a function makes from a seed.
#[derive(Clone, Copy, Debug)]
pub struct Programs(pub fn(&mut Random) -> Program);

impl Strategy for Programs {
    type Tree = Grown;
    type Value = Program;

    fn new_tree(&self, runner: &mut TestRunner) -> NewTree<Self> {
        let mut random = Random(runner.rng().next_u64());
        Ok(Grown::new((self.0)(&mut random)))
    }
}

/// A program with the smaller ones that were not tried yet.
#[derive(Clone, Debug)]
pub struct Grown {
    /// The smallest program that failed.
    kept: Program,
    /// What is tried now, by its number among the candidates of `kept`.
    tried: Option<(usize, Program)>,
    /// The number of the next candidate.
    next: usize,
}

impl Grown {
    /// A tree of a program.
    pub fn new(program: Program) -> Self {
        Self { kept: program, tried: None, next: 0 }
    }
}

impl ValueTree for Grown {
    type Value = Program;

    fn current(&self) -> Program {
        self.tried.as_ref().map_or(&self.kept, |t| &t.1).clone()
    }
    /// What is tried failed: it is kept. Its candidates with lower numbers were in vain a moment ago, so the search
    /// goes on where it is, and starts over only at its end.
    fn simplify(&mut self) -> bool {
        if let Some((k, failed)) = self.tried.take() {
            (self.kept, self.next) = (failed, k);
        }
        self.advance()
    }
    /// What is tried passed: the next candidate.
    fn complicate(&mut self) -> bool {
        self.tried = None;
        self.advance()
    }
}

impl Grown {
    fn advance(&mut self) -> bool {
        match candidates(&self.kept, self.next) {
            Some(smaller) => {
                self.tried = Some((self.next, smaller));
                self.next += 1;
                true
            }
            None => false,
        }
    }
}

/// The smallest program found that still fails, by at most `most` tries.
pub fn smallest(program: Program, most: usize, mut fails: impl FnMut(&Program) -> bool) -> Program {
    let mut best = program;
    let mut tries = 0;
    loop {
        let before = best.text().len();
        let mut tree = Grown::new(best);
        let mut more = tree.simplify();
        while more && tries < most {
            tries += 1;
            more = if fails(&tree.current()) { tree.simplify() } else { tree.complicate() };
        }
        best = tree.kept;
        if tries >= most || best.text().len() >= before {
            return best;
        }
    }
}
