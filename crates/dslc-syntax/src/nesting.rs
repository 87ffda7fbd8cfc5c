//! Limits nesting before anything is parsed, so that no walk over a tree can run deep.

use dslc_base::{Diagnostic, FileId, Span};

use crate::errors;
use crate::lex::{Spanned, Tok};

/// How deep brackets, prefix operators, powers, closures and postfixes may each nest.
pub const MAX_NESTING: usize = 256;

/// How high a tree may be in all: nests of different kinds add up, and operators between them count too.
pub const MAX_HEIGHT: usize = 2 * MAX_NESTING;

/// The text between two brackets, or of the file. Heights are counted in nodes, from the leaves.
#[derive(Clone, Copy, Default)]
struct Level {
    /// The height of the operand that is being read, postfixes included; 0 before one.
    operand: usize,
    /// Prefix operators, powers and arrows that will stand above it.
    prefix: usize,
    /// Closures, each as far as it goes.
    closures: usize,
    /// The highest operand of the expression so far.
    highest: usize,
    /// Which precedences of infix operators occur in the expression; each is one node above.
    infix: u8,
    /// The highest expression before this one.
    best: usize,
}

impl Level {
    /// The height of the expression as far as it is read.
    fn height(&self) -> usize {
        self.closures + self.infix.count_ones() as usize + self.highest.max(self.operand + self.prefix)
    }
    /// An operand ends: an infix operator or a word follows.
    fn end_operand(&mut self) {
        self.highest = self.highest.max(self.operand + self.prefix);
        (self.operand, self.prefix) = (0, 0);
    }
    /// An expression ends: `,`, the end of a statement.
    fn end_expression(&mut self) {
        *self = Level { best: self.best.max(self.height()), ..Level::default() };
    }
    /// The height of all that stands in the brackets.
    fn total(&self) -> usize {
        self.best.max(self.height())
    }
}

/// The first place where something nests too deep.
pub(crate) fn check(file: FileId, tokens: &[Spanned<'_>]) -> Option<Diagnostic> {
    let mut levels = vec![Level::default()];
    let mut ended = false;
    for &(start, token, end) in tokens {
        let level = levels.last_mut()?;
        if token.opens() {
            if !ended || token == Tok::LC {
                level.end_block_or_prefix();
            }
            levels.push(Level::default());
        } else if token.closes() {
            let inside = levels.pop().map_or(0, |l| l.total());
            let level = levels.last_mut()?;
            level.operand = level.operand.max(inside) + 1;
        } else {
            level.token(token, ended);
        }
        let level = levels.last()?;
        let spine = level.prefix.max(level.closures) > MAX_NESTING;
        if levels.len() > MAX_NESTING + 1 || spine || level.height() > MAX_HEIGHT {
            return Some(errors::nesting(Span::new(file, start, end)));
        }
        ended = token.ends_operand();
    }
    None
}

impl Level {
    /// A bracket that is no postfix: a block behind a condition starts an operand of its own.
    fn end_block_or_prefix(&mut self) {
        if self.operand > 0 {
            self.end_operand();
        }
    }

    fn token(&mut self, token: Tok<'_>, ended: bool) {
        use Tok::*;
        match token {
            Ident(_) | Int(_) | Float(_) | Str(_) | True | False | Under | Bad => {
                self.operand = self.operand.max(1)
            }
            Dot => self.operand += 1,
            Minus | Not if !ended => self.prefix += 1,
            Caret | Arrow => {
                // The left side is no higher than before; the right side hangs below one node more.
                self.highest = self.highest.max(self.operand + self.prefix + 1);
                (self.operand, self.prefix) = (0, self.prefix + 1);
            }
            Bar if !ended => self.closures += 1,
            Star | Slash | Percent | At => self.infix_operator(0),
            Plus | Minus => self.infix_operator(1),
            EqEq | Ne | Lt | Le | Gt | Ge => self.infix_operator(2),
            And => self.infix_operator(3),
            Or => self.infix_operator(4),
            Amp => self.infix_operator(5),
            Shr => self.infix_operator(6),
            Sep | Comma => self.end_expression(),
            _ => self.end_operand(),
        }
    }

    fn infix_operator(&mut self, precedence: u8) {
        self.infix |= 1 << precedence;
        self.end_operand();
    }
}
