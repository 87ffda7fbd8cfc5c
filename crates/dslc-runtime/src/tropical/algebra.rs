//! Max-plus and min-plus over both floats, as one body.

use super::tile::Tile;
use super::vector::Vector;

/// A float with tropical products.
pub trait Tropical: Tile + Copy + PartialOrd + std::ops::Add<Output = Self> + Send + Sync + 'static {
    /// Not a number.
    const NAN: Self;
    /// Infinity.
    const INFINITY: Self;
    /// Minus infinity.
    const NEG_INFINITY: Self;
    /// Zero.
    const ZERO: Self;
    /// One.
    const ONE: Self;
    /// Whether the sign bit is set.
    fn negative(self) -> bool;
    /// The conjunction of the bits.
    fn bits_and(self, other: Self) -> Self;
    /// The disjunction of the bits.
    fn bits_or(self, other: Self) -> Self;
}

macro_rules! tropical {
    ($($float:ident)*) => {
        $(impl Tropical for $float {
            const NAN: Self = $float::NAN;
            const INFINITY: Self = $float::INFINITY;
            const NEG_INFINITY: Self = $float::NEG_INFINITY;
            const ZERO: Self = 0.0;
            const ONE: Self = 1.0;
            #[inline(always)]
            fn negative(self) -> bool {
                self.is_sign_negative()
            }
            #[inline(always)]
            fn bits_and(self, other: Self) -> Self {
                $float::from_bits(self.to_bits() & other.to_bits())
            }
            #[inline(always)]
            fn bits_or(self, other: Self) -> Self {
                $float::from_bits(self.to_bits() | other.to_bits())
            }
        })*
    };
}
tropical!(f32 f64);

/// The addition of a tropical semiring.
pub(super) trait Algebra<T: Tropical> {
    /// The value of the empty sum.
    const UNIT: T;
    /// The better of two numbers, exactly.
    fn strict(x: T, y: T) -> T;
    /// The better of two numbers in each lane, that are not NaN nor zeros of different sign: one instruction.
    fn quick_vector<X: Vector<T>>(x: X, y: X) -> X;
    /// The better of two numbers in each lane, exactly. The two one-sided choices are the same number, or each of
    /// two zeros, or a NaN and the other number; so bits decide.
    fn strict_vector<X: Vector<T>>(x: X, y: X) -> X;
}

/// `max`.
pub(super) struct Max;
/// `min`.
pub(super) struct Min;

impl<T: Tropical> Algebra<T> for Max {
    const UNIT: T = T::NEG_INFINITY;
    #[inline(always)]
    fn strict(x: T, y: T) -> T {
        exact(x, y, T::bits_and(x, y), x > y)
    }
    #[inline(always)]
    fn quick_vector<X: Vector<T>>(x: X, y: X) -> X {
        X::larger(x, y)
    }
    #[inline(always)]
    fn strict_vector<X: Vector<T>>(x: X, y: X) -> X {
        X::or(X::and(X::larger(x, y), X::larger(y, x)), X::unordered(x, y))
    }
}

impl<T: Tropical> Algebra<T> for Min {
    const UNIT: T = T::INFINITY;
    #[inline(always)]
    fn strict(x: T, y: T) -> T {
        exact(x, y, T::bits_or(x, y), x < y)
    }
    #[inline(always)]
    fn quick_vector<X: Vector<T>>(x: X, y: X) -> X {
        X::smaller(x, y)
    }
    #[inline(always)]
    fn strict_vector<X: Vector<T>>(x: X, y: X) -> X {
        X::or(X::smaller(x, y), X::smaller(y, x))
    }
}

/// The choice with its edges: equal numbers differ at most in the sign of zero, which `tied` settles; a NaN
/// gives the one canonical NaN.
#[inline(always)]
fn exact<T: Tropical>(x: T, y: T, tied: T, first: bool) -> T {
    let chosen = if first { x } else { y };
    let settled = if x == y { tied } else { chosen };
    if x.partial_cmp(&y).is_none() { T::NAN } else { settled }
}
