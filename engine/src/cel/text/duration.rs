//! Durations as text: numbers with units, as Go has them and CEL with it.

use std::fmt;

use super::write_fraction;
use crate::plan::Duration;

const SECOND: i64 = 1_000_000_000;

/// Units, in nanoseconds. Those that begin with another stand before it.
const UNITS: [(&str, i64); 8] = [
    ("ns", 1),
    ("us", 1_000),
    ("\u{b5}s", 1_000),
    ("\u{3bc}s", 1_000),
    ("ms", 1_000_000),
    ("s", SECOND),
    ("m", 60 * SECOND),
    ("h", 3600 * SECOND),
];

/// Reads text like `1h30m` or `-1.5s`, as `duration(…)` does. A bare `0` needs no unit.
pub(crate) fn duration(text: &str) -> Option<Duration> {
    let (sign, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (-1_i128, rest),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    if rest == "0" {
        return Some(Duration(0));
    }
    if rest.is_empty() {
        return None;
    }
    let mut sum = 0_i128;
    while !rest.is_empty() {
        sum = sum.checked_add(part(&mut rest)?)?;
    }
    i64::try_from(sign * sum).ok().map(Duration)
}

/// Digits behind a point that are looked at: what is cut off is far below a nanosecond.
const FRACTION_DIGITS: usize = 24;

/// A number and its unit, in nanoseconds; what is below one is cut off.
fn part(rest: &mut &str) -> Option<i128> {
    let whole = digits(rest);
    let fraction = match rest.strip_prefix('.') {
        Some(behind) => {
            *rest = behind;
            digits(rest)
        }
        None => "",
    };
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let (unit, behind) = UNITS
        .iter()
        .find_map(|(name, unit)| Some((i128::from(*unit), rest.strip_prefix(*name)?)))?;
    *rest = behind;
    let number = |digits: &str| match digits {
        "" => Some(0),
        digits => digits.parse::<i128>().ok(),
    };
    let fraction = fraction.get(..FRACTION_DIGITS).unwrap_or(fraction);
    let scale = 10_i128.checked_pow(u32::try_from(fraction.len()).ok()?)?;
    let below = number(fraction)?.checked_mul(unit)? / scale;
    number(whole)?.checked_mul(unit)?.checked_add(below)
}

fn digits<'t>(rest: &mut &'t str) -> &'t str {
    let end = rest.find(|each: char| !each.is_ascii_digit());
    let (digits, behind) = end
        .and_then(|end| rest.split_at_checked(end))
        .unwrap_or((rest, ""));
    *rest = behind;
    digits
}

/// Seconds, with what is below.
pub(super) fn write(value: Duration, out: &mut dyn fmt::Write) -> fmt::Result {
    let nanos = value.0.unsigned_abs();
    let second = SECOND.unsigned_abs();
    let sign = if value.0 < 0 { "-" } else { "" };
    write!(out, "{sign}{}", nanos / second)?;
    write_fraction(u32::try_from(nanos % second).unwrap_or(0), out)?;
    out.write_str("s")
}
