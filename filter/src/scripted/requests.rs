//! A plan, and requests that it decides.

use std::rc::Rc;

use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::{Signature, SigningKey};
use remit_engine::plan::{
    Access, Algorithm, Alone, AudienceId, Beyond, Binding, BodyShape, ClaimNames, Class, Counts,
    Effect, Fleet, Forwarding, History, Issuer, IssuerId, Key, KeyKind, Limit, LimitId, Mode,
    Operation, OperationId, Pattern, Per, Plan, Profile, QueryShape, Resource, ResourceId, Rule,
    RuleId, RuleSet, Segment, Source, SourceId, SourceKind, Task, TemplateSegment, WhenStale,
    encode,
};

use super::{NOW, ROOT, Scripted};
use crate::pairs;
use crate::plugin::Plugin;
use crate::vm::Vm;

pub(crate) fn key() -> SigningKey {
    SigningKey::from_slice(&[7; 32]).expect("a scalar")
}

pub(crate) fn spki() -> Vec<u8> {
    const PREFIX: &[u8] =
        b"\x30\x59\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07\x03\x42\x00";
    let point = key().verifying_key().to_sec1_point(false);
    [PREFIX, point.as_bytes()].concat()
}

/// `GET /healthz` is public; `GET /v1/orders` needs the task `triage` and goes to `orders`.
pub(crate) fn plan() -> Plan {
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
        body: BodyShape::Unread,
        call: None,
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
            uses: remit_engine::plan::Uses::Many,
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
        history: History::default(),
        fleet: None,
        approvals: None,
        resources: vec![Resource {
            name: "orders".into(),
            host: "api.corp.example".into(),
            audience: Some(AudienceId(0)),
            cluster: Some("orders".into()),
            origin: "https://api.corp.example".into(),
            metadata: None,
            served_metadata: None,
            endpoint: None,
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
            limits: Vec::new(),
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

pub(crate) fn token() -> String {
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

pub(crate) fn head(path: &str, more: &[(&str, &str)]) -> Vec<u8> {
    head_for("api.corp.example", path, more)
}

pub(crate) fn head_for(host: &str, path: &str, more: &[(&str, &str)]) -> Vec<u8> {
    let mut fields = vec![
        (":method", "GET"),
        (":path", path),
        (":authority", host),
        (":scheme", "https"),
    ];
    fields.extend_from_slice(more);
    pairs::write(&fields).expect("small sizes")
}

pub(crate) fn gateway(head: Vec<u8>) -> Scripted {
    Scripted {
        configuration: encode(&plan()).expect("a plan").0,
        head,
        cluster: Some(b"orders".to_vec()),
        ..Scripted::default()
    }
}

/// A request with a good token, and with headers that only the client vouches for.
pub(crate) fn orders() -> Scripted {
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

/// The head of one with a JSON body.
pub(crate) fn posted_orders() -> Vec<u8> {
    let bearer = format!("Bearer {}", token());
    let fields = [
        (":method", "POST"),
        (":path", "/v1/orders"),
        (":authority", "api.corp.example"),
        (":scheme", "https"),
        ("authorization", &bearer),
        ("content-type", "application/json"),
    ];
    pairs::write(&fields).expect("small sizes")
}

/// The plan of a gateway. Loading it is no part of what is tested: none of its calls fails, and
/// none is noted.
pub(crate) fn plugin(gateway: &Scripted, vm: &Vm) -> Plugin {
    let loading = Scripted {
        configuration: gateway.configuration.clone(),
        store: Rc::clone(&gateway.store),
        ..Scripted::default()
    };
    let plugin = Plugin::load(&loading, vm, ROOT).expect("a good plan");
    gateway.metrics.replace(loading.metrics.take());
    plugin
}

/// The keys of the issuer, as it publishes them.
pub(crate) fn jwks() -> Vec<u8> {
    use base64::Engine as _;
    let encode = |bytes: &[u8]| base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes);
    let point = key().verifying_key().to_sec1_point(false);
    let (x, y) = point.as_bytes()[1..].split_at(32);
    let [x, y] = [x, y].map(encode);
    format!(
        r#"{{"keys":[{{"kty":"EC","crv":"P-256","alg":"ES256","use":"sig","x":"{x}","y":"{y}"}}]}}"#
    )
    .into_bytes()
}

/// The plan with keys that are fetched every five minutes through the cluster `sts`.
pub(crate) fn fetching_plan() -> Plan {
    let mut plan = plan();
    plan.sources = vec![Source {
        kind: SourceKind::Jwks,
        url: "https://sts.corp.example/jwks.json".into(),
        cluster: "sts".into(),
        refresh: 300,
        stale_after: None,
        when_stale: WhenStale::Deny,
    }];
    plan.issuers[0].keys.clear();
    plan.issuers[0].key_source = Some(SourceId(0));
    plan
}

/// The plan with calls of `/v1/orders` that a service counts for the fleet, asked through the cluster
/// `ratelimit`. Within each entry: the limit's id, and what holds while the service is away.
pub(crate) fn fleet_plan(limits: &[(&str, Alone)]) -> Plan {
    let mut plan = plan();
    plan.fleet = Some(Fleet {
        cluster: "ratelimit".into(),
        domain: "remit".into(),
        timeout: 100,
    });
    plan.history = History {
        capacity: 1024,
        keep: 3600,
        ..History::default()
    };
    for (number, &(id, alone)) in (0..).zip(limits) {
        plan.history.limits.push(Limit {
            id: id.into(),
            key: [number; 8],
            mode: Mode::Enforce,
            per: Per::TaskId,
            counts: Counts::Calls,
            operations: vec![(OperationId(1), 1 + u32::from(number))],
            at_most: 100,
            window: None,
            since: None,
            beyond: Beyond::Refuse,
            fleet: Some(alone),
        });
        plan.tasks[0].limits.push(LimitId(number.into()));
    }
    plan
}
