//! Against three loops over the meaning of `max` and `min`, bit for bit.

use super::*;
use crate::matrix::Layout;

/// IEEE 754-2019 `maximum`, written from its definition.
fn maximum(x: f64, y: f64) -> f64 {
    match x.partial_cmp(&y) {
        None => f64::NAN,
        Some(std::cmp::Ordering::Less) => y,
        Some(std::cmp::Ordering::Greater) => x,
        Some(std::cmp::Ordering::Equal) => {
            if x.is_sign_negative() {
                y
            } else {
                x
            }
        }
    }
}
fn minimum(x: f64, y: f64) -> f64 {
    -maximum(-x, -y)
}

/// Numbers with a few values from `special` sprinkled in.
fn numbers(n: usize, seed: u64, special: &[f64]) -> Vec<f64> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    (0..n)
        .map(|_| match next() % 8 {
            0 if !special.is_empty() => special[(next() % special.len() as u64) as usize],
            _ => (next() % 64) as f64 / 4.0 - 8.0,
        })
        .collect()
}

type Choice = fn(f64, f64) -> f64;
type Product<T> =
    fn(MatrixRef<'_, T>, MatrixRef<'_, T>, MatrixMut<'_, T>, Interrupt<'_>) -> Result<(), Interrupted>;

fn layout(rows: usize, columns: usize, flip: bool) -> Layout {
    if flip { Layout::row_major(columns, rows).transposed() } else { Layout::row_major(rows, columns) }
}

fn check(shape: [usize; 3], flip: [bool; 3], special: &[f64], seed: u64) {
    let [m, k, n] = shape;
    let (a, b) = (numbers(m * k, seed, special), numbers(k * n, seed + 99, special));
    let narrow = |x: &[f64]| x.iter().map(|&x| x as f32).collect::<Vec<f32>>();
    let (a32, b32) = (narrow(&a), narrow(&b));
    let pairs: [(Product<f64>, Product<f32>, Choice, f64); 2] =
        [(max_plus, max_plus, maximum, f64::NEG_INFINITY), (min_plus, min_plus, minimum, f64::INFINITY)];
    let (la, lb, lc) = (layout(m, k, flip[0]), layout(k, n, flip[1]), layout(m, n, flip[2]));
    for (wide, narrow, better, unit) in pairs {
        let (mut c, mut c32) = (vec![7.0; m * n], vec![7.0; m * n]);
        let a = MatrixRef::new(&a, 0, la).expect("inside");
        let b = MatrixRef::new(&b, 0, lb).expect("inside");
        let to = MatrixMut::new(&mut c, 0, lc).expect("inside");
        assert_eq!(wide(a, b, to, Interrupt::NEVER), Ok(()));
        let a32 = MatrixRef::new(&a32, 0, la).expect("inside");
        let b32 = MatrixRef::new(&b32, 0, lb).expect("inside");
        let to = MatrixMut::new(&mut c32, 0, lc).expect("inside");
        assert_eq!(narrow(a32, b32, to, Interrupt::NEVER), Ok(()));
        let c = MatrixRef::new(&c, 0, lc).expect("inside");
        let c32 = MatrixRef::new(&c32, 0, lc).expect("inside");
        for i in 0..m {
            for j in 0..n {
                // Quarters below 16: every sum is exact in both widths.
                let want = (0..k).map(|p| a.get(i, p) + b.get(p, j)).fold(unit, better);
                let same = |x: f64| x.to_bits() == want.to_bits() || (x.is_nan() && want.is_nan());
                let (x, y) = (c.get(i, j), f64::from(c32.get(i, j)));
                assert!(same(x) && same(y), "{shape:?} {flip:?} at {i} {j}: {x} {y} for {want}");
            }
        }
    }
}

const MENUS: [&[f64]; 4] =
    [&[], &[f64::NEG_INFINITY], &[0.0, -0.0], &[f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 0.0, -0.0]];

#[test]
fn every_shape_and_order_gives_the_bits_of_three_loops() {
    const SIZES: [usize; 8] = [0, 1, 2, 3, 5, 12, 13, 31];
    let mut seed = 1;
    for m in SIZES {
        for k in SIZES {
            for n in SIZES {
                for flips in 0..8 {
                    seed += 1;
                    let flip = [flips & 1 > 0, flips & 2 > 0, flips & 4 > 0];
                    check([m, k, n], flip, MENUS[seed as usize % 4], seed);
                }
            }
        }
    }
}

#[test]
fn shapes_above_one_block_give_the_same_bits() {
    for (seed, special) in MENUS.into_iter().enumerate() {
        check([125, 261, 7], [false; 3], special, seed as u64);
        check([5, 20, 243], [false, true, false], special, seed as u64);
        check([1, 700, 19], [false, true, false], special, seed as u64);
    }
}

#[test]
fn a_host_can_stop_thin_products_and_thick_ones() {
    let set = std::sync::atomic::AtomicBool::new(true);
    let (a, mut c) = (vec![1.0; 40 * 40], vec![0.0; 40 * 40]);
    for (m, flip) in [(1, false), (1, true), (40, false)] {
        let rows = MatrixRef::new(&a, 0, Layout::row_major(m, 40)).expect("inside");
        let square = MatrixRef::new(&a, 0, layout(40, 40, flip)).expect("inside");
        let to = MatrixMut::new(&mut c, 0, Layout::row_major(m, 40)).expect("inside");
        assert_eq!(max_plus(rows, square, to, (&set).into()), Err(Interrupted));
    }
}

#[test]
fn a_negative_zero_survives_alone() {
    let a = [-0.0; 36];
    let mut c = [1.0; 36];
    let square = Layout::row_major(6, 6);
    for product in [max_plus::<f64>, min_plus::<f64>] {
        let view = MatrixRef::new(&a, 0, square).expect("inside");
        let to = MatrixMut::new(&mut c, 0, square).expect("inside");
        assert_eq!(product(view, view, to, Interrupt::NEVER), Ok(()));
        assert!(c.iter().all(|x| x.to_bits() == (-0.0f64).to_bits()));
    }
}

#[test]
fn vectors_of_any_processor_give_the_same_bits() {
    let (m, k, n) = (17, 23, 19);
    for special in MENUS {
        let (a, b) = (numbers(m * k, 5, special), numbers(k * n, 6, special));
        let a = MatrixRef::new(&a, 0, Layout::row_major(m, k)).expect("inside");
        let b = MatrixRef::new(&b, 0, Layout::row_major(k, n)).expect("inside");
        let (mut here, mut anywhere) = (vec![0.0; m * n], vec![Max::UNIT; m * n]);
        let to = MatrixMut::new(&mut here, 0, Layout::row_major(m, n)).expect("inside");
        assert_eq!(max_plus(a, b, to, Interrupt::NEVER), Ok(()));
        let (mut rows, mut columns) = (Panels::new(tile::R), Panels::new(tile::W * 4));
        rows.pack(a, Block { first: 0, count: m, inner: 0, depth: k }, Max::UNIT);
        columns.pack(b.transposed(), Block { first: 0, count: n, inner: 0, depth: k }, Max::UNIT);
        let mut c = MatrixMut::new(&mut anywhere, 0, Layout::row_major(m, n)).expect("inside");
        tile::panels::<f64, Max, vector::Lanes<f64, 4>>(&rows, &columns, &mut c, (0, 0));
        let bits = |x: &[f64]| x.iter().map(|x| if x.is_nan() { 1 } else { x.to_bits() }).collect::<Vec<_>>();
        assert_eq!(bits(&here), bits(&anywhere));
    }
}
