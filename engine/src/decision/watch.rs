//! What is to be looked for in the upstream's answer to a request that went on.

use crate::answers;

/// What is to be looked for in an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Watch {
    /// Protocol tasks that it tells of, which belong to the task id from then on; and lists.
    pub answers: Option<answers::Watch>,
    /// Whether there may be lists in it, of which only what may be called goes on. If not, all of
    /// it goes on as it comes.
    pub lists: bool,
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
