//! Tokens that are too much: too large, too strange, too many. The good one passes after each.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use remit_tests::client::h1::Session;
use remit_tests::gateway::{Gateway, Setup};
use remit_tests::recipe::Recipe;

use crate::world::{GATEWAY, POLICY, allowed, case, now, request, started};

/// A name, what is sent, which statuses may answer, and the reason if the filter is reached.
type Case = (&'static str, Vec<u8>, &'static [u16], Option<&'static str>);

fn show(gateway: &Gateway, value: &[u8]) -> (u16, String) {
    let name = case("token");
    let request = request("GET", "/v1/orders", &name).field("authorization", value);
    let status = request.send(gateway.agents()).status;
    assert_eq!(gateway.arrivals_of(&name), 0, "it passes");
    (status, name)
}

fn still_works(gateway: &Gateway) {
    assert_eq!(allowed(&case("good")).send(gateway.agents()).status, 200);
}

#[test]
fn sizes_and_bytes() {
    let of = |length: usize| [b"Bearer ".to_vec(), vec![b'a'; length]].concat();
    // Envoy's own bound on all headers is 60 KiB: what is larger never comes to the filter.
    let cases: [Case; 8] = [
        (
            "empty",
            b"Bearer ".to_vec(),
            &[401],
            Some("credential_malformed"),
        ),
        (
            "only blanks",
            b"Bearer     ".to_vec(),
            &[401],
            Some("credential_malformed"),
        ),
        ("16 KiB", of(16 * 1024), &[401], Some("token_malformed")),
        (
            "a byte more",
            of(16 * 1024 + 1),
            &[401],
            Some("token_too_large"),
        ),
        ("50 KiB", of(50 * 1024), &[401], Some("token_too_large")),
        ("64 KiB", of(64 * 1024), &[431], None),
        ("1 MiB", of(1024 * 1024), &[431, 0], None),
        (
            "not UTF-8",
            b"Bearer \xff\xfe\x80".to_vec(),
            &[400, 401],
            None,
        ),
    ];
    for (what, value, statuses, reason) in cases {
        let (status, name) = show(&GATEWAY, &value);
        assert!(statuses.contains(&status), "{what}: {status}");
        if let Some(reason) = reason {
            let record = GATEWAY
                .entry_of(&name)
                .record()
                .expect("a decision has a record");
            assert_eq!(record["reason"], reason, "{what}");
        }
        still_works(&GATEWAY);
    }
}

/// Every byte that may stand in a field, alone and in a token: none harms the filter.
#[test]
fn every_byte() {
    let good = Recipe::corp(now()).token();
    for byte in (1..=255u8).filter(|byte| !b"\r\n".contains(byte)) {
        for value in [
            [b"Bearer ".as_slice(), &[byte]].concat(),
            [b"Bearer ".as_slice(), good.as_bytes(), &[byte], b"x"].concat(),
            [&[byte], b"Bearer ".as_slice(), good.as_bytes()].concat(),
        ] {
            let name = case("byte");
            let request = request("GET", "/v1/orders", &name).field("authorization", &value);
            let status = request.send(GATEWAY.agents()).status;
            // White space before the value is HTTP's (RFC 9110 section 5.5); all else is a fault.
            let trimmed = value.trim_ascii_start();
            let whole = trimmed == [b"Bearer ".as_slice(), good.as_bytes()].concat();
            if whole {
                assert!(matches!(status, 200 | 400), "byte {byte}: {status}");
            } else {
                assert!(matches!(status, 400 | 401), "byte {byte}: {status}");
                assert_eq!(GATEWAY.arrivals_of(&name), 0, "byte {byte}");
            }
        }
    }
    still_works(&GATEWAY);
}

/// Ten thousand tokens in the right form, each once: the signature of each has to be looked at,
/// and what is remembered of them has a bound.
#[test]
fn ten_thousand_forged_tokens() {
    const MEBIBYTE: u64 = 1024 * 1024;
    let gateway = started(&Setup::new(&POLICY.plan));
    let recipe = Recipe::corp(now()).claim("pad", "p".repeat(600));
    let good = recipe.token();
    let (header, signature) = match good.split('.').collect::<Vec<_>>().as_slice() {
        [header, _, signature] => ((*header).to_owned(), (*signature).to_owned()),
        parts => panic!("a token of {} parts", parts.len()),
    };
    let forged = |number: usize| {
        let claims = recipe.claims_text().replace("t-1", &format!("t-{number}"));
        // The signature differs too: what is remembered is found by the token's end.
        let (kept, _) = signature.split_at(signature.len() - 8);
        format!(
            "{header}.{}.{kept}{:07}A",
            URL_SAFE_NO_PAD.encode(claims),
            number
        )
    };
    let mut session = Session::new(gateway.agents());
    let mut send = |token: &str| {
        let request = request("GET", "/v1/orders", "flood");
        session
            .send(&request.field("authorization", format!("Bearer {token}")))
            .status
    };
    // What the first thousand leave behind is what a worker needs anyway.
    (0..1000).for_each(|number| assert_eq!(send(&forged(number)), 401));
    let before = gateway.resident_bytes();
    (1000..10_000).for_each(|number| assert_eq!(send(&forged(number)), 401));
    let after = gateway.resident_bytes();
    assert_eq!(gateway.counted("challenge", "bad_signature"), 10_000);
    let grown = after.saturating_sub(before) / MEBIBYTE;
    assert!(
        grown < 16,
        "Envoy grew by {grown} MiB over 9,000 forged tokens"
    );
    assert_eq!(send(&good), 200);
    assert_eq!(gateway.arrivals_of("flood"), 1);
}

/// The same bad token again and again is refused each time, whatever is remembered of it.
#[test]
fn one_bad_token_many_times() {
    let token = Recipe::corp(now())
        .signed_by("stranger-ed", "EdDSA")
        .token();
    let mut session = Session::new(GATEWAY.agents());
    for _ in 0..200 {
        let name = case("again");
        let request = request("GET", "/v1/orders", &name);
        let response = session.send(&request.field("authorization", format!("Bearer {token}")));
        assert_eq!((response.status, GATEWAY.arrivals_of(&name)), (401, 0));
    }
    still_works(&GATEWAY);
}
