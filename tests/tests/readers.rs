//! What the engine reads of a message is what servers read of it, however lenient they are: the
//! readers of Python and of JavaScript, and one that does not care about the case of names.
//!
//! Each gets a few thousand bodies at once, made from good ones by hostile changes.
#![expect(clippy::unwrap_used, reason = "a test fails loudly")]

use std::fs::File;
use std::io::{Seek as _, Write as _};
use std::path::PathBuf;
use std::process::Command;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use remit_engine::json::reader::Reader;
use remit_engine::limits;
use remit_engine::rpc::Messages;
use remit_tests::places;
use remit_tests::vectors::MCP_A2A;
use serde_json::{Value, json};

/// How many bodies are made.
const BODIES: usize = 6000;
/// So that each run makes the same.
const SEED: u64 = 0x5eed;

/// Reads lines of base64; prints `[method, name, uri]` of each, or `null` for what is no JSON.
const PYTHON: &str = r#"
import base64, json, sys

def shown(read, body):
    try:
        message = read(body)
        params = message.get("params", {})
        return [message.get("method"), params.get("name"), params.get("uri")]
    except (ValueError, AttributeError):
        return None

KNOWN = ["jsonrpc", "id", "method", "params", "name", "uri", "arguments"]

class Lenient(dict):
    def __init__(self, pairs):
        for name, value in pairs:
            self[next((one for one in KNOWN if one == name.casefold()), name)] = value

readers = {
    "plain": json.loads,
    "lenient": lambda body: json.loads(body, object_pairs_hook=Lenient),
}
for line in sys.stdin:
    print(json.dumps(shown(readers[sys.argv[1]], base64.b64decode(line))))
"#;

/// The same.
const JAVASCRIPT: &str = r#"
const lines = require("fs").readFileSync(0, "utf8").split("\n").filter((line) => line);
for (const line of lines) {
  let shown = null;
  try {
    const message = JSON.parse(Buffer.from(line, "base64").toString("utf8"));
    const params = message.params ?? {};
    shown = [message.method ?? null, params.name ?? null, params.uri ?? null];
  } catch {}
  console.log(JSON.stringify(shown));
}
"#;

#[test]
fn what_is_accepted_is_read_in_the_same_way_by_everyone() {
    let bodies = bodies();
    let ours: Vec<(Vec<u8>, Value)> = bodies
        .into_iter()
        .filter_map(|body| read(&body).map(|shown| (body, shown)))
        .collect();
    assert!(ours.len() > BODIES / 10, "{} are accepted", ours.len());
    assert!(ours.len() < BODIES * 9 / 10, "{} are accepted", ours.len());
    let readers: [(&str, PathBuf, &[&str]); 3] = [
        ("Python", places::python(), &["-c", PYTHON, "plain"]),
        ("lenient", places::python(), &["-c", PYTHON, "lenient"]),
        ("JavaScript", places::node(), &["-e", JAVASCRIPT]),
    ];
    for (name, program, arguments) in readers {
        let theirs = ask(Command::new(program).args(arguments), &ours);
        assert_eq!(theirs.len(), ours.len(), "{name} answers each");
        for ((body, ours), theirs) in ours.iter().zip(&theirs) {
            let body = String::from_utf8_lossy(body);
            assert_eq!(theirs, ours, "{name} reads {body:?}");
        }
    }
}

/// What is decided on: of bodies with one message that is no response.
fn read(body: &[u8]) -> Option<Value> {
    let mut reader = Reader::new(limits::MOST_BODY_BYTES as usize);
    reader.push(body).ok()?;
    let json = reader.finish().ok()?;
    let messages = Messages::read(&json).ok()?;
    let Messages::One(message) = messages else {
        return None;
    };
    // Where it is something else than a string, it names nothing here.
    let text = |name: &str| {
        let params = message.params().and_then(|params| params.member(name));
        params.map_or(Some(None), |_| message.text(name).map(Some))
    };
    Some(json!([message.method()?, text("name")?, text("uri")?]))
}

fn ask(command: &mut Command, bodies: &[(Vec<u8>, Value)]) -> Vec<Value> {
    let mut input: File = tempfile::tempfile().unwrap();
    for (body, _) in bodies {
        writeln!(input, "{}", STANDARD.encode(body)).unwrap();
    }
    input.rewind().unwrap();
    let output = command.stdin(input).output().unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn bodies() -> Vec<Vec<u8>> {
    let mut good: Vec<Vec<u8>> = [
        r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"read_file","arguments":{"path":"/a","n":1.5}}}"#,
        r#"{"jsonrpc":"2.0","id":"a","method":"resources/read","params":{"uri":"file:///a","_meta":{}}}"#,
        r#" { "params" : { "arguments" : [ {} ] , "name" : "caf\u00e9 \ud83d\ude00" } , "method" : "prompts/get" , "id" : 7 , "jsonrpc" : "2.0" } "#,
    ]
    .map(|text| text.as_bytes().to_vec())
    .to_vec();
    if places::vectors().is_some() {
        let cases = MCP_A2A.cases("jsonrpc_bodies").unwrap();
        let bodies = cases.iter().filter_map(|case| case["body_b64"].as_str());
        good.extend(bodies.map(|body| STANDARD.decode(body).unwrap()));
    }
    let mut random = fastrand::Rng::with_seed(SEED);
    (0..BODIES)
        .map(|_| {
            let mut body = random.choice(&good).unwrap().clone();
            for _ in 0..random.usize(1..4) {
                change(&mut body, &mut random);
            }
            body
        })
        .collect()
}

/// Members and values that readers do not agree on.
const PIECES: &[&str] = &[
    r#""name":"delete_all","#,
    r#""Name":"delete_all","#,
    r#""NAME":"delete_all","#,
    r#""n\u0061me":"delete_all","#,
    r#""method":"tools/list","#,
    r#""Method":"tools/list","#,
    r#""param\u017f":{"name":"delete_all"},"#,
    r#""PARAMS":{"name":"delete_all"},"#,
    "\"param\u{17f}\":{},",
    r#""uri":"file:///etc","#,
    r#""Uri":"file:///etc","#,
    r#""other":{"name":"delete_all"},"#,
    r#""x":1e400,"#,
    r#""x":-0,"#,
    r#""x":NaN,"#,
    r#""x":Infinity,"#,
    r#""x":123456789012345678901234567890,"#,
    r#""x":"\ud800","#,
    r#""x":"\udc00\ud800","#,
    r#""__proto__":{"name":"delete_all"},"#,
    r#""":null,"#,
    r#""\u0000":[],"#,
];

fn change(body: &mut Vec<u8>, random: &mut fastrand::Rng) {
    let at = random.usize(..=body.len());
    match random.u8(..8) {
        // A member more, in one of the objects.
        0..3 => {
            let braces = body.iter().enumerate().filter(|(_, byte)| **byte == b'{');
            let places: Vec<usize> = braces.map(|(at, _)| at + 1).collect();
            if let Some(at) = random.choice(&places) {
                let piece = random.choice(PIECES).unwrap();
                body.splice(at..at, piece.bytes());
            }
        }
        // A letter written as an escape.
        3..5 => {
            if let Some(byte) = body.get(at).filter(|byte| byte.is_ascii_alphabetic()) {
                let escape = format!("\\u{:04x}", byte);
                body.splice(at..=at, escape.bytes());
            }
        }
        // Another case.
        5 => {
            if let Some(byte) = body.get_mut(at) {
                *byte ^= if byte.is_ascii_alphabetic() { 0x20 } else { 0 };
            }
        }
        // Something in between.
        6 => {
            let pieces: [&[u8]; 12] = [
                b" ",
                b"\r\n",
                b"\0",
                b"\xef\xbb\xbf",
                b"\xc2\xa0",
                b"\xff",
                b"/**/",
                b",",
                b"\\",
                b"\x1f",
                b"\x7f",
                b"\xe2\x80\x8b",
            ];
            let piece = random.choice(pieces).unwrap();
            body.splice(at..at, piece.iter().copied());
        }
        _ => {
            if at < body.len() {
                body.remove(at);
            }
        }
    }
}
