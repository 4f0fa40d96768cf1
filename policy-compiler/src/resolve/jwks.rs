//! Keys from a JWK Set: which of them count is the engine's judgement, what to say about the
//! others is ours.

use remit_engine::plan::{Algorithm, Key};
use remit_engine::token::jwks::{self, Jwks, JwksError, KeyProblem, SkippedKey};
use serde_json::Value as Json;

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::source::{Sources, Span, Spanned};
use crate::yaml::{Node, Value};

/// What kind of set of keys is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Set {
    /// A JWK Set (RFC 7517 section 5).
    Jwks,
    /// The bundle of a trust domain (SPIFFE Trust Domain and Bundle, section 4): of its keys those
    /// for JWT-SVIDs.
    Bundle,
    /// A JWK Set of those who approve single calls.
    Approvers,
}

/// The text of a file with keys.
pub(super) fn file(
    name: &Spanned<String>,
    sources: &Sources,
    diagnostics: &mut Diagnostics,
) -> Option<Vec<u8>> {
    match sources.asset(name.span.file, &name.value) {
        Ok(bytes) => Some(bytes),
        Err(error) => {
            diagnostics.push(
                name.diagnostic(
                    Code::JwksUnreadable,
                    format!("the keys in `{}` cannot be had", name.value),
                )
                .label(error.to_string())
                .help("the path is relative to this file; `remit token keygen` makes keys to try with"),
            );
            None
        }
    }
}

/// The text of keys that stand in the policy.
pub(super) fn inline(node: &Node) -> Vec<u8> {
    json(node).to_string().into_bytes()
}

/// The keys that can verify a token of an issuer with these algorithms.
pub(super) fn keys(
    kind: Set,
    text: &[u8],
    span: Span,
    algorithms: &[Algorithm],
    diagnostics: &mut Diagnostics,
) -> Vec<Key> {
    let parsed = match kind {
        Set::Jwks | Set::Approvers => jwks::parse(text),
        Set::Bundle => bundle(text),
    };
    let Ok(set) = parsed else {
        diagnostics.push(
            Diagnostic::new(Code::JwksInvalid, span, "these keys are not a JWK Set")
                .help("a JWK Set is `{\"keys\": [...]}` in strict JSON, each key an object"),
        );
        return Vec::new();
    };
    for skipped in &set.skipped {
        diagnostics.push(about_skipped(skipped, span));
    }
    let mut keys: Vec<Key> = Vec::new();
    for key in set.keys {
        let fits_one = |other: &Key| {
            algorithms
                .iter()
                .any(|one| key.fits(*one) && other.fits(*one))
        };
        if !algorithms.is_empty() && !fits_one(&key) {
            diagnostics.push(
                Diagnostic::new(
                    Code::SkippedKey,
                    span,
                    format!("{} is left out", name(key.kid.as_deref())),
                )
                .label(match kind {
                    Set::Jwks | Set::Bundle => {
                        "its algorithm is not among the issuer's `algorithms`"
                    }
                    Set::Approvers => "approvals are signed with Ed25519",
                }),
            );
        } else if keys.contains(&key) {
        } else if keys
            .iter()
            .any(|other| other.kid.is_some() && other.kid == key.kid && fits_one(other))
        {
            diagnostics.push(
                Diagnostic::new(
                    Code::JwksInvalid,
                    span,
                    format!(
                        "{} stands twice with different keys",
                        name(key.kid.as_deref())
                    ),
                )
                .help("give each key a `kid` of its own"),
            );
        } else {
            keys.push(key);
        }
    }
    let nothing = match kind {
        Set::Jwks | Set::Bundle => "no key here can verify a token",
        Set::Approvers => "no key here can verify an approval",
    };
    if keys.is_empty() && !algorithms.is_empty() && !diagnostics.has_errors() {
        diagnostics.push(
            Diagnostic::new(Code::NoUsableKey, span, nothing)
                .help(match kind {
                    Set::Jwks => "the set needs a public key for one of the issuer's `algorithms`",
                    Set::Bundle => {
                        "the bundle needs a key with `use: jwt-svid` and a `kid`, for one of the `algorithms`"
                    }
                    Set::Approvers => "the set needs a public key of Ed25519: `{kty: OKP, crv: Ed25519, x: …}`",
                }),
        );
    }
    keys
}

/// Reads a bundle. It is held to the strictness of a JWK Set before anything is taken out of it,
/// and a private key is one whatever it is for.
fn bundle(text: &[u8]) -> Result<Jwks, JwksError> {
    let private = |skipped: &SkippedKey| skipped.why == KeyProblem::Private;
    let mut whole = jwks::parse(text)?;
    whole.skipped.retain(private);
    let mut set = jwks::parse(&for_svids(text).ok_or(JwksError)?)?;
    set.skipped.retain(|skipped| !private(skipped));
    set.skipped.append(&mut whole.skipped);
    Ok(set)
}

/// The keys of a bundle that are for JWT-SVIDs, as a JWK Set: each is named, and says what it is
/// for (SPIFFE Trust Domain and Bundle, section 4.2.2). The others belong to other SVIDs.
fn for_svids(text: &[u8]) -> Option<Vec<u8>> {
    let mut bundle: Json = serde_json::from_slice(text).ok()?;
    let keys = bundle.get_mut("keys")?.as_array_mut()?;
    keys.retain(|key| {
        let member = |name| key.get(name).and_then(Json::as_str);
        member("use") == Some("jwt-svid") && member("kid").is_some()
    });
    for key in keys.iter_mut().filter_map(Json::as_object_mut) {
        key.insert("use".to_owned(), "sig".into());
    }
    Some(bundle.to_string().into_bytes())
}

fn name(kid: Option<&str>) -> String {
    match kid {
        Some(kid) => format!("the key `{kid}`"),
        None => "a key without `kid`".to_owned(),
    }
}

fn about_skipped(skipped: &SkippedKey, span: Span) -> Diagnostic {
    let name = name(skipped.kid.as_deref());
    match skipped.why {
        KeyProblem::Private => Diagnostic::new(
            Code::PrivateKey,
            span,
            format!("{name} is a private or secret key"),
        )
        .label("this is a private key")
        .help(
            "put only public members here, and replace the key: who can read it can issue tokens",
        ),
        KeyProblem::Unsupported
        | KeyProblem::OtherUse
        | KeyProblem::Member
        | KeyProblem::Key(_) => {
            Diagnostic::new(Code::SkippedKey, span, format!("{name} is left out"))
                .label(skipped.why.to_string())
        }
    }
}

/// Keys that stand in the policy itself. All scalars are text there, and so they are in a JWK.
fn json(node: &Node) -> Json {
    match &node.value {
        Value::Nothing | Value::Refused => Json::Null,
        Value::Text(text) => Json::String(text.text.clone()),
        Value::List(items) => Json::Array(items.iter().map(json).collect()),
        Value::Mapping(entries) => Json::Object(
            entries
                .iter()
                .map(|entry| (entry.key.value.clone(), json(&entry.value)))
                .collect(),
        ),
    }
}
