//! Rows 1 to 31: bytes and words.

use crate::trial::{Trial, all};

#[test]
fn rows_1_to_6_empty_files_marks_and_line_ends() {
    all(&[
        ("1", "", 0),
        ("2", "  // nothing\n\n\t\n", 0),
        ("3", "\u{feff}print(1)\n", 0),
        ("4", "let x = 1\r\nprint(x)\r\n", 0),
        ("5", "let x = 1\rprint(x)\r", 0),
        ("6", "let x = 1\r\nlet y = 2\rprint(x + y)\n", 0),
    ]);
    for (name, program, place) in [
        ("3-place", "\u{feff}print(y)", ":1:7:"),
        ("4-place", "let x = 1\r\nprint(y)\r\n", ":2:7:"),
        ("5-place", "let x = 1\rprint(y)\r", ":2:7:"),
        ("6-place", "let x = 1\r\nlet z = 2\rprint(y)\n", ":3:7:"),
    ] {
        let e = Trial::of(name, program).words("--message-format short").ends(1);
        assert!(e.err.contains(place), "{name}: {}", e.err);
    }
}

#[test]
fn rows_7_to_12_bytes_that_do_not_belong() {
    for (name, bytes) in [
        ("7", &b"let x = 1\0 + 2"[..]),
        ("8-bell", b"let x = \x07 2"),
        ("8-delete", b"let x = \x7f 2"),
        ("9-ff", b"let x = \xff"),
        ("9-overlong", b"let x = \xc0\x80"),
        ("9-surrogate", b"let x = \xed\xa0\x80"),
        ("9-cut", b"let x = \xe2\x82"),
        ("10", b"\xff\xfep\0r\0i\0n\0t\0"),
    ] {
        let e = Trial::of(name, bytes).ends(1);
        let place = ["byte 0", "byte 8"].iter().any(|p| e.err.contains(p));
        assert!(place || !name.starts_with('9'), "{name}: {}", e.err);
    }
    all(&[("11", "let x\u{202e} = 1", 1), ("11-comment", "// \u{202e} reversed\nprint(1)", 1)]);
    // A joiner inside a name is no letter.
    Trial::of("12", "let a\u{200d}b = 1").ends(1);
}

#[test]
fn rows_13_to_18_names_and_strings() {
    Trial::of("13-emoji", "let \u{1f600} = 1\nprint(\u{1f600})").ends(1);
    Trial::of("13-cjk", "let \u{5909}\u{6570} = 1\nprint(\u{5909}\u{6570})").ends_in(&[0, 1]);
    Trial::of("14", "let \u{e9} = 1\nprint(e\u{301})").ends_in(&[0, 1]);
    Trial::of("15", "print(\"abc\nprint(1)").ends(1);
    Trial::of("16", "print(1) /* never ends").ends(1);
    Trial::of("17", "/*".repeat(100_000)).ends(1);
    Trial::of("18", r#"print("\n\t\\\"\u{e9}")"#).ends(0);
    all(&[("18-bad", r#"print("\q")"#, 1), ("18-far", r#"print("\u{110000}")"#, 1)]);
}

#[test]
fn rows_19_to_21_long_texts_and_escapes() {
    Trial::of("19", format!("let {} = 1", "a".repeat(1 << 20))).ends(5);
    Trial::of("20", " ".repeat((16 << 20) + 1)).ends(5);
    Trial::of("20-at", " ".repeat(16 << 20)).ends(0);
    Trial::of("21", "let x = \"\x1b]0;owned\x07\" + 1").ends(1);
    // Through a string of the program and through a name of the command line.
    let e = Trial::of("21-print", r#"print("\u{1b}[31m")"#).ends(0);
    assert!(!e.out.is_empty());
    Trial::of("21-argument", "print(1)").words("--\x1b[31m 2").ends(2);
}

#[test]
fn rows_22_to_31_numbers() {
    // An infinity, a zero or a number cut short is never silent.
    for (name, text, codes) in [
        ("22", "1e999", &[1][..]),
        ("23", "1e-999", &[0, 1]),
        ("24", "0x", &[1]),
        ("25", "0b2", &[1]),
        ("26", "1_000_", &[1]),
        ("27", "1..2", &[1]),
        ("28", "1.e", &[1]),
        ("29", ".5", &[1]),
        ("30-63", "9223372036854775808", &[1]),
        ("30-64", "18446744073709551616", &[1]),
    ] {
        Trial::of(name, format!("print({text})")).ends_in(codes);
    }
    Trial::of("30-digits", format!("print({})", "9".repeat(10_000))).ends(1);
    let e = Trial::of("31", "print(-9223372036854775808)").ends(0);
    assert_eq!(e.out, "-9223372036854775808\n");
}
