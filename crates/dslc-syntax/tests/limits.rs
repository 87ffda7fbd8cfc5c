//! Length is no mistake, depth has a limit, and neither takes long or much of the stack.
#![allow(clippy::unwrap_used)]

mod support;

use std::time::{Duration, Instant};

use dslc_syntax::{MAX_DIAGNOSTICS, MAX_NESTING, MAX_SOURCE, NotText, decode, print};
use support::{errors, on_a_small_stack, parse};

const NONE: Vec<String> = Vec::new();

/// Whether the one error is the one of nesting.
fn too_deep(text: &str) -> bool {
    let found = errors(text);
    found.len() == 1 && found[0].contains(" E0107 ")
}

fn nested(open: &str, inner: &str, close: &str, levels: usize) -> String {
    format!("let y = {}{inner}{}", open.repeat(levels), close.repeat(levels))
}

#[test]
fn long_programs_are_no_deep_programs() {
    on_a_small_stack(|| {
        let n = 100_000;
        for text in [
            format!("let y = {}1", "1 + ".repeat(n)),
            format!("let y = {}1", "x * y @ ".repeat(n)),
            format!("let y = {}a", "a and ".repeat(n)),
            format!("let y = {}f", "f >> ".repeat(n)),
            format!("let y = {}1", "x^2 - -y == 3 and ".repeat(n)),
            format!("let y = [{}]", "-1, ".repeat(n)),
            format!("let y = if a {{ 1 }}{}", " else if b { 2 }".repeat(n)),
            "let y = 1\n".repeat(n),
            "fn f(x: f64) -> f64 { x }\n".repeat(n),
            format!("fn f(x: f64) -> f64 {{\n{}x\n}}", "let y = |z| z\n".repeat(n)),
            ";\n".repeat(n),
        ] {
            let (file, found) = parse(&text);
            assert_eq!(found, NONE, "{}", &text[..40]);
            assert!(print::file(&file, true).len() >= file.items.len());
        }
    });
}

#[test]
fn brackets_nest_to_the_limit() {
    on_a_small_stack(|| {
        let brackets = [
            ("(", ")"),
            ("[", "]"),
            ("{ ", " }"),
            ("f(", ")"),
            ("{a: ", "}"),
            ("(1, ", ")"),
            ("if a { ", " }"),
            ("x[", "]"),
        ];
        for (open, close) in brackets {
            assert_eq!(errors(&nested(open, "x", close, MAX_NESTING - 1)), NONE, "{open}");
            assert_eq!(errors(&nested(open, "x", close, MAX_NESTING)), NONE, "{open}");
            assert!(too_deep(&nested(open, "x", close, MAX_NESTING + 1)), "{open}");
        }
        let types = format!("let y: {}f64{} = 1", "(".repeat(MAX_NESTING + 1), ")".repeat(MAX_NESTING + 1));
        assert!(too_deep(&types));
    });
}

#[test]
fn other_nests_have_the_limit_too() {
    on_a_small_stack(|| {
        for (open, inner, close) in [
            ("-", "x", ""),
            ("not ", "x", ""),
            ("|x| ", "x", ""),
            ("x^", "2", ""),
            ("", "f", "(1)"),
            ("", "x", "[0]"),
            ("", "x", ".a"),
            ("", "x", ".0"),
            ("", "f", "(1).a[2]"),
        ] {
            assert_eq!(errors(&nested(open, inner, close, 80)), NONE, "{open}{close}");
            assert!(too_deep(&nested(open, inner, close, 100_000)), "{open}{close}");
        }
        assert!(too_deep(&format!("let y: {}f64 = 1", "f64 -> ".repeat(100_000))));
        assert!(too_deep(&format!("let y: f64{} = 1", "[2]".repeat(100_000))));
        // Kinds of nests add up: each of these stays below its own limit.
        let both = format!("let y = {}x{}", format!("{}(", "-".repeat(200)).repeat(200), ")".repeat(200));
        assert!(too_deep(&both));
        let mixed = nested("f(|x| if a { [(-", "x", ")] })", 65);
        assert!(too_deep(&mixed));
    });
}

#[test]
fn the_highest_trees_fit_a_small_stack() {
    on_a_small_stack(|| {
        let text = nested("f(1 + ", "x", ")", 200);
        let (file, found) = parse(&text);
        assert_eq!(found, NONE);
        assert!(print::file(&file, true).len() > text.len());
        assert_eq!(errors(&nested("(-", "x", ")", 250)), NONE);
    });
}

#[test]
fn floods_end_soon() {
    on_a_small_stack(|| {
        for (unit, code) in [
            ("(", "E0107"),
            (")", "E0102"),
            ("-", "E0107"),
            ("{", "E0107"),
            ("/*", "E0112"),
            ("\"\n", "E0106"),
            ("$ ", "E0103"),
            ("\0", "E0103"),
            ("\u{202e}", "E0108"),
            ("&&", "E0111"),
            ("let y = )\n", "E0102"),
            ("let y = 1 2\n", "E0101"),
            (".5 ", "E0104"),
            ("fn f( = 3\n", "E0102"),
            ("|x", "E0101"),
            ("fn f(x: f64) { 1 2\n", "E0102"),
        ] {
            let text = unit.repeat((1 << 20) / unit.len());
            let start = Instant::now();
            let found = errors(&text);
            assert!(found.iter().any(|f| f.contains(code)), "{unit:?} {:?}", found.first());
            assert!(start.elapsed() < Duration::from_secs(5), "{unit:?} took {:?}", start.elapsed());
        }
    });
}

#[test]
fn many_mistakes_are_counted() {
    let text = "let y = 1 2\n".repeat(10_000);
    assert_eq!(errors(&text).len(), MAX_DIAGNOSTICS);
    let (_, diagnostics) =
        dslc_syntax::parse_file(dslc_base::Sources::new().add("t.dsl", text.as_str()), &text);
    assert_eq!(diagnostics.last().unwrap().notes, ["9900 more mistakes are not shown"]);
}

#[test]
fn sources_and_names_have_a_longest() {
    assert_eq!(errors(&" ".repeat(MAX_SOURCE)), NONE);
    let long = " ".repeat(MAX_SOURCE + 1);
    assert_eq!(errors(&long), ["1:1 E0118 the source has 16777217 bytes; the limit is 16777216"]);
    assert_eq!(decode(long.as_bytes()), Err(NotText::TooLong(MAX_SOURCE + 1)));
    assert_eq!(errors(&format!("let {} = 1", "a".repeat(1024))), NONE);
    assert_eq!(errors(&format!("let {} = 1", "a".repeat(1 << 20)))[0].split(' ').nth(1), Some("E0109"));
    assert_eq!(errors(&format!("let y = {}", "1".repeat(10_000))), NONE);
}

#[test]
fn bytes_that_are_no_text_are_placed() {
    for (bytes, offset) in [
        (&b"let y = \xff"[..], 8),
        (&b"\xc0\x80"[..], 0),
        (&b"a\xed\xa0\x80"[..], 1),
        (&b"let y = \xe2\x82"[..], 8),
        (&b"\xff\xfel\0"[..], 0),
    ] {
        let Err(why @ NotText::Utf8 { offset: found, utf16 }) = decode(bytes) else { panic!("{bytes:?}") };
        assert_eq!((found, utf16), (offset, bytes.starts_with(b"\xff\xfe")));
        assert_eq!(why.diagnostic("t.dsl").code, "E0119");
    }
    assert_eq!(decode("\u{feff}let y = 1".as_bytes()).map(|t| errors(&t)), Ok(NONE));
}
