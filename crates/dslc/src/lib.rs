//! The library people embed: sessions, the pipeline table, typed calls.
