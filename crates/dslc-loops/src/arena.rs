//! Offsets for temporaries: first fit over a sorted list of holes, so that space is used again as soon as its
//! owner is dead.

use std::collections::BTreeMap;

/// Every piece starts at a multiple of this, the length of a cache line.
const ALIGN: u64 = 64;

/// What is free below the high-water mark.
#[derive(Default, Debug)]
pub(crate) struct Arena {
    /// Offset and length of each hole; neighbours are merged.
    holes: BTreeMap<u64, u64>,
    /// The bytes used so far.
    pub(crate) size: u64,
}

impl Arena {
    /// Takes this many bytes and gives their offset.
    pub(crate) fn take(&mut self, bytes: u64) -> u64 {
        let bytes = rounded(bytes);
        let fit = self.holes.iter().find(|(_, len)| **len >= bytes).map(|(&at, &len)| (at, len));
        if let Some((at, len)) = fit {
            self.holes.remove(&at);
            if len > bytes {
                self.holes.insert(at + bytes, len - bytes);
            }
            return at;
        }
        let at = self.size;
        self.size = self.size.saturating_add(bytes);
        at
    }
    /// Gives bytes back.
    pub(crate) fn give(&mut self, at: u64, bytes: u64) {
        let (mut at, mut len) = (at, rounded(bytes));
        if let Some((&before, &length)) = self.holes.range(..at).next_back()
            && before + length == at
        {
            self.holes.remove(&before);
            at = before;
            len += length;
        }
        if let Some(length) = self.holes.remove(&(at + len)) {
            len += length;
        }
        self.holes.insert(at, len);
    }
}

fn rounded(bytes: u64) -> u64 {
    bytes.max(1).saturating_add(ALIGN - 1) / ALIGN * ALIGN
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn freed_space_is_used_again_and_neighbours_merge() {
        let mut arena = Arena::default();
        let (a, b, c) = (arena.take(100), arena.take(64), arena.take(1));
        assert_eq!((a, b, c, arena.size), (0, 128, 192, 256));
        arena.give(a, 100);
        arena.give(b, 64);
        assert_eq!(arena.take(192), 0);
        assert_eq!(arena.size, 256);
    }
}
