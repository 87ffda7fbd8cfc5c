//! Where a NaN or an infinity comes from: the first operation that made one out of finite operands.
//!
//! - *Takes* a function, its arguments, and an element of a result that is not finite.
//! - *Gives* the operation behind that element, by going back through what the element was computed from, or nothing if
//!   it was an argument or a constant already.
//! - *Needs* room for the values of all nodes of the functions on the way: they run again, and nothing is dropped.
//!
//! A selection leads to what was selected, a read to what was read, a call or a branch into its function. In a loop the first trip
//! counts in which an element of the state stops being finite, whichever element it is. An infinity that is an argument or a constant is meant; a NaN that
//! is made of such is told of.

use std::collections::HashSet;

use dslc_ir::infer::mapped_axes;
use dslc_ir::{AxisId, Binding, Bits, Index, Monoid, Node, NodeId, Op, Scalar, Scan, SiteId};

use crate::Stop;
use crate::context::Context;
use crate::control::{Point, Values, number, scalar, slices, slices_but};
use crate::frame::{Frame, run};
use crate::plan::{Plan, Step};
use crate::tensor::{Positional, Tensor, count, row_major};

/// How many elements of a sum are looked behind.
const FOLLOWED: usize = 64;
/// How many operands of a fold are told.
const TOLD: usize = 3;

/// An operation that made a NaN or an infinity.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Origin {
    /// Where it belongs.
    pub site: Option<SiteId>,
    /// The primitive, the monoid of a fold, or the routine, by its name in printed IR.
    pub operation: &'static str,
    /// Its operands; of a fold those largest in magnitude, of a routine none.
    pub operands: Vec<Bits>,
    /// How many operands there were.
    pub count: usize,
    /// What it made.
    pub value: Bits,
}

/// Coordinates of an element.
type At = Vec<(AxisId, usize)>;

/// What is behind an element.
enum Found {
    Made(Origin),
    /// An element of a parameter, by position.
    Param(usize, Vec<usize>),
    Nothing,
}

/// What is behind a node that holds functions.
enum Behind {
    Made(Origin),
    /// An element of an argument.
    Arg(usize, At),
    Nothing,
}

/// The origin of element `element` (row-major) of a result.
pub(crate) fn origin(
    context: &Context<'_>,
    plan: &Plan,
    args: Values,
    result: usize,
    element: usize,
) -> Result<Option<Origin>, Stop> {
    let func = &context.module.funcs[plan.func];
    let extents: Vec<usize> =
        func.result_shape(result).extents.iter().map(|e| e.known().map_or(1, |n| n as usize)).collect();
    match behind(context, plan, args, result, &position(&extents, element))? {
        Found::Made(origin) => Ok(Some(origin)),
        Found::Param(..) | Found::Nothing => Ok(None),
    }
}

fn position(extents: &[usize], element: usize) -> Vec<usize> {
    row_major(extents).iter().zip(extents).map(|(s, n)| element / s.max(&1) % n.max(&1)).collect()
}

/// Whether the bits of a scalar are NaN or an infinity.
pub fn is_odd(scalar: Scalar, word: u64) -> bool {
    match scalar {
        Scalar::F64 => !f64::from_bits(word).is_finite(),
        Scalar::F32 => !f32::from_bits(word as u32).is_finite(),
        Scalar::I64 | Scalar::Bool | Scalar::Key | Scalar::Z2 => false,
    }
}

fn is_nan(x: Bits) -> bool {
    matches!(x.scalar, Scalar::F64 | Scalar::F32) && x.as_f64().is_nan()
}

/// One function on the way back, with all values.
struct Walk<'a, 'c> {
    context: &'c Context<'a>,
    plan: &'c Plan,
    frame: Frame<'a>,
    /// What is still to be looked behind, the nearest last.
    open: Vec<(NodeId, usize, At)>,
    seen: HashSet<(NodeId, usize, usize)>,
    /// A NaN that infinities were made into, if nothing that made them is found.
    spare: Option<(NodeId, Origin)>,
    param: Option<(usize, Vec<usize>)>,
}

fn behind(
    context: &Context<'_>,
    plan: &Plan,
    args: Values,
    result: usize,
    position: &[usize],
) -> Result<Found, Stop> {
    context.deeper(|| {
        context.poll()?;
        let frame = Frame::whole(context, plan, args)?;
        let output = &frame.func.results[result];
        let at: At = output.axes.iter().copied().zip(position.iter().copied()).collect();
        let open = vec![(output.node, 0, at)];
        let (seen, spare, param) = (HashSet::new(), None, None);
        let mut walk = Walk { context, plan, frame, open, seen, spare, param };
        while let Some((node, k, at)) = walk.open.pop() {
            if let Some(origin) = walk.look(node, k, at)? {
                return Ok(Found::Made(origin));
            }
        }
        Ok(match (walk.spare, walk.param) {
            (Some((_, origin)), _) => Found::Made(origin),
            (None, Some((k, position))) => Found::Param(k, position),
            (None, None) => Found::Nothing,
        })
    })
}

/// The place of an element among the words of a tensor.
fn place(tensor: &Tensor, at: &[(AxisId, usize)]) -> usize {
    at.iter().map(|&(a, k)| k * tensor.stride(a)).sum()
}

fn coordinate(at: &[(AxisId, usize)], axis: AxisId) -> usize {
    at.iter().find(|(a, _)| *a == axis).map_or(0, |(_, k)| *k)
}

impl Walk<'_, '_> {
    fn bits(&self, node: NodeId, at: &[(AxisId, usize)]) -> Result<Bits, Stop> {
        let tensor = self.frame.value(node)?;
        let word = tensor.data.words.get(place(tensor, at)).copied();
        let bits = word.ok_or_else(|| Stop::Bug(format!("an element of {node} is missing")))?;
        Ok(Bits { scalar: self.frame.scalar(node), bits })
    }

    fn step(&self, node: NodeId) -> Result<&Step, Stop> {
        let found = self.plan.steps.binary_search_by_key(&node, |s| s.node);
        found.map(|k| &self.plan.steps[k]).map_err(|_| Stop::Bug(format!("{node} is not planned")))
    }

    /// Looks behind one element that is not finite.
    fn look(&mut self, id: NodeId, k: usize, at: At) -> Result<Option<Origin>, Stop> {
        let tensor = self.frame.result(id, k)?;
        let element = place(tensor, &at);
        let value = tensor.data.words.get(element).copied().unwrap_or(0);
        if !self.seen.insert((id, k, element)) {
            return Ok(None);
        }
        let node = self.frame.func.nodes[id].clone();
        let value = Bits { scalar: node.types[k].scalar, bits: value };
        if !is_odd(value.scalar, value.bits) {
            return Ok(None);
        }
        match &node.op {
            Op::Param(p) => {
                let axes = &self.frame.func.params[*p as usize].axes;
                let position = axes.iter().map(|&a| coordinate(&at, a)).collect();
                self.param.get_or_insert((*p as usize, position));
                Ok(None)
            }
            Op::Const(_) | Op::Dense(_) | Op::Iota(_) | Op::ArgFold { .. } => Ok(None),
            Op::Proj(k) => {
                self.open.push((node.args[0], *k as usize, at));
                Ok(None)
            }
            Op::Map(prim) if prim.0.name == "select" => {
                let first = self.bits(node.args[0], &at)?.bits != 0;
                self.open.push((node.args[if first { 1 } else { 2 }], 0, at));
                Ok(None)
            }
            Op::Map(prim) => {
                let parts = node.args.iter().map(|&a| (a, at.clone())).collect();
                self.made_of(id, &node, prim.0.name, value, parts)
            }
            Op::Fold { monoid, axes } => {
                let parts = self.folded(&node, axes, &at)?;
                // The unit of a selection is meant.
                if parts.is_empty() {
                    return Ok(None);
                }
                let name = if *monoid == Monoid::Sum { "sum" } else { monoid.name() };
                self.made_of(id, &node, name, value, parts)
            }
            Op::Read { index, fill } => {
                let read = self.pointed(&node, index, 1, &at)?;
                let inside =
                    read.iter().all(|&(a, p)| self.frame.extent(a).is_ok_and(|n| (0..n as i64).contains(&p)));
                if inside {
                    let mut from = at;
                    from.retain(|(a, _)| index.iter().all(|(i, _)| i != a));
                    from.extend(read.into_iter().map(|(a, p)| (a, p as usize)));
                    self.open.push((node.args[0], 0, from));
                } else if *fill {
                    self.open.push((node.args[node.args.len() - 1], 0, at));
                }
                Ok(None)
            }
            Op::Scatter { index, over } => {
                let parts = self.written(&node, index, over, 1, &at)?;
                let parts = parts.into_iter().map(|at| (node.args[0], at)).collect();
                self.made_of(id, &node, "sum", value, parts)
            }
            Op::Update { index, over } => {
                let last = self.written(&node, index, over, 2, &at)?.pop();
                let (arg, at) = last.map_or((0, at), |written| (1, written));
                self.open.push((node.args[arg], 0, at));
                Ok(None)
            }
            Op::Stack { axis } => {
                let arg = node.args[coordinate(&at, *axis)];
                self.open.push((arg, 0, at));
                Ok(None)
            }
            Op::Call { bind, .. } => {
                let point = self.point(&node, bind, 0, None, &at);
                let step = self.step(id)?;
                let args = slices(self.context, &self.frame, step, &node, bind, &point)?;
                let position = bound(&bind.results[k], &at);
                let found = behind(self.context, &step.callees[0], args, k, &position)?;
                Ok(self.outside(&node, found_in(found, bind, &point, 0)))
            }
            Op::If { bind, .. } => {
                let point = self.point(&node, bind, 0, None, &at);
                let step = self.step(id)?;
                let mut args = slices(self.context, &self.frame, step, &node, bind, &point)?;
                let side = usize::from(scalar(args.remove(0))? == 0);
                let position = bound(&bind.results[k], &at);
                let found = behind(self.context, &step.callees[side], args, k, &position)?;
                Ok(self.outside(&node, found_in(found, bind, &point, 1)))
            }
            Op::Scan(scan) => {
                let point = self.point(&node, &scan.bind, scan.xs as usize, scan.axis, &at);
                let behind = self.trips(id, &node, scan, &point, k, &at)?;
                Ok(self.outside(&node, behind))
            }
            Op::While { state, bind, .. } => {
                let point = self.point(&node, bind, 0, None, &at);
                let behind = self.rounds(id, &node, bind, *state as usize, &point, k, &at)?;
                Ok(self.outside(&node, behind))
            }
            Op::Library { routine, bind } => {
                let point = self.point(&node, bind, 0, None, &at);
                let mut parts = Vec::new();
                for (arg, axes) in node.args.iter().zip(&bind.args) {
                    self.each(axes, &point, |at| parts.push((*arg, at)))?;
                }
                let made = self.made_of(id, &node, routine.name(), value, parts)?;
                Ok(made.map(|origin| Origin { operands: Vec::new(), ..origin }))
            }
            Op::Vjp { .. } | Op::Jvp { .. } | Op::Bounds { .. } | Op::Spectral { .. } => {
                Err(Stop::Bug(format!("{id} is not expanded")))
            }
        }
    }

    /// Goes on behind the operands that are not finite, NaN first; if all are finite the operation is the origin.
    fn made_of(
        &mut self,
        id: NodeId,
        node: &Node,
        operation: &'static str,
        value: Bits,
        parts: Vec<(NodeId, At)>,
    ) -> Result<Option<Origin>, Stop> {
        let mut operands = Vec::with_capacity(parts.len());
        for (arg, at) in &parts {
            operands.push(self.bits(*arg, at)?);
        }
        let odd = |x: &Bits| is_odd(x.scalar, x.bits);
        let any_odd = operands.iter().any(odd);
        let any_nan = operands.iter().any(|x| is_nan(*x));
        let mut next: Vec<(bool, NodeId, At)> = operands
            .iter()
            .zip(parts)
            .filter(|(x, _)| odd(x))
            .map(|(x, (arg, at))| (is_nan(*x), arg, at))
            .take(FOLLOWED)
            .collect();
        let count = operands.len();
        let mut told = operands;
        if matches!(node.op, Op::Fold { .. } | Op::Scatter { .. }) {
            told.sort_by(|a, b| b.as_f64().abs().total_cmp(&a.as_f64().abs()));
            told.truncate(TOLD);
        }
        let origin = Origin { site: node.site, operation, operands: told, count, value };
        if !any_odd {
            return Ok(Some(origin));
        }
        if is_nan(value) && !any_nan && self.spare.as_ref().is_none_or(|(first, _)| id < *first) {
            self.spare = Some((id, origin));
        }
        // The last that is pushed is looked at first.
        next.sort_by_key(|(nan, ..)| *nan);
        self.open.extend(next.into_iter().map(|(_, arg, at)| (arg, 0, at)));
        Ok(None)
    }

    /// Calls `f` with each element of a box of axes beside a point.
    fn each(&self, axes: &[AxisId], point: &Point, mut f: impl FnMut(At)) -> Result<(), Stop> {
        let extents = self.frame.extents(axes)?;
        for element in 0..count(&extents)? {
            if element % crate::tensor::POLL == 0 {
                self.context.poll()?;
            }
            let mut at: At = axes.iter().copied().zip(position(&extents, element)).collect();
            at.extend(point.iter().filter(|(a, _)| !axes.contains(a)));
            f(at);
        }
        Ok(())
    }

    /// The elements that are folded into one.
    fn folded(&self, node: &Node, axes: &[AxisId], at: &At) -> Result<Vec<(NodeId, At)>, Stop> {
        let mut parts = Vec::new();
        self.each(axes, at, |at| parts.push((node.args[0], at)))?;
        Ok(parts)
    }

    /// Where an index map points; data arguments begin at `first`.
    fn pointed(
        &self,
        node: &Node,
        index: &[(AxisId, Index)],
        first: usize,
        at: &At,
    ) -> Result<Vec<(AxisId, i64)>, Stop> {
        let one = |(axis, i): &(AxisId, Index)| {
            let affine = i
                .terms
                .iter()
                .fold(i128::from(i.offset), |sum, (a, c)| sum + i128::from(*c) * coordinate(at, *a) as i128);
            let data = match i.data {
                Some(d) => self.bits(node.args[first + d as usize], at)?.bits as i64,
                None => 0,
            };
            let position = affine + i128::from(data);
            Ok((*axis, i64::try_from(position).unwrap_or(-1)))
        };
        index.iter().map(one).collect()
    }

    /// The elements that were written to a place, in order.
    fn written(
        &self,
        node: &Node,
        index: &[(AxisId, Index)],
        over: &[AxisId],
        first: usize,
        at: &At,
    ) -> Result<Vec<At>, Stop> {
        let stay: At = at.iter().copied().filter(|(a, _)| index.iter().all(|(i, _)| i != a)).collect();
        let mut all = Vec::new();
        self.each(over, &stay, |from| all.push(from))?;
        let mut here = Vec::new();
        for from in all {
            let to = self.pointed(node, index, first, &from)?;
            if to.iter().all(|&(a, p)| p == coordinate(at, a) as i64) {
                here.push(from);
            }
        }
        Ok(here)
    }

    /// The point of the mapped axes.
    fn point(&self, node: &Node, bind: &Binding, xs: usize, axis: Option<AxisId>, at: &At) -> At {
        let mapped = mapped_axes(self.frame.func, bind, &node.args, xs, axis);
        mapped.into_iter().map(|a| (a, coordinate(at, a))).collect()
    }

    /// Takes what was found in a function to the node that runs it.
    fn outside(&mut self, node: &Node, behind: Behind) -> Option<Origin> {
        match behind {
            Behind::Made(origin) => Some(origin),
            Behind::Arg(k, at) => {
                self.open.push((node.args[k], 0, at));
                None
            }
            Behind::Nothing => None,
        }
    }

    fn trips(
        &self,
        id: NodeId,
        node: &Node,
        scan: &Scan,
        point: &Point,
        k: usize,
        at: &At,
    ) -> Result<Behind, Stop> {
        let (context, frame, step) = (self.context, &self.frame, self.step(id)?);
        let (xs, state) = (scan.xs as usize, scan.state as usize);
        let first = 1 + xs;
        let mut args = slices_but(context, frame, step, node, &scan.bind, point, 1..first)?;
        let n = usize::try_from(scalar(args[0].take())? as i64).unwrap_or(0);
        let position = bound(&scan.bind.results[k], at);
        for trip in 0..n {
            context.poll()?;
            let now = if scan.reverse { n - 1 - trip } else { trip };
            args[0] = Some(number(context, now as u64)?);
            let mut fixed = point.to_vec();
            fixed.extend(scan.axis.map(|a| (a, now)));
            for k in (1..first).filter(|&k| step.args[k]) {
                args[k] = Some(frame.positional(context, node.args[k], &scan.bind.args[k], &fixed)?);
            }
            let mut results = run(context, &step.callees[0], args.clone())?;
            let stacked = k >= state && scan.axis.is_some_and(|a| coordinate(at, a) == now);
            let turned = match stacked {
                true => Some((k, position.clone())),
                false => self.turned(&step.callees[0], &args[first..first + state], &results),
            };
            if let Some((r, position)) = turned {
                match behind(context, &step.callees[0], args.clone(), r, &position)? {
                    Found::Made(origin) => return Ok(Behind::Made(origin)),
                    // What is in the state already was not made here.
                    Found::Param(j, _) if (first..first + state).contains(&j) && !stacked => {}
                    Found::Param(j, position) => {
                        let at = if j < first { &fixed } else { &point.to_vec() };
                        return Ok(Behind::Arg(j, outer(&scan.bind.args[j], &position, at)));
                    }
                    Found::Nothing => {}
                }
            }
            results.truncate(state);
            args.splice(first..first + state, results);
        }
        Ok(self.initial(node, &scan.bind, first, (k < state).then_some((k, position)), point))
    }

    #[allow(clippy::too_many_arguments)]
    fn rounds(
        &self,
        id: NodeId,
        node: &Node,
        bind: &Binding,
        state: usize,
        point: &Point,
        k: usize,
        at: &At,
    ) -> Result<Behind, Stop> {
        let (context, step) = (self.context, self.step(id)?);
        let mut args = slices(context, &self.frame, step, node, bind, point)?;
        loop {
            context.poll()?;
            let more = run(context, &step.callees[0], args.clone())?.pop().flatten();
            if scalar(more)? == 0 {
                break;
            }
            let results = run(context, &step.callees[1], args.clone())?;
            if let Some((r, position)) = self.turned(&step.callees[1], &args[..state], &results) {
                match behind(context, &step.callees[1], args.clone(), r, &position)? {
                    Found::Made(origin) => return Ok(Behind::Made(origin)),
                    Found::Param(j, position) if j >= state => {
                        return Ok(Behind::Arg(j, outer(&bind.args[j], &position, point)));
                    }
                    Found::Param(..) | Found::Nothing => {}
                }
            }
            args.splice(..state, results);
        }
        Ok(self.initial(node, bind, 0, Some((k, bound(&bind.results[k], at))), point))
    }

    /// An element of the state that has just stopped being finite.
    fn turned(
        &self,
        body: &Plan,
        before: &[Option<Positional>],
        after: &[Option<Positional>],
    ) -> Option<(usize, Vec<usize>)> {
        let func = &self.context.module.funcs[body.func];
        before.iter().zip(after).enumerate().find_map(|(k, (x, y))| {
            let (x, y) = (x.as_ref(), y.as_ref()?);
            let scalar = func.result_shape(k).scalar;
            let was = |i: usize| x.is_some_and(|x| x.data.words.get(i).is_some_and(|&w| is_odd(scalar, w)));
            let words = y.data.words.iter().enumerate();
            let i = words.filter(|(_, w)| is_odd(scalar, **w)).find(|(i, _)| !was(*i))?.0;
            Some((k, position(&y.extents, i)))
        })
    }

    /// The element that a loop began with.
    fn initial(
        &self,
        node: &Node,
        bind: &Binding,
        first: usize,
        element: Option<(usize, Vec<usize>)>,
        point: &Point,
    ) -> Behind {
        match element {
            Some((k, position)) if first + k < node.args.len() => {
                Behind::Arg(first + k, outer(&bind.args[first + k], &position, point))
            }
            _ => Behind::Nothing,
        }
    }
}

/// The coordinates along bound axes, by position.
fn bound(axes: &[AxisId], at: &[(AxisId, usize)]) -> Vec<usize> {
    axes.iter().map(|&a| coordinate(at, a)).collect()
}

/// The element of an argument that a function sees at a position, at a point of the mapped axes.
fn outer(axes: &[AxisId], position: &[usize], point: &Point) -> At {
    let mut at: At = axes.iter().copied().zip(position.iter().copied()).collect();
    at.extend(point.iter().filter(|(a, _)| !axes.contains(a)));
    at
}

/// What was found in a function whose parameters are the arguments from `first` on.
fn found_in(found: Found, bind: &Binding, point: &Point, first: usize) -> Behind {
    match found {
        Found::Made(origin) => Behind::Made(origin),
        Found::Param(k, position) => Behind::Arg(first + k, outer(&bind.args[first + k], &position, point)),
        Found::Nothing => Behind::Nothing,
    }
}
