//! Rows 32 to 47: depth and length.

use crate::trial::{Trial, all};

fn nested(open: &str, inner: &str, close: &str, levels: usize) -> String {
    format!("let y = {}{inner}{}", open.repeat(levels), close.repeat(levels))
}

#[test]
fn rows_32_to_36_depth_is_a_limit() {
    Trial::of("32", "(".repeat(1 << 20)).ends(5);
    Trial::of("33", nested("(", "1", ")", 100_000)).ends(5);
    Trial::of("34", ")".repeat(1 << 20)).ends(1);
    Trial::of("35", nested("-", "1", "", 100_000)).ends(5);
    for (name, open, inner, close) in [
        ("36-if", "if true { ", "1", " } else { 2 }"),
        ("36-closure", "|x| ", "1", ""),
        ("36-block", "{ ", "1", " }"),
        ("36-tuple", "(1, ", "1", ")"),
        ("36-array", "[", "1", "]"),
        ("36-call", "f(", "1", ")"),
        ("36-record", "{a: ", "1", "}"),
        ("36-index", "x[", "1", "]"),
        ("36-field", "", "x", ".a"),
        ("36-power", "2^", "1", ""),
        ("36-mixed", "f(|x| if a { [(-", "x", ")] })"),
    ] {
        Trial::of(name, nested(open, inner, close, 100_000)).ends(5);
    }
    Trial::of("36-type", format!("let y: f64{} = 1", "[2]".repeat(100_000))).ends(5);
}

#[test]
fn rows_37_to_39_length_is_none() {
    let n = 100_000;
    for (name, program) in [
        ("37-exact", format!("let a = 1.0\nprint(a{})", " + a".repeat(n))),
        ("37", format!("fn f(a: f64) -> f64 = a{}\nprint(f(1.0))", " + a".repeat(n))),
        ("37-and", format!("let a = 1 < 2\nprint(a{})", " and a".repeat(n))),
        ("37-mutable", format!("let mut a = 1\n{}print(a)", "a += 1\n".repeat(5_000))),
        ("38", (0..n).map(|k| format!("let x{k} = {k}.5\n")).collect()),
        ("38-inside", {
            let lets: String = (0..n).map(|k| format!("let x{k} = x + {k}\n")).collect();
            format!("fn f(x: f64) -> f64 {{\n{lets}x{} }}\nprint(f(1.0))", n - 1)
        }),
        ("39", (0..n).map(|k| format!("fn f{k}(x: f64) -> f64 = x + {k}\n")).collect()),
        ("39-tests", (0..2_000).map(|k| format!("test \"t{k}\" {{ assert(1 < 2) }}\n")).collect()),
        ("39-elif", format!("let y = if 1 < 2 {{ 1 }}{} else {{ 3 }}", " else if 2 < 1 { 2 }".repeat(n))),
        ("39-array", format!("print(sum([{}]))", "1.5, ".repeat(n))),
    ] {
        Trial::of(name, program).ends_in(&[0, 5]);
    }
    Trial::of("37-reverse", format!("fn f(a: f64) -> f64 = a{}\nprint(grad(f)(1.0))", " * a".repeat(20_000)))
        .ends_in(&[0, 5]);
    // A chain of layers is a value that nests.
    Trial::of("37-compose", format!("let f = sin{}\nprint(f(1.0))", " >> sin".repeat(n))).ends(5);
    Trial::of("37-compose-short", format!("let f = sin{}\nprint(f(1.0))", " >> sin".repeat(500))).ends(0);
}

#[test]
fn row_40_nesting_to_the_limit() {
    for (levels, code) in [(255, 0), (256, 0), (257, 5)] {
        Trial::of("40", nested("(", "1", ")", levels)).ends(code);
    }
    // Each level may be walked more than once, but not as often as all the levels above it.
    Trial::of("40-blocks", nested("{ ", "1", " }", 250)).ends(0);
    Trial::of("40-branches", nested("if 1 < 2 { ", "1", " } else { 2 }", 250)).ends(0);
}

#[test]
fn rows_43_to_47_small_mistakes() {
    Trial::of("43", "print(1)").ends(0);
    Trial::of("44", "let x = 1\nprint(x)let x = 1\nprint(x)\n").ends(1);
    Trial::of("45", ";".repeat(100_000)).ends_in(&[0, 1]);
    for (name, line) in [("46", "let y = 1 2\n"), ("46-names", "print(nothing)\n")] {
        let e = Trial::of(name, line.repeat(10_000)).words("--message-format short").ends(1);
        assert!(e.err.matches("error[").count() <= 100, "{}", e.err.len());
    }
    // A name is told as unknown once.
    let unknown: String = (0..150).map(|k| format!("print(lacking{k})\n")).collect();
    let e = Trial::of("46-more", unknown).ends(1);
    assert!(e.err.contains("50 more are not shown"), "{}", e.err);
    all(&[("47", "let if = 1", 1), ("47-field", "let x = {if: 1}", 1)]);
}
