//! What is said about an import: each with the place in the input that it is about.

use std::fmt;

/// A place in a JSON document (RFC 6901).
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pointer(String);

impl Pointer {
    /// A member of what stands here.
    #[must_use]
    pub fn member(&self, name: &str) -> Self {
        let escaped = name.replace('~', "~0").replace('/', "~1");
        Self(format!("{}/{escaped}", self.0))
    }

    /// A member of a member of what stands here, and so on.
    #[must_use]
    pub fn members(&self, names: &[&str]) -> Self {
        names
            .iter()
            .fold(self.clone(), |place, name| place.member(name))
    }

    /// An element of what stands here.
    #[must_use]
    pub fn element(&self, index: usize) -> Self {
        Self(format!("{}/{index}", self.0))
    }
}

impl fmt::Display for Pointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            f.write_str("/")
        } else {
            f.write_str(&self.0)
        }
    }
}

/// One thing to say. May hold text of the input: whoever shows it takes care of controls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// What it is about.
    pub place: Pointer,
    /// What there is to say.
    pub text: String,
}

/// Collects notices; those beyond a bound are counted.
#[derive(Debug, Clone, Default)]
pub struct Notices {
    list: Vec<Notice>,
    more: usize,
}

impl Notices {
    /// Most that are kept.
    pub const KEPT: usize = 1000;

    /// Adds one.
    pub(super) fn push(&mut self, place: &Pointer, text: impl Into<String>) {
        if self.list.len() < Self::KEPT {
            self.list.push(Notice {
                place: place.clone(),
                text: text.into(),
            });
        } else {
            self.more = self.more.saturating_add(1);
        }
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.list.len()
    }

    /// Those since there were so many, as comments.
    pub(super) fn comments_since(&self, count: usize) -> Vec<String> {
        let since = self.list.iter().skip(count);
        since
            .map(|notice| format!("note: {} ({})", notice.text, notice.place))
            .collect()
    }

    /// Those that are kept, in the order of the input.
    #[must_use]
    pub fn kept(&self) -> &[Notice] {
        &self.list
    }

    /// How many more there were.
    #[must_use]
    pub fn more(&self) -> usize {
        self.more
    }
}
