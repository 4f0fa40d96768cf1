//! What lives as long as the virtual machine.
//!
//! A machine outlives the plans that are loaded into it: a configuration that differs in the plan
//! alone reuses it, statics included. So nothing that follows from a plan may stand here, only
//! facts of the gateway (its counters, and whether it has crypto) and which plans there are.

use std::cell::{Cell, OnceCell, RefCell};
use std::rc::{Rc, Weak};

use remit_engine::decision::Reason;

use crate::gateway::{CallFailed, Counter, Gateway, Gauge};
use crate::metrics::Counters;
use crate::offload::Availability;
use crate::plugin::Plugin;

/// Facts of the gateway, each found out once.
#[derive(Debug, Default)]
pub struct Vm {
    counters: OnceCell<Counters>,
    /// Whether the gateway has crypto.
    pub crypto: Cell<Availability>,
    /// Since when marks are kept, in nanoseconds.
    pub epoch: Cell<Option<u64>>,
    /// How many buckets histories are kept in.
    pub buckets: Cell<Option<u32>>,
    /// Metrics with names of their own, so that each is defined once for the machine: a gateway
    /// keeps every definition.
    named_counters: RefCell<Vec<(String, Counter)>>,
    named_gauges: RefCell<Vec<(String, Gauge)>>,
    /// Memory for records, one after the other.
    line: RefCell<String>,
    /// The plans that are still there, old ones among them.
    plugins: RefCell<Vec<Weak<Plugin>>>,
}

impl Vm {
    /// Nothing found out yet.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            counters: OnceCell::new(),
            crypto: Cell::new(Availability::Untried),
            epoch: Cell::new(None),
            buckets: Cell::new(None),
            named_counters: RefCell::new(Vec::new()),
            named_gauges: RefCell::new(Vec::new()),
            line: RefCell::new(String::new()),
            plugins: RefCell::new(Vec::new()),
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

    /// A counter of this name.
    ///
    /// # Errors
    /// [`CallFailed`].
    pub fn named_counter(&self, gateway: &impl Gateway, name: &str) -> Result<Counter, CallFailed> {
        named(&self.named_counters, name, |name| {
            gateway.define_counter(name)
        })
    }

    /// A gauge of this name.
    ///
    /// # Errors
    /// [`CallFailed`].
    pub fn named_gauge(&self, gateway: &impl Gateway, name: &str) -> Result<Gauge, CallFailed> {
        named(&self.named_gauges, name, |name| gateway.define_gauge(name))
    }

    /// Takes in a plan that was loaded, and lets the others forget their tokens: streams may hold
    /// any number of old plans, so that only one may be large. Of another plan that still decides
    /// (a filter of its own in the same machine) each token is verified once more.
    pub fn take_in(&self, plugin: &Rc<Plugin>) {
        let mut plugins = self.plugins.borrow_mut();
        plugins.retain(|other| match other.upgrade() {
            Some(other) => {
                other.engine().forget_tokens();
                true
            }
            None => false,
        });
        plugins.push(Rc::downgrade(plugin));
    }

    /// Whether a plan is the one that was taken in last.
    #[must_use]
    pub fn is_latest(&self, plugin: &Plugin) -> bool {
        let plugins = self.plugins.borrow();
        plugins
            .last()
            .is_some_and(|last| std::ptr::eq(last.as_ptr(), plugin))
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

fn named<M: Copy>(
    known: &RefCell<Vec<(String, M)>>,
    name: &str,
    define: impl FnOnce(&str) -> Result<M, CallFailed>,
) -> Result<M, CallFailed> {
    let mut known = known.borrow_mut();
    if let Some((_, metric)) = known.iter().find(|(one, _)| one == name) {
        return Ok(*metric);
    }
    let metric = define(name)?;
    known.push((name.to_owned(), metric));
    Ok(metric)
}
