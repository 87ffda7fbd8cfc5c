//! The derivative column against differences of `define`.

use dslc_ir::prim::{Deriv, Sig};
use dslc_ir::prims::ALL;
use dslc_ir::{Bits, Builder, Prim, Scalar};

use crate::evaluate::{apply, nodes};
use crate::samples::{Seeded, edges};

/// The partial derivatives at some points, from the column; `None` for one without a tangent.
fn partials(prim: &'static Prim, points: &[Vec<Bits>]) -> Option<Vec<Vec<f64>>> {
    let mut b = Builder::new("partials");
    let params: Vec<_> = points[0].iter().map(|x| b.param(x.scalar, vec![])).collect();
    let n = params.len();
    let wanted = match prim.deriv {
        Deriv::Partials { build, .. } => {
            let value = b.map(prim, &params);
            let built = build(&mut b, &params, value);
            assert_eq!(built.len(), n, "{}: a partial for each argument", prim.name);
            built
        }
        Deriv::Kinked { build, .. } => {
            let value = b.map(prim, &params);
            vec![build(&mut b, &params, value)]
        }
        Deriv::Choice { build, .. } => vec![build(&mut b, &params)],
        Deriv::Zero => vec![],
        Deriv::Undefined(_) => return None,
    };
    let at = |point: &Vec<Bits>| {
        let values = nodes(&b, &wanted, point);
        match prim.deriv {
            Deriv::Choice { between: (first, second), .. } => {
                let taken = if values[0].bits != 0 { first } else { second };
                (0..n).map(|k| f64::from(u8::from(k == taken))).collect()
            }
            Deriv::Zero => vec![0.0; n],
            Deriv::Partials { .. } | Deriv::Kinked { .. } | Deriv::Undefined(_) => {
                values.iter().map(|v| v.as_f64()).collect()
            }
        }
    };
    Some(points.iter().map(at).collect())
}

/// A central difference of fourth order in 64 bits.
fn difference(prim: &'static Prim, point: &[Bits], k: usize) -> f64 {
    let h = 2e-4 * point[k].as_f64().abs().max(0.01);
    let at = |steps: f64| {
        let mut moved = point.to_vec();
        moved[k] = Bits::f64(point[k].as_f64() + steps * h);
        apply(prim, &moved).0.as_f64()
    };
    (8.0 * (at(1.0) - at(-1.0)) - (at(2.0) - at(-2.0))) / (12.0 * h)
}

/// Float argument types, and a float result.
fn smooth(prim: &Prim, types: &[Scalar]) -> bool {
    types.iter().any(|t| t.is_float()) && prim.sig.result(types).is_some_and(Scalar::is_float)
}

#[test]
fn partials_agree_with_differences() {
    let mut checked = 0;
    for &prim in ALL {
        for types in prim.sig.instances().into_iter().filter(|t| smooth(prim, t) && !t.contains(&Scalar::F32))
        {
            if matches!(prim.sig, Sig::Cast(..)) {
                continue;
            }
            let mut seeded = Seeded::new(prim.name);
            let points: Vec<Vec<Bits>> = (0..300)
                .map(|_| types.iter().zip(prim.domain).map(|(&t, &range)| seeded.number(t, range)).collect())
                .collect();
            let Some(rows) = partials(prim, &points) else { continue };
            let mut jumps = 0;
            for (point, row) in points.iter().zip(&rows) {
                for k in (0..types.len()).filter(|&k| types[k].is_float()) {
                    let (partial, difference) = (row[k], difference(prim, point, k));
                    let close = (partial - difference).abs()
                        <= 1e-7 * (1.0 + partial.abs() + apply(prim, point).0.as_f64().abs());
                    jumps += usize::from(!close);
                    // Differences across a kink or a jump are no derivatives; there are few of those.
                    assert!(
                        close || kinked(prim),
                        "{} {point:?} in {k}: {partial} is not {difference}",
                        prim.name
                    );
                    checked += 1;
                }
            }
            assert!(jumps < 20, "{}: {jumps} of {} disagree", prim.name, points.len());
        }
    }
    assert!(checked > 5000);
}

fn kinked(prim: &Prim) -> bool {
    matches!(prim.deriv, Deriv::Zero | Deriv::Choice { .. } | Deriv::Kinked { .. })
}

#[test]
fn partials_of_single_precision_agree_with_those_of_double() {
    for &prim in ALL {
        for types in prim.sig.instances().into_iter().filter(|t| smooth(prim, t) && t.contains(&Scalar::F32))
        {
            if matches!(prim.sig, Sig::Cast(..)) {
                continue;
            }
            let mut seeded = Seeded::new(prim.name);
            let single: Vec<Vec<Bits>> = (0..200)
                .map(|_| types.iter().zip(prim.domain).map(|(&t, &range)| seeded.number(t, range)).collect())
                .collect();
            let widen = |x: &Bits| if x.scalar == Scalar::F32 { Bits::f64(x.as_f64()) } else { *x };
            let double: Vec<Vec<Bits>> = single.iter().map(|p| p.iter().map(widen).collect()).collect();
            let (Some(a), Some(b)) = (partials(prim, &single), partials(prim, &double)) else { continue };
            for ((a, b), point) in a.iter().zip(&b).zip(&single) {
                for (x, y) in a.iter().zip(b) {
                    assert!(
                        (x - y).abs() <= 3e-5 * (1.0 + y.abs()),
                        "{} {point:?}: {x} is not {y}",
                        prim.name
                    );
                }
            }
        }
    }
}

#[test]
fn partials_that_are_not_singular_are_finite_at_finite_points() {
    for &prim in ALL {
        let Deriv::Partials { singular: false, .. } = prim.deriv else { continue };
        for types in prim.sig.instances().into_iter().filter(|t| smooth(prim, t)) {
            let mut points: Vec<Vec<Bits>> = vec![vec![]];
            for &t in &types {
                let finite: Vec<Bits> = edges(t).into_iter().filter(|x| x.as_f64().is_finite()).collect();
                points = points
                    .iter()
                    .flat_map(|p| finite.iter().map(|&x| [p.clone(), vec![x]].concat()))
                    .collect();
            }
            // The trigonometric functions give NaN beyond their limit, and so do their derivatives.
            let defined = |p: &Vec<Bits>| !apply(prim, p).0.as_f64().is_nan();
            points.retain(defined);
            let Some(rows) = partials(prim, &points) else { continue };
            for (point, row) in points.iter().zip(rows) {
                assert!(row.iter().all(|p| p.is_finite()), "{} {point:?}: {row:?}", prim.name);
            }
        }
    }
}

#[test]
fn the_written_policy_holds_at_kinks() {
    let at = |name: &str, point: &[f64]| {
        let Some(prim) = dslc_ir::prims::by_name(name) else { panic!("no {name}") };
        let point = point.iter().map(|&x| Bits::f64(x)).collect();
        partials(prim.0, &[point]).unwrap_or_default().concat()
    };
    assert_eq!(at("relu", &[0.0]), [0.0]);
    assert_eq!(at("abs", &[0.0]), [0.0]);
    assert_eq!(at("max", &[2.0, 2.0]), [1.0, 0.0]);
    assert_eq!(at("min", &[2.0, 2.0]), [1.0, 0.0]);
    // x^y: 0 in x where y is 0; 0 in y where x is 0 and y >= 0; the limits elsewhere.
    assert_eq!(at("pow", &[0.0, 0.0]), [0.0, 0.0]);
    assert_eq!(at("pow", &[0.0, 1.0]), [1.0, 0.0]);
    assert_eq!(at("pow", &[0.0, 2.0]), [0.0, 0.0]);
    assert_eq!(at("pow", &[-3.0, 2.0])[0], -6.0);
    assert_eq!(at("pow", &[2.0, 0.0]), [0.0, std::f64::consts::LN_2]);
}

#[test]
fn float_casts_have_the_derivative_one() {
    let casts = ALL.iter().filter(|p| matches!(p.sig, Sig::Cast(a, b) if a.is_float() && b.is_float()));
    let mut seen = 0;
    for &prim in casts {
        let types = &prim.sig.instances()[0];
        assert_eq!(
            partials(prim, &[vec![Bits::number(types[0], 0.7)]]),
            Some(vec![vec![1.0]]),
            "{}",
            prim.name
        );
        seen += 1;
    }
    assert_eq!(seen, 2);
}
