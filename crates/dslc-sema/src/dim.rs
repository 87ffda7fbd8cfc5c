//! Static integers: polynomials with integer coefficients over sizes, in a normal form.
//!
//! Atoms are sizes and `div mod min max ceil_log2` of static integers; `div(c*p, c)` is `p`. Two sizes are equal
//! when their normal forms are. Arithmetic is checked: `None` means that a coefficient left 64 bits, or that the form is
//! larger than what a person writes.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// A size name of one function, while its body is checked for all sizes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct SizeId(pub u32);

/// What a polynomial is made of.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) enum Atom {
    /// A size.
    Size(SizeId),
    /// Floor division.
    Div(Dim, Dim),
    /// Remainder of floor division.
    Mod(Dim, Dim),
    /// The smaller.
    Min(Dim, Dim),
    /// The larger.
    Max(Dim, Dim),
    /// The number of doublings from 1 that reach it.
    CeilLog2(Dim),
}

/// How many atoms one atom may hold.
const MOST_ATOMS: usize = 500;

/// The highest power of an atom.
const MOST_POWER: u32 = 64;

type Monomial = Vec<(Atom, u32)>;

/// A static integer. **Invariant:** monomials are sorted, none has coefficient 0; so equality is structural.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Dim {
    terms: BTreeMap<Monomial, i64>,
}

/// What is known of a question about sizes that are still names.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Truth {
    /// It holds for all sizes.
    Yes,
    /// It holds for none.
    No,
    /// It depends on the call.
    Open,
}

impl Dim {
    /// A number.
    pub fn constant(n: i64) -> Self {
        let mut terms = BTreeMap::new();
        if n != 0 {
            terms.insert(Vec::new(), n);
        }
        Self { terms }
    }
    /// A size.
    pub fn size(id: SizeId) -> Self {
        Self::atom(Atom::Size(id))
    }
    fn atom(atom: Atom) -> Self {
        Self { terms: BTreeMap::from([(vec![(atom, 1)], 1)]) }
    }
    /// An atom as a static integer, unless there is too much in it: each name may stand for two of the name before.
    fn small(atom: Atom) -> Option<Self> {
        let mut left = MOST_ATOMS;
        let out = Self::atom(atom);
        out.take_atoms(&mut left).then_some(out)
    }
    /// Takes one for each atom from what is left; false if that is not enough.
    fn take_atoms(&self, left: &mut usize) -> bool {
        self.atoms().all(|a| {
            if *left == 0 {
                return false;
            }
            *left -= 1;
            match a {
                Atom::Size(_) => true,
                Atom::Div(a, b) | Atom::Mod(a, b) | Atom::Min(a, b) | Atom::Max(a, b) => {
                    a.take_atoms(left) && b.take_atoms(left)
                }
                Atom::CeilLog2(a) => a.take_atoms(left),
            }
        })
    }
    /// The number, if it is one.
    pub fn as_const(&self) -> Option<i64> {
        match self.terms.len() {
            0 => Some(0),
            1 => self.terms.get(&Vec::new()).copied(),
            _ => None,
        }
    }
    /// The sum.
    pub fn add(&self, other: &Dim) -> Option<Dim> {
        let mut terms = self.terms.clone();
        for (m, c) in &other.terms {
            let sum = terms.get(m).copied().unwrap_or(0).checked_add(*c)?;
            if sum == 0 {
                terms.remove(m);
            } else {
                terms.insert(m.clone(), sum);
            }
        }
        Some(Dim { terms })
    }
    /// The negative.
    pub fn neg(&self) -> Option<Dim> {
        self.scale(-1)
    }
    /// A multiple.
    pub fn scale(&self, k: i64) -> Option<Dim> {
        if k == 0 {
            return Some(Dim::default());
        }
        let terms =
            self.terms.iter().map(|(m, c)| Some((m.clone(), c.checked_mul(k)?))).collect::<Option<_>>()?;
        Some(Dim { terms })
    }
    /// The difference.
    pub fn sub(&self, other: &Dim) -> Option<Dim> {
        self.add(&other.neg()?)
    }
    /// The product.
    pub fn mul(&self, other: &Dim) -> Option<Dim> {
        if let Some(k) = other.as_const() {
            return self.scale(k);
        }
        let mut out = Dim::default();
        for (a, x) in &self.terms {
            for (b, y) in &other.terms {
                let term = Dim { terms: BTreeMap::from([(times(a, b)?, x.checked_mul(*y)?)]) };
                out = out.add(&term)?;
            }
        }
        // A product of sums of many atoms is no size that a person wrote.
        (out.terms.len() <= 4096).then_some(out)
    }
    /// Floor division; `None` by zero.
    pub fn div(&self, other: &Dim) -> Option<Dim> {
        match (self.as_const(), other.as_const()) {
            (_, Some(0)) => None,
            (Some(a), Some(b)) => Some(Dim::constant(floor_div(a, b)?)),
            _ => self.exact_quotient(other).or_else(|| Self::small(Atom::Div(self.clone(), other.clone()))),
        }
    }
    /// `p` if this is `c * p` for the divisor `c`: every term divides.
    fn exact_quotient(&self, by: &Dim) -> Option<Dim> {
        let [(m, c)] = by.terms.iter().collect::<Vec<_>>()[..] else {
            return (self == by).then(|| Dim::constant(1));
        };
        let mut terms = BTreeMap::new();
        for (mine, k) in &self.terms {
            if k.checked_rem(*c)? != 0 {
                return None;
            }
            terms.insert(without(mine, m)?, k.checked_div(*c)?);
        }
        Some(Dim { terms })
    }
    /// The remainder of floor division; `None` by zero.
    pub fn rem(&self, other: &Dim) -> Option<Dim> {
        match (self.as_const(), other.as_const()) {
            (_, Some(0)) => None,
            (Some(a), Some(b)) => Some(Dim::constant(a.checked_sub(floor_div(a, b)?.checked_mul(b)?)?)),
            _ if self.exact_quotient(other).is_some() => Some(Dim::default()),
            _ => Self::small(Atom::Mod(self.clone(), other.clone())),
        }
    }
    /// The smaller.
    pub fn smaller(&self, other: &Dim) -> Option<Dim> {
        match self.order(other) {
            Some(Ordering::Greater) => Some(other.clone()),
            Some(_) => Some(self.clone()),
            None if self <= other => Self::small(Atom::Min(self.clone(), other.clone())),
            None => Self::small(Atom::Min(other.clone(), self.clone())),
        }
    }
    /// The larger.
    pub fn larger(&self, other: &Dim) -> Option<Dim> {
        match self.order(other) {
            Some(Ordering::Less) => Some(other.clone()),
            Some(_) => Some(self.clone()),
            None if self <= other => Self::small(Atom::Max(self.clone(), other.clone())),
            None => Self::small(Atom::Max(other.clone(), self.clone())),
        }
    }
    /// Which is larger, if that is the same for all sizes: both are numbers, or they differ by one.
    fn order(&self, other: &Dim) -> Option<Ordering> {
        match (self.as_const(), other.as_const()) {
            (Some(a), Some(b)) => Some(a.cmp(&b)),
            _ => Some(self.sub(other)?.as_const()?.cmp(&0)),
        }
    }
    /// How many doublings from 1 reach it; 0 for 0 and 1.
    pub fn ceil_log2(&self) -> Option<Dim> {
        match self.as_const() {
            Some(n) if n <= 1 => Some(Dim::default()),
            Some(n) => Some(Dim::constant(i64::from(64 - (n - 1).leading_zeros()))),
            None => Self::small(Atom::CeilLog2(self.clone())),
        }
    }
    /// Whether a `div mod min max ceil_log2` is left in it.
    pub fn has_opaque_atom(&self) -> bool {
        self.atoms().any(|a| !matches!(a, Atom::Size(_)))
    }
    fn atoms(&self) -> impl Iterator<Item = &Atom> {
        self.terms.keys().flatten().map(|(a, _)| a)
    }
    /// The sizes in it, atoms of atoms included.
    pub fn sizes(&self, out: &mut Vec<SizeId>) {
        for atom in self.atoms() {
            match atom {
                Atom::Size(s) => out.push(*s),
                Atom::Div(a, b) | Atom::Mod(a, b) | Atom::Min(a, b) | Atom::Max(a, b) => {
                    a.sizes(out);
                    b.sizes(out);
                }
                Atom::CeilLog2(a) => a.sizes(out),
            }
        }
    }
    /// Equal, different, or open. Different at the definition means: the difference is a polynomial in sizes.
    pub fn equals(&self, other: &Dim) -> Truth {
        match self.sub(other) {
            None => Truth::No,
            Some(d) if d.terms.is_empty() => Truth::Yes,
            Some(d) if d.has_opaque_atom() => Truth::Open,
            Some(_) => Truth::No,
        }
    }
    /// Whether it is at least 0 for all sizes that are at least their lower bounds: rewritten at the bounds, no
    /// coefficient is negative.
    pub fn nonnegative(&self, lower: &impl Fn(SizeId) -> i64) -> Truth {
        if let Some(n) = self.as_const() {
            return if n >= 0 { Truth::Yes } else { Truth::No };
        }
        let Some(shifted) = self.shift(lower) else { return Truth::Open };
        if shifted.terms.values().all(|c| *c >= 0) {
            Truth::Yes
        } else if shifted.terms.values().all(|c| *c < 0) && shifted.terms.contains_key(&Vec::new()) {
            Truth::No
        } else {
            Truth::Open
        }
    }
    /// Each size replaced by its lower bound plus itself; other atoms count as at least 0.
    fn shift(&self, lower: &impl Fn(SizeId) -> i64) -> Option<Dim> {
        let mut out = Dim::default();
        for (m, c) in &self.terms {
            let mut term = Dim::constant(*c);
            for (atom, power) in m {
                let factor = match atom {
                    Atom::Size(s) => Dim::size(*s).add(&Dim::constant(lower(*s)))?,
                    other => Self::atom(other.clone()),
                };
                for _ in 0..*power {
                    term = term.mul(&factor)?;
                }
            }
            out = out.add(&term)?;
        }
        Some(out)
    }
    /// The coefficients `(a, b)` of `a * size + b`, if it is linear in the size with a constant `a`.
    pub fn linear_in(&self, size: SizeId) -> Option<(i64, Dim)> {
        let mut rest = self.terms.clone();
        let a = rest.remove(&vec![(Atom::Size(size), 1)])?;
        let rest = Dim { terms: rest };
        let mut left = Vec::new();
        rest.sizes(&mut left);
        (!left.contains(&size)).then_some((a, rest))
    }
    /// Sizes replaced by other static integers.
    pub fn substitute(&self, with: &impl Fn(SizeId) -> Option<Dim>) -> Option<Dim> {
        let mut out = Dim::default();
        for (m, c) in &self.terms {
            let mut term = Dim::constant(*c);
            for (atom, power) in m {
                let factor = match atom {
                    Atom::Size(s) => with(*s).unwrap_or_else(|| Dim::size(*s)),
                    Atom::Div(a, b) => a.substitute(with)?.div(&b.substitute(with)?)?,
                    Atom::Mod(a, b) => a.substitute(with)?.rem(&b.substitute(with)?)?,
                    Atom::Min(a, b) => a.substitute(with)?.smaller(&b.substitute(with)?)?,
                    Atom::Max(a, b) => a.substitute(with)?.larger(&b.substitute(with)?)?,
                    Atom::CeilLog2(a) => a.substitute(with)?.ceil_log2()?,
                };
                for _ in 0..*power {
                    term = term.mul(&factor)?;
                }
            }
            out = out.add(&term)?;
        }
        Some(out)
    }
    /// The normal form as text, with the names of sizes.
    pub fn show(&self, name: &impl Fn(SizeId) -> String) -> String {
        if self.terms.is_empty() {
            return "0".into();
        }
        let mut out = String::new();
        // Names first, numbers last, as people write it.
        let (numbers, named): (Vec<_>, Vec<_>) = self.terms.iter().partition(|(m, _)| m.is_empty());
        for (k, (m, c)) in named.into_iter().chain(numbers).enumerate() {
            let (sign, size) = if *c < 0 { ("-", c.unsigned_abs()) } else { ("+", c.unsigned_abs()) };
            match (k, sign) {
                (0, "+") => {}
                (0, _) => out.push('-'),
                _ => {
                    let _ = write!(out, " {sign} ");
                }
            }
            if m.is_empty() || size != 1 {
                let _ = write!(out, "{size}");
            }
            for (j, (atom, power)) in m.iter().enumerate() {
                if j > 0 || size != 1 {
                    out.push('*');
                }
                out.push_str(&show_atom(atom, name));
                if *power > 1 {
                    let _ = write!(out, "^{power}");
                }
            }
        }
        out
    }
}

fn show_atom(atom: &Atom, name: &impl Fn(SizeId) -> String) -> String {
    let two = |f: &str, a: &Dim, b: &Dim| format!("{f}({}, {})", a.show(name), b.show(name));
    match atom {
        Atom::Size(s) => name(*s),
        Atom::Div(a, b) => two("div", a, b),
        Atom::Mod(a, b) => two("mod", a, b),
        Atom::Min(a, b) => two("min", a, b),
        Atom::Max(a, b) => two("max", a, b),
        Atom::CeilLog2(a) => format!("ceil_log2({})", a.show(name)),
    }
}

fn times(a: &Monomial, b: &Monomial) -> Option<Monomial> {
    let mut powers: BTreeMap<Atom, u32> = a.iter().cloned().collect();
    for (atom, p) in b {
        let q = powers.entry(atom.clone()).or_insert(0);
        *q = q.checked_add(*p).filter(|q| *q <= MOST_POWER)?;
    }
    Some(powers.into_iter().collect())
}

/// `a` divided by the monomial `b`.
fn without(a: &Monomial, b: &Monomial) -> Option<Monomial> {
    let mut powers: BTreeMap<Atom, u32> = a.iter().cloned().collect();
    for (atom, p) in b {
        let q = powers.get_mut(atom)?;
        *q = q.checked_sub(*p)?;
        if *q == 0 {
            powers.remove(atom);
        }
    }
    Some(powers.into_iter().collect())
}

fn floor_div(a: i64, b: i64) -> Option<i64> {
    let q = a.checked_div(b)?;
    Some(if a % b != 0 && (a < 0) != (b < 0) { q - 1 } else { q })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn n() -> Dim {
        Dim::size(SizeId(0))
    }
    fn show(d: &Dim) -> String {
        d.show(&|s| ["n", "k"][s.0 as usize].to_string())
    }

    #[test]
    fn normal_forms_meet() {
        let one = Dim::constant(1);
        let a = n().add(&one).and_then(|d| d.add(&one));
        let b = Dim::constant(2).add(&n());
        assert_eq!(a, b);
        let twice = n().scale(2).expect("small");
        assert_eq!(twice.div(&Dim::constant(2)), Some(n()));
        assert_eq!(n().mul(&twice).and_then(|d| d.div(&n())), Some(twice));
        assert_eq!(
            show(&n().sub(&Dim::size(SizeId(1))).expect("small").add(&one).expect("small")),
            "n - k + 1"
        );
    }

    #[test]
    fn signs_are_decided_at_lower_bounds() {
        let less = n().sub(&Dim::constant(1)).expect("small");
        assert_eq!(less.nonnegative(&|_| 0), Truth::Open);
        assert_eq!(less.nonnegative(&|_| 1), Truth::Yes);
        let below = n().neg().and_then(|d| d.sub(&Dim::constant(1))).expect("small");
        assert_eq!(below.nonnegative(&|_| 0), Truth::No);
    }

    #[test]
    fn logarithms_and_divisions_of_numbers() {
        for (n, l) in [(0, 0), (1, 0), (2, 1), (3, 2), (4, 2), (5, 3), (1024, 10), (1025, 11)] {
            assert_eq!(Dim::constant(n).ceil_log2(), Some(Dim::constant(l)), "{n}");
        }
        assert_eq!(Dim::constant(-7).div(&Dim::constant(2)), Some(Dim::constant(-4)));
        assert_eq!(Dim::constant(-7).rem(&Dim::constant(2)), Some(Dim::constant(1)));
        assert_eq!(Dim::constant(1).div(&Dim::default()), None);
    }
}
