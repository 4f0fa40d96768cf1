//! What the engine says of a token, asked the way a gateway asks.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use remit_engine::Engine;
use remit_engine::crypto::{NoHostCrypto, PublicKey};
use remit_engine::decision::Reason;
use remit_engine::plan::{self, Key, Plan};
use remit_engine::request::{Field, RequestHead};
use remit_engine::time::UnixTime;
use remit_engine::token::jwks;
use remit_engine::token::jws::CompactJws;
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

/// The header of a compact JWS, as it stands; null if it is none.
pub(crate) fn header(token: &str) -> Value {
    let part = token.split('.').next().unwrap_or_default();
    let text = URL_SAFE_NO_PAD.decode(part).unwrap_or_default();
    serde_json::from_slice(&text).unwrap_or_default()
}

/// Checks a compact JWS that need not be a token, by the parts that a token goes through, as the
/// verifier uses them.
pub(crate) fn verify(keys: &[Key], token: &str) -> Result<(), String> {
    let jws = CompactJws::parse(token.as_bytes()).map_err(|reason| reason.to_string())?;
    let header = jws.header().map_err(|reason| reason.to_string())?;
    let algorithm = header.algorithm.ok_or("the algorithm is refused")?;
    let kid = header.kid.as_deref();
    let named = keys
        .iter()
        .filter(|key| kid.is_none() || key.kid.as_deref() == kid);
    let fitting: Vec<_> = named.filter(|key| key.fits(algorithm)).collect();
    let [key] = fitting.as_slice() else {
        return Err(format!("{} keys fit", fitting.len()));
    };
    let key = PublicKey::from_spki(key.kind, &key.spki).map_err(|error| error.to_string())?;
    key.verify(algorithm, jws.signed(), jws.signature())
        .map_err(|error| error.to_string())
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
