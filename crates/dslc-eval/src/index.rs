//! Reading, adding and writing at index maps.

use dslc_ir::infer::data_args;
use dslc_ir::{AxisId, Index, Node, NodeId, SiteId};
use dslc_runtime::failure::Failure;

use crate::Stop;
use crate::context::Context;
use crate::frame::Frame;
use crate::plan::Step;
use crate::pointwise::Pair;
use crate::tensor::{Affine, Tensor, count, row_major, walk};

type Map = [(AxisId, Index)];

/// Where an index map points as a walk over `axes` goes on. Its forms stand at the start of the walk's forms: the
/// affine part of each index, then the place of each data argument.
struct Pointer<'a> {
    index: &'a Map,
    data: Vec<&'a Tensor>,
    /// The extent of each indexed axis, and the distance of its elements in the indexed tensor.
    axes: Vec<(i64, i64)>,
    forms: Vec<Affine>,
}

impl<'a> Pointer<'a> {
    /// `strides` are those of the tensor that is indexed.
    fn new(
        frame: &'a Frame<'_>,
        index: &'a Map,
        data: &[NodeId],
        walked: &[AxisId],
        stride: impl Fn(AxisId) -> usize,
    ) -> Result<Self, Stop> {
        let mut forms = Vec::new();
        let mut axes = Vec::new();
        for (axis, i) in index {
            forms.push(affine(frame, i, walked)?);
            axes.push((frame.extent(*axis)? as i64, stride(*axis) as i64));
        }
        let data = data.iter().map(|&d| frame.value(d)).collect::<Result<Vec<_>, _>>()?;
        forms.extend(data.iter().map(|d| along(d, walked)));
        Ok(Self { index, data, axes, forms })
    }

    /// The distance of the element pointed at from where the other axes put it; or the position that is outside
    /// and the extent there.
    fn offset(&self, at: &[i64]) -> Result<i64, (i64, i64)> {
        let mut offset = 0;
        for (k, (_, i)) in self.index.iter().enumerate() {
            let (extent, stride) = self.axes[k];
            let moved = i.data.map_or(0, |d| {
                let d = d as usize;
                self.data[d].data.words[at[self.index.len() + d] as usize] as i64
            });
            let position = at[k].saturating_add(moved);
            if position < 0 || position >= extent {
                return Err((position, extent));
            }
            offset += position * stride;
        }
        Ok(offset)
    }
}

/// The affine part of an index as a form over the walked axes. Positions that leave 64 bits are refused, so that
/// the walk cannot wrap round into the tensor.
fn affine(frame: &Frame<'_>, index: &Index, walked: &[AxisId]) -> Result<Affine, Stop> {
    let coefficient = |a: &AxisId| index.terms.iter().find(|(t, _)| t == a).map_or(0, |(_, c)| *c);
    let strides: Vec<i64> = walked.iter().map(coefficient).collect();
    let (mut low, mut high) = (i128::from(index.offset), i128::from(index.offset));
    for (&axis, &c) in walked.iter().zip(&strides) {
        let last = i128::from(c).saturating_mul(frame.extent(axis)? as i128 - 1);
        low = low.saturating_add(last.min(0));
        high = high.saturating_add(last.max(0));
    }
    if low < i128::from(i64::MIN) || high > i128::from(i64::MAX) || high - low > i128::from(i64::MAX) {
        return Err(Stop::Bug("an affine index leaves 64 bits".into()));
    }
    Ok(Affine { base: index.offset, strides })
}

/// The place of a tensor's element as the walk goes on.
fn along(tensor: &Tensor, walked: &[AxisId]) -> Affine {
    Affine { base: 0, strides: walked.iter().map(|&a| tensor.stride(a) as i64).collect() }
}

/// The same, but constant along the indexed axes, which the index moves instead.
fn beside(tensor: &Tensor, walked: &[AxisId], index: &Map) -> Affine {
    let stride = |a: &AxisId| if is_indexed(index, *a) { 0 } else { tensor.stride(*a) as i64 };
    Affine { base: 0, strides: walked.iter().map(stride).collect() }
}

fn is_indexed(index: &Map, axis: AxisId) -> bool {
    index.iter().any(|(a, _)| *a == axis)
}

fn outside(site: Option<SiteId>, (position, extent): (i64, i64)) -> Stop {
    Failure::index(site, position, extent).into()
}

/// `result[out] = x[index(out)]`.
pub(crate) fn read(
    context: &Context<'_>,
    frame: &Frame<'_>,
    node: &Node,
    index: &Map,
    fill: bool,
) -> Result<Tensor, Stop> {
    let axes = &node.ty().axes;
    let extents = frame.extents(axes)?;
    let x = frame.value(node.args[0])?;
    let data = data_args(index);
    let pointer = Pointer::new(frame, index, &node.args[1..1 + data], axes, |a| x.stride(a))?;
    let fill = if fill { Some(frame.value(node.args[1 + data])?) } else { None };
    let mut forms = pointer.forms.clone();
    forms.push(beside(x, axes, index));
    forms.extend(fill.map(|f| along(f, axes)));
    let base = pointer.forms.len();
    let mut out = context.buffer(count(&extents)?)?;
    walk(context, &extents, &forms, |i, at| {
        out.words[i] = match (pointer.offset(at), fill) {
            (Ok(offset), _) => x.data.words[(at[base] + offset) as usize],
            (Err(_), Some(fill)) => fill.data.words[at[base + 1] as usize],
            (Err(place), None) => return Err(outside(node.site, place)),
        };
        Ok(())
    })?;
    frame.tensor(axes, out)
}

/// The axes of a walk that writes: those of the result that stay as they are, then the consumed ones.
fn written(node: &Node, index: &Map, over: &[AxisId]) -> Vec<AxisId> {
    let stay = node.ty().axes.iter().copied().filter(|&a| !is_indexed(index, a));
    stay.chain(over.iter().copied()).collect()
}

/// The place in the result (row-major over the node's axes) that the axes that stay put; `over` may use the name
/// of an indexed axis again, which is another axis then.
fn stay_form(node: &Node, extents: &[usize], walked: &[AxisId], over: usize) -> Affine {
    let dense = row_major(extents);
    let stride = |(k, a): (usize, &AxisId)| match node.ty().axes.binary_search(a) {
        Ok(at) if k < walked.len() - over => dense[at] as i64,
        _ => 0,
    };
    Affine { base: 0, strides: walked.iter().enumerate().map(stride).collect() }
}

fn stride_in(node: &Node, extents: &[usize], axis: AxisId) -> usize {
    node.ty().axes.binary_search(&axis).map_or(0, |at| row_major(extents)[at])
}

/// `result[index(over)] += v`, from zero, in row-major order; what falls outside is dropped.
pub(crate) fn scatter(
    context: &Context<'_>,
    frame: &Frame<'_>,
    step: &Step,
    node: &Node,
    index: &Map,
    over: &[AxisId],
) -> Result<Tensor, Stop> {
    let recipe = step.recipe.as_ref().ok_or_else(|| Stop::Bug("a sum without a recipe".into()))?;
    let extents = frame.extents(&node.ty().axes)?;
    let walked = written(node, index, over);
    let v = frame.value(node.args[0])?;
    let pointer = Pointer::new(frame, index, &node.args[1..], &walked, |a| stride_in(node, &extents, a))?;
    let mut forms = pointer.forms.clone();
    forms.push(stay_form(node, &extents, &walked, over.len()));
    forms.push(along(v, &walked));
    let base = pointer.forms.len();
    // Zero bits are +0 and 0 in every scalar type that adds.
    let mut out = context.buffer(count(&extents)?)?;
    let mut add = Pair::new(recipe);
    walk(context, &frame.extents(&walked)?, &forms, |_, at| {
        if let Ok(offset) = pointer.offset(at) {
            let word = &mut out.words[(at[base] + offset) as usize];
            *word = add.call(*word, v.data.words[at[base + 1] as usize]);
        }
        match add.trap {
            Some(trap) => Err(Failure::new(node.site, trap).into()),
            None => Ok(()),
        }
    })?;
    frame.tensor(&node.ty().axes, out)
}

/// `x` with `result[index(over)] = v`; the last write wins.
pub(crate) fn update(
    context: &Context<'_>,
    frame: &Frame<'_>,
    node: &Node,
    index: &Map,
    over: &[AxisId],
) -> Result<Tensor, Stop> {
    let axes = &node.ty().axes;
    let extents = frame.extents(axes)?;
    let walked = written(node, index, over);
    let (x, v) = (frame.value(node.args[0])?, frame.value(node.args[1])?);
    let pointer = Pointer::new(frame, index, &node.args[2..], &walked, |a| stride_in(node, &extents, a))?;
    let mut forms = pointer.forms.clone();
    forms.push(stay_form(node, &extents, &walked, over.len()));
    forms.push(along(v, &walked));
    let base = pointer.forms.len();
    let mut out = context.buffer(count(&extents)?)?;
    out.words.copy_from_slice(&x.arrange(context, axes, &extents, &[])?.words);
    walk(context, &frame.extents(&walked)?, &forms, |_, at| {
        let offset = pointer.offset(at).map_err(|place| outside(node.site, place))?;
        out.words[(at[base] + offset) as usize] = v.data.words[at[base + 1] as usize];
        Ok(())
    })?;
    frame.tensor(axes, out)
}

/// The arguments along a new axis.
pub(crate) fn stack(
    context: &Context<'_>,
    frame: &Frame<'_>,
    node: &Node,
    axis: AxisId,
) -> Result<Tensor, Stop> {
    let axes = &node.ty().axes;
    let extents = frame.extents(axes)?;
    let mut out = context.buffer(count(&extents)?)?;
    let others: Vec<AxisId> = axes.iter().copied().filter(|&a| a != axis).collect();
    let place = |a: AxisId| stride_in(node, &extents, a) as i64;
    for (k, &arg) in node.args.iter().enumerate() {
        let x = frame.value(arg)?;
        let to = Affine { base: k as i64 * place(axis), strides: others.iter().map(|&a| place(a)).collect() };
        walk(context, &frame.extents(&others)?, &[along(x, &others), to], |_, at| {
            out.words[at[1] as usize] = x.data.words[at[0] as usize];
            Ok(())
        })?;
    }
    frame.tensor(axes, out)
}
