//! Programs as text, the same bytes for the same program: for people, and for golden tests.

use std::fmt::Write;

use dslc_ir::mach::{Lane, Mach, V};

use crate::program::{Address, Block, Count, For, Kernel, Matrix, Origin, Place, Program, Register, Stmt};

/// The text of a program.
pub fn program(program: &Program) -> String {
    let mut p = Printer { program, text: String::new(), depth: 0 };
    p.line(&format!("program {} arena {}", program.name, program.arena));
    for (id, b) in program.buffers.iter_enumerated() {
        let place = match &b.place {
            Place::Param(k) => format!("param {k}"),
            Place::Result(k) => format!("result {k}"),
            Place::Arena(at) => format!("arena {at}"),
            Place::Data(bytes) => format!("data of {} bytes", bytes.len()),
            Place::Tape => "tape".into(),
        };
        let elements = if b.place == Place::Tape { "?".into() } else { b.elements.to_string() };
        p.line(&format!("  {id}: {}[{elements}] {place}", b.scalar));
    }
    p.block(&program.body);
    p.text
}

struct Printer<'p> {
    program: &'p Program,
    text: String,
    depth: usize,
}

impl Printer<'_> {
    fn line(&mut self, text: &str) {
        self.text.extend(std::iter::repeat_n("  ", self.depth));
        self.text.push_str(text);
        self.text.push('\n');
    }
    fn block(&mut self, block: &Block) {
        self.depth += 1;
        block.iter().for_each(|s| self.stmt(s));
        self.depth -= 1;
    }
    /// A register with its type, where it is defined.
    fn typed(&self, v: V) -> String {
        format!("{}: {}", name(v), type_name(self.program.register(v)))
    }
    fn stmt(&mut self, stmt: &Stmt) {
        match stmt {
            Stmt::Op(to, op) => {
                let text = format!("{} = {}", self.typed(*to), self.operation(*to, *op));
                self.line(&text);
            }
            Stmt::Set(to, from) => self.line(&format!("{} := {}", self.typed(*to), name(*from))),
            Stmt::Get(to, from) => self.line(&format!("{} = get {}", self.typed(*to), name(*from))),
            Stmt::Load(to, at) => self.line(&format!("{} = {}", self.typed(*to), address(at))),
            Stmt::Store(at, v) => self.line(&format!("{} = {}", address(at), name(*v))),
            Stmt::Splat(to, from) => self.line(&format!("{} = splat {}", self.typed(*to), name(*from))),
            Stmt::Ramp(to, from) => self.line(&format!("{} = ramp {}", self.typed(*to), name(*from))),
            Stmt::Extract { to, from, lane } => {
                self.line(&format!("{} = {}.{lane}", self.typed(*to), name(*from)));
            }
            Stmt::Fail(f) => {
                let index = f.index.map(|(a, b)| format!(" {} of {}", name(a), name(b))).unwrap_or_default();
                self.line(&format!("fail {} {:?} if {}{index}", origin(f.origin), f.trap, name(f.when)));
            }
            Stmt::For(l) => self.for_(l),
            Stmt::While(l) => {
                self.line(if l.poll { "while poll {" } else { "while {" });
                self.block(&l.before);
                self.line(&format!("}} {} {{", name(l.cond)));
                self.block(&l.body);
                self.line("}");
            }
            Stmt::If { cond, then, otherwise } => {
                self.line(&format!("if {} {{", name(*cond)));
                self.block(then);
                if !otherwise.is_empty() {
                    self.line("} else {");
                    self.block(otherwise);
                }
                self.line("}");
            }
            Stmt::Kernel(k) => {
                let text = kernel(k);
                self.line(&text);
            }
            Stmt::Alloc { buffer, elements } => {
                self.line(&format!("alloc {buffer}[{}]", name(*elements)));
            }
        }
    }
    fn for_(&mut self, l: &For) {
        let mut head = format!("for {} in {}..{}", name(l.index), count(l.start), count(l.end));
        if l.step != 1 {
            let _ = write!(head, " step {}", l.step);
        }
        if l.poll {
            head.push_str(" poll");
        }
        if l.progress {
            head.push_str(" progress");
        }
        self.line(&format!("{head} {{"));
        self.block(&l.body);
        self.line("}");
    }
    fn operation(&self, to: V, op: Mach) -> String {
        if let Mach::Const(bits) = op {
            return match self.program.register(to).lane {
                Lane::F64 => format!("{:?}", f64::from_bits(bits)),
                Lane::F32 => format!("{:?}", f32::from_bits(bits as u32)),
                Lane::I64 => format!("{}", bits as i64),
                Lane::I32 => format!("{}", bits as i32),
                Lane::Bool => format!("{}", bits != 0),
            };
        }
        // `FCmp(Lt, v1, v2)` reads well enough.
        format!("{op:?}")
    }
}

fn name(v: V) -> String {
    format!("{v:?}")
}

fn type_name(r: Register) -> String {
    let lane = match r.lane {
        Lane::F64 => "f64",
        Lane::F32 => "f32",
        Lane::I64 => "i64",
        Lane::I32 => "i32",
        Lane::Bool => "bool",
    };
    let width = if r.width > 1 { format!("x{}", r.width) } else { String::new() };
    format!("{}{lane}{width}", if r.variable { "var " } else { "" })
}

fn count(c: Count) -> String {
    match c {
        Count::Known(n) => n.to_string(),
        Count::Register(v) => name(v),
    }
}

fn address(a: &Address) -> String {
    let mut text = format!("{}[{}", a.buffer, a.offset);
    for &(v, c) in &a.terms {
        let _ = if c == 1 { write!(text, " + {}", name(v)) } else { write!(text, " + {} * {c}", name(v)) };
    }
    text.push(']');
    text
}

fn matrix(m: &Matrix) -> String {
    format!("{} by {}, {}", address(&m.at), m.row, m.column)
}

fn kernel(k: &Kernel) -> String {
    match k {
        Kernel::Product { algebra, scalar, extents: [m, k, n], a, b, c } => {
            format!("product {algebra:?} {scalar} {m} {k} {n}: {} = {} @ {}", matrix(c), matrix(a), matrix(b))
        }
        Kernel::Solve { routine, scalar, n, columns, a, b, origin: at } => {
            let (name, at) = (routine.name(), origin(*at));
            format!("{name} {scalar} {n} {columns} {at}: {} \\ {}", address(a), address(b))
        }
        Kernel::Factor { routine, scalar, extents: [m, n], from, to, elements, origin: at } => {
            let (name, at) = (routine.name(), origin(*at));
            format!("{name} {scalar} {m} {n} {at}: {} [{elements}] = {}", address(to), address(from))
        }
        Kernel::Permutation { n, key, to } => format!("permutation {n} {}: {}", name(*key), address(to)),
        Kernel::ArgSort { scalar, n, x, to } => {
            format!("argsort {scalar} {n}: {} = {}", address(to), address(x))
        }
        Kernel::Trace { scalar, extents, from, to, origin: at } => {
            let at = origin(*at);
            format!("trace {scalar} {extents:?} {at}: {} after {}", address(to), address(from))
        }
        Kernel::Copy { from, to, elements } => {
            format!("copy {}: {} = {}", count(*elements), address(to), address(from))
        }
        Kernel::Zero { to, elements } => format!("zero {}: {}", count(*elements), address(to)),
    }
}

fn origin(at: Origin) -> String {
    format!("{}#{}", at.site, at.order)
}
