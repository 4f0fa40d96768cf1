//! Where the operations are: host and base path of the first server.

use remit_engine::request::host;
use serde_json::Value;

use super::super::notice::{Notices, Pointer};

/// Where the operations are.
#[derive(Debug, Default)]
pub(super) struct Server {
    /// The host, without a port.
    pub(super) host: Option<String>,
    /// What stands before every path, without a slash at the end.
    pub(super) base: String,
}

impl Server {
    /// The first server that is described.
    pub(super) fn of(document: &Value, notices: &mut Notices) -> Self {
        let at = Pointer::default().member("servers");
        let servers = document.get("servers").and_then(Value::as_array);
        let Some((first, others)) = servers.and_then(|servers| servers.split_first()) else {
            return Self::default();
        };
        if !others.is_empty() {
            notices.push(&at, "there are several servers; the first is imported");
        }
        let at = at.element(0).member("url");
        let Some(url) = first.get("url").and_then(Value::as_str) else {
            return Self::default();
        };
        let url = with_defaults(url, first);
        let (authority, path) = match url.split_once("://") {
            Some((_, rest)) => match rest.split_once('/') {
                Some((authority, path)) => (Some(authority), path),
                None => (Some(rest), ""),
            },
            None => (None, url.trim_start_matches('/')),
        };
        let path = path.trim_end_matches('/');
        let base = if path.is_empty() {
            String::new()
        } else {
            format!("/{path}")
        };
        let host = authority.and_then(|authority| {
            let lower = authority.to_ascii_lowercase();
            let bare = match lower.rsplit_once(':') {
                Some((bare, port)) if port.bytes().all(|each| each.is_ascii_digit()) => {
                    notices.push(&at, "the port is no part of the host of requests: left out");
                    bare.to_owned()
                }
                _ => lower,
            };
            let good = host::check(bare.as_bytes()).is_ok();
            if !good {
                notices.push(
                    &at,
                    "it has no host that requests could carry: give it with `--host`",
                );
            }
            good.then_some(bare)
        });
        Self { host, base }
    }
}

/// The URL with the default of each of its variables.
fn with_defaults(url: &str, server: &Value) -> String {
    let mut url = url.to_owned();
    let variables = server.get("variables").and_then(Value::as_object);
    for (name, variable) in variables.into_iter().flatten() {
        if let Some(value) = variable.get("default").and_then(Value::as_str) {
            url = url.replace(&format!("{{{name}}}"), value);
        }
    }
    url
}
