//! What stands at top level: loops and conditions with effects, assertions, arguments, data, tests.
#![allow(clippy::unwrap_used)]

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use dslc::{Backend, Drawing, Fp, Halt, Host, NoFiles, Part, PlotKind, Session};

/// Files in memory.
#[derive(Default)]
struct Memory {
    files: RefCell<HashMap<String, Vec<u8>>>,
    drawn: RefCell<Vec<(String, Drawing)>>,
    args: HashMap<String, String>,
}

impl Memory {
    fn with(files: &[(&str, &str)]) -> Self {
        let files = files.iter().map(|(n, t)| (n.to_string(), t.as_bytes().to_vec())).collect();
        Self { files: RefCell::new(files), ..Self::default() }
    }
    fn arg(mut self, name: &str, value: &str) -> Self {
        self.args.insert(name.into(), value.into());
        self
    }
}

impl Host for Memory {
    fn read(&self, path: &str) -> Result<Vec<u8>, String> {
        self.files.borrow().get(path).cloned().ok_or_else(|| "there is no such file".into())
    }
    fn write(&self, path: &str, bytes: &[u8]) -> Result<(), String> {
        self.files.borrow_mut().insert(path.into(), bytes.to_vec());
        Ok(())
    }
    fn draw(&self, path: &str, drawing: &Drawing) -> Result<(), String> {
        self.drawn.borrow_mut().push((path.into(), drawing.clone()));
        Ok(())
    }
    fn arg(&self, name: &str) -> Option<String> {
        self.args.get(name).cloned()
    }
}

/// The lines that a program prints, and the code of what stops it; the same on both backends.
fn run_on(host: &Memory, text: &str, part: Part) -> (Vec<String>, Option<String>, usize) {
    let by = |backend| {
        let mut session = Session::new(host).backend(backend).fp(Fp::Exact);
        let (ready, diagnostics) = session.check("t.dsl", text);
        let Some(ready) = ready else {
            let codes: Vec<&str> = diagnostics.iter().map(|d| d.code).collect();
            return (Vec::new(), Some(codes.join(" ")), 0);
        };
        assert!(diagnostics.is_empty(), "{diagnostics:?}");
        let mut lines = Vec::new();
        let stop = session.run(ready, part, &Arc::default(), &mut |l| lines.push(l.to_string()));
        match stop {
            Ok(outcome) => (lines, None, outcome.failed.len()),
            Err(Halt::Failure(d) | Halt::File(d) | Halt::Limit(d)) => (lines, Some(d.code.to_string()), 0),
            Err(other) => (lines, Some(format!("{other:?}")), 0),
        }
    };
    let (eval, native) = (by(Backend::Eval), by(Backend::Cranelift));
    assert_eq!(eval, native, "both backends agree on\n{text}");
    eval
}

fn lines(text: &str) -> Vec<String> {
    let (lines, stop, _) = run_on(&Memory::default(), text, Part::Script);
    assert_eq!(stop, None, "{text}");
    lines
}

fn stop(text: &str) -> String {
    run_on(&Memory::default(), text, Part::Script).1.unwrap_or_default()
}

#[test]
fn a_loop_prints_each_round_and_keeps_what_it_assigns() {
    let text = "let mut x = 1\nlet mut s = 0.0\nfor i in 0..4 {\n  x = 2 * x\n  s += f64(x)\n  print(i, x, s)\n}\nprint(x, s)";
    assert_eq!(lines(text), ["0 2 2", "1 4 6", "2 8 14", "3 16 30", "16 30"]);
}

#[test]
fn variables_that_swap_are_moved_at_once() {
    let text = "let mut (a, b) = (1, 2)\nfor i in 0..3 {\n  (a, b) = (b, a)\n  print(a, b)\n}";
    assert_eq!(lines(text), ["2 1", "1 2", "2 1"]);
}

#[test]
fn a_while_loop_ends_when_its_condition_fails() {
    let text =
        "let mut x = 100.0\nlet mut n = 0\nwhile x > 1 {\n  x = x / 10\n  n += 1\n  print(x)\n}\nprint(n)";
    assert_eq!(lines(text), ["10", "1", "2"]);
}

#[test]
fn one_branch_runs() {
    let text = "let mut x = 0\nfor i in 0..4 {\n  if i == 0 { print(\"zero\") } else if i < 3 {\n    x += i\n    print(\"some\", x)\n  } else { print(\"more\") }\n}\nprint(x)";
    assert_eq!(lines(text), ["zero", "some 1", "some 3", "more", "3"]);
}

#[test]
fn loops_nest_and_see_what_stands_outside() {
    let text = "let a = [1.0, 2, 3]\nlet mut t = 0.0\nfor i in 0..2 {\n  for j in 1..3 {\n    t += a[j] * f64(i)\n    print(i, j, t)\n  }\n}";
    assert_eq!(lines(text), ["0 1 0", "0 2 0", "1 1 2", "1 2 5"]);
}

#[test]
fn an_empty_range_runs_nothing() {
    assert_eq!(lines("for i in 3..1 { print(i) }\nprint(\"end\")"), ["end"]);
}

#[test]
fn loops_without_effects_are_compiled_whole() {
    assert_eq!(lines("let mut s = 0\nfor i in 0..1000 { s += i * i }\nprint(s)"), ["332833500"]);
}

#[test]
fn closeness_is_per_leaf_and_relative_above_one() {
    assert_eq!(lines("assert_close(1e12, 1e12 + 1, 1e-9)\nprint(1)"), ["1"]);
    assert_eq!(stop("assert_close({a: 1.0, b: [2.0, 3.0]}, {a: 1.0, b: [2.0, 3.1]}, 1e-2)"), "R1001");
    assert_eq!(lines("assert_close([inf, nan, 0.0], [inf, nan, -0.0])\nprint(1)"), ["1"]);
    assert_eq!(stop("assert_close(nan, 1.0)"), "R1001");
    assert_eq!(stop("assert_close(inf, -inf, inf)"), "");
    assert_eq!(stop("assert_close([1.0, 2.0], [1.0, 2.0, 3.0])"), "E0502");
}

#[test]
fn arguments_take_the_type_of_their_default() {
    let text = "let n = arg(\"n\", 3)\nlet x: f64[n] = ones\nprint(sum(x), arg(\"rate\", 0.5), arg(\"name\", \"a\"))";
    assert_eq!(lines(text), ["3 0.5 a"]);
    let host = Memory::default().arg("n", "5").arg("rate", "2").arg("name", "b c");
    assert_eq!(run_on(&host, text, Part::Script).0, ["5 2 b c"]);
    let host = Memory::default().arg("n", "five");
    assert_eq!(run_on(&host, text, Part::Script).1, Some("E0810".into()));
    assert_eq!(stop("print(arg(\"file\"))"), "E0809");
}

#[test]
fn effects_stand_at_top_level_only() {
    assert_eq!(stop("fn f(x: f64) -> f64 { print(x)\n x }\nprint(f(1.0))"), "E0801");
    assert_eq!(stop("let x = [print(i) for i in 0..3]"), "E0801");
}

#[test]
fn tests_see_the_script_and_not_each_other() {
    let text = "let mut x = 1\ntest \"a\" {\n  x = 2\n  assert(x == 2)\n}\ntest \"b\" { assert(x == 1) }\ntest \"c\" { for i in 0..3 { assert(i < 2) } }\nx = 3\nx = x - 2";
    assert_eq!(run_on(&Memory::default(), text, Part::Tests), (Vec::new(), None, 1));
}

const TABLE: &str = "size,kind,count\n1.5,b,3\n2.5,a,4\n0.5,b,5\n";

#[test]
fn a_table_has_its_columns_its_target_and_its_labels() {
    let host = Memory::with(&[("t.csv", TABLE)]);
    let text = "import data\nlet d = data.csv(\"t.csv\", target: \"kind\")\nprint(d.x.size, d.x.count, d.y, d.labels)\nprint(matrix(d.x))";
    let found = run_on(&host, text, Part::Script);
    let expected = ["[1.5, 2.5, 0.5] [3, 4, 5] [1, 0, 1] (a, b)", "[[1.5, 3],\n [2.5, 4],\n [0.5, 5]]"];
    assert_eq!(found, (expected.map(String::from).to_vec(), None, 0));
}

#[test]
fn sizes_of_data_are_held_against_the_program() {
    let host = Memory::with(&[("t.csv", TABLE)]);
    let check = |t: &str| run_on(&host, &format!("import data\n{t}"), Part::Script).1.unwrap_or_default();
    assert_eq!(check("let x = data.csv(\"t.csv\").x.size + [1.0, 2.0]"), "E0301");
    assert_eq!(check("let d = data.csv(\"t.csv\", target: \"sort\")"), "E0807");
    assert_eq!(check("let d = data.csv(\"u.csv\")"), "E0806");
    assert_eq!(check("let d = matrix(data.csv(\"t.csv\").x)"), "E0815");
    assert_eq!(check("let d = data.npy(\"t.csv\")"), "E0806");
}

#[test]
fn a_file_that_changed_after_the_check_stops_the_program() {
    let host = Memory::with(&[("t.csv", TABLE)]);
    let mut session = Session::new(&host);
    let (ready, _) = session.check("t.dsl", "import data\nprint(data.csv(\"t.csv\").x.size)");
    host.files.borrow_mut().insert("t.csv".into(), b"size,kind,count\n1.5,b,3\n".to_vec());
    let stop = session.run(ready.unwrap(), Part::Script, &Arc::default(), &mut |_| {});
    assert!(matches!(stop, Err(Halt::File(d)) if d.code == "R1004"));
}

#[test]
fn what_is_saved_is_read_again() {
    let host = Memory::default();
    let save = "let a = [[1.5, -0.0, inf], [nan, 1e-300, 2]]\nsave(a, \"a.npy\")\nsave({x: a[0], n: [1, 2, 3]}, \"b.csv\")";
    assert_eq!(run_on(&host, save, Part::Script).1, None);
    let text = "import data\nlet a: f64[n, m] = data.npy(\"a.npy\")\nlet b = data.csv(\"b.csv\")\nprint(n, m, a, b.x)";
    let found = run_on(&host, text, Part::Script).0;
    assert_eq!(found, ["2 3 [[1.5, -0, inf],\n [nan, 1e-300, 2]] {x: [1.5, -0, inf], n: [1, 2, 3]}"]);
    assert_eq!(stop("save(1.0, \"x.txt\")"), "E0811");
    assert_eq!(stop("save(1.0, \"x.csv\")"), "E0812");
}

#[test]
fn plots_are_handed_to_the_host_with_their_numbers() {
    let host = Memory::default();
    let text = "import plot\nlet x = [0.0, 0.5, 1]\nplot.line(x, {a: x, b: 2 * x}, \"l.svg\", title: \"T\")\nplot.heat([[1, 2], [3, 4]], \"h.svg\")\nplot.scatter(x, x, \"s.svg\", class: [0, 1, 0])";
    assert_eq!(run_on(&host, text, Part::Script).1, None);
    let drawn = host.drawn.borrow();
    let (path, line) = &drawn[0];
    assert_eq!((path.as_str(), line.kind, line.title.as_deref()), ("l.svg", PlotKind::Line, Some("T")));
    assert_eq!(line.series[1].name.as_deref(), Some("b"));
    assert_eq!(line.series[1].y, [0.0, 1.0, 2.0]);
    assert_eq!((drawn[1].1.series[0].shape, drawn[1].1.series[0].y.len()), (Some((2, 2)), 4));
    assert_eq!(drawn[2].1.series[0].class, Some(vec![0, 1, 0]));
}

#[test]
fn rows_are_parted_at_random_and_none_is_lost() {
    let text = "let d = {x: [[i, 10 * i] for i in 0..10], y: [i for i in 0..10]}\nlet (a, b) = d.split(0.7, key(3))\nprint(sum(a.y) + sum(b.y), sum(a.x[i, 1] - 10 * a.y[i] for i))\nprint(sum(1 for i in 0..7 if a.y[i] == i) < 7)";
    assert_eq!(lines(text), ["45 0", "true"]);
}

#[test]
fn nothing_is_compiled_twice() {
    let compiled = |text: &str| {
        let mut session = Session::new(&NoFiles);
        let (ready, _) = session.check("t.dsl", text);
        session.run(ready.unwrap(), Part::Script, &Arc::default(), &mut |_| {}).unwrap();
        session.timings().compiled
    };
    // One piece for the start and one for the body, however many rounds there are.
    let looped = |n| format!("let mut x = 1.0\nfor i in 0..{n} {{\n  x = sin(x)\n  print(x)\n}}");
    assert_eq!(compiled(&looped(1)), compiled(&looped(100)));
    // Statements that do the same share their code.
    let once = "let x = [f64(i) for i in 0..9]\nlet a = sum(x[i]^2 for i)";
    assert_eq!(compiled(once), compiled(&format!("{once}\nlet b = sum(x[i]^2 for i)")));
}
