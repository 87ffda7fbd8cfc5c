//! Conversions that are written: `f64(x)`, `minplus(x)`, `real(w)` and their kin.

use dslc_base::Span;

use crate::builtins::Cast;
use crate::call::ArgValue;
use crate::check::Checker;
use crate::errors;
use crate::ty::{Elem, Float, Ty};
use crate::value::{Tensor, Value};

/// How a value of one element type becomes one of another.
enum Step {
    /// The bits stay, only their type changes.
    Relabel,
    /// By a primitive.
    By(&'static str),
}

impl Checker<'_> {
    /// `to(x)`.
    pub(crate) fn cast(&mut self, c: Cast, x: &ArgValue, span: Span) -> Value {
        match (c, &x.value) {
            (Cast::C64, _) => return self.complex_cast(&Elem::C64, x, span),
            (Cast::C128, _) => return self.complex_cast(&Elem::C128, x, span),
            (Cast::Real, Value::Complex(z)) => return Value::Tensor(z.re.clone()),
            _ => {}
        }
        let ask = Ty::scalar(match c {
            Cast::F32 => Elem::F32,
            Cast::I64 | Cast::Count | Cast::Z2 if !matches!(x.value, Value::Float(_)) => Elem::I64,
            _ => Elem::F64,
        });
        let Some(mut t) = self.as_tensor(&x.value, Some(&ask), x.span) else { return Value::Poison };
        let target = target(c, &t.elem);
        self.at(span);
        let Some(path) = path(c, &t.elem, &target) else {
            return self.fail(errors::no_cast(span, &t.elem.show(), &target.show()));
        };
        for (step, elem) in path {
            t = match step {
                Step::Relabel => Tensor { elem, flexible: false, ..t },
                Step::By(name) => {
                    let prim = self.prim(name);
                    self.pointwise(prim, &[t], elem)
                }
            };
        }
        Value::Tensor(t)
    }
}

/// What a conversion of this element type gives.
fn target(c: Cast, from: &Elem) -> Elem {
    let float = if *from == Elem::F32 { Float::F32 } else { Float::F64 };
    match c {
        Cast::F64 => Elem::F64,
        Cast::F32 => Elem::F32,
        Cast::I64 => Elem::I64,
        Cast::C64 => Elem::C64,
        Cast::C128 => Elem::C128,
        Cast::MaxPlus => Elem::MaxPlus(float),
        Cast::MinPlus => Elem::MinPlus(float),
        Cast::LogSum => Elem::LogSum(float),
        Cast::Count => Elem::Count,
        Cast::Z2 => Elem::Z2,
        Cast::Real => from.tangent(),
    }
}

/// The steps from one element type to another; `None` if there is no conversion.
fn path(c: Cast, from: &Elem, to: &Elem) -> Option<Vec<(Step, Elem)>> {
    let by = |name| Some(vec![(Step::By(name), to.clone())]);
    let relabel = || Some(vec![(Step::Relabel, to.clone())]);
    // What counts or is a bit becomes a float as the integer that it is.
    let as_integer = |first: Step| {
        let name = if *to == Elem::F32 { "i64_to_f32" } else { "i64_to_f64" };
        Some(vec![(first, Elem::I64), (Step::By(name), to.clone())])
    };
    match (c, from, to) {
        (Cast::Real, e, _) if e.is_wrapped() => relabel(),
        (Cast::Real, ..) => None,
        (Cast::MaxPlus | Cast::MinPlus | Cast::LogSum, e, _) if e.is_float() => relabel(),
        (Cast::MaxPlus | Cast::MinPlus | Cast::LogSum, ..) => None,
        (_, a, b) if a == b => relabel(),
        (_, Elem::Count, Elem::I64) => relabel(),
        (_, Elem::Count, Elem::F64 | Elem::F32) => as_integer(Step::Relabel),
        (_, Elem::Z2, Elem::F64 | Elem::F32) => as_integer(Step::By("z2_to_i64")),
        (_, Elem::Z2, Elem::I64) => by("z2_to_i64"),
        (_, Elem::I64, Elem::Z2) => by("i64_to_z2"),
        (_, Elem::Bool, Elem::Z2) => by("bool_to_z2"),
        (_, Elem::I64, Elem::Count) => by("natural"),
        // A truth value is 0 or 1, so nothing can be negative.
        (_, Elem::Bool, Elem::Count) => by("bool_to_i64"),
        (_, Elem::I64, Elem::F64) => by("i64_to_f64"),
        (_, Elem::I64, Elem::F32) => by("i64_to_f32"),
        (_, Elem::F64, Elem::I64) => by("f64_to_i64"),
        (_, Elem::F32, Elem::I64) => by("f32_to_i64"),
        (_, Elem::F64, Elem::F32) => by("f64_to_f32"),
        (_, Elem::F32, Elem::F64) => by("f32_to_f64"),
        (_, Elem::Bool, Elem::I64) => by("bool_to_i64"),
        (_, Elem::Bool, Elem::F64) => by("bool_to_f64"),
        (_, Elem::Bool, Elem::F32) => by("bool_to_f32"),
        _ => None,
    }
}
