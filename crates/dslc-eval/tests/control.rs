//! Calls, loops, routines, laziness and limits.

mod case;

use std::sync::atomic::AtomicBool;

use case::{at, floats, ints, module, outcome};
use dslc_eval::{Limits, Stop, run};
use dslc_ir::mach::Trap;
use dslc_ir::{Bits, FuncId};
use dslc_runtime::value::Value;

#[track_caller]
fn results(text: &str, args: &[Value]) -> Vec<Value> {
    outcome(text, args).unwrap_or_else(|stop| panic!("{stop}\n{text}"))
}

const DOT: &str = "fn @0 \"dot\" {\naxis '0 = 2\n%0 = param 0: f64{'0} order ['0]\n%1 = param 1: f64{'0} order ['0]\n\
                   %2 = map mul %0 %1: f64{'0}\n%3 = fold sum ['0] %2: f64{}\nreturn %3 [], %2 ['0]\n}\n";

#[test]
fn a_call_is_mapped_over_the_axes_that_are_not_bound() {
    let f = "fn @1 \"f\" {\naxis '0 = 3, '1 = 2, '2 = 2\n%0 = param 0: f64{'0, '1} order ['0, '1]\n%1 = param 1: f64{} order []\n\
             %2 = call @0 (%0['1], %1['1]) -> ([], ['2]): f64{'0}, f64{'0, '2}\n%3 = proj 0 %2: f64{'0}\n\
             %4 = proj 1 %2: f64{'0, '2}\nreturn %3 ['0], %4 ['2, '0]\n}\n";
    let x = floats([3, 2], &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
    let got = results(&format!("{DOT}{f}"), &[x, floats([], &[10.0])]);
    assert_eq!(got[0], floats([3], &[30.0, 70.0, 110.0]));
    assert_eq!(got[1], floats([2, 3], &[10.0, 30.0, 50.0, 20.0, 40.0, 60.0]));
}

#[test]
fn a_call_mapped_over_nothing_gives_nothing() {
    let f = "fn @1 \"f\" {\naxis '0 = 0, '1 = 2, '2 = 2\n%0 = param 0: f64{'0, '1} order ['0, '1]\n\
             %1 = call @0 (%0['1], %0['1]) -> ([], ['2]): f64{'0}, f64{'0, '2}\n%2 = proj 1 %1: f64{'0, '2}\nreturn %2 ['2, '0]\n}\n";
    assert_eq!(results(&format!("{DOT}{f}"), &[floats([0, 2], &[])])[0], floats([2, 0], &[]));
}

/// `(x + x, x)` of integers: the first result can fail.
const DOUBLE: &str = "fn @0 \"double\" {\n%0 = param 0: i64{} order []\n%1 = param 1: i64{} order []\n\
                      %2 = map add %0 %0: i64{} !0\nreturn %2 [], %1 []\n}\n";

#[test]
fn what_no_result_needs_raises_nothing() {
    let f = |result: &str| {
        format!(
            "{DOUBLE}fn @1 \"f\" {{\n%0 = param 0: i64{{}} order []\n%1 = map add %0 %0: i64{{}} !1\n\
             %2 = call @0 (%1[], %0[]) -> ([], []): i64{{}}, i64{{}}\n%3 = proj 0 %2: i64{{}}\n%4 = proj 1 %2: i64{{}}\n\
             return {result} []\n}}\n"
        )
    };
    let big = [ints([], &[i64::MAX])];
    assert_eq!(results(&f("%4"), &big)[0], big[0]);
    assert_eq!(outcome(&f("%3"), &big), Err(Stop::Failure(at(1, Trap::Overflow))));
}

#[test]
fn over_mapped_points_the_first_failure_in_program_order_is_told() {
    let text = "fn @0 \"g\" {\n%0 = param 0: i64{} order []\n%1 = param 1: i64{} order []\n%2 = map add %0 %0: i64{} !0\n\
                %3 = map add %1 %1: i64{} !1\n%4 = map max %2 %3: i64{}\nreturn %4 []\n}\n\
                fn @1 \"f\" {\naxis '0 = 2\n%0 = param 0: i64{'0} order ['0]\n%1 = param 1: i64{'0} order ['0]\n\
                %2 = call @0 (%0[], %1[]) -> ([]): i64{'0}\nreturn %2 ['0]\n}\n";
    let args = [ints([2], &[1, i64::MAX]), ints([2], &[i64::MAX, 1])];
    assert_eq!(outcome(text, &args), Err(Stop::Failure(at(0, Trap::Overflow))));
}

#[test]
fn only_the_chosen_branch_runs_at_each_point() {
    let text = "fn @0 \"double\" {\n%0 = param 0: i64{} order []\n%1 = map add %0 %0: i64{} !0\nreturn %1 []\n}\n\
                fn @1 \"same\" {\n%0 = param 0: i64{} order []\nreturn %0 []\n}\n\
                fn @2 \"f\" {\naxis '0 = 3\n%0 = param 0: bool{'0} order ['0]\n%1 = param 1: i64{'0} order ['0]\n\
                %2 = if @0 else @1 (%0[], %1[]) -> ([]): i64{'0}\nreturn %2 ['0]\n}\n";
    let when = |c: [bool; 3]| [Value::from_bools([3], &c), ints([3], &[1, 2, i64::MAX])];
    assert_eq!(results(text, &when([true, false, false]))[0], ints([3], &[2, 2, i64::MAX]));
    assert_eq!(outcome(text, &when([true, true, true])), Err(Stop::Failure(at(0, Trap::Overflow))));
}

/// The body `(index, x, s) -> (s + x, s)`.
const STEP: &str = "fn @0 \"step\" {\n%0 = param 0: i64{} order []\n%1 = param 1: f64{} order []\n%2 = param 2: f64{} order []\n\
                    %3 = map add %2 %1: f64{}\nreturn %3 [], %2 []\n}\n";

fn scan(reverse: &str) -> String {
    format!(
        "{STEP}fn @1 \"f\" {{\naxis '0 = 3, '1 = 2\n%0 = param 0: f64{{'0, '1}} order ['1, '0]\n%1 = const f64 100.0: f64{{}}\n\
         %2 = const i64 3: i64{{}}\n%3 = scan @0 xs 1 state 1 axis '0 {reverse} (%2[], %0[], %1[]) -> ([], []): f64{{'1}}, f64{{'0, '1}}\n\
         %4 = proj 0 %3: f64{{'1}}\n%5 = proj 1 %3: f64{{'0, '1}}\nreturn %4 ['1], %5 ['1, '0]\n}}\n"
    )
}

#[test]
fn a_scan_carries_and_stacks() {
    let x = floats([2, 3], &[1.0, 2.0, 4.0, 10.0, 20.0, 40.0]);
    let got = results(&scan(""), std::slice::from_ref(&x));
    assert_eq!(got[0], floats([2], &[107.0, 170.0]));
    assert_eq!(got[1], floats([2, 3], &[100.0, 101.0, 103.0, 100.0, 110.0, 130.0]));
    let got = results(&scan("reverse"), &[x]);
    assert_eq!(got[0], floats([2], &[107.0, 170.0]));
    assert_eq!(got[1], floats([2, 3], &[106.0, 104.0, 100.0, 160.0, 140.0, 100.0]));
}

#[test]
fn a_scan_whose_count_is_data_makes_a_tape_and_reads_it() {
    let text = format!(
        "{STEP}fn @1 \"f\" {{\naxis '0 = ?\n%0 = param 0: i64{{}} order []\n%1 = const f64 1.0: f64{{}}\n\
         %2 = scan @0 xs 1 state 1 axis '0 (%0[], %1[], %1[]) -> ([], []): f64{{}}, f64{{'0}}\n%3 = proj 1 %2: f64{{'0}}\n\
         %4 = scan @0 xs 1 state 1 axis '0 reverse (%0[], %3[], %1[]) -> ([], []): f64{{}}, f64{{'0}}\n\
         %5 = proj 0 %4: f64{{}}\nreturn %3 ['0], %5 []\n}}\n"
    );
    let got = results(&text, &[ints([], &[4])]);
    assert_eq!(got, [floats([4], &[1.0, 2.0, 3.0, 4.0]), floats([], &[11.0])]);
    for none in [0, -5] {
        let got = results(&text, &[ints([], &[none])]);
        assert_eq!(got, [floats([0], &[]), floats([], &[1.0])]);
    }
}

#[test]
fn a_while_runs_as_long_as_its_condition_holds() {
    let text = "fn @0 \"small\" {\n%0 = param 0: i64{} order []\n%1 = param 1: i64{} order []\n%2 = map lt %0 %1: bool{}\nreturn %2 []\n}\n\
                fn @1 \"double\" {\n%0 = param 0: i64{} order []\n%1 = param 1: i64{} order []\n%2 = map add %0 %0: i64{} !0\nreturn %2 []\n}\n\
                fn @2 \"f\" {\naxis '0 = 3\n%0 = param 0: i64{} order []\n%1 = param 1: i64{'0} order ['0]\n\
                %2 = while @0 do @1 state 1 (%0[], %1[]) -> ([]): i64{'0}\nreturn %2 ['0]\n}\n";
    let got = results(text, &[ints([], &[3]), ints([3], &[0, 4, 20])]);
    assert_eq!(got[0], ints([3], &[3, 6, 24]));
    let endless = [ints([], &[0]), ints([3], &[1, 1, 1])];
    let m = module(text);
    let flag = AtomicBool::new(false);
    let stopped = std::thread::scope(|s| {
        s.spawn(|| {
            std::thread::sleep(std::time::Duration::from_millis(30));
            flag.store(true, std::sync::atomic::Ordering::Relaxed);
        });
        run(&m, FuncId(2), &endless, &Limits { interrupt: Some(&flag), ..Limits::default() })
    });
    assert_eq!(stopped, Err(Stop::Interrupted));
}

#[test]
fn routines_are_mapped_over_the_other_axes() {
    let text = "fn @0 \"f\" {\naxis '0 = 2, '1 = 2, '2 = 3, '3 = 2\n%0 = param 0: f64{'0, '1} order ['0, '1]\n\
                %1 = param 1: f64{'1, '2} order ['1, '2]\n%2 = library solve (%0['0, '1], %1['1]) -> (['3]): f64{'2, '3} !0\n\
                %3 = library argsort (%1['2]) -> (['2]): i64{'1, '2}\nreturn %2 ['3, '2], %3 ['1, '2]\n}\n";
    let b = floats([2, 3], &[2.0, 4.0, f64::NAN, 8.0, 4.0, 0.0]);
    let got = results(text, &[floats([2, 2], &[2.0, 0.0, 0.0, 4.0]), b.clone()]);
    assert_eq!(got[0].as_f64()[..2], [1.0, 2.0]);
    assert_eq!(got[0].as_f64()[3..5], [2.0, 1.0]);
    assert!(got[0].as_f64()[2].is_nan(), "a NaN stays in its right-hand side");
    assert_eq!(got[1], ints([2, 3], &[0, 1, 2, 2, 1, 0]));
    assert_eq!(outcome(text, &[floats([2, 2], &[0.0; 4]), b]), Err(Stop::Failure(at(0, Trap::Singular))));
}

#[test]
fn derivatives_are_not_for_the_evaluator() {
    let text = "fn @0 \"id\" {\n%0 = param 0: f64{} order []\nreturn %0 []\n}\nfn @1 \"f\" {\n%0 = param 0: f64{} order []\n\
                %1 = vjp @0 wrt [true] (%0[], %0[]) -> ([], []): f64{}, f64{}\n%2 = proj 1 %1: f64{}\nreturn %2 []\n}\n";
    let Err(Stop::Bug(why)) = outcome(text, &[floats([], &[1.0])]) else { panic!("it is a bug") };
    assert!(why.contains("not expanded"), "{why}");
}

#[test]
fn limits_stop_the_program() {
    let text = case::one(
        "'0 = 1000000, '1 = 1000000",
        "%0 = iota '0: i64{'0}\n%1 = iota '1: i64{'1}\n%2 = map lt %0 %1: bool{'0, '1}\nreturn %2 ['0, '1]",
    );
    assert_eq!(outcome(&text, &[]), Err(Stop::Memory));
    let (m, flag) = (module(&text), AtomicBool::new(true));
    let limits = Limits { interrupt: Some(&flag), ..Limits::default() };
    assert_eq!(run(&m, FuncId(0), &[], &limits), Err(Stop::Interrupted));
    let wrong = run(&m, FuncId(0), &[Value::of(Bits::i64(1))], &Limits::default());
    assert!(matches!(wrong, Err(Stop::Bug(_))));
}

#[test]
fn a_chain_of_calls_is_as_deep_as_allowed() {
    let chain = |n: usize| {
        let mut text = "fn @0 \"f\" {\n%0 = param 0: f64{} order []\nreturn %0 []\n}\n".to_string();
        for k in 1..n {
            text += &format!(
                "fn @{k} \"f\" {{\n%0 = param 0: f64{{}} order []\n%1 = call @{} (%0[]) -> ([]): f64{{}}\nreturn %1 []\n}}\n",
                k - 1
            );
        }
        outcome(&text, &[floats([], &[1.0])])
    };
    // The default stack of a thread of the test runner is 2 MiB.
    assert_eq!(chain(1000), Ok(vec![floats([], &[1.0])]));
    assert_eq!(chain(5000), Err(Stop::Depth));
}
