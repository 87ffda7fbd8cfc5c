//! The page of operators, one section for each primitive.

use dslc_ir::prim::{Deriv, Prim, PrimRef, Truth};
use dslc_ir::{Bits, Builder, NodeId, Op, Scalar, prims};

const HEAD: &str = "\
# Scalar operators

Made by `cargo xtask docs` from the records in `crates/dslc-ir/src/prims`. Arguments are `x`, `y`, `z`; in a
derivative `r` is the result. Formulas are written as in the intermediate representation, `(add x y)`.

- **error** is the largest difference from the correctly rounded result that the tests allow, in units in the last
  place; `exact` operators have none.
- **operations** is what `dslc explain --cost` counts for it.
- **derivative** lists the partial derivative in each argument. Where it is marked *singular*, a partial can be infinite
  or NaN at a finite point; a zero cotangent then contributes zero.
- **laws** hold bit for bit where they are marked `exact`, and up to rounding where they are marked `real`.
";

const VARIABLES: [&str; 3] = ["x", "y", "z"];

/// The page.
pub(super) fn page() -> Result<String, String> {
    let mut out = HEAD.to_string();
    for prim in prims::ALL {
        out.push_str(&section(prim)?);
    }
    Ok(out)
}

fn section(prim: &'static Prim) -> Result<String, String> {
    let mut out = format!("\n## `{}`\n\n{}\n\n", prim.name, prim.doc);
    out.push_str(&format!("- types: {}\n", signatures(prim)));
    out.push_str(&format!("- error: {}\n", error(prim.truth)));
    out.push_str(&format!("- operations: {}\n", operations(prim)?));
    out.push_str(&format!("- derivative: {}\n", derivative(prim)?));
    for law in prim.laws {
        let (tag, law) = law.split_once(": ").ok_or(format!("{}: a law without a tag", prim.name))?;
        out.push_str(&format!("- {tag} law: `{law}`\n"));
    }
    Ok(out)
}

fn signatures(prim: &Prim) -> String {
    let show = |types: Vec<Scalar>| {
        let result = prim.sig.result(&types).map(scalar).unwrap_or_default();
        let types: Vec<String> = types.into_iter().map(scalar).collect();
        format!("`{} -> {result}`", types.join(" "))
    };
    prim.sig.instances().into_iter().map(show).collect::<Vec<_>>().join(", ")
}

fn scalar(s: Scalar) -> String {
    format!("{s:?}").to_lowercase()
}

fn error(truth: Truth) -> String {
    match truth {
        Truth::Exact(_) => "exact".into(),
        Truth::Ulp(_, f64_units, f32_units) => format!("{f64_units} in `f64`, {f32_units} in `f32`"),
        Truth::Within(_, f64_units, f32_units) => {
            format!("{f64_units} in `f64`, {f32_units} in `f32`, of the larger of 1 and the result")
        }
        Truth::Near(_, 0.0) => "correctly rounded".into(),
        Truth::Near(_, units) => format!("{units}"),
    }
}

fn operations(prim: &'static Prim) -> Result<u32, String> {
    Ok(PrimRef(prim).recipe(&types(prim)?).operations())
}

fn derivative(prim: &'static Prim) -> Result<String, String> {
    match prim.deriv {
        Deriv::Zero => Ok("zero".into()),
        Deriv::Undefined(why) => Ok(format!("none: {why}")),
        Deriv::Partials { build, singular } => {
            let (mut b, args, result) = applied(prim)?;
            let partials = build(&mut b, &args, result);
            let shown: Result<Vec<String>, String> =
                partials.iter().map(|&p| Ok(format!("`{}`", term(&b, p, result)?))).collect();
            Ok(format!("{}{}", shown?.join(", "), if singular { " (singular)" } else { "" }))
        }
        Deriv::Kinked { build, at } => {
            let (mut b, args, result) = applied(prim)?;
            let partial = build(&mut b, &args, result);
            Ok(format!("`{}` (a kink at {at})", term(&b, partial, result)?))
        }
        Deriv::Choice { build, between: (first, second) } => {
            let (mut b, args, result) = applied(prim)?;
            let chosen = build(&mut b, &args);
            let condition = term(&b, chosen, result)?;
            let (first, second) = (VARIABLES[first], VARIABLES[second]);
            Ok(format!("that of `{first}` where `{condition}`, else that of `{second}`"))
        }
    }
}

/// The first types of a primitive that give an `f64`, or else its first types.
fn types(prim: &'static Prim) -> Result<Vec<Scalar>, String> {
    let instances = prim.sig.instances();
    let real = instances.iter().find(|types| prim.sig.result(types) == Some(Scalar::F64));
    real.or(instances.first()).cloned().ok_or(format!("{} has no types", prim.name))
}

/// The primitive applied to parameters of these types.
fn applied(prim: &'static Prim) -> Result<(Builder, Vec<NodeId>, NodeId), String> {
    let types = types(prim)?;
    let mut b = Builder::new(prim.name);
    let args: Vec<NodeId> = types.iter().map(|&s| b.param(s, Vec::new())).collect();
    let result = b.raw(Op::Map(PrimRef(prim)), &args);
    Ok((b, args, result))
}

/// A node as a formula.
fn term(b: &Builder, node: NodeId, result: NodeId) -> Result<String, String> {
    if node == result {
        return Ok("r".into());
    }
    let n = &b.func().nodes[node];
    match &n.op {
        Op::Param(k) => Ok(VARIABLES[*k as usize].into()),
        Op::Const(bits) => Ok(constant(*bits)),
        Op::Map(prim) => {
            let args: Result<Vec<String>, String> = n.args.iter().map(|&a| term(b, a, result)).collect();
            Ok(format!("({} {})", prim.0.name, args?.join(" ")))
        }
        other => Err(format!("a derivative of `{}` is built with {other:?}", b.func().name)),
    }
}

fn constant(bits: Bits) -> String {
    match bits.scalar {
        Scalar::F64 => bits.as_f64().to_string(),
        _ => format!("{bits:?}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_says_everything() -> Result<(), String> {
        let text = section(&prims::arith::DIV)?;
        let expected = "\n## `div`\n\nThe quotient `x / y` of floats.\n\n- types: `f64 f64 -> f64`, `f32 f32 -> f32`\n\
            - error: exact\n- operations: 1\n- derivative: `(div 1 y)`, `(neg (div r y))` (singular)\n\
            - exact law: `(div (neg x) y) == (neg (div x y))`\n";
        assert_eq!(text, expected);
        Ok(())
    }
}
