//! Documents that are fetched.

use serde_json::{Value, json};

use super::parts::{described, duration, line, object, word};
use crate::document::{resources, sources, url};

/// A document that holds until it is replaced.
pub(super) fn fetched() -> Value {
    object(sources::FETCHED, &["url", "cluster"], key)
}

/// A document of what still stands.
pub(super) fn standing() -> Value {
    object(sources::STANDING, &["url", "cluster"], key)
}

pub(super) fn url() -> Value {
    json!({
        "type": "string",
        "pattern": r"^https?://[^A-Z/?#@\s]+(/[!$-\[\]-~]*)?$",
        "maxLength": url::URL_BYTES,
    })
}

fn key(key: &str) -> Value {
    match key {
        "url" => described(url(), "Where it is."),
        "cluster" => described(
            line(resources::CLUSTER_BYTES),
            "The Envoy cluster that leads there.",
        ),
        "refresh" => described(
            duration(),
            "How often it is fetched, where it does not say how long it holds.",
        ),
        "stale_after" => described(
            duration(),
            "From when on what was fetched no longer counts.",
        ),
        "when_stale" => described(
            word(sources::WHEN_STALE),
            "What holds then; `deny` without it.",
        ),
        _ => Value::Bool(true),
    }
}
