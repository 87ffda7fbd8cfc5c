//! Loop nests to machine code through Cranelift.
