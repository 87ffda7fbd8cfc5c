//! Truth values, comparisons and selection.

use crate::interval::{self, Enclosure, Ends, Trend, WHOLE};
use crate::mach::{Cmp, Kit, Lane, Trap, V};
use crate::prim::{Deriv, Prim, Sig, Truth};
use crate::scalar::{Bits, Scalar};

const ANY: (f64, f64) = (-4.0, 4.0);

fn truth_value(x: &[Bits], k: usize) -> bool {
    x[k].bits != 0
}

/// Conjunction.
pub static AND: Prim = Prim {
    name: "and",
    doc: "True where both are.",
    sig: Sig::Bool(2),
    domain: &[(0.0, 1.0), (0.0, 1.0)],
    define: |k, x| k.and(x[0], x[1]),
    truth: Truth::Exact(|x| Bits::bool(truth_value(x, 0) && truth_value(x, 1))),
    deriv: Deriv::Zero,
    interval: Enclosure::Exact(&[Trend::Rises, Trend::Rises], WHOLE),
    laws: &["exact: (and x y) == (and y x)", "exact: (and x x) == x"],
};

/// Disjunction.
pub static OR: Prim = Prim {
    name: "or",
    doc: "True where one of the two is.",
    sig: Sig::Bool(2),
    domain: &[(0.0, 1.0), (0.0, 1.0)],
    define: |k, x| k.or(x[0], x[1]),
    truth: Truth::Exact(|x| Bits::bool(truth_value(x, 0) || truth_value(x, 1))),
    deriv: Deriv::Zero,
    interval: Enclosure::Exact(&[Trend::Rises, Trend::Rises], WHOLE),
    laws: &["exact: (or x y) == (or y x)", "exact: (not (or x y)) == (and (not x) (not y))"],
};

/// Negation of a truth value.
pub static NOT: Prim = Prim {
    name: "not",
    doc: "True where the operand is false.",
    sig: Sig::Bool(1),
    domain: &[(0.0, 1.0)],
    define: |k, x| k.not(x[0]),
    truth: Truth::Exact(|x| Bits::bool(!truth_value(x, 0))),
    deriv: Deriv::Zero,
    interval: Enclosure::Exact(&[Trend::Falls], WHOLE),
    laws: &["exact: (not (not x)) == x"],
};

/// A condition that must hold.
pub static REQUIRE: Prim = Prim {
    name: "require",
    doc: "The operand, which must be true (`require(c, \"why\")`). A false one stops the program.",
    sig: Sig::Bool(1),
    domain: &[(0.0, 1.0)],
    define: |k, x| {
        let bad = k.not(x[0]);
        k.fail(Trap::Demand, bad);
        x[0]
    },
    truth: Truth::Exact(|x| x[0]),
    deriv: Deriv::Zero,
    // Where it does not hold there is no value to enclose; if it holds nowhere, the program stops.
    interval: Enclosure::Build(|b, x, _| Some(Ends::point(b.map(&REQUIRE, &[x[0].hi])))),
    laws: &[],
};

fn compare(k: &mut Kit, cmp: Cmp, x: &[V]) -> V {
    match k.lane(x[0]) {
        Lane::F64 | Lane::F32 => k.fcmp(cmp, x[0], x[1]),
        Lane::I64 | Lane::I32 => k.icmp(cmp, x[0], x[1]),
        Lane::Bool => {
            let differ = k.xor(x[0], x[1]);
            if cmp == Cmp::Eq { k.not(differ) } else { differ }
        }
    }
}

/// The order of two numbers; `None` if one is NaN. Bools and keys compare as numbers.
fn order(x: &[Bits]) -> Option<std::cmp::Ordering> {
    match x[0].scalar {
        Scalar::F64 | Scalar::F32 => x[0].as_f64().partial_cmp(&x[1].as_f64()),
        Scalar::I64 => Some((x[0].bits as i64).cmp(&(x[1].bits as i64))),
        Scalar::Bool | Scalar::Key | Scalar::Z2 => Some(x[0].bits.cmp(&x[1].bits)),
    }
}

macro_rules! comparison {
    ($(#[$doc:meta])* $id:ident, $name:literal, $sig:expr, $cmp:expr, $test:expr, $interval:expr, $laws:expr, $text:literal) => {
        $(#[$doc])*
        pub static $id: Prim = Prim {
            name: $name,
            doc: $text,
            sig: $sig,
            domain: &[ANY, ANY],
            define: |k, x| compare(k, $cmp, x),
            truth: Truth::Exact(|x| Bits::bool(($test)(order(x)))),
            deriv: Deriv::Zero,
            interval: Enclosure::Build($interval),
            laws: $laws,
        };
    };
}

comparison!(
    /// Equality.
    EQ, "eq", Sig::Equality, Cmp::Eq, |o: Option<std::cmp::Ordering>| o.is_some_and(|o| o.is_eq()),
    |b, x, _| Some(interval::equal(b, x)),
    &["exact: (eq x y) == (eq y x)"], "True where both are equal; NaN equals nothing."
);
comparison!(
    /// Inequality.
    NE, "ne", Sig::Equality, Cmp::Ne, |o: Option<std::cmp::Ordering>| o.is_none_or(|o| o.is_ne()),
    |b, x, _| {
        let same = interval::equal(b, x);
        Some(interval::opposite(b, same))
    },
    &["exact: (ne x y) == (not (eq x y))"], "True where they differ; NaN differs from everything."
);
comparison!(
    /// Less.
    LT, "lt", Sig::Order, Cmp::Lt, |o: Option<std::cmp::Ordering>| o.is_some_and(|o| o.is_lt()),
    |b, x, _| Some(interval::less(b, x)),
    &["exact: (lt x y) == (gt y x)"], "True where `x < y`."
);
comparison!(
    /// Less or equal.
    LE, "le", Sig::Order, Cmp::Le, |o: Option<std::cmp::Ordering>| o.is_some_and(|o| o.is_le()),
    |b, x, _| Some(interval::at_most(b, x)),
    &["exact: (le x y) == (ge y x)"], "True where `x <= y`."
);
comparison!(
    /// Greater.
    GT, "gt", Sig::Order, Cmp::Gt, |o: Option<std::cmp::Ordering>| o.is_some_and(|o| o.is_gt()),
    |b, x, _| Some(interval::less(b, &[x[1], x[0]])),
    &["exact: (gt x y) == (lt y x)"], "True where `x > y`."
);
comparison!(
    /// Greater or equal.
    GE, "ge", Sig::Order, Cmp::Ge, |o: Option<std::cmp::Ordering>| o.is_some_and(|o| o.is_ge()),
    |b, x, _| Some(interval::at_most(b, &[x[1], x[0]])),
    &["exact: (ge x y) == (le y x)"], "True where `x >= y`."
);

/// Selection.
pub static SELECT: Prim = Prim {
    name: "select",
    doc: "`y` where the condition holds, `z` elsewhere; both are computed.",
    sig: Sig::Select,
    domain: &[(0.0, 1.0), ANY, ANY],
    define: |k, x| k.select(x[0], x[1], x[2]),
    truth: Truth::Exact(|x| if truth_value(x, 0) { x[1] } else { x[2] }),
    deriv: Deriv::Choice { build: |_, x| x[0], between: (1, 2) },
    interval: Enclosure::Build(|b, x, _| interval::select(b, x)),
    laws: &["exact: (select x y y) == y"],
};
