//! What the tree of a text is, and what is said where it has none. The bounds are in
//! [`crate::cel::scan`].

mod conformance;
mod generated;
mod hostile;
mod mistakes;
mod render;

use super::super::scan::Comments;
use super::{SyntaxError, parse_all};
use crate::cel::syntax::Expression;
pub(super) use render::{render, words};

pub(super) fn parse(text: &str) -> Result<Expression, SyntaxError> {
    parse_all(&[text], Comments::Refuse).remove(0)
}

/// A text's tree as [`render`] writes it, or the error.
pub(super) fn tree(text: &str) -> String {
    match parse(text) {
        Ok(expression) => render(&expression),
        Err(error) => format!("{error:?}"),
    }
}

fn check(table: &[(&str, &str)]) {
    for (text, expected) in table {
        assert_eq!(tree(text), *expected, "{text}");
    }
}

#[test]
fn literals_are_values() {
    check(&[
        ("null", "null"),
        ("true", "true"),
        ("-9223372036854775808", "-9223372036854775808"),
        ("0xFF", "255"),
        ("-0x10", "-16"),
        ("18446744073709551615u", "18446744073709551615u"),
        ("0xffU", "255u"),
        (".5", "0.5"),
        ("- 1.5e3", "-1500.0"),
        ("-0.0", "-0.0"),
        ("1e-3", "0.001"),
        (r"'\u00e9\n\'' ", r#""é\n'""#),
        (r#"r'\n'"#, r#""\\n""#),
        ("'''a\n'b'''", r#""a\n'b""#),
        (r"b'\xff\000é'", r#"b"\xff\x00\xc3\xa9""#),
        (r#"bR"\xff""#, r#"b"\\xff""#),
    ]);
}

#[test]
fn operators_have_their_order() {
    check(&[
        (
            "a || b && c == d + e * -f",
            "(a || (b && (c == (d + (e * -f)))))",
        ),
        ("a - b - c", "((a - b) - c)"),
        ("a && b && c && d", "((a && b) && (c && d))"),
        ("(a || b) && c", "((a || b) && c)"),
        ("a ? b : c ? d : e", "(a ? b : (c ? d : e))"),
        ("!a.b", "!(a.b)"),
        ("!!a", "a"),
        ("--a - -b", "(a - -b)"),
        ("-(a)", "-a"),
        ("x in [1]", "(x in [1])"),
        ("a < b != c >= d", "(((a < b) != c) >= d)"),
        ("1in[2]", "(1 in [2])"),
    ]);
}

#[test]
fn members_and_literals_of_all_kinds() {
    check(&[
        ("a.b[c].?d[?e]", "((((a.b)[c]).?d)[?e])"),
        ("a.`b-c`.?`d/e`", "((a.b-c).?d/e)"),
        (".a.b", "(.a.b)"),
        ("[1, ?a, 2,]", "[1, ?a, 2]"),
        ("[]", "[]"),
        ("{'a': 1, ?b: c}", r#"{"a": 1, ?b: c}"#),
        ("{}", "{}"),
        ("a.b.C{d: 1, ?`e-f`: g}", "a.b.C{d: 1, ?e-f: g}"),
        (".C{}", ".C{}"),
        ("f(a, b).g()", "f(a, b).g()"),
        (".f(a)", "f(a)"),
        ("'a'.size()", r#""a".size()"#),
        ("a.if()", "a.if()"),
    ]);
}

#[test]
fn comments_are_skipped_where_they_may_be() {
    let text = "a // one )\n && // two\n b //";
    let parsed = parse_all(&[text], Comments::Skip).remove(0).unwrap();
    assert_eq!(render(&parsed), "(a && b)");
    assert_eq!(text.get(parsed.range), Some("a // one )\n && // two\n b"));
    assert!(matches!(parse(text), Err(SyntaxError::Comment { range }) if range == (2..10)));
}

/// Every part of an expression stands for the text that it claims: parsed alone, it is the same.
pub(super) fn ranges_are_exact(text: &str, expression: &Expression) {
    let mut parts = vec![expression];
    let mut walked = 0;
    while let Some(part) = parts.get(walked) {
        parts.extend(part.parts());
        walked += 1;
    }
    let texts = parts
        .iter()
        .map(|part| text.get(part.range.clone()).unwrap());
    let texts: Vec<&str> = texts.collect();
    for ((part, alone), again) in parts
        .iter()
        .zip(&texts)
        .zip(parse_all(&texts, Comments::Skip))
    {
        let again = again.unwrap_or_else(|error| panic!("`{alone}` of `{text}`: {error:?}"));
        assert_eq!(render(&again), render(part), "`{alone}` of `{text}`");
        assert_eq!(again.range, 0..alone.len(), "`{alone}` of `{text}`");
        for word in words(part) {
            let written = text.get(word.range.clone()).unwrap().trim_matches('`');
            assert!(
                written == word.text || word.text.starts_with('@'),
                "`{written}` is not {word:?}"
            );
        }
    }
}

#[test]
fn ranges_hold_with_brackets_signs_and_other_letters() {
    for text in [
        "(a + b) * c",
        "((a)) . b + ((c))",
        "f((a), (b) + 1)[(0)]",
        "(--a).b + 1",
        "-(-(a))",
        "!(!!(a) && b)",
        "--a + 1 == 2 - --b * 3",
        "((-1)) - -0 - (-0.0)",
        "a ? (b) : (c)",
        "1 in (x) || y in (-1)",
        "'é' + ('ü' == b'ß' ? \"日本\" : '😀') + x.f('é', -7).`a-b`",
        "has((a).b) && (x).all(y, (y) > 0)",
        "( .a ) . b + .f( (1) ) + .T { x : ( 1 ) } . x",
        "cel.bind(a, (1), (a))\n\t+ a . ?b [ ?c ] . d ( )",
        "[ ( a ) , ? b ] + { ( c ) : ( d ) , ? e : f }",
        "- - 5 - ( - 5 )",
        "-(5)",
        "--(5)",
    ] {
        let expression = parse(text).unwrap_or_else(|error| panic!("{text}: {error:?}"));
        ranges_are_exact(text, &expression);
    }
}
