use std::rc::Rc;

use remit_engine::plan::{BreakGlass, OperationId, Plan, encode};

use super::*;
use crate::scripted::{NOW, ROOT, Scripted, plan};
use crate::tick;

/// A plan whose exceptions end so many seconds from now.
fn with_exceptions(ends: &[i64]) -> Plan {
    let exceptions = ends.iter().map(|end| BreakGlass {
        id: format!("inc-{end}"),
        issuers: Vec::new(),
        agents: Vec::new(),
        operations: vec![OperationId(1)],
        overrides: Vec::new(),
        lifted: Vec::new(),
        until: NOW + end,
        reason: "an incident".into(),
    });
    Plan {
        break_glass: exceptions.collect(),
        ..plan()
    }
}

fn loaded(gateway: &mut Scripted, vm: &Vm, plan: &Plan) -> Rc<Plugin> {
    gateway.configuration = encode(plan).expect("a plan").0;
    let plugin = Rc::new(Plugin::load(gateway, vm, ROOT).expect("a good plan"));
    vm.take_in(&plugin);
    plugin
}

#[test]
fn the_number_follows_the_clock_and_the_last_plan() {
    let (mut gateway, vm) = (Scripted::default(), Vm::new());
    let first = loaded(&mut gateway, &vm, &with_exceptions(&[10, 20]));
    let shown_at = |gateway: &Scripted, plugin: &Plugin, seconds: u64| {
        gateway.later.set(seconds * 1000);
        tick::tick(gateway, &vm, plugin);
        gateway.metric(metrics::BREAK_GLASS)
    };
    assert_eq!(shown_at(&gateway, &first, 9), 2);
    assert_eq!(shown_at(&gateway, &first, 10), 1);
    gateway.calls.borrow_mut().clear();
    assert_eq!(shown_at(&gateway, &first, 19), 1);
    assert_eq!(*gateway.calls.borrow(), ["now"]);
    // A plan that has streams still ticks, but counts no more.
    let second = loaded(&mut gateway, &vm, &with_exceptions(&[]));
    assert_eq!(shown_at(&gateway, &second, 19), 0);
    assert_eq!(shown_at(&gateway, &first, 20), 0);
}

#[test]
fn what_could_not_be_shown_is_tried_again() {
    let (mut gateway, vm) = (Scripted::default(), Vm::new());
    let plugin = loaded(&mut gateway, &vm, &with_exceptions(&[10]));
    gateway.calls.borrow_mut().clear();
    // After the clock, the number.
    gateway.fails_at = Some(1);
    tick::tick(&gateway, &vm, &plugin);
    assert_eq!(gateway.metric(metrics::BREAK_GLASS), 0);
    tick::tick(&gateway, &vm, &plugin);
    assert_eq!(gateway.metric(metrics::BREAK_GLASS), 1);
}
