//! Vectors of the tile: arrays anywhere, and registers of 256 bits where the processor has AVX2 and FMA. Both give
//! the same bits (but for which NaN a NaN is).
//!
//! The items are public only because a public trait names them; the module is not.

#![cfg_attr(
    target_arch = "x86_64",
    expect(
        unsafe_code,
        reason = "intrinsics are called where the caller has checked for their instructions"
    )
)]

use super::algebra::Tropical;

/// Some numbers that are worked on together.
pub trait Vector<T>: Copy {
    /// How many.
    const LANES: usize;
    /// The same number in every lane.
    fn splat(x: T) -> Self;
    /// The first lanes of a slice.
    fn load(from: &[T]) -> Self;
    /// Writes to the first lanes of a slice.
    fn store(self, to: &mut [T]);
    /// `x + y`, perhaps as `y * one + x`, which is the same number and runs where max and min do not.
    fn sum(x: Self, y: Self, one: Self) -> Self;
    /// `x > y ? x : y`.
    fn larger(x: Self, y: Self) -> Self;
    /// `x < y ? x : y`.
    fn smaller(x: Self, y: Self) -> Self;
    /// The conjunction of the bits.
    fn and(x: Self, y: Self) -> Self;
    /// The disjunction of the bits.
    fn or(x: Self, y: Self) -> Self;
    /// Bits that are a NaN where `x` or `y` is one, else zeros.
    fn unordered(x: Self, y: Self) -> Self;
}

/// The vector of any processor.
#[derive(Clone, Copy)]
pub struct Lanes<T, const L: usize>([T; L]);

impl<T: Tropical, const L: usize> Lanes<T, L> {
    #[inline(always)]
    fn zip(x: Self, y: Self, f: impl Fn(T, T) -> T) -> Self {
        Self(std::array::from_fn(|l| f(x.0[l], y.0[l])))
    }
}

impl<T: Tropical, const L: usize> Vector<T> for Lanes<T, L> {
    const LANES: usize = L;
    #[inline(always)]
    fn splat(x: T) -> Self {
        Self([x; L])
    }
    #[inline(always)]
    fn load(from: &[T]) -> Self {
        Self(std::array::from_fn(|l| from[l]))
    }
    #[inline(always)]
    fn store(self, to: &mut [T]) {
        to[..L].copy_from_slice(&self.0);
    }
    #[inline(always)]
    fn sum(x: Self, y: Self, _: Self) -> Self {
        Self::zip(x, y, |x, y| x + y)
    }
    #[inline(always)]
    fn larger(x: Self, y: Self) -> Self {
        Self::zip(x, y, |x, y| if x > y { x } else { y })
    }
    #[inline(always)]
    fn smaller(x: Self, y: Self) -> Self {
        Self::zip(x, y, |x, y| if x < y { x } else { y })
    }
    #[inline(always)]
    fn and(x: Self, y: Self) -> Self {
        Self::zip(x, y, T::bits_and)
    }
    #[inline(always)]
    fn or(x: Self, y: Self) -> Self {
        Self::zip(x, y, T::bits_or)
    }
    #[inline(always)]
    fn unordered(x: Self, y: Self) -> Self {
        Self::zip(x, y, |x, y| if x.partial_cmp(&y).is_none() { T::NAN } else { T::ZERO })
    }
}

#[cfg(target_arch = "x86_64")]
macro_rules! avx {
    ($($name:ident $float:ident $register:ident $lanes:literal
       $splat:ident $load:ident $store:ident $fma:ident $max:ident $min:ident $and:ident $or:ident $cmp:ident;)*) => {
        $(
            /// A register of 256 bits.
            #[derive(Clone, Copy)]
            pub struct $name(std::arch::x86_64::$register);

            // SAFETY of every block below: values of this type are made and used only inside
            // `tile::multiply_avx2`, whose caller has checked for the instructions; the slices are checked here.
            impl Vector<$float> for $name {
                const LANES: usize = $lanes;
                #[inline(always)]
                fn splat(x: $float) -> Self {
                    // SAFETY: see above.
                    Self(unsafe { std::arch::x86_64::$splat(x) })
                }
                #[inline(always)]
                fn load(from: &[$float]) -> Self {
                    let from = &from[..$lanes];
                    // SAFETY: see above; the slice has the lanes.
                    Self(unsafe { std::arch::x86_64::$load(from.as_ptr()) })
                }
                #[inline(always)]
                fn store(self, to: &mut [$float]) {
                    let to = &mut to[..$lanes];
                    // SAFETY: see above; the slice has the lanes.
                    unsafe { std::arch::x86_64::$store(to.as_mut_ptr(), self.0) }
                }
                #[inline(always)]
                fn sum(x: Self, y: Self, one: Self) -> Self {
                    // SAFETY: see above.
                    Self(unsafe { std::arch::x86_64::$fma(y.0, one.0, x.0) })
                }
                #[inline(always)]
                fn larger(x: Self, y: Self) -> Self {
                    // SAFETY: see above.
                    Self(unsafe { std::arch::x86_64::$max(x.0, y.0) })
                }
                #[inline(always)]
                fn smaller(x: Self, y: Self) -> Self {
                    // SAFETY: see above.
                    Self(unsafe { std::arch::x86_64::$min(x.0, y.0) })
                }
                #[inline(always)]
                fn and(x: Self, y: Self) -> Self {
                    // SAFETY: see above.
                    Self(unsafe { std::arch::x86_64::$and(x.0, y.0) })
                }
                #[inline(always)]
                fn or(x: Self, y: Self) -> Self {
                    // SAFETY: see above.
                    Self(unsafe { std::arch::x86_64::$or(x.0, y.0) })
                }
                #[inline(always)]
                fn unordered(x: Self, y: Self) -> Self {
                    use std::arch::x86_64::_CMP_UNORD_Q;
                    // SAFETY: see above.
                    Self(unsafe { std::arch::x86_64::$cmp::<_CMP_UNORD_Q>(x.0, y.0) })
                }
            }
        )*
    };
}
#[cfg(target_arch = "x86_64")]
avx! {
    Wide64 f64 __m256d 4 _mm256_set1_pd _mm256_loadu_pd _mm256_storeu_pd _mm256_fmadd_pd
        _mm256_max_pd _mm256_min_pd _mm256_and_pd _mm256_or_pd _mm256_cmp_pd;
    Wide32 f32 __m256 8 _mm256_set1_ps _mm256_loadu_ps _mm256_storeu_ps _mm256_fmadd_ps
        _mm256_max_ps _mm256_min_ps _mm256_and_ps _mm256_or_ps _mm256_cmp_ps;
}
