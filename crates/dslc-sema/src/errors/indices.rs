//! What can be wrong with indices, their ranges, and slices (E04xx).

use dslc_base::{Diagnostic, Span};

use super::advice::Fix;
use super::{counted, error};

pub(crate) fn index_outside(
    span: Span,
    base: Span,
    size: &str,
    low: Option<&str>,
    high: Option<&str>,
    fix: Option<Fix>,
) -> Diagnostic {
    let reach = match (low, high) {
        (Some(l), Some(h)) if l == h => format!("it is `{l}`"),
        (Some(l), Some(h)) => format!("it runs from `{l}` to `{h}`"),
        _ => "it leaves the axis".into(),
    };
    let d = error("E0401", span, format!("this index is outside: {reach}"))
        .secondary(base, format!("this axis has `{size}` elements"));
    match fix {
        Some(Fix::Range(index, range)) => d.help(format!("write the range: `for {index} in {range}`")),
        Some(Fix::FromEnd(k)) => {
            d.help(format!("an index does not count from the end: this element is `{k}`")).edit(span, k)
        }
        Some(Fix::Last(k)) => d.help(format!("indices start at 0; the last one is `{k}`")),
        None => d.help("write a range that stays inside, or read with `get(x, i, fill)`"),
    }
}
pub(crate) fn too_many_subscripts(span: Span, base: Span, shown: &str, n: usize) -> Diagnostic {
    error("E0402", span, format!("{} for `{shown}`", counted(n, "subscript", "subscripts")))
        .secondary(base, format!("`{shown}`"))
}
pub(crate) fn index_type(span: Span, what: &str) -> Diagnostic {
    let d = error("E0403", span, format!("an index is an i64; this is {what}"));
    match what {
        _ if what.contains("bool[") => d.help(
            "a fold filters, `sum(x[i] for i if x[i] > 0)`; a tensor keeps its size, `where(mask, x, 0)`",
        ),
        "a number" | "`f64`" | "`f32`" => {
            d.help("`i64(..)` cuts to an integer, `div(a, b)` divides integers")
        }
        _ => d,
    }
}
pub(crate) fn cannot_index(span: Span, what: &str) -> Diagnostic {
    error("E0404", span, format!("{what} has no axes to index"))
}
pub(crate) fn index_of_parts(span: Span, what: &str, part: &str) -> Diagnostic {
    cannot_index(span, what).help(format!("a part is read by a point: `{part}`"))
}
pub(crate) fn no_range(span: Span, name: &str, used: bool) -> Diagnostic {
    let d = error("E0405", span, format!("nothing gives the index `{name}` a range"));
    let d = if used {
        d.note("an index gets its range where it stands alone as a subscript, or as `x[i + ..]` with a read that starts inside")
    } else {
        d.note("it indexes nothing")
    };
    d.help(format!("write it: `for {name} in 0..n`"))
}
pub(crate) fn ragged_range(span: Span, index: &str, end: &str) -> Diagnostic {
    error("E0406", span, "a range cannot depend on another index").help(format!(
        "filter instead: `{index} in 0..n if {index} < {end}`, with the largest range as `0..n`"
    ))
}
pub(crate) fn range_not_static(span: Span, what: &str) -> Diagnostic {
    error("E0407", span, format!("the range of an index is static; this is {what}"))
        .help("fold over a fixed range with a filter, or use a `for` loop")
}
pub(crate) fn unequal_ranges(span: Span, here: &str, first: Span, there: &str) -> Diagnostic {
    error("E0408", span, format!("one index, two ranges: `{there}` and `{here}`"))
        .label(format!("this axis has `{here}` elements"))
        .secondary(first, format!("the range is `{there}`"))
        .help(format!("write the range that you mean, `in 0..{there}`, or give both axes one size"))
}
pub(crate) fn filter_in_tensor(span: Span) -> Diagnostic {
    error("E0409", span, "a comprehension that builds a tensor has no filter: its size would depend on data")
        .help("write `[if c { e } else { 0 } for ..]`, or keep a mask beside it")
}
pub(crate) fn slice_length(span: Span) -> Diagnostic {
    error("E0410", span, "the length of a slice is static: its ends must differ by a static integer")
}
pub(crate) fn slice_backwards(span: Span, length: &str) -> Diagnostic {
    error("E0411", span, format!("this slice runs backwards: its length is `{length}`"))
}
pub(crate) fn slice_outside(span: Span, base: Span, size: &str, a: &str, b: &str) -> Diagnostic {
    error("E0412", span, format!("the slice `{a}..{b}` leaves the axis"))
        .secondary(base, format!("this axis has `{size}` elements"))
}
pub(crate) fn index_pattern(span: Span) -> Diagnostic {
    error("E0413", span, "the index of a `for` is one name")
        .help("two indices are two loops, one inside the other")
}
