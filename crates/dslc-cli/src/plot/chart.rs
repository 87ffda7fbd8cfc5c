//! The frame of a plot: title, axes, ticks and grid, around the area that is drawn in.

use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, VPos};

use super::axis::Axis;
use super::text::{self, GREY, INK, MEDIUM, SMALL};
use super::{FINE, HEIGHT, Plot, WIDTH};

/// The whole canvas.
pub(super) type Root<'a> = DrawingArea<SVGBackend<'a>, Shift>;
/// A canvas of a string never fails; the library's type does not know that.
pub(super) type Problem = DrawingAreaErrorKind<std::io::Error>;
/// What drawing gives.
pub(super) type Drawn = Result<(), Problem>;
/// The area between the axes.
pub(super) type Area<'a> = DrawingArea<SVGBackend<'a>, Cartesian2d<Axis, Axis>>;

const GRID: RGBColor = RGBColor(0xe6, 0xe6, 0xe6);
/// The colour of axes.
pub(super) const FRAME: RGBColor = RGBColor(0x99, 0x99, 0x99);
/// The pixels before a label of the vertical axis.
const MARGIN: i32 = 10;
/// The length of a tick. The library sets labels at twice this distance.
const TICK: i32 = 4;

/// The pixels around the area between the axes.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Layout {
    pub(super) left: i32,
    pub(super) right: i32,
    pub(super) top: i32,
    pub(super) bottom: i32,
    /// How many of those below hold ticks and label.
    below: i32,
}

impl Layout {
    /// The room that title, labels and ticks take; `side` pixels at the right are for something else.
    pub(super) fn new(plot: &Plot, x: &Axis, y: &Axis, side: i32) -> Self {
        let widest = |axis: &Axis| {
            let widths = axis.ticks().iter().map(|&t| text::width(&axis.label(t), SMALL));
            widths.fold(0.0, f64::max).ceil() as i32
        };
        let label = |l: &Option<String>| if l.is_some() { 22 } else { 0 };
        let below = 2 * TICK + SMALL + 6 + label(&plot.x_label);
        Self {
            left: MARGIN + widest(y) + 2 * TICK + 4 + label(&plot.y_label),
            // Half of a tick label may stand out over the end of the axis.
            right: side + (widest(x) / 2).max(18),
            top: if plot.title.is_some() { 48 } else { 20 },
            bottom: below + 10,
            below,
        }
    }
    /// The width between the axes.
    pub(super) fn width(&self) -> i32 {
        (WIDTH - self.left - self.right).max(1)
    }
    /// The height between the axes.
    pub(super) fn height(&self) -> i32 {
        (HEIGHT - self.top - self.bottom).max(1)
    }
}

/// Draws the frame and gives the area inside.
pub(super) fn frame<'a>(
    plot: &Plot,
    root: &Root<'a>,
    layout: &Layout,
    (x, y): (Axis, Axis),
    grid: bool,
) -> Result<Area<'a>, Problem> {
    if let Some(title) = &plot.title {
        let title = text::fitted(title, text::LARGE, f64::from(WIDTH - layout.left - 12));
        root.draw(&Text::new(title, (layout.left * FINE, 26 * FINE), text::title()))?;
    }
    let (width, height) = (f64::from(layout.width()), f64::from(layout.height()));
    let mut builder = ChartBuilder::on(root);
    builder
        .margin_top(layout.top * FINE)
        .margin_right(layout.right * FINE)
        .margin_bottom((layout.bottom - layout.below) * FINE)
        .margin_left(MARGIN * FINE)
        .y_label_area_size((layout.left - MARGIN) * FINE)
        .x_label_area_size(layout.below * FINE);
    let mut chart = builder.build_cartesian_2d(x, y)?;
    let mut mesh = chart.configure_mesh();
    mesh.set_all_tick_mark_size(TICK * FINE)
        .axis_style(FRAME.stroke_width(FINE as u32))
        .bold_line_style(GRID.stroke_width(FINE as u32))
        .label_style(text::letters(SMALL, &GREY, HPos::Center, VPos::Center))
        .axis_desc_style(text::letters(MEDIUM, &INK, HPos::Center, VPos::Center));
    if let Some(label) = &plot.x_label {
        mesh.x_desc(text::fitted(label, MEDIUM, width));
    }
    if let Some(label) = &plot.y_label {
        mesh.y_desc(text::fitted(label, MEDIUM, height));
    }
    if !grid {
        mesh.disable_mesh();
    }
    mesh.draw()?;
    Ok(chart.plotting_area().clone())
}

/// A remark in the middle, where there is nothing to draw.
pub(super) fn remark(root: &Root<'_>, layout: &Layout, words: &str) -> Drawn {
    let (x, y) = (layout.left + layout.width() / 2, layout.top + layout.height() / 2);
    let style = text::letters(MEDIUM, &GREY, HPos::Center, VPos::Center);
    root.draw(&Text::new(words.to_string(), (x * FINE, y * FINE), style))
}
