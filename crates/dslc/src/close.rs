//! When two values are close, and what is said when they are not.

use dslc_ir::Scalar;
use dslc_runtime::value::Value;

/// The largest difference of two values of one type that are not close, as a sentence.
///
/// Elements a and b are close where `|a - b| <= t * max(1, |a|, |b|)`; equal infinities are close, and NaN is close
/// to NaN only. Integers, bools and keys are close where they are equal.
pub(crate) fn difference(a: &Value, b: &Value, tolerance: f64) -> Option<String> {
    let mut worst: Option<(f64, usize)> = None;
    let mut count = 0;
    for k in 0..a.len() {
        let excess = match a.scalar() {
            Scalar::F64 => excess(a.get(k).as_f64(), b.get(k).as_f64()),
            Scalar::F32 => {
                let float = |v: &Value| f64::from(f32::from_bits(v.get_bits(k) as u32));
                excess(float(a), float(b))
            }
            Scalar::I64 | Scalar::Bool | Scalar::Key | Scalar::Z2 if a.get_bits(k) == b.get_bits(k) => 0.0,
            Scalar::I64 | Scalar::Bool | Scalar::Key | Scalar::Z2 => f64::INFINITY,
        };
        if excess <= tolerance {
            continue;
        }
        count += 1;
        if worst.is_none_or(|(w, _)| excess > w) {
            worst = Some((excess, k));
        }
    }
    let (excess, k) = worst?;
    let place = position(a.shape(), k);
    let (x, y) = (crate::show::scalar(a.get(k)), crate::show::scalar(b.get(k)));
    let at = if place.is_empty() { String::new() } else { format!("at {place} ") };
    let more = if count > 1 { format!("; {count} of {} elements differ", a.len()) } else { String::new() };
    let by = if excess.is_finite() { format!(", a difference of {excess:.3e}") } else { String::new() };
    Some(format!("{at}the left side is {x} and the right side {y}{by}, where {tolerance:e} is allowed{more}"))
}

/// `|a - b| / max(1, |a|, |b|)`; NaN counts as infinitely far from what is not NaN.
fn excess(a: f64, b: f64) -> f64 {
    if a == b || (a.is_nan() && b.is_nan()) {
        return 0.0;
    }
    let d = (a - b).abs() / a.abs().max(b.abs()).max(1.0);
    if d.is_nan() { f64::INFINITY } else { d }
}

/// `[1, 2]`; empty for a scalar.
fn position(shape: &[u64], k: usize) -> String {
    let mut rest = k as u64;
    let mut out: Vec<String> = Vec::new();
    for n in shape.iter().rev() {
        out.push((rest % n).to_string());
        rest /= n;
    }
    out.reverse();
    if out.is_empty() { String::new() } else { format!("[{}]", out.join(", ")) }
}
