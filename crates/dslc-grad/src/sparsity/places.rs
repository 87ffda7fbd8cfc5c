//! Reads and writes: where each element comes from or goes to.

use std::rc::Rc;

use dslc_ir::infer::data_args;
use dslc_ir::{AxisId, Index};

use super::sets::{SetId, Sets};
use super::value::{Cells, Frame, Space, Val, joined};
use super::walk::{Found, TooLarge, Walk};

/// The part of an index map whose places are known, and the axes that are read or written at places that are data.
struct Known<'i> {
    index: Vec<&'i (AxisId, Index)>,
    open: Vec<AxisId>,
    /// The axes over which the known places vary.
    dims: Vec<AxisId>,
}

fn known<'i>(index: &'i [(AxisId, Index)], data: &[Val]) -> Known<'i> {
    let mut found = Known { index: Vec::new(), open: Vec::new(), dims: Vec::new() };
    for entry in index {
        let by = entry.1.data.map(|d| &data[d as usize]);
        if by.is_some_and(|v| v.as_ints().is_none()) {
            found.open.push(entry.0);
            continue;
        }
        let terms: Vec<AxisId> = entry.1.terms.iter().map(|t| t.0).collect();
        found.dims = joined(&joined(&found.dims, &terms), by.map_or(&[][..], |v| &v.dims));
        found.index.push(entry);
    }
    found
}

/// Where an index points at each point of a space.
fn places(fr: Frame<'_>, space: &Space, at: &Index, data: &[Val]) -> Vec<i64> {
    let mut out = space.linear(at.offset, &at.terms);
    if let Some(v) = at.data.map(|d| &data[d as usize])
        && let Some(ints) = v.as_ints()
    {
        let from = space.linear(0, &fr.strides(&v.dims));
        out.iter_mut().zip(from).for_each(|(o, k)| *o = o.saturating_add(ints[k as usize]));
    }
    out
}

/// The stride of an axis of a value, if it has the axis.
fn stride(strides: &[(AxisId, i64)], axis: AxisId) -> Option<i64> {
    strides.iter().find(|(a, _)| *a == axis).map(|s| s.1)
}

/// The axes of a value under other names, if that is all that a read does.
fn renamed(fr: Frame<'_>, index: &[(AxisId, Index)], x: &Val) -> Option<Vec<AxisId>> {
    let mut dims = x.dims.clone();
    for (axis, at) in index {
        let to = at.as_axis().filter(|&to| fr.extent(to) == fr.extent(*axis))?;
        x.dims.iter().zip(&mut dims).filter(|(d, _)| *d == axis).for_each(|(_, d)| *d = to);
    }
    let once = dims.iter().enumerate().all(|(k, d)| !dims[..k].contains(d));
    once.then_some(dims)
}

impl Walk<'_> {
    pub(super) fn read(
        &mut self,
        fr: Frame<'_>,
        index: &[(AxisId, Index)],
        fill: bool,
        args: &[Val],
    ) -> Found<Val> {
        if let Some(dims) = renamed(fr, index, &args[0]) {
            return Ok(Val { dims, cells: args[0].cells.clone() });
        }
        let data = &args[1..1 + data_args(index)];
        let outside = fill.then(|| &args[args.len() - 1]);
        let known = known(index, data);
        let mut x = args[0].clone();
        if x.is_unknown() || (x.as_ints().is_some() && !known.open.is_empty()) {
            return Ok(Val::unknown());
        }
        if outside.is_some_and(Val::is_unknown) {
            return Ok(Val::unknown());
        }
        x = if known.open.is_empty() { x } else { self.summed(fr, &x, &known.open)? };
        let indexed = |a: &AxisId| index.iter().any(|(i, _)| i == a);
        let kept: Vec<AxisId> = x.dims.iter().copied().filter(|a| !indexed(a)).collect();
        // Without a fill all places are inside, and only the axes that the value has matter.
        let mut dims = kept;
        for (axis, at) in &known.index {
            if fill || x.dims.contains(axis) {
                let by = at.data.map_or(&[][..], |d| &data[d as usize].dims);
                let terms: Vec<AxisId> = at.terms.iter().map(|t| t.0).collect();
                dims = joined(&joined(&dims, &terms), by);
            }
        }
        dims = joined(&dims, outside.map_or(&[][..], |v| &v.dims));
        let space = self.space(fr, dims.clone())?;
        let strides = fr.strides(&x.dims);
        let passing: Vec<(AxisId, i64)> = strides.iter().copied().filter(|(a, _)| !indexed(a)).collect();
        let mut from = space.linear(0, &passing);
        let mut inside = vec![true; space.total];
        for (axis, at) in &known.index {
            let by = stride(&strides, *axis);
            if by.is_none() && !fill {
                continue;
            }
            let n = fr.extent(*axis).ok_or(TooLarge)? as i64;
            for ((k, inside), at) in from.iter_mut().zip(&mut inside).zip(places(fr, &space, at, data)) {
                *inside &= (0..n).contains(&at);
                *k += if (0..n).contains(&at) { at * by.unwrap_or(0) } else { 0 };
            }
        }
        let other = outside.map(|v| (v, space.linear(0, &fr.strides(&v.dims))));
        match &x.cells {
            Cells::Sets(cells) => {
                let may_leave = !known.open.is_empty();
                let mut out = Vec::with_capacity(space.total);
                for (k, (&from, &inside)) in from.iter().zip(&inside).enumerate() {
                    let outer = match &other {
                        Some((v, at)) => v.as_sets().map_or(Sets::ALL, |s| s[at[k] as usize]),
                        None => Sets::EMPTY,
                    };
                    out.push(match (inside, may_leave) {
                        (true, false) => cells[from as usize],
                        (true, true) => self.sets.union(cells[from as usize], outer),
                        (false, _) => outer,
                    });
                }
                Ok(Val::sets(dims, out))
            }
            Cells::Ints(cells) => {
                let of = |(k, (&from, &inside)): (usize, (&i64, &bool))| match (&other, inside) {
                    (_, true) => Some(cells[from as usize]),
                    (Some((v, at)), false) => v.as_ints().map(|s| s[at[k] as usize]),
                    // It fails when run.
                    (None, false) => None,
                };
                let out: Option<Vec<i64>> = from.iter().zip(&inside).enumerate().map(of).collect();
                Ok(out.map_or_else(Val::unknown, |out| Val::ints(dims, out)))
            }
            Cells::Unknown => Ok(Val::unknown()),
        }
    }

    pub(super) fn scatter(
        &mut self,
        fr: Frame<'_>,
        index: &[(AxisId, Index)],
        over: &[AxisId],
        args: &[Val],
    ) -> Found<Val> {
        let (v, data) = (&args[0], &args[1..]);
        let Some(cells) = v.as_sets() else { return Ok(Val::unknown()) };
        let known = known(index, data);
        let space = self.space(fr, joined(&v.dims, &known.dims))?;
        let free: Vec<AxisId> = space.dims.iter().copied().filter(|a| !over.contains(a)).collect();
        let targets: Vec<AxisId> = known.index.iter().map(|(a, _)| *a).collect();
        let dims = joined(&targets, &free);
        let total = fr.space(dims.clone()).ok_or(TooLarge)?.total;
        self.spend(total)?;
        let mut out = vec![Sets::EMPTY; total];
        let to = self.targets(fr, &space, &known, over, &dims, data)?;
        let from = space.linear(0, &fr.strides(&v.dims));
        for (to, from) in to.into_iter().zip(from) {
            if let Some(to) = to {
                out[to] = self.sets.union(out[to], cells[from as usize]);
            }
        }
        Ok(Val::sets(dims, out))
    }

    /// For each point of a space the element of a result over `dims` that it goes to, if that is inside.
    fn targets(
        &mut self,
        fr: Frame<'_>,
        space: &Space,
        known: &Known<'_>,
        over: &[AxisId],
        dims: &[AxisId],
        data: &[Val],
    ) -> Found<Vec<Option<usize>>> {
        let strides = fr.strides(dims);
        let written = |a: &AxisId| known.index.iter().any(|(i, _)| i == a);
        let free: Vec<(AxisId, i64)> =
            strides.iter().copied().filter(|(a, _)| !over.contains(a) && !written(a)).collect();
        let mut to: Vec<Option<usize>> =
            space.linear(0, &free).into_iter().map(|k| usize::try_from(k).ok()).collect();
        for (axis, at) in &known.index {
            let n = fr.extent(*axis).ok_or(TooLarge)? as i64;
            let by = stride(&strides, *axis).unwrap_or(0);
            for (to, at) in to.iter_mut().zip(places(fr, space, at, data)) {
                *to = to.filter(|_| (0..n).contains(&at)).map(|k| k + (at * by) as usize);
            }
        }
        Ok(to)
    }

    pub(super) fn update(
        &mut self,
        fr: Frame<'_>,
        index: &[(AxisId, Index)],
        over: &[AxisId],
        mut args: Vec<Val>,
    ) -> Found<Val> {
        let data = args.split_off(2);
        let [mut x, v] = <[Val; 2]>::try_from(args).map_err(|_| TooLarge)?;
        let known = known(index, &data);
        if !known.open.is_empty() {
            // Anything may have been written, or nothing, wherever the place is data.
            if x.as_sets().is_none() {
                return Ok(Val::unknown());
            }
            let all = self.summed(fr, &v, over)?;
            let x = self.summed(fr, &x, &index.iter().map(|(a, _)| *a).collect::<Vec<_>>())?;
            return self.join(fr, &x, &all);
        }
        let targets: Vec<AxisId> = known.index.iter().map(|(a, _)| *a).collect();
        // Along the axes that are not indexed it writes everywhere, whether what is written varies there or not.
        let passing: Vec<AxisId> = x.dims.iter().copied().filter(|a| !targets.contains(a)).collect();
        let space = self.space(fr, joined(&joined(&v.dims, &known.dims), &passing))?;
        let free: Vec<AxisId> = space.dims.iter().copied().filter(|a| !over.contains(a)).collect();
        let dims = joined(&joined(&x.dims, &targets), &free);
        let from = space.linear(0, &fr.strides(&v.dims));
        let to = self.targets(fr, &space, &known, over, &dims, &data)?;
        if x.dims != dims {
            x = match &x.cells {
                Cells::Sets(c) => Val::sets(dims.clone(), self.arranged(fr, &x.dims, c, &dims)?),
                Cells::Ints(c) => Val::ints(dims.clone(), self.arranged(fr, &x.dims, c, &dims)?),
                Cells::Unknown => x,
            };
        }
        match (&mut x.cells, &v.cells) {
            (Cells::Sets(cells), Cells::Sets(v)) => {
                if Rc::strong_count(cells) > 1 {
                    self.spend(cells.len())?;
                }
                let cells: &mut Vec<SetId> = Rc::make_mut(cells);
                for (to, from) in to.into_iter().zip(from) {
                    to.into_iter().for_each(|to| cells[to] = v[from as usize]);
                }
                Ok(x)
            }
            (Cells::Ints(cells), Cells::Ints(v)) => {
                if Rc::strong_count(cells) > 1 {
                    self.spend(cells.len())?;
                }
                let cells: &mut Vec<i64> = Rc::make_mut(cells);
                for (to, from) in to.into_iter().zip(from) {
                    to.into_iter().for_each(|to| cells[to] = v[from as usize]);
                }
                Ok(x)
            }
            _ => Ok(Val::unknown()),
        }
    }
}
