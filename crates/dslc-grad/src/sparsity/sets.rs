//! Sets of columns, each kept once.

use std::collections::HashMap;
use std::rc::Rc;

/// A set in a table.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub(super) struct SetId(u32);

/// The sets that there are. What would be larger than a limit becomes the set of everything, which only errs on the
/// side of more.
pub(super) struct Sets {
    table: Vec<Rc<[u32]>>,
    known: HashMap<Rc<[u32]>, SetId>,
    unions: HashMap<(SetId, SetId), SetId>,
    /// How many elements a set may have.
    largest: usize,
    /// How many elements all sets together may still have.
    room: usize,
}

impl Sets {
    /// Nothing.
    pub(super) const EMPTY: SetId = SetId(0);
    /// Everything.
    pub(super) const ALL: SetId = SetId(1);

    pub(super) fn new(largest: usize, room: usize) -> Self {
        let empty: Rc<[u32]> = Rc::new([]);
        Self {
            table: vec![empty.clone(), empty.clone()],
            known: HashMap::from([(empty, Self::EMPTY)]),
            unions: HashMap::new(),
            largest,
            room,
        }
    }
    /// The elements, sorted; none for everything.
    pub(super) fn elements(&self, set: SetId) -> Option<Rc<[u32]>> {
        (set != Self::ALL).then(|| self.table[set.0 as usize].clone())
    }
    /// The set of one element.
    pub(super) fn single(&mut self, element: u32) -> SetId {
        self.intern(vec![element])
    }
    fn intern(&mut self, elements: Vec<u32>) -> SetId {
        if elements.len() > self.largest || elements.len() > self.room {
            return Self::ALL;
        }
        if let Some(&found) = self.known.get(elements.as_slice()) {
            return found;
        }
        self.room -= elements.len();
        let set = SetId(self.table.len() as u32);
        let elements: Rc<[u32]> = elements.into();
        self.table.push(elements.clone());
        self.known.insert(elements, set);
        set
    }
    /// What is in one of many sets, made at once: what is made on the way would take room.
    pub(super) fn union_of(&mut self, mut all: Vec<SetId>) -> SetId {
        all.sort_unstable();
        all.dedup();
        if all.contains(&Self::ALL) {
            return Self::ALL;
        }
        match all[..] {
            [] => Self::EMPTY,
            [one] => one,
            [a, b] => self.union(a, b),
            _ => {
                let elements = |s: &SetId| self.table[s.0 as usize].iter().copied();
                let mut merged: Vec<u32> = all.iter().flat_map(elements).collect();
                merged.sort_unstable();
                merged.dedup();
                self.intern(merged)
            }
        }
    }
    /// What is in one of two sets.
    pub(super) fn union(&mut self, a: SetId, b: SetId) -> SetId {
        let (a, b) = (a.min(b), a.max(b));
        if a == b || a == Self::EMPTY {
            return b;
        }
        if a == Self::ALL {
            return a;
        }
        if let Some(&found) = self.unions.get(&(a, b)) {
            return found;
        }
        let merged = merge(&self.table[a.0 as usize], &self.table[b.0 as usize]);
        let set = self.intern(merged);
        self.unions.insert((a, b), set);
        set
    }
}

/// Two sorted lists without repetition as one.
fn merge(a: &[u32], b: &[u32]) -> Vec<u32> {
    let mut out = Vec::with_capacity(a.len() + b.len());
    let (mut i, mut j) = (0, 0);
    while i < a.len() && j < b.len() {
        let least = a[i].min(b[j]);
        i += usize::from(a[i] == least);
        j += usize::from(b[j] == least);
        out.push(least);
    }
    out.extend_from_slice(&a[i..]);
    out.extend_from_slice(&b[j..]);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unions_are_those_of_sets() {
        let mut sets = Sets::new(3, 100);
        let (a, b, c) = (sets.single(5), sets.single(2), sets.single(9));
        let ab = sets.union(a, b);
        assert_eq!(sets.elements(ab).as_deref(), Some(&[2, 5][..]));
        assert_eq!(sets.union(b, a), ab);
        assert_eq!(sets.union(ab, a), ab);
        assert_eq!(sets.union(ab, Sets::EMPTY), ab);
        let abc = sets.union(ab, c);
        assert_eq!(sets.elements(abc).as_deref(), Some(&[2, 5, 9][..]));
        let d = sets.single(1);
        // Four elements are more than three.
        assert_eq!(sets.union(abc, d), Sets::ALL);
        assert_eq!(sets.union(Sets::ALL, a), Sets::ALL);
    }
}
