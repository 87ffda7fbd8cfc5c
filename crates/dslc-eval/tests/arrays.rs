//! Operators on whole arrays, at small cases computed by hand.

mod case;

use case::{at, failure, floats, ints, results};
use dslc_ir::Bits;
use dslc_ir::mach::Trap;
use dslc_runtime::failure::Failure;
use dslc_runtime::value::Value;

const NAN: f64 = f64::NAN;

#[test]
fn a_map_lines_values_up_by_axis() {
    let got = results(
        "'0 = 2, '1 = 3",
        "%0 = param 0: f64{'0} order ['0]\n%1 = param 1: f64{'1} order ['1]\n\
         %2 = map sub %1 %0: f64{'0, '1}\nreturn %2 ['0, '1], %2 ['1, '0]",
        &[floats([2], &[1.0, 10.0]), floats([3], &[1.0, 2.0, 3.0])],
    );
    assert_eq!(got[0], floats([2, 3], &[0.0, 1.0, 2.0, -9.0, -8.0, -7.0]));
    assert_eq!(got[1], floats([3, 2], &[0.0, -9.0, 1.0, -8.0, 2.0, -7.0]));
}

#[test]
fn a_map_over_many_blocks() {
    let x: Vec<f64> = (0..1000).map(f64::from).collect();
    let got = results(
        "'0 = 1000",
        "%0 = param 0: f64{'0} order ['0]\n%1 = const f64 2.0: f64{}\n%2 = map mul %0 %1: f64{'0}\nreturn %2 ['0]",
        &[floats([1000], &x)],
    );
    assert_eq!(got[0].as_f64()[999], 1998.0);
    assert_eq!(got[0].as_f64()[256], 512.0);
}

#[test]
fn parameters_and_constants_have_any_order_of_axes() {
    let got = results(
        "'0 = 2, '1 = 3",
        "%0 = param 0: f64{'0, '1} order ['1, '0]\n%1 = dense f64 ['1, '0] [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]: f64{'0, '1}\n\
         %2 = iota '1: i64{'1}\nreturn %0 ['0, '1], %1 ['0, '1], %2 ['1], %2 ['0, '1]",
        &[floats([3, 2], &[0.0, 1.0, 2.0, 3.0, 4.0, 5.0])],
    );
    assert_eq!(got[0], floats([2, 3], &[0.0, 2.0, 4.0, 1.0, 3.0, 5.0]));
    assert_eq!(got[1], got[0]);
    assert_eq!(got[2], ints([3], &[0, 1, 2]));
    assert_eq!(got[3], ints([2, 3], &[0, 1, 2, 0, 1, 2]));
}

#[test]
fn folds_of_every_monoid() {
    let fold = |monoid: &str, x: &[f64]| {
        let n = x.len();
        let lines =
            format!("%0 = param 0: f64{{'0}} order ['0]\n%1 = fold {monoid} ['0] %0: f64{{}}\nreturn %1 []");
        results(&format!("'0 = {n}"), &lines, &[floats([n as u64], x)])[0].as_f64()[0]
    };
    assert_eq!(fold("sum", &[1.0, 2.0, 4.0]), 7.0);
    assert_eq!(fold("prod", &[3.0, 2.0, 4.0]), 24.0);
    assert_eq!(fold("max", &[3.0, -2.0, 4.0]), 4.0);
    assert_eq!(fold("minplus", &[3.0, -2.0, 4.0]), -2.0);
    assert!(fold("max", &[3.0, NAN, 4.0]).is_nan());
    assert_eq!(fold("max", &[-0.0, 0.0]).to_bits(), 0.0f64.to_bits());
    assert_eq!(fold("min", &[0.0, -0.0]).to_bits(), (-0.0f64).to_bits());
    assert_eq!(fold("sum", &[]).to_bits(), 0);
    assert_eq!(fold("prod", &[]), 1.0);
    assert_eq!(fold("max", &[]), f64::NEG_INFINITY);
    assert_eq!(fold("minplus", &[]), f64::INFINITY);
    // Lane 0 adds elements 0 and 16 first; from left to right the ones would be lost.
    let mut x = [0.0; 17];
    (x[0], x[8], x[16]) = (1e16, 1.0, -1e16);
    assert_eq!(fold("sum", &x), 1.0);
    assert_eq!(fold("sum", &[-0.0]).to_bits(), (-0.0f64).to_bits());
}

#[test]
fn folds_over_several_axes_and_axes_that_are_not_there() {
    let got = results(
        "'0 = 2, '1 = 3, '2 = 0",
        "%0 = param 0: f64{'0, '1} order ['0, '1]\n%1 = fold sum ['0] %0: f64{'1}\n%2 = fold sum ['1, '0] %0: f64{}\n\
         %3 = fold sum ['1] %1: f64{}\n%4 = fold sum ['0] %1: f64{'1}\n%5 = fold sum ['2] %0: f64{'0, '1}\n\
         %6 = const bool true: bool{}\n%7 = fold all ['0] %6: bool{}\nreturn %1 ['1], %2 [], %3 [], %4 ['1], %5 ['1, '0], %7 []",
        &[floats([2, 3], &[1.0, 2.0, 3.0, 10.0, 20.0, 30.0])],
    );
    assert_eq!(got[0], floats([3], &[11.0, 22.0, 33.0]));
    assert_eq!(got[1], floats([], &[66.0]));
    assert_eq!(got[2], floats([], &[66.0]));
    assert_eq!(got[3], floats([3], &[22.0, 44.0, 66.0]));
    assert_eq!(got[4], floats([3, 2], &[0.0; 6]));
    assert_eq!(got[5], Value::of(Bits::bool(true)));
}

#[test]
fn integers_that_overflow_stop_the_program() {
    let max = ints([3], &[1, i64::MAX, 1]);
    let sum = "%0 = param 0: i64{'0} order ['0]\n%1 = fold sum ['0] %0: i64{} !1\nreturn %1 []";
    assert_eq!(failure("'0 = 3", sum, std::slice::from_ref(&max)), at(1, Trap::Overflow));
    let double = "%0 = param 0: i64{'0} order ['0]\n%1 = map add %0 %0: i64{'0} !0\nreturn %1 ['0]";
    assert_eq!(failure("'0 = 3", double, &[max]), at(0, Trap::Overflow));
    assert_eq!(results("'0 = 3", double, &[ints([3], &[1, 2, 3])])[0], ints([3], &[2, 4, 6]));
}

#[test]
fn positions_of_extremes() {
    let best = |name: &str, x: &[f64]| {
        let n = x.len();
        let lines = format!("%0 = param 0: f64{{'0}} order ['0]\n%1 = {name} ['0] %0: i64{{}}\nreturn %1 []");
        results(&format!("'0 = {n}"), &lines, &[floats([n as u64], x)])[0].as_i64()[0]
    };
    assert_eq!(best("argmax", &[1.0, 5.0, 5.0, 2.0]), 1);
    assert_eq!(best("argmin", &[3.0, 1.0, 1.0]), 1);
    assert_eq!(best("argmax", &[1.0, NAN, f64::INFINITY, NAN]), 1);
    assert_eq!(best("argmin", &[1.0, NAN, f64::NEG_INFINITY]), 1);
    assert_eq!(best("argmax", &[-0.0, 0.0]), 0);
    let two = results(
        "'0 = 2, '1 = 3",
        "%0 = param 0: f64{'0, '1} order ['0, '1]\n%1 = argmax ['1, '0] %0: i64{}, i64{}\n%2 = proj 0 %1: i64{}\n\
         %3 = proj 1 %1: i64{}\n%4 = argmax ['1] %0: i64{'0}\nreturn %2 [], %3 [], %4 ['0]",
        &[floats([2, 3], &[1.0, 2.0, 9.0, 3.0, 9.0, 0.0])],
    );
    // Column 1 comes before column 2 where columns are slowest.
    assert_eq!(two, [ints([], &[1]), ints([], &[1]), ints([2], &[2, 1])]);
    let nothing = "%0 = param 0: f64{'0} order ['0]\n%1 = argmax ['0] %0: i64{} !0\nreturn %1 []";
    assert_eq!(failure("'0 = 0", nothing, &[floats([0], &[])]), at(0, Trap::Empty));
}

#[test]
fn affine_reads() {
    let x = floats([4], &[1.0, 2.0, 3.0, 4.0]);
    let read = |axes: &str, index: &str, ty: &str, order: &str| {
        let lines = format!(
            "%0 = param 0: f64{{'0}} order ['0]\n%1 = read {{'0: {index}}} %0: f64{{{ty}}}\nreturn %1 [{order}]"
        );
        results(axes, &lines, std::slice::from_ref(&x)).remove(0)
    };
    assert_eq!(read("'0 = 4", "-1*'0 + 3", "'0", "'0"), floats([4], &[4.0, 3.0, 2.0, 1.0]));
    assert_eq!(read("'0 = 4, '1 = 2", "2*'1 + 1", "'1", "'1"), floats([2], &[2.0, 4.0]));
    assert_eq!(read("'0 = 4", "2", "", ""), floats([], &[3.0]));
    let windows = read("'0 = 4, '1 = 3, '2 = 2", "'1 + '2", "'1, '2", "'1, '2");
    assert_eq!(windows, floats([3, 2], &[1.0, 2.0, 2.0, 3.0, 3.0, 4.0]));
    let diagonal = results(
        "'0 = 2, '1 = 2",
        "%0 = param 0: f64{'0, '1} order ['0, '1]\n%1 = read {'1: '0} %0: f64{'0}\nreturn %1 ['0]",
        &[floats([2, 2], &[1.0, 2.0, 3.0, 4.0])],
    );
    assert_eq!(diagonal[0], floats([2], &[1.0, 4.0]));
}

#[test]
fn reads_with_data_and_with_a_fill() {
    let lines = "%0 = param 0: f64{'0} order ['0]\n%1 = param 1: i64{'1} order ['1]\n\
                 %2 = read {'0: $0} %0 [%1]: f64{'1} !1\nreturn %2 ['1]";
    let x = floats([5], &[0.0, 1.0, 2.0, 3.0, 4.0]);
    let read = |i: &[i64]| [x.clone(), ints([3], i)];
    assert_eq!(results("'0 = 5, '1 = 3", lines, &read(&[4, 0, 4]))[0], floats([3], &[4.0, 0.0, 4.0]));
    let bad = failure("'0 = 5, '1 = 3", lines, &read(&[1, 7, -1]));
    assert_eq!(bad, Failure::index(Some(dslc_ir::SiteId(1)), 7, 5));
    assert_eq!(bad.sentence(), "index 7 is outside the axis of 5 elements");
    let filled = "%0 = param 0: f64{'0} order ['0]\n%1 = param 1: i64{'1} order ['1]\n%2 = const f64 -1.0: f64{}\n\
                  %3 = read {'0: '1 + -1 + $0} %0 [%1] fill %2: f64{'1}\nreturn %3 ['1]";
    let got = results("'0 = 5, '1 = 3", filled, &read(&[0, 0, i64::MAX]));
    assert_eq!(got[0], floats([3], &[-1.0, 0.0, -1.0]));
}

#[test]
fn scattering_adds_and_drops() {
    let lines = "%0 = param 0: f64{'0} order ['0]\n%1 = param 1: i64{'0} order ['0]\n\
                 %2 = scatter {'1: $0} over ['0] %0 [%1]: f64{'1}\nreturn %2 ['1]";
    let got =
        results("'0 = 4, '1 = 3", lines, &[floats([4], &[1.0, 2.0, 4.0, 8.0]), ints([4], &[2, 0, 2, 3])]);
    assert_eq!(got[0], floats([3], &[2.0, 0.0, 5.0]));
    // The transpose of a shift keeps its axis's name, and another axis passes along.
    let lines = "%0 = param 0: f64{'0, '1} order ['0, '1]\n%1 = scatter {'0: '0 + 1} over ['0] %0: f64{'0, '1}\nreturn %1 ['0, '1]";
    let got = results("'0 = 2, '1 = 2", lines, &[floats([2, 2], &[1.0, 2.0, 3.0, 4.0])]);
    assert_eq!(got[0], floats([2, 2], &[0.0, 0.0, 1.0, 2.0]));
    // A sum from zero: negative zero becomes +0.
    let lines = "%0 = param 0: f64{} order []\n%1 = scatter {'0: 1} over [] %0: f64{'0}\nreturn %1 ['0]";
    let got = results("'0 = 2", lines, &[floats([], &[-0.0])]);
    assert_eq!(got[0].get_bits(1), 0);
}

#[test]
fn updating_replaces() {
    let lines = "%0 = param 0: f64{'0} order ['0]\n%1 = param 1: f64{'1} order ['1]\n%2 = param 2: i64{'1} order ['1]\n\
                 %3 = update {'0: $0} over ['1] %0 %1 [%2]: f64{'0} !0\nreturn %3 ['0]";
    let with = |i: &[i64]| [floats([3], &[0.0; 3]), floats([2], &[5.0, 6.0]), ints([2], i)];
    assert_eq!(results("'0 = 3, '1 = 2", lines, &with(&[2, 2]))[0], floats([3], &[0.0, 0.0, 6.0]));
    let bad = failure("'0 = 3, '1 = 2", lines, &with(&[0, 3]));
    assert_eq!(bad, Failure::index(Some(dslc_ir::SiteId(0)), 3, 3));
    // A row of a matrix; and a value that varies along an axis that the tensor lacks.
    let row = "%0 = param 0: f64{'0, '1} order ['0, '1]\n%1 = param 1: f64{'1} order ['1]\n\
               %2 = update {'0: 1} over [] %0 %1: f64{'0, '1}\n%3 = param 2: f64{'2} order ['2]\n\
               %4 = update {'0: 0, '1: 0} over [] %2 %3: f64{'0, '1, '2}\nreturn %2 ['0, '1], %4 ['2, '0, '1]";
    let args = [floats([2, 2], &[1.0, 2.0, 3.0, 4.0]), floats([2], &[8.0, 9.0]), floats([2], &[-1.0, -2.0])];
    let got = results("'0 = 2, '1 = 2, '2 = 2", row, &args);
    assert_eq!(got[0], floats([2, 2], &[1.0, 2.0, 8.0, 9.0]));
    assert_eq!(got[1], floats([2, 2, 2], &[-1.0, 2.0, 8.0, 9.0, -2.0, 2.0, 8.0, 9.0]));
}

#[test]
fn stacking_puts_values_along_a_new_axis() {
    let lines = "%0 = param 0: f64{'1} order ['1]\n%1 = const f64 7.0: f64{}\n\
                 %2 = stack '0 %0 %1: f64{'0, '1}\n%3 = stack '2 %0 %1: f64{'1, '2}\nreturn %2 ['0, '1], %3 ['1, '2]";
    let got = results("'0 = 2, '1 = 3, '2 = 2", lines, &[floats([3], &[1.0, 2.0, 3.0])]);
    assert_eq!(got[0], floats([2, 3], &[1.0, 2.0, 3.0, 7.0, 7.0, 7.0]));
    assert_eq!(got[1], floats([3, 2], &[1.0, 7.0, 2.0, 7.0, 3.0, 7.0]));
}

#[test]
fn f32_rounds_to_f32() {
    let lines = "%0 = param 0: f32{'0} order ['0]\n%1 = fold sum ['0] %0: f32{}\n%2 = map lt %0 %1: bool{'0}\nreturn %1 [], %2 ['0]";
    let got = results("'0 = 2", lines, &[Value::from_f32s([2], &[16_777_216.0, 1.0])]);
    assert_eq!(got[0].as_f32(), &[16_777_216.0]);
    assert_eq!(got[1].as_bool(), &[0, 1]);
}
