//! Folds and positions of extremes.

use std::cmp::Ordering;

use dslc_ir::mach::Trap;
use dslc_ir::{AxisId, Monoid, Node, Scalar};
use dslc_runtime::failure::Failure;

use crate::Stop;
use crate::context::Context;
use crate::frame::Frame;
use crate::order;
use crate::plan::Step;
use crate::pointwise::Pair;
use crate::tensor::{Buffer, POLL, Tensor, count};
use std::rc::Rc;

/// The argument with the kept axes outside and the folded ones inside, and how many elements each has.
struct Rows {
    data: Rc<Buffer>,
    outer: usize,
    inner: usize,
    inner_extents: Vec<usize>,
}

fn rows(
    context: &Context<'_>,
    frame: &Frame<'_>,
    node: &Node,
    kept: &[AxisId],
    folded: &[AxisId],
) -> Result<Rows, Stop> {
    let inner_extents = frame.extents(folded)?;
    let axes: Vec<AxisId> = kept.iter().chain(folded).copied().collect();
    let outer = count(&frame.extents(kept)?)?;
    let data = frame.value(node.args[0])?.arrange(context, &axes, &frame.extents(&axes)?, &[])?;
    Ok(Rows { data, outer, inner: count(&inner_extents)?, inner_extents })
}

/// Adds axes away in the defined order.
pub(crate) fn fold(
    context: &Context<'_>,
    frame: &Frame<'_>,
    step: &Step,
    node: &Node,
    monoid: Monoid,
    axes: &[AxisId],
) -> Result<Tensor, Stop> {
    let recipe = step.recipe.as_ref().ok_or_else(|| Stop::Bug("a fold without a recipe".into()))?;
    let scalar = frame.scalar(node.args[0]);
    let kept = &node.ty().axes;
    let rows = rows(context, frame, node, kept, axes)?;
    let mut out = context.buffer(rows.outer)?;
    let mut pair = Pair::new(recipe);
    for (k, word) in out.words.iter_mut().enumerate() {
        context.poll()?;
        let items = &rows.data.words[k * rows.inner..(k + 1) * rows.inner];
        let folded = order::fold(items, order::lanes(scalar), |a, b| pair.call(a, b));
        *word = folded.unwrap_or(monoid.unit(scalar).bits);
        if let Some(trap) = pair.trap {
            return Err(Failure::new(node.site, trap).into());
        }
    }
    frame.tensor(kept, out)
}

/// The position of the largest or smallest element, one result for each axis.
pub(crate) fn arg_fold(
    context: &Context<'_>,
    frame: &Frame<'_>,
    node: &Node,
    max: bool,
    axes: &[AxisId],
) -> Result<Vec<Option<Tensor>>, Stop> {
    let scalar = frame.scalar(node.args[0]);
    let Some(ty) = node.types.first() else { return Ok(Vec::new()) };
    let rows = rows(context, frame, node, &ty.axes, axes)?;
    if rows.inner == 0 && rows.outer > 0 {
        return Err(Failure::new(node.site, Trap::Empty).into());
    }
    let mut outs = Vec::new();
    for _ in axes {
        outs.push(context.buffer(rows.outer)?);
    }
    for k in 0..rows.outer {
        let items = &rows.data.words[k * rows.inner..(k + 1) * rows.inner];
        let mut best = 0;
        for (i, &x) in items.iter().enumerate().skip(1) {
            if i % POLL == 0 {
                context.poll()?;
            }
            if beats(scalar, max, x, items[best]) {
                best = i;
            }
        }
        for (out, extent) in outs.iter_mut().zip(&rows.inner_extents).rev() {
            out.words[k] = (best % extent) as u64;
            best /= extent;
        }
    }
    outs.into_iter().map(|out| frame.tensor(&ty.axes, out).map(Some)).collect()
}

/// Whether `x` is strictly better than `y`, so that the first of equals stays; a NaN is better than any number.
fn beats(scalar: Scalar, max: bool, x: u64, y: u64) -> bool {
    let order = match scalar {
        Scalar::F64 => floats(f64::from_bits(x), f64::from_bits(y), max),
        Scalar::F32 => floats(f64::from(f32::from_bits(x as u32)), f64::from(f32::from_bits(y as u32)), max),
        Scalar::I64 => (x as i64).cmp(&(y as i64)),
        Scalar::Bool | Scalar::Key | Scalar::Z2 => x.cmp(&y),
    };
    order == if max { Ordering::Greater } else { Ordering::Less }
}

/// The order of floats in which NaN is at the wanted end and zeros are equal.
fn floats(x: f64, y: f64, max: bool) -> Ordering {
    let (above, below) =
        if max { (Ordering::Greater, Ordering::Less) } else { (Ordering::Less, Ordering::Greater) };
    match (x.is_nan(), y.is_nan()) {
        (true, true) => Ordering::Equal,
        (true, false) => above,
        (false, true) => below,
        (false, false) => x.partial_cmp(&y).unwrap_or(Ordering::Equal),
    }
}
