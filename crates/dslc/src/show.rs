//! Values as text, as `print` shows them.

use dslc_ir::{Bits, Scalar};
use dslc_runtime::value::Value;
use dslc_sema::Shown;

/// How many elements of an axis are shown before the rest is `...`.
const SHOWN: usize = 10;

/// One line of `print`: the parts with a space between.
pub(crate) fn line(parts: &[Shown], slots: &[Option<Value>]) -> String {
    parts.iter().map(|p| part(p, slots)).collect::<Vec<_>>().join(" ")
}

fn part(p: &Shown, slots: &[Option<Value>]) -> String {
    let list = |ps: &[Shown]| ps.iter().map(|p| part(p, slots)).collect::<Vec<_>>().join(", ");
    match p {
        Shown::Text(t) => t.clone(),
        Shown::Number(x) => number(*x),
        Shown::Slot(s) => match slots.get(*s as usize) {
            Some(Some(v)) => tensor(v.shape(), &|k| scalar(v.get(k)), 0, 0),
            _ => "?".into(),
        },
        Shown::Complex(re, im) => match (slots.get(*re as usize), slots.get(*im as usize)) {
            (Some(Some(re)), Some(Some(im))) => {
                tensor(re.shape(), &|k| complex(&scalar(re.get(k)), &scalar(im.get(k))), 0, 0)
            }
            _ => "?".into(),
        },
        Shown::Tuple(ps) if ps.len() == 1 => format!("({},)", list(ps)),
        Shown::Tuple(ps) => format!("({})", list(ps)),
        Shown::Record(fs) => {
            let fields: Vec<String> = fs.iter().map(|(n, p)| format!("{n}: {}", part(p, slots))).collect();
            format!("{{{}}}", fields.join(", "))
        }
    }
}

/// Why a program stopped: what a condition that it demands says for itself, else the sentence of the failure.
pub(crate) fn sentence(f: &dslc_runtime::failure::Failure, site: &dslc_ir::Site) -> String {
    match f.trap {
        dslc_ir::mach::Trap::Demand => site.what.clone(),
        _ => f.sentence(),
    }
}

/// `label = value`; what stands below the first line of a value is indented with it.
pub(crate) fn traced(label: &str, value: &Value) -> String {
    let text = tensor(value.shape(), &|k| scalar(value.get(k)), 0, 0);
    let indent = format!("\n{}", " ".repeat(label.chars().count() + 3));
    format!("{label} = {}", text.replace('\n', &indent))
}

/// `1+2i`: the parts as they show by themselves.
pub(crate) fn complex(re: &str, im: &str) -> String {
    let sign = if im.starts_with('-') { "" } else { "+" };
    format!("{re}{sign}{im}i")
}

/// The sub-tensor from element `first` on, at this depth of its shape.
fn tensor(shape: &[u64], element: &dyn Fn(usize) -> String, depth: usize, first: usize) -> String {
    let Some((&n, inner)) = shape[depth..].split_first() else { return element(first) };
    let stride: u64 = inner.iter().product();
    let shown = (n as usize).min(SHOWN);
    let mut parts: Vec<String> =
        (0..shown).map(|k| tensor(shape, element, depth + 1, first + k * stride as usize)).collect();
    if n as usize > shown {
        parts.push("...".into());
    }
    let separator = if inner.is_empty() { ", ".to_string() } else { format!(",\n{}", " ".repeat(depth + 1)) };
    format!("[{}]", parts.join(&separator))
}

pub(crate) fn scalar(b: Bits) -> String {
    match b.scalar {
        Scalar::F64 => number(b.as_f64()),
        Scalar::F32 => {
            let x = f32::from_bits(b.bits as u32);
            if is_plain(f64::from(x)) { x.to_string() } else { odd(f64::from(x), || format!("{x:e}")) }
        }
        Scalar::I64 | Scalar::Bool | Scalar::Key | Scalar::Z2 => format!("{b:?}"),
    }
}

/// The fewest digits that are read again as the same number; with an exponent where there would be many zeros.
fn number(x: f64) -> String {
    if is_plain(x) { x.to_string() } else { odd(x, || format!("{x:e}")) }
}

fn is_plain(x: f64) -> bool {
    x == 0.0 || (1e-5..1e16).contains(&x.abs())
}

fn odd(x: f64, exponent: impl Fn() -> String) -> String {
    if x.is_nan() {
        "nan".into()
    } else if x.is_infinite() {
        x.to_string()
    } else {
        exponent()
    }
}
