//! What lives as long as the virtual machine.
//!
//! A machine outlives the plans that are loaded into it: a configuration that differs in the plan
//! alone reuses it, statics included. So nothing that follows from a plan may stand here, only
//! facts of the gateway: its counters, and whether it has crypto.

use std::cell::{Cell, OnceCell, RefCell};

use remit_engine::decision::Reason;

use crate::gateway::{CallFailed, Counter, Gateway};
use crate::metrics::Counters;
use crate::offload::Availability;

/// Facts of the gateway, each found out once.
#[derive(Debug, Default)]
pub struct Vm {
    counters: OnceCell<Counters>,
    /// Whether the gateway has crypto.
    pub crypto: Cell<Availability>,
    /// Memory for records, one after the other.
    line: RefCell<String>,
}

impl Vm {
    /// Nothing found out yet.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            counters: OnceCell::new(),
            crypto: Cell::new(Availability::Untried),
            line: RefCell::new(String::new()),
        }
    }

    /// Defines the counters, unless an earlier plan's load did.
    ///
    /// # Errors
    /// [`CallFailed`].
    pub fn define_counters(&self, gateway: &impl Gateway) -> Result<(), CallFailed> {
        if self.counters.get().is_none() {
            let counters = Counters::define(gateway)?;
            // One thread, and none were there: this cannot be taken.
            let _ = self.counters.set(counters);
        }
        Ok(())
    }

    /// Writes into memory that is used again and does something with what was written.
    pub(crate) fn with_line<T>(
        &self,
        write: impl FnOnce(&mut String),
        then: impl FnOnce(&str) -> T,
    ) -> T {
        let mut line = self.line.take();
        line.clear();
        write(&mut line);
        let done = then(&line);
        self.line.replace(line);
        done
    }

    /// The counter of a reason, if they are defined.
    #[must_use]
    pub fn counter(&self, reason: Reason) -> Option<Counter> {
        self.counters.get()?.of(reason)
    }
}
