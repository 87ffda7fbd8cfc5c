//! Where a NaN or an infinity comes from, for people.

use dslc_base::{Diagnostic, Span};
use dslc_eval::{Limits, Oddness, Origin, Stop, is_odd};
use dslc_ir::{FuncId, Role};
use dslc_runtime::value::Value;
use dslc_sema::Program;

use crate::show::scalar;

/// Whether an element is NaN or infinite.
pub(crate) fn any_odd(value: &Value) -> bool {
    (0..value.len()).any(|k| is_odd(value.scalar(), value.get_bits(k)))
}

/// What is to be said of a function whose result is not finite; nothing if it is meant. `statement` is what asked.
///
/// # Errors
/// What stopped the evaluator.
pub(crate) fn origin(
    program: &Program,
    func: FuncId,
    args: &[Value],
    statement: Span,
    limits: &Limits<'_>,
) -> Result<Option<Diagnostic>, Stop> {
    let wanted = vec![true; program.module.funcs[func].results.len()];
    match dslc_eval::origin(&program.module, func, args, &wanted, limits) {
        Ok(Oddness::Made(origin)) => Ok(Some(told(program, &origin, statement))),
        Ok(Oddness::Meant) => Ok(None),
        Ok(Oddness::None) => {
            let message = "a result is not finite, and as written the program gives finite ones";
            let d = Diagnostic::error("R1009", statement, message);
            Ok(Some(d.help("sums and products are brought into another order here; `--fp exact` keeps to what is written")))
        }
        Err(Stop::Memory | Stop::Depth) => {
            let d = Diagnostic::error("R1009", statement, "a result is not finite");
            Ok(Some(
                d.note("where that comes from was not found: it takes more memory than the program may have"),
            ))
        }
        Err(other) => Err(other),
    }
}

fn told(program: &Program, origin: &Origin, statement: Span) -> Diagnostic {
    let site = origin.site.and_then(|s| program.module.sites.get(s));
    let value = scalar(origin.value);
    let role = site.map_or(Role::Failure, |s| s.role);
    let what = site.map_or("this", |s| &s.what);
    let whose = match role {
        Role::Reverse => format!("the reverse derivative of `{what}`"),
        Role::Tangent => format!("the forward derivative of `{what}`"),
        Role::Failure | Role::Shown | Role::Kink => format!("`{what}`"),
    };
    let message = format!("{whose} makes {value}: {}", operation(origin, &value));
    let span = site.map_or(statement, |s| s.span);
    let d = Diagnostic::error("R1009", span, message);
    let within = span.file == statement.file && statement.start <= span.start && span.end <= statement.end;
    if within { d } else { d.secondary(statement, "here the result is not finite") }
}

/// `log(0) = -inf`.
fn operation(origin: &Origin, value: &str) -> String {
    let operands: Vec<String> = origin.operands.iter().map(|&x| scalar(x)).collect();
    let sign = match origin.operation {
        "add" => "+",
        "sub" => "-",
        "mul" => "*",
        "div" => "/",
        "pow" => "^",
        _ => "",
    };
    match operands.as_slice() {
        [] => format!("`{}` = {value}", origin.operation),
        [x, y] if !sign.is_empty() => format!("{x} {sign} {y} = {value}"),
        [x] if origin.operation == "neg" => format!("-{x} = {value}"),
        all if origin.count > all.len() => {
            let first = all.join(", ");
            format!("the {} of {} elements, the largest in magnitude {first}", origin.operation, origin.count)
        }
        all => format!("{}({}) = {value}", origin.operation, all.join(", ")),
    }
}
