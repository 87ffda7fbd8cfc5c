//! Arrays of the crate `ndarray`: views as arguments, arrays as results.

use dslc_ir::Scalar;
use dslc_runtime::view::{View, ViewMut};
use dslc_sema::{Border, Slot};
use ndarray::{Array, ArrayView, Dimension, IxDyn};

use crate::border::{Argument, Returned, Shaped, Views, ViewsMut};

/// A view does not lie in row-major order without gaps, so it cannot be lent. `as_standard_layout` copies it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NotContiguous;

impl std::fmt::Display for NotContiguous {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the view is not contiguous in row-major order; `as_standard_layout` makes it so")
    }
}
impl std::error::Error for NotContiguous {}

impl<'a, T, D: Dimension> TryFrom<ArrayView<'a, T, D>> for Shaped<'a, T> {
    type Error = NotContiguous;
    fn try_from(view: ArrayView<'a, T, D>) -> Result<Self, NotContiguous> {
        let shape = view.shape().to_vec();
        view.to_slice().and_then(|elements| Shaped::new(&shape, elements)).ok_or(NotContiguous)
    }
}

macro_rules! lent {
    ($array:ty, $scalar:ident) => {
        /// It is lent where it lies; one that does not lie in row-major order without gaps is refused by the call.
        impl<D: Dimension> Argument for $array {
            fn border(&self) -> Border {
                let shape = self.shape().iter().map(|&n| n as u64).collect();
                Border::Tensor(Slot { scalar: Scalar::$scalar, shape })
            }
            fn fits(&self, border: &Border) -> bool {
                let Border::Tensor(s) = border else { return false };
                let shape = s.shape.iter().copied();
                s.scalar == Scalar::$scalar && shape.eq(self.shape().iter().map(|&n| n as u64))
            }
            fn views<'a>(&'a self, out: &mut Views<'a>) {
                out.extend(self.as_slice().map(View::from));
            }
        }
    };
}

macro_rules! arrays {
    ($($t:ty, $scalar:ident, $name:literal;)*) => {
        $(
            lent!(Array<$t, D>, $scalar);
            lent!(ArrayView<'_, $t, D>, $scalar);
            impl<D: Dimension> Returned for Array<$t, D> {
                fn make(border: &Border) -> Option<Self> {
                    let Border::Tensor(s) = border else { return None };
                    if s.scalar != Scalar::$scalar {
                        return None;
                    }
                    let shape: Vec<usize> =
                        s.shape.iter().map(|&n| n.try_into().ok()).collect::<Option<_>>()?;
                    Array::<$t, IxDyn>::zeros(IxDyn(&shape)).into_dimensionality().ok()
                }
                fn views<'a>(&'a mut self, out: &mut ViewsMut<'a>) {
                    // A new array is contiguous; were it not, the call would refuse it.
                    out.push(ViewMut::from(self.as_slice_mut().unwrap_or(&mut [])));
                }
                fn expected() -> String {
                    match D::NDIM {
                        Some(rank) => format!("an array of {} with {rank} axes", $name),
                        None => format!("an array of {}", $name),
                    }
                }
            }
        )*
    };
}
arrays! { f64, F64, "f64"; f32, F32, "f32"; i64, I64, "i64"; }
