//! Tables: records of columns as matrices, and their rows parted at random.

use dslc_base::Span;

use crate::call::ArgValue;
use crate::check::Checker;
use crate::dim::Dim;
use crate::errors;
use crate::index::{Pick, Start};
use crate::ty::Elem;
use crate::value::{Lin, Tensor, Value};

impl Checker<'_> {
    /// `matrix(x)`: the columns of a record side by side, integers as floats; a matrix is itself.
    pub(crate) fn matrix(&mut self, x: &ArgValue, span: Span) -> Value {
        if let Value::Tensor(t) = &x.value
            && t.dims.len() == 2
            && t.elem.is_float()
        {
            return x.value.clone();
        }
        let mut columns = Vec::new();
        Self::leaves(&x.value, &mut columns);
        let mut floats = Vec::new();
        for t in columns {
            if let Some(l) = &t.label {
                return self.fail(errors::label_as_number(span, l));
            }
            let t = self.local(&t);
            let t = if t.elem == Elem::I64 { self.int_to_float(&t, &Elem::F64) } else { t };
            if t.elem != Elem::F64 || t.dims.len() != 1 {
                let what = self.describe(&Value::Tensor(t));
                return self.fail(errors::matrix_column(span, &what));
            }
            floats.push(Value::Tensor(t));
        }
        if floats.is_empty() {
            return self.fail(errors::matrix_column(span, "nothing"));
        }
        match self.stack(&floats) {
            Value::Tensor(mut t) => {
                t.axes.reverse();
                t.dims.reverse();
                Value::Tensor(t)
            }
            other => other,
        }
    }

    /// `split(data, share, key)`: the rows in random order, the first `share` of them and the rest. The share is
    /// rounded to a whole number of rows, and known when checked, since the counts are sizes.
    pub(crate) fn split_rows(&mut self, x: &ArgValue, share: &ArgValue, key: &ArgValue, span: Span) -> Value {
        let mut leaves = Vec::new();
        Self::leaves(&x.value, &mut leaves);
        let rows = leaves.first().and_then(|t| t.dims.first().cloned());
        let Some(rows) =
            rows.filter(|n| leaves.iter().all(|t| t.dims.first().is_some_and(|d| self.dims_equal(d, n))))
        else {
            let what = self.describe(&x.value);
            return self.fail(errors::split_value(x.span, &what));
        };
        let part = match &share.value {
            Value::Float(p) if (0.0..=1.0).contains(p) => Some(*p),
            Value::Int(l) => l.as_const().filter(|n| (0..=1).contains(n)).map(|n| n as f64),
            _ => None,
        };
        let Some(part) = part else { return self.fail(errors::split_share(share.span)) };
        let Some(n) = rows.as_const() else {
            // While sizes are names the counts are not known; what is built is thrown away.
            return Value::tuple(vec![Value::Poison, Value::Poison]);
        };
        let first = (part * n as f64).round() as i64;
        let count = ArgValue { name: None, value: Value::int(n), span: x.span };
        let Value::Tensor(order) = self.permutation(key, &count, span) else { return Value::Poison };
        let parts = [(0, first), (first, n - first)].map(|(from, length)| {
            let from = Start::Lin(Lin::constant(Dim::constant(from)));
            let rows = self.read(&order, vec![Pick::Window(from, Dim::constant(length))], span);
            self.rows(&x.value, &rows, span)
        });
        Value::tuple(parts.to_vec())
    }

    /// The rows of every tensor of a value at these positions.
    fn rows(&mut self, v: &Value, at: &Tensor, span: Span) -> Value {
        self.each_leaf(v, |c, leaf| match leaf {
            Value::Tensor(t) => {
                let t = c.local(t);
                let mut picks = vec![Pick::Data(at.clone())];
                picks.extend(t.dims.iter().skip(1).map(|_| Pick::All));
                Value::Tensor(Tensor { label: t.label.clone(), ..c.read(&t, picks, span) })
            }
            other => other.clone(),
        })
    }
}
