//! Reads what [`crate::print`] writes. It checks the form only, and that ids count up; whether the module makes
//! sense is for [`crate::verify`] to say. No part of it recurs, so no input is too deep for it.

use dslc_base::{Index as _, IndexVec, Span};

use crate::function::{
    AxisId, Extent, FuncId, Function, Module, Node, NodeId, Output, Param, Role, Rule, Site, SiteId, Type,
};
use crate::op::Op;
use crate::scalar::Scalar;

mod op;
mod token;

use token::{Tokens, tokens};

/// A whole module; an error names the line.
pub fn module(text: &str) -> Result<Module, String> {
    let mut p = Parser { tokens: tokens(text)? };
    let mut m = Module::default();
    while !p.tokens.at_end() {
        let role = Role::ALL.into_iter().find(|r| p.tokens.accept(r.name()));
        let read = match role {
            Some(role) => p.site(&mut m, role),
            None => p.function(&mut m),
        };
        read.map_err(|why| p.tokens.locate(&why))?;
    }
    Ok(m)
}

struct Parser {
    tokens: Tokens,
}

impl Parser {
    fn site(&mut self, m: &mut Module, role: Role) -> Result<(), String> {
        self.next_id("!", m.sites.len())?;
        let file = dslc_base::FileId(self.number()?);
        let span = Span { file, start: self.number()?, end: self.number()? };
        m.sites.push(Site { span, what: self.tokens.string()?, role });
        Ok(())
    }

    fn function(&mut self, m: &mut Module) -> Result<(), String> {
        self.tokens.expect("fn")?;
        self.next_id("@", m.funcs.len())?;
        let mut func = Function { name: self.tokens.string()?, ..Function::default() };
        if self.tokens.accept("derivative") {
            let rule = FuncId(self.tokens.id("@")?);
            func.rule = Some(Rule { func: rule, covers: self.marks("covers")? });
        }
        self.tokens.expect("{")?;
        if self.tokens.accept("axis") {
            self.extents(&mut func.axes)?;
        }
        let mut params: Vec<(usize, Param)> = Vec::new();
        while self.tokens.peek_sigil("%") {
            self.statement(&mut func, &mut params)?;
        }
        params.sort_by_key(|(k, _)| *k);
        if params.iter().enumerate().any(|(at, (k, _))| at != *k) {
            return Err("the parameters are not numbered from 0".into());
        }
        func.params = params.into_iter().map(|(_, p)| p).collect();
        self.tokens.expect("return")?;
        while self.tokens.peek_sigil("%") {
            func.results.push(Output { node: NodeId(self.tokens.id("%")?), axes: self.axes()? });
            self.tokens.accept(",");
        }
        self.tokens.expect("}")?;
        m.funcs.push(func);
        Ok(())
    }

    fn extents(&mut self, extents: &mut IndexVec<AxisId, Extent>) -> Result<(), String> {
        loop {
            self.next_id("'", extents.len())?;
            self.tokens.expect("=")?;
            let extent =
                if self.tokens.accept("?") { Extent::Dynamic } else { Extent::Static(self.number()?) };
            extents.push(extent);
            if !self.tokens.accept(",") {
                return Ok(());
            }
        }
    }

    fn statement(&mut self, func: &mut Function, params: &mut Vec<(usize, Param)>) -> Result<(), String> {
        self.next_id("%", func.nodes.len())?;
        self.tokens.expect("=")?;
        let (op, args) = self.operation()?;
        self.tokens.expect(":")?;
        let types = self.types()?;
        if let Op::Param(k) = op {
            self.tokens.expect("order")?;
            params.push((k as usize, Param { node: func.nodes.next_id(), axes: self.axes()? }));
        }
        let site = if self.tokens.peek_sigil("!") { Some(SiteId(self.tokens.id("!")?)) } else { None };
        func.nodes.push(Node { op, args, types, site });
        Ok(())
    }

    fn types(&mut self) -> Result<Vec<Type>, String> {
        if self.tokens.accept("(") {
            self.tokens.expect(")")?;
            return Ok(Vec::new());
        }
        let mut types = Vec::new();
        loop {
            let scalar = self.scalar()?;
            self.tokens.expect("{")?;
            let axes = self.axes_until("}")?;
            types.push(Type { scalar, axes: axes.into() });
            if !self.tokens.accept(",") {
                return Ok(types);
            }
        }
    }

    fn scalar(&mut self) -> Result<Scalar, String> {
        let word = self.tokens.word()?;
        Scalar::from_name(&word).ok_or_else(|| format!("`{word}` is no scalar type"))
    }

    /// `['0, '1]`.
    fn axes(&mut self) -> Result<Vec<AxisId>, String> {
        self.tokens.expect("[")?;
        self.axes_until("]")
    }

    fn axes_until(&mut self, close: &str) -> Result<Vec<AxisId>, String> {
        let mut axes = Vec::new();
        while !self.tokens.accept(close) {
            axes.push(AxisId(self.tokens.id("'")?));
            if !self.tokens.accept(",") {
                self.tokens.expect(close)?;
                break;
            }
        }
        Ok(axes)
    }

    fn number<T: std::str::FromStr>(&mut self) -> Result<T, String> {
        let word = self.tokens.word()?;
        word.parse().map_err(|_| format!("`{word}` is no number that fits here"))
    }

    fn func(&mut self) -> Result<FuncId, String> {
        Ok(FuncId(self.tokens.id("@")?))
    }

    /// The id of the next item, which must count up.
    fn next_id(&mut self, sigil: &'static str, expected: usize) -> Result<(), String> {
        let found = self.tokens.id(sigil)?;
        if NodeId(found).index() == expected {
            Ok(())
        } else {
            Err(format!("{sigil}{expected} expected, {sigil}{found} found"))
        }
    }
}
