//! What is printed can be parsed again.

mod sample;

use dslc_ir::{parse, print, verify};

#[test]
fn every_operator_reads_back_as_itself() {
    let m = sample::module();
    let text = print::module(&m);
    let again = parse::module(&text).unwrap_or_else(|why| panic!("{why}\n{text}"));
    assert_eq!(again.funcs.as_slice(), m.funcs.as_slice());
    assert_eq!(again.sites.as_slice(), m.sites.as_slice());
    assert_eq!(print::module(&again), text);
    for op in
        ["param", "const", "dense", "iota", "map", "fold", "argmax", "read", "scatter", "update", "stack"]
    {
        assert!(text.contains(&format!("= {op} ")), "the sample has {op}");
    }
    for op in ["proj", "call", "if", "scan", "while", "vjp", "jvp", "library"] {
        assert!(text.contains(&format!("= {op} ")), "the sample has {op}");
    }
}

#[test]
fn the_text_is_readable() {
    let text = "\
site !0 0 3 7 \"s[i]\"
fn @0 \"f\" {
  axis '0 = 3, '1 = ?
  %0 = param 0: f64{'0} order ['0]
  %1 = map neg %0: f64{'0}
  %2 = fold sum ['0] %1: f64{}
  %3 = param 1: i64{} order []
  %4 = read {'0: $0 + 0} %0 [%3]: f64{} !0
  return %2 [], %4 ['0]
}
";
    let m = parse::module(text).expect("it parses");
    assert_eq!(print::module(&m), text.replace("$0 + 0", "$0"));
    verify::verify_module(&m).expect("it is well formed");
}

#[test]
fn errors_name_the_line() {
    let error = |text: &str| parse::module(text).err().unwrap_or_default();
    let f = |line: &str| format!("fn @0 \"f\" {{\n  axis '0 = 3\n  {line}\n  return\n}}\n");
    assert_eq!(error(&f("%0 = map tanhh %0: f64{}")), "line 3: no primitive `tanhh`");
    assert_eq!(error(&f("%1 = iota '0: i64{'0}")), "line 3: %0 expected, %1 found");
    assert_eq!(error(&f("%0 = const f64 1.0.0: f64{}")), "line 3: `1.0.0` is no number that fits here");
    assert_eq!(error(&f("%0 = wibble: f64{}")), "line 3: no operator `wibble`");
    assert_eq!(error(&f("%0 = param 1: f64{} order []")), "line 4: the parameters are not numbered from 0");
    assert_eq!(error("fn @0 \"f\" {\n"), "line 1: `return` expected, the end found");
    assert_eq!(error("fn @0 \"f"), "line 1: the text does not end on its line");
    assert_eq!(error("fn @99999999999 \"f\""), "line 1: `@` without a number that fits");
    assert_eq!(error("§"), "line 1: unexpected `§`");
}

#[test]
fn no_prefix_of_a_text_panics() {
    let text = print::module(&sample::module());
    for (end, _) in text.char_indices() {
        let _ = parse::module(&text[..end]);
    }
}
