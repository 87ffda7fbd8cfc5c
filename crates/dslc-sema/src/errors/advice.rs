//! What helps after a mistake: the name that was meant, what a name of another language is here, a conversion.

use dslc_base::{Diagnostic, Span};

use crate::foreign::Hint;

/// Offers a name that is near.
pub(super) fn did_you_mean(d: Diagnostic, span: Span, near: Option<&str>) -> Diagnostic {
    match near {
        Some(n) => d.help(format!("did you mean `{n}`?")).edit(span, n),
        None => d,
    }
}

/// The name nearest to a misspelt one, if one is near.
pub(crate) fn nearest(name: &str, names: Vec<String>) -> Option<String> {
    // Of one or two letters, another one is another name; only their case may be a slip, or one too many.
    let limit = match name.chars().count() {
        0..=2 => 0,
        n => (n / 3).max(1),
    };
    let lower = name.to_lowercase();
    let initial = |n: &str| n.chars().next();
    let mut best: Vec<(usize, bool, String)> = names
        .into_iter()
        .filter(|n| n != name)
        .map(|n| (distance(&lower, &n.to_lowercase()), initial(&n) != initial(name), n))
        .filter(|(d, _, n)| *d <= limit || *d == 1 && n.len() == 1 && name.chars().count() == 2)
        .collect();
    best.sort();
    best.into_iter().next().map(|b| b.2)
}

/// The distance of Damerau and Levenshtein, where a swap of neighbours counts one.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut rows: Vec<Vec<usize>> = vec![(0..=b.len()).collect()];
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let above = &rows[i - 1];
            let mut least =
                (above[j - 1] + usize::from(a[i - 1] != b[j - 1])).min(above[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                least = least.min(rows[i - 2][j - 2] + 1);
            }
            row.push(least);
        }
        rows.push(row);
    }
    rows[a.len()][b.len()]
}

/// What a name of another language is here.
pub(super) fn hinted(d: Diagnostic, span: Span, (help, here): Hint) -> Diagnostic {
    let d = d.help(help);
    match here {
        Some(here) => d.edit(span, here),
        None => d,
    }
}

/// The conversion that would make a value of one type fit another, if their shapes are equal.
pub(super) fn converted(d: Diagnostic, expected: &str, found: &str) -> Diagnostic {
    let parts = |shown: &str| {
        let shown = shown.trim_matches('`').to_string();
        let k = shown.find('[').unwrap_or(shown.len());
        (shown[..k].to_string(), shown[k..].to_string())
    };
    let ((to, shape), (from, other)) = (parts(expected), parts(found));
    if shape != other {
        return d;
    }
    let float = |t: &str| matches!(t, "f64" | "f32");
    match (to.as_str(), from.as_str()) {
        ("c128", "f64") | ("c64", "f32") => d.help("nothing converts silently: write `complex(.., 0)`"),
        ("f64", "c128") | ("f32", "c64") => d.help("take a part by `real(..)` or `imag(..)`, or `abs(..)`"),
        (t, "i64") if float(t) => d.help(format!("nothing converts silently: write `{t}(..)`")),
        ("i64", f) if float(f) => d.help("write `i64(..)`, which cuts towards 0"),
        (t, "bool") if float(t) && shape.is_empty() => d.help("write `if c { 1.0 } else { 0.0 }`"),
        (t, f) if float(t) && f.contains("plus<") => d.help("take the number out by `real(..)`"),
        (t, f) if float(f) && t.contains("plus<") => {
            d.help(format!("write `{}(..)`", t.split('<').next().unwrap_or(t)))
        }
        (t, f) if float(t) && float(f) && t != f => {
            d.help(format!("nothing converts silently: write `{t}(..)`"))
        }
        _ => d,
    }
}

/// What would keep a read inside.
pub(crate) enum Fix {
    /// The index, and a range for it.
    Range(String, String),
    /// What a position that counts from the end is.
    FromEnd(String),
    /// The last position.
    Last(String),
}
