//! The standard library: modules in the language, part of the binary, parsed when they are imported.

const MODULES: &[(&str, &str)] = &[
    ("loss", include_str!("../../../stdlib/loss.dsl")),
    ("nn", include_str!("../../../stdlib/nn.dsl")),
    ("optim", include_str!("../../../stdlib/optim.dsl")),
    ("prelude", include_str!("../../../stdlib/prelude.dsl")),
];

/// The text of a module.
pub(crate) fn module(name: &str) -> Option<&'static str> {
    MODULES.iter().find(|m| m.0 == name).map(|m| m.1)
}

/// The modules: name and text.
pub fn modules() -> impl Iterator<Item = (&'static str, &'static str)> {
    MODULES.iter().copied()
}

/// The comment before a definition of a module, and its head: of `nn.dense`, or of `softmax` in the prelude.
pub fn doc(name: &str) -> Option<String> {
    let (module, name) = name.split_once('.').unwrap_or(("prelude", name));
    let text = MODULES.iter().find(|m| m.0 == module)?.1;
    let lines: Vec<&str> = text.lines().collect();
    let defines = |l: &str| {
        let rest =
            l.strip_prefix("fn ").or_else(|| l.strip_prefix("model ")).or_else(|| l.strip_prefix("type "));
        rest.and_then(|r| r.strip_prefix(name)).is_some_and(|r| r.starts_with(['(', '[', '<', ' ']))
    };
    let at = lines.iter().position(|l| defines(l))?;
    let comments = lines[..at].iter().rev().take_while(|l| l.starts_with("//")).count();
    let mut out: Vec<&str> =
        lines[at - comments..at].iter().map(|l| l.trim_start_matches('/').trim()).collect();
    out.push(lines[at].trim_end_matches(['{', '=', ' ']));
    Some(out.join("\n"))
}
