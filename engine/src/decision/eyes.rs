//! Lists and tasks in an answer, as their caller may see them.

use super::viewer::Viewer;
use super::visibility::Visibility;
use crate::answers::{ListKind, Shown, Visible};
use crate::host::{Host, Unavailable};
use crate::json::{Json, canonical};
use crate::plan::Conditional;

/// What a caller may see, and what is kept of what is told to it.
pub struct Eyes<'v> {
    viewer: &'v Viewer<'v, 'v>,
    host: &'v dyn Host,
    failed: bool,
}

impl<'v> Eyes<'v> {
    /// Of a caller, on a host that keeps what is to be kept.
    #[must_use]
    pub fn new(viewer: &'v Viewer<'v, 'v>, host: &'v dyn Host) -> Self {
        Self {
            viewer,
            host,
            failed: false,
        }
    }

    /// Whether something could not be kept or looked up: then nothing of the answer may go on.
    #[must_use]
    pub fn failed(&self) -> bool {
        self.failed
    }
}

impl Visible for Eyes<'_> {
    fn see(&mut self, kind: ListKind, name: &str, definition: &Json<'_>) -> Shown {
        if kind == ListKind::Tasks {
            let owned = self.viewer.owns_task(name, self.host);
            self.failed |= owned.is_err();
            return match owned {
                Ok(true) => Shown::Listed,
                Ok(false) | Err(Unavailable) => Shown::Hidden,
            };
        }
        let is_other = |pin: &[u8; 32]| canonical::definition(definition) != *pin;
        if self.viewer.pin(kind, name).is_some_and(is_other) {
            self.failed |= self.viewer.refuse(kind, name, self.host).is_err();
            return Shown::Hidden;
        }
        match (self.viewer.sees(kind, name), self.viewer.conditional()) {
            (Visibility::Open, _) | (Visibility::Conditional, Conditional::List) => Shown::Listed,
            (Visibility::Conditional, Conditional::Mark) => Shown::Marked,
            (Visibility::Hidden, _) | (Visibility::Conditional, Conditional::Hide) => Shown::Hidden,
        }
    }

    fn task(&mut self, id: &str) {
        self.failed |= self.viewer.own_task(id, self.host).is_err();
    }
}
