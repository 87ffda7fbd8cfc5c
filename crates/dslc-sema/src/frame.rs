//! Frames: the functions under construction, innermost last. A value of an outer frame becomes a captured
//! parameter where an inner one uses it.

use std::collections::HashMap;
use std::rc::Rc;

use dslc_ir::{AxisId, Binding, Bits, Builder, Extent, FuncId, NodeId, Output, Prim, prims};

use crate::check::Checker;
use crate::complex::complex_of;
use crate::dim::Dim;
use crate::ty::{Elem, Ty};
use crate::value::{Complex, GLOBAL, IndexVar, Lin, Tensor, Value, VarOf};

/// A function under construction.
#[derive(Debug)]
pub(crate) struct Frame {
    pub(crate) id: u32,
    pub(crate) builder: Builder,
    /// What it captured, in the order of its last parameters: values of the frame around it.
    pub(crate) captures: Vec<Tensor>,
    /// Values of other frames that it has already, and what stands for them here.
    pub(crate) known: HashMap<Origin, (NodeId, Vec<AxisId>)>,
}

/// A value of another frame: the frame, the node, the visible axes.
pub(crate) type Origin = (u32, NodeId, Vec<AxisId>);

/// A finished inner function and how the frame around it passes what it captured.
pub(crate) struct Closed {
    pub(crate) func: FuncId,
    pub(crate) captures: Vec<Tensor>,
}

impl Checker<'_> {
    /// Starts an inner function.
    pub(crate) fn push_frame(&mut self, name: &str) {
        self.next_frame += 1;
        let mut builder = Builder::new(name);
        builder.site = self.frames.last().and_then(|f| f.builder.site);
        self.frames.push(Frame { id: self.next_frame, builder, captures: Vec::new(), known: HashMap::new() });
    }

    /// Gives up the innermost function.
    pub(crate) fn drop_frame(&mut self) {
        self.frames.pop();
    }

    /// Finishes the innermost function with these results, which belong to it.
    pub(crate) fn close_frame(&mut self, results: &[Tensor]) -> Closed {
        let outputs = results.iter().map(|t| self.output(t)).collect();
        let Some(frame) = self.frames.pop() else { unreachable!("a frame was pushed") };
        let func = self.module.funcs.push(frame.builder.finish(outputs));
        Closed { func, captures: frame.captures }
    }

    fn output(&mut self, t: &Tensor) -> Output {
        let t = self.local(t);
        Output { node: t.node, axes: t.axes }
    }

    pub(crate) fn frame(&mut self) -> &mut Frame {
        self.frames.last_mut().expect("statements are checked inside a frame")
    }

    pub(crate) fn b(&mut self) -> &mut Builder {
        &mut self.frame().builder
    }

    pub(crate) fn frame_id(&self) -> u32 {
        self.frames.last().map_or(GLOBAL, |f| f.id)
    }

    /// The extent of a size; while sizes are names any number will do, since what is built is thrown away.
    pub(crate) fn extent(dim: &Dim) -> Extent {
        Extent::Static(dim.as_const().map_or(1, |n| n.max(0) as u64))
    }

    pub(crate) fn axis(&mut self, dim: &Dim) -> AxisId {
        let extent = Self::extent(dim);
        self.b().axis(extent)
    }

    pub(crate) fn axes(&mut self, dims: &[Dim]) -> Vec<AxisId> {
        dims.iter().map(|d| self.axis(d)).collect()
    }

    /// A tensor of the innermost frame.
    pub(crate) fn tensor(&self, node: NodeId, elem: Elem, axes: Vec<AxisId>, dims: Vec<Dim>) -> Tensor {
        Tensor { frame: self.frame_id(), node, elem, axes, dims, lin: None, flexible: false, label: None }
    }

    /// A scalar of the innermost frame.
    pub(crate) fn scalar(&self, node: NodeId, elem: Elem) -> Tensor {
        self.tensor(node, elem, Vec::new(), Vec::new())
    }

    pub(crate) fn constant(&mut self, bits: Bits, elem: Elem) -> Tensor {
        let node = self.b().constant(bits);
        self.scalar(node, elem)
    }

    /// A new parameter of the innermost function.
    pub(crate) fn param(&mut self, elem: &Elem, dims: &[Dim]) -> Tensor {
        let axes = self.axes(dims);
        let node = self.b().param(elem.scalar(), axes.clone());
        self.tensor(node, elem.clone(), axes, dims.to_vec())
    }

    /// The same value in the innermost frame, captured on the way in if need be.
    pub(crate) fn local(&mut self, t: &Tensor) -> Tensor {
        let depth = self.frames.len() - 1;
        self.local_at(t, depth)
    }

    fn local_at(&mut self, t: &Tensor, depth: usize) -> Tensor {
        if self.frames[depth].id == t.frame {
            return t.clone();
        }
        let key = (t.frame, t.node, t.axes.clone());
        if let Some((node, axes)) = self.frames[depth].known.get(&key).cloned() {
            return Tensor { frame: self.frames[depth].id, node, axes, ..t.clone() };
        }
        let around = if depth == 0 { t.clone() } else { self.local_at(t, depth - 1) };
        let extents: Vec<Extent> = t.dims.iter().map(Self::extent).collect();
        let frame = &mut self.frames[depth];
        let axes = frame.builder.axes(&extents);
        let node = frame.builder.param(t.elem.scalar(), axes.clone());
        frame.captures.push(around);
        frame.known.insert(key, (node, axes.clone()));
        Tensor { frame: frame.id, node, axes, ..t.clone() }
    }

    /// The node of a value in the innermost frame, with these visible axes instead of its own.
    pub(crate) fn aligned(&mut self, t: &Tensor, axes: &[AxisId]) -> NodeId {
        let t = self.local(t);
        let pairs: Vec<(AxisId, AxisId)> = t.axes.iter().copied().zip(axes.iter().copied()).collect();
        self.b().rename(t.node, &pairs)
    }

    /// How a call binds an argument of the innermost frame.
    pub(crate) fn bind(&mut self, binding: &mut Binding, nodes: &mut Vec<NodeId>, t: &Tensor) {
        let t = self.local(t);
        nodes.push(t.node);
        binding.args.push(t.axes);
    }

    /// An affine form as an i64 of the innermost frame.
    pub(crate) fn lin_tensor(&mut self, lin: &Lin) -> Tensor {
        if let Some(n) = lin.as_const() {
            let mut t = self.constant(Bits::i64(n), Elem::I64);
            t.lin = Some(Rc::new(lin.clone()));
            return t;
        }
        let wide_add = self.prim("index_add");
        let wide_mul = self.prim("index_mul");
        let mut sum: Option<NodeId> = None;
        for (var, c) in &lin.terms {
            let v = self.var_tensor(var).node;
            let v = match c.as_const() {
                Some(1) => v,
                c => {
                    let c = self.b().int(c.unwrap_or(1));
                    self.b().map(wide_mul, &[v, c])
                }
            };
            sum = Some(match sum {
                None => v,
                Some(s) => self.b().map(wide_add, &[s, v]),
            });
        }
        let offset = lin.constant.as_const().unwrap_or(1);
        let node = match sum {
            Some(s) if offset == 0 => s,
            Some(s) => {
                let c = self.b().int(offset);
                self.b().map(wide_add, &[s, c])
            }
            None => self.b().int(offset),
        };
        let mut t = self.scalar(node, Elem::I64);
        t.lin = Some(Rc::new(lin.clone()));
        t
    }

    /// An index as an i64 of the innermost frame.
    fn var_tensor(&mut self, var: &IndexVar) -> Tensor {
        let node = match var.of {
            VarOf::Node(node) => node,
            VarOf::Axis(axis) => {
                let home = self.frames.iter_mut().find(|f| f.id == var.frame);
                home.expect("an index is used inside its comprehension").builder.iota(axis)
            }
        };
        let outer = Tensor {
            frame: var.frame,
            node,
            elem: Elem::I64,
            axes: Vec::new(),
            dims: Vec::new(),
            lin: None,
            flexible: false,
            label: None,
        };
        self.local(&outer)
    }

    /// The affine form of an i64 scalar: its own, or itself as a variable.
    pub(crate) fn lin_of(&self, t: &Tensor) -> Option<Lin> {
        if t.elem != Elem::I64 || !t.dims.is_empty() {
            return None;
        }
        if let Some(l) = &t.lin {
            return Some((**l).clone());
        }
        let var = IndexVar { frame: t.frame, of: VarOf::Node(t.node), extent: None };
        Some(Lin { constant: Dim::default(), terms: vec![(var, Dim::constant(1))] })
    }

    /// A primitive of the table by name.
    pub(crate) fn prim(&self, name: &str) -> &'static Prim {
        prims::by_name(name).unwrap_or_else(|| panic!("the table of primitives has no `{name}`")).0
    }

    /// A primitive on tensors of one shape and scalars of the innermost frame.
    pub(crate) fn pointwise(&mut self, prim: &'static Prim, args: &[Tensor], elem: Elem) -> Tensor {
        let args: Vec<Tensor> = args.iter().map(|t| self.local(t)).collect();
        let shape = args.iter().max_by_key(|t| t.dims.len()).expect("a primitive has arguments");
        let (axes, dims) = (shape.axes.clone(), shape.dims.clone());
        let mut nodes = Vec::with_capacity(args.len());
        for t in &args {
            nodes.push(if t.dims.is_empty() || t.axes == axes { t.node } else { self.aligned(t, &axes) });
        }
        if !self.is_plain(prim) {
            self.not_plain = true;
        }
        let node = self.b().map(prim, &nodes);
        self.tensor(node, elem, axes, dims)
    }

    /// Whether a primitive may be computed where its value is not wanted: it cannot fail, costs little, and has
    /// finite partials at finite points.
    fn is_plain(&self, prim: &'static Prim) -> bool {
        matches!(
            prim.name,
            "sub"
                | "mul"
                | "add"
                | "neg"
                | "max"
                | "min"
                | "select"
                | "and"
                | "or"
                | "not"
                | "eq"
                | "ne"
                | "lt"
                | "le"
                | "gt"
                | "ge"
                | "abs"
                | "i64_to_f64"
                | "i64_to_f32"
                | "index_add"
                | "index_mul"
        )
    }

    /// The leaves of a value in order: what a function takes or gives for it.
    pub(crate) fn leaves(value: &Value, out: &mut Vec<Tensor>) {
        match value {
            Value::Tensor(t) => out.push(t.clone()),
            Value::Complex(z) => out.extend([z.re.clone(), z.im.clone()]),
            Value::Tuple(parts) => parts.iter().for_each(|v| Self::leaves(v, out)),
            Value::Record(fields) => fields.iter().for_each(|(_, v)| Self::leaves(v, out)),
            Value::Int(_) | Value::Float(_) | Value::Str(_) | Value::Fn(_) | Value::Maker(_) => {}
            Value::Module(_) | Value::Poison => {}
        }
    }

    /// The same value with each leaf replaced, in the order of [`Self::leaves`].
    pub(crate) fn with_leaves(value: &Value, next: &mut impl FnMut(&Tensor) -> Value) -> Value {
        match value {
            Value::Tensor(t) => next(t),
            Value::Complex(z) => {
                let re = next(&z.re);
                Value::complex_of_parts(re, next(&z.im))
            }
            Value::Tuple(parts) => Value::tuple(parts.iter().map(|v| Self::with_leaves(v, next)).collect()),
            Value::Record(fields) => {
                Value::record(fields.iter().map(|(n, v)| (n.clone(), Self::with_leaves(v, next))).collect())
            }
            other => other.clone(),
        }
    }

    /// The type of a value; exact numbers as they are where nothing asks.
    pub(crate) fn type_of(&self, value: &Value) -> Ty {
        match value {
            Value::Int(_) => Ty::scalar(Elem::I64),
            Value::Float(_) => Ty::scalar(Elem::F64),
            Value::Tensor(t) => Ty::Tensor(t.elem.clone(), t.dims.clone()),
            Value::Complex(z) => Ty::Tensor(complex_of(&z.re.elem), z.re.dims.clone()),
            Value::Tuple(parts) => Ty::Tuple(parts.iter().map(|v| self.type_of(v)).collect()),
            Value::Record(fields) => {
                Ty::Record(fields.iter().map(|(n, v)| (n.clone(), self.type_of(v))).collect())
            }
            Value::Str(_) => Ty::Str,
            Value::Fn(_) | Value::Maker(_) | Value::Module(_) | Value::Poison => Ty::Poison,
        }
    }

    /// A type as text, with the names of sizes.
    pub(crate) fn show(&self, ty: &Ty) -> String {
        ty.show(&|s| self.size_name(s))
    }

    /// A size as text.
    pub(crate) fn show_dim(&self, d: &Dim) -> String {
        d.show(&|s| self.size_name(s))
    }

    /// What a value is, in a message.
    pub(crate) fn describe(&self, value: &Value) -> String {
        match value {
            Value::Fn(_) => "a function".into(),
            Value::Module(_) => "a module".into(),
            Value::Maker(_) => "a value without a shape yet".into(),
            Value::Int(_) => "an integer".into(),
            Value::Float(_) => "a number".into(),
            Value::Str(_) => "a string".into(),
            Value::Tuple(t) if t.is_empty() => "`()`".into(),
            other => format!("`{}`", self.show(&self.type_of(other))),
        }
    }

    /// A fresh parameter for each leaf of a type; only while a body is checked for all sizes and types, or for
    /// the arguments of an inner function.
    pub(crate) fn opaque(&mut self, ty: &Ty) -> Value {
        match ty {
            Ty::Tensor(elem, dims) => match elem.part() {
                Some(part) => {
                    let re = self.param(&part, dims);
                    Value::complex(Complex { re, im: self.param(&part, dims) })
                }
                None => Value::Tensor(self.param(elem, dims)),
            },
            Ty::Tuple(ts) => Value::tuple(ts.iter().map(|t| self.opaque(t)).collect()),
            Ty::Record(fs) => Value::record(fs.iter().map(|(n, t)| (n.clone(), self.opaque(t))).collect()),
            Ty::Fn(ps, r) => Value::function(crate::value::FnVal::Opaque(ps.clone(), (**r).clone())),
            Ty::Str => Value::Str("".into()),
            Ty::Poison => Value::Poison,
        }
    }

    /// A number of a scalar type.
    pub(crate) fn number(&mut self, elem: &Elem, x: f64) -> Tensor {
        self.constant(Bits::number(elem.scalar(), x), elem.clone())
    }
}

impl Frame {
    /// A placeholder while a frame is put aside.
    pub(crate) fn empty() -> Self {
        Self { id: u32::MAX, builder: Builder::default(), captures: Vec::new(), known: HashMap::new() }
    }
}
