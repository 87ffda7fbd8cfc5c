//! Characters, operators and words that other languages have.

use dslc_base::{Diagnostic, Span};

/// Characters that start no token.
pub(crate) fn bad_characters(span: Span, bad: &str) -> Diagnostic {
    let quote = |c: char| matches!(c, '\'' | '"' | '\\');
    let shown: String =
        bad.chars().take(8).map(|c| if quote(c) { c.into() } else { c.escape_debug().to_string() }).collect();
    let d = Diagnostic::error("E0103", span, format!("`{shown}` has no meaning here"));
    let write = |d: Diagnostic, right: &str| d.help(format!("write `{right}`")).edit(span, right);
    match bad {
        "'" | "`" => d.help("strings are written with double quotes"),
        "\u{2032}" => d.help("the derivative is written `grad(f)`, the transpose `x.T`"),
        "\u{201c}" | "\u{201d}" | "\u{201e}" | "\u{ab}" | "\u{bb}" => write(d, "\""),
        "#" => d.help("a comment starts with `//`").edit(span, "//"),
        "?" => d.help("a choice is written `if c { a } else { b }`"),
        "\\" => d.help("a closure is written `|x| e`; a statement goes on where a line ends in an operator"),
        "~" => d.help("write `not` for booleans"),
        "$" => d.label("names have no `$`").edit(span, ""),
        "\u{a0}" | "\u{2007}" | "\u{202f}" | "\u{3000}" => write(d.label("this is not a plain space"), " "),
        "\u{2212}" | "\u{2013}" | "\u{2014}" => write(d.label("this is not a minus sign"), "-"),
        "\u{d7}" | "\u{b7}" | "\u{22c5}" | "\u{2217}" => write(d, "*"),
        "\u{f7}" => write(d, "/"),
        "\u{2264}" => write(d, "<="),
        "\u{2265}" => write(d, ">="),
        "\u{2260}" => write(d, "!="),
        "\u{2192}" => write(d, "->"),
        "\u{b2}" => write(d, "^2"),
        "\u{b3}" => write(d, "^3"),
        "\u{feff}" => d.label("a byte-order mark stands only at the start").edit(span, ""),
        _ => d.label("starts no name, number or operator"),
    }
}

/// `'text'`.
pub(crate) fn single_quotes(span: Span, inside: &str) -> Diagnostic {
    let d = Diagnostic::error("E0103", span, "`'` has no meaning here");
    let d = d.help("strings are written with double quotes");
    if inside.contains(['"', '\\']) { d } else { d.edit(span, format!("\"{inside}\"")) }
}

/// `f'(x)`, `a'`.
pub(crate) fn prime(span: Span, called: bool) -> Diagnostic {
    let d = Diagnostic::error("E0103", span, "`'` has no meaning here");
    match called {
        true => d.help("the derivative of a function is written `grad(f)`"),
        false => d.help("the transpose is written `.T`").edit(span, ".T"),
    }
}

/// `|| e`.
pub(crate) fn empty_closure(span: Span) -> Diagnostic {
    Diagnostic::error("E0111", span, "a closure has at least one parameter")
        .help("write `|_| e`")
        .edit(span, "|_|")
}

/// `&&`, `||`, `++` ...
pub(crate) fn foreign_operator(span: Span, operator: &str) -> Diagnostic {
    let d = Diagnostic::error("E0111", span, format!("`{operator}` is no operator of this language"));
    let write = |right: &str| d.clone().help(format!("write `{right}`")).edit(span, right);
    match operator {
        "&&" => write("and"),
        "||" => write("or"),
        "**" => write("^"),
        "===" => write("=="),
        "!==" | "<>" => write("!="),
        "::" => write("."),
        "=>" => d.help("a closure is written `|x| e`, the type of a function `A -> B`"),
        "!" => d.help("write `not`").edit(span, "not "),
        ":=" => d.help("`let x = e` defines, `x = e` assigns").edit(span, "="),
        "++" => d.help("write `x += 1` to count, and `+` to add"),
        "|>" => d.help("write `f(x)` or `x.f()`; `f >> g` composes functions"),
        "..." | "..=" => d.help("write `a..b`; it ends before b").edit(span, ".."),
        _ => {
            let plain = operator.trim_end_matches('=');
            d.help(format!("write `x = x {plain} e`; there are `+=`, `-=` and `*=`"))
        }
    }
}

/// What a word of another language is here, if it is one: what to write, and a sentence.
pub(super) fn word(word: &str) -> Option<(&'static str, &'static str)> {
    Some(match word {
        "def" | "function" | "func" | "fun" | "proc" | "sub" => ("fn", "write `fn`"),
        "var" => ("let mut", "write `let mut`"),
        "const" | "val" | "auto" | "static" => ("let", "write `let`"),
        "return" => ("", "the last expression of a block is its value; no `return` is needed"),
        "struct" | "class" | "enum" | "typedef" => ("type", "write `type name = {..}`"),
        "use" | "from" | "include" | "using" => {
            ("import", "write `import name`, or `import \"path\" as name`")
        }
        "elif" | "elsif" | "elseif" => ("else if", "write `else if`"),
        "pub" | "public" | "private" | "export" => {
            ("", "every definition of a file can be used by those that import it")
        }
        "lambda" => ("", "a closure is written `|x| e`"),
        "then" => ("", "branches stand in braces: `if c { a } else { b }`"),
        "do" | "begin" => ("", "what follows a condition or a range stands in `{` and `}`"),
        "is" => ("==", "write `==`"),
        "try" | "catch" | "except" | "raise" | "throw" => {
            ("", "a program stops where it fails; what may go wrong is tested before, by `if`")
        }
        "end" => ("", "a block ends with `}`"),
        "loop" => ("while true", "write `while true`"),
        "match" | "switch" | "case" => ("", "write a chain of `if` and `else if`"),
        "print" | "assert" => ("", "arguments stand in parentheses"),
        _ => return None,
    })
}
