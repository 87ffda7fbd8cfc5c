//! Operators with their arguments.

use std::sync::Arc;

use crate::function::{AxisId, NodeId};
use crate::op::{Binding, Dense, Index, Op, Scan};
use crate::prims;
use crate::routine::Routine;
use crate::scalar::{Bits, Scalar};
use crate::semiring::Monoid;

use super::Parser;

type Operation = (Op, Vec<NodeId>);
type IndexMap = Vec<(AxisId, Index)>;

impl Parser {
    pub(super) fn operation(&mut self) -> Result<Operation, String> {
        let name = self.tokens.word()?;
        let leaf = |op: Op| Ok((op, Vec::new()));
        match name.as_str() {
            "param" => leaf(Op::Param(self.number()?)),
            "const" => {
                let scalar = self.scalar()?;
                leaf(Op::Const(self.constant(scalar)?))
            }
            "dense" => leaf(Op::Dense(Arc::new(self.dense()?))),
            "iota" => leaf(Op::Iota(self.axis()?)),
            "map" => {
                let prim = self.tokens.word()?;
                let prim = prims::by_name(&prim).ok_or_else(|| format!("no primitive `{prim}`"))?;
                self.with_args(Op::Map(prim))
            }
            "fold" => {
                let monoid = self.monoid()?;
                let op = Op::Fold { monoid, axes: self.axes()? };
                self.with_args(op)
            }
            "argmax" | "argmin" => {
                let op = Op::ArgFold { max: name == "argmax", axes: self.axes()? };
                self.with_args(op)
            }
            "read" => self.read(),
            "scatter" => {
                let (index, over) = self.written()?;
                Ok((Op::Scatter { index, over }, self.args_with_data()?))
            }
            "update" => {
                let (index, over) = self.written()?;
                Ok((Op::Update { index, over }, self.args_with_data()?))
            }
            "stack" => {
                let op = Op::Stack { axis: self.axis()? };
                self.with_args(op)
            }
            "proj" => {
                let op = Op::Proj(self.number()?);
                self.with_args(op)
            }
            _ => self.control(&name),
        }
    }

    fn control(&mut self, name: &str) -> Result<Operation, String> {
        match name {
            "call" => {
                let func = self.func()?;
                let (args, bind) = self.binding()?;
                Ok((Op::Call { func, bind }, args))
            }
            "if" => {
                let then = self.func()?;
                self.tokens.expect("else")?;
                let otherwise = self.func()?;
                let (args, bind) = self.binding()?;
                Ok((Op::If { then, otherwise, bind }, args))
            }
            "scan" => self.scan(),
            "while" => {
                let cond = self.func()?;
                self.tokens.expect("do")?;
                let body = self.func()?;
                self.tokens.expect("state")?;
                let state = self.number()?;
                let (args, bind) = self.binding()?;
                Ok((Op::While { cond, body, state, bind }, args))
            }
            "vjp" | "jvp" | "bounds" => {
                let func = self.func()?;
                let wrt = self.marks("wrt")?;
                let (args, bind) = self.binding()?;
                let op = match name {
                    "vjp" => Op::Vjp { func, wrt, bind },
                    "jvp" => Op::Jvp { func, wrt, bind },
                    _ => Op::Bounds { func, wrt, bind },
                };
                Ok((op, args))
            }
            "spectral" => {
                let func = self.func()?;
                let (args, bind) = self.binding()?;
                Ok((Op::Spectral { func, bind }, args))
            }
            "library" => {
                let name = self.tokens.word()?;
                let routine = Routine::ALL.into_iter().find(|r| r.name() == name);
                let routine = routine.ok_or_else(|| format!("no routine `{name}`"))?;
                let (args, bind) = self.binding()?;
                Ok((Op::Library { routine, bind }, args))
            }
            _ => Err(format!("no operator `{name}`")),
        }
    }

    fn scan(&mut self) -> Result<Operation, String> {
        let body = self.func()?;
        self.tokens.expect("xs")?;
        let xs = self.number()?;
        self.tokens.expect("state")?;
        let state = self.number()?;
        let axis = if self.tokens.accept("axis") { Some(self.axis()?) } else { None };
        let reverse = self.tokens.accept("reverse");
        let (args, bind) = self.binding()?;
        Ok((Op::Scan(Scan { body, xs, state, axis, reverse, bind }), args))
    }

    fn read(&mut self) -> Result<Operation, String> {
        let index = self.index_map()?;
        let mut args = self.args_with_data()?;
        let fill = self.tokens.accept("fill");
        if fill {
            args.push(self.node()?);
        }
        Ok((Op::Read { index, fill }, args))
    }

    fn written(&mut self) -> Result<(IndexMap, Vec<AxisId>), String> {
        let index = self.index_map()?;
        self.tokens.expect("over")?;
        Ok((index, self.axes()?))
    }

    fn monoid(&mut self) -> Result<Monoid, String> {
        let name = self.tokens.word()?;
        let monoid = Monoid::ALL.into_iter().find(|m| m.name() == name);
        monoid.ok_or_else(|| format!("no monoid `{name}`"))
    }

    fn axis(&mut self) -> Result<AxisId, String> {
        Ok(AxisId(self.tokens.id("'")?))
    }

    fn node(&mut self) -> Result<NodeId, String> {
        Ok(NodeId(self.tokens.id("%")?))
    }

    fn with_args(&mut self, op: Op) -> Result<Operation, String> {
        Ok((op, self.args()?))
    }

    /// `%1 %2`.
    fn args(&mut self) -> Result<Vec<NodeId>, String> {
        let mut args = Vec::new();
        while self.tokens.peek_sigil("%") {
            args.push(self.node()?);
        }
        Ok(args)
    }

    /// `%1 [%2, %3]`.
    fn args_with_data(&mut self) -> Result<Vec<NodeId>, String> {
        let mut args = self.args()?;
        if self.tokens.accept("[") {
            while !self.tokens.accept("]") {
                args.push(self.node()?);
                self.tokens.accept(",");
            }
        }
        Ok(args)
    }

    /// `(%1['0], %2[]) -> (['3])`.
    fn binding(&mut self) -> Result<(Vec<NodeId>, Binding), String> {
        let (mut args, mut bind) = (Vec::new(), Binding::default());
        self.tokens.expect("(")?;
        while !self.tokens.accept(")") {
            args.push(self.node()?);
            bind.args.push(self.axes()?);
            self.tokens.accept(",");
        }
        self.tokens.expect("->")?;
        self.tokens.expect("(")?;
        while !self.tokens.accept(")") {
            bind.results.push(self.axes()?);
            self.tokens.accept(",");
        }
        Ok((args, bind))
    }

    /// `word [true, false]`.
    pub(super) fn marks(&mut self, word: &str) -> Result<Vec<bool>, String> {
        self.tokens.expect(word)?;
        self.tokens.expect("[")?;
        let mut marks = Vec::new();
        while !self.tokens.accept("]") {
            marks.push(self.number()?);
            self.tokens.accept(",");
        }
        Ok(marks)
    }

    /// `{'0: '1 + 2*'2 + -3 + $0}`.
    fn index_map(&mut self) -> Result<IndexMap, String> {
        let mut index = Vec::new();
        self.tokens.expect("{")?;
        while !self.tokens.accept("}") {
            let axis = self.axis()?;
            self.tokens.expect(":")?;
            index.push((axis, self.position()?));
            self.tokens.accept(",");
        }
        Ok(index)
    }

    fn position(&mut self) -> Result<Index, String> {
        let mut index = Index::default();
        loop {
            if self.tokens.peek_sigil("'") {
                index.terms.push((self.axis()?, 1));
            } else if self.tokens.peek_sigil("$") {
                index.data = Some(self.tokens.id("$")?);
            } else {
                let number: i64 = self.number()?;
                if self.tokens.accept("*") {
                    index.terms.push((self.axis()?, number));
                } else {
                    index.offset = number;
                }
            }
            if !self.tokens.accept("+") {
                return Ok(index);
            }
        }
    }

    fn dense(&mut self) -> Result<Dense, String> {
        let scalar = self.scalar()?;
        let axes = self.axes()?;
        self.tokens.expect("[")?;
        let mut elements = Vec::new();
        while !self.tokens.accept("]") {
            elements.push(self.constant(scalar)?.bits);
            self.tokens.accept(",");
        }
        Ok(Dense { scalar, axes, elements })
    }

    fn constant(&mut self, scalar: Scalar) -> Result<Bits, String> {
        if scalar.is_float() && self.tokens.accept("nan") {
            self.tokens.expect("(")?;
            let bits = self.hexadecimal()?;
            self.tokens.expect(")")?;
            return Ok(Bits { scalar, bits });
        }
        match scalar {
            Scalar::F64 => Ok(Bits::f64(self.number()?)),
            Scalar::F32 => Ok(Bits::f32(self.number()?)),
            Scalar::I64 => Ok(Bits::i64(self.number()?)),
            Scalar::Bool => Ok(Bits::bool(self.number()?)),
            Scalar::Key => Ok(Bits::key(self.hexadecimal()?)),
            Scalar::Z2 => Ok(Bits { scalar, bits: self.number()? }),
        }
    }

    fn hexadecimal(&mut self) -> Result<u64, String> {
        let word = self.tokens.word()?;
        let digits = word.strip_prefix("0x").ok_or_else(|| format!("`{word}` does not start with 0x"))?;
        u64::from_str_radix(digits, 16).map_err(|_| format!("`{word}` is no number"))
    }
}
