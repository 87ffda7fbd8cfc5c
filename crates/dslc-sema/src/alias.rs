//! Named types that contain themselves: found where they are declared, so that no later walk meets a circle.

use std::collections::BTreeMap;

use dslc_base::Span;
use dslc_syntax::ast::{Name, Type, TypeArg, TypeKind};

use crate::bodies::circles;
use crate::check::{CallSite, Checker};
use crate::errors;
use crate::value::ModuleId;

impl Checker<'_> {
    /// Reports the types of a file that contain themselves; whoever uses one is told nothing more.
    pub(crate) fn circular_types(&mut self, id: ModuleId) {
        let types = &self.info(id).types;
        let mentions: BTreeMap<Span, Vec<CallSite>> = types
            .values()
            .map(|item| {
                let mut names = Vec::new();
                named(&item.ty, &mut names);
                let inside = names.into_iter().filter(|n| item.params.iter().all(|p| p.text != n.text));
                let sites = inside.filter_map(|n| {
                    let target = types.get(&n.text)?;
                    Some(CallSite {
                        name: n.text.clone(),
                        item: target.name.span,
                        span: n.span,
                        with: Vec::new(),
                    })
                });
                (item.name.span, sites.collect())
            })
            .collect();
        for circle in circles(&mentions) {
            self.bad_types.extend(circle.iter().map(|c| c.item));
            if let Some(last) = circle.last() {
                self.report(errors::circular_type(last.span, &last.name, last.item));
            }
        }
    }
}

/// The single names in a written type.
fn named<'t>(t: &'t Type, out: &mut Vec<&'t Name>) {
    match &t.kind {
        TypeKind::Path { path, args } => {
            if let [one] = path.as_slice() {
                out.push(one);
            }
            for a in args {
                if let TypeArg::Type(t) = a {
                    named(t, out);
                }
            }
        }
        TypeKind::Array(inner, _) => named(inner, out),
        TypeKind::Tuple(parts) => parts.iter().for_each(|t| named(t, out)),
        TypeKind::Record(fields) => fields.iter().for_each(|(_, t)| named(t, out)),
        TypeKind::Fn(from, to) => {
            named(from, out);
            named(to, out);
        }
    }
}
