use std::net::IpAddr;

use super::*;
use crate::plan::{Cidr, Duration, Timestamp};

#[test]
fn timestamps_that_are_read() {
    for (text, seconds, nanos) in [
        ("1970-01-01T00:00:00Z", 0, 0),
        ("2024-02-29T12:34:56Z", 1_709_210_096, 0),
        ("2024-02-29T12:34:56.5Z", 1_709_210_096, 500_000_000),
        ("1969-12-31T23:59:59.000000001Z", -1, 1),
        (
            "2024-02-29T12:34:56.1234567899Z",
            1_709_210_096,
            123_456_789,
        ),
        ("2024-02-29T14:34:56+02:00", 1_709_210_096, 0),
        ("2024-02-29T03:04:56-09:30", 1_709_210_096, 0),
        ("2024-02-29T12:34:56-00:00", 1_709_210_096, 0),
        ("0001-01-01T00:00:00Z", Timestamp::FIRST_SECOND, 0),
        ("0000-12-31T23:00:00-01:00", Timestamp::FIRST_SECOND, 0),
        (
            "9999-12-31T23:59:59.999999999Z",
            Timestamp::LAST_SECOND,
            999_999_999,
        ),
    ] {
        assert_eq!(
            timestamp(text),
            Some(Timestamp { seconds, nanos }),
            "{text}"
        );
    }
}

#[test]
fn timestamps_that_are_refused() {
    for text in [
        "",
        "2024-02-29",
        "2024-02-29T12:34:56",
        "2024-02-29T12:34Z",
        "2024-02-29t12:34:56Z",
        "2024-02-29T12:34:56z",
        "2024-02-29 12:34:56Z",
        "2024-02-29T12:34:56.Z",
        "2024-02-29T12:34:56.1",
        "2024-02-29T12:34:56,1Z",
        "2024-02-29T12:34:56Z ",
        " 2024-02-29T12:34:56Z",
        "2024-2-29T12:34:56Z",
        "2023-02-29T12:34:56Z",
        "2024-13-01T12:34:56Z",
        "2024-00-01T12:34:56Z",
        "2024-01-00T12:34:56Z",
        "2024-02-29T24:00:00Z",
        "2024-02-29T12:60:56Z",
        "2024-02-29T12:34:60Z",
        "2024-02-29T12:34:56+2:00",
        "2024-02-29T12:34:56+02",
        "2024-02-29T12:34:56+0200",
        "2024-02-29T12:34:56+24:00",
        "2024-02-29T12:34:56+02:60",
        "0000-12-31T23:59:59Z",
        "0001-01-01T00:00:00+00:01",
        "9999-12-31T23:59:59-00:01",
        "10000-01-01T00:00:00Z",
        "+2024-02-29T12:34:56Z",
        "2024-02-29T12:34:5\u{664}Z",
    ] {
        assert_eq!(timestamp(text), None, "{text}");
    }
}

#[test]
fn durations_that_are_read() {
    for (text, nanos) in [
        ("0", 0),
        ("-0", 0),
        ("0s", 0),
        ("90s", 90_000_000_000),
        ("+90s", 90_000_000_000),
        ("1h30m1.5s", 5_401_500_000_000),
        ("-1.5s", -1_500_000_000),
        ("-1h1s", -3_601_000_000_000),
        (".5h", 1_800_000_000_000),
        ("1.h", 3_600_000_000_000),
        ("1ns1us1ms", 1_001_001),
        ("2\u{b5}s", 2_000),
        ("2\u{3bc}s", 2_000),
        ("1s1h", 3_601_000_000_000),
        ("0.1234567899s", 123_456_789),
        ("0.000277777777777777777778h", 1_000_000_000),
        ("9223372036.854775807s", i64::MAX),
        ("-9223372036.854775808s", i64::MIN),
        ("0.00000000000000000000000000000000000000000000000001s", 0),
    ] {
        assert_eq!(duration(text), Some(Duration(nanos)), "{text}");
    }
}

#[test]
fn durations_that_are_refused() {
    for text in [
        "",
        "-",
        "+",
        "1",
        "s",
        ".s",
        "1d",
        "1S",
        "1 s",
        " 1s",
        "1s ",
        "1s1",
        "--1s",
        "1s-1s",
        "1.2.3s",
        "1e3s",
        "9223372036.854775808s",
        "320000000000s",
        "99999999999999999999999999999999999999999999999999s",
        "99999999999999999999999999999999999999h",
        "\u{661}s",
    ] {
        assert_eq!(duration(text), None, "{text}");
    }
}

#[test]
fn values_as_text() {
    let time = |seconds, nanos| Value::Timestamp(Timestamp { seconds, nanos });
    let address = |text: &str| text.parse::<IpAddr>().unwrap();
    for (value, text) in [
        (Value::Bool(true), "true"),
        (Value::Int(i64::MIN), "-9223372036854775808"),
        (Value::Uint(u64::MAX), "18446744073709551615"),
        (Value::Double(123.456), "123.456"),
        (Value::Double(-4.5e-3), "-0.0045"),
        (Value::Double(1.0), "1"),
        (Value::Double(-0.0), "-0"),
        (Value::Double(1e23), "100000000000000000000000"),
        (Value::Double(1.38e-23), "0.0000000000000000000000138"),
        (Value::Double(f64::NAN), "NaN"),
        (Value::Double(f64::INFINITY), "Infinity"),
        (Value::Double(f64::NEG_INFINITY), "-Infinity"),
        (Value::text("x'y"), "x'y"),
        (time(0, 0), "1970-01-01T00:00:00Z"),
        (time(-1, 500_000_000), "1969-12-31T23:59:59.5Z"),
        (
            time(Timestamp::FIRST_SECOND, 1),
            "0001-01-01T00:00:00.000000001Z",
        ),
        (time(Timestamp::LAST_SECOND, 0), "9999-12-31T23:59:59Z"),
        (Value::Duration(Duration(0)), "0s"),
        (Value::Duration(Duration(5_401_500_000_000)), "5401.5s"),
        (Value::Duration(Duration(-1)), "-0.000000001s"),
        (
            Value::Duration(Duration(i64::MIN)),
            "-9223372036.854775808s",
        ),
        (Value::Ip(address("2001:DB8::1")), "2001:db8::1"),
        (
            Value::Cidr(Cidr {
                address: address("10.0.0.1"),
                prefix: 8,
            }),
            "10.0.0.1/8",
        ),
    ] {
        assert_eq!(string(&value), text);
    }
}

/// What is written is read as the same value.
#[test]
fn there_and_back() {
    for nanos in [0, 1, -1, 999_999_999, 1_000_000_000, i64::MAX, i64::MIN] {
        let text = string(&Value::Duration(Duration(nanos)));
        assert_eq!(duration(&text), Some(Duration(nanos)), "{text}");
    }
    for seconds in [
        Timestamp::FIRST_SECOND,
        -1,
        0,
        951_782_400,
        Timestamp::LAST_SECOND,
    ] {
        for nanos in [0, 1, 120_000_000] {
            let time = Timestamp { seconds, nanos };
            let text = string(&Value::Timestamp(time));
            assert_eq!(timestamp(&text), Some(time), "{text}");
        }
    }
}
