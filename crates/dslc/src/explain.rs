//! The page of a code: what it means, a program that gives it, and one that does not.

/// Each code and its page, as Markdown, by code.
pub const PAGES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/pages.rs"));

/// The page of a code as plain text for a terminal.
///
/// # Errors
/// There is no such code; the nearest one that there is.
pub fn explain(code: &str) -> Result<String, &'static str> {
    let code = code.to_ascii_uppercase();
    match PAGES.iter().find(|p| p.0 == code) {
        Some((_, page)) => Ok(plain(page)),
        None => Err(nearest(&code)),
    }
}

/// Code stands indented instead of fenced, and what only the tests read is left out.
fn plain(page: &str) -> String {
    let mut out = String::new();
    let mut code = false;
    for line in page.lines() {
        if line.starts_with("```") {
            code = !code;
        } else if code && !line.is_empty() {
            out.push_str(&format!("    {line}\n"));
        } else if !line.starts_with("<!--") {
            out.push_str(&format!("{line}\n"));
        }
    }
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
}

/// The code that differs in the fewest characters, those at the start counting most.
fn nearest(code: &str) -> &'static str {
    let distance = |other: &str| {
        let differs = |k: usize| u32::from(code.as_bytes().get(k) != other.as_bytes().get(k));
        (0..5).map(|k| differs(k) << (5 - k)).sum::<u32>()
    };
    PAGES.iter().map(|p| p.0).min_by_key(|other| distance(other)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_reads_as_plain_text() {
        let page = "# E1: a\n\nText.\n\n```dsl wrong\nlet x\n```\n\n<!-- no-program: none -->\n";
        assert_eq!(plain(page), "# E1: a\n\nText.\n\n    let x\n");
    }
}
