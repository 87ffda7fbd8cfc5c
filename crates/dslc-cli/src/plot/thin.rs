//! Fewer points that look the same. Positions are in units of the canvas.

use super::FINE;

/// A place on the canvas, x and y.
pub(super) type At = (i32, i32);

/// A line without the points that no one sees: of those that follow each other in one column of pixels, the first,
/// the lowest, the highest and the last stay, in their order.
pub(super) fn line(points: impl IntoIterator<Item = At>) -> Vec<At> {
    let mut out: Vec<At> = Vec::new();
    let mut column: Vec<At> = Vec::new();
    for p in points {
        if column.first().is_some_and(|q| q.0.div_euclid(FINE) != p.0.div_euclid(FINE)) {
            flush(&mut column, &mut out);
        }
        column.push(p);
        // What is kept of a column does not grow with its points.
        if column.len() == 64 {
            let kept = kept(&column);
            column = kept;
        }
    }
    flush(&mut column, &mut out);
    out
}

fn flush(column: &mut Vec<At>, out: &mut Vec<At>) {
    out.extend(kept(column));
    column.clear();
}

fn kept(column: &[At]) -> Vec<At> {
    if column.len() <= 4 {
        return column.to_vec();
    }
    let last = column.len() - 1;
    let low = (0..=last).min_by_key(|&k| column[k].1).unwrap_or(0);
    let high = (0..=last).max_by_key(|&k| column[k].1).unwrap_or(0);
    let mut at = [0, low.min(high), low.max(high), last].to_vec();
    at.dedup();
    at.into_iter().map(|k| column[k]).collect()
}

/// The positions of the points that stay of a cloud: one in each square of `side` pixels.
pub(super) fn cloud(points: &[At], side: i32) -> Vec<usize> {
    let mut seen = std::collections::HashSet::new();
    let cell = |p: &At| (p.0.div_euclid(side * FINE), p.1.div_euclid(side * FINE));
    (0..points.len()).filter(|&k| seen.insert(cell(&points[k]))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_keeps_what_is_seen() {
        let few = [(0, 5), (10, 7), (20, -3), (5, 0)];
        assert_eq!(line(few), few);
        // A million points in ten columns, with one spike up and one down.
        let spike = |k: i32| match k {
            333_333 => 900,
            777_777 => -900,
            _ => k % 17,
        };
        let thinned = line((0..1_000_000).map(|k| (k / 10_000, spike(k))));
        assert!(thinned.len() <= 40, "{}", thinned.len());
        assert!(thinned.contains(&(33, 900)) && thinned.contains(&(77, -900)));
        assert_eq!((thinned.first(), thinned.last()), (Some(&(0, 0)), Some(&(99, 999_999 % 17))));
        assert!(thinned.windows(2).all(|w| w[0].0 <= w[1].0));
        assert_eq!(line([]), []);
    }

    #[test]
    fn a_cloud_keeps_one_point_of_each_cell() {
        let points: Vec<At> = (0..1000).map(|k| (k % 40, k / 40)).collect();
        assert_eq!(cloud(&points, 2), [0, 20, 800, 820]);
    }
}
