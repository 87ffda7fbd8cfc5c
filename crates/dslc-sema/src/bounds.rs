//! `bounds(f)(lo, hi)`: the function becomes an inner function whose ends on a box a later pass works out.

use dslc_base::Span;
use dslc_ir::prims::logic;
use dslc_ir::{Binding, Monoid, Op, Site};

use crate::check::Checker;
use crate::errors;
use crate::ty::Elem;
use crate::value::{Derived, Tensor, Value};
use crate::wrt::Arguments;

impl Checker<'_> {
    /// A function on boxes, from their lower ends among its arguments and their upper ends behind these: the ends of its
    /// result, as a pair.
    pub(crate) fn on_box(&mut self, d: &Derived, args: &Arguments, span: Span) -> Value {
        let highs = &args.tangents;
        if highs.iter().any(Value::is_poison) {
            return Value::Poison;
        }
        for w in &args.targets {
            let Some(v) = self.part(&args.primal[w.position], &w.path, w.span) else { return Value::Poison };
            if let Some((path, elem)) = self.without_ends(&v, "") {
                return self.fail(errors::bounds_of_integers(span, &path, &elem));
            }
        }
        let Some(o) = self.open(&d.of, args, None, span) else { return Value::Poison };
        if self.is_scratch() {
            return Value::tuple(vec![self.opaque_like(&o.result), self.opaque_like(&o.result)]);
        }
        let mut upper = Vec::new();
        highs.iter().for_each(|v| Self::leaves(v, &mut upper));
        let upper: Vec<Tensor> = upper.iter().map(|t| self.local(t)).collect();
        let wrt: Vec<bool> =
            o.inputs.iter().map(|_| true).chain(o.closed.captures.iter().map(|_| false)).collect();
        let (mut bind, mut nodes) = (Binding::default(), Vec::new());
        for t in o.inputs.iter().chain(&o.closed.captures).chain(&upper) {
            self.bind(&mut bind, &mut nodes, t);
        }
        let n = o.results.len();
        bind.results = o.results.iter().chain(&o.results).map(|t| self.axes(&t.dims)).collect();
        let axes = bind.results.clone();
        self.at(span);
        let made = self.emit(Op::Bounds { func: o.closed.func, wrt, bind }, &nodes);
        let ends = [(&made[..n], &axes[..n]), (&made[n..], &axes[n..])];
        let ends = ends.map(|(nodes, axes)| self.rebuild(&o.result, nodes, axes));
        let held = self.in_order(&o.inputs, &upper, span);
        let guards: Vec<Tensor> = held.into_iter().collect();
        Value::tuple(ends.map(|end| self.guarded(end, &guards, None, span)).to_vec())
    }

    /// Demands that no lower end is above its upper one.
    fn in_order(&mut self, lower: &[Tensor], upper: &[Tensor], span: Span) -> Option<Tensor> {
        let mut all: Option<Tensor> = None;
        for (lo, hi) in lower.iter().zip(upper) {
            let above = self.pointwise(&logic::GT, &[lo.clone(), hi.clone()], Elem::Bool);
            let node = self.b().fold(Monoid::Any, above.node, &above.axes);
            let some = self.tensor(node, Elem::Bool, Vec::new(), Vec::new());
            let fine = self.pointwise(&logic::NOT, &[some], Elem::Bool);
            all = Some(match all {
                Some(all) => self.pointwise(&logic::AND, &[all, fine], Elem::Bool),
                None => fine,
            });
        }
        let what = "the lower end of a box is above the upper end".to_string();
        let site = self.users_place(span);
        let site = self.module.sites.push(Site::new(site, what));
        self.b().site = Some(site);
        all.map(|all| self.pointwise(&logic::REQUIRE, &[all], Elem::Bool))
    }

    /// The first part of a value that is no box: its path and element type.
    fn without_ends(&self, v: &Value, path: &str) -> Option<(String, String)> {
        let below = |name: &str| if path.is_empty() { name.to_string() } else { format!("{path}.{name}") };
        match v {
            Value::Tensor(t) if !t.elem.is_differentiable() || t.elem == Elem::Z2 => {
                Some((path.to_string(), t.elem.show()))
            }
            Value::Int(_) => Some((path.to_string(), Elem::I64.show())),
            Value::Record(fs) => fs.iter().find_map(|(n, f)| self.without_ends(f, &below(n))),
            Value::Tuple(ps) => {
                ps.iter().enumerate().find_map(|(k, p)| self.without_ends(p, &below(&k.to_string())))
            }
            _ => None,
        }
    }
}
