//! Lists of what can be called.

use std::ops::Range;

use super::edits::Edits;
use super::error::AnswerError;
use super::spans::{self, Placed};
use crate::json::{Json, Object};

/// The member of `_meta` by which a list says that an entry may be called with some arguments and
/// not with others: its value is `true`. Named as MCP wants it, with a prefix (2025-06-18, basic,
/// "`_meta`"). What an upstream says there of other entries is left as it is.
pub const CONDITIONAL: &str = "io.remit/conditional";

/// What a list is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListKind {
    /// MCP tools, by name.
    Tools,
    /// MCP prompts, by name.
    Prompts,
    /// MCP resources, by URI.
    Resources,
    /// MCP resource templates, by URI template.
    ResourceTemplates,
    /// Tasks of MCP (2025-11-25) or A2A, by id.
    Tasks,
}

/// What becomes of an entry of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// It is taken out.
    Hidden,
    /// It stays as it is.
    Listed,
    /// It stays, with [`CONDITIONAL`].
    Marked,
}

/// Whoever decides about what stands in answers.
pub trait Visible {
    /// What becomes of an entry: by its name, URI, URI template or id, and as a whole.
    fn see(&mut self, kind: ListKind, name: &str, definition: &Json<'_>) -> Shown;

    /// The upstream tells the caller of a task. May come more than once for the same task; an id
    /// has 1 to [`TASK_ID_BYTES`](crate::limits::TASK_ID_BYTES) bytes.
    fn task(&mut self, id: &str);
}

impl ListKind {
    /// All kinds.
    pub const ALL: [Self; 5] = [
        Self::Tools,
        Self::Prompts,
        Self::Resources,
        Self::ResourceTemplates,
        Self::Tasks,
    ];

    /// Each, with the member of a result that holds it and the members that name its entries.
    const TABLE: [(Self, &'static str, &'static [&'static str]); 5] = [
        (Self::Tools, "tools", &["name"]),
        (Self::Prompts, "prompts", &["name"]),
        (Self::Resources, "resources", &["uri"]),
        (
            Self::ResourceTemplates,
            "resourceTemplates",
            &["uriTemplate"],
        ),
        (Self::Tasks, "tasks", &["taskId", "id"]),
    ];

    /// The member of a result that holds it, and the one that names its entries.
    #[must_use]
    pub fn members(self) -> (&'static str, &'static str) {
        let row = Self::TABLE.iter().find(|(kind, ..)| *kind == self);
        row.map_or(("", ""), |(_, member, naming)| {
            (member, naming.first().copied().unwrap_or_default())
        })
    }

    /// What the member of a result with this name holds, if that is a list.
    pub(super) fn held_by(name: &str) -> Result<Option<Self>, AnswerError> {
        for (kind, member, _) in Self::TABLE {
            if is(name, member)? {
                return Ok(Some(kind));
            }
        }
        Ok(None)
    }

    /// What an entry is named.
    fn name_of<'j>(self, entry: &'j Object<'j>) -> Result<&'j str, AnswerError> {
        let row = Self::TABLE.iter().find(|(kind, ..)| *kind == self);
        let (_, _, naming) = row.ok_or(AnswerError::Shape)?;
        let mut found = None;
        for (name, value) in entry.members() {
            for naming in *naming {
                if !is(name, naming)? {
                    continue;
                }
                match (value, found) {
                    (Json::String(value), None) => found = Some(value.as_ref()),
                    (Json::String(value), Some(other)) if value == other => {}
                    _ => return Err(AnswerError::Shape),
                }
            }
        }
        found.ok_or(AnswerError::Shape)
    }
}

/// Whether a member is that of the protocol. Some readers take names whatever their case, Go's by
/// Unicode's simple folding: one that only those take for it is refused.
pub(super) fn is(name: &str, expected: &str) -> Result<bool, AnswerError> {
    if name == expected {
        return Ok(true);
    }
    let fold = |letter: char| match letter {
        '\u{17f}' => 's',  // the long s
        '\u{212a}' => 'k', // the sign of Kelvin
        other => other.to_ascii_lowercase(),
    };
    if name.chars().map(fold).eq(expected.chars().map(fold)) {
        return Err(AnswerError::Shape);
    }
    Ok(false)
}

/// Takes out and marks the entries of the list that stands there.
pub(super) fn filter(
    kind: ListKind,
    list: &Placed<'_>,
    edits: &mut Edits<'_>,
    visible: &mut dyn Visible,
) -> Result<(), AnswerError> {
    let Json::Array(entries) = list.value else {
        return Err(AnswerError::Shape);
    };
    let entries = spans::elements(edits.text(), &list.at, entries)?;
    // A comma goes with the entry behind it; before the first that stays, with the one before it.
    let mut behind_kept = None;
    let mut all = entries.iter().peekable();
    while let Some(entry) = all.next() {
        let Json::Object(definition) = entry.value else {
            return Err(AnswerError::Shape);
        };
        let name = kind.name_of(definition)?;
        let shown = visible.see(kind, name, entry.value);
        if shown == Shown::Hidden {
            let cut = match (behind_kept, all.peek()) {
                (Some(start), _) => start..entry.at.end,
                (None, Some(next)) => entry.at.start..next.at.start,
                (None, None) => entry.at.clone(),
            };
            edits.replace(cut, &[])?;
        }
        if shown == Shown::Marked {
            mark(definition, &entry.at, edits)?;
        }
        if shown != Shown::Hidden || behind_kept.is_some() {
            behind_kept = Some(entry.at.end);
        }
    }
    Ok(())
}

/// Puts [`CONDITIONAL`] into the `_meta` of the entry that stands there.
fn mark(
    definition: &Object<'_>,
    at: &Range<usize>,
    edits: &mut Edits<'_>,
) -> Result<(), AnswerError> {
    let members = spans::members(edits.text(), at, definition)?;
    let Some(meta) = members.iter().find(|member| member.name == "_meta") else {
        let last = members.last().ok_or(AnswerError::Shape)?;
        let with = [",\"_meta\":{\"", CONDITIONAL, "\":true}"];
        return edits.replace(last.at.end..last.at.end, &with);
    };
    let Json::Object(inside) = meta.value else {
        return Err(AnswerError::Shape);
    };
    let inside = spans::members(edits.text(), &meta.at, inside)?;
    if let Some(said) = inside.iter().find(|member| member.name == CONDITIONAL) {
        return edits.replace(said.at.clone(), &["true"]);
    }
    let (end, comma) = match inside.last() {
        Some(last) => (last.at.end, ","),
        None => (meta.at.start + 1, ""),
    };
    edits.replace(end..end, &[comma, "\"", CONDITIONAL, "\":true"])
}

#[cfg(test)]
mod tests;
