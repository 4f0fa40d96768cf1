//! Points in time. The engine reads no clock; whoever calls it says what time it is.

/// Milliseconds since 1970-01-01T00:00:00Z, leap seconds not counted (POSIX time).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct UnixTime(i64);

/// The last second of the year 9999: a NumericDate beyond it is refused.
const LAST_SECOND: i64 = 253_402_300_799;

impl UnixTime {
    /// From whole seconds. Times outside 1970 to 9999 are cut to that span.
    #[must_use]
    pub fn from_seconds(seconds: i64) -> Self {
        Self(seconds.clamp(0, LAST_SECOND).saturating_mul(1000))
    }

    /// From milliseconds since the epoch.
    #[must_use]
    pub fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// From nanoseconds, as a proxy-wasm host gives them. What is below a millisecond is cut off.
    #[must_use]
    pub fn from_nanos(nanos: u64) -> Self {
        Self(i64::try_from(nanos / 1_000_000).unwrap_or(i64::MAX))
    }

    /// From a NumericDate (RFC 7519 section 2): seconds, whole or not. `None` outside 1970 to
    /// 9999, and for what is not a number.
    #[must_use]
    pub fn from_numeric_date(seconds: f64) -> Option<Self> {
        #[expect(
            clippy::cast_precision_loss,
            reason = "the last second is far below 2^53"
        )]
        let last = LAST_SECOND as f64;
        if !(0.0..=last).contains(&seconds) {
            return None;
        }
        #[expect(
            clippy::cast_possible_truncation,
            reason = "the range was checked above"
        )]
        Some(Self((seconds * 1000.0).floor() as i64))
    }

    /// Whole seconds since the epoch.
    #[must_use]
    pub fn seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// Milliseconds since the epoch.
    #[must_use]
    pub fn millis(self) -> i64 {
        self.0
    }

    /// This time and so many seconds.
    #[must_use]
    pub fn plus_seconds(self, seconds: u32) -> Self {
        Self(self.0.saturating_add(i64::from(seconds) * 1000))
    }
}
