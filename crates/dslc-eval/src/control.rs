//! Calls and loops. Each runs on its own for every point of the mapped axes: those of its arguments that are
//! neither bound nor read slice by slice.

use std::rc::Rc;

use dslc_ir::infer::mapped_axes;
use dslc_ir::{AxisId, Binding, Node, Scan};
use dslc_runtime::failure::Failure;

use crate::Stop;
use crate::context::Context;
use crate::frame::{Frame, run};
use crate::plan::Step;
use crate::tensor::{Buffer, Positional, Tensor, count, row_major, sorted};

/// Positions along the mapped axes.
pub(crate) type Point = [(AxisId, usize)];
pub(crate) type Values = Vec<Option<Positional>>;

/// Whether the functions that a node runs have loops.
fn has_loops(step: &Step) -> bool {
    step.callees.iter().any(|c| c.loops)
}

/// A call.
pub(crate) fn call(
    context: &Context<'_>,
    frame: &Frame<'_>,
    step: &Step,
    node: &Node,
    bind: &Binding,
) -> Result<Vec<Option<Tensor>>, Stop> {
    let mapped = mapped_axes(frame.func, bind, &node.args, 0, None);
    each_point(context, frame, &mapped, step, has_loops(step), &bind.results, |point| {
        let args = slices(context, frame, step, node, bind, point)?;
        run(context, &step.callees[0], args)
    })
}

/// One of two functions, chosen at each point.
pub(crate) fn branch(
    context: &Context<'_>,
    frame: &Frame<'_>,
    step: &Step,
    node: &Node,
    bind: &Binding,
) -> Result<Vec<Option<Tensor>>, Stop> {
    let mapped = mapped_axes(frame.func, bind, &node.args, 0, None);
    each_point(context, frame, &mapped, step, has_loops(step), &bind.results, |point| {
        let mut args = slices(context, frame, step, node, bind, point)?;
        let condition = scalar(args.remove(0))?;
        let side = usize::from(condition == 0);
        run(context, &step.callees[side], args).map_err(|stop| context.trace(stop, side as u32))
    })
}

/// A loop with a condition.
pub(crate) fn repeat(
    context: &Context<'_>,
    frame: &Frame<'_>,
    step: &Step,
    node: &Node,
    state: usize,
    bind: &Binding,
) -> Result<Vec<Option<Tensor>>, Stop> {
    let mapped = mapped_axes(frame.func, bind, &node.args, 0, None);
    each_point(context, frame, &mapped, step, true, &bind.results, |point| {
        let mut args = slices(context, frame, step, node, bind, point)?;
        loop {
            context.poll()?;
            let more = run(context, &step.callees[0], args.clone())?.pop().flatten();
            if scalar(more)? == 0 {
                args.truncate(state);
                return Ok(args);
            }
            let next = run(context, &step.callees[1], args.clone())?;
            args.splice(..state, next);
        }
    })
}

/// A loop with a count.
pub(crate) fn scan(
    context: &Context<'_>,
    frame: &Frame<'_>,
    step: &Step,
    node: &Node,
    scan: &Scan,
) -> Result<Vec<Option<Tensor>>, Stop> {
    let (xs, state) = (scan.xs as usize, scan.state as usize);
    let mapped = mapped_axes(frame.func, &scan.bind, &node.args, xs, scan.axis);
    let mut results = scan.bind.results.clone();
    for axes in &mut results[state..] {
        axes.insert(0, scan.axis.ok_or_else(|| Stop::Bug("stacked outputs without an axis".into()))?);
    }
    each_point(context, frame, &mapped, step, true, &results, |point| {
        trips(context, frame, step, node, scan, point)
    })
}

/// The trips of a counted loop at one point: the final state, and the outputs stacked along a first axis.
fn trips(
    context: &Context<'_>,
    frame: &Frame<'_>,
    step: &Step,
    node: &Node,
    scan: &Scan,
    point: &Point,
) -> Result<Values, Stop> {
    let (xs, state) = (scan.xs as usize, scan.state as usize);
    let mut args = slices_but(context, frame, step, node, &scan.bind, point, 1..1 + xs)?;
    let n = usize::try_from(scalar(args[0].take())? as i64).unwrap_or(0);
    let mut stacks: Vec<Option<Stack>> = step.wanted[state..].iter().map(|_| None).collect();
    for trip in 0..n {
        context.poll()?;
        let at = if scan.reverse { n - 1 - trip } else { trip };
        args[0] = Some(number(context, at as u64)?);
        let mut fixed = point.to_vec();
        fixed.extend(scan.axis.map(|a| (a, at)));
        for k in (1..1 + xs).filter(|&k| step.args[k]) {
            args[k] = Some(frame.positional(context, node.args[k], &scan.bind.args[k], &fixed)?);
        }
        let mut results = run(context, &step.callees[0], args.clone())?;
        for (stack, y) in stacks.iter_mut().zip(results.drain(state..)) {
            let Some(y) = y else { continue };
            match stack {
                Some(stack) => stack.put(at, &y)?,
                None => *stack = Some(Stack::new(context, n, at, &y)?),
            }
        }
        args.splice(1 + xs..1 + xs + state, results);
    }
    let mut results: Values = args[1 + xs..1 + xs + state].to_vec();
    for (k, stack) in stacks.into_iter().enumerate() {
        results.push(match stack {
            Some(stack) => Some(stack.finish()),
            None if step.wanted[state + k] => Some(nothing(context, frame, &scan.bind.results[state + k])?),
            None => None,
        });
    }
    Ok(results)
}

/// The outputs of a loop without trips.
fn nothing(context: &Context<'_>, frame: &Frame<'_>, axes: &[AxisId]) -> Result<Positional, Stop> {
    let inner = axes.iter().map(|&a| frame.extent(a).unwrap_or(0));
    let extents = std::iter::once(0).chain(inner).collect();
    Ok(Positional { extents, data: Rc::new(context.buffer(0)?) })
}

/// Outputs of a loop along a first axis.
struct Stack {
    extents: Vec<usize>,
    data: Buffer,
}

impl Stack {
    fn new(context: &Context<'_>, n: usize, at: usize, first: &Positional) -> Result<Self, Stop> {
        let extents: Vec<usize> = std::iter::once(n).chain(first.extents.iter().copied()).collect();
        let mut stack = Stack { data: context.buffer(count(&extents)?)?, extents };
        stack.put(at, first)?;
        Ok(stack)
    }
    fn put(&mut self, at: usize, y: &Positional) -> Result<(), Stop> {
        if y.extents != self.extents[1..] {
            return Err(Stop::Bug("an output of a loop changes its extents".into()));
        }
        let n = y.data.words.len();
        self.data.words[at * n..(at + 1) * n].copy_from_slice(&y.data.words);
        Ok(())
    }
    fn finish(self) -> Positional {
        Positional { extents: self.extents, data: Rc::new(self.data) }
    }
}

pub(crate) fn number(context: &Context<'_>, bits: u64) -> Result<Positional, Stop> {
    let mut data = context.buffer(1)?;
    data.words[0] = bits;
    Ok(Positional { extents: Vec::new(), data: Rc::new(data) })
}

pub(crate) fn scalar(value: Option<Positional>) -> Result<u64, Stop> {
    let word = value.and_then(|v| v.data.words.first().copied());
    word.ok_or_else(|| Stop::Bug("a scalar is missing".into()))
}

/// The needed arguments at a point.
pub(crate) fn slices(
    context: &Context<'_>,
    frame: &Frame<'_>,
    step: &Step,
    node: &Node,
    bind: &Binding,
    point: &Point,
) -> Result<Values, Stop> {
    slices_but(context, frame, step, node, bind, point, 0..0)
}

/// The same, without some.
pub(crate) fn slices_but(
    context: &Context<'_>,
    frame: &Frame<'_>,
    step: &Step,
    node: &Node,
    bind: &Binding,
    point: &Point,
    without: std::ops::Range<usize>,
) -> Result<Values, Stop> {
    let slice = |k: usize| {
        if !step.args[k] || without.contains(&k) {
            return Ok(None);
        }
        frame.positional(context, node.args[k], &bind.args[k], point).map(Some)
    };
    (0..node.args.len()).map(slice).collect()
}

/// Runs `f` at every point of the mapped axes and puts its results together. `bound` are the axes of the results
/// by position. If the points go `in_order`, the first that fails is the last that runs; else the failure is reported that
/// comes first in the order of the callee's nodes, then in that of points.
pub(crate) fn each_point(
    context: &Context<'_>,
    frame: &Frame<'_>,
    mapped: &[AxisId],
    step: &Step,
    in_order: bool,
    bound: &[Vec<AxisId>],
    mut f: impl FnMut(&Point) -> Result<Values, Stop>,
) -> Result<Vec<Option<Tensor>>, Stop> {
    if mapped.is_empty() {
        let results = f(&[])?;
        let results = results.into_iter().zip(bound).zip(&step.wanted);
        return results
            .map(|((r, axes), wanted)| r.filter(|_| *wanted).map(|r| sorted(context, axes, &r)).transpose())
            .collect();
    }
    many_points(context, frame, mapped, step, in_order, bound, f)
}

/// The same where something is mapped; apart, since calls nest on the stack and few are mapped.
#[inline(never)]
fn many_points(
    context: &Context<'_>,
    frame: &Frame<'_>,
    mapped: &[AxisId],
    step: &Step,
    in_order: bool,
    bound: &[Vec<AxisId>],
    mut f: impl FnMut(&Point) -> Result<Values, Stop>,
) -> Result<Vec<Option<Tensor>>, Stop> {
    let extents = frame.extents(mapped)?;
    let points = count(&extents)?;
    let strides = row_major(&extents);
    let mut stacks: Vec<Option<Stack>> = bound.iter().map(|_| None).collect();
    let mut failure: Option<(Vec<u32>, Failure)> = None;
    for p in 0..points {
        context.poll()?;
        let at = |k: usize| (mapped[k], p / strides[k] % extents[k]);
        let point: Vec<(AxisId, usize)> = (0..mapped.len()).map(at).collect();
        let results = match f(&point) {
            Ok(results) => results,
            Err(Stop::Failure(found)) if !in_order => {
                let trail = context.take_trail();
                if failure.as_ref().is_none_or(|(first, _)| trail < *first) {
                    failure = Some((trail, found));
                }
                continue;
            }
            Err(other) => return Err(other),
        };
        for ((stack, result), _) in stacks.iter_mut().zip(results).zip(&step.wanted).filter(|(_, w)| **w) {
            let Some(result) = result else { continue };
            match stack {
                Some(stack) => stack.put(p, &result)?,
                None => *stack = Some(Stack::new(context, points, p, &result)?),
            }
        }
    }
    if let Some((trail, failure)) = failure {
        context.set_trail(trail);
        return Err(failure.into());
    }
    let together = stacks.into_iter().zip(bound).zip(&step.wanted);
    together
        .map(|((stack, axes), wanted)| match stack {
            Some(stack) => spread(context, mapped, &extents, axes, stack.finish()).map(Some),
            None if *wanted => {
                spread(context, mapped, &extents, axes, nothing(context, frame, axes)?).map(Some)
            }
            None => Ok(None),
        })
        .collect()
}

/// Splits the first axis of what was stacked into the mapped ones.
fn spread(
    context: &Context<'_>,
    mapped: &[AxisId],
    extents: &[usize],
    bound: &[AxisId],
    mut value: Positional,
) -> Result<Tensor, Stop> {
    value.extents.splice(..1, extents.iter().copied());
    let axes: Vec<AxisId> = mapped.iter().chain(bound).copied().collect();
    sorted(context, &axes, &value)
}
