//! Random numbers from a key and a counter: the same bits everywhere, in any order.
//!
//! The source is Threefry-2x64 with 20 rounds (Salmon, Moraes, Dror, Shaw: *Parallel Random Numbers: As Easy
//! as 1, 2, 3*, 2011), a bijection of pairs of words for each pair of keys. The keys are the program's key
//! and a constant; the words are the counter and a tag of the primitive, so that different primitives draw
//! independently from one key.

use std::f64::consts::FRAC_PI_2;

use crate::interval::Enclosure;
use crate::mach::{Cmp, Kit, V};
use crate::prim::{Deriv, Prim, Sig, Truth};
use crate::prims::elementary::logarithm::log_inside;
use crate::prims::elementary::trigonometric::sin_of;
use crate::scalar::{Bits, Scalar};

/// The second key: "dslc key" in ASCII.
const KEY: u64 = u64::from_be_bytes(*b"dslc key");
/// The key schedule's constant, from Skein 1.3.
const PARITY: u64 = 0x1BD1_1BDA_A9FC_1A22;
const ROTATIONS: [u32; 8] = [16, 42, 12, 31, 16, 32, 24, 21];

const BITS: u64 = 1;
const UNIFORM: u64 = 2;
const NORMAL: u64 = 3;
const FOLD: u64 = 4;

const DOMAIN: &[(f64, f64)] = &[(0.0, 1e6), (0.0, 1e6)];

fn rotated(k: &mut Kit, x: V, by: u32) -> V {
    let (up, down) = (k.int(x, i64::from(by)), k.int(x, i64::from(64 - by)));
    let (high, low) = (k.shl(x, up), k.shr_u(x, down));
    k.or(high, low)
}

/// Threefry-2x64-20 of two words under two keys.
pub fn threefry(k: &mut Kit, key: [V; 2], words: [V; 2]) -> [V; 2] {
    let parity = k.int(key[0], PARITY as i64);
    let both = k.xor(key[0], key[1]);
    let keys = [key[0], key[1], k.xor(both, parity)];
    let [mut a, mut b] = [k.iadd(words[0], keys[0]), k.iadd(words[1], keys[1])];
    for round in 0..20 {
        a = k.iadd(a, b);
        b = rotated(k, b, ROTATIONS[round % 8]);
        b = k.xor(b, a);
        if round % 4 == 3 {
            let injection = round / 4 + 1;
            a = k.iadd(a, keys[injection % 3]);
            let count = k.int(b, injection as i64);
            let second = k.iadd(keys[(injection + 1) % 3], count);
            b = k.iadd(b, second);
        }
    }
    [a, b]
}

/// The two words of a primitive at a key and a counter.
fn draw(k: &mut Kit, x: &[V], tag: u64) -> [V; 2] {
    let (key, tag) = (k.int(x[0], KEY as i64), k.int(x[0], tag as i64));
    threefry(k, [x[0], key], [x[1], tag])
}

/// The same in ordinary integers, written as the paper's equations: subkeys by round, the two words as a
/// state.
fn reference(key: u64, counter: u64, tag: u64) -> (u64, u64) {
    let schedule = [key, KEY, key ^ KEY ^ PARITY];
    (0..20).fold((counter.wrapping_add(key), tag.wrapping_add(KEY)), |(a, b), round| {
        let a = a.wrapping_add(b);
        let b = b.rotate_left(ROTATIONS[round & 7]) ^ a;
        let s = round / 4 + 1;
        match round & 3 {
            3 => (
                a.wrapping_add(schedule[s % 3]),
                b.wrapping_add(schedule[(s + 1) % 3]).wrapping_add(s as u64),
            ),
            _ => (a, b),
        }
    })
}

/// A word as a float in `[1, 2)` by its upper 52 bits.
fn one_to_two(k: &mut Kit, word: V) -> V {
    let (places, one) = (k.int(word, 12), k.int(word, 1f64.to_bits() as i64));
    let fraction = k.shr_u(word, places);
    let bits = k.or(fraction, one);
    k.bitcast(bits)
}

/// 53 bits in `[0, 1)`: 52 as a fraction, and the next one as half of the last place. Both steps are exact,
/// and no integer is converted.
fn uniform(k: &mut Kit, word: V) -> V {
    let float = one_to_two(k, word);
    let one = k.float(float, 1.0);
    let most = k.fsub(float, one);
    let (mask, none) = (k.int(word, 1 << 11), k.int(word, 0));
    let last = k.and(word, mask);
    let last = k.icmp(Cmp::Ne, last, none);
    let (half, zero) = (k.float(float, 2f64.powi(-53)), k.float(float, 0.0));
    let rest = k.select(last, half, zero);
    k.fadd(most, rest)
}

/// Box and Muller's transform (*A Note on the Generation of Random Normal Deviates*, 1958) of both words, the
/// sine alone. The first word is taken at the middle of its cell, so its logarithm is finite. The second
/// gives a quadrant by its upper two bits, and by the others an angle up to `pi/4` to either side.
fn normal(k: &mut Kit, [first, second]: [V; 2]) -> V {
    let u = one_to_two(k, first);
    let (down, minus) = (k.float(u, 1.0 - 2f64.powi(-53)), k.float(u, -2.0));
    let u = k.fsub(u, down);
    let log = log_inside(k, u);
    let square = k.fmul(minus, log);
    let radius = k.fsqrt(square);
    let (two, top) = (k.int(second, 2), k.int(second, 62));
    let quadrant = k.shr_u(second, top);
    let rest = k.shl(second, two);
    let t = one_to_two(k, rest);
    let (middle, right, zero) = (k.float(t, 1.5), k.float(t, FRAC_PI_2), k.float(t, 0.0));
    let t = k.fsub(t, middle);
    let angle = k.fmul(t, right);
    let sine = sin_of(k, quadrant, angle, zero);
    k.fmul(radius, sine)
}

/// The same by correctly rounded functions.
fn reference_normal(x: &[Bits]) -> f64 {
    let (a, b) = reference(x[0].bits, x[1].bits, NORMAL);
    let u = ((a >> 12) as f64 + 0.5) / 2f64.powi(52);
    let t = ((b << 2 >> 12) as f64) / 2f64.powi(52) - 0.5;
    let angle = t * FRAC_PI_2;
    let radius = (-2.0 * pxfm::f_log(u)).sqrt();
    let turned = match b >> 62 {
        0 => pxfm::f_sin(angle),
        1 => pxfm::f_cos(angle),
        2 => -pxfm::f_sin(angle),
        _ => -pxfm::f_cos(angle),
    };
    radius * turned
}

/// Random bits.
pub static RANDOM_BITS: Prim = Prim {
    name: "random_bits",
    doc: "64 random bits from a key and a counter.",
    sig: Sig::Draw(Scalar::I64),
    domain: DOMAIN,
    define: |k, x| draw(k, x, BITS)[0],
    truth: Truth::Exact(|x| Bits::i64(reference(x[0].bits, x[1].bits, BITS).0 as i64)),
    deriv: Deriv::Zero,
    interval: Enclosure::None,
    laws: &[],
};

/// A uniform number.
pub static RANDOM_UNIFORM: Prim = Prim {
    name: "uniform",
    doc: "A random multiple of `2^-53` from 0 to 1 (without 1), from a key and a counter.",
    sig: Sig::Draw(Scalar::F64),
    domain: DOMAIN,
    define: |k, x| {
        let [word, _] = draw(k, x, UNIFORM);
        uniform(k, word)
    },
    truth: Truth::Exact(|x| {
        Bits::f64((reference(x[0].bits, x[1].bits, UNIFORM).0 >> 11) as f64 / 2f64.powi(53))
    }),
    deriv: Deriv::Zero,
    interval: Enclosure::None,
    laws: &[],
};

/// A normal number. Error: at most 3 units from the product of correctly rounded functions.
pub static RANDOM_NORMAL: Prim = Prim {
    name: "normal",
    doc: "A random number of the normal distribution with mean 0 and variance 1, from a key and a counter.",
    sig: Sig::Draw(Scalar::F64),
    domain: DOMAIN,
    define: |k, x| {
        let words = draw(k, x, NORMAL);
        normal(k, words)
    },
    truth: Truth::Near(reference_normal, 4.0),
    deriv: Deriv::Zero,
    interval: Enclosure::None,
    laws: &[],
};

/// A key from a key.
pub static FOLD_IN: Prim = Prim {
    name: "fold_in",
    doc: "A new key from a key and a number.",
    sig: Sig::Draw(Scalar::Key),
    domain: DOMAIN,
    define: |k, x| draw(k, x, FOLD)[0],
    truth: Truth::Exact(|x| Bits::key(reference(x[0].bits, x[1].bits, FOLD).0)),
    deriv: Deriv::Zero,
    interval: Enclosure::None,
    laws: &[],
};

/// A key from a number: its bits. What mixes them is every use of the key.
pub static KEY_OF: Prim = Prim {
    name: "key_of",
    doc: "The key with this number.",
    sig: Sig::Cast(Scalar::I64, Scalar::Key),
    domain: &[(0.0, 1e6)],
    define: |_, x| x[0],
    truth: Truth::Exact(|x| Bits::key(x[0].bits)),
    deriv: Deriv::Zero,
    interval: Enclosure::None,
    laws: &[],
};
