//! The laws column: both sides of each law agree as its tag claims.

use dslc_ir::laws::{self, Law, Term};
use dslc_ir::mach::Trap;
use dslc_ir::prims::ALL;
use dslc_ir::{Bits, Builder, NodeId, Op, Scalar};

use crate::evaluate::{apply, same};
use crate::samples::{Seeded, edges};

/// What the variables stand for.
type Env = [Option<Bits>; 3];

/// The value of a side, or `None` if the types do not fit.
fn value(term: &Term, env: &Env, trap: &mut Option<Trap>) -> Option<Bits> {
    match term {
        Term::Var(v) => env[*v],
        Term::Call(prim, args) => {
            let args: Vec<Bits> = args.iter().map(|a| value(a, env, trap)).collect::<Option<_>>()?;
            prim.0.sig.result(&args.iter().map(|a| a.scalar).collect::<Vec<_>>())?;
            let (value, failed) = apply(prim.0, &args);
            *trap = trap.or(failed);
            Some(value)
        }
    }
}

/// Every assignment of scalar types to variables.
fn typings(vars: &[usize]) -> Vec<Vec<Scalar>> {
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
    let Law { exact, left, right } = Law::parse(law)?;
    let mut vars = vec![];
    left.vars(&mut vars);
    right.vars(&mut vars);
    let (mut checked, mut seeded) = (0, Seeded::new(law));
    for types in typings(&vars) {
        for point in points(&types, exact, &mut seeded) {
            let mut env = Env::default();
            vars.iter().zip(point).for_each(|(&v, bits)| env[v] = Some(bits));
            let mut trap = None;
            let (Some(a), Some(b)) = (value(&left, &env, &mut trap), value(&right, &env, &mut trap)) else {
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

/// A side built node by node, with the laws applied as the passes do.
fn build(b: &mut Builder, term: &Term, vars: &[NodeId]) -> NodeId {
    match term {
        Term::Var(v) => vars[*v],
        Term::Call(prim, args) => {
            let args: Vec<NodeId> = args.iter().map(|a| build(b, a, vars)).collect();
            laws::map(b, prim.0, &args).unwrap_or_else(|| b.map(prim.0, &args))
        }
    }
}

/// A node as a term, over parameters `x y z`.
fn text(b: &Builder, node: NodeId) -> String {
    let node = &b.func().nodes[node];
    let args: Vec<String> = node.args.iter().map(|&a| text(b, a)).collect();
    match &node.op {
        Op::Param(k) => ["x", "y", "z"][*k as usize].into(),
        Op::Map(prim) => format!("({} {})", prim.0.name, args.join(" ")),
        other => panic!("{other:?}"),
    }
}

#[test]
fn nodes_take_the_cheaper_side_of_a_law() {
    use Scalar::{Bool, F64, I64};
    let cases = [
        (F64, "(not (eq x y))", "(ne x y)"),
        (F64, "(cos (neg x))", "(cos x)"),
        (F64, "(abs (abs (neg x)))", "(abs x)"),
        (F64, "(neg (ceil (neg x)))", "(floor x)"),
        (F64, "(add x (neg y))", "(sub x y)"),
        (F64, "(add (neg y) x)", "(sub x y)"),
        (F64, "(max (exp x) (exp x))", "(exp x)"),
        (Bool, "(not (and (and x x) y))", "(not (and x y))"),
        // Two operations for three are more than there were, if something else reads `(abs x)`.
        (F64, "(mul (abs x) (abs y))", "(mul (abs x) (abs y))"),
        // The smallest integer has no negative: the failure and its place stay.
        (I64, "(abs (neg x))", "(abs (neg x))"),
        // This law drops a variable, and what it stands for may fail.
        (I64, "(bit_and x (bit_or x y))", "(bit_and x (bit_or x y))"),
    ];
    for (scalar, before, after) in cases {
        let mut b = Builder::new("f");
        let vars: Vec<NodeId> = (0..3).map(|_| b.param(scalar, vec![])).collect();
        let term = Law::parse(&format!("exact:{before}==x")).expect("a term").left;
        let found = build(&mut b, &term, &vars);
        assert_eq!(text(&b, found), after, "from {before}");
    }
}

#[test]
fn texts_that_are_no_laws_are_told() {
    for (text, why) in [
        ("(add x y) == x", "no tag"),
        ("exact: (add x y)", "no =="),
        ("exact: (plus x y) == x", "no primitive `plus`"),
        ("exact: w == x", "`w` is not a variable"),
        ("exact: x == x y", "text after a term"),
        ("almost: x == x", "unknown tag almost"),
    ] {
        assert!(Law::parse(text).is_err_and(|e| e.contains(why)), "{text}");
    }
}
