//! Rows 81 to 88: constants and integers at their edges. What is known when checked is refused then; what is not stops
//! the program, on every backend with the same words.

use crate::trial::{Trial, all};

#[test]
fn rows_81_to_84_too_large_to_exist() {
    all(&[
        ("81", "let x: f64[1000000, 1000000] = zeros\nprint(sum(x))", 5),
        // A static integer that leaves 64 bits is a mistake of its text, as in row 61.
        ("82", "print(2^(2^(2^64)))", 1),
        ("84", "let x = [i for i in 0..2^50]\nprint(x)", 5),
        ("84-matrix", "let x = [f64(i * j) for i in 0..2^40, j in 0..2^40]\nprint(x)", 5),
        ("84-sum", "print(sum(f64(i * j) for i in 0..2^40, j in 0..2^40))", 5),
        ("84-index", "let x = [1.0, 2.0]\nprint([get(x, 4611686018427387904 * i, 0.0) for i in 0..9])", 1),
    ]);
}

#[test]
fn row_87_infinities_are_kept() {
    let program = "let x = arg(\"x\", inf)\nprint(0 * x, x - x, -0.0, 0 * -1.0, 1 / x, nan, -x)";
    for words in ["--backend eval", "--fp exact", "--fp default"] {
        let e = Trial::of("87", program).words(words).ends(0);
        assert_eq!(e.out, "nan nan -0 -0 0 nan -inf\n", "{words}");
    }
}

#[test]
fn row_88_integers_at_their_edges() {
    let rows = [
        ("div(m, 0 - o)", Err("64 bits")),
        ("mod(m, 0 - o)", Ok("0")),
        ("div(o, o - 1)", Err("zero")),
        ("mod(o, o - 1)", Err("zero")),
        ("0 - m", Err("64 bits")),
        ("m - 1", Err("64 bits")),
        ("m * 2", Err("64 bits")),
        ("shift_left(o, 63 * o)", Ok("-9223372036854775808")),
        ("shift_left(o, 64 * o)", Err("shift")),
        ("shift_right(o, 0 - o)", Err("shift")),
        ("i64(f * nan)", Err("NaN")),
        ("i64(f * 1e300)", Err("range")),
        ("i64(f * 9223372036854775808.0)", Err("range")),
        ("i64(f * -9223372036854775808.0)", Ok("-9223372036854775808")),
    ];
    for (k, (expression, expected)) in rows.iter().enumerate() {
        let program = format!(
            "let o = i64(arg(\"o\", 1.0))\nlet f = arg(\"f\", 1.0)\nlet m = i64(arg(\"m\", -9223372036854775808.0))\nprint({expression})"
        );
        let by = |backend: &str| {
            Trial::of(&format!("88-{k}"), &program)
                .words(&format!("--backend {backend} --message-format short"))
                .ends_in(&[0, 3])
        };
        let (a, b) = (by("eval"), by("cranelift"));
        assert_eq!((&a.out, &a.err), (&b.out, &b.err), "{expression}");
        match expected {
            Ok(out) => assert_eq!(a.out.trim(), *out, "{expression}: {}", a.err),
            Err(part) => assert!(a.code == 3 && a.err.contains(part), "{expression}: {} {}", a.out, a.err),
        }
    }
}
