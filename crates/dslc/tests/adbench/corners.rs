//! The corner cases: where both libraries of the reference agree on a number that is no convention it is ours, and
//! elsewhere the value that the reference says is right, or that our rules say.

use dslc::{Backend, Fp, Value};

use crate::golden::{flat, json};
use crate::module;

/// The function of the program, the case, where, and the gradient if the file's is not the one that is right.
const AT_A_POINT: &[(&str, &str, f64, Option<f64>)] = &[
    // Both libraries give NaN.
    ("guarded_root", "where(x>0,sqrt(x),0) at 0", 0.0, Some(0.0)),
    ("root_times_x", "x*sqrt(x) at 0", 0.0, Some(0.0)),
    ("logistic", "sigmoid at -800", -800.0, Some(0.0)),
    // One gives NaN, the other zero.
    ("power_zero", "x**0.0 at 0", 0.0, Some(0.0)),
    ("norm_beside_zero", "norm [x,0] at 0", 0.0, Some(0.0)),
    // Conventions: the first argument of `max` and `min` at a tie, zero for `abs`.
    ("abs", "abs at 0", 0.0, Some(0.0)),
    ("positive_part", "relu=max(x,0) at 0", 0.0, Some(1.0)),
    ("clipped", "clip(x,0,1) at 1", 1.0, Some(1.0)),
    // No argument about these.
    ("root_of_safe", "where(x>0,sqrt(where(x>0,x,1)),0) at 0", 0.0, None),
    ("guarded_pole", "where(x<1,x,1/(x-1)) at 1-0 (x=0.5)", 0.5, None),
    ("relu", "jax.nn.relu at 0", 0.0, None),
    ("square", "x**2.0 at 0", 0.0, None),
    ("power_of_zero", "0**y at y=2", 2.0, None),
    ("soft_pair", "logaddexp(0,x) at 800", 800.0, None),
    ("tanh", "tanh at 400", 400.0, None),
    ("floor", "floor at 1.5", 1.5, None),
    ("remainder", "x%1 at 1.5", 1.5, None),
];

#[test]
fn corners_have_the_right_value_and_gradient() {
    let reference = &json("edge_cases/scalar")["jax"];
    for backend in [Backend::Cranelift, Backend::Eval] {
        let m = module("edge_cases", backend, Fp::Exact);
        for &(function, case, x, ours) in AT_A_POINT {
            let value = m.function::<f64>(function).call((x,)).unwrap();
            assert_eq!(value, reference[case]["value"].as_f64().unwrap(), "{case}");
            let gradient = m.function::<f64>(&format!("grad({function})")).call((x,)).unwrap();
            let expected = ours.unwrap_or_else(|| reference[case]["grad"].as_f64().unwrap());
            assert_eq!(gradient, expected, "{case}");
        }
        // The value overflows as written, the derivative is that of the composition.
        for function in ["soft_as_written", "soft_with_a_sum", "log_of_exp"] {
            let case = &reference["log1p(exp(x)) at 800"];
            assert_eq!(case["expected"], "1 (naive: NaN)");
            assert_eq!(m.function::<f64>(function).call((800.0,)).unwrap(), f64::INFINITY);
            let point = [800.0, -800.0, 0.0];
            let expected = if function == "log_of_exp" { [1.0; 3] } else { [1.0, 0.0, 0.5] };
            for (x, slope) in point.into_iter().zip(expected) {
                for way in [format!("grad({function})"), format!("|x: f64| jvp({function})(x, 1.0)")] {
                    assert_eq!(m.function::<f64>(&way).call((x,)).unwrap(), slope, "{way} at {x}");
                }
            }
        }
        // An infinite derivative stays one.
        assert_eq!(m.function::<f64>("grad(sqrt)").call((0.0,)).unwrap(), f64::INFINITY);
    }
}

#[test]
fn derivatives_of_second_and_third_order_are_the_reference_s() {
    let reference = &json("edge_cases/scalar")["jax"];
    let m = module("edge_cases", Backend::Cranelift, Fp::Default);
    let second = m.function::<f64>("grad(grad(guarded_cube))").call((2.0,)).unwrap();
    assert_eq!(second, reference["d2 of where-guarded"]["value"].as_f64().unwrap());
    // The file has the second derivative as the value.
    let tanh = &reference["d3 tanh at 0.3"];
    for (expr, name) in [("grad(grad(tanh))", "value"), ("grad(grad(grad(tanh)))", "grad")] {
        let found = m.function::<f64>(expr).call((0.3,)).unwrap();
        assert!((found - tanh[name].as_f64().unwrap()).abs() < 1e-14, "{expr}: {found}");
    }
}

#[test]
fn corners_of_vectors_have_the_right_gradient() {
    let reference = json("edge_cases/scalar");
    let cases: [(&str, &str, &str, &[f64]); 3] = [
        ("largest", "torch", "max(dim=0), ties [1,3,3,2]", &[1.0, 3.0, 3.0, 2.0]),
        ("product", "jax", "prod with one zero [2,0,3]", &[2.0, 0.0, 3.0]),
        ("twice_the_same", "jax", "gather twice the same index, sum(x[[0,0,2]]**2)", &[1.0, 2.0, 3.0]),
    ];
    for backend in [Backend::Cranelift, Backend::Eval] {
        let m = module("edge_cases", backend, Fp::Exact);
        for (function, library, case, x) in cases {
            let found = m.function::<Value>(&format!("grad({function})")).call((x,)).unwrap();
            assert_eq!(found.as_f64(), flat(&reference[library][case]["grad"]), "{case}");
        }
    }
}
