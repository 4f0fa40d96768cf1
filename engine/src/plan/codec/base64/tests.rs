use ::base64::Engine as _;
use ::base64::engine::general_purpose::STANDARD;

use super::{BYTES, CHARACTERS, decode_in_place};

fn in_place(text: &str) -> Option<Vec<u8>> {
    let mut text = text.as_bytes().to_vec();
    decode_in_place(&mut text).ok().map(|()| text)
}

#[test]
fn every_length_around_a_part_is_what_it_is_at_once() {
    let lengths = (0..8)
        .chain(BYTES - 4..BYTES + 5)
        .chain(2 * BYTES - 4..2 * BYTES + 5);
    for length in lengths {
        let bytes: Vec<u8> = (0..length).map(|at| (at % 251) as u8).collect();
        assert_eq!(in_place(&STANDARD.encode(&bytes)), Some(bytes), "{length}");
    }
}

#[test]
fn what_is_no_base64_at_once_is_none_in_parts() {
    let whole = STANDARD.encode(vec![7; 2 * BYTES]);
    let with = |at: usize, text: &str| {
        let mut changed = whole.clone();
        changed.replace_range(at..at + text.len(), text);
        changed
    };
    for (name, text) in [
        ("padding at the end of a part", with(CHARACTERS - 1, "=")),
        ("the same, twice", with(CHARACTERS - 2, "==")),
        ("padding in a part", with(CHARACTERS + 3, "=")),
        (
            "a character of the URL-safe alphabet",
            with(CHARACTERS + 5, "-"),
        ),
        ("a line end", with(CHARACTERS, "\n")),
        ("one character too few", whole.get(1..).unwrap().to_owned()),
        ("one character too many", format!("{whole}A")),
        ("padding behind the end", format!("{whole}====")),
        ("bits left over", "AB==".to_owned()),
    ] {
        assert!(STANDARD.decode(&text).is_err(), "{name}");
        assert_eq!(in_place(&text), None, "{name}");
    }
}
