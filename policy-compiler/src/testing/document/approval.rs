//! Reading `approval`, what a request shows for one.

use remit_engine::plan::Plan;

use super::number;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, did_you_mean, listing};
use crate::document::fields::{Fields, text};
use crate::testing::{Approval, Attempt, Which};
use crate::yaml::{Node, Value};

const APPROVAL: &[&str] = &[
    "of",
    "same_as",
    "key",
    "lifetime_seconds",
    "issued_seconds_ago",
];

/// Longest distance of an approval's times from the request's: 30 days.
const SECONDS: i64 = 30 * 24 * 3600;

/// Reads it. `before` are the steps before it, by name.
pub(super) fn read(
    node: &Node,
    before: &[(String, Attempt)],
    plan: &Plan,
    diagnostics: &mut Diagnostics,
) -> Option<Approval> {
    if plan.approvals.is_none() {
        let message = "nobody approves anything under this policy";
        diagnostics.push(
            Diagnostic::new(Code::BadValue, node.span, message)
                .help("say in the policy whose approvals count: `approvals: {jwks: …}`"),
        );
        return None;
    }
    if matches!(&node.value, Value::Text(text) if text.text == "true") {
        return Some(Approval {
            key: None,
            which: Which::Made {
                of: None,
                lifetime: None,
                issued_ago: None,
            },
        });
    }
    if matches!(node.value, Value::Text(_)) {
        let message = "this is not an approval";
        diagnostics
            .push(Diagnostic::new(Code::BadValue, node.span, message).help(
                "write `true`: one of exactly this call; or `{of: STEP}`, `{same_as: STEP}`",
            ));
        return None;
    }
    let what = "an approval";
    let fields = Fields::open(node, what, node.span, APPROVAL, &[], diagnostics)?;
    let key = fields.get("key").and_then(|node| text(node, diagnostics));
    let mut seconds = |key| {
        let node = fields.get(key)?;
        number(node, -SECONDS..=SECONDS, diagnostics)
    };
    let (lifetime, issued_ago) = (seconds("lifetime_seconds"), seconds("issued_seconds_ago"));
    if let Some(again) = fields.get("same_as") {
        let mut others = APPROVAL.iter().filter(|key| **key != "same_as");
        if let Some(at) = others.find_map(|key| fields.place(key)) {
            let message = "an approval that was shown before is as it is";
            let help = "leave `same_as` alone";
            diagnostics.push(Diagnostic::new(Code::UnknownKey, at, message).help(help));
            return None;
        }
        let place = step(again, before, diagnostics)?;
        let showed = before.get(place);
        if showed.is_some_and(|(_, attempt)| attempt.approval.is_none()) {
            let message = "this step shows no approval";
            diagnostics.push(Diagnostic::new(Code::BadValue, again.span, message));
            return None;
        }
        return Some(Approval {
            key: None,
            which: Which::Again(place),
        });
    }
    let of = match fields.get("of") {
        Some(node) => {
            let place = step(node, before, diagnostics)?;
            before.get(place).map(|(_, call)| Box::new(call.clone()))
        }
        None => None,
    };
    Some(Approval {
        key,
        which: Which::Made {
            of,
            lifetime,
            issued_ago,
        },
    })
}

/// The place of a step among those before.
fn step(node: &Node, before: &[(String, Attempt)], diagnostics: &mut Diagnostics) -> Option<usize> {
    let name = text(node, diagnostics)?;
    let names = || before.iter().map(|(name, _)| name.as_str());
    let found = names().position(|known| known == name.value);
    if found.is_none() {
        let message = format!("there is no step `{}` before this one", name.value);
        diagnostics.push(
            name.diagnostic(Code::UnknownName, message)
                .help(if before.is_empty() {
                    "there is none at all".to_owned()
                } else {
                    format!("there are {}", listing(names()))
                })
                .help_if(did_you_mean(&name.value, names())),
        );
    }
    found
}
