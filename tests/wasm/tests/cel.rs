//! The CEL specification's own cases, evaluated in wasm: each was compiled natively, came to what
//! it should there, and has to come to the same here. `make wasm-test` writes the cases and runs
//! this in Node.

#![cfg(target_arch = "wasm32")]

use wasm_bindgen_test::{console_log, wasm_bindgen_test};

/// The cases that the native suite wrote.
const CASES: &[u8] = include_bytes!(env!("REMIT_CEL_CASES"));

#[wasm_bindgen_test]
fn cases_come_to_the_same_in_wasm() {
    let cases = remit_wasm_tests::read(CASES).unwrap();
    let failures: Vec<String> = cases
        .iter()
        .filter_map(|case| Some(format!("{}: {}", case.id, case.run().err()?)))
        .collect();
    for failure in &failures {
        console_log!("FAILED {failure}");
    }
    let passed = cases.len() - failures.len();
    console_log!(
        "cel-conformance in wasm: {passed} passed, {} failed",
        failures.len()
    );
    assert!(failures.is_empty() && passed > 500);
}
