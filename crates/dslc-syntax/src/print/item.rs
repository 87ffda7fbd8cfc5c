//! Items, statements, patterns and types.

use super::expr::quoted;
use super::sexp::{Sexp, Writer, atom, list};
use crate::ast::*;

impl Writer {
    pub(super) fn item(self, item: &Item) -> Sexp {
        match item {
            Item::Import(names) => list(words("import", names.iter().map(|n| self.name(n)))),
            Item::ImportFile { path, name } => list(vec![atom("import"), self.text(path), self.name(name)]),
            Item::Type(t) => {
                let params = t.params.iter().map(|n| self.name(n)).collect();
                list(vec![atom("type"), self.name(&t.name), list(params), self.ty(&t.ty)])
            }
            Item::Test(t) => self.node("test", [self.text(&t.name), self.block(&t.body)], t.span),
            Item::Fn(f) => {
                let head = [self.name(&f.name), self.generics(&f.generics), self.params(&f.params)];
                self.node("fn", head.into_iter().chain(self.ret(&f.ret)).chain([self.expr(&f.body)]), f.span)
            }
            Item::Model(m) => {
                let lists = [self.generics(&m.generics), self.params(&m.sizes), self.params(&m.params)];
                let head = std::iter::once(self.name(&m.name)).chain(lists).chain(self.ret(&m.ret));
                self.node("model", head.chain([self.expr(&m.body)]), m.span)
            }
            Item::Derivative(d) => {
                let path = d.path.iter().map(|n| self.name(n)).collect();
                let head = [list(path), self.generics(&d.generics), self.params(&d.params)];
                self.node(
                    "derivative",
                    head.into_iter().chain(self.ret(&d.ret)).chain([self.expr(&d.body)]),
                    d.span,
                )
            }
            Item::Law(l) => {
                let lists = [self.generics(&l.generics), self.params(&l.params), self.expr(&l.body)];
                list(words("law", std::iter::once(self.text(&l.name)).chain(lists)))
            }
            Item::Stmt(s) => self.stmt(s),
        }
    }

    fn text(self, t: &Text) -> Sexp {
        self.leaf(&quoted(&t.value), t.span)
    }

    fn ret(self, ret: &Option<Type>) -> Option<Sexp> {
        ret.as_ref().map(|t| list(vec![atom("->"), self.ty(t)]))
    }

    fn generics(self, generics: &[Generic]) -> Sexp {
        let generic = |g: &Generic| match g {
            Generic::Size(n) => self.name(n),
            Generic::Kind { name, kind } => list(vec![atom(":"), self.name(name), self.name(kind)]),
            Generic::Constraint(e) => self.expr(e),
        };
        list(words("generics", generics.iter().map(generic)))
    }

    fn params(self, params: &[Param]) -> Sexp {
        let param = |p: &Param| {
            let typed = self.typed(self.name(&p.name), p.ty.as_ref());
            match &p.default {
                Some(e) => list(vec![atom("="), typed, self.expr(e)]),
                None => typed,
            }
        };
        list(words("params", params.iter().map(param)))
    }

    pub(super) fn block(self, b: &Block) -> Sexp {
        self.node("block", b.stmts.iter().map(|s| self.stmt(s)), b.span)
    }

    fn stmt(self, s: &Stmt) -> Sexp {
        match &s.kind {
            StmtKind::Let { mutable, pattern, ty, value } => {
                let head = if *mutable { "let-mut" } else { "let" };
                self.node(head, [self.typed(self.pattern(pattern), ty.as_ref()), self.expr(value)], s.span)
            }
            StmtKind::Param { name, ty, init } => {
                self.node("param", [self.typed(self.name(name), ty.as_ref()), self.expr(init)], s.span)
            }
            StmtKind::For { pattern, range, body } => {
                self.node("for", [self.pattern(pattern), self.range(range), self.block(body)], s.span)
            }
            StmtKind::While { cond, body } => self.node("while", [self.expr(cond), self.block(body)], s.span),
            StmtKind::Assign { place, op, value } => {
                let head = op.map_or_else(|| "=".to_owned(), |op| format!("{}=", op.text()));
                self.node(&head, [self.expr(place), self.expr(value)], s.span)
            }
            StmtKind::Expr(e) => self.expr(e),
        }
    }

    pub(super) fn pattern(self, p: &Pattern) -> Sexp {
        match &p.kind {
            PatternKind::Name(n) => self.name(n),
            PatternKind::Wild => self.leaf("_", p.span),
            PatternKind::Tuple(parts) => self.node("tuple", parts.iter().map(|p| self.pattern(p)), p.span),
            PatternKind::Record(names) => self.node("record", names.iter().map(|n| self.name(n)), p.span),
        }
    }

    pub(super) fn ty(self, t: &Type) -> Sexp {
        match &t.kind {
            TypeKind::Path { path, args } => {
                let names: Vec<&str> = path.iter().map(|n| &*n.text).collect();
                let name = names.join(".");
                if args.is_empty() {
                    self.leaf(&name, t.span)
                } else {
                    self.node(&name, args.iter().map(|a| self.type_arg(a)), t.span)
                }
            }
            TypeKind::Array(element, dims) => {
                let dims = dims.iter().map(|d| self.expr(d));
                self.node("array", std::iter::once(self.ty(element)).chain(dims), t.span)
            }
            TypeKind::Tuple(parts) => self.node("tuple", parts.iter().map(|p| self.ty(p)), t.span),
            TypeKind::Record(fields) => {
                let field = |(n, t): &(Name, Type)| list(vec![atom(":"), self.name(n), self.ty(t)]);
                self.node("record", fields.iter().map(field), t.span)
            }
            TypeKind::Fn(a, b) => self.node("->", [self.ty(a), self.ty(b)], t.span),
        }
    }

    fn type_arg(self, a: &TypeArg) -> Sexp {
        match a {
            TypeArg::Type(t) => self.ty(t),
            TypeArg::Size(n, span) => self.leaf(&n.to_string(), *span),
        }
    }
}

/// A head and what follows it.
fn words(head: &str, rest: impl Iterator<Item = Sexp>) -> Vec<Sexp> {
    std::iter::once(atom(head)).chain(rest).collect()
}
