//! Every primitive, in vector loops where it has one.

mod support;

use dslc_ir::{Builder, Extent, Output, Scalar, prims};
use dslc_runtime::value::Value;
use support::{check, loops, single};

/// Primitives of floats that stay scalar loops: they need operations that vectors do not have.
const SCALAR: &[&str] = &["pow [F32, F32]", "f64_to_f32 [F64]", "f32_to_f64 [F32]"];

fn argument(scalar: Scalar, range: (f64, f64), n: usize) -> Value {
    let at = |k: usize| range.0 + (range.1 - range.0) * (k as f64 + 0.37) / n as f64;
    let elements: Vec<u64> = (0..n)
        .map(|k| match scalar {
            Scalar::Bool => (k % 3 == 0) as u64,
            Scalar::Key => k as u64 * 77,
            _ => dslc_ir::Bits::number(scalar, at((k * 17) % n)).bits,
        })
        .collect();
    Value::from_bits(scalar, vec![n as u64], &elements)
}

#[test]
fn every_primitive_gives_the_same_bits_in_loops() {
    let mut scalar_loops = Vec::new();
    for prim in prims::ALL {
        for scalars in prim.sig.instances() {
            let mut b = Builder::new(prim.name);
            let i = b.axis(Extent::Static(43));
            let args: Vec<_> = scalars.iter().map(|&s| b.param(s, vec![i])).collect();
            let y = b.map(prim, &args);
            let (m, f) = single(b.finish(vec![Output { node: y, axes: vec![i] }]));
            let values: Vec<Value> = scalars
                .iter()
                .enumerate()
                .map(|(k, &s)| argument(s, prim.domain.get(k).copied().unwrap_or((0.0, 4.0)), 43))
                .collect();
            let p = check(&m, f, &values);
            let wide = loops(&p.body).iter().any(|l| l.step > 1);
            let floats = scalars.iter().all(|s| s.is_float()) && m.funcs[f].ty(y).scalar.is_float();
            if floats && !wide && scalars.iter().all(|s| *s == scalars[0]) {
                scalar_loops.push(format!("{} {:?}", prim.name, scalars));
            }
        }
    }
    scalar_loops.retain(|name| !SCALAR.contains(&name.as_str()));
    assert!(scalar_loops.is_empty(), "without vectors: {scalar_loops:?}");
}
