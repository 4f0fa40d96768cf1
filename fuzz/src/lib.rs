//! What must hold for every input, however hostile: nothing panics, nothing overflows the stack,
//! everything ends within its budget, and what compiles can be loaded.
//!
//! Each function takes bytes as a fuzzer makes them; `tests/corpus.rs` gives them the seeds.

#![expect(
    clippy::expect_used,
    reason = "what must hold and does not has to be loud"
)]

mod answers;
mod claims;
mod messages;
mod sealed;
mod standing;
mod tokens;

use std::collections::BTreeMap;
use std::path::PathBuf;

use remit_engine::Engine;
use remit_engine::cel::{Automata, Bindings, Budget, Code, Silent, evaluate};
use remit_engine::crypto::NoHostCrypto;
use remit_engine::plan::{self, Datum, ProgramId};
use remit_engine::request::{Field, RequestHead};
use remit_engine::time::UnixTime;
use remit_policy_compiler::cel::expression::{Expression, Variables};
use remit_policy_compiler::cel::{Profile, Ty};
use remit_policy_compiler::compile;
use remit_policy_compiler::diagnostic::{Colour, human};
use remit_policy_compiler::source::Sources;

pub use answers::answer;
pub use claims::authorization_details;
pub use messages::message;
pub use sealed::{body, sealed};
pub use standing::{deny_feed, status_list};
pub use tokens::{approval, dpop, jwks, token};

/// A point in time.
const NOW: i64 = 1_800_000_000;

/// Keys that a policy may name: the public one of RFC 8037, appendix A.
const KEYS: &[u8] = br#"{"keys":[{"kty":"OKP","crv":"Ed25519","alg":"EdDSA","kid":"k","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#;

/// A text as a policy: it compiles or is rejected with something to say; what compiles loads.
pub fn policy(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else {
        return;
    };
    let sources = sources(text);
    match compile(&sources) {
        Ok(compiled) => {
            let loaded = plan::decode(&compiled.bytes).expect("what was compiled can be read");
            let engine = Engine::new(loaded).expect("what was compiled can be loaded");
            decide(&engine);
        }
        Err(rejected) => {
            assert!(!rejected.diagnostics.is_empty(), "rejected without a word");
            for diagnostic in &rejected.diagnostics {
                let _ = human(diagnostic, &sources, Colour::None);
            }
        }
    }
}

/// The sources of a policy of one file.
#[must_use]
pub fn sources(text: &str) -> Sources {
    let file = (PathBuf::from("policy.yaml"), text.to_owned());
    let assets = ["jwks.json", "keys/corp/jwks.json", "keys/partner/jwks.json"];
    let assets = assets.map(|path| (PathBuf::from(path), KEYS.to_vec()));
    Sources::in_memory([file], BTreeMap::from(assets))
}

/// Bytes as a plan, and as the body of one whose length and digest are right: it is refused, or
/// decides requests, and every condition in it comes to an end.
pub fn plan(input: &[u8]) {
    let _ = plan::decode(input);
    let Ok(loaded) = plan::decode(&sealed(input)) else {
        return;
    };
    if let Ok(automata) = Automata::new(&loaded.plan().automata) {
        let code = Code::new(loaded.plan(), &automata);
        let programs = 0..loaded.plan().programs.len();
        for program in programs.filter_map(|at| u32::try_from(at).ok()) {
            let bound = [
                None,
                Some(Datum::Int(1)),
                Some(Datum::String("a".to_owned())),
            ];
            let budget = Budget::new();
            let _ = evaluate(
                code,
                ProgramId(program),
                &Bindings(&bound),
                &budget,
                &mut Silent,
            );
        }
    }
    if let Ok(engine) = Engine::new(loaded) {
        decide(&engine);
    }
}

/// A text as an expression, in every profile: it is refused, or comes to a value or an error.
pub fn expression(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else {
        return;
    };
    for profile in [Profile::Policy, Profile::Standard, Profile::Unchecked] {
        let variables = Variables {
            profile,
            container: String::new(),
            types: variables(),
            functions: Vec::new(),
        };
        match Expression::compile(text, &variables) {
            Ok(compiled) => {
                let _ = compiled.evaluate(&values());
                let _ = compiled.holds(&[]);
            }
            Err(issues) => assert!(!issues.is_empty(), "refused without a word"),
        }
    }
}

fn variables() -> Vec<(String, Ty)> {
    let types = [
        ("i", Ty::Int),
        ("s", Ty::String),
        ("l", Ty::list(Ty::Int)),
        ("m", Ty::map(Ty::String, Ty::Dyn)),
        ("any", Ty::Dyn),
    ];
    types.map(|(name, ty)| (name.to_owned(), ty)).to_vec()
}

fn values() -> Vec<Option<Datum>> {
    let list = Datum::List(vec![Datum::Int(1), Datum::Int(2), Datum::Int(3)]);
    let map = Datum::Map(vec![(Datum::String("a".to_owned()), list.clone())]);
    vec![
        Some(Datum::Int(7)),
        Some(Datum::String("abc".to_owned())),
        Some(list),
        Some(map),
        Some(Datum::Double(0.5)),
    ]
}

/// Requests that any plan has to decide.
fn decide(engine: &Engine) {
    for path in ["/", "/v1/orders/A-1?limit=5", "/healthz", "/%2e%2e//x"] {
        let fields = [
            (":method", "GET"),
            (":path", path),
            (":authority", "api.corp.example"),
            ("authorization", "Bearer eyJhbGciOiJFZERTQSJ9.e30.AA"),
        ];
        let fields: [Field<'_>; 4] =
            fields.map(|(name, value)| (name.as_bytes(), value.as_bytes()));
        let head = RequestHead::new(&fields);
        let _ = engine.decide(&head, UnixTime::from_seconds(NOW), &NoHostCrypto);
    }
}
