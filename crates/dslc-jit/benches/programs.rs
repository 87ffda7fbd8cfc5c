//! What typical programs take, stage by stage: products, softmax, the gradient of a small network.
//!
//! `cargo bench -p dslc-jit --bench programs`
#![allow(clippy::print_stdout, reason = "it prints what it measures")]

use std::hint::black_box;
use std::time::Instant;

use dslc_ir::prims::elementary::exponential::EXP;
use dslc_ir::prims::elementary::logistic::TANH;
use dslc_ir::{
    AxisId, Binding, Builder, Extent, FuncId, Function, Module, Monoid, NodeId, Op, Output, Scalar,
};
use dslc_jit::{Compiled, Jit};
use dslc_loops::{Options, lower};
use dslc_opt::rewrite::Mode;
use dslc_runtime::context::Context;
use dslc_runtime::value::Value;

type Failed = Box<dyn std::error::Error>;

fn axis(b: &mut Builder, n: u64) -> AxisId {
    b.axis(Extent::Static(n))
}

/// A module of one function.
fn single(b: Builder, results: Vec<Output>) -> (Module, FuncId) {
    let mut module = Module::default();
    let func = module.funcs.push(b.finish(results));
    (module, func)
}

fn product(n: [u64; 3]) -> (Module, FuncId) {
    let mut b = Builder::new("product");
    let [i, k, j] = n.map(|n| axis(&mut b, n));
    let (x, y) = (b.param(Scalar::F64, vec![i, k]), b.param(Scalar::F64, vec![k, j]));
    let p = b.mul(x, y);
    let z = b.fold(Monoid::Sum, p, &[k]);
    single(b, vec![Output { node: z, axes: vec![i, j] }])
}

fn matrix_vector(m: u64, n: u64) -> (Module, FuncId) {
    let mut b = Builder::new("matrix-vector");
    let (i, k) = (axis(&mut b, m), axis(&mut b, n));
    let (x, y) = (b.param(Scalar::F64, vec![i, k]), b.param(Scalar::F64, vec![k]));
    let p = b.mul(x, y);
    let z = b.fold(Monoid::Sum, p, &[k]);
    single(b, vec![Output { node: z, axes: vec![i] }])
}

/// `((a b) c) x`, which the rewriting of contractions does from the right.
fn chain(n: u64) -> (Module, FuncId) {
    let mut b = Builder::new("chain");
    let [i, j, k, l] = [n; 4].map(|n| axis(&mut b, n));
    let shapes = [vec![i, j], vec![j, k], vec![k, l], vec![l]];
    let params: Vec<NodeId> = shapes.iter().map(|axes| b.param(Scalar::F64, axes.clone())).collect();
    let mut y = params[0];
    for (x, over) in params[1..].iter().zip([j, k, l]) {
        let p = b.mul(y, *x);
        y = b.fold(Monoid::Sum, p, &[over]);
    }
    single(b, vec![Output { node: y, axes: vec![i] }])
}

/// `(a + u v') x`, of which the sum need not be made.
fn low_rank(n: u64) -> (Module, FuncId) {
    let mut b = Builder::new("low rank");
    let (i, j) = (axis(&mut b, n), axis(&mut b, n));
    let (a, u) = (b.param(Scalar::F64, vec![i, j]), b.param(Scalar::F64, vec![i]));
    let (v, x) = (b.param(Scalar::F64, vec![j]), b.param(Scalar::F64, vec![j]));
    let outer = b.mul(u, v);
    let sum = b.add(a, outer);
    let p = b.mul(sum, x);
    let y = b.fold(Monoid::Sum, p, &[j]);
    single(b, vec![Output { node: y, axes: vec![i] }])
}

fn softmax(m: u64, n: u64) -> (Module, FuncId) {
    let mut b = Builder::new("softmax");
    let (i, j) = (axis(&mut b, m), axis(&mut b, n));
    let x = b.param(Scalar::F64, vec![i, j]);
    let most = b.fold(Monoid::Max, x, &[j]);
    let below = b.sub(x, most);
    let e = b.map(&EXP, &[below]);
    let total = b.fold(Monoid::Sum, e, &[j]);
    let y = b.div(e, total);
    single(b, vec![Output { node: y, axes: vec![i, j] }])
}

/// The gradient of `mean((tanh(x @ w1 + b1) @ w2 - y)^2)` in all four: parameters `w1 b1 w2 x y`.
fn network(batch: u64, inputs: u64, hidden: u64, outputs: u64) -> Result<(Module, FuncId), Failed> {
    let mut module = Module::default();
    let mut b = Builder::new("loss");
    let [n, i, h, o] = [batch, inputs, hidden, outputs].map(|n| axis(&mut b, n));
    let shapes = [vec![i, h], vec![h], vec![h, o], vec![n, i], vec![n, o]];
    let params: Vec<NodeId> = shapes.iter().map(|axes| b.param(Scalar::F64, axes.clone())).collect();
    let p = b.mul(params[3], params[0]);
    let p = b.fold(Monoid::Sum, p, &[i]);
    let p = b.add(p, params[1]);
    let t = b.map(&TANH, &[p]);
    let q = b.mul(t, params[2]);
    let q = b.fold(Monoid::Sum, q, &[h]);
    let d = b.sub(q, params[4]);
    let s = b.mul(d, d);
    let s = b.fold(Monoid::Sum, s, &[n, o]);
    let count = b.number(Scalar::F64, (batch * outputs) as f64);
    let loss = b.div(s, count);
    let loss = module.funcs.push(b.finish(vec![Output { node: loss, axes: vec![] }]));

    let mut b = Builder::new("gradient");
    let mut bind = Binding::default();
    let mut args = Vec::new();
    for k in 0..shapes.len() {
        let (node, axes) = b.param_of(&module.funcs[loss].param_shape(k));
        args.push(node);
        bind.args.push(axes);
    }
    args.push(b.number(Scalar::F64, 1.0));
    bind.args.push(vec![]);
    bind.results.push(vec![]);
    for k in 0..3 {
        let axes = b.axes(&module.funcs[loss].param_shape(k).extents);
        bind.results.push(axes);
    }
    let axes = bind.results.clone();
    let wrt = vec![true, true, true, false, false];
    let node = b.node(&module, Op::Vjp { func: loss, wrt, bind }, &args);
    let results = b.results_of(node).into_iter().zip(axes).map(|(node, axes)| Output { node, axes });
    let results = results.collect();
    let func = module.funcs.push(b.finish(results));
    let func = dslc_grad::expand(&mut module, &[func])?[0];
    Ok((module, func))
}

/// The shortest of some runs, in seconds.
fn shortest<T>(rounds: usize, mut f: impl FnMut() -> Result<T, Failed>) -> Result<(f64, T), Failed> {
    let mut best = f64::INFINITY;
    let mut last = None;
    for _ in 0..rounds {
        let start = Instant::now();
        let value = f()?;
        best = best.min(start.elapsed().as_secs_f64());
        last = Some(value);
    }
    Ok((best, last.ok_or("no round")?))
}

/// Numbers for every parameter of a function.
fn arguments(func: &Function) -> Vec<Value> {
    let of = |k| {
        let shape = extents(func.param_shape(k).extents);
        let x: Vec<f64> =
            (0..shape.iter().product()).map(|i: u64| ((i * 7919) % 1009) as f64 / 504.5 - 1.0).collect();
        Value::from_f64s(shape, &x)
    };
    (0..func.params.len()).map(of).collect()
}

fn extents(e: Vec<Extent>) -> Vec<u64> {
    e.iter().filter_map(|e| e.known()).collect()
}

/// The shortest run of compiled code, in seconds.
fn run(func: &Function, compiled: &Compiled) -> Result<f64, Failed> {
    let args = arguments(func);
    let args: Vec<&Value> = args.iter().collect();
    let mut results: Vec<Value> = (0..func.results.len())
        .map(|k| Value::zeros(Scalar::F64, extents(func.result_shape(k).extents)))
        .collect();
    let mut context = Context::default();
    let once = || {
        compiled.run(&mut context, black_box(&args), black_box(&mut results))?;
        Ok(())
    };
    Ok(shortest(50, once)?.0)
}

/// The module after all passes, and how long they took.
fn optimised(
    module: &Module,
    func: FuncId,
    rewrite: Option<Mode>,
) -> Result<(f64, (Module, FuncId)), Failed> {
    shortest(20, || {
        let (mut module, mut roots) = (module.clone(), [func]);
        dslc_opt::pipeline::run(
            &mut module,
            &mut roots,
            None,
            dslc_opt::pipeline::Options { rewrite, strips_above: None },
        )?;
        Ok((module, roots[0]))
    })
}

/// Measures the stages, and the run against how many operations it is.
fn measure(name: &str, (module, func): (Module, FuncId), operations: f64) -> Result<(), Failed> {
    let (module, func) = optimised(&module, func, None)?.1;
    let jit = Jit::new()?;
    for exact in [false, true] {
        let (lowering, program) = shortest(20, || Ok(lower(&module, func, Options { exact })?))?;
        let (verifying, ()) = shortest(20, || Ok(dslc_loops::verify::verify(&program)?))?;
        let (compiling, compiled) = shortest(20, || Ok(jit.compile(&program)?))?;
        let running = run(&module.funcs[func], &compiled)?;
        println!(
            "{name:32} {}  lower {:6.0} us  compile {:6.0} us (verify {:4.1} %)  run {:8.1} us  {:6.2} Gop/s  arena {}",
            if exact { "exact  " } else { "default" },
            lowering * 1e6,
            compiling * 1e6,
            100.0 * verifying / compiling,
            running * 1e6,
            operations / running / 1e9,
            program.arena
        );
    }
    Ok(())
}

/// Measures what the rewriting of contractions costs and gains: everything before the run, and the run, with it
/// against without it.
fn compare(name: &str, (module, func): (Module, FuncId)) -> Result<(), Failed> {
    let jit = Jit::new()?;
    let [without, with] = [None, Some(Mode::Default)].map(|rewrite| -> Result<[f64; 3], Failed> {
        let (passes, (module, func)) = optimised(&module, func, rewrite)?;
        let build = || Ok(jit.compile(&lower(&module, func, Options { exact: false })?)?);
        let (building, compiled) = shortest(20, build)?;
        Ok([passes, passes + building, run(&module.funcs[func], &compiled)?])
    });
    let (without, with) = (without?, with?);
    println!(
        "{name:32} rewritten: passes {:+6.0} us, all before the run x {:4.2}, run x {:5.3}",
        (with[0] - without[0]) * 1e6,
        with[1] / without[1],
        with[2] / without[2]
    );
    Ok(())
}

fn main() -> Result<(), Failed> {
    measure("product 256 x 256 x 256", product([256; 3]), 2.0 * 256f64.powi(3))?;
    measure("product 32 x 32 x 32", product([32; 3]), 2.0 * 32f64.powi(3))?;
    measure("matrix-vector 1024 x 1024", matrix_vector(1024, 1024), 2.0 * 1024f64.powi(2))?;
    measure("softmax 256 x 256", softmax(256, 256), 4.0 * 256f64.powi(2))?;
    let flops = 2.0 * 64.0 * 128.0 * (2.0 * 784.0 + 3.0 * 10.0);
    measure("network 64 x 784-128-10, gradient", network(64, 784, 128, 10)?, flops)?;
    let flops = 2.0 * 32.0 * 16.0 * (2.0 * 4.0 + 3.0 * 3.0);
    measure("network 32 x 4-16-3, gradient", network(32, 4, 16, 3)?, flops)?;
    compare("chain of 256 x 256", chain(256))?;
    compare("rank one 512 x 512", low_rank(512))?;
    compare("product 256 x 256 x 256", product([256; 3]))?;
    compare("network 64 x 784-128-10, gradient", network(64, 784, 128, 10)?)?;
    compare("network 32 x 4-16-3, gradient", network(32, 4, 16, 3)?)
}
