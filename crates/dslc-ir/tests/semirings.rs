//! The axioms of each row of the table of semirings, at special values and at random.
//!
//! Laws of natural numbers, bits and truth values hold bit for bit. Over floats a law is tested bit for bit where it
//! holds so: units, the zero of the selective ones, commutativity, idempotence. The rest is tested on small whole
//! numbers, where addition does not round, and for logarithms within rounding.

use dslc_ir::{Bits, Monoid, PrimRef, Scalar, Semiring, interpret};

/// The scalar types that a row is over.
fn scalars(ring: &Semiring) -> &'static [Scalar] {
    match ring.name {
        "real" => &[Scalar::F64, Scalar::F32, Scalar::I64],
        "bool" => &[Scalar::Bool],
        "count" => &[Scalar::I64],
        "z2" => &[Scalar::Z2],
        _ => &[Scalar::F64, Scalar::F32],
    }
}

/// Elements: the special ones of the row, then whole numbers from a generator of the text books.
fn elements(ring: &Semiring, scalar: Scalar) -> Vec<Bits> {
    let infinite = |x: f64| Bits::number(scalar, x);
    let mut out = match (ring.name, scalar) {
        ("bool", _) => return vec![Bits::bool(false), Bits::bool(true)],
        ("z2", _) => return vec![Bits::z2(false), Bits::z2(true)],
        ("count", _) => {
            [0, 1, 2, 3, 1 << 31, 3_037_000_500, i64::MAX / 2, i64::MAX - 1, i64::MAX].map(Bits::i64).to_vec()
        }
        ("maxplus" | "logsum", _) => vec![infinite(f64::NEG_INFINITY), infinite(0.0), infinite(-700.0)],
        ("minplus", _) => vec![infinite(f64::INFINITY), infinite(0.0), infinite(1e6)],
        (_, Scalar::I64) => [0, 1, -1, 1 << 20].map(Bits::i64).to_vec(),
        _ => vec![infinite(0.0), infinite(1.0), infinite(-2.0)],
    };
    let mut state = 12345_u64;
    out.extend((0..12).map(|_| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let whole = (state >> 33) % 41;
        Bits::number(scalar, if ring.name == "count" { whole as f64 } else { whole as f64 - 20.0 })
    }));
    out
}

fn apply(prim: PrimRef, x: Bits, y: Bits) -> Bits {
    let recipe = prim.recipe(&[x.scalar, y.scalar]);
    let (bits, trap) = interpret::interpret(&recipe, &[x.bits, y.bits]);
    assert_eq!(trap, None, "{} of {x:?} and {y:?}", prim.0.name);
    Bits { scalar: x.scalar, bits }
}

struct Ring<'a> {
    row: &'a Semiring,
    scalar: Scalar,
}

impl Ring<'_> {
    fn add(&self, x: Bits, y: Bits) -> Bits {
        apply(self.row.add.combine(), x, y)
    }
    fn mul(&self, x: Bits, y: Bits) -> Bits {
        apply(self.row.mul, x, y)
    }
    fn zero(&self) -> Bits {
        self.row.add.unit(self.scalar)
    }
    fn one(&self) -> Bits {
        Bits::number(self.scalar, self.row.one)
    }
    /// Equal numbers; over logarithms, which round, close ones.
    fn same(&self, x: Bits, y: Bits) -> bool {
        let (a, b) = (x.as_f64(), y.as_f64());
        let unit = if self.scalar == Scalar::F32 { 1e-5 } else { 1e-13 };
        x == y
            || self.scalar.is_float() && a == b
            || self.row.name == "logsum" && (a - b).abs() <= unit * a.abs().max(b.abs()).max(1.0)
    }
}

#[test]
fn every_row_is_a_semiring() {
    for row in &Semiring::ALL {
        for &scalar in scalars(row) {
            let r = Ring { row, scalar };
            let of = elements(row, scalar);
            let check = |law: &str, at: &[Bits], x: Bits, y: Bits| {
                assert!(r.same(x, y), "{} over {scalar}: {law} at {at:?}: {x:?} and {y:?}", row.name);
            };
            for &x in &of {
                check("0 + x = x", &[x], r.add(r.zero(), x), x);
                check("x + 0 = x", &[x], r.add(x, r.zero()), x);
                check("1 x = x", &[x], r.mul(r.one(), x), x);
                check("x 1 = x", &[x], r.mul(x, r.one()), x);
                check("0 x = 0", &[x], r.mul(r.zero(), x), r.zero());
                check("x 0 = 0", &[x], r.mul(x, r.zero()), r.zero());
                assert_eq!(row.idempotent, of.iter().all(|&x| r.add(x, x) == x), "{}", row.name);
                for &y in &of {
                    check("x + y = y + x", &[x, y], r.add(x, y), r.add(y, x));
                    check("x y = y x", &[x, y], r.mul(x, y), r.mul(y, x));
                    for &z in &of {
                        let at = [x, y, z];
                        check("(x + y) + z", &at, r.add(r.add(x, y), z), r.add(x, r.add(y, z)));
                        check("(x y) z", &at, r.mul(r.mul(x, y), z), r.mul(x, r.mul(y, z)));
                        let apart = r.add(r.mul(x, y), r.mul(x, z));
                        check("x (y + z)", &at, r.mul(x, r.add(y, z)), apart);
                    }
                }
            }
        }
    }
}

/// A fold of the row's product has the row's unit and the row's multiplication.
#[test]
fn the_product_monoid_is_the_multiplication() {
    for row in &Semiring::ALL {
        for &scalar in scalars(row) {
            assert_eq!(row.product.combine(), row.mul, "{}", row.name);
            assert_eq!(row.product.unit(scalar), Bits::number(scalar, row.one), "{}", row.name);
        }
    }
}

/// Hand calculation: the largest integer is 9223372036854775807, and 2^32 squared is above it.
#[test]
fn counts_stay_at_the_largest() {
    let (add, mul) = (Monoid::CountSum.combine(), Monoid::CountProd.combine());
    let most = Bits::i64(9_223_372_036_854_775_807);
    assert_eq!(apply(add, most, Bits::i64(1)), most);
    assert_eq!(apply(mul, Bits::i64(1 << 32), Bits::i64(1 << 32)), most);
    assert_eq!(apply(mul, Bits::i64(1 << 32), Bits::i64(3)), Bits::i64(12_884_901_888));
}
