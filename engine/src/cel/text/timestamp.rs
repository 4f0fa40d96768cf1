//! Timestamps as RFC 3339 text.

use std::fmt;

use super::write_fraction;
use crate::cel::calendar::{DAY, Date};
use crate::plan::Timestamp;

/// Reads RFC 3339 text, as `timestamp(…)` does: upper-case `T` and `Z`, no leap seconds, digits
/// below a nanosecond cut off.
pub(crate) fn timestamp(text: &str) -> Option<Timestamp> {
    let mut rest = text.as_bytes();
    let date = Date {
        year: number::<4>(&mut rest)?,
        month: after(b'-', &mut rest)?,
        day: after(b'-', &mut rest)?,
    };
    let hour = after(b'T', &mut rest)?;
    let minute = after(b':', &mut rest)?;
    let second = after(b':', &mut rest)?;
    if !date.exists() || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let nanos = fraction(&mut rest)?;
    let local = date.days() * DAY + hour * 3600 + minute * 60 + second;
    let read = Timestamp {
        seconds: local - offset(&mut rest)?,
        nanos,
    };
    (rest.is_empty() && read.is_in_range()).then_some(read)
}

/// So many digits.
fn number<const DIGITS: usize>(rest: &mut &[u8]) -> Option<i64> {
    let (digits, behind) = rest.split_first_chunk::<DIGITS>()?;
    *rest = behind;
    digits.iter().try_fold(0, |number, digit| {
        let digit = char::from(*digit).to_digit(10)?;
        Some(number * 10 + i64::from(digit))
    })
}

/// Two digits behind a sign.
fn after(sign: u8, rest: &mut &[u8]) -> Option<i64> {
    *rest = rest.strip_prefix(&[sign])?;
    number::<2>(rest)
}

/// Nanoseconds behind a point, if there is one.
fn fraction(rest: &mut &[u8]) -> Option<u32> {
    let Some(behind) = rest.strip_prefix(b".") else {
        return Some(0);
    };
    let end = behind.iter().position(|digit| !digit.is_ascii_digit())?;
    let (digits, behind) = behind.split_at_checked(end)?;
    *rest = behind;
    if digits.is_empty() {
        return None;
    }
    let filled = digits.iter().copied().chain(std::iter::repeat(b'0'));
    Some(filled.take(9).fold(0, |nanos, digit| {
        nanos * 10 + u32::from(digit.saturating_sub(b'0'))
    }))
}

/// Seconds east of UTC: `Z`, `+HH:MM` or `-HH:MM`.
fn offset(rest: &mut &[u8]) -> Option<i64> {
    let (sign, behind) = rest.split_first()?;
    *rest = behind;
    let sign = match sign {
        b'Z' => return Some(0),
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let (hours, minutes) = (number::<2>(rest)?, after(b':', rest)?);
    (hours <= 23 && minutes <= 59).then_some(sign * (hours * 3600 + minutes * 60))
}

pub(super) fn write(value: Timestamp, out: &mut dyn fmt::Write) -> fmt::Result {
    let date = Date::of(value.seconds.div_euclid(DAY));
    let second = value.seconds.rem_euclid(DAY);
    write!(
        out,
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}",
        date.year,
        date.month,
        date.day,
        second / 3600,
        second / 60 % 60,
        second % 60
    )?;
    write_fraction(value.nanos, out)?;
    out.write_str("Z")
}
