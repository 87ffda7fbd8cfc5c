//! An axis: which numbers it spans, where its ticks are, and how they are written.

use std::ops::Range;

use plotters::coord::ranged1d::{KeyPointHint, NoDefaultFormatting, Ranged, ValueFormatter};

/// A stretch of the numbers, linear. It may run backwards. **Invariant:** both ends are finite and differ.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Axis {
    start: f64,
    end: f64,
    ticks: Vec<f64>,
    /// The power of ten of which every tick is a multiple.
    exponent: i32,
}

impl Axis {
    /// An axis that shows all of these numbers with a little room at both ends; what is not finite is passed over.
    pub(super) fn around(values: impl Iterator<Item = f64>, ticks: usize) -> Self {
        let (low, high) = extent(values);
        // Halves, since the difference of two large numbers may be infinite.
        let room = (high / 2.0 - low / 2.0) * 0.08;
        Self::between(low - room, high + room, ticks)
    }

    /// An axis for bars: it begins at 0, or has 0 inside.
    pub(super) fn from_zero(values: impl Iterator<Item = f64>, ticks: usize) -> Self {
        let (low, high) = extent(values.chain(std::iter::once(0.0)));
        let room = (high / 2.0 - low / 2.0) * 0.08;
        Self::between(
            if low < 0.0 { low - room } else { 0.0 },
            if high > 0.0 { high + room } else { 0.0 },
            ticks,
        )
    }

    /// An axis with exactly these ends.
    pub(super) fn between(start: f64, end: f64, ticks: usize) -> Self {
        let (start, end) = (start.clamp(f64::MIN, f64::MAX), end.clamp(f64::MIN, f64::MAX));
        let (low, high) = (start.min(end), start.max(end));
        let (step, exponent) = step((high / 2.0 - low / 2.0) / (ticks.max(1) as f64 / 2.0));
        Self { start, end, ticks: multiples(low, high, step, exponent), exponent }
    }

    /// The positions of the rows or columns of a matrix, each in the middle of one unit.
    pub(super) fn of_indices(count: usize, backwards: bool, ticks: usize) -> Self {
        let (low, high) = (-0.5, count.max(1) as f64 - 0.5);
        let (mut digit, mut exponent) = step(count as f64 / ticks.max(1) as f64);
        if exponent < 0 {
            (digit, exponent) = (1, 0);
        }
        let (start, end) = if backwards { (high, low) } else { (low, high) };
        Self { start, end, ticks: multiples(low, high, digit, exponent), exponent }
    }

    /// Where a number lies: 0 at the start, 1 at the end.
    pub(super) fn share(&self, value: f64) -> f64 {
        (value / 2.0 - self.start / 2.0) / (self.end / 2.0 - self.start / 2.0)
    }

    /// The ticks from the smallest on.
    pub(super) fn ticks(&self) -> &[f64] {
        &self.ticks
    }

    /// A tick as text: with as many digits as tell it from its neighbours.
    pub(super) fn label(&self, tick: f64) -> String {
        let largest = self.ticks.iter().fold(0.0f64, |m, t| m.max(t.abs()));
        if tick == 0.0 {
            return "0".into();
        }
        if self.exponent >= -5 && largest < 1e6 {
            return format!("{tick:.*}", (-self.exponent).max(0) as usize);
        }
        let digits = (tick.abs().log10().floor() as i32 - self.exponent).clamp(0, 16) as usize;
        let text = format!("{tick:.digits$e}");
        match text.split_once('e') {
            Some((mantissa, power)) if mantissa.contains('.') => {
                format!("{}e{power}", mantissa.trim_end_matches('0').trim_end_matches('.'))
            }
            _ => text,
        }
    }
}

/// The smallest and the largest finite number; around a single one, some room. 0 to 1 if there is none.
fn extent(values: impl Iterator<Item = f64>) -> (f64, f64) {
    let finite = values.filter(|v| v.is_finite());
    let (low, high) = finite.fold((f64::MAX, f64::MIN), |(a, b), v| (a.min(v), b.max(v)));
    if low > high {
        return (0.0, 1.0);
    }
    let size = low.abs().max(high.abs());
    // Below this the ticks would have no digits left that tell them apart.
    let too_narrow = high / 2.0 - low / 2.0 <= (size * 1e-13).max(1e-290);
    match too_narrow {
        true if size < 1e-290 => (-1.0, 1.0),
        true => {
            let middle = low / 2.0 + high / 2.0;
            (middle - size * 0.1, middle + size * 0.1)
        }
        false => (low, high),
    }
}

/// A step of at least `smallest` that is 1, 2 or 5 times a power of ten: the factor and the exponent.
fn step(smallest: f64) -> (i32, i32) {
    let mut exponent = smallest.max(1e-300).log10().floor() as i32;
    let scale = |e: i32| 10f64.powi(e);
    for factor in [1, 2, 5] {
        if f64::from(factor) * scale(exponent) >= smallest * (1.0 - 1e-9) {
            return (factor, exponent);
        }
    }
    exponent += 1;
    (1, exponent)
}

/// The multiples of a step from `low` to `high`, each the float nearest to its decimal text where powers allow.
fn multiples(low: f64, high: f64, factor: i32, exponent: i32) -> Vec<f64> {
    let (factor, scale) = (f64::from(factor), 10f64.powi(exponent.abs()));
    let of = |k: f64| if exponent < 0 { k * factor / scale } else { k * factor * scale };
    let size = of(1.0);
    // A little slack, so that a tick at the very end is not lost to rounding.
    let (first, last) = ((low / size - 1e-9).ceil(), (high / size + 1e-9).floor());
    let count = (last - first).clamp(-1.0, 100.0) as i32 + 1;
    (0..count).map(|k| of(first + f64::from(k)) + 0.0).filter(|t| t.is_finite()).collect()
}

impl Ranged for Axis {
    type FormatOption = NoDefaultFormatting;
    type ValueType = f64;

    fn map(&self, value: &f64, (from, to): (i32, i32)) -> i32 {
        from + (self.share(*value) * f64::from(to - from)).round() as i32
    }
    fn key_points<Hint: KeyPointHint>(&self, hint: Hint) -> Vec<f64> {
        // There are no light lines between the ticks.
        if hint.weight().allow_light_points() { Vec::new() } else { self.ticks.clone() }
    }
    fn range(&self) -> Range<f64> {
        self.start..self.end
    }
}

impl ValueFormatter<f64> for Axis {
    fn format_ext(&self, value: &f64) -> String {
        self.label(*value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(values: &[f64]) -> Vec<String> {
        let axis = Axis::around(values.iter().copied(), 6);
        axis.ticks().iter().map(|&t| axis.label(t)).collect()
    }

    #[test]
    fn ticks_are_round_numbers() {
        assert_eq!(labels(&[0.0, 10.0]), ["0", "2", "4", "6", "8", "10"]);
        assert_eq!(labels(&[0.0, 0.31]), ["0", "0.1", "0.2", "0.3"]);
        assert_eq!(labels(&[-1.0, 1.0]), ["-1.0", "-0.5", "0", "0.5", "1.0"]);
        assert_eq!(labels(&[2e9, 3e9]), ["2e9", "2.2e9", "2.4e9", "2.6e9", "2.8e9", "3e9"]);
        assert_eq!(labels(&[0.0, 3e-7]), ["0", "1e-7", "2e-7", "3e-7"]);
        assert_eq!(labels(&[f64::NAN, f64::INFINITY]), ["0", "0.2", "0.4", "0.6", "0.8", "1.0"]);
    }

    #[test]
    fn any_numbers_have_an_axis() {
        let wild = [0.0, -0.0, 5e-324, 1e-300, 1.0, 1.0 + f64::EPSILON, -1e17, 1e300, f64::MAX, f64::MIN];
        for a in wild {
            for b in wild {
                for axis in [Axis::around([a, b].into_iter(), 6), Axis::from_zero([a, b].into_iter(), 6)] {
                    assert!((2..=14).contains(&axis.ticks().len()), "{a} {b} {axis:?}");
                    assert!(axis.ticks().windows(2).all(|w| w[0] < w[1]), "{axis:?}");
                    let texts: Vec<String> = axis.ticks().iter().map(|&t| axis.label(t)).collect();
                    assert!(texts.windows(2).all(|w| w[0] != w[1]), "{texts:?}");
                    for v in axis.ticks().iter().copied().chain([a, b]) {
                        assert!((-1e-6..=1.0 + 1e-6).contains(&axis.share(v)), "{v} {axis:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn indices_have_whole_ticks() {
        let axis = Axis::of_indices(3, true, 8);
        assert_eq!(axis.ticks(), [0.0, 1.0, 2.0]);
        assert_eq!((axis.share(2.5), axis.share(-0.5)), (0.0, 1.0));
        assert_eq!(Axis::of_indices(100, false, 8).ticks().len(), 5);
    }
}
