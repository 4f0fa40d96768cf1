//! Parts of timestamps and durations.

use super::super::calendar::{DAY, Date};
use crate::cel::error::EvalError;
use crate::cel::value::Value;
use crate::plan::{Function, Timestamp, Zone};

const MILLISECOND: i64 = 1_000_000;
const SECOND: i64 = 1_000 * MILLISECOND;

/// A part of a timestamp in UTC, or of a duration.
pub(super) fn part<'v>(function: Function, a: &Value<'v>) -> Result<Value<'v>, EvalError> {
    match a {
        Value::Timestamp(time) => part_of(function, *time, 0).map(Value::Int),
        Value::Duration(duration) => {
            let nanos = duration.0;
            let part = match function {
                Function::GetHours => nanos / (3600 * SECOND),
                Function::GetMinutes => nanos / (60 * SECOND),
                Function::GetSeconds => nanos / SECOND,
                Function::GetMilliseconds => nanos / MILLISECOND % 1_000,
                _ => return Err(EvalError::Type),
            };
            Ok(Value::Int(part))
        }
        _ => Err(EvalError::Type),
    }
}

/// A part of a timestamp as clocks show it in a time zone.
pub(super) fn part_in<'v>(
    function: Function,
    a: &Value<'v>,
    zone: &Value<'v>,
    zones: &[Zone],
) -> Result<Value<'v>, EvalError> {
    let (Value::Timestamp(time), Value::String(zone)) = (a, zone) else {
        return Err(EvalError::Type);
    };
    let offset = offset(zone, time.seconds, zones).ok_or(EvalError::Argument)?;
    part_of(function, *time, offset).map(Value::Int)
}

fn part_of(function: Function, time: Timestamp, offset: i64) -> Result<i64, EvalError> {
    let local = time
        .seconds
        .checked_add(offset)
        .ok_or(EvalError::Overflow)?;
    let (days, second) = (local.div_euclid(DAY), local.rem_euclid(DAY));
    Ok(match function {
        Function::GetFullYear => Date::of(days).year,
        Function::GetMonth => Date::of(days).month - 1,
        Function::GetDate => Date::of(days).day,
        Function::GetDayOfMonth => Date::of(days).day - 1,
        Function::GetDayOfYear => Date::of(days).day_of_year(),
        // The first day of all was a Thursday.
        Function::GetDayOfWeek => (days + 4).rem_euclid(7),
        Function::GetHours => second / 3600,
        Function::GetMinutes => second / 60 % 60,
        Function::GetSeconds => second % 60,
        Function::GetMilliseconds => i64::from(time.nanos) / MILLISECOND,
        _ => return Err(EvalError::Type),
    })
}

/// Seconds east of UTC: of a zone by its name, or as it is written.
fn offset(zone: &str, seconds: i64, zones: &[Zone]) -> Option<i64> {
    if zone == "UTC" {
        return Some(0);
    }
    if let Some(zone) = zones.iter().find(|each| each.name == zone) {
        return Some(offset_of(zone, seconds));
    }
    fixed(zone)
}

/// What the last transition that is not in the future left behind.
fn offset_of(zone: &Zone, seconds: i64) -> i64 {
    let past = zone.transitions.partition_point(|(at, _)| *at <= seconds);
    let last = past
        .checked_sub(1)
        .and_then(|last| zone.transitions.get(last));
    i64::from(last.map_or(zone.first, |(_, offset)| *offset))
}

/// `+HH:MM`, `-HH:MM`, and `HH:MM`, which is east.
fn fixed(zone: &str) -> Option<i64> {
    if zone.len() > "+HH:MM".len() {
        return None;
    }
    let (sign, zone) = match zone.strip_prefix('-') {
        Some(zone) => (-1, zone),
        None => (1, zone.strip_prefix('+').unwrap_or(zone)),
    };
    let (hours, minutes) = zone.split_once(':')?;
    let (hours, minutes) = (two_digits(hours)?, two_digits(minutes)?);
    // No zone is further from UTC than that (CEL specification, "Timezones").
    (hours <= 14 && minutes <= 59).then_some(sign * (hours * 3600 + minutes * 60))
}

fn two_digits(text: &str) -> Option<i64> {
    let is_digits = text.len() == 2 && text.bytes().all(|each| each.is_ascii_digit());
    is_digits.then(|| text.parse().ok()).flatten()
}
