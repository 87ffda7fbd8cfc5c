//! Rows 118 to 120: the REPL. Whatever a line does, the next one is read; that holds for every program of one line of
//! the other rows, too, since each [`Trial`](crate::trial::Trial) feeds it to a REPL.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::trial::{Trial, folder, repl};

#[test]
fn row_118_lines_from_every_group() {
    let long = format!("let x = [{}]", "1, ".repeat(300_000));
    let lines = [
        "\u{feff}print(1)",
        "let x = \0 2",
        "let x\u{202e} = 1",
        "let s = \"abc",
        "print(1) /* never",
        "print(1e999)",
        ")))))",
        "x[[[",
        "]]]",
        ";;;;",
        "let if = 1",
        "print(nothing)",
        "let f = |x| x(x)",
        "f(f)",
        "let x: f64[9223372036854775807] = zeros",
        "let x: f64[-1] = zeros",
        "[1.0] + [1.0, 2.0]",
        "grad(|k| k + 1)(1)",
        "i64(nan)",
        "[1.0][i64(2.0)]",
        "let y: f64[1342177280] = ones",
        "import \"../x.dsl\" as m",
        "import data",
        "data.npy(\"none.npy\")",
        "print([i for i in 0..10000000])",
        ":nothing at all",
        ":load none",
        ":type )",
        "fn f(x: f64) -> f64 = f(x)",
        &long,
    ];
    // A bracket that is open waits for its end, so it is closed.
    let closed = |l: &str| if l == "x[[[" { "x[[[\n]]]".to_string() } else { l.to_string() };
    let text: String = lines.iter().map(|l| format!("{}\n40 + 2\n", closed(l))).collect();
    let e = repl("118", &text);
    assert_eq!(e.code, 0, "{}", e.err);
    assert_eq!(e.out.lines().filter(|l| *l == "42").count(), lines.len(), "{}\n{}", e.out, e.err);
}

#[test]
fn row_119_the_input_ends_anywhere() {
    for text in ["", "f(", "let x = [1, 2", "let x = \"abc", "fn f(x: f64) -> f64 {\n", "1 +"] {
        let e = repl("119-end", text);
        assert_eq!(e.code, 0, "{text}: {}", e.err);
    }
    let numbers = "1 + ".repeat(250_000);
    let lines: String = (0..1_000).map(|k| format!("let x{} = {k} + 1\n", k % 100)).collect();
    let e = repl("119-paste", &format!("let y = {numbers}1\nfn f(x: i64) -> i64 {{\n{lines}x }}\n1 + 1\n"));
    assert_eq!((e.code, e.out.lines().last()), (0, Some("2")), "{}", e.err);
}

/// A REPL with pipes, so that what it says can be waited for.
struct Alive {
    child: Child,
    lines: BufReader<std::process::ChildStdout>,
}

impl Alive {
    fn new(name: &str) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_dslc"))
            .arg("repl")
            .env("XDG_STATE_HOME", folder(name))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap());
        Self { child, lines }
    }
    fn write(&mut self, text: &str) {
        self.child.stdin.as_mut().unwrap().write_all(text.as_bytes()).unwrap();
    }
    fn read(&mut self) -> String {
        let mut line = String::new();
        self.lines.read_line(&mut line).unwrap();
        line.trim_end().to_string()
    }
    fn interrupt(&self) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
    }
}

#[test]
fn row_119_what_runs_and_what_prints_is_interrupted() {
    for (name, line) in [
        ("119-runs", "fn f(a: f64) -> f64 { let mut x = a; while x > 0 { x += 1 }; x }\nprint(0)\nf(1.0)\n"),
        ("119-prints", "for i in 0..9223372036854775807 { print(0) }\n"),
        (
            "119-solves",
            "let m = [f64((i * j) % 9973) for i in 0..6000, j in 0..6000]\nprint(0)\nlet y = solve(m, [1.0 for i in 0..6000])\n",
        ),
    ] {
        let mut repl = Alive::new(name);
        repl.write(line);
        assert_eq!(repl.read(), "0", "{name}");
        repl.write("40 + 2\n40 + 2\n40 + 2\n");
        let done = std::sync::atomic::AtomicBool::new(false);
        let answer = std::thread::scope(|scope| {
            let (id, done) = (repl.child.id().to_string(), &done);
            scope.spawn(move || {
                let start = Instant::now();
                while !done.load(std::sync::atomic::Ordering::Relaxed)
                    && start.elapsed() < Duration::from_secs(60)
                {
                    let _ = Command::new("kill").args(["-INT", &id]).status();
                    std::thread::sleep(Duration::from_millis(100));
                }
            });
            let mut line = repl.read();
            while line == "0" {
                line = repl.read();
            }
            done.store(true, std::sync::atomic::Ordering::Relaxed);
            line
        });
        assert_eq!(answer, "42", "{name}");
        drop(repl.child.stdin.take());
        assert_eq!(repl.child.wait().unwrap().code(), Some(0), "{name}");
    }
    // Where nothing runs, an interrupt does nothing to what comes.
    let mut repl = Alive::new("119-idle");
    repl.write("1 + 1\n");
    assert_eq!(repl.read(), "2");
    repl.interrupt();
    repl.write("40 + 2\n");
    assert_eq!(repl.read(), "42");
}

#[test]
fn row_119_a_line_that_is_being_typed_is_given_up() {
    // `script` gives the REPL a terminal, on which the first Ctrl-C is a key. What is typed before it never runs.
    let trial = Trial::of("119-typed", "");
    let line = "{ sleep 1; printf 'print(1234)\\003'; sleep 1; printf 'print(40 + 2)\\r'; sleep 1; printf '\\004'; sleep 1; } \
        | XDG_STATE_HOME=. TERM=xterm script -qec \"$dslc repl\" /dev/null";
    let o = trial.shell(line);
    let out = String::from_utf8_lossy(&o.stdout).into_owned();
    let shown = |what: &str| out.lines().any(|l| l.trim() == what);
    assert!(o.status.success() && shown("42") && !shown("1234"), "{:?}: {out}", o.status);
}

#[test]
fn row_120_definitions() {
    // A function sees the names of the script as they are when it is called; a text with a mistake defines nothing.
    let lines = "let c = 1\nfn f(x: i64) -> i64 = x + c\nlet c = 10\nf(0)\nc\nfn f(x: i64) -> i64 = x + c\nf(0)\n\
        let a = 1; let b = nothing; let d = 3\na\nd\nf(1)\n";
    let e = repl("120", lines);
    assert_eq!((e.code, e.out.as_str()), (0, "10\n10\n10\n11\n"), "{}", e.err);
    assert_eq!(e.err.matches("E0201").count(), 3, "{}", e.err);
}
