//! Hessians and Jacobians with colours against one derivative for each row: compiling and a call, as ratios.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use std::time::Instant;

use dslc::{NoFiles, Session, Value};

const PROGRAM: &str = "
fn separable[n](x: f64[n]) -> f64 = sum(sin(x[i]) * x[i] for i)
fn rosenbrock[n, n >= 1](x: f64[n]) -> f64 = sum(100 * (x[i + 1] - x[i]^2)^2 + (1 - x[i])^2 for i in 0..n - 1)
fn arrow[n, n >= 1](x: f64[n]) -> f64 = sum(exp(x[0] * x[i]) for i)
fn chain[n, n >= 1](x: f64[n]) -> f64 {
  let mut s = 0.0
  for i in 0..n - 1 { s += exp(x[i] * x[i + 1]) }
  s
}
fn convolved[m](x: f64[m + 4]) -> f64[m + 2] = [x[i] * x[i + 1] - sin(x[i + 2]) for i in 0..m + 2]
";

/// Seconds to compile, and of the quickest of some calls.
fn seconds(rows: usize, expr: &str, n: usize) -> (f64, f64) {
    let module = Session::new(NoFiles).coloured_from(rows).compile("s.dsl", PROGRAM).unwrap();
    let x = Value::from_f64s([n as u64], &(0..n).map(|k| (k % 7) as f64 / 8.0).collect::<Vec<f64>>());
    let start = Instant::now();
    let f = module.function::<Value>(expr).prepare(&(&x,)).unwrap();
    let compile = start.elapsed().as_secs_f64();
    let call = || {
        let start = Instant::now();
        f.call((&x,)).unwrap();
        start.elapsed().as_secs_f64()
    };
    (compile, (0..5).map(|_| call()).fold(f64::INFINITY, f64::min))
}

fn main() {
    println!(
        "{:22} {:>6} {:>12} {:>10} {:>8} {:>14}",
        "expression", "n", "coloured ms", "dense ms", "ratio", "compile ms"
    );
    let exprs = ["separable", "rosenbrock", "arrow", "chain"].map(|f| format!("hessian({f})"));
    for expr in exprs.iter().map(String::as_str).chain(["jacobian(convolved)"]) {
        for n in [104, 504, 1_504] {
            let ((compile, few), (dense_compile, dense)) =
                (seconds(8, expr, n), seconds(usize::MAX, expr, n));
            let compiling = format!("{:.0} / {:.0}", 1e3 * compile, 1e3 * dense_compile);
            println!(
                "{expr:22} {n:6} {:12.3} {:10.3} {:8.1} {compiling:>14}",
                1e3 * few,
                1e3 * dense,
                dense / few
            );
        }
    }
}
