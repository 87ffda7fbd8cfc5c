//! The laws column: both sides of each law agree as its tag claims.

use std::collections::BTreeMap;

use dslc_ir::mach::Trap;
use dslc_ir::prims::{ALL, by_name};
use dslc_ir::{Bits, Scalar};

use crate::evaluate::{apply, same};
use crate::samples::{Seeded, edges};

/// An expression of a law.
enum Term {
    Var(String),
    Call(String, Vec<Term>),
}

/// Reads a term and gives the rest of the text.
fn term(text: &str) -> (Term, &str) {
    let text = text.trim_start();
    let word = |t: &str| t.find([' ', '(', ')']).unwrap_or(t.len());
    let Some(inner) = text.strip_prefix('(') else {
        let (name, rest) = text.split_at(word(text));
        assert!(matches!(name, "x" | "y" | "z"), "`{name}` is not a variable");
        return (Term::Var(name.into()), rest);
    };
    let (name, mut rest) = inner.split_at(word(inner));
    let mut args = vec![];
    loop {
        rest = rest.trim_start();
        if let Some(after) = rest.strip_prefix(')') {
            return (Term::Call(name.into(), args), after);
        }
        let (arg, after) = term(rest);
        args.push(arg);
        rest = after;
    }
}

type Env = BTreeMap<String, Bits>;

impl Term {
    fn vars(&self, out: &mut Vec<String>) {
        match self {
            Term::Var(name) if !out.contains(name) => out.push(name.clone()),
            Term::Var(_) => {}
            Term::Call(_, args) => args.iter().for_each(|a| a.vars(out)),
        }
    }
    /// The value, or `None` if the types do not fit.
    fn value(&self, env: &Env, trap: &mut Option<Trap>) -> Option<Bits> {
        match self {
            Term::Var(name) => env.get(name).copied(),
            Term::Call(name, args) => {
                let prim = by_name(name).unwrap_or_else(|| panic!("no primitive {name}"));
                let args: Vec<Bits> = args.iter().map(|a| a.value(env, trap)).collect::<Option<_>>()?;
                prim.0.sig.result(&args.iter().map(|a| a.scalar).collect::<Vec<_>>())?;
                let (value, failed) = apply(prim.0, &args);
                *trap = trap.or(failed);
                Some(value)
            }
        }
    }
}

/// Every assignment of scalar types to variables.
fn typings(vars: &[String]) -> Vec<Vec<Scalar>> {
    vars.iter().fold(vec![vec![]], |lists, _| {
        lists.iter().flat_map(|l: &Vec<Scalar>| Scalar::ALL.map(|s| [l.clone(), vec![s]].concat())).collect()
    })
}

fn points(types: &[Scalar], exact: bool, seeded: &mut Seeded) -> Vec<Vec<Bits>> {
    let mut points: Vec<Vec<Bits>> = (0..400)
        .map(|k| {
            types
                .iter()
                .map(
                    |&t| if exact && k % 2 == 0 { seeded.anything(t) } else { seeded.number(t, (-3.0, 3.0)) },
                )
                .collect()
        })
        .collect();
    if exact {
        let pick = |seeded: &mut Seeded, t| edges(t)[(seeded.word() % edges(t).len() as u64) as usize];
        points.extend((0..2000).map(|_| types.iter().map(|&t| pick(seeded, t)).collect::<Vec<_>>()));
    }
    points
}

/// Checks a law; gives how many points it was checked at.
fn check(law: &str) -> Result<usize, String> {
    let (tag, body) = law.split_once(':').ok_or("no tag")?;
    let (left, right) = body.split_once("==").ok_or("no ==")?;
    let (left, right) = (term(left), term(right));
    if !(left.1.trim().is_empty() && right.1.trim().is_empty()) {
        return Err("text after a term".into());
    }
    let exact = match tag {
        "exact" => true,
        "real" => false,
        other => return Err(format!("unknown tag {other}")),
    };
    let mut vars = vec![];
    left.0.vars(&mut vars);
    right.0.vars(&mut vars);
    let (mut checked, mut seeded) = (0, Seeded::new(law));
    for types in typings(&vars) {
        for point in points(&types, exact, &mut seeded) {
            let env: Env = vars.iter().cloned().zip(point).collect();
            let mut trap = None;
            let (Some(a), Some(b)) = (left.0.value(&env, &mut trap), right.0.value(&env, &mut trap)) else {
                break;
            };
            if trap.is_some() {
                continue;
            }
            checked += 1;
            if !(if exact { same(a, b) } else { close(a, b) }) {
                return Err(format!("{env:?}: {a:?} is not {b:?}"));
            }
        }
    }
    Ok(checked)
}

/// Equal but for rounding. A left side that is NaN claims nothing.
fn close(a: Bits, b: Bits) -> bool {
    let (x, y) = (a.as_f64(), b.as_f64());
    let tolerance = if a.scalar == Scalar::F32 { 2e-5 } else { 1e-12 };
    a.scalar == b.scalar && (x.is_nan() || (x - y).abs() <= tolerance * (1.0 + x.abs().max(y.abs())))
}

#[test]
fn both_sides_of_each_law_agree() {
    for prim in ALL {
        for law in prim.laws {
            match check(law) {
                Ok(n) => assert!(n >= 300, "{}: `{law}` was checked at {n} points only", prim.name),
                Err(why) => panic!("{}: `{law}`: {why}", prim.name),
            }
        }
    }
}

#[test]
fn false_laws_are_found() {
    assert!(check("exact: (add x (add y z)) == (add (add x y) z)").is_err());
    assert!(check("exact: (sub x x) == (sub y y)").is_err());
    assert!(check("real: (exp (add x y)) == (add (exp x) (exp y))").is_err());
    assert!(check("exact: (cos (neg x)) == (neg (cos x))").is_err());
}
