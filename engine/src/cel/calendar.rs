//! Days and dates: the proleptic Gregorian calendar, in whole numbers.

/// Seconds of a day; leap seconds are not counted.
pub(super) const DAY: i64 = 86_400;

/// Days from 0000-03-01 to 1970-01-01. Years that begin in March have their leap day last.
const MARCH_0000: i64 = 719_468;
/// Days of 400 years, after which the calendar repeats itself.
const CYCLE: i64 = 146_097;

/// A date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Date {
    pub(super) year: i64,
    /// From 1.
    pub(super) month: i64,
    /// From 1.
    pub(super) day: i64,
}

impl Date {
    /// The date that many days after 1970-01-01.
    pub(super) fn of(days: i64) -> Self {
        let days = days + MARCH_0000;
        let (cycle, day) = (days.div_euclid(CYCLE), days.rem_euclid(CYCLE));
        // Of 1461 days of four years, 36524 of a century and all of the cycle, the last is a leap
        // day or missing: without them, years have 365 days.
        let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
        let day = day - (365 * year + year / 4 - year / 100);
        // Five months from March, and again from August, have 153 days.
        let month = (5 * day + 2) / 153;
        let day = day - (153 * month + 2) / 5 + 1;
        let (turn, month) = if month < 10 {
            (0, month + 3)
        } else {
            (1, month - 9)
        };
        Self {
            year: cycle * 400 + year + turn,
            month,
            day,
        }
    }

    /// How many days after 1970-01-01 it is.
    pub(super) fn days(self) -> i64 {
        let (year, month) = if self.month > 2 {
            (self.year, self.month - 3)
        } else {
            (self.year - 1, self.month + 9)
        };
        let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
        365 * year + leap_days + (153 * month + 2) / 5 + self.day - 1 - MARCH_0000
    }

    /// Whether the calendar has it.
    pub(super) fn exists(self) -> bool {
        (1..=12).contains(&self.month) && self.day >= 1 && Self::of(self.days()) == self
    }

    /// The day of its year, from 0.
    pub(super) fn day_of_year(self) -> i64 {
        let first = Self {
            year: self.year,
            month: 1,
            day: 1,
        };
        self.days() - first.days()
    }
}

#[cfg(test)]
mod tests;
