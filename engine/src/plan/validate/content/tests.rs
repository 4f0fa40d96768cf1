use crate::limits;
use crate::plan::validate::{InvalidPlan, validate};
use crate::plan::*;
use crate::tests::{capture, literal, operation, orders};

/// The orders, with a tool, an MCP resource and a body.
fn plan() -> Plan {
    let mut plan = orders();
    plan.requires.push(Capability::Bodies);
    plan.resources[0].endpoint = Some(Endpoint {
        protocol: Protocol::Mcp,
        path: vec!["mcp".into()],
        rest: None,
        body_bytes: 1,
        conditional: Conditional::List,
        errors: ErrorCodes::Own(-31_999),
        origins: vec![],
    });
    let body = BodyShape::Json(Members {
        declared: vec![Parameter {
            name: NameId(1),
            ty: Type::Int,
            presence: Presence::Mandatory,
        }],
        others: Others::Refuse,
        body_bytes: limits::MOST_BODY_BYTES,
        logged: vec![NameId(1)],
        amount: None,
        recipient: None,
    });
    let called = |kind, target| {
        let mut called = operation("called", "POST", vec![literal("mcp")]);
        called.body = body.clone();
        called.call = Some(Call {
            kind,
            target,
            pin: None,
            mirrored: vec![("limit".into(), NameId(1))],
        });
        called
    };
    plan.operations = vec![
        called(CallKind::Tool, Target::Name("close".into())),
        called(
            CallKind::Resource,
            Target::Uri(vec![
                UriPart::Literal("t:".into()),
                UriPart::Capture(NameId(0)),
            ]),
        ),
        operation("refund", "POST", vec![literal("v1"), capture(0)]),
    ];
    plan.operations[2].body = body;
    plan
}

fn with(change: impl FnOnce(&mut Plan)) -> Result<(), InvalidPlan> {
    let mut plan = plan();
    change(&mut plan);
    validate(&plan)
}

fn endpoint(change: impl FnOnce(&mut Endpoint)) -> Result<(), InvalidPlan> {
    with(|plan| change(plan.resources[0].endpoint.as_mut().unwrap()))
}

fn members(change: impl FnOnce(&mut Members)) -> Result<(), InvalidPlan> {
    with(|plan| match &mut plan.operations[2].body {
        BodyShape::Json(members) => change(members),
        BodyShape::Unread => panic!("it has a body"),
    })
}

fn tool(change: impl FnOnce(&mut Operation)) -> Result<(), InvalidPlan> {
    with(|plan| change(&mut plan.operations[0]))
}

fn uri(parts: Vec<UriPart>) -> Result<(), InvalidPlan> {
    with(|plan| plan.operations[1].call.as_mut().unwrap().target = Target::Uri(parts))
}

#[test]
fn a_good_plan_passes() {
    assert_eq!(with(|_| {}), Ok(()));
}

#[test]
fn whoever_reads_bodies_says_so() {
    let silent = |plan: &mut Plan| plan.requires = vec![Capability::RequestHeaders];
    assert_eq!(with(silent), Err(InvalidPlan::MissingCapability));
    let body_alone = with(|plan| {
        silent(plan);
        plan.resources[0].endpoint = None;
        plan.operations.drain(..2);
    });
    assert_eq!(body_alone, Err(InvalidPlan::MissingCapability));
    let endpoint_alone = with(|plan| {
        silent(plan);
        plan.operations.clear();
    });
    assert_eq!(endpoint_alone, Err(InvalidPlan::MissingCapability));
}

#[test]
fn endpoints_keep_their_bounds() {
    for code in [-32_768, -32_000] {
        let reserved = endpoint(|one| one.errors = ErrorCodes::Own(code));
        assert_eq!(reserved, Err(InvalidPlan::MalformedCall));
    }
    let coaz = endpoint(|one| one.errors = ErrorCodes::Coaz);
    assert_eq!(coaz, Ok(()));
    for bytes in [0, limits::MOST_BODY_BYTES + 1] {
        let size = endpoint(|one| one.body_bytes = bytes);
        assert_eq!(size, Err(InvalidPlan::MalformedBody));
    }
    let long = endpoint(|one| one.path = vec!["a".into(); limits::PATH_SEGMENTS + 1]);
    assert_eq!(long, Err(InvalidPlan::TemplateTooLong));
}

#[test]
fn bodies_keep_their_bounds() {
    for bytes in [0, limits::MOST_BODY_BYTES + 1] {
        let size = members(|one| one.body_bytes = bytes);
        assert_eq!(size, Err(InvalidPlan::MalformedBody));
    }
    let unknown = members(|one| one.logged.push(NameId(0)));
    assert_eq!(unknown, Err(InvalidPlan::MalformedBody));
    let amount = |value: u32, currency| {
        members(|one| {
            let value = NameId(value);
            one.amount = Some(AmountIn { value, currency });
        })
    };
    let fixed = || Currency::Fixed("EUR".into());
    assert_eq!(amount(1, fixed()), Ok(()));
    assert_eq!(amount(1, Currency::Member(NameId(1))), Ok(()));
    for undeclared in [
        amount(0, fixed()),
        amount(99, fixed()),
        amount(1, Currency::Member(NameId(0))),
        members(|one| one.recipient = Some(NameId(0))),
    ] {
        assert_eq!(undeclared, Err(InvalidPlan::MalformedBody));
    }
    assert_eq!(members(|one| one.recipient = Some(NameId(1))), Ok(()));
    let name = members(|one| one.declared[0].name = NameId(99));
    let out_of_range = InvalidPlan::IndexOutOfRange { what: "a body" };
    assert_eq!(name, Err(out_of_range));
    let deep = (0..limits::DATA_DEPTH).fold(Type::Int, |ty, _| Type::List(Box::new(ty)));
    let deep = members(|one| one.declared[0].ty = deep);
    assert_eq!(deep, Err(InvalidPlan::TypeTooDeep));
}

#[test]
fn what_is_called_stands_at_its_endpoint() {
    let nowhere = with(|plan| plan.resources[0].endpoint = None);
    let changes: [fn(&mut Operation); 7] = [
        |one| one.method = "GET".into(),
        |one| one.template = vec![literal("other")],
        |one| one.template = vec![capture(0)],
        |one| one.template = vec![],
        |one| one.access = Access::Public,
        |one| one.body = BodyShape::Unread,
        |one| one.call.as_mut().unwrap().mirrored[0].1 = NameId(0),
    ];
    let results = changes.into_iter().map(tool).chain([nowhere]);
    for (position, result) in results.enumerate() {
        assert_eq!(result, Err(InvalidPlan::MalformedCall), "{position}");
    }
}

#[test]
fn names_are_bounded_and_not_of_mcp_resources() {
    let named = |name: String| tool(|one| one.call.as_mut().unwrap().target = Target::Name(name));
    assert_eq!(named("x".repeat(limits::CALLED_BYTES)), Ok(()));
    for name in [String::new(), "x".repeat(limits::CALLED_BYTES + 1)] {
        assert_eq!(named(name), Err(InvalidPlan::MalformedCall));
    }
    let kind = |position: usize, kind| {
        with(|plan| plan.operations[position].call.as_mut().unwrap().kind = kind)
    };
    assert_eq!(kind(0, CallKind::Resource), Err(InvalidPlan::MalformedCall));
    assert_eq!(kind(1, CallKind::Tool), Err(InvalidPlan::MalformedCall));
}

#[test]
fn uris_can_be_told_apart() {
    let text = || UriPart::Literal("t:".into());
    let one = |name| UriPart::Capture(NameId(name));
    let rest = |name| UriPart::Rest(NameId(name));
    let empty = || UriPart::Literal(String::new());
    assert_eq!(uri(vec![text(), one(0), text(), one(1)]), Ok(()));
    assert_eq!(uri(vec![text(), one(0), text(), rest(1)]), Ok(()));
    for malformed in [
        vec![],
        vec![one(0)],
        vec![empty(), one(0)],
        vec![text(), one(0), one(1)],
        vec![text(), one(0), rest(1)],
        vec![text(), rest(0), text()],
    ] {
        let result = uri(malformed.clone());
        assert_eq!(result, Err(InvalidPlan::MalformedCall), "{malformed:?}");
    }
    let out_of_range = InvalidPlan::IndexOutOfRange { what: "a URI" };
    assert_eq!(uri(vec![text(), one(99)]), Err(out_of_range));
}
