//! Tensors inside the evaluator, and how they are walked.

use std::cell::Cell;
use std::rc::Rc;
use std::sync::Arc;

use dslc_ir::AxisId;

use crate::Stop;
use crate::context::Context;

/// How often long loops look at the interrupt flag.
pub(crate) const POLL: usize = 4096;

/// Counts the bytes of all buffers that are alive.
pub(crate) struct Meter {
    used: Cell<u64>,
    limit: u64,
}

impl Meter {
    pub(crate) fn new(limit: u64) -> Self {
        Self { used: Cell::new(0), limit }
    }
}

/// Elements as words. Its size is on the meter for as long as it lives.
pub(crate) struct Buffer {
    pub(crate) words: Vec<u64>,
    meter: Rc<Meter>,
}

impl Buffer {
    pub(crate) fn zeros(n: usize, meter: &Rc<Meter>) -> Result<Self, Stop> {
        let used = (n as u64).checked_mul(8).and_then(|bytes| bytes.checked_add(meter.used.get()));
        let used = used.filter(|&u| u <= meter.limit).ok_or(Stop::Memory)?;
        let mut words = Vec::new();
        words.try_reserve_exact(n).map_err(|_| Stop::Memory)?;
        words.resize(n, 0);
        meter.used.set(used);
        Ok(Self { words, meter: meter.clone() })
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        self.meter.used.set(self.meter.used.get().saturating_sub(self.words.len() as u64 * 8));
    }
}

/// A value of a node: row-major over its sorted axes.
#[derive(Clone)]
pub(crate) struct Tensor {
    pub(crate) axes: Arc<[AxisId]>,
    pub(crate) extents: Vec<usize>,
    pub(crate) data: Rc<Buffer>,
}

/// A value between functions: row-major over axes that only their position names.
#[derive(Clone)]
pub(crate) struct Positional {
    pub(crate) extents: Vec<usize>,
    pub(crate) data: Rc<Buffer>,
}

impl Tensor {
    /// How far the next element along an axis is; 0 if the value is constant along it.
    pub(crate) fn stride(&self, axis: AxisId) -> usize {
        match self.axes.binary_search(&axis) {
            Ok(at) => self.extents[at + 1..].iter().product(),
            Err(_) => 0,
        }
    }
    /// The elements with these axes in this order, broadcast along those that the value lacks, at fixed
    /// positions along others.
    pub(crate) fn arrange(
        &self,
        context: &Context<'_>,
        axes: &[AxisId],
        extents: &[usize],
        fixed: &[(AxisId, usize)],
    ) -> Result<Rc<Buffer>, Stop> {
        // An axis that is bound here may be mapped in another argument; here it runs.
        let base = fixed.iter().filter(|(a, _)| !axes.contains(a)).map(|&(a, at)| at * self.stride(a)).sum();
        let strides: Vec<usize> = axes.iter().map(|&a| self.stride(a)).collect();
        gather(context, &self.data, base, extents, &strides)
    }
}

/// A value whose axes stand in any order, as one with sorted axes.
pub(crate) fn sorted(context: &Context<'_>, axes: &[AxisId], value: &Positional) -> Result<Tensor, Stop> {
    let strides = row_major(&value.extents);
    let mut order: Vec<usize> = (0..axes.len()).collect();
    order.sort_unstable_by_key(|&k| axes[k]);
    let extents: Vec<usize> = order.iter().map(|&k| value.extents[k]).collect();
    let strides: Vec<usize> = order.iter().map(|&k| strides[k]).collect();
    let data = gather(context, &value.data, 0, &extents, &strides)?;
    Ok(Tensor { axes: order.iter().map(|&k| axes[k]).collect(), extents, data })
}

/// The number of elements; an error if it does not fit. With an axis of length 0 it is 0.
pub(crate) fn count(extents: &[usize]) -> Result<usize, Stop> {
    if extents.contains(&0) {
        return Ok(0);
    }
    extents.iter().try_fold(1usize, |n, &e| n.checked_mul(e)).ok_or(Stop::Memory)
}

/// The strides of a row-major tensor.
pub(crate) fn row_major(extents: &[usize]) -> Vec<usize> {
    let mut strides = vec![1usize; extents.len()];
    for k in (1..extents.len()).rev() {
        strides[k - 1] = strides[k].saturating_mul(extents[k]);
    }
    strides
}

/// Elements at a base and strides, made row-major; shared if they are so already.
fn gather(
    context: &Context<'_>,
    data: &Rc<Buffer>,
    base: usize,
    extents: &[usize],
    strides: &[usize],
) -> Result<Rc<Buffer>, Stop> {
    let n = count(extents)?;
    let dense = row_major(extents);
    let in_place = (0..extents.len()).all(|k| extents[k] == 1 || strides[k] == dense[k]);
    if in_place && base == 0 && n == data.words.len() {
        return Ok(data.clone());
    }
    let mut out = context.buffer(n)?;
    if in_place {
        out.words.copy_from_slice(&data.words[base..base + n]);
        return Ok(Rc::new(out));
    }
    // The last axis is a loop of its own, because reads like these are most of what the evaluator does.
    let last = extents.len() - 1;
    let (length, stride) = (extents[last], strides[last]);
    let strides = strides[..last].iter().map(|&s| s as i64).collect();
    walk(context, &extents[..last], &[Affine { base: base as i64, strides }], |i, at| {
        let row = &mut out.words[i * length..(i + 1) * length];
        if stride == 0 {
            row.fill(if length > 0 { data.words[at[0] as usize] } else { 0 });
        } else {
            row.iter_mut().enumerate().for_each(|(k, to)| *to = data.words[at[0] as usize + k * stride]);
        }
        Ok(())
    })?;
    Ok(Rc::new(out))
}

/// A number that depends on the position of a walk: `base + sum of stride * coordinate`.
#[derive(Clone, Debug)]
pub(crate) struct Affine {
    pub(crate) base: i64,
    pub(crate) strides: Vec<i64>,
}

/// Calls `f` at every point of a box in row-major order, with the number of the point and the affine forms there.
pub(crate) fn walk(
    context: &Context<'_>,
    extents: &[usize],
    forms: &[Affine],
    mut f: impl FnMut(usize, &[i64]) -> Result<(), Stop>,
) -> Result<(), Stop> {
    let n = count(extents)?;
    let mut at: Vec<i64> = forms.iter().map(|form| form.base).collect();
    let mut coordinates = vec![0usize; extents.len()];
    for i in 0..n {
        if i % POLL == 0 {
            context.poll()?;
        }
        f(i, &at)?;
        for k in (0..extents.len()).rev() {
            coordinates[k] += 1;
            if coordinates[k] < extents[k] {
                at.iter_mut().zip(forms).for_each(|(a, form)| *a += form.strides[k]);
                break;
            }
            coordinates[k] = 0;
            let back = extents[k] as i64 - 1;
            at.iter_mut().zip(forms).for_each(|(a, form)| *a -= form.strides[k] * back);
        }
    }
    Ok(())
}
