//! Modules: items by name, imports loaded once each; and the check of every body for all sizes.

use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use dslc_base::Span;
use dslc_syntax::ast::{self, Generic, Item};

use crate::check::{Barrier, CallSite, Checker, Context, ModuleInfo, Scope, Var};
use crate::dim::Dim;
use crate::errors;
use crate::free;
use crate::ty::{Elem, Kind, Ty};
use crate::value::{Lin, ModuleId, Value};

impl Checker<'_> {
    /// Notes the items of a file; imports are loaded now. Gives the statements.
    pub(crate) fn declare(&mut self, id: ModuleId, file: &ast::File) {
        let mut seen: HashMap<Rc<str>, Span> = HashMap::new();
        for item in &file.items {
            let name = match item {
                Item::Fn(f) => Some(&f.name),
                Item::Model(m) => Some(&m.name),
                Item::Type(t) => Some(&t.name),
                _ => None,
            };
            if let Some(n) = name
                && let Some(first) = seen.insert(n.text.clone(), n.span)
            {
                self.report(errors::duplicate(n.span, &n.text, first));
            }
            let info = &mut self.modules[id.0 as usize];
            match item {
                Item::Fn(f) => drop(info.fns.insert(f.name.text.clone(), f.clone())),
                Item::Model(m) => drop(info.models.insert(m.name.text.clone(), m.clone())),
                Item::Type(t) => drop(info.types.insert(t.name.text.clone(), t.clone())),
                Item::Import(names) => {
                    for n in names {
                        self.import(id, &format!("std:{}", n.text), n);
                    }
                }
                Item::ImportFile { path, name } => self.import(id, &path.value, name),
                Item::Derivative(d) => self.report(errors::not_yet(d.span, "`derivative`")),
                Item::Law(l) => self.report(errors::not_yet(l.name.span, "`law`")),
                Item::Test(_) | Item::Stmt(_) => {}
            }
        }
    }

    fn import(&mut self, into: ModuleId, path: &str, name: &ast::Name) {
        if let Some(at) = self.loading.iter().position(|(p, _)| p == path) {
            let mut chain: Vec<String> = self.loading[at..].iter().map(|(p, _)| p.clone()).collect();
            chain.push(path.to_string());
            self.report(errors::import_cycle(name.span, &chain));
            return;
        }
        if self.loading.len() >= self.limits.import_depth {
            self.report(errors::import_depth(name.span, self.limits.import_depth));
            return;
        }
        let id = match self.by_path.get(path) {
            Some(id) => *id,
            None => match self.load(path, name.span) {
                Some(id) => id,
                None => return,
            },
        };
        self.modules[into.0 as usize].imports.insert(name.text.clone(), (id, name.span));
    }

    /// Loads a module once.
    pub(crate) fn load(&mut self, path: &str, span: Span) -> Option<ModuleId> {
        if path.strip_prefix("std:").is_some_and(crate::builtins::is_module) {
            let id = ModuleId(self.modules.len() as u32);
            let name = path.trim_start_matches("std:").to_string();
            self.modules.push(ModuleInfo { name, ..ModuleInfo::default() });
            self.by_path.insert(path.to_string(), id);
            return Some(id);
        }
        let text = match self.host.source(path) {
            Ok(t) => t,
            Err(why) => {
                self.report(errors::no_module(span, path.trim_start_matches("std:"), &why));
                return None;
            }
        };
        let shown = path.strip_prefix("std:").map_or_else(|| path.to_string(), |n| format!("<{n}>"));
        let file = self.sources.add(shown, text.clone());
        let (parsed, diagnostics) = dslc_syntax::parse_file(file, &text);
        self.diagnostics.extend(diagnostics);
        let id = ModuleId(self.modules.len() as u32);
        let name = path.strip_prefix("std:").unwrap_or(path).to_string();
        let library = path.starts_with("std:");
        if library {
            self.library_files.push(file);
        }
        self.modules.push(ModuleInfo { name, library, ..ModuleInfo::default() });
        self.by_path.insert(path.to_string(), id);
        self.loading.push((path.to_string(), span));
        self.declare(id, &parsed);
        for item in &parsed.items {
            if let Item::Stmt(s) = item {
                self.report(errors::statement_in_module(s.span));
            }
        }
        self.loading.pop();
        Some(id)
    }

    /// Checks the chosen functions of a module for all sizes and types.
    pub(crate) fn check_bodies(&mut self, id: ModuleId, chosen: impl Fn(&ast::FnItem) -> bool) {
        let mut items: Vec<Rc<ast::FnItem>> =
            self.info(id).fns.values().filter(|f| chosen(f)).cloned().collect();
        items.sort_by_key(|f| f.span);
        for f in items {
            self.check_body(id, &f);
        }
        let met = std::mem::take(&mut self.met);
        for circle in circles(&met) {
            self.bad_items.extend(circle.iter().map(|c| c.item));
            if let Some(last) = circle.last() {
                let names: Vec<String> =
                    std::iter::once(last).chain(&circle).map(|c| c.name.to_string()).collect();
                self.report(errors::recursion(last.span, &names, last.item));
            }
        }
    }

    fn check_body(&mut self, id: ModuleId, f: &Rc<ast::FnItem>) {
        let errors_before = self.diagnostics.len();
        self.symbolic = true;
        self.push_frame(&f.name.text);
        let mut context = Context {
            module: id,
            scopes: vec![Scope { vars: HashMap::new(), barrier: Some(Barrier::Closure) }],
            types: HashMap::new(),
            params: None,
        };
        for g in &f.generics {
            match g {
                Generic::Size(n) => self.name_size(&mut context, n),
                Generic::Kind { name, kind } if &*kind.text == "size" => self.name_size(&mut context, name),
                Generic::Kind { name, kind } => match Kind::from_name(&kind.text) {
                    Some(Kind::Type) => drop(context.types.insert(name.text.clone(), Ty::Poison)),
                    Some(k) => {
                        let ty = Ty::scalar(Elem::Var(name.text.clone(), k));
                        context.types.insert(name.text.clone(), ty);
                    }
                    None => self.report(errors::unknown_type(kind.span, &kind.text, None)),
                },
                Generic::Constraint(_) => {}
            }
        }
        for p in f.params.iter().filter(|p| p.ty.is_none()) {
            self.name_size(&mut context, &p.name);
        }
        self.contexts.push(context);
        self.lower_bounds(&f.generics);
        self.free_sizes(f);
        self.calls.push(crate::check::CallSite { name: f.name.text.clone(), item: f.span, span: f.span });
        let mut ok = true;
        for p in &f.params {
            let Some(t) = &p.ty else { continue };
            let value = match self.resolve(t) {
                Some(ty) => self.opaque(&ty),
                None => {
                    ok = false;
                    Value::Poison
                }
            };
            let var = Var { value, span: p.name.span, mutable: false, assigned: false, size: false };
            self.context().scopes[0].vars.insert(p.name.text.clone(), var);
        }
        let ret = f.ret.as_ref().and_then(|t| self.resolve(t));
        if ok {
            let v = self.expr(&f.body, ret.as_ref());
            if let Some(t) = &ret {
                self.coerce(&v, t, crate::call::result_span(&f.body));
            }
        }
        self.calls.pop();
        self.contexts.pop();
        self.drop_frame();
        self.symbolic = false;
        if self.diagnostics.len() > errors_before {
            self.bad_items.insert(f.span);
        }
    }

    /// A size that neither a parameter nor the result mentions: no call can fix it.
    fn free_sizes(&mut self, f: &ast::FnItem) {
        let types = || f.params.iter().filter_map(|p| p.ty.as_ref()).chain(&f.ret);
        for g in &f.generics {
            if let Generic::Size(n) = g
                && !types().any(|t| free::type_mentions(t, &n.text))
            {
                self.report(errors::unsolved_size(f.name.span, &n.text, &f.name.text, n.span));
            }
        }
    }

    fn name_size(&mut self, context: &mut Context, n: &ast::Name) {
        let id = self.new_size(&n.text, 0, false);
        let value = Value::Int(Lin::constant(Dim::size(id)));
        let var = Var { value, span: n.span, mutable: false, assigned: false, size: true };
        if let Some(first) = context.scopes[0].vars.insert(n.text.clone(), var) {
            self.report(errors::duplicate(n.span, &n.text, first.span));
        }
    }

    /// A constraint `n >= 1` raises the lower bound of a size.
    fn lower_bounds(&mut self, generics: &[Generic]) {
        for g in generics {
            let Generic::Constraint(e) = g else { continue };
            let ast::ExprKind::Compare(op, _, a, b) = &e.kind else { continue };
            let (Some(x), Some(y)) = (self.static_dim(a), self.static_dim(b)) else { continue };
            let (size, number) = match op {
                ast::CmpOp::Ge | ast::CmpOp::Gt => (x, y),
                ast::CmpOp::Le | ast::CmpOp::Lt => (y, x),
                ast::CmpOp::Eq | ast::CmpOp::Ne => continue,
            };
            let mut ids = Vec::new();
            size.sizes(&mut ids);
            let strict = i64::from(matches!(op, ast::CmpOp::Gt | ast::CmpOp::Lt));
            if let ([id], Some(n)) = (ids.as_slice(), number.as_const())
                && size == Dim::size(*id)
            {
                let info = &mut self.sizes[id.0 as usize];
                info.lower = info.lower.max(n + strict);
            }
        }
    }
}

/// Circles of calls, each once. A call of a function with a written result does not enter its body, so recursion
/// through several functions shows only here. The last call of a circle closes it.
fn circles(met: &BTreeMap<Span, Vec<CallSite>>) -> Vec<Vec<CallSite>> {
    let mut out: Vec<Vec<CallSite>> = Vec::new();
    // How far each function is: on the way, or done.
    let mut done: HashMap<Span, bool> = HashMap::new();
    for &start in met.keys() {
        let mut way: Vec<(Span, usize)> = Vec::new();
        if !done.contains_key(&start) {
            done.insert(start, false);
            way.push((start, 0));
        }
        while let Some((at, next)) = way.last_mut() {
            let Some(call) = met.get(at).and_then(|calls| calls.get(*next)) else {
                done.insert(*at, true);
                way.pop();
                continue;
            };
            *next += 1;
            match done.get(&call.item) {
                None => {
                    done.insert(call.item, false);
                    way.push((call.item, 0));
                }
                Some(true) => {}
                Some(false) => {
                    let from = way.iter().position(|w| w.0 == call.item).unwrap_or(0);
                    let circle = way[from..].iter().filter_map(|(at, k)| met.get(at)?.get(k - 1).cloned());
                    out.push(circle.collect());
                    // One circle through a function is enough.
                    done.extend(way.drain(from..).map(|w| (w.0, true)));
                }
            }
        }
    }
    out
}
