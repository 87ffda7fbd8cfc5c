//! `fft`, `ifft`, `fft2`, `ifft2`: the routine takes pairs side by side, so the parts are stacked and taken apart again.

use dslc_base::Span;
use dslc_ir::prims::arith;
use dslc_ir::{Binding, Index, Routine};

use crate::call::ArgValue;
use crate::check::Checker;
use crate::complex::complex_of;
use crate::errors;
use crate::ty::Ty;
use crate::value::{Complex, Tensor, Value};

impl Checker<'_> {
    /// The transform along the one axis, or the two, of a complex tensor; the inverse divides by the number of elements.
    pub(crate) fn fourier(&mut self, axes: u8, back: bool, z: &ArgValue, span: Span) -> Value {
        let rank = usize::from(axes);
        let Value::Complex(x) = &z.value else {
            let what = self.describe(&z.value);
            let d = errors::expected_type(z.span, if rank == 1 { "c128[n]" } else { "c128[m, n]" }, &what);
            return self.fail(errors::made_complex(d, &what, z.span));
        };
        if x.re.dims.len() != rank {
            let what = self.show(&Ty::Tensor(complex_of(&x.re.elem), x.re.dims.clone()));
            let wanted = if rank == 1 { "c128[n]" } else { "c128[m, n]" };
            return self.fail(errors::expected_type(z.span, wanted, &what));
        }
        self.not_plain = true;
        if self.is_scratch() {
            return self.opaque_like(&z.value);
        }
        let mut y = (**x).clone();
        for k in 0..rank {
            y = self.along(k, back, &y, span);
        }
        if back {
            let count: f64 = y.re.dims.iter().map(|d| d.as_const().unwrap_or(1) as f64).product();
            let count = self.number(&y.re.elem.clone(), count);
            let elem = y.re.elem.clone();
            let part = |c: &mut Self, t: &Tensor| {
                c.pointwise(&arith::DIV, &[t.clone(), count.clone()], elem.clone())
            };
            y = Complex { re: part(self, &y.re), im: part(self, &y.im) };
        }
        Value::complex(y)
    }

    /// The transform along one axis, mapped over the others.
    fn along(&mut self, k: usize, back: bool, z: &Complex, span: Span) -> Complex {
        let re = self.local(&z.re);
        let im = self.aligned(&z.im, &re.axes);
        // Parts that are constant along an axis get it here.
        let im = Tensor { node: im, ..re.clone() };
        let nodes = [self.with_all_axes(&re), self.with_all_axes(&im)];
        self.at(span);
        let (x, pair) = self.b().stack(&nodes);
        let (row, out) = (self.axis(&re.dims[k]), self.axis(&crate::dim::Dim::constant(2)));
        let bind = Binding { args: vec![vec![re.axes[k], pair]], results: vec![vec![row, out]] };
        let routine = if back { Routine::FourierBack } else { Routine::Fourier };
        let y = self.b().library(routine, &[x], bind);
        let mut axes = re.axes.clone();
        axes[k] = row;
        let mut part = |at: i64| {
            let index = Index { terms: Vec::new(), offset: at, data: None };
            let node = self.b().read(y, vec![(out, index)], &[], None);
            self.tensor(node, re.elem.clone(), axes.clone(), re.dims.clone())
        };
        Complex { re: part(0), im: part(1) }
    }
}
