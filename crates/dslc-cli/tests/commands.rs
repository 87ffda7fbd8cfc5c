//! The command line from outside: what it prints, where, and how it exits.
#![allow(clippy::unwrap_used)]

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// A folder of this test's own, empty.
fn folder(name: &str) -> PathBuf {
    let at = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&at);
    std::fs::create_dir_all(&at).unwrap();
    at
}

fn dslc() -> Command {
    Command::new(env!("CARGO_BIN_EXE_dslc"))
}

/// Runs a program in a file of its own; the arguments stand around the file as `{}`.
fn run(name: &str, program: &str, words: &str) -> Output {
    let file = folder(name).join("p.dsl");
    std::fs::write(&file, program).unwrap();
    let words = words.split(' ').map(|w| if w == "{}" { file.to_str().unwrap() } else { w });
    dslc().args(words).output().unwrap()
}

fn code(o: &Output) -> i32 {
    o.status.code().unwrap()
}

fn out(o: &Output) -> String {
    String::from_utf8(o.stdout.clone()).unwrap()
}

fn err(o: &Output) -> String {
    String::from_utf8(o.stderr.clone()).unwrap()
}

#[test]
fn a_program_that_runs_exits_with_0_and_says_nothing_else() {
    let o = run("runs", "print(1 + 1)", "run {}");
    assert_eq!((code(&o), out(&o), err(&o)), (0, "2\n".into(), String::new()));
}

#[test]
fn exit_codes_tell_what_went_wrong() {
    let cases = [
        ("rejected", "print(y)", "run {}", 1),
        ("parse", "let = 3", "check {}", 1),
        ("failed", "assert(1 > 2)", "run {}", 3),
        ("kink", "print(grad(|x: f64| abs(x))(0.0))", "run {} --kinks error", 3),
        ("nan", "let x = 0.0\nprint(x / x)", "run {} --trap-nan", 3),
        ("odd", "print(inf, grad(|x: f64| x)(inf))", "run --trap-nan {}", 0),
        ("index", "let k = i64(7.0)\nlet x = [1.0]\nprint(x[k])", "run {}", 3),
        ("data", "import data\nlet x = data.csv(\"none.csv\")", "run {}", 4),
        ("memory", "let x: f64[1000000000000] = zeros\nprint(x[0])", "run {}", 5),
        ("test", "test \"t\" { assert(1 > 2) }", "test {}", 1),
        ("skipped", "test \"t\" { assert(1 > 2) }", "run {}", 0),
        ("usage", "print(1)", "run {} --backend none", 2),
        ("unknown", "print(1)", "run {} --rate 2", 2),
        ("flag", "print(arg(\"rate\", 1))", "run {} --rate", 2),
        ("pass", "print(1)", "emit loops --after nothing {}", 2),
    ];
    for (name, program, words, expected) in cases {
        let o = run(name, program, words);
        assert_eq!(code(&o), expected, "{name}: {}", err(&o));
        assert_eq!(expected == 0, err(&o).is_empty(), "{name}: {}", err(&o));
    }
    assert_eq!(code(&dslc().args(["run", "no such file.dsl"]).output().unwrap()), 4);
    assert_eq!(code(&dslc().output().unwrap()), 2);
    assert_eq!(code(&dslc().arg("--version").output().unwrap()), 0);
}

/// Runs a command on a standard input.
fn fed(name: &str, words: &[&str], input: &str) -> Output {
    let mut child = dslc()
        .args(words)
        .env("XDG_STATE_HOME", folder(name))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

#[test]
fn standard_input_is_a_program() {
    assert_eq!(out(&fed("stdin", &["run", "-"], "print(2^10)")), "1024\n");
}

#[test]
fn the_repl_shows_values_and_keeps_definitions_whatever_happens() {
    let lines = [
        "let x = [1.0, 2, 3]",
        "fn f(a: f64) -> f64 {\n  a^2\n}",
        "f(3.0)",
        "x + [1.0]",
        "let y = x[i64(7.0)]",
        ":grad f(3.0)",
        ":type x",
        ":shape x",
        "let x = 5",
        "x",
        ":nothing",
        "assert(x == 6)",
        ")",
        "f(f(2.0))",
        ":quit",
        "f(1.0)",
    ];
    let o = fed("lines", &["repl"], &lines.join("\n"));
    assert_eq!((code(&o), out(&o).as_str()), (0, "9\n6\nf64[3]\n[3]\n5\n16\n"), "{}", err(&o));
    for part in ["E0301", "R1002", "no command `:nothing`", "R1001", "E01"] {
        assert!(err(&o).contains(part), "{part}: {}", err(&o));
    }
    assert_eq!(code(&fed("nothing", &["repl"], "")), 0);
}

#[test]
fn the_repl_saves_loads_and_explains() {
    let at = folder("repl").join("saved.dsl");
    let path = at.to_str().unwrap();
    let lines = format!(
        "let x = 2\nx + q\nfn g(a: i64) -> i64 = a * x\n:save {path}\n:reset\nx\n:load {path}\ng(21)\n\
         :doc nn.dense\n:doc tanh\n:help\n"
    );
    let o = fed("saves", &["repl"], &lines);
    assert_eq!(std::fs::read_to_string(&at).unwrap(), "let x = 2\nfn g(a: i64) -> i64 = a * x\n");
    for part in ["\n42\n", "model dense", "hyperbolic tangent", ":quit"] {
        assert!(out(&o).contains(part), "{part}: {}", out(&o));
    }
    assert!(err(&o).contains("nothing is called `x`"), "{}", err(&o));
}

#[test]
fn arguments_reach_the_program_and_options_may_stand_anywhere() {
    let program = "print(arg(\"rate\", 0.5), arg(\"n\", 3), arg(\"who\", \"me\"))";
    let words = "run {} --rate 2.5 --backend eval --n=-4 --who you --fp exact";
    assert_eq!(out(&run("arguments", program, words)), "2.5 -4 you\n");
    assert_eq!(out(&run("defaults", program, "run {}")), "0.5 3 me\n");
    let o = run("twice", program, "run {} --n 1 --n 2");
    assert!(err(&o).contains("given twice"), "{}", err(&o));
}

#[test]
fn both_backends_and_both_modes_give_the_same() {
    // The index of the loop is known only when run, so nothing is worked out before.
    let program = "fn f(x: f64) -> f64 = tanh(x) * erf(x)\nfor i in 1..4 {\n  let x = 0.3 * f64(i)\n  print(f(x), grad(f)(x), grad(grad(f))(x))\n}";
    let all: Vec<String> = ["eval", "cranelift"]
        .iter()
        .flat_map(|b| {
            ["exact", "default"]
                .map(|fp| out(&run("modes", program, &format!("run {{}} --backend {b} --fp {fp}"))))
        })
        .collect();
    assert!(all.iter().all(|a| *a == all[0] && !a.is_empty()), "{all:?}");
}

#[test]
fn every_stage_can_be_seen() {
    let program = "fn f(x: f64[100]) -> f64 = sum(sin(x[i]) for i)\nprint(grad(f)([f64(i) for i in 0..100]))";
    let stages =
        [("ast", "fn"), ("ir", "vjp"), ("grad", "cos"), ("loops", "for"), ("clif", "fmul"), ("asm", "ret")];
    for (stage, part) in stages {
        let o = run("stages", program, &format!("emit {stage} {{}}"));
        assert_eq!(code(&o), 0, "{stage}: {}", err(&o));
        assert!(out(&o).to_lowercase().contains(part), "{stage} lacks `{part}`:\n{}", out(&o));
    }
    let before = out(&run("before", program, "emit ir --after inline {}"));
    let after = out(&run("after", program, "emit ir --after finish {}"));
    assert!(!before.contains("vjp") && before != after, "{before}");
}

#[test]
fn diagnostics_have_three_styles() {
    let program = "let x = [1.0, 2.0]\nprint(x + [1.0])";
    let short = err(&run("short", program, "check {} --message-format short"));
    assert!(short.contains("p.dsl:2:9: error[E0301]"), "{short}");
    assert_eq!(short.lines().count(), 1, "{short}");
    let human = err(&run("human", program, "check {}"));
    assert!(human.contains("f64[2]") && human.contains("f64[1]") && human.contains("help"), "{human}");
    let json = err(&run("json", program, "check {} --message-format json"));
    let found: serde_json::Value = serde_json::from_str(json.lines().next().unwrap()).unwrap();
    assert_eq!(found["code"], "E0301");
    assert_eq!(found["severity"], "error");
    assert_eq!((&found["spans"][0]["line"], &found["spans"][0]["primary"]), (&2.into(), &true.into()));
    assert_eq!(code(&run("style", program, "check {} --message-format loud")), 2);
}

#[test]
fn warnings_alone_exit_with_0() {
    let o = run("warning", "let mut x = 1\nprint(x)", "check {}");
    assert_eq!(code(&o), 0);
    assert!(err(&o).contains("warning[W0208]"), "{}", err(&o));
}

#[test]
fn files_are_beside_the_program_and_nowhere_else() {
    let at = folder("files");
    std::fs::write(at.join("t.csv"), "a,b\n1,2\n3,4\n").unwrap();
    std::fs::write(at.join("m.dsl"), "fn twice(x: i64) -> i64 = 2 * x").unwrap();
    let program = "import \"m.dsl\" as m\nimport data, plot\nlet t = data.csv(\"t.csv\")\nsave({a: m.twice(t.x.a[0])*t.x.a}, \"u.csv\")\nplot.line(f64(t.x.b), \"b.svg\", title: \"B\")";
    std::fs::write(at.join("p.dsl"), program).unwrap();
    let o = dslc().args(["run", at.join("p.dsl").to_str().unwrap()]).output().unwrap();
    assert_eq!(code(&o), 0, "{}", err(&o));
    assert_eq!(std::fs::read_to_string(at.join("u.csv")).unwrap(), "a\n2\n6\n");
    let svg = std::fs::read_to_string(at.join("b.svg")).unwrap();
    assert!(svg.starts_with("<svg") && svg.contains("\nB\n"), "{svg}");
    let left: Vec<String> = std::fs::read_dir(&at)
        .unwrap()
        .map(|e| e.unwrap().file_name().to_string_lossy().into_owned())
        .filter(|n| n.contains("part"))
        .collect();
    assert!(left.is_empty(), "{left:?}");
    for path in ["../files/t.csv", "/etc/passwd", "a/../../t.csv"] {
        let o = run("outside", &format!("import data\nlet t = data.csv(\"{path}\")"), "run {}");
        assert_eq!(code(&o), 4, "{path}: {}", err(&o));
        assert!(err(&o).contains("leaves the folder"), "{path}: {}", err(&o));
    }
    let o = run("png", "import plot\nplot.line([1.0, 2], \"a.png\")", "run {}");
    assert_eq!(code(&o), 4, "{}", err(&o));
}

#[test]
fn bytes_that_are_no_program_are_refused() {
    let at = folder("bytes");
    for (name, bytes, expected) in [
        ("utf16", &b"\xff\xfep\0r\0"[..], 1),
        ("latin", &b"print(\"\xe9\")"[..], 1),
        ("zero", &b"print(1)\0"[..], 1),
        ("empty", &b""[..], 0),
        ("shebang", &b"#!/usr/bin/env dslc\nprint(1)"[..], 0),
    ] {
        let file = at.join(name);
        std::fs::write(&file, bytes).unwrap();
        let o = dslc().args(["run", file.to_str().unwrap()]).output().unwrap();
        assert_eq!(code(&o), expected, "{name}: {}", err(&o));
    }
    let o = dslc().args(["run", at.to_str().unwrap()]).output().unwrap();
    assert_eq!(code(&o), 4, "a folder is no program");
}

#[test]
fn timings_name_every_stage() {
    let o = run("timings", "print(sum(i for i in 0..9))", "run {} --timings");
    let stages: Vec<String> = err(&o).lines().map(|l| l.split('\t').next().unwrap().to_string()).collect();
    assert_eq!(stages, ["check", "grad", "opt", "lower", "compile", "run", "data"]);
}

#[cfg(unix)]
#[test]
fn an_interrupt_stops_a_running_program() {
    for backend in ["eval", "cranelift"] {
        let file = folder("interrupt").join("p.dsl");
        std::fs::write(&file, "print(0)\nlet mut x = 0.0\nwhile x >= 0 { x = x + 1 }\nprint(x)").unwrap();
        let mut child = dslc()
            .args(["run", "--backend", backend, file.to_str().unwrap()])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        // The first line says that the program runs.
        let mut first = [0; 2];
        std::io::Read::read_exact(child.stdout.as_mut().unwrap(), &mut first).unwrap();
        let id = child.id().to_string();
        assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
        assert_eq!(child.wait().unwrap().code(), Some(130), "{backend}");
    }
}

#[test]
fn a_reader_that_goes_away_is_no_mistake() {
    let file = folder("pipe").join("p.dsl");
    std::fs::write(&file, "for i in 0..100000 { print(i) }").unwrap();
    let mut child = dslc().args(["run", file.to_str().unwrap()]).stdout(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn explain_tells_what_functions_cost() {
    let program = "fn f[n](x: f64[n], k: i64) -> f64 {
  let mut s = sum(x)
  for _ in 0..k { s = s * s }
  s
}
fn g(x: f64, y: f64) -> (f64, f64) = (x * y, sqrt(x))
fn h(x: minplus<f64>) -> minplus<f64> = x * x
";
    let o = run("costs", program, "explain --cost {} --sizes n=5");
    // Four sums and a product for each trip. Its reverse has two products and a sum for each trip (and makes the forward
    // trips); in `x` it is the same for all elements.
    let lines: Vec<String> = out(&o).lines().map(String::from).collect();
    assert_eq!((code(&o), err(&o)), (0, String::new()));
    assert!(lines[0].starts_with("function") && lines[0].contains("Hessian product"), "{lines:?}");
    assert_eq!(lines[1].split_whitespace().take(7).collect::<Vec<_>>(), ["f", "4", "+", "1", "t", "4", "+"]);
    assert_eq!(lines[2].split_whitespace().take(2).collect::<Vec<_>>(), ["g", "2"]);
    assert!(lines.contains(&"where n = 5".into()) && out(&o).contains("h is not counted"), "{lines:?}");
    assert_eq!(code(&run("costs-one", program, "explain --cost {} g")), 0);
    // The square needs the state before each trip.
    let o = run("keeps", program, "explain --memory {} f");
    let lines: Vec<String> = out(&o).lines().map(String::from).collect();
    assert!(lines[0].starts_with("gradient of") && lines[0].ends_with("bytes in all"), "{lines:?}");
    assert!(lines[1].starts_with("f ") && lines[1].ends_with("8 t"), "{lines:?}");
    let o = run("keeps-nothing", program, "explain --memory {} g");
    assert!(out(&o).starts_with("no gradient keeps anything"), "{}", out(&o));
    for (words, why) in [
        ("explain --cost {} k", "no function `k`"),
        ("explain --cost {} --sizes m=5", "size `m`"),
        ("explain --cost {} --sizes n=a", "no integer"),
        ("explain --cost {} --sizes n=-1", "at least 0"),
        ("explain E0301 f", "--cost"),
    ] {
        let o = run("costs-wrong", program, words);
        assert_eq!(code(&o), 2, "{words}");
        assert!(err(&o).contains(why), "{}", err(&o));
    }
    let o = run("costs-rejected", "fn f(x: f64) -> f64 = y", "explain --cost {}");
    assert_eq!(code(&o), 1);
    assert!(err(&o).contains("E0201"), "{}", err(&o));
}

#[test]
fn kinks_are_told_after_the_run() {
    let o = run("warned", "print(grad(|x: f64| abs(x))(0.0))", "run --kinks=warn --message-format short {}");
    assert_eq!((code(&o), out(&o)), (0, "0\n".into()));
    assert!(err(&o).contains(":1:21: warning[W0713]: a derivative met a kink: `abs(x)`"), "{}", err(&o));
    let o = run(
        "both",
        "let x = -1.0\nprint(grad(|x: f64| abs(x))(0.0))\nprint(sqrt(x))",
        "run {} --kinks warn --trap-nan",
    );
    assert_eq!((code(&o), out(&o)), (3, "0\n".into()));
    assert!(err(&o).contains("W0713") && err(&o).contains("R1009"), "{}", err(&o));
}

#[test]
fn explain_draws_where_derivatives_may_differ_from_zero() {
    let program = "fn chain[n, n >= 1](x: f64[n]) -> f64 = sum((x[i + 1] - x[i]^2)^2 for i in 0..n - 1)
fn pair(x: f64[4], k: i64) -> f64[2] = [x[0] * x[3], x[1]]
fn whole(k: i64) -> i64 = k
";
    // The Hessian of a chain of neighbours is tridiagonal: n + 2 (n - 1) elements, three colours.
    let o = run("sparsity", program, "explain --sparsity {} --sizes n=5");
    let wanted = "\
chain: Hessian, 5 x 5, tridiagonal
  non-zeros: 13 of 25, 52.0%
  passes: 3 reverse of 5, 3 forward of 5
  ┌─────────┐
  │■ ■ · · ·│
  │■ ■ ■ · ·│
  │· ■ ■ ■ ·│
  │· · ■ ■ ■│
  │· · · ■ ■│
  └─────────┘

pair: Jacobian, 2 x 4, irregular
  non-zeros: 3 of 8, 37.5%
  passes: 1 reverse of 2, 2 forward of 4
  ┌───────┐
  │■ · · ■│
  │· ■ · ·│
  └───────┘
where n = 5
whole has no pattern: none of its parameters is made of floats
";
    assert_eq!((code(&o), err(&o), out(&o)), (0, String::new(), wanted.into()));
    // A large one is scaled down: 3,000 rows to 64 dots of braille, 32 characters and 16 lines.
    let o = run("sparsity-large", program, "explain --sparsity {} chain --sizes n=3000");
    let lines: Vec<String> = out(&o).lines().map(String::from).collect();
    assert!(lines[1].contains("8998 of 9000000"), "{lines:?}");
    assert_eq!(lines.iter().filter(|l| l.contains('│')).count(), 16);
    assert!(lines[4].starts_with("  │⠻⣦") && lines[4].chars().count() == 36, "{lines:?}");
    let o = run("sparsity-wrong", program, "explain --sparsity {} k");
    assert!(code(&o) == 2 && err(&o).contains("no function `k`"), "{}", err(&o));
}
