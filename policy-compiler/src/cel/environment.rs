//! What an expression is checked against: which names there are, and how strictly.

use std::ops::Range;

use remit_engine::plan::{Presence, Slot};

use super::declarations::Declaration;
use super::issue::Issue;
use super::syntax::{Access, NameScope};
use super::types::Ty;

/// How strictly an expression is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    /// As a policy must be: what can be seen to fail, or to make no difference, is an error; `dyn`
    /// only where a claim is declared so.
    Policy,
    /// As the CEL specification checks: gradually.
    Standard,
    /// Not at all: what is wrong is an error at run time.
    Unchecked,
}

/// A chain of names: `token.ticket['id']`.
#[derive(Debug, Clone)]
pub(super) struct Chain {
    pub(super) root: String,
    pub(super) scope: NameScope,
    pub(super) root_range: Range<usize>,
    pub(super) steps: Vec<Step>,
    pub(super) range: Range<usize>,
}

/// A step of a chain.
#[derive(Debug, Clone)]
pub(super) struct Step {
    pub(super) name: String,
    pub(super) access: Access,
    pub(super) form: StepForm,
    pub(super) range: Range<usize>,
}

/// How a step is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum StepForm {
    /// `.name`.
    Member,
    /// `['name']`.
    Index,
}

/// What a chain stands for.
#[derive(Debug, Clone)]
pub(super) enum Resolved {
    /// A variable, named by the root and so many steps.
    Variable {
        slot: Slot,
        ty: Ty,
        presence: Presence,
        used: usize,
    },
    /// A list of those of these strings whose calls there were, named by so many steps.
    Touched {
        values: Vec<(Slot, String)>,
        used: usize,
    },
    /// Several variables, which are no value.
    Group(String),
    /// It cannot be used here.
    Refused(Box<Issue>),
    /// No variable at all.
    Nothing,
}

/// Which names there are.
pub(super) trait Environment {
    /// How strictly to check.
    fn profile(&self) -> Profile;

    /// What a chain stands for. Local variables were looked for before.
    fn resolve(&self, chain: &Chain) -> Resolved;

    /// A function that this environment declares.
    fn function(&self, name: &str) -> Option<&Declaration>;

    /// What to say about a name that stands for nothing.
    fn unknown(&self, chain: &Chain) -> Issue;
}

impl Chain {
    /// As it would be written.
    pub(super) fn text(&self) -> String {
        self.written(self.steps.len(), Access::Plain)
    }

    /// The same, the last step saying that it may be absent.
    pub(super) fn text_optional(&self) -> String {
        self.written(self.steps.len(), Access::Optional)
    }

    fn written(&self, count: usize, last: Access) -> String {
        let mut text = self.root.clone();
        for (position, step) in self.steps.iter().take(count).enumerate() {
            let optional = position + 1 == count && last == Access::Optional;
            let mark = if optional { "?" } else { "" };
            if is_identifier(&step.name) {
                text.push_str(&format!(".{mark}{}", step.name));
            } else {
                text.push_str(&format!("[{mark}'{}']", step.name));
            }
        }
        text
    }

    /// Whether part of it says that it may be absent.
    pub(super) fn says_optional(&self) -> bool {
        self.steps
            .iter()
            .any(|step| step.access == Access::Optional)
    }

    /// The chain with one more member, as `has(chain.member)` means it.
    pub(super) fn with(mut self, name: &str, at: &Range<usize>) -> Self {
        self.steps.push(Step {
            name: name.to_owned(),
            access: Access::Plain,
            form: StepForm::Member,
            range: at.clone(),
        });
        self
    }
}

fn is_identifier(text: &str) -> bool {
    text.chars()
        .all(|each| each.is_ascii_alphanumeric() || each == '_')
        && !text.starts_with(|first: char| first.is_ascii_digit())
}
