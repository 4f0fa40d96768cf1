//! Where a decision runs: what the engine may ask of its host, answered by the gateway.

use remit_engine::crypto::{HostCrypto, HostVerdict};
use remit_engine::host::{Change, Host, Kept, Ledger, MarkId, Marked, Stored, Unavailable};
use remit_engine::plan::Algorithm;
use remit_engine::time::UnixTime;

use crate::gateway::Gateway;
use crate::histories::Histories;
use crate::marks::Marks;
use crate::offload::Offload;
use crate::vm::Vm;

/// The gateway and what is known of it, for one decision.
#[derive(Debug)]
pub struct Surroundings<'g, G> {
    gateway: &'g G,
    crypto: Offload<'g, G>,
    marks: Marks<'g, G>,
    histories: Histories<'g, G>,
}

impl<'g, G: Gateway> Surroundings<'g, G> {
    /// Of the request that the gateway is at.
    pub fn new(gateway: &'g G, vm: &'g Vm) -> Self {
        Self {
            gateway,
            crypto: Offload::new(gateway, &vm.crypto),
            marks: Marks::new(gateway, &vm.epoch),
            histories: Histories::new(gateway, vm),
        }
    }
}

impl<G: Gateway> HostCrypto for Surroundings<'_, G> {
    fn verify(
        &self,
        algorithm: Algorithm,
        spki: &[u8],
        signed: &[u8],
        signature: &[u8],
    ) -> HostVerdict {
        self.crypto.verify(algorithm, spki, signed, signature)
    }
}

impl<G: Gateway> Host for Surroundings<'_, G> {
    fn peer_certificate(&self) -> Result<Option<[u8; 32]>, Unavailable> {
        match self.gateway.peer_certificate() {
            Err(_) => Err(Unavailable),
            Ok(None) => Ok(None),
            // A client without a certificate: not every host says that there is none.
            Ok(Some(digest)) if digest.is_empty() => Ok(None),
            Ok(Some(digest)) => from_hex(&digest).map(Some).ok_or(Unavailable),
        }
    }

    fn is_marked(&self, ledger: Ledger, id: &MarkId, now: UnixTime) -> Result<bool, Unavailable> {
        self.marks.has(ledger, id, now)
    }

    fn mark(
        &self,
        ledger: Ledger,
        id: &MarkId,
        until: UnixTime,
        now: UnixTime,
    ) -> Result<Marked, Unavailable> {
        self.marks.set(ledger, id, until, now)
    }

    fn marked_since(&self) -> Result<UnixTime, Unavailable> {
        self.marks.since()
    }

    fn history(&self, room: u32, id: &MarkId, now: UnixTime) -> Result<Kept, Unavailable> {
        self.histories.get(room, id, now)
    }

    fn keep(&self, room: u32, change: &Change<'_>, now: UnixTime) -> Result<Stored, Unavailable> {
        self.histories.keep(room, change, now)
    }

    fn micros(&self) -> Result<Option<u64>, Unavailable> {
        let nanos = self.gateway.nanos().map_err(|_| Unavailable)?;
        Ok(Some(nanos / 1000))
    }
}

/// 32 bytes from 64 hexadecimal digits.
fn from_hex(digits: &[u8]) -> Option<[u8; 32]> {
    let (pairs, rest) = digits.as_chunks::<2>();
    let mut bytes = [0; 32];
    if pairs.len() != bytes.len() || !rest.is_empty() {
        return None;
    }
    for (byte, &[high, low]) in bytes.iter_mut().zip(pairs) {
        let digit = |digit: u8| char::from(digit).to_digit(16);
        *byte = u8::try_from(digit(high)? << 4 | digit(low)?).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests;
