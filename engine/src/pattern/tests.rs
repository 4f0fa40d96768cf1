use crate::plan::{Pattern, Segment};

/// `spiffe://a/*` and the like, taken apart as the compiler does.
fn pattern(text: &str) -> Pattern {
    let (scheme, rest) = match text.split_once("://") {
        Some((scheme, rest)) => (format!("{scheme}://"), rest),
        None => (String::new(), text),
    };
    let segment = |segment: &str| match segment {
        "*" => Segment::Any,
        "**" => Segment::Rest,
        literal => Segment::Literal(literal.into()),
    };
    Pattern {
        scheme,
        segments: rest.split('/').map(segment).collect(),
    }
}

#[test]
fn covers_what_it_says_and_nothing_else() {
    for (text, covered, not_covered) in [
        (
            "spiffe://corp.example/support/*",
            &["spiffe://corp.example/support/triage"][..],
            &[
                "spiffe://corp.example/support",
                "spiffe://corp.example/support/",
                "spiffe://corp.example/support/a/b",
                "spiffe://corp.example/support/..",
                "spiffe://corp.example/Support/a",
                "spiffe://corp.example.evil/support/a",
                "http://corp.example/support/a",
                "corp.example/support/a",
            ][..],
        ),
        (
            "https://agents.partner.example/**",
            &[
                "https://agents.partner.example/a",
                "https://agents.partner.example/a/b/c",
            ],
            &[
                "https://agents.partner.example",
                "https://agents.partner.example/",
                "https://agents.partner.example/a//b",
                "https://agents.partner.example/a/../b",
                "https://agents.partner.example.evil/a",
                "https://agents.partner.example@evil/a",
            ],
        ),
        (
            "support-bot",
            &["support-bot"],
            &["support-bot2", "support-bot/x", "x://support-bot", ""],
        ),
        (
            "**",
            &["a", "a/b"],
            &["", "spiffe://corp.example/a", "a//b"],
        ),
    ] {
        let pattern = pattern(text);
        for identity in covered {
            assert!(pattern.matches(identity), "{text} {identity}");
        }
        for identity in not_covered {
            assert!(!pattern.matches(identity), "{text} {identity}");
        }
    }
}
