//! Outside-in tests: real Envoy, real clients, vectors.
