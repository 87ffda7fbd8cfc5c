//! What the command line may say.

use clap::{Args, Parser, Subcommand, ValueEnum};
use dslc::{Session, Style};

use crate::code;
use crate::files::Files;
use crate::limits::{self, LimitOptions};

/// A language for parametrised differentiable programs.
#[derive(Parser)]
#[command(version)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Checks a file and runs it.
    Run(File),
    /// Checks a file.
    Check(File),
    /// Runs the statements of a file, then its tests.
    Test(File),
    /// Shows a stage of the compiler.
    Emit {
        /// The stage.
        stage: Shown,
        /// Stops after this clean-up pass.
        #[arg(long, value_name = "PASS")]
        after: Option<String>,
        #[command(flatten)]
        file: File,
    },
    /// Reads and runs lines.
    Repl(Choices),
    /// Prints the page of a code of an error, limit or warning; or, before anything runs, what the functions of a file cost.
    Explain(Explained),
}

/// What is explained.
#[derive(Args)]
pub(crate) struct Explained {
    /// The code, such as E0301; with `--cost`, `--memory` or `--sparsity` a file.
    pub(crate) what: String,
    /// The function; without, all of the file.
    #[arg(requires = "counted")]
    pub(crate) function: Option<String>,
    /// Prints the floating-point operations of each function, its gradient, and the product of its Hessian with a vector.
    #[arg(long, group = "counted")]
    pub(crate) cost: bool,
    /// Prints what the gradient of each function keeps of the trips of loops, in bytes.
    #[arg(long, group = "counted")]
    pub(crate) memory: bool,
    /// Draws where the Jacobian of each function, or its Hessian if it gives one number, may differ from zero.
    #[arg(long, group = "counted")]
    pub(crate) sparsity: bool,
    /// Numbers for sizes, such as `n=100,k=3`; the others are 10.
    #[arg(long, value_name = "SIZES", value_delimiter = ',', value_parser = size, requires = "counted")]
    pub(crate) sizes: Vec<(String, i64)>,
    #[command(flatten)]
    pub(crate) choices: Choices,
}

/// `n=100`.
fn size(text: &str) -> Result<(String, i64), String> {
    let (name, number) = text.split_once('=').ok_or("write `n=100`")?;
    let number: i64 = number.trim().parse().map_err(|_| format!("`{number}` is no integer"))?;
    if number < 0 {
        return Err("a size is at least 0".into());
    }
    Ok((name.trim().into(), number))
}

/// Our own options, and whether each takes a value.
const OWN: [(&str, bool); 8] = [
    ("--message-format", true),
    ("--fp", true),
    ("--rewrite", true),
    ("--backend", true),
    ("--kinks", true),
    ("--trap-nan", false),
    ("--after", true),
    ("--timings", false),
];

/// The words of a command line with our own options in front of the program's path, wherever they stood: what
/// follows the path is the program's.
pub(crate) fn reordered(words: impl IntoIterator<Item = String>) -> Vec<String> {
    let (mut own, mut rest) = (Vec::new(), Vec::new());
    let mut words = words.into_iter();
    let head: Vec<String> = words.by_ref().take(2).collect();
    while let Some(word) = words.next() {
        let name = word.split_once('=').map_or(word.as_str(), |(n, _)| n);
        let limit = limits::NAMES.contains(&name).then_some(true);
        match OWN.iter().find(|(n, _)| *n == name).map(|o| o.1).or(limit) {
            None => rest.push(word),
            Some(takes) => {
                let separate = takes && !word.contains('=');
                own.push(word);
                if separate {
                    own.extend(words.next());
                }
            }
        }
    }
    head.into_iter().chain(own).chain(rest).collect()
}

/// A stage that `emit` shows.
#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Shown {
    /// The syntax tree.
    Ast,
    /// The intermediate representation.
    Ir,
    /// The same with derivatives expanded.
    Grad,
    /// Loops over memory.
    Loops,
    /// What Cranelift is given.
    Clif,
    /// Machine code.
    Asm,
}

impl Shown {
    /// The stage of the library; none for the syntax tree.
    pub(crate) fn of_library(self) -> Option<dslc::Stage> {
        match self {
            Shown::Ast => None,
            Shown::Ir => Some(dslc::Stage::Ir),
            Shown::Grad => Some(dslc::Stage::Grad),
            Shown::Loops => Some(dslc::Stage::Loops),
            Shown::Clif => Some(dslc::Stage::Clif),
            Shown::Asm => Some(dslc::Stage::Asm),
        }
    }
}

/// Which way a program runs.
#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Backend {
    /// The reference evaluator.
    Eval,
    /// Machine code through Cranelift.
    Cranelift,
}

impl From<Backend> for dslc::Backend {
    fn from(b: Backend) -> Self {
        match b {
            Backend::Eval => Self::Eval,
            Backend::Cranelift => Self::Cranelift,
        }
    }
}

/// How far floating point is held to the program as written.
#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Fp {
    /// Every bit of the program as written.
    Exact,
    /// Products may be summed in another order.
    Default,
}

impl From<Fp> for dslc::Fp {
    fn from(fp: Fp) -> Self {
        match fp {
            Fp::Exact => Self::Exact,
            Fp::Default => Self::Default,
        }
    }
}

/// Whether sums of products are rewritten.
#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Rewrite {
    /// They stay as they are written.
    Off,
    /// They are rewritten as far as `--fp` allows.
    On,
}

/// What becomes of kinks that derivatives meet.
#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Kinks {
    /// Nothing is looked for.
    Ignore,
    /// They are counted by place and told at the end.
    Warn,
    /// The first one stops the program.
    Error,
}

impl From<Kinks> for dslc::Kinks {
    fn from(kinks: Kinks) -> Self {
        match kinks {
            Kinks::Ignore => Self::Ignore,
            Kinks::Warn => Self::Warn,
            Kinks::Error => Self::Error,
        }
    }
}

/// How programs are treated.
#[derive(Args)]
pub(crate) struct Choices {
    /// How diagnostics are written: human, short or json.
    #[arg(long, default_value = "human")]
    pub(crate) message_format: Style,
    /// How far floating point is held to the program as written.
    #[arg(long, value_enum, default_value = "default")]
    pub(crate) fp: Fp,
    /// Whether sums of products are brought into their cheapest form.
    #[arg(long, value_enum, default_value = "on")]
    pub(crate) rewrite: Rewrite,
    /// Which way the program runs.
    #[arg(long, value_enum, default_value = "cranelift")]
    pub(crate) backend: Backend,
    /// What becomes of kinks: points where a derivative is one of several that the program could have meant.
    #[arg(long, value_enum, default_value = "ignore")]
    pub(crate) kinks: Kinks,
    /// Stops at a statement whose result is not finite, and names the first operation, forward or reverse, that made a NaN or an
    /// infinity.
    #[arg(long)]
    pub(crate) trap_nan: bool,
    #[command(flatten)]
    pub(crate) limits: LimitOptions,
}

impl Choices {
    /// A session that treats programs so.
    pub(crate) fn session<'h>(&self, host: &'h Files) -> Session<'h> {
        let session = Session::new(host)
            .backend(self.backend.into())
            .fp(self.fp.into())
            .rewrite(matches!(self.rewrite, Rewrite::On))
            .kinks(self.kinks.into())
            .trap_nan(self.trap_nan)
            .limits(self.limits.of_check())
            .memory(self.limits.memory());
        let session = match self.limits.residual_memory() {
            Some(bytes) => session.residual_memory(bytes),
            None => session,
        };
        match self.limits.steps() {
            Some(steps) => session.steps(steps),
            None => session,
        }
    }
}

/// A program and how it is treated.
#[derive(Args)]
pub(crate) struct File {
    #[command(flatten)]
    pub(crate) choices: Choices,
    /// Writes to standard error where the time went: stage, tab, microseconds.
    #[arg(long)]
    pub(crate) timings: bool,
    /// The program; `-` reads standard input.
    pub(crate) path: String,
    /// What the program asks for by `arg("name")`: `--name VALUE`.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "ARGUMENTS")]
    rest: Vec<String>,
}

impl File {
    /// The arguments for the program: `--name value` or `--name=value`.
    pub(crate) fn arguments(&self) -> Result<Vec<(String, String)>, (u8, String)> {
        let mut out = Vec::new();
        let mut rest = self.rest.iter();
        while let Some(flag) = rest.next() {
            let Some(name) = flag.strip_prefix("--").filter(|n| !n.is_empty()) else {
                return Err((code::USAGE, format!("`{flag}` is no argument; write `--name value`")));
            };
            let (name, value) = match name.split_once('=') {
                Some((name, value)) => (name, value.to_string()),
                None => match rest.next() {
                    Some(value) => (name, value.clone()),
                    None => return Err((code::USAGE, format!("`{flag}` needs a value"))),
                },
            };
            if out.iter().any(|(n, _)| n == name) {
                return Err((code::USAGE, format!("`--{name}` is given twice")));
            }
            out.push((name.to_string(), value));
        }
        Ok(out)
    }

    /// Whether the program asks for every argument that is given.
    pub(crate) fn all_known(&self, asked: &[String]) -> Result<(), String> {
        let given = self.arguments().map_err(|e| e.1)?;
        match given.iter().find(|(n, _)| !asked.contains(n)) {
            None => Ok(()),
            Some((n, _)) if asked.is_empty() => {
                Err(format!("the program asks for no `--{n}`; options of dslc stand before the file"))
            }
            Some((n, _)) => {
                let names: Vec<String> = asked.iter().map(|a| format!("`--{a}`")).collect();
                Err(format!("the program asks for no `--{n}`; it asks for {}", names.join(", ")))
            }
        }
    }
}
