//! What a stranger sends as a token, a key set, a proof of possession or an approval.
//!
//! Where the bytes begin with a line that is followed by more, that line stands for a header and
//! the rest for claims, and both are signed with a key that counts: a fuzzer would never find a
//! signature, and what is read behind it would stay unseen.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::{Signer as _, SigningKey};
use remit_engine::approval::{self, Asked, Call};
use remit_engine::crypto::{NoHostCrypto, PublicKey};
use remit_engine::limits;
use remit_engine::plan::{self, Algorithm, Key, LoadedPlan, Plan};
use remit_engine::time::UnixTime;
use remit_engine::token::dpop::{self, Expected};
use remit_engine::token::{UnverifiedToken, Verifier, bundle, jwks};
use remit_policy_compiler::compile;

use crate::{NOW, sources};

/// The private key of RFC 8037, appendix A.1: its public one is the issuer's.
const PRIVATE: &str = "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A";
/// The thumbprint of its public one (RFC 8037, appendix A.3).
const THUMBPRINT: &str = "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k";

const POLICY: &str = r#"
remit: v1
policy: fuzz
approvals: {jwks: {file: jwks.json}}
issuers:
  corp:
    issuer: https://sts.corp.example
    profile: access-token
    algorithms: [EdDSA]
    jwks: {file: jwks.json}
    may_assert: ["spiffe://corp.example/**"]
    names: {task: task, task_id: mission.id, session: sid, tenant: org}
    claims:
      scopes: optional(list(string))
      ticket: {id: optional(string), severity: optional(int)}
resources:
  orders:
    host: api.corp.example
    audience: https://api.corp.example
    operations:
      read: {http: "GET /v1/orders/{order_id}", class: read}
tasks:
  triage:
    issuers: [corp]
    agents: ["spiffe://corp.example/**"]
    allow: [orders.read]
"#;

/// Bytes as a token, or as header and claims of one whose signature is right: it is refused, or
/// names whom its issuer may speak for.
pub fn token(input: &[u8]) {
    LOADED.with(|(plan, verifier)| token_under(plan.plan(), verifier, input));
}

fn token_under(plan: &Plan, verifier: &Verifier, input: &[u8]) {
    let now = UnixTime::from_seconds(NOW);
    for text in [Some(input.to_vec()), signed(input)].into_iter().flatten() {
        let Ok(unverified) = UnverifiedToken::parse(&text) else {
            continue;
        };
        if let Ok(token) = verifier.verify(plan, &unverified, &NoHostCrypto) {
            let agent = &token.identity().agent;
            assert!(agent.starts_with("spiffe://corp.example/"), "{agent}");
            let _ = token.stands_at(now);
            let _ = token.fingerprint();
        }
    }
}

/// Bytes as a JWK Set and as a SPIFFE bundle: every key that is taken can be used.
pub fn jwks(input: &[u8]) {
    let set = jwks::parse(input).unwrap_or_default().keys;
    let bundle = bundle::parse(input).unwrap_or_default().keys;
    assert!(bundle.iter().all(|key| key.kid.is_some()), "no `kid`");
    for Key {
        kid,
        kind,
        algorithm,
        spki,
    } in set.iter().chain(&bundle)
    {
        let key = PublicKey::from_spki(*kind, spki).expect("a key that was taken");
        assert!(
            kid.as_ref()
                .is_none_or(|kid| kid.len() <= limits::KID_BYTES)
        );
        assert!(algorithm.is_none_or(|algorithm| algorithm.key_kind() == *kind));
        for (_, algorithm) in Algorithm::NAMES {
            assert!(key.verify(*algorithm, input, &[0; 64]).is_err());
        }
    }
}

/// Bytes as a DPoP proof, or as header and claims of one whose signature is right: it is refused,
/// or holds now and not for ever.
pub fn dpop(input: &[u8]) {
    let thumbprint = decode(THUMBPRINT);
    let expected = Expected {
        method: "GET",
        uri: "https://api.corp.example/v1/orders/A-1",
        access_token: Some(b"a.b.c"),
        thumbprint,
        nonce: None,
        now: UnixTime::from_seconds(NOW),
        max_age: 60,
        leeway: 5,
        algorithms: &[Algorithm::EdDsa],
    };
    for proof in [Some(input.to_vec()), signed(input)].into_iter().flatten() {
        if let Ok(proof) = dpop::check(&proof, &expected, &NoHostCrypto) {
            let latest = expected.now.plus_seconds(60 + 2 * 5);
            assert!(expected.now <= proof.until && proof.until <= latest);
        }
        // As a URL, too: what has a normal form here never stops a check.
        if let Ok(uri) = std::str::from_utf8(&proof) {
            let _ = dpop::check(input, &Expected { uri, ..expected }, &NoHostCrypto);
        }
    }
}

/// Bytes as an approval, or as header and claims of one whose signature is right: it is refused, or
/// holds now, and its use is remembered for as long as it does.
pub fn approval(input: &[u8]) {
    let call = Call {
        operation: "orders.read",
        path: vec![("order_id", "A-1")],
        ..Call::default()
    };
    let asked = Asked {
        action: call.action(),
        audience: "https://api.corp.example",
        agent: "spiffe://corp.example/a",
        task_id: Some("t-1"),
        principal: None,
        tenant: None,
        now: UnixTime::from_seconds(NOW),
        max_lifetime: 900,
    };
    LOADED.with(|(_, verifier)| {
        for text in [Some(input.to_vec()), signed(input)].into_iter().flatten() {
            if let Ok(held) = approval::check(&text, &asked, verifier, &NoHostCrypto) {
                let latest = asked.now.plus_seconds(900 + 2 * 5 + 1);
                assert!(asked.now < held.until && held.until <= latest);
                let name = held.name.len();
                assert!((1..=limits::APPROVAL_ID_BYTES).contains(&name));
            }
        }
    });
}

/// The first line as a header and the rest as claims, signed.
fn signed(input: &[u8]) -> Option<Vec<u8>> {
    let end = input.iter().position(|byte| *byte == b'\n')?;
    let (header, claims) = input.split_at_checked(end)?;
    let (_, claims) = claims.split_first()?;
    let encode = |part: &[u8]| URL_SAFE_NO_PAD.encode(part);
    let text = format!("{}.{}", encode(header), encode(claims));
    let key = SigningKey::from_bytes(&decode(PRIVATE));
    let signature = key.sign(text.as_bytes()).to_bytes();
    Some(format!("{text}.{}", encode(&signature)).into_bytes())
}

fn decode(text: &str) -> [u8; 32] {
    let bytes = URL_SAFE_NO_PAD.decode(text).expect("base64url");
    bytes.try_into().expect("32 bytes")
}

thread_local! {
    static LOADED: (LoadedPlan, Verifier) = {
        let compiled = compile(&sources(POLICY)).expect("the policy compiles");
        let loaded = plan::decode(&compiled.bytes).expect("what was compiled can be read");
        let verifier = Verifier::new(loaded.plan()).expect("keys");
        (loaded, verifier)
    };
}
