//! Reading what must come of a request.
//!
//! What can never come of any is an error here: a test that cannot pass is a mistake in the test.

use std::collections::BTreeMap;

use remit_engine::decision::{Outcome, Reason};
use remit_engine::plan::Plan;

use super::{number, value};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, did_you_mean};
use crate::document::fields::{Fields, items, text};
use crate::document::scalars::word;
use crate::source::Spanned;
use crate::testing::{Challenge, Expected};
use crate::yaml::Node;

const EXPECT: &[&str] = &[
    "decision",
    "reason",
    "rule",
    "observed",
    "status",
    "www_authenticate",
    "stripped",
    "record",
    "listed",
    "marked",
];
const CHALLENGE: &[&str] = &["contains", "lacks"];

/// Reads `expect`.
pub(super) fn read(
    node: &Node,
    identity: Option<BTreeMap<String, String>>,
    plan: &Plan,
    diagnostics: &mut Diagnostics,
) -> Option<Expected> {
    let fields = Fields::open(node, "`expect`", node.span, EXPECT, &[], diagnostics)?;
    let outcomes = [
        Outcome::Allow,
        Outcome::Deny,
        Outcome::Challenge,
        Outcome::Answer,
    ];
    let outcomes = outcomes.map(|outcome| (outcome.code(), outcome));
    let reasons: Vec<(&str, Reason)> = Reason::ALL.iter().map(|one| (one.code(), *one)).collect();
    let decision = fields.require("decision", diagnostics);
    let decision = decision.and_then(|node| {
        let outcome = word(node, "a decision", &outcomes, &[], diagnostics)?;
        Some(Spanned::new(outcome, node.span))
    });
    let reason = fields
        .require("reason", diagnostics)
        .and_then(|node| word(node, "a reason", &reasons, &[], diagnostics));
    let status = fields.get("status").and_then(|node| {
        let status = number(node, 100..=599, diagnostics)?;
        Some(Spanned::new(status, node.span))
    });
    let rule = fields
        .get("rule")
        .and_then(|node| rule(node, plan, diagnostics));
    let observed = items(fields.get("observed"), diagnostics);
    let observed = observed
        .iter()
        .filter_map(|item| rule_id(item, plan, diagnostics));
    let observed = observed.collect();
    let challenge = fields
        .get("www_authenticate")
        .and_then(|node| challenge(node, diagnostics));
    let stripped = fields.get("stripped").map(|node| {
        let names = items(Some(node), diagnostics).iter();
        names
            .filter_map(|name| text(name, diagnostics))
            .map(|name| name.value.to_ascii_lowercase())
            .collect()
    });
    let record = value::members(fields.get("record"), diagnostics);
    let mut names = |key| {
        let node = fields.get(key)?;
        let names = items(Some(node), diagnostics).iter();
        let names = names.filter_map(|name| text(name, diagnostics));
        Some(names.map(|name| name.value).collect::<Vec<_>>())
    };
    let (listed, marked) = (names("listed"), names("marked"));
    let (decision, reason) = (decision?, reason?);
    let lists = [("listed", listed.is_some()), ("marked", marked.is_some())];
    for (key, _) in lists.into_iter().filter(|(_, said)| *said) {
        let message = if reason.outcome() != Outcome::Allow {
            "a request that does not go on is answered with no list"
        } else if listed.is_none() {
            "what is marked is among what is listed"
        } else {
            continue;
        };
        let at = fields.place(key).unwrap_or(node.span);
        diagnostics.push(Diagnostic::new(Code::BadValue, at, message));
    }
    agree(&decision, status.as_ref(), reason, diagnostics);
    let with_identity = reason.outcome() == Outcome::Allow && reason != Reason::Public;
    Some(Expected {
        decision: decision.value,
        reason,
        rule,
        observed,
        challenge,
        stripped,
        identity: identity.filter(|_| with_identity),
        record,
        listed,
        marked,
    })
}

/// Decision and status follow from the reason.
fn agree(
    decision: &Spanned<Outcome>,
    status: Option<&Spanned<i64>>,
    reason: Reason,
    diagnostics: &mut Diagnostics,
) {
    if decision.value != reason.outcome() {
        diagnostics.push(
            decision
                .diagnostic(
                    Code::BadValue,
                    format!("no decision with the reason `{reason}` is this"),
                )
                .help(format!("it is always `{}`", reason.outcome().code())),
        );
    }
    if let Some(status) = status.filter(|status| status.value != i64::from(reason.status())) {
        diagnostics.push(
            status
                .diagnostic(
                    Code::BadValue,
                    format!("no answer with the reason `{reason}` has this status"),
                )
                .help(format!("it is always {}", reason.status())),
        );
    }
}

/// `rule`, which may be nothing: no rule.
fn rule(node: &Node, plan: &Plan, diagnostics: &mut Diagnostics) -> Option<String> {
    if node.value == crate::yaml::Value::Nothing {
        return None;
    }
    rule_id(node, plan, diagnostics)
}

fn rule_id(node: &Node, plan: &Plan, diagnostics: &mut Diagnostics) -> Option<String> {
    let id = text(node, diagnostics)?;
    let known = || {
        let exceptions = plan.break_glass.iter().map(|one| one.id.as_str());
        let rules = plan.rules.iter().map(|rule| rule.id.as_str());
        let limits = plan.history.limits.iter().map(|limit| limit.id.as_str());
        rules.chain(exceptions).chain(limits)
    };
    if known().any(|known| known == id.value) {
        return Some(id.value);
    }
    diagnostics.push(
        id.diagnostic(
            Code::UnknownName,
            format!("the policy has no rule or limit `{}`", id.value),
        )
        .help("a rule is called by its `id`, or after the operation that it allows")
        .help_if(did_you_mean(&id.value, known())),
    );
    None
}

fn challenge(node: &Node, diagnostics: &mut Diagnostics) -> Option<Challenge> {
    let what = "`www_authenticate`";
    let fields = Fields::open(node, what, node.span, CHALLENGE, &[], diagnostics)?;
    let mut parts = |key| -> Vec<String> {
        let parts = items(fields.get(key), diagnostics).iter();
        parts
            .filter_map(|part| text(part, diagnostics))
            .map(|part| part.value)
            .collect()
    };
    let challenge = Challenge {
        contains: parts("contains"),
        lacks: parts("lacks"),
    };
    if challenge.contains.is_empty() && challenge.lacks.is_empty() {
        let message = "`www_authenticate` says nothing here";
        diagnostics.push(
            Diagnostic::new(Code::BadValue, node.span, message)
                .help("say what it `contains` or `lacks`"),
        );
    }
    Some(challenge)
}
