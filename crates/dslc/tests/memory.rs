//! Loops in segments: the same numbers from less memory.
#![allow(clippy::unwrap_used)]

use dslc::{Backend, Fp, Function, Halt, Module, NoFiles, Refusal, Session, Shaped, Value};

const LOOPS: &str = "
fn counted(x: f64, n: i64) -> f64 {
  let mut s = x
  for i in 0..n { s = sin(s + x * f64(i) / f64(n)) }
  s
}
fn fixed(x: f64) -> f64 {
  let mut s = x
  for i in 0..1000 { s = sin(s + x * f64(i)) }
  s
}
fn prime(x: f64) -> f64 {
  let mut s = x
  for i in 0..997 { s = sin(s + x * f64(i)) * cos(s) }
  s
}
fn counted_while(x: f64, n: i64) -> f64 {
  let mut s = x
  let mut k = 0
  while k < n and s > -2 {
    s = sin(s + x * f64(k) / f64(n))
    k += 1
  }
  s
}
fn tensors(x: f64[5]) -> f64 {
  let mut y = x
  let mut t = 0.0
  for i in 0..100 {
    y[mod(i, 5)] = sin(y[mod(i + 1, 5)] * x[mod(3 * i, 5)])
    for j in 0..i { t = cos(t * x[0]) + y[mod(j, 5)] }
  }
  t + y[2]
}
fn swept(x: f64[97], w: f64) -> f64 {
  let (s, y) = scan(|s, v| (sin(s + w * v), s * v), 0.3, x)
  s + dot(y, y) + y[95]
}
fn rows(x: f64[32, 3], w: f64[3, 3]) -> f64[32, 3] {
  let start: f64[3] = zeros
  let (_, y) = scan(|h, v| { let h = tanh(w @ h + v); (h, h * v) }, start, x)
  y
}
fn both_ways(x: f64[50]) -> f64 {
  let mut y = x
  let mut s = 1.0
  for i in 0..50 {
    s = cos(s * x[49 - i])
    y[i] = s + x[i]
  }
  dot(y, y)
}
fn batch(x: f64[5]) -> f64 = sum(fixed(x[i]) for i)
";

fn module(backend: Backend, budget: Option<u64>) -> Module<'static> {
    let session = Session::new(NoFiles).backend(backend).fp(Fp::Exact);
    let session = match budget {
        Some(bytes) => session.residual_memory(bytes),
        None => session,
    };
    session.compile("p.dsl", LOOPS).unwrap()
}

/// What the derivatives of all loops give.
fn derivatives(m: &Module<'static>) -> Vec<f64> {
    let x = [0.3, -0.7, 1.1, 0.9, -0.2];
    let mut all = Vec::new();
    for n in [0, 1, 2, 7, 100, 1001, -3] {
        all.push(m.function::<f64>("grad(counted)").call((0.7, n)).unwrap());
        all.push(m.function::<f64>("grad(counted_while)").call((0.7, n)).unwrap());
    }
    for f in ["grad(fixed)", "grad(prime)", "value_and_grad(fixed)"] {
        let found = m.function::<dslc::Fields>(f).call((0.7,)).unwrap();
        all.extend(found.0.iter().flat_map(|(_, v)| v.as_f64().to_vec()));
    }
    for f in ["grad(tensors)", "grad(batch)"] {
        all.extend_from_slice(m.function::<Value>(f).call((x,)).unwrap().as_f64());
    }
    let long: Vec<f64> = (0..97).map(|k| f64::from(k * 37 % 97) / 97.0).collect();
    for f in ["grad(swept)", "grad(|w, x: f64[97]| swept(x, w))"] {
        let found = match f.contains("|w") {
            true => vec![m.function::<f64>(f).call((0.4, long.as_slice())).unwrap()],
            false => m.function::<Vec<f64>>(f).call((long.as_slice(), 0.4)).unwrap(),
        };
        all.extend(found);
    }
    let rows = Shaped::new(&[32, 3], &long[..96]).unwrap();
    let w = Shaped::new(&[3, 3], &long[9..18]).unwrap();
    for f in ["grad(|x, w| dot(rows(x, w), rows(x, w)))", "grad(|x, w| dot(rows(x, w), rows(x, w)), wrt: 1)"]
    {
        all.extend_from_slice(m.function::<Value>(f).call((&rows, &w)).unwrap().as_f64());
    }
    all.extend_from_slice(m.function::<Value>("grad(both_ways)").call((&long[..50],)).unwrap().as_f64());
    all.extend_from_slice(m.function::<Value>("hvp(tensors)").call((x, [1.0; 5])).unwrap().as_f64());
    all
}

#[test]
fn a_budget_changes_no_bit_of_a_first_derivative() {
    let bits = |m: Module<'static>| derivatives(&m).iter().map(|x| x.to_bits()).collect::<Vec<u64>>();
    let expected = bits(module(Backend::Cranelift, None));
    for budget in [0, 1, 100, 1000, 10_000] {
        assert_eq!(bits(module(Backend::Cranelift, Some(budget))), expected, "{budget} bytes");
    }
    assert_eq!(bits(module(Backend::Eval, Some(500))), expected);
    let second =
        |budget| module(Backend::Cranelift, budget).function::<f64>("grad(grad(prime))").call((0.7,));
    let (whole, parts) = (second(None).unwrap(), second(Some(1000)).unwrap());
    assert!((whole - parts).abs() <= 1e-13 * whole.abs(), "{whole} {parts}");
    let x: Vec<f64> = (0..97).map(|k| f64::from(k * 37 % 97) / 97.0).collect();
    let bent = |budget| {
        let m = module(Backend::Cranelift, budget);
        m.function::<Vec<f64>>("|x, w| hvp(|x| swept(x, w))(x, x)").call((x.as_slice(), 0.4)).unwrap()
    };
    let (whole, parts) = (bent(None), bent(Some(200)));
    assert!(
        whole.iter().zip(&parts).all(|(a, b)| (a - b).abs() <= 1e-12 * a.abs().max(1.0)),
        "{whole:?} {parts:?}"
    );
}

#[test]
fn the_derivative_in_segments_agrees_with_differences() {
    let m = module(Backend::Cranelift, Some(200));
    let f: Function<'_, f64> = m.function("counted");
    let (h, n, g) = (1e-6, 997, m.function::<f64>("grad(counted)").call((0.7, 997)).unwrap());
    let apart = (f.call((0.7 + h, n)).unwrap() - f.call((0.7 - h, n)).unwrap()) / (2.0 * h);
    let forward = m.function::<f64>("|x, n| jvp(counted)(x, 1, n)").call((0.7, n)).unwrap();
    assert!((g - forward).abs() <= 1e-12 * g.abs().max(1.0), "{g} {forward}");
    assert!((g - apart).abs() <= 1e-8 * g.abs().max(1.0), "{g} {apart}");
}

/// A step keeps eight bytes, so ten million of them are more than 64 MiB.
#[test]
fn ten_million_steps_are_differentiated_within_64_mebibytes() {
    let limit = 64 << 20;
    let session = || Session::new(NoFiles).memory(limit);
    for f in ["grad(counted)", "grad(counted_while)"] {
        let whole = session().compile("p.dsl", LOOPS).unwrap();
        let Err(Refusal::Stopped { halt: Halt::Limit(d), .. }) =
            whole.function::<f64>(f).call((0.7, 10_000_000))
        else {
            panic!("{f} fits without a budget")
        };
        assert_eq!(d.code, "L1003");
        let budgeted = session().residual_memory(limit).compile("p.dsl", LOOPS).unwrap();
        let found = budgeted.function::<f64>(f).call((0.7, 10_000_000)).unwrap();
        // The forward derivative keeps nothing.
        let forward = f.replace("grad(", "|x, n| jvp(").replace(')', ")(x, 1, n)");
        let expected = budgeted.function::<f64>(&forward).call((0.7, 10_000_000)).unwrap();
        assert!((found - expected).abs() <= 1e-9 * expected.abs().max(1.0), "{found} {expected}");
    }
}

/// A trip reads an element and writes one, and keeps 128 bytes: 38 MB in all.
#[test]
fn a_long_scan_over_data_is_differentiated_within_its_budget() {
    const SCANNED: &str = "fn swept(x: f64[300000], w: f64) -> f64 {
  let start: f64[16] = ones
  let (s, y) = scan(|s, v| { let t = [sin(s[i] * w + v + 0.1 * s[mod(i + 1, 16)]) for i]; (t, t[0] * v) }, start, x)
  sum(s) + dot(y, y) / 300000
}";
    let x: Vec<f64> = (0..300_000).map(|k| f64::from(k % 97) / 97.0).collect();
    let session = || Session::new(NoFiles).memory(24 << 20);
    let slope = "|w, x: f64[300000]| grad(|w| swept(x, w))(w)";
    let whole = session().compile("p.dsl", SCANNED).unwrap();
    let Err(Refusal::Stopped { halt: Halt::Limit(d), .. }) =
        whole.function::<f64>(slope).call((0.4, x.as_slice()))
    else {
        panic!("it fits without a budget")
    };
    assert_eq!(d.code, "L1003");
    let budgeted = session().residual_memory(8 << 20).compile("p.dsl", SCANNED).unwrap();
    let found = budgeted.function::<f64>(slope).call((0.4, x.as_slice())).unwrap();
    let forward = budgeted.function::<f64>("|w, x: f64[300000]| jvp(|w| swept(x, w))(w, 1)");
    let expected = forward.call((0.4, x.as_slice())).unwrap();
    assert!((found - expected).abs() <= 1e-9 * expected.abs().max(1.0), "{found} {expected}");
}

const KEEPERS: &str = "
fn walk[n](x: f64[n]) -> f64 {
  let mut s = 0.0
  for i in 0..n { s = sin(s + x[i]) }
  s
}
fn swept[n, n >= 1](x: f64[n]) -> f64 {
  let mut y = x
  for i in 0..n - 1 { y[i + 1] = sin(y[i] + y[i + 1]) }
  y[n - 1]
}
fn linear[n](x: f64[n], w: f64[n, n], k: i64) -> f64 {
  let mut y = x
  for i in 0..k { y = w @ y + 0.5 * y }
  dot(y, y)
}
fn vanishing(x: f64, k: i64) -> f64 {
  let mut y = x
  for i in 0..k { y = 0.5 * y + sin(x) * exp(2.0) }
  y
}
";

#[test]
fn what_is_kept_is_what_the_reverse_reads() {
    let costs = Session::new(NoFiles).costs("p.dsl", KEEPERS, None, &|_| 10).unwrap();
    let kept = |name: &str| {
        let cost = costs.iter().find(|c| c.name == name).unwrap();
        let all = cost.counts.as_ref().unwrap().kept.iter();
        all.map(|k| (k.line, k.each.at(1), k.all.at(1000))).collect::<Vec<_>>()
    };
    // The state before each trip: the argument of the sine is worked out of it.
    assert_eq!(kept("walk"), [(4, 8, 80)]);
    // Two elements of ten for each of nine trips.
    assert_eq!(kept("swept"), [(9, 16, 144)]);
    // The gradient in `w` reads the state before each trip.
    assert_eq!(kept("linear"), [(14, 80, 80_000)]);
    // The partials do not depend on the state, and what does not change is kept nowhere.
    assert_eq!(kept("vanishing"), []);
}

const CHECKPOINTS: &str = "
fn inner(x: f64, a: f64) -> f64 {
  let mut s = x
  for i in 0..10 { s = sin(s) + a * x }
  s
}
fn plain(x: f64, a: f64) -> f64 {
  let mut s = x
  for k in 0..100 { s = inner(s, a) }
  s
}
fn kept(x: f64, a: f64) -> f64 {
  let mut s = x
  for k in 0..100 { s = checkpoint(|s| inner(s, a))(s) }
  s
}
fn pair(p: {x: f64[3], y: f64}, a: f64) -> f64 {
  let q = checkpoint(|p: {x: f64[3], y: f64}| {u: a * p.y * p.x, v: p.y^2})(p)
  dot(q.u, q.u) + q.v
}
fn whole(p: {x: f64[3], y: f64}, a: f64) -> f64 = a^2 * p.y^2 * dot(p.x, p.x) + p.y^2
";

#[test]
fn a_checkpoint_keeps_what_goes_in() {
    let costs = Session::new(NoFiles).costs("p.dsl", CHECKPOINTS, None, &|_| 10).unwrap();
    let kept = |name: &str, line: usize| {
        let cost = costs.iter().find(|c| c.name == name).unwrap();
        let found = cost.counts.as_ref().unwrap().kept.iter().find(|k| k.line as usize == line);
        found.map(|k| k.each.at(1)).unwrap()
    };
    assert_eq!((kept("plain", 9), kept("kept", 14)), (88, 8));
    let ratio = |name: &str| {
        let counts = costs.iter().find(|c| c.name == name).unwrap().counts.as_ref().unwrap();
        counts.gradient.as_ref().unwrap().at(1) as f64 / counts.function.at(1) as f64
    };
    assert!(ratio("plain") < 2.1 && ratio("kept") < 3.1, "{} {}", ratio("plain"), ratio("kept"));
    // To any order, in what is captured and in records.
    let module = Session::new(NoFiles).compile("p.dsl", CHECKPOINTS).unwrap();
    let number = |expr: &str| module.function::<f64>(expr).call((0.3, 0.4)).unwrap();
    let record = "{x: [0.5, x, 2], y: x * a}";
    for (one, other) in [("plain", "kept"), ("whole", "pair")] {
        let given = if one == "plain" { "x" } else { record };
        for order in [
            "|x, a| F(P, a)",
            "|x, a| grad(|x| F(P, a))(x)",
            "|x, a| grad(|a| F(P, a))(a)",
            "|x, a| jvp(|a| F(P, a))(a, 1)",
            "|x, a| grad(|x| grad(|a| F(P, a))(a))(x)",
        ] {
            let of = |f: &str| number(&order.replace('F', f).replace('P', given));
            let (one, other) = (of(one), of(other));
            assert!((one - other).abs() <= 1e-12 * one.abs().max(1.0), "{order}: {one} {other}");
        }
    }
}
