//! What a call of a prepared function costs beside the work: tiny functions, called from Rust, against the same in Rust.
//!
//! The least time of many batches counts, so that other programs on the machine move it little.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use std::hint::black_box;
use std::time::Instant;

use dslc::{NoFiles, Prepared, Session, ViewMut};

const BATCHES: usize = 200;
const CALLS: usize = 5_000;

/// The least time of a call, in nanoseconds.
fn least(mut call: impl FnMut()) -> f64 {
    let batch = |call: &mut dyn FnMut()| {
        let start = Instant::now();
        (0..CALLS).for_each(|_| call());
        start.elapsed().as_secs_f64() * 1e9 / CALLS as f64
    };
    (0..BATCHES).map(|_| batch(&mut call)).fold(f64::INFINITY, f64::min)
}

fn show(name: &str, ours: f64, rust: f64) {
    println!("{name:32} {ours:8.1} ns  Rust {rust:6.1} ns  a call costs {:6.1} ns", ours - rust);
}

#[inline(never)]
fn line(x: f64) -> f64 {
    2.0 * x + 1.0
}

#[inline(never)]
fn dot(x: &[f64], y: &[f64]) -> f64 {
    x.iter().zip(y).map(|(x, y)| x * y).sum()
}

#[inline(never)]
fn double(x: &[f64], y: &mut [f64]) {
    x.iter().zip(y).for_each(|(x, y)| *y = 2.0 * x);
}

struct Params {
    w: Vec<f64>,
    b: f64,
}
dslc::record!(Params { w, b });

#[inline(never)]
fn predict(p: &Params, x: &[f64]) -> f64 {
    dot(&p.w, x) + p.b
}

fn main() {
    let text = "
fn line(x: f64) -> f64 = 2 * x + 1
fn double[n](x: f64[n]) -> f64[n] = 2 * x
fn predict[n](p: {w: f64[n], b: f64}, x: f64[n]) -> f64 = dot(p.w, x) + p.b
";
    let module = Session::new(NoFiles).compile("call.dsl", text).unwrap();
    let x = 1.5;
    let f: Prepared<f64> = module.function("line").prepare(&(x,)).unwrap();
    show(
        "a number",
        least(|| _ = black_box(f.call((black_box(x),)).unwrap())),
        least(|| _ = black_box(line(black_box(x)))),
    );

    let (a, b) = ([1.0; 8], [2.0; 8]);
    let (a, b) = (&a[..], &b[..]);
    let f: Prepared<f64> = module.function("|x, y| dot(x, y)").prepare(&(a, b)).unwrap();
    show(
        "two slices of 8",
        least(|| _ = black_box(f.call((black_box(a), black_box(b))).unwrap())),
        least(|| _ = black_box(dot(black_box(a), black_box(b)))),
    );

    let f: Prepared<Vec<f64>> = module.function("double").prepare(&(a,)).unwrap();
    let mut out = [0.0; 8];
    show(
        "a slice of 8 into a buffer",
        least(|| f.call_into((black_box(a),), &mut [ViewMut::from(black_box(&mut out[..]))]).unwrap()),
        least(|| double(black_box(a), black_box(&mut out))),
    );

    let p = Params { w: vec![1.0; 8], b: 0.5 };
    let f: Prepared<f64> = module.function("predict").prepare(&(&p, a)).unwrap();
    show(
        "a struct and a slice of 8",
        least(|| _ = black_box(f.call((black_box(&p), black_box(a))).unwrap())),
        least(|| _ = black_box(predict(black_box(&p), black_box(a)))),
    );
}
