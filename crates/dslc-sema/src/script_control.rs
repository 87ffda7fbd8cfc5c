//! Loops and conditions of the script that have effects inside: the host runs them, step by step.
//!
//! A variable that such a loop or branch assigns lives in slots of its own while it runs. Each round or branch
//! reads them, and at its end moves what it left back into them, so that every round is the same steps.

use std::rc::Rc;

use dslc_base::Span;
use dslc_ir::NodeId;
use dslc_syntax::ast::{Block, Expr, Pattern, PatternKind, Range, Stmt};

use crate::check::Checker;
use crate::effects::Effect;
use crate::errors;
use crate::free::assigned;
use crate::program::Step;
use crate::ty::Elem;
use crate::value::{Tensor, Value};

/// The variables that a loop or branch assigns, and the slots that they live in.
struct Pinned {
    names: Vec<Rc<str>>,
    values: Vec<Value>,
}

impl Checker<'_> {
    pub(crate) fn top_for(&mut self, pattern: &Pattern, range: &Range, body: &Block, span: Span) {
        let bounds = self.in_statement(span, |c| {
            let (a, b) = (c.expr(&range.start, None), c.expr(&range.end, None));
            let (start, end) = (c.loop_bound(&a, range.start.span)?, c.loop_bound(&b, range.end.span)?);
            let (start, end) = (c.lin_tensor(&start), c.lin_tensor(&end));
            Some([c.keep(&start), c.keep(&end)])
        });
        let Some(bounds) = bounds else { return };
        let Some(pinned) = self.pin(assigned(body), span) else { return };
        let counter = Self::slot_tensor(0, &self.scalar(NodeId(0), Elem::I64));
        let index = self.new_slot(&counter);
        let before = std::mem::take(&mut self.script.steps);
        self.push_scope(None);
        match &pattern.kind {
            PatternKind::Name(n) => {
                self.define(n, Value::Tensor(Self::slot_tensor(index, &counter)), false);
            }
            PatternKind::Wild => {}
            _ => {
                self.report(errors::index_pattern(pattern.span));
                self.destructure(pattern, &Value::Poison, false);
            }
        }
        self.top_block(&body.stmts);
        self.write_back(&pinned, span);
        let body = std::mem::replace(&mut self.script.steps, before);
        self.script.steps.push(Step::For { index, start: bounds[0], end: bounds[1], body, span });
    }

    pub(crate) fn top_while(&mut self, cond: &Expr, body: &Block, span: Span) {
        let Some(pinned) = self.pin(assigned(body), span) else { return };
        let before = std::mem::take(&mut self.script.steps);
        let condition = self.top_condition(cond);
        let test = std::mem::take(&mut self.script.steps);
        self.push_scope(None);
        self.top_block(&body.stmts);
        self.write_back(&pinned, span);
        let body = std::mem::replace(&mut self.script.steps, before);
        if let Some(condition) = condition {
            self.script.steps.push(Step::While { test, condition, body, span });
        }
    }

    pub(crate) fn top_if(&mut self, arms: &[(Expr, Block)], otherwise: Option<&Block>, span: Span) {
        let mut names = Vec::new();
        for b in arms.iter().map(|a| &a.1).chain(otherwise) {
            names.extend(assigned(b));
        }
        let Some(pinned) = self.pin(names, span) else { return };
        self.top_arms(arms, otherwise, &pinned, span);
    }

    fn top_arms(&mut self, arms: &[(Expr, Block)], otherwise: Option<&Block>, pinned: &Pinned, span: Span) {
        let Some(((cond, block), rest)) = arms.split_first() else {
            if let Some(b) = otherwise {
                self.push_scope(None);
                self.top_block(&b.stmts);
                self.write_back(pinned, span);
            }
            return;
        };
        let condition = self.top_condition(cond);
        let before = std::mem::take(&mut self.script.steps);
        self.push_scope(None);
        self.top_block(&block.stmts);
        self.write_back(pinned, span);
        let then = std::mem::take(&mut self.script.steps);
        self.top_arms(rest, otherwise, pinned, span);
        let otherwise = std::mem::replace(&mut self.script.steps, before);
        if let Some(condition) = condition {
            self.script.steps.push(Step::If { condition, then, otherwise });
        }
    }

    /// The statements of a block whose scope is open, and closes here.
    fn top_block(&mut self, stmts: &[Stmt]) {
        for s in stmts {
            self.top_statement(s);
        }
        self.pop_scope();
    }

    fn top_condition(&mut self, cond: &Expr) -> Option<u32> {
        self.in_statement(cond.span, |c| {
            let t = c.condition(cond)?;
            Some(c.keep(&t))
        })
    }

    /// Has the statement at hand keep a tensor, and says in which slot.
    fn keep(&mut self, t: &Tensor) -> u32 {
        let t = self.local(t);
        let slot = self.new_slot(&t);
        self.script.pending.push(Effect::Keep(t, slot));
        slot
    }

    /// Gives the variables that a block assigns slots of their own.
    fn pin(&mut self, candidates: Vec<Rc<str>>, span: Span) -> Option<Pinned> {
        let mut names = Vec::new();
        self.keep_assignable(candidates, &mut names);
        let firm = self.in_statement(span, |c| {
            let values = c.firm_values(&names, span)?;
            c.set_values(&names, &values);
            Some(())
        });
        firm?;
        let mut moves = Vec::new();
        let mut values = Vec::new();
        for v in self.values_of(&names) {
            let pinned = Self::with_leaves(&v, &mut |t| {
                let slot = self.new_slot(t);
                moves.push((t.node.0, slot));
                Value::Tensor(Self::slot_tensor(slot, t))
            });
            values.push(pinned);
        }
        if !moves.is_empty() {
            self.script.steps.push(Step::Move(moves));
        }
        self.set_values(&names, &values);
        Some(Pinned { names, values })
    }

    /// Moves what a block left in its variables to where they live.
    fn write_back(&mut self, pinned: &Pinned, span: Span) {
        let fits = self.in_statement(span, |c| {
            let left = c.values_of(&pinned.names);
            let leaves = c.state_leaves(&pinned.names, &pinned.values, &left, span)?;
            let mut next = leaves.into_iter();
            let values: Vec<Value> = pinned
                .values
                .iter()
                .map(|v| Self::with_leaves(v, &mut |_| next.next().map_or(Value::Poison, Value::Tensor)))
                .collect();
            c.set_values(&pinned.names, &values);
            Some(())
        });
        if fits.is_some() {
            let (mut from, mut to) = (Vec::new(), Vec::new());
            let left = self.values_of(&pinned.names);
            left.iter().for_each(|v| Self::leaves(v, &mut from));
            pinned.values.iter().for_each(|v| Self::leaves(v, &mut to));
            let moves: Vec<(u32, u32)> =
                from.iter().zip(&to).map(|(a, b)| (a.node.0, b.node.0)).filter(|(a, b)| a != b).collect();
            if !moves.is_empty() {
                self.script.steps.push(Step::Move(moves));
            }
        }
        self.set_values(&pinned.names, &pinned.values);
    }
}
