use std::collections::BTreeSet;

use super::{Challenge, Outcome, Reason};

#[test]
fn codes_are_unique_and_fit_metrics_and_docs() {
    let codes: BTreeSet<_> = Reason::ALL.iter().map(|reason| reason.code()).collect();
    assert_eq!(codes.len(), Reason::ALL.len());
    assert!(
        codes
            .iter()
            .all(|code| code.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'))
    );
    for (index, reason) in Reason::ALL.iter().enumerate() {
        assert_eq!(reason.index(), index);
    }
}

#[test]
fn status_outcome_and_challenge_go_together() {
    for reason in Reason::ALL {
        let expected = match (reason.outcome(), reason.challenge()) {
            (Outcome::Allow | Outcome::Answer, Challenge::None) => 200,
            (
                Outcome::Challenge,
                Challenge::Credential
                | Challenge::InvalidToken
                | Challenge::InvalidProof
                | Challenge::UserAuthentication,
            ) => 401,
            (Outcome::Challenge, Challenge::InsufficientScope | Challenge::Approval) => 403,
            (Outcome::Deny, Challenge::InvalidRequest) => 400,
            (Outcome::Deny, Challenge::None)
                if [400, 403, 404, 408, 413, 415, 429, 502, 503].contains(&reason.status()) =>
            {
                reason.status()
            }
            other => panic!("{reason}: {other:?}"),
        };
        assert_eq!(reason.status(), expected, "{reason}");
    }
}

#[test]
fn public_texts_fit_a_quoted_parameter_and_tell_no_rule() {
    for reason in Reason::ALL {
        let text = reason.public_text();
        assert_eq!(
            text.is_empty(),
            matches!(reason.outcome(), Outcome::Allow | Outcome::Answer),
            "{reason}"
        );
        assert!(
            text.bytes()
                .all(|b| (b' '..=b'~').contains(&b) && b != b'"' && b != b'\\')
        );
    }
    // From outside, forbidden looks like not there, and a wrong task like a wrong path.
    for reason in [
        Reason::NotAllowed,
        Reason::UnknownTask,
        Reason::AgentNotInTask,
    ] {
        assert_eq!(reason.public_text(), Reason::UnknownOperation.public_text());
    }
}
