//! Scalar primitives over tensors: the recipe, one operation at a time over a block of elements.

use dslc_ir::Node;
use dslc_ir::interpret::apply;
use dslc_ir::mach::{Lane, Mach, Recipe, Trap};
use dslc_runtime::failure::Failure;

use crate::Stop;
use crate::context::Context;
use crate::frame::Frame;
use crate::plan::Step;
use crate::tensor::{Tensor, count};

/// How many elements go through a recipe together.
const BLOCK: usize = 256;

/// A primitive over the union of its arguments' axes.
pub(crate) fn map(
    context: &Context<'_>,
    frame: &Frame<'_>,
    step: &Step,
    node: &Node,
) -> Result<Tensor, Stop> {
    let recipe = step.recipe.as_ref().ok_or_else(|| Stop::Bug("a primitive without a recipe".into()))?;
    let axes = &node.ty().axes;
    let extents = frame.extents(axes)?;
    let n = count(&extents)?;
    let mut args = Vec::with_capacity(node.args.len());
    for &arg in &node.args {
        let value = frame.value(arg)?;
        // One element stays one: `blocks` repeats it.
        let single = value.data.words.len() == 1;
        args.push(if single { value.data.clone() } else { value.arrange(context, axes, &extents, &[])? });
    }
    let mut out = context.buffer(n)?;
    let slices: Vec<&[u64]> = args.iter().map(|a| a.words.as_slice()).collect();
    match blocks(context, recipe, &slices, &mut out.words)? {
        Some(trap) => Err(Failure::new(node.site, trap).into()),
        None => frame.tensor(axes, out),
    }
}

/// Fills `out`; an argument has as many elements, or one. Gives the failure with the lowest index, if there is any.
fn blocks(
    context: &Context<'_>,
    recipe: &Recipe,
    args: &[&[u64]],
    out: &mut [u64],
) -> Result<Option<Trap>, Stop> {
    let width = BLOCK.min(out.len().max(1));
    let mut rows = vec![0u64; recipe.ops.len() * width];
    for (start, chunk) in (0..).step_by(width).zip(out.chunks_mut(width)) {
        context.poll()?;
        let n = chunk.len();
        let mut failed: Option<(usize, Trap)> = None;
        for (at, &(op, lane)) in recipe.ops.iter().enumerate() {
            let (done, rest) = rows.split_at_mut(at * width);
            let row = &mut rest[..n];
            match op {
                Mach::Arg(k) => match args[k as usize] {
                    [one] => row.fill(*one),
                    all => row.copy_from_slice(&all[start..start + n]),
                },
                Mach::Const(bits) => row.fill(bits),
                other => operation(other, lane, recipe, done, width, row),
            }
            if let Mach::Fail(trap, _) = op
                && let Some(i) = row.iter().position(|&bad| bad == 1)
                && failed.is_none_or(|(first, _)| i < first)
            {
                failed = Some((i, trap));
            }
        }
        if let Some((_, trap)) = failed {
            return Ok(Some(trap));
        }
        let result = recipe.result.0 as usize * width;
        chunk.copy_from_slice(&rows[result..result + n]);
    }
    Ok(None)
}

/// One machine operation over a row.
fn operation(op: Mach, lane: Lane, recipe: &Recipe, done: &[u64], width: usize, row: &mut [u64]) {
    let of = |v: dslc_ir::mach::V| recipe.ops[v.0 as usize].1;
    for (i, out) in row.iter_mut().enumerate() {
        *out = apply(op, lane, |v| done[v.0 as usize * width + i], of);
    }
}

/// A recipe of two arguments, called one element at a time.
pub(crate) struct Pair<'a> {
    recipe: &'a Recipe,
    values: Vec<u64>,
    /// The first failure that a call recorded.
    pub(crate) trap: Option<Trap>,
}

impl<'a> Pair<'a> {
    pub(crate) fn new(recipe: &'a Recipe) -> Self {
        Self { recipe, values: vec![0; recipe.ops.len()], trap: None }
    }
    pub(crate) fn call(&mut self, x: u64, y: u64) -> u64 {
        for (at, &(op, lane)) in self.recipe.ops.iter().enumerate() {
            let value = match op {
                Mach::Arg(0) => x,
                Mach::Arg(_) => y,
                other => {
                    let (values, ops) = (&self.values, &self.recipe.ops);
                    apply(other, lane, |v| values[v.0 as usize], |v| ops[v.0 as usize].1)
                }
            };
            if let (Mach::Fail(trap, _), 1) = (op, value) {
                self.trap = self.trap.or(Some(trap));
            }
            self.values[at] = value;
        }
        self.values[self.recipe.result.0 as usize]
    }
}
