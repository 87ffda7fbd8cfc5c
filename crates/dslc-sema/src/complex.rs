//! Complex numbers: pairs of real tensors of one shape. The representation knows none, so derivatives, loops and
//! backends need nothing for them: the cotangent of a pair is the pair of cotangents, which is df/dx + i df/dy.
//!
//! Whatever takes a value apart leaf by leaf (loops, branches, gathers, records) works on both parts by itself; this
//! file holds what does not: arithmetic, comparisons, products. Functions, powers and folds stand beside it.

mod folds;
mod functions;
mod powers;
mod systems;

use dslc_base::Span;
use dslc_ir::Prim;
use dslc_ir::prims::{arith, logic};
use dslc_syntax::ast::{BinOp, CmpOp};

use crate::check::Checker;
use crate::dim::Dim;
use crate::errors;
use crate::ty::{Elem, Ty};
use crate::value::{Complex, Tensor, Value};

/// An operand beside a complex one: complex, or a real number that only scales or shifts.
enum Operand {
    Pair(Complex),
    Real(Tensor),
}

impl Checker<'_> {
    /// `+ - * /` where an operand is complex.
    pub(crate) fn complex_binary(
        &mut self,
        op: BinOp,
        op_span: Span,
        (a, a_span): (&Value, Span),
        (b, b_span): (&Value, Span),
        span: Span,
    ) -> Value {
        let (Some(part), Some(shape)) = (part_of(a, b), shape_of(a, b)) else { return Value::Poison };
        let (Some(x), Some(y)) = (
            self.operand((a, a_span), b_span, &part, &shape, op, op_span),
            self.operand((b, b_span), a_span, &part, &shape, op, op_span),
        ) else {
            return Value::Poison;
        };
        let real = |o: &Operand| match o {
            Operand::Pair(z) => z.re.clone(),
            Operand::Real(t) => t.clone(),
        };
        let (u, v) = (real(&x), real(&y));
        if op == BinOp::Div && u.dims.is_empty() && !v.dims.is_empty() {
            return self.fail(errors::scalar_over_tensor(op_span, b_span));
        }
        if !u.dims.is_empty()
            && !v.dims.is_empty()
            && !self.same_shape(&shown(&u), a_span, &shown(&v), b_span, op_span, op.text())
        {
            return Value::Poison;
        }
        self.at(span);
        let z = match (op, x, y) {
            (BinOp::Add, Operand::Pair(x), Operand::Pair(y)) => Complex {
                re: self.real2(&arith::ADD, &x.re, &y.re),
                im: self.real2(&arith::ADD, &x.im, &y.im),
            },
            (BinOp::Sub, Operand::Pair(x), Operand::Pair(y)) => Complex {
                re: self.real2(&arith::SUB, &x.re, &y.re),
                im: self.real2(&arith::SUB, &x.im, &y.im),
            },
            (BinOp::Add, Operand::Pair(z), Operand::Real(k))
            | (BinOp::Add, Operand::Real(k), Operand::Pair(z)) => {
                let re = self.real2(&arith::ADD, &z.re, &k);
                self.pair_like(re, z.im)
            }
            (BinOp::Sub, Operand::Pair(z), Operand::Real(k)) => {
                let re = self.real2(&arith::SUB, &z.re, &k);
                self.pair_like(re, z.im)
            }
            (BinOp::Sub, Operand::Real(k), Operand::Pair(z)) => {
                let re = self.real2(&arith::SUB, &k, &z.re);
                let im = self.real1(&arith::NEG, &z.im);
                self.pair_like(re, im)
            }
            (BinOp::Mul, Operand::Pair(x), Operand::Pair(y)) => self.times(&x, &y),
            (BinOp::Mul, Operand::Pair(z), Operand::Real(k))
            | (BinOp::Mul, Operand::Real(k), Operand::Pair(z)) => {
                Complex { re: self.real2(&arith::MUL, &z.re, &k), im: self.real2(&arith::MUL, &z.im, &k) }
            }
            (BinOp::Div, Operand::Pair(z), Operand::Real(k)) => {
                Complex { re: self.real2(&arith::DIV, &z.re, &k), im: self.real2(&arith::DIV, &z.im, &k) }
            }
            (BinOp::Div, x, Operand::Pair(y)) => {
                let x = match x {
                    Operand::Pair(x) => x,
                    Operand::Real(k) => self.with_zero(k),
                };
                self.quotient(&x, &y)
            }
            _ => {
                let d = errors::no_operator(op_span, op.text(), &complex_of(&part).show());
                return self.fail(d);
            }
        };
        Value::complex(z)
    }

    /// An operand beside a complex one. Literals and indices are exact numbers; a real scalar may scale.
    fn operand(
        &mut self,
        (v, span): (&Value, Span),
        beside: Span,
        part: &Elem,
        shape: &[Dim],
        op: BinOp,
        op_span: Span,
    ) -> Option<Operand> {
        let scales = matches!(op, BinOp::Mul | BinOp::Div);
        match v {
            Value::Complex(z) if z.re.elem == *part => Some(Operand::Pair((**z).clone())),
            Value::Int(_) | Value::Float(_) => self.number_as(v, part, span).map(Operand::Real),
            Value::Tensor(t) if t.flexible && t.dims.is_empty() => {
                Some(Operand::Real(self.int_to_float(t, part)))
            }
            Value::Tensor(t) if scales && t.elem == *part && t.dims.is_empty() => {
                Some(Operand::Real(self.local(t)))
            }
            Value::Maker(_) => {
                let v = self.coerce(v, &Ty::Tensor(complex_of(part), shape.to_vec()), span);
                match v {
                    Value::Complex(z) => Some(Operand::Pair((*z).clone())),
                    _ => None,
                }
            }
            Value::Poison => None,
            other => {
                let (found, want) = (self.type_of(other), complex_of(part));
                let d = match found {
                    Ty::Tensor(e, _) => {
                        errors::element_mismatch(op_span, op.text(), (span, &e), (beside, &want))
                    }
                    _ => {
                        let what = self.describe(other);
                        errors::expected_type(span, &want.show(), &what)
                    }
                };
                self.report(d);
                None
            }
        }
    }

    pub(in crate::complex) fn real1(&mut self, prim: &'static Prim, x: &Tensor) -> Tensor {
        let elem = x.elem.clone();
        self.pointwise(prim, std::slice::from_ref(x), elem)
    }

    pub(in crate::complex) fn real2(&mut self, prim: &'static Prim, x: &Tensor, y: &Tensor) -> Tensor {
        let elem = x.elem.clone();
        self.pointwise(prim, &[x.clone(), y.clone()], elem)
    }

    pub(in crate::complex) fn real_prim(&mut self, name: &str, x: &[Tensor]) -> Tensor {
        let (prim, elem) = (self.prim(name), x[0].elem.clone());
        self.pointwise(prim, x, elem)
    }

    /// A pair whose parts may have been of two shapes, one a scalar: both get the larger.
    pub(in crate::complex) fn pair_like(&mut self, re: Tensor, im: Tensor) -> Complex {
        if re.dims.len() == im.dims.len() {
            return Complex { re, im };
        }
        // A part that lacks an axis is constant along it.
        let (like, flat) =
            if re.dims.is_empty() { (im.clone(), re.clone()) } else { (re.clone(), im.clone()) };
        let flat = self.local(&flat);
        let spread =
            Tensor { axes: self.axes(&like.dims.clone()), dims: like.dims.clone(), lin: None, ..flat };
        if re.dims.is_empty() { Complex { re: spread, im } } else { Complex { re, im: spread } }
    }

    /// A real tensor with the imaginary part 0.
    pub(in crate::complex) fn with_zero(&mut self, re: Tensor) -> Complex {
        let zero = self.number(&re.elem.clone(), 0.0);
        self.pair_like(Tensor { lin: None, ..re }, zero)
    }

    pub(in crate::complex) fn times(&mut self, x: &Complex, y: &Complex) -> Complex {
        let (a, b) = (self.real2(&arith::MUL, &x.re, &y.re), self.real2(&arith::MUL, &x.im, &y.im));
        let (c, d) = (self.real2(&arith::MUL, &x.re, &y.im), self.real2(&arith::MUL, &x.im, &y.re));
        Complex { re: self.real2(&arith::SUB, &a, &b), im: self.real2(&arith::ADD, &c, &d) }
    }

    /// A power of two that brings numbers of this size near 1, so that squares neither overflow nor vanish.
    pub(in crate::complex) fn scale_for(&mut self, z: &Complex) -> Tensor {
        let (a, b) = (
            self.real_prim("abs", std::slice::from_ref(&z.re)),
            self.real_prim("abs", std::slice::from_ref(&z.im)),
        );
        let size = self.real2(&arith::MAX, &a, &b);
        let elem = size.elem.clone();
        let (large, small, step) = if elem == Elem::F32 { (1e15, 1e-15, 60) } else { (1e140, 1e-140, 500) };
        let number = |c: &mut Self, x: f64| c.number(&elem, x);
        let (high, low) = (number(self, large), number(self, small));
        let (down, up, one) =
            (number(self, 2f64.powi(-step)), number(self, 2f64.powi(step)), number(self, 1.0));
        let above = self.pointwise(&logic::GT, &[size.clone(), high], Elem::Bool);
        let below = self.pointwise(&logic::LT, &[size, low], Elem::Bool);
        let inner = self.pointwise(&logic::SELECT, &[below, up, one], elem.clone());
        self.pointwise(&logic::SELECT, &[above, down, inner], elem)
    }

    pub(in crate::complex) fn scaled(&mut self, z: &Complex, k: &Tensor) -> Complex {
        Complex { re: self.real2(&arith::MUL, &z.re, k), im: self.real2(&arith::MUL, &z.im, k) }
    }

    pub(in crate::complex) fn squared_size(&mut self, z: &Complex) -> Tensor {
        let (a, b) = (self.real2(&arith::MUL, &z.re, &z.re), self.real2(&arith::MUL, &z.im, &z.im));
        self.real2(&arith::ADD, &a, &b)
    }

    pub(in crate::complex) fn quotient(&mut self, x: &Complex, y: &Complex) -> Complex {
        let k = self.scale_for(y);
        let y = self.scaled(y, &k);
        let square = self.squared_size(&y);
        let conjugate = Complex { im: self.real1(&arith::NEG, &y.im), re: y.re };
        let p = self.times(x, &conjugate);
        let q = Complex {
            re: self.real2(&arith::DIV, &p.re, &square),
            im: self.real2(&arith::DIV, &p.im, &square),
        };
        self.scaled(&q, &k)
    }

    /// `==` and `!=`; nothing else compares complex numbers.
    pub(crate) fn complex_compare(
        &mut self,
        op: CmpOp,
        a: (&Value, Span),
        b: (&Value, Span),
        span: Span,
    ) -> Value {
        let (Some(part), Some(shape)) = (part_of(a.0, b.0), shape_of(a.0, b.0)) else { return Value::Poison };
        let ty = complex_of(&part);
        if !matches!(op, CmpOp::Eq | CmpOp::Ne) {
            return self.fail(errors::no_operator(span, op.text(), &ty.show()));
        }
        let mut sides = Vec::new();
        for (v, at) in [a, b] {
            let side = match v {
                Value::Int(_) | Value::Float(_) => self.coerce(v, &Ty::scalar(ty.clone()), at),
                Value::Maker(_) => self.coerce(v, &Ty::Tensor(ty.clone(), shape.clone()), at),
                other => other.clone(),
            };
            match side {
                Value::Complex(z) if z.re.elem == part => sides.push(z),
                Value::Poison => return Value::Poison,
                other => {
                    let what = self.describe(&other);
                    return self.fail(errors::expected_type(at, &ty.show(), &what));
                }
            }
        }
        let (x, y) = (sides[0].clone(), sides[1].clone());
        if !x.re.dims.is_empty()
            && !y.re.dims.is_empty()
            && !self.same_shape(&shown(&x.re), a.1, &shown(&y.re), b.1, span, op.text())
        {
            return Value::Poison;
        }
        let (each, both): (&'static Prim, &'static Prim) =
            if op == CmpOp::Eq { (&logic::EQ, &logic::AND) } else { (&logic::NE, &logic::OR) };
        let re = self.pointwise(each, &[x.re.clone(), y.re.clone()], Elem::Bool);
        let im = self.pointwise(each, &[x.im.clone(), y.im.clone()], Elem::Bool);
        Value::Tensor(self.pointwise(both, &[re, im], Elem::Bool))
    }

    /// `a @ b`: products of the parts.
    pub(crate) fn complex_matmul(&mut self, a: (&Value, Span), b: (&Value, Span), at: Span) -> Value {
        let (Value::Complex(x), Value::Complex(y)) = (a.0, b.0) else {
            let (x, y) = (self.type_of(a.0), self.type_of(b.0));
            let d = match (x, y) {
                (Ty::Tensor(x, _), Ty::Tensor(y, _)) => {
                    errors::element_mismatch(at, "@", (a.1, &x), (b.1, &y))
                }
                _ => errors::no_shape(at),
            };
            return self.fail(d);
        };
        let product = |c: &mut Self, s: &Tensor, t: &Tensor| {
            c.matmul((&Value::Tensor(s.clone()), a.1), (&Value::Tensor(t.clone()), b.1), at)
        };
        let parts = [
            product(self, &x.re, &y.re),
            product(self, &x.im, &y.im),
            product(self, &x.re, &y.im),
            product(self, &x.im, &y.re),
        ];
        let [Value::Tensor(rr), Value::Tensor(ii), Value::Tensor(ri), Value::Tensor(ir)] = parts else {
            return Value::Poison;
        };
        Value::complex(Complex {
            re: self.real2(&arith::SUB, &rr, &ii),
            im: self.real2(&arith::ADD, &ri, &ir),
        })
    }
}

/// The complex type with parts of this type.
pub(crate) fn complex_of(part: &Elem) -> Elem {
    if *part == Elem::F32 { Elem::C64 } else { Elem::C128 }
}

pub(in crate::complex) fn part_of(a: &Value, b: &Value) -> Option<Elem> {
    [a, b].into_iter().find_map(|v| match v {
        Value::Complex(z) => Some(z.re.elem.clone()),
        _ => None,
    })
}

/// The shape that what has none yet takes: that of the complex side.
pub(in crate::complex) fn shape_of(a: &Value, b: &Value) -> Option<Vec<Dim>> {
    [a, b].into_iter().find_map(|v| match v {
        Value::Complex(z) => Some(z.re.dims.clone()),
        _ => None,
    })
}

/// A part as a message shows the whole: with the complex type.
pub(in crate::complex) fn shown(t: &Tensor) -> Tensor {
    let elem = if t.elem == Elem::Bool { Elem::Bool } else { complex_of(&t.elem) };
    Tensor { elem, ..t.clone() }
}
