//! Reading lists: JSON-RPC answers, their results, a bare array of tools; one text or several.

use std::collections::BTreeMap;

use remit_engine::limits::CALLED_BYTES;
use serde_json::Value;

use super::super::notice::{Notices, Pointer};
use super::super::{NotJson, OPERATIONS, json};
use super::{Definition, Kind};

/// Why nothing can be imported from a text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// It is not JSON.
    #[error(transparent)]
    NotJson(#[from] NotJson),
    /// The server's answer is an error.
    #[error("the answer at `{place}` is the error {code}: {message}")]
    ErrorAnswer {
        /// Where.
        place: Pointer,
        /// The error's code.
        code: i64,
        /// What the server says.
        message: String,
    },
    /// There is no list in it.
    #[error(
        "there is no list in it: an answer to tools/list, prompts/list, resources/list or \
         resources/templates/list is expected, its result, or an array of tools"
    )]
    NoList,
    /// A list is no array of objects.
    #[error("`{place}` is not an array of objects")]
    NoArray {
        /// Where.
        place: Pointer,
    },
    /// More than [`OPERATIONS`].
    #[error("more than {OPERATIONS} definitions are listed")]
    TooMany,
}

/// Everything that a server lists.
#[derive(Debug, Clone, Default)]
pub struct Listing {
    pub(super) definitions: Vec<Definition>,
    pub(super) notices: Notices,
    /// Where the last page of a list says that there are more.
    unfinished: BTreeMap<Kind, Pointer>,
}

impl Listing {
    /// Adds what a text lists: one JSON text, or several one after another as in JSON lines.
    ///
    /// # Errors
    /// [`Unreadable`].
    pub fn add(&mut self, text: &[u8]) -> Result<(), Unreadable> {
        let values = json::read_all(text)?;
        let several = values.len() > 1;
        let mut found = false;
        for (index, value) in values.into_iter().enumerate() {
            let root = Pointer::default();
            let place = if several { root.element(index) } else { root };
            found |= self.add_value(value, &place)?;
        }
        if found {
            Ok(())
        } else {
            Err(Unreadable::NoList)
        }
    }

    /// Adds a page of a list, from the result of an answer.
    pub(super) fn add_page(
        &mut self,
        kind: Kind,
        result: &mut Value,
        place: &Pointer,
    ) -> Result<(), Unreadable> {
        let Some(list) = result.get_mut(kind.member()) else {
            return Ok(());
        };
        let list = list.take();
        let place = place.member(kind.member());
        let Value::Array(entries) = list else {
            return Err(Unreadable::NoArray { place });
        };
        for (index, entry) in entries.into_iter().enumerate() {
            self.add_entry(kind, entry, &place.element(index))?;
        }
        Ok(())
    }

    /// What every list has. The same definition twice is one; two with the same name are none.
    #[must_use]
    pub fn complete(mut self) -> Self {
        for (kind, place) in &self.unfinished {
            let text = format!(
                "{} goes on after this page, and the rest is not here",
                kind.method()
            );
            self.notices.push(place, text);
        }
        let mut seen: BTreeMap<(&str, String), Option<Value>> = BTreeMap::new();
        for definition in &self.definitions {
            let called = (definition.kind.section(), definition.called.clone());
            let known = seen
                .entry(called)
                .or_insert_with(|| Some(definition.entry.clone()));
            if known
                .as_ref()
                .is_some_and(|entry| *entry != definition.entry)
            {
                *known = None;
            }
        }
        let mut definitions = Vec::new();
        for definition in std::mem::take(&mut self.definitions) {
            let called = (definition.kind.section(), definition.called.clone());
            match seen.remove(&called) {
                Some(Some(_)) => definitions.push(definition),
                Some(None) => self.notices.push(
                    &definition.place,
                    format!(
                        "`{}` is listed more than once and not the same: left out",
                        definition.called
                    ),
                ),
                // One of those that were seen before.
                None => {}
            }
        }
        self.definitions = definitions;
        self
    }

    /// What is listed.
    #[must_use]
    pub fn definitions(&self) -> &[Definition] {
        &self.definitions
    }

    /// Whether there was a list in it.
    fn add_value(&mut self, value: Value, place: &Pointer) -> Result<bool, Unreadable> {
        match value {
            Value::Array(elements) => self.add_array(elements, place),
            Value::Object(mut members) => {
                if let Some(error) = members.get("error") {
                    let text = error.get("message").and_then(Value::as_str);
                    return Err(Unreadable::ErrorAnswer {
                        place: place.clone(),
                        code: error
                            .get("code")
                            .and_then(Value::as_i64)
                            .unwrap_or_default(),
                        message: text.unwrap_or_default().to_owned(),
                    });
                }
                if members.contains_key("method") {
                    // A request or notification, in what was written down of a session.
                    return Ok(false);
                }
                match members.get_mut("result") {
                    Some(result) => self.add_result(result.take(), &place.member("result")),
                    None => self.add_result(Value::Object(members), place),
                }
            }
            _ => Err(Unreadable::NoList),
        }
    }

    /// Answers, or tools.
    fn add_array(&mut self, elements: Vec<Value>, place: &Pointer) -> Result<bool, Unreadable> {
        let answers = elements.iter().any(|each| each.get("jsonrpc").is_some());
        let mut found = !answers;
        for (index, element) in elements.into_iter().enumerate() {
            let place = place.element(index);
            if answers {
                found |= self.add_value(element, &place)?;
            } else if element.get("inputSchema").is_some() {
                self.add_entry(Kind::Tool, element, &place)?;
            } else {
                return Err(Unreadable::NoList);
            }
        }
        Ok(found)
    }

    fn add_result(&mut self, mut result: Value, place: &Pointer) -> Result<bool, Unreadable> {
        let mut found = false;
        for kind in Kind::ALL {
            if result.get(kind.member()).is_none() {
                continue;
            }
            found = true;
            self.add_page(*kind, &mut result, place)?;
            if result
                .get("nextCursor")
                .is_some_and(|cursor| !cursor.is_null())
            {
                self.unfinished.insert(*kind, place.member("nextCursor"));
            } else {
                self.unfinished.remove(kind);
            }
        }
        Ok(found)
    }

    fn add_entry(&mut self, kind: Kind, entry: Value, place: &Pointer) -> Result<(), Unreadable> {
        if self.definitions.len() >= OPERATIONS {
            return Err(Unreadable::TooMany);
        }
        if !entry.is_object() {
            return Err(Unreadable::NoArray {
                place: place.clone(),
            });
        }
        let called = entry.get(kind.identifier()).and_then(Value::as_str);
        let Some(called) = called.map(str::to_owned) else {
            let text = format!("it has no `{}` that is a text: left out", kind.identifier());
            self.notices.push(place, text);
            return Ok(());
        };
        if !can_be_called(&called) {
            self.notices.push(
                &place.member(kind.identifier()),
                "it is empty, too long, or has controls or hidden characters: left out",
            );
            return Ok(());
        }
        self.definitions.push(Definition {
            kind,
            called,
            entry,
            place: place.clone(),
        });
        Ok(())
    }
}

/// Whether a policy can name it so that whoever reads the policy sees what it is called.
fn can_be_called(called: &str) -> bool {
    let seen = |each: char| each.is_ascii_graphic() || each.is_alphanumeric() || each == ' ';
    !called.is_empty() && called.len() <= CALLED_BYTES && called.chars().all(seen)
}
