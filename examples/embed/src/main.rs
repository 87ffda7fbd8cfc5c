//! Fits a model that is written in the language, from a Rust program that owns the data and the loop.
//!
//! ```sh
//! cargo run --release -p embed
//! ```

#![allow(clippy::print_stdout)]

use dslc::{NoFiles, Session, Shaped};
use ndarray::{Array1, ArrayView1};

const MODEL: &str = include_str!("model.dsl");

/// Parameters, the loss before and after, and how many steps were taken.
struct Fit {
    parameters: Array1<f64>,
    before: f64,
    after: f64,
    steps: usize,
}

/// Fits the model to measurements.
fn fit(t: ArrayView1<'_, f64>, y: ArrayView1<'_, f64>) -> Result<Fit, Box<dyn std::error::Error>> {
    let (t, y) = (Shaped::try_from(t)?, Shaped::try_from(y)?);
    let module = Session::new(NoFiles).compile("model.dsl", MODEL)?;
    let loss = module.function::<f64>("loss");
    let step = module.function::<Array1<f64>>("step");

    let mut p = Array1::from_vec(vec![1.0, 0.1, 2.0]);
    let before = loss.call((Shaped::try_from(p.view())?, &t, &y))?;
    let (mut cost, mut damping, mut steps) = (before, 1e-2, 0);
    while steps < 100 && damping < 1e10 {
        steps += 1;
        let next = step.call((Shaped::try_from(p.view())?, &t, &y, damping))?;
        let reached = loss.call((Shaped::try_from(next.view())?, &t, &y))?;
        if reached < cost {
            let gain = cost - reached;
            (p, cost, damping) = (next, reached, damping / 3.0);
            if gain < 1e-12 * cost {
                break;
            }
        } else {
            damping *= 4.0;
        }
    }
    Ok(Fit { parameters: p, before, after: cost, steps })
}

/// Measurements of a curve with these parameters, a little off.
fn measurements(p: [f64; 3]) -> (Array1<f64>, Array1<f64>) {
    let t = Array1::from_iter((0..200).map(|k| f64::from(k) * 0.05));
    let off = |k: usize| 0.01 * ((k * 7919 % 101) as f64 / 50.0 - 1.0);
    let y = t.iter().enumerate().map(|(k, t)| p[0] * (-p[1] * t).exp() * (p[2] * t).cos() + off(k));
    let y = y.collect();
    (t, y)
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (t, y) = measurements([3.0, 0.3, 2.5]);
    let found = fit(t.view(), y.view())?;
    println!(
        "amplitude {:.3}, decay {:.3}, frequency {:.3}",
        found.parameters[0], found.parameters[1], found.parameters[2]
    );
    println!("loss {:.3} -> {:.5} in {} steps", found.before, found.after, found.steps);
    Ok(())
}

#[cfg(test)]
mod tests {
    use dslc::{NoFiles, Session, ViewMut};
    use ndarray::{Array2, array, s};

    use super::{fit, measurements};

    #[test]
    fn the_fit_finds_what_made_the_measurements() {
        let truth = [3.0, 0.3, 2.5];
        let (t, y) = measurements(truth);
        let found = fit(t.view(), y.view()).expect("the model compiles");
        for (p, truth) in found.parameters.iter().zip(truth) {
            assert!((p - truth).abs() < 0.01, "{:?}", found.parameters);
        }
        assert!(found.after < found.before / 100.0);
    }

    #[test]
    fn arrays_and_views_go_in_and_arrays_come_out() {
        let module = Session::new(NoFiles).compile("m.dsl", "").expect("nothing is wrong");
        let f = module.function::<Array2<f64>>("|a, x| [a[i, j] * x[j] for i, j]");
        let (a, x) = (array![[1.0, 2.0], [3.0, 4.0]], array![10.0, 1.0]);
        let expected = array![[10.0, 2.0], [30.0, 4.0]];
        assert_eq!(f.call((&a, x.view())).expect("it fits"), expected);
        // Rows of a larger array lie without gaps; columns do not, and are refused.
        assert_eq!(f.call((a.slice(s![..1, ..]), &x)).expect("it fits"), expected.slice(s![..1, ..]));
        assert!(f.call((a.t(), &x)).is_err());
        let prepared = f.prepare(&(&a, &x)).expect("it fits");
        let mut out: Array2<f64> = Array2::zeros((2, 2));
        let memory = ViewMut::from(out.as_slice_mut().expect("a new array has no gaps"));
        prepared.call_into((&a, &x), &mut [memory]).expect("it fits");
        assert_eq!(out, expected);
    }

    #[test]
    fn a_view_with_gaps_is_an_error() {
        let (t, y) = measurements([1.0, 1.0, 1.0]);
        let refused = fit(t.slice(s![..;2]), y.slice(s![..;2])).err().expect("the view has gaps");
        assert!(refused.to_string().contains("not contiguous"), "{refused}");
    }
}
