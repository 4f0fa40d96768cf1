//! What tokens that turn out to be none may cost: a share of a worker's time, so that a flood of what
//! must be read and checked leaves the rest to what was.

use std::cell::Cell;

use crate::decision::Reason;
use crate::host::Host;
use crate::limits;
use crate::time::UnixTime;

/// Time that is left for signatures, as read off the host's clock. It fills up with time, to no
/// more than [`limits::SIGNATURE_BURST_MICROS`].
#[derive(Debug)]
pub(crate) struct Work {
    /// Microseconds; negative after a check that took longer than was left.
    left: Cell<i64>,
    filled_at: Cell<Option<UnixTime>>,
}

impl Work {
    pub(crate) fn new() -> Self {
        Self {
            left: Cell::new(limits::SIGNATURE_BURST_MICROS),
            filled_at: Cell::new(None),
        }
    }

    /// Checks something if there is time for it, and charges what it took where it fails: what an
    /// issuer has signed nobody else can make, so that only the rest has to be bounded.
    ///
    /// # Errors
    /// [`Reason::SignaturesExhausted`]; [`Reason::HostFailure`] where the clock fails.
    pub(crate) fn measured<T, F>(
        &self,
        now: UnixTime,
        host: &dyn Host,
        check: impl FnOnce() -> Result<T, F>,
    ) -> Result<Result<T, F>, Reason> {
        self.fill(now);
        if self.left.get() <= 0 {
            return Err(Reason::SignaturesExhausted);
        }
        let read = || host.micros().map_err(|_| Reason::HostFailure);
        let before = read()?;
        let done = check();
        if let (Err(_), Some(before)) = (&done, before) {
            let took = read()?.unwrap_or(before).saturating_sub(before);
            // A clock that was set forward is no work.
            let took = i64::try_from(took).unwrap_or(i64::MAX);
            let took = took.min(limits::SIGNATURE_BURST_MICROS);
            self.left.set(self.left.get().saturating_sub(took));
        }
        Ok(done)
    }

    fn fill(&self, now: UnixTime) {
        let since = self.filled_at.replace(Some(now)).unwrap_or(now);
        let millis = now.millis().saturating_sub(since.millis()).max(0);
        let filled = millis.saturating_mul(limits::SIGNATURE_MICROS_PER_MILLI);
        let left = self.left.get().saturating_add(filled);
        self.left.set(left.min(limits::SIGNATURE_BURST_MICROS));
    }
}

#[cfg(test)]
mod tests;
