//! Modules: items by name, imports loaded once each.

use std::collections::HashMap;
use std::rc::Rc;

use dslc_base::Span;
use dslc_syntax::ast::{self, Item};

use crate::check::{Checker, ModuleInfo, Var};
use crate::errors;
use crate::value::{ModuleId, Value};

impl Checker<'_> {
    /// Notes the items of a file; imports are loaded now.
    pub(crate) fn declare(&mut self, id: ModuleId, file: &ast::File) {
        for warning in crate::keys::warnings(file, &self.sources) {
            self.report(warning);
        }
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
                Item::Derivative(d) => self.declare_rule(id, file, d),
                Item::Law(l) => self.report(errors::not_yet(l.name.span, "`law`")),
                Item::Test(_) | Item::Stmt(_) => {}
            }
        }
        self.circular_types(id);
    }

    fn import(&mut self, into: ModuleId, path: &str, name: &ast::Name) {
        if let Some(at) = self.loading.iter().position(|(p, _)| p == path) {
            let mut chain: Vec<String> = self.loading[at..].iter().map(|(p, _)| p.clone()).collect();
            chain.push(path.to_string());
            self.report(errors::import_cycle(name.span, &chain));
            self.unread(into, name);
            return;
        }
        if self.loading.len() >= self.limits.import_depth {
            self.report(errors::import_depth(name.span, self.limits.import_depth));
            self.unread(into, name);
            return;
        }
        let id = match self.by_path.get(path) {
            Some(id) => *id,
            None => match self.load(path, name.span) {
                Some(id) => id,
                None => return self.unread(into, name),
            },
        };
        self.modules[into.0 as usize].imports.insert(name.text.clone(), (id, name.span));
    }

    /// What is looked up in a module that could not be read is no news.
    fn unread(&mut self, into: ModuleId, name: &ast::Name) {
        let var = Var { value: Value::Poison, span: name.span, mutable: false, assigned: false, size: false };
        self.modules[into.0 as usize].globals.insert(name.text.clone(), var);
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
        self.rejected = self.has_errors();
        self.broken.extend(parsed.broken.iter().cloned());
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
}
