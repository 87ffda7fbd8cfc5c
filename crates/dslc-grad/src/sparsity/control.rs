//! Calls, branches, loops and routines. Points of mapped axes go through a function together.

use dslc_ir::infer::mapped_axes;
use dslc_ir::{AxisId, Binding, FuncId, Node, NodeId, Op, Scan};

use super::sets::Sets;
use super::value::{BATCH, Cells, Frame, Val};
use super::walk::{Found, TooLarge, Walk};

/// After so many rounds what still grows in a loop becomes everything.
const ROUNDS: usize = 8;

/// A trip of a loop: from the state what it gives.
type Trip<'r, W> = dyn FnMut(&mut W, Vec<Val>) -> Found<Vec<Val>> + 'r;

/// How the arguments of a node go into a function.
struct Entry {
    /// The caller's axes that become the batch, slowest first.
    points: Vec<AxisId>,
    /// Their number.
    batch: usize,
    /// The axes that a node may be mapped over.
    mapped: Vec<AxisId>,
}

impl Walk<'_> {
    pub(super) fn control(
        &mut self,
        fr: Frame<'_>,
        node: &Node,
        args: Vec<Val>,
        taken: &[bool],
    ) -> Found<Vec<Val>> {
        match &node.op {
            Op::Call { func, bind } => {
                let entry = self.entry(fr, bind, &node.args, &args, 0, None)?;
                let inner = self.enter(fr, &entry, *func, 0, &bind.args, args)?;
                let out = self.call_for(*func, inner, entry.batch, taken)?;
                Ok(self.leave(&entry, *func, &bind.results, out))
            }
            Op::If { then, otherwise, bind } => {
                let entry = self.entry(fr, bind, &node.args, &args[1..], 1, None)?;
                let chosen = args[0].as_int();
                let rest = args[1..].to_vec();
                let mut found: Option<Vec<Val>> = None;
                for (func, runs) in [(*then, chosen != Some(0)), (*otherwise, chosen.is_none_or(|t| t == 0))]
                {
                    if !runs {
                        continue;
                    }
                    let inner = self.enter(fr, &entry, func, 0, &bind.args[1..], rest.clone())?;
                    let out = self.call_for(func, inner, entry.batch, taken)?;
                    let out = self.leave(&entry, func, &bind.results, out);
                    found = Some(match found {
                        None => out,
                        Some(before) => self.joins(fr, &before, &out)?,
                    });
                }
                found.ok_or(TooLarge)
            }
            Op::Scan(scan) => self.scan(fr, node, scan, args),
            Op::While { cond, body, state, bind } => {
                self.while_(fr, node, (*cond, *body), *state as usize, bind, args)
            }
            Op::Library { routine, bind } => self.routine(fr, node, bind, &args, routine.has_derivative()),
            _ => Err(TooLarge),
        }
    }

    fn joins(&mut self, fr: Frame<'_>, a: &[Val], b: &[Val]) -> Found<Vec<Val>> {
        a.iter().zip(b).map(|(a, b)| self.join(fr, a, b)).collect()
    }

    /// A routine: each result from all of the core of each argument.
    pub(super) fn routine(
        &mut self,
        fr: Frame<'_>,
        node: &Node,
        bind: &Binding,
        args: &[Val],
        moves: bool,
    ) -> Found<Vec<Val>> {
        let mut all = Val::sets(Vec::new(), vec![Sets::EMPTY]);
        for (arg, core) in args.iter().zip(&bind.args).filter(|(a, _)| moves && a.as_sets().is_some()) {
            let arg = self.summed(fr, arg, core)?;
            all = self.join(fr, &all, &arg)?;
        }
        let of = |ty: &dslc_ir::Type| match ty.scalar.has_tangent() {
            true => all.clone(),
            false => Val::unknown(),
        };
        Ok(node.types.iter().map(of).collect())
    }

    /// What a node with these arguments is mapped over. `args` are values from the node's argument `first` on.
    fn entry(
        &mut self,
        fr: Frame<'_>,
        bind: &Binding,
        nodes: &[NodeId],
        args: &[Val],
        xs: usize,
        axis: Option<AxisId>,
    ) -> Found<Entry> {
        let first = nodes.len() - args.len();
        let mapped = match first {
            0 => mapped_axes(fr.f, bind, nodes, xs, axis),
            // The condition of a branch is not an argument of the functions, and the index of a loop is not mapped.
            _ => {
                let rest = Binding { args: bind.args[first..].to_vec(), results: Vec::new() };
                mapped_axes(fr.f, &rest, &nodes[first..], 0, None)
            }
        };
        let mut points: Vec<AxisId> = Vec::new();
        for a in mapped.iter().copied().chain([BATCH]) {
            let has = |(k, v): (usize, &Val)| v.dims.contains(&a) && !bind.args[first + k].contains(&a);
            if args.iter().enumerate().any(has) {
                points.push(a);
            }
        }
        let batch = fr.space(points.clone()).ok_or(TooLarge)?.total;
        Ok(Entry { points, batch, mapped })
    }

    /// The arguments as a function's parameters from `first` on. `cores` are the caller's axes of each.
    fn enter(
        &mut self,
        fr: Frame<'_>,
        entry: &Entry,
        func: FuncId,
        first: usize,
        cores: &[Vec<AxisId>],
        args: Vec<Val>,
    ) -> Found<Vec<Val>> {
        let module = self.module;
        let params = &module.funcs[func].params[first..];
        let mut out = Vec::with_capacity(args.len());
        for ((arg, core), param) in args.into_iter().zip(cores).zip(params) {
            if arg.is_unknown() || arg.dims.is_empty() {
                out.push(arg);
                continue;
            }
            let mapped = arg.dims.iter().any(|a| !core.contains(a));
            let named: Vec<(AxisId, AxisId)> = core
                .iter()
                .copied()
                .zip(param.axes.iter().copied())
                .filter(|(a, _)| arg.dims.contains(a))
                .collect();
            // An axis that is bound twice would be a diagonal; there are none.
            if named.iter().enumerate().any(|(k, (a, _))| named[..k].iter().any(|(b, _)| a == b)) {
                return Err(TooLarge);
            }
            let wanted: Vec<AxisId> = match mapped {
                true => entry.points.iter().copied().chain(named.iter().map(|n| n.0)).collect(),
                false => named.iter().map(|n| n.0).collect(),
            };
            let inner = mapped.then_some(BATCH).into_iter().chain(named.iter().map(|n| n.1)).collect();
            out.push(match arg.cells {
                // What is in order already keeps its place.
                cells if arg.dims == wanted => Val { dims: inner, cells },
                Cells::Sets(c) => Val::sets(inner, self.arranged(fr, &arg.dims, &c, &wanted)?),
                Cells::Ints(c) => Val::ints(inner, self.arranged(fr, &arg.dims, &c, &wanted)?),
                Cells::Unknown => Val::unknown(),
            });
        }
        Ok(out)
    }

    /// The results of a function as those of the node.
    fn leave(&self, entry: &Entry, func: FuncId, results: &[Vec<AxisId>], out: Vec<Val>) -> Vec<Val> {
        let f = &self.module.funcs[func];
        let named = |(k, val): (usize, Val)| {
            let (Some(result), Some(outer)) = (f.results.get(k), results.get(k)) else { return val };
            let rename = |a: AxisId| -> Vec<AxisId> {
                if a == BATCH {
                    return entry.points.clone();
                }
                let at = result.axes.iter().position(|&r| r == a);
                at.and_then(|k| outer.get(k)).copied().into_iter().collect()
            };
            let dims = val.dims.iter().flat_map(|&a| rename(a)).collect();
            Val { dims, cells: val.cells }
        };
        out.into_iter().enumerate().map(named).collect()
    }

    fn scan(&mut self, fr: Frame<'_>, node: &Node, scan: &Scan, mut args: Vec<Val>) -> Found<Vec<Val>> {
        let (xs, state) = (scan.xs as usize, scan.state as usize);
        let trips = args[0].as_int().map(|n| n.max(0) as usize);
        let module = self.module;
        let body = &module.funcs[scan.body];
        let rest = args.split_off(1);
        // What is scanned is read slice by slice first, so that no slice has the axis.
        let axis = scan.axis;
        let unsliced: Vec<Val> = rest
            .iter()
            .enumerate()
            .map(|(k, v)| {
                let dims = v.dims.iter().copied().filter(|a| k >= xs || Some(*a) != axis).collect();
                Val { dims, cells: v.cells.clone() }
            })
            .collect();
        let entry = self.entry(fr, &scan.bind, &node.args, &unsliced, xs, axis)?;
        drop(unsliced);
        let cores = &scan.bind.args[1..];
        let mut rest = rest.into_iter();
        let sliced: Vec<Val> = rest.by_ref().take(xs).collect();
        let inner = self.enter(fr, &entry, scan.body, 1 + xs, &cores[xs..], rest.collect())?;
        let inner_fr = Frame { f: body, batch: entry.batch };
        let mut carried = inner;
        let captures = carried.split_off(state);
        let Some(trips) = trips else {
            return self.open_scan(fr, inner_fr, (scan, &entry), sliced, carried, captures);
        };
        let ys = body.results.len() - state;
        let mut stacked: Vec<Vec<Val>> = vec![Vec::new(); ys];
        for trip in 0..trips {
            let at = if scan.reverse { trips - 1 - trip } else { trip };
            let mut params = vec![Val::ints(Vec::new(), vec![at as i64])];
            let slices: Vec<Val> =
                sliced.iter().map(|x| self.slice(fr, x, axis, at)).collect::<Found<_>>()?;
            params.extend(self.enter(fr, &entry, scan.body, 1, &cores[..xs], slices)?);
            params.append(&mut carried);
            params.extend(captures.iter().cloned());
            let mut out = self.call(scan.body, params, entry.batch)?;
            for (y, of) in out.split_off(state).into_iter().zip(&mut stacked) {
                of.push(y);
            }
            carried = self.as_params(scan.body, 1 + xs, out);
        }
        let mut out = Vec::with_capacity(body.results.len());
        let ends = self.as_results(scan.body, 1 + xs, carried);
        out.extend(self.leave(&entry, scan.body, &scan.bind.results, ends));
        for (k, mut each) in stacked.into_iter().enumerate() {
            if scan.reverse {
                each.reverse();
            }
            let inner: Vec<Val> = each
                .into_iter()
                .map(|y| self.leave_one(&entry, scan.body, &scan.bind.results, state + k, y))
                .collect();
            let known = axis.filter(|&a| fr.extent(a) == Some(trips) && trips > 0);
            out.push(match known {
                Some(axis) => self.stack(fr, axis, &inner)?,
                None => self.one_for_all(fr, node, state + k, &inner)?,
            });
        }
        Ok(out)
    }

    /// What is in any of some values.
    fn one_for_all(&mut self, fr: Frame<'_>, node: &Node, k: usize, all: &[Val]) -> Found<Val> {
        match all {
            [] if node.types[k].scalar.has_tangent() => Ok(Val::sets(Vec::new(), vec![Sets::EMPTY])),
            [] => Ok(Val::unknown()),
            [first, rest @ ..] => rest.iter().try_fold(first.clone(), |a, b| self.join(fr, &a, b)),
        }
    }

    fn leave_one(&self, entry: &Entry, func: FuncId, results: &[Vec<AxisId>], k: usize, val: Val) -> Val {
        let f = &self.module.funcs[func];
        let rename = |a: AxisId| -> Vec<AxisId> {
            if a == BATCH {
                return entry.points.clone();
            }
            let at = f.results[k].axes.iter().position(|&r| r == a);
            at.and_then(|at| results[k].get(at)).copied().into_iter().collect()
        };
        Val { dims: val.dims.iter().flat_map(|&a| rename(a)).collect(), cells: val.cells }
    }

    /// Values over the axes of parameters, named by those of the results; state `k` is parameter `first + k`.
    fn as_results(&self, func: FuncId, first: usize, state: Vec<Val>) -> Vec<Val> {
        let f = &self.module.funcs[func];
        let named = |(k, val): (usize, Val)| {
            let (from, to) = (&f.params[first + k].axes, &f.results[k].axes);
            let rename = |a: AxisId| match from.iter().position(|&p| p == a) {
                Some(at) => to[at],
                None => a,
            };
            Val { dims: val.dims.iter().map(|&a| rename(a)).collect(), cells: val.cells }
        };
        state.into_iter().enumerate().map(named).collect()
    }

    /// The other way round: what a trip gives is what the next one takes.
    fn as_params(&self, func: FuncId, first: usize, state: Vec<Val>) -> Vec<Val> {
        let f = &self.module.funcs[func];
        let named = |(k, val): (usize, Val)| {
            let (to, from) = (&f.params[first + k].axes, &f.results[k].axes);
            let rename = |a: AxisId| match from.iter().position(|&p| p == a) {
                Some(at) => to[at],
                None => a,
            };
            Val { dims: val.dims.iter().map(|&a| rename(a)).collect(), cells: val.cells }
        };
        state.into_iter().enumerate().map(named).collect()
    }

    fn slice(&mut self, fr: Frame<'_>, x: &Val, axis: Option<AxisId>, at: usize) -> Found<Val> {
        let Some(axis) = axis.filter(|a| x.dims.contains(a)) else { return Ok(x.clone()) };
        let dims: Vec<AxisId> = x.dims.iter().copied().filter(|&a| a != axis).collect();
        let space = self.space(fr, dims.clone())?;
        let strides = fr.strides(&x.dims);
        let first = strides.iter().find(|(a, _)| *a == axis).map_or(0, |s| s.1) * at as i64;
        let from = space.linear(first, &strides);
        Ok(match &x.cells {
            Cells::Sets(c) => Val::sets(dims, from.into_iter().map(|k| c[k as usize]).collect()),
            Cells::Ints(c) => Val::ints(dims, from.into_iter().map(|k| c[k as usize]).collect()),
            Cells::Unknown => Val::unknown(),
        })
    }

    /// A loop whose count is data: what any number of trips may give.
    fn open_scan(
        &mut self,
        fr: Frame<'_>,
        inner_fr: Frame<'_>,
        (scan, entry): (&Scan, &Entry),
        sliced: Vec<Val>,
        carried: Vec<Val>,
        captures: Vec<Val>,
    ) -> Found<Vec<Val>> {
        let (xs, state) = (scan.xs as usize, scan.state as usize);
        let mut params = vec![Val::unknown()];
        let mut slices = Vec::new();
        for x in sliced {
            let away: Vec<AxisId> = scan.axis.into_iter().collect();
            slices.push(match x.dims.iter().any(|a| away.contains(a)) {
                true => self.summed(fr, &x, &away)?,
                false => x,
            });
        }
        params.extend(self.enter(fr, entry, scan.body, 1, &scan.bind.args[1..=xs], slices)?);
        let mut run = |walk: &mut Self, now: Vec<Val>| {
            let all = params.iter().cloned().chain(now).chain(captures.iter().cloned()).collect();
            walk.call(scan.body, all, entry.batch)
        };
        let (ends, ys) = self.settle(inner_fr, scan.body, 1 + xs, state, carried, &mut run)?;
        let ends = self.as_results(scan.body, 1 + xs, ends);
        let out = ends.into_iter().chain(ys).collect();
        Ok(self.leave(entry, scan.body, &scan.bind.results, out))
    }

    /// The state that a loop may be in after any number of trips, and what a trip gives besides.
    fn settle(
        &mut self,
        inner_fr: Frame<'_>,
        body: FuncId,
        first: usize,
        state: usize,
        mut carried: Vec<Val>,
        run: &mut Trip<'_, Self>,
    ) -> Found<(Vec<Val>, Vec<Val>)> {
        let mut round = 0;
        loop {
            let mut out = run(self, carried.clone())?;
            let ys = out.split_off(state);
            let out = self.as_params(body, first, out);
            let mut grown = false;
            for (now, next) in carried.iter_mut().zip(&out) {
                let mut joined = self.join(inner_fr, now, next)?;
                let same = same(now, &joined);
                if !same && round >= ROUNDS && joined.as_sets().is_some() {
                    joined = Val::sets(Vec::new(), vec![Sets::ALL]);
                }
                grown |= !same;
                *now = joined;
            }
            if !grown {
                return Ok((carried, ys));
            }
            round += 1;
        }
    }

    fn while_(
        &mut self,
        fr: Frame<'_>,
        node: &Node,
        (cond, body): (FuncId, FuncId),
        state: usize,
        bind: &Binding,
        args: Vec<Val>,
    ) -> Found<Vec<Val>> {
        let entry = self.entry(fr, bind, &node.args, &args, 0, None)?;
        debug_assert!(entry.points.iter().all(|a| *a == BATCH || entry.mapped.contains(a)));
        let mut carried = self.enter(fr, &entry, body, 0, &bind.args, args)?;
        let captures = carried.split_off(state);
        let module = self.module;
        let inner_fr = Frame { f: &module.funcs[body], batch: entry.batch };
        loop {
            // The parameters of both functions are the same, but for the names of their axes.
            let all: Vec<Val> = carried.iter().chain(&captures).cloned().collect();
            let (from, to) = (&module.funcs[body].params, &module.funcs[cond].params);
            let renamed = all.iter().zip(from.iter().zip(to)).map(|(v, (p, q))| {
                let name = |a: &AxisId| match p.axes.iter().position(|x| x == a) {
                    Some(at) => q.axes[at],
                    None => *a,
                };
                Val { dims: v.dims.iter().map(name).collect(), cells: v.cells.clone() }
            });
            let goes_on = self.call(cond, renamed.collect(), entry.batch)?;
            match goes_on.first().and_then(Val::as_int) {
                Some(0) => break,
                Some(_) => {
                    let all = std::mem::take(&mut carried).into_iter().chain(captures.iter().cloned());
                    let out = self.call(body, all.collect(), entry.batch)?;
                    carried = self.as_params(body, 0, out);
                }
                None => {
                    let mut run = |walk: &mut Self, now: Vec<Val>| {
                        let all = now.into_iter().chain(captures.iter().cloned()).collect();
                        walk.call(body, all, entry.batch)
                    };
                    carried = self.settle(inner_fr, body, 0, state, carried, &mut run)?.0;
                    break;
                }
            }
        }
        let ends = self.as_results(body, 0, carried);
        Ok(self.leave(&entry, body, &bind.results, ends))
    }
}

/// Whether joining has changed nothing.
fn same(before: &Val, after: &Val) -> bool {
    match (&before.cells, &after.cells) {
        (Cells::Sets(a), Cells::Sets(b)) => {
            let full = a.iter().chain(b.iter()).all(|&s| s == Sets::ALL);
            full || (before.dims == after.dims && a == b)
        }
        (Cells::Ints(a), Cells::Ints(b)) => before.dims == after.dims && a == b,
        (Cells::Unknown, Cells::Unknown) => true,
        _ => false,
    }
}
