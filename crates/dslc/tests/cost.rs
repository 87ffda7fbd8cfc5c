//! What programs and their derivatives cost, as the compiler counts it.
#![allow(clippy::unwrap_used)]

use dslc::{Count, Fields, Function, Module, NoFiles, Session, Value};
use testkit::Random;

fn operations(module: &Module<'static>, expr: &str) -> Option<u128> {
    Some(module.function::<Fields>(expr).operations(&()).ok()?.at(100))
}

#[test]
fn a_gradient_of_a_generated_program_costs_at_most_five_functions() {
    let mut seen = 0;
    for seed in testkit::seeds(500) {
        let text = testkit::source::difference(&mut Random(seed)).text();
        // The gradient of an equation is another equation, whose solver has loops of its own.
        const SOLVED: [&str; 5] = ["fixpoint(", "root(", "argmin(", "linear_solve(", "conjugate_gradient("];
        if SOLVED.iter().any(|s| text.contains(s)) {
            continue;
        }
        let Ok(module) = Session::new(NoFiles).compile("p.dsl", &text) else { continue };
        let (Some(f), Some(g)) = (operations(&module, "f(p)"), operations(&module, "grad(f)(p)")) else {
            continue;
        };
        // A function may read one number of many for nothing; its gradient has all of them.
        let p = module.function::<Fields>("p").call(()).unwrap();
        let numbers: usize = p.0.iter().map(|(_, v)| v.len()).sum();
        assert!(g <= 5 * (f + numbers as u128), "seed {seed}: {g} for {f}\n{text}");
        seen += 1;
    }
    assert!(seen >= 330, "{seen}");
}

/// Programs that read or write one element at a time. A cotangent of its own for each would be zeros but for one element,
/// and the gradient would grow with the square of the size, or worse.
const ELEMENTS: &str = "
fn walk[n](x: f64[n]) -> f64 {
  let mut s = 0.0
  for i in 0..n { s = sin(s + x[i]) }
  s
}
fn walk_back[n](x: f64[n]) -> f64 {
  let mut s = 0.0
  for i in 0..n { s = sin(s + x[n - 1 - i]) }
  s
}
fn step[n](s: f64, x: f64[n], i: i64) -> f64 = sin(s + x[i])
fn called[n](x: f64[n]) -> f64 {
  let mut s = 0.0
  for i in 0..n { s = step(s, x, i) }
  s
}
fn gathered[n](x: f64[n]) -> f64 {
  let mut s = 0.0
  for i in 0..n { s = sin(s + x[mod(7 * i, n)]) }
  s
}
fn filled[n](x: f64[n]) -> f64 {
  let mut y: f64[n] = zeros
  for i in 0..n { y[i] = sin(x[i]) }
  dot(y, y)
}
fn swept[n, n >= 1](x: f64[n]) -> f64 {
  let mut y = x
  for i in 0..n - 1 { y[i + 1] = sin(y[i] + y[i + 1]) }
  y[n - 1]
}
fn while_[n](x: f64[n]) -> f64 {
  let mut s = 1.0
  let mut i = 0
  while i < n { s = s * x[i]
    i += 1 }
  s
}
fn branched[n](x: f64[n]) -> f64 {
  let mut s = 0.0
  for i in 0..n { for j in 0..10 { if x[i] > 0 { s = s + x[i] * x[j] } else { s = s - x[j] } } }
  s
}
";

#[test]
fn reading_an_element_costs_its_gradient_an_element() {
    let module = Session::new(NoFiles).compile("p.dsl", ELEMENTS).unwrap();
    for f in ["walk", "walk_back", "called", "gathered", "filled", "swept", "while_", "branched"] {
        let count = |expr: &str| {
            let found = module.function::<Fields>(expr).operations(&(vec![0.0; 1000],));
            found.unwrap_or_else(|e| panic!("{f}: {e}")).at(1000)
        };
        let (value, gradient) = (count(f), count(&format!("grad({f})")));
        assert!(gradient <= 4 * value, "{f}: {gradient} for {value}");
    }
}

/// What is only added to stays where it is: a copy at each trip would be rounds that the budget does not have.
#[test]
fn adding_an_element_copies_nothing() {
    let module = Session::new(NoFiles).steps(1_000_000).compile("p.dsl", ELEMENTS).unwrap();
    for f in ["walk", "called", "gathered", "filled", "swept", "while_", "branched"] {
        let found = module.function::<Fields>(&format!("grad({f})")).call((vec![0.5; 10_000],));
        found.unwrap_or_else(|e| panic!("{f}: {e}"));
    }
}

#[test]
fn operations_are_those_counted_by_hand() {
    let text = "
fn sums(x: f64[6]) -> f64 = sum(x) - 2 * sum(x[i]^2 for i)
fn product(a: f64[3, 4], b: f64[4, 5]) -> f64[3, 5] = a @ b
fn looped(x: f64) -> f64 {
  let mut y = x
  for i in 0..10 { y = y * y + x }
  -abs(y)
}
fn counted(x: f64, n: i64, m: i64) -> f64 {
  let mut y = x
  for i in 0..n { for j in 0..m { y = y / x } ; y = y - x }
  y
}
fn shared(x: f64) -> f64 = (x + 1) * (x + 1)
fn chosen(x: f64) -> f64 = if x > 0 { sqrt(x) } else { x * x * x }
fn largest(x: f64[7]) -> (f64, i64) = (max(x), argmax(x))
fn solved(a: f64[3, 3], b: f64[3]) -> f64[3] = solve(a, b)
fn whole(n: i64) -> i64 = (n + 1) * n
";
    let m = Session::new(NoFiles).compile("p.dsl", text).unwrap();
    let count = |f: &str, args: &dyn Fn(&Function<'static, Fields>) -> Count| {
        args(&m.function::<Fields>(f)).coefficients().to_vec()
    };
    let tensor = |shape: &[u64]| Value::from_f64s(shape, &vec![0.0; shape.iter().product::<u64>() as usize]);
    // Five sums, six squares and five sums, a product and a difference.
    assert_eq!(count("sums", &|f| f.operations(&(tensor(&[6]),)).unwrap()), [18]);
    // Four products and three sums for each element.
    assert_eq!(count("product", &|f| f.operations(&(tensor(&[3, 4]), tensor(&[4, 5]))).unwrap()), [105]);
    assert_eq!(count("looped", &|f| f.operations(&(1.0,)).unwrap()), [20]);
    // For each trip a difference, and for each trip inside a quotient.
    assert_eq!(count("counted", &|f| f.operations(&(1.0, 1i64, 1i64)).unwrap()), [0, 1, 1]);
    assert_eq!(count("shared", &|f| f.operations(&(1.0,)).unwrap()), [2]);
    // A comparison, the root, two products and the selection.
    assert_eq!(count("chosen", &|f| f.operations(&(1.0,)).unwrap()), [5]);
    assert_eq!(count("largest", &|f| f.operations(&(tensor(&[7]),)).unwrap()), [6 + 7]);
    // 2/3 n^3 for the factors and 2 n^2 for two triangular systems.
    assert_eq!(count("solved", &|f| f.operations(&(tensor(&[3, 3]), tensor(&[3]))).unwrap()), [18 + 18]);
    assert_eq!(count("whole", &|f| f.operations(&(1i64,)).unwrap()), [0u128; 0]);
}
