//! What is to be looked for in the upstream's answer to a request that went on.

use crate::answers;

/// What is to be looked for in an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Watch {
    /// Lists, of which only what may be called goes on, and protocol tasks, which belong to the
    /// task id from then on.
    pub answers: Option<answers::Watch>,
    /// A session that begins, which belongs to the caller from then on.
    pub session: bool,
}

impl Watch {
    /// Whether the answer has to be looked at.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        *self == Self::default()
    }
}
