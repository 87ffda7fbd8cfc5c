//! Derivatives against each other and against differences.

use crate::run::Outcome;

/// How far the forward and the reverse derivative may be from each other, as a share of the numbers around.
const EACH_OTHER: f64 = 1e-11;
/// How far they may be from differences.
const DIFFERENCES: f64 = 1e-5;

/// The steps of the programs that `testkit` makes.
const STEPS: [f64; 4] = [1.0 / 256.0, 1.0 / 1024.0, 1.0 / 4096.0, 1.0 / 16384.0];

/// What differences say of derivatives.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Verdict {
    Agree,
    /// They say nothing, and why.
    Skipped(&'static str),
    Differ(String),
}

/// Judges what a program of `testkit::source::difference` printed: the forward derivative, the reverse derivative and
/// the value; then for each step the values to either side.
pub(crate) fn judge(outcome: &Outcome) -> Verdict {
    let Outcome::Ran { printed, stopped: None } = outcome else { return Verdict::Skipped("stopped") };
    let numbers: Vec<Vec<f64>> =
        printed.iter().map(|l| l.split_whitespace().filter_map(|w| w.parse().ok()).collect()).collect();
    let [at, sides @ ..] = &numbers[..] else { return Verdict::Skipped("nothing printed") };
    let [forward, reverse, value] = at[..] else { return Verdict::Differ(format!("{printed:?}")) };
    if numbers.iter().flatten().any(|x| !x.is_finite() || x.abs() > 1e6) {
        return Verdict::Skipped("not tame");
    }
    let scale = [forward, reverse, value].iter().fold(1.0f64, |m, x| m.max(x.abs()));
    if (forward - reverse).abs() > EACH_OTHER * scale {
        return Verdict::Differ(format!("forward {forward:?}, reverse {reverse:?}"));
    }
    let pairs: Vec<(f64, f64)> = sides.iter().filter_map(|s| Some((*s.first()?, *s.get(1)?))).collect();
    if pairs.len() != STEPS.len() {
        return Verdict::Skipped("lines are missing");
    }
    // The slopes to either side come together as the step shrinks, but for a kink.
    let apart = |k: usize| ((pairs[k].0 - value) - (value - pairs[k].1)).abs() / STEPS[k];
    if apart(3) > 1e-6 * scale && apart(3) > apart(1) / 4.0 {
        return Verdict::Skipped("a kink or a jump");
    }
    let central: Vec<f64> = pairs.iter().zip(STEPS).map(|((up, down), h)| (up - down) / (2.0 * h)).collect();
    // One step of Richardson's extrapolation for steps that differ by a factor of four.
    let better: Vec<f64> = central.windows(2).map(|c| (16.0 * c[1] - c[0]) / 15.0).collect();
    let (spread, best) = better
        .windows(2)
        .map(|b| ((b[1] - b[0]).abs(), b[1]))
        .min_by(|a, b| a.0.total_cmp(&b.0))
        .unwrap_or((f64::INFINITY, 0.0));
    if spread > DIFFERENCES / 10.0 * scale {
        return Verdict::Skipped("differences that do not settle");
    }
    if (best - forward).abs() > DIFFERENCES * scale {
        return Verdict::Differ(format!("forward {forward:?}, reverse {reverse:?}, differences {best:?}"));
    }
    Verdict::Agree
}
