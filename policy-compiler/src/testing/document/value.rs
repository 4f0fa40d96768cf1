//! Claims, written in YAML, as the JSON that a token carries.
//!
//! A scalar without quotes is a number, `true`, `false` or `null` exactly if JSON has it so;
//! what some readers of YAML would take for one and others not has to be written otherwise.

use serde_json::{Map, Value as Json};

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::document::fields::entries;
use crate::yaml::{Entry, Node, Value};

/// Claims, or other members, by name.
pub(super) fn members(node: Option<&Node>, diagnostics: &mut Diagnostics) -> Map<String, Json> {
    let members = entries(node, diagnostics).iter();
    members
        .map(|Entry { key, value }| (key.value.clone(), json(value, diagnostics)))
        .collect()
}

/// The value of a claim.
pub(super) fn json(node: &Node, diagnostics: &mut Diagnostics) -> Json {
    match &node.value {
        Value::Nothing | Value::Refused => Json::Null,
        Value::Text(text) if !text.is_plain() => Json::String(text.text.clone()),
        Value::Text(text) => {
            plain(&text.text).unwrap_or_else(|| {
                diagnostics.push(
                Diagnostic::new(
                    Code::BadValue,
                    node.span,
                    format!("`{}` could be read as a text or as something else", text.text),
                )
                .help("put a text into quotes; write numbers, `true` and `false` as JSON has them"),
            );
                Json::Null
            })
        }
        Value::List(items) => items.iter().map(|item| json(item, diagnostics)).collect(),
        Value::Mapping(entries) => {
            let members = entries
                .iter()
                .map(|entry| (entry.key.value.clone(), json(&entry.value, diagnostics)));
            Json::Object(members.collect::<Map<_, _>>())
        }
    }
}

/// A scalar without quotes; `None` if readers differ in what it is.
fn plain(text: &str) -> Option<Json> {
    if let Ok(value @ (Json::Bool(_) | Json::Number(_))) = serde_json::from_str(text) {
        return Some(value);
    }
    (!is_unclear(text)).then(|| Json::String(text.to_owned()))
}

/// Whether YAML 1.1, YAML 1.2 or a lenient reader takes it for a number or a bool.
fn is_unclear(text: &str) -> bool {
    const WORDS: &[&str] = &[
        "true", "false", "yes", "no", "on", "off", "null", ".inf", ".nan",
    ];
    let lower = text.to_ascii_lowercase();
    let number = lower.trim_start_matches(['+', '-']);
    let based = ["0x", "0o", "0b"].iter().any(|base| {
        let digits = number.strip_prefix(base);
        digits.is_some_and(|digits| digits.bytes().all(|each| each.is_ascii_hexdigit()))
    });
    let decimal = number.bytes().any(|each| each.is_ascii_digit())
        && number.starts_with(|first: char| first.is_ascii_digit() || first == '.')
        && number.bytes().all(|each| {
            each.is_ascii_digit() || matches!(each, b'.' | b'_' | b'e' | b'+' | b'-' | b':')
        })
        && number.replace('_', "").parse::<f64>().is_ok();
    WORDS.contains(&number) || based || decimal
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_plain_scalar_is_what_json_has_or_a_text_or_refused() {
        for (text, expected) in [
            ("2", Some(json!(2))),
            ("-2.5e3", Some(json!(-2500.0))),
            ("true", Some(json!(true))),
            ("T-4711", Some(json!("T-4711"))),
            ("10.0.0.1", Some(json!("10.0.0.1"))),
            ("2026-01-01", Some(json!("2026-01-01"))),
            ("1e5x", Some(json!("1e5x"))),
            ("[", Some(json!("["))),
            ("True", None),
            ("no", None),
            ("0x1F", None),
            ("0o17", None),
            ("+5", None),
            (".5", None),
            ("5.", None),
            ("007", None),
            ("1_000", None),
            ("-.inf", None),
        ] {
            assert_eq!(plain(text), expected, "{text}");
        }
    }
}
