//! Linear systems, factorisations and what else the runtime does with one matrix.

use std::rc::Rc;

use dslc_base::Span;
use dslc_ir::prims::logic;
use dslc_ir::{AxisId, Binding, Index, Monoid, Op, Routine};

use crate::call::ArgValue;
use crate::check::Checker;
use crate::dim::Dim;
use crate::errors;
use crate::stated::Mode;
use crate::ty::{Elem, Ty};
use crate::value::{Maker, Tensor, Value};

impl Checker<'_> {
    /// `solve(a, b)` and its kin: x with `a x = b`, for a vector or for each column of a matrix.
    pub(crate) fn solve(&mut self, routine: Routine, a: &ArgValue, b: &ArgValue, span: Span) -> Value {
        if let (Value::Complex(_), _) | (_, Value::Complex(_)) = (&a.value, &b.value) {
            return self.complex_solve(routine, a, b, span);
        }
        let Some(x) = self.as_tensor(&a.value, None, a.span) else { return Value::Poison };
        // The unit matrix has the shape of the system; other makers could be a vector or a matrix.
        let unit = matches!(&b.value, Value::Maker(m) if matches!(**m, Maker::Eye));
        let want = unit.then(|| Ty::Tensor(x.elem.clone(), x.dims.clone()));
        let Some(y) = self.as_tensor(&b.value, want.as_ref(), b.span) else { return Value::Poison };
        let show = |c: &Self, t: &Tensor| c.show(&Ty::Tensor(t.elem.clone(), t.dims.clone()));
        let fits = x.dims.len() == 2
            && (1..=2).contains(&y.dims.len())
            && self.dims_equal(&x.dims[0], &x.dims[1])
            && self.dims_equal(&x.dims[1], &y.dims[0])
            && x.elem.is_float()
            && x.elem == y.elem;
        if !fits {
            let (s, t) = (show(self, &x), show(self, &y));
            return self.fail(errors::solve_shapes(span, routine.name(), (a.span, &s), (b.span, &t)));
        }
        self.not_plain = true;
        if self.is_scratch() {
            return Value::Tensor(self.param(&y.elem.clone(), &y.dims.clone()));
        }
        let out = self.axis(&y.dims[0]);
        let bind = Binding { args: vec![x.axes.clone(), vec![y.axes[0]]], results: vec![vec![out]] };
        // The columns of a right-hand side are mapped; they must not share an axis with the matrix.
        let mut y = y;
        if y.axes.iter().skip(1).any(|c| x.axes.contains(c)) {
            let fresh = self.axes(&y.dims.clone());
            y.node = self.aligned(&y, &fresh);
            y.axes = fresh;
        }
        let bind = Binding { args: vec![bind.args[0].clone(), vec![y.axes[0]]], results: bind.results };
        self.at(span);
        let node = self.b().library(routine, &[x.node, y.node], bind);
        let axes = std::iter::once(out).chain(y.axes[1..].iter().copied()).collect();
        Value::Tensor(self.tensor(node, y.elem.clone(), axes, y.dims.clone()))
    }

    /// `inverse(a)`: the solution of a system whose right-hand sides are the unit vectors.
    pub(crate) fn inverse(&mut self, a: &ArgValue, span: Span) -> Value {
        let unit = Value::Maker(Rc::new(Maker::Eye));
        if let Value::Complex(_) = &a.value {
            let unit = ArgValue { name: None, value: unit, span: a.span };
            return self.complex_solve(Routine::Solve, a, &unit, span);
        }
        let Some(x) = self.square("inverse", true, a) else { return Value::Poison };
        let [a, unit] = [Value::Tensor(x), unit].map(|value| ArgValue { name: None, value, span: a.span });
        self.solve(Routine::Solve, &a, &unit, span)
    }

    /// `spectral(f, a)`: the matrix with the eigenvectors of the symmetric part of `a`, and `f` of its eigenvalues.
    pub(crate) fn spectral(&mut self, f: &ArgValue, a: &ArgValue, span: Span) -> Value {
        let Some(x) = self.square("spectral", true, a) else { return Value::Poison };
        let x = self.local(&x);
        self.push_frame("spectral");
        let (ambient, conditional) =
            (std::mem::take(&mut self.ambient), std::mem::take(&mut self.conditional));
        let point = self.param(&x.elem.clone(), &[]);
        // Divided differences are derivatives of the function, as many again as are taken of the whole.
        let modes = self.modes.clone();
        self.modes.extend(modes.iter().map(|_| Mode::Forward));
        let result = self.call_value(&f.value, &[Value::Tensor(point)], span);
        self.modes = modes;
        let result = self.firm(result, Some(&Ty::scalar(x.elem.clone())), span);
        self.ambient = ambient;
        self.conditional = conditional;
        let y = match result {
            Value::Tensor(t) if t.dims.is_empty() && t.elem == x.elem => self.local(&t),
            other => {
                self.drop_frame();
                if other.is_poison() {
                    return other;
                }
                let found = self.describe(&other);
                return self.fail(errors::expected_type(f.span, &x.elem.show(), &found));
            }
        };
        self.not_plain = true;
        if self.is_scratch() {
            self.drop_frame();
            return Value::Tensor(self.param(&x.elem.clone(), &x.dims.clone()));
        }
        let closed = self.close_frame(&[y]);
        let (mut bind, mut nodes) = (Binding::default(), Vec::new());
        for t in std::iter::once(&x).chain(&closed.captures) {
            self.bind(&mut bind, &mut nodes, t);
        }
        let axes = self.axes(&x.dims);
        bind.results = vec![axes.clone()];
        self.at(span);
        let node = self.emit(Op::Spectral { func: closed.func, bind }, &nodes).remove(0);
        Value::Tensor(self.tensor(node, x.elem.clone(), axes, x.dims))
    }

    /// A matrix of floats, square if it must be.
    fn square(&mut self, name: &str, square: bool, a: &ArgValue) -> Option<Tensor> {
        if let Value::Complex(z) = &a.value {
            let elem = crate::complex::complex_of(&z.re.elem);
            let shown = self.show(&Ty::Tensor(elem.clone(), z.re.dims.clone()));
            self.report(errors::not_a_matrix(a.span, name, square, &elem, &shown));
            return None;
        }
        let x = self.as_tensor(&a.value, None, a.span)?;
        let fits =
            x.dims.len() == 2 && x.elem.is_float() && (!square || self.dims_equal(&x.dims[0], &x.dims[1]));
        if fits {
            return Some(x);
        }
        let shown = self.show(&Ty::Tensor(x.elem.clone(), x.dims.clone()));
        self.report(errors::not_a_matrix(a.span, name, square, &x.elem, &shown));
        None
    }

    /// A routine of one matrix: `cholesky(a)`, `eigh(a)`, ...
    pub(crate) fn matrix_routine(&mut self, routine: Routine, a: &ArgValue, span: Span) -> Value {
        let square = !matches!(routine, Routine::Qr | Routine::Svd);
        let Some(x) = self.square(routine.name(), square, a) else { return Value::Poison };
        let Some(shapes) = results(routine, &x) else {
            return self.fail(errors::size_not_static(a.span, "a size with so many parts"));
        };
        self.not_plain = true;
        let parts: Vec<Tensor> = if self.is_scratch() {
            shapes.iter().map(|(elem, dims)| self.param(elem, dims)).collect()
        } else {
            self.at(span);
            match (routine, x.dims[0].as_const(), x.dims[1].as_const()) {
                (Routine::Qr, Some(m), Some(n)) if m < n => self.wide_qr(&x, &shapes),
                _ => self.factors(routine, &x, &shapes),
            }
        };
        let mut values: Vec<Value> = parts.into_iter().map(Value::Tensor).collect();
        if values.len() == 1 { values.remove(0) } else { Value::tuple(values) }
    }

    fn factors(&mut self, routine: Routine, x: &Tensor, shapes: &[(Elem, Vec<Dim>)]) -> Vec<Tensor> {
        let results: Vec<Vec<AxisId>> = shapes.iter().map(|(_, dims)| self.axes(dims)).collect();
        let bind = Binding { args: vec![x.axes.clone()], results: results.clone() };
        let nodes = self.b().library_results(routine, &[x.node], bind);
        let parts = nodes.into_iter().zip(results).zip(shapes);
        parts
            .map(|((node, axes), (elem, dims))| self.tensor(node, elem.clone(), axes, dims.clone()))
            .collect()
    }

    /// With fewer rows than columns: `q` from the first columns, and `r` is the upper triangle of `q^T a`.
    fn wide_qr(&mut self, x: &Tensor, shapes: &[(Elem, Vec<Dim>)]) -> Vec<Tensor> {
        let m = x.dims[0].clone();
        let (row, column) = (self.axis(&m), self.axis(&m));
        let index = vec![(x.axes[0], Index::axis(row)), (x.axes[1], Index::axis(column))];
        let node = self.b().read(x.node, index, &[], None);
        let left = self.tensor(node, x.elem.clone(), vec![row, column], vec![m.clone(), m.clone()]);
        let part = [(x.elem.clone(), vec![m.clone(), m.clone()]), (x.elem.clone(), vec![m.clone(), m])];
        let q = self.factors(Routine::Qr, &left, &part).remove(0);
        let columns = self.axis(&x.dims[1]);
        let b = self.b();
        let a = b.rename(x.node, &[(x.axes[0], q.axes[0]), (x.axes[1], columns)]);
        let product = b.mul(q.node, a);
        let product = b.fold(Monoid::Sum, product, &[q.axes[0]]);
        let (i, j) = (b.iota(q.axes[1]), b.iota(columns));
        let (upper, zero) = (b.map(&logic::LE, &[i, j]), b.like(product, 0.0));
        let r = b.select(upper, product, zero);
        let r = self.tensor(r, x.elem.clone(), vec![q.axes[1], columns], shapes[1].1.clone());
        vec![q, r]
    }
}

/// The types of the results of a routine of one matrix; nothing if a size among them would have too many parts.
fn results(routine: Routine, x: &Tensor) -> Option<Vec<(Elem, Vec<Dim>)>> {
    let (m, n) = (&x.dims[0], &x.dims[1]);
    let of = |dims: &[&Dim]| (x.elem.clone(), dims.iter().map(|d| (*d).clone()).collect());
    Some(match routine {
        Routine::Qr => {
            let k = m.smaller(n)?;
            vec![of(&[m, &k]), of(&[&k, n])]
        }
        Routine::Svd => {
            let k = m.smaller(n)?;
            vec![of(&[m, &k]), of(&[&k]), of(&[n, &k])]
        }
        Routine::Eigh | Routine::EighFixed => vec![of(&[n]), of(&[n, n])],
        Routine::Det | Routine::LogDet => vec![of(&[])],
        Routine::Assignment => vec![(Elem::I64, vec![n.clone()])],
        Routine::Fourier | Routine::FourierBack => vec![of(&[m, n])],
        Routine::Cholesky
        | Routine::Cofactor
        | Routine::Solve
        | Routine::SolveLower
        | Routine::SolveUpper
        | Routine::Permutation
        | Routine::Trace
        | Routine::ArgSort => vec![of(&[n, n])],
    })
}
