//! Mistakes that are planted between stages are told by what the other tests compare with.

use std::cell::Cell;
use std::rc::Rc;
use std::sync::LazyLock;

use dslc_ir::{Module, Op, Prim, PrimRef};
use dslc_loops::program::{Block, Count, Stmt};
use dslc_runtime::context::Context;
use dslc_runtime::value::Value;
use dslc_sema::{Program, Shown, Step};

use crate::derivatives::{Verdict, judge};
use crate::run::{Outcome, agree};

/// No files.
struct Nothing;

impl dslc_sema::Host for Nothing {
    fn source(&self, path: &str) -> Result<String, String> {
        Err(path.into())
    }
    fn csv(&self, path: &str) -> Result<Vec<dslc_sema::Column>, String> {
        Err(path.into())
    }
    fn npy(&self, path: &str) -> Result<(dslc_sema::ElementKind, Vec<u64>), String> {
        Err(path.into())
    }
    fn arg(&self, _: &str) -> Option<String> {
        None
    }
}

/// A mistake: what it changes in a checked module, in one whose derivatives are expanded, and in a loop program. Each
/// says how often it did.
#[derive(Default)]
struct Plant {
    checked: Option<fn(&mut Module) -> usize>,
    expanded: Option<fn(&mut Module) -> usize>,
    lowered: Option<fn(&mut Block) -> usize>,
    done: Cell<usize>,
}

impl Plant {
    fn apply<T>(&self, change: Option<fn(&mut T) -> usize>, to: &mut T) {
        self.done.set(self.done.get() + change.map_or(0, |c| c(to)));
    }
}

/// Runs the straight script `text` through the stages, with a mistake; by machine code, or by the evaluator.
fn ran(text: &str, plant: &Plant, native: bool) -> Outcome {
    let (program, diagnostics, _) =
        dslc_sema::check(Rc::new(Nothing), "planted.dsl", text, Default::default());
    let mut program: Program = program.unwrap_or_else(|| panic!("{diagnostics:?}"));
    plant.apply(plant.checked, &mut program.module);
    let roots: Vec<_> = program.computes().iter().map(|c| c.func).collect();
    let roots = dslc_grad::expand(&mut program.module, &roots).unwrap();
    program.replace(&roots);
    plant.apply(plant.expanded, &mut program.module);
    dslc_ir::verify::verify_module(&program.module).unwrap();
    let mut slots: Vec<Option<Value>> = vec![None; program.slots.len()];
    let mut printed = Vec::new();
    for step in &program.steps {
        match step {
            Step::Compute(c) => {
                let args: Vec<Value> = c.inputs.iter().map(|&s| slots[s as usize].clone().unwrap()).collect();
                let results = if native {
                    by_machine(&program.module, c.func, &args, plant)
                } else {
                    dslc_eval::run(&program.module, c.func, &args, &dslc_eval::Limits::default()).unwrap()
                };
                for (&slot, value) in c.outputs.iter().zip(results) {
                    slots[slot as usize] = Some(value);
                }
            }
            Step::Print(parts) => printed.push(line(parts, &slots)),
            other => panic!("not a straight script: {other:?}"),
        }
    }
    Outcome::Ran { printed, stopped: None }
}

fn by_machine(module: &Module, func: dslc_ir::FuncId, args: &[Value], plant: &Plant) -> Vec<Value> {
    let mut program = dslc_loops::lower(module, func, dslc_loops::Options { exact: true }).unwrap();
    plant.apply(plant.lowered, &mut program.body);
    let code = dslc_jit::Jit::with_options(dslc_jit::Options::default()).unwrap().compile(&program).unwrap();
    let func = &module.funcs[func];
    let mut results: Vec<Value> = (0..func.results.len())
        .map(|k| {
            let shape = func.result_shape(k);
            Value::zeros(shape.scalar, shape.extents.iter().filter_map(|e| e.known()).collect::<Vec<_>>())
        })
        .collect();
    code.run(&mut Context::default(), &args.iter().collect::<Vec<_>>(), &mut results).unwrap();
    results
}

fn line(parts: &[Shown], slots: &[Option<Value>]) -> String {
    let shown = |p: &Shown| match p {
        Shown::Slot(s) => {
            let v = slots[*s as usize].as_ref().unwrap();
            (0..v.len()).map(|k| format!("{:?}", v.get(k).as_f64())).collect::<Vec<_>>().join(" ")
        }
        other => format!("{other:?}"),
    };
    parts.iter().map(shown).collect::<Vec<_>>().join(" ")
}

/// `sin` with the cosine for its value's partial turned into the sine.
fn wrong_partial(module: &mut Module) -> usize {
    static WRONG: LazyLock<Prim> = LazyLock::new(|| {
        let good = dslc_ir::prims::by_name("sin").unwrap().0;
        Prim {
            name: good.name,
            doc: good.doc,
            sig: good.sig,
            domain: good.domain,
            define: good.define,
            truth: good.truth,
            deriv: dslc_ir::prim::Deriv::Partials { build: |_, _, result| vec![result], singular: false },
            interval: good.interval,
            laws: good.laws,
        }
    });
    let wrong = PrimRef(&WRONG);
    change_ops(module, |op| match op {
        Op::Map(p) if p.0.name == "sin" => {
            *p = wrong;
            true
        }
        _ => false,
    })
}

/// The transpose of a read adds one place too far.
fn wrong_transpose(module: &mut Module) -> usize {
    change_ops(module, |op| match op {
        Op::Scatter { index, .. } => {
            index.iter_mut().for_each(|(_, i)| i.offset += 1);
            true
        }
        _ => false,
    })
}

fn change_ops(module: &mut Module, mut change: impl FnMut(&mut Op) -> bool) -> usize {
    let ops = module.funcs.iter_mut().flat_map(|f| f.nodes.iter_mut()).map(|n| &mut n.op);
    ops.filter_map(|op| change(op).then_some(())).count()
}

/// A loop program with each statement changed in some way.
fn change_stmts(block: &mut Block, change: &mut dyn FnMut(&mut Stmt) -> bool) -> usize {
    let mut count = 0;
    for s in block {
        count += usize::from(change(s));
        count += match s {
            Stmt::For(f) => change_stmts(&mut f.body, change),
            Stmt::While(w) => change_stmts(&mut w.before, change) + change_stmts(&mut w.body, change),
            Stmt::If { then, otherwise, .. } => change_stmts(then, change) + change_stmts(otherwise, change),
            _ => 0,
        };
    }
    count
}

/// A loop starts a round too late.
fn wrong_start(block: &mut Block) -> usize {
    change_stmts(block, &mut |s| match s {
        Stmt::For(f) => match &mut f.start {
            Count::Known(n) => {
                *n += f.step;
                true
            }
            Count::Register(_) => false,
        },
        _ => false,
    })
}

/// A loop ends too early.
fn wrong_bound(block: &mut Block) -> usize {
    change_stmts(block, &mut |s| match s {
        Stmt::For(f) => match &mut f.end {
            Count::Known(n) => {
                *n -= f.step;
                true
            }
            Count::Register(_) => false,
        },
        _ => false,
    })
}

/// A difference has its operands swapped.
fn wrong_operands(block: &mut Block) -> usize {
    change_stmts(block, &mut |s| match s {
        Stmt::Op(_, dslc_ir::mach::Mach::FSub(a, b)) => {
            std::mem::swap(a, b);
            true
        }
        _ => false,
    })
}

/// A program as `testkit::source::difference` makes them, about a function of a vector.
fn difference(body: &str) -> String {
    let mut text = format!("fn f(p: f64[4]) -> f64 = {body}\n");
    text.push_str("let p = [0.3, -1.2, 0.8, 1.9]\nlet v = [1.0, 0.5, -0.75, 0.25]\n");
    text.push_str("print(jvp(f)(p, v), dot(grad(f)(p), v), f(p))\n");
    for h in ["0.00390625", "0.0009765625", "0.000244140625", "6.103515625e-5"] {
        text.push_str(&format!("print(f(p + {h} * v), f(p - {h} * v))\n"));
    }
    text
}

fn judged(body: &str, plant: &Plant) -> Verdict {
    judge(&ran(&difference(body), plant, false))
}

#[test]
fn a_wrong_partial_is_told_by_differences() {
    let body = "sum(sin(p[i]) * p[i] for i)";
    assert_eq!(judged(body, &Plant::default()), Verdict::Agree);
    let plant = Plant { checked: Some(wrong_partial), ..Plant::default() };
    // Both derivatives have the same wrong partial, so that only differences tell.
    let Verdict::Differ(why) = judged(body, &plant) else { panic!("nothing is told") };
    assert!(plant.done.get() > 0 && why.contains("differences"), "{why}");
}

#[test]
fn a_wrong_transpose_is_told_by_the_forward_derivative() {
    let body = "sum(p[mod(3 * i + 1, 4)]^2 * (i + 1) for i in 0..4)";
    assert_eq!(judged(body, &Plant::default()), Verdict::Agree);
    let plant = Plant { expanded: Some(wrong_transpose), ..Plant::default() };
    let Verdict::Differ(why) = judged(body, &plant) else { panic!("nothing is told") };
    assert!(plant.done.get() > 0 && !why.contains("differences"), "{why}");
}

#[test]
fn wrong_loops_are_told_by_the_evaluator() {
    let text = "fn f[n](x: f64[n]) -> f64 = sum(x[i] - x[i]^2 * 3 for i)\n\
                fn g[n](x: f64[n]) -> f64[n] = [x[i] - i * 0.5 for i]\n\
                let x = [i * 0.25 - 3 for i in 0..70]\nprint(f(x), g(x))\n";
    let right = ran(text, &Plant::default(), false);
    assert!(agree(&right, &ran(text, &Plant::default(), true), 0.0), "{right:?}");
    for change in [wrong_start, wrong_bound, wrong_operands] {
        let plant = Plant { lowered: Some(change), ..Plant::default() };
        let found = ran(text, &plant, true);
        assert!(plant.done.get() > 0, "nothing was planted");
        assert!(!agree(&right, &found, 0.0) && !agree(&right, &found, 1e-9), "{found:?} is as {right:?}");
    }
}
