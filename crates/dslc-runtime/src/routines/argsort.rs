//! The order that sorts.

use std::cmp::Ordering;

use crate::interrupt::{Interrupt, Interrupted};

/// So many elements are sorted, or merged, between two polls.
const BLOCK: usize = 1 << 16;

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
///
/// # Errors
/// The host asked for it.
pub fn argsort<T: Sortable>(x: &[T], interrupt: Interrupt<'_>) -> Result<Vec<i64>, Interrupted> {
    let mut order: Vec<i64> = (0..x.len() as i64).collect();
    for block in order.chunks_mut(BLOCK) {
        interrupt.poll()?;
        block.sort_by(|&i, &j| x[i as usize].order(x[j as usize]));
    }
    let mut spare = if order.len() > BLOCK { vec![0; order.len()] } else { Vec::new() };
    let mut sorted = BLOCK;
    while sorted < order.len() {
        for (from, to) in order.chunks(2 * sorted).zip(spare.chunks_mut(2 * sorted)) {
            let (lower, upper) = from.split_at(sorted.min(from.len()));
            merge(x, lower, upper, to, interrupt)?;
        }
        std::mem::swap(&mut order, &mut spare);
        sorted *= 2;
    }
    Ok(order)
}

/// Two sorted runs as one; of equal elements those of the first run come first.
fn merge<'o, T: Sortable>(
    x: &[T],
    mut lower: &'o [i64],
    mut upper: &'o [i64],
    to: &mut [i64],
    interrupt: Interrupt<'_>,
) -> Result<(), Interrupted> {
    for (k, place) in to.iter_mut().enumerate() {
        if k.is_multiple_of(BLOCK) {
            interrupt.poll()?;
        }
        let first = match (lower, upper) {
            ([i, ..], [j, ..]) => x[*i as usize].order(x[*j as usize]) != Ordering::Greater,
            (_, rest) => rest.is_empty(),
        };
        let from = if first { &mut lower } else { &mut upper };
        if let Some((&i, rest)) = from.split_first() {
            (*place, *from) = (i, rest);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sorted<T: Sortable>(x: &[T]) -> Vec<i64> {
        argsort(x, Interrupt::NEVER).expect("nobody asks")
    }

    #[test]
    fn long_ones_are_sorted_in_blocks_and_can_be_stopped() {
        // Many are equal, so that the order of equal ones shows; the standard sort of pairs is another way to it.
        for n in [BLOCK, BLOCK + 1, 2 * BLOCK, 3 * BLOCK + 17, 5 * BLOCK - 1] {
            let x: Vec<i64> = (0..n as i64).map(|k| k * 7_919 % 1_009).collect();
            let mut pairs: Vec<(i64, i64)> = x.iter().copied().zip(0..).collect();
            pairs.sort_unstable();
            assert!(sorted(&x).into_iter().eq(pairs.into_iter().map(|p| p.1)), "{n}");
        }
        let set = std::sync::atomic::AtomicBool::new(true);
        assert_eq!(argsort(&[2i64, 1], (&set).into()), Err(Interrupted));
    }

    #[test]
    fn the_order_is_stable_with_nan_last() {
        let x = [f64::NAN, 1.0, 0.0, -0.0, f64::INFINITY, -f64::NAN, f64::NEG_INFINITY, 1.0];
        assert_eq!(sorted(&x), [6, 2, 3, 1, 7, 4, 0, 5]);
    }

    #[test]
    fn integers_sort_and_nothing_sorts_to_nothing() {
        assert_eq!(sorted(&[3i64, i64::MIN, 3, i64::MAX]), [1, 0, 2, 3]);
        assert_eq!(sorted::<f32>(&[]), [0i64; 0]);
    }
}
