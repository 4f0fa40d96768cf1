//! Bounds and places; what conditions mean is tested against the engine and the `cel` crate in
//! `tests/conditions.rs`.

use super::parse::{SyntaxError, parse_all};
use super::scan::{CHAIN, Kind, LENGTH, NESTING, TOKENS, scan};

fn error(text: &str) -> SyntaxError {
    let [result] = &parse_all(&[text])[..] else {
        panic!("one result is expected")
    };
    result.clone().unwrap_err()
}

fn parses(text: &str) -> bool {
    parse_all(&[text]).iter().all(Result::is_ok)
}

#[test]
fn bounds_hold_exactly() {
    let nested = |levels: usize| format!("{}true{}", "(".repeat(levels), ")".repeat(levels));
    assert!(parses(&nested(NESTING)));
    assert!(matches!(
        error(&nested(NESTING + 1)),
        SyntaxError::TooDeep { .. }
    ));

    let long = |bytes: usize| format!("a{}", " ".repeat(bytes - 1));
    assert!(parses(&long(LENGTH)));
    assert_eq!(
        error(&long(LENGTH + 1)),
        SyntaxError::TooLong { bytes: LENGTH + 1 }
    );

    let list = |elements: usize| format!("[{}]", vec!["1"; elements].join(","));
    assert!(parses(&list((TOKENS - 1) / 2)));
    assert_eq!(error(&list(TOKENS / 2 + 1)), SyntaxError::TooManyTokens);

    let joined = |operands: usize| vec!["a"; operands].join("&&");
    assert!(parses(&joined(CHAIN + 1)));
    assert!(matches!(
        error(&joined(CHAIN + 2)),
        SyntaxError::ChainTooLong { .. }
    ));

    // Within the scanner's bounds, but too deep a tree for a plan.
    let added = vec!["1"; 100].join("+");
    assert!(matches!(error(&added), SyntaxError::TooDeep { .. }));
}

/// Whatever the scanner lets through, the parser must survive: each of these would overflow the
/// stack of a thread of ordinary size, or slip brackets past the scanner.
#[test]
fn nothing_gets_past_the_scanner() {
    let brackets = "(".repeat(1000);
    let hostile = [
        brackets.clone(),
        format!("'\\q{brackets}'"),
        format!("'\n{brackets}'"),
        format!("`{brackets}`"),
        format!("`:{brackets}`"),
        format!("\"a\"\"{brackets}"),
        format!("'''{brackets}"),
        format!("\u{a0}{brackets}"),
        format!("#{brackets}"),
        format!("r'\\'{brackets}'"),
        "[".repeat(1000),
        "f(".repeat(1000),
        "!(-(".repeat(500),
        "a?b:".repeat(1000),
        "a.b".repeat(1000),
        "{1:".repeat(1000),
        "a[".repeat(1000),
        "-".repeat(3000),
        "a in ".repeat(800),
    ];
    for text in &hostile {
        let length = 40.min(text.len());
        assert!(!parses(text), "{}", text.get(..length).unwrap_or(text));
    }
    // Near the worst that is let through: nesting, with operators at each level.
    let worst = format!(
        "{}true{}",
        "!(true&&".repeat(NESTING - 1),
        ")".repeat(NESTING - 1)
    );
    assert!(parses(&worst));
}

#[test]
fn tokens_cover_the_text() {
    let text = "a.?b['é'] >= 1.5e-3 \n && r\"\\\" != `x-y`";
    let tokens = scan(text).unwrap();
    let found: Vec<&str> = tokens
        .0
        .iter()
        .map(|token| text.get(token.range.clone()).unwrap())
        .collect();
    assert_eq!(
        found,
        [
            "a", ".", "?", "b", "[", "'é'", "]", ">=", "1.5e-3", "&&", "r\"\\\"", "!=", "`x-y`"
        ]
    );
    assert_eq!(tokens.0[4].kind, Kind::Open(6));
}

#[test]
fn a_comment_is_refused_where_a_folded_text_would_lose_what_follows() {
    for (text, range) in [("a // b && c", 2..11), ("a && // b\nc", 5..9), ("//", 0..2)] {
        assert!(matches!(scan(text), Err(SyntaxError::Comment { range: at }) if at == range));
    }
    assert!(scan("a == 'https://b' && c / d / e == 1").is_ok());
}

#[test]
fn places_are_bytes_also_behind_other_letters() {
    let text = "'é' == 'ü' && token.é";
    let SyntaxError::Unexpected { range } = error(text) else {
        panic!("unexpected is expected")
    };
    assert_eq!(text.get(range), Some("é"));
    let text = "'é' == 'ü' && a b";
    let SyntaxError::Unexpected { range } = error(text) else {
        panic!("unexpected is expected")
    };
    assert_eq!(text.get(range), Some("b"));
    let text = "'é' ==\n 'ü' &&\n a b";
    let SyntaxError::Unexpected { range } = error(text) else {
        panic!("unexpected is expected")
    };
    assert_eq!(text.get(range), Some("b"));
}

#[test]
fn ranges_cover_what_an_expression_says() {
    let text = "'é' == x && has(token.note) || f.g(1, [2])[0].?h";
    let parsed = parse_all(&[text]);
    let [Ok(expression)] = &parsed[..] else {
        panic!("it parses")
    };
    assert_eq!(text.get(expression.range.clone()), Some(text));
    let super::syntax::Kind::Binary(_, left, right) = &expression.kind else {
        panic!("an or")
    };
    assert_eq!(
        text.get(left.range.clone()),
        Some("'é' == x && has(token.note)")
    );
    assert_eq!(text.get(right.range.clone()), Some("f.g(1, [2])[0].?h"));
}
