//! Values while a program is checked: nodes of the representation under construction, and what is known
//! without running anything (static integers, functions, records, models).

use std::collections::HashMap;
use std::rc::Rc;

use dslc_base::Span;
use dslc_ir::{AxisId, NodeId};
use dslc_syntax::ast;

use crate::builtins::Builtin;
use crate::dim::Dim;
use crate::ty::{Elem, Ty};

/// The frame of top-level values: their node id is a slot of the script.
pub(crate) const GLOBAL: u32 = 0;

/// A tensor: a node of a frame, and which of its axes the user sees, in order. The node's other axes are
/// indices of comprehensions around it.
#[derive(Clone, Debug)]
pub(crate) struct Tensor {
    /// The frame that the node belongs to; [`GLOBAL`] for a slot of the script.
    pub frame: u32,
    /// The node, or the slot.
    pub node: NodeId,
    /// The element type.
    pub elem: Elem,
    /// The visible axes in order; empty for slots.
    pub axes: Vec<AxisId>,
    /// Their lengths.
    pub dims: Vec<Dim>,
    /// For an i64 that is affine in indices: how.
    pub lin: Option<Rc<Lin>>,
    /// An exact integer that takes the number type its context asks (an index expression that is not affine).
    pub flexible: bool,
    /// For the codes of a column of labels: the column.
    pub label: Option<Rc<Label>>,
}

/// A column of labels, and its first entry that is no number.
#[derive(PartialEq, Eq, Debug)]
pub(crate) struct Label {
    /// The column.
    pub column: String,
    /// The line of the entry, from 1.
    pub line: u64,
    /// The entry.
    pub text: String,
}

/// A variable of affine forms: an index of a comprehension, or an integer known only when run.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct IndexVar {
    /// The frame.
    pub frame: u32,
    /// Which.
    pub of: VarOf,
    /// If known, how far it runs: from 0 to one below.
    pub extent: Option<Dim>,
}

/// What an [`IndexVar`] stands for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum VarOf {
    /// The position along an axis.
    Axis(AxisId),
    /// The value of an i64 node (or slot).
    Node(NodeId),
}

/// `constant + sum of coefficient * index`: an exact integer.
#[derive(Clone, PartialEq, Debug, Default)]
pub(crate) struct Lin {
    /// The part without indices.
    pub constant: Dim,
    /// Indices and their coefficients.
    pub terms: Vec<(IndexVar, Dim)>,
}

impl Lin {
    /// A static integer.
    pub(crate) fn constant(d: Dim) -> Self {
        Self { constant: d, terms: Vec::new() }
    }
    /// The static integer, if there is no index in it.
    pub(crate) fn as_static(&self) -> Option<&Dim> {
        self.terms.is_empty().then_some(&self.constant)
    }
    /// The number, if it is one.
    pub(crate) fn as_const(&self) -> Option<i64> {
        self.as_static().and_then(Dim::as_const)
    }
    /// The sum of `self` and `k` times `other`.
    pub(crate) fn add_scaled(&self, other: &Lin, k: &Dim) -> Option<Lin> {
        let mut out = self.clone();
        out.constant = out.constant.add(&other.constant.mul(k)?)?;
        for (v, c) in &other.terms {
            let c = c.mul(k)?;
            match out.terms.iter_mut().find(|(w, _)| w == v) {
                Some((_, d)) => *d = d.add(&c)?,
                None => out.terms.push((v.clone(), c)),
            }
        }
        out.terms.retain(|(_, c)| c.as_const() != Some(0));
        Some(out)
    }
    /// The product, if one of the two is static.
    pub(crate) fn mul(&self, other: &Lin) -> Option<Lin> {
        match (self.as_static(), other.as_static()) {
            (_, Some(k)) => Lin::default().add_scaled(self, k),
            (Some(k), _) => Lin::default().add_scaled(other, k),
            _ => None,
        }
    }
}

/// The parts of a complex number or tensor: real, of one element type and one shape. Each has axes of its own.
#[derive(Clone, Debug)]
pub(crate) struct Complex {
    /// The real part.
    pub re: Tensor,
    /// The imaginary part.
    pub im: Tensor,
}

/// A value.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    /// An exact integer that takes the number type its context asks.
    Int(Lin),
    /// An exact float constant that takes the float type its context asks.
    Float(f64),
    /// A tensor or scalar.
    Tensor(Tensor),
    /// A complex number, or a tensor of such.
    Complex(Rc<Complex>),
    /// A tuple; empty for unit.
    Tuple(Rc<Vec<Value>>),
    /// A record, fields in the order written.
    Record(Rc<Vec<(Rc<str>, Value)>>),
    /// A string.
    Str(Rc<str>),
    /// A function.
    Fn(Rc<FnVal>),
    /// A value that takes its shape from context.
    Maker(Rc<Maker>),
    /// An imported module.
    Module(ModuleId),
    /// What a mistake left behind.
    Poison,
}

impl Value {
    /// The unit value.
    pub(crate) fn unit() -> Value {
        Value::Tuple(Rc::new(Vec::new()))
    }
    /// Where the functions in it were written, with those that they captured; no more than [`Value::MOST_FUNCTIONS`].
    pub(crate) fn functions(&self, out: &mut Vec<Span>) {
        if out.len() >= Value::MOST_FUNCTIONS {
            return;
        }
        match self {
            Value::Tuple(parts) => parts.iter().for_each(|v| v.functions(out)),
            Value::Record(fields) => fields.iter().for_each(|(_, v)| v.functions(out)),
            Value::Fn(f) => match &**f {
                FnVal::Item(_, item) => out.push(item.span),
                FnVal::Closure { span, env, .. } => {
                    out.push(*span);
                    Value::captured_functions(env, out);
                }
                FnVal::Derived(d) => {
                    out.push(d.span);
                    d.of.functions(out);
                }
                FnVal::Opened(f, _) => f.functions(out),
                FnVal::ModelItem(_, item) => out.push(item.span),
                FnVal::ModelInit(m) | FnVal::Bound(m, _) => m.functions(out),
                FnVal::Model(_) | FnVal::Builtin(_) | FnVal::Opaque(..) => {}
            },
            Value::Int(_)
            | Value::Float(_)
            | Value::Tensor(_)
            | Value::Complex(_)
            | Value::Str(_)
            | Value::Maker(_)
            | Value::Module(_)
            | Value::Poison => {}
        }
    }
    /// More functions than this are not told apart.
    pub(crate) const MOST_FUNCTIONS: usize = 64;

    /// Those among captured values, by name.
    pub(crate) fn captured_functions(env: &HashMap<Rc<str>, Value>, out: &mut Vec<Span>) {
        let mut names: Vec<&Rc<str>> = env.keys().collect();
        names.sort();
        names.into_iter().for_each(|n| env[n].functions(out));
    }
    /// A tuple.
    pub(crate) fn tuple(parts: Vec<Value>) -> Value {
        Value::Tuple(Rc::new(parts))
    }
    /// A complex number or tensor.
    pub(crate) fn complex(z: Complex) -> Value {
        Value::Complex(Rc::new(z))
    }
    /// The complex value of two parts; poison if a part is.
    pub(crate) fn complex_of_parts(re: Value, im: Value) -> Value {
        match (re, im) {
            (Value::Tensor(re), Value::Tensor(im)) => Value::complex(Complex { re, im }),
            // A part without a tangent: so has the whole.
            (re, _) if re.is_unit() => re,
            _ => Value::Poison,
        }
    }
    /// A record.
    pub(crate) fn record(fields: Vec<(Rc<str>, Value)>) -> Value {
        Value::Record(Rc::new(fields))
    }
    /// A function.
    pub(crate) fn function(f: FnVal) -> Value {
        Value::Fn(Rc::new(f))
    }
    /// A static integer.
    pub(crate) fn int(n: i64) -> Value {
        Value::Int(Lin::constant(Dim::constant(n)))
    }
    /// Whether it is the unit value.
    pub(crate) fn is_unit(&self) -> bool {
        matches!(self, Value::Tuple(t) if t.is_empty())
    }
    /// Whether it is what a mistake left behind.
    pub(crate) fn is_poison(&self) -> bool {
        matches!(self, Value::Poison)
    }
    /// Whether it, or a part of it, is `zeros` or the like, whose shape is not known yet.
    pub(crate) fn lacks_shape(&self) -> bool {
        match self {
            Value::Maker(_) => true,
            Value::Record(fields) => fields.iter().any(|(_, f)| f.lacks_shape()),
            Value::Tuple(parts) => parts.iter().any(Value::lacks_shape),
            _ => false,
        }
    }
    /// The static integer that it is, if it is one.
    pub(crate) fn as_static(&self) -> Option<&Dim> {
        match self {
            Value::Int(l) => l.as_static(),
            _ => None,
        }
    }
    /// The function that it is, if it is one.
    pub(crate) fn as_fn(&self) -> Option<&Rc<FnVal>> {
        match self {
            Value::Fn(f) => Some(f),
            _ => None,
        }
    }
}

/// A value without a shape yet.
#[derive(Clone, Debug)]
pub(crate) enum Maker {
    /// The unit of addition everywhere: `zeros`, `zero`.
    Zero,
    /// The unit of multiplication everywhere: `ones`, `one`.
    One,
    /// The unit matrix of the semiring.
    Eye,
    /// Standard normal draws from a key, scaled and shifted.
    Normal {
        /// The key.
        key: Tensor,
        /// Mean and standard deviation.
        affine: Option<(Value, Value)>,
    },
    /// Uniform draws from a key, between bounds.
    Uniform {
        /// The key.
        key: Tensor,
        /// Lower and upper bound; 0 and 1 without.
        bounds: Option<(Value, Value)>,
    },
    /// Draws that are true with a probability.
    Bernoulli {
        /// The key.
        key: Tensor,
        /// The probability.
        p: Value,
    },
    /// Normal draws scaled for a layer of this shape (Glorot and Bengio, 2010).
    Glorot {
        /// The key.
        key: Tensor,
    },
}

/// A module of a session.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) struct ModuleId(pub u32);

/// A function value.
#[derive(Debug)]
pub(crate) enum FnVal {
    /// An `fn` of a module.
    Item(ModuleId, Rc<ast::FnItem>),
    /// A closure and what it saw when it was made.
    Closure {
        /// The module that it stands in.
        module: ModuleId,
        /// Its text.
        closure: Rc<ast::Closure>,
        /// Its captured values.
        env: HashMap<Rc<str>, Value>,
        /// Its place.
        span: Span,
    },
    /// A function of the language itself.
    Builtin(Builtin),
    /// A builtin that has some of its arguments: `grad(f)`.
    Derived(Derived),
    /// A model item that waits for its sizes.
    ModelItem(ModuleId, Rc<ast::ModelItem>),
    /// A model.
    Model(Model),
    /// `net.init`.
    ModelInit(Value),
    /// A model with its parameters: inside a model that embeds it.
    Bound(Value, Value),
    /// A function as one of what it captures too: of a vector with a part for each of these values.
    Opened(Value, Rc<Vec<crate::frame::Origin>>),
    /// A function parameter of a function that is checked for all arguments.
    Opaque(Vec<Ty>, Ty),
}

/// A derivative operator applied to a function.
#[derive(Clone, Debug)]
pub(crate) struct Derived {
    /// Which.
    pub how: Derivation,
    /// The function.
    pub of: Value,
    /// What it is taken in; empty if nothing is written.
    pub wrt: Vec<Wrt>,
    /// Whether `wrt` was a tuple, so that the result is one.
    pub wrt_tuple: bool,
    /// Where it was asked for.
    pub span: Span,
}

/// What a derivative is taken in: a parameter, or a part of one.
#[derive(Clone, Debug)]
pub(crate) struct Wrt {
    /// The position of the parameter.
    pub position: usize,
    /// The fields, or numbers of parts, that lead to the part.
    pub path: Vec<Rc<str>>,
    /// Where it is written.
    pub span: Span,
}

/// The derivative operators.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Derivation {
    /// `grad`.
    Grad,
    /// `value_and_grad`.
    ValueAndGrad,
    /// `vjp`.
    Vjp,
    /// `value_and_vjp`.
    ValueAndVjp,
    /// `jvp`.
    Jvp,
    /// `jacobian`.
    Jacobian,
    /// `hessian`.
    Hessian,
    /// `hvp`.
    Hvp,
    /// `reverse`.
    Reverse,
    /// `forward`.
    Forward,
    /// `bounds`: no derivative, but an operator on functions like these.
    Bounds,
}

/// A parametrised map.
#[derive(Debug)]
pub(crate) enum Model {
    /// A `model` item with its sizes.
    Item {
        /// Where it stands.
        module: ModuleId,
        /// Its text.
        item: Rc<ast::ModelItem>,
        /// The values of its sizes and other static arguments.
        args: HashMap<Rc<str>, Value>,
        /// Where it was made.
        span: Span,
    },
    /// `f >> g`: parameters `(Q, P)`, `()` dropped.
    Compose(Value, Value, Span),
    /// `f & g`.
    Pair(Value, Value),
    /// `repeat(k, f)`.
    Repeat(i64, Value),
}
