//! The legend: a column at the right with one line for each name.

use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, VPos};

use super::chart::{Drawn, Layout, Root};
use super::text::{self, INK, SMALL};
use super::{FINE, Kind, WIDTH};

/// The height of a line, and the room before a name, in pixels.
const LINE: i32 = 20;
const MARK: i32 = 26;
/// Names are cut to this width.
const WIDEST: f64 = 150.0;

/// Names and their colours. Empty if there is nothing to tell apart.
#[derive(Default)]
pub(super) struct Legend {
    pub(super) entries: Vec<(String, RGBColor)>,
}

impl Legend {
    /// The legend of these names, if there are several.
    pub(super) fn new(entries: Vec<(String, RGBColor)>) -> Self {
        if entries.len() < 2 {
            return Self::default();
        }
        let cut = |(name, color): (String, RGBColor)| (text::fitted(&name, SMALL, WIDEST), color);
        Self { entries: entries.into_iter().map(cut).collect() }
    }

    /// The width that it takes, in pixels.
    pub(super) fn width(&self) -> i32 {
        let widest = self.entries.iter().map(|e| text::width(&e.0, SMALL)).fold(0.0, f64::max);
        if self.entries.is_empty() { 0 } else { widest.ceil() as i32 + MARK + 10 }
    }

    /// Draws it beside the area between the axes. What does not fit is counted.
    pub(super) fn draw(&self, kind: Kind, root: &Root<'_>, layout: &Layout) -> Drawn {
        let left = WIDTH - self.width() - 6;
        let room = (layout.height() / LINE).max(1) as usize;
        let shown = if self.entries.len() > room { room - 1 } else { self.entries.len() };
        let at = |k: usize| layout.top + LINE / 2 + k as i32 * LINE;
        let style = text::letters(SMALL, &INK, HPos::Left, VPos::Center);
        for (k, (name, color)) in self.entries.iter().take(shown).enumerate() {
            mark(kind, root, (left, at(k)), color)?;
            root.draw(&Text::new(name.clone(), ((left + MARK) * FINE, at(k) * FINE), style.clone()))?;
        }
        if shown < self.entries.len() {
            let more = format!("and {} more", self.entries.len() - shown);
            root.draw(&Text::new(more, ((left + MARK) * FINE, at(shown) * FINE), style))?;
        }
        Ok(())
    }
}

/// A piece of line, a point or a square in the colour of a name.
fn mark(kind: Kind, root: &Root<'_>, (x, y): (i32, i32), color: &RGBColor) -> Drawn {
    let (x, y) = (x * FINE, y * FINE);
    match kind {
        Kind::Line => {
            let ends = vec![(x, y), (x + 18 * FINE, y)];
            root.draw(&PathElement::new(ends, color.stroke_width(2 * FINE as u32)))
        }
        Kind::Scatter => root.draw(&Circle::new((x + 10 * FINE, y), 4 * FINE, color.filled())),
        Kind::Bars | Kind::Heat => {
            let corners = [(x + 5 * FINE, y - 5 * FINE), (x + 15 * FINE, y + 5 * FINE)];
            root.draw(&Rectangle::new(corners, color.filled()))
        }
    }
}
