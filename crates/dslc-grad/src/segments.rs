//! Long loops in segments, so that their reverse fits into a budget of memory.
//!
//! - *Takes* a counted loop and a budget in bytes. Stacked inputs and outputs are cut in `stacked.rs`.
//! - *Gives*, if what its reverse keeps would be larger, a loop over segments of it: the reverse keeps the state at the
//!   start of each segment, and does the trips of one segment again before it goes back through them. A segment
//!   that is still too long is cut again.
//! - *Needs* the budget for each loop on its own: two loops side by side may keep twice as much.
//! - *Breaks* nothing: values and first derivatives have the same bits, derivatives of derivatives up to rounding.
//!
//! This is the checkpointing of Chen, Xu, Zhang and Guestrin, *Training deep nets with sublinear memory cost* (2016), level by
//! level: with `n` trips, `k` levels keep about `k n^(1/k)` states and do the forward work `k` times. Binomial checkpoints
//! (Griewank and Walther, *Algorithm 799: revolve*, 2000) do the least work for a number of checkpoints; this does it once more
//! where a budget holds 256 states or more, up to 2^30 trips, and more often where it holds fewer. Its loops are ordinary ones.
//!
//! ```text
//! %s' = scan n body (s, w)
//! ```
//! becomes, with segments of `m` trips,
//! ```text
//! %s' = scan (n + m - 1) / m segment (s, w, n)       segment @k: (k, s, w, n) ->
//!                                                      scan min(m, n - k m) body.shifted (s, k m, w)
//! ```

use dslc_ir::function::Shape;
use dslc_ir::prims::{arith, index, integer};
use dslc_ir::{AxisId, Binding, Builder, FuncId, NodeId, Output, Scalar, Scan};

use crate::activity::Marks;
use crate::build::{output, param_shapes, params};
use crate::deriver::Deriver;
use crate::error::GradError;

/// A loop with what its reverse is asked for.
pub(crate) struct Loop<'a> {
    pub(crate) scan: Scan,
    /// The arguments, in the function under construction.
    pub(crate) args: &'a [NodeId],
    /// Which arguments vary, and which results are seeded.
    pub(crate) wrt: Vec<bool>,
    pub(crate) seeds: Vec<bool>,
}

impl<'a> Loop<'a> {
    pub(crate) fn new(scan: Scan, args: &'a [NodeId], wrt: Vec<bool>, marks: &Marks, node: NodeId) -> Self {
        use dslc_base::Index as _;
        Self { scan, args, wrt, seeds: marks[node.index()].clone() }
    }
}

impl Deriver<'_> {
    /// The loop, in segments if its reverse would keep more than the budget.
    pub(crate) fn loop_within_budget(
        &mut self,
        b: &mut Builder,
        l: Loop<'_>,
    ) -> Result<Vec<NodeId>, GradError> {
        let stacked = l.scan.axis.map(|axis| (axis, b.func().axes[axis].known()));
        if let Some(budget) = self.options.residual_memory
            // A tape of unknown length cannot be cut.
            && !matches!(stacked, Some((_, None)))
            && let Some(trips) = self.trips_of_segment(b, &l, budget)?
        {
            return Ok(match stacked {
                None => self.in_segments(b, &l, trips),
                Some((axis, n)) => {
                    self.in_stacked_segments(b, &l, (axis, n.unwrap_or(0)), trips.unsigned_abs())
                }
            });
        }
        Ok(b.scan(self.module, l.scan, l.args))
    }

    /// How many trips a segment has; none if all trips together keep no more than the budget.
    fn trips_of_segment(&mut self, b: &Builder, l: &Loop<'_>, budget: u64) -> Result<Option<i64>, GradError> {
        let known = b.as_const(l.args[0]).and_then(|c| c.as_i64()).map(|n| n.max(0) as u64);
        let trips = known.or(self.bounded.get(&l.scan.body).copied());
        let mapped = b.mapped(&l.scan.bind, l.args);
        let points = b.func().count(&mapped).unwrap_or(u64::MAX).max(1);
        let (kept, state) = self.kept_bytes(l)?;
        let (kept, state) = (kept.saturating_mul(points), state.saturating_mul(points));
        let Some(trips) = trips else {
            // As long as a quarter of the budget holds: how many segments there are is not known.
            let most = (budget / 4) / kept.max(1);
            return Ok((kept > 0).then_some(most.clamp(1, 1 << 40) as i64));
        };
        if kept.saturating_mul(trips) <= budget || trips < 4 {
            return Ok(None);
        }
        // Where states and trips take the same room.
        let balanced = (trips as f64 * state.max(1) as f64 / kept as f64).sqrt();
        Ok(Some((balanced.ceil() as u64).clamp(2, trips / 2) as i64))
    }

    /// The bytes that the reverse of a loop keeps of each trip, and those of its state.
    fn kept_bytes(&mut self, l: &Loop<'_>) -> Result<(u64, u64), GradError> {
        let state = self.scan_state_varies(&l.scan, &l.wrt);
        let request = self.scan_request(&l.scan, &l.wrt, &state, &l.seeds);
        let split = self.split(&request)?;
        let shapes = param_shapes(self.func(l.scan.body));
        let first = 1 + l.scan.xs as usize;
        let states = first..first + l.scan.state as usize;
        let used = split.uses.iter().filter(|k| states.contains(k)).map(|&k| bytes(&shapes[k]));
        let kept = split.stored.iter().map(bytes).chain(used).fold(0, u64::saturating_add);
        Ok((kept, shapes[states].iter().map(bytes).fold(0, u64::saturating_add)))
    }

    fn in_segments(&mut self, b: &mut Builder, l: &Loop<'_>, trips: i64) -> Vec<NodeId> {
        let state = l.scan.state as usize;
        let shifted = self.shifted(l.scan.body, 0, state);
        self.bounded.insert(shifted, trips as u64);
        let segment = self.segment(b, l, shifted, trips);
        self.again.insert(segment);
        let total = l.args[0];
        let count = match b.as_const(total).and_then(|c| c.as_i64()) {
            Some(n) => b.int(n.max(0).div_euclid(trips) + i64::from(n.max(0) % trips > 0)),
            None => {
                let (more, each) = (b.int(trips - 1), b.int(trips));
                let sum = b.map(&index::ADD, &[total, more]);
                b.map(&integer::DIV_FLOOR, &[sum, each])
            }
        };
        let mut args = l.args.to_vec();
        args[0] = count;
        args.push(total);
        let mut bind = l.scan.bind.clone();
        bind.args.push(vec![]);
        b.scan(self.module, Scan { body: segment, bind, ..l.scan.clone() }, &args)
    }

    /// `(k, state.., captures.., total) -> state..`: the trips from `k` times `trips` on.
    fn segment(&mut self, outer: &Builder, l: &Loop<'_>, shifted: FuncId, trips: i64) -> FuncId {
        let scan = &l.scan;
        let mut b = Builder::new(format!("{}.segment", self.func(scan.body).name));
        b.site = outer.site;
        let k = b.param(Scalar::I64, vec![]);
        let shapes = param_shapes(self.func(scan.body));
        let ps = params(&mut b, shapes[1..].iter().cloned());
        let total = b.param(Scalar::I64, vec![]);
        let each = b.int(trips);
        let start = b.map(&index::MUL, &[k, each]);
        let minus = b.int(-1);
        let before = b.map(&index::MUL, &[start, minus]);
        let left = b.map(&index::ADD, &[total, before]);
        let count = b.map(&arith::MIN, &[each, left]);
        let state = scan.state as usize;
        let mut args = vec![output(count, [])];
        args.extend(ps[..state].iter().cloned());
        args.push(output(start, []));
        args.extend(ps[state..].iter().cloned());
        let results: Vec<Vec<AxisId>> = ps[..state].iter().map(|p| p.axes.clone()).collect();
        let bind = Binding { args: args.iter().map(|a| a.axes.clone()).collect(), results: results.clone() };
        let inner = Scan { body: shifted, bind, ..scan.clone() };
        let nodes: Vec<NodeId> = args.iter().map(|a| a.node).collect();
        let made = b.scan(self.module, inner, &nodes);
        let outputs: Vec<Output> = made.into_iter().zip(results).map(|(n, a)| output(n, a)).collect();
        self.add(b.finish(outputs))
    }
}

fn bytes(shape: &Shape) -> u64 {
    let count = shape.extents.iter().map(|e| e.known().unwrap_or(u64::MAX)).fold(1, u64::saturating_mul);
    count.saturating_mul(shape.scalar.size() as u64)
}
