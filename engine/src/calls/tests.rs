use super::{matched, shape, without_names};
use crate::plan::{NameId, UriPart};

fn literal(text: &str) -> UriPart {
    UriPart::Literal(text.to_owned())
}

fn ticket() -> Vec<UriPart> {
    vec![
        literal("ticket://tickets/"),
        UriPart::Capture(NameId(0)),
        literal("/notes/"),
        UriPart::Capture(NameId(1)),
    ]
}

#[test]
fn captures_are_what_stands_between_literals() {
    assert_eq!(
        matched(&ticket(), "ticket://tickets/T-1/notes/2"),
        Some(vec![(NameId(0), "T-1"), (NameId(1), "2")])
    );
    let rest = [literal("file:///srv/"), UriPart::Rest(NameId(0))];
    assert_eq!(
        matched(&rest, "file:///srv/a/b.txt"),
        Some(vec![(NameId(0), "a/b.txt")])
    );
}

#[test]
fn what_could_be_read_in_two_ways_matches_nothing() {
    for uri in [
        "",
        "ticket://tickets//notes/2",
        "ticket://tickets/../notes/2",
        "ticket://tickets/./notes/2",
        "ticket://tickets/T%2d1/notes/2",
        "ticket://tickets/T 1/notes/2",
        "ticket://tickets/T-1/x/notes/2",
        "ticket://tickets/T-1/notes/2/",
        "ticket://tickets/T-1/notes/2?x=1",
        "ticket://tickets/T-1/notes/2#x",
        "TICKET://tickets/T-1/notes/2",
        " ticket://tickets/T-1/notes/2",
        "ticket://tickets/T-1/notes/\u{fe52}",
    ] {
        assert_eq!(matched(&ticket(), uri), None, "{uri}");
    }
    let rest = [literal("file:///srv/"), UriPart::Rest(NameId(0))];
    for uri in [
        "file:///srv/",
        "file:///srv/a//b",
        "file:///srv/a/../../etc/shadow",
        "file:///srv/a/%2e%2e/b",
        "file:///srv/a/",
        "file:///srv/a\\b",
        "file:///srv/a?b",
    ] {
        assert_eq!(matched(&rest, uri), None, "{uri}");
    }
}

#[test]
fn names_of_captures_are_the_servers_own() {
    let shaped = shape(&ticket());
    assert_eq!(shaped, without_names("ticket://tickets/{id}/notes/{n}"));
    assert_ne!(shaped, without_names("ticket://tickets/{id}/notes/{+n}"));
    assert_ne!(shaped, without_names("ticket://tickets/{id}/notes/{n}x"));
    assert_eq!(without_names("a{b"), "a{}");
}

#[test]
fn the_narrowest_template_counts() {
    use crate::plan::{CallKind, OperationId, ResourceId, Target};
    let mut plan = crate::tests::orders();
    let call = |parts| crate::plan::Call {
        kind: CallKind::Resource,
        target: Target::Uri(parts),
        pin: None,
        mirrored: vec![],
    };
    let templates = [
        vec![literal("t://"), UriPart::Rest(NameId(0))],
        vec![literal("t://"), UriPart::Capture(NameId(0))],
        vec![literal("t://a")],
    ];
    for (operation, parts) in plan.operations.iter_mut().zip(templates) {
        operation.call = Some(call(parts));
    }
    // Whatever their order is.
    for _ in 0..3 {
        plan.operations.rotate_left(1);
        let calls = super::Calls::new(&plan);
        let found = |uri| {
            let (OperationId(id), _) = calls.uri(ResourceId(0), uri).unwrap();
            plan.operations[id as usize].name.clone()
        };
        assert_eq!(found("t://a"), "refund");
        assert_eq!(found("t://b"), "export");
        assert_eq!(found("t://b/c"), "read");
    }
}
