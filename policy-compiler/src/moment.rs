//! Times as people write them: RFC 3339.

use jiff::Timestamp;
use remit_engine::time::UnixTime;

/// Reads a time, `2026-01-01T12:00:00Z`. `None` for what is none, or lies before 1970 or after
/// 9999, where no token is valid.
#[must_use]
pub fn parse_time(text: &str) -> Option<UnixTime> {
    let timestamp: Timestamp = text.parse().ok()?;
    let millis = u64::try_from(timestamp.as_millisecond()).ok()?;
    Some(UnixTime::from_nanos(millis.checked_mul(1_000_000)?))
}

/// Writes a time in UTC.
#[must_use]
pub fn time_text(time: UnixTime) -> String {
    match Timestamp::from_millisecond(time.millis()) {
        Ok(timestamp) => timestamp.to_string(),
        // Beyond 9999, which no time that was read is.
        Err(_) => format!("{} ms", time.millis()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_read_and_written() {
        for (written, shown) in [
            ("2026-01-01T12:00:00Z", Some("2026-01-01T12:00:00Z")),
            (
                "2026-01-01T13:00:00.25+01:00",
                Some("2026-01-01T12:00:00.25Z"),
            ),
            ("1970-01-01T00:00:00Z", Some("1970-01-01T00:00:00Z")),
            ("1969-12-31T23:59:59Z", None),
            ("2026-01-01", None),
            ("2026-01-01T12:00:00", None),
            ("2026-02-30T12:00:00Z", None),
            ("now", None),
        ] {
            assert_eq!(
                parse_time(written).map(time_text).as_deref(),
                shown,
                "{written}"
            );
        }
    }
}
