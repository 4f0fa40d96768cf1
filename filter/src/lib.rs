//! The host side: a proxy-wasm module around the engine.
