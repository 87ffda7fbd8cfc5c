//! The order that sorts.

use std::cmp::Ordering;

/// What can be sorted: a total order with NaN last, in which the two zeros, and all NaN, are equal.
pub trait Sortable: Copy {
    /// How two elements stand.
    fn order(self, other: Self) -> Ordering;
}

macro_rules! sortable_float {
    ($($float:ident)*) => {
        $(impl Sortable for $float {
            fn order(self, other: Self) -> Ordering {
                self.partial_cmp(&other).unwrap_or_else(|| self.is_nan().cmp(&other.is_nan()))
            }
        })*
    };
}
sortable_float!(f32 f64);

impl Sortable for i64 {
    fn order(self, other: Self) -> Ordering {
        self.cmp(&other)
    }
}

/// The positions of the elements in ascending order; equal ones keep their order, NaN come last.
pub fn argsort<T: Sortable>(x: &[T]) -> Vec<i64> {
    let mut order: Vec<i64> = (0..x.len() as i64).collect();
    order.sort_by(|&i, &j| x[i as usize].order(x[j as usize]));
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_is_stable_with_nan_last() {
        let x = [f64::NAN, 1.0, 0.0, -0.0, f64::INFINITY, -f64::NAN, f64::NEG_INFINITY, 1.0];
        assert_eq!(argsort(&x), [6, 2, 3, 1, 7, 4, 0, 5]);
    }

    #[test]
    fn integers_sort_and_nothing_sorts_to_nothing() {
        assert_eq!(argsort(&[3i64, i64::MIN, 3, i64::MAX]), [1, 0, 2, 3]);
        assert_eq!(argsort::<f32>(&[]), [0i64; 0]);
    }
}
