//! Expressions.

use super::sexp::{Sexp, Writer, atom, list};
use crate::ast::*;

impl Writer {
    pub(super) fn expr(self, e: &Expr) -> Sexp {
        let span = e.span;
        match &e.kind {
            ExprKind::Int(Some(n)) => self.leaf(&n.to_string(), span),
            ExprKind::Int(None) => self.leaf("(int too-large)", span),
            ExprKind::Float(x) => self.leaf(&format!("{x:?}"), span),
            ExprKind::Str(s) => self.leaf(&quoted(s), span),
            ExprKind::Bool(b) => self.leaf(&b.to_string(), span),
            ExprKind::Name(n) => self.leaf(n, span),
            ExprKind::Unit => self.leaf("()", span),
            ExprKind::Error => self.leaf("<error>", span),
            ExprKind::Unary(UnOp::Neg, x) => self.node("neg", [self.expr(x)], span),
            ExprKind::Unary(UnOp::Not, x) => self.node("not", [self.expr(x)], span),
            ExprKind::Chain(first, rest) => self.chain(e, first, rest),
            ExprKind::Compare(op, _, a, b) => self.node(op.text(), [self.expr(a), self.expr(b)], span),
            ExprKind::Power(a, b) => self.node("^", [self.expr(a), self.expr(b)], span),
            ExprKind::Call(f, args) => {
                let args = args.iter().map(|a| self.arg(a));
                self.node("call", std::iter::once(self.expr(f)).chain(args), span)
            }
            ExprKind::Fold { head, body, clause } => {
                self.node("fold", [self.expr(head), self.expr(body), self.clause(clause)], span)
            }
            ExprKind::Comprehension { body, clause } => {
                self.node("tensor", [self.expr(body), self.clause(clause)], span)
            }
            ExprKind::Array(parts) => self.node("array", parts.iter().map(|p| self.expr(p)), span),
            ExprKind::Tuple(parts) => self.node("tuple", parts.iter().map(|p| self.expr(p)), span),
            ExprKind::Record(fields) => self.node("record", fields.iter().map(|f| self.field(f)), span),
            ExprKind::Update(base, fields) => {
                let fields = fields.iter().map(|f| self.field(f));
                self.node("update", std::iter::once(self.expr(base)).chain(fields), span)
            }
            ExprKind::Field(x, name) => self.node(".", [self.expr(x), self.name(name)], span),
            ExprKind::Proj(x, n, at) => self.node(".", [self.expr(x), self.leaf(&n.to_string(), *at)], span),
            ExprKind::Index(x, subscripts) => {
                let subscripts = subscripts.iter().map(|s| self.subscript(s));
                self.node("at", std::iter::once(self.expr(x)).chain(subscripts), span)
            }
            ExprKind::If { arms, otherwise } => {
                let arms = arms.iter().flat_map(|(c, b)| [self.expr(c), self.block(b)]);
                self.node("if", arms.chain(otherwise.iter().map(|b| self.block(b))), span)
            }
            ExprKind::Block(b) => self.block(b),
            ExprKind::Closure(c) => {
                let params = c.params.iter().map(|(p, t)| self.typed(self.pattern(p), t.as_ref())).collect();
                self.node("closure", [list(params), self.expr(&c.body)], span)
            }
        }
    }

    /// `(+ a b c)` where all operators are the same, else `(chain a + b - c)`.
    fn chain(self, e: &Expr, first: &Expr, rest: &[(BinOp, dslc_base::Span, Expr)]) -> Sexp {
        let op = rest.first().map_or("chain", |r| r.0.text());
        let first = std::iter::once(self.expr(first));
        if rest.iter().all(|r| r.0.text() == op) {
            return self.node(op, first.chain(rest.iter().map(|r| self.expr(&r.2))), e.span);
        }
        let rest = rest.iter().flat_map(|(op, at, x)| [self.leaf(op.text(), *at), self.expr(x)]);
        self.node("chain", first.chain(rest), e.span)
    }

    fn arg(self, a: &Arg) -> Sexp {
        match &a.name {
            Some(name) => self.node(":", [self.name(name), self.expr(&a.value)], name.span.to(a.value.span)),
            None => self.expr(&a.value),
        }
    }

    fn field(self, f: &Field) -> Sexp {
        self.node(":", [self.name(&f.name), self.expr(&f.value)], f.name.span.to(f.value.span))
    }

    fn clause(self, c: &ForClause) -> Sexp {
        let binder = |b: &Binder| match &b.range {
            Some(range) => list(vec![atom("in"), self.name(&b.name), self.range(range)]),
            None => self.name(&b.name),
        };
        let filter = c.filter.iter().map(|f| list(vec![atom("if"), self.expr(f)]));
        self.node("for", c.binders.iter().map(binder).chain(filter), c.span)
    }

    pub(super) fn range(self, r: &Range) -> Sexp {
        self.node("..", [self.expr(&r.start), self.expr(&r.end)], r.start.span.to(r.end.span))
    }

    fn subscript(self, s: &Subscript) -> Sexp {
        match s {
            Subscript::At(e) => self.expr(e),
            Subscript::Slice { start, end, span } => {
                let bound = |e: &Option<Expr>| e.as_ref().map_or_else(|| atom("_"), |e| self.expr(e));
                self.node("..", [bound(start), bound(end)], *span)
            }
        }
    }

    pub(super) fn name(self, n: &Name) -> Sexp {
        self.leaf(&n.text, n.span)
    }

    /// `x`, or `(: x type)`.
    pub(super) fn typed(self, x: Sexp, ty: Option<&Type>) -> Sexp {
        match ty {
            Some(ty) => list(vec![atom(":"), x, self.ty(ty)]),
            None => x,
        }
    }
}

/// A string as it could be written.
pub(super) fn quoted(s: &str) -> String {
    format!("{s:?}")
}
