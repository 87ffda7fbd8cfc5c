//! What a function of a file takes, with numbers for its sizes.

use std::collections::HashMap;

use dslc_base::Diagnostic;
use dslc_syntax::ast::{FnItem, Generic};

use crate::check::{Barrier, Checker, Context, Scope, Var};
use crate::dim::Dim;
use crate::front::Front;
use crate::program::{Border, Slot};
use crate::script::MAIN;
use crate::ty::{Elem, Kind, Ty};
use crate::value::{Lin, Value};

/// A function of a file, and the types of its parameters where its sizes are numbers.
#[derive(Clone, Debug)]
pub struct Signature {
    /// Its name.
    pub name: String,
    /// Its sizes, and what was taken for them.
    pub sizes: Vec<(String, i64)>,
    /// The types of its parameters, or why nothing from outside can stand for them.
    pub params: Result<Vec<Border>, &'static str>,
}

impl Front<'_> {
    /// The functions of the file in their order, each with a number for each of its sizes. A type parameter of floats or
    /// vectors is `f64`.
    ///
    /// # Errors
    /// What is wrong with the types of parameters for these sizes.
    pub fn signatures(&mut self, size: &dyn Fn(&str) -> i64) -> Result<Vec<Signature>, Vec<Diagnostic>> {
        let checker = &mut self.checker;
        let mut items: Vec<_> = checker.info(MAIN).fns.values().cloned().collect();
        items.sort_by_key(|f| f.span);
        let found: Vec<Signature> = items.iter().map(|f| checker.signature(f, size)).collect();
        if checker.has_errors() { Err(self.said()) } else { Ok(found) }
    }
}

impl Checker<'_> {
    fn signature(&mut self, f: &FnItem, size: &dyn Fn(&str) -> i64) -> Signature {
        let mut context = Context {
            module: MAIN,
            scopes: vec![Scope { vars: HashMap::new(), barrier: Some(Barrier::Closure) }],
            types: HashMap::new(),
            params: None,
        };
        let mut sizes = Vec::new();
        let mut names: Vec<_> = f.params.iter().filter(|p| p.ty.is_none()).map(|p| &p.name).collect();
        let mut open = false;
        for g in &f.generics {
            match g {
                Generic::Size(name) => names.push(name),
                Generic::Kind { name, kind } => match Kind::from_name(&kind.text) {
                    Some(Kind::Float | Kind::Vector | Kind::Semiring) => {
                        context.types.insert(name.text.clone(), Ty::scalar(Elem::F64));
                    }
                    Some(Kind::Type) => open = true,
                    None => names.push(name),
                },
                Generic::Constraint(_) => {}
            }
        }
        for name in names {
            let n = size(&name.text);
            let value = Value::Int(Lin::constant(Dim::constant(n)));
            let var = Var { value, span: name.span, mutable: false, assigned: false, size: true };
            context.scopes[0].vars.insert(name.text.clone(), var);
            sizes.push((name.text.to_string(), n));
        }
        let name = f.name.text.to_string();
        if open {
            return Signature { name, sizes, params: Err("it has a type parameter of any type") };
        }
        self.contexts.push(context);
        self.push_frame(&f.name.text);
        let params = f.params.iter().map(|p| match &p.ty {
            None => Ok(Border::Size(size(&p.name.text))),
            Some(t) => self.resolve(t).map_or(Err("its types do not resolve"), |ty| border(&ty)),
        });
        let params = params.collect();
        self.drop_frame();
        self.contexts.pop();
        Signature { name, sizes, params }
    }
}

/// The border of a type whose sizes are numbers.
fn border(ty: &Ty) -> Result<Border, &'static str> {
    Ok(match ty {
        Ty::Tensor(elem, dims) => {
            let shape = dims.iter().map(|d| u64::try_from(d.as_const()?).ok()).collect::<Option<_>>();
            let shape = shape.ok_or("a length is negative or not known")?;
            match elem {
                Elem::C64 | Elem::C128 => Border::Complex(Slot {
                    scalar: elem.part().map_or(dslc_ir::Scalar::F64, |part| part.scalar()),
                    shape,
                }),
                Elem::F64 | Elem::F32 | Elem::I64 | Elem::Bool | Elem::Key | Elem::Z2 => {
                    Border::Tensor(Slot { scalar: elem.scalar(), shape })
                }
                Elem::Count | Elem::MaxPlus(_) | Elem::MinPlus(_) | Elem::LogSum(_) | Elem::Var(..) => {
                    return Err("it takes elements of a semiring");
                }
            }
        }
        Ty::Tuple(ts) => Border::Tuple(ts.iter().map(border).collect::<Result<_, _>>()?),
        Ty::Record(fs) => Border::Record(
            fs.iter().map(|(n, t)| Ok((n.to_string(), border(t)?))).collect::<Result<_, &'static str>>()?,
        ),
        Ty::Fn(..) => return Err("it takes a function"),
        Ty::Str => return Err("it takes a text"),
        Ty::Poison => return Err("it takes a model"),
    })
}
