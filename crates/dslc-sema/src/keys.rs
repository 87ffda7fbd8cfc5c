//! Warnings about random keys: one that is used by two draws, and one that draws in a loop without depending on its
//! turns. Both give the same numbers again, where new ones are wanted.
//!
//! This is a walk over the syntax, file by file, beside the checker: a body counts once, whether it is called or not.
//! What draws is a builtin (`normal`, `uniform`, `glorot`, `permutation`), `m.init(k)`, and a function of the file that
//! draws from its parameter as it is. It misses a key that hides in a value or behind another file, and a closure that
//! is called in a loop elsewhere; what it reports is a draw of the same numbers in one body.

mod origin;
mod walk;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use dslc_base::{Diagnostic, Sources, Span};
use dslc_syntax::ast::{self, Item};

use origin::Origin;

/// The functions of a file that draw from a parameter: its position and name, for each.
type Drawing = BTreeMap<Rc<str>, Vec<(usize, Rc<str>)>>;

/// A loop around what is walked over; for each index of a comprehension one.
#[derive(Clone, Debug)]
struct Loop {
    id: u32,
    /// The index, if it has a name.
    index: Option<Rc<str>>,
    /// Where it begins.
    span: Span,
}

/// The walk: what is known at its place.
struct Keys<'a> {
    sources: &'a Sources,
    /// Functions and models of the file: they hide builtins.
    items: &'a BTreeMap<Rc<str>, ()>,
    drawing: &'a Drawing,
    names: BTreeMap<Rc<str>, Origin>,
    loops: Vec<Loop>,
    /// Where each key was used first, and how often.
    used: BTreeMap<Rc<str>, (Span, usize)>,
    fresh: u32,
    /// The numbers of long texts.
    texts: RefCell<BTreeMap<String, usize>>,
    found: Vec<Diagnostic>,
}

/// The warnings of a file.
pub(crate) fn warnings(file: &ast::File, sources: &Sources) -> Vec<Diagnostic> {
    let mut items = BTreeMap::new();
    for item in &file.items {
        match item {
            Item::Fn(f) => drop(items.insert(f.name.text.clone(), ())),
            Item::Model(m) => drop(items.insert(m.name.text.clone(), ())),
            _ => {}
        }
    }
    let drawing = drawing(file, sources, &items);
    let mut script = Keys::new(sources, &items, &drawing);
    let mut found = Vec::new();
    for item in &file.items {
        match item {
            Item::Fn(f) => found.extend(script.body(&f.params, &f.body).found),
            Item::Model(m) => {
                let params: Vec<ast::Param> = m.sizes.iter().chain(&m.params).cloned().collect();
                found.extend(script.body(&params, &m.body).found);
            }
            Item::Stmt(s) => script.statement(s),
            Item::Test(t) => {
                // Every test starts from what the file has drawn, not from what other tests have.
                let (names, used) = (script.names.clone(), script.used.clone());
                script.block(&t.body);
                (script.names, script.used) = (names, used);
            }
            _ => {}
        }
    }
    found.append(&mut script.found);
    found.sort_by_key(|d| d.span());
    found
}

/// Looks at the functions, and again at those that use a function of which more is known, until nothing changes. They
/// do not call themselves, so that ends.
fn drawing(file: &ast::File, sources: &Sources, items: &BTreeMap<Rc<str>, ()>) -> Drawing {
    let fns: Vec<&Rc<ast::FnItem>> =
        file.items.iter().filter_map(|i| if let Item::Fn(f) = i { Some(f) } else { None }).collect();
    let mut users: BTreeMap<Rc<str>, BTreeSet<usize>> = BTreeMap::new();
    for (k, f) in fns.iter().enumerate() {
        crate::free::names(&f.body, &mut |e| {
            if let ast::ExprKind::Name(n) | ast::ExprKind::Field(_, ast::Name { text: n, .. }) = &e.kind
                && items.contains_key(n)
            {
                users.entry(n.clone()).or_default().insert(k);
            }
        });
    }
    let mut known = Drawing::new();
    let mut open: BTreeSet<usize> = (0..fns.len()).collect();
    // Each look can only add a parameter; functions that do call themselves must not keep it going.
    let mut looks = fns.len() + fns.iter().map(|f| f.params.len()).sum::<usize>() * fns.len();
    while let Some(k) = open.pop_last().filter(|_| looks > 0) {
        looks -= 1;
        let f = fns[k];
        let walked = Keys::new(sources, items, &known).body(&f.params, &f.body);
        let drawn = |p: &ast::Param| walked.used.contains_key(&origin::of_parameter(p).text);
        let params = f.params.iter().enumerate().filter(|(_, p)| drawn(p));
        let params: Vec<_> = params.map(|(k, p)| (k, p.name.text.clone())).collect();
        if !params.is_empty() && known.get(&f.name.text) != Some(&params) {
            known.insert(f.name.text.clone(), params);
            open.extend(users.get(&f.name.text).into_iter().flatten());
        }
    }
    known
}

impl<'a> Keys<'a> {
    fn new(sources: &'a Sources, items: &'a BTreeMap<Rc<str>, ()>, drawing: &'a Drawing) -> Self {
        Self {
            sources,
            items,
            drawing,
            names: BTreeMap::new(),
            loops: Vec::new(),
            used: BTreeMap::new(),
            fresh: 0,
            texts: RefCell::default(),
            found: Vec::new(),
        }
    }

    /// The walk over the body of a function.
    fn body(&self, params: &[ast::Param], body: &ast::Expr) -> Keys<'a> {
        let mut inner = Keys::new(self.sources, self.items, self.drawing);
        for p in params {
            inner.names.insert(p.name.text.clone(), origin::of_parameter(p));
        }
        inner.expr(body);
        inner
    }
}
