//! The keys of every issuer: those of the plan, and those that were fetched in their place.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use super::jws::Header;
use crate::crypto::{KeyError, PublicKey};
use crate::limits;
use crate::plan::{Algorithm, Issuer, IssuerId, Key, Plan};

/// A key, ready for use, until its issuer takes it back.
#[derive(Debug)]
pub(crate) struct ReadyKey {
    key: Key,
    public: PublicKey,
    withdrawn: Cell<bool>,
}

impl ReadyKey {
    fn new(key: &Key) -> Result<Rc<Self>, KeyError> {
        Ok(Rc::new(Self {
            public: PublicKey::from_spki(key.kind, &key.spki)?,
            key: key.clone(),
            withdrawn: Cell::new(false),
        }))
    }

    pub(crate) fn key(&self) -> &Key {
        &self.key
    }

    pub(crate) fn public(&self) -> &PublicKey {
        &self.public
    }

    /// Whether its issuer no longer publishes it: what it has signed no longer stands.
    pub(crate) fn is_withdrawn(&self) -> bool {
        self.withdrawn.get()
    }
}

/// Why there is no key for a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoKey {
    /// The issuer's keys were not fetched yet.
    NotThere,
    /// None of them fits.
    Unknown,
    /// The token names none and more than one fits.
    Unclear,
}

/// The keys of all issuers of a plan.
#[derive(Debug)]
pub(crate) struct KeyRing {
    issuers: RefCell<Vec<Keys>>,
    /// Keys of those who approve single calls.
    approvers: Vec<Rc<ReadyKey>>,
}

#[derive(Debug)]
struct Keys {
    ready: Vec<Rc<ReadyKey>>,
    /// Whether these are the issuer's, or none because they were not fetched yet.
    are_there: bool,
}

impl KeyRing {
    pub(crate) fn new(plan: &Plan) -> Result<Self, KeyError> {
        let keys = |issuer: &Issuer| {
            let ready = issuer.keys.iter().map(ReadyKey::new);
            Ok(Keys {
                ready: ready.collect::<Result<_, _>>()?,
                are_there: issuer.key_source.is_none() || !issuer.keys.is_empty(),
            })
        };
        let issuers = plan.issuers.iter().map(keys).collect::<Result<_, _>>()?;
        let approvals = plan.approvals.iter();
        let approvers = approvals.flat_map(|one| &one.keys).map(ReadyKey::new);
        Ok(Self {
            approvers: approvers.collect::<Result<_, _>>()?,
            issuers: RefCell::new(issuers),
        })
    }

    /// The key for a token with this header. One that names a key gets that or none (RFC 7515
    /// section 4.1.4); one that names none gets a key only where there is nothing to choose.
    pub(crate) fn find(
        &self,
        issuer: IssuerId,
        header: &Header<'_>,
        algorithm: Algorithm,
    ) -> Result<Rc<ReadyKey>, NoKey> {
        let issuers = self.issuers.borrow();
        let keys = issuers.get(issuer.index()).ok_or(NoKey::Unknown)?;
        if !keys.are_there {
            return Err(NoKey::NotThere);
        }
        let kid = header.kid.as_deref();
        if kid.is_some_and(|kid| kid.len() > limits::KID_BYTES) {
            return Err(NoKey::Unknown);
        }
        let mut fitting = keys.ready.iter().filter(|ready| {
            let named = kid.is_none_or(|kid| ready.key.kid.as_deref() == Some(kid));
            named && ready.key.fits(algorithm)
        });
        let found = fitting.next().ok_or(NoKey::Unknown)?;
        if fitting.next().is_some() {
            return Err(NoKey::Unclear);
        }
        Ok(Rc::clone(found))
    }

    /// The Ed25519 key for an approval with this header: the one that it names, if both have a
    /// name, and none where there is something to choose.
    pub(crate) fn approver(&self, header: &Header<'_>) -> Option<&Rc<ReadyKey>> {
        let kid = header.kid.as_deref();
        let mut fitting = self.approvers.iter().filter(|ready| {
            let own = ready.key.kid.as_deref();
            let named = kid.is_none() || own.is_none() || kid == own;
            named && ready.key.fits(Algorithm::EdDsa)
        });
        let found = fitting.next()?;
        fitting.next().is_none().then_some(found)
    }

    /// Puts an issuer's keys in the place of those before; says whether anything changed. What
    /// stays is the same key as before, and what goes is withdrawn, so that whatever was verified
    /// by it knows. A key that cannot be used is left out.
    pub(crate) fn replace(&self, issuer: IssuerId, keys: &[Key]) -> bool {
        let mut issuers = self.issuers.borrow_mut();
        let Some(known) = issuers.get_mut(issuer.index()) else {
            return false;
        };
        let before = std::mem::take(&mut known.ready);
        let stays = |key: &Key| before.iter().find(|ready| ready.key == *key).cloned();
        let ready = keys
            .iter()
            .filter_map(|key| stays(key).or_else(|| ReadyKey::new(key).ok()));
        known.ready = ready.collect();
        let mut changed = !known.are_there || known.ready.len() != before.len();
        known.are_there = true;
        for old in before {
            if !known.ready.iter().any(|ready| Rc::ptr_eq(ready, &old)) {
                old.withdrawn.set(true);
                changed = true;
            }
        }
        changed
    }
}

#[cfg(test)]
mod tests;
