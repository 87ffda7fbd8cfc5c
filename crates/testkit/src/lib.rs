//! For tests only: random modules of the IR, their derivatives, and arguments to run them at; random programs as text.
//!
//! A module follows from the seed of its [`Random`] and from the [`Menu`] alone, so a seed that a test prints is the
//! program again.

pub mod arguments;
pub mod contraction;
pub mod derivative;
pub mod generate;
pub mod matrix;
mod random;
pub mod source;

pub use generate::{Menu, module};
pub use random::Random;

/// The seeds of a test: `count` from 0 on, or those of the environment variable `SEEDS`, as `5` (one) or `0..9`.
pub fn seeds(count: u64) -> std::ops::Range<u64> {
    let chosen = std::env::var("SEEDS").ok().map(|text| {
        let number = |s: &str| s.parse::<u64>().expect("SEEDS is a number or a range `a..b`");
        match text.split_once("..") {
            Some((from, to)) => number(from)..number(to),
            None => number(&text)..number(&text) + 1,
        }
    });
    chosen.unwrap_or(0..count)
}
