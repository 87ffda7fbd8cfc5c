//! Prints the module of a seed: `cargo run -p testkit --example show -- 7`.
#![allow(clippy::print_stdout, reason = "it prints")]

use testkit::{Menu, Random, module};

fn main() {
    for seed in std::env::args().skip(1).filter_map(|a| a.parse().ok()) {
        let (module, entry) = module(&mut Random(seed), Menu::ALL);
        println!("seed {seed}, entry {entry}\n{}", dslc_ir::print::module(&module));
    }
}
