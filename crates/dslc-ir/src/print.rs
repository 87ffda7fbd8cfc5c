//! A module as text that people can read and [`crate::parse`] reads back. Equal modules give equal text.
//!
//! ```text
//! fn @0 "f" {
//!   axis '0 = 3, '1 = ?
//!   %0 = param 0: f64{'0} order ['0]
//!   %1 = map tanh %0: f64{'0}
//!   %2 = fold sum ['0] %1: f64{}
//!   return %2 []
//! }
//! ```
//!
//! Constants are exact: a finite float is printed so that it reads back as itself, a NaN with its bits. A site
//! stands behind the types as `!3`; the sites themselves come first.

use std::fmt::{self, Display, Write as _};

use crate::function::{AxisId, Extent, FuncId, Function, Module, Node, NodeId, Type};
use crate::op::{Binding, Dense, Index, Op, Scan};
use crate::scalar::{Bits, Scalar};

/// A whole module.
pub fn module(m: &Module) -> String {
    let mut out = String::new();
    for (id, site) in m.sites.iter_enumerated() {
        let span = site.span;
        let place = format_args!("{} {} {}", span.file.0, span.start, span.end);
        line(&mut out, format_args!("{} {id} {place} {:?}", site.role.name(), site.what));
    }
    for (id, func) in m.funcs.iter_enumerated() {
        out.push_str(&function(id, func));
    }
    out
}

/// One function, as the one with this id.
pub fn function(id: FuncId, func: &Function) -> String {
    let mut out = String::new();
    let rule = func.rule.as_ref();
    let rule =
        rule.map(|r| format!(" derivative {} covers [{}]", r.func, list(&r.covers))).unwrap_or_default();
    line(&mut out, format_args!("fn {id} {:?}{rule} {{", func.name));
    if !func.axes.is_empty() {
        let axes = func.axes.iter_enumerated().map(|(a, e)| format!("{a} = {}", extent(*e)));
        line(&mut out, format_args!("  axis {}", list(axes)));
    }
    for (id, node) in func.nodes.iter_enumerated() {
        line(&mut out, format_args!("  {id} = {}", statement(func, node)));
    }
    let results = func.results.iter().map(|r| format!("{} {}", r.node, axes(&r.axes)));
    let results = list(results);
    line(&mut out, format_args!("  return{}{results}", if results.is_empty() { "" } else { " " }));
    out.push_str("}\n");
    out
}

/// The operator, the arguments, the types and the site of a node.
pub fn statement(func: &Function, node: &Node) -> String {
    let types = if node.types.is_empty() { "()".to_string() } else { list(node.types.iter().map(ty)) };
    let mut out = format!("{}: {types}", operation(&node.op, &node.args));
    if let Op::Param(k) = node.op
        && let Some(param) = func.params.get(k as usize)
    {
        add(&mut out, format_args!(" order {}", axes(&param.axes)));
    }
    if let Some(site) = node.site {
        add(&mut out, format_args!(" {site}"));
    }
    out
}

fn operation(op: &Op, args: &[NodeId]) -> String {
    let plain = || args.iter().map(|a| format!(" {a}")).collect::<String>();
    match op {
        Op::Param(k) => format!("param {k}"),
        Op::Const(bits) => format!("const {} {}", bits.scalar, constant(*bits)),
        Op::Dense(d) => dense(d),
        Op::Iota(axis) => format!("iota {axis}"),
        Op::Map(prim) => format!("map {}{}", prim.0.name, plain()),
        Op::Fold { monoid, axes: over } => format!("fold {} {}{}", monoid.name(), axes(over), plain()),
        Op::ArgFold { max, axes: over } => {
            format!("{} {}{}", if *max { "argmax" } else { "argmin" }, axes(over), plain())
        }
        Op::Read { index, fill } => {
            let (others, last) =
                if *fill { args.split_at(args.len().saturating_sub(1)) } else { (args, &[][..]) };
            let mut out = format!("read {}{}", index_map(index), with_data(others, 1));
            if let Some(fill) = last.first() {
                add(&mut out, format_args!(" fill {fill}"));
            }
            out
        }
        Op::Scatter { index, over } => {
            format!("scatter {} over {}{}", index_map(index), axes(over), with_data(args, 1))
        }
        Op::Update { index, over } => {
            format!("update {} over {}{}", index_map(index), axes(over), with_data(args, 2))
        }
        Op::Stack { axis } => format!("stack {axis}{}", plain()),
        Op::Proj(k) => format!("proj {k}{}", plain()),
        Op::Call { func, bind } => format!("call {func} {}", binding(args, bind)),
        Op::If { then, otherwise, bind } => format!("if {then} else {otherwise} {}", binding(args, bind)),
        Op::Scan(scan) => format!("scan {}", loop_head(scan)) + &binding(args, &scan.bind),
        Op::While { cond, body, state, bind } => {
            format!("while {cond} do {body} state {state} {}", binding(args, bind))
        }
        Op::Vjp { func, wrt, bind } => format!("vjp {func} wrt [{}] {}", list(wrt), binding(args, bind)),
        Op::Jvp { func, wrt, bind } => format!("jvp {func} wrt [{}] {}", list(wrt), binding(args, bind)),
        Op::Bounds { func, wrt, bind } => {
            format!("bounds {func} wrt [{}] {}", list(wrt), binding(args, bind))
        }
        Op::Spectral { func, bind } => format!("spectral {func} {}", binding(args, bind)),
        Op::Library { routine, bind } => format!("library {} {}", routine.name(), binding(args, bind)),
    }
}

fn loop_head(scan: &Scan) -> String {
    let mut out = format!("{} xs {} state {} ", scan.body, scan.xs, scan.state);
    if let Some(axis) = scan.axis {
        add(&mut out, format_args!("axis {axis} "));
    }
    if scan.reverse {
        out.push_str("reverse ");
    }
    out
}

fn dense(d: &Dense) -> String {
    let elements = d.elements.iter().map(|&bits| constant(Bits { scalar: d.scalar, bits }));
    format!("dense {} {} [{}]", d.scalar, axes(&d.axes), list(elements))
}

/// The first arguments, then the data in brackets if there are any.
fn with_data(args: &[NodeId], first: usize) -> String {
    let (values, data) = args.split_at(first.min(args.len()));
    let mut out: String = values.iter().map(|a| format!(" {a}")).collect();
    if !data.is_empty() {
        add(&mut out, format_args!(" [{}]", list(data)));
    }
    out
}

fn binding(args: &[NodeId], bind: &Binding) -> String {
    let bound = args.iter().enumerate().map(|(k, a)| {
        let core = bind.args.get(k).map_or(&[][..], |v| v);
        format!("{a}{}", axes(core))
    });
    format!("({}) -> ({})", list(bound), list(bind.results.iter().map(|r| axes(r))))
}

fn index_map(index: &[(AxisId, Index)]) -> String {
    format!("{{{}}}", list(index.iter().map(|(a, i)| format!("{a}: {}", position(i)))))
}

/// `2*'1 + -3 + $0`.
fn position(index: &Index) -> String {
    let mut parts: Vec<String> = Vec::new();
    for &(axis, c) in &index.terms {
        parts.push(if c == 1 { axis.to_string() } else { format!("{c}*{axis}") });
    }
    if index.offset != 0 || (index.terms.is_empty() && index.data.is_none()) {
        parts.push(index.offset.to_string());
    }
    parts.extend(index.data.map(|d| format!("${d}")));
    parts.join(" + ")
}

/// A constant that reads back as itself.
pub fn constant(bits: Bits) -> String {
    let nan = bits.scalar.is_float() && bits.as_f64().is_nan();
    match bits.scalar {
        Scalar::F64 | Scalar::F32 if nan => format!("nan({:#x})", bits.bits),
        Scalar::F64 => format!("{:?}", f64::from_bits(bits.bits)),
        Scalar::F32 => format!("{:?}", f32::from_bits(bits.bits as u32)),
        Scalar::I64 => format!("{}", bits.bits as i64),
        Scalar::Bool => format!("{}", bits.bits != 0),
        Scalar::Key => format!("{:#x}", bits.bits),
        Scalar::Z2 => format!("{}", bits.bits),
    }
}

fn ty(t: &Type) -> String {
    format!("{}{{{}}}", t.scalar, list(t.axes.iter()))
}

fn extent(e: Extent) -> String {
    e.known().map_or("?".to_string(), |n| n.to_string())
}

fn axes(axes: &[AxisId]) -> String {
    format!("[{}]", list(axes))
}

fn list<T: Display>(items: impl IntoIterator<Item = T>) -> String {
    let items: Vec<String> = items.into_iter().map(|i| i.to_string()).collect();
    items.join(", ")
}

fn add(out: &mut String, text: fmt::Arguments<'_>) {
    out.write_fmt(text).expect("a string takes any text");
}

fn line(out: &mut String, text: fmt::Arguments<'_>) {
    add(out, text);
    out.push('\n');
}
