//! Pictures by their structure: what is drawn, how often, and that it stays inside.
#![allow(clippy::unwrap_used)]

use super::{FINE, HEIGHT, Kind, Matrix, Plot, Series, WIDTH};

fn plot(kind: Kind, series: Vec<Series>) -> Plot {
    Plot { kind, title: None, x_label: None, y_label: None, series, matrix: None }
}

fn series(x: &[f64], y: &[f64]) -> Series {
    Series { x: x.to_vec(), y: y.to_vec(), ..Series::default() }
}

fn named(name: &str, x: &[f64], y: &[f64]) -> Series {
    Series { name: Some(name.into()), ..series(x, y) }
}

/// An element: its name, its attributes, and the text inside.
type Element = (String, Vec<(String, String)>, String);

/// The elements of a picture.
fn elements(svg: &str) -> Vec<Element> {
    let mut out = Vec::new();
    for part in svg.split('<').skip(1).filter(|p| !p.starts_with('/')) {
        let (tag, text) = part.split_once('>').unwrap();
        let (name, rest) = tag.trim_end_matches('/').split_once(' ').unwrap();
        let mut attributes = Vec::new();
        let mut rest = rest;
        while let Some((key, more)) = rest.split_once("=\"") {
            let (value, more) = more.split_once('"').unwrap();
            attributes.push((key.trim().to_string(), value.to_string()));
            rest = more;
        }
        out.push((name.to_string(), attributes, text.trim().to_string()));
    }
    out
}

fn count(svg: &str, name: &str) -> usize {
    elements(svg).iter().filter(|e| e.0 == name).count()
}

fn texts(svg: &str) -> Vec<String> {
    elements(svg).into_iter().filter(|e| e.0 == "text").map(|e| e.2).collect()
}

/// Lines of the width of a series, as points.
fn lines(svg: &str) -> Vec<Vec<(i32, i32)>> {
    let wide = (2 * FINE).to_string();
    let mut out = Vec::new();
    for (name, attributes, _) in elements(svg) {
        let get = |k: &str| attributes.iter().find(|a| a.0 == k).map(|a| a.1.clone());
        if name == "polyline" && get("stroke-width").as_ref() == Some(&wide) {
            let points = get("points").unwrap();
            let pairs = points.split_whitespace().map(|p| p.split_once(',').unwrap());
            out.push(pairs.map(|(x, y)| (x.parse().unwrap(), y.parse().unwrap())).collect());
        }
    }
    out
}

/// The size of a picture in pixels.
fn size(svg: &str) -> (i32, i32) {
    let svg = &elements(svg)[0];
    let get = |k: &str| svg.1.iter().find(|a| a.0 == k).unwrap().1.parse().unwrap();
    (get("width"), get("height"))
}

/// Every coordinate is on the canvas, and no number of the picture is broken.
fn is_sound(svg: &str) {
    let (width, height) = size(svg);
    assert!(width <= WIDTH && height <= HEIGHT && svg.trim_end().ends_with("</svg>"));
    assert!(svg.contains(&format!("viewBox=\"0 0 {} {}\"", width * FINE, height * FINE)));
    assert_eq!(svg.matches("<text").count(), svg.matches("</text>").count());
    for (name, attributes, _) in elements(svg) {
        for (key, value) in attributes {
            let limit = match key.as_str() {
                "x" | "x1" | "x2" | "cx" => WIDTH * FINE,
                "y" | "y1" | "y2" | "cy" => HEIGHT * FINE,
                "width" | "height" if name == "rect" => WIDTH * FINE,
                _ => continue,
            };
            let number: i32 = value.parse().unwrap();
            assert!((0..=limit).contains(&number), "{name} {key} {number}");
        }
    }
    for line in lines(svg) {
        assert!(line.iter().all(|p| (0..WIDTH * FINE).contains(&p.0) && (0..HEIGHT * FINE).contains(&p.1)));
    }
}

fn drawn(p: &Plot) -> String {
    let svg = p.svg().unwrap();
    is_sound(&svg);
    assert_eq!(Ok(&svg), p.svg().as_ref(), "the same plot gives the same bytes");
    svg
}

#[test]
fn a_line_goes_through_its_points() {
    let mut p = plot(Kind::Line, vec![series(&[0.0, 1.0, 2.0], &[1.0, 3.0, 2.0])]);
    (p.title, p.x_label, p.y_label) =
        (Some("a < b & \"c\"".into()), Some("epoch".into()), Some("loss".into()));
    let svg = drawn(&p);
    let lines = lines(&svg);
    assert_eq!(lines.len(), 1);
    let [a, b, c] = lines[0].as_slice() else { panic!("{lines:?}") };
    assert!(a.0 < b.0 && b.0 < c.0 && (b.0 - a.0).abs_diff(c.0 - b.0) <= 1);
    // Larger is higher, and the canvas counts downwards: 3 is twice as far from 1 as 2 is.
    assert!(b.1 < c.1 && c.1 < a.1 && (a.1 - b.1).abs_diff(2 * (a.1 - c.1)) <= 2);
    let texts = texts(&svg);
    for text in ["a &lt; b &amp; &quot;c&quot;", "epoch", "loss", "0", "2.0", "1.0"] {
        assert!(texts.iter().any(|t| t == text), "{text} in {texts:?}");
    }
}

#[test]
fn what_is_no_number_leaves_a_gap() {
    let (nan, inf) = (f64::NAN, f64::INFINITY);
    let x: Vec<f64> = (0..8).map(f64::from).collect();
    let svg = drawn(&plot(Kind::Line, vec![series(&x, &[1.0, 2.0, nan, 4.0, inf, 6.0, 7.0, 8.0])]));
    let lengths: Vec<usize> = lines(&svg).iter().map(Vec::len).collect();
    // Of few points each is a dot; of many only the one that stands alone.
    assert_eq!((lengths.as_slice(), count(&svg, "circle")), ([2, 3].as_slice(), 6));
    let many: Vec<f64> = (0..40).map(f64::from).collect();
    let holes: Vec<f64> = many.iter().map(|&x| if x == 20.0 || x == 22.0 { nan } else { x }).collect();
    assert_eq!(count(&drawn(&plot(Kind::Line, vec![series(&many, &holes)])), "circle"), 1);
    let svg = drawn(&plot(Kind::Scatter, vec![series(&x, &[1.0, 2.0, nan, 4.0, inf, 6.0, 7.0, -inf])]));
    assert_eq!(count(&svg, "circle"), 5);
    let svg = drawn(&plot(Kind::Bars, vec![series(&x, &[1.0, 2.0, nan, 4.0, inf, 6.0, 7.0, 8.0])]));
    // The background is a rectangle too.
    assert_eq!(count(&svg, "rect"), 7);
}

#[test]
fn nothing_and_next_to_nothing() {
    for kind in [Kind::Line, Kind::Scatter, Kind::Bars] {
        for none in [vec![], vec![series(&[], &[])], vec![series(&[f64::NAN], &[1.0])]] {
            let svg = drawn(&plot(kind, none));
            assert!(texts(&svg).iter().any(|t| t == "there are no points to show"));
        }
        let svg = drawn(&plot(kind, vec![series(&[3.0], &[5.0])]));
        let found = if kind == Kind::Bars { count(&svg, "rect") - 1 } else { count(&svg, "circle") };
        assert_eq!(found, 1, "{kind:?}");
        drawn(&plot(kind, vec![series(&[0.0, 1.0, 2.0], &[4.0, 4.0, 4.0])]));
        let huge = [f64::MIN, f64::MAX, 0.0, 5e-324];
        drawn(&plot(kind, vec![series(&huge, &huge), series(&[1e-300, 2e-300], &[1e300, -1e300])]));
    }
}

#[test]
fn a_legend_stands_where_there_are_several_names() {
    let one = named("train", &[0.0, 1.0], &[1.0, 2.0]);
    assert!(!texts(&drawn(&plot(Kind::Line, vec![one.clone()]))).contains(&"train".to_string()));
    let two = vec![one, named("<held out>\n", &[0.0, 1.0], &[2.0, 1.0])];
    for kind in [Kind::Line, Kind::Scatter, Kind::Bars] {
        let found = texts(&drawn(&plot(kind, two.clone())));
        assert!(found.contains(&"train".into()) && found.contains(&"&lt;held out&gt;".into()), "{found:?}");
    }
    let many: Vec<Series> =
        (0..50).map(|k| named(&format!("s{k}"), &[0.0, 1.0], &[0.0, f64::from(k)])).collect();
    let found = texts(&drawn(&plot(Kind::Line, many)));
    assert!(found.contains(&"s0".into()) && found.iter().any(|t| t.starts_with("and ")), "{found:?}");
}

#[test]
fn classes_have_colours() {
    let class = Some(vec![7, 2, 7, 2]);
    let s = Series { class, ..series(&[0.0, 1.0, 2.0, 3.0], &[0.0, 1.0, 4.0, 9.0]) };
    let svg = drawn(&plot(Kind::Scatter, vec![s]));
    let fills: Vec<String> = elements(&svg)
        .into_iter()
        .filter(|e| e.0 == "circle")
        .map(|e| e.1.iter().find(|a| a.0 == "fill").unwrap().1.clone())
        .collect();
    // Four points and two entries of the legend, of two colours.
    assert_eq!(fills.len(), 6);
    let different: std::collections::BTreeSet<&String> = fills.iter().collect();
    assert_eq!(different.len(), 2);
    assert!(texts(&svg).contains(&"7".to_string()));
}

#[test]
fn bars_start_at_zero_and_stand_side_by_side() {
    let x = [0.0, 1.0, 2.0];
    let svg = drawn(&plot(Kind::Bars, vec![series(&x, &[1.0, -2.0, 0.5]), series(&x, &[2.0, 2.0, 2.0])]));
    let mut bars: Vec<[i32; 4]> = elements(&svg)
        .into_iter()
        .filter(|e| e.0 == "rect")
        .skip(1)
        .map(|e| {
            ["x", "y", "width", "height"].map(|k| e.1.iter().find(|a| a.0 == k).unwrap().1.parse().unwrap())
        })
        .collect();
    bars.sort();
    assert_eq!(bars.len(), 6);
    assert!(bars.windows(2).all(|w| w[0][0] + w[0][2] <= w[1][0] + 1), "{bars:?}");
    // The first of 1 and the second of -2 meet at 0.
    let (up, down) = (bars[0], bars[2]);
    assert!((up[1] + up[3]).abs_diff(down[1]) <= 1 && down[3].abs_diff(2 * up[3]) <= 2, "{bars:?}");
}

#[test]
fn a_million_points_make_a_small_picture() {
    let n = 1_000_000;
    let x: Vec<f64> = (0..n).map(f64::from).collect();
    let y: Vec<f64> = x.iter().map(|x| (x * 0.01).sin() + (x * 12.9898).sin()).collect();
    let s = vec![series(&x, &y)];
    for kind in [Kind::Line, Kind::Scatter, Kind::Bars] {
        let svg = drawn(&plot(kind, s.clone()));
        assert!(svg.len() < 6_000_000, "{kind:?} {}", svg.len());
        assert!(svg.len() > 20_000, "{kind:?} {}", svg.len());
    }
}

#[test]
fn a_matrix_is_a_grid_of_colours() {
    let mut p = plot(Kind::Heat, vec![]);
    assert_eq!(p.svg(), Err("a heat map needs a matrix".into()));
    let values = vec![0.0, 1.0, 2.0, f64::NAN, 4.0, 5.0];
    p.matrix = Some(Matrix { rows: 2, cols: 3, values: values.clone() });
    let svg = drawn(&p);
    // The background, six cells, and the steps of the bar.
    assert_eq!(count(&svg, "rect"), 1 + 6 + 100);
    assert!(svg.contains("#D9D9D9") && svg.contains("#440154") && svg.contains("#FDE725"));
    p.matrix = Some(Matrix { rows: 2, cols: 4, values });
    assert_eq!(p.svg(), Err("a matrix of 2 rows and 4 columns has not 6 entries".into()));
    p.matrix = Some(Matrix { rows: 0, cols: 4, values: vec![] });
    assert!(texts(&drawn(&p)).contains(&"the matrix is empty".to_string()));
    let wild = vec![f64::MAX, f64::MIN, f64::INFINITY, f64::NEG_INFINITY];
    p.matrix = Some(Matrix { rows: 2, cols: 2, values: wild });
    drawn(&p);
    p.matrix = Some(Matrix { rows: 1000, cols: 1000, values: (0..1_000_000).map(f64::from).collect() });
    assert!(drawn(&p).len() < 8_000_000);
}

#[test]
fn a_small_matrix_shows_its_numbers() {
    let matrix = |rows, cols, values: &[f64]| {
        let mut p = plot(Kind::Heat, vec![]);
        p.matrix = Some(Matrix { rows, cols, values: values.to_vec() });
        drawn(&p)
    };
    let svg = matrix(2, 2, &[31.0, 0.0, 1.0, 27.0]);
    // The numbers come after the ticks of both axes, row by row, and before those of the bar.
    assert_eq!(texts(&svg)[4..8], ["31", "0", "1", "27"]);
    // Square cells need no more width than height, and what is left over is cut off.
    assert!(size(&svg).0 < 600 && size(&svg).1 == HEIGHT, "{:?}", size(&svg));
    let svg = matrix(2, 2, &[0.25, -0.5, 1.0 / 3.0, -1e-9]);
    assert_eq!(texts(&svg)[4..8], ["0.250", "-0.500", "0.333", "0.000"]);
    // Numbers that do not fit into their cells are left out, all of them.
    let none = matrix(1, 40, &[1e6; 40]);
    assert!(!texts(&none).iter().any(|t| t.starts_with("1000000")), "{:?}", texts(&none));
}

#[test]
fn columns_of_other_lengths_are_refused() {
    let p = plot(Kind::Line, vec![named("loss", &[0.0, 1.0], &[1.0])]);
    let why = "the series loss has 2 values of x, 1 of y and 2 classes; there must be as many of each";
    assert_eq!(p.svg(), Err(why.into()));
}
