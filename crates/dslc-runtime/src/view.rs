//! Borrowed tensors: what a call reads and writes in place, without a copy.
#![expect(unsafe_code, reason = "borrowed elements of every type are copied as bytes")]

use std::marker::PhantomData;

use dslc_ir::Scalar;

use crate::value::Value;

/// The elements of a tensor, row-major, borrowed to read. **Invariant:** `start` is aligned for `scalar` and has `len`
/// elements behind it for as long as `'a`.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    scalar: Scalar,
    start: *const u8,
    len: usize,
    borrowed: PhantomData<&'a [u8]>,
}

/// The same borrowed to write.
#[derive(Debug)]
pub struct ViewMut<'a> {
    scalar: Scalar,
    start: *mut u8,
    len: usize,
    borrowed: PhantomData<&'a mut [u8]>,
}

macro_rules! views {
    ($($t:ty => $scalar:ident;)*) => {
        $(
            impl<'a> From<&'a [$t]> for View<'a> {
                fn from(s: &'a [$t]) -> Self {
                    let start = s.as_ptr().cast();
                    Self { scalar: Scalar::$scalar, start, len: s.len(), borrowed: PhantomData }
                }
            }
        )*
    };
}
views! { f64 => F64; f32 => F32; i64 => I64; bool => Bool; }

// Nothing here lends a `[bool]` to write: a byte that is neither 0 nor 1 would be undefined behaviour of the owner's.
macro_rules! views_mut {
    ($($t:ty => $scalar:ident;)*) => {
        $(
            impl<'a> From<&'a mut [$t]> for ViewMut<'a> {
                fn from(s: &'a mut [$t]) -> Self {
                    let start = s.as_mut_ptr().cast();
                    Self { scalar: Scalar::$scalar, start, len: s.len(), borrowed: PhantomData }
                }
            }
        )*
    };
}
views_mut! { f64 => F64; f32 => F32; i64 => I64; }

impl<'a> From<&'a Value> for View<'a> {
    fn from(v: &'a Value) -> Self {
        Self { scalar: v.scalar(), start: v.as_ptr(), len: v.len(), borrowed: PhantomData }
    }
}

impl<'a> From<&'a mut Value> for ViewMut<'a> {
    fn from(v: &'a mut Value) -> Self {
        Self { scalar: v.scalar(), start: v.as_mut_ptr(), len: v.len(), borrowed: PhantomData }
    }
}

impl View<'_> {
    /// The type of each element.
    pub fn scalar(&self) -> Scalar {
        self.scalar
    }
    /// How many elements.
    pub fn len(&self) -> usize {
        self.len
    }
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }
    /// The address of the first.
    pub fn as_ptr(&self) -> *const u8 {
        self.start
    }
    /// A tensor of the same elements.
    ///
    /// # Panics
    /// If they do not fill the shape.
    pub fn to_value(&self, shape: Vec<u64>) -> Value {
        let mut value = Value::zeros(self.scalar, shape);
        assert_eq!(value.len(), self.len, "the elements of a tensor fill its shape");
        let bytes = self.len * self.scalar.size();
        // SAFETY: the view has `len` elements of this scalar behind `start`, alive for its lifetime.
        let from = unsafe { std::slice::from_raw_parts(self.start, bytes) };
        value.bytes_mut()[..bytes].copy_from_slice(from);
        value
    }
}

impl ViewMut<'_> {
    /// The type of each element.
    pub fn scalar(&self) -> Scalar {
        self.scalar
    }
    /// How many elements.
    pub fn len(&self) -> usize {
        self.len
    }
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }
    /// The same elements, to read.
    pub fn view(&self) -> View<'_> {
        View { scalar: self.scalar, start: self.start, len: self.len, borrowed: PhantomData }
    }
    /// The address of the first.
    pub fn as_mut_ptr(&mut self) -> *mut u8 {
        self.start
    }
    /// Overwrites the elements with those of a tensor; false if type or number differ.
    pub fn copy_from(&mut self, value: &Value) -> bool {
        if value.scalar() != self.scalar || value.len() != self.len {
            return false;
        }
        let bytes = self.len * self.scalar.size();
        // SAFETY: the view has `len` elements of this scalar behind `start`, borrowed mutably for its lifetime.
        let to = unsafe { std::slice::from_raw_parts_mut(self.start, bytes) };
        to.copy_from_slice(&value.bytes()[..bytes]);
        true
    }
}
