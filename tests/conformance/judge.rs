//! What the engine says of a token, asked the way a gateway asks.

use remit_engine::Engine;
use remit_engine::crypto::NoHostCrypto;
use remit_engine::decision::Reason;
use remit_engine::plan::{self, Key, Plan};
use remit_engine::request::{Field, RequestHead};
use remit_engine::time::UnixTime;
use remit_engine::token::jwks;
use serde_json::Value;

/// The usable keys of a JWK Set, or of one JWK.
pub(crate) fn keys(set: &Value) -> Vec<Key> {
    let set = if set["keys"].is_array() {
        set.clone()
    } else {
        serde_json::json!({"keys": [set]})
    };
    jwks::parse(set.to_string().as_bytes())
        .expect("the vectors have JWK Sets")
        .keys
}

/// A plan as a gateway gets it: written and read again.
pub(crate) fn engine(plan: &Plan) -> Engine {
    let (bytes, _) = plan::encode(plan).expect("a plan that can be loaded");
    Engine::new(plan::decode(&bytes).expect("what was just written")).expect("usable keys")
}

/// The reason of the decision on `GET /` with this token, twice: what is remembered of a token
/// must not change what is said of it.
pub(crate) fn reason(engine: &Engine, host: &str, token: &str, now: UnixTime) -> Reason {
    let fresh = once(engine, host, token, now);
    let remembered = once(engine, host, token, now);
    assert_eq!(
        fresh, remembered,
        "the second look at `{token}` differs from the first"
    );
    fresh
}

fn once(engine: &Engine, host: &str, token: &str, now: UnixTime) -> Reason {
    let authorization = format!("Bearer {token}");
    let fields: [Field<'_>; 5] = [
        (b":method", b"GET"),
        (b":path", b"/"),
        (b":authority", host.as_bytes()),
        (b":scheme", b"http"),
        (b"authorization", authorization.as_bytes()),
    ];
    match engine
        .decide(&RequestHead::new(&fields), now, &NoHostCrypto)
        .settled()
    {
        Ok(allow) => match allow.confirm(None, &NoHostCrypto) {
            Ok(permit) => permit.record().reason(),
            Err(refusal) => refusal.record().reason(),
        },
        Err(refusal) => refusal.record().reason(),
    }
}
