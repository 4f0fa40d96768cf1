//! Reading what a body holds, or the arguments of a call: `any`, or members with their types.

use remit_engine::limits::{BODY_BYTES, MOST_BODY_BYTES};
use remit_engine::plan::Others;

use super::fields::{Fields, items, text, wrong_kind};
use super::{Amount, Http, Parameter, bounded, claims};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, did_you_mean};
use crate::source::{Span, Spanned};
use crate::yaml::{Entry, Node, Value};

/// Stands for members that are not declared.
pub(super) const OTHERS: &str = "*";
pub(super) const ANY: &str = "any";

/// A JSON object that is looked into.
#[derive(Debug)]
pub(crate) struct Body {
    /// Its members, as far as rules can read them.
    pub(crate) declared: Vec<Parameter>,
    /// Whether there may be others.
    pub(crate) others: Others,
    /// Longest body, in bytes; of calls the endpoint has one.
    pub(crate) body_bytes: u32,
    /// Members whose values records may carry.
    pub(crate) logged: Vec<Spanned<String>>,
    /// Where it says how much money is moved.
    pub(crate) amount: Option<Amount>,
    /// The member that says who gets something.
    pub(crate) recipient: Option<Spanned<String>>,
}

impl Body {
    /// Any JSON object, of which rules can read nothing.
    pub(super) fn any() -> Self {
        Self {
            declared: Vec::new(),
            others: Others::Pass,
            body_bytes: BODY_BYTES,
            logged: Vec::new(),
            amount: None,
            recipient: None,
        }
    }

    /// Reads what the keys beside it say of its members; `key`: where they are declared.
    pub(super) fn said(
        &mut self,
        fields: &Fields<'_>,
        key: &'static str,
        diagnostics: &mut Diagnostics,
    ) {
        self.logged = logged(fields, self, key, diagnostics);
        self.amount = bounded::amount(fields, self, key, diagnostics);
        self.recipient = bounded::recipient(fields, self, key, diagnostics);
    }

    /// Where a member is declared.
    pub(super) fn member(&self, name: &str) -> Option<&Parameter> {
        self.declared.iter().find(|one| one.name.value == name)
    }
}

/// The body of an HTTP operation, with the keys that say something of it.
pub(super) fn of_request(
    fields: &Fields<'_>,
    http: Option<&Http>,
    diagnostics: &mut Diagnostics,
) -> Option<Body> {
    let limit = limit(fields, diagnostics);
    let Some(node) = fields.get("body") else {
        for key in ["body_limit", "log", "amount", "recipient"] {
            if let Some(at) = fields.place(key) {
                let message = format!("`{key}` says nothing without `body`");
                diagnostics.push(
                    Diagnostic::new(Code::BadValue, at, message)
                        .help("declare the body: `body: {amount: double}`, or `body: any`"),
                );
            }
        }
        return None;
    };
    if let Some(http) = http.filter(|http| matches!(http.method.as_str(), "GET" | "HEAD")) {
        diagnostics.push(
            Diagnostic::new(
                Code::BadValue,
                fields.place("body").unwrap_or(node.span),
                format!("a {} has no body", http.method),
            )
            .also(http.span, "the method stands here")
            .help("what it asks for stands in the path and the query"),
        );
    }
    let mut body = members(node, diagnostics);
    body.body_bytes = limit;
    body.said(fields, "body", diagnostics);
    Some(body)
}

/// `any`, or a mapping from members to types.
pub(super) fn members(node: &Node, diagnostics: &mut Diagnostics) -> Body {
    let mut body = Body::any();
    match &node.value {
        Value::Text(text) if text.text == ANY => {}
        Value::Mapping(entries) => {
            body.others = Others::Refuse;
            for Entry { key, value } in entries {
                if key.value == OTHERS {
                    others(value, diagnostics);
                    body.others = Others::Pass;
                } else if let Some((ty, presence)) = claims::declared_type(value, diagnostics) {
                    body.declared.push(Parameter {
                        name: key.clone(),
                        ty,
                        presence,
                    });
                }
            }
        }
        Value::Nothing | Value::Refused | Value::Text(_) | Value::List(_) => {
            let expected = "a mapping from members to types, or `any`,";
            wrong_kind(node, expected, diagnostics);
        }
    }
    body
}

/// What stands beside `*`.
fn others(node: &Node, diagnostics: &mut Diagnostics) {
    let Some(written) = text(node, diagnostics).filter(|text| text.value != ANY) else {
        return;
    };
    diagnostics.push(
        written
            .diagnostic(
                Code::UnknownValue,
                format!(
                    "members that are not declared have no type: `{}`",
                    written.value
                ),
            )
            .help("write `\"*\": any`, which lets them pass; rules cannot read them"),
    );
}

/// `log`: declared members whose values records may carry. `key`: where they are declared.
fn logged(
    fields: &Fields<'_>,
    body: &Body,
    key: &'static str,
    diagnostics: &mut Diagnostics,
) -> Vec<Spanned<String>> {
    let mut logged: Vec<Spanned<String>> = Vec::new();
    for item in items(fields.get("log"), diagnostics) {
        let Some(name) = text(item, diagnostics) else {
            continue;
        };
        if is_declared(&name, body, key, diagnostics) && !logged.contains(&name) {
            logged.push(name);
        }
    }
    logged
}

/// Complains about a member that is not declared.
pub(super) fn is_declared(
    name: &Spanned<String>,
    body: &Body,
    key: &'static str,
    diagnostics: &mut Diagnostics,
) -> bool {
    if body.member(&name.value).is_some() {
        return true;
    }
    let names = body.declared.iter().map(|one| one.name.value.as_str());
    diagnostics.push(
        name.diagnostic(
            Code::UnknownName,
            format!("`{}` is not declared under `{key}`", name.value),
        )
        .help(format!(
            "declare it there: `{key}: {{{}: string}}`",
            name.value
        ))
        .help_if(did_you_mean(&name.value, names)),
    );
    false
}

/// `body_limit`, in bytes; the usual one where there is none or it cannot be read.
pub(super) fn limit(fields: &Fields<'_>, diagnostics: &mut Diagnostics) -> u32 {
    let Some(written) = fields
        .get("body_limit")
        .and_then(|node| text(node, diagnostics))
    else {
        return BODY_BYTES;
    };
    match bytes(&written.value) {
        Some(bytes) if (1..=MOST_BODY_BYTES).contains(&bytes) => bytes,
        Some(_) => {
            let message = format!("`{}` is out of range", written.value);
            refuse(message, written.span, diagnostics)
        }
        None => {
            let message = format!("`{}` is not a size", written.value);
            refuse(message, written.span, diagnostics)
        }
    }
}

fn refuse(message: String, span: Span, diagnostics: &mut Diagnostics) -> u32 {
    let most = MOST_BODY_BYTES / 1024;
    diagnostics.push(Diagnostic::new(Code::BadValue, span, message).help(format!(
        "write a number with a unit: `128KiB`; it can be from 1KiB to {most}KiB"
    )));
    BODY_BYTES
}

fn bytes(text: &str) -> Option<u32> {
    let (number, factor) = [("KiB", 1024), ("MiB", 1024 * 1024)]
        .iter()
        .find_map(|(unit, factor)| Some((text.strip_suffix(unit)?, *factor)))?;
    if number.is_empty() || !number.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    Some(
        number
            .parse::<u32>()
            .unwrap_or(u32::MAX)
            .saturating_mul(factor),
    )
}
