//! Reading what is sent.

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::document::fields::{Fields, entries, items, text};
use crate::document::scalars::word;
use crate::source::Span;
use crate::testing::Request;
use crate::yaml::{Entry, Node, Value};

const REQUEST: &[&str] = &["method", "scheme", "host", "path", "headers"];

/// The request of a test, whichever way it is written.
pub(super) fn read(
    fields: &Fields<'_>,
    at: Span,
    diagnostics: &mut Diagnostics,
) -> Option<Request> {
    let mut request = match (fields.get("send"), fields.get("request")) {
        (Some(line), None) => from_line(line, diagnostics)?,
        (None, Some(parts)) => from_parts(parts, diagnostics)?,
        (None, None) => {
            diagnostics.push(
                Diagnostic::new(Code::MissingKey, at, "a test needs the key `send`")
                    .help("write `send: GET https://host/path`, or the parts under `request`"),
            );
            return None;
        }
        (Some(_), Some(parts)) => {
            let message = "`send` and `request` exclude each other";
            diagnostics.push(Diagnostic::new(Code::UnknownKey, parts.span, message));
            return None;
        }
    };
    request
        .headers
        .extend(headers(fields.get("headers"), diagnostics));
    Some(request)
}

fn from_line(node: &Node, diagnostics: &mut Diagnostics) -> Option<Request> {
    let line = text(node, diagnostics)?;
    let request = Request::from_line(&line.value);
    if request.is_none() {
        diagnostics.push(
            line.diagnostic(Code::BadValue, "this is not a method and a URL")
                .help("write `METHOD https://host/path`"),
        );
    }
    request
}

fn from_parts(node: &Node, diagnostics: &mut Diagnostics) -> Option<Request> {
    const SCHEMES: &[(&str, &str)] = &[("http", "http"), ("https", "https")];
    let fields = Fields::open(node, "a request", node.span, REQUEST, &[], diagnostics)?;
    let mut part = |key| {
        fields
            .require(key, diagnostics)
            .and_then(|node| text(node, diagnostics))
    };
    let (method, host, path) = (part("method"), part("host"), part("path"));
    let scheme = fields
        .get("scheme")
        .and_then(|node| word(node, "a scheme", SCHEMES, &[], diagnostics));
    Some(Request {
        headers: headers(fields.get("headers"), diagnostics),
        method: method?.value,
        scheme: scheme.unwrap_or("https").to_owned(),
        host: host?.value,
        target: path?.value,
        body: None,
    })
}

/// A list of `name: value`, or a mapping in which a header that is repeated has a list.
pub(super) fn headers(node: Option<&Node>, diagnostics: &mut Diagnostics) -> Vec<(String, String)> {
    let mut headers = Vec::new();
    let Some(node) = node else { return headers };
    if let Value::Mapping(_) = &node.value {
        for Entry { key, value } in entries(Some(node), diagnostics) {
            let values = match &value.value {
                Value::List(several) => several.as_slice(),
                _ => std::slice::from_ref(value),
            };
            for value in values {
                let value = text(value, diagnostics);
                headers.extend(value.map(|value| (key.value.clone(), value.value)));
            }
        }
        return headers;
    }
    for item in items(Some(node), diagnostics) {
        let Some(line) = text(item, diagnostics) else {
            continue;
        };
        match Request::header(&line.value) {
            Some(header) => headers.push(header),
            None => diagnostics.push(
                line.diagnostic(Code::BadValue, "this is not a header")
                    .help("write `\"name: value\"`"),
            ),
        }
    }
    headers
}
