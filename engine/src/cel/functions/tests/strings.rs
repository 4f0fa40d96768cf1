use super::*;
use EvalError::{Argument, Type};
use Function::{
    CharAt, Contains, EndsWith, IndexOf, LastIndexOf, Size, StartsWith, Substring, Trim,
};

#[test]
fn sizes() {
    check([
        (Size, vec![string("")], Ok("0")),
        (Size, vec![string("πέντε")], Ok("5")),
        (Size, vec![string("👍")], Ok("1")),
        (Size, vec![string("e\u{301}")], Ok("2")),
        (Size, vec![bytes("👍".as_bytes())], Ok("4")),
        (Size, vec![list([int(1), int(2)])], Ok("2")),
        (Size, vec![map([(int(1), int(2))])], Ok("1")),
        (Size, vec![Value::Null], Err(Type)),
        (Size, vec![int(1)], Err(Type)),
    ]);
}

#[test]
fn predicates() {
    check([
        (
            StartsWith,
            vec![string("foobar"), string("foo")],
            Ok("true"),
        ),
        (
            StartsWith,
            vec![string("foobar"), string("bar")],
            Ok("false"),
        ),
        (
            StartsWith,
            vec![string("foo"), string("foobar")],
            Ok("false"),
        ),
        (StartsWith, vec![string(""), string("")], Ok("true")),
        (EndsWith, vec![string("forté"), string("té")], Ok("true")),
        (EndsWith, vec![string("forté"), string("te")], Ok("false")),
        (EndsWith, vec![string("foobar"), string("")], Ok("true")),
        (
            Contains,
            vec![string("abababc"), string("ababc")],
            Ok("true"),
        ),
        (Contains, vec![string("hello"), string("ol")], Ok("false")),
        (Contains, vec![string("🐱😀😁"), string("😀")], Ok("true")),
        (Contains, vec![string(""), string("")], Ok("true")),
        (Contains, vec![bytes(b"a"), bytes(b"a")], Err(Type)),
        (StartsWith, vec![string("a"), int(1)], Err(Type)),
        (EndsWith, vec![Value::Null, string("a")], Err(Type)),
        (Contains, vec![strings(&["a"]), string("a")], Err(Type)),
    ]);
}

#[test]
fn parts() {
    check([
        (CharAt, vec![string("tacocat"), int(3)], Ok("'o'")),
        (CharAt, vec![string("©αT"), int(1)], Ok("'α'")),
        (CharAt, vec![string("tacocat"), int(7)], Ok("''")),
        (CharAt, vec![string(""), int(0)], Ok("''")),
        (CharAt, vec![string("tacocat"), int(8)], Err(Argument)),
        (CharAt, vec![string("tacocat"), int(-1)], Err(Argument)),
        (CharAt, vec![string("a"), int(i64::MAX)], Err(Argument)),
        (CharAt, vec![int(42), int(2)], Err(Type)),
        (CharAt, vec![string("a"), uint(0)], Err(Type)),
        (Substring, vec![string("tacocat"), int(4)], Ok("'cat'")),
        (Substring, vec![string("tacocat"), int(7)], Ok("''")),
        (
            Substring,
            vec![string("tacocat"), int(0), int(4)],
            Ok("'taco'"),
        ),
        (Substring, vec![string("tacocat"), int(4), int(4)], Ok("''")),
        (
            Substring,
            vec![string("ta©o©αT"), int(2), int(6)],
            Ok("'©o©α'"),
        ),
        (Substring, vec![string("ta©o©αT"), int(7), int(7)], Ok("''")),
        (Substring, vec![string("tacocat"), int(40)], Err(Argument)),
        (Substring, vec![string("tacocat"), int(-1)], Err(Argument)),
        (
            Substring,
            vec![string("tacocat"), int(1), int(50)],
            Err(Argument),
        ),
        (
            Substring,
            vec![string("tacocat"), int(49), int(50)],
            Err(Argument),
        ),
        (
            Substring,
            vec![string("tacocat"), int(4), int(3)],
            Err(Argument),
        ),
        (
            Substring,
            vec![string("tacocat"), int(0), int(i64::MIN)],
            Err(Argument),
        ),
        (
            Substring,
            vec![string("tacocat"), Value::Bool(true), int(3)],
            Err(Type),
        ),
        (
            Substring,
            vec![string("tacocat"), int(0), Value::Bool(false)],
            Err(Type),
        ),
        (Trim, vec![string(" \u{b}\t a b\r\n")], Ok("'a b'")),
        (
            Trim,
            vec![string(
                "\u{85}\u{a0}\u{1680}text\u{2000}\u{200a}\u{2028}\u{2029}\u{202f}\u{205f}\u{3000}",
            )],
            Ok("'text'"),
        ),
        (
            Trim,
            vec![string("\u{200b}text\u{feff}")],
            Ok("'\u{200b}text\u{feff}'"),
        ),
        (Trim, vec![string("  ")], Ok("''")),
        (Trim, vec![int(1)], Err(Type)),
    ]);
}

#[test]
fn positions() {
    let hello = || string("hello wello");
    check([
        (IndexOf, vec![string("tacocat"), string("")], Ok("0")),
        (IndexOf, vec![string("tacocat"), string("ac")], Ok("1")),
        (IndexOf, vec![string("tacocat"), string("none")], Ok("-1")),
        (
            IndexOf,
            vec![string("tacocat"), string(""), int(3)],
            Ok("3"),
        ),
        (
            IndexOf,
            vec![string("tacocat"), string("a"), int(3)],
            Ok("5"),
        ),
        (
            IndexOf,
            vec![string("tacocat"), string("at"), int(3)],
            Ok("5"),
        ),
        (
            IndexOf,
            vec![string("tacocat"), string("a"), int(7)],
            Ok("-1"),
        ),
        (
            IndexOf,
            vec![string("ta©o©αT"), string("©"), int(3)],
            Ok("4"),
        ),
        (
            IndexOf,
            vec![string("ta©o©αT"), string("©α"), int(3)],
            Ok("4"),
        ),
        (IndexOf, vec![hello(), hello()], Ok("0")),
        (IndexOf, vec![hello(), string("hello wellos")], Ok("-1")),
        (
            IndexOf,
            vec![string("tacocat"), string("a"), int(30)],
            Err(Argument),
        ),
        (
            IndexOf,
            vec![string("tacocat"), string("a"), int(-1)],
            Err(Argument),
        ),
        (IndexOf, vec![int(24), string("2")], Err(Type)),
        (IndexOf, vec![string("42"), int(4), int(0)], Err(Type)),
        (
            IndexOf,
            vec![string("42"), string("4"), string("0")],
            Err(Type),
        ),
        (
            IndexOf,
            vec![string("42"), string("4"), int(0), int(1)],
            Err(Type),
        ),
        (LastIndexOf, vec![string(""), string("@@")], Ok("-1")),
        (LastIndexOf, vec![string("tacocat"), string("")], Ok("7")),
        (LastIndexOf, vec![string("tacocat"), string("at")], Ok("5")),
        (
            LastIndexOf,
            vec![string("tacocat"), string(""), int(3)],
            Ok("3"),
        ),
        (
            LastIndexOf,
            vec![string("tacocat"), string("a"), int(3)],
            Ok("1"),
        ),
        (
            LastIndexOf,
            vec![string("tacocat"), string("a"), int(5)],
            Ok("5"),
        ),
        (LastIndexOf, vec![string("ta©o©αT"), string("©")], Ok("4")),
        (
            LastIndexOf,
            vec![string("ta©o©αT"), string("©"), int(3)],
            Ok("2"),
        ),
        (
            LastIndexOf,
            vec![string("ta©o©αT"), string("©α"), int(4)],
            Ok("4"),
        ),
        (
            LastIndexOf,
            vec![string("a\u{10000}b"), string("x\u{10000}"), int(0)],
            Ok("-1"),
        ),
        (LastIndexOf, vec![hello(), string("ello"), int(6)], Ok("1")),
        (LastIndexOf, vec![hello(), string("low")], Ok("-1")),
        (
            LastIndexOf,
            vec![string("bananananana"), string("nana"), int(7)],
            Ok("6"),
        ),
        (
            LastIndexOf,
            vec![string("tacocat"), string("a"), int(30)],
            Err(Argument),
        ),
        (
            LastIndexOf,
            vec![string("tacocat"), string("a"), int(-1)],
            Err(Argument),
        ),
        (
            LastIndexOf,
            vec![string("42"), string("4"), string("0")],
            Err(Type),
        ),
    ]);
}

/// Positions of finds are the same as by trying every one.
#[test]
fn positions_by_trying() {
    let texts = ["", "a", "aa", "aba", "abab©a", "©©", "a©a©a", "😀a😀a"];
    for text in texts {
        let chars: Vec<char> = text.chars().collect();
        for needle in texts {
            let sought: Vec<char> = needle.chars().collect();
            let is_at = |at: &usize| chars[*at..].starts_with(&sought);
            for bound in 0..=chars.len() {
                let number = |at: Option<usize>| at.map_or(-1, |at| i64::try_from(at).unwrap());
                let first = number((bound..=chars.len()).find(is_at));
                let last = number((0..=bound).rev().find(is_at));
                let bound = int(i64::try_from(bound).unwrap());
                let operands = [string(text), string(needle), bound];
                for (function, expected) in [(IndexOf, first), (LastIndexOf, last)] {
                    let result = call(function, &operands, &Budget::new());
                    let result = result.map(|value| value.to_string());
                    assert_eq!(
                        result,
                        Ok(expected.to_string()),
                        "{function:?} {operands:?}"
                    );
                }
            }
        }
    }
}
