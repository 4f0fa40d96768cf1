//! A small plan that tests of several modules use.

use crate::crypto::HostVerdict;
use crate::host::{Host, Ledger, MarkId, Marked, Unavailable};
use crate::plan::*;
use crate::time::UnixTime;

/// A condition that is one input.
pub(crate) fn read(slot: u32) -> Program {
    Program {
        nodes: vec![Node::Read(SlotId(slot))],
        locals: 0,
    }
}

pub(crate) fn literal(text: &str) -> TemplateSegment {
    TemplateSegment::Literal(text.into())
}

pub(crate) fn capture(name: u32) -> TemplateSegment {
    TemplateSegment::Capture(NameId(name))
}

pub(crate) fn operation(name: &str, method: &str, template: Vec<TemplateSegment>) -> Operation {
    Operation {
        resource: Some(ResourceId(0)),
        name: name.into(),
        class: Class::Read,
        access: Access::Task,
        method: method.into(),
        template,
        query: QueryShape::Declared(vec![]),
        scopes: vec![],
        classification: vec![],
        upgrade: None,
        body: BodyShape::Unread,
        call: None,
    }
}

/// One resource, orders, with reading, exporting and refunding; no issuer, no task.
pub(crate) fn orders() -> Plan {
    Plan {
        policy: "orders".into(),
        requires: vec![Capability::RequestHeaders],
        audiences: vec!["https://api.corp.example".into()],
        claims: vec![Claim {
            path: vec!["ticket".into(), "severity".into()],
            ty: Type::Int,
        }],
        names: vec![
            "order_id".into(),
            "limit".into(),
            "fields".into(),
            "exact".into(),
        ],
        issuers: vec![],
        sources: vec![],
        deny_feed: None,
        history: History::default(),
        fleet: None,
        approvals: None,
        resources: vec![Resource {
            name: "orders".into(),
            host: "api.corp.example".into(),
            audience: Some(AudienceId(0)),
            cluster: Some("orders".into()),
            origin: String::from("https://api.corp.example"),
            metadata: None,
            served_metadata: None,
            endpoint: None,
        }],
        operations: vec![
            operation(
                "read",
                "GET",
                vec![literal("v1"), literal("orders"), capture(0)],
            ),
            operation(
                "export",
                "GET",
                vec![literal("v1"), literal("orders"), literal("export")],
            ),
            operation(
                "refund",
                "POST",
                vec![
                    literal("v1"),
                    literal("orders"),
                    capture(0),
                    literal("refunds"),
                ],
            ),
        ],
        tasks: vec![],
        rules: vec![],
        break_glass: vec![],
        slots: vec![],
        programs: vec![],
        automata: vec![],
        zones: vec![],
    }
}

/// Rules that are always looked at.
pub(crate) fn always(rules: impl IntoIterator<Item = u32>) -> RuleSet {
    RuleSet {
        always: rules.into_iter().map(RuleId).collect(),
        indexed: None,
    }
}

const SEED: [u8; 32] = [7; 32];

/// Signs a payload as the key `k1` of the issuer that [`triage`] has.
pub(crate) fn sign(header: &str, payload: &str) -> String {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
    use ed25519_dalek::Signer as _;

    let signed = format!("{}.{}", BASE64.encode(header), BASE64.encode(payload));
    let signature = ed25519_dalek::SigningKey::from_bytes(&SEED).sign(signed.as_bytes());
    format!("{signed}.{}", BASE64.encode(signature.to_bytes()))
}

/// A token of the issuer that [`triage`] has, good from 1,000 to 1,600 s, with more claims, each
/// beginning with a comma.
pub(crate) fn mint(more: &str) -> String {
    let payload = format!(
        r#"{{"iss":"https://sts.corp.example","sub":"agent/one","aud":"https://api.corp.example","iat":1000,"exp":1600{more}}}"#
    );
    sign(r#"{"alg":"EdDSA","kid":"k1"}"#, &payload)
}

/// The public key of a seed.
pub(crate) fn key(seed: u8) -> Key {
    let key = ed25519_dalek::SigningKey::from_bytes(&[seed; 32]).verifying_key();
    Key {
        kid: None,
        kind: KeyKind::Ed25519,
        algorithm: None,
        spki: crate::crypto::with_prefix(KeyKind::Ed25519, &[key.as_bytes()]),
    }
}

/// A host with marks of its own, a clock that goes as it is told, and perhaps a client certificate.
/// Another test's fields are `..Local::default()`.
#[derive(Debug, Default)]
pub(crate) struct Local {
    pub(crate) certificate: Option<[u8; 32]>,
    pub(crate) since: i64,
    pub(crate) is_full: bool,
    pub(crate) passed: std::cell::Cell<u64>,
    pub(crate) marks: std::cell::RefCell<std::collections::BTreeMap<(Ledger, MarkId), UnixTime>>,
}

impl Local {
    /// Lets so many microseconds pass.
    pub(crate) fn pass(&self, micros: u64) {
        self.passed.set(self.passed.get() + micros);
    }
}

impl crate::crypto::HostCrypto for Local {
    fn verify(&self, _: Algorithm, _: &[u8], _: &[u8], _: &[u8]) -> HostVerdict {
        HostVerdict::Unsupported
    }
}

impl Host for Local {
    fn peer_certificate(&self) -> Result<Option<[u8; 32]>, Unavailable> {
        Ok(self.certificate)
    }

    fn is_marked(&self, ledger: Ledger, id: &MarkId, now: UnixTime) -> Result<bool, Unavailable> {
        let marks = self.marks.borrow();
        Ok(marks.get(&(ledger, *id)).is_some_and(|until| now <= *until))
    }

    fn mark(
        &self,
        ledger: Ledger,
        id: &MarkId,
        until: UnixTime,
        now: UnixTime,
    ) -> Result<Marked, Unavailable> {
        if self.is_full {
            return Err(Unavailable);
        }
        let before = self.is_marked(ledger, id, now)?;
        self.marks.borrow_mut().insert((ledger, *id), until);
        Ok(if before { Marked::Before } else { Marked::New })
    }

    fn marked_since(&self) -> Result<UnixTime, Unavailable> {
        Ok(UnixTime::from_seconds(self.since))
    }

    fn micros(&self) -> Result<Option<u64>, Unavailable> {
        Ok(Some(self.passed.get()))
    }
}

/// [`orders`] with an issuer whose tokens are [`mint`]ed and a task `triage` that may read.
pub(crate) fn triage() -> Plan {
    let key = Key {
        kid: Some("k1".into()),
        ..key(SEED[0])
    };
    let agents = Pattern {
        scheme: String::new(),
        segments: vec![Segment::Literal("agent".into()), Segment::Any],
    };
    let mut plan = orders();
    plan.issuers = vec![Issuer {
        name: "corp".into(),
        issuer: "https://sts.corp.example".into(),
        trust_domain: None,
        profile: Profile::Plain,
        algorithms: vec![Algorithm::EdDsa],
        keys: vec![key],
        key_source: None,
        status_lists: vec![],
        binding: Binding::BearerOk,
        forwarding: Forwarding::Keep,
        uses: Uses::Many,
        detail_types: vec![],
        may_assert: vec![agents.clone()],
        max_lifetime: 900,
        leeway: 5,
        names: ClaimNames {
            task: vec!["task".into()],
            ..ClaimNames::default()
        },
        claims: vec![(ClaimId(0), Presence::Optional)],
    }];
    plan.rules = vec![Rule {
        id: "read".into(),
        effect: Effect::Allow,
        mode: Mode::Enforce,
        condition: None,
        demand: None,
    }];
    plan.tasks = vec![Task {
        name: "triage".into(),
        issuers: vec![IssuerId(0)],
        agents: vec![agents],
        rules: vec![(OperationId(0), always([0]))],
        delegation: None,
        ends_with: vec![],
        limits: vec![],
    }];
    plan
}

/// The engine for a plan.
pub(crate) fn engine(plan: &Plan) -> crate::Engine {
    let (bytes, _) = encode(plan).unwrap();
    crate::Engine::new(decode(&bytes).unwrap()).unwrap()
}
