//! What each pass does, on printed IR, and that size and depth cost neither time nor stack.

use std::time::{Duration, Instant};

use dslc_ir::prims::arith;
use dslc_ir::{Binding, Builder, Extent, FuncId, Module, Op, Output, Scalar, Scan, parse, print};
use dslc_opt::pipeline::{Options, PASSES, run};

/// Without the rewriting of contractions, which has tests of its own.
const AS_WRITTEN: Options = Options { rewrite: None, strips_above: None };

/// The module after the passes with these names, the last function being the root.
fn after(text: &str, passes: &[&str]) -> String {
    let mut module = parse::module(text).expect("the test's IR");
    dslc_ir::verify::verify_module(&module).expect("the test's IR");
    let mut roots = [module.funcs.ids().next_back().expect("a function")];
    for name in passes {
        let (_, pass) = PASSES.iter().find(|(n, _)| n == name).expect("a pass");
        pass(&mut module, &mut roots, AS_WRITTEN).expect("small enough");
        dslc_ir::verify::verify_module(&module).unwrap_or_else(|why| panic!("{name}: {why}"));
    }
    print::module(&module)
}

/// A call is its body; a bound axis becomes the caller's, an axis that is bound twice is read through a fresh one.
#[test]
fn calls_are_spliced() {
    let text = r#"
fn @0 "outer" {
  axis '0 = 3, '1 = 3
  %0 = param 0: f64{'0} order ['0]
  %1 = param 1: f64{'1} order ['1]
  %2 = map mul %0 %1: f64{'0, '1}
  return %2 ['0, '1]
}
fn @1 "main" {
  axis '0 = 3, '1 = 3, '2 = 3, '3 = 2
  %0 = param 0: f64{'0, '3} order ['3, '0]
  %1 = call @0 (%0['0], %0['0]) -> (['1, '2]): f64{'1, '2, '3}
  return %1 ['3, '1, '2]
}
"#;
    let spliced = after(text, &["inline", "reads", "sweep"]);
    assert_eq!(spliced, EXPECTED_CALL, "\n{spliced}");
}

const EXPECTED_CALL: &str = r#"fn @0 "main" {
  axis '0 = 2, '1 = 3, '2 = 3
  %0 = param 0: f64{'0, '1} order ['0, '1]
  %1 = read {'1: '2} %0: f64{'0, '2}
  %2 = map mul %0 %1: f64{'0, '1, '2}
  return %2 ['0, '1, '2]
}
"#;

/// Loops forget dead state, constant state and what nobody reads.
#[test]
fn loops_are_pruned() {
    let text = r#"
fn @0 "body" {
  %0 = param 0: i64{} order []
  %1 = param 1: f64{} order []
  %2 = param 2: f64{} order []
  %3 = param 3: f64{} order []
  %4 = map mul %1 %3: f64{}
  %5 = map mul %2 %2: f64{}
  return %4 [], %5 [], %3 []
}
fn @1 "main" {
  %0 = param 0: f64{} order []
  %1 = param 1: f64{} order []
  %2 = const i64 10: i64{}
  %3 = scan @0 xs 0 state 3 (%2[], %0[], %1[], %1[]) -> ([], [], []): f64{}, f64{}, f64{}
  %4 = proj 0 %3: f64{}
  %5 = proj 2 %3: f64{}
  return %4 [], %5 []
}
"#;
    let pruned = after(text, &["prune"]);
    assert_eq!(pruned, EXPECTED_LOOP, "\n{pruned}");
}

const EXPECTED_LOOP: &str = r#"fn @0 "body" {
  %0 = param 0: i64{} order []
  %1 = param 1: f64{} order []
  %2 = param 2: f64{} order []
  %3 = map mul %1 %2: f64{}
  return %3 []
}
fn @1 "main" {
  %0 = param 0: f64{} order []
  %1 = param 1: f64{} order []
  %2 = const i64 10: i64{}
  %3 = scan @0 xs 0 state 1 (%2[], %0[], %1[]) -> ([]): f64{}
  return %3 [], %1 []
}
"#;

/// A batch of loops is a loop over batches; what does not change leaves it.
#[test]
fn batches_move_in_and_constants_out() {
    let text = r#"
fn @0 "body" {
  axis '0 = 5
  %0 = param 0: i64{} order []
  %1 = param 1: f64{} order []
  %2 = param 2: f64{'0} order ['0]
  %3 = map mul %2 %2: f64{'0}
  %4 = fold sum ['0] %3: f64{}
  %5 = map add %1 %4: f64{}
  return %5 []
}
fn @1 "main" {
  axis '0 = 4, '1 = 5
  %0 = param 0: f64{'0} order ['0]
  %1 = param 1: f64{'1} order ['1]
  %2 = const i64 10: i64{}
  %3 = scan @0 xs 0 state 1 (%2[], %0[], %1['1]) -> ([]): f64{'0}
  return %3 ['0]
}
"#;
    let lifted = after(text, &["lift", "hoist", "finish"]);
    assert_eq!(lifted, EXPECTED_BATCH, "\n{lifted}");
}

const EXPECTED_BATCH: &str = r#"fn @0 "body" {
  axis '0 = 4
  %0 = param 0: i64{} order []
  %1 = param 1: f64{'0} order ['0]
  %2 = param 2: f64{} order []
  %3 = map add %1 %2: f64{'0}
  return %3 ['0]
}
fn @1 "main" {
  axis '0 = 4, '1 = 5
  %0 = param 0: f64{'0} order ['0]
  %1 = param 1: f64{'1} order ['1]
  %2 = const i64 10: i64{}
  %3 = map mul %1 %1: f64{'1}
  %4 = fold sum ['1] %3: f64{}
  %5 = scan @0 xs 0 state 1 (%2[], %0['0], %4[]) -> (['0]): f64{'0}
  return %5 ['0]
}
"#;

/// What is lifted meets a loop that stays mapped: every result of that loop gets the axis, also the one that does
/// not need it.
#[test]
fn a_mapped_loop_in_a_lifted_body_spreads_the_axis() {
    let text = r#"
fn @0 "positive" {
  %0 = param 0: f64{} order []
  %1 = param 1: f64{} order []
  %2 = const f64 0: f64{}
  %3 = map gt %0 %2: bool{}
  return %3 []
}
fn @1 "less" {
  %0 = param 0: f64{} order []
  %1 = param 1: f64{} order []
  %2 = const f64 1: f64{}
  %3 = map sub %0 %2: f64{}
  %4 = map mul %1 %1: f64{}
  return %3 [], %4 []
}
fn @2 "loop" {
  %0 = param 0: f64{} order []
  %1 = param 1: f64{} order []
  %2 = while @0 do @1 state 2 (%0[], %1[]) -> ([], []): f64{}, f64{}
  %3 = proj 0 %2: f64{}
  %4 = proj 1 %2: f64{}
  return %3 [], %4 []
}
fn @3 "no loop" {
  %0 = param 0: f64{} order []
  %1 = param 1: f64{} order []
  return %0 [], %1 []
}
fn @4 "main" {
  axis '0 = 4
  %0 = param 0: bool{} order []
  %1 = param 1: f64{} order []
  %2 = param 2: f64{'0} order ['0]
  %3 = if @2 else @3 (%0[], %1[], %2[]) -> ([], []): f64{'0}, f64{'0}
  %4 = proj 0 %3: f64{'0}
  %5 = proj 1 %3: f64{'0}
  return %4 ['0], %5 ['0]
}
"#;
    let lifted = after(text, &["lift"]);
    let branch = "if @2 else @3 (%0[], %1[], %2['0]) -> (['0], ['0]): f64{'0}, f64{'0}";
    assert!(lifted.contains(branch), "\n{lifted}");
}

/// Small conditions are selections; reads at affine data are plain reads, and meet.
#[test]
fn conditions_and_reads_are_simplified() {
    let text = r#"
site !0 0 0 0 "x[i + 1]"
fn @0 "yes" {
  %0 = param 0: f64{} order []
  return %0 []
}
fn @1 "no" {
  %0 = param 0: f64{} order []
  %1 = map neg %0: f64{}
  return %1 []
}
fn @2 "main" {
  axis '0 = 4, '1 = 3, '2 = 3
  %0 = param 0: f64{'0} order ['0]
  %1 = param 1: bool{'2} order ['2]
  %2 = iota '1: i64{'1}
  %3 = const i64 1: i64{}
  %4 = map add %2 %3: i64{'1} !0
  %5 = read {'0: $0} %0 [%4]: f64{'1} !0
  %6 = read {'1: '2} %5: f64{'2}
  %7 = if @0 else @1 (%1[], %6[]) -> ([]): f64{'2}
  return %7 ['2]
}
"#;
    let simple = after(text, &["select", "reads", "sweep"]);
    assert_eq!(simple, EXPECTED_READS, "\n{simple}");
}

const EXPECTED_READS: &str = r#"site !0 0 0 0 "x[i + 1]"
fn @0 "main" {
  axis '0 = 4, '1 = 3
  %0 = param 0: f64{'0} order ['0]
  %1 = param 1: bool{'1} order ['1]
  %2 = read {'0: '1 + 1} %0: f64{'1} !0
  %3 = map neg %2: f64{'1}
  %4 = map select %1 %2 %3: f64{'1}
  return %4 ['1]
}
"#;

/// A function of `n` additions and reads, one after the other.
fn long(n: usize) -> Module {
    let mut b = Builder::new("long");
    let axis = b.axis(Extent::Static(4));
    let mut x = b.param(Scalar::F64, vec![axis]);
    let start = x;
    for _ in 0..n / 2 {
        let to = b.axis(Extent::Static(4));
        let from = b.ty(x).axes[0];
        x = b.rename(x, &[(from, to)]);
        x = b.map(&arith::MUL, &[x, x]);
    }
    let axes = b.ty(x).axes.to_vec();
    let _ = start;
    let mut module = Module::default();
    module.funcs.push(b.finish(vec![Output { node: x, axes }]));
    module
}

fn time(mut module: Module) -> Duration {
    let mut roots = [module.funcs.ids().next_back().expect("a function")];
    let start = Instant::now();
    run(&mut module, &mut roots, None, AS_WRITTEN).expect("small enough");
    start.elapsed()
}

/// Time grows with the size, not with its square: 16 times the nodes in less than 64 times the time.
#[test]
fn long_functions_take_linear_time() {
    let (short, tall) = (time(long(2_500)), time(long(40_000)));
    assert!(tall < short * 64 + Duration::from_millis(200), "{short:?} {tall:?}");
}

/// Deep chains of calls, and of loops in loops, are no deeper on the stack.
#[test]
fn depth_costs_no_stack() {
    let mut module = Module::default();
    let mut inner: Option<FuncId> = None;
    for k in 0..2_000 {
        let mut b = Builder::new(format!("f{k}"));
        let index = b.param(Scalar::I64, vec![]);
        let x = b.param(Scalar::F64, vec![]);
        let mut y = b.mul(x, x);
        if let Some(f) = inner {
            let bind = Binding { args: vec![vec![], vec![]], results: vec![vec![]] };
            y = if k % 2 == 0 {
                b.call(&module, f, &[index, y], bind)[0]
            } else {
                let scan = Scan { body: f, xs: 0, state: 1, axis: None, reverse: false, bind };
                b.scan(&module, scan, &[index, y])[0]
            };
        }
        inner = Some(module.funcs.push(b.finish(vec![Output { node: y, axes: vec![] }])));
    }
    let mut roots = [inner.expect("a function")];
    let small = std::thread::Builder::new().stack_size(512 << 10);
    let work = move || {
        run(&mut module, &mut roots, None, AS_WRITTEN).expect("small enough");
        module.funcs.len()
    };
    let funcs = small.spawn(work).expect("a thread").join().expect("no overflow");
    assert!(funcs >= 999, "{funcs}");
}

/// Calls that double at every level are refused before they are expanded.
#[test]
fn doubling_calls_are_refused() {
    let mut module = Module::default();
    let mut inner: Option<FuncId> = None;
    for k in 0..60 {
        let mut b = Builder::new(format!("f{k}"));
        let mut x = b.param(Scalar::F64, vec![]);
        x = b.mul(x, x);
        for _ in 0..2 {
            if let Some(f) = inner {
                let bind = Binding { args: vec![vec![]], results: vec![vec![]] };
                x = b.call(&module, f, &[x], bind)[0];
            }
        }
        inner = Some(module.funcs.push(b.finish(vec![Output { node: x, axes: vec![] }])));
    }
    let mut roots = [inner.expect("a function")];
    let refused = run(&mut module, &mut roots, None, AS_WRITTEN).expect_err("too large");
    assert!(refused.nodes > dslc_opt::inline::LIMIT);
}

/// What lowering may rely on.
#[test]
fn nothing_calls_and_nothing_is_dead_at_the_end() {
    let mut module = long(100);
    let mut roots = [FuncId(0)];
    run(&mut module, &mut roots, None, AS_WRITTEN).expect("small enough");
    for func in module.funcs.iter() {
        assert!(func.nodes.iter().all(|n| !matches!(n.op, Op::Call { .. })));
    }
}

/// The diagonal of a product of matrices needs no product, and where two positions are equal is known along it.
#[test]
fn a_diagonal_is_computed_alone() {
    let text = r#"
fn @0 "main" {
  axis '0 = 9, '1 = 9, '2 = 9, '3 = 9
  %0 = param 0: f64{'0, '1} order ['0, '1]
  %1 = param 1: f64{'1, '2} order ['1, '2]
  %2 = map mul %0 %1: f64{'0, '1, '2}
  %3 = fold sum ['1] %2: f64{'0, '2}
  %4 = iota '0: i64{'0}
  %5 = iota '2: i64{'2}
  %6 = map eq %4 %5: bool{'0, '2}
  %7 = const f64 0.0: f64{}
  %8 = map select %6 %3 %7: f64{'0, '2}
  %9 = read {'0: '3, '2: '3} %8: f64{'3}
  return %9 ['3]
}
"#;
    let wanted = r#"fn @0 "main" {
  axis '0 = 9, '1 = 9, '2 = 9, '3 = 9
  %0 = param 0: f64{'0, '1} order ['0, '1]
  %1 = param 1: f64{'1, '2} order ['1, '2]
  %2 = read {'0: '3} %0: f64{'1, '3}
  %3 = read {'2: '3} %1: f64{'1, '3}
  %4 = map mul %2 %3: f64{'1, '3}
  %5 = fold sum ['1] %4: f64{'3}
  return %5 ['3]
}
"#;
    assert_eq!(after(text, &["reads", "sweep"]), wanted);
    // One step from the diagonal the positions differ, and nothing of the product is left.
    let above = text.replace("'3 = 9", "'3 = 8").replace("'2: '3}", "'2: '3 + 1}");
    assert!(!after(&above, &["reads", "sweep"]).contains("fold"));
}
