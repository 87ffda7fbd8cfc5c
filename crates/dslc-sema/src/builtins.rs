//! Functions of the language itself.

use std::rc::Rc;

use dslc_base::Span;
use dslc_ir::{Monoid, Routine};

use crate::call::ArgValue;
use crate::check::Checker;
use crate::dim::Dim;
use crate::errors;
use crate::ty::Ty;
use crate::value::{Derivation, FnVal, Maker, Model, Value};

/// What folds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum FoldKind {
    /// Addition of the element type's semiring.
    Sum,
    /// Its multiplication.
    Prod,
    /// The largest.
    Max,
    /// The smallest.
    Min,
    /// The sum by the number of elements.
    Mean,
    /// Disjunction.
    Any,
    /// Conjunction.
    All,
    /// Where the largest is.
    ArgMax,
    /// Where the smallest is.
    ArgMin,
    /// The logarithm of the sum of exponentials.
    LogSumExp,
}

impl FoldKind {
    /// Its name in the language.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            FoldKind::Sum => "sum",
            FoldKind::Prod => "prod",
            FoldKind::Max => "max",
            FoldKind::Min => "min",
            FoldKind::Mean => "mean",
            FoldKind::Any => "any",
            FoldKind::All => "all",
            FoldKind::ArgMax => "argmax",
            FoldKind::ArgMin => "argmin",
            FoldKind::LogSumExp => "logsumexp",
        }
    }
    /// What a filtered-out element counts as: the unit of this monoid.
    pub(crate) const fn monoid(self) -> Monoid {
        match self {
            FoldKind::Sum | FoldKind::Mean => Monoid::Sum,
            FoldKind::Prod => Monoid::Prod,
            FoldKind::Max | FoldKind::ArgMax | FoldKind::LogSumExp => Monoid::Max,
            FoldKind::Min | FoldKind::ArgMin => Monoid::Min,
            FoldKind::Any => Monoid::Any,
            FoldKind::All => Monoid::All,
        }
    }
}

/// A function of the language itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Builtin {
    /// A fold; of two arguments `max` and `min` are elementwise.
    Fold(FoldKind),
    /// A primitive of floats with this name and number of arguments, elementwise.
    Pointwise(&'static str, u8),
    /// A primitive of integers.
    Integer(&'static str, u8),
    /// A derivative operator.
    Derive(Derivation),
    /// `f64(x)` and its kin.
    Cast(Cast),
    /// A function of complex numbers.
    Complex(ComplexFn),
    /// A Fourier transform: how many axes, and whether it is the inverse.
    Fourier(u8, bool),
    /// `require(condition, "message")`.
    Require,
    /// The same elements in another shape.
    Reshape,
    /// All elements along one axis.
    Flatten,
    /// Tensors one behind the other.
    Concat,
    /// Shows a value and gives it.
    Trace,
    /// One step of a product of complex numbers.
    Times,
    /// `where(c, a, b)`.
    Where,
    /// `dot(a, b)`.
    Dot,
    /// `norm(a)`.
    Norm,
    /// `get(x, i, .., fill)`.
    Get,
    /// `each(f, p, q, ..)`: elementwise on vectors.
    Each,
    /// `scan(f, s, xs)`.
    Scan,
    /// `solve(a, b)`, or of a triangular matrix.
    System(Routine),
    /// `inverse(a)`: `solve` with the unit matrix, of which a failure is told at the call.
    Inverse,
    /// `spectral(f, a)`: a function of one number, of a symmetric matrix.
    Spectral,
    /// `captured(f, x, ..)`, for the standard library.
    Captured,
    /// A routine of one matrix, with one result or several.
    Matrix(Routine),
    /// `argsort(x)`.
    ArgSort,
    /// `permutation(key, n)`.
    Permutation,
    /// `key(seed)`.
    Key,
    /// `split(key)`; `split(data, share, key)`.
    Split,
    /// `fold_in(key, i)`.
    FoldIn,
    /// `normal(key)`.
    Normal,
    /// `uniform(key, lo, hi)`.
    Uniform,
    /// `bernoulli(key, p)`.
    Bernoulli,
    /// `glorot(key)`.
    Glorot,
    /// `matrix(record)`: the columns of a record side by side.
    Columns,
    /// `repeat(k, f)`.
    Repeat,
    /// One turn of a repeated model.
    Step,
    /// A static integer function.
    Static(&'static str),
    /// What stands at top level only: `print`, `assert`, `data.csv`, ...
    Script(&'static str),
}

/// Conversions that are written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Cast {
    /// To `f64`.
    F64,
    /// To `f32`.
    F32,
    /// To `i64`.
    I64,
    /// To max-plus.
    MaxPlus,
    /// To min-plus.
    MinPlus,
    /// To logarithms.
    LogSum,
    /// To natural numbers.
    Count,
    /// To the field of two elements.
    Z2,
    /// To complex over `f32`.
    C64,
    /// To complex over `f64`.
    C128,
    /// From a semiring element to its float, or a complex number's real part.
    Real,
}

/// Functions of complex numbers that are no functions of floats.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum ComplexFn {
    /// `complex(re, im)`.
    Make,
    /// `conj(z)`.
    Conj,
    /// `imag(z)`.
    Imag,
    /// `angle(z)`.
    Angle,
}

impl ComplexFn {
    /// Its name in the language.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            ComplexFn::Make => "complex",
            ComplexFn::Conj => "conj",
            ComplexFn::Imag => "imag",
            ComplexFn::Angle => "angle",
        }
    }
}

const POINTWISE: &[(&str, u8)] = &[
    ("exp", 1),
    ("log", 1),
    ("expm1", 1),
    ("log1p", 1),
    ("sin", 1),
    ("cos", 1),
    ("tan", 1),
    ("tanh", 1),
    ("sinh", 1),
    ("cosh", 1),
    ("asin", 1),
    ("acos", 1),
    ("atan", 1),
    ("atan2", 2),
    ("sqrt", 1),
    ("erf", 1),
    ("sigmoid", 1),
    ("softplus", 1),
    ("abs", 1),
    ("sign", 1),
    ("floor", 1),
    ("ceil", 1),
    ("round", 1),
    ("relu", 1),
    ("pow", 2),
];
const INTEGER: &[(&str, &str, u8)] = &[
    ("bit_and", "bit_and", 2),
    ("bit_or", "bit_or", 2),
    ("bit_xor", "bit_xor", 2),
    ("shift_left", "shift_left", 2),
    ("shift_right", "shift_right", 2),
    ("popcount", "popcount", 1),
];
const FOLDS: [FoldKind; 10] = [
    FoldKind::Sum,
    FoldKind::Prod,
    FoldKind::Max,
    FoldKind::Min,
    FoldKind::Mean,
    FoldKind::Any,
    FoldKind::All,
    FoldKind::ArgMax,
    FoldKind::ArgMin,
    FoldKind::LogSumExp,
];
const OTHERS: &[(&str, Builtin)] = &[
    ("grad", Builtin::Derive(Derivation::Grad)),
    ("value_and_grad", Builtin::Derive(Derivation::ValueAndGrad)),
    ("vjp", Builtin::Derive(Derivation::Vjp)),
    ("value_and_vjp", Builtin::Derive(Derivation::ValueAndVjp)),
    ("jvp", Builtin::Derive(Derivation::Jvp)),
    ("jacobian", Builtin::Derive(Derivation::Jacobian)),
    ("hessian", Builtin::Derive(Derivation::Hessian)),
    ("hvp", Builtin::Derive(Derivation::Hvp)),
    ("reverse", Builtin::Derive(Derivation::Reverse)),
    ("forward", Builtin::Derive(Derivation::Forward)),
    ("bounds", Builtin::Derive(Derivation::Bounds)),
    ("f64", Builtin::Cast(Cast::F64)),
    ("f32", Builtin::Cast(Cast::F32)),
    ("i64", Builtin::Cast(Cast::I64)),
    ("maxplus", Builtin::Cast(Cast::MaxPlus)),
    ("minplus", Builtin::Cast(Cast::MinPlus)),
    ("logsum", Builtin::Cast(Cast::LogSum)),
    ("count", Builtin::Cast(Cast::Count)),
    ("z2", Builtin::Cast(Cast::Z2)),
    ("c64", Builtin::Cast(Cast::C64)),
    ("c128", Builtin::Cast(Cast::C128)),
    ("real", Builtin::Cast(Cast::Real)),
    ("fft", Builtin::Fourier(1, false)),
    ("ifft", Builtin::Fourier(1, true)),
    ("fft2", Builtin::Fourier(2, false)),
    ("ifft2", Builtin::Fourier(2, true)),
    ("require", Builtin::Require),
    ("trace", Builtin::Trace),
    ("reshape", Builtin::Reshape),
    ("flatten", Builtin::Flatten),
    ("concat", Builtin::Concat),
    ("complex", Builtin::Complex(ComplexFn::Make)),
    ("conj", Builtin::Complex(ComplexFn::Conj)),
    ("imag", Builtin::Complex(ComplexFn::Imag)),
    ("angle", Builtin::Complex(ComplexFn::Angle)),
    ("where", Builtin::Where),
    ("dot", Builtin::Dot),
    ("norm", Builtin::Norm),
    ("get", Builtin::Get),
    ("each", Builtin::Each),
    ("scan", Builtin::Scan),
    ("solve", Builtin::System(Routine::Solve)),
    ("solve_lower", Builtin::System(Routine::SolveLower)),
    ("solve_upper", Builtin::System(Routine::SolveUpper)),
    ("inverse", Builtin::Inverse),
    ("spectral", Builtin::Spectral),
    ("cholesky", Builtin::Matrix(Routine::Cholesky)),
    ("qr", Builtin::Matrix(Routine::Qr)),
    ("eigh", Builtin::Matrix(Routine::Eigh)),
    ("svd", Builtin::Matrix(Routine::Svd)),
    ("det", Builtin::Matrix(Routine::Det)),
    ("logdet", Builtin::Matrix(Routine::LogDet)),
    ("assignment", Builtin::Matrix(Routine::Assignment)),
    ("argsort", Builtin::ArgSort),
    ("permutation", Builtin::Permutation),
    ("key", Builtin::Key),
    ("split", Builtin::Split),
    ("fold_in", Builtin::FoldIn),
    ("normal", Builtin::Normal),
    ("uniform", Builtin::Uniform),
    ("bernoulli", Builtin::Bernoulli),
    ("glorot", Builtin::Glorot),
    ("matrix", Builtin::Columns),
    ("repeat", Builtin::Repeat),
    ("div", Builtin::Static("div")),
    ("mod", Builtin::Static("mod")),
    ("ceil_log2", Builtin::Static("ceil_log2")),
    ("print", Builtin::Script("print")),
    ("assert", Builtin::Script("assert")),
    ("assert_close", Builtin::Script("assert_close")),
    ("save", Builtin::Script("save")),
    ("arg", Builtin::Script("arg")),
];
const MAKERS: &[&str] = &["zeros", "ones", "eye", "zero", "one", "pi", "inf", "nan"];

/// What every file sees under a name.
pub(crate) fn global(name: &str) -> Option<Value> {
    let maker = |m: Maker| Some(Value::Maker(Rc::new(m)));
    match name {
        "pi" => return Some(Value::Float(std::f64::consts::PI)),
        "inf" => return Some(Value::Float(f64::INFINITY)),
        "nan" => return Some(Value::Float(f64::NAN)),
        "zeros" | "zero" => return maker(Maker::Zero),
        "ones" | "one" => return maker(Maker::One),
        "eye" => return maker(Maker::Eye),
        _ => {}
    }
    find(name).map(|b| Value::function(FnVal::Builtin(b)))
}

fn find(name: &str) -> Option<Builtin> {
    if let Some(f) = FOLDS.iter().find(|f| f.name() == name) {
        return Some(Builtin::Fold(*f));
    }
    if let Some((n, k)) = POINTWISE.iter().find(|p| p.0 == name) {
        return Some(Builtin::Pointwise(n, *k));
    }
    if let Some((_, prim, k)) = INTEGER.iter().find(|p| p.0 == name) {
        return Some(Builtin::Integer(prim, *k));
    }
    OTHERS.iter().find(|o| o.0 == name).map(|o| o.1)
}

/// Every name of the language, for suggestions.
pub fn names() -> impl Iterator<Item = &'static str> {
    let folds = FOLDS.iter().map(|f| f.name());
    folds
        .chain(POINTWISE.iter().map(|p| p.0))
        .chain(INTEGER.iter().map(|p| p.0))
        .chain(OTHERS.iter().map(|o| o.0))
        .chain(MAKERS.iter().copied())
}

/// The modules of the language.
pub(crate) const MODULES: [&str; 6] = ["nn", "loss", "optim", "data", "plot", "math"];

/// How a builtin is called, where that can be said in a line.
pub(crate) fn usage(name: &str) -> Option<String> {
    let count = |list: &[(&str, u8)]| list.iter().find(|p| p.0 == name).map(|p| p.1);
    let integer = INTEGER.iter().find(|p| p.0 == name).map(|p| p.2);
    Some(match name {
        "assert" => "`assert(condition)`".into(),
        "assert_close" => "`assert_close(a, b)`, or `assert_close(a, b, 1e-6)` with a tolerance".into(),
        "plot.line" | "plot.scatter" => {
            format!("`{name}(y, \"plot.svg\")` or `{name}(x, y, \"plot.svg\")`")
        }
        "plot.bars" | "plot.heat" => format!("`{name}(x, \"plot.svg\")`"),
        "data.npy" => "`data.npy(\"file.npy\")`".into(),
        "data.csv" => "`data.csv(\"file.csv\", target: \"column\")`".into(),
        "save" => "`save(x, \"file.npy\")`".into(),
        "where" => "`where(mask, a, b)`".into(),
        "solve" | "solve_lower" | "solve_upper" | "dot" | "div" | "mod" => format!("`{name}(a, b)`"),
        "cholesky" => "`let l = cholesky(a)`".into(),
        "qr" => "`let (q, r) = qr(a)`".into(),
        "eigh" => "`let (values, vectors) = eigh(a)`".into(),
        "svd" => "`let (u, s, v) = svd(a)`".into(),
        "det" | "logdet" | "inverse" => format!("`{name}(a)`"),
        "spectral" => "`spectral(|x| exp(x), a)`".into(),
        "assignment" => "`assignment(gain)`".into(),
        "norm" | "conj" | "imag" | "angle" | "fft" | "ifft" | "fft2" | "ifft2" => format!("`{name}(x)`"),
        "complex" => "`complex(re, im)`".into(),
        "require" => "`require(condition, \"why\")`".into(),
        "reshape" => "`reshape(x, (m, n))`".into(),
        "flatten" => "`flatten(x)`".into(),
        "concat" => "`concat(a, b)`".into(),
        "trace" => "`trace(\"label\", x)`".into(),
        "scan" => "`scan(|state, x| (state, output), start, xs)`".into(),
        "key" => "`key(0)`".into(),
        "fold_in" => "`fold_in(key, i)`".into(),
        "normal" => {
            "`normal(key)` or `normal(key, mean, deviation)`, with `shape: (m, n)` if nothing asks".into()
        }
        "uniform" => {
            "`uniform(key)` or `uniform(key, low, high)`, with `shape: (m, n)` if nothing asks".into()
        }
        "bernoulli" => "`bernoulli(key, p)`, with `shape: (m, n)` if nothing asks".into(),
        _ => match count(POINTWISE).or(integer)? {
            1 => format!("`{name}(x)`"),
            _ => format!("`{name}(x, y)`"),
        },
    })
}

/// Whether the compiler itself provides all of a module.
pub(crate) fn is_module(name: &str) -> bool {
    matches!(name, "data" | "plot" | "math")
}

/// A member of a module that the compiler itself provides.
pub(crate) fn module_member(module: &str, name: &str) -> Option<Value> {
    let script = |n| Some(Value::function(FnVal::Builtin(Builtin::Script(n))));
    match (module, name) {
        ("math", n) => global(n),
        ("data", "csv") => script("data.csv"),
        ("data", "npy") => script("data.npy"),
        ("plot", "line") => script("plot.line"),
        ("plot", "scatter") => script("plot.scatter"),
        ("plot", "bars") => script("plot.bars"),
        ("plot", "heat") => script("plot.heat"),
        _ => None,
    }
}

/// A member that may be called as a method of a value.
pub(crate) fn module_method(module: &str, name: &str) -> Option<Value> {
    if module == "math" { None } else { module_member(module, name) }
}

/// The names of a module that the compiler itself provides.
pub(crate) fn module_names(module: &str) -> impl Iterator<Item = &'static str> {
    let own: &[&str] = match module {
        "data" => &["csv", "npy"],
        "plot" => &["line", "scatter", "bars", "heat"],
        _ => &[],
    };
    own.iter().copied()
}

impl Checker<'_> {
    /// A builtin applied to arguments.
    pub(crate) fn call_builtin(
        &mut self,
        b: Builtin,
        args: Vec<ArgValue>,
        span: Span,
        want: Option<&Ty>,
    ) -> Value {
        if args.iter().any(|a| a.value.is_poison()) {
            return Value::Poison;
        }
        match b {
            Builtin::Derive(how) => return self.derived(how, &args, None, span),
            Builtin::Uniform | Builtin::Normal | Builtin::Bernoulli | Builtin::Script(_) => {}
            _ => {
                if let Some(n) = args.iter().find_map(|a| a.name.as_ref()) {
                    return self.fail(errors::unknown_argument(n.span, &n.text, Vec::new()));
                }
            }
        }
        match (b, args.as_slice()) {
            (Builtin::Fold(kind), [x]) => self.fold_all(kind, x, span),
            (Builtin::Fold(kind @ (FoldKind::Max | FoldKind::Min)), [x, y]) => {
                self.extreme(kind, x, y, span, want)
            }
            (Builtin::Pointwise(name, n), args) if args.len() == n as usize => {
                self.float_pointwise(name, args, span, want)
            }
            (Builtin::Integer(name, n), args) if args.len() == n as usize => {
                self.int_pointwise(name, args, span)
            }
            (Builtin::Cast(c), [x]) => self.cast(c, x, span),
            (Builtin::Complex(f), args) => self.complex_function(f, args, span, want),
            (Builtin::Fourier(axes, back), [z]) => self.fourier(axes, back, z, span),
            (Builtin::Require, [c, why]) => self.require(c, why, span),
            (Builtin::Reshape, [x, shape]) => self.reshape(x, Some(shape), span),
            (Builtin::Flatten, [x]) => self.reshape(x, None, span),
            (Builtin::Concat, [_, ..]) => self.concat(&args, span),
            (Builtin::Trace, [label, x]) => self.trace(label, x, span),
            (Builtin::Times, [s, x]) => {
                let mul = dslc_syntax::ast::BinOp::Mul;
                let y = self.binary(mul, span, (&s.value, span), (&x.value, span), span, None);
                Value::tuple(vec![y, Value::unit()])
            }
            (Builtin::Where, [c, a, b]) => self.where_(c, a, b, span, want),
            (Builtin::Dot, [a, b]) => self.dot(a, b, span),
            (Builtin::Norm, [a]) => self.norm(a, span),
            (Builtin::Get, [x, at @ .., fill]) if !at.is_empty() => self.get(x, at, fill, span),
            (Builtin::Each, [f, rest @ ..]) => self.each(f, rest, span),
            (Builtin::Scan, [f, s, xs]) => self.scan(&f.value, &s.value, &xs.value, span),
            (Builtin::System(routine), [a, b]) => self.solve(routine, a, b, span),
            (Builtin::Captured, [f, at @ ..]) => {
                let at = at.iter().map(|a| a.value.clone()).collect();
                self.captured(&f.value, at, span)
            }
            (Builtin::Spectral, [f, a]) => self.spectral(f, a, span),
            (Builtin::Inverse, [a]) => self.inverse(a, span),
            (Builtin::Matrix(routine), [a]) => self.matrix_routine(routine, a, span),
            (Builtin::ArgSort, [x]) => self.argsort(x, span),
            (Builtin::Permutation, [k, n]) => self.permutation(k, n, span),
            (Builtin::Key, [seed]) => self.key(seed),
            (Builtin::Split, [k]) => self.split_key(k, span),
            (Builtin::Split, [x, share, k]) => self.split_rows(x, share, k, span),
            (Builtin::FoldIn, [k, i]) => self.fold_in_call(k, i, span),
            (Builtin::Normal | Builtin::Uniform | Builtin::Bernoulli, [k, ..]) => {
                self.draw_call(b, k, &args, span)
            }
            (Builtin::Glorot, [k]) => match self.key_argument(k) {
                Some(key) => Value::Maker(Rc::new(Maker::Glorot { key })),
                None => Value::Poison,
            },
            (Builtin::Columns, [x]) => self.matrix(x, span),
            (Builtin::Repeat, [k, f]) => match k.value.as_static().and_then(Dim::as_const) {
                Some(n) if n >= 1 => Value::function(FnVal::Model(Model::Repeat(n, f.value.clone()))),
                _ => self.fail(errors::size_not_static(k.span, "a count of repetitions")),
            },
            (Builtin::Step, [s, p]) => {
                let Some(f) = self.repeated.last().cloned() else { return Value::Poison };
                // A plain function has no parameters; there `p` counts the rounds.
                let p = if self.is_model(&f) { p.value.clone() } else { Value::unit() };
                let y = self.apply(&f, &p, std::slice::from_ref(&s.value), span);
                Value::tuple(vec![y, Value::unit()])
            }
            (Builtin::Static(name), args) => self.static_function(name, args, span),
            (Builtin::Script(name), _) => self.script_call(name, &args, span, want),
            (b, args) => self.fail(errors::builtin_arity(span, &builtin_name(b), args.len())),
        }
    }
}

/// How a builtin is called in messages.
pub(crate) fn builtin_name(b: Builtin) -> String {
    match b {
        Builtin::Fold(k) => k.name().into(),
        Builtin::Pointwise(n, _) | Builtin::Integer(n, _) | Builtin::Static(n) | Builtin::Script(n) => {
            n.into()
        }
        other => OTHERS.iter().find(|o| o.1 == other).map_or("the function", |o| o.0).into(),
    }
}
