//! The list of codes: each with its title and a link to its page.

const HEAD: &str = "\
# Errors, limits and warnings

Made by `cargo xtask docs` from the pages in `docs/errors`. `dslc explain CODE` prints a page.
";

/// What the codes that start so are about.
const GROUPS: &[(&str, &str)] = &[
    ("01", "The text"),
    ("02", "Names"),
    ("03", "Sizes and shapes"),
    ("04", "Indices and ranges"),
    ("05", "Types"),
    ("06", "Calls"),
    ("07", "Derivatives"),
    ("08", "The script, modules and data"),
    ("09", "Not yet"),
    ("10", "While a program runs"),
];

/// The page, from the pages of the codes.
pub(super) fn page(pages: &[(String, String)]) -> Result<String, String> {
    let mut out = HEAD.to_string();
    for (digits, group) in GROUPS {
        out.push_str(&format!("\n## {group}\n\n| code | |\n|---|---|\n"));
        for (code, text) in pages.iter().filter(|p| p.0.get(1..3) == Some(digits)) {
            let title = text.lines().next().and_then(|l| l.strip_prefix(&format!("# {code}: ")));
            let title = title.ok_or(format!("the page of {code} has no title"))?;
            out.push_str(&format!("| [{code}](errors/{code}.md) | {title} |\n"));
        }
    }
    let known = |code: &str| GROUPS.iter().any(|g| code.get(1..3) == Some(g.0));
    match pages.iter().find(|p| !known(&p.0)) {
        Some((code, _)) => Err(format!("{code} belongs to no group of codes")),
        None => Ok(out),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn codes_stand_in_their_group() {
        let page = |code: &str, text: &str| super::page(&[(code.into(), text.into())]);
        let text = page("E0201", "# E0201: unknown name\n\nMore.\n").unwrap_or_default();
        assert!(
            text.contains("## Names\n\n| code | |\n|---|---|\n| [E0201](errors/E0201.md) | unknown name |\n")
        );
        assert!(page("E0201", "# unknown name\n").is_err());
        assert!(page("E7701", "# E7701: what\n").is_err());
    }
}
