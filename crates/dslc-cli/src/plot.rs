//! Plots as SVG text: lines, points, bars, and matrices as colours.
//!
//! The drawing is made on a canvas of [`FINE`] units to a pixel, since the backend knows whole units only; the head
//! of the text says the size in pixels. No font is read: widths of texts are estimated, and the one who shows the
//! picture brings the letters. The same plot gives the same bytes.
//!
//! NaN and infinities are not drawn; a line has a gap there. Of many points those that would hide behind others are
//! left out, see [`thin`].

mod axis;
mod chart;
mod heat;
mod legend;
mod marks;
mod palette;
#[cfg(test)]
mod tests;
mod text;
mod thin;

use plotters::prelude::*;

use chart::Root;

/// The size of a picture in pixels.
const WIDTH: i32 = 800;
const HEIGHT: i32 = 500;
/// Units of the canvas to a pixel.
const FINE: i32 = 10;

/// How the data is drawn.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    /// Each series as a line through its points, in their order.
    Line,
    /// Each point by itself.
    Scatter,
    /// Each point as a bar from 0; the bars of several series stand side by side.
    Bars,
    /// A matrix, each entry a colour; row 0 is at the top.
    Heat,
}

/// Points in order. **Invariant**, checked when drawn: all columns have one length.
#[derive(Clone, Default, PartialEq, Debug)]
pub(crate) struct Series {
    /// What the legend calls it.
    pub(crate) name: Option<String>,
    /// Positions along the horizontal axis.
    pub(crate) x: Vec<f64>,
    /// Positions along the vertical axis.
    pub(crate) y: Vec<f64>,
    /// For a scatter plot: a number for each point; the points of one number have one colour.
    pub(crate) class: Option<Vec<i64>>,
}

/// A matrix, row by row.
#[derive(Clone, Default, PartialEq, Debug)]
pub(crate) struct Matrix {
    /// The number of rows.
    pub(crate) rows: usize,
    /// The number of columns.
    pub(crate) cols: usize,
    /// `rows * cols` entries.
    pub(crate) values: Vec<f64>,
}

/// A picture of data.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Plot {
    /// How it is drawn.
    pub(crate) kind: Kind,
    /// Above the picture.
    pub(crate) title: Option<String>,
    /// Below the horizontal axis.
    pub(crate) x_label: Option<String>,
    /// Beside the vertical axis.
    pub(crate) y_label: Option<String>,
    /// What is drawn, unless it is a heat map.
    pub(crate) series: Vec<Series>,
    /// What a heat map draws.
    pub(crate) matrix: Option<Matrix>,
}

/// A drawing of a program as a picture.
pub(crate) fn of(d: &dslc::Drawing) -> Plot {
    let kind = match d.kind {
        dslc::PlotKind::Line => Kind::Line,
        dslc::PlotKind::Scatter => Kind::Scatter,
        dslc::PlotKind::Bars => Kind::Bars,
        dslc::PlotKind::Heat => Kind::Heat,
    };
    let matrix = d.series.first().and_then(|s| {
        let (rows, cols) = s.shape?;
        Some(Matrix { rows, cols, values: s.y.clone() })
    });
    let series = d.series.iter().map(|s| {
        let x = s.x.clone().unwrap_or_else(|| (0..s.y.len()).map(|k| k as f64).collect());
        Series { name: s.name.clone(), x, y: s.y.clone(), class: s.class.clone() }
    });
    let series = if kind == Kind::Heat { Vec::new() } else { series.collect() };
    let (title, x_label, y_label) = (d.title.clone(), d.x_label.clone(), d.y_label.clone());
    Plot { kind, title, x_label, y_label, series, matrix: matrix.filter(|_| kind == Kind::Heat) }
}

impl Plot {
    /// The picture as the text of an SVG file, or why there is none.
    pub(crate) fn svg(&self) -> Result<String, String> {
        self.check()?;
        let mut out = String::new();
        let shown;
        {
            let size = ((WIDTH * FINE) as u32, (HEIGHT * FINE) as u32);
            let root = SVGBackend::with_string(&mut out, size).into_drawing_area();
            shown = self.draw(&root).map_err(|e| e.to_string())?;
            root.present().map_err(|e| e.to_string())?;
        }
        Ok(sized(&out, shown))
    }

    /// Draws on the canvas, and gives the width and height in pixels that the picture takes of it.
    fn draw(&self, root: &Root<'_>) -> Result<(i32, i32), chart::Problem> {
        root.fill(&WHITE)?;
        match (&self.matrix, self.kind) {
            (Some(matrix), Kind::Heat) => heat::draw(self, matrix, root),
            _ => marks::draw(self, root).map(|()| (WIDTH, HEIGHT)),
        }
    }

    /// The columns of a series have one length, and a matrix is full.
    fn check(&self) -> Result<(), String> {
        for (k, s) in self.series.iter().enumerate() {
            let classes = s.class.as_ref().map_or(s.x.len(), Vec::len);
            if s.x.len() != s.y.len() || s.x.len() != classes {
                let name = s.name.clone().unwrap_or_else(|| format!("number {k}"));
                return Err(format!(
                    "the series {name} has {} values of x, {} of y and {classes} classes; there must be as many of each",
                    s.x.len(),
                    s.y.len(),
                ));
            }
        }
        match (&self.matrix, self.kind) {
            (None, Kind::Heat) => Err("a heat map needs a matrix".into()),
            (Some(m), _) if m.rows.checked_mul(m.cols) != Some(m.values.len()) => Err(format!(
                "a matrix of {} rows and {} columns has not {} entries",
                m.rows,
                m.cols,
                m.values.len()
            )),
            _ => Ok(()),
        }
    }
}

/// The text with its size in pixels, cut to what is shown of the canvas. The units of the canvas stay in the `viewBox`,
/// which is how SVG scales.
fn sized(svg: &str, (width, height): (i32, i32)) -> String {
    let (w, h) = (WIDTH * FINE, HEIGHT * FINE);
    let canvas = format!("<svg width=\"{w}\" height=\"{h}\" viewBox=\"0 0 {w} {h}\"");
    let (w, h) = (width * FINE, height * FINE);
    let shown = format!(
        "<svg width=\"{width}\" height=\"{height}\" stroke-linejoin=\"round\" viewBox=\"0 0 {w} {h}\""
    );
    svg.replacen(&canvas, &shown, 1)
}
