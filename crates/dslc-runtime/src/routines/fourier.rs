//! The discrete Fourier transform, of any length, by the crate `rustfft`.
//!
//! Its results are equal for equal arguments on one machine; which instructions it takes depends on the processor.

use rustfft::num_complex::Complex;
use rustfft::{FftDirection, FftNum, FftPlanner};

/// What can be transformed.
pub trait Transformed: FftNum {
    /// Runs with the plans of this thread.
    fn planned<T>(f: impl FnOnce(&mut FftPlanner<Self>) -> T) -> T;
}

macro_rules! transformed {
    ($($float:ident $plans:ident)*) => {
        $(
            thread_local! {
                static $plans: std::cell::RefCell<FftPlanner<$float>> = std::cell::RefCell::new(FftPlanner::new());
            }
            impl Transformed for $float {
                fn planned<T>(f: impl FnOnce(&mut FftPlanner<Self>) -> T) -> T {
                    $plans.with(|plans| f(&mut plans.borrow_mut()))
                }
            }
        )*
    };
}
transformed!(f64 PLANS_64 f32 PLANS_32);

/// Transforms pairs of real and imaginary parts in place: with `e^(-2 pi i jk/n)`, or `back` with `e^(+2 pi i jk/n)`. Nothing
/// is divided by the length.
pub fn fourier<F: Transformed>(x: &mut [F], back: bool) {
    let mut z: Vec<Complex<F>> = x.chunks_exact(2).map(|p| Complex::new(p[0], p[1])).collect();
    if z.len() > 1 {
        let direction = if back { FftDirection::Inverse } else { FftDirection::Forward };
        F::planned(|plans| plans.plan_fft(z.len(), direction)).process(&mut z);
    }
    for (p, z) in x.chunks_exact_mut(2).zip(z) {
        (p[0], p[1]) = (z.re, z.im);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The sum as it is defined.
    fn defined(x: &[f64], back: bool) -> Vec<f64> {
        let n = x.len() / 2;
        let sign = if back { 1.0 } else { -1.0 };
        let term = |k: usize, j: usize| {
            let turn = sign * 2.0 * std::f64::consts::PI * ((j * k) % n) as f64 / n as f64;
            let (a, b, (s, c)) = (x[2 * j], x[2 * j + 1], turn.sin_cos());
            (a * c - b * s, a * s + b * c)
        };
        (0..n)
            .flat_map(|k| {
                let sum = (0..n).map(|j| term(k, j)).fold((0.0, 0.0), |s, t| (s.0 + t.0, s.1 + t.1));
                [sum.0, sum.1]
            })
            .collect()
    }

    #[test]
    fn every_length_gives_the_sum_that_it_is_defined_by() {
        for n in (1..40).chain([64, 97, 100, 121]) {
            let x: Vec<f64> = (0..2 * n).map(|k| ((k * 37 % 101) as f64 - 50.0) / 50.0).collect();
            for back in [false, true] {
                let mut y = x.clone();
                fourier(&mut y, back);
                let mut z: Vec<f32> = x.iter().map(|&x| x as f32).collect();
                fourier(&mut z, back);
                for ((y, d), z) in y.iter().zip(defined(&x, back)).zip(z) {
                    assert!((y - d).abs() < 1e-12 * n as f64, "{n}: {y} {d}");
                    assert!((f64::from(z) - d).abs() < 1e-5 * n as f64, "{n}: {z} {d}");
                }
            }
        }
        fourier::<f64>(&mut [], false);
    }
}
