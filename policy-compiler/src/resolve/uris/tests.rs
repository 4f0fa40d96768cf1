use super::*;

fn template(text: &str) -> UriTemplate {
    let mut parts = UriTemplate::new();
    for (position, piece) in text.split(['{', '}']).enumerate() {
        match (position % 2, piece.strip_prefix('+')) {
            (0, _) if piece.is_empty() => {}
            (0, _) => parts.push(UriTemplatePart::Literal(piece.into())),
            (_, None) => parts.push(UriTemplatePart::Capture(piece.into())),
            (_, Some(name)) => parts.push(UriTemplatePart::Rest(name.into())),
        }
    }
    parts
}

fn automaton(text: &str) -> Automaton {
    Automaton::of(&template(text))
}

#[test]
fn what_two_templates_fit_is_found() {
    let cases = [
        ("t://{id}", "t://all", Some("t://all")),
        ("t://{a}", "t://{b}", Some("t://a")),
        ("t://{a}/x", "t://{a}", None),
        ("t://x/{a}", "t://{+rest}", Some("t://x/a")),
        ("t://{a}-b", "t://a-{b}", Some("t://a-b")),
        ("t://{a}.json", "t://{a}.yaml", None),
        ("t://a/", "t://{+rest}", None),
        ("t://a b", "t://{x}", None),
        ("t://x", "u://x", None),
    ];
    for (a, b, expected) in cases {
        let (left, right) = (automaton(a), automaton(b));
        assert_eq!(left.meets(&right).as_deref(), expected, "{a} {b}");
        assert_eq!(right.meets(&left).as_deref(), expected, "{b} {a}");
    }
}

#[test]
fn the_narrower_is_found() {
    let cases = [
        ("t://all", "t://{id}", true, false),
        ("t://{a}", "t://{b}", true, true),
        ("t://{a}-b", "t://a-{b}", false, false),
        ("t://{a}-b", "t://{x}", true, false),
        ("t://{a}/{b}", "t://{+rest}", true, false),
        ("t://{a}/x", "t://{a}/{b}", true, false),
        ("t://{a}-{b}", "t://{b}-{a}", true, true),
    ];
    for (a, b, within, around) in cases {
        let (left, right) = (automaton(a), automaton(b));
        assert_eq!(left.is_within(&right), within, "{a} {b}");
        assert_eq!(right.is_within(&left), around, "{b} {a}");
    }
}

#[test]
fn templates_that_are_too_much_work_are_taken_to_meet_and_not_to_be_narrower() {
    let many = |name: &str| {
        let pieces = (0..300).map(|at| format!("{{{name}{at}}}-"));
        automaton(&format!("t:{}", pieces.collect::<String>()))
    };
    let (a, b) = (many("a"), automaton("t:{x}"));
    assert!(a.is_within(&b));
    assert!(!a.is_within(&many("b")));
    assert!(a.meets(&many("b")).is_some());
}
