//! What the grammar's actions call: one constructor each.

use std::cell::RefCell;
use std::rc::Rc;

use dslc_base::{FileId, Span};

use crate::ast::*;
use crate::errors;
use crate::reports::Reports;
use crate::text::unescape;

/// What every action may need: the file, and where to put what is wrong with a literal.
pub(crate) struct Cx {
    pub(crate) file: FileId,
    pub(crate) reports: RefCell<Reports>,
    /// See [`File::broken`].
    pub(crate) broken: RefCell<Vec<Rc<str>>>,
}

impl Cx {
    pub(crate) fn span(&self, l: usize, r: usize) -> Span {
        Span::new(self.file, l, r)
    }
    pub(crate) fn name(&self, l: usize, text: &str, r: usize) -> Name {
        Name::new(text, self.span(l, r))
    }
    /// Bad escapes have been reported by the lexer.
    pub(crate) fn text(&self, l: usize, quoted: &str, r: usize) -> Text {
        Text { value: unescape(quoted).0.into(), span: self.span(l, r) }
    }
    pub(crate) fn size_arg(&self, l: usize, digits: &str, r: usize) -> TypeArg {
        TypeArg::Size(self.number(l, digits, r), self.span(l, r))
    }
    pub(crate) fn proj(&self, x: Expr, l: usize, digits: &str, r: usize) -> Expr {
        let at = self.span(l, r);
        let span = x.span.to(at);
        expr(ExprKind::Proj(Box::new(x), self.number(l, digits, r), at), span)
    }
    /// A number that must fit; the largest one stands for one that does not.
    fn number(&self, l: usize, digits: &str, r: usize) -> u64 {
        integer(digits).unwrap_or_else(|| {
            self.reports.borrow_mut().once(|| errors::integer_too_large(self.span(l, r)));
            u64::MAX
        })
    }
}

/// The value of an integer literal, if it is below 2^64.
fn integer(text: &str) -> Option<u64> {
    let digits: String = text.chars().filter(|c| *c != '_').collect();
    match digits.as_bytes() {
        [b'0', b'x', ..] => u64::from_str_radix(&digits[2..], 16).ok(),
        [b'0', b'b', ..] => u64::from_str_radix(&digits[2..], 2).ok(),
        _ => digits.parse().ok(),
    }
}

pub(crate) fn expr(kind: ExprKind, span: Span) -> Expr {
    Expr { kind, span }
}
pub(crate) fn int(text: &str) -> ExprKind {
    ExprKind::Int(integer(text))
}
pub(crate) fn float(text: &str) -> ExprKind {
    let digits: String = text.chars().filter(|c| *c != '_').collect();
    ExprKind::Float(digits.parse().unwrap_or(f64::NAN))
}
pub(crate) fn type_item(name: Name, params: Option<Vec<Name>>, ty: Type) -> Item {
    Item::Type(Rc::new(TypeItem { name, params: params.unwrap_or_default(), ty }))
}
pub(crate) fn test_item(name: Text, body: Block, span: Span) -> Item {
    Item::Test(Rc::new(TestItem { name, body, span }))
}
pub(crate) fn fn_item(
    name: Name,
    generics: Option<Vec<Generic>>,
    params: Vec<Param>,
    ret: Option<Type>,
    body: Expr,
    span: Span,
) -> Item {
    Item::Fn(Rc::new(FnItem {
        name,
        generics: generics.unwrap_or_default(),
        params,
        ret,
        body: Rc::new(body),
        span,
    }))
}
pub(crate) fn model_item(
    (name, generics): (Name, Option<Vec<Generic>>),
    sizes: Vec<Param>,
    params: Vec<Param>,
    ret: Option<Type>,
    body: Expr,
    span: Span,
) -> Item {
    let generics = generics.unwrap_or_default();
    Item::Model(Rc::new(ModelItem { name, generics, sizes, params, ret, body: Rc::new(body), span }))
}
pub(crate) fn derivative_item(
    (path, generics): (Vec<Name>, Option<Vec<Generic>>),
    params: Vec<Param>,
    ret: Option<Type>,
    body: Expr,
    span: Span,
) -> Item {
    let generics = generics.unwrap_or_default();
    Item::Derivative(Rc::new(DerivativeItem { path, generics, params, ret, body: Rc::new(body), span }))
}
pub(crate) fn law_item(name: Text, generics: Option<Vec<Generic>>, params: Vec<Param>, body: Expr) -> Item {
    Item::Law(Rc::new(LawItem { name, generics: generics.unwrap_or_default(), params, body: Rc::new(body) }))
}
pub(crate) fn param(name: Name, ty: Option<Type>, default: Option<Expr>) -> Param {
    Param { name, ty, default: default.map(Rc::new) }
}
pub(crate) fn fn_type(a: Type, b: Type, span: Span) -> Type {
    Type { kind: TypeKind::Fn(Box::new(a), Box::new(b)), span }
}
pub(crate) fn array_type(t: Type, dims: Vec<Expr>, span: Span) -> Type {
    Type { kind: TypeKind::Array(Box::new(t), dims), span }
}
pub(crate) fn path_type(path: Vec<Name>, args: Vec<TypeArg>, span: Span) -> Type {
    Type { kind: TypeKind::Path { path, args }, span }
}
/// `a, b<c>` before the `>` that closes both: the lexer reads the two as one `>>`.
pub(crate) fn nested_args(
    mut before: Vec<TypeArg>,
    path: Vec<Name>,
    args: Vec<TypeArg>,
    span: Span,
) -> Vec<TypeArg> {
    before.push(TypeArg::Type(path_type(path, args, span)));
    before
}
pub(crate) fn tuple_type(mut types: Vec<Type>, span: Span) -> Type {
    match types.len() {
        1 => types.remove(0),
        _ => Type { kind: TypeKind::Tuple(types), span },
    }
}
pub(crate) fn record_type(fields: Vec<(Name, Type)>, span: Span) -> Type {
    Type { kind: TypeKind::Record(fields), span }
}
pub(crate) fn block(stmts: Vec<Stmt>, span: Span) -> Block {
    Block { stmts, span }
}
pub(crate) fn stmt(kind: StmtKind, span: Span) -> Stmt {
    Stmt { kind, span }
}
pub(crate) fn let_(mutable: bool, pattern: Pattern, ty: Option<Type>, value: Expr) -> StmtKind {
    StmtKind::Let { mutable, pattern, ty, value }
}
pub(crate) fn pattern(kind: PatternKind, span: Span) -> Pattern {
    match kind {
        PatternKind::Tuple(mut parts) if parts.len() == 1 => parts.remove(0),
        kind => Pattern { kind, span },
    }
}
pub(crate) fn range(a: Expr, b: Expr) -> Range {
    Range { start: Box::new(a), end: Box::new(b) }
}
pub(crate) fn closure(params: Vec<(Pattern, Option<Type>)>, body: Expr, span: Span) -> Expr {
    expr(ExprKind::Closure(Rc::new(Closure { params, body })), span)
}

/// Which operators stand in one chain: those of one precedence.
fn level(op: BinOp) -> u8 {
    match op {
        BinOp::Mul | BinOp::Div | BinOp::Rem | BinOp::MatMul => 0,
        BinOp::Add | BinOp::Sub => 1,
        BinOp::And => 2,
        BinOp::Or => 3,
        BinOp::Pair => 4,
        BinOp::Compose => 5,
    }
}

/// `a op b`, appended to the chain that `a` is, unless `a` was parenthesised.
pub(crate) fn chain(a: Expr, op: BinOp, op_span: Span, b: Expr, span: Span) -> Expr {
    match a.kind {
        ExprKind::Chain(first, mut rest)
            if rest.first().is_some_and(|r| level(r.0) == level(op)) && first.span.start == a.span.start =>
        {
            rest.push((op, op_span, b));
            expr(ExprKind::Chain(first, rest), span)
        }
        kind => expr(ExprKind::Chain(Box::new(expr(kind, a.span)), vec![(op, op_span, b)]), span),
    }
}
pub(crate) fn unary(op: UnOp, e: Expr, span: Span) -> Expr {
    expr(ExprKind::Unary(op, Box::new(e)), span)
}
pub(crate) fn compare(a: Expr, op: CmpOp, op_span: Span, b: Expr, span: Span) -> Expr {
    expr(ExprKind::Compare(op, op_span, Box::new(a), Box::new(b)), span)
}
pub(crate) fn power(a: Expr, b: Expr, span: Span) -> Expr {
    expr(ExprKind::Power(Box::new(a), Box::new(b)), span)
}
pub(crate) fn call(f: Expr, args: Vec<Arg>, span: Span) -> Expr {
    expr(ExprKind::Call(Box::new(f), args), span)
}
pub(crate) fn fold(head: Expr, body: Expr, clause: ForClause, span: Span) -> Expr {
    expr(ExprKind::Fold { head: Box::new(head), body: Rc::new(body), clause: Rc::new(clause) }, span)
}
pub(crate) fn comprehension(body: Expr, clause: ForClause) -> ExprKind {
    ExprKind::Comprehension { body: Rc::new(body), clause: Rc::new(clause) }
}
pub(crate) fn index(x: Expr, subscripts: Vec<Subscript>, span: Span) -> Expr {
    expr(ExprKind::Index(Box::new(x), subscripts), span)
}
pub(crate) fn field(x: Expr, name: Name, span: Span) -> Expr {
    expr(ExprKind::Field(Box::new(x), name), span)
}
pub(crate) fn arg(name: Option<Name>, value: Expr) -> Arg {
    Arg { name, value }
}
pub(crate) fn slice(start: Option<Expr>, end: Option<Expr>, span: Span) -> Subscript {
    Subscript::Slice { start, end, span }
}
pub(crate) fn for_clause(binders: Vec<Binder>, filter: Option<Expr>, span: Span) -> ForClause {
    ForClause { binders, filter, span }
}
/// The parentheses belong to the place, so that a chain does not continue through them.
pub(crate) fn parenthesised(e: Expr, span: Span) -> Expr {
    Expr { kind: e.kind, span }
}
pub(crate) fn tuple(first: Expr, rest: Vec<Expr>) -> ExprKind {
    ExprKind::Tuple(std::iter::once(first).chain(rest).collect())
}
pub(crate) fn record(first: Field, rest: Vec<Field>) -> ExprKind {
    ExprKind::Record(std::iter::once(first).chain(rest).collect())
}
pub(crate) fn short_field(name: Name) -> Field {
    let value = expr(ExprKind::Name(name.text.clone()), name.span);
    Field { name, value }
}

/// What follows an `else`.
pub(crate) enum Else {
    Block(Block),
    /// Arms in reverse, and the last block.
    Arms(Vec<(Expr, Block)>, Option<Block>),
}

pub(crate) fn else_if(cond: Expr, then: Block, rest: Option<Else>) -> Else {
    let (mut arms, last) = split(rest);
    arms.push((cond, then));
    Else::Arms(arms, last)
}
fn split(rest: Option<Else>) -> (Vec<(Expr, Block)>, Option<Block>) {
    match rest {
        None => (Vec::new(), None),
        Some(Else::Block(b)) => (Vec::new(), Some(b)),
        Some(Else::Arms(arms, last)) => (arms, last),
    }
}
pub(crate) fn if_(cond: Expr, then: Block, rest: Option<Else>, span: Span) -> Expr {
    let (mut arms, otherwise) = split(rest);
    arms.push((cond, then));
    arms.reverse();
    expr(ExprKind::If { arms, otherwise }, span)
}
