//! Programs inside a Rust program: typed calls, derivatives, records, threads, errors as values.
#![allow(clippy::unwrap_used)]

use std::sync::atomic::Ordering;

use dslc::{
    Backend, Complex, Fields, Fp, Function, Halt, Limits, Module, NoFiles, Prepared, Record, Refusal,
    Session, Size, Value, View, ViewMut,
};

const MODEL: &str = "
let scale = [1.0, 10.0]
fn predict[n](p: {w: f64[n], b: f64}, x: f64[n]) -> f64 = dot(p.w, x) + p.b
fn loss[n, k](p: {w: f64[k], b: f64}, x: f64[n, k], y: f64[n]) -> f64 = mean((predict(p, x[i]) - y[i])^2 for i)
fn scaled(x: f64[2]) -> f64[2] = [scale[i] * x[i] for i]
fn top[n](x: f64[n], k) -> f64[k] = x[0..k]
fn both(x: f64) = (x, {a: x^2, b: [x, -x]})
fn at(x: f64[3], i: i64) -> f64 = x[i]
fn wide(x: f32[2, 2]) -> f32[2, 2] = x.T
";

fn module() -> Module<'static> {
    Session::new(NoFiles).compile("model.dsl", MODEL).unwrap()
}

#[test]
fn arguments_are_numbers_slices_and_records() {
    let m = module();
    let loss: Function<'_, f64> = m.function("loss");
    let x = Value::from_f64s([2, 2], &[1.0, 2.0, 3.0, 4.0]);
    let args = || Record::new().with("w", [1.0, -1.0]).with("b", 0.5);
    // Predictions are -0.5 and -0.5, so with y = 0 and 1 the mean square is (0.25 + 2.25) / 2.
    assert_eq!(loss.call((args(), x.clone(), vec![0.0, 1.0])).unwrap(), 1.25);
    let g: Function<'_, Fields> = m.function("grad(loss)");
    let found = g.call((args(), x, vec![0.0, 1.0])).unwrap();
    // The residuals are -0.5 and -1.5: the gradient in w is the mean of 2 r x, in b of 2 r.
    assert_eq!(found.get("w").unwrap().as_f64(), [-5.0, -7.0]);
    assert_eq!(found.get("b").unwrap().as_f64(), [-2.0]);
}

#[test]
fn sizes_come_with_the_arguments_of_each_call() {
    let m = module();
    let f = m.function::<f64>("|w, x| dot(w, x)");
    assert_eq!(f.call((&[1.0, 2.0], &[3.0, 4.0])).unwrap(), 11.0);
    assert_eq!(f.call((&[1.0, 2.0, 3.0], &[1.0, 1.0, 1.0])).unwrap(), 6.0);
    let top = m.function::<Vec<f64>>("top");
    assert_eq!(top.call((&[1.0, 2.0, 3.0], Size(2))).unwrap(), [1.0, 2.0]);
    let Err(Refusal::Rejected { diagnostics, text }) = f.call((&[1.0], &[1.0, 2.0])) else { panic!() };
    assert_eq!(diagnostics[0].code, "E0301");
    assert!(text.contains("f64[1]") && text.contains("f64[2]"), "{text}");
}

#[test]
fn results_are_tuples_and_records_too() {
    let (x, r) = module().function::<(f64, Fields)>("both").call((3.0,)).unwrap();
    assert_eq!(
        (x, r.get("a").unwrap().as_f64(), r.get("b").unwrap().as_f64()),
        (3.0, &[9.0][..], &[3.0, -3.0][..])
    );
    let Err(Refusal::Rejected { text, .. }) = module().function::<f64>("both").call((3.0,)) else { panic!() };
    assert!(text.contains("(f64, {a: f64, b: f64[2]})") && text.contains("takes f64"), "{text}");
}

#[test]
fn functions_see_the_values_of_the_script() {
    let f = module().function::<Vec<f64>>("scaled");
    assert_eq!(f.call((&[1.0, 2.0],)).unwrap(), [1.0, 20.0]);
}

#[test]
fn results_go_into_memory_of_the_caller() {
    let m = module();
    let f = m.function::<Value>("wide");
    let x = Value::from_f32s([2, 2], &[1.0, 2.0, 3.0, 4.0]);
    let p = f.prepare(&(x.clone(),)).unwrap();
    let mut out = [0f32; 4];
    p.call_into((x.clone(),), &mut [ViewMut::from(&mut out[..])]).unwrap();
    assert_eq!(out, [1.0, 3.0, 2.0, 4.0]);
    let mut short = [0f32; 3];
    assert!(p.call_into((x.clone(),), &mut [ViewMut::from(&mut short[..])]).is_err());
    assert!(p.call_into((x,), &mut []).is_err());
}

#[test]
fn failures_are_values_with_their_place() {
    let m = module();
    let f = m.function::<f64>("at");
    assert_eq!(f.call((&[1.0, 2.0, 3.0], 2)).unwrap(), 3.0);
    let Err(Refusal::Stopped { halt: Halt::Failure(d), text }) = f.call((&[1.0, 2.0, 3.0], 3)) else {
        panic!()
    };
    assert_eq!(d.code, "R1002");
    assert!(text.contains("x[i]") || text.contains("model.dsl"), "{text}");
    assert_eq!(f.call((&[1.0, 2.0, 3.0], 0)).unwrap(), 1.0);
    let Err(Refusal::Rejected { diagnostics, .. }) = m.function::<f64>("nothing").call((1.0,)) else {
        panic!()
    };
    assert_eq!(diagnostics[0].code, "E0201");
    let refused = Session::new(NoFiles).compile("m.dsl", "let x = y").unwrap_err();
    assert!(refused.to_string().contains("E0201"), "{refused}");
}

#[test]
fn prepared_functions_outlive_everything_and_cross_threads() {
    fn sendable<T: Send + Sync>(t: T) -> T {
        t
    }
    let p: Prepared<f64> = sendable(module().function("|x| sin(x) + scale[0]").prepare(&(0.0,)).unwrap());
    let threads: Vec<_> = (0..4)
        .map(|k| {
            let p = p.clone();
            std::thread::spawn(move || (0..1000).map(|i| p.call((f64::from(i + k),)).unwrap()).sum::<f64>())
        })
        .collect();
    for (k, t) in threads.into_iter().enumerate() {
        let expected: f64 = (0..1000).map(|i| p.call((f64::from(i + k as i32),)).unwrap()).sum();
        assert_eq!(t.join().unwrap(), expected);
    }
    assert!((p.call((1.0,)).unwrap() - (1.0 + 1f64.sin())).abs() < 1e-15);
}

#[test]
fn backends_agree_on_calls() {
    for fp in [Fp::Exact, Fp::Default] {
        let by = |b| {
            let m = Session::new(NoFiles).backend(b).fp(fp).compile("m.dsl", MODEL).unwrap();
            m.function::<f64>("grad(|x| exp(sin(x)) * x)").call((0.3,)).unwrap()
        };
        assert_eq!(by(Backend::Eval).to_bits(), by(Backend::Cranelift).to_bits());
    }
}

#[test]
fn a_script_takes_one_text_after_the_other() {
    let mut script = Session::new(NoFiles).script();
    let mut lines = Vec::new();
    let mut feed = |t: &str| {
        script.feed("t", t, &mut |l| lines.push(l.to_string())).map(|_| ()).map_err(|e| e.to_string())
    };
    feed("let x = 2").unwrap();
    feed("fn f(a: f64) -> f64 = a + 1").unwrap();
    feed("let y = f(x)").unwrap();
    assert!(feed("let z = y + q").unwrap_err().contains("nothing is called `q`"));
    feed("print(y)").unwrap();
    // What had a mistake defined nothing; what is defined anew is new.
    assert!(feed("print(z)").unwrap_err().contains("nothing is called `z`"));
    feed("let x = [1.0, 2.0]\nfn f(a: f64) -> f64 = 10 * a").unwrap();
    feed("print(f(y), x)").unwrap();
    assert!(feed("assert(1 > 2)").unwrap_err().contains("does not hold"));
    feed("let mut k = 0\nfor i in 0..3 { k += i\n print(k) }").unwrap();
    feed("k = k + 1\nprint(k)").unwrap();
    assert_eq!(lines, ["3", "30 [1, 2]", "0", "1", "3", "4"]);
    assert_eq!(script.type_of("[f(y), 1]").unwrap(), "f64[2]");
    let names: Vec<String> = script.names().into_iter().map(|n| format!("{}: {}", n.0, n.1)).collect();
    assert_eq!(names, ["f: fn", "k: `i64`", "x: f64[2]", "y: f64"].map(|n| n.replace('`', "")));
}

#[test]
fn a_running_text_is_interrupted_from_another_thread() {
    let mut script = Session::new(NoFiles).script();
    let flag = script.interrupt().clone();
    let stopper = std::thread::spawn(move || {
        // The flag is cleared when the text starts, so it is set until the text ends.
        for _ in 0..1000 {
            flag.store(true, Ordering::Relaxed);
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
    });
    let stopped = script.feed("t", "let mut x = 0.0\nwhile x >= 0 { x += 1 }", &mut |_| {});
    assert!(matches!(stopped, Err(Refusal::Stopped { halt: Halt::Interrupted, .. })));
    drop(stopper);
}

#[test]
fn a_call_is_interrupted_and_the_next_one_runs() {
    for backend in [Backend::Eval, Backend::Cranelift] {
        let text = "fn f(x: f64) -> f64 {\n  let mut y = x\n  while y > 0 { y += 1 }\n  y\n}";
        let m = Session::new(NoFiles).backend(backend).compile("m.dsl", text).unwrap();
        let f = m.function::<f64>("f").prepare(&(1.0,)).unwrap();
        m.interrupt().store(true, Ordering::Relaxed);
        assert!(matches!(f.call((1.0,)), Err(Halt::Interrupted)));
        m.interrupt().store(false, Ordering::Relaxed);
        assert_eq!(f.call((-1.0,)).unwrap(), -1.0);
    }
}

#[test]
fn a_value_that_was_not_computed_is_named_by_its_use() {
    let mut script = Session::new(NoFiles).script();
    let mut feed = |t: &str| script.feed("t", t, &mut |_| {}).map(|_| ()).map_err(|e| e.to_string());
    assert!(feed("let x = [1.0, 2]\nlet y = x[i64(7.0)]").unwrap_err().contains("R1002"));
    for use_of_y in ["print(y)", "print(y + 1)", "assert(y > 0)"] {
        assert!(feed(use_of_y).unwrap_err().contains("R1007"), "{use_of_y}");
    }
    feed("let y = 1.0\nprint(y)").unwrap();
}

#[test]
fn a_limit_stops_one_text_and_not_the_next() {
    let limits = Limits { nodes: 1000, ..Limits::default() };
    let mut script = Session::new(NoFiles).limits(limits).script();
    let large = format!("|x| x{}", " * x".repeat(5000));
    assert!(script.type_of(&format!("({large})(1.0)")).unwrap_err().to_string().contains("L0607"));
    assert_eq!(script.type_of("[1.0, 2]").unwrap(), "f64[2]");
    let mut feed = |t: &str| script.feed("t", t, &mut |_| {}).map(|_| ()).map_err(|e| e.to_string());
    assert!(feed(&format!("let y = ({large})(1.0)")).unwrap_err().contains("L0607"));
    // Many small texts are not one large one.
    for k in 0..300 {
        feed(&format!("let x{k} = sin(f64({k})) + 1")).unwrap();
    }
    assert!(feed("let z = q").unwrap_err().contains("E0201"));
}

#[test]
fn views_say_what_they_are() {
    let x = [1.0, 2.0];
    let v = View::from(&x[..]);
    assert_eq!((v.len(), v.is_empty(), v.to_value(vec![2]).as_f64()), (2, false, &x[..]));
}

#[test]
fn complex_numbers_go_in_and_out_by_their_parts() {
    let text = "fn turned[n](z: c128[n], by: c128) -> c128[n] = [by * z[k] for k]\n\
                fn size(z: c128) -> f64 = real(z * conj(z))";
    let module = Session::new(NoFiles).compile("m.dsl", text).unwrap();
    let by = Complex { re: 0.0, im: 1.0 };
    let z = Complex { re: [1.0, 2.0], im: [3.0, -4.0] };
    let turned = module.function::<Complex<Vec<f64>>>("turned").call((&z, by)).unwrap();
    assert_eq!(turned, Complex { re: vec![-3.0, 4.0], im: vec![1.0, 2.0] });
    // |z|^2 has the gradient 2 z.
    let slope = module.function::<Complex<f64>>("grad(size)").call((Complex { re: 1.0, im: -2.0 },)).unwrap();
    assert_eq!(slope, Complex { re: 2.0, im: -4.0 });
    let real = module.function::<f64>("size").call((2.0,)).unwrap_err().to_string();
    assert!(real.contains("c128"), "{real}");
    let parts = module.function::<f64>("size").call((Complex { re: 1.0, im: f64::NAN },));
    assert!(parts.unwrap().is_nan());
}
