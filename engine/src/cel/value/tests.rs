use std::cmp::Ordering::{Equal, Greater, Less};
use std::rc::Rc;

use super::*;

const TWO_53: i64 = 9_007_199_254_740_992;
const TWO_63: f64 = 9_223_372_036_854_775_808.0;
const TWO_64: f64 = 18_446_744_073_709_551_616.0;

fn int(value: i64) -> Value<'static> {
    Value::Int(value)
}

fn uint(value: u64) -> Value<'static> {
    Value::Uint(value)
}

fn double(value: f64) -> Value<'static> {
    Value::Double(value)
}

fn map<'v>(entries: Vec<(Value<'v>, Value<'v>)>) -> Value<'v> {
    Value::Map(Map::Owned(entries.into()))
}

/// No number is rounded on the way to a comparison.
#[test]
fn numbers_on_one_line() {
    for (a, b, order) in [
        (int(1), uint(1), Equal),
        (int(1), double(1.0), Equal),
        (uint(1), double(1.0), Equal),
        (int(0), double(-0.0), Equal),
        (uint(0), double(-0.0), Equal),
        (int(-1), uint(u64::MAX), Less),
        (int(i64::MAX), uint(1 << 63), Less),
        (int(1), double(1.5), Less),
        (int(-1), double(-1.5), Greater),
        (int(0), double(5e-324), Less),
        (int(0), double(-5e-324), Greater),
        (uint(0), double(-5e-324), Greater),
        (uint(0), double(5e-324), Less),
        (int(TWO_53 + 1), double(9_007_199_254_740_992.0), Greater),
        (int(-TWO_53 - 1), double(-9_007_199_254_740_992.0), Less),
        (uint(1 << 53 | 1), double(9_007_199_254_740_992.0), Greater),
        // As near as doubles can tell: the specification's cases say so.
        (int(i64::MAX), double(TWO_63), Equal),
        (int(i64::MAX), double(TWO_63 + 2048.0), Less),
        (int(i64::MAX), double(TWO_63 - 1024.0), Greater),
        (int(i64::MIN), double(-TWO_63), Equal),
        (int(i64::MIN), double(-TWO_63 - 2048.0), Greater),
        (int(i64::MIN), double(-TWO_63 + 1024.0), Less),
        (uint(1 << 63), double(TWO_63), Equal),
        (uint(u64::MAX), double(TWO_64), Less),
        (uint(u64::MAX), double(TWO_64 - 2048.0), Greater),
        (int(i64::MAX), double(f64::INFINITY), Less),
        (int(i64::MIN), double(f64::NEG_INFINITY), Greater),
        (uint(0), double(f64::NEG_INFINITY), Greater),
        (uint(u64::MAX), double(f64::INFINITY), Less),
    ] {
        assert_eq!(a.order(&b), Some(order), "{a} {b}");
        assert_eq!(b.order(&a), Some(order.reverse()), "{b} {a}");
        assert_eq!(a.equals(&b), order == Equal, "{a} {b}");
        assert_eq!(key_order(&a, &b), order, "{a} {b}");
    }
}

#[test]
fn nan_has_no_place() {
    let nan = double(f64::NAN);
    for other in [int(0), uint(0), double(0.0), double(f64::NAN)] {
        assert_eq!(nan.order(&other), None, "{other}");
        assert_eq!(other.order(&nan), None, "{other}");
        assert!(!nan.equals(&other), "{other}");
        assert!(!other.equals(&nan), "{other}");
    }
    let map = Map::Owned(Rc::from([(int(0), Value::Null), (int(1), Value::Null)]));
    assert!(map.get(&nan).is_none());
}

/// Bools, then numbers, then strings; in each their own order.
#[test]
fn keys_in_order() {
    let keys = [
        Value::Bool(false),
        Value::Bool(true),
        int(i64::MIN),
        int(-1),
        uint(0),
        int(1),
        uint(u64::MAX),
        Value::text(""),
        Value::text("Z"),
        Value::text("a"),
        Value::text("a\u{0}"),
        Value::text("é"),
    ];
    for (i, a) in keys.iter().enumerate() {
        for (j, b) in keys.iter().enumerate() {
            assert_eq!(key_order(a, b), i.cmp(&j), "{a} {b}");
        }
    }
}

#[test]
fn keys_are_found_whatever_their_type() {
    let datum = [
        (Datum::Bool(true), Datum::Int(10)),
        (Datum::Int(-1), Datum::Int(11)),
        (Datum::Uint(2), Datum::Int(12)),
        (Datum::String("a".into()), Datum::Int(13)),
    ];
    let owned: Vec<_> = datum
        .iter()
        .map(|(key, value)| (key.into(), value.into()))
        .collect();
    for map in [Map::Borrowed(&datum), Map::Owned(owned.into())] {
        for (key, value) in [
            (Value::Bool(true), 10),
            (double(-1.0), 11),
            (int(2), 12),
            (uint(2), 12),
            (double(2.0), 12),
            (Value::text("a"), 13),
        ] {
            assert!(
                map.get(&key).is_some_and(|found| found.equals(&int(value))),
                "{key}"
            );
        }
        for key in [
            Value::Bool(false),
            int(1),
            double(2.5),
            Value::text("A"),
            Value::Null,
            Value::text("1"),
            Value::Optional(None),
        ] {
            assert!(map.get(&key).is_none(), "{key}");
        }
    }
}

#[test]
fn equality_of_what_holds_others() {
    let list = |elements: Vec<Value<'static>>| Value::owned_list(elements);
    let equal = [
        (list(vec![int(1), uint(2)]), list(vec![double(1.0), int(2)])),
        (
            map(vec![(int(1), uint(2))]),
            map(vec![(double(1.0), int(2))]),
        ),
        (Value::some(int(1)), Value::some(uint(1))),
        (Value::Optional(None), Value::Optional(None)),
        (Value::Null, Value::Null),
    ];
    for (a, b) in equal {
        assert!(a.equals(&b) && b.equals(&a), "{a} {b}");
    }
    let different = [
        (list(vec![int(1)]), list(vec![int(1), int(1)])),
        (list(vec![]), Value::Null),
        (list(vec![]), map(vec![])),
        (map(vec![(int(1), int(2))]), map(vec![(int(2), int(2))])),
        (map(vec![(int(1), int(2))]), map(vec![(int(1), int(3))])),
        (Value::Optional(None), Value::some(int(1))),
        (Value::some(int(1)), int(1)),
        (Value::text("1"), int(1)),
        (Value::text("int"), Value::Type(Text::Borrowed("int"))),
        (Value::text("a"), Value::Bytes(Octets::Borrowed(b"a"))),
        (Value::Bool(true), int(1)),
        (Value::Null, Value::Bool(false)),
        (int(0), Value::Duration(Duration(0))),
    ];
    for (a, b) in different {
        assert!(!a.equals(&b) && !b.equals(&a), "{a} {b}");
    }
}

/// Each as an expression that has it; nothing in it reaches a terminal as a command.
#[test]
fn values_for_people() {
    let address = "10.1.2.3".parse().unwrap();
    for (value, text) in [
        (Value::Null, "null"),
        (Value::Bool(false), "false"),
        (int(-3), "-3"),
        (uint(3), "3u"),
        (double(3.0), "3.0"),
        (double(f64::NAN), "double('NaN')"),
        (
            Value::text("it's\n\\\u{1b}[0m é"),
            r"'it\'s\n\\\u001b[0m é'",
        ),
        (
            Value::Bytes(Octets::Borrowed(b"a'\\\x00\xff")),
            r"b'a\'\\\x00\xff'",
        ),
        (
            Value::Timestamp(Timestamp {
                seconds: 0,
                nanos: 0,
            }),
            "timestamp('1970-01-01T00:00:00Z')",
        ),
        (
            Value::Duration(Duration(-1_500_000_000)),
            "duration('-1.5s')",
        ),
        (
            Value::owned_list(vec![int(1), Value::text("a")]),
            "[1, 'a']",
        ),
        (
            map(vec![
                (int(1), Value::text("a")),
                (Value::text("b"), Value::Null),
            ]),
            "{1: 'a', 'b': null}",
        ),
        (Value::Optional(None), "optional.none()"),
        (Value::some(int(1)), "optional.of(1)"),
        (Value::Type(Text::Borrowed("int")), "int"),
        (Value::Ip(address), "ip('10.1.2.3')"),
        (
            Value::Cidr(Cidr { address, prefix: 8 }),
            "cidr('10.1.2.3/8')",
        ),
    ] {
        assert_eq!(value.to_string(), text);
    }
}
