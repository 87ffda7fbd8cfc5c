//! Powers of complex numbers.

use dslc_base::Span;
use dslc_ir::prims::logic;
use dslc_syntax::ast::BinOp;

use crate::call::ArgValue;
use crate::check::Checker;
use crate::complex::{complex_of, part_of};
use crate::errors;
use crate::ty::{Elem, Ty};
use crate::value::{Complex, Value};

impl Checker<'_> {
    /// `z ^ n`, by repeated squaring.
    pub(crate) fn complex_power(&mut self, z: &Complex, n: i64) -> Value {
        let one = self.number(&z.re.elem.clone(), 1.0);
        let one = self.with_zero(one);
        let spread = Complex {
            re: self.pair_like(one.re.clone(), z.im.clone()).re,
            im: self.pair_like(one.im.clone(), z.re.clone()).re,
        };
        let (mut power, mut out, mut k) = (z.clone(), None::<Complex>, n.unsigned_abs());
        while k > 0 {
            if k & 1 == 1 {
                out = Some(match out {
                    None => power.clone(),
                    Some(o) => self.times(&o, &power),
                });
            }
            k >>= 1;
            if k > 0 {
                power = self.times(&power.clone(), &power);
            }
        }
        Value::complex(match out {
            None => spread,
            Some(p) if n < 0 => self.quotient(&one, &p),
            Some(p) => p,
        })
    }

    /// `z ^ w` where one of both is complex and w is no small integer: `exp(w log z)` with the principal logarithm, whose
    /// imaginary part is above -pi and at most pi. A power of 0 is 0 where the real part of the exponent is above 0, and
    /// `z ^ 0` is 1.
    pub(crate) fn complex_exponential(
        &mut self,
        (z, z_span): (&Value, Span),
        (w, w_span): (&Value, Span),
        span: Span,
    ) -> Value {
        let Some(part) = part_of(z, w) else { return Value::Poison };
        let of = complex_of(&part);
        let (Some(base), Some(exponent)) =
            (self.complex_side(z, &part, z_span, span), self.complex_side(w, &part, w_span, span))
        else {
            return Value::Poison;
        };
        self.at(span);
        let log = self.complex_pointwise("log", &base, z_span);
        // A real exponent scales both parts of the logarithm, an infinite one too.
        let log = match w {
            Value::Complex(_) => {
                let w = Value::complex(exponent.clone());
                self.binary(BinOp::Mul, span, (&w, w_span), (&log, z_span), span, None)
            }
            _ => {
                let w = Value::Tensor(exponent.re.clone());
                self.each_leaf(&log, |c, t| c.binary(BinOp::Mul, span, (&w, w_span), (t, z_span), span, None))
            }
        };
        let Value::Complex(product) = &log else { return Value::Poison };
        let power = self.complex_pointwise("exp", product, span);
        let zero = self.number(&part, 0.0);
        let is = |c: &mut Self, z: &Complex| {
            let re = c.pointwise(&logic::EQ, &[z.re.clone(), zero.clone()], Elem::Bool);
            let im = c.pointwise(&logic::EQ, &[z.im.clone(), zero.clone()], Elem::Bool);
            c.pointwise(&logic::AND, &[re, im], Elem::Bool)
        };
        let (nothing, flat) = (is(self, &base), is(self, &exponent));
        let right = self.pointwise(&logic::GT, &[exponent.re.clone(), zero.clone()], Elem::Bool);
        let vanishes = self.pointwise(&logic::AND, &[nothing, right], Elem::Bool);
        let arg = |value: Value| ArgValue { name: None, value, span };
        let ty = Ty::scalar(of);
        let (none, one) = (self.coerce(&Value::int(0), &ty, span), self.coerce(&Value::int(1), &ty, span));
        let power = self.complex_where(&vanishes, &arg(none), &arg(power), span);
        self.complex_where(&flat, &arg(one), &arg(power), span)
    }

    /// A side of a power as a complex number: a real one has the imaginary part 0.
    fn complex_side(&mut self, v: &Value, part: &Elem, at: Span, span: Span) -> Option<Complex> {
        match v {
            Value::Complex(z) if z.re.elem == *part => Some((**z).clone()),
            Value::Int(_) | Value::Float(_) => {
                let re = self.number_as(v, part, at)?;
                Some(self.with_zero(re))
            }
            Value::Tensor(t) if t.flexible => {
                let re = self.int_to_float(t, part);
                Some(self.with_zero(re))
            }
            Value::Tensor(t) if t.elem == *part => {
                let t = self.local(t);
                Some(self.with_zero(t))
            }
            Value::Poison => None,
            Value::Tensor(t) => {
                self.report(errors::element_mismatch(span, "^", (at, &t.elem), (span, &complex_of(part))));
                None
            }
            Value::Complex(z) => {
                let (found, want) = (complex_of(&z.re.elem), complex_of(part));
                self.report(errors::element_mismatch(span, "^", (at, &found), (span, &want)));
                None
            }
            other => {
                let what = self.describe(other);
                self.report(errors::expected_type(at, &complex_of(part).show(), &what));
                None
            }
        }
    }
}
