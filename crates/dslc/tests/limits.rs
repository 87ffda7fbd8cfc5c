//! Every limit one below, at, and one above, on the stacks that threads and main programs have.
#![allow(clippy::unwrap_used)]

mod support;

use std::collections::BTreeMap;
use std::sync::Arc;

use dslc::{Backend, Diagnostic, Halt, Limits, Part, Session, Severity};
use support::Given;

/// The stack of a thread that Rust makes, and that of a main program.
const STACKS: [usize; 2] = [2 << 20, 8 << 20];

/// A program with what is beside it and what it may use.
struct Case {
    text: String,
    modules: BTreeMap<String, String>,
    limits: Limits,
    memory: u64,
    steps: Option<u64>,
}

fn case(text: impl Into<String>) -> Case {
    let (modules, limits) = (BTreeMap::new(), Limits::default());
    Case { text: text.into(), modules, limits, memory: 1 << 30, steps: None }
}

fn nested(open: &str, inner: &str, close: &str, levels: usize) -> Case {
    case(format!("let y = {}{inner}{}", open.repeat(levels), close.repeat(levels)))
}

/// Functions that call one another, `n` deep.
fn calls(n: usize) -> Case {
    let fns: String = (1..n).map(|k| format!("fn f{k}(x: f64) -> f64 = f{}(x)\n", k - 1)).collect();
    case(format!("fn f0(x: f64) -> f64 = x\n{fns}print(f{}(1.0))", n - 1))
}

/// Modules that import one another, `n` deep.
fn imports(n: usize) -> Case {
    let next = |k: usize| format!("import \"m{k}.dsl\" as m\n");
    let text = |k: usize| if k + 1 < n { next(k + 1) } else { String::new() };
    let modules = (0..n).map(|k| (format!("m{k}.dsl"), text(k))).collect();
    Case { modules, ..case(format!("{}print(1)", next(0))) }
}

fn rank(n: usize) -> Case {
    case(format!("let x: f64[{}] = zeros\nprint(sum(x))", vec!["1"; n].join(", ")))
}

/// A value that nests `n` deep, which no text may: each name holds the one before.
fn chain(n: usize) -> Case {
    let lets: String = (1..n).map(|k| format!("let x{k} = (x{}, 1)\n", k - 1)).collect();
    case(format!("let x0 = (1.0, 1)\n{lets}"))
}

/// Closures that call one another.
fn closures(n: usize) -> Case {
    let lets: String = (1..n).map(|k| format!("let f{k} = |x| f{}(x)\n", k - 1)).collect();
    case(format!("let f0 = |x| x + 1.0\n{lets}print(f{}(1.0))", n - 1))
}

/// A loop of the script's own, and one of compiled code: the rounds are the steps.
fn rounds(n: u64, text: &str) -> Case {
    Case { steps: Some(n), ..case(text) }
}

/// A limit: its name, programs by size, the size at which they are just allowed, and the code above.
type Row = (&'static str, Box<dyn Fn(usize) -> Case>, usize, &'static str);

fn rows() -> Vec<Row> {
    let nest = |open: &'static str, inner: &'static str, close: &'static str| -> Box<dyn Fn(usize) -> Case> {
        Box::new(move |n| nested(open, inner, close, n))
    };
    // The numbers take 800 bytes, and the loops 100 steps: a program of size `n` may use as much less as `n` is more.
    let kept = |n: usize| Case { memory: 1_600 - n as u64, ..case("let x = [f64(i) for i in 0..100]") };
    let own = "let mut k = 0\nfor i in 0..100 {\nassert(k == i)\nk += 1 }";
    let compiled =
        "fn f(a: f64) -> f64 {\nlet mut x = a\nfor i in 0..100 { x = sin(x) }\nx }\nlet y = f(1.0)";
    vec![
        ("name", Box::new(|n| case(format!("let {} = 1", "a".repeat(n)))), 1 << 10, "E0109"),
        ("source", Box::new(|n| case(" ".repeat(n))), dslc::MAX_SOURCE, "E0118"),
        ("parentheses", nest("(", "1", ")"), 256, "E0107"),
        ("lists", nest("[", "1", "]"), 256, "E0107"),
        ("tuples", nest("(1, ", "1", ")"), 256, "E0107"),
        ("blocks", nest("{ ", "1", " }"), 256, "E0107"),
        ("minus", nest("-", "1", ""), 256, "E0107"),
        ("conditions", nest("if 1 < 2 { ", "1", " } else { 2 }"), 255, "E0107"),
        ("records", nest("{a: ", "1", "}"), 256, "E0107"),
        ("calls", Box::new(calls), 1_000, "L0606"),
        ("closures", Box::new(closures), 1_000, "L0315"),
        ("imports", Box::new(imports), 64, "L0804"),
        ("rank", Box::new(rank), 16, "L0312"),
        (
            "parts",
            Box::new(|n| case(format!("let x = ({})", vec!["1.0"; n - 1].join(", ")))),
            100_000,
            "L0315",
        ),
        ("values", Box::new(chain), 999, "L0315"),
        ("memory", Box::new(kept), 800, "L1003"),
        ("own steps", Box::new(move |n| rounds(200 - n as u64, own)), 100, "L1008"),
        ("compiled steps", Box::new(move |n| rounds(200 - n as u64, compiled)), 100, "L1008"),
    ]
}

/// The code of what rejects or stops a program; nothing if it runs.
fn outcome(case: Case, backend: Backend) -> Option<String> {
    let mut session = Session::new(Given(case.modules)).limits(case.limits).memory(case.memory);
    session = session.backend(backend);
    if let Some(steps) = case.steps {
        session = session.steps(steps);
    }
    let (ready, diagnostics) = session.check("p.dsl", &case.text);
    let Some(ready) = ready else { return errors(&diagnostics).next().map(|d| d.code.to_string()) };
    match session.run(ready, Part::Tests, &Arc::default(), &mut |_| {}) {
        Ok(_) => None,
        Err(Halt::Failure(d) | Halt::File(d) | Halt::Limit(d)) => Some(d.code.to_string()),
        Err(other) => panic!("{other:?}"),
    }
}

fn errors(all: &[Diagnostic]) -> impl Iterator<Item = &Diagnostic> {
    all.iter().filter(|d| d.severity == Severity::Error)
}

#[test]
fn every_limit_holds_at_its_edge_on_every_stack() {
    for stack in STACKS {
        let thread = std::thread::Builder::new().stack_size(stack).spawn(move || {
            let mut wrong = Vec::new();
            for (name, make, limit, code) in rows() {
                for (n, expected) in [(limit - 1, None), (limit, None), (limit + 1, Some(code))] {
                    let found = outcome(make(n), Backend::Cranelift);
                    if found.as_deref() != expected {
                        wrong.push(format!("{name} {n} on {stack}: {found:?}, not {expected:?}"));
                    }
                }
            }
            wrong
        });
        let wrong = thread.unwrap().join().unwrap();
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}

#[test]
fn the_evaluator_nests_as_deep_on_every_stack() {
    for stack in STACKS {
        let thread = std::thread::Builder::new().stack_size(stack);
        let found = thread.spawn(|| outcome(calls(1_000), Backend::Eval)).unwrap().join().unwrap();
        assert_eq!(found, None);
    }
}

#[test]
fn nodes_and_diagnostics_are_counted() {
    // The least number of nodes with which the program passes is its size; around it the limit is sharp.
    let program = |nodes: usize| {
        let limits = Limits { nodes, ..Limits::default() };
        Case { limits, ..case(format!("fn f(x: f64) -> f64 = x{}\nprint(f(1.0))", " * x".repeat(3_000))) }
    };
    let (mut low, mut high) = (1_000usize, 100_000);
    while low + 1 < high {
        let middle = low.midpoint(high);
        match outcome(program(middle), Backend::Cranelift) {
            Some(code) => {
                assert_eq!(code, "L0607", "{middle}");
                low = middle;
            }
            None => high = middle,
        }
    }
    // Each product is one node, elaborated once to check the body and once for the call.
    assert!((2_000..20_000).contains(&high), "{high}");
    for diagnostics in [4, 5, 6] {
        let mut session = Session::new(Given(BTreeMap::new()));
        session = session.limits(Limits { diagnostics, ..Limits::default() });
        // An unknown name is told once.
        let five: String = (0..5).map(|k| format!("print(nothing_{k})\n")).collect();
        let (_, found) = session.check("p.dsl", &five);
        let shown = errors(&found).filter(|d| d.code == "E0201").count();
        assert_eq!(shown, diagnostics.min(5));
    }
}
