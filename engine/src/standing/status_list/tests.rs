use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use miniz_oxide::deflate::compress_to_vec_zlib;
use serde_json::{Value, json};

use super::{OutOfRange, Status, StatusList, StatusListError};
use crate::limits;
use crate::time::UnixTime;
use crate::token::jws::CompactJws;

const URI: &str = "https://issuer.example/lists/1";
const NOW: i64 = 1_795_374_200;

fn lst(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(compress_to_vec_zlib(bytes, 6))
}

fn claims(bits: u8, bytes: &[u8]) -> Value {
    json!({"sub": URI, "iat": NOW, "status_list": {"bits": bits, "lst": lst(bytes)}})
}

/// `claims` with one more, or another value for one of them.
fn with(name: &str, value: Value) -> Value {
    let mut claims = claims(1, &[0xb9, 0xa3]);
    claims[name] = value;
    claims
}

fn without(name: &str) -> Value {
    let mut claims = claims(1, &[0xb9, 0xa3]);
    claims.as_object_mut().unwrap().remove(name).unwrap();
    claims
}

fn read_with(header: &Value, claims: &Value, leeway: u32) -> Result<StatusList, StatusListError> {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let token = format!("{}.{}.AA", part(header), part(claims));
    let jws = CompactJws::parse_up_to(token.as_bytes(), limits::STATUS_TOKEN_BYTES).unwrap();
    StatusList::read(&jws, URI, UnixTime::from_seconds(NOW), leeway)
}

fn read(claims: &Value) -> Result<StatusList, StatusListError> {
    read_with(&json!({"alg": "ES256", "typ": "statuslist+jwt"}), claims, 0)
}

#[test]
fn the_first_entry_has_the_lowest_bits() {
    // Section 4.1 of the draft.
    let one = read(&claims(1, &[0xb9, 0xa3])).unwrap();
    let statuses: Vec<_> = (0..16).map(|index| one.at(index).unwrap()).collect();
    let expected = [1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0, 1, 0, 1];
    assert_eq!(statuses, expected.map(Status::from_value));
    let two = read(&claims(2, &[0xc9, 0x44, 0xf9])).unwrap();
    let statuses: Vec<_> = (0..12).map(|index| two.at(index).unwrap()).collect();
    let expected = [1, 2, 0, 3, 0, 1, 0, 1, 1, 2, 3, 3];
    assert_eq!(statuses, expected.map(Status::from_value));
    let four = read(&claims(4, &[0x21, 0xf0])).unwrap();
    let statuses: Vec<_> = (0..4).map(|index| four.at(index).unwrap()).collect();
    assert_eq!(statuses, [1, 2, 0, 15].map(Status::from_value));
    let eight = read(&claims(8, &[2, 200])).unwrap();
    assert_eq!(eight.at(0), Ok(Status::Suspended));
    assert_eq!(eight.at(1), Ok(Status::Other(200)));
}

#[test]
fn behind_its_end_a_list_says_nothing() {
    for (bits, entries) in [(1, 16), (2, 8), (4, 4), (8, 2)] {
        let list = read(&claims(bits, &[0, 0])).unwrap();
        assert_eq!(list.at(entries - 1), Ok(Status::Valid));
        for index in [
            entries,
            entries + 1,
            u64::from(u32::MAX) + 1,
            1 << 63,
            u64::MAX,
        ] {
            assert_eq!(list.at(index), Err(OutOfRange), "{bits} bits, {index}");
        }
    }
    assert_eq!(read(&claims(1, &[])).unwrap().at(0), Err(OutOfRange));
}

#[test]
fn the_header_says_what_it_is() {
    let list = claims(1, &[0]);
    for typ in [
        "statuslist+jwt",
        "StatusList+JWT",
        "application/statuslist+jwt",
    ] {
        let header = json!({"alg": "ES256", "typ": typ});
        assert!(read_with(&header, &list, 0).is_ok(), "{typ}");
    }
    for (header, error) in [
        (json!({"alg": "ES256"}), StatusListError::Type),
        (json!({"alg": "ES256", "typ": "JWT"}), StatusListError::Type),
        (
            json!({"alg": "ES256", "typ": "at+jwt"}),
            StatusListError::Type,
        ),
        (
            json!({"alg": "ES256", "typ": "statuslist"}),
            StatusListError::Type,
        ),
        (
            json!({"alg": "ES256", "typ": "statuslist+cwt"}),
            StatusListError::Type,
        ),
        (json!({"alg": "ES256", "typ": 1}), StatusListError::Header),
        (
            json!({"alg": "none", "typ": "statuslist+jwt"}),
            StatusListError::Header,
        ),
        (
            json!({"alg": "HS256", "typ": "statuslist+jwt"}),
            StatusListError::Header,
        ),
        (json!({"typ": "statuslist+jwt"}), StatusListError::Header),
        (
            json!({"alg": "ES256", "typ": "statuslist+jwt", "crit": ["exp"]}),
            StatusListError::Header,
        ),
    ] {
        assert_eq!(read_with(&header, &list, 0), Err(error), "{header}");
    }
}

#[test]
fn every_claim_has_its_type() {
    for name in ["sub", "iat", "status_list"] {
        assert_eq!(read(&without(name)), Err(StatusListError::Claims), "{name}");
    }
    let wrong = [
        ("sub", json!([URI])),
        ("iss", json!(1)),
        ("iat", json!("1795374200")),
        ("iat", Value::Null),
        ("exp", json!("1795374200")),
        ("nbf", json!(true)),
        ("ttl", json!(0)),
        ("ttl", json!(-5)),
        ("ttl", json!(-0.5)),
        ("ttl", json!("43200")),
        ("ttl", Value::Null),
        ("status_list", json!([])),
        ("status_list", json!({"bits": 1})),
        ("status_list", json!({"lst": lst(&[0])})),
        ("status_list", json!({"bits": 1, "lst": [0]})),
        ("status_list", json!({"bits": "1", "lst": lst(&[0])})),
        ("status_list", json!({"bits": 1.0, "lst": lst(&[0])})),
        (
            "status_list",
            json!({"bits": 1, "lst": lst(&[0]), "aggregation_uri": 1}),
        ),
    ];
    for (name, value) in wrong {
        let claims = with(name, value);
        assert_eq!(read(&claims), Err(StatusListError::Claims), "{claims}");
    }
    for bits in [-1, 0, 3, 5, 6, 7, 9, 16, 257, 264] {
        let claims = with("status_list", json!({"bits": bits, "lst": lst(&[0])}));
        assert_eq!(read(&claims), Err(StatusListError::Claims), "{bits}");
    }
    let claims = with(
        "status_list",
        json!({"bits": 1, "lst": lst(&[0]), "aggregation_uri": "a", "x": 1}),
    );
    assert!(read(&claims).is_ok());
}

#[test]
fn it_is_the_list_that_was_asked_for() {
    for uri in [
        "https://issuer.example/lists/2",
        "https://issuer.example/lists/1/",
        "",
    ] {
        assert_eq!(
            read(&with("sub", json!(uri))),
            Err(StatusListError::Subject)
        );
    }
}

#[test]
fn times_have_a_leeway_and_no_more() {
    let header = json!({"alg": "ES256", "typ": "statuslist+jwt"});
    for (name, at, error) in [
        ("iat", NOW + 1, StatusListError::NotYetValid),
        ("nbf", NOW + 1, StatusListError::NotYetValid),
        ("exp", NOW, StatusListError::Expired),
    ] {
        assert_eq!(read(&with(name, json!(at))), Err(error), "{name}");
        assert!(
            read_with(&header, &with(name, json!(at)), 1).is_ok(),
            "{name}"
        );
    }
    assert!(read(&with("iat", json!(NOW))).is_ok());
    assert!(read(&with("exp", json!(NOW + 1))).is_ok());
}

#[test]
fn a_list_is_good_until_the_sooner_of_two_ends() {
    let until = |claims: &Value, fetched: i64| {
        let list = read(claims).unwrap();
        let until = list.good_until(UnixTime::from_seconds(fetched));
        until.map(UnixTime::seconds)
    };
    let mut both = with("exp", json!(NOW + 100));
    both["ttl"] = json!(60);
    assert_eq!(until(&both, NOW), Some(NOW + 60));
    assert_eq!(until(&both, NOW + 50), Some(NOW + 100));
    assert_eq!(until(&with("exp", json!(NOW + 100)), NOW), Some(NOW + 100));
    assert_eq!(until(&with("ttl", json!(60.9)), NOW), Some(NOW + 60));
    assert!(until(&with("ttl", json!(1e300)), NOW) > Some(NOW));
    assert!(until(&with("ttl", json!(i64::MAX)), NOW) > Some(NOW));
    assert_eq!(until(&claims(1, &[0]), NOW), None);
}

#[test]
fn the_text_is_strict_base64url() {
    let good = lst(&[0xb9, 0xa3]);
    let of = |lst: &str| read(&with("status_list", json!({"bits": 1, "lst": lst})));
    assert!(of(&good).is_ok());
    for bad in [
        String::new(),
        format!("{good}="),
        format!("{good}\n"),
        format!(" {good}"),
        good.replace('e', "+"),
        "@@@@".to_owned(),
        good.chars().skip(1).collect(),
    ] {
        assert_eq!(of(&bad), Err(StatusListError::Encoding), "{bad:?}");
    }
}

#[test]
fn length_is_bounded_packed_and_inflated() {
    let of = |lst: &str| read(&with("status_list", json!({"bits": 8, "lst": lst})));
    let longest = lst(&vec![7; limits::STATUS_LIST_BYTES]);
    let list = of(&longest).unwrap();
    let last = limits::STATUS_LIST_BYTES as u64 - 1;
    assert_eq!(
        (list.at(last), list.at(last + 1)),
        (Ok(Status::Other(7)), Err(OutOfRange))
    );
    let too_long = lst(&vec![7; limits::STATUS_LIST_BYTES + 1]);
    assert_eq!(of(&too_long), Err(StatusListError::TooLong));
    let bomb = lst(&vec![0; 64 * limits::STATUS_LIST_BYTES]);
    assert_eq!(of(&bomb), Err(StatusListError::TooLong));
    let text = "A".repeat(limits::STATUS_TEXT_BYTES + 1);
    assert_eq!(of(&text), Err(StatusListError::TooLong));
    // Stored without packing, the longest list still fits in the text and in the token.
    let stored = compress_to_vec_zlib(&vec![7; limits::STATUS_LIST_BYTES], 0);
    assert!(of(&URL_SAFE_NO_PAD.encode(stored)).is_ok());
}
