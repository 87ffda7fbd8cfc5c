//! Subscripts: proofs that reads stay inside, slices, gathers; and the assignment of elements.

use std::rc::Rc;

use dslc_base::Span;
use dslc_ir::{AxisId, Index, NodeId};
use dslc_syntax::ast::{Expr, ExprKind, Subscript};

use crate::check::{Candidate, Checker};
use crate::dim::{Dim, SizeId, Truth};
use crate::errors::{self, Fix};
use crate::ty::{Elem, Ty};
use crate::value::{IndexVar, Lin, Tensor, Value, VarOf};

/// How one axis is subscripted.
pub(crate) enum Pick {
    /// At an affine position.
    At(Lin),
    /// At a position that is data, a scalar or a tensor of positions.
    Data(Tensor),
    /// A window of a static length.
    Window(Start, Dim),
    /// All of it.
    All,
}

/// Where a window starts.
pub(crate) enum Start {
    /// At an affine position.
    Lin(Lin),
    /// At an i64.
    Data(Tensor),
}

impl Checker<'_> {
    /// `base[subscripts]`.
    pub(crate) fn index(&mut self, base: &Expr, subs: &[Subscript], span: Span) -> Value {
        let v = self.expr(base, None);
        self.index_value(&v, base.span, subs, span)
    }

    fn index_value(&mut self, v: &Value, base: Span, subs: &[Subscript], span: Span) -> Value {
        match v {
            Value::Poison => {
                self.unknown_base = true;
                Value::Poison
            }
            Value::Tensor(t) => {
                let t = self.local(t);
                match self.picks(&t, base, subs) {
                    Some(picks) => Value::Tensor(self.read(&t, picks, span)),
                    None => Value::Poison,
                }
            }
            // `ps[i]` of a record with a leading axis takes one record.
            Value::Record(fields) if !self.has_axes(v) => {
                let (what, field) = (self.describe(v), fields.first().map_or("name".into(), |f| f.0.clone()));
                let part = format!("{}.{field}", self.sources.text(base));
                self.fail(errors::index_of_parts(base, &what, &part))
            }
            Value::Tuple(_) if !v.is_unit() && !self.has_axes(v) => {
                let (what, part) = (self.describe(v), format!("{}.0", self.sources.text(base)));
                self.fail(errors::index_of_parts(base, &what, &part))
            }
            Value::Complex(z) if z.re.dims.is_empty() => {
                let what = self.describe(v);
                self.fail(errors::cannot_index(base, &what))
            }
            Value::Complex(_) => self.each_leaf(v, |c, part| c.index_value(part, base, subs, span)),
            Value::Record(_) | Value::Tuple(_) if !v.is_unit() => self.each_leaf(v, |c, leaf| match leaf {
                Value::Str(_) => leaf.clone(),
                _ => c.index_value(leaf, base, subs, span),
            }),
            other => {
                let what = self.describe(other);
                self.fail(errors::cannot_index(base, &what))
            }
        }
    }

    /// Whether any part of a value has an axis, or is unknown.
    fn has_axes(&self, v: &Value) -> bool {
        match v {
            Value::Record(fields) => fields.iter().any(|f| self.has_axes(&f.1)),
            Value::Tuple(parts) => parts.iter().any(|p| self.has_axes(p)),
            Value::Tensor(t) => !t.dims.is_empty(),
            Value::Complex(z) => !z.re.dims.is_empty(),
            other => other.is_poison(),
        }
    }

    /// What each axis of `t` is subscripted with; axes without a subscript are taken whole.
    pub(crate) fn picks(&mut self, t: &Tensor, base: Span, subs: &[Subscript]) -> Option<Vec<Pick>> {
        if subs.len() > t.dims.len() {
            let shown = self.show(&Ty::Tensor(t.elem.clone(), t.dims.clone()));
            self.report(errors::too_many_subscripts(sub_span(&subs[t.dims.len()]), base, &shown, subs.len()));
            return None;
        }
        let mut picks = Vec::new();
        for (k, sub) in subs.iter().enumerate() {
            picks.push(self.pick(&t.dims[k], sub, base)?);
        }
        picks.extend((subs.len()..t.dims.len()).map(|_| Pick::All));
        Some(picks)
    }

    fn pick(&mut self, dim: &Dim, sub: &Subscript, base: Span) -> Option<Pick> {
        match sub {
            Subscript::At(e) => {
                if let ExprKind::Name(n) = &e.kind
                    && !self.resolves(n, e.span)
                {
                    self.report(errors::unbound_index(e.span, n));
                    return None;
                }
                let v = self.expr(e, None);
                match &v {
                    Value::Int(lin) => {
                        if !self.note_range(lin, dim, e.span) {
                            return None;
                        }
                        self.proved_or_data(lin.clone(), dim, e.span, base)
                    }
                    Value::Tensor(t) if t.elem == Elem::I64 => Some(match t.lin.as_ref() {
                        Some(l) if t.dims.is_empty() && self.is_inside(l, dim) == Truth::Yes => {
                            Pick::At((**l).clone())
                        }
                        _ => Pick::Data(t.clone()),
                    }),
                    Value::Poison => None,
                    other => {
                        let what = self.describe(other);
                        self.report(errors::index_type(e.span, &what));
                        None
                    }
                }
            }
            Subscript::Slice { start, end, span } => {
                self.slice(dim, start.as_ref(), end.as_ref(), *span, base)
            }
        }
    }

    /// An affine position that is proved inside; one under a condition, or open, is checked where it is read.
    fn proved_or_data(&mut self, lin: Lin, dim: &Dim, span: Span, base: Span) -> Option<Pick> {
        match self.is_inside(&lin, dim) {
            Truth::Yes => Some(Pick::At(lin)),
            Truth::Open if self.symbolic || self.muted > 0 => Some(Pick::At(lin)),
            Truth::No if !self.has_outer_index(&lin) && self.conditional == 0 => {
                let d = self.outside(&lin, dim, span, base);
                self.report(d);
                None
            }
            _ => {
                self.not_plain = true;
                Some(Pick::Data(self.lin_tensor(&lin)))
            }
        }
    }

    /// Whether a form uses an index of an outer frame: then it stands under a loop or a condition.
    fn has_outer_index(&self, lin: &Lin) -> bool {
        let here = self.frame_id();
        lin.terms.iter().any(|(v, _)| v.frame != here || v.extent.is_none())
    }

    fn outside(&mut self, lin: &Lin, dim: &Dim, span: Span, base: Span) -> dslc_base::Diagnostic {
        let size = self.show_dim(dim);
        let (low, high) = self.bounds(lin);
        let low = low.map(|d| self.show_dim(&d));
        let high = high.map(|d| self.show_dim(&d));
        let fix = self.fix(lin, dim);
        errors::index_outside(span, base, &size, low.as_deref(), high.as_deref(), fix)
    }

    /// The smallest edit that keeps a read inside: another position, or a range for its index.
    fn fix(&self, lin: &Lin, dim: &Dim) -> Option<Fix> {
        let yes = |d: &Dim| self.nonnegative(d) == Truth::Yes;
        let [(v, c)] = lin.terms.as_slice() else {
            let last = dim.sub(&Dim::constant(1)).filter(|l| lin.terms.is_empty() && yes(l))?;
            let from_end = dim.add(&lin.constant).filter(yes);
            return Some(match lin.constant.as_const() {
                Some(k) if k < 0 => Fix::FromEnd(self.show_dim(&from_end?)),
                _ => Fix::Last(self.show_dim(&last)),
            });
        };
        if c.as_const() != Some(1) {
            return None;
        }
        // The index itself is the same form without what is added to it here.
        let scopes = &self.contexts.last()?.scopes;
        let (name, start) =
            scopes.iter().rev().flat_map(|s| s.vars.iter()).find_map(|(n, var)| match &var.value {
                Value::Int(l) if l.terms == lin.terms => Some((n.to_string(), l.constant.clone())),
                _ => None,
            })?;
        let shift = lin.constant.sub(&start)?;
        let low = if yes(&lin.constant) { start.clone() } else { Dim::default().sub(&shift)? };
        let (end, most) = (start.add(v.extent.as_ref()?)?, dim.sub(&shift)?);
        let high = if yes(&most.sub(&end)?) { end } else { most };
        Some(Fix::Range(name, format!("{}..{}", self.show_dim(&low), self.show_dim(&high))))
    }

    /// The smallest and largest value of a form whose indices all have known ranges.
    pub(crate) fn bounds(&self, lin: &Lin) -> (Option<Dim>, Option<Dim>) {
        let (mut low, mut high) = (Some(lin.constant.clone()), Some(lin.constant.clone()));
        for (v, c) in &lin.terms {
            let last = v.extent.as_ref().and_then(|e| e.sub(&Dim::constant(1)));
            let reach = last.and_then(|l| l.mul(c));
            let up = self.nonnegative(c);
            let add = |x: Option<Dim>| x.and_then(|x| x.add(reach.as_ref()?));
            match up {
                Truth::Yes => high = add(high),
                Truth::No => low = add(low),
                Truth::Open => (low, high) = (None, None),
            }
        }
        (low, high)
    }

    /// Whether a position always lies on an axis of this length.
    pub(crate) fn is_inside(&self, lin: &Lin, dim: &Dim) -> Truth {
        // Over an empty range nothing is read.
        if lin.terms.iter().any(|(v, _)| v.extent.as_ref().is_some_and(|e| e.as_const() == Some(0))) {
            return Truth::Yes;
        }
        let wanted = |d: &Dim| {
            let mut s = Vec::new();
            d.sizes(&mut s);
            s.iter().any(|s| self.sizes[s.0 as usize].wanted)
        };
        if wanted(dim) || lin.terms.iter().any(|(v, _)| v.extent.as_ref().is_some_and(wanted)) {
            return Truth::Yes;
        }
        let (low, high) = self.bounds(lin);
        let below = low.map_or(Truth::Open, |l| self.nonnegative(&l));
        let room = high.and_then(|h| dim.sub(&h)).and_then(|d| d.sub(&Dim::constant(1)));
        let above = room.map_or(Truth::Open, |r| self.nonnegative(&r));
        match (below, above) {
            (Truth::No, _) | (_, Truth::No) => Truth::No,
            (Truth::Yes, Truth::Yes) => Truth::Yes,
            _ => Truth::Open,
        }
    }

    /// Records what a subscript says of the range of an index that is being looked for; checks that an index
    /// which stands alone has the range of its axis. Whether that is so.
    fn note_range(&mut self, lin: &Lin, dim: &Dim, span: Span) -> bool {
        let wanted = |c: &Self, v: &IndexVar| -> Option<SizeId> {
            let mut s = Vec::new();
            v.extent.as_ref()?.sizes(&mut s);
            s.into_iter().find(|s| c.sizes[s.0 as usize].wanted)
        };
        let agrees = self.check_agreement(lin, dim, span);
        for (k, (v, c)) in lin.terms.iter().enumerate() {
            let Some(size) = wanted(self, v) else { continue };
            if c.as_const() != Some(1) {
                continue;
            }
            let alone = lin.terms.len() == 1 && lin.constant.as_const() == Some(0);
            if alone {
                self.candidates.push(Candidate { size, dim: dim.clone(), rule: 1, span });
                continue;
            }
            let mut rest = lin.clone();
            rest.terms.remove(k);
            if rest.terms.iter().any(|(v, _)| wanted(self, v).is_some()) {
                continue;
            }
            let (low, high) = self.bounds(&rest);
            let starts_inside = low.is_some_and(|l| self.nonnegative(&l) != Truth::No);
            if let (true, Some(end)) = (starts_inside, high.and_then(|h| dim.sub(&h))) {
                self.candidates.push(Candidate { size, dim: end, rule: 2, span });
            }
        }
        agrees
    }

    /// An index whose range was found must have it wherever it stands alone.
    fn check_agreement(&mut self, lin: &Lin, dim: &Dim, span: Span) -> bool {
        let ([(v, c)], Some(0)) = (lin.terms.as_slice(), lin.constant.as_const()) else { return true };
        let (VarOf::Axis(axis), Some(1), Some(extent)) = (v.of, c.as_const(), &v.extent) else { return true };
        let Some(&binder) = self.implied.get(&(v.frame, axis)) else { return true };
        let agrees = self.dims_equal(dim, extent);
        if !agrees {
            let (a, b) = (self.show_dim(extent), self.show_dim(dim));
            let d = errors::unequal_ranges(span, &b, binder, &a);
            self.report(d);
        }
        agrees
    }

    fn slice(
        &mut self,
        dim: &Dim,
        start: Option<&Expr>,
        end: Option<&Expr>,
        span: Span,
        base: Span,
    ) -> Option<Pick> {
        if start.is_none() && end.is_none() {
            return Some(Pick::All);
        }
        let a = match start {
            None => Value::int(0),
            Some(e) => self.expr(e, None),
        };
        let b = match end {
            None => Value::Int(Lin::constant(dim.clone())),
            Some(e) => self.expr(e, None),
        };
        let (from, to) = (
            self.position(&a, start.map_or(span, |e| e.span))?,
            self.position(&b, end.map_or(span, |e| e.span))?,
        );
        let Some(length) = to.add_scaled(&from, &Dim::constant(-1)) else {
            self.report(errors::integer_range(span));
            return None;
        };
        let Some(length) = length.as_static().cloned() else {
            self.report(errors::slice_length(span));
            return None;
        };
        if self.nonnegative(&length) == Truth::No {
            let shown = self.show_dim(&length);
            self.report(errors::slice_backwards(span, &shown));
            return None;
        }
        let last = from.add_scaled(&Lin::constant(length.clone()), &Dim::constant(1))?;
        let one = Dim::constant(1);
        let inside = match (self.is_inside(&from, &dim.add(&one)?), self.is_inside(&last, &dim.add(&one)?)) {
            (Truth::Yes, Truth::Yes) => Truth::Yes,
            (Truth::No, _) | (_, Truth::No) => Truth::No,
            _ => Truth::Open,
        };
        match inside {
            Truth::No if !self.has_outer_index(&last) => {
                let size = self.show_dim(dim);
                let (a, b) = (self.show_lin(&from), self.show_lin(&to));
                self.report(errors::slice_outside(span, base, &size, &a, &b));
                None
            }
            Truth::Yes => Some(Pick::Window(Start::Lin(from), length)),
            _ if self.symbolic => Some(Pick::Window(Start::Lin(from), length)),
            _ => {
                self.not_plain = true;
                Some(Pick::Window(Start::Data(self.lin_tensor(&from)), length))
            }
        }
    }

    fn show_lin(&self, l: &Lin) -> String {
        l.as_static().map_or_else(|| "..".into(), |d| self.show_dim(d))
    }

    /// A position as an affine form.
    fn position(&mut self, v: &Value, span: Span) -> Option<Lin> {
        match v {
            Value::Int(l) => Some(l.clone()),
            Value::Tensor(t) if t.elem == Elem::I64 && t.dims.is_empty() => self.lin_of(t),
            Value::Poison => None,
            other => {
                let what = self.describe(other);
                self.report(errors::index_type(span, &what));
                None
            }
        }
    }

    /// An affine form as an index of the representation: indices of this frame as axes, the rest as data. Positions
    /// are counted in 64 bits; a form that leaves them would come back on the other side.
    fn lower_index(&mut self, lin: &Lin, data: &mut Vec<NodeId>, span: Span) -> Index {
        let here = self.frame_id();
        let mut terms: Vec<(AxisId, i64)> = Vec::new();
        let mut rest = Lin::default();
        for (v, c) in &lin.terms {
            match v.of {
                VarOf::Axis(axis) if v.frame == here => terms.push((axis, c.as_const().unwrap_or(1))),
                _ => rest.terms.push((v.clone(), c.clone())),
            }
        }
        terms.sort_unstable();
        let offset = lin.constant.as_const().unwrap_or(0);
        let extent =
            |a: AxisId| self.frames.last().and_then(|f| f.builder.func().axes[a].known()).unwrap_or(1);
        let (mut low, mut high) = (i128::from(offset), i128::from(offset));
        for &(a, c) in &terms {
            let last = i128::from(c).saturating_mul(i128::from(extent(a)) - 1);
            low = low.saturating_add(last.min(0));
            high = high.saturating_add(last.max(0));
        }
        if low < i128::from(i64::MIN) || high > i128::from(i64::MAX) || high - low > i128::from(i64::MAX) {
            self.report(errors::integer_range(span));
            return Index::default();
        }
        if rest.terms.is_empty() {
            return Index { terms, offset, data: None };
        }
        self.not_plain = true;
        let node = self.lin_tensor(&rest).node;
        data.push(node);
        Index { terms, offset, data: Some(data.len() as u32 - 1) }
    }

    /// `t` at these picks.
    pub(crate) fn read(&mut self, t: &Tensor, picks: Vec<Pick>, span: Span) -> Tensor {
        let (mut index, mut data) = (Vec::new(), Vec::new());
        let (mut axes, mut dims) = (Vec::new(), Vec::new());
        for ((pick, &axis), dim) in picks.into_iter().zip(&t.axes).zip(&t.dims) {
            match pick {
                Pick::All => {
                    axes.push(axis);
                    dims.push(dim.clone());
                }
                Pick::At(lin) => index.push((axis, self.lower_index(&lin, &mut data, span))),
                Pick::Data(at) => {
                    let at = self.local(&at);
                    // Positions bring their own axes; fresh ones, so that they meet no axis of `t`.
                    let fresh = self.axes(&at.dims);
                    let node = self.aligned(&at, &fresh);
                    data.push(node);
                    index.push((axis, Index::data(data.len() as u32 - 1)));
                    axes.extend(fresh);
                    dims.extend(at.dims.iter().cloned());
                }
                Pick::Window(start, length) => {
                    let window = self.axis(&length);
                    let mut at = match start {
                        Start::Lin(lin) => self.lower_index(&lin, &mut data, span),
                        Start::Data(at) => {
                            let at = self.local(&at);
                            data.push(at.node);
                            Index::data(data.len() as u32 - 1)
                        }
                    };
                    at.terms.push((window, 1));
                    at.terms.sort_unstable();
                    index.push((axis, at));
                    axes.push(window);
                    dims.push(length);
                }
            }
        }
        if !data.is_empty() {
            self.not_plain = true;
        }
        let node = self.read_node(t.node, index, &data, span);
        self.tensor(node, t.elem.clone(), axes, dims)
    }

    /// A read; axes that the node lacks are constant along them, so their subscripts say nothing.
    fn read_node(
        &mut self,
        x: NodeId,
        mut index: Vec<(AxisId, Index)>,
        data: &[NodeId],
        span: Span,
    ) -> NodeId {
        let ty = self.b().ty(x).clone();
        index.retain(|(a, _)| ty.has(*a));
        self.at(span);
        // Data that no remaining subscript uses is dropped, and the others are numbered anew.
        let mut used = Vec::new();
        for (_, i) in &mut index {
            if let Some(d) = i.data {
                let node = data[d as usize];
                let at = used.iter().position(|&n| n == node).unwrap_or_else(|| {
                    used.push(node);
                    used.len() - 1
                });
                i.data = Some(at as u32);
            }
        }
        self.b().read(x, index, &used, None)
    }

    /// `get(x, i, .., fill)`: a read with a value outside.
    pub(crate) fn read_or(&mut self, t: &Tensor, at: &[Value], fill: &Tensor, span: Span) -> Option<Tensor> {
        let t = self.local(t);
        let (mut index, mut data) = (Vec::new(), Vec::new());
        for (v, &axis) in at.iter().zip(&t.axes) {
            let lin = self.position(v, span)?;
            index.push((axis, self.lower_index(&lin, &mut data, span)));
        }
        let fill = self.local(fill);
        let axes = t.axes[at.len()..].to_vec();
        let fill_node = self.aligned(&fill, &axes[..fill.axes.len().min(axes.len())]);
        // A position outside gives the fill along an axis that the node lacks, too.
        let x = self.with_all_axes(&t);
        let node = self.b().read(x, index, &data, Some(fill_node));
        Some(self.tensor(node, t.elem.clone(), axes, t.dims[at.len()..].to_vec()))
    }

    /// `t` with the elements at these picks replaced by `v`, which has the shape of what the picks read.
    pub(crate) fn write(&mut self, t: &Tensor, picks: Vec<Pick>, v: &Tensor, span: Span) -> Tensor {
        let t = self.local(t);
        let (mut index, mut data, mut over) = (Vec::new(), Vec::new(), Vec::new());
        let mut axes = Vec::new();
        for (pick, &axis) in picks.into_iter().zip(&t.axes) {
            match pick {
                Pick::All => axes.push(axis),
                Pick::At(lin) => index.push((axis, self.lower_index(&lin, &mut data, span))),
                Pick::Data(at) => {
                    let at = self.local(&at);
                    let fresh = self.axes(&at.dims);
                    let node = self.aligned(&at, &fresh);
                    data.push(node);
                    index.push((axis, Index::data(data.len() as u32 - 1)));
                    over.extend(fresh.iter().copied());
                    axes.extend(fresh);
                }
                Pick::Window(start, length) => {
                    let window = self.axis(&length);
                    let mut at = match start {
                        Start::Lin(lin) => self.lower_index(&lin, &mut data, span),
                        Start::Data(at) => {
                            let at = self.local(&at);
                            data.push(at.node);
                            Index::data(data.len() as u32 - 1)
                        }
                    };
                    at.terms.push((window, 1));
                    at.terms.sort_unstable();
                    index.push((axis, at));
                    over.push(window);
                    axes.push(window);
                }
            }
        }
        let x = self.with_all_axes(&t);
        let v_node = if v.dims.is_empty() { self.local(v).node } else { self.aligned(v, &axes) };
        self.at(span);
        self.not_plain = true;
        let node = if index.is_empty() { v_node } else { self.b().update(x, v_node, index, over, &data) };
        self.tensor(node, t.elem.clone(), t.axes.clone(), t.dims.clone())
    }

    /// The node of a tensor, made to have all its visible axes (a broadcast becomes a value of its own).
    pub(crate) fn with_all_axes(&mut self, t: &Tensor) -> NodeId {
        let ty = self.b().ty(t.node).clone();
        let missing: Vec<AxisId> = t.axes.iter().copied().filter(|a| !ty.has(*a)).collect();
        let mut node = t.node;
        for axis in missing {
            // A selection on the position gives the value everywhere, and the axis with it.
            let i = self.b().iota(axis);
            let zero = self.b().int(0);
            let ge = self.prim("ge");
            let always = self.b().map(ge, &[i, zero]);
            node = self.b().raw(
                dslc_ir::Op::Map(dslc_ir::PrimRef(&dslc_ir::prims::logic::SELECT)),
                &[always, node, node],
            );
        }
        node
    }

    /// The affine form that an index of a loop is.
    pub(crate) fn loop_index(&self, t: &mut Tensor, extent: Option<Dim>, start: &Lin) {
        let var = IndexVar { frame: t.frame, of: VarOf::Node(t.node), extent };
        let mut lin = start.clone();
        lin.terms.push((var, Dim::constant(1)));
        t.lin = Some(Rc::new(lin));
    }
}

/// The place of a subscript.
pub(crate) fn sub_span(s: &Subscript) -> Span {
    match s {
        Subscript::At(e) => e.span,
        Subscript::Slice { span, .. } => *span,
    }
}
