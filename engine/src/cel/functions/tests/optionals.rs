use super::*;
use EvalError::{NoValue, Type};
use Function::{HasValue, OptionalNone, OptionalOf, OptionalOfNonZero, OptionalValue, Unwrap};

#[test]
fn made_and_read() {
    let none = || Value::Optional(None);
    check([
        (OptionalNone, vec![], Ok("optional.none()")),
        (OptionalOf, vec![Value::Null], Ok("optional.of(null)")),
        (OptionalOf, vec![none()], Ok("optional.of(optional.none())")),
        (HasValue, vec![none()], Ok("false")),
        (HasValue, vec![Value::some(Value::Null)], Ok("true")),
        (HasValue, vec![int(1)], Err(Type)),
        (OptionalValue, vec![Value::some(int(1))], Ok("1")),
        (OptionalValue, vec![none()], Err(NoValue)),
        (OptionalValue, vec![int(1)], Err(Type)),
        (
            Unwrap,
            vec![list([
                Value::some(int(1)),
                none(),
                Value::some(Value::Null),
            ])],
            Ok("[1, null]"),
        ),
        (Unwrap, vec![list([])], Ok("[]")),
        (Unwrap, vec![list([int(1)])], Err(Type)),
        (Unwrap, vec![Value::some(int(1))], Err(Type)),
    ]);
}

#[test]
fn zeros_are_none() {
    for zero in [
        Value::Null,
        Value::Bool(false),
        int(0),
        uint(0),
        double(-0.0),
        string(""),
        bytes(b""),
        time("1970-01-01T00:00:00Z"),
        span("0s"),
        list([]),
        map([]),
    ] {
        check([(OptionalOfNonZero, vec![zero], Ok("optional.none()"))]);
    }
    for value in samples().into_iter().skip(1) {
        let text = format!("optional.of({value})");
        let result = unary(OptionalOfNonZero, value, &Budget::new());
        assert_eq!(result.map(|value| value.to_string()), Ok(text));
    }
    check([
        (
            OptionalOfNonZero,
            vec![double(f64::NAN)],
            Ok("optional.of(double('NaN'))"),
        ),
        (
            OptionalOfNonZero,
            vec![ip("0.0.0.0")],
            Ok("optional.of(ip('0.0.0.0'))"),
        ),
    ]);
}
