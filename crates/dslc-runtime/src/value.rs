//! Tensors that own their elements: what goes into a program and what comes out.
#![expect(unsafe_code, reason = "elements of every type share one aligned storage, viewed as slices")]

use std::fmt;

use dslc_ir::{Bits, Scalar};

/// A dense row-major tensor. The storage is whole 8-byte words, so it is aligned for every scalar type; an `f32`
/// takes 4 bytes and a bool one. **Invariant:** `words` holds at least `count` elements, `count` is the product
/// of `shape`, the bytes behind the last element are 0, and a bool is 0 or 1 unless compiled code broke it.
#[derive(Clone)]
pub struct Value {
    scalar: Scalar,
    shape: Vec<u64>,
    count: usize,
    words: Vec<u64>,
}

/// A tensor that does not fit in memory.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TooLarge;

impl fmt::Display for TooLarge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the tensor does not fit in memory")
    }
}
impl std::error::Error for TooLarge {}

/// The element types of the storage. Sealed: each is plain bits, at most 8 bytes wide and aligned.
trait Plain: Copy {}
impl Plain for f64 {}
impl Plain for f32 {}
impl Plain for i64 {}
impl Plain for u64 {}
impl Plain for u32 {}
impl Plain for u8 {}

/// The number of elements of a shape; `None` if it does not fit. With an axis of length 0 it is 0, however long
/// the others are.
pub fn element_count(shape: &[u64]) -> Option<usize> {
    if shape.contains(&0) {
        return Some(0);
    }
    let n = shape.iter().try_fold(1u64, |n, &d| n.checked_mul(d))?;
    usize::try_from(n).ok()
}

/// The bytes that a tensor's storage takes; `None` if the number does not fit.
pub fn byte_count(scalar: Scalar, shape: &[u64]) -> Option<usize> {
    element_count(shape)?.checked_mul(scalar.size())?.checked_next_multiple_of(8)
}

macro_rules! typed {
    ($($scalar:ident $t:ident $from:ident $as:ident $as_mut:ident $what:literal;)*) => {
        $(
            #[doc = concat!("A tensor of ", $what, ", row-major.\n\n# Panics\nIf they do not fill the shape.")]
            pub fn $from(shape: impl Into<Vec<u64>>, elements: &[$t]) -> Self {
                let mut value = Self::zeros(Scalar::$scalar, shape);
                value.$as_mut().copy_from_slice(elements);
                value
            }
            #[doc = concat!("The elements as ", $what, ".\n\n# Panics\nIf the tensor has another scalar type.")]
            pub fn $as(&self) -> &[$t] {
                assert_eq!(self.scalar, Scalar::$scalar, "the scalar type of a tensor");
                self.view()
            }
            #[doc = concat!("The elements as ", $what, ", to change.\n\n# Panics\nIf the tensor has another scalar type.")]
            pub fn $as_mut(&mut self) -> &mut [$t] {
                assert_eq!(self.scalar, Scalar::$scalar, "the scalar type of a tensor");
                self.view_mut()
            }
        )*
    };
}

impl Value {
    /// A tensor of zero bits, or an error if there is no memory for it.
    pub fn try_zeros(scalar: Scalar, shape: impl Into<Vec<u64>>) -> Result<Self, TooLarge> {
        let shape = shape.into();
        let count = element_count(&shape).ok_or(TooLarge)?;
        let words = byte_count(scalar, &shape).ok_or(TooLarge)? / 8;
        let mut storage = Vec::new();
        storage.try_reserve_exact(words).map_err(|_| TooLarge)?;
        storage.resize(words, 0);
        Ok(Self { scalar, shape, count, words: storage })
    }
    /// A tensor of zero bits.
    ///
    /// # Panics
    /// If it does not fit in memory; see [`Value::try_zeros`].
    pub fn zeros(scalar: Scalar, shape: impl Into<Vec<u64>>) -> Self {
        Self::try_zeros(scalar, shape).expect("a tensor that fits in memory")
    }
    /// A tensor of rank 0.
    pub fn of(bits: Bits) -> Self {
        let mut value = Self::zeros(bits.scalar, []);
        value.set_bits(0, bits.bits);
        value
    }
    /// A tensor of these elements as bits, zero-extended.
    ///
    /// # Panics
    /// If they do not fill the shape.
    pub fn from_bits(scalar: Scalar, shape: impl Into<Vec<u64>>, elements: &[u64]) -> Self {
        let mut value = Self::zeros(scalar, shape);
        assert_eq!(elements.len(), value.count, "the elements of a tensor fill its shape");
        for (i, &bits) in elements.iter().enumerate() {
            value.set_bits(i, bits);
        }
        value
    }
    /// A tensor of truth values.
    ///
    /// # Panics
    /// If they do not fill the shape.
    pub fn from_bools(shape: impl Into<Vec<u64>>, elements: &[bool]) -> Self {
        let mut value = Self::zeros(Scalar::Bool, shape);
        assert_eq!(elements.len(), value.count, "the elements of a tensor fill its shape");
        for (to, &from) in value.bytes_mut().iter_mut().zip(elements) {
            *to = u8::from(from);
        }
        value
    }
    typed! {
        F64 f64 from_f64s as_f64 as_f64_mut "64-bit floats";
        F32 f32 from_f32s as_f32 as_f32_mut "32-bit floats";
        I64 i64 from_i64s as_i64 as_i64_mut "integers";
        Key u64 from_keys as_key as_key_mut "random keys";
    }
    /// The elements as truth values, one byte each, 0 or 1.
    ///
    /// # Panics
    /// If the tensor has another scalar type.
    pub fn as_bool(&self) -> &[u8] {
        assert_eq!(self.scalar, Scalar::Bool, "the scalar type of a tensor");
        self.view()
    }

    /// The type of each element.
    pub fn scalar(&self) -> Scalar {
        self.scalar
    }
    /// The length of each axis.
    pub fn shape(&self) -> &[u64] {
        &self.shape
    }
    /// The number of elements.
    pub fn len(&self) -> usize {
        self.count
    }
    /// Whether there are no elements.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }
    /// The same elements with another shape.
    ///
    /// # Panics
    /// If the number of elements differs.
    pub fn reshaped(mut self, shape: impl Into<Vec<u64>>) -> Self {
        self.shape = shape.into();
        assert_eq!(element_count(&self.shape), Some(self.count), "a tensor keeps its number of elements");
        self
    }
    /// The bytes of the elements in memory order.
    pub fn bytes(&self) -> &[u8] {
        &self.whole()[..self.count * self.scalar.size()]
    }
    /// The bytes of the elements, to change. A bool must stay 0 or 1.
    pub fn bytes_mut(&mut self) -> &mut [u8] {
        let n = self.count * self.scalar.size();
        &mut self.whole_mut()[..n]
    }
    /// Where the elements begin: aligned to 8 bytes, dangling if there are none.
    pub fn as_ptr(&self) -> *const u8 {
        self.words.as_ptr().cast()
    }
    /// Where the elements begin, to change.
    pub fn as_mut_ptr(&mut self) -> *mut u8 {
        self.words.as_mut_ptr().cast()
    }

    /// The bits of an element by its row-major position, zero-extended.
    pub fn get_bits(&self, i: usize) -> u64 {
        match self.scalar {
            Scalar::F64 | Scalar::I64 | Scalar::Key => self.words[..self.count][i],
            Scalar::F32 => u64::from(self.view::<u32>()[i]),
            Scalar::Bool | Scalar::Z2 => u64::from(self.view::<u8>()[i]),
        }
    }
    /// Sets the bits of an element.
    pub fn set_bits(&mut self, i: usize, bits: u64) {
        let n = self.count;
        match self.scalar {
            Scalar::F64 | Scalar::I64 | Scalar::Key => self.words[..n][i] = bits,
            Scalar::F32 => self.view_mut::<u32>()[i] = bits as u32,
            Scalar::Bool | Scalar::Z2 => self.view_mut::<u8>()[i] = u8::from(bits != 0),
        }
    }
    /// An element with its type.
    pub fn get(&self, i: usize) -> Bits {
        Bits { scalar: self.scalar, bits: self.get_bits(i) }
    }
    /// Whether type, shape and every element's bits agree; any NaN agrees with any NaN.
    pub fn same_bits(&self, other: &Value) -> bool {
        self.scalar == other.scalar
            && self.shape == other.shape
            && (self.words == other.words
                || (0..self.count).all(|i| canonical(self.get(i)) == canonical(other.get(i))))
    }

    /// The elements as `T`, whose size the caller knows to be the scalar's.
    fn view<T: Plain>(&self) -> &[T] {
        debug_assert_eq!(size_of::<T>(), self.scalar.size());
        // SAFETY: the storage holds `count` elements of this size and is aligned to 8 bytes, which is enough for
        // each `Plain` type; every bit pattern is a valid `T`; the slice borrows `self`.
        unsafe { std::slice::from_raw_parts(self.words.as_ptr().cast(), self.count) }
    }
    fn view_mut<T: Plain>(&mut self) -> &mut [T] {
        debug_assert_eq!(size_of::<T>(), self.scalar.size());
        // SAFETY: as in `view`, and `self` is borrowed mutably.
        unsafe { std::slice::from_raw_parts_mut(self.words.as_mut_ptr().cast(), self.count) }
    }
    /// All bytes of the storage.
    fn whole(&self) -> &[u8] {
        // SAFETY: the words are initialised, and bytes have no alignment.
        unsafe { std::slice::from_raw_parts(self.words.as_ptr().cast(), self.words.len() * 8) }
    }
    fn whole_mut(&mut self) -> &mut [u8] {
        // SAFETY: as in `whole`, and `self` is borrowed mutably.
        unsafe { std::slice::from_raw_parts_mut(self.words.as_mut_ptr().cast(), self.words.len() * 8) }
    }
}

/// The same constant with every NaN replaced by one: NaN payloads are no part of a program's meaning.
pub fn canonical(bits: Bits) -> Bits {
    match bits.scalar {
        Scalar::F64 if f64::from_bits(bits.bits).is_nan() => Bits::f64(f64::NAN),
        Scalar::F32 if f32::from_bits(bits.bits as u32).is_nan() => Bits::f32(f32::NAN),
        _ => bits,
    }
}

/// Equal means [`Value::same_bits`].
impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        self.same_bits(other)
    }
}
impl Eq for Value {}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{:?} ", self.scalar, self.shape)?;
        f.debug_list().entries((0..self.count).map(|i| self.get(i))).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_of_every_size() {
        let f = Value::from_f32s([3], &[1.0, 2.0, -0.0]);
        assert_eq!(f.as_f32(), &[1.0, 2.0, -0.0]);
        assert_eq!(f.bytes().len(), 12);
        assert_eq!(f.get_bits(2), 0x8000_0000);
        let b = Value::from_bools([9], &[true, false, false, false, false, false, false, false, true]);
        assert_eq!(b.as_bool(), &[1, 0, 0, 0, 0, 0, 0, 0, 1]);
        let mut i = Value::from_i64s([2, 2], &[1, 2, 3, -4]);
        i.set_bits(0, 7);
        assert_eq!(i.as_i64(), &[7, 2, 3, -4]);
        assert_eq!(Value::of(Bits::key(5)).as_key(), &[5]);
    }

    #[test]
    fn any_nan_is_the_same_and_zeros_differ() {
        let v = |x: f64| Value::from_f64s([], &[x]);
        assert_eq!(v(f64::NAN), v(-f64::NAN));
        assert_ne!(v(0.0), v(-0.0));
        assert_ne!(v(0.0), v(0.0).reshaped([1]));
    }

    #[test]
    fn sizes_are_checked_before_memory_is_asked_for() {
        assert_eq!(Value::try_zeros(Scalar::F64, [1 << 40, 1 << 40]).err(), Some(TooLarge));
        assert_eq!(Value::try_zeros(Scalar::F64, [1 << 60]).err(), Some(TooLarge));
        assert!(Value::zeros(Scalar::F64, [u64::MAX, u64::MAX, 0]).is_empty());
    }
}
