use super::{Part, Problem, parse};

fn literal(text: &str) -> Part {
    Part::Literal(text.into())
}

#[test]
fn templates_are_read_part_by_part() {
    let capture = |name: &str| Part::Capture(name.into());
    let rest = |name: &str| Part::Rest(name.into());
    let cases = [
        ("ticket://all", vec![literal("ticket://all")]),
        (
            "ticket://tickets/{id}",
            vec![literal("ticket://tickets/"), capture("id")],
        ),
        (
            "repo+git://{owner}/{name}?at=main",
            vec![
                literal("repo+git://"),
                capture("owner"),
                literal("/"),
                capture("name"),
                literal("?at=main"),
            ],
        ),
        ("file:///{+path}", vec![literal("file:///"), rest("path")]),
        ("urn:x:{_a1}", vec![literal("urn:x:"), capture("_a1")]),
    ];
    for (text, expected) in cases {
        assert_eq!(parse(text), Ok(expected), "{text}");
    }
}

#[test]
fn what_could_be_matched_in_two_ways_is_refused() {
    let long = format!("a:{}", "x".repeat(remit_engine::limits::CALLED_BYTES));
    let cases = [
        ("tickets/{id}", Problem::NoScheme),
        ("{scheme}://x", Problem::NoScheme),
        ("Ticket://x", Problem::NoScheme),
        (":x", Problem::NoScheme),
        ("a:b c", Problem::Character),
        ("a:é", Problem::Character),
        ("a:{x", Problem::Brace),
        ("a:x}", Problem::Brace),
        ("a:{}", Problem::Name),
        ("a:{?x}", Problem::Name),
        ("a:{x,y}", Problem::Name),
        ("a:{1}", Problem::Name),
        ("a:{x}/{x}", Problem::SameName),
        ("a:{x}{y}", Problem::SideBySide),
        ("a:{x}{+y}", Problem::SideBySide),
        ("a:{+x}/y", Problem::RestInside),
        ("a:{+x}{y}", Problem::RestInside),
        (long.as_str(), Problem::TooLong),
    ];
    for (text, expected) in cases {
        assert_eq!(parse(text), Err(expected), "{text}");
    }
}
