use super::*;
use EvalError::Type;
use Function::{Greater, GreaterOrEqual, In, Less, LessOrEqual};

/// Each pair with whether the first is less, equal or greater; both ways round.
#[test]
fn order() {
    use std::cmp::Ordering;
    for (a, b, order) in [
        (int(0), int(1), Ordering::Less),
        (int(1), int(1), Ordering::Equal),
        (uint(2), uint(2), Ordering::Equal),
        (double(1.0), double(1.000_000_1), Ordering::Less),
        (double(0.0), double(-0.0), Ordering::Equal),
        (int(1), uint(1 << 63), Ordering::Less),
        (
            int(i64::MAX - 1024),
            double(9_223_372_036_854_775_808.0),
            Ordering::Less,
        ),
        (uint(1), int(i64::MIN), Ordering::Greater),
        (Value::Bool(false), Value::Bool(true), Ordering::Less),
        (string("Abc"), string("aBC"), Ordering::Less),
        (string("abc"), string("abcd"), Ordering::Less),
        (string("a"), string("α"), Ordering::Less),
        (string("\u{ffff}"), string("\u{10000}"), Ordering::Less),
        (bytes(b"b"), bytes(b"\xff"), Ordering::Less),
        (bytes(b""), bytes(b" "), Ordering::Less),
        (
            time("2009-02-13T22:59:59Z"),
            time("2009-02-13T23:00:00Z"),
            Ordering::Less,
        ),
        (
            time("1969-12-31T23:59:59.9Z"),
            time("1970-01-01T00:00:00Z"),
            Ordering::Less,
        ),
        (span("200s"), span("200s"), Ordering::Equal),
        (span("-300s"), span("200s"), Ordering::Less),
    ] {
        for (a, b, order) in [(a.clone(), b.clone(), order), (b, a, order.reverse())] {
            let pair = || vec![a.clone(), b.clone()];
            let text = |holds: bool| Ok(if holds { "true" } else { "false" });
            check([
                (Less, pair(), text(order.is_lt())),
                (LessOrEqual, pair(), text(order.is_le())),
                (Greater, pair(), text(order.is_gt())),
                (GreaterOrEqual, pair(), text(order.is_ge())),
            ]);
        }
    }
}

#[test]
fn what_has_no_order() {
    for function in [Less, LessOrEqual, Greater, GreaterOrEqual] {
        for (a, b) in [
            (string("10"), int(9)),
            (Value::Null, Value::Null),
            (list([int(0)]), list([int(1)])),
            (map([]), map([])),
            (Value::some(int(1)), Value::some(int(2))),
            (string("a"), bytes(b"b")),
            (Value::Bool(true), int(1)),
            (span("1s"), int(1)),
            (ip("10.0.0.1"), ip("10.0.0.2")),
        ] {
            check([(function, vec![a, b], Err(Type))]);
        }
        for other in [int(1), uint(1), double(1.0), double(f64::NAN)] {
            check([
                (function, vec![double(f64::NAN), other.clone()], Ok("false")),
                (function, vec![other, double(f64::NAN)], Ok("false")),
            ]);
        }
    }
}

#[test]
fn membership_of_lists() {
    let mixed = || {
        list([
            int(1),
            string("elem"),
            Value::Null,
            list([int(2)]),
            double(f64::NAN),
        ])
    };
    let scopes = || strings(&["read", "write"]);
    check([
        (In, vec![int(7), list([])], Ok("false")),
        (In, vec![string("write"), scopes()], Ok("true")),
        (In, vec![string("writ"), scopes()], Ok("false")),
        (In, vec![string(""), scopes()], Ok("false")),
        (In, vec![string("elem"), mixed()], Ok("true")),
        (In, vec![uint(1), mixed()], Ok("true")),
        (In, vec![double(1.0), mixed()], Ok("true")),
        (In, vec![string("1"), mixed()], Ok("false")),
        (In, vec![Value::Null, mixed()], Ok("true")),
        (In, vec![Value::Null, scopes()], Ok("false")),
        (In, vec![list([uint(2)]), mixed()], Ok("true")),
        (In, vec![double(f64::NAN), mixed()], Ok("false")),
    ]);
}

#[test]
fn membership_of_maps() {
    let keys = || {
        let keys = [Value::Bool(true), int(2), uint(3), string("key")];
        map(keys.map(|key| (key, Value::Null)))
    };
    check([
        (In, vec![string("key"), keys()], Ok("true")),
        (In, vec![string("Key"), keys()], Ok("false")),
        (In, vec![Value::Bool(true), keys()], Ok("true")),
        (In, vec![Value::Bool(false), keys()], Ok("false")),
        (In, vec![uint(2), keys()], Ok("true")),
        (In, vec![double(3.0), keys()], Ok("true")),
        (In, vec![double(3.1), keys()], Ok("false")),
        (In, vec![double(f64::NAN), keys()], Ok("false")),
        (In, vec![int(7), map([])], Ok("false")),
        (In, vec![Value::Null, keys()], Err(Type)),
        (In, vec![bytes(b"key"), keys()], Err(Type)),
    ]);
}

#[test]
fn membership_of_what_has_no_members() {
    for of in [
        string("abc"),
        Value::Null,
        bytes(b"a"),
        int(1),
        Value::some(strings(&["a"])),
    ] {
        check([(In, vec![string("a"), of], Err(Type))]);
    }
}
