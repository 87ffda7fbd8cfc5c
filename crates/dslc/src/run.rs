//! Runs the steps of a script in order.

use std::any::Any;
use std::sync::Arc;
use std::time::Instant;

use dslc_base::{Diagnostic, Severity, Span};
use dslc_ir::function::Shape;
use dslc_runtime::context::Progress;
use dslc_runtime::failure::Failure;
use dslc_runtime::value::{Value, byte_count};
use dslc_sema::{Close, Compute, Load, Loaded, Plot, Program, Shown, Step};

use crate::backend::{Engine, Stop};
use crate::host::{Drawing, Drawn, Host};
use crate::kinks::Kinks;
use crate::settings::Timings;
use crate::show::line;
use crate::{Halt, Outcome, Part, close, data};

/// What a script keeps between statements.
pub(crate) struct Machine<'p> {
    program: &'p Program,
    host: &'p dyn Host,
    engine: Engine<'p>,
    /// The host's, so that values outlive a callback that panics.
    slots: &'p mut Vec<Option<Value>>,
    /// The bytes of the values in the slots, and how many they may be.
    kept: u64,
    memory: u64,
    out: &'p mut dyn FnMut(&str),
    watch: &'p dyn Fn(&Arc<Progress>) -> Box<dyn Any>,
}

impl<'p> Machine<'p> {
    /// A machine whose slots may hold values already; slots that it lacks are empty.
    pub(crate) fn new(
        engine: Engine<'p>,
        host: &'p dyn Host,
        slots: &'p mut Vec<Option<Value>>,
        out: &'p mut dyn FnMut(&str),
        watch: &'p dyn Fn(&Arc<Progress>) -> Box<dyn Any>,
    ) -> Self {
        let (program, memory) = (engine.program, engine.settings.memory);
        slots.resize(program.slots.len(), None);
        let kept = slots.iter().map(bytes_in).sum();
        Self { program, host, engine, slots, kept, memory, out, watch }
    }

    pub(crate) fn part(&mut self, part: Part) -> Result<Outcome, Halt> {
        let program = self.program;
        self.steps(&program.steps)?;
        let mut outcome = Outcome::default();
        if part == Part::Tests {
            for (name, steps) in &program.tests {
                match self.steps(steps) {
                    Ok(()) => outcome.passed.push(name.clone()),
                    Err(Halt::Failure(d)) => outcome.failed.push((name.clone(), *d)),
                    Err(other) => return Err(other),
                }
            }
        }
        Ok(outcome)
    }

    /// What the run has to say beside its result.
    pub(crate) fn warnings(&self) -> Vec<Diagnostic> {
        match self.engine.settings.kinks {
            Kinks::Warn => self.engine.kinks.warnings(),
            Kinks::Ignore | Kinks::Error => Vec::new(),
        }
    }

    pub(crate) fn timings(&self) -> Timings {
        self.engine.timings
    }

    fn steps(&mut self, steps: &[Step]) -> Result<(), Halt> {
        steps.iter().try_for_each(|s| self.step(s))
    }

    fn step(&mut self, step: &Step) -> Result<(), Halt> {
        match step {
            Step::Compute(c) => self.compute(c),
            Step::Print(parts) => {
                for slot in parts.iter().flat_map(Shown::slots) {
                    self.slot(slot)?;
                }
                (self.out)(&line(parts, self.slots));
                Ok(())
            }
            Step::Assert { condition, span } => {
                if self.holds(*condition)? {
                    return Ok(());
                }
                let d = Diagnostic::error("R1001", *span, "this assertion does not hold");
                Err(Halt::Failure(Box::new(d)))
            }
            Step::Close(c) => self.close(c),
            Step::Load(l) => self.load(l),
            Step::Save { path, parts, span } => self.save(path, parts, *span),
            Step::Plot(p) => self.plot(p),
            Step::Move(pairs) => {
                let values: Vec<Option<Value>> =
                    pairs.iter().map(|&(from, _)| self.slots[from as usize].clone()).collect();
                for (&(_, to), v) in pairs.iter().zip(values) {
                    self.keep(to, v);
                }
                Ok(())
            }
            Step::For { index, start, end, body, span } => {
                let (start, end) = (self.integer(*start)?, self.integer(*end)?);
                for k in start..end {
                    self.poll(*span)?;
                    self.keep(*index, Some(Value::of(dslc_ir::Bits::i64(k))));
                    self.steps(body)?;
                }
                Ok(())
            }
            Step::While { test, condition, body, span } => loop {
                self.poll(*span)?;
                self.steps(test)?;
                if !self.holds(*condition)? {
                    return Ok(());
                }
                self.steps(body)?;
            },
            Step::If { condition, then, otherwise } => {
                let taken = if self.holds(*condition)? { then } else { otherwise };
                self.steps(taken)
            }
        }
    }

    /// Before each round of a loop of the script's own.
    fn poll(&self, span: Span) -> Result<(), Halt> {
        self.engine.step().map_err(|stop| self.halt(stop, span))
    }

    fn slot(&self, slot: u32) -> Result<&Value, Halt> {
        let value = self.slots.get(slot as usize).and_then(Option::as_ref);
        value.ok_or_else(not_computed)
    }

    fn holds(&self, slot: u32) -> Result<bool, Halt> {
        Ok(self.slot(slot)?.get_bits(0) != 0)
    }

    fn integer(&self, slot: u32) -> Result<i64, Halt> {
        Ok(self.slot(slot)?.get_bits(0) as i64)
    }

    /// Puts a value into a slot.
    fn keep(&mut self, slot: u32, value: Option<Value>) {
        let place = &mut self.slots[slot as usize];
        self.kept = (self.kept + bytes_in(&value)).saturating_sub(bytes_in(place));
        *place = value;
    }

    /// Whether what is kept and `more` bytes are no more than the program may have.
    fn within_memory(&self, more: u64, statement: Span) -> Result<(), Halt> {
        if self.kept.saturating_add(more) <= self.memory {
            return Ok(());
        }
        let why = format!("the values that the program keeps are more than {} bytes", self.memory);
        Err(Halt::Limit(Box::new(Diagnostic::error("L1003", statement, why))))
    }

    fn compute(&mut self, c: &Compute) -> Result<(), Halt> {
        let function = &self.program.module.funcs[c.func];
        let wanted = (0..function.results.len()).map(|k| bytes_of(&function.result_shape(k)));
        self.within_memory(wanted.fold(0, u64::saturating_add), c.span)?;
        let args: Option<Vec<&Value>> = c.inputs.iter().map(|&s| self.slots[s as usize].as_ref()).collect();
        let Some(args) = args else { return Err(not_computed()) };
        self.engine.progress().reset();
        let watched = (self.watch)(self.engine.progress());
        let results = self.engine.run(c.func, &args);
        drop(watched);
        let results = results.map_err(|stop| self.halt(stop, c.span))?;
        if self.engine.settings.kinks == Kinks::Error
            && let Some(d) = self.engine.kinks.error()
        {
            return Err(Halt::Failure(Box::new(d)));
        }
        if let Some(d) = self.engine.trapped(c, &args, &results).map_err(|stop| self.halt(stop, c.span))? {
            return Err(Halt::Failure(Box::new(d)));
        }
        for (&slot, value) in c.outputs.iter().zip(results) {
            self.keep(slot, Some(value));
        }
        Ok(())
    }

    fn halt(&self, stop: Stop, statement: Span) -> Halt {
        match stop {
            Stop::Failure(f) => Halt::Failure(Box::new(self.failure(f, statement))),
            Stop::Limit(why) => Halt::Limit(Box::new(Diagnostic::error("L1003", statement, why))),
            Stop::Interrupted => Halt::Interrupted,
            Stop::Steps => {
                let allowed = self.engine.settings.steps.unwrap_or(u64::MAX);
                let why = format!("the program takes more than {allowed} steps");
                Halt::Limit(Box::new(Diagnostic::error("L1008", statement, why)))
            }
            Stop::Bug(why) => Halt::Bug(why),
        }
    }

    fn failure(&self, f: Failure, statement: Span) -> Diagnostic {
        match f.site.and_then(|s| self.program.module.sites.get(s)) {
            Some(site) => Diagnostic::error("R1002", site.span, crate::show::sentence(&f, site)),
            None => Diagnostic::error("R1002", statement, f.sentence()),
        }
    }

    fn close(&self, c: &Close) -> Result<(), Halt> {
        let tolerance = self.slot(c.tolerance)?.get(0).as_f64();
        for ((name, left), &right) in c.left.iter().zip(&c.right) {
            if let Some(why) = close::difference(self.slot(*left)?, self.slot(right)?, tolerance) {
                let place = if name.is_empty() { String::new() } else { format!("`{name}`: ") };
                let d = Diagnostic::error("R1001", c.span, "this assertion does not hold").note(place + &why);
                return Err(Halt::Failure(Box::new(d)));
            }
        }
        Ok(())
    }

    fn load(&mut self, l: &Load) -> Result<(), Halt> {
        let start = Instant::now();
        let loaded = self.loaded(l).map_err(|why| {
            let message = format!("the data file `{}` cannot be used: {why}", l.path);
            Halt::File(Box::new(Diagnostic::error("R1004", l.span, message)))
        })?;
        for (slot, v) in loaded {
            self.keep(slot, Some(v));
        }
        self.engine.timings.data += start.elapsed();
        self.within_memory(0, l.span)
    }

    /// The values of a file, held to the type that the check found.
    fn loaded(&self, l: &Load) -> Result<Vec<(u32, Value)>, String> {
        const CHANGED: &str = "it has changed since the program was checked";
        let bytes = self.host.read(&l.path)?;
        let found = match &l.what {
            Loaded::Npy(slot) => vec![(*slot, data::npy(&bytes)?)],
            Loaded::Csv(expected) => {
                let columns = data::csv(&bytes)?;
                let same = columns.len() == expected.len()
                    && columns.iter().zip(expected).all(|(c, e)| c.about.name == e.0 && c.about.kind == e.1);
                if !same {
                    return Err(CHANGED.into());
                }
                expected.iter().map(|e| e.2).zip(columns.into_iter().map(|c| c.value)).collect()
            }
        };
        let fits = found.iter().all(|(slot, v)| {
            let s = &self.program.slots[*slot as usize];
            s.scalar == v.scalar() && s.shape == v.shape()
        });
        if fits { Ok(found) } else { Err(CHANGED.into()) }
    }

    fn save(&mut self, path: &str, parts: &[(String, u32)], span: Span) -> Result<(), Halt> {
        let start = Instant::now();
        let values: Vec<(&str, &Value)> =
            parts.iter().map(|(n, s)| Ok((n.as_str(), self.slot(*s)?))).collect::<Result<_, Halt>>()?;
        let bytes = match values.as_slice() {
            [("", v)] => data::to_npy(v),
            columns => data::to_csv(columns),
        };
        let written = bytes.and_then(|b| self.host.write(path, &b));
        self.engine.timings.data += start.elapsed();
        written.map_err(|why| cannot_write(path, &why, span))
    }

    fn plot(&mut self, p: &Plot) -> Result<(), Halt> {
        let start = Instant::now();
        let mut series = Vec::new();
        for s in &p.series {
            let y = self.slot(s.y)?;
            let shape = match y.shape() {
                [rows, columns] => Some((*rows as usize, *columns as usize)),
                _ => None,
            };
            series.push(Drawn {
                name: s.name.clone(),
                x: s.x.map(|x| Ok(data::drawn_floats(self.slot(x)?))).transpose()?,
                y: data::drawn_floats(y),
                shape,
                class: s.class.map(|c| Ok(data::drawn_classes(self.slot(c)?))).transpose()?,
            });
        }
        let drawing = Drawing {
            kind: p.kind,
            title: p.title.clone(),
            x_label: p.x_label.clone(),
            y_label: p.y_label.clone(),
            series,
        };
        let drawn = self.host.draw(&p.path, &drawing);
        self.engine.timings.data += start.elapsed();
        drawn.map_err(|why| cannot_write(&p.path, &why, p.span))
    }
}

/// In a script that is fed one text after the other, the statement that computes a value may have stopped.
pub(crate) fn not_computed() -> Halt {
    let message = "this uses a value that was not computed, because its statement stopped";
    Halt::Failure(Box::new(Diagnostic::new("R1007", Severity::Error, message)))
}

/// The bytes of a result. An extent that is not known when compiled stands in no result of a statement.
fn bytes_of(shape: &Shape) -> u64 {
    let extents: Vec<u64> = shape.extents.iter().map(|e| e.known().unwrap_or(0)).collect();
    byte_count(shape.scalar, &extents).map_or(u64::MAX, |bytes| bytes as u64)
}

/// The bytes of the value in a slot.
fn bytes_in(slot: &Option<Value>) -> u64 {
    slot.as_ref().map_or(0, |v| v.bytes().len() as u64)
}

fn cannot_write(path: &str, why: &str, span: Span) -> Halt {
    let message = format!("the file `{path}` cannot be written: {why}");
    Halt::File(Box::new(Diagnostic::error("R1005", span, message)))
}
