//! Colours that people with any kind of colour vision tell apart.

use plotters::style::RGBColor;

/// The colours of Okabe and Ito (2008), without their yellow, which is too light for lines on white.
const SERIES: [RGBColor; 7] = [
    RGBColor(0x00, 0x72, 0xb2),
    RGBColor(0xe6, 0x9f, 0x00),
    RGBColor(0x00, 0x9e, 0x73),
    RGBColor(0xcc, 0x79, 0xa7),
    RGBColor(0xd5, 0x5e, 0x00),
    RGBColor(0x56, 0xb4, 0xe9),
    RGBColor(0x40, 0x40, 0x40),
];

/// The colour of a series. After the last the first returns darker, then lighter, and so on.
pub(super) fn series(k: usize) -> RGBColor {
    let base = SERIES[k % SERIES.len()];
    match (k / SERIES.len()) % 3 {
        0 => base,
        1 => mixed(base, RGBColor(0, 0, 0), 0.4),
        _ => mixed(base, RGBColor(0xff, 0xff, 0xff), 0.45),
    }
}

/// The colour map viridis by Smith and van der Walt (2015), at nine places; between them it is close to linear.
const VIRIDIS: [RGBColor; 9] = [
    RGBColor(0x44, 0x01, 0x54),
    RGBColor(0x47, 0x2d, 0x7b),
    RGBColor(0x3b, 0x52, 0x8b),
    RGBColor(0x2c, 0x72, 0x8e),
    RGBColor(0x21, 0x91, 0x8c),
    RGBColor(0x28, 0xae, 0x80),
    RGBColor(0x5e, 0xc9, 0x62),
    RGBColor(0xad, 0xdc, 0x30),
    RGBColor(0xfd, 0xe7, 0x25),
];

/// What an entry without a number looks like.
pub(super) const MISSING: RGBColor = RGBColor(0xd9, 0xd9, 0xd9);

/// The colour of a share from 0 to 1.
pub(super) fn shade(share: f64) -> RGBColor {
    if share.is_nan() {
        return MISSING;
    }
    let at = share.clamp(0.0, 1.0) * (VIRIDIS.len() - 1) as f64;
    let k = (at as usize).min(VIRIDIS.len() - 2);
    mixed(VIRIDIS[k], VIRIDIS[k + 1], at - k as f64)
}

/// The colour of letters that can be read on a colour; `faint` ones stand back.
pub(super) fn ink_on(ground: RGBColor, faint: bool) -> RGBColor {
    // The weights of ITU-R BT.601.
    let light = 0.299 * f64::from(ground.0) + 0.587 * f64::from(ground.1) + 0.114 * f64::from(ground.2);
    let ink = if light < 140.0 { RGBColor(0xff, 0xff, 0xff) } else { RGBColor(0x1a, 0x1a, 0x1a) };
    mixed(ground, ink, if faint { 0.4 } else { 1.0 })
}

fn mixed(a: RGBColor, b: RGBColor, share: f64) -> RGBColor {
    let part = |x: u8, y: u8| (f64::from(x) + (f64::from(y) - f64::from(x)) * share).round() as u8;
    RGBColor(part(a.0, b.0), part(a.1, b.1), part(a.2, b.2))
}
