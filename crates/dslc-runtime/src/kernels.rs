//! The functions that compiled code calls by name.
//!
//! Each takes what the loop program says as plain words and pointers, makes views of them, and calls the safe
//! function that does the work. They must not unwind: a panic here is a bug of ours and ends the process.
//!
//! What may take long gives 1 if it stopped because the host asked for it, and 0 otherwise.

#![expect(unsafe_code, reason = "the boundary with compiled code: pointers come in")]

use std::slice::{from_raw_parts, from_raw_parts_mut};

use dslc_ir::mach::Trap;
use dslc_ir::{Routine, Scalar, SiteId};

use crate::context::Frame;
use crate::interrupt::Interrupted;
use crate::matmul::matmul;
use crate::matrix::{Layout, MatrixMut, MatrixRef};
use crate::ordered::ordered;
use crate::routines::factors::Number;
use crate::routines::{
    Unfactored, Unsolved, argsort, assignment, factor, permutation, room, solve, solve_lower, solve_upper,
};
use crate::tropical::{max_plus, min_plus};
use crate::value::Value;

/// A name and the address behind it.
pub type Symbol = (&'static str, *const u8);

/// Makes a tape: the frame, the tape's number, elements, bytes of one; null if there is no memory.
///
/// # Safety
/// The frame is the one of the running call, and the number one of its tapes.
unsafe extern "C" fn alloc(frame: *mut Frame<'_>, slot: u64, elements: i64, size: u64) -> *mut u8 {
    // SAFETY: the caller passes on the frame that it was given, and holds no reference into it.
    let frame = unsafe { &mut *frame };
    let elements = elements.max(0) as u64;
    frame.make_tape(slot as usize, elements, size).unwrap_or(std::ptr::null_mut())
}

/// Copies bytes; a negative number counts as 0.
///
/// # Safety
/// Both ranges are memory of the running program.
unsafe extern "C" fn copy(from: *const u8, to: *mut u8, bytes: i64) {
    // SAFETY: the caller's promise; `copy` allows the ranges to overlap.
    unsafe { from.copy_to(to, bytes.max(0) as usize) }
}

/// Clears bytes; a negative number counts as 0.
///
/// # Safety
/// The range is memory of the running program.
unsafe extern "C" fn zero(to: *mut u8, bytes: i64) {
    // SAFETY: the caller's promise.
    unsafe { to.write_bytes(0, bytes.max(0) as usize) }
}

/// What is said of a kernel that may be stopped.
const DONE: i32 = 0;
const STOPPED: i32 = 1;

/// Puts an order where it belongs, if there is one.
fn deliver(order: Result<Vec<i64>, Interrupted>, to: &mut [i64]) -> i32 {
    match order {
        Ok(order) => {
            to.copy_from_slice(&order);
            DONE
        }
        Err(Interrupted) => STOPPED,
    }
}

/// Fills `n` elements with a random permutation.
///
/// # Safety
/// `to` has room for `n` integers; the frame is the call's.
unsafe extern "C" fn permute(frame: *const Frame<'_>, n: u64, key: u64, to: *mut i64) -> i32 {
    // SAFETY: the caller's promise.
    let (frame, to) = unsafe { (&*frame, from_raw_parts_mut(to, n as usize)) };
    deliver(permutation(key, n as usize, frame.interrupt()), to)
}

macro_rules! product {
    ($($name:ident $kernel:ident $float:ident)*) => {
        $(
            /// A product of matrices: the extents, then each matrix with its strides.
            ///
            /// # Safety
            /// Every element that the extents and strides reach is memory of the running program, and `c`
            /// overlaps neither factor; the frame is the call's.
            unsafe extern "C" fn $name(
                frame: *const Frame<'_>,
                m: u64,
                k: u64,
                n: u64,
                a: *const $float,
                a_row: isize,
                a_column: isize,
                b: *const $float,
                b_row: isize,
                b_column: isize,
                c: *mut $float,
                c_row: isize,
                c_column: isize,
            ) -> i32 {
                let (m, k, n) = (m as usize, k as usize, n as usize);
                // SAFETY: the caller's promise.
                let (frame, a, b, c) = unsafe {(
                    &*frame,
                    MatrixRef::from_raw(a, Layout { rows: m, columns: k, row: a_row, column: a_column }),
                    MatrixRef::from_raw(b, Layout { rows: k, columns: n, row: b_row, column: b_column }),
                    MatrixMut::from_raw(c, Layout { rows: m, columns: n, row: c_row, column: c_column }),
                )};
                if $kernel(a, b, c, frame.interrupt()).is_ok() { DONE } else { STOPPED }
            }
        )*
    };
}
product! {
    real_f64 matmul f64
    real_f32 matmul f32
    ordered_f64 ordered f64
    ordered_f32 ordered f32
    max_plus_f64 max_plus f64
    max_plus_f32 max_plus f32
    min_plus_f64 min_plus f64
    min_plus_f32 min_plus f32
}

macro_rules! solver {
    ($($name:ident $solve:ident $float:ident)*) => {
        $(
            /// Solves a system in place; a singular one is recorded at the site.
            ///
            /// # Safety
            /// `a` has `n * n` elements, `b` has `n * columns`; they do not overlap; the frame is the call's.
            unsafe extern "C" fn $name(
                frame: *mut Frame<'_>,
                n: u64,
                columns: u64,
                a: *const $float,
                b: *mut $float,
                order: u64,
                site: u64,
            ) -> i32 {
                let (n, columns) = (n as usize, columns as usize);
                // SAFETY: the caller's promise.
                let (frame, a, b) =
                    unsafe { (&mut *frame, from_raw_parts(a, n * n), from_raw_parts_mut(b, n * columns)) };
                match $solve(n, a, b, columns, frame.interrupt()) {
                    Ok(()) => DONE,
                    Err(Unsolved::Singular) => {
                        frame.record(order as u32, site as u32, Trap::Singular);
                        DONE
                    }
                    Err(Unsolved::Interrupted) => STOPPED,
                }
            }
        )*
    };
}
solver! {
    solve_f64 solve f64
    solve_f32 solve f32
    lower_f64 solve_lower f64
    lower_f32 solve_lower f32
    upper_f64 solve_upper f64
    upper_f32 solve_upper f32
}

/// What the code is told of a factorisation, which records a failure at its site.
fn recorded(frame: &mut Frame<'_>, done: Result<(), Unfactored>, order: u64, site: u64) -> i32 {
    let Err(why) = done else { return DONE };
    let Some(trap) = why.trap() else { return STOPPED };
    frame.record(order as u32, site as u32, trap);
    DONE
}

/// Where compiled code wants the results of a routine on one matrix, and where a failure belongs.
///
/// # Safety
/// `from` has `m * n` elements, `to` those of all results; they do not overlap; the frame is the call's, `which` the position
/// of the routine among all.
unsafe fn factored<T: Number>(
    frame: *mut Frame<'_>,
    which: u64,
    (m, n): (u64, u64),
    (from, to): (*const T, *mut T),
    (order, site): (u64, u64),
) -> i32 {
    let (routine, m, n) = (Routine::ALL[which as usize], m as usize, n as usize);
    let size = room(routine, m, n).into_iter().sum();
    // SAFETY: the caller's promise.
    let (frame, from, to) =
        unsafe { (&mut *frame, from_raw_parts(from, m * n), from_raw_parts_mut(to, size)) };
    let done = factor(routine, (m, n), from, to, frame.interrupt());
    recorded(frame, done, order, site)
}

/// # Safety
/// `gain` has `n * n` elements and `to` has `n`; the frame is the call's.
unsafe fn assigned<T: Number>(
    frame: *mut Frame<'_>,
    n: u64,
    (gain, to): (*const T, *mut i64),
    (order, site): (u64, u64),
) -> i32 {
    let n = n as usize;
    // SAFETY: the caller's promise.
    let (frame, gain, to) = unsafe { (&mut *frame, from_raw_parts(gain, n * n), from_raw_parts_mut(to, n)) };
    let done = assignment(n, gain, frame.interrupt()).map(|p| to.copy_from_slice(&p));
    // What goes on after a failure has positions that are inside.
    if done.is_err() {
        to.fill(0);
    }
    recorded(frame, done, order, site)
}

macro_rules! factors {
    ($($factor:ident $assign:ident $float:ident)*) => {
        $(
            /// A routine on one matrix; a failure is recorded at the site.
            ///
            /// # Safety
            /// As [`factored`] says.
            unsafe extern "C" fn $factor(
                frame: *mut Frame<'_>,
                which: u64,
                m: u64,
                n: u64,
                from: *const $float,
                to: *mut $float,
                order: u64,
                site: u64,
            ) -> i32 {
                // SAFETY: the caller's promise.
                unsafe { factored(frame, which, (m, n), (from, to), (order, site)) }
            }
            /// An assignment; a failure is recorded at the site.
            ///
            /// # Safety
            /// As [`assigned`] says.
            unsafe extern "C" fn $assign(
                frame: *mut Frame<'_>,
                n: u64,
                gain: *const $float,
                to: *mut i64,
                order: u64,
                site: u64,
            ) -> i32 {
                // SAFETY: the caller's promise.
                unsafe { assigned(frame, n, (gain, to), (order, site)) }
            }
        )*
    };
}
factors! {
    factor_f64 assignment_f64 f64
    factor_f32 assignment_f32 f32
}

macro_rules! sorter {
    ($($name:ident $number:ident)*) => {
        $(
            /// The order that sorts `n` elements.
            ///
            /// # Safety
            /// `x` and `to` have `n` elements each and do not overlap; the frame is the call's.
            unsafe extern "C" fn $name(
                frame: *const Frame<'_>,
                n: u64,
                x: *const $number,
                to: *mut i64,
            ) -> i32 {
                let n = n as usize;
                // SAFETY: the caller's promise.
                let (frame, x, to) = unsafe { (&*frame, from_raw_parts(x, n), from_raw_parts_mut(to, n)) };
                deliver(argsort(x, frame.interrupt()), to)
            }
        )*
    };
}
sorter!(argsort_f64 f64 argsort_f32 f32 argsort_i64 i64);

/// Shows a value: its type by number, its extents, its elements row-major; then `to` is true.
///
/// # Safety
/// `extents` has `rank` elements, `from` as many elements of the type as they say, `to` is a bool of the running program;
/// the frame is the call's.
unsafe extern "C" fn trace(
    frame: *const Frame<'_>,
    site: u64,
    scalar: u64,
    rank: u64,
    extents: *const u64,
    from: *const u8,
    to: *mut u8,
) -> i32 {
    // SAFETY: the caller's promise.
    let (frame, shape) = unsafe {
        to.write(1);
        (&*frame, from_raw_parts(extents, rank as usize))
    };
    frame.watcher().show(SiteId(site as u32), || {
        let mut value = Value::try_zeros(SHOWN[scalar as usize], shape).ok()?;
        let bytes = value.bytes_mut();
        // SAFETY: the caller's promise; a value has as many bytes as its elements take.
        bytes.copy_from_slice(unsafe { from_raw_parts(from, bytes.len()) });
        Some(value)
    });
    if frame.interrupt().poll().is_ok() { DONE } else { STOPPED }
}

/// The types that a value which is shown may have; compiled code names them by position.
pub const SHOWN: [Scalar; 6] = [Scalar::F64, Scalar::F32, Scalar::I64, Scalar::Bool, Scalar::Key, Scalar::Z2];

/// `a * b + c` rounded once, for processors without the instruction.
extern "C" fn fma(a: f64, b: f64, c: f64) -> f64 {
    a.mul_add(b, c)
}
/// The same in 32 bits.
extern "C" fn fmaf(a: f32, b: f32, c: f32) -> f32 {
    a.mul_add(b, c)
}

/// Every function that compiled code may call.
pub fn symbols() -> [Symbol; 28] {
    [
        ("alloc", alloc as *const u8),
        ("copy", copy as *const u8),
        ("zero", zero as *const u8),
        ("permutation", permute as *const u8),
        ("real_f64", real_f64 as *const u8),
        ("real_f32", real_f32 as *const u8),
        ("ordered_f64", ordered_f64 as *const u8),
        ("ordered_f32", ordered_f32 as *const u8),
        ("max_plus_f64", max_plus_f64 as *const u8),
        ("max_plus_f32", max_plus_f32 as *const u8),
        ("min_plus_f64", min_plus_f64 as *const u8),
        ("min_plus_f32", min_plus_f32 as *const u8),
        ("solve_f64", solve_f64 as *const u8),
        ("solve_f32", solve_f32 as *const u8),
        ("solve_lower_f64", lower_f64 as *const u8),
        ("solve_lower_f32", lower_f32 as *const u8),
        ("solve_upper_f64", upper_f64 as *const u8),
        ("solve_upper_f32", upper_f32 as *const u8),
        ("factor_f64", factor_f64 as *const u8),
        ("factor_f32", factor_f32 as *const u8),
        ("assignment_f64", assignment_f64 as *const u8),
        ("assignment_f32", assignment_f32 as *const u8),
        ("argsort_f64", argsort_f64 as *const u8),
        ("argsort_f32", argsort_f32 as *const u8),
        ("argsort_i64", argsort_i64 as *const u8),
        ("trace", trace as *const u8),
        ("fma", fma as *const u8),
        ("fmaf", fmaf as *const u8),
    ]
}
