//! Cases as the engine gets them, for the suite that runs in wasm: written where
//! `$REMIT_CEL_CASES` says, if it says so.

use std::path::PathBuf;

use remit_engine::plan::Datum;
use remit_policy_compiler::cel::expression::Expression;
use remit_wasm_tests::Case;
use serde_json::Value as Json;

use super::{environment, text, values};

/// Cases to be written, if they are wanted.
pub(super) struct Carried {
    to: Option<PathBuf>,
    cases: Vec<Case>,
}

impl Carried {
    /// None yet.
    pub(super) fn new() -> Self {
        Self {
            to: std::env::var_os("REMIT_CEL_CASES").map(PathBuf::from),
            cases: Vec::new(),
        }
    }

    /// Takes a case that passes here, if there is something in it to evaluate. What it comes to
    /// here is what it has to come to there.
    pub(super) fn add(&mut self, case: &Json) {
        if self.to.is_none() {
            return;
        }
        let (variables, bound) = environment(case, case["disable_check"] != true);
        let Ok(compiled) = Expression::compile(text(case, "expr"), &variables) else {
            return;
        };
        let expected: Option<Datum> = match case["expect"]["kind"].as_str() {
            Some("value" | "typed_value") => match values::read(&case["expect"]["value"]) {
                Ok(_) => compiled.evaluate(&bound).ok(),
                Err(_) => return,
            },
            Some("error") => None,
            _ => return,
        };
        let parts = compiled.carried();
        self.cases.push(Case {
            id: text(case, "id").to_owned(),
            program: parts.program,
            slots: parts.slots.to_vec(),
            programs: parts.programs.to_vec(),
            zones: parts.zones.to_vec(),
            automata: parts.automata.to_vec(),
            bound,
            expected,
        });
    }

    /// Writes them.
    pub(super) fn write(self) {
        let Some(path) = self.to else {
            return;
        };
        let bytes = remit_wasm_tests::write(&self.cases).expect("cases are data");
        std::fs::write(&path, bytes).expect("the cases can be written");
    }
}
