use super::*;
use EvalError::{Argument, Overflow, Type};
use Function::{
    Abs, BitAnd, BitNot, BitOr, BitShiftLeft, BitShiftRight, BitXor, Ceil, Floor, Greatest,
    IsFinite, IsInf, IsNan, Least, Round, Sign, Sqrt, Trunc,
};

#[test]
fn extremes() {
    let mixed = || [double(5.4), int(10), uint(3), double(-5.0), double(3.5)];
    check([
        (Greatest, vec![int(-5)], Ok("-5")),
        (Greatest, vec![int(1), double(1.0)], Ok("1")),
        (Greatest, vec![double(1.0), int(1)], Ok("1.0")),
        (Greatest, vec![uint(5), int(-7)], Ok("5u")),
        (
            Greatest,
            vec![int(i64::MAX - 1024), double(9_223_372_036_854_775_808.0)],
            Ok("9.223372036854776e18"),
        ),
        (Greatest, mixed().to_vec(), Ok("10")),
        (Greatest, vec![list(mixed())], Ok("10")),
        (Least, vec![uint(5)], Ok("5u")),
        (
            Least,
            vec![int(1), int(i64::MIN)],
            Ok("-9223372036854775808"),
        ),
        (Least, vec![double(1.5), double(1.797_693e308)], Ok("1.5")),
        (Least, mixed().to_vec(), Ok("-5.0")),
        (Least, vec![list(mixed())], Ok("-5.0")),
        (Least, vec![list([int(2)])], Ok("2")),
        (Greatest, vec![list([])], Err(Argument)),
        (Least, vec![list([int(1), string("a")])], Err(Type)),
        (Greatest, vec![list([string("a")])], Err(Type)),
        (Greatest, vec![string("a")], Err(Type)),
        (Greatest, vec![int(1), string("a")], Err(Type)),
        (Greatest, vec![int(1), int(2), Value::Null], Err(Type)),
        (Least, vec![double(f64::NAN), int(1)], Err(Argument)),
        (Least, vec![list([int(1), double(f64::NAN)])], Err(Argument)),
    ]);
}

#[test]
fn rounding() {
    check([
        (Ceil, vec![double(-1.2)], Ok("-1.0")),
        (Ceil, vec![double(1.2)], Ok("2.0")),
        (Floor, vec![double(-1.2)], Ok("-2.0")),
        (Round, vec![double(-1.6)], Ok("-2.0")),
        (Round, vec![double(1.5)], Ok("2.0")),
        (Round, vec![double(-2.5)], Ok("-3.0")),
        (Round, vec![double(f64::NAN)], Ok("double('NaN')")),
        (Trunc, vec![double(-1.9)], Ok("-1.0")),
    ]);
    for function in [Ceil, Floor, Round, Trunc, IsNan, IsInf, IsFinite] {
        check([
            (function, vec![int(1)], Err(Type)),
            (function, vec![string("1")], Err(Type)),
        ]);
    }
}

#[test]
fn signs_and_kinds() {
    check([
        (Abs, vec![int(-11)], Ok("11")),
        (Abs, vec![uint(1)], Ok("1u")),
        (Abs, vec![double(-11.5)], Ok("11.5")),
        (Abs, vec![int(i64::MIN)], Err(Overflow)),
        (Abs, vec![string("1")], Err(Type)),
        (Sign, vec![int(-11)], Ok("-1")),
        (Sign, vec![int(0)], Ok("0")),
        (Sign, vec![uint(100)], Ok("1u")),
        (Sign, vec![uint(0)], Ok("0u")),
        (Sign, vec![double(-32.0)], Ok("-1.0")),
        (Sign, vec![double(-0.0)], Ok("0.0")),
        (Sign, vec![double(f64::NAN)], Ok("double('NaN')")),
        (Sign, vec![Value::Bool(true)], Err(Type)),
        (Sqrt, vec![int(81)], Ok("9.0")),
        (Sqrt, vec![uint(4)], Ok("2.0")),
        (Sqrt, vec![double(-1.0)], Ok("double('NaN')")),
        (Sqrt, vec![Value::Null], Err(Type)),
        (IsNan, vec![double(f64::NAN)], Ok("true")),
        (IsNan, vec![double(f64::INFINITY)], Ok("false")),
        (IsInf, vec![double(f64::NEG_INFINITY)], Ok("true")),
        (IsFinite, vec![double(f64::NAN)], Ok("false")),
        (IsFinite, vec![double(1.0)], Ok("true")),
    ]);
}

#[test]
fn bits() {
    check([
        (BitAnd, vec![int(1), int(3)], Ok("1")),
        (
            BitAnd,
            vec![int(-1), int(i64::MIN)],
            Ok("-9223372036854775808"),
        ),
        (BitAnd, vec![uint(1), uint(2)], Ok("0u")),
        (BitAnd, vec![uint(2), string("")], Err(Type)),
        (BitAnd, vec![uint(2), int(2)], Err(Type)),
        (BitOr, vec![int(4), int(-2)], Ok("-2")),
        (BitOr, vec![uint(1), uint(4)], Ok("5u")),
        (BitOr, vec![double(1.2), int(1)], Err(Type)),
        (BitXor, vec![int(3), int(-5)], Ok("-8")),
        (BitXor, vec![uint(1), uint(3)], Ok("2u")),
        (BitNot, vec![int(1)], Ok("-2")),
        (BitNot, vec![uint(1)], Ok("18446744073709551614u")),
        (BitNot, vec![string("")], Err(Type)),
        (BitShiftLeft, vec![int(1), int(2)], Ok("4")),
        (
            BitShiftLeft,
            vec![int(1), int(63)],
            Ok("-9223372036854775808"),
        ),
        (BitShiftLeft, vec![int(-1), int(64)], Ok("0")),
        (BitShiftLeft, vec![int(-1), int(i64::MAX)], Ok("0")),
        (BitShiftLeft, vec![uint(1), int(2)], Ok("4u")),
        (BitShiftLeft, vec![int(1), int(-1)], Err(Argument)),
        (BitShiftLeft, vec![int(1), uint(1)], Err(Type)),
        (BitShiftLeft, vec![double(4.3), int(1)], Err(Type)),
        (
            BitShiftRight,
            vec![int(-1024), int(3)],
            Ok("2305843009213693824"),
        ),
        (BitShiftRight, vec![int(-1024), int(64)], Ok("0")),
        (BitShiftRight, vec![uint(1024), int(2)], Ok("256u")),
        (BitShiftRight, vec![uint(1), int(-1)], Err(Argument)),
    ]);
}
