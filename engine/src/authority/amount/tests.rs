use serde_json::{Value, json};

use super::{Limit, Money};
use crate::decision::Reason;
use crate::json::{self, Json};
use crate::plan::Datum;

fn parse(limit: &Value) -> Result<Option<Limit>, Reason> {
    match json::parse(limit.to_string().as_bytes()).unwrap() {
        Json::Object(limit) => Limit::parse(&limit),
        _ => panic!("an object"),
    }
}

fn limit(amount: &str) -> Limit {
    let limit = parse(&json!({"amount": amount, "currency": "EUR"}));
    limit.unwrap().unwrap()
}

fn covers(limit: &Limit, value: &Datum, currency: &str) -> bool {
    limit.covers(Money { value, currency })
}

fn text(text: &str) -> Datum {
    Datum::String(text.to_owned())
}

#[test]
fn a_limit_is_decimal_text_with_a_currency() {
    for amount in [
        "0",
        "500",
        "500.00",
        "007.5",
        "0.000000000000000001",
        &"9".repeat(80),
    ] {
        assert!(
            parse(&json!({"amount": amount, "currency": "EUR"})).is_ok_and(|one| one.is_some())
        );
    }
    for amount in [
        "",
        ".",
        ".5",
        "5.",
        "-5",
        "+5",
        "5e2",
        "5,0",
        " 5",
        "5 ",
        "1_000",
        "0x5",
        "5.0.0",
        "٥",
        "0.0000000000000000001",
        "NaN",
    ] {
        let limit = parse(&json!({"amount": amount, "currency": "EUR"}));
        assert_eq!(limit, Err(Reason::ClaimMalformed), "{amount}");
    }
    for limit in [
        json!({}),
        json!({"amount": "5"}),
        json!({"currency": "EUR"}),
        json!({"amount": 5, "currency": "EUR"}),
        json!({"amount": "5", "currency": 978}),
        json!({"amount": "5", "currency": ""}),
    ] {
        assert_eq!(parse(&limit), Err(Reason::ClaimMalformed), "{limit}");
    }
    let more = json!({"amount": "5", "currency": "EUR", "per": "day"});
    assert_eq!(parse(&more), Ok(None));
}

#[test]
fn amounts_are_compared_digit_by_digit() {
    let limit = limit("0500.10");
    for within in [
        text("500.10"),
        text("500.1"),
        text("0"),
        text("000499.999999999999999999"),
        text("500.100000000000000000"),
        text("99"),
        Datum::Int(500),
        Datum::Int(0),
        Datum::Uint(500),
        Datum::Double(500.1),
        Datum::Double(500.0),
        Datum::Double(5e-324),
        Datum::Double(0.0),
    ] {
        assert!(covers(&limit, &within, "EUR"), "{within:?}");
    }
    for beyond in [
        text("500.100000000000000001"),
        text("500.11"),
        text("501"),
        text("1000"),
        text(&"9".repeat(400)),
        Datum::Int(501),
        Datum::Int(i64::MAX),
        Datum::Uint(u64::MAX),
        Datum::Double(500.11),
        Datum::Double(500.100_000_000_000_1),
        Datum::Double(1e300),
        Datum::Double(f64::INFINITY),
    ] {
        assert!(!covers(&limit, &beyond, "EUR"), "{beyond:?}");
    }
}

/// 0.1 + 0.2 is above 0.3, as whoever adds doubles sends it; what a limit of 2^53 + 1 covers, no
/// double can tell.
#[test]
fn no_number_is_rounded_on_the_way() {
    assert!(!covers(&limit("0.3"), &Datum::Double(0.1 + 0.2), "EUR"));
    assert!(covers(
        &limit("0.30000000000000004"),
        &Datum::Double(0.1 + 0.2),
        "EUR"
    ));
    let at_most = limit("9007199254740993");
    assert!(covers(&at_most, &Datum::Int(9_007_199_254_740_993), "EUR"));
    assert!(!covers(&at_most, &Datum::Int(9_007_199_254_740_994), "EUR"));
}

#[test]
fn what_is_no_amount_is_not_covered() {
    let limit = limit("500");
    for other in [
        Datum::Int(-1),
        Datum::Double(-0.01),
        Datum::Double(-0.0),
        Datum::Double(f64::NAN),
        Datum::Double(f64::NEG_INFINITY),
        text("-1"),
        text("1e1"),
        text("1.0000000000000000000"),
        text(""),
        text("5 EUR"),
        Datum::Null,
        Datum::Bool(true),
        Datum::List(vec![Datum::Int(1)]),
        Datum::Bytes(b"1".to_vec()),
    ] {
        assert!(!covers(&limit, &other, "EUR"), "{other:?}");
    }
}

#[test]
fn another_currency_is_not_covered() {
    for currency in ["USD", "eur", "EU", "EURO", " EUR", ""] {
        assert!(
            !covers(&limit("500"), &Datum::Int(1), currency),
            "{currency}"
        );
    }
}
