//! What can be wrong with a program, each mistake one function.

use dslc_base::{Diagnostic, Span};

use crate::check::shortened;
use crate::ty::Elem;

fn error(code: &'static str, span: Span, message: impl Into<String>) -> Diagnostic {
    Diagnostic::error(code, span, message)
}

fn did_you_mean(d: Diagnostic, span: Span, near: Option<&str>) -> Diagnostic {
    match near {
        Some(n) => d.help(format!("did you mean `{n}`?")).edit(span, n),
        None => d,
    }
}

/// The name nearest to a misspelt one, if one is near.
pub(crate) fn nearest(name: &str, names: Vec<String>) -> Option<String> {
    let limit = (name.chars().count() / 3).max(1);
    let mut best: Vec<(usize, String)> = names
        .into_iter()
        .filter(|n| n != name)
        .map(|n| (distance(name, &n), n))
        .filter(|(d, _)| *d <= limit)
        .collect();
    best.sort();
    best.into_iter().next().map(|b| b.1)
}

/// Levenshtein's distance, a swap of neighbours counting two.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let next = (diagonal + usize::from(x != *y)).min(row[j] + 1).min(row[j + 1] + 1);
            diagonal = row[j + 1];
            row[j + 1] = next;
        }
    }
    row[b.len()]
}

/// A number with its noun: `1 axis`, `2 axes`.
fn counted(n: usize, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}

// Names (E02xx).

pub(crate) fn unknown_name(span: Span, name: &str, near: Option<&str>, hint: Option<&str>) -> Diagnostic {
    let d = error("E0201", span, format!("nothing is called `{name}` here"));
    match hint {
        Some(h) => d.help(h),
        None => did_you_mean(d, span, near),
    }
}
pub(crate) fn used_before_definition(span: Span, name: &str, at: Span) -> Diagnostic {
    error("E0202", span, format!("`{name}` is used before its `let` has run"))
        .secondary(at, "defined here, later")
}
pub(crate) fn unknown_method(span: Span, name: &str, names: Vec<String>) -> Diagnostic {
    let near = nearest(name, names);
    did_you_mean(
        error("E0203", span, format!("there is no field or function `{name}`")),
        span,
        near.as_deref(),
    )
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
    did_you_mean(error("E0207", span, format!("there is no type `{name}`")), span, near)
}
pub(crate) fn idle_mut(span: Span, name: &str) -> Diagnostic {
    Diagnostic::warning("W0208", span, format!("`{name}` is `mut`, but nothing assigns it"))
        .help("leave `mut` out")
}
pub(crate) fn assign_immutable(span: Span, name: &str, at: Span) -> Diagnostic {
    error("E0209", span, format!("`{name}` cannot be assigned"))
        .secondary(at, "defined here, without `mut`")
        .help(format!("define it by `let mut {name}`"))
        .edit(Span { end: at.start, ..at }, "mut ")
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
}
pub(crate) fn not_a_place(span: Span) -> Diagnostic {
    error("E0211", span, "this cannot be assigned")
        .help("a name, a field, an element, or a tuple of these can be")
}
pub(crate) fn duplicate(span: Span, name: &str, at: Span) -> Diagnostic {
    error("E0212", span, format!("`{name}` is defined twice")).secondary(at, "the first definition")
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

// Sizes and shapes (E03xx).

pub(crate) fn shape_mismatch(at: Span, op: &str, a: (Span, &str), b: (Span, &str)) -> Diagnostic {
    error("E0301", at, format!("`{op}` needs equal shapes: `{}` and `{}`", a.1, b.1))
        .label("shapes differ")
        .secondary(a.0, format!("`{}`", a.1))
        .secondary(b.0, format!("`{}`", b.1))
        .help("there is no silent broadcasting: say it by an index, `[a[i] + b[i, j] for i, j]`")
}
pub(crate) fn inner_mismatch(at: Span, a: (Span, &str, &str), b: (Span, &str, &str)) -> Diagnostic {
    error("E0302", at, format!("`@` needs equal inner sizes: `{}` and `{}`", a.2, b.2))
        .secondary(a.0, format!("`{}`: its last size is `{}`", a.1, a.2))
        .secondary(b.0, format!("`{}`: its first size is `{}`", b.1, b.2))
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
}
pub(crate) fn negative_size(span: Span, size: &str) -> Diagnostic {
    error("E0306", span, format!("a size is at least 0; this is `{size}`"))
}
pub(crate) fn unsolved_size(span: Span, size: &str, f: &str, at: Span) -> Diagnostic {
    error("E0307", span, format!("no argument of `{f}` fixes the size `{size}`")).secondary(at, "the size")
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
    error("E0308", span, format!("`{param}` of `{f}` is `{expected}`{form}; this is {found}")).label(found)
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
pub(crate) fn solve_shapes(span: Span, a: (Span, &str), b: (Span, &str)) -> Diagnostic {
    error(
        "E0314",
        span,
        "`solve(a, b)` takes a square matrix of floats and a vector or matrix of as many rows",
    )
    .secondary(a.0, format!("`{}`", a.1))
    .secondary(b.0, format!("`{}`", b.1))
}

// Indices and ranges (E04xx).

pub(crate) fn index_outside(
    span: Span,
    base: Span,
    size: &str,
    low: Option<&str>,
    high: Option<&str>,
    fix: Option<&str>,
) -> Diagnostic {
    let reach = match (low, high) {
        (Some(l), Some(h)) if l == h => format!("it is `{l}`"),
        (Some(l), Some(h)) => format!("it runs from `{l}` to `{h}`"),
        _ => "it leaves the axis".into(),
    };
    let d = error("E0401", span, format!("this index is outside: {reach}"))
        .secondary(base, format!("this axis has `{size}` elements"));
    match fix {
        Some(end) => d.help(format!("write the range: `in 0..{end}`")),
        None => d.help("write a range that stays inside, or read with `get(x, i, fill)`"),
    }
}
pub(crate) fn too_many_subscripts(span: Span, base: Span, shown: &str, n: usize) -> Diagnostic {
    error("E0402", span, format!("{} for `{shown}`", counted(n, "subscript", "subscripts")))
        .secondary(base, format!("`{shown}`"))
}
pub(crate) fn index_type(span: Span, what: &str) -> Diagnostic {
    error("E0403", span, format!("an index is an i64; this is {what}"))
}
pub(crate) fn cannot_index(span: Span, what: &str) -> Diagnostic {
    error("E0404", span, format!("{what} has no axes to index"))
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
pub(crate) fn ragged_range(span: Span) -> Diagnostic {
    error("E0406", span, "a range cannot depend on another index")
        .help("filter instead: `sum(e for i, j in 0..n if j < i)`")
}
pub(crate) fn range_not_static(span: Span, what: &str) -> Diagnostic {
    error("E0407", span, format!("the range of an index is static; this is {what}"))
        .help("fold over a fixed range with a filter, or use a `for` loop")
}
pub(crate) fn unequal_ranges(span: Span, here: &str, first: Span, there: &str) -> Diagnostic {
    error("E0408", span, format!("one index, two ranges: `{there}` and `{here}`"))
        .label(format!("this axis has `{here}` elements"))
        .secondary(first, format!("the range is `{there}`"))
        .help(format!("write the range that you mean: `in 0..{there}`"))
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
}

// Types (E05xx).

pub(crate) fn expected_type(span: Span, expected: &str, found: &str) -> Diagnostic {
    error("E0501", span, format!("expected {expected}, found {found}"))
}
pub(crate) fn type_mismatch(span: Span, expected: &str, found: &str) -> Diagnostic {
    error("E0502", span, format!("expected `{expected}`, found {found}"))
}
pub(crate) fn element_mismatch(at: Span, op: &str, a: (Span, &Elem), b: (Span, &Elem)) -> Diagnostic {
    let (x, y) = (a.1.show(), b.1.show());
    let d = error("E0503", at, format!("`{op}` of `{x}` and `{y}`"))
        .secondary(a.0, format!("`{x}`"))
        .secondary(b.0, format!("`{y}`"));
    match (a.1, b.1) {
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
        (_, "bool") => d.help("write `and`, `or`, `not`; or convert by `i64(..)`"),
        _ => d,
    }
}
pub(crate) fn operands(span: Span, op: &str, a: (Span, &str), b: (Span, &str)) -> Diagnostic {
    error("E0504", span, format!("`{op}` has no meaning for {} and {}", a.1, b.1))
        .secondary(a.0, a.1)
        .secondary(b.0, b.1)
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
pub(crate) fn integer_range(span: Span) -> Diagnostic {
    error("E0507", span, "this integer does not fit into 64 bits")
}
pub(crate) fn not_a_tensor(span: Span, what: &str) -> Diagnostic {
    error("E0508", span, format!("a number or tensor is needed; this is {what}"))
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
}
pub(crate) fn branches_differ(span: Span, a: &str, b: &str) -> Diagnostic {
    error("E0515", span, format!("the branches give {a} and {b}"))
}
pub(crate) fn string_chosen(span: Span) -> Diagnostic {
    error("E0515", span, "a string is known when the file is checked, so no condition chooses one")
        .help("put the statement that uses it into each branch")
}
pub(crate) fn condition_is_tensor(span: Span) -> Diagnostic {
    error("E0516", span, "a condition is one bool").help("write `all(..)` or `any(..)`")
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
pub(crate) fn needs_float(span: Span, f: &str, ty: &str) -> Diagnostic {
    error("E0519", span, format!("`{f}` is for floats; this is `{ty}`")).help("write `f64(..)` around it")
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
pub(crate) fn wrong_kind(span: Span, name: &str, kind: &str, ty: &str) -> Diagnostic {
    error("E0522", span, format!("`{name}` must be a {kind} type, but is `{ty}`"))
}
pub(crate) fn empty_array(span: Span) -> Diagnostic {
    error("E0523", span, "an empty array needs a type").help("write `let x: f64[0] = []`")
}
pub(crate) fn no_elements(span: Span, what: &str) -> Diagnostic {
    error("E0524", span, format!("{what} cannot be an element of a tensor"))
}
pub(crate) fn cannot_make(span: Span, ty: &str) -> Diagnostic {
    error("E0525", span, format!("there is no such value of type `{ty}`"))
}
pub(crate) fn draw_type(span: Span, name: &str, ty: &str) -> Diagnostic {
    error("E0526", span, format!("`{name}` draws floats, not `{ty}`"))
}
pub(crate) fn not_a_fold(span: Span, name: &str) -> Diagnostic {
    error("E0527", span, format!("`{name}` does not fold"))
        .help("the folds are sum prod max min mean any all argmax argmin logsumexp")
}
pub(crate) fn fold_of_tensor(span: Span, name: &str) -> Diagnostic {
    error("E0528", span, format!("`{name}` folds scalars")).help("index the element down to a scalar")
}
pub(crate) fn fold_type(span: Span, name: &str, ty: &str, what: &str) -> Diagnostic {
    error("E0529", span, format!("`{name}` folds {what}, not `{ty}`"))
}
pub(crate) fn scan_inputs(span: Span) -> Diagnostic {
    error("E0530", span, "`scan` reads tensors with one common leading size")
}
pub(crate) fn scan_result(span: Span, what: &str) -> Diagnostic {
    error("E0531", span, format!("the function of a `scan` gives (state, output); this gives {what}"))
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
    error("E0601", span, format!("{what} cannot be called"))
}
pub(crate) fn arity(span: Span, f: &str, n: usize, found: usize, at: Option<Span>) -> Diagnostic {
    let d = error("E0602", span, format!("`{f}` takes {}, not {found}", counted(n, "argument", "arguments")));
    match at {
        Some(at) => d.secondary(at, "defined here"),
        None => d,
    }
}
pub(crate) fn builtin_arity(span: Span, f: &str, found: usize) -> Diagnostic {
    error("E0602", span, format!("`{f}` does not take {}", counted(found, "argument", "arguments")))
}
pub(crate) fn unknown_argument(span: Span, name: &str, names: Vec<String>) -> Diagnostic {
    let near = nearest(name, names);
    did_you_mean(error("E0603", span, format!("there is no parameter `{name}`")), span, near.as_deref())
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

// Derivatives (E07xx).

pub(crate) fn grad_of(f: Span, what: &str, span: Span) -> Diagnostic {
    error("E0701", f, format!("`grad` needs a function with one real result; this gives {what}"))
        .secondary(span, "asked for here")
        .help("use `jacobian` or `vjp` for other results")
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

// The script, modules and data (E08xx).

pub(crate) fn script_only(span: Span, name: &str) -> Diagnostic {
    error("E0801", span, format!("`{name}` stands at top level only, or in a `test` block"))
}
pub(crate) fn no_module(span: Span, path: &str, why: &str) -> Diagnostic {
    error("E0802", span, format!("the module `{path}` cannot be read: {why}"))
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
pub(crate) fn data_argument(span: Span, f: &str) -> Diagnostic {
    error("E0808", span, format!("`{f}` has no such argument"))
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
