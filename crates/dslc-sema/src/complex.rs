//! Complex numbers: pairs of real tensors of one shape. The representation knows none, so derivatives, loops and
//! backends need nothing for them: the cotangent of a pair is the pair of cotangents, which is df/dx + i df/dy.
//!
//! Whatever takes a value apart leaf by leaf (loops, branches, gathers, records) works on both parts by itself; this
//! file holds what does not: arithmetic, functions, folds that multiply.

use std::rc::Rc;

use dslc_base::Span;
use dslc_ir::Prim;
use dslc_ir::prims::{arith, logic};
use dslc_syntax::ast::{BinOp, CmpOp};

use crate::builtins::{Builtin, ComplexFn, FoldKind};
use crate::call::ArgValue;
use crate::check::Checker;
use crate::dim::Dim;
use crate::errors;
use crate::ty::{Elem, Ty};
use crate::value::{Complex, FnVal, Tensor, Value};

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

    fn real1(&mut self, prim: &'static Prim, x: &Tensor) -> Tensor {
        let elem = x.elem.clone();
        self.pointwise(prim, std::slice::from_ref(x), elem)
    }

    fn real2(&mut self, prim: &'static Prim, x: &Tensor, y: &Tensor) -> Tensor {
        let elem = x.elem.clone();
        self.pointwise(prim, &[x.clone(), y.clone()], elem)
    }

    fn real_prim(&mut self, name: &str, x: &[Tensor]) -> Tensor {
        let (prim, elem) = (self.prim(name), x[0].elem.clone());
        self.pointwise(prim, x, elem)
    }

    /// A pair whose parts may have been of two shapes, one a scalar: both get the larger.
    fn pair_like(&mut self, re: Tensor, im: Tensor) -> Complex {
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
    fn with_zero(&mut self, re: Tensor) -> Complex {
        let zero = self.number(&re.elem.clone(), 0.0);
        self.pair_like(Tensor { lin: None, ..re }, zero)
    }

    fn times(&mut self, x: &Complex, y: &Complex) -> Complex {
        let (a, b) = (self.real2(&arith::MUL, &x.re, &y.re), self.real2(&arith::MUL, &x.im, &y.im));
        let (c, d) = (self.real2(&arith::MUL, &x.re, &y.im), self.real2(&arith::MUL, &x.im, &y.re));
        Complex { re: self.real2(&arith::SUB, &a, &b), im: self.real2(&arith::ADD, &c, &d) }
    }

    /// A power of two that brings numbers of this size near 1, so that squares neither overflow nor vanish.
    fn scale_for(&mut self, z: &Complex) -> Tensor {
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

    fn scaled(&mut self, z: &Complex, k: &Tensor) -> Complex {
        Complex { re: self.real2(&arith::MUL, &z.re, k), im: self.real2(&arith::MUL, &z.im, k) }
    }

    fn squared_size(&mut self, z: &Complex) -> Tensor {
        let (a, b) = (self.real2(&arith::MUL, &z.re, &z.re), self.real2(&arith::MUL, &z.im, &z.im));
        self.real2(&arith::ADD, &a, &b)
    }

    fn quotient(&mut self, x: &Complex, y: &Complex) -> Complex {
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

    /// The product along these axes, one after the other.
    pub(crate) fn complex_product(
        &mut self,
        z: &Complex,
        axes: &[dslc_ir::AxisId],
        dims: &[Dim],
        span: Span,
    ) -> Value {
        let (Some((&axis, inner)), Some((dim, rest))) = (axes.split_first(), dims.split_first()) else {
            return Value::complex(z.clone());
        };
        let Value::Complex(z) = self.complex_product(z, inner, rest, span) else { return Value::Poison };
        let lead = |c: &mut Self, t: &Tensor| {
            let t = c.local(t);
            Tensor {
                axes: std::iter::once(axis).chain(t.axes.iter().copied()).collect(),
                dims: std::iter::once(dim.clone()).chain(t.dims.iter().cloned()).collect(),
                ..t
            }
        };
        let xs = Value::complex(Complex { re: lead(self, &z.re), im: lead(self, &z.im) });
        let ty = Ty::Tensor(complex_of(&z.re.elem), z.re.dims.clone());
        let start = self.coerce(&Value::Maker(Rc::new(crate::value::Maker::One)), &ty, span);
        let step = Value::function(FnVal::Builtin(Builtin::Times));
        match self.scan(&step, &start, &xs, span) {
            Value::Tuple(parts) if parts.len() == 2 => parts[0].clone(),
            _ => Value::Poison,
        }
    }

    /// Sums, means and products; nothing else folds complex numbers.
    pub(crate) fn complex_fold(
        &mut self,
        kind: FoldKind,
        z: &Complex,
        axes: &[dslc_ir::AxisId],
        dims: &[Dim],
        kept: Option<&Tensor>,
        span: Span,
    ) -> Value {
        match kind {
            FoldKind::Sum | FoldKind::Mean => {
                let mut part =
                    |t: &Tensor| self.fold_value(kind, &Value::Tensor(t.clone()), axes, dims, kept, span);
                match (part(&z.re), part(&z.im)) {
                    (Value::Tensor(re), Value::Tensor(im)) => Value::complex(Complex { re, im }),
                    _ => Value::Poison,
                }
            }
            FoldKind::Prod => self.complex_product(z, axes, dims, span),
            _ => {
                let elem = complex_of(&z.re.elem).show();
                self.fail(errors::fold_type(span, kind.name(), &elem, "a real number"))
            }
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

    /// `where(c, a, b)` of complex values.
    pub(crate) fn complex_where(&mut self, c: &Tensor, a: &ArgValue, b: &ArgValue, span: Span) -> Value {
        let (Some(part), Some(shape)) = (part_of(&a.value, &b.value), shape_of(&a.value, &b.value)) else {
            return Value::Poison;
        };
        let mut sides = Vec::new();
        for x in [a, b] {
            let dims = match &x.value {
                Value::Int(_) | Value::Float(_) => Vec::new(),
                Value::Complex(z) => z.re.dims.clone(),
                _ => shape.clone(),
            };
            match self.coerce(&x.value, &Ty::Tensor(complex_of(&part), dims), x.span) {
                Value::Complex(z) => sides.push((z, x.span)),
                _ => return Value::Poison,
            }
        }
        let (x, y) = (sides[0].0.clone(), sides[1].0.clone());
        let mut shaped: Option<(Tensor, Span)> = None;
        for (t, at) in [(c, span), (&x.re, a.span), (&y.re, b.span)] {
            if t.dims.is_empty() {
                continue;
            }
            if let Some((first, first_at)) = &shaped
                && !self.same_shape(&shown(first), *first_at, &shown(t), at, span, "where")
            {
                return Value::Poison;
            }
            shaped = shaped.or(Some((t.clone(), at)));
        }
        let elem = x.re.elem.clone();
        let re = self.pointwise(&logic::SELECT, &[c.clone(), x.re.clone(), y.re.clone()], elem.clone());
        let im = self.pointwise(&logic::SELECT, &[c.clone(), x.im.clone(), y.im.clone()], elem);
        Value::complex(Complex { re, im })
    }
}

/// The complex type with parts of this type.
pub(crate) fn complex_of(part: &Elem) -> Elem {
    if *part == Elem::F32 { Elem::C64 } else { Elem::C128 }
}

fn part_of(a: &Value, b: &Value) -> Option<Elem> {
    [a, b].into_iter().find_map(|v| match v {
        Value::Complex(z) => Some(z.re.elem.clone()),
        _ => None,
    })
}

/// The shape that what has none yet takes: that of the complex side.
fn shape_of(a: &Value, b: &Value) -> Option<Vec<Dim>> {
    [a, b].into_iter().find_map(|v| match v {
        Value::Complex(z) => Some(z.re.dims.clone()),
        _ => None,
    })
}

/// A part as a message shows the whole: with the complex type.
fn shown(t: &Tensor) -> Tensor {
    let elem = if t.elem == Elem::Bool { Elem::Bool } else { complex_of(&t.elem) };
    Tensor { elem, ..t.clone() }
}
