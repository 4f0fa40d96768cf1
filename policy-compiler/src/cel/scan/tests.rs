use super::*;

/// The texts of all tokens.
fn tokens(text: &str) -> Vec<&str> {
    let tokens = scan(text, Comments::Refuse).unwrap_or_else(|error| panic!("{text}: {error:?}"));
    let ranges = tokens.0.into_iter().map(|token| token.range);
    ranges.map(|range| text.get(range).unwrap()).collect()
}

fn error(text: &str) -> SyntaxError {
    scan(text, Comments::Refuse).unwrap_err()
}

#[test]
fn bounds_hold_exactly() {
    let nested = |levels: usize| format!("{}true{}", "(".repeat(levels), ")".repeat(levels));
    tokens(&nested(NESTING));
    assert_eq!(
        error(&nested(NESTING + 1)),
        SyntaxError::TooDeep {
            range: NESTING..NESTING + 1,
            levels: NESTING,
        }
    );
    let long = |bytes: usize| format!("a{}", " ".repeat(bytes - 1));
    tokens(&long(LENGTH));
    assert_eq!(
        error(&long(LENGTH + 1)),
        SyntaxError::TooLong { bytes: LENGTH + 1 }
    );
    let list = |elements: usize| format!("[{}]", vec!["1"; elements].join(","));
    tokens(&list((TOKENS - 1) / 2));
    assert_eq!(error(&list(TOKENS / 2 + 1)), SyntaxError::TooManyTokens);
    let joined = |operands: usize| vec!["a"; operands].join("&&");
    tokens(&joined(CHAIN + 1));
    assert!(matches!(
        error(&joined(CHAIN + 2)),
        SyntaxError::ChainTooLong { .. }
    ));
}

#[test]
fn tokens_cover_the_text() {
    let text = "a.?b['é'] >= 1.5e-3 \n && r\"\\\" != `x-y`";
    assert_eq!(
        tokens(text),
        [
            "a", ".", "?", "b", "[", "'é'", "]", ">=", "1.5e-3", "&&", "r\"\\\"", "!=", "`x-y`"
        ]
    );
    let tokens = scan(text, Comments::Refuse).unwrap();
    assert_eq!(tokens.0[4].kind, Kind::Open(6));
    assert_eq!(tokens.closing(4), Some(text.find(']').unwrap() + 1));
    assert_eq!(tokens.end(), text.len());
}

/// As the grammar cuts them: were a token longer here, brackets could hide in it.
#[test]
fn numbers_and_prefixes_end_where_the_grammar_ends_them() {
    for (text, expected) in [
        ("1in", &["1", "in"][..]),
        ("1u2", &["1u", "2"]),
        ("0xFFu", &["0xFFu"]),
        ("0xg", &["0", "xg"]),
        ("0x1.5", &["0x1", ".5"]),
        ("1.5.6", &["1.5", ".6"]),
        ("1.a", &["1", ".", "a"]),
        ("1.5u", &["1.5", "u"]),
        ("1e5", &["1e5"]),
        (".5E+5u", &[".5E+5", "u"]),
        ("1e+", &["1", "e", "+"]),
        ("1ex", &["1", "ex"]),
        ("a.0", &["a", ".0"]),
        ("br'\\'", &["br'\\'"]),
        ("rb'\\''", &["rb", "'\\''"]),
        ("bar'x'", &["bar", "'x'"]),
        ("rr'\\''", &["rr", "'\\''"]),
        ("''''''", &["''''''"]),
        ("'''a'b''c'''", &["'''a'b''c'''"]),
        ("b\"\"\"\n\"\"\"", &["b\"\"\"\n\"\"\""]),
    ] {
        assert_eq!(tokens(text), expected, "{text}");
    }
}

#[test]
fn what_is_no_token_is_an_error() {
    for text in ["'a", "'a\n'", "'''a'", "\"a'", "r'\\", "b'"] {
        assert!(
            matches!(error(text), SyntaxError::OpenString { range } if range == (0..text.len())),
            "{text}"
        );
    }
    for (text, range) in [
        (r"'a\q'", 2..4),
        (r"'\u12'", 1..3),
        (r"'\400'", 1..3),
        (r"'\é'", 1..4),
        (r"'\", 1..2),
    ] {
        assert_eq!(error(text), SyntaxError::BadEscape { range }, "{text}");
    }
    for text in ["``", "`a", "`a:b`", "`é`"] {
        assert_eq!(error(text), SyntaxError::OpenName { range: 0..1 }, "{text}");
    }
    for (text, range) in [
        ("=", 0..1),
        ("a \u{a0}b", 2..4),
        ("'é'é", 4..6),
        ("a)", 1..2),
    ] {
        assert_eq!(error(text), SyntaxError::Unexpected { range }, "{text}");
    }
    assert_eq!(error("f((a)"), SyntaxError::Unclosed { range: 1..2 });
    assert_eq!(
        error("f([a)"),
        SyntaxError::WrongBracket {
            range: 4..5,
            opening: 2..3,
            expected: ']',
        }
    );
}

#[test]
fn a_comment_is_refused_where_a_folded_text_would_lose_what_follows() {
    for (text, range) in [("a // b && c", 2..11), ("a && // b\nc", 5..9), ("//", 0..2)] {
        assert_eq!(error(text), SyntaxError::Comment { range });
    }
    tokens("a == 'https://b' && c / d / e == 1");
    let skipped = scan("a // ( '\n // \n b//", Comments::Skip).unwrap();
    assert_eq!(skipped.0.len(), 2);
}
