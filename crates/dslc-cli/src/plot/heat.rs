//! A matrix as colours, with a bar that says which colour is which number. A small matrix has its numbers in its cells.

use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, VPos};

use super::axis::Axis;
use super::chart::{Drawn, Layout, Problem, Root, frame, remark};
use super::text::{self, GREY, SMALL};
use super::{FINE, HEIGHT, Matrix, Plot, WIDTH, palette};

/// About how many ticks an axis has; up to so many rows or columns are all named.
const TICKS: usize = 8;
const NAMED: usize = 16;
/// The bar beside the matrix: its distance, its width, and in how many steps it is drawn.
const GAP: i32 = 16;
const BAR: i32 = 14;
const STEPS: usize = 100;
/// At most so many cells are drawn along an axis; beyond, each shows the mean of a block.
const CELLS: usize = 240;
/// A cell is square unless that made the picture much smaller than its room.
const SQUARE: f64 = 3.0;

/// Draws the matrix of a plot, and gives the width and height that the picture takes.
pub(super) fn draw(plot: &Plot, matrix: &Matrix, root: &Root<'_>) -> Result<(i32, i32), Problem> {
    let scale = scale(&matrix.values);
    let ticks = |count: usize| if count <= NAMED { NAMED } else { TICKS };
    let x = Axis::of_indices(matrix.cols, false, ticks(matrix.cols));
    let y = Axis::of_indices(matrix.rows, true, ticks(matrix.rows));
    let labels = scale.ticks().iter().map(|&t| text::width(&scale.label(t), SMALL));
    let side = GAP + BAR + 10 + labels.fold(0.0, f64::max).ceil() as i32;
    let mut layout = Layout::new(plot, &x, &y, side);
    let size = shrink(plot, matrix, &mut layout);
    frame(plot, root, &layout, (x, y), false)?;
    if matrix.values.is_empty() {
        remark(root, &layout, "the matrix is empty")?;
        return Ok(size);
    }
    cells(matrix, &scale, root, &layout)?;
    figures(matrix, &scale, root, &layout)?;
    bar(&scale, root, &layout)?;
    Ok(size)
}

/// The numbers that the colours span: exactly those that occur.
fn scale(values: &[f64]) -> Axis {
    let finite = values.iter().copied().filter(|v| v.is_finite());
    let (low, high) = finite.fold((f64::MAX, f64::MIN), |(a, b), v| (a.min(v), b.max(v)));
    if low < high { Axis::between(low, high, 5) } else { Axis::around(values.iter().copied(), 5) }
}

/// Makes the cells square where their shape allows, and gives the size of the picture without the room that is left
/// over. It stays wide enough for the title.
fn shrink(plot: &Plot, matrix: &Matrix, layout: &mut Layout) -> (i32, i32) {
    let (rows, cols) = (matrix.rows.max(1) as f64, matrix.cols.max(1) as f64);
    let (width, height) = (f64::from(layout.width()), f64::from(layout.height()));
    let cell = (width / cols).min(height / rows);
    if width / cols > cell * SQUARE || height / rows > cell * SQUARE {
        return (WIDTH, HEIGHT);
    }
    let spare = ((width - cell * cols) as i32, (height - cell * rows) as i32);
    layout.right += spare.0;
    layout.bottom += spare.1;
    let title = plot.title.as_ref().map_or(0.0, |t| text::width(t, text::LARGE)).ceil();
    let needed = layout.left + 12 + title.min(f64::from(WIDTH)) as i32;
    ((WIDTH - spare.0).max(needed.min(WIDTH)), HEIGHT - spare.1)
}

/// Where `count` equal parts of a length begin and end, on whole pixels, so that no seam shows between them.
fn cut(part: usize, count: usize, from: i32, length: i32) -> i32 {
    let share = part as f64 / count as f64;
    (from + (f64::from(length) * share).round() as i32) * FINE
}

/// Neighbours of one colour are drawn as one.
fn cells(matrix: &Matrix, scale: &Axis, root: &Root<'_>, layout: &Layout) -> Drawn {
    let (rows, cols) = (matrix.rows.min(CELLS), matrix.cols.min(CELLS));
    for r in 0..rows {
        let colors: Vec<RGBColor> =
            (0..cols).map(|c| palette::shade(scale.share(mean(matrix, (r, rows), (c, cols))))).collect();
        let (top, bottom) =
            (cut(r, rows, layout.top, layout.height()), cut(r + 1, rows, layout.top, layout.height()));
        let mut from = 0;
        for to in 1..=cols {
            if to < cols && colors[to] == colors[from] {
                continue;
            }
            let (left, right) =
                (cut(from, cols, layout.left, layout.width()), cut(to, cols, layout.left, layout.width()));
            root.draw(&Rectangle::new([(left, top), (right, bottom)], colors[from].filled()))?;
            from = to;
        }
    }
    Ok(())
}

/// The mean of the finite entries of a block; infinite ones count if there are no others, and NaN if there are none.
fn mean(matrix: &Matrix, (r, rows): (usize, usize), (c, cols): (usize, usize)) -> f64 {
    let range = |part: usize, parts: usize, count: usize| part * count / parts..(part + 1) * count / parts;
    let (mut sum, mut count, mut other) = (0.0, 0.0, f64::NAN);
    for i in range(r, rows, matrix.rows) {
        for j in range(c, cols, matrix.cols) {
            let v = matrix.values[i * matrix.cols + j];
            if v.is_finite() {
                count += 1.0;
                // A running mean cannot overflow as a sum can.
                sum += v / count - sum / count;
            } else {
                other = v;
            }
        }
    }
    if count > 0.0 { sum } else { other }
}

/// The numbers of a small matrix, each in its cell. None are written if one does not fit.
fn figures(matrix: &Matrix, scale: &Axis, root: &Root<'_>, layout: &Layout) -> Drawn {
    let (rows, cols) = (matrix.rows, matrix.cols);
    let room = (layout.width() / cols as i32 - 6, layout.height() / rows as i32 - 4);
    if room.1 < SMALL || room.0 < SMALL / 2 {
        return Ok(());
    }
    let digits = decimals(&matrix.values);
    let texts: Vec<String> = matrix.values.iter().map(|v| figure(*v, digits)).collect();
    if texts.iter().any(|t| text::width(t, SMALL) > f64::from(room.0)) {
        return Ok(());
    }
    for (k, (value, text)) in matrix.values.iter().zip(texts).enumerate() {
        let middle = |part: usize, count: usize, from: i32, length: i32| {
            (cut(part, count, from, length) + cut(part + 1, count, from, length)) / 2
        };
        let at = (
            middle(k % cols, cols, layout.left, layout.width()),
            middle(k / cols, rows, layout.top, layout.height()),
        );
        let ink = palette::ink_on(palette::shade(scale.share(*value)), *value == 0.0);
        root.draw(&Text::new(text, at, text::letters(SMALL, &ink, HPos::Center, VPos::Center)))?;
    }
    Ok(())
}

/// How many decimals show three digits of the largest number; integers have none.
fn decimals(values: &[f64]) -> usize {
    let finite = || values.iter().filter(|v| v.is_finite());
    if finite().all(|v| v.fract() == 0.0) {
        return 0;
    }
    let largest = finite().fold(0.0f64, |m, v| m.max(v.abs()));
    (2 - largest.log10().floor() as i32).clamp(0, 9) as usize
}

/// A number in its cell; one that is 0 to so many decimals has no sign.
fn figure(value: f64, decimals: usize) -> String {
    let text = format!("{value:.decimals$}");
    match text.strip_prefix('-') {
        Some(digits) if digits.chars().all(|c| matches!(c, '0' | '.')) => digits.into(),
        _ => text,
    }
}

/// The colours from the largest number above to the smallest below.
fn bar(scale: &Axis, root: &Root<'_>, layout: &Layout) -> Drawn {
    let left = layout.left + layout.width() + GAP;
    let height = layout.height();
    let steps = STEPS.min(height as usize);
    for k in 0..steps {
        let edge = |k: usize| cut(k, steps, layout.top, height);
        let corners = [(left * FINE, edge(k)), ((left + BAR) * FINE, edge(k + 1))];
        let color = palette::shade(1.0 - (k as f64 + 0.5) / steps as f64);
        root.draw(&Rectangle::new(corners, color.filled()))?;
    }
    let style = text::letters(SMALL, &GREY, HPos::Left, VPos::Center);
    for &tick in scale.ticks() {
        let y = f64::from(layout.top * FINE) + (1.0 - scale.share(tick)) * f64::from(height * FINE);
        let at = ((left + BAR + 6) * FINE, y.round() as i32);
        root.draw(&Text::new(scale.label(tick), at, style.clone()))?;
    }
    Ok(())
}
