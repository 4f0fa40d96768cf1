//! Every boundary of a token's time, to the millisecond.

use super::*;
use crate::crypto::NoHostCrypto;
use crate::plan::Plan;
use crate::tests::{engine, sign, triage};
use crate::token::UnverifiedToken;

/// What verifying a token with these times at 1100 s leads to, and whether it stands then.
fn verified(times: &str, change: impl FnOnce(&mut Plan)) -> Result<VerifiedToken, Reason> {
    let mut plan = triage();
    change(&mut plan);
    let engine = engine(&plan);
    let payload = format!(
        r#"{{"iss":"https://sts.corp.example","sub":"agent/one","aud":"https://api.corp.example",{times}}}"#
    );
    let token = sign(r#"{"alg":"EdDSA","kid":"k1"}"#, &payload);
    let token = UnverifiedToken::parse(token.as_bytes()).unwrap();
    let verifier = engine.verifier();
    verifier
        .verify(engine.plan(), &token, &NoHostCrypto)
        .map_err(|refused| refused.reason())
}

fn at(millis: u64) -> UnixTime {
    UnixTime::from_nanos(millis * 1_000_000)
}

/// A time in milliseconds, and whether a token stands then.
type Point = (u64, Result<(), Reason>);

const EXPIRED: Result<(), Reason> = Err(Reason::TokenExpired);
const EARLY: Result<(), Reason> = Err(Reason::TokenNotYetValid);
const TOO_LONG: Result<(), Reason> = Err(Reason::LifetimeExceeded);

/// The leeway is five seconds.
#[test]
fn a_token_stands_from_its_beginning_to_its_end() {
    let cases: &[(&str, &[Point])] = &[
        (
            r#""iat":1000,"exp":1600"#,
            &[
                (994_999, EARLY),
                (995_000, Ok(())),
                (1_604_999, Ok(())),
                (1_605_000, EXPIRED),
            ],
        ),
        (
            r#""iat":1000,"nbf":1200,"exp":1600"#,
            &[(1_194_999, EARLY), (1_195_000, Ok(()))],
        ),
        // The later of the two counts.
        (
            r#""iat":1000,"nbf":900,"exp":1600"#,
            &[(994_999, EARLY), (995_000, Ok(()))],
        ),
        // A NumericDate may have a fraction.
        (
            r#""iat":1000.25,"exp":1600.5"#,
            &[
                (995_249, EARLY),
                (995_250, Ok(())),
                (1_605_499, Ok(())),
                (1_605_500, EXPIRED),
            ],
        ),
    ];
    for (times, points) in cases {
        let token = verified(times, |_| {}).unwrap();
        for (millis, expected) in *points {
            assert_eq!(token.stands_at(at(*millis)), *expected, "{times} {millis}");
        }
    }
}

#[test]
fn without_leeway_it_stands_to_the_millisecond() {
    let strict = |plan: &mut Plan| plan.issuers[0].leeway = 0;
    let token = verified(r#""iat":1000,"nbf":1050,"exp":1600"#, strict).unwrap();
    for (millis, expected) in [
        (1_049_999, EARLY),
        (1_050_000, Ok(())),
        (1_599_999, Ok(())),
        (1_600_000, EXPIRED),
    ] {
        assert_eq!(token.stands_at(at(millis)), expected, "{millis}");
    }
}

/// `max_lifetime` is 900 s, and no leeway is added to it: it is about one clock alone.
#[test]
fn a_life_may_be_as_long_as_the_longest() {
    for (times, expected) in [
        (r#""iat":1000,"exp":1900"#, None),
        (
            r#""iat":1000,"exp":1900.001"#,
            Some(Reason::LifetimeExceeded),
        ),
        (r#""iat":1000,"exp":1901"#, Some(Reason::LifetimeExceeded)),
        (
            r#""iat":999.999,"exp":1900"#,
            Some(Reason::LifetimeExceeded),
        ),
    ] {
        assert_eq!(verified(times, |_| {}).err(), expected, "{times}");
    }
}

/// Without `iat`, as a JWT-SVID may come, it must not end later than a token that is issued now.
#[test]
fn without_a_beginning_the_end_is_not_far() {
    let lifetime = Lifetime {
        expires: UnixTime::from_seconds(2010),
        not_before: None,
        issued_at: None,
        leeway: 5,
        longest: 900,
    };
    for (millis, expected) in [
        (1_104_999, TOO_LONG),
        (1_105_000, Ok(())),
        (2_014_999, Ok(())),
        (2_015_000, EXPIRED),
    ] {
        assert_eq!(lifetime.stands_at(at(millis)), expected, "{millis}");
    }
}
