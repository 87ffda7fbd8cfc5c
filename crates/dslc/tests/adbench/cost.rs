//! What derivatives cost: a gradient at most four times its function, a product with a Hessian at most three times the
//! gradient.

use dslc::{Arguments, Backend, Border, Count, Fields, Fp, Views};

use crate::{Case, module, problems};

/// As if every loop whose count is data made so many trips.
const TRIPS: u64 = 1000;

/// The objective of a problem, the parameters in which it is differentiated, and the rest.
const OBJECTIVES: &[(&str, &str, &str, &str)] = &[
    ("chain", "chain", "x", "a, b"),
    ("det", "determinant", "a", ""),
    ("gmm", "gmm", "alpha, mu, q, l", "x, gamma, m"),
    ("kmeans", "cost", "centroids", "points"),
    ("llsq", "llsq", "x", "n"),
    ("logreg", "logreg", "w", "x, y"),
    ("lse", "lse", "x", ""),
    ("lstm", "lstm", "main, extra", "state, seq"),
    ("mlp", "loss", "p", "x, y"),
    ("node", "node", "w1, b1, w2, b2, y0", "steps, h"),
    ("ode", "last", "x", "steps"),
    ("rnn", "rnn", "wx, wh, bias", "xs, h0"),
    ("rosen", "rosen", "x", ""),
];

/// The types of arguments, to ask what a call would cost.
struct Types(Vec<Border>);

impl Arguments for Types {
    fn borders(&self) -> Vec<Border> {
        self.0.clone()
    }
    fn fit(&self, borders: &[Border]) -> bool {
        self.0 == borders
    }
    fn views<'a>(&'a self, _: &mut Views<'a>) {}
}

fn operations(case: &Case, expr: &str, args: Vec<Border>) -> Count {
    let found = module(case.program, Backend::Cranelift, Fp::Default)
        .function::<Fields>(expr)
        .operations(&Types(args));
    found.unwrap_or_else(|e| panic!("{}, {expr}: {e}", case.name))
}

/// What function, gradient and product with the Hessian of a case cost.
fn costs(case: &Case) -> Option<[u128; 3]> {
    let &(_, f, active, rest) = OBJECTIVES.iter().find(|o| o.0 == case.program)?;
    let with = |rest: &str| if rest.is_empty() { String::new() } else { format!(", {rest}") };
    let moved: Vec<String> = active.split(", ").map(|p| format!("{p}_dot")).collect();
    let (moved, all) = (moved.join(", "), format!("{active}{}", with(rest)));
    let of_one = format!("|({active})| {f}({all})");
    let exprs = [
        format!("|{all}| {f}({all})"),
        format!("|{all}| grad({of_one})(({active}))"),
        format!("|{all}, {moved}| hvp({of_one})(({active}), ({moved}))"),
    ];
    let args: Vec<Border> = case.args.0.iter().map(|a| a.border()).take(all.split(", ").count()).collect();
    let directions = args[..active.split(", ").count()].to_vec();
    let both = [args.clone(), directions].concat();
    let count = |expr, args| operations(case, expr, args).at(TRIPS);
    Some([count(&exprs[0], args.clone()), count(&exprs[1], args), count(&exprs[2], both)])
}

#[test]
fn a_gradient_costs_at_most_four_functions_and_a_product_with_a_hessian_three_gradients() {
    let mut seen = 0;
    for case in problems::cases() {
        // A case of a product with a Hessian alone has another argument.
        if case.expected[0].0.starts_with("hvp") {
            continue;
        }
        let Some([f, g, h]) = costs(&case) else { continue };
        assert!(g <= 4 * f, "{}: the function takes {f}, the gradient {g}", case.name);
        // The derivative of cofactors solves with the matrix again: dividing them by the determinant instead would be
        // cheaper, but fails where that underflows. So for `det` it is a tenth and the terms of lower order more.
        let most = if case.program == "det" { 340 } else { 300 };
        assert!(100 * h <= most * g, "{}: the gradient takes {g}, the product {h}", case.name);
        seen += 1;
    }
    assert!(seen >= 25, "{seen}");
}

/// The residuals of bundle adjustment have a Jacobian; what is held to the bound is one reverse derivative.
#[test]
fn a_cotangent_of_residuals_costs_at_most_four_times_the_residuals() {
    let cases = problems::cases();
    let case = cases.iter().find(|c| c.name == "ba gen").unwrap();
    let args: Vec<Border> = case.args.0.iter().map(|a| a.border()).collect();
    let all = "cameras, points, weights, seen, features";
    let back = format!(
        "|{all}| vjp(|cameras, points, weights| residuals({all}))(cameras, points, weights, (ones, ones))"
    );
    let f = operations(case, "residuals", args.clone()).at(TRIPS);
    let g = operations(case, &back, args).at(TRIPS);
    assert!(f > 0 && g <= 4 * f, "{f} {g}");
}
