//! IR to IR: clean-up passes and, later, equality saturation.
