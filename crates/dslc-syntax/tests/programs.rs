//! Every program of the collection parses, and nothing that is cut or garbled panics.
#![allow(clippy::unwrap_used)]

use std::path::Path;

use dslc_base::Sources;
use dslc_syntax::parse_file;

fn programs() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/programs");
    let mut all: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|e| e.unwrap().path())
        .map(|p| (p.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read_to_string(p).unwrap()))
        .collect();
    all.sort();
    all
}

fn errors(text: &str) -> Vec<String> {
    let mut sources = Sources::new();
    let file = sources.add("t.dsl", text);
    let (_, diagnostics) = parse_file(file, text);
    diagnostics
        .iter()
        .map(|d| {
            let span = d.span().unwrap();
            let (line, column) = sources.file(file).line_column(span.start);
            format!("{line}:{column} {} {}", d.code, d.message)
        })
        .collect()
}

#[test]
fn every_program_parses() {
    let all = programs();
    assert!(all.len() >= 17);
    for (name, text) in all {
        assert_eq!(errors(&text), Vec::<String>::new(), "{name}");
    }
}

#[test]
fn prefixes_and_gaps_do_not_panic() {
    for (_, text) in programs() {
        for (at, _) in text.char_indices().step_by(7) {
            errors(&text[..at]);
            let rest = text[at..].char_indices().nth(3).map_or(text.len(), |(k, _)| at + k);
            errors(&format!("{}{}", &text[..at], &text[rest..]));
        }
    }
}

#[test]
fn mistakes_are_named_where_they_stand() {
    for (text, expected) in [
        ("let y = (1, 2", "1:9 E0102 this `(` is never closed"),
        ("let y = [1, 2)", "1:14 E0102 expected `]`, found `)`"),
        ("let y = 1)", "1:10 E0102 `)` closes nothing"),
        ("let y = 1.\n", "1:9 E0104 `1.` is no number"),
        ("let y = 1_000_", "1:9 E0104 `1_000_` is no number"),
        ("let y = 0x", "1:9 E0104 `0x` is no number"),
        ("let y = 12abc", "1:9 E0104 `12abc` is no number"),
        ("let y = 1e999", "1:9 E0105 this number is too large for a float"),
        ("def f(x) = x", "1:1 E0110 `def` is a word of other languages"),
        ("let y = \"abc", "1:9 E0106 this string has no end on its line"),
        ("let y = \"a\\q\"", "1:11 E0106 this escape is not known"),
        ("let y = 1 ? 2", "1:11 E0103 `?` has no meaning here"),
        ("let y = a < b < c", "1:15 E0101 expected an operator or the end of the statement, found `<`"),
        ("let = 3", "1:5 E0101 expected a name, `(`, `{` or a pattern, found `=`"),
    ] {
        let found = errors(text);
        let code = expected.split(' ').take(2).collect::<Vec<_>>().join(" ");
        assert!(found.iter().any(|f| f.starts_with(&code)), "{text}\n  expected {expected}\n  found {found:?}");
    }
}

#[test]
fn one_mistake_does_not_hide_the_next() {
    let found = errors("let a = )\nlet b = 2\nfn f( = 3\nlet c = ]\n");
    assert_eq!(found.len(), 3, "{found:?}");
}

#[test]
fn depth_is_limited_and_length_is_not() {
    let run = || {
        assert_eq!(errors(&format!("let y = {}1", "1 + ".repeat(100_000))).len(), 0);
        assert_eq!(errors(&"let y = 1\n".repeat(100_000)).len(), 0);
        for nasty in
            ["(", "[", "{", "-", "not ", "|x| ", "x^", "f(", "if a { ", "a.b", "f(1)", "x[0]", "{a: ", "1, (", "|x, "]
        {
            let text = format!("let y = {}", nasty.repeat(100_000));
            errors(&text);
        }
        assert!(errors(&format!("let y = {}x", "-".repeat(100_000)))[0].contains("E0107"));
        assert!(errors(&format!("let y = f{}", "(1)".repeat(100_000)))[0].contains("E0107"));
        assert!(errors(&format!("let y = {}x{}", "(".repeat(257), ")".repeat(257)))[0].contains("E0107"));
        assert_eq!(errors(&format!("let y = {}x{}", "(".repeat(256), ")".repeat(256))), Vec::<String>::new());
    };
    std::thread::Builder::new().stack_size(2 << 20).spawn(run).unwrap().join().unwrap();
}
