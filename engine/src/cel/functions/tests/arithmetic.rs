use super::*;
use EvalError::{DivisionByZero, Overflow, Type};
use Function::{Add, Divide, Multiply, Negate, Remainder, Subtract};

#[test]
fn whole_numbers() {
    check([
        (Add, vec![int(40), int(-7)], Ok("33")),
        (Add, vec![int(i64::MAX), int(1)], Err(Overflow)),
        (Add, vec![int(i64::MIN), int(-1)], Err(Overflow)),
        (Add, vec![uint(u64::MAX), uint(1)], Err(Overflow)),
        (Subtract, vec![int(-42), int(-12)], Ok("-30")),
        (Subtract, vec![int(0), int(i64::MIN)], Err(Overflow)),
        (Subtract, vec![uint(42), uint(12)], Ok("30u")),
        (Subtract, vec![uint(0), uint(1)], Err(Overflow)),
        (Multiply, vec![int(40), int(-2)], Ok("-80")),
        (Multiply, vec![int(i64::MIN), int(-1)], Err(Overflow)),
        (
            Multiply,
            vec![int(5_000_000_000), int(5_000_000_000)],
            Err(Overflow),
        ),
        (Multiply, vec![uint(1 << 63), uint(2)], Err(Overflow)),
        (Divide, vec![int(-7), int(2)], Ok("-3")),
        (Divide, vec![int(1), int(0)], Err(DivisionByZero)),
        (Divide, vec![int(i64::MIN), int(-1)], Err(Overflow)),
        (Divide, vec![uint(7), uint(2)], Ok("3u")),
        (Divide, vec![uint(7), uint(0)], Err(DivisionByZero)),
        (Remainder, vec![int(43), int(-5)], Ok("3")),
        (Remainder, vec![int(-42), int(-5)], Ok("-2")),
        (Remainder, vec![int(-3), int(5)], Ok("-3")),
        (Remainder, vec![int(34), int(0)], Err(DivisionByZero)),
        (Remainder, vec![int(i64::MIN), int(-1)], Err(Overflow)),
        (Remainder, vec![uint(42), uint(5)], Ok("2u")),
        (Remainder, vec![uint(42), uint(0)], Err(DivisionByZero)),
        (Negate, vec![int(42)], Ok("-42")),
        (Negate, vec![int(i64::MIN)], Err(Overflow)),
        (Negate, vec![uint(5)], Err(Type)),
        (Negate, vec![Value::Bool(false)], Err(Type)),
    ]);
}

#[test]
fn doubles() {
    check([
        (Add, vec![double(4.25), double(15.25)], Ok("19.5")),
        (Subtract, vec![double(-4.875), double(-0.125)], Ok("-4.75")),
        (
            Multiply,
            vec![double(2.0), double(8.988_466e307)],
            Ok("double('inf')"),
        ),
        (Divide, vec![double(-8.875), double(-0.0625)], Ok("142.0")),
        (Divide, vec![double(0.0), double(0.0)], Ok("double('NaN')")),
        (
            Divide,
            vec![double(-1.0), double(0.0)],
            Ok("double('-inf')"),
        ),
        (Remainder, vec![double(47.5), double(5.5)], Err(Type)),
        (Negate, vec![double(0.0)], Ok("-0.0")),
    ]);
}

/// No number becomes another type on its own.
#[test]
fn types_are_not_mixed() {
    for function in [Add, Subtract, Multiply, Divide, Remainder] {
        for (a, b) in [
            (int(1), uint(1)),
            (int(1), double(1.0)),
            (uint(1), double(1.0)),
            (string("a"), int(1)),
            (Value::Bool(true), Value::Bool(true)),
            (Value::Null, Value::Null),
        ] {
            check([
                (function, vec![a.clone(), b.clone()], Err(Type)),
                (function, vec![b, a], Err(Type)),
            ]);
        }
    }
}

#[test]
fn times() {
    let last = "9999-12-31T23:59:59.999999999Z";
    check([
        (
            Add,
            vec![time("2009-02-13T23:01:00Z"), span("120s")],
            Ok("timestamp('2009-02-13T23:03:00Z')"),
        ),
        (
            Add,
            vec![span("999999999ns"), time("0001-01-01T00:00:01.999999999Z")],
            Ok("timestamp('0001-01-01T00:00:02.999999998Z')"),
        ),
        (
            Add,
            vec![time("1970-01-01T00:00:00Z"), span("-1ns")],
            Ok("timestamp('1969-12-31T23:59:59.999999999Z')"),
        ),
        (Add, vec![time(last), span("1ns")], Err(Overflow)),
        (
            Subtract,
            vec![time("2009-02-13T23:10:00Z"), span("600s")],
            Ok("timestamp('2009-02-13T23:00:00Z')"),
        ),
        (
            Subtract,
            vec![time("0001-01-01T00:00:00Z"), span("1ns")],
            Err(Overflow),
        ),
        (
            Subtract,
            vec![
                time("1970-01-01T00:00:00Z"),
                Value::Duration(crate::plan::Duration(i64::MIN)),
            ],
            Ok("timestamp('2262-04-11T23:47:16.854775808Z')"),
        ),
        (
            Subtract,
            vec![time("2009-02-13T23:31:00Z"), time("2009-02-13T23:29:00.5Z")],
            Ok("duration('119.5s')"),
        ),
        (
            Subtract,
            vec![time(last), time("0001-01-01T00:00:00Z")],
            Err(Overflow),
        ),
        (Add, vec![span("1h"), span("-1m")], Ok("duration('3540s')")),
        (Add, vec![span("2000000h"), span("2000000h")], Err(Overflow)),
        (
            Subtract,
            vec![span("1s"), span("2s")],
            Ok("duration('-1s')"),
        ),
        (
            Subtract,
            vec![span("-2000000h"), span("2000000h")],
            Err(Overflow),
        ),
        (Add, vec![time(last), time(last)], Err(Type)),
        (Subtract, vec![span("1s"), time(last)], Err(Type)),
        (Multiply, vec![span("1s"), int(2)], Err(Type)),
    ]);
}

#[test]
fn what_is_put_together() {
    check([
        (Add, vec![string("r"), string("ôle")], Ok("'rôle'")),
        (Add, vec![string(""), string("")], Ok("''")),
        (Add, vec![string(""), string("abc")], Ok("'abc'")),
        (Add, vec![string("abc"), string("")], Ok("'abc'")),
        (Add, vec![bytes(b"abc"), bytes(b"def")], Ok("b'abcdef'")),
        (Add, vec![bytes(b""), bytes(b"def")], Ok("b'def'")),
        (
            Add,
            vec![list([int(1)]), list([string("a"), int(2)])],
            Ok("[1, 'a', 2]"),
        ),
        (Add, vec![list([]), list([])], Ok("[]")),
        (Add, vec![list([int(1)]), int(2)], Err(Type)),
        (Add, vec![string("a"), bytes(b"a")], Err(Type)),
    ]);
}
