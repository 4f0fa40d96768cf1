use super::{InvalidPlan, validate};
use crate::limits;
use crate::plan::*;
use crate::tests::{always, orders, read};

fn with(change: impl FnOnce(&mut Plan)) -> Result<(), InvalidPlan> {
    let mut plan = orders();
    change(&mut plan);
    validate(&plan)
}

fn out_of_range(result: Result<(), InvalidPlan>) -> bool {
    matches!(result, Err(InvalidPlan::IndexOutOfRange { .. }))
}

fn rule(effect: Effect, mode: Mode, condition: Option<ProgramId>) -> Rule {
    Rule {
        id: "r".into(),
        effect,
        mode,
        condition,
        demand: None,
    }
}

fn task(rules: Vec<(OperationId, RuleSet)>) -> Task {
    Task {
        name: "t".into(),
        issuers: vec![],
        agents: vec![],
        rules,
        delegation: None,
        ends_with: vec![],
        limits: vec![],
    }
}

#[test]
fn a_good_plan_passes() {
    assert_eq!(validate(&orders()), Ok(()));
}

#[test]
fn indices_must_be_in_range() {
    assert!(out_of_range(with(
        |plan| plan.resources[0].audience = Some(AudienceId(1))
    )));
    assert!(out_of_range(with(
        |plan| plan.operations[0].resource = Some(ResourceId(1))
    )));
    assert!(out_of_range(with(|plan| {
        plan.operations[0]
            .template
            .push(TemplateSegment::Capture(NameId(99)));
    })));
    assert!(out_of_range(with(|plan| {
        let parameter = Parameter {
            name: NameId(99),
            ty: Type::Int,
            presence: Presence::Optional,
        };
        plan.operations[0].query = QueryShape::Declared(vec![parameter]);
    })));
    assert!(out_of_range(with(
        |plan| plan.tasks = vec![task(vec![(OperationId(9), always([]))])]
    )));
    assert!(out_of_range(with(|plan| {
        plan.tasks = vec![task(vec![(OperationId(0), always([0]))])];
    })));
    assert!(out_of_range(with(|plan| {
        plan.rules = vec![rule(Effect::Deny, Mode::Enforce, Some(ProgramId(0)))];
    })));
    for slot in [
        Slot::Capture(NameId(99)),
        Slot::Query(NameId(99)),
        Slot::Claim(ClaimId(1)),
    ] {
        assert!(out_of_range(with(|plan| plan.slots = vec![slot])));
    }
    assert!(out_of_range(with(|plan| plan.programs = vec![read(0)])));
}

#[test]
fn what_goes_into_answers_cannot_break_out_of_them() {
    for metadata in [
        "https://x/\"y",
        "https://x/\\",
        "https://x/\r\nset-cookie: a=b",
        "https://x/ y",
        "https://é",
    ] {
        let result = with(|plan| plan.resources[0].metadata = Some(metadata.into()));
        assert_eq!(result, Err(InvalidPlan::MalformedText), "{metadata}");
    }
    assert_eq!(
        with(|plan| plan.resources[0].metadata = Some("https://x/y".into())),
        Ok(())
    );
}

#[test]
fn refuses_a_host_that_no_request_can_name() {
    for host in [
        "",
        "API.corp.example",
        "api.corp.example.",
        "a b",
        "api..example",
        "api:0",
    ] {
        let mut plan = orders();
        plan.resources[0].host = host.to_owned();
        assert_eq!(validate(&plan), Err(InvalidPlan::MalformedHost), "{host}");
    }
}

#[test]
fn the_number_of_claims_is_bounded() {
    let claims = |number| with(|plan| plan.claims = vec![plan.claims[0].clone(); number]);
    assert_eq!(claims(limits::CLAIMS), Ok(()));
    assert_eq!(claims(limits::CLAIMS + 1), Err(InvalidPlan::TooManyClaims));
}

#[test]
fn rules_must_make_sense() {
    for malformed in [
        rule(Effect::Allow, Mode::Observe, None),
        rule(Effect::Require, Mode::Enforce, None),
        rule(Effect::Require, Mode::Observe, None),
    ] {
        assert_eq!(
            with(|plan| plan.rules = vec![malformed]),
            Err(InvalidPlan::MalformedRule)
        );
    }
}

#[test]
fn an_operation_for_tasks_needs_an_audience() {
    assert_eq!(
        with(|plan| plan.operations[0].resource = None),
        Err(InvalidPlan::NoAudience)
    );
    assert_eq!(
        with(|plan| plan.resources[0].audience = None),
        Err(InvalidPlan::NoAudience)
    );
}

#[test]
fn rules_stand_in_the_order_of_operations() {
    let twice = vec![(OperationId(0), always([])), (OperationId(0), always([]))];
    assert_eq!(
        with(|plan| plan.tasks = vec![task(twice)]),
        Err(InvalidPlan::OutOfOrder)
    );
}

#[test]
fn conditions_are_bounded_and_refer_backwards() {
    let truth = Node::Constant(Datum::Bool(true));
    let of = |nodes: Vec<Node>| Program { nodes, locals: 0 };
    let chain = |length: usize| {
        let nots = (0..length as u32).map(|operand| Node::Not(NodeId(operand)));
        of(std::iter::once(truth.clone()).chain(nots).collect())
    };
    let check = |program: Program| with(|plan| plan.programs = vec![program]);
    assert_eq!(check(chain(limits::PROGRAM_DEPTH - 1)), Ok(()));
    for malformed in [
        of(vec![]),
        of(vec![Node::Not(NodeId(0))]),
        of(vec![truth.clone(), Node::And(NodeId(0), NodeId(2))]),
        of(vec![truth.clone(); limits::PROGRAM_NODES + 1]),
        chain(limits::PROGRAM_DEPTH),
    ] {
        assert_eq!(check(malformed), Err(InvalidPlan::MalformedProgram));
    }
}

fn of(nodes: Vec<Node>, locals: u32) -> Program {
    Program { nodes, locals }
}

fn check(program: Program) -> Result<(), InvalidPlan> {
    with(|plan| plan.programs = vec![program])
}

#[test]
fn local_variables_have_a_place_and_a_scope() {
    let one = Node::Constant(Datum::Int(1));
    let local = |id| Node::Local(LocalId(id));
    let bind = |id, value, body| Node::Bind {
        local: LocalId(id),
        value: NodeId(value),
        body: NodeId(body),
    };
    let fold = |key: Option<u32>, element, body| {
        Node::Fold(Box::new(Fold {
            kind: FoldKind::Map,
            range: NodeId(0),
            key: key.map(LocalId),
            element: LocalId(element),
            filter: None,
            body: NodeId(body),
        }))
    };
    for good in [
        of(vec![one.clone(), local(0), bind(0, 0, 1)], 1),
        // Two scopes beside each other share a place.
        of(vec![one.clone(), local(0), bind(0, 0, 1), bind(0, 2, 1)], 1),
        of(vec![one.clone(), local(1), bind(1, 0, 1), bind(0, 0, 2)], 2),
        of(vec![one.clone(), local(1), fold(Some(1), 0, 1)], 2),
        of(
            vec![one.clone(), local(0), bind(0, 0, 1)],
            limits::PROGRAM_LOCALS as u32,
        ),
    ] {
        assert_eq!(check(good), Ok(()));
    }
    let most = limits::PROGRAM_LOCALS as u32;
    for malformed in [
        of(vec![local(0)], 0),
        of(vec![one.clone(), local(1), bind(1, 0, 1)], 1),
        of(vec![one.clone()], most + 1),
    ] {
        assert_eq!(check(malformed), Err(InvalidPlan::MalformedProgram));
    }
    for out_of_scope in [
        of(vec![local(0)], 1),
        of(vec![one.clone(), local(1), bind(0, 0, 1)], 2),
        // In its own value.
        of(vec![local(0), one.clone(), bind(0, 0, 1)], 1),
        // Bound again inside: `Bind` within `Bind`, within `Fold`, twice in one `Fold`.
        of(vec![one.clone(), local(0), bind(0, 0, 1), bind(0, 0, 2)], 1),
        of(
            vec![one.clone(), local(0), bind(0, 0, 1), fold(None, 0, 2)],
            1,
        ),
        of(vec![one.clone(), local(0), fold(Some(0), 0, 1)], 1),
        of(vec![one, local(most - 1), bind(0, 0, 1)], most),
    ] {
        assert_eq!(check(out_of_scope), Err(InvalidPlan::OutOfScope));
    }
}

#[test]
fn conditions_refer_to_what_is_there() {
    let truth = Node::Constant(Datum::Bool(true));
    for node in [
        Node::Read(SlotId(0)),
        Node::ReadOptional(SlotId(0)),
        Node::Present(SlotId(0)),
        Node::ReadOr(SlotId(0), NodeId(0)),
        Node::Matches(AutomatonId(0), NodeId(0)),
        Node::Once(ProgramId(9)),
    ] {
        assert!(out_of_range(check(of(vec![truth.clone(), node], 0))));
    }
    let once = |id| of(vec![Node::Once(ProgramId(id))], 0);
    let truth = of(vec![truth], 0);
    let programs = |programs: Vec<Program>| with(|plan| plan.programs = programs);
    assert_eq!(programs(vec![once(1), truth.clone()]), Ok(()));
    for nested in [
        vec![once(0)],
        vec![once(1), once(2), truth],
        vec![once(1), once(0)],
    ] {
        assert_eq!(programs(nested), Err(InvalidPlan::MalformedProgram));
    }
}

#[test]
fn constants_are_what_values_can_be() {
    let text = |text: &str| Datum::String(text.into());
    let map =
        |keys: Vec<Datum>| Datum::Map(keys.into_iter().map(|key| (key, Datum::Null)).collect());
    let nested = |depth: usize| (1..depth).fold(Datum::Null, |inner, _| Datum::List(vec![inner]));
    let range = |address: &str, prefix| {
        Datum::Cidr(Cidr {
            address: address.parse().unwrap(),
            prefix,
        })
    };
    let time = |seconds, nanos| Datum::Timestamp(Timestamp { seconds, nanos });
    for good in [
        map(vec![
            Datum::Bool(true),
            Datum::Int(1),
            Datum::Uint(2),
            text("a"),
            text("b"),
        ]),
        nested(limits::DATA_DEPTH),
        range("10.0.0.0", 32),
        range("::", 128),
        time(Timestamp::LAST_SECOND, 999_999_999),
    ] {
        assert_eq!(check(of(vec![Node::Constant(good)], 0)), Ok(()));
    }
    for malformed in [
        map(vec![text("b"), text("a")]),
        map(vec![text("a"), text("a")]),
        map(vec![Datum::Int(1), Datum::Uint(1)]),
        map(vec![Datum::Double(1.0)]),
        map(vec![Datum::Null]),
        nested(limits::DATA_DEPTH + 1),
        Datum::Optional(Some(Box::new(nested(limits::DATA_DEPTH)))),
        range("10.0.0.0", 33),
        range("::", 129),
        time(Timestamp::LAST_SECOND + 1, 0),
        time(0, 1_000_000_000),
    ] {
        let result = check(of(vec![Node::Constant(malformed)], 0));
        assert_eq!(result, Err(InvalidPlan::MalformedConstant));
    }
}

#[test]
fn types_are_bounded_in_depth() {
    let nested = |depth: usize| (1..depth).fold(Type::Int, |ty, _| Type::List(Box::new(ty)));
    let claim = |ty| with(|plan| plan.claims[0].ty = ty);
    assert_eq!(claim(nested(limits::DATA_DEPTH)), Ok(()));
    assert_eq!(
        claim(nested(limits::DATA_DEPTH + 1)),
        Err(InvalidPlan::TypeTooDeep)
    );
    let parameter = Parameter {
        name: NameId(0),
        ty: nested(limits::DATA_DEPTH + 1),
        presence: Presence::Optional,
    };
    let query = with(|plan| plan.operations[0].query = QueryShape::Declared(vec![parameter]));
    assert_eq!(query, Err(InvalidPlan::TypeTooDeep));
}

#[test]
fn an_index_leaves_out_only_what_does_nothing_when_false() {
    let condition = Some(ProgramId(0));
    let number = |number| IndexKey::Int(number);
    let index = |by: Vec<(IndexKey, Vec<RuleId>)>, key| {
        with(|plan| {
            plan.programs = vec![of(vec![Node::Constant(Datum::Bool(true))], 0)];
            plan.rules = vec![
                rule(Effect::Allow, Mode::Enforce, condition),
                rule(Effect::Deny, Mode::Observe, condition),
                rule(Effect::Require, Mode::Enforce, condition),
                rule(Effect::Allow, Mode::Enforce, None),
            ];
            let set = RuleSet {
                always: vec![],
                indexed: Some(RuleIndex {
                    key: ProgramId(key),
                    by,
                }),
            };
            plan.tasks = vec![task(vec![(OperationId(0), set)])];
        })
    };
    let text = IndexKey::String("1".into());
    let good = vec![
        (number(1), vec![RuleId(0), RuleId(1)]),
        (number(2), vec![RuleId(0)]),
        (text.clone(), vec![]),
    ];
    assert_eq!(index(good.clone(), 0), Ok(()));
    assert!(out_of_range(index(good, 1)));
    assert!(out_of_range(index(vec![(number(1), vec![RuleId(9)])], 0)));
    for malformed in [
        vec![(number(2), vec![]), (number(1), vec![])],
        vec![(number(1), vec![]), (number(1), vec![])],
        vec![(text, vec![]), (number(1), vec![])],
        vec![(number(1), vec![RuleId(2)])],
        vec![(number(1), vec![RuleId(3)])],
    ] {
        assert_eq!(index(malformed, 0), Err(InvalidPlan::MalformedIndex));
    }
    let twice = vec![(number(1), vec![RuleId(0), RuleId(0)])];
    assert_eq!(index(twice, 0), Err(InvalidPlan::OutOfOrder));
}

#[test]
fn rules_that_are_always_looked_at_stand_in_order() {
    let set = |rules: &[u32]| {
        with(|plan| {
            plan.rules = vec![rule(Effect::Allow, Mode::Enforce, None); 2];
            plan.tasks = vec![task(vec![(OperationId(0), always(rules.iter().copied()))])];
        })
    };
    assert_eq!(set(&[0, 1]), Ok(()));
    assert_eq!(set(&[1, 0]), Err(InvalidPlan::OutOfOrder));
    assert_eq!(set(&[1, 1]), Err(InvalidPlan::OutOfOrder));
    assert!(out_of_range(set(&[2])));
}

#[test]
fn zones_have_a_name_and_an_order() {
    let zone = |name: &str, transitions| {
        with(|plan| {
            plan.zones = vec![Zone {
                name: name.into(),
                first: 0,
                transitions,
            }];
        })
    };
    assert_eq!(zone("Europe/Berlin", vec![(-1, 3600), (5, 7200)]), Ok(()));
    for malformed in [
        zone("", vec![]),
        zone("Europe/Berlin", vec![(5, 7200), (-1, 3600)]),
        zone("Europe/Berlin", vec![(5, 7200), (5, 3600)]),
    ] {
        assert_eq!(malformed, Err(InvalidPlan::MalformedZone));
    }
}

#[test]
fn patterns_end_with_their_rest() {
    let pattern = |segments: Vec<Segment>| Pattern {
        scheme: String::new(),
        segments,
    };
    for malformed in [
        pattern(vec![]),
        pattern(vec![Segment::Rest, Segment::Any]),
        pattern(vec![Segment::Rest, Segment::Rest]),
    ] {
        let result = with(|plan| {
            plan.tasks = vec![Task {
                agents: vec![malformed],
                ..task(vec![])
            }];
        });
        assert_eq!(result, Err(InvalidPlan::MalformedPattern));
    }
}
