//! What can be wrong with sizes and shapes (E03xx).

use dslc_base::{Diagnostic, Span};

use super::advice::converted;
use super::{counted, error, within_kind};
use crate::ty::Elem;

pub(crate) fn shape_mismatch(at: Span, op: &str, a: (Span, &str), b: (Span, &str)) -> Diagnostic {
    let d = error("E0301", at, format!("`{op}` needs equal shapes: `{}` and `{}`", a.1, b.1))
        .label("shapes differ")
        .secondary(a.0, format!("`{}`", a.1))
        .secondary(b.0, format!("`{}`", b.1));
    let axes = |shown: &str| shown.matches(',').count();
    match axes(a.1) == axes(b.1) {
        true => {
            d.help("there is no silent broadcasting: an index says what meets what, `[a[i] + b[j] for i, j]`")
        }
        false => d.help("there is no silent broadcasting: say it by an index, `[a[i] + b[i, j] for i, j]`"),
    }
}
pub(crate) fn inner_mismatch(at: Span, a: (Span, &str, &str), b: (Span, &str, &str)) -> Diagnostic {
    let d = error("E0302", at, format!("`@` needs equal inner sizes: `{}` and `{}`", a.2, b.2))
        .secondary(a.0, format!("`{}`: its last size is `{}`", a.1, a.2))
        .secondary(b.0, format!("`{}`: its first size is `{}`", b.1, b.2));
    let turned = b.1.contains(',') && b.1.trim_end_matches(']').ends_with(&format!(", {}", a.2));
    match turned {
        true => d.help("the transpose would fit: `a @ b.T`").edit(Span { start: b.0.end, ..b.0 }, ".T"),
        false => d,
    }
}
pub(crate) fn elements_differ(span: Span, at: Span, from: (&str, &str), to: (&str, &str)) -> Diagnostic {
    let message = format!("`{}` has `{}` elements, and `{}` has `{}`", from.0, from.1, to.0, to.1);
    error("E0317", span, message)
        .secondary(at, format!("`{}`", from.0))
        .help("a shape is changed as a whole: the products of the sizes must be equal")
}
pub(crate) fn rows_differ(span: Span, a: (Span, &str), b: (Span, &str)) -> Diagnostic {
    error(
        "E0301",
        span,
        format!("`concat` needs equal shapes behind the first axis: `{}` and `{}`", a.1, b.1),
    )
    .secondary(a.0, format!("`{}`", a.1))
    .secondary(b.0, format!("`{}`", b.1))
}
pub(crate) fn not_concatenated(span: Span, what: &str) -> Diagnostic {
    error("E0508", span, format!("`concat` joins tensors along their first axis; this is `{what}`"))
        .help("`[x]` is a tensor of one element")
}
pub(crate) fn matmul_rank(at: Span, a: (Span, &str), b: (Span, &str)) -> Diagnostic {
    error("E0303", at, "`@` is the product of matrices and vectors")
        .secondary(a.0, format!("`{}`", a.1))
        .secondary(b.0, format!("`{}`", b.1))
}
pub(crate) fn transpose_rank(span: Span, rank: usize) -> Diagnostic {
    error("E0304", span, format!("`.T` is for matrices; this has {}", counted(rank, "axis", "axes")))
        .help("name the axes: `[x[i, j, k] for k, j, i]`")
}
pub(crate) fn size_not_static(span: Span, what: &str) -> Diagnostic {
    error("E0305", span, format!("a size is a static integer; this is {what}"))
        .help("literals, sizes and top-level `let`s of static integers are static")
}
pub(crate) fn size_argument(span: Span, name: &str, what: &str, at: Span) -> Diagnostic {
    error("E0305", span, format!("`{name}` is a size and needs a static integer; this is {what}"))
        .secondary(at, "a parameter without a type is a size")
        .help(format!("write its type if it is a value: `{name}: f64`"))
}
pub(crate) fn negative_size(span: Span, size: &str) -> Diagnostic {
    error("E0306", span, format!("a size is at least 0; this is `{size}`"))
}
pub(crate) fn unsolved_size(span: Span, size: &str, f: &str, at: Span) -> Diagnostic {
    error("E0307", span, format!("no argument of `{f}` fixes the size `{size}`")).secondary(at, "the size")
}
pub(crate) fn no_whole_size(
    span: Span,
    f: &str,
    size: &dslc_syntax::ast::Name,
    pattern: &str,
    found: &str,
) -> Diagnostic {
    let n = &size.text;
    error(
        "E0307",
        span,
        format!("`{f}` asks for `{pattern}` elements here, and no integer `{n}` makes that `{found}`"),
    )
    .secondary(size.span, "the size")
}
pub(crate) fn argument_mismatch(
    span: Span,
    f: &str,
    param: &str,
    written: &str,
    expected: &str,
    found: &str,
) -> Diagnostic {
    let form = if written == expected { String::new() } else { format!(" (`{written}`)") };
    let d = error("E0308", span, format!("`{param}` of `{f}` is `{expected}`{form}; this is {found}"));
    converted(d.label(found), expected, found)
}
pub(crate) fn constraint(span: Span, text: &str, a: &str, b: &str, at: Span, f: &str) -> Diagnostic {
    error("E0309", span, format!("`{f}` needs `{text}`, but the sizes are `{a}` and `{b}`"))
        .secondary(at, "demanded here")
}
pub(crate) fn no_shape(span: Span) -> Diagnostic {
    error("E0310", span, "nothing here says what shape this has")
        .help("write its type: `let x: f64[3] = zeros`")
}
pub(crate) fn eye_rank(span: Span, rank: usize) -> Diagnostic {
    error("E0311", span, format!("`eye` is a square matrix; {rank} axes of these sizes are none"))
}
pub(crate) fn rank_limit(span: Span, rank: usize, limit: usize) -> Diagnostic {
    error("L0312", span, format!("{rank} axes; the limit is {limit}"))
}
pub(crate) fn type_limit(span: Span, parts: usize, depth: usize) -> Diagnostic {
    error("L0315", span, format!("a type or value has more than {parts} parts, or nests deeper than {depth}"))
}
pub(crate) fn static_division(span: Span) -> Diagnostic {
    error("E0313", span, "this static division is by zero, or does not fit 64 bits")
}
/// What a routine of one matrix was given instead.
pub(crate) fn not_a_matrix(span: Span, name: &str, square: bool, elem: &Elem, found: &str) -> Diagnostic {
    let what = if square { "a square matrix" } else { "a matrix" };
    let d = error("E0316", span, format!("`{name}` takes {what} of floats, and this is `{found}`"));
    match elem {
        Elem::Var(..) => within_kind(d, elem),
        e if e.is_float() => d,
        e if e.is_wrapped() => d.help("write `real(..)` around it"),
        e if e.part().is_some() => {
            d.help("of complex matrices there are `solve`, `inverse` and `@`; this takes the parts, `real(..)` and `imag(..)`")
        }
        _ => d.help("write `f64(..)` around it"),
    }
}

pub(crate) fn solve_shapes(span: Span, name: &str, a: (Span, &str), b: (Span, &str)) -> Diagnostic {
    let message =
        format!("`{name}(a, b)` takes a square matrix of floats and a vector or matrix of as many rows");
    error("E0314", span, message).secondary(a.0, format!("`{}`", a.1)).secondary(b.0, format!("`{}`", b.1))
}
