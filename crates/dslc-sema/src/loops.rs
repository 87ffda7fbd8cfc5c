//! Loops: `for`, `while` and `scan`. Bodies are inner functions; what they assign is their state.

use crate::check::Checker;
use crate::dim::Dim;
use crate::errors;
use crate::frame::Closed;
use crate::free::{assigned, demands};
use crate::ty::{Elem, Ty};
use crate::value::{Lin, Tensor, Value};
use dslc_base::Span;
use dslc_ir::{Binding, Op, Scan};
use dslc_syntax::ast::{Block, Expr, Pattern, PatternKind, Range};
use std::rc::Rc;

impl Checker<'_> {
    /// `for i in a..b { }`.
    pub(crate) fn for_(&mut self, pattern: &Pattern, range: &Range, body: &Block, span: Span) {
        self.holding(demands(body, true), span, |c| {
            c.counted(pattern, range, body, span);
            Value::unit()
        });
    }

    fn counted(&mut self, pattern: &Pattern, range: &Range, body: &Block, span: Span) {
        let (a, b) = (self.expr(&range.start, None), self.expr(&range.end, None));
        let (Some(start), Some(end)) =
            (self.loop_bound(&a, range.start.span), self.loop_bound(&b, range.end.span))
        else {
            return;
        };
        let Some(length) = end.add_scaled(&start, &Dim::constant(-1)) else { return };
        let fixed = length
            .as_static()
            .map(|d| if self.nonnegative(d) == crate::dim::Truth::No { Dim::default() } else { d.clone() });
        let mut carried = Vec::new();
        self.keep_assignable(assigned(body), &mut carried);
        self.carry_held(&mut carried);
        let extent = match &fixed {
            Some(d) => self.lin_tensor(&Lin::constant(d.clone())),
            None => self.lin_tensor(&length),
        };
        let Some(init) = self.firm_values(&carried, span) else { return };
        self.push_frame("loop");
        let (ambient, conditional) =
            (std::mem::take(&mut self.ambient), std::mem::take(&mut self.conditional));
        let mut index = self.param(&Elem::I64, &[]);
        // The state comes before all captures, of which the start of the range may be one.
        let inner = self.state_params(&init);
        // The body of a loop sees the index from where the range starts.
        let shifted = self.shifted_index(&mut index, &start, fixed.clone());
        self.set_values(&carried, &inner);
        self.push_scope(None);
        match &pattern.kind {
            PatternKind::Name(n) => self.define(n, Value::Tensor(shifted), false),
            PatternKind::Wild => {}
            _ => {
                self.report(errors::index_pattern(pattern.span));
                self.destructure(pattern, &Value::Poison, false);
            }
        }
        self.statements(body);
        self.pop_scope();
        self.ambient = ambient;
        self.conditional = conditional;
        self.finish_loop(&carried, &init, &extent, span);
    }

    pub(crate) fn shifted_index(&mut self, index: &mut Tensor, start: &Lin, extent: Option<Dim>) -> Tensor {
        self.loop_index(index, extent, &Lin::default());
        if start.as_const() == Some(0) {
            return index.clone();
        }
        let Some(lin) = index.lin.as_ref().and_then(|l| l.add_scaled(start, &Dim::constant(1))) else {
            return index.clone();
        };
        self.lin_tensor(&lin)
    }

    pub(crate) fn loop_bound(&mut self, v: &Value, span: Span) -> Option<Lin> {
        match v {
            Value::Int(l) => Some(l.clone()),
            Value::Tensor(t) if t.elem == Elem::I64 && t.dims.is_empty() => self.lin_of(t),
            Value::Poison => None,
            other => {
                let what = self.describe(other);
                self.report(errors::expected_type(span, "i64", &what));
                None
            }
        }
    }

    /// The values of variables that a loop carries: exact numbers become i64 or f64.
    pub(crate) fn firm_values(&mut self, names: &[Rc<str>], span: Span) -> Option<Vec<Value>> {
        let mut out = Vec::new();
        for v in self.values_of(names) {
            if v.is_poison() {
                // Nothing more is said of a variable that is unknown.
                names.iter().for_each(|n| self.mark_assigned(n));
                return None;
            }
            let mut v = self.firm(v, None, span);
            if let Value::Tensor(t) = &mut v {
                t.flexible = false;
                t.lin = None;
            }
            if v.lacks_shape() {
                self.report(errors::no_shape(span));
                return None;
            }
            out.push(v);
        }
        Some(out)
    }

    /// Parameters of the innermost function for the state of a loop.
    pub(crate) fn state_params(&mut self, init: &[Value]) -> Vec<Value> {
        init.iter().map(|v| self.opaque_like(v)).collect()
    }

    /// Finishes a loop's body with what it left in the carried variables, and makes the loop.
    pub(crate) fn finish_loop(&mut self, carried: &[Rc<str>], init: &[Value], extent: &Tensor, span: Span) {
        let left = self.values_of(carried);
        let Some(leaves) = self.state_results(carried, init, &left, span) else {
            self.drop_frame();
            self.set_values(carried, init);
            return;
        };
        if self.is_scratch() {
            self.drop_frame();
            let results: Vec<Value> = init.iter().map(|v| self.opaque_like(v)).collect();
            self.set_values(carried, &results);
            return;
        }
        let body = self.close_frame(&leaves);
        let mut bind = Binding { args: vec![Vec::new()], results: Vec::new() };
        let mut nodes = vec![self.local(extent).node];
        let all = Value::tuple(init.to_vec());
        let mut state = Vec::new();
        Self::leaves(&all, &mut state);
        for t in state.iter().chain(&body.captures) {
            self.bind(&mut bind, &mut nodes, t);
        }
        bind.results = state.iter().map(|t| self.axes(&t.dims)).collect();
        self.not_plain = true;
        if state.is_empty() {
            return;
        }
        self.at(span);
        let scan = Scan {
            body: body.func,
            xs: 0,
            state: state.len() as u32,
            axis: None,
            reverse: false,
            bind: bind.clone(),
        };
        let results = self.emit(Op::Scan(scan), &nodes);
        if let Value::Tuple(parts) = self.rebuild(&all, &results, &bind.results) {
            self.set_values(carried, &parts);
        }
    }

    /// The leaves of what a body left, as values of the innermost frame.
    pub(crate) fn state_results(
        &mut self,
        carried: &[Rc<str>],
        init: &[Value],
        left: &[Value],
        span: Span,
    ) -> Option<Vec<Tensor>> {
        let leaves = self.state_leaves(carried, init, left, span)?;
        Some(self.leaves_held(carried, &leaves))
    }

    /// The leaves of what a body left, coerced to the types that the loop started with.
    pub(crate) fn state_leaves(
        &mut self,
        carried: &[Rc<str>],
        init: &[Value],
        left: &[Value],
        span: Span,
    ) -> Option<Vec<Tensor>> {
        let mut leaves = Vec::new();
        for ((name, before), after) in carried.iter().zip(init).zip(left) {
            if after.is_poison() {
                return None;
            }
            let (old, ty) = (self.type_of(before), self.type_of(after));
            let exact = matches!(after, Value::Int(_) | Value::Float(_) | Value::Maker(_));
            if !exact && !self.same_type(&old, &ty) {
                let (a, b) = (self.show(&old), self.show(&ty));
                self.report(errors::loop_changes_type(span, name, &a, &b));
                return None;
            }
            let v = self.coerce(after, &old, span);
            if v.is_poison() {
                return None;
            }
            // Records may list their fields in another order than they started with.
            let v = self.in_order_of(before, &v);
            Self::leaves(&v, &mut leaves);
        }
        Some(leaves)
    }

    /// `while c { }`.
    pub(crate) fn while_(&mut self, cond: &Expr, body: &Block, span: Span) {
        self.holding(demands(body, true), span, |c| {
            c.conditional(cond, body, span);
            Value::unit()
        });
    }

    fn conditional(&mut self, cond: &Expr, body: &Block, span: Span) {
        let mut carried = Vec::new();
        self.keep_assignable(assigned(body), &mut carried);
        self.carry_held(&mut carried);
        let Some(init) = self.firm_values(&carried, span) else { return };
        self.set_values(&carried, &init);
        let (ambient, conditional) =
            (std::mem::take(&mut self.ambient), std::mem::take(&mut self.conditional));
        self.push_frame("condition");
        let inner = self.state_params(&init);
        self.set_values(&carried, &inner);
        let c = self.condition(cond);
        let test = match (c, self.is_scratch()) {
            (Some(c), false) => {
                let c = self.local(&c);
                Some(self.close_frame(&[c]))
            }
            _ => {
                self.drop_frame();
                None
            }
        };
        self.push_frame("loop");
        let inner = self.state_params(&init);
        self.set_values(&carried, &inner);
        self.push_scope(None);
        self.statements(body);
        self.pop_scope();
        self.ambient = ambient;
        self.conditional = conditional;
        let left = self.values_of(&carried);
        let leaves = self.state_results(&carried, &init, &left, span);
        let test = test.filter(|_| !self.is_scratch());
        let (Some(leaves), Some(test)) = (leaves, test) else {
            self.drop_frame();
            let results: Vec<Value> = init.iter().map(|v| self.opaque_like(v)).collect();
            self.set_values(&carried, &results);
            return;
        };
        let turn = self.close_frame(&leaves);
        self.make_while(&carried, &init, &test, &turn, span);
    }

    pub(crate) fn make_while(
        &mut self,
        carried: &[Rc<str>],
        init: &[Value],
        test: &Closed,
        turn: &Closed,
        span: Span,
    ) {
        let all = Value::tuple(init.to_vec());
        let mut state = Vec::new();
        Self::leaves(&all, &mut state);
        self.join_captures(test.func, &[], &turn.captures, state.len());
        self.join_captures(turn.func, &test.captures, &[], state.len());
        let mut bind = Binding::default();
        let mut nodes = Vec::new();
        for t in state.iter().chain(&test.captures).chain(&turn.captures) {
            self.bind(&mut bind, &mut nodes, t);
        }
        bind.results = state.iter().map(|t| self.axes(&t.dims)).collect();
        self.not_plain = true;
        self.at(span);
        let op =
            Op::While { cond: test.func, body: turn.func, state: state.len() as u32, bind: bind.clone() };
        let results = self.emit(op, &nodes);
        if let Value::Tuple(parts) = self.rebuild(&all, &results, &bind.results) {
            self.set_values(carried, &parts);
        }
    }

    /// `scan(f, s0, xs)`: the last state and the stacked outputs.
    pub(crate) fn scan(&mut self, f: &Value, s0: &Value, xs: &Value, span: Span) -> Value {
        let mut inputs = Vec::new();
        Self::leaves(xs, &mut inputs);
        let inputs: Vec<Tensor> = inputs.iter().map(|t| self.local(t)).collect();
        let Some(length) = inputs.first().and_then(|t| t.dims.first().cloned()) else {
            return self.fail(errors::scan_inputs(span));
        };
        if inputs.iter().any(|t| t.dims.first().is_none_or(|d| !self.dims_equal(d, &length))) {
            return self.fail(errors::scan_inputs(span));
        }
        let Some(init) = self.scan_start(f, s0, xs, span) else { return Value::Poison };
        self.push_frame("scan");
        let (ambient, conditional) =
            (std::mem::take(&mut self.ambient), std::mem::take(&mut self.conditional));
        let _index = self.param(&Elem::I64, &[]);
        let x = self.slice_params(xs);
        let state = self.opaque_like(&init);
        let result = self.call_value(f, &[state, x], span);
        self.ambient = ambient;
        self.conditional = conditional;
        let parts = match &result {
            Value::Tuple(p) if p.len() == 2 => p.clone(),
            Value::Poison => {
                self.drop_frame();
                return Value::Poison;
            }
            other => {
                let what = self.describe(other);
                self.drop_frame();
                return self.fail(errors::scan_result(span, &what));
            }
        };
        let y = self.firm(parts[1].clone(), None, span);
        let left = [parts[0].clone()];
        let leaves = self.state_results(&["the state".into()], std::slice::from_ref(&init), &left, span);
        let Some(mut leaves) = leaves else {
            self.drop_frame();
            return Value::Poison;
        };
        let mut outputs = Vec::new();
        Self::leaves(&y, &mut outputs);
        let outputs: Vec<Tensor> = outputs.iter().map(|t| self.local(t)).collect();
        let states = leaves.len();
        leaves.extend(outputs.iter().cloned());
        let both = Value::tuple(vec![init.clone(), y]);
        if self.is_scratch() {
            self.drop_frame();
            return self.scan_opaque(&both, states, &length);
        }
        let body = self.close_frame(&leaves);
        self.make_scan(&body, &both, &inputs, &leaves, states, &length, span)
    }

    #[allow(clippy::too_many_arguments)]
    pub(crate) fn make_scan(
        &mut self,
        body: &Closed,
        both: &Value,
        inputs: &[Tensor],
        leaves: &[Tensor],
        states: usize,
        length: &Dim,
        span: Span,
    ) -> Value {
        let axis = self.axis(length);
        let mut bind = Binding { args: vec![Vec::new()], results: Vec::new() };
        let extent = self.lin_tensor(&Lin::constant(length.clone()));
        let mut nodes = vec![extent.node];
        for t in inputs {
            // Slices are read along one axis, so every input must have it.
            let mut axes = t.axes.clone();
            axes[0] = axis;
            let fresh: Vec<_> =
                axes[1..].iter().map(|_| ()).zip(&t.dims[1..]).map(|(_, d)| self.axis(d)).collect();
            axes[1..].copy_from_slice(&fresh);
            nodes.push(self.aligned(t, &axes));
            bind.args.push(fresh);
        }
        let mut state = Vec::new();
        if let Value::Tuple(p) = both {
            Self::leaves(&p[0], &mut state);
        }
        for t in state.iter().chain(&body.captures) {
            self.bind(&mut bind, &mut nodes, t);
        }
        bind.results = leaves.iter().map(|t| self.axes(&t.dims)).collect();
        self.at(span);
        self.not_plain = true;
        let scan = Scan {
            body: body.func,
            xs: inputs.len() as u32,
            state: states as u32,
            axis: (!inputs.is_empty() || leaves.len() > states).then_some(axis),
            reverse: false,
            bind: bind.clone(),
        };
        let results = self.emit(Op::Scan(scan), &nodes);
        let mut k = 0;
        let frame = self.frame_id();
        Self::with_leaves(both, &mut |t| {
            let (mut axes, mut dims) = (bind.results[k].clone(), t.dims.clone());
            if k >= states {
                axes.insert(0, axis);
                dims.insert(0, length.clone());
            }
            k += 1;
            Value::Tensor(Tensor {
                frame,
                node: results[k - 1],
                axes,
                dims,
                lin: None,
                flexible: false,
                label: None,
                ..t.clone()
            })
        })
    }

    pub(crate) fn scan_opaque(&mut self, both: &Value, states: usize, length: &Dim) -> Value {
        let mut k = 0;
        self.each_leaf(both, |c, leaf| match leaf {
            Value::Tensor(t) => {
                k += 1;
                let lead = if k > states { vec![length.clone()] } else { Vec::new() };
                let dims: Vec<Dim> = lead.into_iter().chain(t.dims.iter().cloned()).collect();
                Value::Tensor(c.param(&t.elem.clone(), &dims))
            }
            other => other.clone(),
        })
    }

    pub(crate) fn slice_params(&mut self, xs: &Value) -> Value {
        self.each_leaf(xs, |c, leaf| match leaf {
            Value::Tensor(t) => Value::Tensor(c.param(&t.elem.clone(), &t.dims[1..])),
            other => other.clone(),
        })
    }

    /// The start of a scan: a maker or an integer literal in it gets the type of the state that the function gives.
    pub(crate) fn scan_start(&mut self, f: &Value, s0: &Value, xs: &Value, span: Span) -> Option<Value> {
        let mut makers = false;
        self.each_leaf(s0, |_, leaf| {
            makers |= matches!(leaf, Value::Maker(_) | Value::Int(_));
            leaf.clone()
        });
        if !makers {
            return Some(self.firm(s0.clone(), None, span));
        }
        let ty = self.probe(|c| {
            let x = c.slice_params(xs);
            let result = c.call_value(f, &[s0.clone(), x], span);
            match &result {
                Value::Tuple(p) if p.len() == 2 => c.type_of(&p[0]),
                _ => Ty::Poison,
            }
        });
        if ty == Ty::Poison {
            self.report(errors::no_shape(span));
            return None;
        }
        let v = self.coerce(s0, &ty, span);
        (!v.is_poison()).then_some(v)
    }
}
