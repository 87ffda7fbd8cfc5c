//! Scalar types and constants as bits.

use std::fmt;

/// The machine types of values. The semiring elements of the language (`minplus<f64>`, ...) are their
/// underlying float here: the checker has chosen the operators already.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Scalar {
    /// IEEE 754 binary64.
    F64,
    /// IEEE 754 binary32.
    F32,
    /// 64-bit signed integer; overflow is a run-time error.
    I64,
    /// `false` or `true`; one byte, 0 or 1.
    Bool,
    /// A random key; 64 bits.
    Key,
    /// The field of two elements: addition is exclusive or, multiplication is and. One byte, 0 or 1.
    Z2,
}

impl Scalar {
    /// All scalar types.
    pub const ALL: [Scalar; 6] =
        [Scalar::F64, Scalar::F32, Scalar::I64, Scalar::Bool, Scalar::Key, Scalar::Z2];

    /// The name in printed IR and in the language.
    pub const fn name(self) -> &'static str {
        match self {
            Scalar::F64 => "f64",
            Scalar::F32 => "f32",
            Scalar::I64 => "i64",
            Scalar::Bool => "bool",
            Scalar::Key => "key",
            Scalar::Z2 => "z2",
        }
    }
    /// The type with this name.
    pub fn from_name(name: &str) -> Option<Scalar> {
        Scalar::ALL.into_iter().find(|s| s.name() == name)
    }
    /// Bytes of one element in memory.
    pub const fn size(self) -> usize {
        match self {
            Scalar::F64 | Scalar::I64 | Scalar::Key => 8,
            Scalar::F32 => 4,
            Scalar::Bool | Scalar::Z2 => 1,
        }
    }
    /// Whether the type is a float.
    pub const fn is_float(self) -> bool {
        matches!(self, Scalar::F64 | Scalar::F32)
    }
    /// Whether values have a tangent, which is of the same type: floats, and the field of two elements, where the
    /// derivative is that of the program as a polynomial.
    pub const fn has_tangent(self) -> bool {
        matches!(self, Scalar::F64 | Scalar::F32 | Scalar::Z2)
    }
}

impl fmt::Display for Scalar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A scalar constant: its type and its bits, zero-extended (so that constants can be hashed and compared,
/// NaN and signed zeros included).
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Bits {
    /// The type.
    pub scalar: Scalar,
    /// The bits, zero-extended to 64.
    pub bits: u64,
}

impl Bits {
    /// A 64-bit float.
    pub fn f64(x: f64) -> Self {
        Self { scalar: Scalar::F64, bits: x.to_bits() }
    }
    /// A 32-bit float.
    pub fn f32(x: f32) -> Self {
        Self { scalar: Scalar::F32, bits: u64::from(x.to_bits()) }
    }
    /// An integer.
    pub fn i64(x: i64) -> Self {
        Self { scalar: Scalar::I64, bits: x as u64 }
    }
    /// A boolean.
    pub fn bool(x: bool) -> Self {
        Self { scalar: Scalar::Bool, bits: u64::from(x) }
    }
    /// A key.
    pub fn key(x: u64) -> Self {
        Self { scalar: Scalar::Key, bits: x }
    }
    /// An element of the field of two.
    pub fn z2(x: bool) -> Self {
        Self { scalar: Scalar::Z2, bits: u64::from(x) }
    }
    /// A number of this type nearest to `x`: floats round, integers truncate, a bool is `x != 0`, an element of the
    /// field of two is whether `x` is odd.
    pub fn number(scalar: Scalar, x: f64) -> Self {
        match scalar {
            Scalar::F64 => Self::f64(x),
            Scalar::F32 => Self::f32(x as f32),
            Scalar::I64 => Self::i64(x as i64),
            Scalar::Bool => Self::bool(x != 0.0),
            Scalar::Key => Self::key(x as u64),
            Scalar::Z2 => Self::z2(x.rem_euclid(2.0) == 1.0),
        }
    }
    /// The value as a float: exact for `f32`, nearest for integers.
    pub fn as_f64(self) -> f64 {
        match self.scalar {
            Scalar::F64 => f64::from_bits(self.bits),
            Scalar::F32 => f64::from(f32::from_bits(self.bits as u32)),
            Scalar::I64 => self.bits as i64 as f64,
            Scalar::Bool | Scalar::Key | Scalar::Z2 => self.bits as f64,
        }
    }
    /// The value as an integer, if it is one.
    pub fn as_i64(self) -> Option<i64> {
        (self.scalar == Scalar::I64).then_some(self.bits as i64)
    }
    /// The value as a boolean, if it is one.
    pub fn as_bool(self) -> Option<bool> {
        (self.scalar == Scalar::Bool).then_some(self.bits != 0)
    }
}

impl fmt::Debug for Bits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.scalar {
            Scalar::F64 => write!(f, "{:?}", f64::from_bits(self.bits)),
            Scalar::F32 => write!(f, "{:?}", f32::from_bits(self.bits as u32)),
            Scalar::I64 => write!(f, "{}", self.bits as i64),
            Scalar::Bool => write!(f, "{}", self.bits != 0),
            Scalar::Key => write!(f, "{:#x}", self.bits),
            Scalar::Z2 => write!(f, "{}", self.bits),
        }
    }
}
