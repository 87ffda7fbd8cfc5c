//! Runs one function, node by node.

use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use dslc_ir::{AxisId, Extent, Function, Node, NodeId, Op, Scalar};
use dslc_runtime::value::Value;

use crate::Stop;
use crate::context::Context;
use crate::plan::{Plan, Step};
use crate::tensor::{Positional, Tensor, count, sorted};
use crate::{control, fold, index, library, pointwise};

/// A function that is running.
pub(crate) struct Frame<'a> {
    pub(crate) func: &'a Function,
    args: Vec<Option<Positional>>,
    /// The value of each node with one result that is alive.
    one: Vec<Option<Tensor>>,
    /// The results of nodes with several.
    many: HashMap<NodeId, Vec<Option<Tensor>>>,
    /// The extents of dynamic axes met so far.
    dynamic: HashMap<AxisId, usize>,
}

/// Whether the arguments have the types and the static extents of the parameters.
pub(crate) fn check_args(func: &Function, args: &[Value]) -> Result<(), Stop> {
    let fits = |k: usize| {
        let (shape, value) = (func.param_shape(k), &args[k]);
        let extents = shape.extents.iter().zip(value.shape());
        shape.scalar == value.scalar()
            && shape.extents.len() == value.shape().len()
            && extents.into_iter().all(|(e, &n)| e.known().is_none_or(|e| e == n))
    };
    if args.len() != func.params.len() || !(0..args.len()).all(fits) {
        return Err(Stop::Bug(format!("the arguments do not fit the parameters of `{}`", func.name)));
    }
    Ok(())
}

/// The wanted results of a function; arguments that the plan does not need may be missing.
pub(crate) fn run(
    context: &Context<'_>,
    plan: &Plan,
    args: Vec<Option<Positional>>,
) -> Result<Vec<Option<Positional>>, Stop> {
    context.deeper(|| {
        context.poll()?;
        let mut frame = Frame::new(context, plan, args);
        for step in &plan.steps {
            frame.step(context, step).map_err(|stop| context.trace(stop, step.node.0))?;
            frame.forget(&step.last);
        }
        let func = frame.func;
        let results = func.results.iter().zip(&plan.wanted);
        let result = |(r, wanted): (&dslc_ir::Output, &bool)| {
            if *wanted { frame.positional(context, r.node, &r.axes, &[]).map(Some) } else { Ok(None) }
        };
        results.map(result).collect()
    })
}

impl<'a> Frame<'a> {
    fn new(context: &Context<'a>, plan: &Plan, args: Vec<Option<Positional>>) -> Self {
        let func = &context.module.funcs[plan.func];
        let one = vec![None; func.nodes.len()];
        Frame { func, args, one, many: HashMap::new(), dynamic: HashMap::new() }
    }

    /// The function with the values of all nodes that its wanted results need.
    pub(crate) fn whole(
        context: &Context<'a>,
        plan: &Plan,
        args: Vec<Option<Positional>>,
    ) -> Result<Self, Stop> {
        let mut frame = Frame::new(context, plan, args);
        plan.steps.iter().try_for_each(|step| frame.step(context, step))?;
        Ok(frame)
    }

    fn step(&mut self, context: &Context<'_>, step: &Step) -> Result<(), Stop> {
        let node = &self.func.nodes[step.node];
        let results = self.results(context, step, node)?;
        for tensor in results.iter().flatten() {
            self.learn(tensor)?;
        }
        match <[Option<Tensor>; 1]>::try_from(results) {
            Ok([one]) => self.one[step.node.0 as usize] = one,
            Err(many) => {
                self.many.insert(step.node, many);
            }
        }
        Ok(())
    }

    /// Drops the values of nodes.
    fn forget(&mut self, dead: &[NodeId]) {
        for dead in dead {
            self.one[dead.0 as usize] = None;
            self.many.remove(dead);
        }
    }

    fn results(
        &self,
        context: &Context<'_>,
        step: &Step,
        node: &'a Node,
    ) -> Result<Vec<Option<Tensor>>, Stop> {
        let one = |t: Tensor| Ok(vec![Some(t)]);
        match &node.op {
            Op::Param(k) => {
                let (k, axes) = (*k as usize, &self.func.params[*k as usize].axes);
                let arg = self.args.get(k).and_then(Option::as_ref);
                one(sorted(context, axes, arg.ok_or_else(|| missing(step.node))?)?)
            }
            Op::Const(bits) => {
                let mut data = context.buffer(1)?;
                data.words[0] = bits.bits;
                one(Tensor { axes: Arc::new([]), extents: Vec::new(), data: Rc::new(data) })
            }
            Op::Dense(d) => {
                let extents = self.extents(&d.axes)?;
                let mut data = context.buffer(count(&extents)?)?;
                data.words.copy_from_slice(&d.elements);
                one(sorted(context, &d.axes, &Positional { extents, data: Rc::new(data) })?)
            }
            Op::Iota(axis) => {
                let mut data = context.buffer(self.extent(*axis)?)?;
                data.words.iter_mut().enumerate().for_each(|(i, w)| *w = i as u64);
                self.tensor(&node.ty().axes, data).and_then(one)
            }
            Op::Map(_) => one(pointwise::map(context, self, step, node)?),
            Op::Fold { monoid, axes } => one(fold::fold(context, self, step, node, *monoid, axes)?),
            Op::ArgFold { max, axes } => fold::arg_fold(context, self, node, *max, axes),
            Op::Read { index, fill } => one(index::read(context, self, node, index, *fill)?),
            Op::Scatter { index, over } => one(index::scatter(context, self, step, node, index, over)?),
            Op::Update { index, over } => one(index::update(context, self, node, index, over)?),
            Op::Stack { axis } => one(index::stack(context, self, node, *axis)?),
            Op::Proj(k) => {
                let from = node.args[0];
                let found = match self.many.get(&from) {
                    Some(many) => many[*k as usize].clone(),
                    None => self.one[from.0 as usize].clone(),
                };
                one(found.ok_or_else(|| missing(from))?)
            }
            Op::Call { bind, .. } => control::call(context, self, step, node, bind),
            Op::If { bind, .. } => control::branch(context, self, step, node, bind),
            Op::Scan(scan) => control::scan(context, self, step, node, scan),
            Op::While { state, bind, .. } => {
                control::repeat(context, self, step, node, *state as usize, bind)
            }
            Op::Vjp { .. } | Op::Jvp { .. } | Op::Bounds { .. } | Op::Spectral { .. } => {
                Err(Stop::Bug(format!("{} is not expanded", step.node)))
            }
            Op::Library { routine, bind } => library::routine(context, self, node, *routine, bind),
        }
    }

    /// The value of a node with one result.
    pub(crate) fn value(&self, node: NodeId) -> Result<&Tensor, Stop> {
        self.one[node.0 as usize].as_ref().ok_or_else(|| missing(node))
    }
    /// The value of a result of a node.
    pub(crate) fn result(&self, node: NodeId, k: usize) -> Result<&Tensor, Stop> {
        let found = match self.many.get(&node) {
            Some(many) => many[k].as_ref(),
            None => self.one[node.0 as usize].as_ref(),
        };
        found.ok_or_else(|| missing(node))
    }
    /// The scalar type of an argument.
    pub(crate) fn scalar(&self, node: NodeId) -> Scalar {
        self.func.ty(node).scalar
    }
    /// A node's value with its axes in this order, at fixed positions along others.
    pub(crate) fn positional(
        &self,
        context: &Context<'_>,
        node: NodeId,
        axes: &[AxisId],
        fixed: &[(AxisId, usize)],
    ) -> Result<Positional, Stop> {
        let extents = self.extents(axes)?;
        let data = self.value(node)?.arrange(context, axes, &extents, fixed)?;
        Ok(Positional { extents, data })
    }
    /// Elements over these sorted axes as a tensor.
    pub(crate) fn tensor(&self, axes: &Arc<[AxisId]>, data: crate::tensor::Buffer) -> Result<Tensor, Stop> {
        Ok(Tensor { axes: axes.clone(), extents: self.extents(axes)?, data: Rc::new(data) })
    }
    /// How long an axis is.
    pub(crate) fn extent(&self, axis: AxisId) -> Result<usize, Stop> {
        match self.func.axes[axis] {
            Extent::Static(n) => usize::try_from(n).map_err(|_| Stop::Memory),
            Extent::Dynamic => {
                let found = self.dynamic.get(&axis).copied();
                found.ok_or_else(|| Stop::Bug(format!("the extent of {axis} is not known")))
            }
        }
    }
    /// How long axes are.
    pub(crate) fn extents(&self, axes: &[AxisId]) -> Result<Vec<usize>, Stop> {
        axes.iter().map(|&a| self.extent(a)).collect()
    }
    /// Notes the extents of the dynamic axes of a value, and checks those of its static ones.
    fn learn(&mut self, tensor: &Tensor) -> Result<(), Stop> {
        for (&axis, &extent) in tensor.axes.iter().zip(&tensor.extents) {
            let known = match self.func.axes[axis] {
                Extent::Static(n) => n as usize,
                Extent::Dynamic => *self.dynamic.entry(axis).or_insert(extent),
            };
            if known != extent {
                return Err(Stop::Bug(format!("{axis} has {extent} elements and {known}")));
            }
        }
        Ok(())
    }
}

fn missing(node: NodeId) -> Stop {
    Stop::Bug(format!("{node} has no value"))
}
