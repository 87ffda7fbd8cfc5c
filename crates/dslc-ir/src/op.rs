//! The operators: a closed set, matched without a wildcard.

use std::sync::Arc;

use crate::function::{AxisId, FuncId};
use crate::prim::PrimRef;
use crate::routine::Routine;
use crate::scalar::{Bits, Scalar};
use crate::semiring::Monoid;

/// An operator. Types below are written `scalar{axes}`.
///
/// Control flow and routines work on *core* axes, which a [`Binding`] lists by position, and are *mapped* over
/// every other axis of their arguments: for each point of the mapped axes they run on their own. Every result
/// has all mapped axes.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Op {
    /// The parameter with this position.
    Param(u32),
    /// A scalar constant.
    Const(Bits),
    /// A constant tensor.
    Dense(Arc<Dense>),
    /// The position along an axis, from 0: `i64{axis}`.
    Iota(AxisId),
    /// A scalar primitive, pointwise over the union of its arguments' axes.
    Map(PrimRef),
    /// Adds the axes away with a monoid. The order of `axes` is the row-major order of the fold (the last one
    /// moves fastest); the result is *defined* by the lane order of `dslc_eval::order`. `args = [x]`.
    Fold {
        /// The monoid.
        monoid: Monoid,
        /// The axes to fold, slowest first. The argument may lack some of them: it is constant along these.
        axes: Vec<AxisId>,
    },
    /// The position of the largest (or smallest) element over `axes`, row-major, lowest at ties; NaN is larger
    /// than everything for `max` and smaller than everything for `min`. One result for each axis, `i64`.
    /// Over nothing it is a run-time error. `args = [x]`.
    ArgFold {
        /// Largest rather than smallest.
        max: bool,
        /// The axes, slowest first.
        axes: Vec<AxisId>,
    },
    /// `result[out] = x[index(out)]`: rename, slice, stride, diagonal, reversal, window, gather.
    /// `args = [x, data.., fill?]`. Axes of `x` that `index` does not list pass through. The result has those,
    /// the axes of the index terms, and the axes of the data and of the fill. A position outside gives the fill
    /// if there is one; else it is a run-time error at the node's site (purely affine reads without a fill are
    /// proved inside before the node is made).
    Read {
        /// For each axis of `x` that is indexed: where to read.
        index: Vec<(AxisId, Index)>,
        /// Whether the last argument is the value outside.
        fill: bool,
    },
    /// The transpose of `Read`: `result[index(over)] += v`, summed over the axes `over` in row-major order, from
    /// zero. `args = [v, data..]`. Positions outside are dropped. The result has the indexed axes, and the axes
    /// of `v` and the data that are not in `over`.
    Scatter {
        /// For each *result* axis that is indexed: where to add, as a function of the axes of `v` and the data.
        index: Vec<(AxisId, Index)>,
        /// The axes of `v`, of the data and of the index terms that are consumed, slowest first.
        over: Vec<AxisId>,
    },
    /// `x` with elements replaced: `result = x; result[index(over)] = v` (the last write wins, row-major over
    /// `over`). `args = [x, v, data..]`. Axes of `x` that `index` does not list pass through. The result has the
    /// axes of `x`, and those of `v` and the data that are not in `over`. Outside is a run-time error.
    Update {
        /// For each axis of `x` that is indexed: where to write.
        index: Vec<(AxisId, Index)>,
        /// The axes of `v` (and the index terms) that run over the written window, slowest first.
        over: Vec<AxisId>,
    },
    /// The arguments along a new axis, whose extent is their number. All have the same scalar type.
    Stack {
        /// The new axis.
        axis: AxisId,
    },
    /// One result of a node with several.
    Proj(u32),
    /// A call. Argument `k` goes to parameter `k`.
    Call {
        /// The callee.
        func: FuncId,
        /// How axes are bound.
        bind: Binding,
    },
    /// One of two functions, by the bool `args[0]`; the other arguments go to the function's parameters
    /// (`bind.args[0]` is empty). Only the chosen one runs.
    If {
        /// Where the condition holds.
        then: FuncId,
        /// Where it does not.
        otherwise: FuncId,
        /// How axes are bound; `args[k + 1]` is the functions' parameter `k`.
        bind: Binding,
    },
    /// A loop with a count, a state, inputs read slice by slice and outputs stacked.
    Scan(Scan),
    /// `args = [state.., captures..]`, which are the parameters of both functions. While `cond` gives true, the
    /// state becomes the results of `body`. The results are the final state.
    While {
        /// Gives one bool.
        cond: FuncId,
        /// Gives the next state.
        body: FuncId,
        /// How many of the arguments are state.
        state: u32,
        /// How axes are bound.
        bind: Binding,
    },
    /// The reverse derivative of a function: `args = [x.., y_bar..]` with a cotangent for each *float* result of
    /// `func`, in order; results `[y.., x_bar..]` with a cotangent for each parameter marked in `wrt` (all of
    /// them floats). Expanded by the derivative pass; never seen after it.
    Vjp {
        /// The function.
        func: FuncId,
        /// For each parameter: whether its cotangent is wanted.
        wrt: Vec<bool>,
        /// How axes are bound, for all arguments and all results.
        bind: Binding,
    },
    /// The forward derivative: `args = [x.., x_dot..]` with a tangent for each parameter marked in `wrt` (all
    /// floats; the others do not move); results `[y.., y_dot..]` with a tangent for each *float* result.
    /// Expanded by the derivative pass; never seen after it.
    Jvp {
        /// The function.
        func: FuncId,
        /// For each parameter: whether it moves.
        wrt: Vec<bool>,
        /// How axes are bound, for all arguments and all results.
        bind: Binding,
    },
    /// Enclosures of a function on a box: `args = [x.., x_hi..]` with an upper end for each parameter marked in `wrt`
    /// (all floats), whose argument is the lower end; results `[lo.., hi..]`, a lower and an upper end for each result
    /// of `func`. Between the ends of every element stands what `func` gives at each point of the box; a bool that
    /// differs on it is false up to true. Expanded by the derivative pass; never seen after it.
    Bounds {
        /// The function.
        func: FuncId,
        /// For each parameter: whether it is a box.
        wrt: Vec<bool>,
        /// How axes are bound, for all arguments and all results.
        bind: Binding,
    },
    /// A function of a symmetric matrix: `args = [a, captures..]`, core `a[n, n]`, result `[n, n]`. With `p diag(d) p^T`
    /// the symmetric part of `a` it is `p diag(f(d)) p^T`, where `func` takes a float and the captures and gives a
    /// float. Expanded by the derivative pass, which knows how often it is differentiated; never seen after it.
    Spectral {
        /// The function of one number.
        func: FuncId,
        /// How axes are bound.
        bind: Binding,
    },
    /// A routine of the runtime on core axes.
    Library {
        /// Which one.
        routine: Routine,
        /// How axes are bound.
        bind: Binding,
    },
}

/// Which axes of the caller are the core axes of the callee.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Binding {
    /// For each argument: the caller's axes in the order of the parameter's axes. An argument may *lack* a bound
    /// axis: it is constant along it.
    pub args: Vec<Vec<AxisId>>,
    /// For each result: axes of the caller that the call is not mapped over, in the order of the result's axes.
    /// Fresh ones as a rule; where the arguments are bound along the same ones (a loop over a batch), the result
    /// lines up with what went in.
    pub results: Vec<Vec<AxisId>>,
}

/// A counted loop.
///
/// `args = [extent, xs.., state.., captures..]`; the body's parameters are
/// `[index, xs slices.., state.., captures..]` and its results `[state.., ys..]`; the node's results are the
/// final state and the `ys` stacked along `axis`. `extent` is an i64 (a negative one counts as 0); the index
/// runs from 0 up, or down to 0 if `reverse`. Slice `index` of the `xs` is read and slice `index` of the `ys`
/// written in either direction.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Scan {
    /// The loop's body.
    pub body: FuncId,
    /// How many arguments are read slice by slice.
    pub xs: u32,
    /// How many arguments are state.
    pub state: u32,
    /// The caller's axis of the `xs` and `ys`, if there are any; not listed in `bind`. If its extent is static,
    /// the extent argument must be that constant; if it is dynamic, the extent has no axes.
    pub axis: Option<AxisId>,
    /// Whether the index runs down.
    pub reverse: bool,
    /// How the other axes are bound; aligned with the node's arguments (`bind.args[0]` is empty) and results.
    pub bind: Binding,
}

/// Where one axis is read: `offset + sum of coefficient * axis + data`.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Index {
    /// Axes and their coefficients; sorted by axis, no coefficient is 0.
    pub terms: Vec<(AxisId, i64)>,
    /// The constant part.
    pub offset: i64,
    /// Which of the node's data arguments (from 0) is added, if one is.
    pub data: Option<u32>,
}

impl Index {
    /// The axis itself.
    pub fn axis(axis: AxisId) -> Self {
        Self { terms: vec![(axis, 1)], offset: 0, data: None }
    }
    /// A constant position.
    pub fn constant(offset: i64) -> Self {
        Self { terms: Vec::new(), offset, data: None }
    }
    /// A data argument.
    pub fn data(argument: u32) -> Self {
        Self { terms: Vec::new(), offset: 0, data: Some(argument) }
    }
    /// The axis, if the index is exactly one axis.
    pub fn as_axis(&self) -> Option<AxisId> {
        match (self.terms.as_slice(), self.offset, self.data) {
            (&[(axis, 1)], 0, None) => Some(axis),
            _ => None,
        }
    }
    /// The constant, if the index is one.
    pub fn as_constant(&self) -> Option<i64> {
        (self.terms.is_empty() && self.data.is_none()).then_some(self.offset)
    }
}

/// A constant tensor, row-major over `axes` (which may stand in any order).
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Dense {
    /// The type of each element.
    pub scalar: Scalar,
    /// The axes by position, slowest first.
    pub axes: Vec<AxisId>,
    /// The elements as bits, zero-extended.
    pub elements: Vec<u64>,
}
