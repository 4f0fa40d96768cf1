//! Names in a policy for what has other names elsewhere.

use std::collections::BTreeSet;

/// Longest name in a policy.
const NAME_BYTES: usize = 64;

/// Whether a policy can have the name.
pub(super) fn is_name(text: &str) -> bool {
    let rest = text.strip_prefix(|first: char| first.is_ascii_alphabetic());
    text.len() <= NAME_BYTES && rest.is_some_and(|rest| rest.chars().all(fits))
}

/// Whether rules can have the name of a capture.
pub(super) fn is_identifier(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && text.len() <= NAME_BYTES
        && text
            .chars()
            .all(|each| each.is_ascii_alphanumeric() || each == '_')
}

fn fits(each: char) -> bool {
    each.is_ascii_alphanumeric() || matches!(each, '-' | '_')
}

/// A name that is near to a text.
pub(super) fn near(text: &str, otherwise: &str) -> String {
    let mut name = String::new();
    for each in text.chars() {
        if fits(each) {
            name.push(each);
        } else if !name.ends_with('-') {
            name.push('-');
        }
        if name.len() >= NAME_BYTES {
            break;
        }
    }
    let name = name.trim_matches(['-', '_']);
    if name.is_empty() {
        return otherwise.to_owned();
    }
    if name.starts_with(|first: char| first.is_ascii_alphabetic()) {
        return name.to_owned();
    }
    shortened(&format!("{otherwise}-{name}"), "")
}

/// A name of at most the length that names have, with its end.
fn shortened(name: &str, end: &str) -> String {
    let begin = NAME_BYTES.saturating_sub(end.len());
    let begin: String = name.chars().take(begin).collect();
    let mut whole = format!("{begin}{end}");
    whole.truncate(NAME_BYTES);
    whole
}

/// The names of a resource, each given once.
#[derive(Debug, Default)]
pub(super) struct Names(BTreeSet<String>);

impl Names {
    /// Takes a name for itself; whether it was there to take.
    pub(super) fn take(&mut self, name: &str) -> bool {
        self.0.insert(name.to_owned())
    }

    /// A name near to a text that nothing else has: itself, with the kind, or with a number.
    pub(super) fn make(&mut self, text: &str, kind: &str) -> String {
        let name = near(text, kind);
        if self.take(&name) {
            return name;
        }
        let of_kind = shortened(&name, &format!("-{kind}"));
        if self.take(&of_kind) {
            return of_kind;
        }
        // As many numbers are tried as there are names, and one more, so one is free.
        (2..=self.0.len() + 2)
            .map(|number| shortened(&name, &format!("-{number}")))
            .find(|numbered| self.take(numbered))
            .unwrap_or(name)
    }
}

#[cfg(test)]
mod tests;
