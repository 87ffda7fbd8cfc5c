//! What can be wrong with a derivative that is asked for (E07xx).

use dslc_base::{Diagnostic, Span};

use super::advice::{did_you_mean, nearest};
use super::error;

pub(crate) fn grad_of(f: Span, op: &str, what: &str, span: Span) -> Diagnostic {
    let d = error("E0701", f, format!("`{op}` needs a function with one real result; this gives {what}"))
        .secondary(span, "asked for here");
    match what {
        _ if what.contains("plus<") => d.help("take the number out of its result by `real(..)`"),
        "`i64`" | "`bool`" => d.help("integers and bools do not move: give a float as the result"),
        _ => d.help("use `jacobian` or `vjp` for other results"),
    }
}
pub(crate) fn bounds_of_integers(span: Span, path: &str, ty: &str) -> Diagnostic {
    let d = if path.is_empty() {
        error("E0714", span, format!("an argument of type `{ty}` is no box"))
    } else {
        error("E0714", span, format!("the field `{path}` of type `{ty}` is no box"))
    };
    d.help("only floats lie between two ends; say by `wrt:` which arguments are boxes: the others are points")
}
pub(crate) fn grad_of_integers(span: Span, path: &str, ty: &str) -> Diagnostic {
    let d = if path.is_empty() {
        error("E0702", span, format!("an argument of type `{ty}` has no gradient"))
    } else {
        error("E0702", span, format!("the field `{path}` of type `{ty}` has no gradient"))
    };
    d.help("say what to differentiate in: `grad(f, wrt: 1)` or `wrt: p.w`")
}
pub(crate) fn wrt_position(span: Span, k: usize, n: usize) -> Diagnostic {
    error(
        "E0703",
        span,
        format!(
            "`wrt: {k}`, but there {}, counted from 0",
            if n == 1 { "is 1 argument".into() } else { format!("are {n} arguments") }
        ),
    )
}
pub(crate) fn derivative_option(span: Span) -> Diagnostic {
    error(
        "E0704",
        span,
        "a derivative operator takes a function, and `wrt:` a position, a parameter, a part of one, or a tuple of these",
    )
}
pub(crate) fn derivative_argument(span: Span, op: &str, name: &str) -> Diagnostic {
    error("E0704", span, format!("`{op}` has no argument `{name}`"))
        .help("what to differentiate in is said by `wrt:`, a position or the name of a parameter")
        .edit(span, "wrt")
}
pub(crate) fn derivative_value(span: Span, op: &str, f: &str, text: &str) -> Diagnostic {
    derivative_option(span).help(format!("arguments follow in parentheses of their own: `{op}({f})({text})`"))
}
pub(crate) fn wrt_text(span: Span, name: &str) -> Diagnostic {
    derivative_option(span).help("a parameter is written without quotes").edit(span, name)
}
pub(crate) fn wrt_of_primitive(span: Span, name: &str) -> Diagnostic {
    error("E0704", span, format!("`{name}` takes every argument and has no `wrt:`"))
}
pub(crate) fn wrt_name(span: Span, name: &str, names: Vec<String>) -> Diagnostic {
    let d = error("E0708", span, format!("the function has no parameter `{name}`"));
    let list = names.iter().map(|n| format!("`{n}`")).collect::<Vec<_>>().join(", ");
    if list.is_empty() {
        return d.note("its parameters have no names here").help("write a position, counted from 0");
    }
    let near = nearest(name, names);
    did_you_mean(d.note(format!("its parameters are {list}")), span, near.as_deref())
}
pub(crate) fn wrt_overlap(span: Span, at: Span) -> Diagnostic {
    error("E0709", span, "this is taken in already").secondary(at, "here, by itself or as a part")
}
pub(crate) fn jacobian_of(span: Span, what: &str) -> Diagnostic {
    error("E0705", span, format!("`jacobian` needs a function with a tensor result; this gives {what}"))
}
/// A derivative is stated beside its function, so that it is the same wherever that is called.
pub(crate) fn rule_of_nothing(span: Span, path: &str, names: Vec<String>) -> Diagnostic {
    let d = error("E0710", span, format!("this file has no function `{path}` to state the derivative of"));
    let near = nearest(path, names);
    if path.contains('.') {
        return d.help("a derivative stands in the file that defines the function");
    }
    did_you_mean(d, span, near.as_deref())
}
pub(crate) fn rule_parameters(span: Span, f: &str, names: &[String], found: usize, at: Span) -> Diagnostic {
    let takes = names.join(", ") + if names.is_empty() { "" } else { ", " };
    error(
        "E0711",
        span,
        format!("the derivative of `{f}` has {} parameters; this has {found}", names.len() + 2),
    )
    .secondary(at, format!("`{f}` takes {}", names.len()))
    .help(format!(
        "the parameters, the result and its cotangent: `derivative {f}({takes}y, y_bar)`, with their types"
    ))
}
pub(crate) fn rule_result(span: Span, rule: &str, found: &str, wanted: &str, at: Span) -> Diagnostic {
    error("E0712", span, format!("`{rule}` gives {found}; it must give `{wanted}`"))
        .secondary(at, "a cotangent for each parameter, `()` for none")
}
/// A gradient in one argument, where there is a name for several. `end` is the end of the function's name.
pub(crate) fn gradient_pattern(span: Span, op: &str, names: &str, call: Span, end: Span) -> Diagnostic {
    error("E0514", span, format!("`{op}` gives the gradient in the first argument alone"))
        .secondary(call, format!("without `wrt`, `{op}` moves one argument"))
        .help(format!("say in what it is taken: `wrt: ({names})`"))
        .edit(Span { start: end.end, ..end }, format!(", wrt: ({names})"))
}
pub(crate) fn unused_argument(span: Span, name: &str, at: Span) -> Diagnostic {
    Diagnostic::warning("W0710", span, format!("this gradient is zero: the function does not use `{name}`"))
        .secondary(at, "nothing mentions it")
        .help("`wrt:` names the argument that is meant")
}
