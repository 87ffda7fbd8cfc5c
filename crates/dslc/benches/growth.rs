//! How long it takes to compile functions of 100 to 10,000 operations and their first and second derivatives, as straight
//! lines and as the body of a loop. `tests/growth.rs` holds their sizes to linear growth; this shows the time.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use std::fmt::Write;
use std::time::Instant;

use dslc::{NoFiles, Session};

fn program(operations: usize, in_loop: bool) -> String {
    let mut lines = String::from("  let a0 = s\n");
    for k in 0..operations {
        let _ = writeln!(lines, "  let a{} = sin(a{k}) * x + a{}", k + 1, k.saturating_sub(1));
    }
    match in_loop {
        true => {
            format!(
                "fn f(x: f64) -> f64 {{\n  let mut s = x\n  for _ in 0..100 {{\n{lines}  s = a{operations}\n  }}\n  s\n}}\n"
            )
        }
        false => format!("fn f(x: f64) -> f64 {{\n  let s = x\n{lines}  a{operations}\n}}\n"),
    }
}

fn main() {
    println!("{:10} {:>10} {:16} {:>10} {:>16}", "body", "operations", "function", "ms", "us an operation");
    for in_loop in [false, true] {
        for lines in [34, 334, 3334] {
            let module = Session::new(NoFiles).compile("p.dsl", &program(lines, in_loop)).unwrap();
            for expr in ["f", "grad(f)", "grad(grad(f))"] {
                let start = Instant::now();
                module.function::<f64>(expr).prepare(&(0.5,)).unwrap();
                let ms = start.elapsed().as_secs_f64() * 1e3;
                let (body, operations) = (if in_loop { "loop" } else { "straight" }, 3 * lines);
                let each = 1e3 * ms / operations as f64;
                println!("{body:10} {operations:10} {expr:16} {ms:10.1} {each:16.1}");
            }
        }
    }
}
