//! AST to IR: names, types, sizes, index ranges, modules; the last place where a user's mistake is born.
