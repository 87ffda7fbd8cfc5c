//! From a checked program to code, stage by stage.
//!
//! ```text
//! syntax   sema          grad           opt        loops           jit
//! text  -> AST -> IR --> derivatives -> cleaned -> loop programs -> machine code
//! ```

use std::fmt::Write;

use dslc_base::{Diagnostic, Severity, Sources, Span};
use dslc_grad::Kind;
use dslc_ir::{FuncId, Op, print};
use dslc_jit::{Jit, Tier};
use dslc_loops::program::Stmt;
use dslc_sema::Program;

use crate::kinks::Kinks;
use crate::settings::{Fp, Settings, Stage};

/// Expands derivatives.
pub(crate) fn expand(program: &mut Program, settings: &Settings) -> Result<(), Box<Diagnostic>> {
    let mut roots: Vec<FuncId> = program.computes().iter().map(|c| c.func).collect();
    let derives = |n: &dslc_ir::Node| matches!(n.op, Op::Vjp { .. } | Op::Jvp { .. } | Op::Bounds { .. });
    if program.module.funcs.iter().any(|f| f.nodes.iter().any(derives)) {
        dslc_opt::pipeline::before_derivatives(&mut program.module, &mut roots);
    }
    let options = dslc_grad::Options {
        residual_memory: settings.residual_memory,
        coloured_from: settings.coloured_from,
        kinks: settings.kinks != Kinks::Ignore,
        directions: settings.trap_nan,
    };
    let roots = dslc_grad::expand_with(&mut program.module, &roots, options).map_err(|e| {
        let span = e.site.and_then(|s| program.module.sites.get(s)).map(|s| s.span);
        let (code, message) = match e.kind {
            Kind::TooLarge => ("L0707", format!("this program is too large to differentiate: {}", e.why)),
            Kind::NoDerivative => ("E0706", format!("there is no derivative here: {}", e.why)),
            Kind::Bounds(_) => ("E0713", format!("there are no bounds here: {}", e.why)),
        };
        let found = match span {
            Some(s) => Diagnostic::error(code, s, message),
            None => Diagnostic::new(code, Severity::Error, message),
        };
        let place = |site| program.module.sites.get(site).map(|s: &dslc_ir::Site| s.span);
        Box::new(match e.kind {
            Kind::Bounds(Some(site)) if e.site != Some(site) => {
                place(site).into_iter().fold(found, |d, s| d.secondary(s, "it stands here"))
            }
            _ => found,
        })
    })?;
    program.replace(&roots);
    Ok(())
}

/// Expands derivatives and cleans up. Gives the program as it was between the two, if it may be asked where a NaN
/// comes from.
pub(crate) fn ready(program: &mut Program, settings: &Settings) -> Result<Option<Program>, Box<Diagnostic>> {
    expand(program, settings)?;
    let written = settings.trap_nan.then(|| program.clone());
    clean(program, None, settings)?;
    Ok(written)
}

/// Runs the clean-up passes, all of them or up to the one named `after`.
pub(crate) fn clean(
    program: &mut Program,
    after: Option<&str>,
    settings: &Settings,
) -> Result<(), Box<Diagnostic>> {
    let computes = program.computes();
    let mut roots: Vec<FuncId> = computes.iter().map(|c| c.func).collect();
    // The functions of a statement come before it, so it is the first that is not before the one that is too large.
    let places: Vec<(FuncId, Span)> = computes.iter().map(|c| (c.func, c.span)).collect();
    dslc_opt::pipeline::run(&mut program.module, &mut roots, after, settings.passes()).map_err(|e| {
        let place = places.iter().find(|(func, _)| *func >= e.id).or(places.first());
        Box::new(match place {
            Some((_, span)) => Diagnostic::error("L0707", *span, e.to_string()),
            None => Diagnostic::new("L0707", Severity::Error, e.to_string()),
        })
    })?;
    program.replace(&roots);
    Ok(())
}

/// The loop program of a function.
///
/// # Errors
/// Why it has none, as a sentence: a value of it is too large.
pub(crate) fn lower(program: &Program, func: FuncId, fp: Fp) -> Result<dslc_loops::Program, String> {
    let options = dslc_loops::Options { exact: fp == Fp::Exact };
    dslc_loops::lower(&program.module, func, options).map_err(|e| e.to_string())
}

/// From so many statements on, good register allocation takes time that grows with their square, where as many values
/// are alive as in the reverse of a long body: a minute for a hundred thousand.
const LARGE: usize = 40_000;

/// How much work the code of a loop program is worth: straight-line code runs once.
pub(crate) fn tier(program: &dslc_loops::Program) -> Tier {
    let is_loop = |s: &Stmt| matches!(s, Stmt::For(_) | Stmt::While(_) | Stmt::If { .. });
    let worth = program.body.iter().any(is_loop) && program.statements() <= LARGE;
    if worth { Tier::Full } else { Tier::Quick }
}

/// The same for code that runs often.
pub(crate) fn tier_of_often(program: &dslc_loops::Program) -> Tier {
    if program.statements() <= LARGE { Tier::Full } else { Tier::Quick }
}

/// A compiler for this host.
pub(crate) fn jit(tier: Tier, count_steps: bool) -> Result<Jit, String> {
    Jit::with_options(dslc_jit::Options { tier, count_steps, ..Default::default() })
        .map_err(|e| e.to_string())
}

/// A stage of every statement of a program as text.
///
/// # Errors
/// What a stage says, as a diagnostic.
pub(crate) fn emit(
    program: &mut Program,
    sources: &Sources,
    stage: Stage,
    after: Option<&str>,
    settings: &Settings,
) -> Result<String, Box<Diagnostic>> {
    match (stage, after) {
        (Stage::Ir, None) => return Ok(print::module(&program.module)),
        (Stage::Grad, None) => {
            expand(program, settings)?;
            return Ok(print::module(&program.module));
        }
        (Stage::Ir | Stage::Grad, Some(_)) => {
            expand(program, settings)?;
            clean(program, after, settings)?;
            return Ok(print::module(&program.module));
        }
        (Stage::Loops | Stage::Clif | Stage::Asm, _) => {}
    }
    expand(program, settings)?;
    clean(program, after, settings)?;
    let mut out = String::new();
    for c in program.computes() {
        let file = sources.file(c.span.file);
        let _ = writeln!(out, "// {}:{}", file.name, file.line_column(c.span.start).0);
        let text = lower(program, c.func, settings.fp).and_then(|p| {
            if stage == Stage::Loops {
                return Ok(dslc_loops::print::program(&p));
            }
            let jit = jit(tier(&p), false)?;
            let text = if stage == Stage::Clif { jit.emit_clif(&p) } else { jit.emit_asm(&p) };
            text.map_err(|e| e.to_string())
        });
        match text {
            Ok(t) => out.push_str(&t),
            Err(why) => return Err(Box::new(Diagnostic::error("L0708", c.span, why))),
        }
        if !out.ends_with('\n') {
            out.push('\n');
        }
    }
    Ok(out)
}
