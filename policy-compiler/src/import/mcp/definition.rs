//! Something that an MCP server lists.

use serde_json::Value;

use super::super::notice::Pointer;

/// What it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// An entry of `tools/list`.
    Tool,
    /// An entry of `prompts/list`.
    Prompt,
    /// An entry of `resources/list`.
    Resource,
    /// An entry of `resources/templates/list`.
    Template,
}

impl Kind {
    /// All of them, in the order in which they are listed and proposed.
    pub const ALL: &[Self] = &[Self::Tool, Self::Prompt, Self::Resource, Self::Template];

    /// The keys of a resource in a policy that have entries of these kinds.
    pub(super) const SECTIONS: &[&str] = &["tools", "prompts", "resources"];

    /// The method that lists them.
    #[must_use]
    pub fn method(self) -> &'static str {
        match self {
            Self::Tool => "tools/list",
            Self::Prompt => "prompts/list",
            Self::Resource => "resources/list",
            Self::Template => "resources/templates/list",
        }
    }

    /// The member of the answer that has them.
    #[must_use]
    pub fn member(self) -> &'static str {
        match self {
            Self::Tool => "tools",
            Self::Prompt => "prompts",
            Self::Resource => "resources",
            Self::Template => "resourceTemplates",
        }
    }

    /// The capability of the server that offers them.
    #[must_use]
    pub fn capability(self) -> &'static str {
        self.section()
    }

    /// The member of the entry that calls it.
    pub(super) fn identifier(self) -> &'static str {
        match self {
            Self::Tool | Self::Prompt => "name",
            Self::Resource => "uri",
            Self::Template => "uriTemplate",
        }
    }

    /// The key of a resource in a policy under which it stands.
    pub(super) fn section(self) -> &'static str {
        match self {
            Self::Tool => "tools",
            Self::Prompt => "prompts",
            Self::Resource | Self::Template => "resources",
        }
    }

    /// What one is called in a message, and in a name that is made for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Tool => "tool",
            Self::Prompt => "prompt",
            Self::Resource | Self::Template => "resource",
        }
    }
}

/// Something that a server lists.
#[derive(Debug, Clone, PartialEq)]
pub struct Definition {
    /// What it is.
    pub kind: Kind,
    /// Its name or URI on the wire.
    pub called: String,
    /// The entry of the list, an object.
    pub entry: Value,
    /// Where it stands in the input.
    pub place: Pointer,
}
