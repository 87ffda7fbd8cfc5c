//! Every differentiable operator over fifty shapes: forward against reverse, both against differences, and the products
//! with second derivatives in two ways. Axes of no and of one element and rank 0 are among the shapes.
//!
//! `operators.txt` has an operator a line. Of each, with `y = f(x)` and a weight `w` of the result:
//!
//! - `<w, f'(x) v>` by `jvp` and by `vjp` agree to 1e-12 of the sum of magnitudes;
//! - a central difference of fourth order agrees to 1e-5;
//! - with `g(x) = <w, f(x)> + |f(x)|^2 / 2` the products `<u, H v>` by forward over reverse and by reverse over reverse
//!   agree to 1e-11, and with the difference of gradients to 1e-5.
#![allow(clippy::unwrap_used)]

use dslc::{Backend, Fp, Module, NoFiles, Session, Shaped};

/// The operators: `name | expression in x`, under a heading `kind low high`.
const OPERATORS: &str = include_str!("operators.txt");

/// What some of them call.
const FUNCTIONS: &str = "fn twice_sin(x: f64) -> f64 = 2 * sin(x) * x
fn well[n](a: f64[n, n]) -> f64[n, n] = [0.2 * a[i, j] + (if i == j { 2.0 } else { 0 }) for i, j]
fn spread[n](a: f64[n, n]) -> f64[n, n] = [0.1 * a[i, j] + (if i == j { f64(i) + 1 } else { 0 }) for i, j]";

/// What the shapes of an operator's argument are made of.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Kind {
    /// Any rank.
    Any,
    /// `m` by `n`.
    Matrix,
    /// A batch of `m` square matrices.
    Squares,
}

/// An operator and where its arguments are drawn from.
struct Operator {
    name: &'static str,
    body: &'static str,
    kind: Kind,
    domain: (f64, f64),
    /// Every how many shapes it is checked.
    step: usize,
}

fn operators() -> Vec<Operator> {
    let mut heading = (Kind::Any, (0.0, 0.0));
    let mut all = Vec::new();
    for line in OPERATORS.lines().filter(|l| !l.is_empty() && !l.starts_with('#')) {
        if let Some((name, body)) = line.split_once(" | ") {
            let (name, step) = name.strip_prefix('~').map_or((name, 1), |name| (name, 5));
            all.push(Operator { name, body, kind: heading.0, domain: heading.1, step });
            continue;
        }
        let words: Vec<&str> = line.split(' ').collect();
        let kind = match words[0] {
            "any" => Kind::Any,
            "matrix" => Kind::Matrix,
            "squares" => Kind::Squares,
            other => panic!("{other}"),
        };
        heading = (kind, (words[1].parse().unwrap(), words[2].parse().unwrap()));
    }
    all
}

/// Fifty shapes of a kind.
fn shapes(kind: Kind) -> Vec<Vec<usize>> {
    let mut all: Vec<Vec<usize>> = Vec::new();
    match kind {
        Kind::Any => {
            all.push(vec![]);
            all.extend([0, 1, 2, 3, 4, 5, 7, 8, 9, 16, 17, 33].map(|n| vec![n]));
            for m in 0..5 {
                all.extend((0..5).map(|n| vec![m, n]));
            }
            all.extend(
                [[0, 1, 2], [1, 1, 1], [2, 1, 3], [3, 2, 2], [1, 5, 1], [2, 0, 2]].map(|s| s.to_vec()),
            );
            all.extend(
                [[1, 1, 1, 1], [2, 1, 2, 3], [2, 2, 2, 2], [3, 1, 1, 2], [0, 2, 1, 1], [1, 2, 3, 1]]
                    .map(|s| s.to_vec()),
            );
        }
        Kind::Matrix => {
            for m in 0..7 {
                all.extend((0..7).map(|n| vec![m, n]));
            }
            all.push(vec![9, 4]);
        }
        Kind::Squares => {
            for m in 0..7 {
                all.extend((0..7).map(|n| vec![m, n, n]));
            }
            all.push(vec![2, 9, 9]);
        }
    }
    all
}

/// Numbers in `-1..1` that follow from a seed (Steele, Lea and Flood, *Fast splittable pseudorandom number generators*, 2014).
fn numbers(seed: u64, count: usize) -> Vec<f64> {
    let mut state = seed;
    (0..count)
        .map(|_| {
            state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut z = state;
            z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            z ^= z >> 31;
            (z >> 11) as f64 / (1u64 << 52) as f64 - 1.0
        })
        .collect()
}

/// A seed for a name (FNV-1a), so that what one operator is given does not depend on the others.
fn seed(name: &str) -> u64 {
    name.bytes().fold(0xcbf2_9ce4_8422_2325, |h, b| (h ^ u64::from(b)).wrapping_mul(0x100_0000_01b3)) >> 8
}

/// What is compared, computed by the language: `(forward, reverse, difference, scale, second by forward, second by reverse,
/// second by difference, scale)`.
fn comparison(op: &Operator, shape: &[usize]) -> String {
    let ty = if shape.is_empty() {
        "f64".to_string()
    } else {
        format!("f64[{}]", shape.iter().map(usize::to_string).collect::<Vec<_>>().join(", "))
    };
    // The sizes are numbers here.
    let sizes = if op.kind == Kind::Any { vec![] } else { vec![("m", shape[0]), ("n", shape[1])] };
    let sizes: String = sizes.iter().map(|(name, n)| format!("let {name} = {n}; ")).collect();
    let body = op.body;
    format!(
        "|x: {ty}, v: {ty}, u: {ty}| {{
  let f = |x: {ty}| {{ {sizes}{body} }}
  let y = f(x)
  let w = sin(7 * y) + 0.25
  let h = 1e-3
  let along = |t: f64| dot(w, f(x + t * v))
  let difference = (8 * (along(h) - along(-h)) - (along(2 * h) - along(-2 * h))) / (12 * h)
  let moved = jvp(f)(x, v)
  let pulled = vjp(f)(x, w)
  let g = |x: {ty}| {{ let y = f(x); dot(w, y) + dot(y, y) / 2 }}
  let slope = |x: {ty}| grad(g)(x)
  let bent = jvp(slope)(x, v)
  let pulled_twice = grad(|x: {ty}| dot(slope(x), u))(x)
  let turned = |t: f64| dot(u, slope(x + t * v))
  let second = (8 * (turned(h) - turned(-h)) - (turned(2 * h) - turned(-2 * h))) / (12 * h)
  let scale = 1 + norm(w) * norm(moved) + norm(pulled) * norm(v)
  let size = 1 + norm(u) * norm(bent) + norm(pulled_twice) * norm(v)
  (dot(w, moved), dot(v, pulled), difference, scale, dot(u, bent), dot(v, pulled_twice), second, size)
}}"
    )
}

type Numbers = (f64, f64, f64, f64, f64, f64, f64, f64);

fn check(module: &Module<'_>, op: &Operator, shape: &[usize], at: u64) -> Result<(), String> {
    let count: usize = shape.iter().product();
    let (low, high) = op.domain;
    let x: Vec<f64> = numbers(3 * at, count).iter().map(|r| low + (high - low) * (r + 1.0) / 2.0).collect();
    let (v, u) = (numbers(3 * at + 1, count), numbers(3 * at + 2, count));
    let f = module.function::<Numbers>(&comparison(op, shape));
    fn tensor<'a>(shape: &[usize], elements: &'a [f64]) -> Shaped<'a, f64> {
        Shaped::new(shape, elements).unwrap()
    }
    let found = match count {
        1 if shape.is_empty() => f.call((x[0], v[0], u[0])),
        _ => f.call((tensor(shape, &x), tensor(shape, &v), tensor(shape, &u))),
    };
    let numbers = found.map_err(|e| {
        let said = e.to_string();
        format!("{} {shape:?}: {}", op.name, said.lines().next().unwrap_or_default())
    })?;
    let (forward, reverse, difference, scale, bent, twice, second, size) = numbers;
    let near = |a: f64, b: f64, within: f64| (a - b).abs() <= within;
    let right = near(forward, reverse, 1e-12 * scale)
        && near(forward, difference, 1e-5 * scale)
        && near(bent, twice, 1e-11 * size)
        && near(bent, second, 1e-5 * size);
    if right { Ok(()) } else { Err(format!("{} {shape:?}: {numbers:?}", op.name)) }
}

/// Every `share`-th operator, so that two threads can share the work.
fn all_operators(share: usize) {
    let mut wrong = Vec::new();
    let mut checked = 0;
    for op in operators().iter().skip(share).step_by(2) {
        let session = Session::new(NoFiles).backend(Backend::Eval).fp(Fp::Exact);
        let module = session.compile("functions.dsl", FUNCTIONS).unwrap_or_else(|e| panic!("{e}"));
        let shapes = shapes(op.kind);
        assert!(shapes.len() >= 50);
        for (s, shape) in shapes.iter().enumerate().step_by(op.step) {
            checked += 1;
            wrong.extend(check(&module, op, shape, seed(op.name) + s as u64).err());
        }
    }
    assert!(wrong.is_empty(), "{} of {checked} are wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert!(checked > 2000, "{checked}");
}

#[test]
fn derivatives_of_every_operator_agree_over_fifty_shapes() {
    all_operators(0);
}

#[test]
fn derivatives_of_every_other_operator_agree_over_fifty_shapes() {
    all_operators(1);
}
