//! Bodies of requests.

use serde_json::Value;

use super::super::notice::Notices;
use super::super::schema::{Reader, Shape};
use super::operation::Source;
use super::reference::resolved;

/// What is sent; `None` where rules cannot read it.
pub(super) fn shape(source: &Source<'_>, method: &str, notices: &mut Notices) -> Option<Shape> {
    let at = source.at.member("requestBody");
    let body = source.described.get("requestBody")?;
    if matches!(method, "GET" | "HEAD" | "DELETE" | "OPTIONS") {
        notices.push(
            &at,
            format!("a body means nothing with {method}, so rules do not read it"),
        );
        return None;
    }
    let (body, at) = resolved(source.document, body, &at, notices)?;
    let at = at.member("content");
    let content = body.get("content").and_then(Value::as_object)?;
    let is_json = |name: &str| {
        let essence = name.split(';').next().unwrap_or(name);
        essence.trim().eq_ignore_ascii_case("application/json")
    };
    let Some((name, media)) = content.iter().find(|(name, _)| is_json(name)) else {
        notices.push(&at, "it is not application/json, so rules do not read it");
        return None;
    };
    if content.len() > 1 {
        notices.push(
            &at,
            "of several media types only application/json passes here",
        );
    }
    if body.get("required") != Some(&Value::Bool(true)) {
        notices.push(
            &at,
            "the body may be left out there; here it is always expected",
        );
    }
    let at = at.member(name);
    let Some(schema) = media.get("schema") else {
        return Some(Shape::Any);
    };
    let at = at.member("schema");
    let mut reader = Reader::new(source.document, notices);
    reader.body(schema, &at)
}
