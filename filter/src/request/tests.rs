use std::rc::Rc;

use remit_engine::plan::encode;

use super::*;
use crate::offload::Availability;
use crate::scripted::{FIRST, ROOT, Scripted, gateway, head, head_for, orders, plan, plugin};

fn verdict_of(gateway: &Scripted, vm: &Vm, plugin: Option<&Plugin>) -> Verdict {
    match handle(gateway, vm, plugin, FIRST) {
        Outcome::Forward(..) => Verdict::Forward,
        Outcome::Refused => Verdict::Hold,
        Outcome::Wait(..) | Outcome::Read(..) | Outcome::Ask(_) => panic!("nothing is waited for"),
    }
}

fn run(gateway: &Scripted) -> Verdict {
    let vm = Vm::new();
    let plugin = plugin(gateway, &vm);
    verdict_of(gateway, &vm, Some(&plugin))
}

#[test]
fn a_public_request_takes_four_calls() {
    let gateway = gateway(head_for("other.example", "/healthz", &[]));
    assert_eq!(run(&gateway), Verdict::Forward);
    assert_eq!(*gateway.calls.borrow(), ["head", "now", "record", "count"]);
    assert!(
        gateway
            .last_record()
            .starts_with(r#"{"decision":"allow","reason":"public""#)
    );
}

#[test]
fn an_allowed_request_is_rewritten_then_routed_then_marked() {
    let gateway = orders();
    assert_eq!(run(&gateway), Verdict::Forward, "{}", gateway.last_record());
    assert_eq!(
        *gateway.calls.borrow(),
        [
            "head",
            "now",
            "nanos",
            "foreign verify_signature",
            "remove x-remit-agent",
            "remove x_remit_task",
            "remove x-original-url",
            "replace x-remit-agent=spiffe://corp.example/a",
            "replace x-remit-task=triage",
            "replace x-remit-task-id=m-1",
            "replace x-remit-issuer=corp",
            "cluster",
            "record",
            "count",
        ]
    );
    assert!(
        gateway
            .last_record()
            .starts_with(r#"{"decision":"allow","reason":"allowed""#)
    );
}

/// Whichever call fails, the request is held, no allow mark is left, and the client is answered
/// if the gateway still can.
#[test]
fn no_failing_call_lets_a_request_through() {
    let healthy = orders();
    run(&healthy);
    let calls = healthy.calls.borrow().clone();
    for (index, call) in calls.iter().enumerate() {
        let gateway = Scripted {
            fails_at: Some(index),
            ..orders()
        };
        assert_eq!(run(&gateway), Verdict::Hold, "`{call}` failed");
        assert!(
            gateway.last_record().starts_with(r#"{"decision":"deny","#)
                || gateway
                    .last_record()
                    .starts_with(r#"{"decision":"challenge","#),
            "`{call}` failed, and the record left is {}",
            gateway.last_record()
        );
        let expected = (503, "remit:host_failure".into());
        assert_eq!(gateway.last_answer(), expected, "`{call}` failed");
    }
}

/// A server may merge trailers into the head, so what may not stand there may not stand here.
#[test]
fn trailers_lose_what_the_head_may_not_have_or_hold_the_request() {
    let fields = [
        ("x-sum", "1"),
        ("x-remit-agent", "forged"),
        ("X_Remit_Task", "forged"),
        ("grant", "a.b.c"),
    ];
    let with = |fails_at| Scripted {
        trailers: pairs::write(&fields).expect("a header map"),
        fails_at,
        ..orders()
    };
    let vm = Vm::new();
    let healthy = with(None);
    assert_eq!(
        handle_trailers(&healthy, &vm, Some("grant")),
        Verdict::Forward
    );
    assert_eq!(
        *healthy.calls.borrow(),
        [
            "trailers",
            "remove trailer x-remit-agent",
            "remove trailer X_Remit_Task",
            "remove trailer grant"
        ]
    );
    for index in 0..4 {
        let failing = with(Some(index));
        assert_eq!(
            handle_trailers(&failing, &vm, Some("grant")),
            Verdict::Hold,
            "call {index}"
        );
        assert_eq!(failing.last_answer(), (503, "remit:host_failure".into()));
    }
}

#[test]
fn a_refusal_that_cannot_be_recorded_or_answered_is_still_one() {
    let healthy = gateway(head("/nothing", &[]));
    assert_eq!(run(&healthy), Verdict::Hold);
    assert_eq!(
        *healthy.calls.borrow(),
        ["head", "now", "record", "count", "answer"]
    );
    for index in 2..5 {
        let gateway = Scripted {
            fails_at: Some(index),
            ..gateway(head("/nothing", &[]))
        };
        assert_eq!(run(&gateway), Verdict::Hold);
        assert!(!gateway.last_record().contains("allow"));
    }
}

#[test]
fn a_refusal_says_what_the_table_says() {
    let gateway = gateway(head("/v1/orders", &[]));
    assert_eq!(run(&gateway), Verdict::Hold);
    let (status, details, headers) = gateway.answers.borrow()[0].clone();
    assert_eq!((status, details.as_str()), (401, "remit:no_credential"));
    assert!(headers.contains("www-authenticate: Bearer"), "{headers}");
    assert!(
        gateway
            .last_record()
            .starts_with(r#"{"decision":"challenge","#)
    );
}

#[test]
fn another_cluster_refuses_after_the_rewrite() {
    for cluster in [None, Some(b"other".to_vec())] {
        let gateway = Scripted {
            cluster,
            ..orders()
        };
        assert_eq!(run(&gateway), Verdict::Hold);
        assert_eq!(gateway.last_answer(), (403, "remit:wrong_cluster".into()));
        assert_eq!(
            gateway.records.borrow().len(),
            1,
            "an allow was recorded first"
        );
    }
}

#[test]
fn without_a_plan_everything_is_refused() {
    let gateway = gateway(head("/healthz", &[]));
    let vm = Vm::new();
    assert_eq!(verdict_of(&gateway, &vm, None), Verdict::Hold);
    assert_eq!(gateway.last_answer(), (503, "remit:not_configured".into()));
}

#[test]
fn a_head_that_cannot_be_read_is_refused() {
    let gateway = gateway(b"\x01\0\0\0".to_vec());
    assert_eq!(run(&gateway), Verdict::Hold);
    assert_eq!(gateway.last_answer(), (503, "remit:host_failure".into()));
}

#[test]
fn the_gateway_s_crypto_is_believed_and_remembered() {
    let yes = Scripted {
        foreign: Some(Ok(b"\x08\x01".to_vec())),
        ..orders()
    };
    let vm = Vm::new();
    let plugin = Plugin::load(&yes, &vm, ROOT).expect("a good plan");
    assert_eq!(verdict_of(&yes, &vm, Some(&plugin)), Verdict::Forward);
    assert_eq!(vm.crypto.get(), Availability::Present);
    assert_eq!(verdict_of(&yes, &vm, Some(&plugin)), Verdict::Forward);
    let foreign = yes
        .calls
        .borrow()
        .iter()
        .filter(|call| call.starts_with("foreign"))
        .count();
    assert_eq!(foreign, 1, "the second request found the token verified");

    let no = Scripted {
        foreign: Some(Ok(Vec::new())),
        ..orders()
    };
    assert_eq!(run(&no), Verdict::Hold);
    assert_eq!(no.last_answer(), (401, "remit:bad_signature".into()));
}

/// Streams may hold any number of old plans: what those remember must not add up.
#[test]
fn a_new_plan_lets_the_old_ones_forget_their_tokens() {
    let yes = Scripted {
        foreign: Some(Ok(b"\x08\x01".to_vec())),
        ..orders()
    };
    let verified = || {
        let calls = yes.calls.borrow();
        calls
            .iter()
            .filter(|call| call.starts_with("foreign"))
            .count()
    };
    let vm = Vm::new();
    let load = || {
        let plugin = Rc::new(Plugin::load(&yes, &vm, ROOT).expect("a good plan"));
        vm.take_in(&plugin);
        plugin
    };
    let old = load();
    for _ in 0..2 {
        assert_eq!(verdict_of(&yes, &vm, Some(&old)), Verdict::Forward);
    }
    assert_eq!(verified(), 1);
    let new = load();
    assert_eq!(verdict_of(&yes, &vm, Some(&new)), Verdict::Forward);
    assert_eq!(verified(), 2);
    assert_eq!(verdict_of(&yes, &vm, Some(&old)), Verdict::Forward);
    assert_eq!(verified(), 3, "the old plan still knew the token");
    assert_eq!(verdict_of(&yes, &vm, Some(&new)), Verdict::Forward);
    assert_eq!(verified(), 3, "the new plan no longer knows the token");
    // Plans that are gone are not kept in mind.
    drop(old);
    drop(load());
    assert_eq!(verdict_of(&yes, &vm, Some(&new)), Verdict::Forward);
    assert_eq!(verified(), 4);
}

#[test]
fn what_is_not_a_plan_is_not_loaded() {
    use crate::plugin::LoadError;
    let good = encode(&plan()).expect("a plan").0;
    let load = |configuration: &[u8]| {
        let gateway = Scripted {
            configuration: configuration.to_vec(),
            ..Scripted::default()
        };
        Plugin::load(&gateway, &Vm::new(), ROOT)
    };
    assert!(load(&good).is_ok());
    assert!(matches!(load(b""), Err(LoadError::Empty)));
    assert!(matches!(
        load(&good[..good.len() - 1]),
        Err(LoadError::Plan(_))
    ));
    assert!(matches!(
        load(b"{\"plan\":\"AAAA\"}"),
        Err(LoadError::Plan(_))
    ));
}
