//! Routines of the runtime on core axes.

use std::rc::Rc;

use dslc_ir::mach::Trap;
use dslc_ir::{AxisId, Binding, Node, Routine, Scalar};
use dslc_runtime::failure::Failure;
use dslc_runtime::interrupt::{Interrupt, Interrupted};
use dslc_runtime::routines::{Unsolved, argsort, factor_on_words, permutation, system_on_words};
use dslc_runtime::value::Value;

use crate::Stop;
use crate::context::Context;
use crate::frame::Frame;
use crate::tensor::{Buffer, Positional, Tensor, count, row_major, sorted};

/// A routine at every point of the mapped axes.
pub(crate) fn routine(
    context: &Context<'_>,
    frame: &Frame<'_>,
    node: &Node,
    routine: Routine,
    bind: &Binding,
) -> Result<Vec<Option<Tensor>>, Stop> {
    let core = frame.extents(&bind.results[0])?;
    let n = core.first().copied().unwrap_or(1);
    let one = |t: Tensor| Ok(vec![Some(t)]);
    match routine {
        Routine::Solve | Routine::SolveLower | Routine::SolveUpper => {
            linear(context, frame, node, routine, bind, n).and_then(one)
        }
        Routine::Permutation => rows(context, frame, node, bind, 1, n, |x| {
            Ok(permutation(x[0], n, context.interrupt())?.into_iter().map(|i| i as u64).collect())
        })
        .and_then(one),
        Routine::ArgSort => {
            let scalar = frame.scalar(node.args[0]);
            rows(context, frame, node, bind, n, n, |x| sorting(scalar, x, context.interrupt())).and_then(one)
        }
        Routine::Trace => trace(context, frame, node, bind).and_then(one),
        Routine::Assignment
        | Routine::Cholesky
        | Routine::Qr
        | Routine::Eigh
        | Routine::EighFixed
        | Routine::Svd
        | Routine::Det
        | Routine::LogDet
        | Routine::Cofactor
        | Routine::Fourier
        | Routine::FourierBack => factors(context, frame, node, routine, bind),
    }
}

fn sorting(scalar: Scalar, x: &[u64], interrupt: Interrupt<'_>) -> Result<Vec<u64>, Interrupted> {
    let order = match scalar {
        Scalar::F64 => argsort(&x.iter().map(|&b| f64::from_bits(b)).collect::<Vec<_>>(), interrupt),
        Scalar::F32 => argsort(&x.iter().map(|&b| f32::from_bits(b as u32)).collect::<Vec<_>>(), interrupt),
        Scalar::I64 | Scalar::Bool | Scalar::Key | Scalar::Z2 => {
            argsort(&x.iter().map(|&b| b as i64).collect::<Vec<_>>(), interrupt)
        }
    };
    Ok(order?.into_iter().map(|i| i as u64).collect())
}

/// A routine from one matrix.
fn factors(
    context: &Context<'_>,
    frame: &Frame<'_>,
    node: &Node,
    routine: Routine,
    bind: &Binding,
) -> Result<Vec<Option<Tensor>>, Stop> {
    let mapped = mapped_of(frame, node, bind, 0);
    let points = count(&frame.extents(&mapped)?)?;
    let axes: Vec<AxisId> = mapped.iter().chain(&bind.args[0]).copied().collect();
    let a = frame.positional(context, node.args[0], &axes, &[])?;
    let core = frame.extents(&bind.args[0])?;
    let (size, kind) = (core[0] * core[1], (routine, frame.scalar(node.args[0])));
    let mut sizes = Vec::new();
    let mut outs = Vec::new();
    for result in &bind.results {
        let size = count(&frame.extents(result)?)?;
        outs.push(context.buffer(points.checked_mul(size).ok_or(Stop::Memory)?)?);
        sizes.push(size);
    }
    // Nothing is computed where no result has an element, as in compiled code.
    for p in (0..points).filter(|_| sizes.iter().any(|s| *s > 0)) {
        context.poll()?;
        let matrix = &a.data.words[p * size..(p + 1) * size];
        let found = factor_on_words(kind, (core[0], core[1]), matrix, context.interrupt());
        let found = found.map_err(|why| match why.trap() {
            Some(trap) => Stop::from(Failure::new(node.site, trap)),
            None => Stop::Interrupted,
        })?;
        for ((out, size), found) in outs.iter_mut().zip(&sizes).zip(found) {
            out.words[p * size..(p + 1) * size].copy_from_slice(&found);
        }
    }
    let finished = outs.into_iter().zip(&bind.results);
    finished.map(|(out, result)| finish(context, frame, &mapped, result, out).map(Some)).collect()
}

/// The axes of an argument that are not bound.
fn mapped_of(frame: &Frame<'_>, node: &Node, bind: &Binding, k: usize) -> Vec<AxisId> {
    let axes = frame.func.ty(node.args[k]).axes.iter().copied();
    axes.filter(|a| !bind.args[k].contains(a)).collect()
}

/// A routine from a row of `from` elements to one of `to`.
fn rows(
    context: &Context<'_>,
    frame: &Frame<'_>,
    node: &Node,
    bind: &Binding,
    from: usize,
    to: usize,
    f: impl Fn(&[u64]) -> Result<Vec<u64>, Interrupted>,
) -> Result<Tensor, Stop> {
    let mapped = mapped_of(frame, node, bind, 0);
    let points = count(&frame.extents(&mapped)?)?;
    let axes: Vec<AxisId> = mapped.iter().chain(&bind.args[0]).copied().collect();
    let x = frame.positional(context, node.args[0], &axes, &[])?;
    let mut out = context.buffer(points.checked_mul(to).ok_or(Stop::Memory)?)?;
    for p in 0..points {
        context.poll()?;
        let row = f(&x.data.words[p * from..(p + 1) * from])?;
        out.words[p * to..(p + 1) * to].copy_from_slice(&row);
    }
    finish(context, frame, &mapped, &bind.results[0], out)
}

/// Shows a value; gives true.
fn trace(context: &Context<'_>, frame: &Frame<'_>, node: &Node, bind: &Binding) -> Result<Tensor, Stop> {
    let extents = frame.extents(&bind.args[0])?;
    let shape: Vec<u64> = extents.iter().map(|&n| n as u64).collect();
    let (scalar, site) = (frame.scalar(node.args[0]), node.site);
    rows(context, frame, node, bind, count(&extents)?, 1, |x| {
        if let Some(site) = site {
            context.watcher().show(site, || {
                let mut value = Value::try_zeros(scalar, shape.clone()).ok()?;
                x.iter().enumerate().for_each(|(k, &word)| value.set_bits(k, word));
                Some(value)
            });
        }
        Ok(vec![1])
    })
}

/// Linear systems: the mapped axes that only `b` has are right-hand sides of one factorisation.
fn linear(
    context: &Context<'_>,
    frame: &Frame<'_>,
    node: &Node,
    routine: Routine,
    bind: &Binding,
    n: usize,
) -> Result<Tensor, Stop> {
    let outer = mapped_of(frame, node, bind, 0);
    let columns: Vec<AxisId> =
        mapped_of(frame, node, bind, 1).into_iter().filter(|a| !outer.contains(a)).collect();
    let b_axes: Vec<AxisId> = bind.args[1].iter().chain(&columns).copied().collect();
    let width = count(&frame.extents(&columns)?)?;
    let extents = frame.extents(&outer)?;
    let (points, strides) = (count(&extents)?, row_major(&extents));
    let mut out = context.buffer(points.checked_mul(n * width).ok_or(Stop::Memory)?)?;
    for p in (0..points).filter(|_| n * width > 0) {
        context.poll()?;
        let point: Vec<(AxisId, usize)> =
            (0..outer.len()).map(|k| (outer[k], p / strides[k] % extents[k])).collect();
        let matrix = frame.positional(context, node.args[0], &bind.args[0], &point)?;
        let right = frame.positional(context, node.args[1], &b_axes, &point)?;
        let (scalar, a, b) = (frame.scalar(node.args[0]), &matrix.data.words, &right.data.words);
        let solved = system_on_words((routine, scalar), n, a, b, width, context.interrupt());
        let solved = solved.map_err(|why| match why {
            Unsolved::Singular => Stop::from(Failure::new(node.site, Trap::Singular)),
            Unsolved::Interrupted => Stop::Interrupted,
        })?;
        out.words[p * n * width..(p + 1) * n * width].copy_from_slice(&solved);
    }
    let bound: Vec<AxisId> = bind.results[0].iter().chain(&columns).copied().collect();
    finish(context, frame, &outer, &bound, out)
}

fn finish(
    context: &Context<'_>,
    frame: &Frame<'_>,
    mapped: &[AxisId],
    bound: &[AxisId],
    data: Buffer,
) -> Result<Tensor, Stop> {
    let axes: Vec<AxisId> = mapped.iter().chain(bound).copied().collect();
    let extents = frame.extents(&axes)?;
    sorted(context, &axes, &Positional { extents, data: Rc::new(data) })
}
