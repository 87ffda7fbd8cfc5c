//! `dslc explain --sparsity`: the patterns of derivatives, drawn.

use std::fmt::Write as _;

use dslc::{Derivatives, Pattern, Sparsity};

/// Up to so many rows and columns each element is a character.
const SMALL: usize = 20;

/// Larger patterns are drawn at most so many dots wide and high.
const DOTS: usize = 64;

/// What is found of each function, with a drawing.
pub(crate) fn text(all: &[Sparsity]) -> String {
    let mut out = String::new();
    for one in all {
        if let Ok(found) = &one.found {
            if !out.is_empty() {
                out.push('\n');
            }
            described(&mut out, &one.name, found);
        }
    }
    let mut sizes: Vec<String> =
        all.iter().flat_map(|s| &s.sizes).map(|(n, k)| format!("{n} = {k}")).collect();
    sizes.sort();
    sizes.dedup();
    if !sizes.is_empty() {
        let _ = writeln!(out, "where {}", sizes.join(", "));
    }
    for one in all {
        if let Err(why) = &one.found {
            let _ = writeln!(out, "{} has no pattern: {why}", one.name);
        }
    }
    if out.is_empty() { "there are no functions\n".into() } else { out }
}

fn described(out: &mut String, name: &str, found: &Derivatives) {
    let p = &found.pattern;
    let what = if found.hessian { "Hessian" } else { "Jacobian" };
    let _ = writeln!(out, "{name}: {what}, {} x {}, {}", p.rows(), p.columns(), found.class);
    let (some, all) = (p.non_zeros(), p.rows() as u64 * p.columns() as u64);
    let share = if all == 0 { 0.0 } else { 100.0 * some as f64 / all as f64 };
    let digits = if share < 1.0 { 3 } else { 1 };
    let _ = writeln!(out, "  non-zeros: {some} of {all}, {share:.digits$}%");
    let passes = &found.passes;
    let mut ways =
        format!("{} reverse of {}, {} forward of {}", passes.reverse, p.rows(), passes.forward, p.columns());
    if let Some(symmetric) = passes.symmetric {
        let _ = write!(ways, ", {symmetric} by symmetry");
    }
    let _ = writeln!(out, "  passes: {ways}");
    for line in drawn(p) {
        let _ = writeln!(out, "  {line}");
    }
}

/// The pattern in a frame.
fn drawn(p: &Pattern) -> Vec<String> {
    if p.rows() == 0 || p.columns() == 0 {
        return Vec::new();
    }
    let lines: Vec<String> = match p.rows() <= SMALL && p.columns() <= SMALL {
        true => (0..p.rows()).map(|i| characters(p, i)).collect(),
        false => braille(p),
    };
    let width = lines.first().map_or(0, |l| l.chars().count());
    let edge = "─".repeat(width);
    let mut out = vec![format!("┌{edge}┐")];
    out.extend(lines.into_iter().map(|l| format!("│{l}│")));
    out.push(format!("└{edge}┘"));
    out
}

fn characters(p: &Pattern, row: usize) -> String {
    let each = |j: usize| if p.has(row, j) { "■" } else { "·" };
    (0..p.columns()).map(each).collect::<Vec<_>>().join(" ")
}

/// Dots of two by four in a character; a dot is there if any element that it stands for is.
fn braille(p: &Pattern) -> Vec<String> {
    let longest = p.rows().max(p.columns());
    // The same scale both ways, so that a diagonal is one.
    let scale = longest.div_ceil(DOTS).max(1);
    let (height, width) = (p.rows().div_ceil(scale), p.columns().div_ceil(scale));
    let mut dots = vec![vec![0u32; width.div_ceil(2)]; height.div_ceil(4)];
    for i in 0..p.rows() {
        for &j in p.row(i) {
            let (y, x) = (i / scale, j as usize / scale);
            // The dots of a character are counted down its two columns, but for the last row of dots.
            let bit = match (y % 4, x % 2) {
                (3, side) => 6 + side,
                (down, side) => down + 3 * side,
            };
            dots[y / 4][x / 2] |= 1 << bit;
        }
    }
    let one = |bits: &u32| char::from_u32(0x2800 + bits).unwrap_or(' ');
    dots.iter().map(|row| row.iter().map(one).collect()).collect()
}
