//! `dslc repl`: lines are checked and run one after the other. Whatever a line does, the definitions before it stay.

mod commands;
mod line;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::atomic::Ordering;

use dslc::{Refusal, Script, Session, Severity, Style, render};
use rustyline::error::ReadlineError;
use rustyline::history::FileHistory;
use rustyline::{Config, Editor};

use crate::files::Files;
use crate::options::Choices;
use crate::{code, tell};
use line::Line;

const PROMPT: &str = "dslc> ";

/// What the REPL keeps.
struct Repl<'h> {
    session: Session<'h>,
    script: Script<'h>,
    /// The texts that were taken, in order.
    taken: Vec<String>,
    style: Style,
    color: bool,
}

/// Reads and runs lines until the end of the input.
pub(crate) fn repl(choices: &Choices) -> u8 {
    let host = Files::beside("-", Vec::new(), choices.limits.memory());
    let session = choices.session(&host);
    let mut repl = Repl {
        script: session.script(),
        session,
        taken: Vec::new(),
        style: choices.message_format,
        color: crate::use_color(),
    };
    let config = Config::builder().max_history_size(10_000).map(|c| c.auto_add_history(true).build());
    let editor = config.and_then(Editor::<Line, FileHistory>::with_config);
    let mut editor = match editor {
        Ok(editor) => editor,
        Err(e) => {
            tell(&format!("error: the terminal cannot be used: {e}"));
            return code::FILE;
        }
    };
    let history = history();
    if let Some(path) = &history {
        // A missing history is a new one.
        let _ = editor.load_history(path);
    }
    let flag = repl.script.interrupt().clone();
    // Ctrl-C while a line runs stops that line.
    let _ = ctrlc::set_handler(move || flag.store(true, Ordering::Relaxed));
    let code = repl.read(&mut editor);
    if let Some(path) = &history {
        let _ = path.parent().map(std::fs::create_dir_all);
        let _ = editor.save_history(path);
    }
    code
}

/// Where the history is kept: `$XDG_STATE_HOME/dslc/history`, or below the home folder.
fn history() -> Option<PathBuf> {
    let state = std::env::var_os("XDG_STATE_HOME").filter(|p| !p.is_empty()).map(PathBuf::from);
    let home = || std::env::var_os("HOME").map(|h| PathBuf::from(h).join(".local/state"));
    state.or_else(home).map(|p| p.join("dslc/history"))
}

/// Writes a line of results. If nobody reads, the next line of input ends the session by itself.
pub(crate) fn show(line: &str) {
    let _ = crate::write_line(line);
}

impl Repl<'_> {
    fn read(&mut self, editor: &mut Editor<Line, FileHistory>) -> u8 {
        loop {
            editor.set_helper(Some(Line::new(self.names())));
            match editor.readline(PROMPT) {
                Ok(text) => {
                    if self.take(&text) {
                        return 0;
                    }
                }
                Err(ReadlineError::Interrupted) => {}
                Err(ReadlineError::Eof) => return 0,
                Err(e) => {
                    tell(&format!("error: {e}"));
                    return code::FILE;
                }
            }
        }
    }

    /// Treats one text; true at the end.
    fn take(&mut self, text: &str) -> bool {
        let trimmed = text.trim();
        if trimmed.is_empty() {
            return false;
        }
        if let Some(command) = trimmed.strip_prefix(':') {
            return self.command(command);
        }
        self.run(text);
        false
    }

    /// Runs a text; the value of an expression is shown.
    fn run(&mut self, text: &str) {
        let shown = match self.guarded(|r| r.script.type_of(text)) {
            Some(Ok(ty)) if ty == "a function" || ty == "a module" || ty.starts_with("model ") => {
                show(&ty);
                return;
            }
            Some(Ok(ty)) if ty != "`()`" && ty != "()" => format!("print({text}\n)"),
            Some(_) => text.to_string(),
            None => return,
        };
        if self.feed(&shown) {
            self.taken.push(text.to_string());
        }
    }

    /// Feeds a text to the script, and says what it has to say; whether it was taken.
    fn feed(&mut self, text: &str) -> bool {
        let fed = self.guarded(|r| r.script.feed("<line>", text, &mut show));
        match fed {
            None => false,
            Some(Ok((outcome, warnings))) => {
                // A `let mut` waits for the lines that assign it.
                for w in warnings.iter().filter(|w| w.severity == Severity::Warning && w.code != "W0208") {
                    tell(render(self.script.sources(), w, self.style, self.color).trim_end());
                }
                for (name, d) in &outcome.failed {
                    tell(&format!("test \"{name}\" failed"));
                    tell(render(self.script.sources(), d, self.style, self.color).trim_end());
                }
                true
            }
            Some(Err(refusal)) => {
                self.say(&refusal);
                matches!(refusal, Refusal::Stopped { .. })
            }
        }
    }

    fn say(&self, refusal: &Refusal) {
        if let Refusal::Rejected { diagnostics, .. } = refusal {
            for d in diagnostics {
                tell(render(self.script.sources(), d, self.style, self.color).trim_end());
            }
        } else {
            tell(&format!("{refusal}"));
        }
    }

    /// Runs something; a bug of ours ends the line, not the session: the script is made anew from what was taken.
    fn guarded<T>(&mut self, f: impl FnOnce(&mut Self) -> T) -> Option<T> {
        match catch_unwind(AssertUnwindSafe(|| f(self))) {
            Ok(out) => Some(out),
            Err(_) => {
                tell("dslc has a bug: please report the lines so far, as `:save` writes them");
                self.rebuild();
                None
            }
        }
    }

    fn rebuild(&mut self) {
        let interrupt = self.script.interrupt().clone();
        self.script = self.session.script().with_interrupt(interrupt);
        for text in &self.taken {
            let script = &mut self.script;
            let fed = catch_unwind(AssertUnwindSafe(|| script.feed("<line>", text, &mut |_| {}).is_ok()));
            if fed.is_err() {
                tell(&format!("a line could not be run again: {text}"));
            }
        }
    }

    /// Names to complete: those of the language, of the script, and of its modules.
    fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = dslc::names().map(str::to_string).collect();
        names.extend(self.script.names().into_iter().map(|n| n.0));
        names.extend(dslc::library::modules().map(|m| m.0.to_string()));
        names.sort();
        names.dedup();
        names
    }
}
