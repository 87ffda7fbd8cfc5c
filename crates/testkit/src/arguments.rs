//! Arguments for a function, tame or with special values.

use dslc_ir::{Bits, Function, Scalar};
use dslc_runtime::value::Value;

use crate::Random;

/// A value for each parameter.
pub fn arguments(random: &mut Random, func: &Function) -> Vec<Value> {
    (0..func.params.len())
        .map(|k| {
            let shape = func.param_shape(k);
            let extents: Vec<u64> = shape.extents.iter().map(|e| e.known().expect("static")).collect();
            let n: u64 = extents.iter().product();
            let tame = random.one_in(2);
            let elements: Vec<u64> = (0..n).map(|_| element(random, shape.scalar, tame)).collect();
            Value::from_bits(shape.scalar, extents, &elements)
        })
        .collect()
}

fn element(random: &mut Random, scalar: Scalar, tame: bool) -> u64 {
    match scalar {
        Scalar::F64 | Scalar::F32 if tame => {
            let x = random.below(4001) as f64 / 1000.0 - 2.0;
            Bits::number(scalar, x).bits
        }
        Scalar::F64 | Scalar::F32 => {
            let x =
                random.pick(&[0.0, -0.0, 1.0, -1.5, 2.25, f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1e308]);
            Bits::number(scalar, x).bits
        }
        Scalar::I64 if tame => random.below(2) as u64,
        Scalar::I64 => random.pick(&[0i64, 1, 2, 1, 0, 3, -1, -2, 7, 12, 1 << 20, i64::MAX]) as u64,
        Scalar::Bool | Scalar::Z2 => random.below(2) as u64,
        Scalar::Key => random.bits(),
    }
}
