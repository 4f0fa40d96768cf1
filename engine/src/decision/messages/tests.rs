//! Decisions by bodies, on a small plan with an MCP endpoint beside the orders.

use serde_json::{Value, json};

use crate::decision::{Body, Decision, Reason, Unread, Visibility};
use crate::json::reader::Reader;
use crate::plan::*;
use crate::request::RequestHead;
use crate::tests::{Local, always, engine, literal, mint, operation, triage};
use crate::time::UnixTime;

mod a2a;
mod approved;
mod bounded;
mod http;
mod mcp;

const NOW: i64 = 1100;
const TRIAGE: &str = r#","task":"triage","task_id":"run-1""#;

/// A request and where it is tried.
struct Tried<'a> {
    engine: &'a crate::Engine,
    host: &'a Local,
    token: String,
    method: &'a str,
    path: &'a str,
    more: Vec<(&'a str, &'a str)>,
}

/// What came of it.
struct Came {
    reason: Reason,
    /// The record, as JSON.
    record: Value,
    /// What the caller is told, where it is refused.
    answer: Option<(u16, Value)>,
    watch: crate::decision::Watch,
}

impl<'a> Tried<'a> {
    fn new(engine: &'a crate::Engine, host: &'a Local, path: &'a str) -> Self {
        Self {
            engine,
            host,
            token: mint(TRIAGE),
            method: "POST",
            path,
            more: vec![("content-type", "application/json")],
        }
    }

    fn with(mut self, name: &'a str, value: &'a str) -> Self {
        self.more.push((name, value));
        self
    }

    fn by_http(mut self, method: &'a str) -> Self {
        self.method = method;
        self
    }

    fn by(mut self, token: String) -> Self {
        self.token = token;
        self
    }

    /// Head and body, as the filter hands them over. A decision by the head alone is told as it is.
    fn sends(&self, body: &str) -> Came {
        let credential = format!("Bearer {}", self.token);
        let mut fields: Vec<(&[u8], &[u8])> = vec![
            (b":method", self.method.as_bytes()),
            (b":path", self.path.as_bytes()),
            (b":authority", b"api.corp.example"),
            (b"authorization", credential.as_bytes()),
        ];
        let more = self.more.iter();
        fields.extend(more.map(|(name, value)| (name.as_bytes(), value.as_bytes())));
        let head = RequestHead::new(&fields);
        let now = UnixTime::from_seconds(NOW);
        let mut decision = self.engine.decide(&head, now, self.host);
        if let Decision::Read(reading) = &decision {
            let progress = reading.progress();
            let mut reader = Reader::new(progress.most());
            let read = reader.push(body.as_bytes()).and_then(|()| reader.finish());
            let content = match (&read, body) {
                (_, "") => Err(Unread::Absent),
                (Ok(json), _) => Ok(json),
                (Err(_), _) => Err(Unread::Malformed),
            };
            let body = Body {
                content,
                progress: &progress,
            };
            decision = self.engine.decide_whole(&head, &body, now, self.host);
        }
        let confirmed = match decision.settled() {
            Ok(allow) => allow.confirm(Some(b"orders"), self.host),
            Err(refusal) => Err(refusal),
        };
        match confirmed {
            Ok(permit) => Came {
                reason: permit.record().reason(),
                record: serde_json::from_str(&permit.record().to_json()).unwrap(),
                answer: None,
                watch: *permit.watch(),
            },
            Err(refusal) => {
                let answer = refusal.answer();
                Came {
                    reason: refusal.record().reason(),
                    record: serde_json::from_str(&refusal.record().to_json()).unwrap(),
                    answer: Some((answer.status, serde_json::from_str(&answer.body).unwrap())),
                    watch: crate::decision::Watch::default(),
                }
            }
        }
    }

    fn calls(&self, message: &Value) -> Came {
        self.sends(&message.to_string())
    }

    /// What a list shows of something.
    fn sees(&self, kind: crate::answers::ListKind, name: &str) -> Visibility {
        let credential = format!("Bearer {}", self.token);
        let fields: Vec<(&[u8], &[u8])> = vec![
            (b":method", b"POST"),
            (b":path", self.path.as_bytes()),
            (b":authority", b"api.corp.example"),
            (b"authorization", credential.as_bytes()),
            (b"content-type", b"application/json"),
        ];
        let head = RequestHead::new(&fields);
        let now = UnixTime::from_seconds(NOW);
        let Decision::Read(reading) = self.engine.decide(&head, now, self.host) else {
            panic!("an endpoint reads bodies");
        };
        let progress = reading.progress();
        let message = json!({"jsonrpc": "2.0", "id": 1, "method": "ping"}).to_string();
        let mut reader = Reader::new(progress.most());
        reader.push(message.as_bytes()).unwrap();
        let message = reader.finish().unwrap();
        let body = Body {
            content: Ok(&message),
            progress: &progress,
        };
        let decision = self.engine.decide_whole(&head, &body, now, self.host);
        let allow = decision.settled().expect("a ping is allowed");
        let permit = allow.confirm(Some(b"orders"), self.host).unwrap();
        let grounds = permit.grounds().unwrap();
        let viewer = self.engine.viewer(&head, &grounds, now).unwrap();
        viewer.sees(kind, name)
    }
}

fn arguments(declared: Vec<(u32, Type, Presence)>, others: Others) -> BodyShape {
    let declared = declared.into_iter().map(|(name, ty, presence)| Parameter {
        name: NameId(name),
        ty,
        presence,
    });
    BodyShape::Json(Members {
        declared: declared.collect(),
        others,
        body_bytes: 1000,
        logged: vec![],
        amount: None,
        recipient: None,
    })
}

fn call(kind: CallKind, target: Target) -> Option<Call> {
    Some(Call {
        kind,
        target,
        pin: None,
        mirrored: vec![],
    })
}

fn rule(id: &str, effect: Effect, condition: Option<u32>) -> Rule {
    Rule {
        id: id.into(),
        effect,
        mode: Mode::Enforce,
        condition: condition.map(ProgramId),
        demand: None,
    }
}

/// A condition: an input equals a text.
fn equals(slot: u32, text: &str) -> Program {
    Program {
        nodes: vec![
            Node::Read(SlotId(slot)),
            Node::Constant(Datum::String(text.into())),
            Node::Equal(NodeId(0), NodeId(1)),
        ],
        locals: 0,
    }
}
