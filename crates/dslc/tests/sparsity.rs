//! Sparse matrices of derivatives: patterns miss nothing, and the passes for colours give what one pass for each row gives.
#![allow(clippy::unwrap_used)]

use dslc::{Fields, NoFiles, Pattern, Session, Value};
use dslc_eval::Limits;
use dslc_grad::sparsity::{Effort, patterns};
use dslc_grad::{Options, expand_with};
use dslc_ir::verify::verify_module;
use dslc_ir::{FuncId, Module};
use testkit::arguments::arguments;
use testkit::matrix::matrix;
use testkit::{Menu, Random, module, seeds};

/// Short axes and long ones, so that there are patterns with more rows than colours.
const MENU: Menu = Menu {
    extents: &[&[1, 2, 3, 3], &[2, 5, 8, 17], &[0, 1, 3, 33], &[4, 4, 20]],
    most: 100,
    routines: true,
    // Of what has an axis of unknown extent there is no derivative.
    tapes: false,
};

/// Whether the pattern has each element of a matrix that differs from zero; what is not finite, as zero times infinity,
/// says nothing. The matrix is in parts of columns.
fn holds(pattern: &Pattern, parts: &[Value]) -> Result<(), String> {
    let mut first = 0;
    for part in parts {
        let columns = part.len() / pattern.rows().max(1);
        for k in 0..part.len() {
            let (i, j) = (k / columns, first + k % columns);
            let x = part.as_f64()[k];
            if x.is_finite() && x != 0.0 && !pattern.has(i, j) {
                return Err(format!("the pattern lacks {i}, {j}, which is {x}"));
            }
        }
        first += columns;
    }
    Ok(())
}

/// Whether two ways to the same matrix agree: in all bits but the sign of zeros, or up to rounding. Where the pattern has
/// nothing, the dense way may multiply zero by infinity.
fn agree(pattern: &Pattern, dense: &[Value], coloured: &[Value], bits: bool) -> Result<(), String> {
    let mut first = 0;
    for (a, b) in dense.iter().zip(coloured) {
        let columns = a.len() / pattern.rows().max(1);
        for k in 0..a.len() {
            let (i, j) = (k / columns, first + k % columns);
            let (x, y) = (a.as_f64()[k], b.as_f64()[k]);
            let same = x == y || (x.is_nan() && y.is_nan());
            let near = (x - y).abs() <= 1e-9 * x.abs().max(y.abs());
            let nothing = y == 0.0 && !pattern.has(i, j) && !x.is_finite();
            // Another order of factors may overflow, or not.
            let far = !x.is_finite() || !y.is_finite();
            if !same && !nothing && (bits || !(near || far)) {
                return Err(format!("at {i}, {j}: {x} for each row, {y} coloured"));
            }
        }
        first += columns;
    }
    Ok(())
}

/// A module, the function that gives a matrix in it, and what that is the Jacobian of.
struct Case {
    dense: (Module, FuncId),
    coloured: (Module, FuncId),
    pattern: Option<Pattern>,
}

fn case(random: &mut Random) -> Option<Case> {
    let (mut m, root) = module(random, MENU);
    let (root, inner, wrt) = matrix(random, &mut m, root)?;
    let mut roots = [root, inner];
    dslc_opt::pipeline::before_derivatives(&mut m, &mut roots);
    let way = |rows: usize| {
        let mut m = m.clone();
        let options = Options { coloured_from: rows, ..Options::default() };
        // Some operators have no derivative.
        let roots = expand_with(&mut m, &roots, options).ok()?;
        verify_module(&m).unwrap();
        Some((m, roots))
    };
    let (dense, coloured) = (way(usize::MAX)?, way(1)?);
    let found = patterns(&dense.0, dense.1[1], &wrt, &[], Effort::COMPILER);
    let pattern = found.map(|mut all| all.remove(0));
    Some(Case { dense: (dense.0, dense.1[0]), coloured: (coloured.0, coloured.1[0]), pattern })
}

#[test]
fn patterns_of_random_programs_miss_nothing_and_colours_change_nothing() {
    let (mut seen, mut few, mut planted) = (0, 0, 0);
    for seed in seeds(300) {
        let mut random = Random(seed);
        let Some(Case { dense, coloured, pattern }) = case(&mut random) else { continue };
        let Some(pattern) = pattern else { continue };
        let differs = dense.0.funcs.len() != coloured.0.funcs.len()
            || dslc_ir::print::module(&dense.0) != dslc_ir::print::module(&coloured.0);
        few += usize::from(differs);
        // Forward passes and those that use symmetry add in another order.
        let turned = |m: &Module| m.funcs.iter().filter(|f| f.name.ends_with(".tangent")).count();
        let full = (0..pattern.rows()).any(|i| 2 * pattern.row(i).len() > pattern.columns());
        let bits = turned(&dense.0) == turned(&coloured.0) && !full;
        for _ in 0..3 {
            let args = arguments(&mut random, &dense.0.funcs[dense.1]);
            let run = |(m, f): &(Module, FuncId)| dslc_eval::run(m, *f, &args, &Limits::default());
            let (Ok(x), Ok(y)) = (run(&dense), run(&coloured)) else { continue };
            let shown = |why: String| {
                let (a, b) = (dslc_ir::print::module(&dense.0), dslc_ir::print::module(&coloured.0));
                format!("seed {seed}: {why}\n{a}\n=== coloured {}\n{b}", coloured.1)
            };
            holds(&pattern, &x).map_err(shown).unwrap();
            agree(&pattern, &x, &y, bits).map_err(shown).unwrap();
            seen += 1;
            // A pattern that lacks one of the elements that it has must be caught, if that one differs from zero.
            if let [part] = &x[..]
                && let Some(k) =
                    (0..part.len()).find(|&k| part.as_f64()[k].is_finite() && part.as_f64()[k] != 0.0)
            {
                let (i, j) = (k / pattern.columns(), k % pattern.columns());
                let row = |r: usize| {
                    pattern.row(r).iter().copied().filter(|&c| (r, c as usize) != (i, j)).collect()
                };
                let rows = (0..pattern.rows()).map(row).collect();
                let wrong = Pattern::new(pattern.row_extents.clone(), pattern.column_extents.clone(), rows);
                assert!(holds(&wrong, &x).is_err(), "seed {seed}: {i}, {j}");
                planted += 1;
            }
        }
    }
    assert!(seen >= 500 && few >= 75 && planted >= 100, "{seen} runs, {few} coloured, {planted} planted");
}

/// Functions with sparse derivatives, and the shape of what they take.
const SPARSE: &str = "
fn separable[n](x: f64[n]) -> f64 = sum(sin(x[i]) * x[i] for i)
fn rosenbrock[n, n >= 1](x: f64[n]) -> f64 = sum(100 * (x[i + 1] - x[i]^2)^2 + (1 - x[i])^2 for i in 0..n - 1)
fn penta[n, n >= 2](x: f64[n]) -> f64 = sum(exp(x[i] * x[i + 1]) * x[i + 2] for i in 0..n - 2)
fn arrow[n, n >= 1](x: f64[n]) -> f64 = sum(exp(x[0] * x[i]) for i)
fn blocks[n](x: f64[n, 3]) -> f64 = sum(exp(x[i, 0] * x[i, 1] * x[i, 2]) for i)
fn walk[n](x: f64[n]) -> f64 {
  let mut s = 0.0
  for i in 0..n { s = s + sin(x[i]) * x[i] }
  s
}
fn chain[n, n >= 1](x: f64[n]) -> f64 {
  let mut s = 0.0
  for i in 0..n - 1 { s += exp(x[i] * x[i + 1]) }
  s
}
fn stencil[n, n >= 1](u: f64[n, n]) -> f64 =
  sum((u[i + 1, j] - u[i, j])^4 + (u[i, j + 1] - u[i, j])^4 for i in 0..n - 1, j in 0..n - 1)
fn convolved[m](x: f64[m + 4]) -> f64[m + 2] = [x[i] * x[i + 1] - sin(x[i + 2]) for i in 0..m + 2]
fn turned[n](x: f64[n]) -> f64[n] = [exp(x[n - 1 - i]) for i in 0..n]
fn gathered(x: f64[12]) -> f64[8] {
  let at = [3, 1, 4, 1, 5, 9, 2, 6]
  [x[at[k]]^2 for k]
}
fn swept[n, n >= 1](x: f64[n]) -> f64[n] {
  let mut y = x
  for i in 0..n - 1 { y[i + 1] = sin(x[i] + y[i + 1]) }
  y
}
fn sums[n](x: f64[n]) -> f64[n] = cumsum(x)
fn nearly[n](x: f64[n], w: f64[n]) -> f64 = sum(w[i] * x[i]^3 for i) + dot(w, w)
";

fn numbers(n: usize) -> Vec<f64> {
    // Between -0.75 and 0.75.
    (0..n).map(|k| ((k * 37 + 11) % 101) as f64 / 67.0 - 0.75).collect()
}

/// The elements of a matrix, the dense way or with colours.
fn elements(rows: usize, expr: &str, args: Value) -> Vec<f64> {
    let module =
        Session::new(NoFiles).fp(dslc::Fp::Exact).coloured_from(rows).compile("s.dsl", SPARSE).unwrap();
    let found: Value = module.function::<Value>(expr).call((args,)).unwrap();
    found.as_f64().to_vec()
}

#[test]
fn coloured_matrices_are_the_dense_ones_to_the_bit() {
    let vectors = ["separable", "rosenbrock", "penta"].map(|f| format!("hessian({f})"));
    let jacobians = ["convolved", "turned", "swept", "sums"].map(|f| format!("jacobian({f})"));
    let others = [
        "|x| hessian(nearly)(x, x)",
        // In a comprehension, under another derivative, and of a function that captures.
        "|x| [hessian(rosenbrock)([f64(c) * x[i] for i]) for c in 1..3]",
        "|x| jacobian(|y| [hessian(separable)(y)[i, i] for i])(x)",
        "|x| hessian(|y| sum(x[i] * y[i]^4 for i))(x)",
    ];
    for expr in vectors.iter().chain(&jacobians).map(String::as_str).chain(others) {
        let x = Value::from_f64s([12], &numbers(12));
        let (dense, coloured) = (elements(usize::MAX, expr, x.clone()), elements(1, expr, x));
        assert_eq!(dense, coloured, "{expr}");
        assert!(dense.iter().any(|x| *x != 0.0), "{expr}");
    }
    for (expr, shape) in [("hessian(stencil)", [4, 4]), ("hessian(blocks)", [5, 3])] {
        let u = Value::from_f64s(shape, &numbers((shape[0] * shape[1]) as usize));
        assert_eq!(elements(usize::MAX, expr, u.clone()), elements(1, expr, u), "{expr}");
    }
}

/// Passes that use symmetry, or go forward, add in another order, and so does the derivative of a coloured matrix.
#[test]
fn passes_another_way_agree_up_to_rounding() {
    let through = "|x| grad(|y| sum(hessian(penta)(y)))(x)";
    for expr in ["hessian(arrow)", "jacobian(gathered)", "hessian(walk)", "hessian(chain)", through] {
        let x = Value::from_f64s([12], &numbers(12));
        let (dense, coloured) = (elements(usize::MAX, expr, x.clone()), elements(1, expr, x));
        let near = dense.iter().zip(&coloured).all(|(a, b)| (a - b).abs() <= 1e-13 * (1.0 + a.abs()));
        assert!(near && dense.len() == coloured.len(), "{expr}: {dense:?} {coloured:?}");
    }
}

/// The operations of an expression of one vector, with colours or the dense way.
fn operations(rows: usize, expr: &str, n: usize) -> u128 {
    let module = Session::new(NoFiles).coloured_from(rows).compile("s.dsl", SPARSE).unwrap();
    module.function::<Fields>(expr).operations(&(vec![0.5; n],)).unwrap().at(n as u64)
}

#[test]
fn work_is_linear_in_the_elements_that_differ_from_zero() {
    for f in ["separable", "rosenbrock", "penta", "arrow", "walk", "chain"] {
        let expr = format!("hessian({f})");
        let [small, middle, large] = [100, 1_000, 10_000].map(|n| operations(8, &expr, n));
        assert!(middle <= 11 * small && large <= 11 * middle, "{f}: {small} {middle} {large}");
        assert!(large >= 5 * middle, "{f}: {middle} {large}; is it still computed?");
    }
    for f in ["convolved", "turned", "swept"] {
        let expr = format!("jacobian({f})");
        let [small, middle, large] = [104, 1_004, 10_004].map(|n| operations(8, &expr, n));
        assert!(middle <= 11 * small && large <= 11 * middle, "{f}: {small} {middle} {large}");
    }
    // Dense matrices take what they took.
    assert_eq!(operations(8, "jacobian(sums)", 100), operations(usize::MAX, "jacobian(sums)", 100));
}

/// A matrix of 10^10 elements of which diagonals are read: it is never there, whatever the function has in it.
#[test]
fn diagonals_of_sparse_matrices_are_read_without_them() {
    let expr = "|x| { let h = hessian(chain)(x); [h[i, i + 1] for i in 0..100 - 1] }";
    let x = Value::from_f64s([100], &numbers(100));
    let module = Session::new(NoFiles).fp(dslc::Fp::Exact).compile("s.dsl", SPARSE).unwrap();
    let found: Value = module.function::<Value>(expr).call((x.clone(),)).unwrap();
    let whole: Value = module.function::<Value>("hessian(chain)").call((x,)).unwrap();
    let above: Vec<f64> = (0..99).map(|i| whole.as_f64()[100 * i + i + 1]).collect();
    assert_eq!(found.as_f64(), above);
    // 10,000 rows would be 800 MB.
    let module = Session::new(NoFiles).memory(40 << 20).compile("s.dsl", SPARSE).unwrap();
    let large = expr.replace("100", "10000");
    let x = Value::from_f64s([10_000], &numbers(10_000));
    let found: Value = module.function::<Value>(&large).call((x,)).unwrap();
    assert_eq!(found.len(), 9_999);
}
