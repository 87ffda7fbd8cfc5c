//! The tokens, and how each is spelt in messages.

use logos::Logos;

/// A token. Words of items are keywords only where an item can start; elsewhere they are names.
#[derive(Logos, Clone, Copy, Debug, PartialEq)]
#[logos(skip r"[ \t]+")]
#[logos(skip("//[^\r\n]*", allow_greedy = true))]
pub(crate) enum Tok<'s> {
    #[regex(r"[\p{XID_Start}_][\p{XID_Continue}]*", |l| l.slice(), priority = 1)]
    Ident(&'s str),
    #[regex(r"[0-9][0-9_]*", |l| l.slice())]
    #[regex(r"0x[0-9a-fA-F_]*", |l| l.slice())]
    #[regex(r"0b[01_]*", |l| l.slice())]
    Int(&'s str),
    #[regex(r"[0-9][0-9_]*(\.[0-9][0-9_]*([eE][+-]?[0-9]+)?|[eE][+-]?[0-9]+)", |l| l.slice())]
    Float(&'s str),
    #[regex(r#""([^"\\\r\n]|\\[^\r\n])*""#, |l| l.slice())]
    Str(&'s str),
    /// A string without its end, up to the end of the line; reported, and never handed to the parser.
    #[regex(r#""([^"\\\r\n]|\\[^\r\n])*\\?"#, |l| l.slice(), priority = 2)]
    OpenStr(&'s str),
    /// An operator of another language; reported, and handed on as what it most likely means.
    #[regex(r"&&|\|\||\*\*|\+\+|:=|!|===|!==|<>|=>|::|/=|%=|\^=|\|>|\.\.\.|\.\.=", |l| l.slice())]
    Foreign(&'s str),
    /// The start of a comment in the style of C; reported, and skipped to its end.
    #[token("/*")]
    BlockComment,
    #[regex(r"\r\n|\n|\r")]
    Newline,
    #[token(";")]
    Sep,
    /// Where something was reported already: an expression without a meaning.
    Bad,
    #[token("fn")]
    Fn,
    #[token("model")]
    Model,
    #[token("type")]
    Type,
    #[token("test")]
    Test,
    #[token("import")]
    Import,
    #[token("as")]
    As,
    #[token("derivative")]
    Derivative,
    #[token("law")]
    Law,
    #[token("let")]
    Let,
    #[token("mut")]
    Mut,
    #[token("param")]
    Param,
    #[token("for")]
    For,
    #[token("in")]
    In,
    #[token("while")]
    While,
    #[token("if")]
    If,
    #[token("else")]
    Else,
    #[token("and")]
    And,
    #[token("or")]
    Or,
    #[token("not")]
    Not,
    #[token("true")]
    True,
    #[token("false")]
    False,
    #[token("_", priority = 5)]
    Under,
    #[token("(")]
    LP,
    #[token(")")]
    RP,
    #[token("[")]
    LB,
    #[token("]")]
    RB,
    #[token("{")]
    LC,
    #[token("}")]
    RC,
    #[token(",")]
    Comma,
    #[token(":")]
    Colon,
    #[token(".")]
    Dot,
    #[token("..")]
    DotDot,
    #[token("->")]
    Arrow,
    #[token("|")]
    Bar,
    #[token("=")]
    Eq,
    #[token("+=")]
    PlusEq,
    #[token("-=")]
    MinusEq,
    #[token("*=")]
    StarEq,
    #[token("==")]
    EqEq,
    #[token("!=")]
    Ne,
    #[token("<")]
    Lt,
    #[token("<=")]
    Le,
    #[token(">")]
    Gt,
    #[token(">=")]
    Ge,
    #[token(">>")]
    Shr,
    #[token("&")]
    Amp,
    #[token("+")]
    Plus,
    #[token("-")]
    Minus,
    #[token("*")]
    Star,
    #[token("/")]
    Slash,
    #[token("%")]
    Percent,
    #[token("@")]
    At,
    #[token("^")]
    Caret,
}

impl Tok<'_> {
    /// Whether an operand, and so perhaps a statement, ends with this token.
    pub(crate) fn ends_operand(self) -> bool {
        use Tok::*;
        matches!(self, Ident(_) | Int(_) | Float(_) | Str(_) | True | False | RP | RB | RC | Under | Bad)
    }

    /// Whether this is a literal or a name, with which an operand starts.
    pub(crate) fn starts_operand(self) -> bool {
        matches!(self, Tok::Ident(_) | Tok::Int(_) | Tok::Float(_) | Tok::Str(_) | Tok::True | Tok::False)
    }
    /// Whether this is a word that can be a name where no item can start.
    pub(crate) fn is_item_word(self) -> bool {
        use Tok::*;
        matches!(self, Model | Type | Test | Import | As | Derivative | Law | Param)
    }

    /// Whether this is a word that can never be a name.
    pub(crate) fn is_reserved(self) -> bool {
        use Tok::*;
        matches!(self, Fn | Let | Mut | For | In | While | If | Else | And | Or | Not | True | False)
    }

    /// Whether this is `(`, `[` or `{`.
    pub(crate) fn opens(self) -> bool {
        matches!(self, Tok::LP | Tok::LB | Tok::LC)
    }

    /// Whether this is `)`, `]` or `}`.
    pub(crate) fn closes(self) -> bool {
        matches!(self, Tok::RP | Tok::RB | Tok::RC)
    }

    /// The bracket that closes this one.
    pub(crate) fn partner(self) -> Tok<'static> {
        match self {
            Tok::LP => Tok::RP,
            Tok::LB => Tok::RB,
            _ => Tok::RC,
        }
    }

    /// How the token is written; empty for tokens that carry their own text.
    pub(crate) fn spelling(self) -> &'static str {
        use Tok::*;
        match self {
            Fn => "fn",
            Model => "model",
            Type => "type",
            Test => "test",
            Import => "import",
            As => "as",
            Derivative => "derivative",
            Law => "law",
            Let => "let",
            Mut => "mut",
            Param => "param",
            For => "for",
            In => "in",
            While => "while",
            If => "if",
            Else => "else",
            And => "and",
            Or => "or",
            Not => "not",
            True => "true",
            False => "false",
            Under => "_",
            LP => "(",
            RP => ")",
            LB => "[",
            RB => "]",
            LC => "{",
            RC => "}",
            Comma => ",",
            Colon => ":",
            Dot => ".",
            DotDot => "..",
            Arrow => "->",
            Bar => "|",
            Eq => "=",
            PlusEq => "+=",
            MinusEq => "-=",
            StarEq => "*=",
            EqEq => "==",
            Ne => "!=",
            Lt => "<",
            Le => "<=",
            Gt => ">",
            Ge => ">=",
            Shr => ">>",
            Amp => "&",
            Plus => "+",
            Minus => "-",
            Star => "*",
            Slash => "/",
            Percent => "%",
            At => "@",
            Caret => "^",
            Ident(_) | Int(_) | Float(_) | Str(_) | OpenStr(_) | Foreign(_) | BlockComment | Newline
            | Sep | Bad => "",
        }
    }
}
