//! What the workers tell each other about a source: one small shared value.

use remit_engine::time::UnixTime;

/// Milliseconds that an attempt to fetch is waited for.
pub(super) const TIMEOUT: u32 = 5000;
/// Milliseconds for which nobody else fetches: the attempt, and what it may take to publish it. A
/// worker that dies in between is not waited for any longer.
const LEASE: i64 = 7000;
/// Milliseconds between two fetches of a source that requests have asked for.
const ASKED_AT_MOST_EVERY: i64 = 60_000;
/// Milliseconds before a second attempt, and at most before any.
const BACK_OFF: (i64, i64) = (1000, 60_000);

/// The state of a source. Times are milliseconds since 1970; 0 is never.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Head {
    /// The attempt that brought the document in force; 0 where there is none.
    pub(super) version: u64,
    /// Attempts that were begun.
    pub(super) attempt: u64,
    /// Until when the last of them may be under way.
    pub(super) lease_until: i64,
    /// When the document was fetched.
    pub(super) fetched_at: i64,
    /// When the next attempt is due.
    pub(super) due_at: i64,
    /// When a request last asked for one.
    pub(super) asked_at: i64,
    /// Attempts that have failed since the document was fetched.
    pub(super) failures: i64,
}

const BYTES: usize = 7 * 8;

impl Head {
    /// From the bytes of [`Self::write`]; `None` for any others.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let bytes: &[u8; BYTES] = bytes.try_into().ok()?;
        let (words, _) = bytes.as_chunks::<8>();
        let [version, attempt, times @ ..]: &[[u8; 8]; 7] = words.try_into().ok()?;
        let [lease_until, fetched_at, due_at, asked_at, failures] = times.map(i64::from_le_bytes);
        Some(Self {
            version: u64::from_le_bytes(*version),
            attempt: u64::from_le_bytes(*attempt),
            lease_until,
            fetched_at,
            due_at,
            asked_at,
            failures,
        })
    }

    /// Seven words, little endian.
    pub(super) fn write(&self) -> Vec<u8> {
        let counts = [self.version, self.attempt].map(u64::to_le_bytes);
        let times = [
            self.lease_until,
            self.fetched_at,
            self.due_at,
            self.asked_at,
            self.failures,
        ];
        [
            counts.as_flattened(),
            times.map(i64::to_le_bytes).as_flattened(),
        ]
        .concat()
    }

    /// Whether an attempt is under way. A lease that ends later than one can is of a clock that
    /// was set back.
    pub(super) fn is_leased(&self, now: UnixTime) -> bool {
        (now.millis() + 1..=now.millis() + LEASE).contains(&self.lease_until)
    }

    /// Whether an attempt is due, or the clock was set back, so that one may never be.
    pub(super) fn is_due(&self, now: UnixTime) -> bool {
        self.due_at <= now.millis() || self.fetched_at > now.millis()
    }

    /// When it is worth looking again.
    pub(super) fn look_again_at(&self, now: UnixTime) -> i64 {
        if self.is_leased(now) {
            self.lease_until
        } else {
            self.due_at
        }
    }

    /// With an attempt begun; `None` where another has begun one, or none is due.
    pub(super) fn leased(self, now: UnixTime) -> Option<Self> {
        let free = self.is_due(now) && !self.is_leased(now);
        free.then(|| Self {
            attempt: self.attempt + 1,
            lease_until: now.millis() + LEASE,
            ..self
        })
    }

    /// With a fetch asked for; `None` where one was asked for in the last minute.
    pub(super) fn asked(self, now: UnixTime) -> Option<Self> {
        let since = now.millis() - self.asked_at;
        let too_soon = (0..ASKED_AT_MOST_EVERY).contains(&since);
        (!too_soon).then(|| Self {
            asked_at: now.millis(),
            due_at: now.millis(),
            ..self
        })
    }

    /// With the document of an attempt in force; `None` where a later attempt was begun.
    pub(super) fn published(self, attempt: u64, now: UnixTime, due_at: i64) -> Option<Self> {
        (self.attempt == attempt).then(|| Self {
            version: attempt,
            lease_until: 0,
            fetched_at: now.millis(),
            due_at,
            failures: 0,
            ..self
        })
    }

    /// With a failed attempt; `None` where a later one was begun.
    pub(super) fn failed(self, attempt: u64, now: UnixTime, chance: u64) -> Option<Self> {
        (self.attempt == attempt).then(|| {
            let failures = self.failures.saturating_add(1);
            Self {
                lease_until: 0,
                due_at: now.millis() + back_off(failures, chance),
                failures,
                ..self
            }
        })
    }
}

/// Milliseconds until the next attempt after so many failed ones: twice as many each time, and up
/// to a quarter more, so that processes which failed together do not come back together.
fn back_off(failures: i64, chance: u64) -> i64 {
    let (first, most) = BACK_OFF;
    let pause = (first << (failures - 1).clamp(0, 6)).min(most);
    pause + pause * i64::from((chance % 256) as u8) / 1024
}

#[cfg(test)]
mod tests;
