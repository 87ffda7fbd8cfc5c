//! What is known of every element of a value, whatever the arguments: signs and infinities.

use dslc_base::IndexVec;
use dslc_ir::{Bits, Extent, Function, Monoid, Node, NodeId, Op, Scalar};

use super::rows::Guard;

/// Each is true only if it holds of every element. NaN is none of what they exclude.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Facts {
    /// No element has a negative sign, not even a zero.
    pub positive: bool,
    /// No element is `+inf`.
    pub below: bool,
    /// No element is `-inf`.
    pub above: bool,
    /// No element is a zero.
    pub nonzero: bool,
}

impl Facts {
    /// Nothing is known.
    pub const NONE: Facts = Facts { positive: false, below: false, above: false, nonzero: false };

    /// What holds of one number.
    pub fn of(bits: Bits) -> Self {
        if !bits.scalar.is_float() {
            return Facts {
                positive: bits.as_i64().is_some_and(|x| x >= 0),
                below: true,
                above: true,
                nonzero: false,
            };
        }
        let x = bits.as_f64();
        Facts {
            positive: x.is_nan() || x.is_sign_positive(),
            below: x != f64::INFINITY,
            above: x != f64::NEG_INFINITY,
            nonzero: x != 0.0,
        }
    }
    /// What holds of both.
    pub fn both(self, other: Self) -> Self {
        Facts {
            positive: self.positive && other.positive,
            below: self.below && other.below,
            above: self.above && other.above,
            nonzero: self.nonzero && other.nonzero,
        }
    }
    /// What holds if each holds of the same value.
    pub fn joined(self, other: Self) -> Self {
        Facts {
            positive: self.positive || other.positive,
            below: self.below || other.below,
            above: self.above || other.above,
            nonzero: self.nonzero || other.nonzero,
        }
    }
    /// Whether a factor may move across a fold.
    pub fn may_move(self, guard: Guard) -> bool {
        match guard {
            Guard::Free => true,
            Guard::BelowInfinity => self.below,
            Guard::AboveInfinity => self.above,
            Guard::SmallPositive => self.positive && self.below,
            Guard::LargePositive => self.positive && self.nonzero,
            Guard::Never => false,
        }
    }
    /// Whether the row's laws hold of what stays inside the fold.
    pub fn may_stay(self, guard: Guard) -> bool {
        match guard {
            Guard::SmallPositive | Guard::LargePositive => self.positive,
            Guard::Free | Guard::BelowInfinity | Guard::AboveInfinity => true,
            Guard::Never => false,
        }
    }
}

/// The facts of every node with one result.
pub fn facts(func: &Function) -> IndexVec<NodeId, Facts> {
    let mut found = IndexVec::new();
    for node in func.nodes.iter() {
        let fact = of_node(func, node, &found);
        found.push(fact);
    }
    found
}

fn of_node(func: &Function, node: &Node, known: &IndexVec<NodeId, Facts>) -> Facts {
    let arg = |k: usize| known[node.args[k]];
    let all =
        |from: usize| node.args[from..].iter().map(|&a| known[a]).reduce(Facts::both).unwrap_or_default();
    match &node.op {
        Op::Const(bits) => Facts::of(*bits),
        Op::Dense(d) => {
            let of = |&bits: &u64| Facts::of(Bits { scalar: d.scalar, bits });
            d.elements.iter().map(of).reduce(Facts::both).unwrap_or_default()
        }
        Op::Iota(_) => Facts { positive: true, below: true, above: true, nonzero: false },
        Op::Map(prim) => match prim.0.name {
            "select" => all(1),
            "max" | "min" => all(0),
            "abs" => Facts { positive: true, below: arg(0).below && arg(0).above, ..arg(0) },
            "mul" | "add" if node.ty().scalar.is_float() => {
                Facts { positive: arg(0).positive && arg(1).positive, ..Facts::NONE }
            }
            "tanh" | "sin" | "cos" | "erf" | "sign" => Facts { below: true, above: true, ..Facts::NONE },
            "sigmoid" => Facts { positive: true, below: true, above: true, nonzero: false },
            "exp" | "exp2" | "cosh" => Facts { positive: true, above: true, ..Facts::NONE },
            "bool_to_f64" | "bool_to_f32" => {
                Facts { positive: true, below: true, above: true, nonzero: false }
            }
            "i64_to_f64" | "i64_to_f32" => Facts { below: true, above: true, ..Facts::NONE },
            _ => Facts::NONE,
        },
        Op::Fold { monoid, axes } => {
            let some = axes.iter().all(|&a| matches!(func.axes[a], Extent::Static(n) if n > 0));
            match monoid {
                Monoid::Max | Monoid::MaxPlus | Monoid::Min | Monoid::MinPlus if some => arg(0),
                Monoid::Sum if some => Facts { positive: arg(0).positive, ..Facts::NONE },
                _ => Facts::NONE,
            }
        }
        Op::Read { fill: false, .. } => arg(0),
        Op::Read { fill: true, .. } => node.args.last().map_or(Facts::NONE, |&f| arg(0).both(known[f])),
        Op::Stack { .. } => all(0),
        _ if node.types.iter().all(|t| t.scalar != Scalar::F64 && t.scalar != Scalar::F32) => {
            Facts { below: true, above: true, ..Facts::NONE }
        }
        _ => Facts::NONE,
    }
}
