//! Abstract values: for each element the columns that it may depend on, or the integer that it is.

use std::rc::Rc;

use dslc_ir::{AxisId, Extent, Function};

use super::sets::SetId;

/// The axis of the points that a function is mapped over, row-major over the caller's axes.
pub(super) const BATCH: AxisId = AxisId(u32::MAX);

/// The elements of a value.
#[derive(Clone, Debug)]
pub(super) enum Cells {
    /// Of something that has a tangent: what each element may depend on.
    Sets(Rc<Vec<SetId>>),
    /// Integers and truths that follow from the program alone.
    Ints(Rc<Vec<i64>>),
    /// Integers, truths or keys that are data.
    Unknown,
}

/// A value, row-major over some of its axes; it is the same along the others, as far as it is known.
#[derive(Clone, Debug)]
pub(super) struct Val {
    pub(super) dims: Vec<AxisId>,
    pub(super) cells: Cells,
}

impl Val {
    pub(super) fn sets(dims: Vec<AxisId>, cells: Vec<SetId>) -> Self {
        Self { dims, cells: Cells::Sets(Rc::new(cells)) }
    }
    pub(super) fn ints(dims: Vec<AxisId>, cells: Vec<i64>) -> Self {
        Self { dims, cells: Cells::Ints(Rc::new(cells)) }
    }
    pub(super) fn unknown() -> Self {
        Self { dims: Vec::new(), cells: Cells::Unknown }
    }
    pub(super) fn is_unknown(&self) -> bool {
        matches!(self.cells, Cells::Unknown)
    }
    pub(super) fn as_sets(&self) -> Option<&[SetId]> {
        match &self.cells {
            Cells::Sets(s) => Some(s),
            Cells::Ints(_) | Cells::Unknown => None,
        }
    }
    pub(super) fn as_ints(&self) -> Option<&[i64]> {
        match &self.cells {
            Cells::Ints(s) => Some(s),
            Cells::Sets(_) | Cells::Unknown => None,
        }
    }
    /// The one integer that all elements are.
    pub(super) fn as_int(&self) -> Option<i64> {
        let cells = self.as_ints()?;
        let first = *cells.first()?;
        cells.iter().all(|&c| c == first).then_some(first)
    }
}

/// A function and the number of points that it is mapped over.
#[derive(Clone, Copy)]
pub(super) struct Frame<'f> {
    pub(super) f: &'f Function,
    pub(super) batch: usize,
}

impl Frame<'_> {
    /// How long an axis is; none if that is data.
    pub(super) fn extent(&self, axis: AxisId) -> Option<usize> {
        match axis {
            BATCH => Some(self.batch),
            _ => match self.f.axes[axis] {
                Extent::Static(n) => usize::try_from(n).ok(),
                Extent::Dynamic => None,
            },
        }
    }
    /// The points over these axes; none if there are too many to count or an axis is as long as data says.
    pub(super) fn space(&self, dims: Vec<AxisId>) -> Option<Space> {
        let sizes: Vec<usize> = dims.iter().map(|&a| self.extent(a)).collect::<Option<_>>()?;
        let total = sizes.iter().try_fold(1usize, |n, &s| n.checked_mul(s))?;
        Some(Space { dims, sizes, total })
    }
    /// How far apart neighbours along each axis of a value stand.
    pub(super) fn strides(&self, dims: &[AxisId]) -> Vec<(AxisId, i64)> {
        let mut stride = 1i64;
        let mut out: Vec<(AxisId, i64)> = Vec::with_capacity(dims.len());
        for &a in dims.iter().rev() {
            out.push((a, stride));
            stride *= self.extent(a).unwrap_or(1) as i64;
        }
        out
    }
}

/// Points, row-major over axes.
pub(super) struct Space {
    pub(super) dims: Vec<AxisId>,
    sizes: Vec<usize>,
    pub(super) total: usize,
}

impl Space {
    /// At each point `base` and, for each axis, a coefficient times the position.
    pub(super) fn linear(&self, base: i64, terms: &[(AxisId, i64)]) -> Vec<i64> {
        let mut out = Vec::with_capacity(self.total);
        if self.total == 0 {
            return out;
        }
        out.push(base);
        for (axis, &n) in self.dims.iter().zip(&self.sizes) {
            let c: i64 = terms.iter().filter(|(a, _)| a == axis).map(|t| t.1).sum();
            let before = std::mem::take(&mut out);
            out.reserve_exact(self.total.min(before.len() * n));
            for start in before {
                out.extend((0..n as i64).map(|k| start + c * k));
            }
        }
        out
    }
}

/// The axes of both, those of the first in front.
pub(super) fn joined(a: &[AxisId], b: &[AxisId]) -> Vec<AxisId> {
    let mut out = a.to_vec();
    out.extend(b.iter().copied().filter(|x| !a.contains(x)));
    out
}
