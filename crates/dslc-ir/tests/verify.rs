//! The verifier accepts what is well formed and finds what is not.

mod sample;

use dslc_ir::verify::verify_module;
use dslc_ir::{parse, print};

#[test]
fn the_sample_is_well_formed() {
    let m = sample::module();
    verify_module(&m).unwrap_or_else(|why| panic!("{why}\n{}", print::module(&m)));
}

/// The complaint about a function with these lines, three axes of 3, 4 and unknown length, and a site.
fn complaint(lines: &str) -> String {
    let text = format!(
        "site !0 0 0 1 \"x\"\nfn @0 \"id\" {{\n %0 = param 0: f64{{}} order []\n return %0 []\n}}\n\
         fn @1 \"f\" {{\n axis '0 = 3, '1 = 4, '2 = ?\n %0 = param 0: f64{{'0}} order ['0]\n \
         %1 = param 1: i64{{}} order []\n {lines}\n}}\n"
    );
    let m = parse::module(&text).unwrap_or_else(|why| panic!("{why}\n{text}"));
    verify_module(&m).err().unwrap_or_default()
}

#[track_caller]
fn rejects(lines: &str, part: &str) {
    let found = complaint(&format!("{lines}\n return"));
    assert!(found.contains(part), "`{found}` does not say `{part}`");
}

#[test]
fn ids_and_types() {
    assert_eq!(complaint("return %0 ['0]"), "");
    rejects("%2 = map neg %2: f64{}", "not smaller");
    rejects("%2 = map neg %0: f64{}", "the types are");
    rejects("%2 = iota '7: i64{'7}", "no axis '7");
    rejects("%2 = map neg %0: f64{'0} !3", "no site !3");
    rejects("%2 = call @1 (%0['0], %1[]) -> (): ()", "not smaller");
    assert!(complaint("return %0 []").contains("not listed"));
    assert!(complaint("return %0 ['0, '0]").contains("twice"));
}

#[test]
fn constants_and_axes() {
    rejects("%2 = dense f64 ['0] [1.0, 2.0]: f64{'0}", "2 elements for 3 places");
    rejects("%2 = fold sum ['0, '0] %0: f64{}", "twice");
    rejects("%2 = iota '2: i64{'2}", "dynamic");
    rejects("%2 = read {'0: 0*'1} %0: f64{'1}", "one is zero");
    rejects("%2 = const bool true: bool{}\n %3 = map not %2: bool{'2}", "the types are");
}

#[test]
fn reads_and_writes_are_inside() {
    rejects("%2 = read {'0: '1} %0: f64{'1}", "outside");
    rejects("%2 = read {'0: -1*'0 + 3} %0: f64{'0}", "outside");
    rejects("%2 = const f64 1.0: f64{}\n %3 = update {'0: 3} over [] %0 %2: f64{'0}", "outside");
    rejects("%2 = scatter {'1: $0} over ['1] %0 [%1]: f64{'0, '1}", "nothing runs over");
    rejects("%2 = read {'0: $0} %0 [%1]: f64{}", "no site");
    rejects("%2 = map neg %1: i64{}", "no site");
}

#[test]
fn loops_and_bindings() {
    rejects("%2 = call @0 (%0['0]) -> ([]): f64{}", "extents differ");
    rejects("%2 = call @0 (%0[]) -> (['0]): f64{'0}", "extents differ");
    rejects("%2 = call @0 () -> ([]): f64{}", "arguments");
    rejects("%2 = vjp @0 wrt [true] (%0[], %1[]) -> ([], []): f64{'0}, f64{'0}", "not of the shape");
    rejects("%2 = scan @0 xs 0 state 0 axis '0 (%1[]) -> ([]): f64{}", "i64");
}
