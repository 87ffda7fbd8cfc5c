//! Which elements of a matrix of derivatives may differ from zero.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;
use std::rc::Rc;

/// The pattern of a matrix: for each row the columns that may differ from zero. Rows and columns are the elements of
/// tensors, row-major.
#[derive(Clone, Debug)]
pub struct Pattern {
    /// The extents of the tensor whose elements are the rows.
    pub row_extents: Vec<usize>,
    /// The extents of the tensor whose elements are the columns; a list of the number of elements if there are several.
    pub column_extents: Vec<usize>,
    rows: Vec<Rc<[u32]>>,
    columns: usize,
}

/// What a pattern is called.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Class {
    /// Nothing differs from zero.
    Empty,
    /// Only the diagonal.
    Diagonal,
    /// Nothing further than this below and above the diagonal.
    Banded {
        /// Below.
        lower: usize,
        /// Above.
        upper: usize,
    },
    /// Square blocks along the diagonal.
    Blocks {
        /// How large a block is.
        size: usize,
    },
    /// Nothing above the diagonal.
    LowerTriangular,
    /// Nothing below the diagonal.
    UpperTriangular,
    /// The same neighbours of each element, of a tensor with several axes or far apart.
    Stencil {
        /// How many.
        points: usize,
    },
    /// Some whole rows and columns and the diagonal.
    Arrowhead {
        /// How many rows and columns.
        dense: usize,
    },
    /// Everything may differ from zero.
    Dense,
    /// None of these.
    Irregular,
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Class::Empty => f.write_str("empty"),
            Class::Diagonal => f.write_str("diagonal"),
            Class::Banded { lower: 1, upper: 1 } => f.write_str("tridiagonal"),
            Class::Banded { lower, upper } => {
                write!(f, "banded, {lower} below and {upper} above the diagonal")
            }
            Class::Blocks { size } => write!(f, "block-diagonal, blocks of {size}"),
            Class::LowerTriangular => f.write_str("lower triangular"),
            Class::UpperTriangular => f.write_str("upper triangular"),
            Class::Stencil { points } => write!(f, "stencil of {points} points"),
            Class::Arrowhead { dense: 1 } => f.write_str("arrowhead, 1 full row and column"),
            Class::Arrowhead { dense } => write!(f, "arrowhead, {dense} full rows and columns"),
            Class::Dense => f.write_str("dense"),
            Class::Irregular => f.write_str("irregular"),
        }
    }
}

/// Offsets from rows to columns: more are not a stencil.
const MOST_OFFSETS: usize = 64;

impl Pattern {
    /// A pattern by its rows, each sorted.
    pub fn new(row_extents: Vec<usize>, column_extents: Vec<usize>, rows: Vec<Rc<[u32]>>) -> Self {
        let columns = column_extents.iter().product();
        Self { row_extents, column_extents, rows, columns }
    }
    /// How many rows.
    pub fn rows(&self) -> usize {
        self.rows.len()
    }
    /// How many columns.
    pub fn columns(&self) -> usize {
        self.columns
    }
    /// The columns of a row that may differ from zero, sorted.
    pub fn row(&self, k: usize) -> &[u32] {
        &self.rows[k]
    }
    /// How many elements may differ from zero.
    pub fn non_zeros(&self) -> u64 {
        self.rows.iter().map(|r| r.len() as u64).sum()
    }
    /// Whether an element may differ from zero.
    pub fn has(&self, row: usize, column: usize) -> bool {
        self.rows[row].binary_search(&(column as u32)).is_ok()
    }
    /// Rows and columns exchanged; none if it has more than so many elements.
    pub fn transposed(&self, most: u64) -> Option<Pattern> {
        if self.non_zeros() > most {
            return None;
        }
        let mut columns: Vec<Vec<u32>> = vec![Vec::new(); self.columns];
        for (i, row) in self.rows.iter().enumerate() {
            row.iter().for_each(|&j| columns[j as usize].push(i as u32));
        }
        let rows = columns.into_iter().map(Rc::from).collect();
        Some(Pattern::new(self.column_extents.clone(), self.row_extents.clone(), rows))
    }
    /// The part of the columns from `first` on that belongs to a tensor of these extents.
    pub fn part(&self, first: usize, column_extents: Vec<usize>) -> Pattern {
        let n: usize = column_extents.iter().product();
        let mut made: HashMap<*const u32, Rc<[u32]>> = HashMap::new();
        let within = |row: &Rc<[u32]>| -> Rc<[u32]> {
            let low = row.partition_point(|&j| (j as usize) < first);
            let high = row.partition_point(|&j| (j as usize) < first + n);
            row[low..high].iter().map(|&j| j - first as u32).collect()
        };
        let rows = self.rows.iter().map(|r| made.entry(r.as_ptr()).or_insert_with(|| within(r)).clone());
        Pattern::new(self.row_extents.clone(), column_extents, rows.collect())
    }
    /// Patterns with the same columns, one below the other.
    pub fn stacked(mut parts: Vec<Pattern>) -> Option<Pattern> {
        if parts.len() == 1 {
            return parts.pop();
        }
        let (columns, extents) = parts.first().map(|p| (p.columns, p.column_extents.clone()))?;
        let rows: Vec<Rc<[u32]>> = parts.into_iter().flat_map(|p| p.rows).collect();
        Some(Pattern { row_extents: vec![rows.len()], column_extents: extents, rows, columns })
    }
    /// The differences between the places of columns and rows, if there are few and the places that they name are at
    /// most twice those of the pattern.
    pub fn offsets(&self) -> Option<Vec<Vec<i64>>> {
        if self.row_extents.len() != self.column_extents.len() || self.row_extents.is_empty() {
            return None;
        }
        let mut found: BTreeSet<Vec<i64>> = BTreeSet::new();
        for (i, row) in self.rows.iter().enumerate() {
            if row.len() > MOST_OFFSETS {
                return None;
            }
            let from = place(i, &self.row_extents);
            for &j in row.iter() {
                let to = place(j as usize, &self.column_extents);
                found.insert(to.iter().zip(&from).map(|(t, f)| t - f).collect());
            }
            if found.len() > MOST_OFFSETS {
                return None;
            }
        }
        let named: u64 = found.iter().map(|d| self.named(d)).sum();
        (named <= 2 * self.non_zeros()).then(|| found.into_iter().collect())
    }
    /// How many places an offset names.
    fn named(&self, offset: &[i64]) -> u64 {
        let along = |((&d, &m), &n): ((&i64, &usize), &usize)| {
            let (low, high) = ((-d).max(0), (n as i64 - d).min(m as i64));
            (high - low).max(0) as u64
        };
        offset.iter().zip(&self.row_extents).zip(&self.column_extents).map(along).product()
    }
    /// The pattern of all places that offsets name.
    pub(crate) fn closed(&self, offsets: &[Vec<i64>]) -> Pattern {
        let row = |i: usize| -> Rc<[u32]> {
            let from = place(i, &self.row_extents);
            let at = |d: &Vec<i64>| {
                let mut k = 0;
                for ((f, d), &n) in from.iter().zip(d).zip(&self.column_extents) {
                    let to = usize::try_from(f + d).ok().filter(|&to| to < n)?;
                    k = k * n + to;
                }
                Some(k as u32)
            };
            let mut row: Vec<u32> = offsets.iter().filter_map(at).collect();
            row.sort_unstable();
            row.into()
        };
        let rows = (0..self.rows.len()).map(row).collect();
        Pattern::new(self.row_extents.clone(), self.column_extents.clone(), rows)
    }
    /// Its name.
    pub fn class(&self) -> Class {
        let nnz = self.non_zeros();
        if nnz == 0 {
            return Class::Empty;
        }
        if nnz == self.rows() as u64 * self.columns as u64 {
            return Class::Dense;
        }
        let (mut lower, mut upper) = (0i64, 0i64);
        for (i, row) in self.rows.iter().enumerate() {
            if let (Some(&first), Some(&last)) = (row.first(), row.last()) {
                lower = lower.max(i as i64 - i64::from(first));
                upper = upper.max(i64::from(last) - i as i64);
            }
        }
        let (lower, upper) = (lower as usize, upper as usize);
        let least = self.rows().min(self.columns);
        if lower == 0 && upper == 0 {
            return Class::Diagonal;
        }
        let blocks = self.block_size();
        let width = (lower + upper + 1) as u64;
        // Of a band that is named so at least half is there.
        let full = nnz * 2 >= width * least as u64;
        match (blocks, self.arrowhead()) {
            (Some(size), _) => Class::Blocks { size },
            (_, Some(dense)) => Class::Arrowhead { dense },
            _ if full && 2 * (lower + upper) <= least => Class::Banded { lower, upper },
            _ if self.offsets().is_some_and(|d| d.len() * 4 <= least) => {
                Class::Stencil { points: self.offsets().map_or(0, |d| d.len()) }
            }
            _ if upper == 0 => Class::LowerTriangular,
            _ if lower == 0 => Class::UpperTriangular,
            _ if full && lower + upper < least => Class::Banded { lower, upper },
            _ => Class::Irregular,
        }
    }
    /// The size of equal full blocks along the diagonal.
    fn block_size(&self) -> Option<usize> {
        let size = self.rows.first().map(|r| r.len()).filter(|&s| s > 1 && s < self.columns)?;
        let fits = self.rows() == self.columns && self.columns.is_multiple_of(size);
        let block = |(i, row): (usize, &Rc<[u32]>)| {
            let first = i / size * size;
            row.len() == size && row[0] as usize == first && row[size - 1] as usize == first + size - 1
        };
        (fits && self.rows.iter().enumerate().all(block)).then_some(size)
    }
    /// How many rows are full, if the others have no more than their diagonal and those columns.
    fn arrowhead(&self) -> Option<usize> {
        if self.rows() != self.columns {
            return None;
        }
        let full: BTreeMap<u32, ()> = (0..self.rows())
            .filter(|&i| self.rows[i].len() == self.columns)
            .map(|i| (i as u32, ()))
            .collect();
        if full.is_empty() || full.len() * 4 > self.rows() {
            return None;
        }
        let fits = |(i, row): (usize, &Rc<[u32]>)| {
            row.len() == self.columns || row.iter().all(|j| *j as usize == i || full.contains_key(j))
        };
        self.rows.iter().enumerate().all(fits).then_some(full.len())
    }
}

/// The place of an element in a tensor, by axis.
pub(crate) fn place(k: usize, extents: &[usize]) -> Vec<i64> {
    let mut rest = k;
    let mut out: Vec<i64> = extents
        .iter()
        .rev()
        .map(|&n| {
            let at = rest % n.max(1);
            rest /= n.max(1);
            at as i64
        })
        .collect();
    out.reverse();
    out
}
