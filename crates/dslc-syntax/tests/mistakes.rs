//! Each mistake is named where it stands, with what mends it, and hides no other.
#![allow(clippy::unwrap_used)]

mod support;

use dslc_syntax::{ast, print};
use support::{errors, mended, parse};

/// A text, and the one diagnostic that it gives.
const ONE: &[(&str, &str)] = &[
    ("let y = (1, 2", "1:9 E0102 this `(` is never closed"),
    ("let y = [1, 2)", "1:14 E0102 expected `]`, found `)`"),
    ("let y = 1)", "1:10 E0102 `)` closes nothing"),
    ("let y = 1.\n", "1:9 E0104 `1.` is no number"),
    ("let y = 1_000_", "1:9 E0104 `1_000_` is no number"),
    ("let y = 0x", "1:9 E0104 `0x` is no number"),
    ("let y = 12abc", "1:9 E0104 `12abc` is no number"),
    ("let y = 1e999", "1:9 E0105 this number is too large for a float"),
    ("let y = 1e-999", "1:9 W0101 this number is so small that it becomes 0"),
    ("let y = 1.e", "1:9 E0104 `1.e` is no number"),
    ("let y = 1.e5", "1:9 E0104 `1.e5` is no number"),
    ("let y = 0b2", "1:9 E0104 `0b2` is no number"),
    ("let y = 0X1F", "1:9 E0104 `0X1F` is no number"),
    ("let y = 1_.5", "1:9 E0104 `1_.5` is no number"),
    ("let y = 1..2", "1:10 E0101 expected the end of the statement, found `..`"),
    ("let y = 1e", "1:9 E0104 `1e` is no number"),
    ("let y = 2x", "1:9 E0104 `2x` is no number"),
    ("def f(x) = x", "1:1 E0110 `def` is a word of other languages"),
    ("var x = 1", "1:1 E0110 `var` is a word of other languages"),
    ("fn f(x: f64) -> f64 {\n  return x\n}", "2:3 E0110 `return` is a word of other languages"),
    ("if a then b", "1:6 E0110 `then` is a word of other languages"),
    ("if a { 1 } elif b { 2 }", "1:12 E0110 `elif` is a word of other languages"),
    ("print 3", "1:1 E0110 `print` is called like every function"),
    ("lambda x: x", "1:1 E0110 `lambda` is a word of other languages"),
    ("let y = \"abc", "1:9 E0106 this string has no end on its line"),
    ("let y = \"a\\q\"", "1:11 E0106 this escape is not known"),
    ("let y = \"a\\u{110000}\"", "1:11 E0106 this escape is not known"),
    ("let y = 'a'", "1:9 E0103 `'` has no meaning here"),
    ("# a comment", "1:1 E0103 `#` has no meaning here"),
    ("let y = f'(1)", "1:10 E0103 `'` has no meaning here"),
    ("let y = \"abc)", "1:9 E0106 this string has no end on its line"),
    ("print(\"abc)\nlet z = 3", "1:7 E0106 this string has no end on its line"),
    ("let y = 1 ? 2", "1:11 E0103 `?` has no meaning here"),
    ("let y = a < b < c", "1:15 E0114 comparisons do not chain"),
    ("fn f[k <= n <= m](x: f64) = x", "1:13 E0114 comparisons do not chain"),
    ("let = 3", "1:5 E0101 expected a name, found `=`"),
    ("let y", "1:6 E0116 this definition has no value"),
    ("let y =", "1:8 E0116 this definition has no value"),
    ("let y: f64", "1:11 E0116 this definition has no value"),
    ("let y = 2 +", "1:12 E0101 expected an expression, found the end of the statement"),
    ("let y = 2 +\nlet z = 3", "1:12 E0101 expected an expression, found the end of the statement"),
    ("let in = 3", "1:5 E0113 `in` is a word of the language and cannot be a name"),
    ("let y = p.for", "1:11 E0113 `for` is a word of the language and cannot be a name"),
    ("f(in: 1)", "1:3 E0113 `in` is a word of the language and cannot be a name"),
    ("f(x = 1)", "1:5 E0115 `=` cannot stand inside an expression"),
    ("if a = b { 1 }", "1:6 E0115 `=` cannot stand inside an expression"),
    ("assert(a = b)", "1:10 E0115 `=` cannot stand inside an expression"),
    ("x ++", "1:3 E0111 `++` is no operator of this language"),
    ("x := 3", "1:3 E0111 `:=` is no operator of this language"),
    ("let y = 2 ** 3", "1:11 E0111 `**` is no operator of this language"),
    ("x /= 2", "1:3 E0111 `/=` is no operator of this language"),
    ("let y = a::b", "1:10 E0111 `::` is no operator of this language"),
    ("a => b", "1:3 E0111 `=>` is no operator of this language"),
    ("|| 3", "1:1 E0111 a closure has at least one parameter"),
    ("/* hi */ let y = 1", "1:1 E0112 comments are written with `//`, to the end of the line"),
    ("/* hi", "1:1 E0112 comments are written with `//`, to the end of the line"),
    ("let y = 1 /* a /* b */ c", "1:11 E0112 comments are written with `//`, to the end of the line"),
    ("fn f(x: f64) -> = x", "1:17 E0101 expected a type, found `=`"),
    ("fn f(x: f64) -> { x }", "1:21 E0101 expected `:`, found `}`"),
    ("fn f(x: f64): f64 = x", "1:13 E0101 expected `=`, `->` or `{`, found `:`"),
    ("fn f(x: f64)", "1:13 E0101 expected `=`, `->` or `{`, found the end of the statement"),
    ("for i in n { i }", "1:12 E0101 expected `..`, found `{`"),
    ("for i = 0..n { i }", "1:7 E0101 expected `in`, found `=`"),
    ("for (i = 0; i < n; i = i + 1) { i }", "1:8 E0101 expected `,` or `)`, found `=`"),
    ("for i in 0..n\nprint(i)", "1:14 E0101 expected `{`, found the end of the statement"),
    ("let y = f(1 2)", "1:13 E0101 expected `,`, `)`, `for` or an operator, found `2`"),
    ("let y = [1 2]", "1:12 E0101 expected `,`, `]`, `for` or an operator, found `2`"),
    ("let y = [1,, 2]", "1:12 E0101 expected an expression or `]`, found `,`"),
    ("f(1; 2)", "1:4 E0101 expected `,`, `)` or `for`, found `;`"),
    (
        "fn f(x: f64) -> f64 {\n  fn g(y: f64) = y\n  g(x)\n}",
        "2:3 E0117 `fn` stands only at the top level of a file",
    ),
    ("let f = fn(x) = x", "1:9 E0117 `fn` stands only at the top level of a file"),
    (
        "fn f(x: f64) -> f64 {\n  x\n\nfn g(y: f64) -> f64 = y\n\nlet z = 3",
        "1:21 E0102 this `{` is never closed",
    ),
    ("let y = f(1,\nlet z = 3\n", "1:10 E0102 this `(` is never closed"),
    ("let y = { f(1 }", "1:12 E0102 this `(` is never closed"),
    ("let y = (1]", "1:11 E0102 expected `)`, found `]`"),
    ("else { 3 }", "1:1 E0101 expected a statement, found `else`"),
    ("if a b else c", "1:6 E0101 expected `{` or an operator, found `b`"),
    ("type t<a>= {x: f64}", "1:9 E0101 expected `,` or `>`, found `>=`"),
    ("let x: minplus<f64>= 3", "1:19 E0101 expected `,`, `>` or `->`, found `>=`"),
    ("import 3", "1:8 E0101 expected an operator or the end of the statement, found `3`"),
    ("import \"a\"", "1:11 E0101 expected `as`, found the end of the statement"),
    ("test { }", "1:6 E0101 expected the end of the statement, found `{`"),
    ("model m(x) = x", "1:12 E0101 expected `(`, found `=`"),
    ("let y = 3 − 2", "1:11 E0103 `−` has no meaning here"),
    ("let y = \0 3", "1:9 E0103 the control character `\\u{0}` cannot stand in a program"),
    ("// \u{202e} x", "1:4 E0108 the character U+202E turns the reading order"),
    ("let \u{200d}a = 3", "1:5 E0103 `\\u{200d}` has no meaning here"),
    ("let x = 1 let y = 2", "1:11 E0101 expected an operator or the end of the statement, found `let`"),
    ("let y = x y", "1:11 E0101 expected an operator or the end of the statement, found `y`"),
    ("}", "1:1 E0102 `}` closes nothing"),
    ("a.", "1:3 E0101 expected a name, found the end of the statement"),
    ("a.\"x\"", "1:3 E0101 expected a name, found a string"),
    ("{a: 1 b: 2}", "1:7 E0101 expected `,`, `}` or an operator, found `b`"),
    ("{..p}", "1:5 E0101 expected `,`, found `}`"),
    ("let y = sum(x[i] for i in 0..)", "1:30 E0101 expected an expression, found `)`"),
    ("let y = sum(for i)", "1:13 E0101 expected an expression or `)`, found `for`"),
    ("x[", "1:2 E0102 this `[` is never closed"),
    ("x[]", "1:3 E0101 expected an expression, found `]`"),
    ("f(a, b", "1:2 E0102 this `(` is never closed"),
    ("let (a, = 3", "1:5 E0102 this `(` is never closed"),
    ("let x = 3 = 4", "1:11 E0115 `=` cannot stand inside an expression"),
    ("match x { }", "1:1 E0110 `match` is a word of other languages"),
    ("while x", "1:8 E0101 expected `{`, found the end of the statement"),
    ("fn (x) = x", "1:4 E0101 expected a name, found `(`"),
    ("fn f x = x", "1:6 E0101 expected `(`, found `x`"),
    ("let f(x) = x", "1:6 E0101 expected `:` or `=`, found `(`"),
    ("x = = 3", "1:5 E0101 expected an expression, found `=`"),
    ("1 +* 2", "1:4 E0101 expected an expression, found `*`"),
    ("@", "1:1 E0101 expected a statement, found `@`"),
    ("mut x = 3", "1:1 E0101 expected a statement, found `mut`"),
    ("let y = if a { 1 }  { 2 }", "1:21 E0101 expected the end of the statement, found `{`"),
    ("fn f(x: 3) = x", "1:9 E0101 expected a type, found `3`"),
    ("fn f(x f64) = x", "1:8 E0101 expected `,`, `)` or `:`, found `f64`"),
    ("let x: [f64] = 3", "1:8 E0101 expected a type, found `[`"),
    ("a.0.1e5", "1:3 E0104 `0.1e5` is no number"),
    ("let y = p.18446744073709551616", "1:11 E0105 this integer does not fit into 64 bits"),
];

/// A text with several mistakes, and all of them.
const SEVERAL: &[(&str, &[&str])] = &[
    ("let y = .5 + -.5", &["1:9 E0104 `.5` is no number", "1:15 E0104 `.5` is no number"]),
    (
        "let y = f(\"abc)\nlet z = )",
        &["1:11 E0106 this string has no end on its line", "2:9 E0102 `)` closes nothing"],
    ),
    (
        "let y = a && b || !c",
        &[
            "1:11 E0111 `&&` is no operator of this language",
            "1:16 E0111 `||` is no operator of this language",
            "1:19 E0111 `!` is no operator of this language",
        ],
    ),
    (
        "fn f(x: f64) -> f64 {\n  let a = )\n  let b = 1 2\n  a $ b\n}\nlet c = ]",
        &[
            "2:11 E0102 `)` closes nothing",
            "3:13 E0101 expected `}` or an operator, found `2`",
            "4:5 E0103 `$` has no meaning here",
            "6:9 E0102 `]` closes nothing",
        ],
    ),
    ("let y = “a”", &["1:9 E0103 `“` has no meaning here", "1:11 E0103 `”` has no meaning here"]),
];

/// A text, and what its diagnostics' edits make of it: a text without a mistake.
const MENDED: &[(&str, &str)] = &[
    ("let y = (1, 2", "let y = (1, 2)"),
    ("let y = [1, 2)", "let y = [1, 2]"),
    ("let y = 'a'", "let y = \"a\""),
    ("let y = a'", "let y = a.T"),
    ("let y = [1 2]", "let y = [1, 2]"),
    ("let y = 2x", "let y = 2*x"),
    ("let y = +2", "let y = 2"),
    ("let y = x[0:2]", "let y = x[0..2]"),
    ("let y = x .* z", "let y = x * z"),
    ("let f = lambda x, y: x", "let f = |x, y| x"),
    ("let f = (x, y) -> x", "let f = |x, y| x"),
    ("let p = {\"a\": 1}", "let p = {a: 1}"),
    ("let y = [i for i in range(5)]", "let y = [i for i in 0..5]"),
    ("fn f(x: f64): f64 = x", "fn f(x: f64) -> f64 = x"),
    ("print 3", "print(3)"),
    ("from nn import dense", "import nn"),
    ("import optim.adam", "import optim"),
    ("class net {w: f64}", "type net = {w: f64}"),
    ("let y = 1)", "let y = 1"),
    ("let y = 1.\n", "let y = 1.0\n"),
    ("let y = .5 + -.5", "let y = 0.5 + -0.5"),
    ("let y = 1.e5", "let y = 1.0e5"),
    ("let y = 0X1F", "let y = 0x1f"),
    ("def f(x) = x", "fn f(x) = x"),
    ("var x = 1", "let mut x = 1"),
    ("fn f(x: f64) -> f64 {\n  return x\n}", "fn f(x: f64) -> f64 {\n  x\n}"),
    ("if a { 1 } elif b { 2 }", "if a { 1 } else if b { 2 }"),
    ("let y = \"abc", "let y = \"abc\""),
    ("f(x = 1)", "f(x: 1)"),
    ("if a = b { 1 }", "if a == b { 1 }"),
    ("assert(a = b)", "assert(a == b)"),
    ("let y = a && b || !c", "let y = a and b or not c"),
    ("x := 3", "x = 3"),
    ("let y = 2 ** 3", "let y = 2 ^ 3"),
    ("let y = a::b", "let y = a.b"),
    ("|| 3", "|_| 3"),
    ("let y = [1,, 2]", "let y = [1, 2]"),
    (
        "fn f(x: f64) -> f64 {\n  x\n\nfn g(y: f64) -> f64 = y\n\nlet z = 3",
        "fn f(x: f64) -> f64 {\n  x}\n\nfn g(y: f64) -> f64 = y\n\nlet z = 3",
    ),
    ("let y = f(1,\nlet z = 3\n", "let y = f(1,)\nlet z = 3\n"),
    ("let y = { f(1 }", "let y = { f(1) }"),
    ("let y = (1]", "let y = (1)"),
    ("let y = “a”", "let y = \"a\""),
    ("let y = 3 − 2", "let y = 3 - 2"),
    ("// \u{202e} x", "//  x"),
    ("}", ""),
    ("f(a, b", "f(a, b)"),
    ("let x = 3 = 4", "let x = 3 == 4"),
];

#[test]
fn one_mistake_is_one_diagnostic() {
    for (text, expected) in ONE {
        assert_eq!(errors(text), [*expected], "{text}");
    }
}

#[test]
fn one_mistake_does_not_hide_the_next() {
    for (text, expected) in SEVERAL {
        assert_eq!(&errors(text), expected, "{text}");
    }
}

#[test]
fn edits_mend() {
    for (text, expected) in MENDED {
        assert_eq!(mended(text), *expected);
        assert_eq!(errors(expected), Vec::<String>::new(), "{expected}");
    }
}

#[test]
fn what_is_right_is_kept() {
    let (file, found) = parse("fn f(x: f64) -> f64 {\n  let a = 1 2\n  x\n}\nlet y = 3 4\nlet z = 5\n");
    assert_eq!(found.len(), 2, "{found:?}");
    let dump = print::file(&file, false);
    let expected =
        "(fn f (generics) (params (: x f64)) (-> f64) (block <error> x))\n(let y <error>)\n(let z 5)\n";
    assert_eq!(dump, expected);
    assert!(matches!(&file.items[2], ast::Item::Stmt(_)));
}

#[test]
fn words_of_items_are_names_elsewhere() {
    for text in [
        "let model = 3",
        "let (train, test) = split(param, type)",
        "f(model, law: 2)",
        "model.0 + test",
        "test",
        "let y = import\nlaw",
        "let as = 2",
        "|model| model",
        "{type: 1, test}.type",
    ] {
        assert_eq!(errors(text), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn unusual_texts_are_programs() {
    for text in [
        "",
        "   ",
        "// only a comment",
        ";;;",
        "|x||y| x + y",
        "let y = -9223372036854775808",
        "let \u{8a08}\u{7b97} = \u{e9}",
        "let e\u{301} = 1",
        "let y = 2.sqrt()",
        "let x: a<b<c<d>>>[2] = f",
        "let y = 1 // no line end",
        "if a { 1 }\nelse { 2 }",
        "#!/usr/bin/env dslc",
    ] {
        assert_eq!(errors(text), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn an_expression_stands_alone() {
    let file = dslc_base::Sources::new().add("line", "");
    let (expr, found) = dslc_syntax::parse_expr(file, "1 + f(x)");
    assert_eq!((print::expr(&expr.unwrap(), false).as_str(), found.len()), ("(+ 1 (call f x))", 0));
    for text in ["", "let y = 1", "1 2", "1\n2", "f(", "(".repeat(1000).as_str()] {
        let (_, found) = dslc_syntax::parse_expr(file, text);
        assert_eq!(found.len(), 1, "{text} {found:?}");
    }
}

/// Also where one sign of the text is mended to several tokens.
#[test]
fn places_of_tokens_stand_in_order() {
    for text in ["let f = || 3", "||print(1)", "|x| |y| x || y", "a && b || !c"] {
        let file = dslc_base::Sources::new().add("f.dsl", text);
        let (places, _) = dslc_syntax::places(file, text);
        assert!(places.is_sorted_by(|a, b| a.end <= b.start), "{text}: {places:?}");
    }
}
