//! Budgets: a program that would never end being checked, or not fit into memory, is refused at the place where
//! that shows. A few lines of text can ask for more operations, types or values than there are atoms.

use std::collections::HashSet;

use dslc_base::{Diagnostic, Severity, Span};
use dslc_syntax::ast::ExprKind;

use crate::check::Checker;
use crate::errors;
use crate::ty::Ty;
use crate::value::{FnVal, Model, Value};

/// How many expressions are elaborated for each node that a program may have: some, such as static integers, make
/// no node.
const STEPS_PER_NODE: usize = 4;

/// How often the nodes are counted, in expressions.
const COUNT_EVERY: usize = 256;

/// How deep types and values nest: through names, they nest deeper than the text.
const DEEPEST: usize = 1_000;

/// How deep expressions nest through calls; each level needs some of the stack.
const DEEPEST_EXPRESSION: usize = 20_000;

impl Checker<'_> {
    /// Starts a text of a front end that is kept alive: it may do as much as if it were the first, whatever stopped
    /// the one before.
    pub(crate) fn fresh_budget(&mut self) {
        (self.steps, self.depth, self.exhausted) = (0, 0, false);
        (self.finished, self.counted) = (0, self.module.funcs.len());
        self.frames.clear();
        self.contexts.truncate(1);
        self.calls.clear();
        self.modes.clear();
        self.calls_from = 0;
    }

    /// Counts an expression that is about to be elaborated; false if the program has used up what it may.
    pub(crate) fn enter_expression(&mut self, span: Span) -> bool {
        if self.exhausted {
            return false;
        }
        self.depth += 1;
        self.steps += 1;
        if self.depth > DEEPEST_EXPRESSION {
            self.exhaust(errors::call_depth(span, self.limits.call_depth));
        } else if self.steps > self.limits.nodes.saturating_mul(STEPS_PER_NODE) {
            self.exhaust(errors::node_limit(span, self.limits.nodes));
        } else if self.steps.is_multiple_of(COUNT_EVERY) {
            self.node_budget(span);
        }
        if self.exhausted {
            self.depth -= 1;
        }
        !self.exhausted
    }

    /// Ends the expression that was entered last.
    pub(crate) fn leave_expression(&mut self) {
        self.depth -= 1;
    }

    /// Stops a program that specialises into too much.
    pub(crate) fn node_budget(&mut self, span: Span) {
        let open: usize = self.frames.iter().map(|f| f.builder.func().nodes.len()).sum();
        if open + self.finished_nodes() > self.limits.nodes {
            self.exhaust(errors::node_limit(span, self.limits.nodes));
        }
    }

    /// The nodes of finished functions.
    fn finished_nodes(&mut self) -> usize {
        while self.counted < self.module.funcs.len() {
            self.finished += self.module.funcs.as_slice()[self.counted].nodes.len();
            self.counted += 1;
        }
        self.finished
    }

    /// Reports a limit after which nothing more is elaborated. It is said even where a body is only probed, since
    /// the program is not known to be right.
    pub(crate) fn exhaust(&mut self, d: Diagnostic) {
        if !self.exhausted {
            let d = self.told_to_the_user(d);
            self.diagnostics.push(d);
            self.rejected = true;
            self.exhausted = true;
        }
    }

    /// The meaning of a part of a written type, counted against the size of the whole.
    pub(crate) fn within_type(&mut self, span: Span, f: impl FnOnce(&mut Self) -> Option<Ty>) -> Option<Ty> {
        if self.type_depth == 0 {
            self.type_parts = 0;
        }
        self.type_depth += 1;
        self.type_parts += 1;
        let out = if self.type_depth > DEEPEST || self.type_parts > self.limits.type_size {
            self.report(errors::type_limit(span, self.limits.type_size, DEEPEST));
            None
        } else {
            f(self)
        };
        self.type_depth -= 1;
        out
    }

    /// A value that was just built, if it is not too large: sharing makes large values cheap to write.
    pub(crate) fn within_size(&mut self, v: Value, span: Span) -> Value {
        if !matches!(v, Value::Tuple(_) | Value::Record(_) | Value::Fn(_)) {
            return v;
        }
        let mut left = self.limits.type_size;
        if take_parts(&v, DEEPEST, &mut left) {
            return v;
        }
        // What is abandoned may be shared by much else, so it is given up piece by piece as scopes end.
        self.fail(errors::type_limit(span, self.limits.type_size, DEEPEST))
    }
}

/// At most this many diagnostics, and how many more there are. What says why the program is rejected goes before what
/// is only a warning; those that stay are in their order.
pub(crate) fn foremost(all: Vec<Diagnostic>, most: usize) -> Vec<Diagnostic> {
    let (count, most) = (all.len(), most.max(1));
    if count <= most {
        return all;
    }
    let weight = |d: &Diagnostic| (d.severity == Severity::Warning, !d.code.starts_with('L'));
    let mut order: Vec<usize> = (0..count).collect();
    order.sort_by_key(|&k| weight(&all[k]));
    order.truncate(most);
    let kept: HashSet<usize> = order.into_iter().collect();
    let kept = all.into_iter().enumerate().filter(|(k, _)| kept.contains(k));
    let mut out: Vec<Diagnostic> = kept.map(|(_, d)| d).collect();
    if let Some(last) = out.last_mut() {
        last.notes.push(format!("{} more are not shown", count - most));
    }
    out
}

/// Whether an expression of this kind builds a value from others.
pub(crate) fn builds(e: &ExprKind) -> bool {
    matches!(
        e,
        ExprKind::Tuple(_)
            | ExprKind::Record(_)
            | ExprKind::Update(..)
            | ExprKind::Array(_)
            | ExprKind::Closure(_)
            | ExprKind::Call(..)
    )
}

/// Takes one for each part of a value from what is left; false if that is not enough, or it nests too deep.
fn take_parts(v: &Value, depth: usize, left: &mut usize) -> bool {
    if *left == 0 || depth == 0 {
        return false;
    }
    *left -= 1;
    let mut go = |v: &Value| take_parts(v, depth - 1, left);
    match v {
        Value::Tuple(parts) => parts.iter().all(go),
        Value::Record(fields) => fields.iter().all(|(_, f)| go(f)),
        Value::Fn(f) => match &**f {
            FnVal::Closure { env, .. } => env.values().all(go),
            FnVal::Derived(d) => go(&d.of),
            FnVal::ModelInit(m) => go(m),
            FnVal::Bound(m, p) => go(m) && go(p),
            FnVal::Opened(f, _) => go(f),
            FnVal::Model(Model::Compose(a, b, _) | Model::Pair(a, b)) => go(a) && go(b),
            FnVal::Model(Model::Repeat(_, m)) => go(m),
            FnVal::Model(Model::Item { args, .. }) => args.values().all(go),
            FnVal::Item(..) | FnVal::Builtin(_) | FnVal::ModelItem(..) | FnVal::Opaque(..) => true,
        },
        Value::Int(_)
        | Value::Float(_)
        | Value::Tensor(_)
        | Value::Complex(_)
        | Value::Str(_)
        | Value::Maker(_)
        | Value::Module(_)
        | Value::Poison => true,
    }
}
