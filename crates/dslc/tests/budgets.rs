//! Budgets of a host: steps, and interrupts that reach into kernels.
#![allow(clippy::unwrap_used)]

use std::sync::atomic::Ordering;

use dslc::{Backend, Halt, NoFiles, Part, Refusal, Session, Value};

fn code<T: std::fmt::Debug>(result: Result<T, Halt>) -> &'static str {
    match result {
        Err(Halt::Limit(d)) => d.code,
        other => panic!("{other:?}"),
    }
}

const SUM: &str =
    "fn f(n: i64) -> f64 {\n  let mut x = 0.0\n  let mut k = 0\n  while k < n { x += 1; k += 1 }\n  x\n}\n";

#[test]
fn every_call_has_its_steps() {
    for backend in [Backend::Eval, Backend::Cranelift] {
        let session = Session::new(NoFiles).backend(backend).steps(1_000);
        let f = session.compile("m.dsl", SUM).unwrap().function::<f64>("f").prepare(&(0,)).unwrap();
        for _ in 0..3 {
            // The evaluator counts nodes, too, so it may do fewer rounds.
            assert_eq!(f.call((10,)).unwrap(), 10.0);
            assert_eq!(code(f.call((2_000,))), "L1008");
        }
    }
}

#[test]
fn steps_are_rounds_in_compiled_code() {
    let session = Session::new(NoFiles).steps(1_000);
    let f = session.compile("m.dsl", SUM).unwrap().function::<f64>("f").prepare(&(0,)).unwrap();
    assert_eq!(f.call((1_000,)).unwrap(), 1_000.0);
    assert_eq!(code(f.call((1_001,))), "L1008");
}

#[test]
fn a_run_has_its_steps_in_all_and_a_script_for_each_text() {
    let text = format!("{SUM}let a = f(i64(600.0))\nlet b = f(i64(600.0))\n");
    let run = |steps| {
        let mut session = Session::new(NoFiles).steps(steps);
        let ready = session.check("m.dsl", &text).0.unwrap();
        session.run(ready, Part::Script, &Default::default(), &mut |_| {})
    };
    assert!(run(1_200).is_ok());
    assert_eq!(code(run(1_199)), "L1008");
    let mut script = Session::new(NoFiles).steps(1_000).script();
    let mut feed = |t: &str| script.feed("t", t, &mut |_| {}).map(|_| ());
    feed(SUM).unwrap();
    for k in 0..3 {
        feed(&format!("let a{k} = f(i64(600.0))")).unwrap();
        let Err(Refusal::Stopped { halt, .. }) = feed("let b = f(i64(1200.0))") else { panic!() };
        assert_eq!(code::<()>(Err(halt)), "L1008");
    }
    feed("assert(a0 == 600)").unwrap();
}

#[test]
fn an_interrupt_reaches_kernels() {
    // Each is above what a kernel does between two polls, and has no loop of its own around it.
    let n = 700;
    // Ones, and threes on the diagonal, so that it has an inverse.
    let elements: Vec<f64> = (0..n * n).map(|k| if k % (n + 1) == 0 { 3.0 } else { 1.0 }).collect();
    let matrix = Value::from_f64s([n, n], &elements);
    let vector = Value::from_f64s([n], &elements[..n as usize]);
    for expression in
        ["|a, x| a @ a", "|a, x| solve(a, x)", "|a, x| real(maxplus(a) @ maxplus(a))", "|a, x| argsort(x)"]
    {
        let module = Session::new(NoFiles).compile("m.dsl", "").unwrap();
        let f = module.function::<Value>(expression).prepare(&(&matrix, &vector)).unwrap();
        module.interrupt().store(true, Ordering::Relaxed);
        assert!(matches!(f.call((&matrix, &vector)), Err(Halt::Interrupted)), "{expression}");
        module.interrupt().store(false, Ordering::Relaxed);
        assert!(f.call((&matrix, &vector)).is_ok(), "{expression}");
    }
}
