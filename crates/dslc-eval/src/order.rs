//! The order of a fold. Floating-point addition is not associative, so which sum a program means has to be said.
//!
//! There are `L` lanes, 128 bytes' worth. Lane `l` is the left-to-right fold of the elements `l`, `l + L`, ...,
//! starting from its first; lanes that got none take no part. The lanes join as a balanced tree: lane `l` takes
//! lane `l + L/2`, then `l + L/4`, and so on. Above 4,096 elements each block of 4,096 is folded so, and the
//! results of the blocks by the same rule. So a loop can keep one vector of partial sums, or several, and threads
//! can share the blocks, and all get these bits.

use dslc_ir::Scalar;

/// How many elements one block has.
pub const BLOCK: usize = 4096;

/// How many lanes a fold of this scalar has.
pub const fn lanes(scalar: Scalar) -> usize {
    128 / scalar.size()
}

/// The fold of `items` with `lanes` lanes (a power of two); `None` if there are none. `combine` takes the earlier
/// operand first.
pub fn fold<T: Copy>(items: &[T], lanes: usize, mut combine: impl FnMut(T, T) -> T) -> Option<T> {
    if items.len() <= BLOCK {
        return block(items, lanes, &mut combine);
    }
    let mut level: Vec<T> =
        items.chunks(BLOCK).filter_map(|chunk| block(chunk, lanes, &mut combine)).collect();
    while level.len() > BLOCK {
        level = level.chunks(BLOCK).filter_map(|chunk| block(chunk, lanes, &mut combine)).collect();
    }
    block(&level, lanes, &mut combine)
}

fn block<T: Copy>(items: &[T], lanes: usize, combine: &mut impl FnMut(T, T) -> T) -> Option<T> {
    let mut lane: Vec<T> = items[..items.len().min(lanes)].to_vec();
    for row in items.chunks(lanes).skip(1) {
        for (l, &x) in row.iter().enumerate() {
            lane[l] = combine(lane[l], x);
        }
    }
    let mut half = lanes / 2;
    while half > 0 {
        for l in half..lane.len() {
            lane[l - half] = combine(lane[l - half], lane[l]);
        }
        lane.truncate(half);
        half /= 2;
    }
    lane.first().copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Folds the numbers from `from` to `to` into a text that shows the bracketing.
    fn shown(n: usize, lanes: usize) -> String {
        let mut texts: Vec<String> = (0..n).map(|i| i.to_string()).collect();
        let ids: Vec<usize> = (0..n).collect();
        let result = fold(&ids, lanes, |a, b| {
            texts.push(format!("({} {})", texts[a], texts[b]));
            texts.len() - 1
        });
        result.map(|r| texts[r].clone()).unwrap_or_default()
    }

    #[test]
    fn the_bracketing_is_as_written() {
        assert_eq!(shown(0, 4), "");
        assert_eq!(shown(1, 4), "0");
        assert_eq!(shown(3, 4), "((0 2) 1)");
        assert_eq!(shown(4, 4), "((0 2) (1 3))");
        assert_eq!(shown(11, 4), "((((0 4) 8) ((2 6) 10)) (((1 5) 9) (3 7)))");
    }

    #[test]
    fn blocks_are_folded_alone_and_then_together() {
        let xs: Vec<f64> = (0..3 * BLOCK + 5).map(|i| 1.0 / (i + 1) as f64).collect();
        let add = |a: f64, b: f64| a + b;
        let parts: Vec<f64> = xs.chunks(BLOCK).map(|c| fold(c, 16, add).unwrap_or(0.0)).collect();
        assert_eq!(parts.len(), 4);
        let expected = (parts[0] + parts[2]) + (parts[1] + parts[3]);
        assert_eq!(fold(&xs, 16, add).map(f64::to_bits), Some(expected.to_bits()));
    }

    #[test]
    fn a_written_out_sum_of_eighteen() {
        let x: Vec<f64> = (0..18).map(|i| 0.1 * f64::from(i) + 1e-3).collect();
        let lane = |l: usize| if l < 2 { x[l] + x[l + 16] } else { x[l] };
        let eight: Vec<f64> = (0..8).map(|l| lane(l) + lane(l + 8)).collect();
        let four: Vec<f64> = (0..4).map(|l| eight[l] + eight[l + 4]).collect();
        let expected = (four[0] + four[2]) + (four[1] + four[3]);
        assert_eq!(fold(&x, lanes(Scalar::F64), |a, b| a + b).map(f64::to_bits), Some(expected.to_bits()));
        assert_eq!(lanes(Scalar::F32), 32);
    }
}
