//! One run of the binary with bounds on time and memory, and what is demanded of every run.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

/// How many seconds of the processor a run may take before it counts as a hang. Far above what any takes, since machines
/// differ.
const WORK: u64 = 30;

/// How long a run may take in all: it shares its machine, and may wait for what never comes.
const LONGEST: Duration = Duration::from_secs(300);

/// The address space of a run, in KiB: the stack, the code, and a little more than the memory that tensors may have.
const SPACE: u64 = 6 << 20;

/// A run that is to be.
pub(crate) struct Trial {
    folder: PathBuf,
    words: Vec<String>,
    /// What the shell does with the streams.
    streams: String,
}

/// How a run ended.
pub(crate) struct Ended {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// A folder of this test's own, empty.
pub(crate) fn folder(name: &str) -> PathBuf {
    let at = Path::new(env!("CARGO_TARGET_TMPDIR")).join("nasty").join(name);
    let _ = std::fs::remove_dir_all(&at);
    std::fs::create_dir_all(&at).unwrap();
    at
}

impl Trial {
    /// `dslc run` of a program in a folder of its own.
    pub(crate) fn of(name: &str, program: impl AsRef<[u8]>) -> Self {
        let folder = folder(name);
        std::fs::write(folder.join("p.dsl"), program).unwrap();
        Self { folder, words: vec!["run".into(), "p.dsl".into()], streams: String::new() }
    }
    /// Another command than `run`.
    pub(crate) fn command(mut self, command: &str) -> Self {
        self.words[0] = command.into();
        self
    }
    /// The same with more words on the command line.
    pub(crate) fn words(mut self, words: &str) -> Self {
        self.words.extend(words.split_whitespace().map(str::to_string));
        self
    }
    /// The same with a file beside the program.
    pub(crate) fn file(self, name: &str, bytes: impl AsRef<[u8]>) -> Self {
        std::fs::write(self.folder.join(name), bytes).unwrap();
        self
    }
    /// The same with streams as the shell writes them.
    pub(crate) fn streams(mut self, streams: &str) -> Self {
        self.streams = streams.into();
        self
    }
    /// Where the program is.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Runs it. Whatever the input: it ends, by itself, with a declared code, and says why in bounded words without
    /// control characters. As a line of the REPL it leaves that in order (row 118).
    pub(crate) fn run(&self) -> Ended {
        let ended = self.run_once();
        if self.words == ["run", "p.dsl"] && self.streams.is_empty() {
            self.leaves_the_repl_in_order();
        }
        ended
    }

    fn leaves_the_repl_in_order(&self) {
        let program = self.folder.join("p.dsl");
        // Some files are far too long to be looked at.
        if std::fs::metadata(&program).unwrap().len() > 1 << 20 {
            return;
        }
        let Ok(line) = std::fs::read_to_string(program) else { return };
        let count = |signs: [char; 3]| line.chars().filter(|c| signs.contains(c)).count();
        // A line with an open bracket is not at its end, and a bracket in a text or comment may not be one.
        let whole = count(['(', '[', '{']) <= count([')', ']', '}']) && !line.contains(['"', '/']);
        if !whole || line.trim_end().contains(['\n', '\r']) {
            return;
        }
        let name = self.folder.file_name().unwrap().to_str().unwrap();
        let e = repl(&format!("{name}-repl"), &format!("{}\n40 + 2\n", line.trim_end()));
        assert_eq!((e.code, e.out.lines().last()), (0, Some("42")), "{name} as a line: {}", e.err);
    }

    fn run_once(&self) -> Ended {
        // Output goes to files: a full pipe would hold up the run.
        let (out, err) = (self.folder.join(".out"), self.folder.join(".err"));
        let mut child = Command::new("sh")
            .arg("-c")
            .arg(format!("ulimit -v {SPACE}; ulimit -t {WORK}; exec \"$@\" {}", self.streams))
            .arg("sh")
            .arg(env!("CARGO_BIN_EXE_dslc"))
            .args(&self.words)
            .current_dir(&self.folder)
            .env("XDG_STATE_HOME", &self.folder)
            .stdin(Stdio::null())
            .stdout(std::fs::File::create(&out).unwrap())
            .stderr(std::fs::File::create(&err).unwrap())
            .spawn()
            .unwrap();
        let start = Instant::now();
        let status = loop {
            if let Some(status) = child.try_wait().unwrap() {
                break status;
            }
            if start.elapsed() > LONGEST {
                child.kill().unwrap();
                child.wait().unwrap();
                panic!("{:?} hangs", self.folder);
            }
            std::thread::sleep(Duration::from_millis(2));
        };
        let read = |p: &Path| String::from_utf8_lossy(&std::fs::read(p).unwrap()).into_owned();
        let ended = Ended { code: status.code().unwrap_or(-1), out: read(&out), err: read(&err) };
        self.hold(&ended);
        ended
    }

    fn hold(&self, e: &Ended) {
        let shown: String = e.err.chars().take(2_000).collect();
        let name = &self.folder;
        assert!([0, 1, 2, 3, 4, 5, 130].contains(&e.code), "{name:?} ends with {}: {shown}", e.code);
        assert!(e.err.len() < 1 << 20, "{name:?} says {} bytes: {shown}", e.err.len());
        let control = |c: char| c.is_control() && c != '\n' || matches!(c, '\u{202a}'..='\u{202e}');
        assert!(!e.err.contains(control), "{name:?} shows a control character: {shown:?}");
        let coded = e.err.contains("error[E") || e.err.contains("error[L") || e.err.contains("error[R");
        assert!(
            !matches!(e.code, 3 | 5) || coded || e.err.contains("more than"),
            "{name:?} has no code: {shown}"
        );
        assert!(e.code == 0 || !e.err.is_empty(), "{name:?} says nothing");
    }

    /// Runs it and holds it to a code.
    pub(crate) fn ends(self, code: i32) -> Ended {
        self.ends_in(&[code])
    }

    /// Runs it and holds it to one of some codes.
    pub(crate) fn ends_in(self, codes: &[i32]) -> Ended {
        let e = self.run();
        let shown: String = e.err.chars().take(2_000).collect();
        assert!(codes.contains(&e.code), "{:?} ends with {}, not {codes:?}: {shown}", self.folder, e.code);
        e
    }

    /// The output of the shell line `line`, in which `$dslc` is the binary, in the folder of the program.
    pub(crate) fn shell(&self, line: &str) -> Output {
        let binary = env!("CARGO_BIN_EXE_dslc");
        let mut sh = Command::new("timeout");
        sh.args(["-s", "KILL", &LONGEST.as_secs().to_string(), "sh", "-c", line]);
        sh.env("dslc", binary).current_dir(&self.folder).stdin(Stdio::null()).output().unwrap()
    }
}

/// A REPL that is fed a text.
pub(crate) fn repl(name: &str, text: &str) -> Ended {
    let folder = folder(name);
    std::fs::write(folder.join("lines"), text).unwrap();
    Trial { folder, words: vec!["repl".into()], streams: "<lines".into() }.run_once()
}

/// Holds each program to its code.
pub(crate) fn all(rows: &[(&str, &str, i32)]) {
    for (name, program, code) in rows {
        Trial::of(name, program).ends(*code);
    }
}
