//! What an operator sees of emergencies: how many exceptions of the plan are in force.

use std::cell::Cell;

use remit_engine::time::UnixTime;

use crate::gateway::{CallFailed, Gateway};
use crate::metrics;
use crate::plugin::Plugin;
use crate::vm::Vm;

/// The number that a plan has shown last.
#[derive(Debug, Default)]
pub struct Shown(Cell<Option<u64>>);

/// Shows how many are in force, where that has changed. The number is the process's: only the plan
/// that was loaded last has a say.
pub fn show(gateway: &impl Gateway, vm: &Vm, plugin: &Plugin, now: UnixTime) {
    if !vm.is_latest(plugin) {
        return;
    }
    let exceptions = plugin.engine().plan().break_glass.iter();
    let in_force = exceptions.filter(|one| one.is_in_force(now)).count() as u64;
    let Shown(shown) = plugin.emergencies();
    if shown.get() == Some(in_force) {
        return;
    }
    let show = || -> Result<(), CallFailed> {
        let gauge = vm.named_gauge(gateway, metrics::BREAK_GLASS)?;
        gateway.show(gauge, in_force)
    };
    // Where that fails, the next tick tries again.
    if show().is_ok() {
        shown.set(Some(in_force));
    }
}

#[cfg(test)]
mod tests;
