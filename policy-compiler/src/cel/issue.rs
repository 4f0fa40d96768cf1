//! What is wrong with an expression, by its own bytes: the policy's files come in later.

use std::ops::Range;

use crate::diagnostic::Code;

/// What is wrong with an expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issue {
    /// What it is about.
    pub code: Code,
    /// The bytes of the expression's text that it is about.
    pub range: Range<usize>,
    /// What is wrong.
    pub message: String,
    /// What to say at the place.
    pub label: Option<String>,
    /// Another place, and what to say there.
    pub also: Option<(Range<usize>, String)>,
    /// How to mend it.
    pub help: Option<String>,
}

impl Issue {
    pub(super) fn new(code: Code, range: &Range<usize>, message: impl Into<String>) -> Self {
        Self {
            code,
            range: range.clone(),
            message: message.into(),
            label: None,
            also: None,
            help: None,
        }
    }

    pub(super) fn label(mut self, text: impl Into<String>) -> Self {
        self.label = Some(text.into());
        self
    }

    pub(super) fn help(mut self, text: impl Into<String>) -> Self {
        self.help = Some(text.into());
        self
    }

    /// Better advice, if there is any.
    pub(super) fn help_if(mut self, text: Option<String>) -> Self {
        self.help = text.or(self.help);
        self
    }
}
