//! The laws of the records as rewriting: a node that is one side of an exact law becomes the other, if that is cheaper.
//!
//! A law takes part if it is exact, both sides have the same variables, and one side is a variable or a single
//! operation and smaller than the other. So a node gives way to at most one new node, whatever else reads what it was
//! made of, and nothing gets dearer. Both sides must be free of failures, so that no failure is lost or moved.
//!
//! A law holds for values and not for derivatives: `abs (neg x)` is `abs x`, and at the kink their derivatives differ.
//! So this is for functions whose derivatives have been taken; [`crate::simplify`] has what may come before.
//!
//! ```text
//! "exact: (not (eq x y)) == (ne x y)"        %3 = eq %1, %2;  %4 = not %3    becomes    %4 = ne %1, %2
//! ```

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::builder::Builder;
use crate::function::NodeId;
use crate::op::Op;
use crate::prim::{Prim, PrimRef};
use crate::prims::{ALL, by_name};
use crate::scalar::Scalar;

/// One side of a law.
#[derive(Clone, PartialEq, Debug)]
pub enum Term {
    /// A variable: `x`, `y` or `z`.
    Var(usize),
    /// A primitive of terms.
    Call(PrimRef, Vec<Term>),
}

/// An equality of a record.
#[derive(Clone, PartialEq, Debug)]
pub struct Law {
    /// Whether both sides have the same bits, rather than differ by rounding.
    pub exact: bool,
    /// The left side.
    pub left: Term,
    /// The right side.
    pub right: Term,
}

/// The names of variables.
const NAMES: [&str; 3] = ["x", "y", "z"];

impl Law {
    /// Reads `tag: left == right`.
    ///
    /// # Errors
    /// What is wrong with the text.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (tag, body) = text.split_once(':').ok_or("no tag")?;
        let (left, right) = body.split_once("==").ok_or("no ==")?;
        let exact = match tag {
            "exact" => true,
            "real" => false,
            other => return Err(format!("unknown tag {other}")),
        };
        Ok(Self { exact, left: Term::parse(left)?, right: Term::parse(right)? })
    }
}

impl Term {
    fn parse(text: &str) -> Result<Self, String> {
        let (term, rest) = Self::first(text)?;
        if rest.trim().is_empty() { Ok(term) } else { Err(format!("text after a term: {rest}")) }
    }
    /// Reads a term and gives the rest of the text.
    fn first(text: &str) -> Result<(Self, &str), String> {
        let text = text.trim_start();
        let word = |t: &str| t.find([' ', '(', ')']).unwrap_or(t.len());
        let Some(inner) = text.strip_prefix('(') else {
            let (name, rest) = text.split_at(word(text));
            let var = NAMES.iter().position(|&n| n == name);
            return Ok((Term::Var(var.ok_or_else(|| format!("`{name}` is not a variable"))?), rest));
        };
        let (name, mut rest) = inner.split_at(word(inner));
        let prim = by_name(name).ok_or_else(|| format!("no primitive `{name}`"))?;
        let mut args = vec![];
        loop {
            rest = rest.trim_start();
            if let Some(after) = rest.strip_prefix(')') {
                return Ok((Term::Call(prim, args), after));
            }
            let (arg, after) = Self::first(rest)?;
            args.push(arg);
            rest = after;
        }
    }
    /// Adds its variables, each once, in the order in which they stand.
    pub fn vars(&self, out: &mut Vec<usize>) {
        match self {
            Term::Var(v) if !out.contains(v) => out.push(*v),
            Term::Var(_) => {}
            Term::Call(_, args) => args.iter().for_each(|a| a.vars(out)),
        }
    }
    /// How many operations.
    fn size(&self) -> usize {
        match self {
            Term::Var(_) => 0,
            Term::Call(_, args) => 1 + args.iter().map(Term::size).sum::<usize>(),
        }
    }
}

/// What the variables of a rule stand for.
type Bound = [Option<NodeId>; NAMES.len()];

/// A law in the direction in which it makes things cheaper.
#[derive(Debug)]
struct Rule {
    from: Vec<Term>,
    to: Term,
}

/// The rules of each primitive, by the operation at the root.
static RULES: LazyLock<HashMap<&'static str, Vec<Rule>>> = LazyLock::new(|| {
    let mut rules: HashMap<_, Vec<Rule>> = HashMap::new();
    for law in ALL.iter().flat_map(|p| p.laws).filter_map(|text| Law::parse(text).ok()) {
        if let Some((root, rule)) = directed(law) {
            rules.entry(root).or_default().push(rule);
        }
    }
    rules
});

/// The primitives whose arguments may change places, by a law of their own.
static COMMUTES: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    let swaps = |prim: &'static Prim| {
        let call = |args: [usize; 2]| Term::Call(PrimRef(prim), args.map(Term::Var).to_vec());
        let swap = Law { exact: true, left: call([0, 1]), right: call([1, 0]) };
        prim.laws.iter().any(|text| Law::parse(text).as_ref() == Ok(&swap))
    };
    ALL.iter().filter(|p| swaps(p)).map(|p| p.name).collect()
});

/// The root and the rule of a law that takes part.
fn directed(law: Law) -> Option<(&'static str, Rule)> {
    let (from, to) =
        if law.left.size() > law.right.size() { (law.left, law.right) } else { (law.right, law.left) };
    let [before, after] = [&from, &to].map(|side| {
        let mut vars = vec![];
        side.vars(&mut vars);
        vars.sort_unstable();
        vars
    });
    let smaller = to.size() < from.size() && to.size() <= 1;
    match from {
        Term::Call(prim, args) if law.exact && smaller && before == after => {
            Some((prim.0.name, Rule { from: args, to }))
        }
        _ => None,
    }
}

/// A cheaper node equal to `prim(args)` with the same axes, if a law of the records gives one.
pub fn map(b: &mut Builder, prim: &'static Prim, args: &[NodeId]) -> Option<NodeId> {
    let rules = RULES.get(prim.name)?;
    let swapped: Vec<NodeId> = args.iter().rev().copied().collect();
    let orders = [Some(args), COMMUTES.contains(&prim.name).then_some(&swapped[..])];
    for rule in rules {
        for order in orders.into_iter().flatten() {
            let mut bound = Bound::default();
            if matches(b, prim, &rule.from, order, &mut bound)
                && let Some(to) = make(b, &rule.to, &bound, prim, args)
            {
                return Some(to);
            }
        }
    }
    None
}

/// Whether an operation cannot fail on these arguments.
fn is_safe(b: &Builder, prim: &'static Prim, args: &[NodeId]) -> bool {
    let scalars: Vec<Scalar> = args.iter().map(|&a| b.scalar_of(a)).collect();
    prim.sig.result(&scalars).is_some() && !PrimRef(prim).recipe(&scalars).can_fail()
}

/// Whether an operation of some nodes is the pattern's, and what its variables are then.
fn matches(b: &Builder, prim: &'static Prim, terms: &[Term], nodes: &[NodeId], bound: &mut Bound) -> bool {
    let each = terms.iter().zip(nodes).all(|(term, &node)| match term {
        Term::Var(v) => *bound[*v].get_or_insert(node) == node,
        Term::Call(inner, args) => match &b.func().nodes[node] {
            n if matches!(&n.op, Op::Map(p) if p.0.name == inner.0.name) => {
                matches(b, inner.0, args, &n.args, bound)
            }
            _ => false,
        },
    });
    each && is_safe(b, prim, nodes)
}

/// The cheaper side, if it has the type of `prim(args)` and cannot fail.
fn make(b: &mut Builder, to: &Term, bound: &Bound, prim: &Prim, args: &[NodeId]) -> Option<NodeId> {
    let scalars: Vec<Scalar> = args.iter().map(|&a| b.scalar_of(a)).collect();
    let wanted = prim.sig.result(&scalars)?;
    match to {
        Term::Var(v) => bound[*v].filter(|&node| b.scalar_of(node) == wanted),
        Term::Call(prim, args) => {
            let var = |t: &Term| match t {
                Term::Var(v) => bound[*v],
                Term::Call(..) => None,
            };
            let args: Vec<NodeId> = args.iter().map(var).collect::<Option<_>>()?;
            let scalars: Vec<Scalar> = args.iter().map(|&a| b.scalar_of(a)).collect();
            let fits = prim.0.sig.result(&scalars) == Some(wanted) && is_safe(b, prim.0, &args);
            fits.then(|| map(b, prim.0, &args).unwrap_or_else(|| b.map(prim.0, &args)))
        }
    }
}
