//! Strided views of matrices: what the product kernels read and write.

#![expect(
    unsafe_code,
    reason = "a view is a pointer with strides; its constructor is where bounds are proved"
)]

use std::marker::PhantomData;

/// How a matrix lies in memory: element `(i, j)` stands `i * row + j * column` elements from the first.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Layout {
    /// The number of rows.
    pub rows: usize,
    /// The number of columns.
    pub columns: usize,
    /// Elements from one row to the next; may be negative, or zero in a view that is only read.
    pub row: isize,
    /// Elements from one column to the next.
    pub column: isize,
}

impl Layout {
    /// Rows one after another without gaps.
    pub fn row_major(rows: usize, columns: usize) -> Self {
        Self { rows, columns, row: columns as isize, column: 1 }
    }
    /// Rows and columns exchanged.
    pub fn transposed(self) -> Self {
        Self { rows: self.columns, columns: self.rows, row: self.column, column: self.row }
    }
    /// Whether every element of a view that begins at `first` lies in a slice of `len` elements.
    fn fits(&self, first: usize, len: usize) -> bool {
        if self.rows == 0 || self.columns == 0 {
            return true;
        }
        let reach = |n: usize, stride: isize| (n as i128 - 1) * stride as i128;
        let (down, across) = (reach(self.rows, self.row), reach(self.columns, self.column));
        let low = first as i128 + down.min(0) + across.min(0);
        let high = first as i128 + down.max(0) + across.max(0);
        low >= 0 && high < len as i128
    }
    /// Whether different positions are different elements: one stride steps over the whole reach of the other.
    fn is_injective(&self) -> bool {
        let over = |outer: isize, inner: isize, n: usize| {
            outer.unsigned_abs() as u128 >= inner.unsigned_abs() as u128 * n as u128
        };
        let moves = |n: usize, stride: isize| n <= 1 || stride != 0;
        if self.rows == 0 || self.columns == 0 {
            return true;
        }
        moves(self.rows, self.row)
            && moves(self.columns, self.column)
            && (self.rows <= 1
                || self.columns <= 1
                || over(self.row, self.column, self.columns)
                || over(self.column, self.row, self.rows))
    }
}

/// A matrix to read.
#[derive(Clone, Copy, Debug)]
pub struct MatrixRef<'a, T> {
    first: *const T,
    layout: Layout,
    lives: PhantomData<&'a [T]>,
}

impl<'a, T: Copy> MatrixRef<'a, T> {
    /// A view whose element `(0, 0)` is `data[first]`; `None` if it does not lie inside `data`.
    pub fn new(data: &'a [T], first: usize, layout: Layout) -> Option<Self> {
        let inside = layout.fits(first, data.len());
        // An empty view may begin anywhere, so its pointer must not be computed from `first`.
        let first = data.as_ptr().wrapping_add(first);
        inside.then_some(Self { first, layout, lives: PhantomData })
    }
    /// A view of memory that compiled code manages.
    ///
    /// # Safety
    /// Every element that `layout` reaches from `first` must be readable for `'a`, and not written meanwhile.
    pub unsafe fn from_raw(first: *const T, layout: Layout) -> Self {
        Self { first, layout, lives: PhantomData }
    }
    /// The strides and extents.
    pub fn layout(&self) -> Layout {
        self.layout
    }
    /// The number of rows.
    pub fn rows(&self) -> usize {
        self.layout.rows
    }
    /// The number of columns.
    pub fn columns(&self) -> usize {
        self.layout.columns
    }
    /// The same elements with rows and columns exchanged.
    pub fn transposed(self) -> Self {
        Self { layout: self.layout.transposed(), ..self }
    }
    /// The address of element `(0, 0)`.
    pub fn as_ptr(&self) -> *const T {
        self.first
    }
    /// Element `(i, j)`.
    ///
    /// # Panics
    /// In debug builds, outside; the kernels' loops run over the extents.
    #[inline(always)]
    pub(crate) fn get(&self, i: usize, j: usize) -> T {
        debug_assert!(i < self.layout.rows && j < self.layout.columns);
        let at = i as isize * self.layout.row + j as isize * self.layout.column;
        // SAFETY: the constructor proved, or its caller promised, that positions inside the extents are readable.
        unsafe { *self.first.offset(at) }
    }
    /// Row `i` as a slice, if its elements are neighbours.
    #[inline(always)]
    pub(crate) fn row(&self, i: usize) -> Option<&'a [T]> {
        debug_assert!(i < self.layout.rows);
        if self.layout.column != 1 && self.layout.columns > 1 {
            return None;
        }
        if self.layout.columns == 0 {
            return Some(&[]);
        }
        // SAFETY: as for `get`, and the row's elements are consecutive.
        unsafe {
            let start = self.first.offset(i as isize * self.layout.row);
            Some(std::slice::from_raw_parts(start, self.layout.columns))
        }
    }
}

/// A matrix to write.
#[derive(Debug)]
pub struct MatrixMut<'a, T> {
    first: *mut T,
    layout: Layout,
    lives: PhantomData<&'a mut [T]>,
}

impl<'a, T: Copy> MatrixMut<'a, T> {
    /// A view whose element `(0, 0)` is `data[first]`; `None` if it does not lie inside `data`, or if two
    /// positions could be one element.
    pub fn new(data: &'a mut [T], first: usize, layout: Layout) -> Option<Self> {
        let good = layout.fits(first, data.len()) && layout.is_injective();
        let first = data.as_mut_ptr().wrapping_add(first);
        good.then_some(Self { first, layout, lives: PhantomData })
    }
    /// A view of memory that compiled code manages.
    ///
    /// # Safety
    /// Every element that `layout` reaches from `first` must be writable for `'a`, be reached once, and be used
    /// through this view only.
    pub unsafe fn from_raw(first: *mut T, layout: Layout) -> Self {
        Self { first, layout, lives: PhantomData }
    }
    /// The strides and extents.
    pub fn layout(&self) -> Layout {
        self.layout
    }
    /// The number of rows.
    pub fn rows(&self) -> usize {
        self.layout.rows
    }
    /// The number of columns.
    pub fn columns(&self) -> usize {
        self.layout.columns
    }
    /// The same elements with rows and columns exchanged.
    pub fn transposed(self) -> Self {
        Self { layout: self.layout.transposed(), ..self }
    }
    /// The address of element `(0, 0)`.
    pub fn as_mut_ptr(&mut self) -> *mut T {
        self.first
    }
    /// Element `(i, j)`.
    #[inline(always)]
    pub(crate) fn get_mut(&mut self, i: usize, j: usize) -> &mut T {
        debug_assert!(i < self.layout.rows && j < self.layout.columns);
        let at = i as isize * self.layout.row + j as isize * self.layout.column;
        // SAFETY: the constructor proved, or its caller promised, that positions inside the extents are ours.
        unsafe { &mut *self.first.offset(at) }
    }
    /// Row `i` as a slice, if its elements are neighbours.
    #[inline(always)]
    pub(crate) fn row_mut(&mut self, i: usize) -> Option<&mut [T]> {
        debug_assert!(i < self.layout.rows);
        if self.layout.column != 1 && self.layout.columns > 1 {
            return None;
        }
        if self.layout.columns == 0 {
            return Some(&mut []);
        }
        // SAFETY: as for `get_mut`, and the row's elements are consecutive.
        unsafe {
            let start = self.first.offset(i as isize * self.layout.row);
            Some(std::slice::from_raw_parts_mut(start, self.layout.columns))
        }
    }
    /// Sets every element.
    pub(crate) fn fill(&mut self, value: T) {
        for i in 0..self.rows() {
            if let Some(row) = self.row_mut(i) {
                row.fill(value);
                continue;
            }
            for j in 0..self.columns() {
                *self.get_mut(i, j) = value;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_view_must_lie_inside_its_slice() {
        let data = [0.0; 12];
        assert!(MatrixRef::new(&data, 0, Layout::row_major(3, 4)).is_some());
        assert!(MatrixRef::new(&data, 1, Layout::row_major(3, 4)).is_none());
        let backwards = Layout { rows: 3, columns: 4, row: -4, column: 1 };
        assert!(MatrixRef::new(&data, 8, backwards).is_some());
        assert!(MatrixRef::new(&data, 7, backwards).is_none());
        let huge = Layout { rows: usize::MAX, columns: 2, row: isize::MAX, column: isize::MIN };
        assert!(MatrixRef::new(&data, 0, huge).is_none());
        assert!(MatrixRef::new(&data, usize::MAX, Layout::row_major(0, 4)).is_some());
    }

    #[test]
    fn a_view_to_write_must_not_overlap_itself() {
        let mut data = [0.0; 12];
        let overlapping = Layout { rows: 3, columns: 4, row: 2, column: 1 };
        assert!(MatrixMut::new(&mut data, 0, overlapping).is_none());
        assert!(MatrixMut::new(&mut data, 0, Layout { rows: 3, columns: 1, row: 0, column: 0 }).is_none());
        assert!(MatrixMut::new(&mut data, 0, Layout::row_major(3, 4).transposed()).is_some());
    }
}
