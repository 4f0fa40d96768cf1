//! Types, and the claims and parameters that are declared with them.

use remit_engine::plan::{Presence, Type};

use super::fields::{text, wrong_kind};
use super::types;
use super::{ClaimDeclaration, ClaimPath, Parameter, Query};
use crate::diagnostic::{Code, Diagnostics, did_you_mean};
use crate::source::{Span, Spanned};
use crate::yaml::{Node, Value};

/// Claims that every profile reads itself; rules have them as `token.iss` and so on.
pub(crate) const ALWAYS_THERE: &[&str] = &["iss", "sub", "jti", "iat", "exp"];

/// A type, optional or not.
pub(super) fn declared_type(
    node: &Node,
    diagnostics: &mut Diagnostics,
) -> Option<(Type, Presence)> {
    let written = text(node, diagnostics)?;
    let found = types::read(&written.value);
    if found.is_none() {
        let meant = meant_type(&written.value).map(str::to_owned);
        let begins = written.value.split(['(', ')', ',']).map(str::trim);
        let near = begins
            .filter(|word| !word.is_empty() && !word.contains(char::is_whitespace))
            .find_map(|word| {
                (!types::NAMES.contains(&word))
                    .then(|| did_you_mean(word, types::NAMES.iter().copied()))
            })
            .flatten();
        diagnostics.push(
            written
                .diagnostic(Code::BadType, format!("`{}` is not a type", written.value))
                .help(
                    "types are bool, int, uint, double, string, bytes, timestamp, duration, \
                     list(T), map(T), object(name: T, …), dyn, and optional(T) of any; \
                     list(T, 20) and string(64) say how long they may be",
                )
                .help_if(near)
                .help_if(meant),
        );
    }
    found
}

/// How types of other languages are written here.
fn meant_type(written: &str) -> Option<&'static str> {
    let end = written.find(['(', '<', '[']).unwrap_or(written.len());
    let (word, rest) = written.split_at_checked(end)?;
    Some(match word.trim() {
        "" if rest.starts_with('[') => "write `list(string)` for a list of strings",
        "string" | "int" | "bool" | "double" if rest == "[]" => {
            "write `list(T)`: `list(string)`, `list(int)`"
        }
        "list" | "map" | "optional" if rest.starts_with(['<', '[']) => {
            "types stand in round brackets: `list(string)`, `map(int)`, `optional(string)`"
        }
        "list" if rest.starts_with("(optional(") => {
            "elements are always there: write `list(T)`, or `optional(list(T))`"
        }
        "array" | "set" | "seq" => "write `list(T)`: `list(string)`",
        "dict" | "record" => "write `map(T)`; its keys are strings",
        "integer" | "long" => "write `int`",
        "boolean" => "write `bool`",
        "float" | "number" => "write `double`, or `int` for whole numbers",
        "str" | "text" => "write `string`",
        _ if written.ends_with('?') => "write `optional(T)`: `optional(string)`",
        _ => return None,
    })
}

/// A type of a query parameter: those of which there is one spelling.
fn parameter_type(node: &Node, diagnostics: &mut Diagnostics) -> Option<(Type, Presence)> {
    let (ty, presence) = declared_type(node, diagnostics)?;
    let scalar = |ty: &Type| matches!(ty, Type::Bool | Type::Int | Type::Double | Type::String);
    let fits = match &ty {
        Type::List(element) => scalar(element),
        ty => scalar(ty),
    };
    if fits {
        return Some((ty, presence));
    }
    let written = text(node, diagnostics)?;
    diagnostics.push(
        written
            .diagnostic(
                Code::BadType,
                format!("`{}` is not a type of a query parameter", written.value),
            )
            .help("they are bool, int, double, string, list(T) of these, and optional(T) of any"),
    );
    None
}

/// Nested declarations, flattened: `{ticket: {id: string}}` is `ticket.id`.
pub(super) fn read_claims(node: &Node, diagnostics: &mut Diagnostics) -> Vec<ClaimDeclaration> {
    let mut claims = Vec::new();
    let Value::Mapping(entries) = &node.value else {
        wrong_kind(node, "a mapping", diagnostics);
        return claims;
    };
    for entry in entries {
        if ALWAYS_THERE.contains(&entry.key.value.as_str()) {
            diagnostics.push(
                entry
                    .key
                    .diagnostic(
                        Code::ReservedClaim,
                        format!("the claim `{}` is not declared", entry.key.value),
                    )
                    .help(format!("rules can always read `token.{}`", entry.key.value)),
            );
            continue;
        }
        nested(
            vec![entry.key.value.clone()],
            entry.key.span,
            &entry.value,
            &mut claims,
            diagnostics,
        );
    }
    claims
}

fn nested(
    path: Vec<String>,
    at: Span,
    node: &Node,
    claims: &mut Vec<ClaimDeclaration>,
    diagnostics: &mut Diagnostics,
) {
    if let Value::Mapping(entries) = &node.value {
        for entry in entries {
            let mut path = path.clone();
            path.push(entry.key.value.clone());
            nested(path, entry.key.span, &entry.value, claims, diagnostics);
        }
        return;
    }
    if let Some((ty, presence)) = declared_type(node, diagnostics) {
        claims.push(ClaimDeclaration {
            path: Spanned::new(path, at),
            ty,
            presence,
        });
    }
}

/// `any`, or parameters with their types. Without the key there are no parameters.
pub(super) fn read_query(node: Option<&Node>, diagnostics: &mut Diagnostics) -> Query {
    let Some(node) = node else {
        return Query::Declared(Vec::new());
    };
    match &node.value {
        Value::Text(text) if text.text == "any" => Query::Any,
        Value::Mapping(entries) => {
            let parameters = entries.iter().filter_map(|entry| {
                let (ty, presence) = parameter_type(&entry.value, diagnostics)?;
                Some(Parameter {
                    name: entry.key.clone(),
                    ty,
                    presence,
                })
            });
            Query::Declared(parameters.collect())
        }
        Value::Nothing | Value::Refused | Value::Text(_) | Value::List(_) => {
            wrong_kind(
                node,
                "a mapping from parameters to types, or `any`,",
                diagnostics,
            );
            Query::Declared(Vec::new())
        }
    }
}

/// A claim's path: dotted, or a list of member names where names have dots.
pub(super) fn path(node: &Node, diagnostics: &mut Diagnostics) -> Option<ClaimPath> {
    let names: Vec<String> = match &node.value {
        Value::List(items) => items
            .iter()
            .filter_map(|item| text(item, diagnostics))
            .map(|name| name.value)
            .collect(),
        _ => text(node, diagnostics)?
            .value
            .split('.')
            .map(str::to_owned)
            .collect(),
    };
    if names.is_empty() || names.iter().any(String::is_empty) {
        diagnostics.push(
            Spanned::new((), node.span)
                .diagnostic(Code::BadValue, "this does not name a claim")
                .help("write `mission.id`, or `[\"https://example.org/mission\", id]` for names with dots"),
        );
        return None;
    }
    Some(Spanned::new(names, node.span))
}
