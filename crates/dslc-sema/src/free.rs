//! Names that a piece of syntax uses or assigns, without types: what a closure captures, what a loop carries.

use std::collections::BTreeSet;
use std::rc::Rc;

use dslc_syntax::ast::{
    Block, Closure, Expr, ExprKind, ForClause, Name, Pattern, PatternKind, Stmt, StmtKind, Subscript, Type,
    TypeArg, TypeKind,
};

/// Every name that a closure mentions, in its types too; its own parameters may be among them, which does no harm.
pub(crate) fn free_names(c: &Closure) -> Vec<Rc<str>> {
    let mut out = BTreeSet::new();
    for t in c.params.iter().filter_map(|p| p.1.as_ref()) {
        type_names(t, &mut |n| {
            out.insert(n.clone());
        });
    }
    all_names(&c.body, &mut |n| _ = out.insert(n.clone()));
    out.into_iter().collect()
}

/// Every name in an expression, and in the types that are written in it.
pub(crate) fn all_names(e: &Expr, visit: &mut dyn FnMut(&Rc<str>)) {
    names(e, &mut |e| match &e.kind {
        ExprKind::Name(n) => visit(n),
        _ => types_in(e, &mut |t| type_names(t, visit)),
    });
}

/// The types written in an expression itself: in its parameters, and in the statements of its blocks.
fn types_in(e: &Expr, visit: &mut dyn FnMut(&Type)) {
    match &e.kind {
        ExprKind::Closure(c) => c.params.iter().filter_map(|p| p.1.as_ref()).for_each(visit),
        ExprKind::Block(b) => types_in_block(b, visit),
        ExprKind::If { arms, otherwise } => {
            arms.iter().map(|a| &a.1).chain(otherwise).for_each(|b| types_in_block(b, visit));
        }
        _ => {}
    }
}

fn types_in_block(b: &Block, visit: &mut dyn FnMut(&Type)) {
    for s in &b.stmts {
        match &s.kind {
            StmtKind::Let { ty: Some(t), .. } => visit(t),
            StmtKind::For { body, .. } | StmtKind::While { body, .. } => types_in_block(body, visit),
            _ => {}
        }
    }
}

/// The variables that a block assigns, in the order of their first assignment; those it defines itself are
/// among them.
pub(crate) fn assigned(block: &Block) -> Vec<Rc<str>> {
    let mut out = Vec::new();
    assigned_in(&block.stmts, &mut out);
    out
}

fn assigned_in(stmts: &[Stmt], out: &mut Vec<Rc<str>>) {
    for s in stmts {
        match &s.kind {
            StmtKind::Assign { place, value, .. } => {
                roots(place, out);
                assigned_expr(value, out);
            }
            StmtKind::For { body, .. } | StmtKind::While { body, .. } => assigned_in(&body.stmts, out),
            StmtKind::Let { value, .. } | StmtKind::Expr(value) => assigned_expr(value, out),
            StmtKind::Param { .. } => {}
        }
    }
}

/// Whether a statement of a block, or of one inside it, may demand something and give nothing: a call whose value is
/// dropped. `dropped` says whether the value of the block itself is.
pub(crate) fn demands(block: &Block, dropped: bool) -> bool {
    let last = block.stmts.len().saturating_sub(1);
    block.stmts.iter().enumerate().any(|(k, s)| match &s.kind {
        StmtKind::For { body, .. } | StmtKind::While { body, .. } => demands(body, true),
        StmtKind::Expr(e) => demands_expr(e, dropped || k < last),
        StmtKind::Let { .. } | StmtKind::Assign { .. } | StmtKind::Param { .. } => false,
    })
}

/// The same for an expression.
pub(crate) fn demands_expr(e: &Expr, dropped: bool) -> bool {
    match &e.kind {
        ExprKind::Call(f, _) => dropped || matches!(&f.kind, ExprKind::Name(n) if &**n == "require"),
        ExprKind::Block(b) => demands(b, dropped),
        ExprKind::If { arms, otherwise } => {
            let dropped = dropped || otherwise.is_none();
            arms.iter().map(|a| &a.1).chain(otherwise).any(|b| demands(b, dropped))
        }
        _ => false,
    }
}

/// Assignments in blocks of an expression (`if`, `{ }`); a closure or comprehension cannot assign. Each block is walked
/// once, however deep it stands.
fn assigned_expr(e: &Expr, out: &mut Vec<Rc<str>>) {
    match &e.kind {
        ExprKind::If { arms, otherwise } => {
            arms.iter().for_each(|(c, _)| assigned_expr(c, out));
            for b in arms.iter().map(|a| &a.1).chain(otherwise) {
                assigned_in(&b.stmts, out);
            }
        }
        ExprKind::Block(b) => assigned_in(&b.stmts, out),
        _ => {
            let mut inner = Vec::new();
            children_ref(e, &mut inner);
            inner.into_iter().for_each(|c| assigned_expr(c, out));
        }
    }
}

/// Whether a name stands in a written type: in its sizes, or as an argument of a named type.
pub(crate) fn type_mentions(t: &Type, name: &str) -> bool {
    let mut found = false;
    type_names(t, &mut |n| found |= &**n == name);
    found
}

/// The names in a written type.
pub(crate) fn type_names(t: &Type, visit: &mut dyn FnMut(&Rc<str>)) {
    match &t.kind {
        TypeKind::Path { path, args } => {
            if let [one] = path.as_slice() {
                visit(&one.text);
            }
            for a in args {
                if let TypeArg::Type(t) = a {
                    type_names(t, visit);
                }
            }
        }
        TypeKind::Array(inner, dims) => {
            type_names(inner, visit);
            for d in dims {
                names(d, &mut |e| {
                    if let ExprKind::Name(n) = &e.kind {
                        visit(n);
                    }
                });
            }
        }
        TypeKind::Tuple(parts) => parts.iter().for_each(|t| type_names(t, visit)),
        TypeKind::Record(fields) => fields.iter().for_each(|(_, t)| type_names(t, visit)),
        TypeKind::Fn(from, to) => {
            type_names(from, visit);
            type_names(to, visit);
        }
    }
}

/// The variables at the root of an assigned place: `p` of `p.w[i]`, both of `(s, p)`.
pub(crate) fn roots(place: &Expr, out: &mut Vec<Rc<str>>) {
    match &place.kind {
        ExprKind::Name(n) => {
            if !out.contains(n) {
                out.push(n.clone());
            }
        }
        ExprKind::Field(b, _) | ExprKind::Proj(b, _, _) | ExprKind::Index(b, _) => roots(b, out),
        ExprKind::Tuple(parts) => parts.iter().for_each(|p| roots(p, out)),
        _ => {}
    }
}

/// The variables that a closure assigns and does not define itself, each with the first place where it does.
pub(crate) fn assigned_outside(c: &Closure) -> Vec<(Rc<str>, dslc_base::Span)> {
    let mut own = Vec::new();
    c.params.iter().for_each(|(p, _)| pattern_names(p, &mut own));
    defined_inside(&c.body, &mut own);
    let mut out: Vec<(Rc<str>, dslc_base::Span)> = Vec::new();
    let mut in_block = |b: &Block| places_in_block(b, &mut |place| roots_at(place, &own, &mut out));
    names(&c.body, &mut |e| match &e.kind {
        ExprKind::Block(b) => in_block(b),
        ExprKind::If { arms, otherwise } => {
            arms.iter().map(|a| &a.1).chain(otherwise).for_each(&mut in_block)
        }
        _ => {}
    });
    out
}

/// The places that the statements of a block assign, those of its loops too.
fn places_in_block(b: &Block, visit: &mut dyn FnMut(&Expr)) {
    for s in &b.stmts {
        match &s.kind {
            StmtKind::Assign { place, .. } => visit(place),
            StmtKind::For { body, .. } | StmtKind::While { body, .. } => places_in_block(body, visit),
            StmtKind::Let { .. } | StmtKind::Param { .. } | StmtKind::Expr(_) => {}
        }
    }
}

fn roots_at(place: &Expr, own: &[Rc<str>], out: &mut Vec<(Rc<str>, dslc_base::Span)>) {
    match &place.kind {
        ExprKind::Name(n) => {
            if !own.contains(n) && !out.iter().any(|(m, _)| m == n) {
                out.push((n.clone(), place.span));
            }
        }
        ExprKind::Field(b, _) | ExprKind::Proj(b, _, _) | ExprKind::Index(b, _) => roots_at(b, own, out),
        ExprKind::Tuple(parts) => parts.iter().for_each(|p| roots_at(p, own, out)),
        _ => {}
    }
}

/// The names that a pattern defines.
pub(crate) fn pattern_names(p: &Pattern, out: &mut Vec<Rc<str>>) {
    let mut places = Vec::new();
    pattern_places(p, &mut places);
    out.extend(places.into_iter().map(|n| n.text.clone()));
}

/// The names defined anywhere inside an expression: by `let`, by indices, by closures.
pub(crate) fn defined_inside(e: &Expr, out: &mut Vec<Rc<str>>) {
    names(e, &mut |e| match &e.kind {
        ExprKind::Block(b) => defined_in_block(b, out),
        ExprKind::If { arms, otherwise } => {
            for b in arms.iter().map(|a| &a.1).chain(otherwise) {
                defined_in_block(b, out);
            }
        }
        ExprKind::Fold { clause, .. } | ExprKind::Comprehension { clause, .. } => {
            out.extend(clause.binders.iter().map(|b| b.name.text.clone()));
        }
        ExprKind::Closure(c) => c.params.iter().for_each(|(p, _)| pattern_names(p, out)),
        _ => {}
    });
}

fn defined_in_block(b: &Block, out: &mut Vec<Rc<str>>) {
    for s in &b.stmts {
        if let StmtKind::Let { pattern, .. } | StmtKind::For { pattern, .. } = &s.kind {
            pattern_names(pattern, out);
        }
    }
}

/// Calls `visit` on an expression and everything inside it.
pub(crate) fn names(e: &Expr, visit: &mut dyn FnMut(&Expr)) {
    visit(e);
    let mut inner = Vec::new();
    children_ref(e, &mut inner);
    for c in inner {
        names(c, visit);
    }
}

/// Calls `visit` on every expression of a block.
pub(crate) fn block_names(b: &Block, visit: &mut dyn FnMut(&Expr)) {
    let mut inner = Vec::new();
    block_children(b, &mut |e| inner.push(e));
    inner.into_iter().for_each(|e| names(e, visit));
}

/// The expressions directly inside this one.
pub(crate) fn children_ref<'e>(e: &'e Expr, out: &mut Vec<&'e Expr>) {
    let f = &mut |e: &'e Expr| out.push(e);
    match &e.kind {
        ExprKind::Int(_) | ExprKind::Float(_) | ExprKind::Str(_) | ExprKind::Bool(_) => {}
        ExprKind::Name(_) | ExprKind::Unit | ExprKind::Error => {}
        ExprKind::Unary(_, a) | ExprKind::Field(a, _) | ExprKind::Proj(a, _, _) => f(a),
        ExprKind::Chain(a, rest) => {
            f(a);
            rest.iter().for_each(|(_, _, b)| f(b));
        }
        ExprKind::Compare(_, _, a, b) | ExprKind::Power(a, b) => {
            f(a);
            f(b);
        }
        ExprKind::Call(g, args) => {
            f(g);
            args.iter().for_each(|a| f(&a.value));
        }
        ExprKind::Fold { head, body, clause } => {
            f(head);
            f(body);
            clause_children(clause, f);
        }
        ExprKind::Comprehension { body, clause } => {
            f(body);
            clause_children(clause, f);
        }
        ExprKind::Array(items) | ExprKind::Tuple(items) => items.iter().for_each(f),
        ExprKind::Record(fields) => fields.iter().for_each(|x| f(&x.value)),
        ExprKind::Update(base, fields) => {
            f(base);
            fields.iter().for_each(|x| f(&x.value));
        }
        ExprKind::Index(base, subs) => {
            f(base);
            for s in subs {
                match s {
                    Subscript::At(e) => f(e),
                    Subscript::Slice { start, end, .. } => start.iter().chain(end).for_each(&mut *f),
                }
            }
        }
        ExprKind::If { arms, otherwise } => {
            for (c, b) in arms {
                f(c);
                block_children(b, f);
            }
            if let Some(b) = otherwise {
                block_children(b, f);
            }
        }
        ExprKind::Block(b) => block_children(b, f),
        ExprKind::Closure(c) => f(&c.body),
    }
}

/// The names that a pattern binds, with their places.
pub(crate) fn pattern_places<'p>(p: &'p Pattern, out: &mut Vec<&'p Name>) {
    match &p.kind {
        PatternKind::Wild => {}
        PatternKind::Name(n) => out.push(n),
        PatternKind::Tuple(ps) => ps.iter().for_each(|p| pattern_places(p, out)),
        PatternKind::Record(names) => out.extend(names),
    }
}

fn clause_children<'e>(c: &'e ForClause, f: &mut dyn FnMut(&'e Expr)) {
    for b in &c.binders {
        if let Some(r) = &b.range {
            f(&r.start);
            f(&r.end);
        }
    }
    c.filter.iter().for_each(f);
}

fn block_children<'e>(b: &'e Block, f: &mut dyn FnMut(&'e Expr)) {
    for s in &b.stmts {
        match &s.kind {
            StmtKind::Let { value, .. } => f(value),
            StmtKind::Param { init, .. } => f(init),
            StmtKind::For { range, body, .. } => {
                f(&range.start);
                f(&range.end);
                block_children(body, f);
            }
            StmtKind::While { cond, body } => {
                f(cond);
                block_children(body, f);
            }
            StmtKind::Assign { place, value, .. } => {
                f(place);
                f(value);
            }
            StmtKind::Expr(e) => f(e),
        }
    }
}
