//! Rows that share no column are had in one pass: a colouring of the rows.
//!
//! Rows of one colour are disjoint (Curtis, Powell and Reid, On the estimation of sparse Jacobian matrices, 1974; as a
//! colouring Coleman and Moré, 1983). Of a symmetric matrix an element may be taken from its mirror image, so it is enough
//! that one of the two is alone; here rows that are full stand for their columns, which is the case that gains most
//! (Powell and Toint, 1979; a restricted form of the star colouring of Gebremedhin, Manne and Pothen, What color is your
//! Jacobian?, 2005).

use super::pattern::{Pattern, place};

/// A colour for each row, from 0.
#[derive(Clone, Debug)]
pub struct Colouring {
    /// The colours.
    pub of: Vec<u32>,
    /// How many there are.
    pub count: usize,
}

/// How many passes a matrix of derivatives takes, by the way that they go; as many as it has rows or columns where the search
/// takes too long.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Passes {
    /// Reverse passes: colours of the rows.
    pub reverse: usize,
    /// Forward passes: colours of the columns.
    pub forward: usize,
    /// For a symmetric matrix: passes where an element may be taken from its mirror image.
    pub symmetric: Option<usize>,
}

/// The passes that a pattern takes; `symmetric` if the matrix is.
pub fn passes(pattern: &Pattern, symmetric: bool) -> Passes {
    let one_way = |p: &Pattern| {
        let greedy = colour(p, usize::MAX).map_or(p.rows(), |c| c.count);
        let offsets = p.offsets().filter(|d| !d.is_empty());
        let regular = offsets.and_then(|d| colour_offsets(p, &d, p.rows()));
        regular.map_or(greedy, |c| c.count.min(greedy))
    };
    Passes {
        reverse: one_way(pattern),
        forward: pattern.transposed(u64::MAX).map_or(pattern.columns(), |p| one_way(&p)),
        symmetric: symmetric.then(|| colour_symmetric(pattern, usize::MAX).map(|c| c.0.count)).flatten(),
    }
}

/// What the search for disjoint rows may cost, in steps.
const STEPS: u64 = 20_000_000;

/// Gives rows that share a column different colours, greedily in their order. None if there would be more than `most`, or
/// if the search takes too long.
pub(crate) fn colour(pattern: &Pattern, most: usize) -> Option<Colouring> {
    greedy(pattern, most, &[])
}

/// The same for a symmetric matrix; the second part are the rows that stand for their columns as well: an element of another
/// row in one of these columns is to be taken from them.
pub(crate) fn colour_symmetric(pattern: &Pattern, most: usize) -> Option<(Colouring, Vec<u32>)> {
    if pattern.rows() != pattern.columns() {
        return None;
    }
    let n = pattern.columns();
    let full: Vec<u32> = (0..n as u32).filter(|&i| 2 * pattern.row(i as usize).len() > n).collect();
    (!full.is_empty() && full.len() <= most).then_some(())?;
    Some((greedy(pattern, most, &full)?, full))
}

/// The columns in `apart` count only for the rows of the same number, each of which has a colour of its own.
fn greedy(pattern: &Pattern, most: usize, apart: &[u32]) -> Option<Colouring> {
    let mut special = vec![false; pattern.columns()];
    apart.iter().for_each(|&k| special[k as usize] = true);
    let (mut steps, mut longest) = (0u64, 0);
    let alone = |i: usize| special.get(i).is_some_and(|s| *s) && !apart.is_empty();
    let mut columns: Vec<Vec<u32>> = vec![Vec::new(); pattern.columns()];
    for i in (0..pattern.rows()).filter(|&i| !alone(i)) {
        let row = pattern.row(i);
        longest = longest.max(row.iter().filter(|&&j| !special[j as usize]).count());
        if longest > most {
            return None;
        }
        steps += row.len() as u64;
        if steps > STEPS {
            return None;
        }
        row.iter().filter(|&&j| !special[j as usize]).for_each(|&j| columns[j as usize].push(i as u32));
    }
    if columns.iter().any(|c| c.len() > most) {
        return None;
    }
    let mut of = vec![u32::MAX; pattern.rows()];
    let mut count = 0u32;
    for &i in apart {
        of[i as usize] = count;
        count += 1;
    }
    let first = count as usize;
    // The last row that could not have each colour.
    let mut taken: Vec<usize> = vec![usize::MAX; first];
    for i in (0..pattern.rows()).filter(|&i| !alone(i)) {
        for &j in pattern.row(i).iter().filter(|&&j| !special[j as usize]) {
            for &other in &columns[j as usize] {
                steps += 1;
                let colour = of[other as usize] as usize;
                if colour < taken.len() {
                    taken[colour] = i;
                }
            }
            if steps > STEPS {
                return None;
            }
        }
        let free = (first..taken.len()).find(|&c| taken[c] != i).unwrap_or(taken.len());
        if free == taken.len() {
            if free >= most {
                return None;
            }
            taken.push(usize::MAX);
        }
        of[i] = free as u32;
        count = count.max(free as u32 + 1);
    }
    Some(Colouring { of, count: (count as usize).max(1) })
}

/// A colouring of rows whose columns stand at the same offsets: `(a . place) mod count`, the smallest count there is. It
/// does not depend on how long the axes are.
pub(crate) fn colour_offsets(pattern: &Pattern, offsets: &[Vec<i64>], most: usize) -> Option<Colouring> {
    let rank = pattern.row_extents.len();
    let apart: std::collections::BTreeSet<Vec<i64>> = offsets
        .iter()
        .flat_map(|d| offsets.iter().map(move |e| d.iter().zip(e).map(|(d, e)| d - e).collect()))
        .filter(|d: &Vec<i64>| d.iter().any(|&x| x != 0))
        .collect();
    let mut steps = 0u64;
    for count in offsets.len().max(1)..=most.min(2 * offsets.len() + 1) {
        // All weights below the count, the last one moving fastest.
        let weights = (count as u64).checked_pow(rank as u32).filter(|&n| n <= 100_000)?;
        for code in 0..weights {
            let weight = place(code as usize, &vec![count; rank]);
            steps += apart.len() as u64 + 1;
            if steps > STEPS {
                return None;
            }
            let at = |d: &[i64]| d.iter().zip(&weight).map(|(d, w)| d * w).sum::<i64>();
            if apart.iter().all(|d| at(d).rem_euclid(count as i64) != 0) {
                let of = |i: usize| at(&place(i, &pattern.row_extents)).rem_euclid(count as i64) as u32;
                return Some(Colouring { of: (0..pattern.rows()).map(of).collect(), count });
            }
        }
    }
    None
}
