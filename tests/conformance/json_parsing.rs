//! JSONTestSuite against the reader of a token's JSON, and against that of bodies, to which they
//! come whole and in pieces.
//!
//! Valid JSON that a token may not have is refused on purpose: whether a document is of that kind
//! is asked of an independent reader, so that a case that nobody has seen yet is judged as well.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use remit_engine::json;
use remit_engine::json::reader::{ReadError, Reader};
use remit_engine::limits;
use remit_tests::vectors::{JSON_PARSING, Tally};
use serde::Deserialize;
use serde::de::{IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

/// What should become of a document, as `serde_json` sees it.
#[derive(Debug, PartialEq)]
enum Stance {
    Read,
    /// Not JSON that can be read.
    Unreadable,
    /// Valid, and refused: why.
    OnPurpose(&'static str),
}

/// What reads documents, and how much of them.
struct Kind {
    name: &'static str,
    accepts: fn(&[u8]) -> Result<bool, String>,
    depth: usize,
    values: usize,
}

const KINDS: [Kind; 2] = [
    Kind {
        name: "token",
        accepts: |content| Ok(json::parse(content).is_ok()),
        depth: limits::JSON_DEPTH,
        values: limits::JSON_VALUES,
    },
    Kind {
        name: "body",
        accepts: accepts_body,
        depth: limits::BODY_DEPTH,
        values: limits::BODY_VALUES,
    },
];

/// Whether a body is read, if it does not matter how it comes.
fn accepts_body(content: &[u8]) -> Result<bool, String> {
    let whole = read(&[content]);
    let bytes: Vec<&[u8]> = content.chunks(1).collect();
    if read(&bytes) != whole {
        return Err("it is read differently byte by byte".to_owned());
    }
    // Beyond that every cut would take too long, and there is nothing new in so long a document.
    for at in 0..content.len().min(512) {
        let (head, tail) = content.split_at(at);
        if read(&[head, tail]) != whole {
            return Err(format!("it is read differently when it is cut at {at}"));
        }
    }
    Ok(whole.is_ok())
}

fn read(chunks: &[&[u8]]) -> Result<json::Json<'static>, ReadError> {
    let mut reader = Reader::new(limits::MOST_BODY_BYTES as usize);
    chunks.iter().try_for_each(|chunk| reader.push(chunk))?;
    reader.finish()
}

pub(crate) fn run() -> Vec<Tally> {
    KINDS.iter().map(judge).collect()
}

fn judge(kind: &Kind) -> Tally {
    let mut tally = Tally::new(JSON_PARSING.name);
    for case in JSON_PARSING
        .cases("test_parsing")
        .expect("the vectors are there")
    {
        let (id, content) = document(&case);
        let name = format!("{} {id}", kind.name);
        let accepted = match (kind.accepts)(&content) {
            Ok(accepted) => accepted,
            Err(why) => {
                tally.check(&name, Err(why));
                continue;
            }
        };
        let verdict = match (case["expect"].as_str(), kind.stance(&content)) {
            (Some("accept"), Stance::OnPurpose(why)) if !accepted => {
                tally.note(format!("{name}: valid JSON, refused on purpose: it {why}"));
                Ok(())
            }
            (Some("accept"), Stance::Read) if accepted => Ok(()),
            (Some("reject"), _) if !accepted => Ok(()),
            // Either will do, but as it is read everywhere else.
            (Some("either"), stance) if accepted == (stance == Stance::Read) => Ok(()),
            (expect, stance) => Err(format!(
                "expected {expect:?}, {stance:?}, accepted: {accepted}"
            )),
        };
        tally.check(&name, verdict);
    }
    // Documents that parsers read differently: what repeats a member or is not Unicode is refused.
    for case in JSON_PARSING
        .cases("test_transform")
        .expect("the vectors are there")
    {
        let (id, content) = document(&case);
        let stance = kind.stance(&content);
        let verdict = match (kind.accepts)(&content) {
            Ok(accepted) if accepted == (stance == Stance::Read) => Ok(()),
            Ok(accepted) => Err(format!("accepted: {accepted}, {stance:?}")),
            Err(why) => Err(why),
        };
        tally.check(&format!("{} {id}", kind.name), verdict);
    }
    tally
}

fn document(case: &Value) -> (&str, Vec<u8>) {
    let id = case["id"].as_str().expect("a case has an id");
    let content = case["content_b64"].as_str().expect("a case has content");
    (id, STANDARD.decode(content).expect("the content is base64"))
}

impl Kind {
    fn stance(&self, content: &[u8]) -> Stance {
        let Ok(value) = serde_json::from_slice::<Value>(content) else {
            return Stance::Unreadable;
        };
        let Ok(Members(written)) = serde_json::from_slice(content) else {
            return Stance::Unreadable;
        };
        let (kept, values, depth) = measure(&value);
        if written != kept {
            Stance::OnPurpose("repeats a member")
        } else if depth > self.depth {
            Stance::OnPurpose("is too deep")
        } else if values > self.values {
            Stance::OnPurpose("has too many values")
        } else {
            Stance::Read
        }
    }
}

/// Members that are left, values and depth.
fn measure(value: &Value) -> (usize, usize, usize) {
    let parts: Vec<&Value> = match value {
        Value::Array(elements) => elements.iter().collect(),
        Value::Object(members) => members.values().collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => return (0, 1, 0),
    };
    let own = if value.is_object() { parts.len() } else { 0 };
    parts
        .into_iter()
        .map(measure)
        .fold((own, 1, 1), |(members, values, depth), part| {
            (members + part.0, values + part.1, depth.max(part.2 + 1))
        })
}

/// How many members are written in a document, repeated ones counted each time.
struct Members(usize);

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: serde::Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        reader.deserialize_any(Counter).map(Self)
    }
}

struct Counter;

impl<'de> Visitor<'de> for Counter {
    type Value = usize;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<usize, E> {
        Ok(0)
    }

    fn visit_bool<E>(self, _: bool) -> Result<usize, E> {
        Ok(0)
    }

    fn visit_i64<E>(self, _: i64) -> Result<usize, E> {
        Ok(0)
    }

    fn visit_u64<E>(self, _: u64) -> Result<usize, E> {
        Ok(0)
    }

    fn visit_f64<E>(self, _: f64) -> Result<usize, E> {
        Ok(0)
    }

    fn visit_str<E>(self, _: &str) -> Result<usize, E> {
        Ok(0)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<usize, A::Error> {
        let mut members = 0;
        while let Some(Members(inside)) = elements.next_element()? {
            members += inside;
        }
        Ok(members)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<usize, A::Error> {
        let mut members = 0;
        while entries.next_key::<IgnoredAny>()?.is_some() {
            let Members(inside) = entries.next_value()?;
            members += 1 + inside;
        }
        Ok(members)
    }
}
