//! A host that has no crypto and keeps histories for one worker, in memory.

use std::cell::RefCell;

use remit_engine::crypto::{HostCrypto, HostVerdict, NoHostCrypto};
use remit_engine::host::{Change, Host, Kept, MarkId, Stored, Unavailable};
use remit_engine::plan::Algorithm;
use remit_engine::time::UnixTime;

/// What it keeps, of the few subjects that a case has.
#[derive(Debug, Default)]
pub struct Keeping(RefCell<Vec<(MarkId, Vec<u8>)>>);

impl HostCrypto for Keeping {
    fn verify(
        &self,
        algorithm: Algorithm,
        spki: &[u8],
        signed: &[u8],
        signature: &[u8],
    ) -> HostVerdict {
        NoHostCrypto.verify(algorithm, spki, signed, signature)
    }
}

impl Host for Keeping {
    fn history(&self, _room: u32, id: &MarkId, _now: UnixTime) -> Result<Kept, Unavailable> {
        let kept = self.0.borrow();
        let found = kept.iter().find(|(one, _)| one == id);
        Ok(Kept {
            bytes: found.map(|(_, bytes)| bytes.clone()),
            since: UnixTime::from_seconds(0),
        })
    }

    fn keep(&self, _room: u32, change: &Change<'_>, _now: UnixTime) -> Result<Stored, Unavailable> {
        let mut kept = self.0.borrow_mut();
        let after = change.after.to_vec();
        match (
            kept.iter_mut().find(|(id, _)| id == change.id),
            change.before,
        ) {
            (None, None) => kept.push((*change.id, after)),
            (Some((_, bytes)), Some(before)) if bytes == before => *bytes = after,
            _ => return Ok(Stored::Changed),
        }
        Ok(Stored::Done)
    }
}
