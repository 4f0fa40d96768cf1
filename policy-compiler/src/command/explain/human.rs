//! An explanation for a reader.

use std::io::{self, Write};

use remit_engine::decision::Outcome;
use remit_engine::plan::{Binding, Demand, Effect, Mode};
use remit_policy_compiler::source::Span;
use remit_policy_compiler::testing::{Came, Explained, Part, Step, Why, time_text};
use serde_json::Value;

use super::Told;
use crate::command::report::harmless;

const GREEN: &str = "\x1b[1;32m";
const RED: &str = "\x1b[1;31m";
const YELLOW: &str = "\x1b[1;33m";
const BOLD: &str = "\x1b[1m";
const DIM: &str = "\x1b[2m";
const PLAIN: &str = "\x1b[0m";

/// Longest text of a part, and of a value, that is shown.
const TEXT: usize = 72;
const VALUE: usize = 160;
/// Of a part that was evaluated more often, the first values are shown.
const VALUES: usize = 8;
/// Of rules that were not looked at, the first are named.
const RULES: usize = 12;

/// Prints it.
pub(super) fn print(told: &Told<'_>, out: &mut dyn Write) -> io::Result<()> {
    let explanation = told.explanation;
    writeln!(out, "{BOLD}{}{PLAIN}", harmless(&explanation.request))?;
    write!(out, "at {}", time_text(told.now))?;
    match told.case {
        Some(name) => writeln!(out, ", the test `{}`\n", harmless(name))?,
        None => writeln!(out, "\n")?,
    }
    decision(told, out)?;
    if !explanation.claims.is_empty() {
        writeln!(out, "\nwhat the token says:")?;
        let width = explanation
            .claims
            .iter()
            .map(|(name, _)| name.chars().count())
            .max();
        let width = width.unwrap_or(0);
        for (name, value) in &explanation.claims {
            writeln!(
                out,
                "    {:width$}  {}",
                harmless(name),
                cut(&harmless(value), VALUE)
            )?;
        }
    }
    if explanation.rules.is_empty() && explanation.passed_over.is_empty() {
        limits(told, out)?;
        return writeln!(out, "\nNo rule was looked at: it was decided before.");
    }
    for rule in &explanation.rules {
        writeln!(out)?;
        print_rule(rule, told, out)?;
    }
    passed_over(
        told,
        Why::OtherValue,
        "not looked at, for they ask for another value",
        out,
    )?;
    passed_over(told, Why::Decided, "not looked at any more", out)?;
    limits(told, out)
}

fn limits(told: &Told<'_>, out: &mut dyn Write) -> io::Result<()> {
    for (number, tally) in told.explanation.limits.iter().enumerate() {
        if number == 0 {
            writeln!(out)?;
        }
        let only = match tally.mode {
            Mode::Observe => " (only reports)",
            Mode::Enforce => "",
        };
        let (colour, room) = match tally.has_room {
            true => (GREEN, "has room"),
            false => (RED, "has no room"),
        };
        let part = match (tally.decided, tally.has_room, tally.mode) {
            (true, ..) => "  <- decided",
            (false, false, Mode::Observe) => "  <- reported",
            _ => "",
        };
        writeln!(
            out,
            "{BOLD}limit {}{PLAIN}{only}: {colour}{room}{PLAIN}{part}  {DIM}{}{PLAIN}",
            tally.id,
            place(tally.span, told)
        )?;
        writeln!(
            out,
            "    {} of {} {}",
            tally.counted, tally.at_most, tally.what
        )?;
    }
    Ok(())
}

fn passed_over(told: &Told<'_>, why: Why, title: &str, out: &mut dyn Write) -> io::Result<()> {
    let rules = told.explanation.passed_over.iter();
    let rules: Vec<_> = rules.filter(|rule| rule.why == why).collect();
    if rules.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{DIM}{title}:{PLAIN}")?;
    for rule in rules.iter().take(RULES) {
        writeln!(out, "{DIM}    {} {}{PLAIN}", effect(rule.effect), rule.name)?;
    }
    if rules.len() > RULES {
        writeln!(out, "{DIM}    … and {} more{PLAIN}", rules.len() - RULES)?;
    }
    Ok(())
}

fn decision(told: &Told<'_>, out: &mut dyn Write) -> io::Result<()> {
    let decided = told.decided;
    let colour = match decided.decision {
        Outcome::Allow | Outcome::Answer => GREEN,
        Outcome::Challenge => YELLOW,
        Outcome::Deny => RED,
    };
    write!(out, "{colour}{}{PLAIN}", decided.decision.code())?;
    write!(
        out,
        ": {}, {}",
        decided.reason.code(),
        decided.reason.status()
    )?;
    match &decided.rule {
        Some(id) if told.explanation.limits.iter().any(|one| one.decided) => {
            writeln!(out, ", by the limit `{id}`")?
        }
        Some(rule) => writeln!(out, ", by the rule `{rule}`")?,
        None => writeln!(out)?,
    }
    writeln!(out, "    {}", decided.reason.description())?;
    let recorded = |name: &str| decided.record.get(name).and_then(Value::as_str);
    let operation = match (
        recorded("resource"),
        recorded("operation"),
        recorded("class"),
    ) {
        (Some(resource), Some(operation), Some(class)) => {
            Some(format!("{resource}.{operation} ({class})"))
        }
        (_, operation, _) => operation.map(str::to_owned),
    };
    let facts = [
        "method",
        "called",
        "issuer",
        "agent",
        "principal",
        "task",
        "task_id",
        "session",
        "instance",
        "tenant",
        "delegation",
        "txn",
        "txn_refused",
        "break_glass",
    ];
    let told = |name| (name, decided.record.get(name).and_then(text));
    let facts = [("operation", operation)]
        .into_iter()
        .chain(facts.map(told));
    let facts: Vec<(&str, String)> = facts
        .filter_map(|(name, value)| Some((name, value?)))
        .collect();
    let width = facts.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    for (name, value) in facts {
        writeln!(out, "    {name:width$}  {}", harmless(&value))?;
    }
    Ok(())
}

/// A member of a record in words; a list in its order.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Array(several) => {
            let several: Vec<&str> = several.iter().filter_map(Value::as_str).collect();
            Some(several.join(", "))
        }
        _ => None,
    }
}

fn print_rule(rule: &Explained, told: &Told<'_>, out: &mut dyn Write) -> io::Result<()> {
    let (colour, verdict) = verdict(rule);
    let at = place(rule.span, told);
    let part = match rule.part {
        Part::Decided => "  <- decided",
        Part::Reported => "  <- reported",
        Part::Overridden => "  <- overridden",
        Part::None => "",
    };
    let name = format!("{} {}", effect(rule.effect), rule.name);
    let only = match rule.mode {
        Mode::Observe => " (only reports)",
        Mode::Enforce => "",
    };
    writeln!(
        out,
        "{BOLD}{name}{PLAIN}{only}: {colour}{verdict}{PLAIN}{part}  {DIM}{at}{PLAIN}"
    )?;
    if let Some(demand) = &rule.demand {
        return writeln!(out, "    it asks for {}", asked(demand));
    }
    if rule.steps.is_empty() && rule.verdict.is_ok() {
        return writeln!(out, "    {DIM}it has no condition{PLAIN}");
    }
    let width = rule
        .steps
        .iter()
        .map(|step| label(step).chars().count())
        .max();
    let width = width.unwrap_or(0);
    for step in &rule.steps {
        writeln!(out, "    {:width$}  {}", label(step), value(&step.value))?;
    }
    Ok(())
}

/// File and line.
fn place(span: Option<Span>, told: &Told<'_>) -> String {
    let place = span.and_then(|span| {
        let file = told.sources.file(span.file)?;
        let line = file.position(span.start).line;
        Some(format!("{}:{line}", file.path().display()))
    });
    place.unwrap_or_default()
}

/// What a rule asks for, in the words of the policy.
fn asked(demand: &Demand) -> String {
    match demand {
        Demand::Possession(binding) => match binding {
            Binding::BearerOk => "nothing".to_owned(),
            Binding::Dpop => "possession: dpop".to_owned(),
            Binding::Mtls => "possession: mtls".to_owned(),
            Binding::Any => "possession: any".to_owned(),
        },
        Demand::FirstUse { token_age } => format!("first_use: token_age {token_age}s"),
        Demand::Approval => "approval: single-use".to_owned(),
        Demand::Authentication { max_age, acr } => {
            let age = max_age.map(|seconds| format!("max_age {seconds}s"));
            let acr = (!acr.is_empty()).then(|| format!("acr {}", acr.join(" or ")));
            let both: Vec<String> = age.into_iter().chain(acr).collect();
            format!("authentication: {}", both.join(", "))
        }
    }
}

fn effect(effect: Effect) -> &'static str {
    match effect {
        Effect::Allow => "allow",
        Effect::Deny => "deny",
        Effect::Require => "require",
    }
}

/// What came of a rule, and how that looks.
fn verdict(rule: &Explained) -> (&'static str, String) {
    let would = rule.mode == Mode::Observe;
    let (colour, words) = match (&rule.verdict, rule.effect) {
        (Ok(true), Effect::Deny) if would => (YELLOW, "would deny"),
        (Ok(false), Effect::Require) if would => (YELLOW, "would not be met"),
        (Err(error), _) => return (RED, format!("cannot be evaluated: {error}")),
        (Ok(true), Effect::Allow) => (GREEN, "allows"),
        (Ok(false), Effect::Allow) => (YELLOW, "does not allow"),
        (Ok(true), Effect::Deny) => (RED, "denies"),
        (Ok(false), Effect::Deny) => (GREEN, "does not deny"),
        (Ok(true), Effect::Require) => (GREEN, "is met"),
        (Ok(false), Effect::Require) => (RED, "is not met"),
    };
    (colour, words.to_owned())
}

fn label(step: &Step) -> String {
    let indent = "  ".repeat(step.depth);
    cut(&format!("{indent}{}", step.text), TEXT)
}

fn value(came: &Came) -> String {
    match came {
        Came::To(values) => {
            let mut text = values
                .iter()
                .take(VALUES)
                .cloned()
                .collect::<Vec<_>>()
                .join(", ");
            if values.len() > VALUES {
                text = format!("{text}, … ({} in all)", values.len());
            }
            let text = cut(&harmless(&text), VALUE);
            match values.as_slice() {
                [one] if one == "true" => format!("{GREEN}{text}{PLAIN}"),
                [one] if one == "false" => format!("{YELLOW}{text}{PLAIN}"),
                _ => text,
            }
        }
        Came::ToError(error) => format!("{RED}error: {error}{PLAIN}"),
        Came::ToNothing => format!("{DIM}not evaluated{PLAIN}"),
    }
}

fn cut(text: &str, longest: usize) -> String {
    if text.chars().count() <= longest {
        return text.to_owned();
    }
    text.chars().take(longest - 1).chain(['…']).collect()
}
