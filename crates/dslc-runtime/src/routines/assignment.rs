//! Linear assignment by shortest augmenting paths (Jonker and Volgenant, *A shortest augmenting path algorithm for dense and
//! sparse linear assignment problems*, Computing 38, 1987, without its initialisation), in `n^3` operations.
//!
//! Ours, as no crate fits: `pathfinding` wants totally ordered weights, `lapjv` brings an array library, and neither says
//! which of several best assignments it gives.

use super::factors::{Number, Unfactored};
use crate::interrupt::Interrupt;

/// The permutation `p` with the largest sum of `gain[i, p[i]]` for a row-major `n` by `n` matrix, computed in 64 bits. Of
/// several with one sum, as far as rounding tells them from others, the lexicographically first.
///
/// # Errors
/// An element is not finite.
///
/// # Panics
/// If the slice does not have `n * n` elements.
pub fn assignment<T: Number>(n: usize, gain: &[T], interrupt: Interrupt<'_>) -> Result<Vec<i64>, Unfactored> {
    assert_eq!(gain.len(), n * n, "the matrix has n * n elements");
    if gain.iter().any(|&x| !Number::is_finite(x)) {
        return Err(Unfactored::NotFinite);
    }
    let mut state = State {
        n,
        cost: gain.iter().map(|x| -x.wide()).collect(),
        row: vec![0.0; n],
        column: vec![0.0; n],
        of_column: vec![None; n],
    };
    for i in 0..n {
        interrupt.poll()?;
        state.assign(i);
    }
    state.first(interrupt)
}

/// **Invariant:** `cost[i, j] >= row[i] + column[j]`, with equality where row and column are assigned to each other.
struct State {
    n: usize,
    cost: Vec<f64>,
    row: Vec<f64>,
    column: Vec<f64>,
    of_column: Vec<Option<usize>>,
}

impl State {
    fn reduced(&self, i: usize, j: usize) -> f64 {
        self.cost[i * self.n + j] - self.row[i] - self.column[j]
    }
    /// Assigns one more row along a shortest path of reduced costs from it to a free column (Dijkstra).
    fn assign(&mut self, start: usize) {
        let n = self.n;
        let mut distance = vec![f64::INFINITY; n];
        let mut from = vec![start; n];
        let mut done = vec![false; n];
        let (mut i, mut so_far) = (start, 0.0);
        let end = loop {
            for j in (0..n).filter(|&j| !done[j]) {
                let there = so_far + self.reduced(i, j);
                if there < distance[j] {
                    (distance[j], from[j]) = (there, i);
                }
            }
            let open = (0..n).filter(|&j| !done[j]);
            // There is one: fewer columns are assigned than there are rows.
            let Some(j) = open.min_by(|&a, &b| distance[a].total_cmp(&distance[b])) else { return };
            (done[j], so_far) = (true, distance[j]);
            match self.of_column[j] {
                Some(next) => i = next,
                None => break j,
            }
        };
        self.row[start] += so_far;
        for j in (0..n).filter(|&j| done[j] && j != end) {
            if let Some(i) = self.of_column[j] {
                self.row[i] += so_far - distance[j];
                self.column[j] -= so_far - distance[j];
            }
        }
        self.augment(start, end, &from);
    }
    fn augment(&mut self, start: usize, end: usize, from: &[usize]) {
        let mut j = end;
        loop {
            let i = from[j];
            let before = self.of_column.iter().position(|&r| r == Some(i));
            self.of_column[j] = Some(i);
            match before {
                Some(next) if i != start => j = next,
                _ => return,
            }
        }
    }
    /// The lexicographically first of the assignments that use pairs of reduced cost zero, up to rounding, only: these are
    /// the best ones.
    fn first(mut self, interrupt: Interrupt<'_>) -> Result<Vec<i64>, Unfactored> {
        let n = self.n;
        let most = self.cost.iter().fold(0.0, |m: f64, c| m.max(c.abs()));
        let slack = most * n as f64 * f64::EPSILON;
        let mut column: Vec<usize> = vec![0; n];
        for (j, i) in self.of_column.iter().enumerate() {
            if let Some(i) = *i {
                column[i] = j;
            }
        }
        for i in 0..n {
            interrupt.poll()?;
            self.lower(i, slack, &mut column);
        }
        Ok(column.into_iter().map(|j| j as i64).collect())
    }
    /// Gives row `i` the lowest column that it can have while the rows before it keep theirs: one from which an alternating
    /// path of tight pairs leads back to the column that `i` has.
    fn lower(&mut self, i: usize, slack: f64, column: &mut [usize]) {
        let n = self.n;
        let mut next: Vec<Option<usize>> = vec![None; n];
        let mut reached = vec![column[i]];
        let mut seen = vec![false; n];
        seen[column[i]] = true;
        while let Some(j) = reached.pop() {
            for (other, &k) in column.iter().enumerate().skip(i + 1) {
                if !seen[k] && self.reduced(other, j).abs() <= slack {
                    seen[k] = true;
                    next[k] = Some(j);
                    reached.push(k);
                }
            }
        }
        let old = column[i];
        let lower = (0..old).find(|&j| seen[j] && self.reduced(i, j).abs() <= slack);
        let Some(mut j) = lower else { return };
        let mut row = i;
        // Each row on the path hands its column on and takes the next.
        loop {
            let owner = self.of_column[j];
            self.of_column[j] = Some(row);
            column[row] = j;
            match (owner, next[j]) {
                (Some(owner), Some(on)) if j != old => (row, j) = (owner, on),
                _ => return,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn best(n: usize, gain: &[f64]) -> Vec<i64> {
        assignment(n, gain, Interrupt::NEVER).expect("all elements are finite")
    }
    /// Every permutation of `0..n`, in lexicographic order.
    fn permutations(n: usize) -> Vec<Vec<i64>> {
        let mut all = vec![Vec::new()];
        for _ in 0..n {
            let longer = |p: Vec<i64>| {
                let free = (0..n as i64).filter(|j| !p.contains(j)).collect::<Vec<_>>();
                free.into_iter().map(move |j| p.iter().copied().chain([j]).collect())
            };
            all = all.into_iter().flat_map(longer).collect();
        }
        all
    }

    #[test]
    fn it_is_the_first_of_the_best_permutations() {
        for n in 0..6 {
            for seed in 0..200usize {
                // Few values, so that ties are common; both signs.
                let entry = |k: usize| ((seed * 31 + k * 17 + k * k * (seed + 3)) % 7) as f64 - 3.0;
                let gain: Vec<f64> = (0..n * n).map(entry).collect();
                let total = |p: &[i64]| (0..n).map(|i| gain[i * n + p[i] as usize]).sum::<f64>();
                let all = permutations(n);
                let most = all.iter().map(|p| total(p)).fold(f64::NEG_INFINITY, f64::max);
                let want = all.into_iter().find(|p| total(p) == most).expect("there is one");
                assert_eq!(best(n, &gain), want, "{n} {gain:?}");
            }
        }
    }

    #[test]
    fn a_hidden_permutation_is_found() {
        let n = 30;
        let hidden: Vec<i64> = (0..n as i64).map(|i| (i * 7 + 3) % n as i64).collect();
        let entry = |k: usize| {
            let (i, j) = (k / n, k % n);
            ((k * k * 13 + 7 * k) % 97) as f32 / 97.0 + if hidden[i] == j as i64 { 1.5 } else { 0.0 }
        };
        let gain: Vec<f32> = (0..n * n).map(entry).collect();
        assert_eq!(assignment(n, &gain, Interrupt::NEVER), Ok(hidden));
    }

    #[test]
    fn what_is_not_finite_is_an_error() {
        assert_eq!(assignment(1, &[f64::NAN], Interrupt::NEVER), Err(Unfactored::NotFinite));
        assert_eq!(assignment(1, &[f32::INFINITY], Interrupt::NEVER), Err(Unfactored::NotFinite));
    }
}
