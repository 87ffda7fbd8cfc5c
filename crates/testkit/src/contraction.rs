//! Random bodies of the operations of one semiring, which the rewriting of contractions looks into.

use dslc_ir::prims::{
    elementary::{exponential::EXP, logistic::TANH},
    round::ABS,
};
use dslc_ir::{AxisId, Bits, Builder, Extent, FuncId, Module, Monoid, NodeId, Output, Prim, Scalar};
use dslc_runtime::value::Value;

use crate::Random;

/// A semiring: its addition folds, its multiplication is a primitive.
#[derive(Clone, Copy, Debug)]
pub struct Semiring {
    /// The addition.
    pub add: Monoid,
    /// The multiplication.
    pub mul: &'static Prim,
}

impl Semiring {
    /// Whether it is the ring of numbers, which has differences.
    fn is_ring(&self) -> bool {
        self.add == Monoid::Sum && self.mul.name == "mul"
    }
}

/// A function of sums, products, folds and renamed reads, over axes of one of the extents.
pub fn body(random: &mut Random, semiring: &Semiring, scalar: Scalar, extents: &[u64]) -> Module {
    let mut b = Builder::new("entry");
    let extent = random.pick(extents);
    let axes: Vec<AxisId> = (0..3).map(|_| b.axis(Extent::Static(extent))).collect();
    let mut pool = leaves(random, &mut b, &axes, scalar);
    for _ in 0..4 + random.below(6) {
        // Late nodes are taken more often, so that bodies get deep.
        let late = |random: &mut Random, n: usize| n - 1 - random.below(n).min(random.below(n));
        let (x, y) = (pool[late(random, pool.len())], pool[late(random, pool.len())]);
        let own = b.ty(x).axes.to_vec();
        let node = match random.below(8) {
            0..=2 => b.map(semiring.mul, &[x, y]),
            3 => b.map(semiring.add.combine().0, &[x, y]),
            4 if semiring.is_ring() => b.sub(x, y),
            5 if !own.is_empty() => b.rename(x, &[(random.pick(&own), random.pick(&axes))]),
            _ if !own.is_empty() => {
                let over: Vec<AxisId> = own.iter().copied().filter(|_| random.one_in(2)).collect();
                b.fold(semiring.add, x, &over)
            }
            _ => b.map(semiring.mul, &[x, y]),
        };
        pool.push(node);
    }
    let outputs =
        pool.iter().rev().take(2).map(|&node| Output { node, axes: b.ty(node).axes.to_vec() }).collect();
    let mut m = Module::default();
    m.funcs.push(b.finish(outputs));
    m
}

/// Parameters, and values of which something is known: finite, positive, never -inf.
fn leaves(random: &mut Random, b: &mut Builder, axes: &[AxisId], scalar: Scalar) -> Vec<NodeId> {
    let mut pool = Vec::new();
    for _ in 0..3 {
        let chosen: Vec<AxisId> = axes.iter().copied().filter(|_| !random.one_in(3)).collect();
        let node = b.param(scalar, chosen);
        pool.push(node);
        if scalar.is_float() && random.one_in(2) {
            let tame = b.map(&TANH, &[node]);
            let large = b.map(&EXP, &[node]);
            pool.push(match random.below(3) {
                0 => b.map(&ABS, &[tame]),
                1 => tame,
                _ => large,
            });
        }
    }
    pool
}

/// Arguments of the first function: numbers that round, overflow and cancel, and, if wanted, the special ones.
pub fn arguments(random: &mut Random, m: &Module, special: bool) -> Vec<Value> {
    let f = &m.funcs[FuncId(0)];
    let element = |random: &mut Random, scalar: Scalar| match scalar {
        Scalar::Bool => random.below(2) as u64,
        Scalar::I64 => Bits::i64(random.below(7) as i64 - 3).bits,
        _ if special && random.one_in(2) => {
            let x =
                random.pick(&[0.0, -0.0, f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1e308, 1e-308, 1e16]);
            Bits::number(scalar, x).bits
        }
        _ => Bits::number(scalar, (random.below(2001) as f64 - 1000.0) / 7.0).bits,
    };
    (0..f.params.len())
        .map(|k| {
            let shape = f.param_shape(k);
            let extents: Vec<u64> = shape.extents.iter().filter_map(|e| e.known()).collect();
            let n: u64 = extents.iter().product();
            let bits: Vec<u64> = (0..n).map(|_| element(random, shape.scalar)).collect();
            Value::from_bits(shape.scalar, extents, &bits)
        })
        .collect()
}

/// The same body with every difference a sum: at the magnitudes of its arguments it is the sum of the magnitudes of
/// its terms, which an error of rounding is measured by.
pub fn magnitudes(m: &Module) -> Module {
    let text = dslc_ir::print::module(m).replace("map sub", "map add").replace("map neg", "map abs");
    dslc_ir::parse::module(&text).expect("printed IR")
}
