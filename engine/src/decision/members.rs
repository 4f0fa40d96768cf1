//! The members of a JSON object, written one after the other.
//!
//! A record is written on every request, and nearly all that stands in it needs no escapes: that is
//! copied, the rest goes through `serde_json`.

use std::fmt::Write as _;

/// An object in the making, or a run of members of one.
#[derive(Debug)]
pub(super) struct Members<'l> {
    line: &'l mut String,
    /// Names are written by the program and need no escapes.
    separator: &'static str,
}

impl<'l> Members<'l> {
    /// Begins an object.
    pub(super) fn begin(line: &'l mut String) -> Self {
        Self {
            line,
            separator: "{\"",
        }
    }

    /// Goes on where other members stand before these.
    pub(super) fn within(line: &'l mut String) -> Self {
        Self {
            line,
            separator: ",\"",
        }
    }

    /// A member that is a string.
    pub(super) fn text(&mut self, name: &'static str, value: &str) {
        self.name(name);
        string(self.line, value);
    }

    /// A member that may not be there.
    pub(super) fn optional(&mut self, name: &'static str, value: Option<&str>) {
        if let Some(value) = value {
            self.text(name, value);
        }
    }

    /// A member that is a list of strings, left out where it would be empty.
    pub(super) fn texts(&mut self, name: &'static str, values: &[&str]) {
        if values.is_empty() {
            return;
        }
        self.name(name);
        for (position, value) in values.iter().enumerate() {
            self.line.push(if position == 0 { '[' } else { ',' });
            string(self.line, value);
        }
        self.line.push(']');
    }

    /// A member that is a number.
    pub(super) fn number(&mut self, name: &'static str, value: i64) {
        self.name(name);
        // Writing to a string does not fail.
        let _ = write!(self.line, "{value}");
    }

    /// A member that is an object of strings, left out where it would be empty.
    pub(super) fn object(&mut self, name: &'static str, values: &[(String, String)]) {
        if values.is_empty() {
            return;
        }
        self.name(name);
        for (position, (key, value)) in values.iter().enumerate() {
            self.line.push(if position == 0 { '{' } else { ',' });
            string(self.line, key);
            self.line.push(':');
            string(self.line, value);
        }
        self.line.push('}');
    }

    /// Members that were written by [`Members::within`].
    pub(super) fn written(&mut self, members: &str) {
        self.line.push_str(members);
    }

    /// Ends the object.
    pub(super) fn end(self) {
        self.line.push('}');
    }

    fn name(&mut self, name: &str) {
        self.line.push_str(self.separator);
        self.line.push_str(name);
        self.line.push_str("\":");
        self.separator = ",\"";
    }
}

fn string(line: &mut String, value: &str) {
    if value.bytes().all(stands_as_it_is) {
        line.push('"');
        line.push_str(value);
        line.push('"');
    } else {
        line.push_str(&serde_json::to_string(value).unwrap_or_default());
    }
}

/// Within a string (RFC 8259 section 7).
fn stands_as_it_is(byte: u8) -> bool {
    byte >= b' ' && byte != b'"' && byte != b'\\'
}

#[cfg(test)]
mod tests;
