//! What can be wrong with a program, each mistake one function.

mod advice;
mod derivatives;
mod indices;
mod sizes;

use dslc_base::{Diagnostic, Span};

pub(crate) use advice::{Fix, nearest};
use advice::{converted, did_you_mean, hinted};
pub(crate) use derivatives::*;
pub(crate) use indices::*;
pub(crate) use sizes::*;

use crate::check::shortened;
use crate::foreign::{self, Hint};
use crate::ty::{Elem, Kind};

fn error(code: &'static str, span: Span, message: impl Into<String>) -> Diagnostic {
    Diagnostic::error(code, span, message)
}

/// A number with its noun: `1 axis`, `2 axes`.
fn counted(n: usize, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}

// Names (E02xx).

pub(crate) fn unknown_name(span: Span, name: &str, near: Option<&str>, hint: Option<Hint>) -> Diagnostic {
    let d = error("E0201", span, format!("nothing is called `{name}` here"));
    match hint {
        Some(h) => hinted(d, span, h),
        None => did_you_mean(d, span, near),
    }
}
pub(crate) fn not_imported(span: Span, name: &str) -> Diagnostic {
    error("E0201", span, format!("nothing is called `{name}` here"))
        .help(format!("add `import {name}` at the top of the file"))
}
pub(crate) fn unknown_size(span: Span, name: &str, near: Option<&str>) -> Diagnostic {
    let d = error("E0201", span, format!("nothing is called `{name}` here"));
    match near {
        Some(_) => did_you_mean(d, span, near),
        None => d.help(format!("a function names its sizes: `fn f[{name}](..)`")),
    }
}
pub(crate) fn unbound_index(span: Span, name: &str) -> Diagnostic {
    error("E0201", span, format!("nothing is called `{name}` here"))
        .help(format!("an index is bound by `for`: `[.. for {name}]`, `sum(.. for {name})`"))
}
pub(crate) fn assign_unknown(span: Span, name: &str) -> Diagnostic {
    error("E0201", span, format!("nothing is called `{name}` here"))
        .help("a name is defined by `let`; one that is assigned later by `let mut`")
        .edit(Span { end: span.start, ..span }, "let ")
}
pub(crate) fn used_before_definition(span: Span, name: &str, at: Span) -> Diagnostic {
    error("E0202", span, format!("`{name}` is used before its `let` has run"))
        .secondary(at, "defined here, later")
}
pub(crate) fn unknown_method(span: Span, name: &str, names: Vec<String>) -> Diagnostic {
    let d = error("E0203", span, format!("there is no field or function `{name}`"));
    match (nearest(name, names), foreign::member(name)) {
        (_, Some(hint)) => hinted(d, span, hint),
        (near, None) => did_you_mean(d, span, near.as_deref()),
    }
}
pub(crate) fn ambiguous_method(span: Span, name: &str, a: &str, b: &str) -> Diagnostic {
    error("E0204", span, format!("`{name}` is a function of both `{a}` and `{b}`"))
        .help(format!("write `{a}.{name}(..)` or `{b}.{name}(..)`"))
}
pub(crate) fn no_member(span: Span, module: &str, name: &str, names: Vec<String>) -> Diagnostic {
    let near = nearest(name, names);
    did_you_mean(
        error("E0205", span, format!("the module `{module}` has no `{name}`")),
        span,
        near.as_deref(),
    )
}
pub(crate) fn shadows_size(span: Span, name: &str, at: Span) -> Diagnostic {
    error("E0206", span, format!("`{name}` is a size of this function and cannot be hidden"))
        .secondary(at, "the size")
        .help("give this another name")
}
pub(crate) fn unknown_type(span: Span, name: &str, near: Option<&str>) -> Diagnostic {
    let d = error("E0207", span, format!("there is no type `{name}`"));
    match foreign::ty(name) {
        Some(hint) => hinted(d, span, hint),
        None => did_you_mean(d, span, near),
    }
}
/// `fn f[n: int](..)`. `colon` is what stands behind the name.
pub(crate) fn unknown_kind(span: Span, kind: &str, name: &str, colon: Span) -> Diagnostic {
    let d = error("E0207", span, format!("there is no kind of types `{kind}`"))
        .note("the kinds are `float`, `semiring`, `vector` and `type`");
    match kind {
        "number" | "num" | "numeric" | "real" | "floating" => {
            d.help(format!("`{name}: float` is `f64` or `f32`")).edit(span, "float")
        }
        "ring" | "field" | "algebra" => {
            d.help(format!("`{name}: semiring` has `+` and `*`")).edit(span, "semiring")
        }
        "any" | "scalar" => d.help(format!("`{name}: type` is any type")).edit(span, "type"),
        _ => d.help(format!("a size has none: `[{name}]`")).edit(colon, ""),
    }
}
/// `word` is the place of the `mut` with the space behind it.
pub(crate) fn idle_mut(span: Span, name: &str, word: Option<Span>) -> Diagnostic {
    let d = Diagnostic::warning("W0208", span, format!("`{name}` is `mut`, but nothing assigns it"))
        .help("leave `mut` out");
    match word {
        Some(word) => d.edit(word, ""),
        None => d,
    }
}
/// `line` is the line of the definition up to the name.
pub(crate) fn assign_immutable(span: Span, name: &str, at: Span, line: &str) -> Diagnostic {
    let d = error("E0209", span, format!("`{name}` cannot be assigned"));
    if let Some(k) = line.rfind("let ") {
        let pattern = if line.ends_with("let ") { name } else { "(..)" };
        let behind = at.start - (line.len() - k - 4) as u32;
        return d
            .secondary(at, "defined here, without `mut`")
            .help(format!("define it by `let mut {pattern}`"))
            .edit(Span { start: behind, end: behind, ..at }, "mut ");
    }
    match line.trim_end().ends_with("for") {
        true => d
            .secondary(at, "the loop sets it")
            .help("a number that steps otherwise is a `let mut` and a `while`"),
        false => d
            .secondary(at, "defined here")
            .help(format!("a variable starts with its value: `let mut {name} = {name}`")),
    }
}
pub(crate) fn assign_captured(span: Span, name: &str, at: Span, comprehension: bool) -> Diagnostic {
    let why = if comprehension {
        "a comprehension has no order; use `for` or `scan`"
    } else {
        "a closure captures values as of its creation; return the new value, or use `scan`"
    };
    error("E0210", span, format!("`{name}` cannot be assigned from here"))
        .secondary(at, "defined out here")
        .help(why)
}
pub(crate) fn assign_global(span: Span, name: &str, at: Span) -> Diagnostic {
    error("E0210", span, format!("`{name}` cannot be assigned from a function"))
        .secondary(at, "defined at top level")
        .help(format!("give the new value as the result, and write `{name} = f(..)` at top level"))
}
pub(crate) fn not_a_place(span: Span) -> Diagnostic {
    error("E0211", span, "this cannot be assigned")
        .help("a name, a field, an element, or a tuple of these can be")
}
pub(crate) fn duplicate(span: Span, name: &str, at: Span) -> Diagnostic {
    error("E0212", span, format!("`{name}` is defined twice")).secondary(at, "the first definition")
}
/// A second top-level `let` of a name.
pub(crate) fn let_twice(span: Span, name: &str, at: Span) -> Diagnostic {
    duplicate(span, name, at).help(format!(
        "give this another name; what changes is a `let mut {name}` that is assigned: `{name} = ..`"
    ))
}
pub(crate) fn recursion(span: Span, cycle: &[String], item: Span) -> Diagnostic {
    // The first and the last of a long circle say enough.
    let shown = match cycle {
        [first @ .., a, b] if first.len() > 6 => {
            format!("{} calls .. {a} calls {b}", first[..4].join(" calls "))
        }
        all => all.join(" calls "),
    };
    error("E0213", span, format!("recursion: {shown}"))
        .label("calls itself")
        .secondary(item, "defined here")
        .help("write a loop: `for`, `while` or `scan`")
}

pub(crate) fn circular_type(span: Span, name: &str, item: Span) -> Diagnostic {
    error("E0214", span, format!("the type `{name}` contains itself")).secondary(item, "defined here")
}

// Types (E05xx).

pub(crate) fn expected_type(span: Span, expected: &str, found: &str) -> Diagnostic {
    let d = error("E0501", span, format!("expected {expected}, found {found}"));
    match (expected, found) {
        ("i64", "a float" | "a number") => {
            d.help("`i64(..)` cuts to an integer; a variable that gets floats starts as one, as in `0.0`")
        }
        ("bool", "a number" | "an integer" | "i64" | "f64") => {
            d.help("a number is no bool: compare it, as in `k != 0`")
        }
        ("key", _) => d.help("a key is made from a number: `key(0)`"),
        _ => d,
    }
}
pub(crate) fn type_mismatch(span: Span, expected: &str, found: &str) -> Diagnostic {
    let d = error("E0502", span, format!("expected `{expected}`, found {found}"));
    match found {
        "`()`" => d.help("the last expression of a block is its value; an `if` needs an `else` to have one"),
        _ => converted(d, expected, found),
    }
}
pub(crate) fn element_mismatch(at: Span, op: &str, a: (Span, &Elem), b: (Span, &Elem)) -> Diagnostic {
    let (x, y) = (a.1.show(), b.1.show());
    let d = error("E0503", at, format!("`{op}` of `{x}` and `{y}`"))
        .secondary(a.0, format!("`{x}`"))
        .secondary(b.0, format!("`{y}`"));
    match (a.1, b.1) {
        (e, c) | (c, e) if e.is_float() && c.part().as_ref() == Some(e) => {
            d.help("nothing converts silently: write `complex(.., 0)` around the real side")
        }
        (Elem::I64, e) if e.is_float() => {
            d.help(format!("nothing converts silently: write `{y}(..)` around the integer"))
        }
        (e, Elem::I64) if e.is_float() => {
            d.help(format!("nothing converts silently: write `{x}(..)` around the integer"))
        }
        _ => d.help("nothing converts silently: write the conversion"),
    }
}
pub(crate) fn no_operator(span: Span, op: &str, ty: &str) -> Diagnostic {
    let d = error("E0504", span, format!("`{op}` has no meaning for `{ty}`"));
    match (op, ty) {
        ("/" | "%", "i64") => d.help("for integers write `div(a, b)` and `mod(a, b)`"),
        ("%", "f64" | "f32") => {
            d.help("for integers write `mod(a, b)`; of floats it is `x - y * floor(x / y)`")
        }
        ("<" | "<=" | ">" | ">=" | "max" | "min", _) if ty.contains('<') => {
            d.help(format!("`{op}` compares reals and integers: take the numbers out by `real(..)`"))
        }
        ("^", "bool") => d.help("that one of two holds is `a != b`"),
        ("-", _) if ty.contains("plus<") => {
            d.help("a semiring has no difference; take the numbers out by `real(..)`")
        }
        (_, "bool") => d.help("write `and`, `or`, `not`; or convert by `i64(..)`"),
        _ => d,
    }
}
/// `a % b` of integers; `whole` is all of it.
pub(crate) fn integer_remainder(span: Span, whole: Span, a: &str, b: &str) -> Diagnostic {
    let text = format!("mod({a}, {b})");
    error("E0504", span, "`%` has no meaning for `i64`").help(format!("write `{text}`")).edit(whole, text)
}
pub(crate) fn operands(span: Span, op: &str, a: (Span, &str), b: (Span, &str)) -> Diagnostic {
    error("E0504", span, format!("`{op}` has no meaning for {} and {}", a.1, b.1))
        .secondary(a.0, a.1)
        .secondary(b.0, b.1)
}
/// The help of a mismatch where a complex value is needed.
/// `at` is all of the value that should be complex.
pub(crate) fn made_complex(d: Diagnostic, found: &str, at: Span) -> Diagnostic {
    match found.trim_matches('`') {
        t if t.starts_with("f64") || t.starts_with("f32") => d
            .help("nothing converts silently: write `complex(.., 0)`")
            .edit(Span { end: at.start, ..at }, "complex(")
            .edit(Span { start: at.end, ..at }, ", 0)"),
        _ => d,
    }
}
pub(crate) fn scalar_over_tensor(span: Span, at: Span) -> Diagnostic {
    error("E0505", span, "a scalar divides from the right only")
        .secondary(at, "a tensor")
        .help("write `[1 / x[i] for i]`")
}
pub(crate) fn literal_in_semiring(span: Span, ty: &str, text: &str) -> Diagnostic {
    let maker = ty.split('<').next().unwrap_or(ty);
    error("E0506", span, format!("a literal never becomes a `{ty}`"))
        .help(format!("write `zero`, `one` or `{maker}({text})`"))
        .edit(span, format!("{maker}({text})"))
}
pub(crate) fn literal_out_of_range(span: Span, ty: &str, which: &str) -> Diagnostic {
    error("E0534", span, format!("only {which} become a `{ty}` by themselves"))
        .help(format!("write `{ty}(..)` around an `i64`"))
}
pub(crate) fn integer_range(span: Span) -> Diagnostic {
    error("E0507", span, "this integer does not fit into 64 bits")
}
pub(crate) fn not_a_tensor(span: Span, what: &str) -> Diagnostic {
    let d = error("E0508", span, format!("a number or tensor is needed; this is {what}"));
    match what {
        "a string" => d.help("texts are not computed; `print` takes several values: `print(\"x =\", x)`"),
        "a function" => d.help("call it: `f(x)`"),
        _ => d,
    }
}
pub(crate) fn no_member_of(span: Span, name: &str, base: Span, what: &str) -> Diagnostic {
    let d = error("E0509", span, format!("{what} has no fields"));
    let d = if base == span { d } else { d.secondary(base, what) };
    match foreign::member(name) {
        Some(hint) => hinted(d, span, hint),
        None => d,
    }
}
pub(crate) fn not_a_record(span: Span, what: &str) -> Diagnostic {
    error("E0509", span, format!("{what} has no fields"))
}
pub(crate) fn not_a_tuple(span: Span, what: &str) -> Diagnostic {
    error("E0509", span, format!("{what} has no numbered parts"))
}
pub(crate) fn no_field(span: Span, name: &str, names: Vec<String>) -> Diagnostic {
    let list = names.iter().map(|n| format!("`{n}`")).collect::<Vec<_>>().join(", ");
    let d = error("E0510", span, format!("there is no field `{name}`"));
    let d = if names.is_empty() { d } else { d.note(format!("the fields are {list}")) };
    let near = nearest(name, names);
    did_you_mean(d, span, near.as_deref())
}
pub(crate) fn missing_field(span: Span, name: &str) -> Diagnostic {
    error("E0511", span, format!("the field `{name}` is missing"))
}
pub(crate) fn extra_field(span: Span, name: &str) -> Diagnostic {
    error("E0511", span, format!("the field `{name}` is one too many"))
}
pub(crate) fn duplicate_field(span: Span, name: &str) -> Diagnostic {
    error("E0512", span, format!("the field `{name}` stands twice"))
}
pub(crate) fn no_component(span: Span, k: u64, n: usize) -> Diagnostic {
    error("E0513", span, format!("there is no part {k} in a tuple of {n}"))
}
pub(crate) fn pattern_mismatch(span: Span, what: &str) -> Diagnostic {
    error("E0514", span, format!("this pattern does not fit {what}"))
        .help("a pattern has one name for each part: `let (a, b) = (1.0, 2.0)`")
}
pub(crate) fn branches_differ(span: Span, a: &str, b: &str) -> Diagnostic {
    let d = error("E0515", span, format!("the branches give {a} and {b}"));
    match a == b && a == "a function" {
        true => d.help("a function is known when the file is checked: choose between values, `if c { f(x) } else { g(x) }`"),
        false => d,
    }
}
pub(crate) fn no_else(span: Span) -> Diagnostic {
    error("E0515", span, "this `if` has no `else`, so it has no value")
        .help("write `else { .. }` with the value for the other case")
}
pub(crate) fn string_chosen(span: Span) -> Diagnostic {
    error("E0515", span, "a string is known when the file is checked, so no condition chooses one")
        .help("put the statement that uses it into each branch")
}
pub(crate) fn condition_is_tensor(span: Span) -> Diagnostic {
    error("E0516", span, "a condition is one bool").help("write `all(..)` or `any(..)`")
}
pub(crate) fn condition_is_number(span: Span, what: &str) -> Diagnostic {
    expected_type(span, "bool", what).help("a number is no condition: compare it, as in `k != 0`")
}
pub(crate) fn loop_changes_type(span: Span, name: &str, before: &str, after: &str) -> Diagnostic {
    // The state of a `scan` has no name of its own.
    let name = if name.contains(' ') { name.into() } else { format!("`{name}`") };
    error("E0517", span, format!("the loop changes the type of {name} from `{before}` to `{after}`"))
        .help("start it with a value of the type that it gets")
}
pub(crate) fn no_cast(span: Span, from: &str, to: &str) -> Diagnostic {
    error("E0518", span, format!("`{from}` does not convert to `{to}`"))
}
pub(crate) fn needs_float(span: Span, f: &str, elem: &Elem) -> Diagnostic {
    let ty = elem.show();
    let d = error("E0519", span, format!("`{f}` is for floats; this is `{ty}`"));
    match elem {
        Elem::Var(..) => within_kind(d, elem),
        e if e.is_wrapped() => d.help("write `real(..)` around it"),
        e if e.part().is_some() => d.help("take a part by `real(..)` or `imag(..)`, or `abs(..)`"),
        _ => d.help("write `f64(..)` around it"),
    }
}
pub(crate) fn semiring_of(span: Span, name: &str, ty: &str) -> Diagnostic {
    error("E0520", span, format!("`{name}<..>` is over `f64` or `f32`, not `{ty}`"))
}
pub(crate) fn type_arguments(span: Span, name: &str, n: usize, found: usize, at: Span) -> Diagnostic {
    error(
        "E0521",
        span,
        format!("`{name}` takes {}, not {found}", counted(n, "type argument", "type arguments")),
    )
    .secondary(at, "defined here")
}
pub(crate) fn wrong_kind(
    span: Span,
    name: &str,
    kind: Kind,
    ty: &str,
    part: Option<(&str, &str)>,
) -> Diagnostic {
    let d = error("E0522", span, format!("`{name}` must be a {} type, but is `{ty}`", kind.name()));
    match part {
        Some((path, ty)) => d.help(format!("`{path}` is `{ty}`; {}", kind.members())),
        None => d.help(kind.members()),
    }
}
/// Says what values of a type variable have, if the operands are of one.
pub(crate) fn within_kind(d: Diagnostic, elem: &Elem) -> Diagnostic {
    match elem {
        Elem::Var(name, kind) => d.help(format!("`{name}: {}` has {} only", kind.name(), kind.operations())),
        _ => d,
    }
}
pub(crate) fn empty_array(span: Span) -> Diagnostic {
    error("E0523", span, "an empty array needs a type").help("write `let x: f64[0] = []`")
}
pub(crate) fn no_elements(span: Span, what: &str) -> Diagnostic {
    error("E0524", span, format!("{what} cannot be an element of a tensor"))
        .help("a tuple or a record holds values of every kind: `(a, b)`")
}
pub(crate) fn cannot_make(span: Span, ty: &str) -> Diagnostic {
    error("E0525", span, format!("there is no such value of type `{ty}`"))
}
pub(crate) fn draw_type(span: Span, name: &str, ty: &str) -> Diagnostic {
    let d = error("E0526", span, format!("`{name}` draws floats, not `{ty}`"));
    if matches!(ty, "c64" | "c128") { d.help("write `complex(re, im)` with a draw for each part") } else { d }
}
pub(crate) fn not_a_fold(span: Span, name: &str) -> Diagnostic {
    error("E0527", span, format!("`{name}` does not fold"))
        .help("the folds are sum prod max min mean any all argmax argmin logsumexp")
}
pub(crate) fn fold_of_tensor(span: Span, name: &str) -> Diagnostic {
    error("E0528", span, format!("`{name}` folds scalars")).help("index the element down to a scalar")
}
pub(crate) fn fold_type(span: Span, name: &str, ty: &str, what: &str) -> Diagnostic {
    let d = error("E0529", span, format!("`{name}` folds {what}, not `{ty}`"));
    let wrapped = ["maxplus<", "minplus<", "logsum<"].iter().any(|w| ty.starts_with(w));
    if wrapped {
        d.help("`sum` adds as the semiring does; write `real(..)` around it to compare numbers")
    } else {
        d
    }
}
pub(crate) fn scan_inputs(span: Span) -> Diagnostic {
    error("E0530", span, "`scan` reads tensors with one common leading size")
}
pub(crate) fn scan_result(span: Span, what: &str) -> Diagnostic {
    error("E0531", span, format!("the function of a `scan` gives (state, output); this gives {what}"))
        .help("give both, as in `|s, x| (s + x, s + x)`; for the state alone write a `for` loop")
}
pub(crate) fn elementwise_result(span: Span, what: &str) -> Diagnostic {
    error(
        "E0533",
        span,
        format!("a function that is applied elementwise must give a scalar; this gives {what}"),
    )
}
pub(crate) fn matrix_column(span: Span, what: &str) -> Diagnostic {
    error("E0532", span, format!("`matrix` stands columns of numbers side by side; one is {what}"))
}

// Calls (E06xx).

pub(crate) fn not_a_function(span: Span, what: &str) -> Diagnostic {
    let d = error("E0601", span, format!("{what} cannot be called"));
    match what {
        "a number" | "an integer" | "`f64`" | "`i64`" => d.help("a product is written `*`"),
        _ => d,
    }
}
/// `&` with something that is no map.
pub(crate) fn pair_of_values(span: Span, what: &str) -> Diagnostic {
    error("E0601", span, format!("`&` pairs functions and models; this is {what}"))
        .help("bools are joined by `and`, the bits of integers by `bit_and(a, b)`")
}
pub(crate) fn maker_called(span: Span, name: &str, args: &str) -> Diagnostic {
    let sizes = args.trim_matches(['(', ')', '[', ']']);
    not_a_function(span, &format!("`{name}`"))
        .note("it takes its shape from where it stands")
        .help(format!("write the type of what it defines: `let x: f64[{sizes}] = {name}`"))
}
/// `text` is what stands where the function should.
pub(crate) fn derivative_of_value(span: Span, op: &str, what: &str, text: &str) -> Diagnostic {
    let d = not_a_function(span, what);
    match text.split_once('(') {
        Some((f, args)) if args.ends_with(')') => d
            .help(format!("`{op}` takes the function itself: `{op}({f})({args}`"))
            .edit(span, format!("{f})({}", &args[..args.len() - 1])),
        _ => d.help(format!("`{op}` takes a function: `{op}(f)(x)`")),
    }
}
pub(crate) fn arity(span: Span, f: &str, n: usize, found: usize, at: Option<Span>) -> Diagnostic {
    // A closure has no name of its own.
    let f = if f.contains(' ') { f.into() } else { format!("`{f}`") };
    let d = error("E0602", span, format!("{f} takes {}, not {found}", counted(n, "argument", "arguments")));
    match at {
        Some(at) => d.secondary(at, "defined here"),
        None => d,
    }
}
pub(crate) fn builtin_arity(span: Span, f: &str, found: usize) -> Diagnostic {
    let d = error("E0602", span, format!("`{f}` does not take {}", counted(found, "argument", "arguments")));
    match crate::builtins::usage(f) {
        Some(usage) => d.help(format!("write {usage}")),
        None => d,
    }
}
pub(crate) fn unknown_argument(span: Span, name: &str, names: Vec<String>) -> Diagnostic {
    let d = error("E0603", span, format!("there is no parameter `{name}`"));
    if matches!(name, "axis" | "dim" | "dims" | "keepdims") {
        return d.help("an index says what is folded: `[sum(x[i, j] for j) for i]`");
    }
    let list = names.iter().map(|n| format!("`{n}`")).collect::<Vec<_>>().join(", ");
    match nearest(name, names) {
        None if !list.is_empty() => d.note(format!("its parameters are {list}")),
        near => did_you_mean(d, span, near.as_deref()),
    }
}
pub(crate) fn argument_twice(span: Span, name: &str) -> Diagnostic {
    error("E0604", span, format!("`{name}` is given twice"))
}
pub(crate) fn missing_argument(span: Span, f: &str, name: &str, at: Span) -> Diagnostic {
    error("E0605", span, format!("the argument `{name}` of `{f}` is missing")).secondary(at, "defined here")
}
pub(crate) fn missing_arguments(span: Span) -> Diagnostic {
    error("E0605", span, "arguments are missing")
}
pub(crate) fn call_depth(span: Span, limit: usize) -> Diagnostic {
    error("L0606", span, format!("calls inside calls go deeper than {limit}"))
}
pub(crate) fn node_limit(span: Span, limit: usize) -> Diagnostic {
    error("L0607", span, format!("the program specialises into more than {limit} operations"))
}
pub(crate) fn model_arguments(span: Span) -> Diagnostic {
    error("E0608", span, "a model is applied to its parameters and an input: `net(p, x)`")
        .help("parameters are made from a key: `let p = net.init(key(0))`")
}
pub(crate) fn parameters(span: Span, expected: &str, found: &str) -> Diagnostic {
    error("E0609", span, format!("the parameters should be {expected}, but are {found}"))
}
pub(crate) fn param_outside(span: Span) -> Diagnostic {
    error("E0610", span, "`param` stands in a `model` only")
}

pub(crate) fn key_used_twice(span: Span, first: Span, edit: &str) -> Diagnostic {
    Diagnostic::warning("W0611", span, "this key has been drawn from: the numbers will be the same again")
        .secondary(first, "the first draw")
        .help("make a key of its own by `fold_in` or `split`")
        .edit(span, edit)
}
pub(crate) fn key_in_loop(span: Span, at: Span, edit: Option<&str>) -> Diagnostic {
    let d = Diagnostic::warning("W0612", span, "this key draws the same numbers in every turn")
        .secondary(at, "of this loop");
    match edit {
        Some(edit) => d.help("make a key for each turn").edit(span, edit),
        None => {
            d.help("carry a key from turn to turn and `split` it, or give the loop an index to `fold_in`")
        }
    }
}

// The script, modules and data (E08xx).

pub(crate) fn script_only(span: Span, name: &str) -> Diagnostic {
    let d = error("E0801", span, format!("`{name}` stands at top level only, or in a `test` block"));
    match name {
        "print" => d.help("give the value as the result of the function, and print it where that is called"),
        _ => d,
    }
}
pub(crate) fn no_module(span: Span, path: &str, why: &str) -> Diagnostic {
    let d = error("E0802", span, format!("the module `{path}` cannot be read: {why}"));
    if path.contains(['/', '.']) {
        return d;
    }
    let names: Vec<String> = crate::builtins::MODULES.iter().map(|n| n.to_string()).collect();
    match (nearest(path, names), foreign::value(path)) {
        (Some(near), _) => did_you_mean(d, span, Some(&near)),
        (None, Some(hint)) => hinted(d, span, hint),
        (None, None) => d.note(format!("the modules are {}", crate::builtins::MODULES.join(", "))),
    }
}
pub(crate) fn import_cycle(span: Span, chain: &[String]) -> Diagnostic {
    error("E0803", span, format!("imports go in a circle: {}", chain.join(" imports ")))
}
pub(crate) fn import_depth(span: Span, limit: usize) -> Diagnostic {
    error("L0804", span, format!("imports inside imports go deeper than {limit}"))
}
pub(crate) fn statement_in_module(span: Span) -> Diagnostic {
    error("E0805", span, "an imported file holds definitions only")
}
pub(crate) fn data_file(span: Span, path: &str, why: &str) -> Diagnostic {
    error("E0806", span, format!("the data file `{path}` cannot be used: {why}"))
}
pub(crate) fn no_column(span: Span, name: &str, path: &str, names: Vec<String>) -> Diagnostic {
    let d = error("E0807", span, format!("`{path}` has no column `{name}`"));
    match nearest(name, names.clone()) {
        Some(n) => d.help(format!("there is `{n}`")).edit(span, format!("{n:?}")),
        None => d.note(format!("its columns are {}", names.join(", "))),
    }
}
pub(crate) fn data_argument(span: Span, f: &str, name: &str) -> Diagnostic {
    let names: &[&str] = match f {
        "data.csv" => &["target"],
        "plot.scatter" => &["class", "title", "x_label", "y_label"],
        _ => &["title", "x_label", "y_label"],
    };
    let list = names.iter().map(|n| format!("`{n}:`")).collect::<Vec<_>>().join(", ");
    let message = match name {
        "" => format!("`{f}` has no such argument"),
        _ => format!("`{f}` has no argument `{name}:`"),
    };
    error("E0808", span, message).note(format!("its named arguments are {list}"))
}
pub(crate) fn wrong_reader(d: Diagnostic, file: &str) -> Diagnostic {
    if file.ends_with(".csv") { d.help("`data.csv` reads it") } else { d }
}
pub(crate) fn argument_missing(span: Span, name: &str) -> Diagnostic {
    error("E0809", span, format!("the argument `--{name}` is not given"))
        .help(format!("run with `--{name} VALUE`, or write a default: `arg({name:?}, ..)`"))
}
pub(crate) fn argument_value(span: Span, name: &str, expected: &str, found: &str) -> Diagnostic {
    error("E0810", span, format!("`--{name}` takes {expected}, but `{found}` was given"))
}
pub(crate) fn save_kind(span: Span, path: &str) -> Diagnostic {
    error("E0811", span, format!("`{path}` ends neither in `.npy` nor in `.csv`"))
        .help("a tensor is saved as npy, a record of vectors as csv")
}
pub(crate) fn save_value(span: Span, kind: &str, found: &str) -> Diagnostic {
    let what = if kind == "csv" { "a record of vectors of one length" } else { "one tensor" };
    error("E0812", span, format!("a {kind} file holds {what}; this is {found}"))
}
pub(crate) fn split_share(span: Span) -> Diagnostic {
    error(
        "E0813",
        span,
        "the share that a split keeps is a number from 0 to 1 that is known when the file is checked",
    )
    .help("four fifths are `0.8`")
}
pub(crate) fn split_value(span: Span, found: &str) -> Diagnostic {
    error("E0814", span, format!("a split needs tensors with one first axis; this is {found}"))
}
pub(crate) fn label_as_number(span: Span, l: &crate::value::Label) -> Diagnostic {
    let crate::value::Label { column, line, text } = l;
    let (column, text) = (shortened(column), shortened(text));
    error("E0815", span, format!("the column `{column}` holds labels, not numbers"))
        .note(format!("its first entry that is no number is `{text}`, in line {line}"))
        .help("write `f64(..)` around it if its codes are meant")
}
pub(crate) fn no_border(span: Span, what: &str) -> Diagnostic {
    error("E0816", span, format!("a host takes tensors, tuples and records of them; this gives {what}"))
}
pub(crate) fn not_yet(span: Span, what: &str) -> Diagnostic {
    error("E0901", span, format!("{what} is part of the language, but not of this version yet"))
}
