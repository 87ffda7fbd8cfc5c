//! Functions of symmetric matrices, as nodes whose derivatives are right up to a given order, whatever eigenvalues are equal.
//!
//! - *Takes* `Spectral` nodes, and for each the most derivatives that are taken of it.
//! - *Gives* ordinary nodes.
//! - *Needs* the function of one number to be expanded.
//! - *Breaks* nothing.
//!
//! Let `p diag(d) p^T` be the symmetric part of `a`, with `d` and `p` held fixed: these are numbers to whoever differentiates.
//! What moves is `x = p^T a p - diag(d)`, whose value is zero up to rounding. Then `f(a)` is `p y p^T`, and `y` is the
//! expansion of Daleckii and Krein (Bhatia, *Matrix analysis*, theorem V.3.3 and its higher orders),
//!
//! ```text
//! y[i0, ik] = f[d_i0] (if i0 = ik) + sum over k of f[d_i0, .., d_ik] x[i0, i1] .. x[ik-1, ik],
//! ```
//!
//! in divided differences. Cut after the order in which it is differentiated it has the right derivatives, with no gap in any
//! denominator. Divided differences of numbers that lie close together are integrals of the derivative over their simplex
//! (Hermite and Genocchi), by Gauss's rule.

use dslc_ir::prims::{arith, logic};
use dslc_ir::{AxisId, Binding, Builder, FuncId, Monoid, NodeId, Op, Output, Routine, Scalar};

use crate::deriver::Deriver;
use crate::error::GradError;
use crate::matrices::{Matrix, Vector};

/// Points and weights of Gauss's rule of four points on `0..1`.
const GAUSS: [(f64, f64); 4] = [
    (0.069_431_844_202_973_71, 0.173_927_422_568_726_93),
    (0.330_009_478_207_571_87, 0.326_072_577_431_273_07),
    (0.669_990_521_792_428_1, 0.326_072_577_431_273_07),
    (0.930_568_155_797_026_3, 0.173_927_422_568_726_93),
];
/// Numbers closer than this part of their size lie close together: a quotient of their differences would cancel.
const CLOSE: f64 = 5e-3;
/// So do those between which the function changes by less than this part of itself.
const FLAT: f64 = 2e-2;

/// A function of one number and its derivatives, with what it captures.
struct Family<'n> {
    orders: Vec<FuncId>,
    captures: &'n [NodeId],
    bind: &'n [Vec<AxisId>],
    scalar: Scalar,
}

impl Deriver<'_> {
    /// The nodes of `f(a)`, right in its derivatives up to `order`, along the result axes of `bind`.
    pub(crate) fn spectral(
        &mut self,
        b: &mut Builder,
        func: FuncId,
        (bind, args): (&Binding, &[NodeId]),
        order: usize,
    ) -> Result<NodeId, GradError> {
        let scalar = b.scalar_of(args[0]);
        let mut orders = vec![func];
        for _ in 0..order {
            let last = orders[orders.len() - 1];
            orders.push(self.slope(last, scalar)?);
        }
        let family = Family { orders, captures: &args[1..], bind: &bind.args[1..], scalar };
        let a = Matrix::new(b, args[0], &bind.args[0]);
        let (value, row, column) = (b.axis_like(a.row), b.axis_like(a.row), b.axis_like(a.row));
        let fixed =
            Binding { args: vec![vec![a.row, a.column]], results: vec![vec![value], vec![row, column]] };
        let parts = b.library_results(Routine::EighFixed, &[a.node], fixed);
        let (d, p) = (Vector { node: parts[0], axis: value }, Matrix { node: parts[1], row, column });
        let values = self.of(b, &family, 0, d.node);
        let mut y = Vector { node: values, axis: value }.on_diagonal(b);
        if order > 0 {
            let s = a.symmetric(b);
            let right = s.times(b, p);
            let turned = p.t().times(b, right);
            let diagonal = d.on_diagonal(b);
            let x = turned.minus(b, diagonal);
            for k in 1..=order {
                let term = self.term(b, &family, d, x, k);
                y = y.plus(b, term);
            }
        }
        let left = p.times(b, y);
        let whole = left.times(b, p.t());
        Ok(b.rename(whole.node, &[(whole.row, bind.results[0][0]), (whole.column, bind.results[0][1])]))
    }

    /// The derivative of a function in its first parameter, as a function of the same parameters.
    fn slope(&mut self, func: FuncId, scalar: Scalar) -> Result<FuncId, GradError> {
        let shapes = crate::build::param_shapes(self.func(func));
        let wrt: Vec<bool> = (0..shapes.len()).map(|k| k == 0).collect();
        let forward = self.forward(func, &wrt)?;
        let mut b = Builder::new(format!("{}.slope", self.func(func).name));
        let mut given = crate::build::params(&mut b, shapes);
        given.push(Output { node: b.number(scalar, 1.0), axes: Vec::new() });
        let made = crate::build::call_core(&mut b, self.module, forward.func, &given);
        Ok(self.add(b.finish(vec![made[1].clone()])))
    }

    /// A derivative at each point of `x`.
    fn of(&mut self, b: &mut Builder, family: &Family<'_>, order: usize, x: NodeId) -> NodeId {
        let mut nodes = vec![x];
        nodes.extend_from_slice(family.captures);
        let mut args = vec![Vec::new()];
        args.extend_from_slice(family.bind);
        let func = family.orders[order];
        let bind = Binding { args, results: vec![Vec::new()] };
        b.node(self.module, Op::Call { func, bind }, &nodes)
    }

    /// The term of order `k`, summed over the inner indices.
    fn term(&mut self, b: &mut Builder, family: &Family<'_>, d: Vector, x: Matrix, k: usize) -> Matrix {
        let axes: Vec<AxisId> = (0..=k).map(|_| b.axis_like(d.axis)).collect();
        let at: Vec<NodeId> = axes.iter().map(|&i| b.rename(d.node, &[(d.axis, i)])).collect();
        let mut product = self.divided(b, family, at);
        for pair in axes.windows(2) {
            let step = b.rename(x.node, &[(x.row, pair[0]), (x.column, pair[1])]);
            product = b.mul(product, step);
        }
        let node = b.fold(Monoid::Sum, product, &axes[1..k]);
        Matrix { node, row: axes[0], column: axes[k] }
    }

    /// The divided difference of `f` at these numbers. It does not depend on their order, so they are sorted, and close
    /// numbers are neighbours.
    fn divided(&mut self, b: &mut Builder, family: &Family<'_>, mut at: Vec<NodeId>) -> NodeId {
        for end in (1..at.len()).rev() {
            for j in 0..end {
                let (low, high) = (at[j], at[j + 1]);
                at[j] = b.map(&arith::MIN, &[low, high]);
                at[j + 1] = b.map(&arith::MAX, &[low, high]);
            }
        }
        let mut table: Vec<NodeId> = at.iter().map(|&x| self.of(b, family, 0, x)).collect();
        for level in 1..at.len() {
            table = (0..at.len() - level)
                .map(|j| self.quotient(b, family, &at[j..=j + level], (table[j], table[j + 1])))
                .collect();
        }
        table[0]
    }

    /// One divided difference from the two of an order less.
    fn quotient(
        &mut self,
        b: &mut Builder,
        family: &Family<'_>,
        at: &[NodeId],
        (low, high): (NodeId, NodeId),
    ) -> NodeId {
        let level = at.len() - 1;
        let (first, last) = (at[0], at[level]);
        let gap = b.sub(last, first);
        let size = larger(b, first, last);
        let part = b.number(family.scalar, CLOSE);
        let reach = b.mul(part, size);
        let close = b.map(&logic::LE, &[gap, reach]);
        let (s, t) = (self.of(b, family, level, first), self.of(b, family, level, last));
        let steepest = larger(b, s, t);
        let change = b.mul(gap, steepest);
        let highest = larger(b, low, high);
        let part = b.number(family.scalar, FLAT * (1..level).map(|k| k as f64).product::<f64>());
        let little = b.mul(part, highest);
        let flat = b.map(&logic::LE, &[change, little]);
        let near = b.map(&logic::OR, &[close, flat]);
        let integral = self.integral(b, family, at);
        let one = b.number(family.scalar, 1.0);
        let divisor = b.select(near, one, gap);
        let difference = b.sub(high, low);
        let ratio = b.div(difference, divisor);
        b.select(near, integral, ratio)
    }

    /// The integral of the derivative over the simplex of these numbers: over `u` in the unit cube, the derivative at
    /// `x0 + u1 (x1 - x0 + u2 (x2 - x1 + ..))`, weighed with the volume `u1^(k-1) u2^(k-2) ..`.
    fn integral(&mut self, b: &mut Builder, family: &Family<'_>, at: &[NodeId]) -> NodeId {
        let level = at.len() - 1;
        let steps: Vec<NodeId> = at.windows(2).map(|w| b.sub(w[1], w[0])).collect();
        let mut sum: Option<NodeId> = None;
        for point in 0..GAUSS.len().pow(level as u32) {
            let pick = |k: usize| GAUSS[point / GAUSS.len().pow(k as u32) % GAUSS.len()];
            let volume = |k: usize| pick(k).1 * pick(k).0.powi((level - 1 - k) as i32);
            let weight: f64 = (0..level).map(volume).product();
            let mut inner: Option<NodeId> = None;
            for k in (0..level).rev() {
                let whole = inner.map_or(steps[k], |inner| b.add(steps[k], inner));
                let u = b.number(family.scalar, pick(k).0);
                inner = Some(b.mul(u, whole));
            }
            let x = inner.map_or(at[0], |inner| b.add(at[0], inner));
            let value = self.of(b, family, level, x);
            let weight = b.number(family.scalar, weight);
            let value = b.mul(weight, value);
            sum = Some(sum.map_or(value, |sum| b.add(sum, value)));
        }
        sum.unwrap_or(at[0])
    }
}

/// The larger magnitude.
fn larger(b: &mut Builder, x: NodeId, y: NodeId) -> NodeId {
    let [x, y] = [x, y].map(|x| {
        let minus = b.neg(x);
        b.map(&arith::MAX, &[x, minus])
    });
    b.map(&arith::MAX, &[x, y])
}
