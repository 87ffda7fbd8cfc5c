//! Calls: failures, interrupts, memory, kernels, and the life of code.

mod programs;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use dslc_ir::mach::{Cmp, Lane, Mach, Trap};
use dslc_ir::{Routine, Scalar, SiteId};
use dslc_jit::{Compiled, Jit, JitError, Stop};
use dslc_loops::Program;
use dslc_loops::program::{Algebra, Count, Fail, Kernel, Matrix, Origin, Stmt, While};
use dslc_runtime::context::{Context, OutOfMemory};
use dslc_runtime::failure::Failure;
use dslc_runtime::interrupt::Interrupt;
use dslc_runtime::routines::{argsort, permutation};
use dslc_runtime::value::Value;
use programs::{Writer, at, compilers, fixed};

fn compile(program: &Program) -> [Compiled; 2] {
    compilers().map(|jit| jit.compile(program).expect("the program compiles"))
}

/// An origin whose site goes by the other order.
fn place(order: u32) -> Origin {
    Origin { order, site: SiteId(100 - order) }
}

/// Records an index failure for each element of the parameter that is negative.
fn failing(polls: bool) -> Program {
    let mut w = Writer::new();
    let (x, y) = (w.param(Scalar::I64, 8), w.result(Scalar::I64, 8));
    w.repeat_as(Count::Known(8), 1, polls, |w, i| {
        let value = w.load(Lane::I64, 1, at(x, i));
        let (zero, five) = (w.int(0), w.int(5));
        let when = w.op(Lane::Bool, 1, Mach::ICmp(Cmp::Lt, value, zero));
        let (origin, trap) = (place(7), Trap::Index);
        w.push(Stmt::Fail(Fail { when, origin, trap, index: Some((value, five)) }));
        let when = w.op(Lane::Bool, 1, Mach::ICmp(Cmp::Gt, value, five));
        w.push(Stmt::Fail(Fail { when, origin: place(3), trap: Trap::Overflow, index: None }));
        w.store(at(y, i), value);
    });
    w.finish()
}

#[test]
fn the_lowest_origin_is_reported_with_its_first_numbers() {
    let run = |compiled: &Compiled, x: [i64; 8]| {
        let mut results = [Value::zeros(Scalar::I64, [8])];
        let outcome = compiled.run(&mut Context::default(), &[&Value::from_i64s([8], &x)], &mut results);
        outcome.map(|()| results[0].as_i64().to_vec())
    };
    for compiled in compile(&failing(false)) {
        let good = [0, 1, 2, 3, 4, 5, 0, 1];
        assert_eq!(run(&compiled, good), Ok(good.to_vec()));
        let index = Failure::index(Some(SiteId(93)), -4, 5);
        assert_eq!(run(&compiled, [0, 1, -4, 2, -9, 0, 0, 0]), Err(Stop::Failure(index)));
        let overflow = Failure::new(Some(SiteId(97)), Trap::Overflow);
        assert_eq!(run(&compiled, [-4, 0, 0, 9, 0, 0, -1, 0]), Err(Stop::Failure(overflow)));
    }
    for compiled in compile(&failing(true)) {
        // It leaves at the poll after the first failure, before it meets the lower one.
        let index = Failure::index(Some(SiteId(93)), -4, 5);
        assert_eq!(run(&compiled, [0, -4, 0, 9, 0, 0, -1, 0]), Err(Stop::Failure(index)));
    }
}

/// A loop that never ends, after one that polls too: the second poll must not reuse what the first one saw.
fn endless() -> Program {
    let mut w = Writer::new();
    let y = w.result(Scalar::I64, 1);
    w.repeat_as(Count::Known(3), 1, true, |_, _| {});
    let one = w.int(1);
    let count = w.variable(Lane::I64, one);
    let (before, cond) = w.block(|w| w.op(Lane::Bool, 1, Mach::Const(1)));
    let (body, ()) = w.block(|w| {
        let (now, one) = (w.get(count), w.int(1));
        let next = w.op(Lane::I64, 1, Mach::IAdd(now, one));
        w.push(Stmt::Set(count, next));
    });
    w.push(Stmt::While(While { before, cond, body, poll: true }));
    let last = w.get(count);
    w.store(fixed(y, 0), last);
    w.finish()
}

#[test]
fn an_endless_loop_can_be_interrupted_and_the_code_runs_again() {
    for compiled in compile(&endless()) {
        for _ in 0..2 {
            let flag = Arc::new(AtomicBool::new(false));
            let mut context = Context::default().with_interrupt(flag.clone());
            std::thread::scope(|scope| {
                scope.spawn(|| {
                    std::thread::sleep(Duration::from_millis(20));
                    flag.store(true, Ordering::Relaxed);
                });
                let mut results = [Value::zeros(Scalar::I64, [1])];
                assert_eq!(compiled.run(&mut context, &[], &mut results), Err(Stop::Interrupted));
            });
        }
    }
}

#[test]
fn progress_is_told() {
    for compiled in compile(&failing(true)) {
        let mut context = Context::default();
        let x = Value::zeros(Scalar::I64, [8]);
        let mut results = [Value::zeros(Scalar::I64, [8])];
        assert_eq!(compiled.run(&mut context, &[&x], &mut results), Ok(()));
        assert_eq!(context.progress().get(), (7, 8));
    }
}

/// The Collatz steps of the parameter, counted in a first loop, recorded on a tape in a second, and summed in
/// reverse order in a third.
fn taped() -> Program {
    let mut w = Writer::new();
    let (x, y) = (w.param(Scalar::I64, 1), w.result(Scalar::I64, 1));
    let tape = w.tape(Scalar::I64);
    let n = w.load(Lane::I64, 1, fixed(x, 0));
    w.push(Stmt::Alloc { buffer: tape, elements: n });
    w.repeat(Count::Register(n), 1, |w, i| {
        let square = w.op(Lane::I64, 1, Mach::IMul(i, i));
        w.store(at(tape, i), square);
    });
    let zero = w.int(0);
    let sum = w.variable(Lane::I64, zero);
    w.repeat(Count::Register(n), 1, |w, i| {
        let one = w.int(1);
        let from_end = w.op(Lane::I64, 1, Mach::ISub(n, i));
        let position = w.op(Lane::I64, 1, Mach::ISub(from_end, one));
        let (value, so_far) = (w.load(Lane::I64, 1, at(tape, position)), w.get(sum));
        let next = w.op(Lane::I64, 1, Mach::IAdd(so_far, value));
        w.push(Stmt::Set(sum, next));
    });
    let total = w.get(sum);
    w.store(fixed(y, 0), total);
    w.finish()
}

#[test]
fn tapes_grow_with_the_data_up_to_the_limit() {
    for compiled in compile(&taped()) {
        let run = |limit: u64, n: i64| {
            let mut results = [Value::zeros(Scalar::I64, [1])];
            let outcome =
                compiled.run(&mut Context::new(limit), &[&Value::from_i64s([1], &[n])], &mut results);
            outcome.map(|()| results[0].as_i64()[0])
        };
        assert_eq!(run(8000, 1000), Ok(332_833_500));
        assert_eq!(run(8000, 0), Ok(0));
        assert_eq!(run(7999, 1000), Err(Stop::Memory(OutOfMemory { wanted: 8000, limit: 7999 })));
        assert!(matches!(run(u64::MAX, i64::MAX), Err(Stop::Memory(_))));
    }
}

#[test]
fn the_arena_counts_against_the_limit() {
    let mut w = Writer::new();
    let (t, y) = (w.temporary(Scalar::F32, 100), w.result(Scalar::F32, 1));
    let one = w.op(Lane::F32, 1, Mach::Const(u64::from(1.5f32.to_bits())));
    w.store(fixed(t, 99), one);
    let back = w.load(Lane::F32, 1, fixed(t, 99));
    w.store(fixed(y, 0), back);
    for compiled in compile(&w.finish()) {
        let mut results = [Value::zeros(Scalar::F32, [1])];
        let refused = OutOfMemory { wanted: 448, limit: 447 };
        assert_eq!(compiled.run(&mut Context::new(447), &[], &mut results), Err(Stop::Memory(refused)));
        assert_eq!(compiled.run(&mut Context::new(448), &[], &mut results), Ok(()));
        assert_eq!(results[0].as_f32(), [1.5]);
    }
}

#[test]
fn products_in_every_algebra() {
    let kernel = |algebra, a, b, c| Kernel::Product {
        algebra,
        scalar: Scalar::F64,
        extents: [2, 3, 2],
        a: Matrix { at: fixed(a, 0), row: 3, column: 1 },
        // The second factor lies transposed and backwards.
        b: Matrix { at: fixed(b, 5), row: -1, column: -3 },
        c: Matrix { at: fixed(c, 0), row: 2, column: 1 },
    };
    for (algebra, want) in [
        (Algebra::Real, [28.0, 10.0, 73.0, 28.0]),
        (Algebra::RealInOrder, [28.0, 10.0, 73.0, 28.0]),
        (Algebra::MaxPlus, [7.0, 4.0, 10.0, 7.0]),
        (Algebra::MinPlus, [7.0, 4.0, 10.0, 7.0]),
    ] {
        let mut w = Writer::new();
        let (a, b, c) = (w.param(Scalar::F64, 6), w.param(Scalar::F64, 6), w.result(Scalar::F64, 4));
        w.push(Stmt::Kernel(kernel(algebra, a, b, c)));
        for compiled in compile(&w.finish()) {
            let a = Value::from_f64s([6], &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
            let b = Value::from_f64s([6], &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
            let mut c = [Value::zeros(Scalar::F64, [4])];
            assert_eq!(compiled.run(&mut Context::default(), &[&a, &b], &mut c), Ok(()));
            assert_eq!(c[0].as_f64(), want, "{algebra:?}");
        }
    }
}

#[test]
fn routines_give_what_the_runtime_gives() {
    let mut w = Writer::new();
    let (x, key) = (w.param(Scalar::F32, 5), w.param(Scalar::Key, 1));
    let (order, shuffled) = (w.result(Scalar::I64, 5), w.result(Scalar::I64, 6));
    let (copied, cleared) = (w.result(Scalar::F32, 5), w.result(Scalar::F32, 5));
    let key = w.load(Lane::I64, 1, fixed(key, 0));
    w.push(Stmt::Kernel(Kernel::ArgSort { scalar: Scalar::F32, n: 5, x: fixed(x, 0), to: fixed(order, 0) }));
    w.push(Stmt::Kernel(Kernel::Permutation { n: 6, key, to: fixed(shuffled, 0) }));
    let (from, to, three) = (fixed(x, 1), fixed(copied, 2), Count::Known(3));
    w.push(Stmt::Kernel(Kernel::Copy { from, to, elements: three }));
    let n = w.int(4);
    w.push(Stmt::Kernel(Kernel::Zero { to: fixed(cleared, 1), elements: Count::Register(n) }));
    let program = w.finish();
    if dslc_ir::prims::by_name("random_bits").is_none() {
        return;
    }
    for compiled in compile(&program) {
        let numbers = [3.0, f32::NAN, -1.0, 3.0, 0.0];
        let x = Value::from_f32s([5], &numbers);
        let key = Value::from_keys([1], &[12345]);
        let ones = Value::from_f32s([5], &[1.0; 5]);
        let mut results =
            [Value::zeros(Scalar::I64, [5]), Value::zeros(Scalar::I64, [6]), ones.clone(), ones.clone()];
        assert_eq!(compiled.run(&mut Context::default(), &[&x, &key], &mut results), Ok(()));
        assert_eq!(results[0].as_i64(), argsort(&numbers, Interrupt::NEVER).unwrap());
        assert_eq!(results[1].as_i64(), permutation(12345, 6, Interrupt::NEVER).unwrap());
        assert_eq!(results[2], Value::from_f32s([5], &[1.0, 1.0, f32::NAN, -1.0, 3.0]));
        assert_eq!(results[3].as_f32(), [1.0, 0.0, 0.0, 0.0, 0.0]);
    }
}

#[test]
fn systems_are_solved_and_singular_ones_fail_at_their_site() {
    let mut w = Writer::new();
    let (a, b) = (w.param(Scalar::F64, 4), w.result(Scalar::F64, 2));
    for k in 0..2 {
        let one = w.op(Lane::F64, 1, Mach::Const(1f64.to_bits()));
        w.store(fixed(b, k), one);
    }
    let (routine, scalar, origin) = (Routine::Solve, Scalar::F64, place(4));
    w.push(Stmt::Kernel(Kernel::Solve {
        routine,
        scalar,
        n: 2,
        columns: 1,
        a: fixed(a, 0),
        b: fixed(b, 0),
        origin,
    }));
    for compiled in compile(&w.finish()) {
        let mut x = [Value::zeros(Scalar::F64, [2])];
        let a = Value::from_f64s([4], &[0.0, 2.0, 4.0, 0.0]);
        assert_eq!(compiled.run(&mut Context::default(), &[&a], &mut x), Ok(()));
        assert_eq!(x[0].as_f64(), [0.25, 0.5]);
        let failure = Failure::new(Some(SiteId(96)), Trap::Singular);
        let a = Value::zeros(Scalar::F64, [4]);
        assert_eq!(compiled.run(&mut Context::default(), &[&a], &mut x), Err(Stop::Failure(failure)));
    }
}

#[test]
fn constants_branches_and_lanes() {
    let mut w = Writer::new();
    let bytes: Vec<u8> = [1i64, 20, 300, 4000].iter().flat_map(|x| x.to_le_bytes()).collect();
    let table = w.data(Scalar::I64, &bytes);
    let y = w.result(Scalar::I64, 4);
    w.repeat(Count::Known(4), 2, |w, i| {
        let ramp = w.register(Lane::I64, 2, false);
        w.push(Stmt::Ramp(ramp, i));
        let value = w.load(Lane::I64, 2, at(table, i));
        let sum = w.op(Lane::I64, 2, Mach::IAdd(ramp, value));
        w.store(at(y, i), sum);
        let high = w.register(Lane::I64, 1, false);
        w.push(Stmt::Extract { to: high, from: sum, lane: 1 });
        let limit = w.int(100);
        let cond = w.op(Lane::Bool, 1, Mach::ICmp(Cmp::Lt, high, limit));
        let (then, ()) = w.block(|w| w.store(at(y, i), high));
        w.push(Stmt::If { cond, then, otherwise: vec![] });
    });
    for compiled in compile(&w.finish()) {
        let mut y = [Value::zeros(Scalar::I64, [4])];
        assert_eq!(compiled.run(&mut Context::default(), &[], &mut y), Ok(()));
        assert_eq!(y[0].as_i64(), [21, 21, 302, 4003]);
    }
}

#[test]
fn a_call_that_does_not_fit_is_refused() {
    for compiled in compile(&taped()) {
        let mut y = [Value::zeros(Scalar::I64, [1])];
        let x = Value::zeros(Scalar::I64, [1]);
        let mut call = |args: &[&Value]| compiled.run(&mut Context::default(), args, &mut y);
        assert!(matches!(call(&[]), Err(Stop::Mismatch(_))));
        assert!(matches!(call(&[&Value::zeros(Scalar::F64, [1])]), Err(Stop::Mismatch(_))));
        assert!(matches!(call(&[&Value::zeros(Scalar::I64, [2])]), Err(Stop::Mismatch(_))));
        assert!(matches!(compiled.run(&mut Context::default(), &[&x], &mut []), Err(Stop::Mismatch(_))));
    }
}

/// Kilobytes of memory that the process occupies.
#[cfg(target_os = "linux")]
fn resident() -> u64 {
    let pages = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    pages.split(' ').nth(1).and_then(|n| n.parse::<u64>().ok()).unwrap_or(0) * 4
}

#[cfg(target_os = "linux")]
#[test]
fn code_is_freed_with_its_handle() {
    let jit = Jit::new().expect("a supported host");
    let program = taped();
    let cycle = |n: usize| {
        for _ in 0..n {
            jit.compile(&program).expect("it compiles");
        }
    };
    cycle(100);
    let before = resident();
    cycle(1000);
    let grown = resident().saturating_sub(before);
    // A leak of one page each would be 4,000.
    assert!(grown < 2000, "{grown} kB");
}

#[cfg(target_os = "linux")]
#[test]
fn no_memory_is_writable_and_executable() {
    let _alive = compile(&taped());
    let maps = std::fs::read_to_string("/proc/self/maps").unwrap_or_default();
    assert!(maps.lines().all(|line| !line.contains("rwx")), "{maps}");
}

#[test]
fn one_handle_runs_on_two_threads() {
    for compiled in compile(&taped()) {
        std::thread::scope(|scope| {
            for n in [10, 5000] {
                let compiled = &compiled;
                scope.spawn(move || {
                    for _ in 0..200 {
                        let mut y = [Value::zeros(Scalar::I64, [1])];
                        let x = Value::from_i64s([1], &[n]);
                        assert_eq!(compiled.run(&mut Context::default(), &[&x], &mut y), Ok(()));
                        assert_eq!(y[0].as_i64()[0], (n - 1) * n * (2 * n - 1) / 6);
                    }
                });
            }
        });
    }
}

#[test]
fn the_text_of_both_stages_can_be_read() {
    let jit = Jit::new().expect("a supported host");
    let clif = jit.emit_clif(&taped()).expect("a translation");
    assert!(clif.starts_with("function") && clif.contains("imul"));
    assert_eq!(clif, jit.emit_clif(&taped()).expect("the same again"));
    assert!(jit.emit_asm(&taped()).expect("code").contains("ret"));
}

#[test]
fn a_malformed_program_is_refused() {
    let mut w = Writer::new();
    let undefined = w.register(Lane::I64, 1, false);
    w.op(Lane::I64, 1, Mach::IAdd(undefined, undefined));
    let program = w.finish();
    for jit in compilers() {
        assert!(jit.compile(&program).is_err());
    }
}

#[test]
fn a_buffer_outside_what_a_caller_provides_is_refused() {
    let jit = Jit::new().expect("a supported host");
    let mut w = Writer::new();
    w.temporary(Scalar::F64, 9);
    w.param(Scalar::F64, 1);
    let good = w.finish();
    assert!(jit.compile(&good).is_ok());
    let small = Program { arena: 64, ..good.clone() };
    let missing = Program { params: vec![], ..good.clone() };
    let twice = Program { params: [good.params[0]; 2].to_vec(), ..good };
    for bad in [small, missing, twice] {
        assert!(matches!(jit.compile(&bad), Err(JitError::Program(_))));
    }
}
