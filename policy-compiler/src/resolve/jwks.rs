//! Keys from a JWK Set: which of them count is the engine's judgement, what to say about the
//! others is ours.

use remit_engine::plan::{Algorithm, Key};
use remit_engine::token::jwks::{self, KeyProblem, SkippedKey};
use serde_json::Value as Json;

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::document;
use crate::source::{Sources, Span};
use crate::yaml::{Node, Value};

/// The keys that can verify a token of an issuer with these algorithms.
pub(super) fn keys(
    written: &document::Jwks,
    algorithms: &[Algorithm],
    sources: &Sources,
    diagnostics: &mut Diagnostics,
) -> Vec<Key> {
    let (span, text) = match written {
        document::Jwks::File(name) => match sources.asset(name.span.file, &name.value) {
            Ok(bytes) => (name.span, bytes),
            Err(error) => {
                diagnostics.push(
                    name.diagnostic(
                        Code::JwksUnreadable,
                        format!("the keys in `{}` cannot be had", name.value),
                    )
                    .label(error.to_string())
                    .help("the path is relative to this file; `remit token keygen` makes keys to try with"),
                );
                return Vec::new();
            }
        },
        document::Jwks::Inline(node) => (node.span, json(node).to_string().into_bytes()),
    };
    let Ok(set) = jwks::parse(&text) else {
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
                .label("its algorithm is not among the issuer's `algorithms`"),
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
    if keys.is_empty() && !algorithms.is_empty() && !diagnostics.has_errors() {
        diagnostics.push(
            Diagnostic::new(Code::NoUsableKey, span, "no key here can verify a token")
                .help("the set needs a public key for one of the issuer's `algorithms`"),
        );
    }
    keys
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
