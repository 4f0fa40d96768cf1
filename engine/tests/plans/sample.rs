//! A plan with every kind of node and constant.

use regex_automata::dfa::dense;
use remit_engine::plan::*;

/// What its slots read.
pub(crate) fn data() -> Vec<Datum> {
    let text = |text: &str| Datum::String(text.into());
    vec![
        Datum::Int(7),
        text("orders"),
        Datum::List(vec![Datum::Int(1), text("b")]),
        Datum::Map(vec![(text("id"), Datum::Int(1)), (text("n"), Datum::Null)]),
        Datum::Optional(Some(Box::new(Datum::Bool(true)))),
    ]
}

fn constants() -> Vec<Datum> {
    let text = |text: &str| Datum::String(text.into());
    vec![
        Datum::Null,
        Datum::Bool(true),
        Datum::Int(i64::MIN),
        Datum::Uint(u64::MAX),
        Datum::Double(-0.5),
        text("é"),
        Datum::Bytes(vec![0, 0xff]),
        Datum::Timestamp(Timestamp {
            seconds: Timestamp::LAST_SECOND,
            nanos: 999_999_999,
        }),
        Datum::Duration(Duration(i64::MIN)),
        Datum::List(vec![Datum::Int(1), Datum::List(vec![])]),
        Datum::Map(vec![
            (Datum::Bool(true), Datum::Null),
            (Datum::Int(1), Datum::Null),
            (text("a"), Datum::Map(vec![])),
        ]),
        Datum::Optional(None),
        Datum::Optional(Some(Box::new(Datum::Null))),
        Datum::Type("int".into()),
        Datum::Ip("::1".parse().unwrap()),
        Datum::Cidr(Cidr {
            address: "10.0.0.0".parse().unwrap(),
            prefix: 8,
        }),
    ]
}

/// Which kind a node is of. A new kind wants a place in [`programs`].
fn kind(node: &Node) -> usize {
    match node {
        Node::Constant(_) => 0,
        Node::Read(_) => 1,
        Node::ReadOptional(_) => 2,
        Node::Present(_) => 3,
        Node::ReadOr(..) => 4,
        Node::Local(_) => 5,
        Node::Once(_) => 6,
        Node::Not(_) => 7,
        Node::And(..) => 8,
        Node::Or(..) => 9,
        Node::Choose(..) => 10,
        Node::Equal(..) => 11,
        Node::NotEqual(..) => 12,
        Node::Unary(..) => 13,
        Node::Binary(..) => 14,
        Node::Call(..) => 15,
        Node::Matches(..) => 16,
        Node::OptionalOr(..) => 17,
        Node::OptionalOrValue(..) => 18,
        Node::Field(..) => 19,
        Node::HasField(..) => 20,
        Node::OptionalField(..) => 21,
        Node::List(_) => 22,
        Node::Map(_) => 23,
        Node::Bind { .. } => 24,
        Node::OptionalMap { .. } => 25,
        Node::Fold(_) => 26,
    }
}
const KINDS: usize = 27;

/// The first is the one that others refer to.
fn programs() -> Vec<Program> {
    let id = NodeId;
    let field = || "id".to_owned();
    let shared = vec![Node::Read(SlotId(0)), Node::Equal(id(0), id(0))];
    let verdicts = vec![
        Node::Constant(Datum::Bool(true)),
        Node::Once(ProgramId(0)),
        Node::Present(SlotId(1)),
        Node::Not(id(1)),
        Node::And(id(0), id(2)),
        Node::Or(id(3), id(4)),
        Node::ReadOr(SlotId(2), id(0)),
        Node::ReadOptional(SlotId(3)),
        Node::NotEqual(id(6), id(7)),
        Node::Read(SlotId(4)),
        Node::Matches(AutomatonId(0), id(9)),
        Node::Choose(id(5), id(8), id(10)),
    ];
    let values = vec![
        Node::Read(SlotId(3)),
        Node::ReadOptional(SlotId(3)),
        Node::Field(id(0), field()),
        Node::HasField(id(0), field()),
        Node::OptionalField(id(0), field()),
        Node::OptionalOr(id(4), id(1)),
        Node::OptionalOrValue(id(5), id(2)),
        Node::List(vec![
            (id(6), ElementKind::Plain),
            (id(5), ElementKind::Optional),
        ]),
        Node::Map(vec![
            (id(6), id(7), ElementKind::Plain),
            (id(3), id(5), ElementKind::Optional),
        ]),
        Node::Unary(Function::Size, id(7)),
        Node::Binary(Function::Index, id(7), id(9)),
        Node::Call(Function::Greatest, vec![id(9), id(10), id(10)]),
        Node::Local(LocalId(0)),
        Node::Bind {
            local: LocalId(0),
            value: id(11),
            body: id(12),
        },
        Node::OptionalMap {
            optional: id(5),
            local: LocalId(0),
            body: id(12),
            result: OptionalMapResult::Optional,
        },
        Node::OptionalMap {
            optional: id(14),
            local: LocalId(0),
            body: id(12),
            result: OptionalMapResult::Value,
        },
        Node::Equal(id(13), id(15)),
    ];
    let constants = constants().into_iter().map(Node::Constant).collect();
    let mut programs = vec![(shared, 0), (verdicts, 0), (values, 1), (constants, 0)];
    for (position, kind) in [
        FoldKind::All,
        FoldKind::Exists,
        FoldKind::ExistsOne,
        FoldKind::Filter,
        FoldKind::Map,
        FoldKind::TransformMap,
        FoldKind::TransformMapEntry,
        FoldKind::SortBy,
    ]
    .into_iter()
    .enumerate()
    {
        let nodes = vec![
            Node::Read(SlotId(2)),
            Node::Constant(Datum::Bool(true)),
            Node::Local(LocalId(0)),
            Node::Fold(Box::new(Fold {
                kind,
                range: id(0),
                key: (position % 2 == 0).then_some(LocalId(1)),
                element: LocalId(0),
                filter: (position % 3 == 0).then_some(id(1)),
                body: id(if position < 4 { 1 } else { 2 }),
            })),
        ];
        programs.push((nodes, 2));
    }
    let program = |(nodes, locals)| Program { nodes, locals };
    programs.into_iter().map(program).collect()
}

/// A plan whose one task has rules in every way there is.
pub(crate) fn plan() -> Plan {
    let programs = programs();
    let mut seen = [false; KINDS];
    for node in programs.iter().flat_map(|program| &program.nodes) {
        seen[kind(node)] = true;
    }
    assert_eq!(seen, [true; KINDS]);
    let pattern = Pattern {
        scheme: String::new(),
        segments: vec![Segment::Literal("agent".into()), Segment::Rest],
    };
    let rule = |(id, effect, mode, condition): (&str, Effect, Mode, Option<u32>)| Rule {
        id: id.into(),
        effect,
        mode,
        condition: condition.map(ProgramId),
        demand: None,
    };
    let dfa = dense::DFA::new("a+b|c").unwrap();
    let field = Field {
        name: "id".into(),
        ty: Type::AtMost(Box::new(Type::String), 20),
        presence: Presence::Optional,
    };
    let ty = Type::List(Box::new(Type::Map(Box::new(Type::Object(vec![field])))));
    Plan {
        policy: "sample".into(),
        requires: vec![Capability::RequestHeaders],
        audiences: vec!["https://api.example".into()],
        claims: vec![Claim {
            path: vec!["a".into(), "b".into()],
            ty,
        }],
        names: vec!["order_id".into()],
        issuers: vec![],
        sources: vec![],
        deny_feed: None,
        history: History::default(),
        fleet: None,
        approvals: None,
        resources: vec![Resource {
            name: "orders".into(),
            host: "api.example".into(),
            audience: Some(AudienceId(0)),
            cluster: None,
            origin: String::from("https://api.example"),
            metadata: None,
            served_metadata: None,
            endpoint: None,
        }],
        operations: vec![Operation {
            resource: Some(ResourceId(0)),
            name: "read".into(),
            class: Class::Read,
            access: Access::Task,
            method: "GET".into(),
            template: vec![TemplateSegment::Capture(NameId(0))],
            query: QueryShape::Any,
            scopes: vec![],
            classification: vec![],
            upgrade: None,
            body: BodyShape::Unread,
            call: None,
        }],
        tasks: vec![Task {
            name: "triage".into(),
            issuers: vec![],
            agents: vec![pattern],
            rules: vec![(
                OperationId(0),
                RuleSet {
                    always: vec![RuleId(0), RuleId(2)],
                    indexed: Some(RuleIndex {
                        key: ProgramId(0),
                        by: vec![
                            (IndexKey::Int(-1), vec![RuleId(1)]),
                            (IndexKey::String("a".into()), vec![RuleId(1), RuleId(3)]),
                        ],
                    }),
                },
            )],
            delegation: None,
            ends_with: vec![],
            limits: vec![],
        }],
        rules: [
            ("always", Effect::Allow, Mode::Enforce, None),
            ("sometimes", Effect::Allow, Mode::Enforce, Some(1)),
            ("must", Effect::Require, Mode::Observe, Some(1)),
            ("never", Effect::Deny, Mode::Enforce, Some(2)),
        ]
        .map(rule)
        .into(),
        break_glass: vec![],
        slots: vec![
            Slot::Claim(ClaimId(0)),
            Slot::Capture(NameId(0)),
            Slot::Agent,
            Slot::Principal,
            Slot::RequestHeader("x-region".into()),
        ],
        programs,
        automata: vec![Automaton {
            pattern: "a+b|c".into(),
            bytes: dfa.to_sparse().unwrap().to_bytes_little_endian(),
        }],
        zones: vec![Zone {
            name: "Europe/Berlin".into(),
            first: 3208,
            transitions: vec![(-2_422_054_408, 3600), (1_000_000_000, 7200)],
        }],
    }
}
