//! Powers: by repeated multiplication where the exponent is an exact integer, so that negative bases are right; by
//! squaring of integers; by `pow` else.

use dslc_base::Span;
use dslc_ir::interpret::interpret;
use dslc_ir::prims::elementary::power::POW;
use dslc_ir::prims::{arith, logic};
use dslc_ir::{Bits, PrimRef, Scalar, Site};
use dslc_syntax::ast::Expr;

use crate::check::Checker;
use crate::dim::{Dim, Truth};
use crate::errors;
use crate::operators::scalar_of;
use crate::ty::{Elem, Ty};
use crate::value::{Lin, Tensor, Value};

impl Checker<'_> {
    /// `a ^ b`: an exact integer exponent is repeated multiplication, so that it is right for negative bases.
    pub(crate) fn power(&mut self, a: &Expr, b: &Expr, span: Span, want: Option<&Ty>) -> Value {
        let ask = want.and_then(scalar_of);
        let base = self.expr(a, ask.as_ref());
        let exponent = self.expr(b, None);
        if base.is_poison() || exponent.is_poison() {
            return Value::Poison;
        }
        let n = match &exponent {
            Value::Int(l) => l.as_const(),
            _ => None,
        };
        match (&base, n) {
            (Value::Complex(z), Some(n)) if n.unsigned_abs() <= 64 => {
                self.at(span);
                self.complex_power(z, n)
            }
            (Value::Complex(_), _) => self.complex_exponential((&base, a.span), (&exponent, b.span), span),
            _ if matches!(exponent, Value::Complex(_)) => {
                self.complex_exponential((&base, a.span), (&exponent, b.span), span)
            }
            (Value::Int(l), Some(n)) if n >= 0 && l.as_static().is_some() => {
                let mut out = Lin::constant(Dim::constant(1));
                for _ in 0..n.min(64) {
                    match out.mul(l) {
                        Some(p) => out = p,
                        None => return self.fail(errors::integer_range(span)),
                    }
                }
                Value::Int(out)
            }
            (Value::Float(x), _) if exact_power(*x, n, &exponent).is_some_and(|y| kept(&[*x], y)) => {
                Value::Float(exact_power(*x, n, &exponent).unwrap_or(f64::NAN))
            }
            (_, Some(n)) if n.unsigned_abs() <= 64 => {
                let Some(t) = self.as_tensor(&base, ask.as_ref(), a.span) else { return Value::Poison };
                self.integer_power(t, n, span)
            }
            (Value::Int(_) | Value::Tensor(_), None) if self.is_integer_power(&base, &exponent, want) => {
                let whole = Ty::scalar(Elem::I64);
                // What is exact stays an integer that a float may meet.
                let exact = |v: &Value| match v {
                    Value::Int(_) => true,
                    Value::Tensor(t) => t.flexible,
                    _ => false,
                };
                let flexible = exact(&base) && exact(&exponent);
                let Some(x) = self.as_tensor(&base, Some(&whole), a.span) else { return Value::Poison };
                let Some(k) = self.as_tensor(&exponent, Some(&whole), b.span) else { return Value::Poison };
                if !x.dims.is_empty()
                    && !k.dims.is_empty()
                    && !self.same_shape(&x, a.span, &k, b.span, span, "^")
                {
                    return Value::Poison;
                }
                Value::Tensor(Tensor { flexible, ..self.power_of_integers(x, k, span) })
            }
            _ => {
                let float = match &base {
                    Value::Int(_) => Some(Ty::scalar(Elem::F64)),
                    _ => ask,
                };
                let Some(x) = self.as_tensor(&base, float.as_ref(), a.span) else { return Value::Poison };
                let ty = Ty::scalar(x.elem.clone());
                let Some(y) = self.as_tensor(&exponent, Some(&ty), b.span) else { return Value::Poison };
                if !x.elem.is_float() && y.elem == x.elem {
                    return self.fail(errors::no_operator(span, "^", &x.elem.show()));
                }
                if !x.elem.is_float() || y.elem != x.elem {
                    return self.fail(errors::element_mismatch(
                        span,
                        "^",
                        (a.span, &x.elem),
                        (b.span, &y.elem),
                    ));
                }
                let prim = self.prim("pow");
                let elem = x.elem.clone();
                Value::Tensor(self.pointwise(prim, &[x, y], elem))
            }
        }
    }

    pub(crate) fn integer_power(&mut self, t: Tensor, n: i64, span: Span) -> Value {
        let elem = t.elem.clone();
        if n < 0 && !elem.is_float() {
            return self.fail(errors::no_operator(span, "^", &elem.show()));
        }
        let Some(product) = elem.product() else {
            return self.fail(errors::no_operator(span, "^", &elem.show()));
        };
        self.at(span);
        let one = elem.one();
        let (mut power, mut out, mut k) = (t, None::<Tensor>, n.unsigned_abs());
        while k > 0 {
            if k & 1 == 1 {
                out = Some(match out {
                    None => power.clone(),
                    Some(o) => self.pointwise(product.0, &[o, power.clone()], elem.clone()),
                });
            }
            k >>= 1;
            if k > 0 {
                power = self.pointwise(product.0, &[power.clone(), power.clone()], elem.clone());
            }
        }
        let unit = self.constant(one, elem.clone());
        match out {
            None => {
                // x^0 is 1 of the shape of x.
                let zero = self.constant(elem.zero(), elem.clone());
                let is_any = self.pointwise(&logic::EQ, &[power.clone(), zero.clone()], Elem::Bool);
                Value::Tensor(self.pointwise(&logic::SELECT, &[is_any, unit.clone(), unit], elem))
            }
            Some(p) if n < 0 => Value::Tensor(self.pointwise(&arith::DIV, &[unit, p], elem)),
            Some(p) => Value::Tensor(p),
        }
    }

    /// Whether a power is one of integers: both are, and the exponent is data, or exact and surely not negative.
    fn is_integer_power(&self, base: &Value, exponent: &Value, want: Option<&Ty>) -> bool {
        let whole = match base {
            Value::Int(_) => !matches!(want, Some(Ty::Tensor(e, _)) if e.is_float() || e.part().is_some()),
            Value::Tensor(t) => t.elem == Elem::I64,
            _ => false,
        };
        whole
            && match exponent {
                Value::Tensor(t) => t.elem == Elem::I64,
                // Positions run from 0, and sizes are never negative.
                Value::Int(l) => {
                    let plain = |d: &Dim| self.nonnegative(d) == Truth::Yes;
                    plain(&l.constant) && l.terms.iter().all(|(_, k)| plain(k))
                }
                _ => false,
            }
    }

    /// `x ^ k` of integers by squaring: what overflows stops the program, and so does a negative exponent.
    fn power_of_integers(&mut self, x: Tensor, k: Tensor, span: Span) -> Tensor {
        let whole = |c: &mut Self, n: i64| c.constant(Bits::i64(n), Elem::I64);
        let int = |c: &mut Self, name: &str, a: &Tensor, b: &Tensor| {
            let prim = c.prim(name);
            c.pointwise(prim, &[a.clone(), b.clone()], Elem::I64)
        };
        let (zero, one) = (whole(self, 0), whole(self, 1));
        let site = Site::new(self.users_place(span), "the exponent of an integer is negative");
        self.b().site = Some(self.module.sites.push(site));
        let fine = self.pointwise(&logic::GE, &[k.clone(), zero.clone()], Elem::Bool);
        let held = self.pointwise(&logic::REQUIRE, &[fine], Elem::Bool);
        let k = self.pointwise(&logic::SELECT, &[held, k, zero.clone()], Elem::I64);
        // Beyond 64 only 0, 1 and -1 have a power, and of these the exponent's last bit says which.
        let most = whole(self, 64);
        let last = int(self, "bit_and", &k, &one);
        let far = int(self, "bit_or", &most, &last);
        let large = self.pointwise(&logic::GT, &[k.clone(), most], Elem::Bool);
        let mut left = self.pointwise(&logic::SELECT, &[large, far, k], Elem::I64);
        let (mut square, mut out) = (x, one.clone());
        self.at(span);
        for round in 0..7 {
            let bit = int(self, "bit_and", &left, &one);
            let odd = self.pointwise(&logic::EQ, &[bit, one.clone()], Elem::Bool);
            let factor = self.pointwise(&logic::SELECT, &[odd, square.clone(), one.clone()], Elem::I64);
            out = int(self, "mul", &out, &factor);
            if round < 6 {
                left = int(self, "shift_right", &left, &one);
                // What no further bit needs is not squared, so that it cannot overflow.
                let more = self.pointwise(&logic::GT, &[left.clone(), zero.clone()], Elem::Bool);
                let next = self.pointwise(&logic::SELECT, &[more, square, one.clone()], Elem::I64);
                square = int(self, "mul", &next, &next);
            }
        }
        out
    }
}

/// Whether a number made of others at check time is what stands in the program: one that is made infinite or NaN is computed
/// when run, where it can be told of.
pub(crate) fn kept(of: &[f64], made: f64) -> bool {
    let alike = |x: &f64| x.is_nan() == made.is_nan() && x.is_infinite() == made.is_infinite();
    made.is_finite() || of.iter().any(alike)
}

/// A power of literals, with the bits that the same power has when run.
fn exact_power(x: f64, n: Option<i64>, exponent: &Value) -> Option<f64> {
    let general = |y: f64| {
        let recipe = PrimRef(&POW).recipe(&[Scalar::F64; 2]);
        f64::from_bits(interpret(&recipe, &[x.to_bits(), y.to_bits()]).0)
    };
    match (n, exponent) {
        (Some(n), _) if n.unsigned_abs() <= 64 => {
            let (mut power, mut out, mut k) = (x, None, n.unsigned_abs());
            while k > 0 {
                if k & 1 == 1 {
                    out = Some(out.map_or(power, |o: f64| o * power));
                }
                k >>= 1;
                power *= power;
            }
            let out = out.unwrap_or(1.0);
            Some(if n < 0 { 1.0 / out } else { out })
        }
        (Some(n), _) => Some(general(n as f64)),
        (None, Value::Float(y)) => Some(general(*y)),
        (None, _) => None,
    }
}
