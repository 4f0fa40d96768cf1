//! What a decision asks of where it runs, for one request that is tried.

use std::cell::RefCell;
use std::collections::BTreeMap;

use remit_engine::crypto::{HostCrypto, HostVerdict};
use remit_engine::host::{Change, Host, Kept, Ledger, MarkId, Marked, Stored, Unavailable};
use remit_engine::plan::Algorithm;
use remit_engine::time::UnixTime;

/// A host that keeps its marks to itself: requests that have the same one know of each other, and
/// of no others.
#[derive(Debug, Default)]
pub struct TrialHost {
    /// SHA-256 of the certificate that the client shows.
    certificate: Option<[u8; 32]>,
    /// Until when each holds.
    marks: RefCell<BTreeMap<(Ledger, MarkId), UnixTime>>,
    /// What is kept, and until when.
    histories: RefCell<BTreeMap<MarkId, (Vec<u8>, UnixTime)>>,
}

impl TrialHost {
    /// One without marks, whose client shows this certificate.
    #[must_use]
    pub fn showing(certificate: Option<[u8; 32]>) -> Self {
        Self {
            certificate,
            ..Self::default()
        }
    }

    /// The next client shows this certificate.
    pub(super) fn shows(&mut self, certificate: Option<[u8; 32]>) {
        self.certificate = certificate;
    }

    /// The same with its marks, for the next client.
    #[must_use]
    pub fn then_showing(self, certificate: Option<[u8; 32]>) -> Self {
        Self {
            certificate,
            ..self
        }
    }
}

impl HostCrypto for TrialHost {
    fn verify(&self, _: Algorithm, _: &[u8], _: &[u8], _: &[u8]) -> HostVerdict {
        HostVerdict::Unsupported
    }
}

impl Host for TrialHost {
    fn peer_certificate(&self) -> Result<Option<[u8; 32]>, Unavailable> {
        Ok(self.certificate)
    }

    fn is_marked(&self, ledger: Ledger, id: &MarkId, now: UnixTime) -> Result<bool, Unavailable> {
        let marks = self.marks.borrow();
        Ok(marks.get(&(ledger, *id)).is_some_and(|until| now < *until))
    }

    fn mark(
        &self,
        ledger: Ledger,
        id: &MarkId,
        until: UnixTime,
        now: UnixTime,
    ) -> Result<Marked, Unavailable> {
        let mut marks = self.marks.borrow_mut();
        let before = marks.get(&(ledger, *id)).copied();
        let before = before.filter(|end| now < *end);
        let later = before.map_or(until, |end| end.max(until));
        marks.insert((ledger, *id), later);
        Ok(before.map_or(Marked::New, |_| Marked::Before))
    }

    fn history(&self, _: u32, id: &MarkId, now: UnixTime) -> Result<Kept, Unavailable> {
        let histories = self.histories.borrow();
        let kept = histories.get(id).filter(|(_, until)| now < *until);
        Ok(Kept {
            bytes: kept.map(|(bytes, _)| bytes.clone()),
            since: UnixTime::from_seconds(0),
        })
    }

    fn keep(&self, _: u32, change: &Change<'_>, now: UnixTime) -> Result<Stored, Unavailable> {
        let mut histories = self.histories.borrow_mut();
        let kept = histories.get(change.id).filter(|(_, until)| now < *until);
        if kept.map(|(bytes, _)| bytes.as_slice()) != change.before {
            return Ok(Stored::Changed);
        }
        histories.insert(*change.id, (change.after.to_vec(), change.until));
        Ok(Stored::Done)
    }

    fn marked_since(&self) -> Result<UnixTime, Unavailable> {
        Ok(UnixTime::from_seconds(0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_hold_until_their_end() {
        let host = TrialHost::default();
        let at = UnixTime::from_seconds;
        let id = [7; 16];
        let mark = |until, now| host.mark(Ledger::Used, &id, at(until), at(now));
        let marked = |ledger, now| host.is_marked(ledger, &id, at(now));
        assert_eq!(marked(Ledger::Used, 10), Ok(false));
        assert_eq!(mark(20, 10), Ok(Marked::New));
        assert_eq!(mark(15, 11), Ok(Marked::Before));
        assert_eq!(marked(Ledger::Used, 19), Ok(true), "the later end counts");
        assert_eq!(marked(Ledger::Ended, 19), Ok(false));
        assert_eq!(marked(Ledger::Used, 20), Ok(false));
        assert_eq!(mark(30, 20), Ok(Marked::New));
    }
}
