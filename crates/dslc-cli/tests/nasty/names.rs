//! Rows 48 to 69: names, types and shapes.

use crate::trial::{Trial, all};

#[test]
fn rows_48_to_55_names() {
    let e = Trial::of("48", "let number = 1\nprint(numbr)").ends(1);
    assert!(e.err.contains("number"), "{}", e.err);
    all(&[
        ("49", "fn f(x: f64) -> f64 = x\nfn f(x: f64) -> f64 = x", 1),
        ("50", "fn f(x: f64, x: f64) -> f64 = x", 1),
        ("52", "fn f(x: f64) -> f64 = f(x)\nprint(f(1.0))", 1),
        ("53", "fn f(x: f64) -> f64 = g(x)\nfn g(x: f64) -> f64 = f(x)\nprint(f(1.0))", 1),
        ("54-closure", "let f = |g, x| g(g, x)\nprint(f(f, 1.0))", 1),
        ("54-record", "let r = {f: |r, x| r.f(r, x)}\nprint(r.f(r, 1.0))", 1),
        // Models may hold others of their kind, so one that holds itself shows as depth.
        ("54-model", "model m(n)(x: f64[n]) -> f64[n] {\nparam l = m(n)\nl(x) }\nlet net = m(2)", 5),
        ("54-type", "type t = {a: t}\nfn f(x: t) -> f64 = 1.0", 1),
        ("54-types", "type t = {a: u}\ntype u = {a: t}\nfn f(x: t) -> f64 = 1.0", 1),
        ("54-argument", "type t<a> = (a, a)\ntype u = t<u>\nfn f(x: u) -> f64 = 1.0", 1),
        ("55", "let f = |x| x(x)\nprint(f(f))", 1),
    ]);
    let lets = "let x = x + 1\n".repeat(1_000);
    let e = Trial::of("51", format!("fn f(x: f64) -> f64 {{\n{lets}x }}\nprint(f(0.0))")).ends(0);
    assert_eq!(e.out, "1000\n");
}

#[test]
fn rows_58_to_63_sizes() {
    for (name, dims, code) in [
        ("58", "0", 0),
        ("59", "-1", 1),
        ("60", "1.5", 1),
        ("61", "9223372036854775808", 1),
        ("61-below", "9223372036854775807", 5),
        ("62", "4294967296, 4294967296", 5),
        ("62-word", "4611686018427387904, 4", 5),
        ("63", "1099511627776, 0", 0),
        ("64-at", "1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1", 0),
        ("64", "1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1", 5),
    ] {
        Trial::of(name, format!("let x: f64[{dims}] = zeros\nprint(sum(x))")).ends(code);
    }
    Trial::of("64-far", format!("let x: f64[{}1] = zeros", "1, ".repeat(9_999))).ends(5);
    Trial::of("64-literal", format!("let x = {}1.0{}", "[".repeat(40), "]".repeat(40))).ends_in(&[0, 5]);
    Trial::of("63-model", "import nn\nlet net = nn.dense(9223372036854775807, 2)\nlet p = net.init(key(1))")
        .ends(5);
}

#[test]
fn rows_65_to_67_sizes_that_cannot_be() {
    all(&[
        ("65", "fn f[m, n](x: f64[m, n]) -> f64[div(n, m - m)] = zeros", 1),
        ("66", "fn f[n](x: f64[n], y: f64[n + 1]) -> f64 = sum(x)\nprint(f([1.0], [1.0]))", 1),
        ("67", "fn f[m, n](x: f64[m * n]) -> f64[m] = zeros\nlet x: f64[7] = zeros\nprint(f(x))", 1),
    ]);
    Trial::of("67-power", "fn f[n](x: f64[n^64^2], y: f64[(((n^64)^64)^64)^64]) -> f64 = 1.0")
        .ends_in(&[0, 1]);
    // Each name holds the one before twice: the form of the size would double.
    let lets: String =
        (0..60).map(|k| format!("let s{} = max(s{k}, div(s{k} * s{k}, 3))\n", k + 1)).collect();
    Trial::of("67-doubles", format!("fn f[n](x: f64[n]) -> f64 {{\nlet s0 = n\n{lets}1.0 }}"))
        .ends_in(&[0, 1]);
}

#[test]
fn rows_68_and_69_shapes_and_calls() {
    let a = "let x = [1.0, 2.0, 3.0]\nlet y = [1.0, 2.0, 3.0, 4.0]\nlet m: f64[2, 3] = zeros\n";
    for (name, line, shapes) in [
        ("68-plus", "print(x + y)", ["f64[3]", "f64[4]"]),
        ("68-matmul", "print(m @ y)", ["3", "4"]),
        ("68-range", "print([x[i] * y[i] for i])", ["3", "4"]),
        ("68-indices", "print(m[0, 1, 2])", ["2", "3"]),
    ] {
        let e = Trial::of(name, format!("{a}{line}")).ends(1);
        assert!(shapes.iter().all(|s| e.err.contains(s)), "{name}: {}", e.err);
    }
    all(&[
        ("69-arity", "fn f(x: f64) -> f64 = x\nprint(f(1.0, 2.0))", 1),
        ("69-call", "let x = 1\nprint(x(2))", 1),
        ("69-fill", "let x = [1.0, 2.0]\nprint(get(x, 0, [1.0, 2.0]))", 1),
        ("69-bool", "print(true + 1)", 1),
        ("69-mix", "let k = i64(2.0)\nprint(k * 1.5 + [1.0])", 1),
    ]);
}
