//! Ten thousand programs, one after the other, in memory that does not grow. It is the only test of its binary, so that
//! nothing else moves what it measures.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used)]

use dslc::{NoFiles, Session};

/// The pages that are resident, in bytes.
fn resident() -> u64 {
    let text = std::fs::read_to_string("/proc/self/statm").unwrap();
    text.split(' ').nth(1).unwrap().parse::<u64>().unwrap() * 4096
}

fn cycle(k: u32) {
    let text = format!("let c = {k}.5\nfn f[n](x: f64[n]) -> f64 = c * sum(x[i]^2 for i)");
    let module = Session::new(NoFiles).compile("m.dsl", &text).unwrap();
    let f = module.function::<f64>("f").prepare(&([1.0, 2.0],)).unwrap();
    drop(module);
    assert_eq!(f.call(([1.0, 2.0],)).unwrap(), 5.0 * (f64::from(k) + 0.5));
}

#[test]
fn ten_thousand_programs_leave_nothing_behind() {
    (0..1_000).for_each(cycle);
    let early = resident();
    (1_000..10_000).for_each(cycle);
    let late = resident();
    // A kilobyte that each left behind would be nine times as much.
    assert!(late < early + (1 << 20), "{early} bytes after 1,000 programs, {late} after 10,000");
}
