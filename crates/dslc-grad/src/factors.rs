//! The derivatives of factorisations, in matrices. A dot is a tangent, a bar a cotangent; `sym` is the symmetric part, `*`
//! between brackets the product of elements.
//!
//! - Cholesky: Murray, *Differentiation of the Cholesky decomposition*, 2016, equations 8 and 9.
//! - QR: Walter and Lehmann, *Algorithmic differentiation of linear algebra functions with application in optimum experimental
//!   design*, 2018, section 4.
//! - Eigenvectors: Giles, *An extended collection of matrix derivative results for forward and reverse mode automatic
//!   differentiation*, 2008, section 3.1.
//! - Singular vectors: Townsend, *Differentiating the singular value decomposition*, 2016.
//!
//! Where two eigenvalues or singular values are equal their vectors are not determined, and a derivative of vectors divides by
//! a gap of zero. Here such a quotient is 0. So values alone (`d`, `s`) have their right first derivative wherever they have
//! one, and vectors where the gaps are open. Of a function of values *and* vectors, or of a second derivative, at a closed gap
//! nothing right can be said by these rules: that is what `spectral` is for.

use dslc_ir::{AxisId, Builder, NodeId, Routine};

use crate::matrices::{Matrix, Vector, inverse_or_zero, multiple_of_unit};

/// What a factorisation took and gave, with its cores.
pub(crate) struct Factored<'n> {
    pub(crate) routine: Routine,
    pub(crate) a: (NodeId, &'n [AxisId]),
    pub(crate) outs: &'n [NodeId],
    pub(crate) cores: &'n [Vec<AxisId>],
}

impl Factored<'_> {
    fn input(&self, b: &mut Builder) -> Matrix {
        Matrix::new(b, self.a.0, self.a.1)
    }
    fn matrix(&self, b: &mut Builder, k: usize) -> Matrix {
        Matrix::new(b, self.outs[k], &self.cores[k])
    }
    fn vector(&self, b: &mut Builder, k: usize) -> Vector {
        Vector::new(b, self.outs[k], self.cores[k][0])
    }
    /// The node of a matrix along the core axes of result `k`.
    fn result(&self, b: &mut Builder, k: usize, m: Matrix) -> NodeId {
        let new = Matrix::new(b, m.node, &[m.row, m.column]);
        b.rename(new.node, &[(new.row, self.cores[k][0]), (new.column, self.cores[k][1])])
    }
    fn result_vector(&self, b: &mut Builder, k: usize, v: Vector) -> NodeId {
        b.rename(v.node, &[(v.axis, self.cores[k][0])])
    }

    /// The tangent of each result, from that of the matrix; none of what has no derivative.
    pub(crate) fn dots(&self, b: &mut Builder, a_dot: NodeId) -> Vec<Option<NodeId>> {
        let dot = Matrix::new(b, a_dot, self.a.1);
        match self.routine {
            Routine::Cholesky => vec![Some(self.cholesky_dot(b, dot))],
            Routine::Qr => self.qr_dot(b, dot).map(Some).to_vec(),
            Routine::Eigh => self.eigh_dot(b, dot).map(Some).to_vec(),
            Routine::Svd => self.svd_dot(b, dot).map(Some).to_vec(),
            Routine::Det => {
                let cofactors = self.cofactors(b);
                let product = dot.each_times(b, cofactors);
                vec![Some(product.total(b))]
            }
            Routine::LogDet => {
                let a = self.input(b);
                let x = a.solve(b, Routine::Solve, dot);
                vec![Some(x.trace(b))]
            }
            Routine::Cofactor => vec![Some(self.cofactor_dot(b, dot))],
            // Linear: the tangent is transformed as the value is,
            Routine::Fourier | Routine::FourierBack => {
                let y = dot.transformed(b, self.routine);
                vec![Some(self.result(b, 0, y))]
            }
            Routine::Solve
            | Routine::SolveLower
            | Routine::SolveUpper
            | Routine::Permutation
            | Routine::ArgSort
            | Routine::Assignment
            | Routine::Trace
            | Routine::EighFixed => vec![None; self.outs.len()],
        }
    }

    /// The cotangent of the matrix, from those of the results that have one.
    pub(crate) fn bar(&self, b: &mut Builder, bars: &[Option<NodeId>]) -> Option<Matrix> {
        match self.routine {
            Routine::Cholesky => bars[0].map(|l_bar| self.cholesky_bar(b, l_bar)),
            Routine::Qr => self.qr_bar(b, bars[0], bars[1]),
            Routine::Eigh => self.eigh_bar(b, bars[0], bars[1]),
            Routine::Svd => self.svd_bar(b, bars),
            Routine::Det => bars[0].map(|bar| {
                let c = self.cofactors(b);
                c.with(b.mul(bar, c.node))
            }),
            Routine::LogDet => bars[0].map(|bar| {
                let a = self.input(b);
                let right = multiple_of_unit(b, bar, self.a.1[0]);
                a.t().solve(b, Routine::Solve, right)
            }),
            Routine::Cofactor => bars[0].map(|c_bar| self.cofactor_bar(b, c_bar)),
            // and the cotangent by the conjugate transpose.
            Routine::Fourier => bars[0].map(|bar| self.transform_bar(b, bar, Routine::FourierBack)),
            Routine::FourierBack => bars[0].map(|bar| self.transform_bar(b, bar, Routine::Fourier)),
            Routine::Solve
            | Routine::SolveLower
            | Routine::SolveUpper
            | Routine::Permutation
            | Routine::ArgSort
            | Routine::Assignment
            | Routine::Trace
            | Routine::EighFixed => None,
        }
    }

    fn transform_bar(&self, b: &mut Builder, bar: NodeId, other: Routine) -> Matrix {
        Matrix::new(b, bar, &self.cores[0]).transformed(b, other)
    }

    /// `l_dot = l phi(l^-1 sym(a_dot) l^-T)`, where `phi` is the lower triangle with half the diagonal.
    fn cholesky_dot(&self, b: &mut Builder, a_dot: Matrix) -> NodeId {
        let l = self.matrix(b, 0);
        let s = a_dot.symmetric(b);
        let half = l.solve(b, Routine::SolveLower, s);
        let whole = l.solve(b, Routine::SolveLower, half.t());
        let phi = whole.t().lower(b, 0.5);
        let dot = l.times(b, phi);
        self.result(b, 0, dot)
    }

    /// `a_bar = sym(l^-T phi(l^T l_bar) l^-1)`.
    fn cholesky_bar(&self, b: &mut Builder, l_bar: NodeId) -> Matrix {
        let l = self.matrix(b, 0);
        let l_bar = Matrix::new(b, l_bar, &self.cores[0]);
        let phi = l.t().times(b, l_bar).lower(b, 0.5);
        let half = l.t().solve(b, Routine::SolveUpper, phi);
        let whole = l.t().solve(b, Routine::SolveUpper, half.t());
        whole.symmetric(b)
    }

    /// With `x = a_dot r^-1`, `m = q^T x` and `w` the skew matrix with the strict lower triangle of `m`:
    /// `q_dot = x - q (m - w)`, `r_dot = (m - w) r`.
    fn qr_dot(&self, b: &mut Builder, a_dot: Matrix) -> [NodeId; 2] {
        let (q, r) = (self.matrix(b, 0), self.matrix(b, 1));
        let x = r.t().solve(b, Routine::SolveLower, a_dot.t()).t();
        let m = q.t().times(b, x);
        let below = m.lower(b, 0.0);
        let w = below.minus(b, below.t());
        let upper = m.minus(b, w);
        let turned = q.times(b, upper);
        let q_dot = x.minus(b, turned);
        let r_dot = upper.times(b, r);
        [self.result(b, 0, q_dot), self.result(b, 1, r_dot)]
    }

    /// With `m = r r_bar^T - q_bar^T q` and `c` the symmetric matrix with the lower triangle of `m`:
    /// `a_bar = (q_bar + q c) r^-T`.
    fn qr_bar(&self, b: &mut Builder, q_bar: Option<NodeId>, r_bar: Option<NodeId>) -> Option<Matrix> {
        let (q, r) = (self.matrix(b, 0), self.matrix(b, 1));
        let q_bar = q_bar.map(|bar| Matrix::new(b, bar, &self.cores[0]));
        let from_r = r_bar.map(|bar| {
            // Below the diagonal `r` is zero whatever `a` is.
            let upper = Matrix::new(b, bar, &self.cores[1]).t().lower(b, 1.0);
            r.times(b, upper)
        });
        let from_q = q_bar.map(|bar| bar.t().times(b, q));
        let m = match (from_r, from_q) {
            (Some(x), Some(y)) => x.minus(b, y),
            (Some(x), None) => x,
            (None, Some(y)) => y.with(b.neg(y.node)),
            (None, None) => return None,
        };
        let (lower, below) = (m.lower(b, 1.0), m.lower(b, 0.0));
        let c = lower.plus(b, below.t());
        let turned = q.times(b, c);
        let right = match q_bar {
            Some(bar) => turned.plus(b, bar),
            None => turned,
        };
        // x r^T = right, so r x^T = right^T.
        Some(r.solve(b, Routine::SolveUpper, right.t()).t())
    }

    /// `f[i, j] = 1 / (d[j] - d[i])`, and 0 where that is a division by 0.
    fn gaps(&self, b: &mut Builder, d: Vector) -> Matrix {
        let (row, column) = (b.axis_like(d.axis), b.axis_like(d.axis));
        let (from, to) = (b.rename(d.node, &[(d.axis, row)]), b.rename(d.node, &[(d.axis, column)]));
        let gap = b.sub(to, from);
        Matrix { node: inverse_or_zero(b, gap), row, column }
    }

    /// With `m = p^T sym(a_dot) p`: `d_dot = diagonal(m)`, `p_dot = p [f * m]`.
    fn eigh_dot(&self, b: &mut Builder, a_dot: Matrix) -> [NodeId; 2] {
        let (d, p) = (self.vector(b, 0), self.matrix(b, 1));
        let s = a_dot.symmetric(b);
        let right = s.times(b, p);
        let m = p.t().times(b, right);
        let d_dot = m.diagonal(b);
        let f = self.gaps(b, d);
        let turn = m.each_times(b, f);
        let p_dot = p.times(b, turn);
        [self.result_vector(b, 0, d_dot), self.result(b, 1, p_dot)]
    }

    /// `a_bar = sym(p (diag(d_bar) + [f * (p^T p_bar)]) p^T)`.
    fn eigh_bar(&self, b: &mut Builder, d_bar: Option<NodeId>, p_bar: Option<NodeId>) -> Option<Matrix> {
        let (d, p) = (self.vector(b, 0), self.matrix(b, 1));
        let values = d_bar.map(|bar| Vector::new(b, bar, self.cores[0][0]));
        let vectors = p_bar.map(|bar| {
            let bar = Matrix::new(b, bar, &self.cores[1]);
            let m = p.t().times(b, bar);
            let f = self.gaps(b, d);
            m.each_times(b, f)
        });
        let left = match (values, vectors) {
            (Some(values), None) => p.columns_times(b, values),
            (Some(values), Some(vectors)) => {
                let diagonal = values.on_diagonal(b);
                let inner = vectors.plus(b, diagonal);
                p.times(b, inner)
            }
            (None, Some(vectors)) => p.times(b, vectors),
            (None, None) => return None,
        };
        let whole = left.times(b, p.t());
        Some(whole.symmetric(b))
    }

    /// `g[i, j] = 1 / (s[j]^2 - s[i]^2)`, and 0 where that is a division by 0.
    fn square_gaps(&self, b: &mut Builder, s: Vector) -> Matrix {
        let (row, column) = (b.axis_like(s.axis), b.axis_like(s.axis));
        let (from, to) = (b.rename(s.node, &[(s.axis, row)]), b.rename(s.node, &[(s.axis, column)]));
        let (minus, plus) = (b.sub(to, from), b.add(to, from));
        let gap = b.mul(minus, plus);
        Matrix { node: inverse_or_zero(b, gap), row, column }
    }

    /// With `m = u^T a_dot v`, and `z` for `diag(s)`: `s_dot = diagonal(m)`,
    /// `u_dot = u [g * (m z + z m^T)] + (1 - u u^T) a_dot v z^-1`, `v_dot = v [g * (z m + m^T z)] + (1 - v v^T) a_dot^T u z^-1`.
    fn svd_dot(&self, b: &mut Builder, a_dot: Matrix) -> [NodeId; 3] {
        let (u, s, v) = (self.matrix(b, 0), self.vector(b, 1), self.matrix(b, 2));
        let right = a_dot.times(b, v);
        let m = u.t().times(b, right);
        let s_dot = m.diagonal(b);
        let g = self.square_gaps(b, s);
        let (m_z, mt_z) = (m.columns_times(b, s), m.t().columns_times(b, s));
        let left_turn = m_z.plus(b, m_z.t()).each_times(b, g);
        let right_turn = mt_z.plus(b, mt_z.t()).each_times(b, g);
        let inverse = s.inverse(b);
        let left = a_dot.t().times(b, u);
        let [u_dot, v_dot] = [(u, left_turn, right), (v, right_turn, left)].map(|(w, turn, side)| {
            let inside = w.t().times(b, side);
            let inside = w.times(b, inside);
            let outside = side.minus(b, inside).columns_times(b, inverse);
            w.times(b, turn).plus(b, outside)
        });
        [self.result(b, 0, u_dot), self.result_vector(b, 1, s_dot), self.result(b, 2, v_dot)]
    }

    /// `a_bar = u (diag(s_bar) + [g * (x - x^T)] z + z [g * (y - y^T)]) v^T + (1 - u u^T) u_bar z^-1 v^T
    /// + u z^-1 v_bar^T (1 - v v^T)`, with `x = u^T u_bar`, `y = v^T v_bar`.
    fn svd_bar(&self, b: &mut Builder, bars: &[Option<NodeId>]) -> Option<Matrix> {
        let (u, s, v) = (self.matrix(b, 0), self.vector(b, 1), self.matrix(b, 2));
        let mut sum: Option<Matrix> = None;
        let mut add = |b: &mut Builder, term: Matrix| {
            sum = Some(match sum {
                Some(sum) => sum.plus(b, term),
                None => term,
            });
        };
        if let Some(bar) = bars[1] {
            let values = Vector::new(b, bar, self.cores[1][0]);
            let left = u.columns_times(b, values);
            let term = left.times(b, v.t());
            add(b, term);
        }
        // The two sides are each other's transposes.
        for (w, other, k) in [(u, v, 0), (v, u, 2)] {
            let Some(bar) = bars[k] else { continue };
            let bar = Matrix::new(b, bar, &self.cores[k]);
            let x = w.t().times(b, bar);
            let g = self.square_gaps(b, s);
            let turn = x.minus(b, x.t()).each_times(b, g).columns_times(b, s);
            let turned = w.times(b, turn);
            let inside = w.times(b, x);
            let inverse = s.inverse(b);
            let outside = bar.minus(b, inside).columns_times(b, inverse);
            let left = turned.plus(b, outside);
            let term = left.times(b, other.t());
            add(b, if k == 0 { term } else { term.t() });
        }
        sum
    }

    fn cofactors(&self, b: &mut Builder) -> Matrix {
        let (row, column) = (b.axis_like(self.a.1[0]), b.axis_like(self.a.1[1]));
        let results = vec![vec![row, column]];
        let bind = dslc_ir::Binding { args: vec![self.a.1.to_vec()], results };
        Matrix { node: b.library(Routine::Cofactor, &[self.a.0], bind), row, column }
    }

    /// `c_dot = a^-T (trace(c^T a_dot) - a_dot^T c)`.
    fn cofactor_dot(&self, b: &mut Builder, a_dot: Matrix) -> NodeId {
        let (a, c) = (self.input(b), self.matrix(b, 0));
        let product = a_dot.each_times(b, c);
        let trace = product.total(b);
        let unit = multiple_of_unit(b, trace, self.a.1[0]);
        let moved = a_dot.t().times(b, c);
        let right = unit.minus(b, moved);
        let dot = a.t().solve(b, Routine::Solve, right);
        self.result(b, 0, dot)
    }

    /// With `x = a^-1 c_bar`: `a_bar = trace(x) c - c x^T`.
    fn cofactor_bar(&self, b: &mut Builder, c_bar: NodeId) -> Matrix {
        let (a, c) = (self.input(b), self.matrix(b, 0));
        let c_bar = Matrix::new(b, c_bar, &self.cores[0]);
        let x = a.solve(b, Routine::Solve, c_bar);
        let trace = x.trace(b);
        let first = c.with(b.mul(trace, c.node));
        let second = c.times(b, x.t());
        first.minus(b, second)
    }
}
