//! Query parameters.

use std::collections::BTreeMap;

use remit_engine::plan::Presence;
use serde_json::Value;

use super::super::notice::{Notices, Pointer};
use super::super::schema::{Member, Reader, Ty, can_be_declared};
use super::operation::Source;
use super::reference::resolved;

/// The query parameters of an operation, in the order of their names.
pub(super) fn parameters(source: &Source<'_>, notices: &mut Notices) -> Vec<Member> {
    let mut found: BTreeMap<String, Member> = BTreeMap::new();
    // Those of the operation stand in place of those of the path with the same name.
    for (object, at) in [
        (source.item, source.item_at),
        (source.described, &source.at),
    ] {
        let at = at.member("parameters");
        let parameters = object.get("parameters").and_then(Value::as_array);
        for (index, parameter) in parameters.into_iter().flatten().enumerate() {
            let at = at.element(index);
            let Some((parameter, at)) = resolved(source.document, parameter, &at, notices) else {
                continue;
            };
            if parameter.get("in").and_then(Value::as_str) != Some("query") {
                continue;
            }
            let Some(name) = parameter.get("name").and_then(Value::as_str) else {
                notices.push(&at, "it has no name: left out");
                continue;
            };
            found.remove(name);
            if !can_be_declared(name) {
                notices.push(
                    &at,
                    "a policy cannot have a parameter of this name: left out",
                );
                continue;
            }
            if let Some(ty) = ty(source.document, parameter, &at, notices) {
                let required = parameter.get("required") == Some(&Value::Bool(true));
                let presence = if required {
                    Presence::Mandatory
                } else {
                    Presence::Optional
                };
                let name = name.to_owned();
                found.insert(name.clone(), Member { name, ty, presence });
            }
        }
    }
    found.into_values().collect()
}

/// The type of a parameter; `None`, with the reason told, where it has none.
fn ty(document: &Value, parameter: &Value, at: &Pointer, notices: &mut Notices) -> Option<Ty> {
    let Some(schema) = parameter.get("schema") else {
        // `content`: a text of a media type.
        return Some(Ty::String);
    };
    let at = at.member("schema");
    let is_scalar = |ty: &Ty| matches!(ty, Ty::Bool | Ty::Int | Ty::Double | Ty::String);
    match Reader::new(document, notices).parameter(schema, &at) {
        ty if is_scalar(&ty) => Some(ty),
        Ty::List(element) => {
            let style = parameter.get("style").and_then(Value::as_str);
            let explode = parameter.get("explode") != Some(&Value::Bool(false));
            if style.unwrap_or("form") != "form" || !explode {
                notices.push(
                    &at,
                    "the elements stand in one text, so it is a string here",
                );
                return Some(Ty::String);
            }
            let element = if is_scalar(&element) {
                *element
            } else {
                Ty::String
            };
            Some(Ty::List(Box::new(element)))
        }
        Ty::Map(_) | Ty::Object(_) => {
            notices.push(
                &at,
                "an object is no query parameter here: left out, and refused in requests",
            );
            None
        }
        _ => {
            notices.push(&at, "its type is not plain, so it is a string here");
            Some(Ty::String)
        }
    }
}
