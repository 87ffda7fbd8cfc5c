//! Rows 56, 57, 74, 75, 85 and 90: short programs that ask for large ones.

use crate::trial::Trial;

#[test]
fn row_56_what_doubles_with_every_name() {
    let n = 60;
    let doubling = |line: fn(usize) -> String| (0..n).map(line).collect::<String>();
    let pairs = doubling(|k| format!("let x{} = (x{k}, x{k})\n", k + 1));
    let types = doubling(|k| format!("type t{} = {{a: t{k}, b: t{k}}}\n", k + 1));
    let calls = doubling(|k| format!("fn f{}(x: f64) -> f64 = f{k}(x) + f{k}(x)\n", k + 1));
    let closures = doubling(|k| format!("let f{} = |x| f{k}(f{k}(x))\n", k + 1));
    let models = doubling(|k| format!("let m{} = m{k} >> m{k}\n", k + 1));
    let (d, e) = ("d(".repeat(n), ")".repeat(n));
    for (name, program) in [
        ("56-let", format!("let x0 = (1.0, 2.0)\n{pairs}print(x{n})")),
        ("56-inside", format!("fn f(x: f64) -> f64 {{\nlet x0 = (x, x)\n{pairs}1.0 }}\nprint(f(1.0))")),
        ("56-type", format!("type t0 = {{a: f64, b: f64}}\n{types}fn f(x: t{n}) -> f64 = 1.0")),
        (
            "56-applied",
            format!("type t<a> = (a, a)\nfn f(x: {}f64{}) -> f64 = 1.0", "t<".repeat(n), ">".repeat(n)),
        ),
        ("56-calls", format!("fn f0(x: f64) -> f64 = sin(x)\n{calls}print(f{n}(1.0))")),
        ("56-closures", format!("let f0 = |x| x + 1\n{closures}print(f{n}(1.0))")),
        // Static integers make no operation, so they have a budget of their own.
        ("56-integers", format!("let f0 = |x| x + 1\n{closures}print(f{n}(1))")),
        ("56-models", format!("let m0 = sin\n{models}print(m{n}(1.0))")),
        ("56-repeat", "import nn\nlet p = repeat(1000000000, nn.dense(2, 2)).init(key(1))".into()),
        ("56-generic", format!("fn d[S: type](x: S) -> (S, S) = (x, x)\nlet y = {d}1.0{e}\nprint(y)")),
        ("56-chain", {
            let lets: String = (0..3_000).map(|k| format!("let x{} = (x{k}, 1)\n", k + 1)).collect();
            format!("let x0 = (1.0, 1)\n{lets}")
        }),
        ("56-closure-chain", {
            let lets: String = (0..3_000).map(|k| format!("let f{} = |x| f{k}(x)\n", k + 1)).collect();
            format!("let f0 = |x| x\n{lets}")
        }),
        ("56-type-chain", {
            let types: String = (0..50_000).map(|k| format!("type t{} = {{a: t{k}}}\n", k + 1)).collect();
            format!("type t0 = {{a: f64}}\n{types}fn f(x: t50000) -> f64 = 1.0")
        }),
    ] {
        Trial::of(name, program).ends(5);
    }
}

#[test]
fn keys_are_followed_without_growing() {
    let folds: String = (0..100).map(|k| format!(".fold_in({k})")).collect();
    Trial::of("keys-folded", format!("let k = key(1){folds}\nlet x: f64 = uniform(k)")).ends(0);
    let fns: String = (0..900).map(|k| format!("fn f{k}(k: key) -> f64 = f{}(k)\n", k + 1)).collect();
    let program = format!("{fns}fn f900(k: key) -> f64 = uniform(k, 0, 1)\nprint(f0(key(1)) < 1)");
    assert_eq!(Trial::of("keys-passed", program).ends(0).out, "true\n");
}

#[test]
fn row_57_one_function_at_many_shapes() {
    let calls: String =
        (0..300).map(|k| format!("let x{k}: f64[{k}] = zeros\nassert(f(x{k}) == 0)\n")).collect();
    Trial::of("57", format!("fn f[n](x: f64[n]) -> f64 = sum(x)\n{calls}")).ends_in(&[0, 5]);
}

#[test]
fn rows_74_and_75_high_derivatives() {
    let grad = |k: usize| {
        format!("fn f(x: f64) -> f64 = exp(x*x)\nprint({}f{}(1.0))", "grad(".repeat(k), ")".repeat(k))
    };
    // The tenth derivative of exp(x^2) at 1 is 921184 e.
    let ten: f64 = Trial::of("74", grad(10)).ends(0).out.trim().parse().unwrap();
    assert!((ten / (921_184.0 * 1f64.exp()) - 1.0).abs() < 1e-9, "{ten}");
    Trial::of("75", grad(100)).ends(5);
}

#[test]
fn rows_85_and_90_large_bodies() {
    let factors = (0..40).map(|k| format!("(a + {k}*b)")).collect::<Vec<_>>().join("*");
    Trial::of("85", format!("fn f(a: f64, b: f64) -> f64 = {factors}\nprint(grad(f)(1.0, 2.0) > 0)")).ends(0);
    let terms = (0..60).map(|k| format!("a{k}")).collect::<Vec<_>>();
    let params = terms.iter().map(|t| format!("{t}: f64")).collect::<Vec<_>>().join(", ");
    let args = (0..60).map(|k| format!("{k}.0")).collect::<Vec<_>>().join(", ");
    let e =
        Trial::of("86", format!("fn f({params}) -> f64 = {}\nprint(f({args}))", terms.join(" + "))).ends(0);
    assert_eq!(e.out, "1770\n");
    let constants = (0..50_000).map(|k| format!("{k}.5")).collect::<Vec<_>>().join(", ");
    Trial::of("90-constants", format!("print(sum([{constants}]))")).ends_in(&[0, 5]);
    let params = (0..300).map(|k| format!("a{k}: f64")).collect::<Vec<_>>().join(", ");
    let sum = (0..300).map(|k| format!("a{k}")).collect::<Vec<_>>().join(" + ");
    let args = (0..300).map(|k| format!("{k}.0")).collect::<Vec<_>>().join(", ");
    let e = Trial::of("90-parameters", format!("fn f({params}) -> f64 = {sum}\nprint(f({args}))")).ends(0);
    assert_eq!(e.out, "44850\n");
    let lines = "x = sin(x)\n".repeat(20_000);
    Trial::of("90-block", format!("fn f(a: f64) -> f64 {{\nlet mut x = a\n{lines}x }}\nprint(f(1.0))"))
        .ends_in(&[0, 5]);
}
