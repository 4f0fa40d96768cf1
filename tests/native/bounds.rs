//! Times and sizes at their bounds, where one more or less changes the decision.

use remit_engine::crypto::NoHostCrypto;
use remit_engine::time::UnixTime;
use remit_tests::cases::{Errand, Shown, errands};
use remit_tests::native::decide;
use remit_tests::recipe::Recipe;
use serde_json::json;

use crate::world::POLICY;

/// Any time will do: the engine has no clock.
const NOW: i64 = 2_000_000_000;

fn list() -> Errand {
    errands()
        .into_iter()
        .find(|errand| errand.name == "list")
        .unwrap_or_else(|| panic!("list"))
}

fn bearer(token: &str) -> Shown {
    vec![("authorization", format!("Bearer {token}").into_bytes())]
}

fn reason_at(millis: i64, token: &str) -> String {
    let engine = POLICY.engine();
    let now = UnixTime::from_nanos(u64::try_from(millis).unwrap_or_default() * 1_000_000);
    let decided = decide(&engine, &list(), &bearer(token), now, &NoHostCrypto);
    decided.record["reason"]
        .as_str()
        .unwrap_or_default()
        .to_owned()
}

#[test]
fn times_end_to_the_millisecond() {
    let corp = Recipe::corp(NOW).token();
    let not_before = Recipe::corp(NOW).claim("nbf", NOW + 60).token();
    let issued = Recipe::corp(NOW).claim("iat", NOW + 60).token();
    let partner = Recipe::partner(NOW).token();
    let second = 1000;
    let cases = [
        // exp is NOW + 300, the leeway 5 s.
        (
            "exp in the leeway",
            &corp,
            (NOW + 305) * second - 1,
            "allowed",
        ),
        (
            "exp at its end",
            &corp,
            (NOW + 305) * second,
            "token_expired",
        ),
        (
            "nbf in the leeway",
            &not_before,
            (NOW + 55) * second,
            "allowed",
        ),
        (
            "nbf before it",
            &not_before,
            (NOW + 55) * second - 1,
            "token_not_yet_valid",
        ),
        ("iat in the leeway", &issued, (NOW + 55) * second, "allowed"),
        (
            "iat before it",
            &issued,
            (NOW + 55) * second - 1,
            "token_not_yet_valid",
        ),
        // exp is NOW + 200; the partner has no leeway.
        (
            "no leeway, at the end",
            &partner,
            (NOW + 200) * second,
            "token_expired",
        ),
        (
            "no leeway, before it",
            &partner,
            (NOW + 200) * second - 1,
            "allowed",
        ),
    ];
    for (name, token, millis, reason) in cases {
        assert_eq!(reason_at(millis, token), reason, "{name}");
    }
}

/// A token that was remembered while it stood is refused once it does not.
#[test]
fn a_remembered_token_ends_with_its_time() {
    let engine = POLICY.engine();
    let shown = bearer(&Recipe::corp(NOW).token());
    let reason = |seconds| {
        let now = UnixTime::from_seconds(seconds);
        decide(&engine, &list(), &shown, now, &NoHostCrypto).record["reason"].clone()
    };
    assert_eq!(reason(NOW), "allowed");
    assert_eq!(reason(NOW + 306), "token_expired");
    assert_eq!(reason(NOW - 60), "token_not_yet_valid");
    assert_eq!(reason(NOW), "allowed");
}

#[test]
fn a_lifetime_ends_to_the_second() {
    let lasting = |seconds: i64| Recipe::corp(NOW).claim("exp", NOW - 10 + seconds).token();
    assert_eq!(reason_at(NOW * 1000, &lasting(600)), "allowed");
    assert_eq!(reason_at(NOW * 1000, &lasting(601)), "lifetime_exceeded");
}

#[test]
fn sizes_end_to_the_byte() {
    let padded = |letters: usize| Recipe::corp(NOW).claim("pad", "p".repeat(letters)).raw();
    // Base64 steps by four for three bytes: look for the last length that fits.
    let fits = (11_000..13_000)
        .rev()
        .map(padded)
        .find(|token| token.len() <= 16 * 1024);
    let fits = fits.unwrap_or_default();
    assert_eq!(fits.len(), 16 * 1024, "a token of exactly the bound");
    assert_eq!(reason_at(NOW * 1000, &fits), "allowed");
    assert_eq!(
        reason_at(NOW * 1000, &format!("{fits}a")),
        "token_too_large"
    );
    let nested = |levels: usize| {
        let deep = (0..levels).fold(json!(1), |inside, _| json!([inside]));
        Recipe::corp(NOW).claim("deep", deep).raw()
    };
    // The payload itself is the first of 16 levels.
    assert_eq!(reason_at(NOW * 1000, &nested(15)), "allowed");
    assert_eq!(reason_at(NOW * 1000, &nested(16)), "token_malformed");
    let tenant = |letters: usize| {
        Recipe::corp(NOW)
            .claim("tenant", "t".repeat(letters))
            .token()
    };
    assert_eq!(reason_at(NOW * 1000, &tenant(512)), "allowed");
    assert_eq!(reason_at(NOW * 1000, &tenant(513)), "claim_malformed");
}
