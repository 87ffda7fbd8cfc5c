//! Texts in a plot: what may stand in one, how wide it is, and in which letters.

use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{FontStyle, IntoTextStyle, RGBColor, TextStyle};

use super::FINE;

/// The colour of titles and names.
pub(super) const INK: RGBColor = RGBColor(0x26, 0x26, 0x26);
/// The colour of what stands behind: ticks, remarks.
pub(super) const GREY: RGBColor = RGBColor(0x5c, 0x5c, 0x5c);

/// The height of letters, in pixels.
pub(super) const SMALL: i32 = 12;
/// For axis labels.
pub(super) const MEDIUM: i32 = 13;
/// For the title.
pub(super) const LARGE: i32 = 16;

/// Letters of a height in pixels. The backend divides what it is given by 1.24.
pub(super) fn letters(size: i32, color: &RGBColor, h: HPos, v: VPos) -> TextStyle<'_> {
    let size = f64::from(size * FINE) * 1.24;
    ("sans-serif", size).into_text_style(&SIZELESS).color(color).pos(Pos::new(h, v))
}

/// The letters of the title.
pub(super) fn title() -> TextStyle<'static> {
    let size = f64::from(LARGE * FINE) * 1.24;
    let style = ("sans-serif", size, FontStyle::Bold).into_text_style(&SIZELESS);
    style.color(&INK).pos(Pos::new(HPos::Left, VPos::Center))
}

/// Sizes are given in units, never as shares of a parent.
const SIZELESS: (u32, u32) = (1, 1);

/// About how many pixels wide a text is: letters of the usual sans-serif faces, on the wide side.
pub(super) fn width(text: &str, size: i32) -> f64 {
    let ems: f64 = text
        .chars()
        .map(|c| match c {
            'i' | 'j' | 'l' | '.' | ',' | ':' | ';' | '\'' | '|' | '!' => 0.32,
            'm' | 'w' | 'M' | 'W' | '@' | '%' => 0.95,
            ' '..='~' => 0.62,
            // Letters of other scripts may fill a square.
            _ if c < '\u{1100}' => 0.7,
            _ => 1.0,
        })
        .sum();
    ems * f64::from(size)
}

/// A text in one line that XML can hold, cut to a width in pixels.
pub(super) fn fitted(text: &str, size: i32, room: f64) -> String {
    let line: String = text.trim().chars().map(|c| if allowed(c) { c } else { ' ' }).collect();
    if width(&line, size) <= room {
        return line;
    }
    let mut cut = String::new();
    for c in line.chars() {
        cut.push(c);
        if width(&cut, size) + f64::from(size) > room {
            cut.pop();
            break;
        }
    }
    format!("{}\u{2026}", cut.trim_end())
}

/// Whether XML allows a character and it takes no more than a line.
fn allowed(c: char) -> bool {
    !c.is_control() && !matches!(c, '\u{fffe}' | '\u{ffff}' | '\u{2028}' | '\u{2029}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_are_cut() {
        assert_eq!(fitted("loss\n\u{0}now", SMALL, 300.0), "loss  now");
        let long = fitted(&"loss ".repeat(100), SMALL, 100.0);
        assert!(long.ends_with('\u{2026}') && width(&long, SMALL) <= 112.0, "{long}");
        assert_eq!(fitted("abc", SMALL, 0.0), "\u{2026}");
    }
}
