//! Small sets of numbers.

/// A set of numbers below a bound that is fixed when it is made.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct BitSet {
    words: Vec<u64>,
}

impl BitSet {
    /// The empty set of numbers below `bound`.
    pub fn new(bound: usize) -> Self {
        Self { words: vec![0; bound.div_ceil(64)] }
    }
    /// Adds a number; whether it was new.
    pub fn insert(&mut self, k: usize) -> bool {
        let (word, bit) = (&mut self.words[k / 64], 1u64 << (k % 64));
        let new = *word & bit == 0;
        *word |= bit;
        new
    }
    /// Whether the number is in the set.
    pub fn has(&self, k: usize) -> bool {
        self.words.get(k / 64).is_some_and(|w| w >> (k % 64) & 1 == 1)
    }
    /// Adds all of another set with the same bound; whether any was new.
    pub fn union(&mut self, other: &BitSet) -> bool {
        let mut grown = false;
        for (w, o) in self.words.iter_mut().zip(&other.words) {
            grown |= *o & !*w != 0;
            *w |= o;
        }
        grown
    }
    /// The numbers, ascending.
    pub fn iter(&self) -> impl Iterator<Item = usize> {
        let words = self.words.iter().enumerate();
        words.flat_map(|(k, &w)| (0..64).filter(move |bit| w >> bit & 1 == 1).map(move |bit| k * 64 + bit))
    }
}
