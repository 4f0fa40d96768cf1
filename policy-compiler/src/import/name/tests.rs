use super::{Names, is_name, near};

#[test]
fn names_near_to_a_text_are_names() {
    for (text, expected) in [
        ("search_tickets", "search_tickets"),
        ("ns/export.v2", "ns-export-v2"),
        ("..a..b..", "a-b"),
        ("2fa", "tool-2fa"),
        ("", "tool"),
        ("\u{1b}[31m\n", "tool-31m"),
        ("日本", "tool"),
    ] {
        assert_eq!(near(text, "tool"), expected);
    }
    for text in ["x".repeat(300), "9".repeat(300), "-é".repeat(300)] {
        assert!(is_name(&near(&text, "tool")), "{text}");
    }
}

#[test]
fn no_two_get_the_same_name() {
    let mut names = Names::default();
    assert!(names.take("a-b"));
    assert!(!names.take("a-b"));
    assert_eq!(names.make("a/b", "tool"), "a-b-tool");
    assert_eq!(names.make("a.b", "tool"), "a-b-2");
    assert_eq!(names.make("a:b", "tool"), "a-b-3");
    let long = "x".repeat(64);
    let made: Vec<String> = (0..5).map(|_| names.make(&long, "tool")).collect();
    assert!(made.iter().all(|name| is_name(name)));
    let distinct: std::collections::BTreeSet<&String> = made.iter().collect();
    assert_eq!(distinct.len(), made.len());
}
