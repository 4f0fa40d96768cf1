//! Benchmarks of the engine in process.
