//! Functions of complex numbers, and conversions to them.

use dslc_base::Span;
use dslc_ir::prims::{arith, logic};

use crate::builtins::ComplexFn;
use crate::call::ArgValue;
use crate::check::Checker;
use crate::complex::complex_of;
use crate::errors;
use crate::ty::{Elem, Ty};
use crate::value::{Complex, Tensor, Value};

impl Checker<'_> {
    /// The modulus; at 0 it is cut off from the root, whose derivative is infinite there.
    fn modulus(&mut self, z: &Complex) -> Tensor {
        let k = self.scale_for(z);
        let near = self.scaled(z, &k);
        let square = self.squared_size(&near);
        let elem = square.elem.clone();
        let zero = self.number(&elem, 0.0);
        let nothing = self.pointwise(&logic::EQ, &[square.clone(), zero.clone()], Elem::Bool);
        let root = self.real_prim("sqrt", &[square]);
        let root = self.real2(&arith::DIV, &root, &k);
        self.pointwise(&logic::SELECT, &[nothing, zero, root], elem)
    }

    /// A function of complex numbers; of a real number `complex`, `conj` and `angle` too.
    pub(crate) fn complex_function(
        &mut self,
        f: ComplexFn,
        args: &[ArgValue],
        span: Span,
        want: Option<&Ty>,
    ) -> Value {
        self.at(span);
        match (f, args) {
            (ComplexFn::Make, [re, im]) => {
                let ask = match want {
                    Some(Ty::Tensor(Elem::C64, _)) => Ty::scalar(Elem::F32),
                    _ => Ty::scalar(Elem::F64),
                };
                let Some((x, y)) = self.meet((&re.value, re.span), (&im.value, im.span), Some(&ask)) else {
                    return Value::Poison;
                };
                let (x, y) = (self.as_float(x, &ask), self.as_float(y, &ask));
                for (t, at) in [(&x, re.span), (&y, im.span)] {
                    if !matches!(t.elem, Elem::F64 | Elem::F32) {
                        return self.fail(errors::needs_float(at, "complex", &t.elem));
                    }
                }
                if x.elem != y.elem {
                    return self.fail(errors::element_mismatch(
                        span,
                        "complex",
                        (re.span, &x.elem),
                        (im.span, &y.elem),
                    ));
                }
                if !x.dims.is_empty()
                    && !y.dims.is_empty()
                    && !self.same_shape(&x, re.span, &y, im.span, span, "complex")
                {
                    return Value::Poison;
                }
                Value::complex(self.pair_like(x, y))
            }
            (ComplexFn::Conj | ComplexFn::Imag | ComplexFn::Angle, [z]) => {
                let Value::Complex(z) = &z.value else {
                    let what = self.describe(&z.value);
                    return self.fail(errors::expected_type(z.span, "c128", &what));
                };
                match f {
                    ComplexFn::Conj => {
                        Value::complex(Complex { re: z.re.clone(), im: self.real1(&arith::NEG, &z.im) })
                    }
                    ComplexFn::Imag => Value::Tensor(z.im.clone()),
                    _ => Value::Tensor(self.real_prim("atan2", &[z.im.clone(), z.re.clone()])),
                }
            }
            (f, args) => self.fail(errors::builtin_arity(span, f.name(), args.len())),
        }
    }

    fn as_float(&mut self, t: Tensor, ask: &Ty) -> Tensor {
        match ask {
            Ty::Tensor(e, _) if t.flexible => self.int_to_float(&t, e),
            _ => t,
        }
    }

    /// A function of floats at a complex number, where it has a meaning there.
    pub(crate) fn complex_pointwise(&mut self, name: &'static str, z: &Complex, at: Span) -> Value {
        let one = std::slice::from_ref;
        let polar = |c: &mut Self, r: Tensor, t: &Tensor| {
            let (cos, sin) = (c.real_prim("cos", one(t)), c.real_prim("sin", one(t)));
            Complex { re: c.real2(&arith::MUL, &r, &cos), im: c.real2(&arith::MUL, &r, &sin) }
        };
        let z = match name {
            "abs" => return Value::Tensor(self.modulus(z)),
            "exp" => {
                let r = self.real_prim("exp", one(&z.re));
                polar(self, r, &z.im)
            }
            "log" => {
                let r = self.modulus(z);
                Complex {
                    re: self.real_prim("log", &[r]),
                    im: self.real_prim("atan2", &[z.im.clone(), z.re.clone()]),
                }
            }
            "sqrt" => self.complex_root(z),
            // sin(a + ib) = sin a cosh b + i cos a sinh b, and its kin.
            "sin" | "cos" | "sinh" | "cosh" => {
                let (a, b) = match name {
                    "sin" | "cos" => (&z.re, &z.im),
                    _ => (&z.im, &z.re),
                };
                let (s, c) = (self.real_prim("sin", one(a)), self.real_prim("cos", one(a)));
                let (sh, ch) = (self.real_prim("sinh", one(b)), self.real_prim("cosh", one(b)));
                let mut of = |x: &Tensor, y: &Tensor| self.real2(&arith::MUL, x, y);
                let (sc, cs, cc, ss) = (of(&s, &ch), of(&c, &sh), of(&c, &ch), of(&s, &sh));
                match name {
                    "sin" => Complex { re: sc, im: cs },
                    "cos" => Complex { re: cc, im: self.real1(&arith::NEG, &ss) },
                    "sinh" => Complex { re: cs, im: sc },
                    _ => Complex { re: cc, im: ss },
                }
            }
            _ => {
                let elem = complex_of(&z.re.elem);
                return self.fail(errors::needs_float(at, name, &elem));
            }
        };
        Value::complex(z)
    }

    /// The root with a real part that is not negative; on the negative axis the one above it.
    fn complex_root(&mut self, z: &Complex) -> Complex {
        let elem = z.re.elem.clone();
        let (zero, half, two) = (self.number(&elem, 0.0), self.number(&elem, 0.5), self.number(&elem, 2.0));
        let r = self.modulus(z);
        let a = self.real_prim("abs", std::slice::from_ref(&z.re));
        // Halves first, so that the sum does not overflow.
        let (r, a) = (self.real2(&arith::MUL, &r, &half), self.real2(&arith::MUL, &a, &half));
        let square = self.real2(&arith::ADD, &r, &a);
        let nothing = self.pointwise(&logic::EQ, &[square.clone(), zero.clone()], Elem::Bool);
        let root = self.real_prim("sqrt", &[square]);
        let root = self.pointwise(&logic::SELECT, &[nothing.clone(), zero.clone(), root], elem.clone());
        let twice = self.real2(&arith::MUL, &root, &two);
        let other = self.real2(&arith::DIV, &z.im, &twice);
        let other = self.pointwise(&logic::SELECT, &[nothing, zero.clone(), other], elem.clone());
        let right = self.pointwise(&logic::GE, &[z.re.clone(), zero.clone()], Elem::Bool);
        let below = self.pointwise(&logic::LT, &[z.im.clone(), zero], Elem::Bool);
        let minus = self.real1(&arith::NEG, &root);
        let signed = self.pointwise(&logic::SELECT, &[below, minus, root.clone()], elem.clone());
        let size = self.real_prim("abs", std::slice::from_ref(&other));
        Complex {
            re: self.pointwise(&logic::SELECT, &[right.clone(), root, size], elem.clone()),
            im: self.pointwise(&logic::SELECT, &[right, other, signed], elem),
        }
    }

    /// `c128(x)`, `c64(x)` and `real(z)`.
    pub(crate) fn complex_cast(&mut self, to: &Elem, x: &ArgValue, span: Span) -> Value {
        let part = to.part().unwrap_or(Elem::F64);
        let convert = |c: &mut Self, t: &Tensor| {
            let (name, from) = match (&t.elem, &part) {
                (a, b) if a == b => return Some(t.clone()),
                (Elem::F64, _) => ("f64_to_f32", &part),
                (Elem::F32, _) => ("f32_to_f64", &part),
                (Elem::I64, Elem::F32) => ("i64_to_f32", &part),
                (Elem::I64, _) => ("i64_to_f64", &part),
                _ => return None,
            };
            let prim = c.prim(name);
            Some(c.pointwise(prim, std::slice::from_ref(t), from.clone()))
        };
        self.at(span);
        let z = match &x.value {
            Value::Complex(z) => match (convert(self, &z.re), convert(self, &z.im)) {
                (Some(re), Some(im)) => Some(Complex { re, im }),
                _ => None,
            },
            v => {
                let Some(t) = self.as_tensor(v, Some(&Ty::scalar(part.clone())), x.span) else {
                    return Value::Poison;
                };
                match convert(self, &t) {
                    Some(re) => Some(self.with_zero(re)),
                    None => return self.fail(errors::no_cast(span, &t.elem.show(), &to.show())),
                }
            }
        };
        z.map_or(Value::Poison, Value::complex)
    }

    /// A complex value of a type from what takes its shape from context, or from an exact number.
    pub(crate) fn complex_of_real(&mut self, re: Tensor) -> Value {
        Value::complex(self.with_zero(re))
    }
}
