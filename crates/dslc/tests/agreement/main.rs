//! Random well-typed programs: every way to run them gives the same, and their derivatives are those of differences.
//!
//! Programs follow from a fixed seed and a number. `DSLC_PROGRAMS` sets how many are made, or a range as `5..9`;
//! `DSLC_PROGRAM` shows one by its number and runs it alone. A program that fails is told as small as it could be made:
//! keep it in the golden suite, `tests/run`, with the values that it must give.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

#[path = "../support/clock.rs"]
mod clock;
mod derivatives;
mod planted;
mod run;
mod survey;

use std::ops::Range;

use clock::{Clock, clocked};
use derivatives::{Verdict, judge};
use run::{Checked, SETTINGS, TURN, guarded, run};
use survey::Survey;
use testkit::Random;
use testkit::source::{Program, difference, program, smallest};

/// The stack of a worker.
const STACK: usize = 256 << 20;
/// How many smaller programs are tried before a failure is told.
const TRIES: usize = 400;

/// The numbers of the programs to make: `count` from 0 on unless the environment says otherwise.
fn numbers(count: usize) -> Range<usize> {
    let number = |s: &str| s.parse::<usize>().unwrap();
    if let Ok(k) = std::env::var("DSLC_PROGRAM") {
        return number(&k)..number(&k) + 1;
    }
    match std::env::var("DSLC_PROGRAMS") {
        Ok(text) => match text.split_once("..") {
            Some((from, to)) => number(from)..number(to),
            None => 0..number(&text),
        },
        Err(_) => 0..count,
    }
}

fn made(make: fn(&mut Random) -> Program, k: usize) -> Program {
    let program = make(&mut Random((k as u64 + 1).wrapping_mul(0x2545_f491_4f6c_dd1d)));
    if std::env::var("DSLC_PROGRAM").is_ok() {
        println!("// program {k}\n{}", program.text());
    }
    program
}

/// Does work for each number in two threads, and joins what they saw.
fn shared(range: Range<usize>, work: impl Fn(usize, &Clock, &mut Survey) + Sync) -> Survey {
    let worker = |share: usize| {
        clocked(TURN, |clock| {
            let mut survey = Survey::default();
            range.clone().filter(|k| k % 2 == share).for_each(|k| work(k, clock, &mut survey));
            survey
        })
    };
    std::thread::scope(|scope| {
        let threads = [0, 1].map(|share| {
            let worker = &worker;
            std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, move || worker(share)).unwrap()
        });
        threads.into_iter().map(|t| t.join().unwrap()).fold(Survey::default(), Survey::joined)
    })
}

/// What is told of a program that fails.
fn told(k: usize, why: &str, program: Program, mut fails: impl FnMut(&str) -> Option<String>) -> String {
    let small = smallest(program, TRIES, |p| fails(&p.text()).is_some());
    let last = fails(&small.text()).unwrap_or_default();
    format!("program {k}: {why}\n\nsmaller:\n{}\n{last}\n", small.text())
}

#[test]
fn every_setting_gives_the_same() {
    let range = numbers(2_000);
    let survey = shared(range.clone(), |k, clock, survey| {
        let program = made(program, k);
        survey.constructs(&program.census());
        match guarded(&program.text(), clock) {
            Ok(checked) => survey.checked(k, &checked),
            Err(why) => survey.wrong.push(told(k, &why, program, |t| guarded(t, clock).err())),
        }
    });
    println!("{survey}");
    survey.sound(range.len());
}

#[test]
fn derivatives_are_those_of_differences() {
    let range = numbers(500);
    let survey = shared(range.clone(), |k, clock, survey| {
        let program = made(difference, k);
        let verdict = |text: &str| match run(text, &SETTINGS[1], clock) {
            Ok(Checked::Ran(outcome, _)) => Ok(judge(&outcome)),
            Ok(Checked::Rejected(why)) => Err(why),
            Err(why) => Ok(Verdict::Differ(why)),
        };
        match verdict(&program.text()) {
            Ok(Verdict::Agree) => survey.ran += 1,
            Ok(Verdict::Skipped(why)) => survey.skipped(k, why),
            Err(why) => survey.rejected(k, &why),
            Ok(Verdict::Differ(why)) => {
                let fails = |t: &str| match verdict(t) {
                    Ok(Verdict::Differ(why)) => Some(why),
                    _ => None,
                };
                survey.wrong.push(told(k, &why, program, fails));
            }
        }
    });
    println!("{survey}");
    survey.told();
    let skipped: usize = survey.skips.values().map(|s| s.0).sum();
    assert!(range.len() < 400 || skipped * 10 < range.len(), "{skipped} of {} say nothing", range.len());
}
