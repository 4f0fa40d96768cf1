use super::{Budget, EvalError, holds};
use crate::cel::Inputs;
use crate::crypto::NoHostCrypto;
use crate::limits;
use crate::plan::*;
use crate::request::query::Query;
use crate::request::{RequestHead, path};
use crate::tests::{engine, mint, triage};
use crate::token::UnverifiedToken;

fn bool(value: bool) -> Node {
    Node::Constant(Datum::Scalar(Scalar::Bool(value)))
}

fn int(value: i64) -> Node {
    Node::Constant(Datum::Scalar(Scalar::Int(value)))
}

fn text(value: &str) -> Node {
    Node::Constant(Datum::Scalar(Scalar::String(value.into())))
}

fn n(index: u32) -> NodeId {
    NodeId(index)
}

/// Evaluates nodes for `GET /v1/orders/42` by an agent whose token has the claims `more`.
fn evaluate_with(more: &str, slots: Vec<Slot>, nodes: Vec<Node>) -> Result<bool, EvalError> {
    let plan = Plan { slots, ..triage() };
    let engine = engine(&plan);
    let token = mint(more);
    let unverified = UnverifiedToken::parse(token.as_bytes()).unwrap();
    let token = engine
        .verifier()
        .verify(&plan, &unverified, &NoHostCrypto)
        .unwrap();
    let target = path::parse("/v1/orders/42").unwrap();
    let inputs = Inputs {
        plan: &plan,
        head: &RequestHead::new(&[(b"x-tag", b"blue"), (b"x-twice", b"a"), (b"x-twice", b"a")]),
        method: "GET",
        host: "api.corp.example",
        target: &target,
        query: &Query::default(),
        operation: &plan.operations[0],
        token: &token,
    };
    holds(&Program { nodes }, &inputs, &Budget::new(), &|_, _| {})
}

fn evaluate(nodes: Vec<Node>) -> Result<bool, EvalError> {
    evaluate_with("", vec![], nodes)
}

#[test]
fn and_and_or_absorb_errors_in_both_orders() {
    // Node 2 is an error: 1 / 0 == 1.
    let error = [
        int(1),
        int(0),
        Node::Arithmetic(Operator::Divide, n(0), n(1)),
        Node::Equal(n(2), n(0)),
    ];
    let with = |value: bool, node: fn(NodeId, NodeId) -> Node, flipped: [u32; 2]| {
        let mut nodes = error.to_vec();
        nodes.extend([bool(value), node(n(flipped[0]), n(flipped[1]))]);
        evaluate(nodes)
    };
    for order in [[3, 4], [4, 3]] {
        assert_eq!(with(false, Node::And, order), Ok(false));
        assert_eq!(with(true, Node::And, order), Err(EvalError::DivisionByZero));
        assert_eq!(with(true, Node::Or, order), Ok(true));
        assert_eq!(with(false, Node::Or, order), Err(EvalError::DivisionByZero));
    }
}

#[test]
fn a_choice_looks_at_the_taken_branch_only() {
    let nodes = |condition| {
        let divided = Node::Arithmetic(Operator::Divide, n(0), n(1));
        vec![
            int(1),
            int(0),
            divided,
            bool(condition),
            Node::Choose(n(3), n(0), n(2)),
            Node::Equal(n(4), n(0)),
        ]
    };
    assert_eq!(evaluate(nodes(true)), Ok(true));
    assert_eq!(evaluate(nodes(false)), Err(EvalError::DivisionByZero));
}

#[test]
fn arithmetic_overflows_into_errors() {
    for (operator, a, b, error) in [
        (Operator::Add, i64::MAX, 1, EvalError::Overflow),
        (Operator::Subtract, i64::MIN, 1, EvalError::Overflow),
        (Operator::Multiply, i64::MAX, 2, EvalError::Overflow),
        (Operator::Divide, i64::MIN, -1, EvalError::Overflow),
        (Operator::Remainder, 1, 0, EvalError::DivisionByZero),
    ] {
        let nodes = vec![
            int(a),
            int(b),
            Node::Arithmetic(operator, n(0), n(1)),
            Node::Equal(n(2), n(0)),
        ];
        assert_eq!(evaluate(nodes), Err(error), "{operator:?}");
    }
    assert_eq!(
        evaluate(vec![int(i64::MIN), Node::Negate(n(0))]),
        Err(EvalError::Overflow)
    );
}

#[test]
fn what_is_no_bool_is_an_error() {
    assert_eq!(evaluate(vec![int(1)]), Err(EvalError::Type));
    assert_eq!(
        evaluate(vec![int(1), Node::Not(n(0))]),
        Err(EvalError::Type)
    );
    assert_eq!(
        evaluate(vec![
            int(1),
            text("1"),
            Node::Compare(Ordering::Less, n(0), n(1))
        ]),
        Err(EvalError::Type)
    );
}

#[test]
fn reads_request_token_and_plan() {
    let tests = [
        (Slot::RequestMethod, "GET"),
        (Slot::RequestPath, "/v1/orders/42"),
        (Slot::RequestHost, "api.corp.example"),
        (Slot::RequestHeader("x-tag".into()), "blue"),
        (Slot::Capture(NameId(0)), "42"),
        (Slot::Agent, "agent/one"),
        (Slot::Task, "triage"),
        (Slot::TokenIssuer, "https://sts.corp.example"),
        (Slot::TokenSubject, "agent/one"),
        (Slot::Resource, "orders"),
        (Slot::Operation, "read"),
        (Slot::Issuer, "corp"),
    ];
    for (slot, value) in tests {
        let nodes = vec![Node::Read(SlotId(0)), text(value), Node::Equal(n(0), n(1))];
        let result = evaluate_with(r#","task":"triage""#, vec![slot.clone()], nodes);
        assert_eq!(result, Ok(true), "{slot:?}");
    }
    let claim = vec![
        Node::Read(SlotId(0)),
        int(3),
        Node::Compare(Ordering::LessOrEqual, n(0), n(1)),
    ];
    let slots = vec![Slot::Claim(ClaimId(0))];
    assert_eq!(
        evaluate_with(r#","ticket":{"severity":3}"#, slots.clone(), claim.clone()),
        Ok(true)
    );
    assert_eq!(evaluate_with("", slots, claim), Err(EvalError::Type));
}

#[test]
fn a_header_that_cannot_be_read_in_one_way_is_an_error() {
    let slots = || vec![Slot::RequestHeader("x-twice".into())];
    let has = vec![Node::Read(SlotId(0)), Node::HasValue(n(0))];
    assert_eq!(evaluate_with("", slots(), has), Err(EvalError::Unreadable));
    let or = vec![
        Node::Read(SlotId(0)),
        text("-"),
        Node::OrValue(n(0), n(1)),
        Node::Equal(n(2), n(1)),
    ];
    assert_eq!(evaluate_with("", slots(), or), Err(EvalError::Unreadable));
}

#[test]
fn optionals_are_asked_before_they_are_used() {
    let slots = || vec![Slot::Principal];
    let has = vec![Node::Read(SlotId(0)), Node::HasValue(n(0))];
    assert_eq!(evaluate_with("", slots(), has), Ok(false));
    let or = vec![
        Node::Read(SlotId(0)),
        text("-"),
        Node::OrValue(n(0), n(1)),
        Node::Equal(n(2), n(1)),
    ];
    assert_eq!(evaluate_with("", slots(), or), Ok(true));
    let value = vec![
        Node::Read(SlotId(0)),
        Node::Value(n(0)),
        Node::Equal(n(1), n(1)),
    ];
    assert_eq!(evaluate_with("", slots(), value), Err(EvalError::Missing));
    let compared = vec![Node::Read(SlotId(0)), text("-"), Node::Equal(n(0), n(1))];
    assert_eq!(evaluate_with("", slots(), compared), Err(EvalError::Type));
}

#[test]
fn lists_and_texts() {
    let list = Node::Constant(Datum::List(vec![
        Scalar::String("a".into()),
        Scalar::String("é".into()),
    ]));
    let with = |rest: Vec<Node>| evaluate([vec![list.clone()], rest].concat());
    assert_eq!(with(vec![text("é"), Node::In(n(1), n(0))]), Ok(true));
    assert_eq!(with(vec![text("b"), Node::In(n(1), n(0))]), Ok(false));
    assert_eq!(
        with(vec![
            int(1),
            Node::Index(n(0), n(1)),
            Node::Size(n(2)),
            Node::Equal(n(3), n(1))
        ]),
        Ok(true)
    );
    for index in [-1, 2] {
        let element = vec![int(index), Node::Index(n(0), n(1)), Node::Equal(n(2), n(2))];
        assert_eq!(with(element), Err(EvalError::NoElement));
    }
    for (test, other, result) in [
        (TextTest::StartsWith, "ab", true),
        (TextTest::EndsWith, "ab", false),
        (TextTest::Contains, "bc", true),
    ] {
        assert_eq!(
            evaluate(vec![
                text("abcd"),
                text(other),
                Node::Text(test, n(0), n(1))
            ]),
            Ok(result)
        );
    }
}

#[test]
fn work_and_memory_are_bounded() {
    // Each node uses the one before it twice: 2^40 steps if nothing stopped it.
    let doubling = (0..40).map(|operand| Node::And(n(operand), n(operand)));
    let nodes = std::iter::once(bool(true)).chain(doubling).collect();
    assert_eq!(evaluate(nodes), Err(EvalError::Budget));

    let joining = (0..40).map(|operand| Node::Arithmetic(Operator::Add, n(operand), n(operand)));
    let long = text(&"x".repeat(1024));
    let mut nodes: Vec<_> = std::iter::once(long).chain(joining).collect();
    nodes.push(Node::Equal(n(40), n(0)));
    assert_eq!(evaluate(nodes), Err(EvalError::Budget));

    let list = Datum::List(vec![Scalar::Int(0); 64 * limits::EVALUATION_STEPS as usize]);
    assert_eq!(
        evaluate(vec![int(1), Node::Constant(list), Node::In(n(0), n(1))]),
        Err(EvalError::Budget)
    );
}
