//! Each limit of the command line: one below, at, and one above.

use crate::trial::Trial;

#[test]
fn limits_hold_at_their_edges() {
    let calls = |n: usize| {
        let fns: String = (1..n).map(|k| format!("fn f{k}(x: f64) -> f64 = f{}(x)\n", k - 1)).collect();
        format!("fn f0(x: f64) -> f64 = x\n{fns}print(f{}(1.0))", n - 1)
    };
    let rank = |n: usize| format!("let x: f64[{}] = zeros\nprint(sum(x))", vec!["1"; n].join(", "));
    let parts = |n: usize| format!("let x = ({})", vec!["1.0"; n - 1].join(", "));
    for (option, limit, program) in [
        ("--max-call-depth", 7, &calls as &dyn Fn(usize) -> String),
        ("--max-call-depth", 1_000, &calls),
        ("--max-rank", 3, &rank),
        ("--max-rank", 16, &rank),
        ("--max-type-size", 50, &parts),
        ("--max-type-size", 100_000, &parts),
    ] {
        for (n, code) in [(limit - 1, 0), (limit, 0), (limit + 1, 5)] {
            Trial::of("limit", program(n)).words(&format!("{option} {limit}")).ends(code);
        }
    }
}

#[test]
fn memory_nodes_imports_and_diagnostics_have_limits() {
    // 800 bytes are kept.
    let kept = "let x = [f64(i) for i in 0..100]\nassert(x[0] == 0)";
    for (bytes, code) in [(799, 5), (800, 5), (4096, 0)] {
        Trial::of("limit-memory", kept).words(&format!("--max-memory {bytes}")).ends(code);
    }
    Trial::of("limit-memory-k", kept).words("--max-memory=4k").ends(0);
    Trial::of("limit-memory-word", kept).words("--max-memory much").ends(2);
    let sum = |n: usize| format!("fn f(x: f64) -> f64 = x{}\nprint(f(1.0))", " * x".repeat(n));
    Trial::of("limit-nodes", sum(5_000)).words("--max-nodes 1000").ends(5);
    Trial::of("limit-nodes-far", sum(5_000)).words("--max-nodes 100000").ends(0);
    let chain = |depth: usize| {
        Trial::of("limit-import", "import \"a.dsl\" as a\nprint(1)")
            .file("a.dsl", "import \"b.dsl\" as b")
            .file("b.dsl", "")
            .words(&format!("--max-import-depth {depth}"))
    };
    chain(1).ends(5);
    chain(2).ends(0);
    let mistakes: String = (0..5).map(|k| format!("print(lacking{k})\n")).collect();
    for (limit, shown) in [(4, 4), (5, 5), (6, 5)] {
        let words = format!("--message-format short --max-diagnostics {limit}");
        let e = Trial::of("limit-diagnostics", &mistakes).words(&words).ends(1);
        assert_eq!(e.err.matches("error[").count(), shown, "{}", e.err);
    }
}
