//! What is going on, for who waits at a terminal.

use std::cell::Cell;
use std::io::{IsTerminal as _, Write as _, stderr};
use std::time::Instant;

/// One line that is written over.
#[derive(Debug)]
pub struct Progress {
    steps: usize,
    done: Cell<usize>,
    began: Instant,
    shown: bool,
}

impl Progress {
    /// Nothing of so many steps is done.
    #[must_use]
    pub fn new(steps: usize) -> Self {
        Self {
            steps,
            done: Cell::new(0),
            began: Instant::now(),
            shown: stderr().is_terminal(),
        }
    }

    /// The next step begins.
    pub fn step(&self, what: &str) {
        let done = self.done.get();
        self.done.set(done + 1);
        if self.shown {
            let seconds = self.began.elapsed().as_secs();
            eprint!(
                "\r\x1b[K{} of {}, {seconds} s: {what}",
                done + 1,
                self.steps
            );
            let _ = stderr().flush();
        }
    }

    /// All is done.
    pub fn end(&self) {
        if self.shown {
            eprint!("\r\x1b[K");
        }
    }
}
