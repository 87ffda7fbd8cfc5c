//! Where what is wrong with a text is gathered: a bounded list, however much is wrong.

use dslc_base::Diagnostic;

/// How many diagnostics one file may give; the rest are counted.
pub const MAX_DIAGNOSTICS: usize = 100;

/// How many more end the parsing, so that the time for a large file of mistakes stays short.
const HOPELESS: usize = 10_000;

/// The diagnostics of one file.
#[derive(Default)]
pub(crate) struct Reports {
    list: Vec<Diagnostic>,
    /// How many were not kept.
    more: usize,
    /// Where characters, tokens and brackets are wrong: what the parser finds there is no news.
    mended: Vec<usize>,
}

impl Reports {
    /// Reports a mistake in characters, tokens or brackets. It is built only if there is room.
    pub(crate) fn lexical(&mut self, at: usize, build: impl FnOnce() -> Diagnostic) {
        self.mark(at);
        self.add(build);
    }

    /// Notes a place where the tokens are not what was written.
    pub(crate) fn mark(&mut self, at: usize) {
        self.mended.push(at);
    }

    /// Reports what does not keep the parser from going on.
    pub(crate) fn add(&mut self, build: impl FnOnce() -> Diagnostic) {
        if self.full() {
            self.more += 1;
        } else {
            self.list.push(build());
        }
    }

    /// Reports once, although a statement may be parsed several times.
    pub(crate) fn once(&mut self, build: impl FnOnce() -> Diagnostic) {
        if self.full() {
            self.more += 1;
            return;
        }
        let new = build();
        if self.list.iter().all(|d| d.span() != new.span()) {
            self.list.push(new);
        }
    }

    /// Whether further diagnostics are only counted.
    pub(crate) fn full(&self) -> bool {
        self.list.len() >= MAX_DIAGNOSTICS
    }

    /// Whether a text is so full of mistakes that reading on helps nobody.
    pub(crate) fn hopeless(&self) -> bool {
        self.more >= HOPELESS
    }

    /// To be called between lexing and parsing: [`Self::has_lexical`] searches.
    pub(crate) fn sort_lexical(&mut self) {
        self.mended.sort_unstable();
    }

    /// Whether the lexer has reported something in these bytes, both ends included.
    pub(crate) fn has_lexical(&self, from: usize, to: usize) -> bool {
        let k = self.mended.partition_point(|&at| at < from);
        self.mended.get(k).is_some_and(|&at| at <= to)
    }

    /// All of them by place; the last says how many more there are.
    pub(crate) fn finish(mut self) -> Vec<Diagnostic> {
        self.list.sort_by_key(|d| d.span().map(|s| s.start));
        if let Some(last) = self.list.last_mut().filter(|_| self.more > 0) {
            let least = if self.more >= HOPELESS { "at least " } else { "" };
            last.notes.push(format!("{least}{} more mistakes are not shown", self.more));
        }
        self.list
    }
}
