//! Named time zones: from the IANA time zone database to what a plan holds of one.
//!
//! The database travels with the compiler, so that a policy means the same wherever it is
//! compiled; a plan holds only the zones that the policy names, and of each the years from 1900 to
//! 2099. Before and behind them the offset is that of the nearest time inside.

use jiff::Timestamp;
use jiff::tz::{TimeZone, TimeZoneDatabase};
use remit_engine::plan::Zone;

use crate::diagnostic;

/// 1900-01-01T00:00:00Z, in seconds since the epoch.
const FIRST_SECOND: i64 = -2_208_988_800;
/// 2100-01-01T00:00:00Z.
const END_SECOND: i64 = 4_102_444_800;

/// A zone by its name, spelt as the database spells it.
pub(super) fn named(name: &str) -> Option<Zone> {
    let zone = TimeZoneDatabase::bundled().get(name).ok()?;
    if zone.iana_name() != Some(name) {
        return None;
    }
    cut(name, &zone)
}

/// The name that was meant.
pub(super) fn nearest(name: &str) -> Option<String> {
    let names: Vec<String> = TimeZoneDatabase::bundled()
        .available()
        .map(|name| name.as_str().to_owned())
        .collect();
    diagnostic::nearest(name, names.iter().map(String::as_str)).map(str::to_owned)
}

/// Whether a name says its offset itself: `UTC`, `+02:00`, `-5:30`.
pub(super) fn is_fixed(name: &str) -> bool {
    let digits = name.strip_prefix(['+', '-']).unwrap_or(name);
    let two =
        |text: &str| matches!(text.len(), 1 | 2) && text.bytes().all(|each| each.is_ascii_digit());
    name == "UTC"
        || digits
            .split_once(':')
            .is_some_and(|(hours, minutes)| two(hours) && two(minutes))
}

fn cut(name: &str, zone: &TimeZone) -> Option<Zone> {
    let start = Timestamp::from_second(FIRST_SECOND).ok()?;
    let first = zone.to_offset(start).seconds();
    let mut last = first;
    let mut transitions = Vec::new();
    for transition in zone.following(start) {
        let (at, offset) = (transition.timestamp().as_second(), transition.offset());
        if at >= END_SECOND {
            break;
        }
        // Others change the name of the time or whether it is summer time.
        if offset.seconds() != last {
            last = offset.seconds();
            transitions.push((at, last));
        }
    }
    Some(Zone {
        name: name.to_owned(),
        first,
        transitions,
    })
}

#[cfg(test)]
mod tests;
