//! Linear systems of complex numbers, as real ones of twice the size: `(A + iB)(x + iy) = c + id` is
//! `[[A, -B], [B, A]] [x; y] = [c; d]`. The block matrix has the singular values of `A + iB`, each twice, so a solution is
//! as accurate as one by complex pivots; it takes about twice the work. Derivatives need nothing more.

use dslc_base::Span;
use dslc_ir::Routine;
use dslc_ir::prims::{arith, logic};

use crate::call::ArgValue;
use crate::check::Checker;
use crate::complex::{complex_of, shown};
use crate::dim::Dim;
use crate::errors;
use crate::index::{Pick, Start};
use crate::ty::{Elem, Ty};
use crate::value::{Complex, Lin, Tensor, Value};

impl Checker<'_> {
    /// `solve(a, b)` and its kin where one of both is complex.
    pub(crate) fn complex_solve(
        &mut self,
        routine: Routine,
        a: &ArgValue,
        b: &ArgValue,
        span: Span,
    ) -> Value {
        if let (Value::Tensor(_), Value::Complex(z)) = (&a.value, &b.value) {
            // The parts of the right-hand side do not meet.
            let side = |t: &Tensor| ArgValue { value: Value::Tensor(t.clone()), ..b.clone() };
            let re = self.solve(routine, a, &side(&z.re), span);
            return Value::complex_of_parts(re, self.solve(routine, a, &side(&z.im), span));
        }
        let Some(x) = self.whole(&a.value) else { return Value::Poison };
        let right = match &b.value {
            // The unit matrix has the shape of the system.
            Value::Maker(_) => {
                let ty = Ty::Tensor(complex_of(&x.re.elem), x.re.dims.clone());
                self.coerce(&b.value, &ty, b.span)
            }
            other => other.clone(),
        };
        let Some(y) = self.whole(&right) else {
            let Some(t) = self.as_tensor(&right, None, b.span) else { return Value::Poison };
            let (s, t) = (shown(&x.re), t);
            return self.unfit(routine, (&s, a.span), (&t, b.span), span);
        };
        let fits = x.re.dims.len() == 2
            && (1..=2).contains(&y.re.dims.len())
            && self.dims_equal(&x.re.dims[0], &x.re.dims[1])
            && self.dims_equal(&x.re.dims[1], &y.re.dims[0])
            && x.re.elem == y.re.elem;
        if !fits {
            return self.unfit(routine, (&shown(&x.re), a.span), (&shown(&y.re), b.span), span);
        }
        self.not_plain = true;
        if self.is_scratch() {
            return self.opaque_like(&Value::complex(y));
        }
        let x = Complex { re: self.triangle(routine, &x.re), im: self.triangle(routine, &x.im) };
        let Some(block) = self.block_of(&x, span) else { return Value::Poison };
        let Some(sides) = self.stacked(&y.re, &y.im, span) else { return Value::Poison };
        let arg = |t: Tensor, at: Span| ArgValue { name: None, value: Value::Tensor(t), span: at };
        let found = self.solve(Routine::Solve, &arg(block, a.span), &arg(sides, b.span), span);
        let Value::Tensor(found) = found else { return Value::Poison };
        let n = y.re.dims[0].clone();
        let mut half = |start: Dim| {
            let mut picks = vec![Pick::Window(Start::Lin(Lin::constant(start)), n.clone())];
            picks.extend(y.re.dims[1..].iter().map(|_| Pick::All));
            self.read(&found, picks, span)
        };
        let (re, im) = (half(Dim::default()), half(n.clone()));
        Value::complex(Complex { re, im })
    }

    fn unfit(&mut self, routine: Routine, a: (&Tensor, Span), b: (&Tensor, Span), span: Span) -> Value {
        let show = |c: &Self, t: &Tensor| c.show(&Ty::Tensor(t.elem.clone(), t.dims.clone()));
        let (s, t) = (show(self, a.0), show(self, b.0));
        self.fail(errors::solve_shapes(span, routine.name(), (a.1, &s), (b.1, &t)))
    }

    /// A complex tensor, or a real one with the imaginary part 0.
    fn whole(&mut self, v: &Value) -> Option<Complex> {
        match v {
            Value::Complex(z) => Some((**z).clone()),
            Value::Tensor(t) if matches!(t.elem, Elem::F64 | Elem::F32) => {
                let t = self.local(t);
                Some(self.with_zero(t))
            }
            _ => None,
        }
    }

    /// What a routine of a triangular matrix reads of it.
    fn triangle(&mut self, routine: Routine, t: &Tensor) -> Tensor {
        let lower = match routine {
            Routine::SolveLower => true,
            Routine::SolveUpper => false,
            _ => return t.clone(),
        };
        let t = self.local(t);
        let (i, j) = (self.b().iota(t.axes[0]), self.b().iota(t.axes[1]));
        let (i, j) = if lower { (i, j) } else { (j, i) };
        let kept = self.b().map(&logic::GE, &[i, j]);
        let zero = self.number(&t.elem, 0.0);
        let node = self.b().select(kept, t.node, zero.node);
        self.tensor(node, t.elem.clone(), t.axes.clone(), t.dims.clone())
    }

    /// `[[A, -B], [B, A]]`.
    fn block_of(&mut self, z: &Complex, span: Span) -> Option<Tensor> {
        let minus = self.real1(&arith::NEG, &z.im);
        let left = self.stacked(&z.re, &z.im, span)?;
        let right = self.stacked(&minus, &z.re, span)?;
        let (left, right) = (self.turned(&left), self.turned(&right));
        let rows = self.stacked(&left, &right, span)?;
        Some(self.turned(&rows))
    }

    fn stacked(&mut self, a: &Tensor, b: &Tensor, span: Span) -> Option<Tensor> {
        let args = [a, b].map(|t| ArgValue { name: None, value: Value::Tensor(t.clone()), span });
        match self.concat(&args, span) {
            Value::Tensor(t) => Some(t),
            _ => None,
        }
    }

    fn turned(&mut self, t: &Tensor) -> Tensor {
        let mut t = self.local(t);
        t.axes.reverse();
        t.dims.reverse();
        t
    }
}
