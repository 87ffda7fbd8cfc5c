//! Intervals: the meaning of a primitive on a box.

/// A closed interval of reals, possibly unbounded. **Invariant:** `lo <= hi`, neither is NaN.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Interval {
    /// The lower end.
    pub lo: f64,
    /// The upper end.
    pub hi: f64,
}

impl Interval {
    /// Every real.
    pub const EVERYTHING: Interval = Interval { lo: f64::NEG_INFINITY, hi: f64::INFINITY };

    /// One point.
    pub const fn point(x: f64) -> Self {
        Self { lo: x, hi: x }
    }
    /// The smallest interval with these ends, in any order, widened outward by one step; everything if one is NaN.
    pub fn hull(a: f64, b: f64) -> Self {
        if a.is_nan() || b.is_nan() {
            return Self::EVERYTHING;
        }
        Self { lo: a.min(b).next_down(), hi: a.max(b).next_up() }
    }
    /// The image under a function that rises (or falls) everywhere.
    pub fn monotone(self, f: impl Fn(f64) -> f64) -> Self {
        Self::hull(f(self.lo), f(self.hi))
    }
    /// Whether the point lies inside; NaN lies in everything only.
    pub fn contains(self, x: f64) -> bool {
        if x.is_nan() { self == Self::EVERYTHING } else { self.lo <= x && x <= self.hi }
    }
}
