//! Runs a function on abstract values.
//!
//! Every rule gives at least what the derivative of its operator touches. What cannot be told apart is joined: a read at
//! a place that is data may read everything, a condition that is data may take both branches.

use dslc_base::Index as _;
use dslc_ir::interpret::interpret;
use dslc_ir::{FuncId, Function, Module, Node, NodeId, Op, PrimRef, Scalar};

use crate::activity::moves;

use super::sets::{SetId, Sets};
use super::value::{BATCH, Cells, Frame, Val, joined};

/// The analysis takes too long or too much room; nothing is known.
pub(super) struct TooLarge;

/// What a rule gives.
pub(super) type Found<T> = Result<T, TooLarge>;

/// The analysis under way.
pub(super) struct Walk<'m> {
    pub(super) module: &'m Module,
    pub(super) sets: Sets,
    /// How many elements may still be worked out.
    pub(super) left: u64,
}

impl<'m> Walk<'m> {
    pub(super) fn spend(&mut self, cells: usize) -> Found<()> {
        self.left = self.left.checked_sub(cells as u64).ok_or(TooLarge)?;
        Ok(())
    }
    /// The points over some axes, paid for.
    pub(super) fn space(&mut self, fr: Frame<'_>, dims: Vec<dslc_ir::AxisId>) -> Found<super::value::Space> {
        let space = fr.space(dims).ok_or(TooLarge)?;
        self.spend(space.total)?;
        Ok(space)
    }

    /// The results of a function of the module. Parameters stand over their axes and perhaps [`BATCH`].
    pub(super) fn call(&mut self, func: FuncId, args: Vec<Val>, batch: usize) -> Found<Vec<Val>> {
        self.call_for(func, args, batch, &[])
    }

    /// The same where only some results are asked for; an empty list is all of them.
    pub(super) fn call_for(
        &mut self,
        func: FuncId,
        args: Vec<Val>,
        batch: usize,
        wanted: &[bool],
    ) -> Found<Vec<Val>> {
        let module = self.module;
        self.function(&module.funcs[func], args, batch, wanted)
    }

    /// The results of a function. One that has a rule gives each result from everything: its derivative is not that of
    /// its nodes.
    pub(super) fn function(
        &mut self,
        f: &Function,
        args: Vec<Val>,
        batch: usize,
        wanted: &[bool],
    ) -> Found<Vec<Val>> {
        let fr = Frame { f, batch };
        if f.rule.is_some() {
            let all = self.mixed(fr, &args)?;
            let of = |k: usize| match f.result_shape(k).scalar.has_tangent() {
                true => all.clone(),
                false => Val::unknown(),
            };
            return Ok((0..f.results.len()).map(of).collect());
        }
        let asked = |k: usize| wanted.get(k).copied().unwrap_or(true);
        let nodes: Vec<NodeId> =
            (0..f.results.len()).filter(|&k| asked(k)).map(|k| f.results[k].node).collect();
        let mut found = self.nodes(fr, args, &nodes)?.into_iter();
        let unasked = |k: usize| match f.result_shape(k).scalar.has_tangent() {
            true => Val::sets(Vec::new(), vec![Sets::EMPTY]),
            false => Val::unknown(),
        };
        let each = |k: usize| if asked(k) { found.next().unwrap_or_else(|| unasked(k)) } else { unasked(k) };
        Ok((0..f.results.len()).map(each).collect())
    }

    /// Everything that some values may depend on, for each point of the batch.
    pub(super) fn mixed(&mut self, fr: Frame<'_>, args: &[Val]) -> Found<Val> {
        let mut all = Val::sets(Vec::new(), vec![Sets::EMPTY]);
        for arg in args.iter().filter(|a| a.as_sets().is_some()) {
            let away: Vec<_> = arg.dims.iter().copied().filter(|&a| a != BATCH).collect();
            let arg = self.summed(fr, arg, &away)?;
            all = self.join(fr, &all, &arg)?;
        }
        Ok(all)
    }

    /// The values of some nodes.
    pub(super) fn nodes(&mut self, fr: Frame<'_>, args: Vec<Val>, wanted: &[NodeId]) -> Found<Vec<Val>> {
        let f = fr.f;
        self.spend(f.nodes.len())?;
        // The last node that takes each; nothing is kept longer, so that an update can be made in place.
        let mut last: Vec<Option<usize>> = vec![None; f.nodes.len()];
        wanted.iter().for_each(|w| last[w.index()] = Some(usize::MAX));
        for id in f.nodes.ids().rev() {
            if last[id.index()].is_some() {
                for a in &f.nodes[id].args {
                    let at = &mut last[a.index()];
                    *at = at.or(Some(id.index()));
                }
            }
        }
        // Of a node with several results those that something takes.
        let mut taken: Vec<Vec<bool>> = f.nodes.iter().map(|n| vec![false; n.types.len()]).collect();
        for (_, node) in f.nodes.iter_enumerated().filter(|(id, _)| last[id.index()].is_some()) {
            if let Op::Proj(k) = node.op {
                taken[node.args[0].index()][k as usize] = true;
            }
        }
        taken.iter_mut().filter(|t| t.len() == 1).for_each(|t| t[0] = true);
        let mut env: Vec<Vec<Val>> = vec![Vec::new(); f.nodes.len()];
        for (p, val) in f.params.iter().zip(args) {
            if last[p.node.index()].is_some() {
                env[p.node.index()] = vec![val];
            }
        }
        for (id, node) in f.nodes.iter_enumerated() {
            if last[id.index()].is_none() || matches!(node.op, Op::Param(_)) {
                continue;
            }
            let args: Vec<Val> = match node.op {
                Op::Proj(k) => vec![env[node.args[0].index()][k as usize].clone()],
                _ => node.args.iter().map(|a| env[a.index()][0].clone()).collect(),
            };
            for a in node.args.iter().filter(|a| last[a.index()] == Some(id.index())) {
                env[a.index()] = Vec::new();
            }
            env[id.index()] = self.node(fr, node, args, &taken[id.index()])?;
        }
        Ok(wanted.iter().map(|w| env[w.index()].first().cloned().unwrap_or_else(Val::unknown)).collect())
    }

    fn node(&mut self, fr: Frame<'_>, node: &Node, mut args: Vec<Val>, taken: &[bool]) -> Found<Vec<Val>> {
        let nothing = |scalar: Scalar| match scalar.has_tangent() {
            true => Val::sets(Vec::new(), vec![Sets::EMPTY]),
            false => Val::unknown(),
        };
        let one = match &node.op {
            Op::Param(_) | Op::Proj(_) => args.swap_remove(0),
            Op::Const(bits) => match bits.scalar {
                Scalar::I64 | Scalar::Bool => Val::ints(Vec::new(), vec![bits.bits as i64]),
                other => nothing(other),
            },
            Op::Dense(d) => match d.scalar {
                Scalar::I64 | Scalar::Bool => {
                    self.spend(d.elements.len())?;
                    Val::ints(d.axes.clone(), d.elements.iter().map(|&e| e as i64).collect())
                }
                other => nothing(other),
            },
            Op::Iota(axis) => match fr.extent(*axis) {
                Some(n) => {
                    self.spend(n)?;
                    Val::ints(vec![*axis], (0..n as i64).collect())
                }
                None => Val::unknown(),
            },
            Op::Map(prim) => self.map(fr, node, *prim, &args)?,
            Op::Fold { axes, .. } => self.summed(fr, &args[0], axes)?,
            Op::ArgFold { axes, .. } => return Ok(vec![Val::unknown(); axes.len()]),
            Op::Read { index, fill } => self.read(fr, index, *fill, &args)?,
            Op::Scatter { index, over } => self.scatter(fr, index, over, &args)?,
            Op::Update { index, over } => self.update(fr, index, over, args)?,
            Op::Stack { axis } => self.stack(fr, *axis, &args)?,
            Op::Call { .. } | Op::If { .. } | Op::Scan(_) | Op::While { .. } | Op::Library { .. } => {
                return self.control(fr, node, args, taken);
            }
            // Seen where nothing is expanded yet.
            Op::Vjp { bind, .. }
            | Op::Jvp { bind, .. }
            | Op::Bounds { bind, .. }
            | Op::Spectral { bind, .. } => {
                return self.routine(fr, node, bind, &args, true);
            }
        };
        Ok(vec![one])
    }

    /// Elements in the order of other axes, repeated along those that the value lacks.
    pub(super) fn arranged<T: Copy>(
        &mut self,
        fr: Frame<'_>,
        dims: &[dslc_ir::AxisId],
        cells: &[T],
        wanted: &[dslc_ir::AxisId],
    ) -> Found<Vec<T>> {
        if dims == wanted {
            return Ok(cells.to_vec());
        }
        let space = self.space(fr, wanted.to_vec())?;
        let at = space.linear(0, &fr.strides(dims));
        Ok(at.into_iter().map(|k| cells[k as usize]).collect())
    }

    /// What either may be.
    pub(super) fn join(&mut self, fr: Frame<'_>, a: &Val, b: &Val) -> Found<Val> {
        match (&a.cells, &b.cells) {
            (Cells::Sets(x), Cells::Sets(y)) => {
                let dims = joined(&a.dims, &b.dims);
                let mut x = self.arranged(fr, &a.dims, x, &dims)?;
                let y = self.arranged(fr, &b.dims, y, &dims)?;
                self.spend(x.len())?;
                for (x, y) in x.iter_mut().zip(y) {
                    *x = self.sets.union(*x, y);
                }
                Ok(Val::sets(dims, x))
            }
            (Cells::Ints(x), Cells::Ints(y)) if a.dims == b.dims && x == y => Ok(a.clone()),
            _ => Ok(Val::unknown()),
        }
    }

    /// Joined over some axes; integers are not followed.
    pub(super) fn summed(&mut self, fr: Frame<'_>, x: &Val, axes: &[dslc_ir::AxisId]) -> Found<Val> {
        let Some(cells) = x.as_sets() else { return Ok(Val::unknown()) };
        let dims: Vec<_> = x.dims.iter().copied().filter(|a| !axes.contains(a)).collect();
        if dims.len() == x.dims.len() {
            return Ok(x.clone());
        }
        let space = self.space(fr, x.dims.clone())?;
        let total = fr.space(dims.clone()).ok_or(TooLarge)?.total;
        let to = space.linear(0, &fr.strides(&dims));
        let mut all: Vec<Vec<SetId>> = vec![Vec::new(); total];
        for (&set, to) in cells.iter().zip(to) {
            all[to as usize].push(set);
        }
        Ok(Val::sets(dims, all.into_iter().map(|sets| self.sets.union_of(sets)).collect()))
    }

    fn map(&mut self, fr: Frame<'_>, node: &Node, prim: PrimRef, args: &[Val]) -> Found<Val> {
        if node.ty().scalar.has_tangent() {
            if !moves(prim) {
                return Ok(Val::sets(Vec::new(), vec![Sets::EMPTY]));
            }
            if let (true, Some(which)) = (prim.0.name == "select", args[0].as_ints()) {
                return self.selected(fr, &args[0].dims, which, &args[1], &args[2]);
            }
            let mut parts = args.iter().filter(|a| a.as_sets().is_some());
            let Some(first) = parts.next().cloned() else {
                return Ok(Val::sets(Vec::new(), vec![Sets::EMPTY]));
            };
            return parts.try_fold(first, |all, a| self.join(fr, &all, a));
        }
        if node.args.is_empty() || args.iter().any(|a| a.as_ints().is_none()) {
            return Ok(Val::unknown());
        }
        let dims = args.iter().fold(Vec::new(), |dims, a| joined(&dims, &a.dims));
        let scalars: Vec<Scalar> = node.args.iter().map(|&a| fr.f.ty(a).scalar).collect();
        let recipe = prim.recipe(&scalars);
        let mut columns = Vec::new();
        for a in args {
            let cells = a.as_ints().unwrap_or_default();
            columns.push(self.arranged(fr, &a.dims, cells, &dims)?);
        }
        let total = columns[0].len();
        self.spend(total * recipe.ops.len().max(1))?;
        let mut out = Vec::with_capacity(total);
        let mut bits = vec![0u64; columns.len()];
        for k in 0..total {
            for (bit, column) in bits.iter_mut().zip(&columns) {
                *bit = column[k] as u64;
            }
            match interpret(&recipe, &bits) {
                (value, None) => out.push(value as i64),
                // It fails when run, perhaps: nothing to follow.
                (_, Some(_)) => return Ok(Val::unknown()),
            }
        }
        Ok(Val::ints(dims, out))
    }

    fn selected(
        &mut self,
        fr: Frame<'_>,
        dims: &[dslc_ir::AxisId],
        which: &[i64],
        a: &Val,
        b: &Val,
    ) -> Found<Val> {
        let (Some(x), Some(y)) = (a.as_sets(), b.as_sets()) else { return Ok(Val::unknown()) };
        let all = joined(&joined(dims, &a.dims), &b.dims);
        let which = self.arranged(fr, dims, which, &all)?;
        let x: Vec<SetId> = self.arranged(fr, &a.dims, x, &all)?;
        let y: Vec<SetId> = self.arranged(fr, &b.dims, y, &all)?;
        let pick = |((w, x), y): ((i64, SetId), SetId)| if w != 0 { x } else { y };
        Ok(Val::sets(all, which.into_iter().zip(x).zip(y).map(pick).collect()))
    }

    pub(super) fn stack(&mut self, fr: Frame<'_>, axis: dslc_ir::AxisId, args: &[Val]) -> Found<Val> {
        let inner = args.iter().fold(Vec::new(), |dims, a| joined(&dims, &a.dims));
        let dims: Vec<_> = std::iter::once(axis).chain(inner.iter().copied()).collect();
        if args.iter().all(|a| a.as_sets().is_some()) {
            let mut out = Vec::new();
            for a in args {
                out.extend(self.arranged(fr, &a.dims, a.as_sets().unwrap_or_default(), &inner)?);
            }
            self.spend(out.len())?;
            return Ok(Val::sets(dims, out));
        }
        if args.iter().all(|a| a.as_ints().is_some()) {
            let mut out = Vec::new();
            for a in args {
                out.extend(self.arranged(fr, &a.dims, a.as_ints().unwrap_or_default(), &inner)?);
            }
            self.spend(out.len())?;
            return Ok(Val::ints(dims, out));
        }
        Ok(Val::unknown())
    }
}
