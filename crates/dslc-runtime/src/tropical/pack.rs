//! Copies blocks into the order in which a tile reads them, and notes what is in them.

use super::algebra::Tropical;
use crate::matrix::MatrixRef;

/// Which awkward values a block contains.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub(super) struct Edges {
    nan: bool,
    infinite: bool,
    minus_infinite: bool,
    minus_zero: bool,
}

impl Edges {
    #[inline(always)]
    fn note<T: Tropical>(&mut self, x: T) {
        self.nan |= x.partial_cmp(&x).is_none();
        self.infinite |= x == T::INFINITY;
        self.minus_infinite |= x == T::NEG_INFINITY;
        self.minus_zero |= x == T::ZERO && x.negative();
    }
    /// Whether a sum of an element of each block can be NaN, or a negative zero: the sum of two numbers is -0
    /// only if both are.
    pub(super) fn clash(self, other: Self) -> bool {
        self.nan
            || other.nan
            || (self.infinite && other.minus_infinite)
            || (self.minus_infinite && other.infinite)
            || (self.minus_zero && other.minus_zero)
    }
}

/// Which part of a matrix: `count` rows from `first`, `depth` columns from `inner`.
#[derive(Clone, Copy)]
pub(super) struct Block {
    pub(super) first: usize,
    pub(super) count: usize,
    pub(super) inner: usize,
    pub(super) depth: usize,
}

/// A packed block: panels of `width` rows, each column by column. Missing rows of the last panel hold the
/// semiring's zero; what a tile computes from them is not stored.
pub(super) struct Panels<T> {
    pub(super) width: usize,
    pub(super) count: usize,
    pub(super) depth: usize,
    pub(super) edges: Edges,
    pub(super) data: Vec<T>,
}

impl<T: Tropical> Panels<T> {
    pub(super) fn new(width: usize) -> Self {
        Self { width, count: 0, depth: 0, edges: Edges::default(), data: Vec::new() }
    }

    pub(super) fn pack(&mut self, from: MatrixRef<'_, T>, block: Block, unit: T) {
        let Block { first, count, inner, depth } = block;
        (self.count, self.depth) = (count, depth);
        self.edges = Edges::default();
        let panels = count.div_ceil(self.width);
        self.data.clear();
        self.data.resize(panels * self.width * depth, unit);
        let panels = self.data.chunks_exact_mut(self.width * depth);
        for (at, panel) in panels.enumerate() {
            let start = at * self.width;
            let rows = self.width.min(count - start);
            for (p, column) in panel.chunks_exact_mut(self.width).enumerate() {
                for (r, slot) in column[..rows].iter_mut().enumerate() {
                    *slot = from.get(first + start + r, inner + p);
                    self.edges.note(*slot);
                }
            }
        }
    }

    /// The panels: the first row of each, how many rows are real, and the elements.
    pub(super) fn iter(&self) -> impl Iterator<Item = (usize, usize, &[T])> {
        let chunks = self.data.chunks_exact(self.width * self.depth);
        chunks.enumerate().map(|(at, panel)| {
            let start = at * self.width;
            (start, self.width.min(self.count - start), panel)
        })
    }
}
