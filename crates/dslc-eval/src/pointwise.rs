//! Scalar primitives over tensors: the recipe, one operation at a time over a block of elements.

use dslc_ir::Node;
use dslc_ir::interpret::apply;
use dslc_ir::mach::{Lane, Mach, Recipe, Trap, V};
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

type Plain = fn(f64, f64) -> f64;

/// The four operations that most time goes to, without the detour through [`apply`].
fn plain(op: Mach, lane: Lane) -> Option<(V, V, Plain)> {
    match op {
        Mach::FAdd(a, b) if lane == Lane::F64 => Some((a, b, |x, y| x + y)),
        Mach::FSub(a, b) if lane == Lane::F64 => Some((a, b, |x, y| x - y)),
        Mach::FMul(a, b) if lane == Lane::F64 => Some((a, b, |x, y| x * y)),
        Mach::FDiv(a, b) if lane == Lane::F64 => Some((a, b, |x, y| x / y)),
        _ => None,
    }
}

/// One machine operation over a row.
fn operation(op: Mach, lane: Lane, recipe: &Recipe, done: &[u64], width: usize, row: &mut [u64]) {
    let of = |v: V| recipe.ops[v.0 as usize].1;
    if let Some((a, b, f)) = plain(op, lane) {
        let (a, b) = (&done[a.0 as usize * width..], &done[b.0 as usize * width..]);
        for ((out, &x), &y) in row.iter_mut().zip(a).zip(b) {
            *out = f(f64::from_bits(x), f64::from_bits(y)).to_bits();
        }
        return;
    }
    for (i, out) in row.iter_mut().enumerate() {
        *out = apply(op, lane, |v| done[v.0 as usize * width + i], of);
    }
}

/// A recipe of two arguments, called one element at a time.
pub(crate) struct Pair<'a> {
    recipe: &'a Recipe,
    values: Vec<u64>,
    /// The whole recipe, if it is one plain operation on the two arguments in order.
    plain: Option<Plain>,
    /// The first failure that a call recorded.
    pub(crate) trap: Option<Trap>,
}

impl<'a> Pair<'a> {
    pub(crate) fn new(recipe: &'a Recipe) -> Self {
        let plain = match recipe.ops[..] {
            [(Mach::Arg(0), _), (Mach::Arg(1), _), (op, lane)] => plain(op, lane),
            _ => None,
        };
        let plain = plain.filter(|(a, b, _)| (*a, *b) == (V(0), V(1))).map(|(_, _, f)| f);
        Self { recipe, values: vec![0; recipe.ops.len()], plain, trap: None }
    }
    pub(crate) fn call(&mut self, x: u64, y: u64) -> u64 {
        if let Some(f) = self.plain {
            return f(f64::from_bits(x), f64::from_bits(y)).to_bits();
        }
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

#[cfg(test)]
mod tests {
    use super::*;
    use dslc_ir::{Scalar, prims};

    #[test]
    fn the_short_way_gives_the_same_bits() {
        let edges = [0.0, -0.0, 1.5, -3.25, f64::INFINITY, f64::NEG_INFINITY, f64::NAN, 5e-324, f64::MAX];
        for name in ["add", "sub", "mul", "div"] {
            let Some(prim) = prims::by_name(name) else { panic!("no {name}") };
            let recipe = prim.recipe(&[Scalar::F64; 2]);
            let mut pair = Pair::new(&recipe);
            assert!(pair.plain.is_some());
            for (x, y) in edges.iter().flat_map(|&x| edges.map(|y| (x, y))) {
                let (expected, _) = dslc_ir::interpret::interpret(&recipe, &[x.to_bits(), y.to_bits()]);
                let found = pair.call(x.to_bits(), y.to_bits());
                let same = f64::from_bits(expected).is_nan() && f64::from_bits(found).is_nan();
                assert!(expected == found || same, "{name} {x} {y}");
            }
        }
    }
}
