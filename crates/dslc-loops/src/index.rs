//! Positions and memory as affine sums of registers.

use dslc_ir::AxisId;
use dslc_ir::mach::V;

use crate::program::BufferId;

/// Stands for "which lane of the vector" in an affine sum; never defined, never emitted. A load whose address has
/// it with coefficient 1 is a vector load.
pub(crate) const LANE: V = V(u32::MAX);

/// Marks a position that was proved to be inside before its axes were merged to one loop; its value is 0. The
/// position as it stands need not be inside: it counts through several rows.
pub(crate) const TRUST: V = V(u32::MAX - 1);

/// `offset + sum of coefficient * register`. **Invariant:** terms are sorted by register, without repetition, and
/// no coefficient is 0, so equal sums are equal values.
#[derive(Clone, PartialEq, Eq, Hash, Default, Debug)]
pub(crate) struct Sum {
    pub(crate) offset: i64,
    pub(crate) terms: Vec<(V, i64)>,
}

impl Sum {
    /// A number.
    pub(crate) fn constant(offset: i64) -> Self {
        Self { offset, terms: Vec::new() }
    }
    /// A register.
    pub(crate) fn register(v: V) -> Self {
        Self { offset: 0, terms: vec![(v, 1)] }
    }
    /// Adds `factor * other`.
    pub(crate) fn add(&mut self, other: &Sum, factor: i64) {
        if factor == 0 {
            return;
        }
        self.offset = self.offset.wrapping_add(other.offset.wrapping_mul(factor));
        for &(v, c) in &other.terms {
            self.add_term(v, c.wrapping_mul(factor));
        }
    }
    /// Adds `coefficient * register`.
    pub(crate) fn add_term(&mut self, v: V, coefficient: i64) {
        match self.terms.binary_search_by_key(&v, |t| t.0) {
            Ok(at) => {
                self.terms[at].1 = self.terms[at].1.wrapping_add(coefficient);
                if self.terms[at].1 == 0 {
                    self.terms.remove(at);
                }
            }
            Err(_) if coefficient == 0 => {}
            Err(at) => self.terms.insert(at, (v, coefficient)),
        }
    }
    /// The sum with another added.
    pub(crate) fn plus(mut self, other: &Sum, factor: i64) -> Sum {
        self.add(other, factor);
        self
    }
    /// The sum with a number added.
    pub(crate) fn shifted(mut self, by: i64) -> Sum {
        self.offset = self.offset.wrapping_add(by);
        self
    }
    /// What a register is multiplied with.
    pub(crate) fn coefficient(&self, v: V) -> i64 {
        self.terms.iter().find(|t| t.0 == v).map_or(0, |t| t.1)
    }
    /// The sum without the marks: what a scalar computes.
    pub(crate) fn real(&self) -> Sum {
        Sum { offset: self.offset, terms: self.terms.iter().copied().filter(|t| t.0 < TRUST).collect() }
    }
    /// The sum without a register.
    pub(crate) fn without(&self, v: V) -> Sum {
        Sum { offset: self.offset, terms: self.terms.iter().copied().filter(|t| t.0 != v).collect() }
    }
}

/// Where each axis stands: what an expression is evaluated at.
#[derive(Clone, Default, Debug)]
pub(crate) struct Env(Vec<(AxisId, Sum)>);

impl Env {
    /// The position along an axis; 0 along one that is not named.
    pub(crate) fn get(&self, axis: AxisId) -> Sum {
        self.0.iter().find(|e| e.0 == axis).map_or_else(Sum::default, |e| e.1.clone())
    }
    /// Sets the position along an axis.
    pub(crate) fn set(&mut self, axis: AxisId, position: Sum) {
        match self.0.iter_mut().find(|e| e.0 == axis) {
            Some(entry) => entry.1 = position,
            None => self.0.push((axis, position)),
        }
    }
}

/// A tensor in memory.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct View {
    pub(crate) buffer: BufferId,
    /// The element at position 0 of every axis.
    pub(crate) at: Sum,
    /// Elements from one position to the next; 0 along axes that are not named.
    pub(crate) strides: Vec<(AxisId, i64)>,
}

impl View {
    /// A row-major tensor without gaps over these axes with these extents, slowest first.
    pub(crate) fn row_major(buffer: BufferId, axes: &[(AxisId, u64)]) -> Self {
        let mut strides = Vec::with_capacity(axes.len());
        let mut stride = 1i64;
        for &(axis, extent) in axes.iter().rev() {
            strides.push((axis, stride));
            stride = stride.saturating_mul(extent.max(1) as i64);
        }
        strides.reverse();
        Self { buffer, at: Sum::default(), strides }
    }
    /// The stride along an axis.
    pub(crate) fn stride(&self, axis: AxisId) -> i64 {
        self.strides.iter().filter(|s| s.0 == axis).map(|s| s.1).sum()
    }
    /// Where the element of a point stands.
    pub(crate) fn address(&self, env: &Env) -> Sum {
        let mut at = self.at.clone();
        for &(axis, stride) in &self.strides {
            at.add(&env.get(axis), stride);
        }
        at
    }
    /// The view with some axes fixed at the positions of `env`.
    pub(crate) fn fixed(&self, axes: &[AxisId], env: &Env) -> View {
        let mut view = View { buffer: self.buffer, at: self.at.clone(), strides: Vec::new() };
        for &(axis, stride) in &self.strides {
            if axes.contains(&axis) {
                view.at.add(&env.get(axis), stride);
            } else {
                view.strides.push((axis, stride));
            }
        }
        view
    }
}

/// What a node's value is kept in.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Home {
    /// A scalar register; the node has no axes.
    Register(V),
    /// Memory.
    View(View),
}
