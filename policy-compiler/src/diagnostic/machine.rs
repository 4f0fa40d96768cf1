//! Diagnostics for programs: JSON, and the workflow commands of GitHub Actions.

use serde_json::{Value, json};

use super::render::place;
use super::{Diagnostic, Label, Severity};
use crate::source::Sources;

fn severity(diagnostic: &Diagnostic) -> &'static str {
    match diagnostic.severity() {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

/// One object a diagnostic. Lines and columns count from 1, columns in characters; the end is
/// the position after the last character.
#[must_use]
pub fn json(diagnostic: &Diagnostic, sources: &Sources) -> Value {
    let related: Vec<Value> = diagnostic
        .secondary
        .iter()
        .map(|label| label_json(label, sources))
        .collect();
    let mut object = label_json(&diagnostic.primary, sources);
    if let Value::Object(members) = &mut object {
        members.insert("code".into(), json!(diagnostic.code.text()));
        members.insert("severity".into(), json!(severity(diagnostic)));
        members.insert("message".into(), json!(diagnostic.message));
        members.insert("help".into(), json!(diagnostic.help));
        members.insert("related".into(), json!(related));
    }
    object
}

fn label_json(label: &Label, sources: &Sources) -> Value {
    let (file, line, column) = place(sources, label.span.file, label.span.start);
    let (_, end_line, end_column) = place(sources, label.span.file, label.span.end);
    json!({
        "file": file,
        "line": line,
        "column": column,
        "end_line": end_line,
        "end_column": end_column,
        "label": label.text,
    })
}

/// A workflow command that puts the diagnostic beside the line in a pull request.
#[must_use]
pub fn github(diagnostic: &Diagnostic, sources: &Sources) -> String {
    let (file, line, column) = place(
        sources,
        diagnostic.primary.span.file,
        diagnostic.primary.span.start,
    );
    let (_, end_line, end_column) = place(
        sources,
        diagnostic.primary.span.file,
        diagnostic.primary.span.end,
    );
    let mut message = diagnostic.message.clone();
    for extra in [Some(&diagnostic.primary.text), diagnostic.help.as_ref()] {
        if let Some(text) = extra.filter(|text| !text.is_empty()) {
            message.push('\n');
            message.push_str(text);
        }
    }
    format!(
        "::{} file={},line={line},col={column},endLine={end_line},endColumn={end_column},title={}::{}",
        severity(diagnostic),
        property(&file),
        property(diagnostic.code.text()),
        data(&message),
    )
}

/// A workflow command about a line.
#[must_use]
pub fn github_line(command: &str, file: &str, line: usize, title: &str, message: &str) -> String {
    format!(
        "::{command} file={},line={line},title={}::{}",
        property(file),
        property(title),
        data(message),
    )
}

fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
