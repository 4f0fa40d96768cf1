//! The first screen of README.md is true: its policy compiles, its token with its requests gives
//! its answers and its record, and its misspelt claim gives the message that it shows.
#![expect(clippy::unwrap_used, reason = "a test fails loudly")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use remit_engine::Engine;
use remit_engine::crypto::NoHostCrypto;
use remit_engine::request::Field;
use remit_engine::time::UnixTime;
use remit_policy_compiler::diagnostic::{Colour, human};
use remit_policy_compiler::signing_key::{Algorithm, KeyPair};
use remit_policy_compiler::source::Sources;
use remit_policy_compiler::{Compiled, Rejected, compile};
use remit_tests::native::{Decided, Route, decide_fields};
use serde_json::Value;

const NOW: i64 = 1_800_000_000;

fn readme() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../README.md");
    std::fs::read_to_string(path).unwrap()
}

/// The fenced blocks of a language, in order.
fn blocks(language: &str) -> Vec<String> {
    let page = readme();
    let fences: Vec<&str> = page.split("\n```").collect();
    // Every second piece is inside a fence.
    let inside = fences
        .iter()
        .skip(1)
        .step_by(2)
        .filter_map(|piece| piece.split_once('\n'));
    inside
        .filter(|(name, _)| *name == language)
        .map(|(_, text)| text.to_owned())
        .collect()
}

fn sources(policy: &str, key: &KeyPair) -> Sources {
    let jwks = format!("{{\"keys\": [{}]}}", key.public_jwk());
    let asset = (PathBuf::from("corp.jwks.json"), jwks.into_bytes());
    Sources::in_memory(
        [("policy.yaml".into(), policy.to_owned())],
        BTreeMap::from([asset]),
    )
}

fn request(engine: &Engine, line: &str, token: &str) -> Decided {
    let mut words = line.split_whitespace();
    let (method, path) = (words.next().unwrap(), words.next().unwrap());
    let authorization = format!("Bearer {token}");
    let fields: [Field<'_>; 4] = [
        (b":method", method.as_bytes()),
        (b":path", path.as_bytes()),
        (b":authority", b"api.corp.example"),
        (b"authorization", authorization.as_bytes()),
    ];
    decide_fields(
        engine,
        &fields,
        Route::AsDecided,
        UnixTime::from_seconds(NOW),
        &NoHostCrypto,
    )
}

#[test]
fn the_first_screen_is_true() {
    let key = KeyPair::generate(Algorithm::EdDsa, Some("readme")).unwrap();
    let Compiled {
        bytes, warnings, ..
    } = compile(&sources(&blocks("yaml")[0], &key)).unwrap();
    assert!(warnings.is_empty(), "{warnings:?}");
    let engine = Engine::new(remit_engine::plan::decode(&bytes).unwrap()).unwrap();

    let [claims, record] = &blocks("json")[..] else {
        panic!("a token and a record")
    };
    let Value::Object(mut claims) = serde_json::from_str(claims).unwrap() else {
        panic!("claims")
    };
    claims.insert("iat".into(), (NOW - 10).into());
    claims.insert("exp".into(), (NOW + 290).into());
    let token = key.sign(claims, "at+jwt").unwrap();

    let answers = blocks("");
    let answers = answers.iter().find(|block| block.contains("->")).unwrap();
    let mut refused = 0;
    for line in answers.lines() {
        let (request_line, expected) = line.split_once("->").unwrap();
        let decided = request(&engine, request_line, &token);
        let Some(answer) = decided.answer else {
            assert_eq!(expected.trim(), "200", "{line}");
            continue;
        };
        let (status, challenge) = expected.trim().split_once(' ').unwrap();
        assert_eq!(answer.status.to_string(), status, "{line}");
        assert!(
            answer
                .headers
                .iter()
                .any(|(_, value)| value.starts_with(challenge)),
            "{line}"
        );
        let Value::Object(shown) = serde_json::from_str::<Value>(record).unwrap() else {
            panic!("a record")
        };
        for (name, value) in shown {
            assert_eq!(decided.record.get(&name), Some(&value), "{name}");
        }
        refused += 1;
    }
    assert_eq!((answers.lines().count(), refused), (3, 1));
}

#[test]
fn the_misspelt_claim_is_told_as_shown() {
    let key = KeyPair::generate(Algorithm::EdDsa, Some("readme")).unwrap();
    let policy = blocks("yaml")[0].replace("token.?refundable", "token.?refundble");
    let sources = sources(&policy, &key);
    let Rejected { diagnostics, .. } = compile(&sources).unwrap_err();
    let told = human(&diagnostics[0], &sources, Colour::None);
    let shown = blocks("")
        .into_iter()
        .find(|block| block.starts_with("error["))
        .unwrap();
    assert_eq!(told.trim_end(), shown.trim_end());
}
