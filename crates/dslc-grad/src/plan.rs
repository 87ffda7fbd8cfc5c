//! How a matrix of derivatives is had in few passes: which rows or columns go together, and where its elements stand.

use crate::sparsity::{Colouring, Pattern, colour, colour_offsets, colour_symmetric};

/// Where the elements of a matrix stand.
pub(crate) enum Layout {
    /// At the same offsets from each row (forward: from each column).
    Offsets(Vec<Vec<i64>>),
    /// Row and column of each, and whether it is taken from its mirror image.
    Listed(Vec<(u32, u32, bool)>),
}

/// Passes and places.
pub(crate) struct Plan {
    /// Forward passes over columns, not reverse ones over rows.
    pub(crate) forward: bool,
    /// The colours of the rows, or of the columns.
    pub(crate) colouring: Colouring,
    /// For each parameter that moves, where the elements of its part stand.
    pub(crate) parts: Vec<Layout>,
}

impl Plan {
    pub(crate) fn colour_bits(&self) -> Vec<u64> {
        self.colouring.of.iter().map(|&c| u64::from(c)).collect()
    }
}

/// A list of places that is longer would be a large part of the program.
const LONGEST: u64 = 1_000_000;

/// A plan with at most half as many passes as the matrix has rows, if it has at most half of its elements. `targets` are the
/// extents of the parameters whose elements are the columns. The reverse of a gradient that has `loops` would copy what the
/// gradient adds to at each trip, so there a symmetric matrix is had by forward passes.
pub(crate) fn plan(pattern: &Pattern, targets: &[Vec<usize>], symmetric: bool, loops: bool) -> Option<Plan> {
    let most = pattern.rows() / 2;
    let all = pattern.rows() as u64 * pattern.columns() as u64;
    if 2 * pattern.non_zeros() > all {
        return None;
    }
    if targets.len() > 1 {
        let colouring = colour(pattern, most)?;
        let mut first = 0;
        let mut parts = Vec::new();
        for extents in targets {
            parts.push(listed(&pattern.part(first, extents.clone()), &[])?);
            first += extents.iter().product::<usize>();
        }
        return Some(Plan { forward: false, colouring, parts });
    }
    if symmetric
        && loops
        && let Some(turned) = pattern.transposed(LONGEST)
        && let Some((colouring, layout)) = one_way(&turned, most)
    {
        let layout = layout.map_or_else(|| listed(pattern, &[]), Some)?;
        return Some(Plan { forward: true, colouring, parts: vec![layout] });
    }
    let reverse = one_way(pattern, most).map(|(colouring, layout)| {
        Some(Plan {
            forward: false,
            colouring,
            parts: vec![layout.map_or_else(|| listed(pattern, &[]), Some)?],
        })
    });
    let reverse = reverse.flatten();
    let passes = reverse.as_ref().map_or(pattern.rows(), |p| p.colouring.count);
    if symmetric
        && let Some((colouring, full)) = colour_symmetric(pattern, most)
        && 2 * colouring.count <= passes
    {
        return Some(Plan { forward: false, colouring, parts: vec![listed(pattern, &full)?] });
    }
    if !symmetric
        && let Some(turned) = pattern.transposed(LONGEST)
        && let Some((colouring, layout)) = one_way(&turned, most)
        && (reverse.is_none() || 4 * colouring.count <= passes)
    {
        let layout = layout.map_or_else(|| listed(pattern, &[]), Some)?;
        return Some(Plan { forward: true, colouring, parts: vec![layout] });
    }
    reverse
}

/// Colours of the rows, and the offsets of the elements if these are regular.
fn one_way(pattern: &Pattern, most: usize) -> Option<(Colouring, Option<Layout>)> {
    if let Some(offsets) = pattern.offsets().filter(|d| !d.is_empty()) {
        // What stands at an offset is read whether it is zero or not, so it must be alone.
        let regular = colour_offsets(pattern, &offsets, most);
        if let Some(colouring) = regular.or_else(|| colour(&pattern.closed(&offsets), most)) {
            return Some((colouring, Some(Layout::Offsets(offsets))));
        }
    }
    Some((colour(pattern, most)?, None))
}

/// The elements one by one; those in a column of `full` come from the row of the same number.
fn listed(pattern: &Pattern, full: &[u32]) -> Option<Layout> {
    if pattern.non_zeros() > LONGEST {
        return None;
    }
    let is_full = |k: u32| full.binary_search(&k).is_ok();
    let of = |i: usize| {
        let row = pattern.row(i).iter();
        row.map(move |&j| (i as u32, j, is_full(j) && !is_full(i as u32)))
    };
    Some(Layout::Listed((0..pattern.rows()).flat_map(of).collect()))
}
