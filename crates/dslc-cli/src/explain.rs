//! `dslc explain`: the page of a code, without a network; what the functions of a file cost and where their
//! derivatives are zero, before anything runs.

use std::fmt::Write as _;
use std::io::Write as _;

use dslc::{Cost, Count, Uncounted, render};

use crate::files::Files;
use crate::options::Explained;
use crate::{Job, code, sparsity, tell, text, use_color, write_out};

/// What stands for a size that the command line gives no number for.
const USUAL: i64 = 10;

/// Trips of a loop whose count is data, where two counts are compared: as if there were very many.
const MANY: u64 = 1 << 40;

/// Prints what is asked for.
pub(crate) fn explain(what: &Explained) -> u8 {
    if what.cost || what.memory || what.sparsity {
        return counted(what);
    }
    match dslc::explain(&what.what) {
        Ok(page) => write_out(&page),
        Err(nearest) => {
            let asked = what.what.escape_debug();
            tell(&format!("error: there is no code `{asked}`; did you mean `{nearest}`?"));
            code::USAGE
        }
    }
}

fn counted(what: &Explained) -> u8 {
    let path = &what.what;
    let text = match text(path) {
        Ok(text) => text,
        Err((code, why)) => {
            tell(&format!("error: {why}"));
            return code;
        }
    };
    let host = Files::beside(path, Vec::new(), what.choices.limits.memory());
    let mut session = what.choices.session(&host);
    let given = |name: &str| what.sizes.iter().find(|(n, _)| n == name).map_or(USUAL, |(_, k)| *k);
    let name = if path == "-" { "<stdin>" } else { path };
    let only = what.function.as_deref();
    let shown = if what.sparsity {
        let found = session.sparsity(name, &text, only, &given);
        found.map(|all| (sparsity::text(&all), all.into_iter().flat_map(|s| s.sizes).collect()))
    } else {
        let found = session.costs(name, &text, only, &given);
        let text = |costs: &[Cost]| if what.memory { kept(costs) } else { table(costs) };
        found.map(|all| (text(&all), all.into_iter().flat_map(|c| c.sizes).collect()))
    };
    let (shown, sizes): (String, Vec<(String, i64)>) = match shown {
        Ok(found) => found,
        Err(Uncounted::Rejected(diagnostics)) => {
            for d in &diagnostics {
                let shown = render(session.sources(), d, what.choices.message_format, use_color());
                let _ = std::io::stderr().write_all(shown.as_bytes());
            }
            return Job::rejected(&diagnostics);
        }
        Err(Uncounted::NoFunction) => {
            let function = what.function.as_deref().unwrap_or_default();
            tell(&format!("error: `{name}` has no function `{function}`"));
            return code::USAGE;
        }
    };
    if let Some((size, _)) = what.sizes.iter().find(|(n, _)| sizes.iter().all(|(k, _)| k != n)) {
        tell(&format!("error: none of these functions has a size `{size}`"));
        return code::USAGE;
    }
    write_out(&shown)
}

/// A line for each loop of which a gradient keeps something.
fn kept(costs: &[Cost]) -> String {
    let mut rows = vec![["gradient of", "line", "loop", "bytes a trip", "bytes in all"].map(String::from)];
    for cost in costs {
        let Ok(counts) = &cost.counts else { continue };
        for k in &counts.kept {
            let (each, all) = (k.each.to_string(), k.all.to_string());
            rows.push([cost.name.clone(), k.line.to_string(), k.text.clone(), each, all]);
        }
    }
    let mut out = match rows.len() {
        1 => "no gradient keeps anything of the trips of loops\n".into(),
        _ => aligned(&rows, 3),
    };
    notes(&mut out, costs, rows.iter().flatten().any(|cell| cell.ends_with(" t")));
    out
}

/// A line for each function; what cannot be counted stands below with the reason.
fn table(costs: &[Cost]) -> String {
    let mut out = String::new();
    let mut rows =
        vec![["function", "operations", "gradient", "ratio", "Hessian product", "ratio"].map(String::from)];
    for cost in costs {
        let Ok(counts) = &cost.counts else { continue };
        let count = |c: &Option<Count>| c.as_ref().map(Count::to_string).unwrap_or_default();
        rows.push([
            cost.name.clone(),
            counts.function.to_string(),
            count(&counts.gradient),
            ratio(counts.gradient.as_ref(), Some(&counts.function)),
            count(&counts.hessian_product),
            ratio(counts.hessian_product.as_ref(), counts.gradient.as_ref()),
        ]);
    }
    if rows.len() > 1 {
        out.push_str(&aligned(&rows, 1));
    }
    notes(&mut out, costs, rows.iter().flatten().any(|cell| cell.contains(" t")));
    if out.is_empty() { "there are no functions\n".into() } else { out }
}

/// Below a table: the sizes, what `t` is, and which functions are missing.
fn notes(out: &mut String, costs: &[Cost], open: bool) {
    let mut sizes: Vec<String> =
        costs.iter().flat_map(|c| &c.sizes).map(|(n, k)| format!("{n} = {k}")).collect();
    sizes.sort();
    sizes.dedup();
    if !sizes.is_empty() {
        let _ = writeln!(out, "where {}", sizes.join(", "));
    }
    if open {
        out.push_str("t is the number of trips of a loop whose count is data\n");
    }
    for cost in costs {
        if let Err(why) = &cost.counts {
            let _ = writeln!(out, "{} is not counted: {why}", cost.name);
        }
    }
}

fn ratio(a: Option<&Count>, b: Option<&Count>) -> String {
    match (a, b) {
        (Some(a), Some(b)) if b.at(MANY) > 0 => format!("{:.2}", a.at(MANY) as f64 / b.at(MANY) as f64),
        _ => String::new(),
    }
}

/// The first columns start on the left, the others end on the right.
fn aligned<const N: usize>(rows: &[[String; N]], left: usize) -> String {
    let width = |k: usize| rows.iter().map(|r| r[k].chars().count()).max().unwrap_or(0);
    let widths: [usize; N] = std::array::from_fn(width);
    let mut out = String::new();
    for row in rows {
        let cell = |k: usize| match k < left {
            true => format!("{:<w$}", row[k], w = widths[k]),
            false => format!("{:>w$}", row[k], w = widths[k]),
        };
        let line: Vec<String> = (0..N).map(cell).collect();
        let _ = writeln!(out, "{}", line.join("  ").trim_end());
    }
    out
}
