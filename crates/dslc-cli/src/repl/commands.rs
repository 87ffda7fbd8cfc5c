//! What starts with a colon.

use std::time::Instant;

use super::{Repl, show};
use crate::tell;

/// The commands: name, what follows it, what it does.
pub(crate) const COMMANDS: &[(&str, &str, &str)] = &[
    ("type", "EXPR", "shows the type of an expression; of a model the tree of its parameters"),
    ("shape", "EXPR", "shows the lengths of a tensor"),
    ("ir", "EXPR", "shows what computes an expression, after the clean-up passes"),
    ("grad", "CALL", "shows the gradient of a call `f(x)` in its first argument"),
    ("time", "EXPR", "runs an expression and shows how long that took"),
    ("doc", "NAME", "explains a function of the language or the library"),
    ("names", "", "lists what is defined"),
    ("load", "FILE", "runs a file"),
    ("save", "FILE", "writes the lines so far to a file"),
    ("reset", "", "forgets everything"),
    ("help", "", "shows this"),
    ("quit", "", "ends"),
];

impl Repl<'_> {
    /// Does what a command says; true at the end.
    pub(crate) fn command(&mut self, text: &str) -> bool {
        let (name, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
        let rest = rest.trim();
        let needs = COMMANDS.iter().find(|c| c.0 == name).map(|c| c.1);
        match (name, needs) {
            ("quit" | "q", _) => return true,
            (_, None) => tell(&format!("there is no command `:{name}`; `:help` lists them")),
            (_, Some(what)) if !what.is_empty() && rest.is_empty() => {
                tell(&format!("`:{name}` is followed by {what}"));
            }
            ("type", _) => self.show_type(rest),
            ("shape", _) => self.show_shape(rest),
            ("ir", _) => self.show_ir(rest),
            ("grad", _) => self.show_grad(rest),
            ("time", _) => self.time(rest),
            ("doc", _) => show_doc(rest),
            ("names", _) => self.script.names().iter().for_each(|(n, t)| show(&format!("{n}: {t}"))),
            ("load", _) => self.load(rest),
            ("save", _) => self.save(rest),
            ("reset", _) => {
                self.taken.clear();
                self.rebuild();
            }
            _ => {
                for (name, what, does) in COMMANDS {
                    show(&format!("{:16} {does}", format!(":{name} {what}")));
                }
            }
        }
        false
    }

    fn show_type(&mut self, expr: &str) {
        match self.guarded(|r| r.script.type_of(expr)) {
            Some(Ok(t)) => show(&t),
            Some(Err(e)) => self.say(&e),
            None => {}
        }
    }

    fn show_shape(&mut self, expr: &str) {
        match self.guarded(|r| r.script.type_of(expr)) {
            Some(Ok(t)) => match t.split_once('[') {
                Some((_, dims)) if !t.starts_with(['{', '(']) => show(&format!("[{dims}")),
                _ => show(&t),
            },
            Some(Err(e)) => self.say(&e),
            None => {}
        }
    }

    fn show_ir(&mut self, expr: &str) {
        match self.guarded(|r| r.script.ir(expr)) {
            Some(Ok(ir)) => show(ir.trim_end()),
            Some(Err(e)) => self.say(&e),
            None => {}
        }
    }

    fn show_grad(&mut self, call: &str) {
        match call.find('(') {
            Some(k) if k > 0 => {
                let (f, args) = call.split_at(k);
                self.feed(&format!("print(grad({f}){args}\n)"));
            }
            _ => tell("`:grad` is followed by a call: `:grad f(1.0)`"),
        }
    }

    fn time(&mut self, expr: &str) {
        let start = Instant::now();
        self.run(expr);
        show(&format!("{:.3} ms", start.elapsed().as_secs_f64() * 1e3));
    }

    fn load(&mut self, path: &str) {
        match std::fs::read(path).map_err(|e| e.to_string()).and_then(|b| {
            dslc::decode(&b).map_err(|_| "it is not a UTF-8 text of at most 16 MiB".to_string())
        }) {
            Ok(text) => {
                if self.feed(&text) {
                    self.taken.push(text);
                }
            }
            Err(why) => tell(&format!("error: `{path}`: {why}")),
        }
    }

    fn save(&mut self, path: &str) {
        let text: String = self.taken.iter().map(|t| format!("{}\n", t.trim_end())).collect();
        match std::fs::write(path, text) {
            Ok(()) => show(&format!(
                "{} lines",
                self.taken.iter().map(|t| t.trim_end().lines().count()).sum::<usize>()
            )),
            Err(why) => tell(&format!("error: `{path}`: {why}")),
        }
    }
}

fn show_doc(name: &str) {
    match dslc::doc(name) {
        Some(text) => show(&text),
        None => tell(&format!("nothing is known of `{name}`; `:type {name}` shows what a name of yours is")),
    }
}
