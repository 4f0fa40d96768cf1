use super::*;
use EvalError::{Argument, Conversion, Type};
use Function::Format;

fn formats<'v>(
    rows: impl IntoIterator<Item = (&'v str, Vec<Value<'v>>, Result<&'static str, EvalError>)>,
) {
    check(rows.into_iter().map(|(template, operands, expected)| {
        (Format, vec![string(template), list(operands)], expected)
    }));
}

#[test]
fn text() {
    formats([
        ("no substitution", vec![], Ok("'no substitution'")),
        ("", vec![], Ok("''")),
        (
            "%s and %s",
            vec![string("a"), string("%s")],
            Ok("'a and %s'"),
        ),
        ("%%%s%%", vec![string("text")], Ok("'%text%'")),
        ("%s", vec![Value::Null], Ok("'null'")),
        ("%s", vec![Value::Bool(true)], Ok("'true'")),
        ("%s %s", vec![int(-1), uint(2)], Ok("'-1 2'")),
        ("%s", vec![double(3.25)], Ok("'3.25'")),
        ("%s", vec![double(1e21)], Ok("'1000000000000000000000'")),
        ("%s", vec![double(f64::NEG_INFINITY)], Ok("'-Infinity'")),
        ("%s", vec![bytes(b"xyz")], Ok("'xyz'")),
        ("%s", vec![bytes(b"\xff")], Err(Conversion)),
        (
            "%s",
            vec![time("2023-02-03T23:31:20+00:00")],
            Ok("'2023-02-03T23:31:20Z'"),
        ),
        ("%s", vec![span("1h45m47s")], Ok("'6347s'")),
        (
            "%s",
            vec![Value::Type(Text::Borrowed("string"))],
            Ok("'string'"),
        ),
        ("%s", vec![list([])], Ok("'[]'")),
        (
            "%s",
            vec![list([
                string("abc"),
                double(3.25),
                Value::Null,
                list([int(9), int(8)]),
            ])],
            Ok("'[abc, 3.25, null, [9, 8]]'"),
        ),
        (
            "%s",
            vec![map([
                (Value::Bool(true), int(42)),
                (int(6), span("422s")),
                (int(10), double(f64::NAN)),
                (string("key"), Value::Null),
            ])],
            // In the order of their text.
            Ok("'{10: NaN, 6: 422s, key: null, true: 42}'"),
        ),
        ("%s", vec![map([])], Ok("'{}'")),
        ("%s", vec![Value::some(int(1))], Err(Type)),
        ("%s", vec![list([ip("10.0.0.1")])], Err(Type)),
    ]);
}

#[test]
fn numbers() {
    formats([
        (
            "%d %d",
            vec![int(i64::MIN), uint(64)],
            Ok("'-9223372036854775808 64'"),
        ),
        ("%d", vec![double(f64::NAN)], Ok("'NaN'")),
        ("%d", vec![double(1.5)], Ok("'1.5'")),
        ("%b %b", vec![int(-5), uint(5)], Ok("'-101 101'")),
        (
            "%b %b",
            vec![Value::Bool(true), Value::Bool(false)],
            Ok("'1 0'"),
        ),
        ("%o %o", vec![int(-11), uint(65_535)], Ok("'-13 177777'")),
        ("%x %X", vec![int(-30), uint(26)], Ok("'-1e 1A'")),
        ("%x", vec![int(i64::MIN)], Ok("'-8000000000000000'")),
        (
            "%x",
            vec![string("Hello world!")],
            Ok("'48656c6c6f20776f726c6421'"),
        ),
        ("%X", vec![bytes(b"\x00~\xff")], Ok("'007EFF'")),
        (
            "%f %f %f",
            vec![double(2.75), int(-3), uint(3)],
            Ok("'2.750000 -3.000000 3.000000'"),
        ),
        ("%.3f", vec![double(1.2345)], Ok("'1.234'")),
        (
            "%.0f %.0f %.0f",
            vec![double(1.5), double(2.5), double(3.4999)],
            Ok("'2 2 3'"),
        ),
        (
            "%.3f %.3f",
            vec![double(-123.4999), double(123.4994)],
            Ok("'-123.500 123.499'"),
        ),
        ("%f", vec![double(f64::INFINITY)], Ok("'Infinity'")),
        ("%e", vec![double(2.75)], Ok("'2.750000e+00'")),
        ("%.6e", vec![double(1_052.032_911)], Ok("'1.052033e+03'")),
        (
            "%e %.1e",
            vec![double(-1e-7), double(1.5e300)],
            Ok("'-1.000000e-07 1.5e+300'"),
        ),
        (
            "%.0e %e",
            vec![uint(3), int(-3)],
            Ok("'3e+00 -3.000000e+00'"),
        ),
        ("%e", vec![double(f64::NAN)], Ok("'NaN'")),
    ]);
}

#[test]
fn what_is_refused() {
    let template = |operands: Vec<Value<'static>>, text, error| (text, operands, Err(error));
    formats([
        template(vec![int(1)], "%a", Argument),
        template(vec![int(1)], "%", Argument),
        template(vec![int(1)], "%5d", Argument),
        template(vec![double(0.5)], "%E", Argument),
        template(vec![double(0.5)], "%.f", Argument),
        template(vec![double(0.5)], "%.3", Argument),
        template(vec![double(0.5)], "%.3s", Argument),
        template(vec![double(0.5)], "%.1101f", Argument),
        template(vec![double(0.5)], "%.99999999999999999999f", Argument),
        template(vec![int(0), int(1)], "%d %d %d", Argument),
        template(vec![string("abc")], "%b", Type),
        template(vec![double(1.0)], "%b", Type),
        template(vec![span("30m2s")], "%d", Type),
        template(vec![string("1")], "%d", Type),
        template(vec![string("a string")], "%o", Type),
        template(vec![Value::Null], "%x", Type),
        template(vec![Value::Bool(true)], "%x", Type),
        template(vec![Value::Null], "%o", Type),
        template(vec![string("1")], "%f", Type),
        template(vec![Value::Null], "%e", Type),
    ]);
    check([
        (Format, vec![string("%s"), string("a")], Err(Type)),
        (Format, vec![int(1), list([])], Err(Type)),
    ]);
}
