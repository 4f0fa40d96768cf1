//! An explanation for programs.

use std::io::{self, Write};

use remit_engine::plan::{Effect, Mode};
use remit_policy_compiler::source::Span;
use remit_policy_compiler::testing::{Came, Explained, Part, Step, Why, time_text};
use serde_json::{Value, json};

use super::Told;

/// Prints one JSON document.
pub(super) fn print(told: &Told<'_>, out: &mut dyn Write) -> io::Result<()> {
    let decided = told.decided;
    let rules: Vec<Value> = told
        .explanation
        .rules
        .iter()
        .map(|one| rule(one, told))
        .collect();
    let passed_over = told.explanation.passed_over.iter();
    let passed_over: Vec<Value> = passed_over
        .map(|one| {
            let why = match one.why {
                Why::Decided => "decided",
                Why::OtherValue => "other_value",
            };
            json!({"rule": one.name, "effect": effect(one.effect), "why": why})
        })
        .collect();
    let claims: serde_json::Map<String, Value> = told
        .explanation
        .claims
        .iter()
        .map(|(name, value)| (name.clone(), json!(value)))
        .collect();
    let limits = told.explanation.limits.iter();
    let limits: Vec<Value> = limits
        .map(|one| {
            json!({
                "limit": one.id,
                "at": one.span.map(|span| place(span, told)),
                "what": one.what,
                "counted": one.counted,
                "at_most": one.at_most,
                "has_room": one.has_room,
                "decided": one.decided,
            })
        })
        .collect();
    let document = json!({
        "case": told.case,
        "request": told.explanation.request,
        "now": time_text(told.now),
        "decision": decided.decision.code(),
        "reason": decided.reason.code(),
        "description": decided.reason.description(),
        "status": decided.reason.status(),
        "rule": decided.rule,
        "observed": decided.observed,
        "record": decided.record,
        "claims": claims,
        "rules": rules,
        "not_looked_at": passed_over,
        "limits": limits,
    });
    writeln!(out, "{document:#}")
}

fn rule(rule: &Explained, told: &Told<'_>) -> Value {
    let steps: Vec<Value> = rule.steps.iter().map(|one| step(one, told)).collect();
    json!({
        "rule": rule.name,
        "effect": effect(rule.effect),
        "mode": match rule.mode {
            Mode::Enforce => "enforce",
            Mode::Observe => "observe",
        },
        "at": rule.span.map(|span| place(span, told)),
        "holds": rule.verdict.as_ref().ok(),
        "error": rule.verdict.as_ref().err(),
        "part": match rule.part {
            Part::Decided => "decided",
            Part::Reported => "reported",
            Part::Overridden => "overridden",
            Part::None => "none",
        },
        "condition": steps,
        "asks_for": rule.demand,
    })
}

fn step(step: &Step, told: &Told<'_>) -> Value {
    let (values, error) = match &step.value {
        Came::To(values) => (values.as_slice(), None),
        Came::ToError(error) => (&[][..], Some(error)),
        Came::ToNothing => (&[][..], None),
    };
    json!({
        "depth": step.depth,
        "text": step.text,
        "at": place(step.span, told),
        "evaluated": step.value != Came::ToNothing,
        "values": values,
        "error": error,
    })
}

fn place(span: Span, told: &Told<'_>) -> Value {
    let Some(file) = told.sources.file(span.file) else {
        return Value::Null;
    };
    let position = file.position(span.start);
    json!({
        "file": file.path().display().to_string(),
        "line": position.line,
        "column": position.column,
    })
}

fn effect(effect: Effect) -> &'static str {
    match effect {
        Effect::Allow => "allow",
        Effect::Deny => "deny",
        Effect::Require => "require",
    }
}
