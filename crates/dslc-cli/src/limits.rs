//! Limits that the command line sets.

use clap::Args;

/// What a program may use. The standard ones are far above what people write; a program that meets one ends with
/// exit code 5.
#[derive(Args)]
pub(crate) struct LimitOptions {
    /// Bytes of memory for tensors, such as 512M or 4G.
    #[arg(long, value_name = "BYTES", default_value = "4G", value_parser = bytes)]
    max_memory: u64,
    /// Bytes that the reverse derivative of each loop may keep of its trips, such as 64M; a loop that would keep more does
    /// parts of its forward work again. Without, as many as it takes.
    #[arg(long, value_name = "BYTES", value_parser = bytes)]
    residual_memory: Option<u64>,
    /// Rounds of loops that a run, or a line of the REPL, may make; without, as many as it likes.
    #[arg(long, value_name = "N")]
    max_steps: Option<u64>,
    /// Operations of the whole program.
    #[arg(long, value_name = "N", default_value_t = dslc::Limits::default().nodes)]
    max_nodes: usize,
    /// Calls inside calls.
    #[arg(long, value_name = "N", default_value_t = dslc::Limits::default().call_depth)]
    max_call_depth: usize,
    /// Imports inside imports.
    #[arg(long, value_name = "N", default_value_t = dslc::Limits::default().import_depth)]
    max_import_depth: usize,
    /// Axes of one tensor.
    #[arg(long, value_name = "N", default_value_t = dslc::Limits::default().rank)]
    max_rank: usize,
    /// Parts of one type or value.
    #[arg(long, value_name = "N", default_value_t = dslc::Limits::default().type_size)]
    max_type_size: usize,
    /// Diagnostics that are shown; the rest are counted.
    #[arg(long, value_name = "N", default_value_t = dslc::Limits::default().diagnostics)]
    max_diagnostics: usize,
}

/// The names of the options; each takes a value.
pub(crate) const NAMES: [&str; 9] = [
    "--residual-memory",
    "--max-memory",
    "--max-steps",
    "--max-nodes",
    "--max-call-depth",
    "--max-import-depth",
    "--max-rank",
    "--max-type-size",
    "--max-diagnostics",
];

impl LimitOptions {
    /// How much the reverse derivative of each loop may keep.
    pub(crate) fn residual_memory(&self) -> Option<u64> {
        self.residual_memory
    }
    /// How much memory the tensors of a program may take.
    pub(crate) fn memory(&self) -> u64 {
        self.max_memory
    }
    /// How many steps a program may take, if that is bounded.
    pub(crate) fn steps(&self) -> Option<u64> {
        self.max_steps
    }
    /// How much a check may do.
    pub(crate) fn of_check(&self) -> dslc::Limits {
        dslc::Limits {
            nodes: self.max_nodes,
            call_depth: self.max_call_depth,
            import_depth: self.max_import_depth,
            rank: self.max_rank,
            type_size: self.max_type_size,
            diagnostics: self.max_diagnostics,
        }
    }
}

/// A number of bytes, with `k`, `M` or `G`, or `KiB`, `MiB` or `GiB`, for powers of 1024.
fn bytes(text: &str) -> Result<u64, String> {
    let text = text.strip_suffix("iB").filter(|t| t.ends_with(['k', 'K', 'M', 'G'])).unwrap_or(text);
    let (digits, shift) = match text.char_indices().next_back() {
        Some((at, 'k' | 'K')) => (&text[..at], 10),
        Some((at, 'M')) => (&text[..at], 20),
        Some((at, 'G')) => (&text[..at], 30),
        _ => (text, 0),
    };
    let number: Option<u64> = digits.parse().ok();
    number
        .and_then(|n| n.checked_mul(1 << shift))
        .ok_or_else(|| "write a number of bytes, such as 512M".into())
}

#[test]
fn sizes_have_suffixes() {
    for (text, expected) in [
        ("0", Some(0)),
        ("12", Some(12)),
        ("3k", Some(3072)),
        ("64MiB", Some(64 << 20)),
        ("2G", Some(1 << 31)),
    ] {
        assert_eq!(bytes(text).ok(), expected, "{text}");
    }
    for wrong in ["", "k", "-1", "1.5G", "1T", "64iB", "MiB", "18446744073709551615k", "\u{e9}"] {
        assert!(bytes(wrong).is_err(), "{wrong}");
    }
}
