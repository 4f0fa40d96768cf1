use crate::plan::{
    Beyond, Counts, Limit, LimitId, Memory, Mode, Per, ProgramId, Targets, Task, Window, WindowKind,
};

use super::*;

fn limit(per: Per, counts: Counts, at_most: u32, window: Option<WindowKind>) -> Limit {
    Limit {
        id: "l".into(),
        key: [0; 8],
        mode: Mode::Enforce,
        per,
        counts,
        operations: Vec::new(),
        at_most,
        window: window.map(|kind| Window { seconds: 60, kind }),
        since: None,
        beyond: Beyond::Refuse,
        fleet: None,
    }
}

fn task(limits: &[u32]) -> Task {
    Task {
        name: "t".into(),
        issuers: Vec::new(),
        agents: Vec::new(),
        rules: Vec::new(),
        delegation: None,
        ends_with: Vec::new(),
        limits: limits.iter().copied().map(LimitId).collect(),
    }
}

fn plan(limits: Vec<Limit>, tasks: Vec<Task>) -> Plan {
    let mut plan = crate::tests::orders();
    plan.history.capacity = 1024;
    plan.history.limits = limits;
    plan.tasks = tasks;
    plan
}

#[test]
fn each_item_has_its_words() {
    let distinct = || Counts::Distinct(vec![ProgramId(0)]);
    let cases = [
        (Counts::Calls, 5, None, 10 + 16),
        (Counts::Calls, 5, Some(WindowKind::Fixed), 10 + 24),
        (Counts::Denials, 5, Some(WindowKind::Sliding), 10 + 152),
        (distinct(), 5, Some(WindowKind::Sliding), 10 + 120),
        (Counts::Idle, 5, None, 0),
    ];
    for (counts, at_most, window, expected) in cases {
        let name = format!("{counts:?} {window:?}");
        let limits = vec![limit(Per::TaskId, counts, at_most, window)];
        assert_eq!(
            plan(limits, vec![task(&[0])]).history_bytes(),
            9 + expected,
            "{name}"
        );
    }
    assert_eq!(plan(Vec::new(), Vec::new()).history_bytes(), 0);
}

#[test]
fn a_task_id_is_of_one_task_and_an_agent_of_all() {
    let calls = |per| limit(per, Counts::Calls, 5, None);
    let tasks = || vec![task(&[0]), task(&[1])];
    let of_tasks = plan(vec![calls(Per::TaskId), calls(Per::TaskId)], tasks());
    assert_eq!(of_tasks.history_bytes(), 9 + 26);
    let of_agents = plan(vec![calls(Per::Agent), calls(Per::Agent)], tasks());
    assert_eq!(of_agents.history_bytes(), 9 + 2 * 26);
}

#[test]
fn memories_take_room_too() {
    let mut plan = plan(Vec::new(), Vec::new());
    let memory = |targets: Option<u32>| Memory {
        per: Per::Principal,
        key: [0; 8],
        targets: targets.map(|at_most| Targets {
            by: vec![ProgramId(0)],
            operations: Vec::new(),
            at_most,
        }),
    };
    plan.history.memories = vec![memory(None), memory(Some(4))];
    assert_eq!(plan.history_bytes(), 9 + (10 + 24) + (10 + 24 + 96));
}

/// 1024 / 8 buckets of 32 entries.
#[test]
fn the_table_is_for_all_that_have_room() {
    let plan = plan(
        vec![limit(Per::Agent, Counts::Calls, 5, None)],
        vec![task(&[0])],
    );
    assert_eq!(plan.history_table_bytes(), 128 * 32 * (9 + 26 + 40));
}
