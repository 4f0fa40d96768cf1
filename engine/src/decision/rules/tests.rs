use crate::cel::{EvalError, Trace, Value};
use crate::crypto::NoHostCrypto;
use crate::decision::{Decision, Reason};
use crate::plan::*;
use crate::request::{Field, RequestHead};
use crate::tests::{engine, mint, triage};
use crate::time::UnixTime;

use Effect::{Allow, Deny, Require};

/// What was seen of an evaluation.
#[derive(Debug, Default)]
struct Seen {
    rules: Vec<(u32, Effect, Result<bool, EvalError>)>,
    values: Vec<(u32, u32, String)>,
}

impl Trace for Seen {
    fn rule(&mut self, rule: RuleId, effect: Effect, verdict: &Result<bool, EvalError>) {
        self.rules.push((rule.0, effect, *verdict));
    }

    fn value(&mut self, program: ProgramId, node: NodeId, value: Result<&Value<'_>, &EvalError>) {
        let shown = value.map_or_else(|error| format!("{error:?}"), ToString::to_string);
        self.values.push((program.0, node.0, shown));
    }
}

impl Seen {
    fn ids(&self) -> Vec<u32> {
        self.rules.iter().map(|(id, ..)| *id).collect()
    }
}

/// Decides `GET /v1/orders/<order>`, traced and not, which must come to the same.
fn decide(plan: &Plan, order: &str, claims: &str) -> (Reason, Option<String>, Seen) {
    let (path, authorization) = (
        format!("/v1/orders/{order}"),
        format!("Bearer {}", mint(&format!(r#","task":"triage"{claims}"#))),
    );
    let fields: [Field<'_>; 4] = [
        (b":method", b"GET"),
        (b":path", path.as_bytes()),
        (b":authority", b"api.corp.example"),
        (b"authorization", authorization.as_bytes()),
    ];
    let (head, now) = (RequestHead::new(&fields), UnixTime::from_seconds(1100));
    let (engine, mut seen) = (engine(plan), Seen::default());
    let outcome = |decision: Decision<'_>| match decision.settled() {
        Ok(allow) => {
            let permit = allow.confirm(Some(b"orders"), &NoHostCrypto).unwrap();
            let record = permit.record();
            (
                record.reason(),
                record.rule().map(str::to_owned),
                record.to_json(),
            )
        }
        Err(refusal) => {
            let record = refusal.record();
            (
                record.reason(),
                record.rule().map(str::to_owned),
                record.to_json(),
            )
        }
    };
    let traced = outcome(engine.decide_traced(&head, now, &NoHostCrypto, &mut seen));
    assert_eq!(outcome(engine.decide(&head, now, &NoHostCrypto)), traced);
    (traced.0, traced.1, seen)
}

fn of(nodes: Vec<Node>) -> Program {
    Program { nodes, locals: 0 }
}

/// Programs: 0 is the order's id, 1 the ticket's severity (which may be missing), 2 a bool, then
/// whether the order is `a`, `b`, and whether the severity is 1, 2.
fn plan(rules: &[(&str, Effect, Option<u32>)], set: RuleSet) -> Plan {
    let mut plan = triage();
    plan.slots = vec![Slot::Capture(NameId(0)), Slot::Claim(ClaimId(0))];
    let is = |slot, datum| {
        of(vec![
            Node::Read(SlotId(slot)),
            Node::Constant(datum),
            Node::Equal(NodeId(0), NodeId(1)),
        ])
    };
    plan.programs = vec![
        of(vec![Node::Read(SlotId(0))]),
        of(vec![Node::Read(SlotId(1))]),
        of(vec![Node::Constant(Datum::Bool(true))]),
        is(0, Datum::String("a".into())),
        is(0, Datum::String("b".into())),
        is(1, Datum::Int(1)),
        is(1, Datum::Int(2)),
    ];
    let rule = |&(id, effect, condition): &(&str, Effect, Option<u32>)| Rule {
        id: id.into(),
        effect,
        mode: Mode::Enforce,
        condition: condition.map(ProgramId),
        demand: None,
    };
    plan.rules = rules.iter().map(rule).collect();
    plan.tasks[0].rules = vec![(OperationId(0), set)];
    plan
}

fn ids(rules: &[u32]) -> Vec<RuleId> {
    rules.iter().copied().map(RuleId).collect()
}

fn indexed(always: &[u32], key: u32, by: &[(IndexKey, &[u32])]) -> RuleSet {
    RuleSet {
        always: ids(always),
        indexed: Some(RuleIndex {
            key: ProgramId(key),
            by: by
                .iter()
                .map(|(key, rules)| (key.clone(), ids(rules)))
                .collect(),
        }),
    }
}

fn string(text: &str) -> IndexKey {
    IndexKey::String(text.into())
}

#[test]
fn only_rules_under_the_keys_value_are_looked_at() {
    let rules = [("a", Allow, Some(3)), ("b", Allow, Some(4))];
    let plan = plan(
        &rules,
        indexed(&[], 0, &[(string("a"), &[0]), (string("b"), &[1])]),
    );
    for (order, reason, rule, looked_at) in [
        ("a", Reason::Allowed, Some("a"), &[0][..]),
        ("b", Reason::Allowed, Some("b"), &[1]),
        ("c", Reason::NotAllowed, None, &[]),
        ("A", Reason::NotAllowed, None, &[]),
    ] {
        let (was, by, seen) = decide(&plan, order, "");
        assert_eq!(
            (was, by.as_deref(), &seen.ids()[..]),
            (reason, rule, looked_at),
            "{order}"
        );
    }
}

#[test]
fn a_key_may_be_a_number() {
    let rules = [("one", Allow, Some(5)), ("two", Allow, Some(6))];
    let by = [
        (IndexKey::Int(1), &[0][..]),
        (IndexKey::Int(2), &[1]),
        (string("1"), &[0]),
    ];
    let plan = plan(&rules, indexed(&[], 1, &by));
    for (claims, rule, looked_at) in [
        (r#","ticket":{"severity":1}"#, Some("one"), &[0][..]),
        (r#","ticket":{"severity":2}"#, Some("two"), &[1]),
        (r#","ticket":{"severity":3}"#, None, &[]),
    ] {
        let (_, by, seen) = decide(&plan, "a", claims);
        assert_eq!(
            (by.as_deref(), &seen.ids()[..]),
            (rule, looked_at),
            "{claims}"
        );
    }
}

#[test]
fn without_a_key_all_are_looked_at() {
    // The severity is missing: the rules err, and an allow that errs is the reason.
    let rules = [
        ("d", Deny, Some(3)),
        ("one", Allow, Some(5)),
        ("b", Allow, Some(4)),
    ];
    let by = [(IndexKey::Int(1), &[1][..]), (IndexKey::Int(2), &[0, 2])];
    let missing = plan(&rules, indexed(&[], 1, &by));
    let (reason, rule, seen) = decide(&missing, "c", "");
    assert_eq!((reason, rule.as_deref()), (Reason::RuleError, Some("one")));
    assert_eq!(seen.ids(), [0, 1, 2]);
    assert_eq!(decide(&missing, "a", "").0, Reason::DeniedByRule);
    assert_eq!(decide(&missing, "b", "").0, Reason::Allowed);
    // A key of another type than the index has.
    let other_type = plan(&rules, indexed(&[], 2, &by));
    assert_eq!(decide(&other_type, "b", "").2.ids(), [0, 1, 2]);
    assert_eq!(decide(&other_type, "a", "").0, Reason::DeniedByRule);
}

#[test]
fn the_rule_that_is_told_is_the_first_of_the_policy() {
    let rules = [
        ("first", Allow, Some(3)),
        ("always", Allow, None),
        ("third", Allow, Some(3)),
        ("deny", Deny, Some(4)),
        ("last", Deny, None),
    ];
    let by = [(string("a"), &[0, 2][..]), (string("b"), &[2, 3])];
    let before = plan(&rules, indexed(&[1], 0, &by));
    assert_eq!(decide(&before, "a", "").1.as_deref(), Some("first"));
    assert_eq!(decide(&before, "c", "").1.as_deref(), Some("always"));
    assert_eq!(decide(&before, "b", "").1.as_deref(), Some("deny"));
    let denied = plan(&rules, indexed(&[1, 4], 0, &by));
    assert_eq!(decide(&denied, "b", "").1.as_deref(), Some("deny"));
    let (reason, rule, seen) = decide(&denied, "a", "");
    assert_eq!(
        (reason, rule.as_deref()),
        (Reason::DeniedByRule, Some("last"))
    );
    assert_eq!(seen.ids(), [4]);
}

#[test]
fn an_indexed_allow_opens_an_operation() {
    // What is wrong with its query is told only where some rule could allow it.
    let rules = [("a", Allow, Some(3)), ("d", Deny, Some(3))];
    let order = "a?unknown=1";
    let open = plan(&rules, indexed(&[], 0, &[(string("a"), &[0])]));
    assert_eq!(decide(&open, order, "").0, Reason::UndeclaredQuery);
    let shut = plan(&rules, indexed(&[], 0, &[(string("a"), &[1])]));
    assert_eq!(decide(&shut, order, "").0, Reason::NotAllowed);
}

#[test]
fn a_trace_tells_every_rule_and_value_that_was_looked_at() {
    let rules = [
        ("d", Deny, Some(4)),
        ("q", Require, Some(5)),
        ("a", Allow, Some(3)),
    ];
    let always = RuleSet {
        always: ids(&[0, 1, 2]),
        indexed: None,
    };
    let plan = plan(&rules, always);
    let (reason, _, seen) = decide(&plan, "a", r#","ticket":{"severity":1}"#);
    assert_eq!(reason, Reason::Allowed);
    assert_eq!(
        seen.rules,
        [
            (0, Deny, Ok(false)),
            (1, Require, Ok(true)),
            (2, Allow, Ok(true))
        ]
    );
    let values = [
        (4, 0, "'a'"),
        (4, 1, "'b'"),
        (4, 2, "false"),
        (5, 0, "1"),
        (5, 1, "1"),
        (5, 2, "true"),
        (3, 0, "'a'"),
        (3, 1, "'a'"),
        (3, 2, "true"),
    ];
    assert_eq!(
        seen.values,
        values.map(|(program, node, value)| (program, node, value.to_owned()))
    );

    let (reason, _, seen) = decide(&plan, "a", "");
    assert_eq!(reason, Reason::RuleError);
    assert_eq!(seen.rules[1..], [(1, Require, Err(EvalError::Missing))]);
    assert_eq!(
        seen.values[3..],
        [(5, 0, "Missing".to_owned()), (5, 2, "Missing".to_owned())]
    );
}
