//! The meaning: a slow, obvious evaluator over numbers.
