//! Segments of loops that read stacked inputs or write stacked outputs.
//!
//! - *Takes* a loop whose axis has a known extent `n`, and the trips `m` of a segment.
//! - *Gives* a loop over `n div m` segments, whose inputs and outputs have an axis for the segment and one for the trip in it, and the
//!   trips that are left over as a loop of their own: last, or first if the loop runs down.
//! - *Needs* `2 m <= n`.
//! - *Breaks* nothing: trips keep their order and their indices.
//!
//! ```text
//! %s, %y = scan n body (x, s, w)
//! ```
//! becomes, with `q = n div m` and `x'[k, j] = x[k m + j]`,
//! ```text
//! %s', %y' = scan q segment (x', s, w)               segment @k: (k, x, s, w) -> scan m body.shifted (x, s, k m, w)
//! %s, %y'' = scan n - q m body.shifted (x[q m ..], s', q m, w)
//! %y = y'[i div m, i mod m] or y''[i - q m]
//! ```

use dslc_ir::prims::{index, integer};
use dslc_ir::{AxisId, Binding, Bits, Builder, Extent, FuncId, Index, NodeId, Output, Scalar, Scan};

use crate::build::{call_core, output, param_shapes, params, result_shapes};
use crate::deriver::Deriver;
use crate::segments::Loop;

/// What a part of the loop has left.
struct Part {
    state: Vec<NodeId>,
    ys: Vec<NodeId>,
}

/// The whole loop and how it is cut.
struct Cut {
    axis: AxisId,
    /// Trips of a segment.
    each: u64,
    /// How many segments.
    segments: u64,
    /// Trips that are left over.
    rest: u64,
    /// The axes of the segments and of the trips in one, along the outputs.
    over: AxisId,
    within: AxisId,
    /// The axis of the trips that are left over.
    after: AxisId,
}

impl Deriver<'_> {
    /// The loop over `n` trips along `axis` in segments of `each`.
    pub(crate) fn in_stacked_segments(
        &mut self,
        b: &mut Builder,
        l: &Loop<'_>,
        (axis, n): (AxisId, u64),
        each: u64,
    ) -> Vec<NodeId> {
        let (xs, state) = (l.scan.xs as usize, l.scan.state as usize);
        let shifted = self.shifted(l.scan.body, xs, state);
        let cut = Cut {
            axis,
            each,
            segments: n / each,
            rest: n % each,
            over: b.axis(Extent::Static(n / each)),
            within: b.axis(Extent::Static(each)),
            after: b.axis(Extent::Static(n % each)),
        };
        let start = l.args[1 + xs..1 + xs + state].to_vec();
        let (state, main, rest) = if l.scan.reverse {
            let rest = self.trips_after(b, l, shifted, &cut, start);
            let between = handed_on(b, &l.scan, &rest.state);
            let main = self.segments(b, l, shifted, &cut, between);
            (main.state, main.ys, rest.ys)
        } else {
            let main = self.segments(b, l, shifted, &cut, start);
            let between = handed_on(b, &l.scan, &main.state);
            let rest = self.trips_after(b, l, shifted, &cut, between);
            (rest.state, main.ys, rest.ys)
        };
        let joined: Vec<NodeId> = main.into_iter().zip(rest).map(|(y, z)| cut.joined(b, y, z)).collect();
        state.into_iter().chain(joined).collect()
    }

    fn segments(
        &mut self,
        b: &mut Builder,
        l: &Loop<'_>,
        shifted: FuncId,
        cut: &Cut,
        state: Vec<NodeId>,
    ) -> Part {
        let xs = l.scan.xs as usize;
        let segment = self.stacked_segment(b, l, shifted, cut.each);
        self.again.insert(segment);
        let trip = b.axis(Extent::Static(cut.each));
        let place = Index { terms: vec![(cut.over, cut.each as i64), (trip, 1)], offset: 0, data: None };
        let mut args = vec![b.int(cut.segments as i64)];
        args.extend((0..xs).map(|k| cut.read(b, l.args[1 + k], &place)));
        let n = state.len();
        args.extend(state);
        args.extend_from_slice(&l.args[1 + xs + n..]);
        let mut bind = l.scan.bind.clone();
        bind.args[1..1 + xs].iter_mut().for_each(|axes| axes.insert(0, trip));
        bind.results[n..].iter_mut().for_each(|axes| axes.insert(0, cut.within));
        let scan = Scan { body: segment, axis: Some(cut.over), bind, ..l.scan.clone() };
        let mut made = b.scan(self.module, scan, &args);
        let ys = made.split_off(n);
        Part { state: made, ys }
    }

    /// The trips after the last segment; without any, the state as it is.
    fn trips_after(
        &mut self,
        b: &mut Builder,
        l: &Loop<'_>,
        shifted: FuncId,
        cut: &Cut,
        state: Vec<NodeId>,
    ) -> Part {
        let (xs, n) = (l.scan.xs as usize, state.len());
        let first = (cut.segments * cut.each) as i64;
        let place = Index { terms: vec![(cut.after, 1)], offset: first, data: None };
        let mut args = vec![b.int(cut.rest as i64)];
        args.extend((0..xs).map(|k| cut.read(b, l.args[1 + k], &place)));
        args.extend(state);
        args.push(b.int(first));
        args.extend_from_slice(&l.args[1 + xs + n..]);
        let mut bind = l.scan.bind.clone();
        bind.args.insert(1 + xs + n, vec![]);
        let scan = Scan { body: shifted, axis: Some(cut.after), bind, ..l.scan.clone() };
        let mut made = b.scan(self.module, scan, &args);
        let ys = made.split_off(n);
        Part { state: made, ys }
    }

    /// `(k, xs[m].., state.., captures..) -> state.., ys[m]..`: the trips from `k m` on.
    fn stacked_segment(&mut self, outer: &Builder, l: &Loop<'_>, shifted: FuncId, each: u64) -> FuncId {
        let (xs, state) = (l.scan.xs as usize, l.scan.state as usize);
        let body = self.func(l.scan.body);
        let mut b = Builder::new(format!("{}.segment", body.name));
        b.site = outer.site;
        let (mut shapes, results) = (param_shapes(body), result_shapes(body));
        shapes[1..1 + xs].iter_mut().for_each(|s| s.extents.insert(0, Extent::Static(each)));
        let k = b.param(Scalar::I64, vec![]);
        let ps = params(&mut b, shapes.into_iter().skip(1));
        let trip = b.axis(Extent::Static(each));
        let (trips, m) = (b.int(each as i64), b.int(each as i64));
        let start = b.map(&index::MUL, &[k, m]);
        let mut args = vec![output(trips, [])];
        for x in &ps[..xs] {
            let sliced = b.rename(x.node, &[(x.axes[0], trip)]);
            args.push(output(sliced, &x.axes[1..]));
        }
        args.extend(ps[xs..xs + state].iter().cloned());
        args.push(output(start, []));
        args.extend(ps[xs + state..].iter().cloned());
        let mut bind_results: Vec<Vec<AxisId>> = ps[xs..xs + state].iter().map(|p| p.axes.clone()).collect();
        bind_results.extend(results[state..].iter().map(|y| b.axes(&y.extents)));
        let bind =
            Binding { args: args.iter().map(|a| a.axes.clone()).collect(), results: bind_results.clone() };
        let scan = Scan { body: shifted, axis: Some(trip), bind, ..l.scan.clone() };
        let nodes: Vec<NodeId> = args.iter().map(|a| a.node).collect();
        let made = b.scan(self.module, scan, &nodes);
        let outputs = made.into_iter().zip(bind_results).enumerate();
        let outputs: Vec<Output> = outputs
            .map(|(r, (node, mut axes))| {
                if r >= state {
                    axes.insert(0, trip);
                }
                output(node, axes)
            })
            .collect();
        self.add(b.finish(outputs))
    }

    /// `(j, xs.., state.., start, captures..)`: the body at the index `start + j`.
    pub(crate) fn shifted(&mut self, body: FuncId, xs: usize, state: usize) -> FuncId {
        let mut b = Builder::new(format!("{}.shifted", self.func(body).name));
        let shapes = param_shapes(self.func(body));
        let j = b.param(Scalar::I64, vec![]);
        let cut = 1 + xs + state;
        let mut ps = params(&mut b, shapes[1..cut].iter().cloned());
        let start = b.param(Scalar::I64, vec![]);
        ps.extend(params(&mut b, shapes[cut..].iter().cloned()));
        let at = b.map(&index::ADD, &[start, j]);
        ps.insert(0, output(at, []));
        let results = call_core(&mut b, self.module, body, &ps);
        self.add(b.finish(results))
    }
}

/// The state that one part has left under the names by which the next takes it.
fn handed_on(b: &mut Builder, scan: &Scan, state: &[NodeId]) -> Vec<NodeId> {
    let first = 1 + scan.xs as usize;
    let each = state.iter().enumerate().map(|(k, &node)| {
        let (from, to) = (&scan.bind.results[k], &scan.bind.args[first + k]);
        let pairs: Vec<(AxisId, AxisId)> = from.iter().copied().zip(to.iter().copied()).collect();
        if from == to { node } else { b.rename(node, &pairs) }
    });
    each.collect()
}

impl Cut {
    /// An input at other places; one that is the same for each trip stays.
    fn read(&self, b: &mut Builder, x: NodeId, place: &Index) -> NodeId {
        if !b.ty(x).has(self.axis) {
            return x;
        }
        b.read(x, vec![(self.axis, place.clone())], &[], None)
    }

    /// An output along the loop's axis again, from the segments and from what is left over.
    fn joined(&self, b: &mut Builder, main: NodeId, rest: NodeId) -> NodeId {
        let (i, each) = (b.iota(self.axis), b.int(self.each as i64));
        let segment = b.map(&integer::DIV_FLOOR, &[i, each]);
        let trip = b.map(&integer::MOD_FLOOR, &[i, each]);
        let after =
            Index { terms: vec![(self.axis, 1)], offset: -((self.segments * self.each) as i64), data: None };
        let scalar = b.scalar_of(rest);
        let nothing = b.constant(Bits { scalar, bits: 0 });
        let fill = b.read(rest, vec![(self.after, after)], &[], Some(nothing));
        let place = vec![(self.over, Index::data(0)), (self.within, Index::data(1))];
        b.read(main, place, &[segment, trip], Some(fill))
    }
}
