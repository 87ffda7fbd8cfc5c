//! Arguments to test at: seeded random ones and the edges of each scalar type.

use dslc_ir::{Bits, Prim, Scalar};

/// Vigna's SplitMix64: a generator for tests that owes nothing to the one under test.
pub(crate) struct Seeded(u64);

impl Seeded {
    pub(crate) fn new(name: &str) -> Self {
        Self(name.bytes().fold(0xDA7A, |h, b| h.wrapping_mul(31).wrapping_add(u64::from(b))))
    }
    pub(crate) fn word(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
    /// From 0 to 1.
    pub(crate) fn unit(&mut self) -> f64 {
        (self.word() >> 11) as f64 / 2f64.powi(53)
    }
    pub(crate) fn between(&mut self, (lo, hi): (f64, f64)) -> f64 {
        lo + (hi - lo) * self.unit()
    }
    /// A number of the type in the range.
    pub(crate) fn number(&mut self, scalar: Scalar, range: (f64, f64)) -> Bits {
        let x = self.between(range);
        Bits::number(scalar, if matches!(scalar, Scalar::Bool | Scalar::Z2) { x.round() } else { x })
    }
    /// Any bits of the type: for floats, all exponents are equally likely.
    pub(crate) fn anything(&mut self, scalar: Scalar) -> Bits {
        let bits = match scalar {
            Scalar::F32 => self.word() >> 32,
            Scalar::Bool | Scalar::Z2 => self.word() >> 63,
            // Small and large integers.
            Scalar::I64 => ((self.word() as i64) >> (self.word() & 63)) as u64,
            Scalar::F64 | Scalar::Key => self.word(),
        };
        Bits { scalar, bits }
    }
}

/// Signed zeros, subnormals, infinities, NaN, ties, powers of two and their neighbours, huge numbers,
/// multiples of `pi`.
pub(crate) fn edges(scalar: Scalar) -> Vec<Bits> {
    match scalar {
        Scalar::Bool => vec![Bits::bool(false), Bits::bool(true)],
        Scalar::Z2 => vec![Bits::z2(false), Bits::z2(true)],
        Scalar::Key => [0, 1, u64::MAX, 1 << 63].map(Bits::key).to_vec(),
        Scalar::I64 => {
            let near = [-3, -2, -1, 0, 1, 2, 3, 7, 62, 63, 64, 65, 1 << 53, (1 << 53) + 1, -(1 << 53) - 1];
            near.into_iter().chain([i64::MIN, i64::MIN + 1, i64::MAX, i64::MAX - 1]).map(Bits::i64).collect()
        }
        Scalar::F64 => sizes(f64::MIN_POSITIVE, f64::MAX, 5e-324)
            .into_iter()
            .flat_map(|x| [x.next_down(), x, x.next_up()])
            .flat_map(|x| [x, -x])
            .map(Bits::f64)
            .collect(),
        Scalar::F32 => sizes(f64::from(f32::MIN_POSITIVE), f64::from(f32::MAX), 1.5e-45)
            .into_iter()
            .map(|x| x as f32)
            .flat_map(|x| [x.next_down(), x, x.next_up()])
            .flat_map(|x| [x, -x])
            .map(Bits::f32)
            .collect(),
    }
}

fn sizes(least_normal: f64, most: f64, least: f64) -> Vec<f64> {
    let mut x = vec![0.0, least, least_normal, most, f64::INFINITY, f64::NAN, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0];
    x.extend([4.0, 6.0, 10.0, 16.0, 0.25, 1e-5, 1e-10, 1e-20, 1e5, 1e10, 1e15, 1e22, 9.223372036854775e18]);
    x.extend([std::f64::consts::LN_2, std::f64::consts::SQRT_2, std::f64::consts::FRAC_1_SQRT_2, 22.0, 40.0]);
    x.extend((1..8).map(|k| f64::from(k) * std::f64::consts::FRAC_PI_4));
    // Where exponentials leave the range.
    x.extend([
        88.7, 89.0, 103.97, 104.5, 127.0, 128.0, 149.0, 150.0, 709.78, 710.475, 745.13, 746.0, 1024.0, 1074.0,
    ]);
    x
}

/// Arguments of a primitive: every combination of edges (of some, if there are very many), then `count`
/// random ones, half of them in the domain, a quarter in one ten thousand times as wide, and a quarter
/// anything.
pub(crate) fn arguments(prim: &Prim, types: &[Scalar], count: usize) -> Vec<Vec<Bits>> {
    let mut lists: Vec<Vec<Bits>> = vec![vec![]];
    for &scalar in types {
        let edges = edges(scalar);
        lists = lists
            .into_iter()
            .flat_map(|list| edges.iter().map(move |&e| [list.clone(), vec![e]].concat()))
            .collect();
    }
    let mut seeded = Seeded::new(prim.name);
    for k in 0..count {
        let list = types.iter().zip(prim.domain).map(|(&scalar, &range)| match k % 4 {
            0 => seeded.anything(scalar),
            1 if scalar.is_float() => seeded.number(scalar, (range.0 * 1e4, range.1 * 1e4)),
            _ => seeded.number(scalar, range),
        });
        lists.push(list.collect());
    }
    lists
}
