//! A token that may be believed.

use std::cell::{OnceCell, RefCell};
use std::rc::Rc;

use super::identity::Identity;
use super::keys::ReadyKey;
use super::restrictions::Restrictions;
use crate::cel::EvalError;
use crate::decision::Reason;
use crate::host::MarkId;
use crate::plan::{AudienceId, Datum, IssuerId, Per, ProgramId};
use crate::time::UnixTime;

/// What follows from a token's bytes, its issuer, the issuer's profile and keys: signature right,
/// claims of the right types, identities that the issuer may name. Whether it stands now
/// ([`VerifiedToken::stands_at`]) and here ([`VerifiedToken::is_for`]) is asked on every use.
#[derive(Debug)]
pub struct VerifiedToken {
    pub(super) issuer: IssuerId,
    pub(super) key: Rc<ReadyKey>,
    pub(super) identity: Identity,
    pub(super) subject: Option<String>,
    pub(super) id: Option<String>,
    pub(super) lifetime: Lifetime,
    pub(super) audiences: Vec<AudienceId>,
    pub(super) claims: Vec<Option<Datum>>,
    /// What else the token says that restricts it; most say nothing.
    pub(super) restrictions: Option<Box<Restrictions>>,
    pub(super) fingerprint: [u8; 16],
    /// The part of a record that is about the token, once one was written.
    pub(super) record_part: OnceCell<Box<str>>,
    /// Most bytes of that part.
    pub(super) record_bytes: usize,
    /// The position of the task that it may have under its plan, once that was looked for.
    pub(super) task: OnceCell<Result<usize, Reason>>,
    /// What programs that read only this token came to, by program.
    pub(super) kept: RefCell<Vec<(ProgramId, Result<bool, EvalError>)>>,
    /// How many of them there can be.
    pub(super) most_kept: usize,
    /// What its histories are found by, as far as they were asked for.
    pub(super) subjects: RefCell<Vec<(Per, MarkId)>>,
    /// How many of them there can be.
    pub(super) most_subjects: usize,
}

/// When a token stands (RFC 7519 sections 4.1.4 to 4.1.6).
#[derive(Debug, Clone, Copy)]
pub(super) struct Lifetime {
    pub(super) expires: UnixTime,
    pub(super) not_before: Option<UnixTime>,
    pub(super) issued_at: Option<UnixTime>,
    /// Clock difference that is allowed, in seconds.
    pub(super) leeway: u32,
    /// Longest life, in seconds: held against `iat` when the token is verified, and against the
    /// time where it has none.
    pub(super) longest: u32,
}

impl Lifetime {
    fn stands_at(&self, now: UnixTime) -> Result<(), Reason> {
        if now >= self.expires.plus_seconds(self.leeway) {
            return Err(Reason::TokenExpired);
        }
        let latest = now.plus_seconds(self.leeway);
        if self.not_before.is_some_and(|start| start > latest)
            || self.issued_at.is_some_and(|start| start > latest)
        {
            return Err(Reason::TokenNotYetValid);
        }
        if self.issued_at.is_none() && self.expires > latest.plus_seconds(self.longest) {
            return Err(Reason::LifetimeExceeded);
        }
        Ok(())
    }
}

impl VerifiedToken {
    /// Whose it is.
    #[must_use]
    pub fn issuer(&self) -> IssuerId {
        self.issuer
    }

    /// Whom it speaks for.
    #[must_use]
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// `sub`.
    #[must_use]
    pub fn subject(&self) -> Option<&str> {
        self.subject.as_deref()
    }

    /// `jti`; of a transaction token `txn`.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// `exp`.
    #[must_use]
    pub fn expires(&self) -> UnixTime {
        self.lifetime.expires
    }

    /// When it is refused as expired: `exp`, with the clock difference that is allowed.
    pub(crate) fn is_over_at(&self) -> UnixTime {
        self.lifetime.expires.plus_seconds(self.lifetime.leeway)
    }

    /// `iat`.
    #[must_use]
    pub fn issued_at(&self) -> Option<UnixTime> {
        self.lifetime.issued_at
    }

    /// The declared claims, by [`crate::plan::ClaimId`]; `None` where the token has none.
    #[must_use]
    pub fn claims(&self) -> &[Option<Datum>] {
        &self.claims
    }

    /// What restricts it beside its lifetime and audience.
    pub(crate) fn restrictions(&self) -> Option<&Restrictions> {
        self.restrictions.as_deref()
    }

    /// Whether the key that it was verified with has been taken back.
    pub(crate) fn key_is_withdrawn(&self) -> bool {
        self.key.is_withdrawn()
    }

    /// The first 16 bytes of the token's SHA-256 in hexadecimal: what records show of it.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        crate::text::hex(self.fingerprint.iter().copied())
    }

    /// What records say of the token, made once: the token does not change.
    pub(crate) fn record_part(&self, make: impl FnOnce(&Self) -> Box<str>) -> &str {
        self.record_part.get_or_init(|| make(self))
    }

    /// The position of its task in the plan, looked for once: token and plan do not change.
    pub(crate) fn task(
        &self,
        find: impl FnOnce(&Self) -> Result<usize, Reason>,
    ) -> Result<usize, Reason> {
        *self.task.get_or_init(|| find(self))
    }

    /// What a program that reads only this token came to before.
    pub(crate) fn kept(&self, program: ProgramId) -> Option<Result<bool, EvalError>> {
        let kept = self.kept.borrow();
        let found = kept.binary_search_by_key(&program, |(id, _)| *id).ok()?;
        kept.get(found).map(|(_, result)| *result)
    }

    /// Keeps what a program that reads only this token came to, for as many as its plan has, at
    /// most [`crate::limits::KEPT_RESULTS`].
    pub(crate) fn keep(&self, program: ProgramId, result: Result<bool, EvalError>) {
        let mut kept = self.kept.borrow_mut();
        if kept.len() >= self.most_kept {
            return;
        }
        if let Err(place) = kept.binary_search_by_key(&program, |(id, _)| *id) {
            if kept.capacity() == 0 {
                kept.reserve_exact(self.most_kept);
            }
            kept.insert(place, (program, result));
        }
    }

    /// What its histories of a kind are found by, worked out once: token and plan do not change.
    pub(crate) fn subjects(
        &self,
        per: Per,
        find: impl FnOnce(&Self) -> Result<Vec<MarkId>, Reason>,
    ) -> Result<Vec<MarkId>, Reason> {
        let mut known = self.subjects.borrow_mut();
        let found = known.iter().filter(|(one, _)| *one == per);
        let found: Vec<MarkId> = found.map(|(_, id)| *id).collect();
        if !found.is_empty() {
            return Ok(found);
        }
        let made = find(self)?;
        if known.len() + made.len() <= self.most_subjects {
            if known.capacity() == 0 {
                known.reserve_exact(self.most_subjects);
            }
            known.extend(made.iter().map(|id| (per, *id)));
        }
        Ok(made)
    }

    /// Whether its time has come and is not over (RFC 7519 sections 4.1.4 to 4.1.6).
    ///
    /// # Errors
    /// [`Reason::TokenExpired`], [`Reason::TokenNotYetValid`]; [`Reason::LifetimeExceeded`] of a
    /// token that does not say when it was issued and ends later than any should.
    pub fn stands_at(&self, now: UnixTime) -> Result<(), Reason> {
        let mission = self.restrictions().and_then(|one| one.mission_ends);
        if mission.is_some_and(|end| now >= end) {
            return Err(Reason::TokenExpired);
        }
        self.lifetime.stands_at(now)
    }

    /// Whether it was issued for an audience.
    ///
    /// # Errors
    /// [`Reason::WrongAudience`].
    pub fn is_for(&self, audience: AudienceId) -> Result<(), Reason> {
        if self.audiences.contains(&audience) {
            Ok(())
        } else {
            Err(Reason::WrongAudience)
        }
    }

    /// How much memory it takes at most, in bytes.
    pub(crate) fn bytes(&self) -> usize {
        let claims: usize = self.claims.iter().flatten().map(datum_bytes).sum();
        let identities = self.identity.named();
        let identities = identities.iter().filter_map(|(_, identity)| *identity);
        let texts = identities.chain(self.subject()).chain(self.id());
        let restrictions = self.restrictions().map_or(0, Restrictions::bytes);
        block(size_of::<Self>())
            + block(self.record_bytes)
            + block(self.audiences.capacity() * size_of::<AudienceId>())
            + texts.map(|text| block(text.len())).sum::<usize>()
            + block(self.claims.capacity() * size_of::<Option<Datum>>())
            + block(self.most_kept * size_of::<(ProgramId, Result<bool, EvalError>)>())
            + block(self.most_subjects * size_of::<(Per, MarkId)>())
            + claims
            + restrictions
    }
}

/// What an allocator takes for a block: its size rounded up, and a header.
pub(super) fn block(bytes: usize) -> usize {
    bytes.next_multiple_of(16) + 16
}

/// What a value takes beyond itself.
pub(super) fn datum_bytes(datum: &Datum) -> usize {
    match datum {
        Datum::String(text) | Datum::Type(text) => block(text.capacity()),
        Datum::Bytes(octets) => block(octets.capacity()),
        Datum::List(many) => {
            block(many.capacity() * size_of::<Datum>())
                + many.iter().map(datum_bytes).sum::<usize>()
        }
        Datum::Map(entries) => {
            let inside = entries
                .iter()
                .map(|(key, value)| datum_bytes(key) + datum_bytes(value));
            block(entries.capacity() * size_of::<(Datum, Datum)>()) + inside.sum::<usize>()
        }
        Datum::Optional(Some(value)) => block(size_of::<Datum>()) + datum_bytes(value),
        Datum::Null
        | Datum::Bool(_)
        | Datum::Int(_)
        | Datum::Uint(_)
        | Datum::Double(_)
        | Datum::Timestamp(_)
        | Datum::Duration(_)
        | Datum::Optional(None)
        | Datum::Ip(_)
        | Datum::Cidr(_) => 0,
    }
}

#[cfg(test)]
mod tests;
