//! Every reason has a case, and the engine's table says what the contract says.

use std::collections::BTreeSet;

use remit_engine::crypto::NoHostCrypto;
use remit_engine::decision::{Decision, Outcome, Reason, Refusal};
use remit_engine::request::{Field, RequestHead};
use remit_engine::time::UnixTime;
use remit_tests::cases::{challenge, errands, expected, told};

use crate::world::{CREDENTIALS, NOW, POLICY};

/// What only a broken host can cause. `gateway/capabilities.rs` causes them in a real one.
const OF_THE_HOST: &[Reason] = &[Reason::NotConfigured, Reason::HostFailure];

/// What this table's policy does not lead to has its cases beside the code.
const IN_THE_ENGINE: [&str; 9] = [
    include_str!("../../engine/src/decision/approved/tests.rs"),
    include_str!("../../engine/src/decision/case/tests.rs"),
    include_str!("../../engine/src/decision/counted/tests/attacks.rs"),
    include_str!("../../engine/src/decision/messages/tests/a2a.rs"),
    include_str!("../../engine/src/decision/messages/tests/http.rs"),
    include_str!("../../engine/src/decision/messages/tests/mcp.rs"),
    include_str!("../../engine/src/decision/uses/tests.rs"),
    include_str!("../../engine/src/fleet/tests.rs"),
    include_str!("../../engine/src/sources/tests.rs"),
];

/// What depends on how bodies come has its cases in a gateway.
const IN_A_GATEWAY: [&str; 3] = [
    include_str!("../gateway/bodies/http.rs"),
    include_str!("../gateway/bodies/late.rs"),
    include_str!("../gateway/bodies/messages.rs"),
];

#[test]
fn every_reason_has_a_case() {
    let mut met: BTreeSet<Reason> = OF_THE_HOST.iter().copied().collect();
    met.extend(Reason::ALL.iter().filter(|reason| {
        let named = format!("Reason::{reason:?}");
        let (recorded, told) = (format!("\"{reason}\""), format!("\"remit:{reason}\""));
        let is_met = |tests: &&str| tests.contains(&recorded) || tests.contains(&told);
        IN_THE_ENGINE.iter().any(|tests| tests.contains(&named)) || IN_A_GATEWAY.iter().any(is_met)
    }));
    for errand in errands() {
        met.extend(
            CREDENTIALS
                .iter()
                .map(|credential| expected(&errand, credential).reason),
        );
    }
    let without: Vec<&Reason> = Reason::ALL
        .iter()
        .filter(|reason| !met.contains(reason))
        .collect();
    assert!(without.is_empty(), "reasons without a case: {without:?}");
}

#[test]
fn every_reason_is_told_as_the_contract_says() {
    for reason in Reason::ALL {
        let told = told(*reason);
        assert_eq!(reason.status(), told.status, "{reason}");
        assert_eq!(reason.public_text(), told.text, "{reason}");
        assert_eq!(reason.outcome().code(), told.outcome, "{reason}");
    }
}

/// What a caller reads never names a rule, an operation, a task, an issuer or the reason; but for the
/// `error` by which a client knows that it may come back with an approval.
#[test]
fn nothing_is_told_that_only_the_operator_should_know() {
    for reason in Reason::ALL {
        let said = [
            challenge(*reason, None).unwrap_or_default(),
            told(*reason).text.to_owned(),
        ];
        for text in said {
            let text = text.replace("error=\"approval_required\"", "");
            assert!(!text.contains(reason.code()), "{reason} is told: {text}");
            assert!(!text.contains('`'), "{reason} quotes something: {text}");
        }
    }
}

#[test]
fn a_host_that_fails_gets_503_and_a_record() {
    for (refusal, reason) in [
        (Refusal::host_failure(), Reason::HostFailure),
        (Refusal::not_configured(), Reason::NotConfigured),
    ] {
        let answer = refusal.answer();
        assert_eq!(refusal.record().reason(), reason);
        assert_eq!(answer.status, 503);
        assert!(
            answer
                .headers
                .iter()
                .any(|(name, _)| *name == "retry-after")
        );
        let record = refusal.record().to_json();
        assert!(
            record.starts_with(r#"{"decision":"deny","reason":"#),
            "{record}"
        );
    }
}

/// The filter takes an allow back when the host fails after the decision.
#[test]
fn an_allow_that_is_withdrawn_is_a_refusal_with_its_identity() {
    let engine = POLICY.engine();
    let good = CREDENTIALS.first();
    let shown = good
        .and_then(|good| good.shown.first())
        .map(|(_, value)| value.clone());
    let shown = shown.unwrap_or_default();
    let fields: [Field<'_>; 4] = [
        (b":method", b"GET"),
        (b":path", b"/v1/orders"),
        (b":authority", b"api.corp.example"),
        (b"authorization", &shown),
    ];
    let head = RequestHead::new(&fields);
    let Decision::Allow(allow) = engine.decide(&head, UnixTime::from_seconds(*NOW), &NoHostCrypto)
    else {
        panic!("the first credential of the table is good");
    };
    let refusal = allow.withdraw();
    assert_eq!(refusal.record().reason(), Reason::HostFailure);
    assert_eq!(refusal.record().reason().outcome(), Outcome::Deny);
    assert_eq!(refusal.record().rule(), None);
    let record = refusal.record().to_json();
    assert!(
        record.contains("spiffe://corp.example/support/bot-7"),
        "{record}"
    );
}
