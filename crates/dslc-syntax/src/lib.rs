//! Text to AST and back: lexer, layout filter, grammar, AST.
