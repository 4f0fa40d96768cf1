use jiff::tz::TimeZoneDatabase;

use super::{END_SECOND, FIRST_SECOND, is_fixed, named, nearest};

/// The offset at a time.
fn offset(name: &str, at: i64) -> i32 {
    let zone = named(name).unwrap();
    let until = zone
        .transitions
        .iter()
        .take_while(|(since, _)| *since <= at);
    until.last().map_or(zone.first, |(_, offset)| *offset)
}

#[test]
fn offsets_are_those_of_the_database() {
    for (name, at, expected) in [
        ("UTC", 0, 0),
        ("Europe/Berlin", 1_700_000_000, 3600),
        // 2023-10-29T00:59:59Z and a second later.
        ("Europe/Berlin", 1_698_541_199, 7200),
        ("Europe/Berlin", 1_698_541_200, 3600),
        ("Asia/Kolkata", 1_700_000_000, 19_800),
        ("America/St_Johns", 1_700_000_000, -12_600),
        ("Australia/Sydney", 1_704_067_200, 39_600),
        // Local mean time, which had seconds, and before what is kept.
        ("Africa/Monrovia", FIRST_SECOND - 1, -2_588),
        // Summer time goes on beyond what the database lists: 2090-07-01T00:00:00Z.
        ("Europe/Berlin", 3_802_550_400, 7200),
        ("America/New_York", 3_802_550_400, -14_400),
    ] {
        assert_eq!(offset(name, at), expected, "{name} at {at}");
    }
}

#[test]
fn every_zone_is_in_order_and_small() {
    let database = TimeZoneDatabase::bundled();
    assert!(database.available().count() > 400);
    for name in database.available() {
        let name = name.as_str();
        let zone = named(name).unwrap();
        assert_eq!(zone.name, name);
        assert!(zone.transitions.is_sorted_by(|(a, _), (b, _)| a < b));
        assert!(zone.transitions.len() < 500, "{name}");
        for (at, offset) in &zone.transitions {
            assert!((FIRST_SECOND..END_SECOND).contains(at), "{name}");
            assert!(offset.abs() < 24 * 60 * 60, "{name}");
        }
    }
}

#[test]
fn a_name_is_spelt_as_in_the_database() {
    for name in [
        "europe/berlin",
        "Europe/Berln",
        "",
        "+01:00",
        "../etc/passwd",
        "Berlin",
    ] {
        assert_eq!(named(name), None, "{name}");
    }
}

#[test]
fn what_was_meant_is_told() {
    assert_eq!(nearest("Europe/Berln").as_deref(), Some("Europe/Berlin"));
    assert_eq!(
        nearest("america/new_york").as_deref(),
        Some("America/New_York")
    );
    assert_eq!(nearest("Nowhere at all, as far as anybody knows"), None);
}

#[test]
fn an_offset_needs_no_name() {
    for name in ["UTC", "+02:00", "-5:30", "02:00"] {
        assert!(is_fixed(name), "{name}");
    }
    for name in ["", "utc", "+02", "+002:00", "+ab:00", "Europe/Berlin"] {
        assert!(!is_fixed(name), "{name}");
    }
}
