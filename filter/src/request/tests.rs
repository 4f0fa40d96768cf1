use std::cell::RefCell;
use std::rc::Rc;

use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::{Signature, SigningKey};
use remit_engine::plan::{
    Access, Algorithm, AudienceId, Binding, ClaimNames, Class, Effect, Forwarding, Issuer,
    IssuerId, Key, KeyKind, Mode, Operation, OperationId, Pattern, Plan, Profile, QueryShape,
    Resource, ResourceId, Rule, RuleId, RuleSet, Segment, Task, TemplateSegment, encode,
};
use remit_engine::time::UnixTime;

use super::*;
use crate::gateway::Counter;
use crate::offload::Availability;

const NOW: i64 = 1_800_000_000;

/// A gateway that does as it is told and writes down what it is asked.
#[derive(Default)]
struct Scripted {
    configuration: Vec<u8>,
    head: Vec<u8>,
    trailers: Vec<u8>,
    cluster: Option<Vec<u8>>,
    /// What the foreign function answers; `Err` is a status.
    foreign: Option<Result<Vec<u8>, u32>>,
    /// The call, counted from 0, that fails.
    fails_at: Option<usize>,
    calls: RefCell<Vec<String>>,
    records: RefCell<Vec<String>>,
    answers: RefCell<Vec<(u16, String, String)>>,
}

impl Scripted {
    fn call(&self, call: &'static str, detail: &str) -> Result<(), CallFailed> {
        let mut calls = self.calls.borrow_mut();
        let fails = self.fails_at == Some(calls.len());
        calls.push(format!("{call} {detail}").trim().to_owned());
        if fails {
            Err(CallFailed {
                call,
                status: CallFailed::INTERNAL_FAILURE,
            })
        } else {
            Ok(())
        }
    }

    fn last_record(&self) -> String {
        self.records.borrow().last().cloned().unwrap_or_default()
    }

    fn last_answer(&self) -> (u16, String) {
        let (status, details, _) = self.answers.borrow().last().cloned().expect("an answer");
        (status, details)
    }
}

impl Gateway for Scripted {
    fn configuration(&self) -> Result<Vec<u8>, CallFailed> {
        Ok(self.configuration.clone())
    }

    fn now(&self) -> Result<UnixTime, CallFailed> {
        self.call("now", "").map(|()| UnixTime::from_seconds(NOW))
    }

    fn request_head(&self) -> Result<Vec<u8>, CallFailed> {
        self.call("head", "").map(|()| self.head.clone())
    }

    fn remove_request_field(&self, name: &[u8]) -> Result<(), CallFailed> {
        self.call("remove", &String::from_utf8_lossy(name))
    }

    fn request_trailers(&self) -> Result<Vec<u8>, CallFailed> {
        self.call("trailers", "").map(|()| self.trailers.clone())
    }

    fn remove_request_trailer(&self, name: &[u8]) -> Result<(), CallFailed> {
        self.call("remove trailer", &String::from_utf8_lossy(name))
    }

    fn replace_request_field(&self, name: &str, value: &str) -> Result<(), CallFailed> {
        self.call("replace", &format!("{name}={value}"))
    }

    fn cluster(&self) -> Result<Option<Vec<u8>>, CallFailed> {
        self.call("cluster", "").map(|()| self.cluster.clone())
    }

    fn write_record(&self, record: &str) -> Result<(), CallFailed> {
        self.call("record", "")?;
        self.records.borrow_mut().push(record.to_owned());
        Ok(())
    }

    fn answer(&self, answer: &LocalAnswer<'_>) -> Result<(), CallFailed> {
        self.call("answer", "")?;
        let headers = pairs::read(answer.headers).expect("a header map");
        let headers = headers.iter().map(|(name, value)| {
            format!(
                "{}: {}\n",
                String::from_utf8_lossy(name),
                String::from_utf8_lossy(value)
            )
        });
        self.answers
            .borrow_mut()
            .push((answer.status, answer.details.into(), headers.collect()));
        Ok(())
    }

    fn define_counter(&self, _name: &str) -> Result<Counter, CallFailed> {
        Ok(Counter(7))
    }

    fn count(&self, counter: Counter) -> Result<(), CallFailed> {
        assert_eq!(counter, Counter(7), "a counter that was never defined");
        self.call("count", "")
    }

    fn call_foreign(&self, function: &str, _arguments: &[u8]) -> Result<Vec<u8>, CallFailed> {
        self.call("foreign", function)?;
        self.foreign
            .clone()
            .unwrap_or(Err(CallFailed::NOT_FOUND))
            .map_err(|status| CallFailed {
                call: "proxy_call_foreign_function",
                status,
            })
    }

    fn log(&self, _level: Level, _line: &str) {}
}

fn key() -> SigningKey {
    SigningKey::from_slice(&[7; 32]).expect("a scalar")
}

fn spki() -> Vec<u8> {
    const PREFIX: &[u8] =
        b"\x30\x59\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07\x03\x42\x00";
    let point = key().verifying_key().to_sec1_point(false);
    [PREFIX, point.as_bytes()].concat()
}

/// `GET /healthz` is public; `GET /v1/orders` needs the task `triage` and goes to `orders`.
fn plan() -> Plan {
    let operation = |name: &str, access, resource, path: &[&str]| Operation {
        resource,
        name: name.into(),
        class: Class::Read,
        access,
        method: "GET".into(),
        template: path
            .iter()
            .map(|part| TemplateSegment::Literal((*part).into()))
            .collect(),
        query: QueryShape::Any,
        scopes: Vec::new(),
        classification: Vec::new(),
        upgrade: None,
    };
    let rules = RuleSet {
        always: vec![RuleId(0)],
        indexed: None,
    };
    Plan {
        policy: "test".into(),
        requires: Vec::new(),
        audiences: vec!["https://api.corp.example".into()],
        claims: Vec::new(),
        names: Vec::new(),
        issuers: vec![Issuer {
            name: "corp".into(),
            issuer: "https://sts.corp.example".into(),
            trust_domain: None,
            profile: Profile::Plain,
            algorithms: vec![Algorithm::Es256],
            keys: vec![Key {
                kid: None,
                kind: KeyKind::P256,
                algorithm: None,
                spki: spki(),
            }],
            key_source: None,
            status_lists: Vec::new(),
            binding: Binding::BearerOk,
            forwarding: Forwarding::Keep,
            detail_types: Vec::new(),
            may_assert: vec![Pattern {
                scheme: "spiffe://".into(),
                segments: vec![Segment::Rest],
            }],
            max_lifetime: 600,
            leeway: 5,
            names: ClaimNames {
                task: vec!["task".into()],
                task_id: Some(vec!["mission".into()]),
                ..ClaimNames::default()
            },
            claims: Vec::new(),
        }],
        sources: Vec::new(),
        deny_feed: None,
        resources: vec![Resource {
            name: "orders".into(),
            host: "api.corp.example".into(),
            audience: Some(AudienceId(0)),
            cluster: Some("orders".into()),
            origin: "https://api.corp.example".into(),
            metadata: None,
            served_metadata: None,
        }],
        operations: vec![
            operation("healthz", Access::Public, None, &["healthz"]),
            operation("list", Access::Task, Some(ResourceId(0)), &["v1", "orders"]),
        ],
        tasks: vec![Task {
            name: "triage".into(),
            issuers: vec![IssuerId(0)],
            agents: vec![Pattern {
                scheme: "spiffe://".into(),
                segments: vec![Segment::Rest],
            }],
            rules: vec![(OperationId(1), rules)],
            delegation: None,
            ends_with: Vec::new(),
        }],
        rules: vec![Rule {
            id: "read".into(),
            effect: Effect::Allow,
            mode: Mode::Enforce,
            condition: None,
            demand: None,
        }],
        break_glass: Vec::new(),
        slots: Vec::new(),
        programs: Vec::new(),
        automata: Vec::new(),
        zones: Vec::new(),
    }
}

fn token() -> String {
    use base64::Engine as _;
    let encode = |bytes: &[u8]| base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes);
    let claims = format!(
        r#"{{"iss":"https://sts.corp.example","sub":"spiffe://corp.example/a","aud":"https://api.corp.example","iat":{},"exp":{},"task":"triage","mission":"m-1"}}"#,
        NOW - 10,
        NOW + 60
    );
    let signed = format!(
        "{}.{}",
        encode(br#"{"alg":"ES256"}"#),
        encode(claims.as_bytes())
    );
    let signature: Signature = key().sign(signed.as_bytes());
    format!("{signed}.{}", encode(&signature.to_bytes()))
}

fn head(path: &str, more: &[(&str, &str)]) -> Vec<u8> {
    head_for("api.corp.example", path, more)
}

fn head_for(host: &str, path: &str, more: &[(&str, &str)]) -> Vec<u8> {
    let mut fields = vec![
        (":method", "GET"),
        (":path", path),
        (":authority", host),
        (":scheme", "https"),
    ];
    fields.extend_from_slice(more);
    pairs::write(&fields).expect("small sizes")
}

fn gateway(head: Vec<u8>) -> Scripted {
    Scripted {
        configuration: encode(&plan()).expect("a plan").0,
        head,
        cluster: Some(b"orders".to_vec()),
        ..Scripted::default()
    }
}

/// A request with a good token, and with headers that only the client vouches for.
fn orders() -> Scripted {
    let bearer = format!("Bearer {}", token());
    gateway(head(
        "/v1/orders",
        &[
            ("authorization", &bearer),
            ("x-remit-agent", "spiffe://corp.example/root"),
            ("x_remit_task", "admin"),
            ("x-original-url", "/admin"),
        ],
    ))
}

fn run(gateway: &Scripted) -> Verdict {
    let vm = Vm::new();
    let plugin = Plugin::load(gateway, &vm).expect("a good plan");
    handle(gateway, &vm, Some(&plugin))
}

#[test]
fn a_public_request_takes_four_calls() {
    let gateway = gateway(head_for("other.example", "/healthz", &[]));
    assert_eq!(run(&gateway), Verdict::Forward);
    assert_eq!(*gateway.calls.borrow(), ["head", "now", "record", "count"]);
    assert!(
        gateway
            .last_record()
            .starts_with(r#"{"decision":"allow","reason":"public""#)
    );
}

#[test]
fn an_allowed_request_is_rewritten_then_routed_then_marked() {
    let gateway = orders();
    assert_eq!(run(&gateway), Verdict::Forward, "{}", gateway.last_record());
    assert_eq!(
        *gateway.calls.borrow(),
        [
            "head",
            "now",
            "foreign verify_signature",
            "remove x-remit-agent",
            "remove x_remit_task",
            "remove x-original-url",
            "replace x-remit-agent=spiffe://corp.example/a",
            "replace x-remit-task=triage",
            "replace x-remit-task-id=m-1",
            "replace x-remit-issuer=corp",
            "cluster",
            "record",
            "count",
        ]
    );
    assert!(
        gateway
            .last_record()
            .starts_with(r#"{"decision":"allow","reason":"allowed""#)
    );
}

/// Whichever call fails, the request is held, no allow mark is left, and the client is answered
/// if the gateway still can.
#[test]
fn no_failing_call_lets_a_request_through() {
    let healthy = orders();
    run(&healthy);
    let calls = healthy.calls.borrow().clone();
    for (index, call) in calls.iter().enumerate() {
        let gateway = Scripted {
            fails_at: Some(index),
            ..orders()
        };
        assert_eq!(run(&gateway), Verdict::Hold, "`{call}` failed");
        assert!(
            gateway.last_record().starts_with(r#"{"decision":"deny","#)
                || gateway
                    .last_record()
                    .starts_with(r#"{"decision":"challenge","#),
            "`{call}` failed, and the record left is {}",
            gateway.last_record()
        );
        let expected = (503, "remit:host_failure".into());
        assert_eq!(gateway.last_answer(), expected, "`{call}` failed");
    }
}

/// A server may merge trailers into the head, so what may not stand there may not stand here.
#[test]
fn trailers_lose_what_the_head_may_not_have_or_hold_the_request() {
    let fields = [
        ("x-sum", "1"),
        ("x-remit-agent", "forged"),
        ("X_Remit_Task", "forged"),
    ];
    let with = |fails_at| Scripted {
        trailers: pairs::write(&fields).expect("a header map"),
        fails_at,
        ..orders()
    };
    let vm = Vm::new();
    let healthy = with(None);
    assert_eq!(handle_trailers(&healthy, &vm), Verdict::Forward);
    assert_eq!(
        *healthy.calls.borrow(),
        [
            "trailers",
            "remove trailer x-remit-agent",
            "remove trailer X_Remit_Task"
        ]
    );
    for index in 0..3 {
        let failing = with(Some(index));
        assert_eq!(
            handle_trailers(&failing, &vm),
            Verdict::Hold,
            "call {index}"
        );
        assert_eq!(failing.last_answer(), (503, "remit:host_failure".into()));
    }
}

#[test]
fn a_refusal_that_cannot_be_recorded_or_answered_is_still_one() {
    let healthy = gateway(head("/nothing", &[]));
    assert_eq!(run(&healthy), Verdict::Hold);
    assert_eq!(
        *healthy.calls.borrow(),
        ["head", "now", "record", "count", "answer"]
    );
    for index in 2..5 {
        let gateway = Scripted {
            fails_at: Some(index),
            ..gateway(head("/nothing", &[]))
        };
        assert_eq!(run(&gateway), Verdict::Hold);
        assert!(!gateway.last_record().contains("allow"));
    }
}

#[test]
fn a_refusal_says_what_the_table_says() {
    let gateway = gateway(head("/v1/orders", &[]));
    assert_eq!(run(&gateway), Verdict::Hold);
    let (status, details, headers) = gateway.answers.borrow()[0].clone();
    assert_eq!((status, details.as_str()), (401, "remit:no_credential"));
    assert!(headers.contains("www-authenticate: Bearer"), "{headers}");
    assert!(
        gateway
            .last_record()
            .starts_with(r#"{"decision":"challenge","#)
    );
}

#[test]
fn another_cluster_refuses_after_the_rewrite() {
    for cluster in [None, Some(b"other".to_vec())] {
        let gateway = Scripted {
            cluster,
            ..orders()
        };
        assert_eq!(run(&gateway), Verdict::Hold);
        assert_eq!(gateway.last_answer(), (403, "remit:wrong_cluster".into()));
        assert_eq!(
            gateway.records.borrow().len(),
            1,
            "an allow was recorded first"
        );
    }
}

#[test]
fn without_a_plan_everything_is_refused() {
    let gateway = gateway(head("/healthz", &[]));
    let vm = Vm::new();
    assert_eq!(handle(&gateway, &vm, None), Verdict::Hold);
    assert_eq!(gateway.last_answer(), (503, "remit:not_configured".into()));
}

#[test]
fn a_head_that_cannot_be_read_is_refused() {
    let gateway = gateway(b"\x01\0\0\0".to_vec());
    assert_eq!(run(&gateway), Verdict::Hold);
    assert_eq!(gateway.last_answer(), (503, "remit:host_failure".into()));
}

#[test]
fn the_gateway_s_crypto_is_believed_and_remembered() {
    let yes = Scripted {
        foreign: Some(Ok(b"\x08\x01".to_vec())),
        ..orders()
    };
    let vm = Vm::new();
    let plugin = Plugin::load(&yes, &vm).expect("a good plan");
    assert_eq!(handle(&yes, &vm, Some(&plugin)), Verdict::Forward);
    assert_eq!(vm.crypto.get(), Availability::Present);
    assert_eq!(handle(&yes, &vm, Some(&plugin)), Verdict::Forward);
    let foreign = yes
        .calls
        .borrow()
        .iter()
        .filter(|call| call.starts_with("foreign"))
        .count();
    assert_eq!(foreign, 1, "the second request found the token verified");

    let no = Scripted {
        foreign: Some(Ok(Vec::new())),
        ..orders()
    };
    assert_eq!(run(&no), Verdict::Hold);
    assert_eq!(no.last_answer(), (401, "remit:bad_signature".into()));
}

/// Streams may hold any number of old plans: what those remember must not add up.
#[test]
fn a_new_plan_lets_the_old_ones_forget_their_tokens() {
    let yes = Scripted {
        foreign: Some(Ok(b"\x08\x01".to_vec())),
        ..orders()
    };
    let verified = || {
        let calls = yes.calls.borrow();
        calls
            .iter()
            .filter(|call| call.starts_with("foreign"))
            .count()
    };
    let vm = Vm::new();
    let load = || {
        let plugin = Rc::new(Plugin::load(&yes, &vm).expect("a good plan"));
        vm.take_in(&plugin);
        plugin
    };
    let old = load();
    for _ in 0..2 {
        assert_eq!(handle(&yes, &vm, Some(&old)), Verdict::Forward);
    }
    assert_eq!(verified(), 1);
    let new = load();
    assert_eq!(handle(&yes, &vm, Some(&new)), Verdict::Forward);
    assert_eq!(verified(), 2);
    assert_eq!(handle(&yes, &vm, Some(&old)), Verdict::Forward);
    assert_eq!(verified(), 3, "the old plan still knew the token");
    assert_eq!(handle(&yes, &vm, Some(&new)), Verdict::Forward);
    assert_eq!(verified(), 3, "the new plan no longer knows the token");
    // Plans that are gone are not kept in mind.
    drop(old);
    drop(load());
    assert_eq!(handle(&yes, &vm, Some(&new)), Verdict::Forward);
    assert_eq!(verified(), 4);
}

#[test]
fn what_is_not_a_plan_is_not_loaded() {
    use crate::plugin::LoadError;
    let good = encode(&plan()).expect("a plan").0;
    let load = |configuration: &[u8]| {
        let gateway = Scripted {
            configuration: configuration.to_vec(),
            ..Scripted::default()
        };
        Plugin::load(&gateway, &Vm::new())
    };
    assert!(load(&good).is_ok());
    assert!(matches!(load(b""), Err(LoadError::Empty)));
    assert!(matches!(
        load(&good[..good.len() - 1]),
        Err(LoadError::Plan(_))
    ));
    assert!(matches!(
        load(b"{\"plan\":\"AAAA\"}"),
        Err(LoadError::Plan(_))
    ));
}
