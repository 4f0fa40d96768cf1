//! What is said about frequent mistakes.

use super::parse;
use crate::diagnostic::Code;

/// Where a text is refused, with the label and the help.
fn said(text: &str) -> (&str, String, String) {
    let error = parse(text).map(|tree| panic!("`{text}` parses: {tree:?}"));
    let issue = error.unwrap_err().issue(text);
    assert_eq!(issue.code, Code::ConditionSyntax, "{text}");
    (
        text.get(issue.range).unwrap(),
        issue.label.unwrap_or_default(),
        issue.help.unwrap_or_default(),
    )
}

#[test]
fn habits_from_other_languages_are_understood() {
    for (text, place, help) in [
        ("a = 1", "=", "write `==` to compare"),
        ("a === 1", "=", "write `==` and `!=`"),
        ("a !== 1", "=", "write `==` and `!=`"),
        ("a <> 1", ">", "write `!=` for"),
        ("a =< 1", "=", "write `<=`"),
        ("a := 1", "=", "cel.bind"),
        ("a =~ 'x'", "=", "matches"),
        ("a ~ 'x'", "~", "matches"),
        ("l.filter(x => x > 1)", "=", "list.exists(x, …)"),
        ("l.filter(x -> x > 1)", ">", "list.exists(x, …)"),
        ("a & b", "&", "write `&&`"),
        ("a | b", "|", "write `||`"),
        ("a and b", "and", "write `&&`"),
        ("a OR b", "OR", "write `||`"),
        ("not a", "a", "write `!`"),
        ("a && not b", "b", "write `!`"),
        ("a not in b", "not", "write `!(x in list)`"),
        ("a !in b", "!", "write `!(x in list)`"),
        ("a is b", "is", "write `==` to compare"),
        ("a is null", "is", "has(a.b)"),
        ("a is not null", "is", "has(a.b)"),
        ("a eq b", "eq", "write `==`"),
        ("a instanceof b", "instanceof", "type(x)"),
        ("a like 'b%'", "like", "matches"),
        ("a between 1 and 2", "between", "a <= x && x <= b"),
        ("a contains 'b'", "contains", "x.contains('…')"),
        ("a starts_with 'b'", "starts_with", "x.startsWith('…')"),
        ("a.matches(/^x/)", "^", "as a string"),
        ("a ?? b", "?", "orValue"),
        ("a; b", ";", "&&"),
        ("a++", "+", "values do not change"),
        ("a ** 2", "*", "no power operator"),
        ("let x = 1", "=", "cel.bind"),
        ("let x == 1", "let", "cel.bind"),
        ("if a then b", "if", "condition ? a : b"),
        ("a if b else c", "if", "condition ? a : b"),
        ("for x in y", "for", "list.exists"),
        ("any x in y", "x", "list.exists"),
        ("$.sub == 'a'", "$", "name of a variable"),
        ("a[*].b", "*", "list.exists"),
        ("a.*.b", "*", "list.exists"),
        ("a..b", ".", "each member"),
        ("a[?(@.b == 1)]", "@", "list.exists(x, x.name == 'a')"),
        ("a == “b”", "“", "straight quotes"),
        (
            "a == 'it's'",
            "'",
            "a quote within a string is written `\\'`",
        ),
        (
            "a == 'it's b",
            "s",
            "a quote within a string is written `\\'`",
        ),
        ("a # b", "#", "comment"),
        ("a == 'b", "'b", "close it with `'`"),
        (
            "a == \"b\nc\"",
            "\"b\nc\"",
            "close it in the same line with `\"`",
        ),
        ("a == '''b", "'''b", "close it with `'''`"),
        ("a == 'b\\d'", "\\d", "write `\\\\` for a backslash"),
        ("(a", "(", "close it with `)`"),
        ("[a)", ")", ""),
        ("a.`b", "`", "between backticks"),
        ("a &&", "", ""),
        (
            "9223372036854775808",
            "9223372036854775808",
            "an int goes from",
        ),
        (
            "a == 99999999999999999999u",
            "99999999999999999999u",
            "a uint goes up to",
        ),
        ("1e999", "1e999", "a double goes up to"),
        ("'\\ud800'", "'\\ud800'", "surrogates"),
        ("b'\\u0041'", "b'\\u0041'", "bytes have no"),
        ("a == return", "return", "one expression"),
    ] {
        let (at, label, said) = said(text);
        assert_eq!(at, place, "{text}: {label}; {said}");
        assert!(said.contains(help), "{text}: {said}");
        assert_eq!(help.is_empty(), said.is_empty(), "{text}: {said}");
    }
}

#[test]
fn labels_say_what_is_there() {
    for (text, expected) in [
        ("a b", "`b` is not expected here"),
        ("a &&", "something is missing here"),
        ("", "something is missing here"),
        ("f(a", "this bracket is not closed"),
        ("[a)", "`]` is expected before `)`"),
        ("a == if", "`if` is a reserved word and names nothing"),
        ("a // b", "a comment cannot stand in a condition"),
        ("has(1)", "a member is expected here, as `a.b`"),
        ("l.all(1, a)", "a name is expected here: `all` binds it"),
    ] {
        let (_, label, _) = said(text);
        assert_eq!(label, expected, "{text}");
    }
}

#[test]
fn places_are_bytes_also_behind_other_letters() {
    for (text, place) in [
        ("'é' == 'ü' && token.é", "é"),
        ("'é' == 'ü' && a b", "b"),
        ("'é' ==\n 'ü' &&\n a b", "b"),
        ("'😀'.f(if)", "if"),
        ("'😀' + 99999999999999999999", "99999999999999999999"),
    ] {
        assert_eq!(said(text).0, place);
    }
}

/// What the parser means by its words is ours to say.
#[test]
fn nothing_of_the_parser_is_shown() {
    for text in [
        "a ? b", "1 + ()", "x(1,)", ".", "T{a}", "{a}", "a.b{", "a[", "-", "in", ".",
    ] {
        let (_, label, _) = said(text);
        for word in [
            "mismatched",
            "viable",
            "extraneous",
            "Context",
            "token",
            "parse",
        ] {
            assert!(!label.contains(word), "{text}: {}", label);
        }
    }
}
