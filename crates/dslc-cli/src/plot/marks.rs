//! Series as lines, points and bars.

use std::collections::BTreeMap;

use plotters::coord::ranged1d::Ranged;
use plotters::prelude::*;

use super::axis::Axis;
use super::chart::{Area, Drawn, FRAME, Layout, Root, frame, remark};
use super::legend::Legend;
use super::thin::{self, At};
use super::{FINE, Kind, Plot, Series, palette};

/// About how many ticks an axis has.
const TICKS_X: usize = 8;
const TICKS_Y: usize = 6;

/// From this many points on, those of a cloud are drawn small, and one in each square of [`CELL`] pixels.
const MANY: usize = 20_000;
const CELL: i32 = 3;

/// Draws the series of a plot with axes and legend.
pub(super) fn draw(plot: &Plot, root: &Root<'_>) -> Drawn {
    let points = || plot.series.iter().flat_map(finite);
    let bar = Bars::of(&plot.series);
    let (x, y) = if plot.kind == Kind::Bars {
        let ends = points().flat_map(|(_, x, _)| [x - bar.unit / 2.0, x + bar.unit / 2.0]);
        (Axis::around(ends, TICKS_X), Axis::from_zero(points().map(|p| p.2), TICKS_Y))
    } else {
        (Axis::around(points().map(|p| p.1), TICKS_X), Axis::around(points().map(|p| p.2), TICKS_Y))
    };
    let legend = legend(plot);
    let layout = Layout::new(plot, &x, &y, legend.width());
    let area = frame(plot, root, &layout, (x, y), true)?;
    if points().next().is_none() {
        return remark(root, &layout, "there are no points to show");
    }
    for (k, s) in plot.series.iter().enumerate() {
        match plot.kind {
            Kind::Line | Kind::Heat => line(s, palette::series(k), &area)?,
            Kind::Scatter => scatter(s, k, &area)?,
            Kind::Bars => bars(s, k, &bar, &area)?,
        }
    }
    legend.draw(plot.kind, root, &layout)
}

/// The points of a series that can be drawn, and their positions.
fn finite(s: &Series) -> impl Iterator<Item = (usize, f64, f64)> + '_ {
    let pairs = s.x.iter().zip(&s.y).enumerate();
    pairs.map(|(k, (&x, &y))| (k, x, y)).filter(|(_, x, y)| x.is_finite() && y.is_finite())
}

/// Names of series; for a single series with classes, those.
fn legend(plot: &Plot) -> Legend {
    if let (Kind::Scatter, [Series { class: Some(class), .. }]) = (plot.kind, plot.series.as_slice()) {
        let entries = ranks(class).into_iter().map(|(c, k)| (c.to_string(), palette::series(k)));
        return Legend::new(entries.collect());
    }
    let named =
        plot.series.iter().enumerate().filter_map(|(k, s)| Some((s.name.clone()?, palette::series(k))));
    Legend::new(named.collect())
}

/// The classes in order, each with its colour's number.
fn ranks(class: &[i64]) -> BTreeMap<i64, usize> {
    let mut ranks: BTreeMap<i64, usize> = class.iter().map(|&c| (c, 0)).collect();
    ranks.values_mut().enumerate().for_each(|(k, rank)| *rank = k);
    ranks
}

/// Where a point is in the area between the axes, whose units count rightwards and downwards.
fn place(area: &Area<'_>, x: f64, y: f64) -> At {
    let (width, height) = area.dim_in_pixel();
    let spec = area.as_coord_spec();
    (spec.x_spec().map(&x, (0, width as i32 - 1)), spec.y_spec().map(&y, (height as i32 - 1, 0)))
}

/// A line of so few points shows each as a dot too.
const FEW: usize = 24;

/// A line, with a gap wherever a number is missing. A point between two gaps is drawn as a dot.
fn line(s: &Series, color: RGBColor, area: &Area<'_>) -> Drawn {
    let canvas = area.strip_coord_spec();
    let mut runs: Vec<Vec<At>> = Vec::new();
    let mut next = 0;
    for (k, x, y) in finite(s) {
        let at = place(area, x, y);
        match runs.last_mut() {
            Some(run) if k == next => run.push(at),
            _ => runs.push(vec![at]),
        }
        next = k + 1;
    }
    let few = s.x.len() <= FEW;
    for run in runs {
        let run = thin::line(run);
        for &dot in run.iter().filter(|_| few || run.len() == 1) {
            canvas.draw(&Circle::new(dot, 3 * FINE, color.filled()))?;
        }
        if run.len() > 1 {
            canvas.draw(&PathElement::new(run, color.stroke_width(2 * FINE as u32)))?;
        }
    }
    Ok(())
}

/// Points, coloured by class or by series.
fn scatter(s: &Series, number: usize, area: &Area<'_>) -> Drawn {
    let canvas = area.strip_coord_spec();
    let ranks = s.class.as_ref().map(|c| ranks(c));
    let mut groups: BTreeMap<usize, Vec<At>> = BTreeMap::new();
    for (k, x, y) in finite(s) {
        let class = s.class.as_ref().and_then(|c| ranks.as_ref()?.get(c.get(k)?));
        groups.entry(class.copied().unwrap_or(number)).or_default().push(place(area, x, y));
    }
    let count: usize = groups.values().map(Vec::len).sum();
    // Parts of a pixel, in units of the canvas.
    let radius = match count {
        0..=500 => 7 * FINE / 2,
        501..MANY => 5 * FINE / 2,
        _ => 3 * FINE / 2,
    };
    for (color, points) in groups {
        let shown = if count >= MANY { thin::cloud(&points, CELL) } else { (0..points.len()).collect() };
        let style = palette::series(color).mix(0.75).filled();
        for k in shown {
            canvas.draw(&Circle::new(points[k], radius, style))?;
        }
    }
    Ok(())
}

/// How bars of several series share the room.
struct Bars {
    /// The smallest distance of two bars of one series.
    unit: f64,
    /// How many series there are.
    series: usize,
}

impl Bars {
    fn of(series: &[Series]) -> Self {
        let mut at: Vec<f64> = series.iter().flat_map(finite).map(|p| p.1).collect();
        at.sort_by(f64::total_cmp);
        let gaps = at.windows(2).map(|w| w[1] - w[0]).filter(|g| *g > 0.0 && g.is_finite());
        let unit = gaps.fold(f64::INFINITY, f64::min);
        Self { unit: if unit.is_finite() { unit } else { 1.0 }, series: series.len().max(1) }
    }
}

/// Bars from 0, four fifths of the room wide. Where several fall on one pixel the longest up and down are drawn.
fn bars(s: &Series, number: usize, bars: &Bars, area: &Area<'_>) -> Drawn {
    let canvas = area.strip_coord_spec();
    let width = bars.unit * 0.8 / bars.series as f64;
    let offset = width * number as f64 - bars.unit * 0.4;
    // By left edge: right edge, highest and lowest end.
    let mut drawn: BTreeMap<i32, (i32, f64, f64)> = BTreeMap::new();
    for (_, x, y) in finite(s) {
        let from = place(area, x + offset, 0.0).0;
        let to = place(area, x + offset + width, 0.0).0;
        // Thinner than a pixel, bars are told apart by pixels.
        let (from, to) =
            if to - from < FINE { (from / FINE * FINE, from / FINE * FINE + FINE) } else { (from, to) };
        let bar = drawn.entry(from).or_insert((to, 0.0, 0.0));
        *bar = (bar.0.max(to), bar.1.max(y), bar.2.min(y));
    }
    for (from, (to, up, down)) in drawn {
        let (high, low) = (place(area, 0.0, up).1, place(area, 0.0, down).1);
        let corners = [(from, high), (to, low)];
        canvas.draw(&Rectangle::new(corners, palette::series(number).filled()))?;
    }
    let (width, zero) = (area.dim_in_pixel().0 as i32, place(area, 0.0, 0.0).1);
    canvas.draw(&PathElement::new(vec![(0, zero), (width - 1, zero)], FRAME.stroke_width(FINE as u32)))
}
