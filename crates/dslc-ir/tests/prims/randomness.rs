//! Random primitives: the published vectors of Threefry, and that the numbers are what they claim to be.

use dslc_ir::interpret::interpret;
use dslc_ir::mach::{Kit, Lane};
use dslc_ir::prims::by_name;
use dslc_ir::prims::random::threefry;
use dslc_ir::{Bits, PrimRef};

use crate::evaluate::apply;

fn prim(name: &str) -> PrimRef {
    by_name(name).unwrap_or_else(|| panic!("no {name}"))
}

fn draw(name: &str, key: u64, counter: i64) -> Bits {
    apply(prim(name).0, &[Bits::key(key), Bits::i64(counter)]).0
}

/// `kat_vectors` of Random123 1.14, the rows `threefry2x64 20`: counter, key, result.
const KNOWN: [[u64; 6]; 3] = [
    [0, 0, 0, 0, 0xc2b6_e3a8_c2c6_9865, 0x6f81_ed42_f350_084d],
    [u64::MAX, u64::MAX, u64::MAX, u64::MAX, 0xe02c_b7c4_d95d_277a, 0xd066_33d0_893b_8b68],
    [
        0x243f_6a88_85a3_08d3,
        0x1319_8a2e_0370_7344,
        0xa409_3822_299f_31d0,
        0x082e_fa98_ec4e_6c89,
        0x263c_7d30_bb0f_0af1,
        0x56be_8361_d331_1526,
    ],
];

#[test]
fn threefry_gives_the_published_words() {
    let first = Kit::record(&[Lane::I64; 4], |k, x| threefry(k, [x[2], x[3]], [x[0], x[1]])[0]);
    let second = Kit::record(&[Lane::I64; 4], |k, x| threefry(k, [x[2], x[3]], [x[0], x[1]])[1]);
    for [a, b, key, key_too, x, y] in KNOWN {
        let args = [a, b, key, key_too];
        assert_eq!((interpret(&first, &args).0, interpret(&second, &args).0), (x, y));
    }
}

/// Mean, variance, and the correlation of neighbours.
fn moments(x: &[f64]) -> (f64, f64, f64) {
    let n = x.len() as f64;
    let mean = x.iter().sum::<f64>() / n;
    let variance = x.iter().map(|a| (a - mean).powi(2)).sum::<f64>() / n;
    let together = x.windows(2).map(|w| (w[0] - mean) * (w[1] - mean)).sum::<f64>() / n;
    (mean, variance, together / variance)
}

/// Along counters at one key, and along keys (small numbers, the worst) at one counter. All bounds are 5
/// deviations.
#[test]
fn moments_are_right() {
    let n = 40_000;
    let root = f64::from(n).sqrt();
    for (name, mean, variance, spread) in [("uniform", 0.5, 1.0 / 12.0, 0.075), ("normal", 0.0, 1.0, 1.415)] {
        let along_counters: Vec<f64> = (0..n).map(|i| draw(name, 7, i64::from(i)).as_f64()).collect();
        let along_keys: Vec<f64> = (0..n).map(|i| draw(name, i as u64, 3).as_f64()).collect();
        for x in [along_counters, along_keys] {
            let (m, v, c) = moments(&x);
            assert!((m - mean).abs() < 5.0 * f64::sqrt(variance) / root, "{name}: mean {m}");
            assert!((v - variance).abs() < 5.0 * spread / root, "{name}: variance {v}");
            assert!(c.abs() < 5.0 / root, "{name}: correlation {c}");
        }
    }
}

#[test]
fn normal_numbers_fall_into_their_quantiles() {
    // Boundaries of ten equally likely cells of the normal distribution.
    let bounds = [-1.2815515655446004, -0.8416212335729143, -0.5244005127080407, -0.2533471031357997, 0.0];
    let all: Vec<f64> = bounds.iter().copied().chain(bounds[..4].iter().rev().map(|b| -b)).collect();
    let mut counts = [0i32; 10];
    for i in 0..40_000 {
        let x = draw("normal", 99, i).as_f64();
        counts[all.iter().filter(|&&b| x > b).count()] += 1;
    }
    // Each is binomial with mean 4000 and deviation 60.
    assert!(counts.iter().all(|c| (c - 4000).abs() < 300), "{counts:?}");
}

#[test]
fn each_bit_is_fair() {
    for name in ["random_bits", "fold_in"] {
        let mut ones = [0i32; 64];
        for i in 0..10_000 {
            let word = draw(name, 5, i).bits;
            ones.iter_mut().enumerate().for_each(|(bit, n)| *n += (word >> bit & 1) as i32);
        }
        assert!(ones.iter().all(|n| (n - 5000).abs() < 300), "{name}: {ones:?}");
    }
}

/// One key may serve different primitives, and a folded key is unlike the one it came from.
#[test]
fn primitives_draw_independently() {
    let n = 20_000;
    let bits = |key, i| draw("random_bits", key, i).bits as f64 / 2f64.powi(64);
    let key = draw("fold_in", 11, 0).bits;
    let pairs = [
        (0..n).map(|i| (draw("uniform", 11, i).as_f64(), bits(11, i))).collect::<Vec<_>>(),
        (0..n).map(|i| (draw("uniform", 11, i).as_f64(), draw("normal", 11, i).as_f64())).collect(),
        (0..n).map(|i| (bits(11, i), bits(key, i))).collect(),
    ];
    for pairs in pairs {
        let (a, b): (Vec<f64>, Vec<f64>) = pairs.into_iter().unzip();
        let ((ma, va, _), (mb, vb, _)) = (moments(&a), moments(&b));
        let together = a.iter().zip(&b).map(|(x, y)| (x - ma) * (y - mb)).sum::<f64>() / n as f64;
        let correlation = together / (va * vb).sqrt();
        assert!(correlation.abs() < 5.0 / (n as f64).sqrt(), "correlation {correlation}");
    }
}
