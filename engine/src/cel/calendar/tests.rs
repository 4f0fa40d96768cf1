use super::*;

fn date(year: i64, month: i64, day: i64) -> Date {
    Date { year, month, day }
}

#[test]
fn known_days() {
    for (days, year, month, day) in [
        (0, 1970, 1, 1),
        (-1, 1969, 12, 31),
        (59, 1970, 3, 1),
        (11_016, 2000, 2, 29),
        (11_017, 2000, 3, 1),
        (20_512, 2026, 2, 28),
        (-719_162, 1, 1, 1),
        (2_932_896, 9999, 12, 31),
    ] {
        assert_eq!(Date::of(days), date(year, month, day), "{days}");
        assert_eq!(date(year, month, day).days(), days, "{year}-{month}-{day}");
    }
}

/// Counts days on one by one, from before year 1 to beyond year 9999.
#[test]
fn every_day() {
    let length = |year: i64, month| match month {
        4 | 6 | 9 | 11 => 30,
        2 if year.rem_euclid(4) == 0
            && (year.rem_euclid(100) != 0 || year.rem_euclid(400) == 0) =>
        {
            29
        }
        2 => 28,
        _ => 31,
    };
    let mut expected = date(-1, 12, 30);
    let first = expected.days();
    for days in first..first + 3_653_000 {
        assert_eq!(Date::of(days), expected);
        assert_eq!(expected.days(), days);
        expected.day += 1;
        if expected.day > length(expected.year, expected.month) {
            (expected.day, expected.month) = (1, expected.month + 1);
        }
        if expected.month > 12 {
            (expected.month, expected.year) = (1, expected.year + 1);
        }
    }
    assert!(expected.year > 9999);
}

#[test]
fn what_the_calendar_does_not_have() {
    for (year, month, day) in [
        (2023, 2, 29),
        (1900, 2, 29),
        (2024, 4, 31),
        (2024, 13, 1),
        (2024, 0, 1),
        (2024, 1, 0),
    ] {
        assert!(!date(year, month, day).exists(), "{year}-{month}-{day}");
    }
    assert!(date(2024, 2, 29).exists());
    assert_eq!(date(2024, 12, 31).day_of_year(), 365);
}
