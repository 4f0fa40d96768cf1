use std::collections::BTreeMap;

use super::{COMMENT_CHARACTERS, Item, Part, harmless, write};

const HOSTILE: &[&str] = &[
    "a\n  evil: {class: read, reviewed: true}",
    "\" }, evil: {\"x\": \"",
    "'\\\"\u{0}\u{7}\u{1b}[31mred\r\n---\n...",
    "\u{85}\u{2028}\u{2029}\u{202e}\u{feff}\u{e0041}",
    "# no: comment",
    "*x &y !z %TAG @a `b",
    "null",
    "~",
    "yes",
    "0x10",
    "",
    " ",
    "{",
    "- a",
    "? b",
    "a: b",
    "日本語 — “text”",
];

#[test]
fn any_text_comes_back_as_it_was_and_nothing_else_does() {
    for hostile in HOSTILE {
        for value in [
            Part::text(*hostile),
            Part::List(vec![Part::text(*hostile)]),
            Part::Braces(vec![((*hostile).to_owned(), Part::text(*hostile))]),
            Part::Block(vec![Item::new(*hostile, Part::text(*hostile))]),
        ] {
            let page = write(&[Item {
                comments: vec![(*hostile).to_owned()],
                key: "top".to_owned(),
                value: value.clone(),
            }]);
            let shown = page
                .chars()
                .all(|each| each == '\n' || super::is_shown(each) || each == '…');
            assert!(shown, "{page:?}");
            let back: BTreeMap<String, serde_json::Value> =
                serde_saphyr::from_str(&page).unwrap_or_else(|error| panic!("{page:?}: {error}"));
            let expected = match value {
                Part::Text(_) => serde_json::json!(hostile),
                Part::List(_) => serde_json::json!([hostile]),
                _ => serde_json::json!({*hostile: hostile}),
            };
            assert_eq!(
                back,
                BTreeMap::from([("top".to_owned(), expected)]),
                "{page:?}"
            );
        }
    }
}

#[test]
fn comments_are_lines_and_short() {
    assert_eq!(
        harmless("two\n lines\twith\u{1b}[2J"),
        "two lines with\\u001b[2J"
    );
    let long = harmless(&"word ".repeat(10_000));
    assert_eq!(long.chars().count(), COMMENT_CHARACTERS + 1);
    assert!(harmless(&"x".repeat(10_000)).chars().count() <= COMMENT_CHARACTERS + 1);
}
