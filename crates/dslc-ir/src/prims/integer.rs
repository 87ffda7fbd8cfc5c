//! Integers: division toward minus infinity, bits, shifts. Operands that have no result are
//! replaced before the machine operation, since compiled code goes on after a failure is recorded.

use crate::interval::Enclosure;
use crate::mach::{Cmp, Kit, Trap, V};
use crate::prim::{Deriv, Prim, Sig, Truth};
use crate::scalar::Bits;

const ANY: (f64, f64) = (-1000.0, 1000.0);

fn int(x: &[Bits], k: usize) -> i64 {
    x[k].bits as i64
}

/// Quotient and remainder toward zero, and whether they must move by one to be those toward minus infinity.
fn divide(k: &mut Kit, a: V, b: V) -> (V, V, V) {
    let (zero, one, minus, least) = (k.int(a, 0), k.int(a, 1), k.int(a, -1), k.int(a, i64::MIN));
    let nothing = k.icmp(Cmp::Eq, b, zero);
    k.fail(Trap::DivideByZero, nothing);
    let is_least = k.icmp(Cmp::Eq, a, least);
    let is_minus = k.icmp(Cmp::Eq, b, minus);
    let too_large = k.and(is_least, is_minus);
    let unsafe_divisor = k.or(nothing, too_large);
    let divisor = k.select(unsafe_divisor, one, b);
    let quotient = k.idiv(a, divisor);
    let back = k.imul(quotient, divisor);
    let rest = k.isub(a, back);
    let some = k.icmp(Cmp::Ne, rest, zero);
    let signs = k.xor(rest, b);
    let differ = k.icmp(Cmp::Lt, signs, zero);
    let moves = k.and(some, differ);
    (quotient, rest, moves)
}

/// Floor division, from the mathematical definition in 128 bits.
fn floor_of(a: i64, b: i64) -> i128 {
    let (a, b) = (i128::from(a), i128::from(b));
    (a - a.rem_euclid(b.abs())) / b - i128::from(b < 0 && a.rem_euclid(b.abs()) != 0)
}

/// Floor division.
pub static DIV_FLOOR: Prim = Prim {
    name: "div_floor",
    doc: "The quotient of integers rounded down (`div`). A zero divisor, or the least integer over \
          -1, stops the program.",
    sig: Sig::Int(2),
    domain: &[ANY, ANY],
    define: |k, x| {
        let (a, b) = (x[0], x[1]);
        let (least, minus, one) = (k.int(a, i64::MIN), k.int(a, -1), k.int(a, 1));
        let is_least = k.icmp(Cmp::Eq, a, least);
        let is_minus = k.icmp(Cmp::Eq, b, minus);
        let too_large = k.and(is_least, is_minus);
        k.fail(Trap::Overflow, too_large);
        let (quotient, _, moves) = divide(k, a, b);
        let less = k.isub(quotient, one);
        k.select(moves, less, quotient)
    },
    truth: Truth::Exact(|x| {
        Bits::i64(if int(x, 1) == 0 { 0 } else { floor_of(int(x, 0), int(x, 1)) as i64 })
    }),
    deriv: Deriv::Zero,
    interval: Enclosure::None,
    laws: &[],
};

/// The remainder of floor division.
pub static MOD_FLOOR: Prim = Prim {
    name: "mod_floor",
    doc: "The remainder of floor division (`mod`), which has the divisor's sign. A zero divisor \
          stops the program.",
    sig: Sig::Int(2),
    domain: &[ANY, ANY],
    define: |k, x| {
        let (_, rest, moves) = divide(k, x[0], x[1]);
        let more = k.iadd(rest, x[1]);
        k.select(moves, more, rest)
    },
    truth: Truth::Exact(|x| {
        let (a, b) = (int(x, 0), int(x, 1));
        Bits::i64(if b == 0 { 0 } else { (i128::from(a) - floor_of(a, b) * i128::from(b)) as i64 })
    }),
    deriv: Deriv::Zero,
    interval: Enclosure::None,
    laws: &["exact: (mod_floor (mod_floor x y) y) == (mod_floor x y)"],
};

macro_rules! integer {
    ($(#[$doc:meta])* $id:ident, $name:literal, $arity:literal, $define:expr, $truth:expr,
     $laws:expr, $text:literal) => {
        $(#[$doc])*
        pub static $id: Prim = Prim {
            name: $name,
            doc: $text,
            sig: Sig::Int($arity),
            domain: &[ANY; $arity],
            define: $define,
            truth: Truth::Exact($truth),
            deriv: Deriv::Zero,
            interval: Enclosure::None,
            laws: $laws,
        };
    };
}

integer!(
    /// Bits of both.
    BIT_AND, "bit_and", 2, |k, x| k.and(x[0], x[1]), |x| Bits::i64(int(x, 0) & int(x, 1)),
    &["exact: (bit_and x y) == (bit_and y x)", "exact: (bit_and x x) == x"], "The bits that both have."
);
integer!(
    /// Bits of either.
    BIT_OR, "bit_or", 2, |k, x| k.or(x[0], x[1]), |x| Bits::i64(int(x, 0) | int(x, 1)),
    &["exact: (bit_or x y) == (bit_or y x)", "exact: (bit_and x (bit_or x y)) == x"],
    "The bits that one of the two has."
);
integer!(
    /// Bits of one.
    BIT_XOR, "bit_xor", 2, |k, x| k.xor(x[0], x[1]), |x| Bits::i64(int(x, 0) ^ int(x, 1)),
    &["exact: (bit_xor x y) == (bit_xor y x)", "exact: (bit_xor (bit_xor x y) y) == x"],
    "The bits that exactly one of the two has."
);
integer!(
    /// The number of ones.
    POPCOUNT, "popcount", 1, |k, x| k.popcount(x[0]),
    |x| Bits::i64((0..64).map(|b| int(x, 0) >> b & 1).sum()),
    &[], "The number of one bits."
);

/// A shift amount that is safe: 0 in place of one below 0 or above 63, which is a failure.
fn amount(k: &mut Kit, by: V) -> V {
    let (zero, last) = (k.int(by, 0), k.int(by, 63));
    let below = k.icmp(Cmp::Lt, by, zero);
    let above = k.icmp(Cmp::Gt, by, last);
    let bad = k.or(below, above);
    k.fail(Trap::Shift, bad);
    k.select(bad, zero, by)
}

integer!(
    /// Shift to the left.
    SHIFT_LEFT, "shift_left", 2,
    |k, x| { let by = amount(k, x[1]); k.shl(x[0], by) },
    |x| Bits::i64((i128::from(int(x, 0)) * (1i128 << (int(x, 1) & 63))) as i64),
    &[],
    "The bits moved up, zeros from below; bits that leave are lost. An amount outside 0 to 63 \
          stops the program."
);
integer!(
    /// Shift to the right.
    SHIFT_RIGHT, "shift_right", 2,
    |k, x| { let by = amount(k, x[1]); k.shr_s(x[0], by) },
    |x| Bits::i64(i128::from(int(x, 0)).div_euclid(1i128 << (int(x, 1) & 63)) as i64),
    &[],
    "The bits moved down, copies of the sign from above: division by a power of two, rounded \
          down. An amount outside 0 to 63 stops the program."
);
