//! What was done before, as decisions read and write it: held against a plain reference, in all
//! interleavings of a few workers, and under attack.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use serde_json::json;

use crate::Engine;
use crate::crypto::{HostCrypto, HostVerdict};
use crate::decision::{Again, Allow, Body, Decision, Permit, Reason, Refusal};
use crate::host::{Change, Host, Kept, MarkId, Stored, Unavailable};
use crate::json::reader::Reader;
use crate::plan::*;
use crate::request::RequestHead;
use crate::tests::{always, capture, engine, literal, operation, sign, triage};
use crate::time::UnixTime;

mod attacks;
mod interleaved;
mod policy;
mod random;
mod reference;

/// What calls are about here: an operation and the value of its one argument.
type Asked = (OperationId, u8);

/// The operations that there are: one by HTTP, two tools.
const READ: OperationId = OperationId(0);
const PAY: OperationId = OperationId(3);
const MAIL: OperationId = OperationId(4);
const ALL: [OperationId; 3] = [READ, PAY, MAIL];

thread_local! {
    static TOKENS: RefCell<BTreeMap<String, String>> = RefCell::default();
}

/// Who calls: small numbers stand for names.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Who {
    /// The agent that acts, then those who handed the task on.
    agents: Vec<u8>,
    principal: u8,
    task_id: u8,
    session: u8,
    tenant: u8,
    has_task: bool,
}

impl Who {
    fn first() -> Self {
        Self {
            agents: vec![0],
            principal: 0,
            task_id: 0,
            session: 0,
            tenant: 0,
            has_task: true,
        }
    }

    fn token(&self) -> String {
        let mut act = None;
        for agent in self.agents.iter().rev() {
            let sub = format!("agent/a{agent}");
            act = Some(match act {
                None => json!({"sub": sub}),
                Some(act) => json!({"sub": sub, "act": act}),
            });
        }
        let payload = json!({
            "iss": "https://sts.corp.example",
            "aud": "https://api.corp.example",
            "sub": format!("agent/p{}", self.principal),
            "iat": 1000,
            "exp": 1890,
            "act": act,
            "task": if self.has_task { "triage" } else { "another" },
            "run": format!("r{}", self.task_id),
            "session": format!("s{}", self.session),
            "tenant": format!("t{}", self.tenant),
        });
        let payload = payload.to_string();
        // Signing takes longer than deciding.
        TOKENS.with_borrow_mut(|tokens| {
            let signed = || sign(r#"{"alg":"EdDSA","kid":"k1"}"#, &payload);
            tokens.entry(payload.clone()).or_insert_with(signed).clone()
        })
    }
}

/// One request: a call by HTTP, or messages with one call each.
#[derive(Debug, Clone)]
struct Request {
    who: Who,
    calls: Vec<Asked>,
    /// In milliseconds.
    now: i64,
}

/// A table of histories. Of what is written to it, so much fails.
#[derive(Default)]
struct Table {
    entries: RefCell<BTreeMap<MarkId, Vec<u8>>>,
    /// Whether nothing can be read.
    is_away: Cell<bool>,
    /// After so many that work, one write is answered with this.
    broken: Cell<Option<(u32, Result<Stored, Unavailable>)>>,
}

impl HostCrypto for Table {
    fn verify(&self, _: Algorithm, _: &[u8], _: &[u8], _: &[u8]) -> HostVerdict {
        HostVerdict::Unsupported
    }
}

impl Host for Table {
    fn history(&self, _: u32, id: &MarkId, _: UnixTime) -> Result<Kept, Unavailable> {
        if self.is_away.get() {
            return Err(Unavailable);
        }
        Ok(Kept {
            bytes: self.entries.borrow().get(id).cloned(),
            since: UnixTime::from_seconds(0),
        })
    }

    fn keep(&self, _: u32, change: &Change<'_>, _: UnixTime) -> Result<Stored, Unavailable> {
        if self.is_away.get() {
            return Err(Unavailable);
        }
        if let Some((works, answer)) = self.broken.take() {
            if works == 0 {
                return answer;
            }
            self.broken.set(Some((works - 1, answer)));
        }
        let mut entries = self.entries.borrow_mut();
        if entries.get(change.id).map(Vec::as_slice) != change.before {
            return Ok(Stored::Changed);
        }
        entries.insert(*change.id, change.after.to_vec());
        Ok(Stored::Done)
    }
}

/// A request as bytes.
struct Sent {
    fields: Vec<(Vec<u8>, Vec<u8>)>,
    body: String,
    now: UnixTime,
}

impl Sent {
    fn new(request: &Request) -> Self {
        let (method, path, body) = match request.calls[..] {
            [(READ, target)] => ("GET", format!("/v1/orders/{target}"), String::new()),
            _ => {
                let name = |id| if id == PAY { "pay" } else { "mail" };
                let calls = request.calls.iter().map(|(id, target)| {
                    json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {
                        "name": name(*id), "arguments": {"to": target.to_string()}}})
                });
                let all: Vec<_> = calls.collect();
                let body = match &all[..] {
                    [one] => one.to_string(),
                    all => json!(all).to_string(),
                };
                ("POST", "/mcp".to_owned(), body)
            }
        };
        let credential = format!("Bearer {}", request.who.token());
        let fields = [
            (":method", method),
            (":path", &path),
            (":authority", "api.corp.example"),
            ("authorization", &credential),
            ("content-type", "application/json"),
        ];
        let owned = |(name, value): (&str, &str)| (name.into(), value.into());
        Self {
            fields: fields.into_iter().map(owned).collect(),
            body,
            now: UnixTime::from_millis(request.now),
        }
    }

    fn decide<'e>(
        &self,
        engine: &'e Engine,
        host: &dyn Host,
        again: &Again,
    ) -> Result<Allow<'e>, Box<Refusal<'e>>> {
        let fields = self.fields.iter();
        let fields: Vec<(&[u8], &[u8])> = fields.map(|(a, b)| (&a[..], &b[..])).collect();
        let head = RequestHead::new(&fields);
        let decision = engine.decide_again(&head, again, self.now, host);
        let Decision::Read(reading) = decision else {
            return decision.settled().map_err(Box::new);
        };
        let progress = reading.progress();
        let mut reader = Reader::new(progress.most());
        reader.push(self.body.as_bytes()).unwrap();
        let json = reader.finish().unwrap();
        let body = Body {
            content: Ok(&json),
            progress: &progress,
        };
        let decision = engine.decide_whole(&head, &body, self.now, host);
        decision.settled().map_err(Box::new)
    }

    /// Decides until nobody else was quicker.
    fn settle<'e>(
        &self,
        engine: &'e Engine,
        host: &dyn Host,
        mut first: Option<Result<Allow<'e>, Box<Refusal<'e>>>>,
    ) -> Result<Permit<'e>, Box<Refusal<'e>>> {
        let mut again = Again::default();
        for _ in 0..crate::limits::HISTORY_TRIES {
            let decided = first.take();
            let decided = decided.unwrap_or_else(|| self.decide(engine, host, &again));
            let confirmed = match decided {
                Ok(allow) => allow.confirm(Some(b"orders"), host).map_err(Box::new),
                Err(refusal) => Err(refusal),
            };
            match confirmed {
                Ok(permit) => return Ok(permit),
                Err(mut refusal) => match refusal.again() {
                    Some(next) => again = next,
                    None => return Err(refusal),
                },
            }
        }
        panic!("it never ends");
    }
}

/// What came of a request, in the terms of the policy.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Came {
    reason: Reason,
    /// Of a refusal: the rule or limit.
    rule: Option<String>,
    observed: Vec<String>,
}

/// Sends a request, and counts its refusal.
fn send(engine: &Engine, host: &dyn Host, request: &Request) -> Came {
    let settled = Sent::new(request).settle(engine, host, None);
    came(settled, host).0
}

fn came<'e>(
    settled: Result<Permit<'e>, Box<Refusal<'e>>>,
    host: &dyn Host,
) -> (Came, Option<Permit<'e>>) {
    let record = match &settled {
        Ok(permit) => permit.record(),
        Err(refusal) => {
            refusal.count(host);
            refusal.record()
        }
    };
    let rule = record.rule().filter(|_| settled.is_err());
    let came = Came {
        reason: record.reason(),
        rule: rule.map(str::to_owned),
        observed: record
            .observed()
            .iter()
            .map(|id| (*id).to_owned())
            .collect(),
    };
    (came, settled.ok())
}

/// A policy without history: everybody may call everything, alone or in a chain of eight.
fn open() -> Plan {
    let mut plan = triage();
    plan.requires.push(Capability::Bodies);
    plan.names.push("to".into());
    let to = NameId(4);
    let names = &mut plan.issuers[0].names;
    names.task_id = Some(vec!["run".into()]);
    names.session = Some(vec!["session".into()]);
    names.tenant = Some(vec!["tenant".into()]);
    plan.tasks[0].delegation = Some(Delegation {
        depth: 8,
        to: plan.tasks[0].agents.clone(),
    });
    plan.resources.push(Resource {
        name: "desk".into(),
        cluster: Some("orders".into()),
        endpoint: Some(Endpoint {
            protocol: Protocol::Mcp,
            path: vec!["mcp".into()],
            rest: None,
            body_bytes: 8192,
            conditional: Conditional::Mark,
            errors: ErrorCodes::Own(4030),
            origins: vec![],
        }),
        ..plan.resources[0].clone()
    });
    let tool = |name: &str| Operation {
        resource: Some(ResourceId(1)),
        body: BodyShape::Json(Members {
            declared: vec![Parameter {
                name: to,
                ty: Type::String,
                presence: Presence::Mandatory,
            }],
            others: Others::Refuse,
            body_bytes: 1000,
            logged: vec![],
            amount: None,
            recipient: None,
        }),
        call: Some(Call {
            kind: CallKind::Tool,
            target: Target::Name(name.into()),
            pin: None,
            mirrored: vec![],
        }),
        ..operation(name, "POST", vec![literal("mcp")])
    };
    plan.operations.extend([tool("pay"), tool("mail")]);
    plan.operations[0].template = vec![literal("v1"), literal("orders"), capture(0)];
    plan.tasks[0].rules = ALL.map(|id| (id, always([0]))).to_vec();
    // What a call is about: programs 0 and 1.
    plan.slots = vec![Slot::Capture(NameId(0)), Slot::Argument(to), Slot::Now];
    plan.programs = [0, 1]
        .map(|slot| Program {
            nodes: vec![Node::ReadOptional(SlotId(slot))],
            locals: 0,
        })
        .to_vec();
    plan.history.capacity = 1024;
    plan.history.keep = 3600;
    plan
}

fn limit(id: &str, counts: Counts, at_most: u32) -> Limit {
    Limit {
        id: id.into(),
        key: history_key(&["limit", id]),
        mode: Mode::Enforce,
        per: Per::TaskId,
        counts,
        operations: ALL.map(|id| (id, 1)).to_vec(),
        at_most,
        window: None,
        since: None,
        beyond: Beyond::Refuse,
        fleet: None,
    }
}

/// What calls are about here.
fn target() -> Vec<ProgramId> {
    vec![ProgramId(0), ProgramId(1)]
}

/// Gives a plan its limits.
fn limited(limits: impl IntoIterator<Item = Limit>) -> Plan {
    let mut plan = open();
    plan.history.limits = limits.into_iter().collect();
    let count = u32::try_from(plan.history.limits.len()).unwrap();
    plan.tasks[0].limits = (0..count).map(LimitId).collect();
    plan
}
