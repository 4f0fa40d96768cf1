use remit_engine::plan::{Class, History, MemoryId, OperationId, Per};

use super::{Calls, Remembered};

fn external(operations: &[u32]) -> Calls {
    let operations = operations.iter().copied().map(OperationId).collect();
    Calls::fitting(None, [("zone", "external")], operations)
}

#[test]
fn what_a_memory_is_found_by_does_not_follow_from_what_is_selected() {
    let per = Per::TaskId;
    assert_eq!(
        external(&[1]).key(per, &[]),
        external(&[2, 3]).key(per, &[])
    );
    let one = |labels: [(&'static str, &'static str); 2]| {
        Calls::fitting(Some(Class::Read), labels, Vec::new()).key(per, &[])
    };
    assert_eq!(
        one([("zone", "external"), ("kind", "pii")]),
        one([("kind", "pii"), ("zone", "external")]),
        "labels in any order"
    );
}

#[test]
fn what_differs_is_found_by_other_keys() {
    let about = |text: &str| vec![text.to_owned()];
    let keys = [
        external(&[]).key(Per::TaskId, &[]),
        external(&[]).key(Per::Principal, &[]),
        external(&[]).key(Per::TaskId, &about("tenant")),
        external(&[]).key(Per::TaskId, &about("task")),
        Calls::fitting(Some(Class::Read), [("zone", "external")], Vec::new()).key(Per::TaskId, &[]),
        Calls::fitting(None, [("zone", "external"), ("a", "b")], Vec::new()).key(Per::TaskId, &[]),
        Calls::fitting(None, [], Vec::new()).key(Per::TaskId, &[]),
        Calls::of("external", Vec::new()).key(Per::TaskId, &[]),
        Calls::of("external", Vec::new()).key(Per::TaskId, &about("tenant")),
    ];
    for (position, key) in keys.iter().enumerate() {
        assert!(!keys[..position].contains(key), "{position}");
    }
}

#[test]
fn each_is_there_once_and_every_operation_touches_what_it_must() {
    let mut remembered = Remembered::default();
    let per = Per::TaskId;
    let named = |name, id| Calls::of(name, vec![OperationId(id)]);
    let first = remembered.term(per, &[external(&[1, 2])]);
    assert_eq!(remembered.term(per, &[external(&[1, 2])]), first);
    let both = remembered.term(per, &[named("a.b", 1), named("a.c", 3)]);
    let turned = remembered.term(per, &[named("a.c", 3), named("a.b", 1)]);
    assert_eq!(both, turned);
    assert_eq!(remembered.term(per, &[]), None);
    let mut history = History::default();
    remembered.finish(&mut history, 3, 7);
    assert_eq!(history.memories.len(), 3);
    assert_eq!(history.terms.len(), 2);
    let touches = [(1, vec![0, 1]), (2, vec![0]), (3, vec![2])];
    let touches = touches.map(|(operation, memories)| {
        let memories = memories.into_iter().map(MemoryId).collect::<Vec<_>>();
        (OperationId(operation), memories)
    });
    assert_eq!(history.touches, touches);
    assert!(history.capacity == 3 && history.keep == 7);
}

#[test]
fn a_plan_that_asks_nothing_remembers_nothing() {
    let mut history = History::default();
    Remembered::default().finish(&mut history, 3, 7);
    assert_eq!(history, History::default());
    let mut asking = Remembered::default();
    asking.ask();
    asking.finish(&mut history, 3, 7);
    assert!(history.capacity > 0, "denials need room too");
}
