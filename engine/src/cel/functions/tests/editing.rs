use super::*;
use EvalError::Type;
use Function::{Join, LowerAscii, Quote, Replace, Reverse, Split, UpperAscii};

#[test]
fn case() {
    check([
        (LowerAscii, vec![string("TacoCÆt Xii")], Ok("'tacocÆt xii'")),
        (LowerAscii, vec![string("tacocÆt")], Ok("'tacocÆt'")),
        (UpperAscii, vec![string("tacoCæt Xii")], Ok("'TACOCæT XII'")),
        (UpperAscii, vec![string("ſ")], Ok("'ſ'")),
        (LowerAscii, vec![string("\u{212a}")], Ok("'\u{212a}'")),
        (LowerAscii, vec![int(1)], Err(Type)),
        (UpperAscii, vec![bytes(b"a")], Err(Type)),
    ]);
}

#[test]
fn replacing() {
    let days = || string("{0} days {0} hours");
    let zero = || string("{0}");
    check([
        (
            Replace,
            vec![days(), zero(), string("2")],
            Ok("'2 days 2 hours'"),
        ),
        (
            Replace,
            vec![days(), zero(), string("2"), int(1)],
            Ok("'2 days {0} hours'"),
        ),
        (
            Replace,
            vec![days(), zero(), string("2"), int(0)],
            Ok("'{0} days {0} hours'"),
        ),
        (
            Replace,
            vec![days(), zero(), string("2"), int(-1)],
            Ok("'2 days 2 hours'"),
        ),
        (
            Replace,
            vec![string("1 ©αT taco"), string("αT"), string("o©α")],
            Ok("'1 ©o©α taco'"),
        ),
        (
            Replace,
            vec![string("aaa"), string("aa"), string("b")],
            Ok("'ba'"),
        ),
        (
            Replace,
            vec![string("abc"), string(""), string("-")],
            Ok("'-a-b-c-'"),
        ),
        (
            Replace,
            vec![string("aé"), string(""), string("-"), int(2)],
            Ok("'-a-é'"),
        ),
        (
            Replace,
            vec![string("abc"), string("b"), string("")],
            Ok("'ac'"),
        ),
        (Replace, vec![string("12"), zero(), string("2")], Ok("'12'")),
        (Replace, vec![string("42"), string("2"), int(1)], Err(Type)),
        (
            Replace,
            vec![int(42), string("2"), string("1"), int(1)],
            Err(Type),
        ),
        (
            Replace,
            vec![string("42"), string("2"), string("1"), string("1")],
            Err(Type),
        ),
    ]);
}

#[test]
fn splitting_and_joining() {
    let hello = || string("hello world events!");
    check([
        (
            Split,
            vec![hello(), string(" ")],
            Ok("['hello', 'world', 'events!']"),
        ),
        (Split, vec![hello(), string(" "), int(0)], Ok("[]")),
        (
            Split,
            vec![hello(), string(" "), int(1)],
            Ok("['hello world events!']"),
        ),
        (
            Split,
            vec![hello(), string(" "), int(2)],
            Ok("['hello', 'world events!']"),
        ),
        (
            Split,
            vec![hello(), string(" "), int(9)],
            Ok("['hello', 'world', 'events!']"),
        ),
        (
            Split,
            vec![string("o©o©o©o"), string("©"), int(-1)],
            Ok("['o', 'o', 'o', 'o']"),
        ),
        (
            Split,
            vec![string("a,,b,"), string(",")],
            Ok("['a', '', 'b', '']"),
        ),
        (Split, vec![string(""), string(",")], Ok("['']")),
        (
            Split,
            vec![string("aé😀"), string("")],
            Ok("['a', 'é', '😀']"),
        ),
        (
            Split,
            vec![string("aé😀"), string(""), int(2)],
            Ok("['a', 'é😀']"),
        ),
        (Split, vec![string(""), string("")], Ok("[]")),
        (Split, vec![int(42), string("")], Err(Type)),
        (Split, vec![string("42"), int(2)], Err(Type)),
        (
            Split,
            vec![string("42"), string("2"), string("1")],
            Err(Type),
        ),
        (Join, vec![strings(&["x", "y"])], Ok("'xy'")),
        (
            Join,
            vec![strings(&["x", "", "y"]), string("-")],
            Ok("'x--y'"),
        ),
        (Join, vec![strings(&["x"]), string("-")], Ok("'x'")),
        (Join, vec![list([]), string("-")], Ok("''")),
        (Join, vec![list([string("a"), int(1)])], Err(Type)),
        (Join, vec![string("a")], Err(Type)),
        (Join, vec![strings(&["x"]), int(1)], Err(Type)),
    ]);
}

#[test]
fn quoting_and_reversing() {
    let quoted = |text: &'static str| {
        let value = unary(Quote, string(text), &Budget::new());
        match value {
            Ok(Value::String(text)) => text.to_string(),
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(quoted("first\nsecond"), r#""first\nsecond""#);
    assert_eq!(quoted("\u{7}\u{8}\u{c}\r\t\u{b}"), r#""\a\b\f\r\t\v""#);
    assert_eq!(quoted(r#"a \ b " c ' d"#), r#""a \\ b \" c ' d""#);
    assert_eq!(quoted("ta©o😀"), "\"ta©o😀\"");
    assert_eq!(quoted(""), "\"\"");
    check([
        (Quote, vec![int(1)], Err(Type)),
        (Reverse, vec![string("")], Ok("''")),
        (Reverse, vec![string("Ta©oCαt")], Ok("'tαCo©aT'")),
        (
            Reverse,
            vec![list([int(1), string("b"), int(3)])],
            Ok("[3, 'b', 1]"),
        ),
        (Reverse, vec![list([])], Ok("[]")),
        (Reverse, vec![bytes(b"ab")], Err(Type)),
    ]);
}
