//! What a scalar primitive must say of itself: one record, all columns mandatory.

use std::collections::HashMap;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::{Arc, OnceLock, RwLock};

use crate::builder::Builder;
use crate::function::NodeId;
use crate::interval::Enclosure;
use crate::mach::{Kit, Lane, Recipe, V};
use crate::scalar::{Bits, Scalar};

/// A scalar primitive. See `docs/adding-an-operator.md`.
#[derive(Debug)]
pub struct Prim {
    /// The name in printed IR, and in the language unless a doc says otherwise.
    pub name: &'static str,
    /// One sentence for the generated operator page.
    pub doc: &'static str,
    /// Which scalar types go in and come out.
    pub sig: Sig,
    /// For each argument: the range in which the table tests sample (edges are added).
    pub domain: &'static [(f64, f64)],
    /// The one body, recorded for each scalar type that `sig` admits.
    pub define: fn(&mut Kit, &[V]) -> V,
    /// The independent column.
    pub truth: Truth,
    /// The derivative.
    pub deriv: Deriv,
    /// Between which ends the value stands on a box.
    pub interval: Enclosure,
    /// Equalities, `tag: (lhs) == (rhs)` as s-expressions over variables `x y z`.
    pub laws: &'static [&'static str],
}

/// The scalar types of a primitive.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Sig {
    /// This many arguments of one float type; the result has it too.
    Float(u8),
    /// This many arguments of one type, `f64 f32 i64`; the result has it too.
    Number(u8),
    /// The same, `z2` too: what a ring has.
    Ring(u8),
    /// This many `i64`; the result is `i64`.
    Int(u8),
    /// This many bools; the result is a bool.
    Bool(u8),
    /// Two arguments of one type, any; the result is a bool.
    Equality,
    /// Two arguments of one type, `f64 f32 i64`; the result is a bool.
    Order,
    /// One float; the result is a bool.
    FloatTest,
    /// A bool and two of one type, any; the result has it.
    Select,
    /// One argument of the first type; the result has the second.
    Cast(Scalar, Scalar),
    /// A key and an `i64`; the result has this type.
    Draw(Scalar),
}

impl Sig {
    /// How many arguments.
    pub const fn arity(self) -> usize {
        match self {
            Sig::Float(n) | Sig::Number(n) | Sig::Ring(n) | Sig::Int(n) | Sig::Bool(n) => n as usize,
            Sig::Equality | Sig::Order | Sig::Draw(_) => 2,
            Sig::FloatTest | Sig::Cast(..) => 1,
            Sig::Select => 3,
        }
    }
    /// The result's type for these arguments; `None` if they do not fit.
    pub fn result(self, args: &[Scalar]) -> Option<Scalar> {
        if args.len() != self.arity() {
            return None;
        }
        let first = args[0];
        let same = args.iter().all(|&a| a == first);
        let number = matches!(first, Scalar::F64 | Scalar::F32 | Scalar::I64);
        match self {
            Sig::Float(_) => (same && first.is_float()).then_some(first),
            Sig::Number(_) => (same && number).then_some(first),
            Sig::Ring(_) => (same && (number || first == Scalar::Z2)).then_some(first),
            Sig::Int(_) => (same && first == Scalar::I64).then_some(first),
            Sig::Bool(_) => (same && first == Scalar::Bool).then_some(first),
            Sig::Equality => same.then_some(Scalar::Bool),
            Sig::Order => (same && number).then_some(Scalar::Bool),
            Sig::FloatTest => first.is_float().then_some(Scalar::Bool),
            Sig::Select => (first == Scalar::Bool && args[1] == args[2]).then_some(args[1]),
            Sig::Cast(from, to) => (first == from).then_some(to),
            Sig::Draw(to) => (first == Scalar::Key && args[1] == Scalar::I64).then_some(to),
        }
    }
    /// Every list of argument types that fits.
    pub fn instances(self) -> Vec<Vec<Scalar>> {
        let n = self.arity();
        let over = |types: &[Scalar]| types.iter().map(|&s| vec![s; n]).collect::<Vec<_>>();
        match self {
            Sig::Float(_) | Sig::FloatTest => over(&[Scalar::F64, Scalar::F32]),
            Sig::Number(_) | Sig::Order => over(&[Scalar::F64, Scalar::F32, Scalar::I64]),
            Sig::Ring(_) => over(&[Scalar::F64, Scalar::F32, Scalar::I64, Scalar::Z2]),
            Sig::Int(_) => over(&[Scalar::I64]),
            Sig::Bool(_) => over(&[Scalar::Bool]),
            Sig::Equality => over(&Scalar::ALL),
            Sig::Select => Scalar::ALL.iter().map(|&s| vec![Scalar::Bool, s, s]).collect(),
            Sig::Cast(from, _) => vec![vec![from]],
            Sig::Draw(_) => vec![vec![Scalar::Key, Scalar::I64]],
        }
    }
}

/// The independent column: what the primitive should give, by means that are not ours.
#[derive(Clone, Copy, Debug)]
pub enum Truth {
    /// Equal bits (any NaN equals any NaN), for every scalar type.
    Exact(fn(&[Bits]) -> Bits),
    /// For floats: the correctly rounded or high-precision value at 64-bit arguments, and by how many units in
    /// the last place the result may differ, in `f64` and in `f32`.
    Ulp(fn(&[f64]) -> f64, f64, f64),
    /// The same at bits, for a value that depends on the type or arguments that are not floats: by how many units in
    /// the last place of its type the result may differ.
    Near(fn(&[Bits]) -> f64, f64),
    /// Like `Ulp`, but in units of the larger of the result and 1: for a result that is small where large parts cancel.
    Within(fn(&[f64]) -> f64, f64, f64),
}

/// The derivative column.
#[derive(Clone, Copy, Debug)]
pub enum Deriv {
    /// The result has no tangent, or its derivative is zero everywhere.
    Zero,
    /// There is none; the compile error says why.
    Undefined(&'static str),
    /// The partial derivative for each argument, built from the arguments and the result.
    Partials {
        /// Builds them.
        build: fn(&mut Builder, &[NodeId], NodeId) -> Vec<NodeId>,
        /// Whether a partial can be infinite or NaN at a finite point; then a zero cotangent or tangent
        /// contributes zero.
        singular: bool,
    },
    /// The partial of one argument, which jumps where the argument is `at`.
    Kinked {
        /// Builds it.
        build: fn(&mut Builder, &[NodeId], NodeId) -> NodeId,
        /// Where it jumps.
        at: f64,
    },
    /// The result *is* one of two arguments: the builder gives a bool that says whether it is the first of the
    /// two. The cotangent goes to the one that was taken, by selection, not by multiplication.
    Choice {
        /// Builds the bool.
        build: fn(&mut Builder, &[NodeId]) -> NodeId,
        /// The positions of the two arguments.
        between: (usize, usize),
    },
}

/// A primitive of the table. Equality and hash are by name.
#[derive(Clone, Copy)]
pub struct PrimRef(pub &'static Prim);

impl PrimRef {
    /// The recipe for these argument types; recorded once per process and shared.
    pub fn recipe(self, args: &[Scalar]) -> Arc<Recipe> {
        type Table = RwLock<HashMap<(&'static str, Vec<Scalar>), Arc<Recipe>>>;
        static TABLE: OnceLock<Table> = OnceLock::new();
        let table = TABLE.get_or_init(Table::default);
        let key = (self.0.name, args.to_vec());
        if let Ok(map) = table.read()
            && let Some(found) = map.get(&key)
        {
            return found.clone();
        }
        let lanes: Vec<Lane> = args.iter().map(|&s| lane(s)).collect();
        let recipe = Arc::new(Kit::record(&lanes, self.0.define));
        if let Ok(mut map) = table.write() {
            map.insert(key, recipe.clone());
        }
        recipe
    }
}

/// The lane type that holds a scalar.
pub const fn lane(scalar: Scalar) -> Lane {
    match scalar {
        Scalar::F64 => Lane::F64,
        Scalar::F32 => Lane::F32,
        Scalar::I64 | Scalar::Key => Lane::I64,
        Scalar::Bool | Scalar::Z2 => Lane::Bool,
    }
}

impl PartialEq for PrimRef {
    fn eq(&self, other: &Self) -> bool {
        self.0.name == other.0.name
    }
}
impl Eq for PrimRef {}
impl Hash for PrimRef {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.name.hash(state);
    }
}
impl fmt::Debug for PrimRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.name)
    }
}
