use super::*;

/// `refund` takes an amount, and is allowed up to 50.
pub(super) fn refunds() -> Plan {
    let mut plan = triage();
    plan.names.push("amount".into());
    let amount = u32::try_from(plan.names.len() - 1).unwrap();
    plan.requires.push(Capability::Bodies);
    plan.slots = vec![Slot::Body(NameId(amount))];
    plan.programs = vec![Program {
        nodes: vec![
            Node::Read(SlotId(0)),
            Node::Constant(Datum::Double(50.0)),
            Node::Binary(Function::LessOrEqual, NodeId(0), NodeId(1)),
        ],
        locals: 0,
    }];
    plan.rules.push(rule("small", Effect::Allow, Some(0)));
    plan.operations[2].body = arguments(
        vec![(amount, Type::Double, Presence::Mandatory)],
        Others::Refuse,
    );
    plan.tasks[0].rules.push((OperationId(2), always([1])));
    plan
}

pub(super) const REFUNDS: &str = "/v1/orders/42/refunds";

#[test]
fn the_amount_decides() {
    let (engine, host) = (engine(&refunds()), Local::default());
    let refund = Tried::new(&engine, &host, REFUNDS);
    for (amount, reason) in [
        ("20", Reason::Allowed),
        ("50.0", Reason::Allowed),
        ("50.01", Reason::NotAllowed),
        ("1e3", Reason::NotAllowed),
        ("9007199254740993", Reason::ArgumentsRefused),
        ("\"20\"", Reason::ArgumentsRefused),
        ("null", Reason::ArgumentsRefused),
        ("[20]", Reason::ArgumentsRefused),
        ("1e400", Reason::BodyMalformed),
        ("20,\"amount\":5000", Reason::BodyMalformed),
        ("20,\"Amount\":5000", Reason::ArgumentsRefused),
        ("20,\"note\":\"x\"", Reason::ArgumentsRefused),
    ] {
        let came = refund.sends(&["{\"amount\":", amount, "}"].concat());
        assert_eq!(came.reason, reason, "{amount}");
    }
    for body in ["", "{}", "[]", "20", "{\"amount\":20", "{\"amount\":20} x"] {
        let came = refund.sends(body);
        assert_ne!(came.reason, Reason::Allowed, "{body}");
    }
}

#[test]
fn what_is_wrong_with_a_body_is_told_only_to_who_may_send_one() {
    let mut plan = refunds();
    plan.tasks[0].rules.pop();
    let (engine, host) = (engine(&plan), Local::default());
    // Not even read.
    let came = Tried::new(&engine, &host, REFUNDS).sends("{\"amount\":true}");
    assert_eq!(came.reason, Reason::NotAllowed);
}

#[test]
fn only_json_as_it_is_is_read() {
    let (engine, host) = (engine(&refunds()), Local::default());
    for (name, value) in [
        ("content-encoding", "gzip"),
        ("content-type", "text/plain"), // a second one
    ] {
        let refund = Tried::new(&engine, &host, REFUNDS).with(name, value);
        assert_eq!(
            refund.sends("{\"amount\":1}").reason,
            Reason::ContentRefused
        );
    }
}

#[test]
fn the_record_has_a_digest_and_no_values_but_those_that_are_named() {
    let mut plan = refunds();
    let (without, host) = (engine(&plan), Local::default());
    let record = Tried::new(&without, &host, REFUNDS)
        .sends("{\"amount\": 2.50}")
        .record;
    // SHA-256 of {"amount":2.5}
    assert_eq!(
        record["content"],
        "OKfLaFQzcHj12k2NxdYpuL_SIoBWyMgS_Mdg5mzm79E"
    );
    assert_eq!(record.get("logged"), None);
    let BodyShape::Json(members) = &mut plan.operations[2].body else {
        panic!("it has one");
    };
    members.logged = vec![members.declared[0].name];
    let with = engine(&plan);
    let record = Tried::new(&with, &host, REFUNDS)
        .sends("{\"amount\": 2.50}")
        .record;
    assert_eq!(record["logged"], json!({"amount": "2.5"}));
}
