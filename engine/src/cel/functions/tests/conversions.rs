use super::*;
use EvalError::{Conversion, Overflow, Type};
use Function::{
    ToBool, ToBytes, ToDouble, ToDuration, ToDyn, ToInt, ToString, ToTimestamp, ToUint, TypeOf,
};

#[test]
fn to_bool() {
    for text in ["1", "t", "T", "true", "True", "TRUE"] {
        check([(ToBool, vec![string(text)], Ok("true"))]);
    }
    for text in ["0", "f", "F", "false", "False", "FALSE"] {
        check([(ToBool, vec![string(text)], Ok("false"))]);
    }
    for text in ["", "tRUE", "FaLsE", "yes", "01", " true"] {
        check([(ToBool, vec![string(text)], Err(Conversion))]);
    }
    check([
        (ToBool, vec![Value::Bool(true)], Ok("true")),
        (ToBool, vec![int(1)], Err(Type)),
    ]);
}

#[test]
fn to_int() {
    let two_63 = 9_223_372_036_854_775_808.0;
    check([
        (ToInt, vec![int(-1)], Ok("-1")),
        (ToInt, vec![uint(42)], Ok("42")),
        (ToInt, vec![uint(1 << 63)], Err(Overflow)),
        (ToInt, vec![double(-123.456)], Ok("-123")),
        (ToInt, vec![double(1.9)], Ok("1")),
        (ToInt, vec![double(-3.5)], Ok("-3")),
        (
            ToInt,
            vec![double(36_028_797_018_963_968.0)],
            Ok("36028797018963968"),
        ),
        (ToInt, vec![double(two_63)], Err(Overflow)),
        (ToInt, vec![double(-two_63)], Err(Overflow)),
        (
            ToInt,
            vec![double(-two_63 + 1024.0)],
            Ok("-9223372036854774784"),
        ),
        (ToInt, vec![double(1e19)], Err(Overflow)),
        (ToInt, vec![double(f64::NAN)], Err(Overflow)),
        (ToInt, vec![double(f64::NEG_INFINITY)], Err(Overflow)),
        (ToInt, vec![string("-987")], Ok("-987")),
        (ToInt, vec![string("9223372036854775808")], Err(Conversion)),
        (ToInt, vec![string("")], Err(Conversion)),
        (ToInt, vec![string("1.0")], Err(Conversion)),
        (ToInt, vec![string(" 1")], Err(Conversion)),
        (ToInt, vec![string("0x1")], Err(Conversion)),
        (
            ToInt,
            vec![time("2004-09-16T23:59:59.9Z")],
            Ok("1095379199"),
        ),
        (ToInt, vec![time("1969-12-31T23:59:59.5Z")], Ok("-1")),
        (ToInt, vec![Value::Bool(true)], Err(Type)),
        (ToInt, vec![span("1s")], Err(Type)),
    ]);
}

#[test]
fn to_uint() {
    check([
        (ToUint, vec![uint(1)], Ok("1u")),
        (ToUint, vec![int(1)], Ok("1u")),
        (ToUint, vec![int(-1)], Err(Overflow)),
        (ToUint, vec![double(25.5)], Ok("25u")),
        (ToUint, vec![double(-0.0)], Ok("0u")),
        (ToUint, vec![double(-0.5)], Err(Overflow)),
        (
            ToUint,
            vec![double(18_446_744_073_709_551_616.0)],
            Err(Overflow),
        ),
        (
            ToUint,
            vec![double(18_446_744_073_709_549_568.0)],
            Ok("18446744073709549568u"),
        ),
        (ToUint, vec![double(6.022e23)], Err(Overflow)),
        (ToUint, vec![double(f64::NAN)], Err(Overflow)),
        (ToUint, vec![string("300")], Ok("300u")),
        (
            ToUint,
            vec![string("18446744073709551615")],
            Ok("18446744073709551615u"),
        ),
        (
            ToUint,
            vec![string("18446744073709551616")],
            Err(Conversion),
        ),
        (ToUint, vec![string("-1")], Err(Conversion)),
        (ToUint, vec![string("+1")], Err(Conversion)),
        (ToUint, vec![string("1u")], Err(Conversion)),
        (ToUint, vec![Value::Null], Err(Type)),
    ]);
}

#[test]
fn to_double() {
    check([
        (ToDouble, vec![double(5.5)], Ok("5.5")),
        (
            ToDouble,
            vec![int(-9_007_199_254_740_992)],
            Ok("-9007199254740992.0"),
        ),
        (
            ToDouble,
            vec![int(9_007_199_254_740_993)],
            Ok("9007199254740992.0"),
        ),
        (ToDouble, vec![uint(u64::MAX)], Ok("1.8446744073709552e19")),
        (ToDouble, vec![string("-0.0")], Ok("-0.0")),
        (ToDouble, vec![string("123")], Ok("123.0")),
        (ToDouble, vec![string("6.02214e23")], Ok("6.02214e23")),
        (ToDouble, vec![string("-5.43e-21")], Ok("-5.43e-21")),
        (ToDouble, vec![string("NaN")], Ok("double('NaN')")),
        (ToDouble, vec![string("-Infinity")], Ok("double('-inf')")),
        (ToDouble, vec![string("")], Err(Conversion)),
        (ToDouble, vec![string("1 ")], Err(Conversion)),
        (ToDouble, vec![string("1,5")], Err(Conversion)),
        (ToDouble, vec![Value::Bool(true)], Err(Type)),
    ]);
}

#[test]
fn to_bytes_and_string() {
    check([
        (ToBytes, vec![string("")], Ok("b''")),
        (ToBytes, vec![string("ÿ")], Ok(r"b'\xc3\xbf'")),
        (ToBytes, vec![bytes(b"a")], Ok("b'a'")),
        (ToBytes, vec![int(1)], Err(Type)),
        (ToString, vec![string("a")], Ok("'a'")),
        (ToString, vec![bytes(b"abc")], Ok("'abc'")),
        (ToString, vec![bytes(b"\xc3\xbf")], Ok("'ÿ'")),
        (ToString, vec![bytes(b"\xff")], Err(Conversion)),
        (ToString, vec![bytes(b"\xed\xa0\x80")], Err(Conversion)),
        (ToString, vec![Value::Bool(true)], Ok("'true'")),
        (ToString, vec![int(-123)], Ok("'-123'")),
        (ToString, vec![uint(9876)], Ok("'9876'")),
        (ToString, vec![double(-4.5e-3)], Ok("'-0.0045'")),
        (
            ToString,
            vec![time("2009-02-13T23:31:30Z")],
            Ok("'2009-02-13T23:31:30Z'"),
        ),
        (ToString, vec![span("1000000s")], Ok("'1000000s'")),
        (ToString, vec![ip("2001:db8::")], Ok("'2001:db8::'")),
        (
            ToString,
            vec![cidr("192.168.0.1", 24)],
            Ok("'192.168.0.1/24'"),
        ),
        (ToString, vec![Value::Null], Err(Type)),
        (ToString, vec![list([])], Err(Type)),
        (
            ToString,
            vec![Value::Type(Text::Borrowed("int"))],
            Err(Type),
        ),
        (ToString, vec![Value::some(int(1))], Err(Type)),
    ]);
}

#[test]
fn to_times() {
    check([
        (
            ToTimestamp,
            vec![string("2009-02-13T23:31:30+01:00")],
            Ok("timestamp('2009-02-13T22:31:30Z')"),
        ),
        (ToTimestamp, vec![string("2009-02-13")], Err(Conversion)),
        (
            ToTimestamp,
            vec![string("10000-01-01T00:00:00Z")],
            Err(Conversion),
        ),
        (
            ToTimestamp,
            vec![int(1_000_000_000)],
            Ok("timestamp('2001-09-09T01:46:40Z')"),
        ),
        (ToTimestamp, vec![int(-62_135_596_801)], Err(Overflow)),
        (ToTimestamp, vec![int(253_402_300_800)], Err(Overflow)),
        (
            ToTimestamp,
            vec![time("2009-02-13T23:31:30Z")],
            Ok("timestamp('2009-02-13T23:31:30Z')"),
        ),
        (ToTimestamp, vec![double(1.0)], Err(Type)),
        (ToDuration, vec![string("1h30m")], Ok("duration('5400s')")),
        (ToDuration, vec![string("1d")], Err(Conversion)),
        (ToDuration, vec![string("320000000000s")], Err(Conversion)),
        (ToDuration, vec![span("100s")], Ok("duration('100s')")),
        (ToDuration, vec![int(1)], Err(Type)),
    ]);
}

#[test]
fn types_have_names() {
    let names = [
        "null_type",
        "bool",
        "int",
        "uint",
        "double",
        "string",
        "bytes",
        "google.protobuf.Timestamp",
        "google.protobuf.Duration",
        "list",
        "map",
        "optional_type",
        "type",
        "net.IP",
        "net.CIDR",
    ];
    for (value, name) in samples().into_iter().zip(names) {
        let same = value.to_string();
        check([(TypeOf, vec![value.clone()], Ok(name))]);
        let result = unary(ToDyn, value, &Budget::new());
        assert_eq!(result.map(|value| value.to_string()), Ok(same));
    }
}
