//! What a function costs before it runs: floating-point operations, counted on the representation.
//!
//! **Takes** any functions without `Vjp` and `Jvp`; after the clean-up passes equal nodes are shared, so what is shared
//! counts once. **Gives** a polynomial in `t`, the number of trips of loops whose count is data. **Needs** nothing.
//! **Breaks** nothing: it changes nothing.
//!
//! `+ - * /`, square roots, comparisons, selections of floats and roundings count one; a fused multiply-add two; an
//! elementary function what its recipe does ([`dslc_ir::mach::Recipe::operations`]). Negation, `abs`, reads, writes, integers and
//! bools are free. Of a condition the dearer branch counts. A routine counts by the leading terms of its textbook
//! algorithm (Golub and Van Loan, Matrix Computations, 4th edition; appendix C of Higham, Functions of Matrices, 2008).

use dslc_base::{Index as _, IndexVec};
use dslc_ir::infer::mapped_axes;
use dslc_ir::{AxisId, Bits, FuncId, Function, Module, Monoid, Node, Op, PrimRef, Routine, Scalar};

/// A count as a polynomial in `t`, the trips of loops whose count is data: `of[k]` times `t^k`. Counts stay at the
/// largest number.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Count {
    of: Vec<u128>,
}

impl Count {
    /// A known number.
    pub fn known(n: u128) -> Self {
        Self { of: if n == 0 { Vec::new() } else { vec![n] } }
    }
    /// The number, where every loop whose count is data makes this many trips.
    pub fn at(&self, trips: u64) -> u128 {
        let step = |sum: u128, c: &u128| sum.saturating_mul(trips.into()).saturating_add(*c);
        self.of.iter().rev().fold(0, step)
    }
    /// The coefficients of 1, `t`, `t^2`, and so on.
    pub fn coefficients(&self) -> &[u128] {
        &self.of
    }
    pub(crate) fn add(&mut self, other: &Count) {
        self.of.resize(self.of.len().max(other.of.len()), 0);
        for (a, b) in self.of.iter_mut().zip(&other.of) {
            *a = a.saturating_add(*b);
        }
    }
    pub(crate) fn times(&self, n: u128) -> Count {
        match n {
            0 => Count::default(),
            _ => Count { of: self.of.iter().map(|c| c.saturating_mul(n)).collect() },
        }
    }
    fn looped(&self, trips: Option<u128>) -> Count {
        match trips {
            Some(n) => self.times(n),
            None if self.of.is_empty() => Count::default(),
            None => Count { of: std::iter::once(0).chain(self.of.iter().copied()).collect() },
        }
    }
    /// In each power the larger of both.
    fn max(&self, other: &Count) -> Count {
        let at = |c: &Count, k: usize| c.of.get(k).copied().unwrap_or(0);
        Count { of: (0..self.of.len().max(other.of.len())).map(|k| at(self, k).max(at(other, k))).collect() }
    }
}

impl std::fmt::Display for Count {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let terms = self.of.iter().enumerate().filter(|(_, c)| **c > 0);
        let term = |(k, c): (usize, &u128)| match k {
            0 => grouped(*c),
            1 => format!("{} t", grouped(*c)),
            _ => format!("{} t^{k}", grouped(*c)),
        };
        let terms: Vec<String> = terms.map(term).collect();
        f.pad(&if terms.is_empty() { "0".into() } else { terms.join(" + ") })
    }
}

/// A number with a comma between each three digits.
fn grouped(n: u128) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (k, d) in digits.chars().enumerate() {
        if k > 0 && (digits.len() - k).is_multiple_of(3) {
            out.push(',');
        }
        out.push(d);
    }
    out
}

/// The floating-point operations of one call of a function.
pub fn operations(module: &Module, func: FuncId) -> Count {
    let mut counts: IndexVec<FuncId, Count> = IndexVec::new();
    // Callees have smaller ids.
    for id in module.funcs.ids().take(func.index() + 1) {
        let f = &module.funcs[id];
        let mut sum = Count::default();
        for node in f.nodes.iter() {
            sum.add(&of_node(f, node, &counts));
        }
        counts.push(sum);
    }
    counts[func].clone()
}

/// The points of a region; an axis whose extent is data has `t`.
pub(crate) fn points(f: &Function, axes: &[AxisId]) -> Count {
    let start = Count::known(1);
    axes.iter().fold(start, |n, &a| n.looped(f.axes[a].known().map(u128::from)))
}

fn product(a: &Count, b: &Count) -> Count {
    let mut sum = Count::default();
    for (k, c) in b.of.iter().enumerate() {
        let shifted = (0..k).fold(a.times(*c), |x, _| x.looped(None));
        sum.add(&shifted);
    }
    sum
}

fn of_node(f: &Function, node: &Node, counts: &IndexVec<FuncId, Count>) -> Count {
    let here = |axes: &[AxisId], each: u128| points(f, axes).times(each);
    let mapped = |bind, args: &[_], xs, axis| points(f, &mapped_axes(f, bind, args, xs, axis));
    match &node.op {
        Op::Map(prim) => here(&node.ty().axes, of_prim(f, *prim, node)),
        Op::Fold { monoid, axes } => of_fold(f, node, *monoid, axes),
        Op::ArgFold { axes, .. } => {
            let arg = f.ty(node.args[0]);
            let all = union(&arg.axes, axes);
            here(&all, u128::from(arg.scalar.is_float()))
        }
        Op::Scatter { over, .. } => {
            let value = f.ty(node.args[0]);
            let all = node.args.iter().fold(over.clone(), |all, a| union(&all, &f.ty(*a).axes));
            here(&all, u128::from(value.scalar.is_float()))
        }
        Op::Call { func, bind } => product(&counts[*func], &mapped(bind, &node.args, 0, None)),
        Op::If { then, otherwise, bind } => {
            let dearer = counts[*then].max(&counts[*otherwise]);
            product(&dearer, &mapped(bind, &node.args, 0, None))
        }
        Op::Scan(scan) => {
            let body = counts[scan.body].looped(trips(f, node, scan.axis));
            product(&body, &mapped(&scan.bind, &node.args, scan.xs as usize, scan.axis))
        }
        Op::While { cond, body, bind, .. } => {
            let mut each = counts[*cond].clone();
            each.add(&counts[*body]);
            product(&each.looped(None), &mapped(bind, &node.args, 0, None))
        }
        Op::Library { routine, bind } => {
            let cores: Vec<Vec<u128>> = bind.args.iter().map(|axes| lengths(f, axes)).collect();
            of_routine(f, node, *routine, &cores, &mapped(bind, &node.args, 0, None))
        }
        Op::Param(_) | Op::Const(_) | Op::Dense(_) | Op::Iota(_) | Op::Proj(_) => Count::default(),
        Op::Read { .. } | Op::Update { .. } | Op::Stack { .. } => Count::default(),
        // They are expanded before anything is counted.
        Op::Vjp { .. } | Op::Jvp { .. } | Op::Bounds { .. } | Op::Spectral { .. } => Count::default(),
    }
}

fn union(a: &[AxisId], b: &[AxisId]) -> Vec<AxisId> {
    let mut all: Vec<AxisId> = a.iter().chain(b).copied().collect();
    all.sort_unstable();
    all.dedup();
    all
}

fn lengths(f: &Function, axes: &[AxisId]) -> Vec<u128> {
    axes.iter().map(|&a| f.axes[a].known().unwrap_or(0).into()).collect()
}

fn of_prim(f: &Function, prim: PrimRef, node: &Node) -> u128 {
    let types: Vec<Scalar> = node.args.iter().map(|&a| f.ty(a).scalar).collect();
    prim.recipe(&types).operations().into()
}

/// Each element but the first of each result is combined once.
fn of_fold(f: &Function, node: &Node, monoid: Monoid, axes: &[AxisId]) -> Count {
    let arg = f.ty(node.args[0]);
    let each = u128::from(monoid.combine().recipe(&[arg.scalar, arg.scalar]).operations());
    let (all, kept) = (points(f, &union(&arg.axes, axes)), points(f, &node.ty().axes));
    let less = |k: usize, c: &u128| c.saturating_sub(kept.of.get(k).copied().unwrap_or(0));
    let steps = Count { of: all.of.iter().enumerate().map(|(k, c)| less(k, c)).collect() };
    steps.times(each)
}

/// The trips of a loop, if they are known.
fn trips(f: &Function, node: &Node, axis: Option<AxisId>) -> Option<u128> {
    match f.nodes[node.args[0]].op {
        Op::Const(Bits { scalar: Scalar::I64, bits }) => Some((bits as i64).max(0) as u128),
        _ => f.axes[axis?].known().map(u128::from),
    }
}

fn of_routine(f: &Function, node: &Node, routine: Routine, cores: &[Vec<u128>], mapped: &Count) -> Count {
    let core = |k: usize, axis: usize| cores.get(k).and_then(|c| c.get(axis)).copied().unwrap_or(0);
    let (m, n) = (core(0, 0), core(0, 1));
    let log = |n: u128| u128::from(n.max(1).ilog2()) + u128::from(!n.is_power_of_two());
    let (square, cube) = (n.saturating_mul(n), n.saturating_mul(n).saturating_mul(n));
    let each = match routine {
        // One factorisation for each matrix, two triangular systems for each right-hand side.
        Routine::Solve | Routine::SolveLower | Routine::SolveUpper => {
            let Op::Library { bind, .. } = &node.op else { return Count::default() };
            let matrices = mapped_axes(f, bind, &node.args[..1], 0, None);
            let full = matches!(routine, Routine::Solve);
            let mut sum = points(f, &matrices).times(if full { 2 * cube / 3 } else { 0 });
            sum.add(&mapped.times(if full { 2 * square } else { square }));
            return sum;
        }
        Routine::Permutation | Routine::Trace => 0,
        Routine::ArgSort => m.saturating_mul(log(m)),
        Routine::Assignment => 2 * cube,
        Routine::Cholesky => cube / 3,
        // The factors by Householder's reflections, and `q` as a matrix.
        Routine::Qr => 4 * m.saturating_mul(n).saturating_mul(n) - (4 * cube / 3).min(4 * m * n * n),
        Routine::Eigh | Routine::EighFixed => 9 * cube,
        Routine::Svd => {
            let (m, n) = (m.max(n), m.min(n));
            14 * m * n * n + 8 * n * n * n
        }
        Routine::Det | Routine::LogDet => 2 * cube / 3 + n,
        // An inverse, the determinant of its factors, and their product.
        Routine::Cofactor => 2 * cube + n + square,
        Routine::Fourier | Routine::FourierBack => 5 * m.saturating_mul(log(m)),
    };
    mapped.times(each)
}
