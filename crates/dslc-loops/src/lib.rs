//! IR to loop nests: fusion, order, vectors, buffers; own printer, verifier, interpreter.
