//! Random permutations.

use dslc_ir::interpret::interpret;
use dslc_ir::{Scalar, prims};

use crate::interrupt::{Interrupt, Interrupted};

/// So many draws are made between two polls.
const BLOCK: usize = 1 << 16;

/// A uniformly random permutation of `0..n`, by Fisher and Yates, which the key alone decides.
///
/// The random bits are those of the primitive `random_bits`, so that there is one generator.
///
/// # Errors
/// The host asked for it.
///
/// # Panics
/// If the table of primitives lacks `random_bits`.
pub fn permutation(key: u64, n: usize, interrupt: Interrupt<'_>) -> Result<Vec<i64>, Interrupted> {
    let mut bits = Draws::new(key);
    let mut order: Vec<i64> = (0..n as i64).collect();
    for last in (1..n).rev() {
        if last.is_multiple_of(BLOCK) {
            interrupt.poll()?;
        }
        let chosen = bits.below(last as u64 + 1) as usize;
        order.swap(last, chosen);
    }
    Ok(order)
}

/// The stream of random words of one key.
struct Draws {
    key: u64,
    counter: u64,
    recipe: std::sync::Arc<dslc_ir::mach::Recipe>,
}

impl Draws {
    fn new(key: u64) -> Self {
        let Some(prim) = prims::by_name("random_bits") else {
            unreachable!("the table of primitives has random_bits");
        };
        Self { key, counter: 0, recipe: prim.recipe(&[Scalar::Key, Scalar::I64]) }
    }
    fn word(&mut self) -> u64 {
        let (word, _) = interpret(&self.recipe, &[self.key, self.counter]);
        self.counter += 1;
        word
    }
    /// A uniform number below `bound`, by Lemire's multiplication with rejection (*Fast Random Integer
    /// Generation in an Interval*, 2019, algorithm 5): exactly unbiased.
    fn below(&mut self, bound: u64) -> u64 {
        let reject = bound.wrapping_neg() % bound;
        loop {
            let product = u128::from(self.word()) * u128::from(bound);
            if product as u64 >= reject {
                return (product >> 64) as u64;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(key: u64, n: usize) -> Vec<i64> {
        permutation(key, n, Interrupt::NEVER).expect("nobody asks")
    }

    #[test]
    fn a_host_can_stop_it() {
        let set = std::sync::atomic::AtomicBool::new(true);
        assert_eq!(permutation(1, BLOCK + 1, (&set).into()), Err(Interrupted));
    }

    #[test]
    fn every_order_is_equally_likely_and_the_key_decides() {
        if prims::by_name("random_bits").is_none() {
            return;
        }
        let mut counts = std::collections::BTreeMap::new();
        for key in 0..6000 {
            let order = drawn(key, 3);
            *counts.entry(order).or_insert(0) += 1;
        }
        assert_eq!(counts.len(), 6);
        // Each count is binomial with mean 1000 and deviation 29.
        assert!(counts.values().all(|&c: &i32| (850..1150).contains(&c)), "{counts:?}");
        assert_eq!(drawn(7, 100), drawn(7, 100));
    }

    #[test]
    fn small_ones() {
        if prims::by_name("random_bits").is_some() {
            assert_eq!(drawn(1, 0), [0i64; 0]);
            assert_eq!(drawn(1, 1), [0]);
        }
    }
}
