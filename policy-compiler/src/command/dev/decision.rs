//! A line of Envoy's access log as a line for a reader.

use serde_json::Value;

use crate::command::report::harmless;

const GREEN: &str = "\x1b[32m";
const RED: &str = "\x1b[31m";
const YELLOW: &str = "\x1b[33m";
const PLAIN: &str = "\x1b[0m";

/// One line: when, what was decided, on what, and why. `None` for what is no line of our access
/// log.
pub(super) fn line(entry: &str) -> Option<String> {
    let entry: Value = serde_json::from_str(entry).ok()?;
    let field = |name: &str| text(entry.get(name));
    let record = entry.get("remit").and_then(Value::as_str).unwrap_or("{}");
    let record: Value = serde_json::from_str(record).unwrap_or(Value::Null);
    let recorded = |name: &str| text(record.get(name));

    let start = field("start");
    let time = start.get(11..19).unwrap_or(&start);
    let (colour, outcome, why) = match recorded("decision").as_str() {
        "allow" => (GREEN, "allow".to_owned(), recorded("reason")),
        "" => (
            RED,
            "refused".to_owned(),
            format!("by Envoy: {}", field("details")),
        ),
        "challenge" => (YELLOW, "challenge".to_owned(), recorded("reason")),
        other => (RED, other.to_owned(), recorded("reason")),
    };
    let request = format!("{} {}{}", field("method"), field("host"), field("path"));
    let more: String = [
        "method",
        "called",
        "rule",
        "observed",
        "task",
        "agent",
        "principal",
    ]
    .into_iter()
    .map(|name| (name, recorded(name)))
    .filter(|(_, value)| !value.is_empty())
    .map(|(name, value)| format!("  {name}={value}"))
    .collect();
    let status = field("status");
    Some(format!(
        "{time} {colour}{outcome:9}{PLAIN} {status:3} {request}  {why}{more}"
    ))
}

/// A value as text that cannot move a terminal's cursor or change its colours.
fn text(value: Option<&Value>) -> String {
    let text = match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) if text == "-" => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(items)) => items
            .iter()
            .map(|item| text(Some(item)))
            .collect::<Vec<_>>()
            .join(","),
        Some(other) => other.to_string(),
    };
    harmless(&text)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn entry(remit: Option<&str>) -> String {
        json!({
            "start": "2026-11-22T20:21:57.475Z", "method": "GET", "host": "api.corp.example",
            "path": "/v1/orders", "status": 403, "details": "remit:not_allowed", "remit": remit,
        })
        .to_string()
    }

    #[test]
    fn a_decision_says_what_and_why() {
        let record = r#"{"decision":"allow","reason":"allowed","rule":"own","observed":["few"],"task":"triage","agent":"spiffe://a/b"}"#;
        let line = line(&entry(Some(record))).expect("an entry");
        assert_eq!(
            line,
            "20:21:57 \x1b[32mallow    \x1b[0m 403 GET api.corp.example/v1/orders  allowed  rule=own  observed=few  task=triage  agent=spiffe://a/b"
        );
    }

    #[test]
    fn what_envoy_refuses_by_itself_is_not_taken_for_a_decision() {
        for remit in [None, Some("-"), Some("")] {
            let line = line(&entry(remit)).expect("an entry");
            assert!(line.contains("refused"), "{line}");
            assert!(line.contains("by Envoy: remit:not_allowed"), "{line}");
        }
    }

    #[test]
    fn a_hostile_name_cannot_reach_the_terminal() {
        let record = json!({"decision": "allow", "agent": "a\u{1b}[2Jb\r\n"}).to_string();
        let line = line(&entry(Some(&record))).expect("an entry");
        assert!(line.ends_with("agent=a\\u{1b}[2Jb\\u{d}\\u{a}"), "{line}");
    }

    #[test]
    fn other_output_is_no_entry() {
        assert_eq!(line("starting"), None);
    }
}
