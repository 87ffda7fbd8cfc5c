//! Against the definition of a fold, written again from its words, bit for bit.

use super::*;
use crate::matrix::Layout;

/// "Lane l is the left-to-right fold of elements l, l + L, ... from its first; lanes that got none take no part;
/// lanes join as a balanced tree (l with l + L/2, ...). Above 4,096 elements each block of 4,096 is folded so,
/// and the block results likewise."
fn fold(terms: &[f64], lanes: usize, add: fn(f64, f64) -> f64) -> f64 {
    if terms.len() > 4096 {
        let blocks: Vec<f64> = terms.chunks(4096).map(|b| fold(b, lanes, add)).collect();
        return fold(&blocks, lanes, add);
    }
    let chain = |l: usize| terms.iter().copied().skip(l).step_by(lanes).reduce(add);
    let mut sums: Vec<Option<f64>> = (0..lanes).map(chain).collect();
    while sums.len() > 1 {
        let right = sums.split_off(sums.len() / 2);
        for (left, right) in sums.iter_mut().zip(right) {
            *left = left.zip(right).map(|(x, y)| add(x, y)).or(*left);
        }
    }
    sums[0].unwrap_or(0.0)
}

/// Numbers of very different size, so that another order rounds otherwise; some zeros of either sign.
fn numbers(n: usize, seed: u64) -> Vec<f64> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    (0..n)
        .map(|_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            let x = (state >> 20) as f64 / (1u64 << 43) as f64 - 1.0;
            match state % 16 {
                0 => 0.0,
                1 => -0.0,
                e => x * f64::from(e as i32 - 9).exp2(),
            }
        })
        .collect()
}

fn layout(rows: usize, columns: usize, flip: bool) -> Layout {
    if flip { Layout::row_major(columns, rows).transposed() } else { Layout::row_major(rows, columns) }
}

fn check([m, k, n]: [usize; 3], flip: [bool; 3], seed: u64) {
    let (a, b) = (numbers(m * k, seed), numbers(k * n, seed + 99));
    let narrow = |x: &[f64]| x.iter().map(|&x| x as f32).collect::<Vec<f32>>();
    let (a32, b32) = (narrow(&a), narrow(&b));
    let (la, lb, lc) = (layout(m, k, flip[0]), layout(k, n, flip[1]), layout(m, n, flip[2]));
    let (mut c, mut c32) = (vec![f64::NAN; m * n], vec![f32::NAN; m * n]);
    let a = MatrixRef::new(&a, 0, la).expect("inside");
    let b = MatrixRef::new(&b, 0, lb).expect("inside");
    ordered(a, b, MatrixMut::new(&mut c, 0, lc).expect("inside"), Interrupt::NEVER).expect("nobody asks");
    let a32 = MatrixRef::new(&a32, 0, la).expect("inside");
    let b32 = MatrixRef::new(&b32, 0, lb).expect("inside");
    ordered(a32, b32, MatrixMut::new(&mut c32, 0, lc).expect("inside"), Interrupt::NEVER)
        .expect("nobody asks");
    let c = MatrixRef::new(&c, 0, lc).expect("inside");
    let c32 = MatrixRef::new(&c32, 0, lc).expect("inside");
    for i in 0..m {
        for j in 0..n {
            let terms: Vec<f64> = (0..k).map(|p| a.get(i, p) * b.get(p, j)).collect();
            let want = fold(&terms, 16, |x, y| x + y);
            assert_eq!(c.get(i, j).to_bits(), want.to_bits(), "f64 {m} {k} {n} {flip:?} at {i} {j}");
            let terms: Vec<f64> = (0..k).map(|p| f64::from(a32.get(i, p) * b32.get(p, j))).collect();
            let want = fold(&terms, 32, |x, y| f64::from(x as f32 + y as f32)) as f32;
            assert_eq!(c32.get(i, j).to_bits(), want.to_bits(), "f32 {m} {k} {n} {flip:?} at {i} {j}");
        }
    }
}

#[test]
fn every_shape_and_layout_gives_the_bits_of_the_definition() {
    let mut seed = 1;
    for m in [0, 1, 2, 3, 5, 33] {
        for k in [0, 1, 2, 8, 15, 16, 17, 33, 70] {
            for n in [0, 1, 2, 3, 7, 9, 35, 70] {
                for flips in 0..8 {
                    seed += 1;
                    check([m, k, n], [flips & 1 > 0, flips & 2 > 0, flips & 4 > 0], seed);
                }
            }
        }
    }
}

#[test]
fn long_sums_are_folded_in_blocks() {
    for (seed, k) in [4095, 4096, 4097, 4100, 8200, 70_000].into_iter().enumerate() {
        check([1, k, 1], [false; 3], seed as u64);
        check([1, k, 3], [false, false, false], seed as u64);
        check([3, k, 2], [false, true, false], seed as u64);
        check([5, k, 4], [true, false, false], seed as u64);
    }
}

#[test]
fn processors_agree_and_a_host_can_stop_it() {
    const M: usize = 9;
    const N: usize = 21;
    fn view(c: &mut [f64]) -> MatrixMut<'_, f64> {
        MatrixMut::new(c, 0, Layout::row_major(M, N)).expect("inside")
    }
    let (m, k, n) = (M, 50, N);
    let (a, b) = (numbers(m * k, 3), numbers(k * n, 4));
    let a = MatrixRef::new(&a, 0, Layout::row_major(m, k)).expect("inside");
    let b = MatrixRef::new(&b, 0, Layout::row_major(k, n)).expect("inside");
    let (mut here, mut anywhere) = (vec![0.0; m * n], vec![0.0; m * n]);
    assert_eq!(ordered(a, b, view(&mut here), Interrupt::NEVER), Ok(()));
    assert_eq!(f64::plain(a, b, &mut view(&mut anywhere), Interrupt::NEVER), Ok(()));
    assert_eq!(here, anywhere);
    let set = std::sync::atomic::AtomicBool::new(true);
    assert_eq!(ordered(a, b, view(&mut here), (&set).into()), Err(Interrupted));
}
