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
