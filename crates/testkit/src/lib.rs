//! Development only: golden runner, derivative checks, program generator.
