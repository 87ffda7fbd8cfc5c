//! Under the trap, a result that is not finite names the first operation that made it so.
#![allow(clippy::unwrap_used)]

use std::sync::Arc;

use dslc::{Backend, Fp, Halt, NoFiles, Part, Session};

/// The text at the place of the error, and the message; nothing if the program ran to its end.
fn trapped(text: &str, backend: Backend, fp: Fp) -> Option<(String, String)> {
    let mut session = Session::new(NoFiles).backend(backend).fp(fp).trap_nan(true);
    let (ready, diagnostics) = session.check("nan.dsl", text);
    let Some(ready) = ready else { return Some((format!("{diagnostics:?}"), String::new())) };
    match session.run(ready, Part::Script, &Arc::default(), &mut |_| ()) {
        Ok(_) => None,
        Err(Halt::Failure(d)) => {
            assert_eq!(d.code, "R1009", "{}", d.message);
            let span = d.span().unwrap();
            Some((text[span.start as usize..span.end as usize].to_string(), d.message))
        }
        Err(other) => panic!("{text}: {other:?}"),
    }
}

/// A program, the place that is told, and the end of what is said; both empty if nothing is.
const CASES: &[(&str, &str, &str)] = &[
    ("let x = 0.0\nprint(1 / x)", "1 / x", "`1 / x` makes inf: 1 / 0 = inf"),
    ("let x = -1.0\nprint(3 * sqrt(x) + 1)", "sqrt(x)", "makes nan: sqrt(-1) = nan"),
    ("let x = 1e200\nlet y = x * x\nprint(y)", "x * x", "makes inf: 1e200 * 1e200 = inf"),
    ("let x = [1e308, -3, 1e308]\nprint(sum(x))", "sum(x)", "makes inf: sum(1e308, 1e308, -3) = inf"),
    // Of many, the largest.
    (
        "let x: f64[100] = [1e307 for i in 0..100]\nprint(sum(x))",
        "sum(x)",
        "makes inf: the sum of 100 elements, the largest in magnitude 1e307, 1e307, 1e307",
    ),
    // What is masked is not told; what is taken is.
    ("print(grad(|x| where(x > 0, log(x), x))(-1.0), where(true, 1.0, log(0.0)))", "", ""),
    ("let x = [0.0, 1.0]\nprint([where(x[i] > 0.5, 1.0, log(x[i])) for i])", "log(x[i])", "log(0) = -inf"),
    // Constants, arguments and what comes of them are meant, but for a NaN.
    ("let x = inf\nprint(x, -x + 1, 2 * x, max(x, 3))", "", ""),
    ("let y: f64[0] = []\nprint(max(y), min(y))", "", ""),
    ("let x = inf\nprint(x - x)", "x - x", "makes nan: inf - inf = nan"),
    // The NaN and not the infinity beside it, and the first of two.
    ("let x = inf\nlet z = 0.0\nprint(x + z / z)", "z / z", "0 / 0 = nan"),
    ("let x = -1.0\nprint(exp(log(x)) + exp(1000.0))", "log(x)", "log(-1) = nan"),
    // Functions, mapped over points, and branches.
    ("fn f(x: f64) -> f64 = 1 / x\nlet v = [2.0, 0, 1]\nprint([f(v[i]) for i])", "1 / x", "1 / 0 = inf"),
    (
        "fn f(x: f64) -> f64 = if x > 0 { log(x) } else { log(-x) }\nprint(f(1.0) + f(0.0))",
        "log(-x)",
        "log(-0) = -inf",
    ),
    (
        "fn f(x: f64[3], k: i64) -> f64 {\n  let mut y = x\n  y[k] = y[k] / (y[0] - y[1])\n  sum(y)\n}\nprint(f([1.0, 1, 2], 2))",
        "y[k] / (y[0] - y[1])",
        "2 / 0 = inf",
    ),
    // Loops: the trip that made it.
    (
        "fn f(x: f64[5]) -> f64 {\n  let mut e = 0.0\n  for k in 1..5 { e += 1 / (x[k] - x[k - 1]) }\n  e\n}\nprint(f([0.0, 1, 3, 3, 4]))",
        "1 / (x[k] - x[k - 1])",
        "1 / 0 = inf",
    ),
    (
        "fn f(x: f64) -> f64 {\n  let mut y = x\n  let mut k = 0\n  while k < 20 {\n    y = y * y\n    k += 1\n  }\n  y\n}\nprint(f(10.0))",
        "y * y",
        "makes inf: 1.0000000000000005e256 * 1.0000000000000005e256 = inf",
    ),
    (
        "fn f(x: f64[4]) -> f64[4] = scan(|s, v| (s + v, log(s + v)), 0.0, x).1\nprint(f([1.0, -1, 2, 3]))",
        "log(s + v)",
        "log(0) = -inf",
    ),
    // A loop that begins with what is not finite hands it on.
    (
        "fn f(x: f64) -> f64 {\n  let mut y = 1 / x\n  for k in 0..3 { y = y + 1 }\n  y\n}\nprint(f(0.0))",
        "1 / x",
        "1 / 0 = inf",
    ),
    (
        "fn f(n) -> f64 {\n  let mut best = inf\n  for k in 0..n { best = min(best, f64(k)) }\n  best\n}\nprint(f(0), f(3))",
        "",
        "",
    ),
    // Reads, fills and routines.
    ("let x = [1.0, 0]\nlet y = [1 / x[i] for i]\nprint(1.0)", "1 / x[i]", "1 / 0 = inf"),
    (
        "let x = [1.0, 2]\nprint([get(x, i - 1, log(x[0] - 1)) for i in 0..3])",
        "log(x[0] - 1)",
        "log(0) = -inf",
    ),
    ("print(logdet([[1.0, 2], [2, 4]]))", "logdet([[1.0, 2], [2, 4]])", "makes -inf: `logdet` = -inf"),
    // Derivatives, of any direction and order.
    (
        "print(grad(|x| sqrt(x))(0.0))",
        "sqrt(x)",
        "the reverse derivative of `sqrt(x)` makes inf: 0.5 / 0 = inf",
    ),
    (
        "print(jvp(|x| sqrt(x))(0.0, 1.0))",
        "sqrt(x)",
        "the forward derivative of `sqrt(x)` makes inf: 0.5 / 0 = inf",
    ),
    ("print(grad(|x| log(x) * x)(0.0))", "log(x)", "`log(x)` makes -inf: log(0) = -inf"),
    (
        "print(grad(grad(|x| x^1.5))(0.0))",
        "x^1.5",
        "the reverse derivative of `x^1.5` makes inf: 0 ^ -0.5 = inf",
    ),
    // What no result needs is not looked at.
    ("fn f(x: f64) -> (f64, f64) = (x, log(x))\nprint(f(0.0).0)", "", ""),
];

#[test]
fn the_first_operation_is_named() {
    let mut wrong = Vec::new();
    for (text, place, said) in CASES {
        for (backend, fp) in
            [(Backend::Eval, Fp::Exact), (Backend::Cranelift, Fp::Exact), (Backend::Cranelift, Fp::Default)]
        {
            let found = trapped(text, backend, fp);
            let right = match &found {
                None => place.is_empty(),
                Some((at, message)) => at == place && message.ends_with(said) && !said.is_empty(),
            };
            if !right {
                wrong.push(format!("{text}\n  {backend:?} {fp:?}: {found:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn functions_of_a_host_are_trapped_too() {
    for backend in [Backend::Eval, Backend::Cranelift] {
        let session = Session::new(NoFiles).backend(backend).trap_nan(true);
        let text = "fn f[n](x: f64[n], s: f64) -> f64 = s * sum(log(x[i]) for i)";
        let module = session.compile("m.dsl", text).unwrap();
        let f = module.function::<f64>("f");
        assert_eq!(f.call(([1.0, 1.0], 2.0)).unwrap(), 0.0);
        let why = f.call(([1.0, 0.0], 2.0)).unwrap_err().to_string();
        assert!(why.contains("`log(x[i])` makes -inf: log(0) = -inf"), "{why}");
        // What the host hands in is meant.
        assert_eq!(f.call(([1.0, f64::INFINITY], 2.0)).unwrap(), f64::INFINITY);
    }
}

#[test]
fn a_trap_that_finds_nothing_as_written_says_so() {
    // As written, (1e200 * 1e-200) * 1e200 is finite; what brings factors together may overflow. Either is told truly.
    let text = "let a = [1e200, 1e-200]\nlet b = [1e200, 1e200]\nprint(sum(a[i] * b[i] for i))";
    let (place, message) = trapped(text, Backend::Cranelift, Fp::Default).unwrap();
    assert!(message.contains("1e200"), "{place}: {message}");
}

#[test]
fn a_bounded_run_stays_bounded() {
    let mut session = Session::new(NoFiles).trap_nan(true).memory(1 << 16);
    let text =
        "fn f(x: f64) -> f64 {\n  let mut y = x\n  for k in 0..1000 { y = y * y }\n  y\n}\nprint(f(2.0))";
    let (ready, _) = session.check("nan.dsl", text);
    let halt = session.run(ready.unwrap(), Part::Script, &Arc::default(), &mut |_| ());
    let Err(Halt::Failure(d)) = halt else { panic!("{halt:?}") };
    assert_eq!(d.code, "R1009");
}
