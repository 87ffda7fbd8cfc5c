//! What was seen of many programs.

use std::collections::BTreeMap;
use std::fmt;

use crate::run::{Checked, Outcome};

/// How often each construct must occur in 2,000 programs.
const OFTEN: usize = 20;

/// Primitives that have no spelling in the language; what is made of IR has them.
const UNSPELLED: [&str; 8] = [
    "exp2",
    "log2",
    "is_nan",
    "random_bits",
    // What bounds are made with; `dslc-bounds` runs them on random modules.
    "below",
    "above",
    "size",
    "known",
];

/// What was seen.
#[derive(Default)]
pub(crate) struct Survey {
    pub(crate) ran: usize,
    stopped: usize,
    limited: usize,
    pub(crate) wrong: Vec<String>,
    rejections: BTreeMap<String, (usize, String)>,
    /// By reason: how many differences say nothing, and one of them.
    pub(crate) skips: BTreeMap<&'static str, (usize, usize)>,
    constructs: BTreeMap<&'static str, usize>,
    primitives: BTreeMap<&'static str, usize>,
}

impl Survey {
    pub(crate) fn checked(&mut self, k: usize, checked: &Checked) {
        match checked {
            Checked::Rejected(why) => self.rejected(k, why),
            Checked::Ran(outcome, ir) => {
                self.ran += 1;
                match outcome {
                    Outcome::Ran { stopped, .. } => self.stopped += usize::from(stopped.is_some()),
                    Outcome::Limited => self.limited += 1,
                }
                let maps = ir.lines().filter_map(|l| l.split_once("= map ")?.1.split_whitespace().next());
                for name in maps.filter_map(dslc_ir::prims::by_name) {
                    *self.primitives.entry(name.0.name).or_default() += 1;
                }
            }
        }
    }

    pub(crate) fn constructs(&mut self, census: &BTreeMap<&'static str, usize>) {
        census.iter().for_each(|(kind, n)| *self.constructs.entry(kind).or_default() += n);
    }

    pub(crate) fn rejected(&mut self, k: usize, why: &str) {
        let code = why.split(['[', ']']).nth(1).unwrap_or("no code").to_string();
        self.rejections.entry(code).or_insert((0, format!("program {k}: {why}"))).0 += 1;
    }

    pub(crate) fn skipped(&mut self, k: usize, why: &'static str) {
        self.skips.entry(why).or_insert((0, k)).0 += 1;
    }

    pub(crate) fn joined(mut self, other: Survey) -> Survey {
        self.ran += other.ran;
        self.stopped += other.stopped;
        self.limited += other.limited;
        self.wrong.extend(other.wrong);
        for (code, (n, why)) in other.rejections {
            self.rejections.entry(code).or_insert((0, why)).0 += n;
        }
        for (why, (n, k)) in other.skips {
            self.skips.entry(why).or_insert((0, k)).0 += n;
        }
        other.constructs.iter().for_each(|(c, n)| *self.constructs.entry(c).or_default() += n);
        other.primitives.iter().for_each(|(p, n)| *self.primitives.entry(p).or_default() += n);
        self
    }

    /// Fails if a program went wrong.
    pub(crate) fn told(&self) {
        assert!(self.wrong.is_empty(), "{} programs:\n{}", self.wrong.len(), self.wrong.join("\n"));
    }

    /// Fails if a program went wrong, if too few were accepted, or if the language was not covered.
    pub(crate) fn sound(&self, count: usize) {
        self.told();
        if count < 1_000 {
            return;
        }
        let rejected: usize = self.rejections.values().map(|r| r.0).sum();
        assert!(rejected * 20 < count, "{rejected} of {count} were rejected");
        assert!(self.limited * 100 < count && self.stopped * 3 < count, "{} {}", self.limited, self.stopped);
        let often = OFTEN * count / 2_000;
        let listed = testkit::source::CONSTRUCTS.iter().map(|c| (c, self.constructs.get(c)));
        let rare: Vec<_> = listed.filter(|(_, n)| n.is_none_or(|n| *n < often)).collect();
        assert!(rare.is_empty(), "constructs that are rare: {rare:?}");
        let listed = dslc_ir::prims::ALL.iter().filter(|p| !UNSPELLED.contains(&p.name));
        let listed = listed.map(|p| (p.name, self.primitives.get(p.name)));
        let rare: Vec<_> = listed.filter(|(_, n)| n.is_none_or(|n| *n < often)).collect();
        assert!(rare.is_empty(), "primitives that are rare: {rare:?}");
    }
}

impl fmt::Display for Survey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rejected: usize = self.rejections.values().map(|r| r.0).sum();
        writeln!(
            f,
            "{} ran, {} of them to a failure and {} to a limit; {rejected} were rejected; {} went wrong",
            self.ran,
            self.stopped,
            self.limited,
            self.wrong.len()
        )?;
        for (code, (n, why)) in &self.rejections {
            writeln!(f, "{n} by {code}, as {}", why.trim_end())?;
        }
        for (why, (n, k)) in &self.skips {
            writeln!(f, "{n} say nothing: {why}, as program {k}")?;
        }
        for (title, table) in [("constructs", &self.constructs), ("primitives", &self.primitives)] {
            if !table.is_empty() {
                let list: Vec<String> = table.iter().map(|(name, n)| format!("{name} {n}")).collect();
                writeln!(f, "{title}: {}", list.join(", "))?;
            }
        }
        Ok(())
    }
}
