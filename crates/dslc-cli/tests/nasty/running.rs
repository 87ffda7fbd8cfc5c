//! Rows 89 to 98: what a program does while it runs.

use std::fmt::Write;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::trial::{Trial, all};

#[test]
fn row_89_sums_keep_their_order() {
    let program =
        "let x: f64[1000] = [sin(f64(i)) * 1e8 for i in 0..1000]\nprint(sum(x), sum(x[i] * x[i] for i))";
    let out = |words: &str| Trial::of("89", program).words(words).ends(0).out;
    assert_eq!(out("--backend eval"), out("--backend cranelift --fp exact"));
}

/// The exit code of a program that is interrupted once its first line is out, and how long that took.
fn interrupted(name: &str, program: &str, words: &[&str]) -> (Option<i32>, Duration) {
    let trial = Trial::of(name, program);
    let mut child = Command::new(env!("CARGO_BIN_EXE_dslc"))
        .args(["run", "p.dsl"])
        .args(words)
        .current_dir(trial.folder())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    std::io::Read::read_exact(child.stdout.as_mut().unwrap(), &mut [0; 2]).unwrap();
    std::thread::sleep(Duration::from_millis(300));
    let start = Instant::now();
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return (status.code(), start.elapsed());
        }
        if start.elapsed() > Duration::from_secs(15) {
            child.kill().unwrap();
            child.wait().unwrap();
            return (None, start.elapsed());
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn rows_91_and_92_endless_programs_can_be_interrupted() {
    let programs = [
        ("91", "let mut x = 0.0\nwhile x >= 0 { x = x + 1 }\nprint(x)"),
        ("91-effects", "let mut k = 0\nwhile k >= 0 { assert(k >= 0)\nk = 1 - k }"),
        ("92", "let mut x = 0.0\nfor i in 0..9223372036854775807 { x = x + 1 }\nprint(x)"),
        ("92-effects", "for i in 0..9223372036854775807 { assert(i >= 0) }"),
        // Kernels do not look at the flag.
        (
            "92-solve",
            "let a: f64[3000, 3000] = eye\nlet b: f64[3000] = ones\nfor i in 0..1000 { assert(solve(a, b)[0] == 1) }",
        ),
        // Nobody reads what it prints.
        ("92-print", "for i in 0..9223372036854775807 { print(i) }"),
    ];
    for (name, program) in programs {
        for backend in ["eval", "cranelift"] {
            let (code, time) = interrupted(name, &format!("print(0)\n{program}"), &["--backend", backend]);
            assert_eq!(code, Some(130), "{name} by {backend} after {time:?}");
        }
    }
}

#[test]
fn row_93_recursion_a_million_deep() {
    // There is none: what a loop says is refused as written, and a chain of calls has a limit.
    let down = "fn down(n: i64) -> i64 = if n == 0 { 0 } else { down(n - 1) }\nprint(down(1000000))";
    let err = Trial::of("93", down).ends(1).err;
    assert!(err.contains("error[E0213]: recursion: down calls down"), "{err}");
    let mut chain = String::from("fn f0(x: f64) -> f64 = x\n");
    for k in 1..20_000 {
        let _ = writeln!(chain, "fn f{k}(x: f64) -> f64 = f{}(x)", k - 1);
    }
    let err = Trial::of("93-chain", &format!("{chain}print(f19999(1.0))")).ends(5).err;
    assert!(err.contains("calls inside calls go deeper than 1000"), "{err}");
}

#[test]
fn row_94_indices_outside() {
    for (name, line) in [
        ("94-below", "print(x[k - 4])"),
        ("94-length", "print(x[k])"),
        ("94-far", "print(x[k * 3074457345618258602])"),
        ("94-gather", "print(x[[0, k]])"),
        ("94-update", "let mut y = x\ny[k] = 1.0\nprint(y)"),
    ] {
        let program = format!("let k = i64(arg(\"k\", 3.0))\nlet x = [1.0, 2.0, 3.0]\n{line}");
        let by = |backend: &str| {
            Trial::of(name, &program)
                .words(&format!("--backend {backend} --message-format short"))
                .ends(3)
                .err
        };
        assert_eq!(by("eval"), by("cranelift"), "{name}");
    }
    // The ends of a slice differ by a static integer, which a value of the script is not.
    Trial::of("94-slice", "let k = i64(1.0)\nlet x = [1.0, 2.0, 3.0]\nprint(x[k .. k + 2])").ends(1);
    // A slice that ends before it begins is known when checked.
    Trial::of("94-reversed", "let x = [1.0, 2.0, 3.0]\nprint(x[2..1])").ends(1);
}

#[test]
fn row_95_memory_is_a_limit() {
    let many: String = (0..40).map(|k| format!("let x{k} = [f64(i) for i in 0..1048576]\n")).collect();
    for backend in ["eval", "cranelift"] {
        let words = format!("--backend {backend}");
        Trial::of("95", "let x: f64[1342177280] = ones\nprint(x[0])").words(&words).ends(5);
        // Each is small; what counts is what is kept.
        Trial::of("95-many", &many).words(&format!("{words} --max-memory 64M")).ends(5);
        let body = "let mut y = x\nfor i in 0..100 { assert(y[0] == 0)\ny = y + x }";
        let program = format!("let x: f64[1048576] = zeros\n{body}");
        Trial::of("95-reused", program).words(&format!("{words} --max-memory 64M")).ends(0);
    }
}

#[test]
fn rows_96_and_97_streams() {
    let e = Trial::of("96", "print([i for i in 0..10000000])").ends(0);
    assert!(e.out.len() < 10_000, "{}", e.out.len());
    let trial = Trial::of("96-closed", "for i in 0..9223372036854775807 { print(i) }");
    let o = trial.shell("{ \"$dslc\" run p.dsl; echo $? >&2; } | head -1");
    assert_eq!((o.stdout.as_slice(), o.stderr.as_slice()), (&b"0\n"[..], &b"0\n"[..]));
    for (name, program, command, streams, code) in [
        ("97-full", "print(1)", "run", ">/dev/full", 4),
        ("97-full-loop", "for i in 0..9223372036854775807 { print(i) }", "run", ">/dev/full", 4),
        ("97-full-test", "test \"t\" { assert(1 < 2) }", "test", ">/dev/full", 4),
        ("97-closed-in", "print(1)", "run", "<&-", 0),
        ("97-closed-out", "print(1)", "run", ">&-", 0),
    ] {
        Trial::of(name, program).command(command).streams(streams).ends(code);
    }
    // Nobody can be told, and that is all.
    let trial = Trial::of("97-full-error", "print(y)");
    assert_eq!(trial.shell("\"$dslc\" run p.dsl 2>/dev/full").status.code(), Some(1));
    assert_eq!(trial.shell("\"$dslc\" run p.dsl 2>&-").status.code(), Some(1));
    let o = trial.shell("yes | \"$dslc\" run -");
    assert_eq!(o.status.code(), Some(5), "{}", String::from_utf8_lossy(&o.stderr));
    let o = trial.shell("\"$dslc\" run \"$(printf '\\377')\"");
    assert_eq!(o.status.code(), Some(4), "a path that is no UTF-8");
}

#[test]
fn row_98_files_that_cannot_be_written() {
    let long = "x".repeat(5_000);
    all(&[
        ("98-long", &format!("save([1.0], \"{long}.npy\")"), 4),
        ("98-folder", "save([1.0], \"none/a.npy\")", 4),
        ("98-device", "save([1.0], \"../../dev/full.npy\")", 4),
    ]);
    let trial = Trial::of("98-link", "save([1.0], \"a.npy\")");
    std::os::unix::fs::symlink("/dev/full", trial.folder().join("a.npy")).unwrap();
    trial.ends(4);
    // What was there stays whole where the new file does not fit.
    let trial = Trial::of("98-whole", "save([1.0, 2.0], \"a.npy\")").file("a.npy", "old");
    std::fs::create_dir(trial.folder().join("sub")).unwrap();
    let o = trial.shell("ulimit -f 0; \"$dslc\" run p.dsl 2>/dev/null");
    assert_ne!(o.status.code(), Some(0));
    assert_eq!(std::fs::read(trial.folder().join("a.npy")).unwrap(), b"old");
}
