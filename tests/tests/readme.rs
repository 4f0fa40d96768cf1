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
use remit_policy_compiler::testing::TrialHost;
use remit_policy_compiler::{Compiled, Rejected, compile};
use remit_tests::native::{Contents, Decided, Route, decide_contents, decide_fields};
use serde_json::{Map, Value, json};

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

fn sources(files: &[&str], key: &KeyPair) -> Sources {
    let jwks = format!("{{\"keys\": [{}]}}", key.public_jwk());
    let asset = (PathBuf::from("corp.jwks.json"), jwks.into_bytes());
    let names = ["policy.yaml", "tools.yaml"].into_iter();
    Sources::in_memory(
        names
            .map(PathBuf::from)
            .zip(files.iter().map(|&text| text.to_owned())),
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

/// A token with these claims, and others in the place of some.
fn signed(key: &KeyPair, claims: &str, others: &[(&str, Value)]) -> String {
    let mut claims: Map<String, Value> = serde_json::from_str(claims).unwrap();
    claims.insert("iat".into(), (NOW - 10).into());
    claims.insert("exp".into(), (NOW + 290).into());
    let others = others.iter();
    claims.extend(others.map(|(name, value)| ((*name).to_owned(), value.clone())));
    key.sign(claims, "at+jwt").unwrap()
}

#[test]
fn the_first_screen_is_true() {
    let key = KeyPair::generate(Algorithm::EdDsa, Some("readme")).unwrap();
    let Compiled {
        bytes, warnings, ..
    } = compile(&sources(&[&blocks("yaml")[0]], &key)).unwrap();
    assert!(warnings.is_empty(), "{warnings:?}");
    let engine = Engine::new(remit_engine::plan::decode(&bytes).unwrap()).unwrap();

    let [claims, record] = &blocks("json")[..] else {
        panic!("a token and a record")
    };
    let token = signed(&key, claims, &[]);

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

/// What the MCP server behind the tools has.
const TOOLS: [&str; 3] = ["search_tickets", "close_ticket", "delete_ticket"];

/// A message for the MCP server, and its answer where it is one that lists.
fn message(engine: &Engine, method: &str, params: &Value, token: &str) -> Decided {
    let authorization = format!("Bearer {token}");
    let fields: [Field<'_>; 5] = [
        (b":method", b"POST"),
        (b":path", b"/mcp"),
        (b":authority", b"mcp.corp.example"),
        (b"content-type", b"application/json"),
        (b"authorization", authorization.as_bytes()),
    ];
    let body = json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).to_string();
    let tools = TOOLS.map(|name| json!({"name": name}));
    let answer = json!({"jsonrpc": "2.0", "id": 1, "result": {"tools": tools}}).to_string();
    decide_contents(
        engine,
        &fields,
        Contents {
            body: Some(&body),
            answer: Some(&answer),
        },
        Route::AsDecided,
        UnixTime::from_seconds(NOW),
        &TrialHost::default(),
    )
}

#[test]
fn tools_are_listed_and_called_as_shown() {
    let key = KeyPair::generate(Algorithm::EdDsa, Some("readme")).unwrap();
    let [policy, tools, ..] = &blocks("yaml")[..] else {
        panic!("a policy, and tools")
    };
    let Compiled {
        bytes, warnings, ..
    } = compile(&sources(&[policy, tools], &key)).unwrap();
    assert!(warnings.is_empty(), "{warnings:?}");
    let engine = Engine::new(remit_engine::plan::decode(&bytes).unwrap()).unwrap();
    let others = [
        ("aud", json!("https://mcp.corp.example")),
        ("task", json!("helpdesk")),
        ("tickets", json!(["T-1"])),
    ];
    let token = signed(&key, &blocks("json")[0], &others);

    let shown = blocks("");
    let shown = shown.iter().find(|block| block.contains("tools/")).unwrap();
    let [list, calls @ ..] = &shown.lines().collect::<Vec<_>>()[..] else {
        panic!("a list, and calls")
    };
    let (method, names) = list.split_once("->").unwrap();
    let listed = message(&engine, method.trim(), &json!({}), &token).listed;
    let expected = names.split("  ").next().unwrap().trim().split(", ");
    assert_eq!(listed.unwrap().names, expected.collect::<Vec<_>>());

    let mut statuses = vec![];
    for line in calls {
        let (call, expected) = line.split_once("->").unwrap();
        let [method, name, arguments] = call.splitn(3, ' ').collect::<Vec<_>>()[..] else {
            panic!("{line}")
        };
        let arguments: Value = serde_json::from_str(arguments.trim()).unwrap();
        let params = json!({"name": name, "arguments": arguments});
        let answer = message(&engine, method, &params, &token).answer;
        let status = answer.as_ref().map_or(200, |answer| answer.status);
        assert!(expected.trim().starts_with(&status.to_string()), "{line}");
        if let Some(answer) = answer {
            let error: Value = serde_json::from_str(&answer.body).unwrap();
            assert!(
                error["error"]["code"].is_i64() && error["id"] == 1,
                "{error}"
            );
        }
        statuses.push(status);
    }
    assert_eq!(statuses, [200, 403]);
}

#[test]
fn the_misspelt_claim_is_told_as_shown() {
    let key = KeyPair::generate(Algorithm::EdDsa, Some("readme")).unwrap();
    let policy = blocks("yaml")[0].replace("token.?refundable", "token.?refundble");
    let sources = sources(&[&policy], &key);
    let Rejected { diagnostics, .. } = compile(&sources).unwrap_err();
    let told = human(&diagnostics[0], &sources, Colour::None);
    let shown = blocks("")
        .into_iter()
        .find(|block| block.starts_with("error["))
        .unwrap();
    assert_eq!(told.trim_end(), shown.trim_end());
}
