//! The documents that are in force, by source, and what they say of a token.

use std::cell::RefCell;

use super::deny_feed::{DenyFeed, Subject};
use super::status_list::{Status, StatusList};
use crate::decision::Reason;
use crate::limits;
use crate::plan::{Issuer, Plan, Source, SourceId, WhenStale};
use crate::time::UnixTime;
use crate::token::VerifiedToken;

/// What is in force.
#[derive(Debug)]
pub(crate) struct Held {
    lists: RefCell<Vec<Option<Fetched<StatusList>>>>,
    feed: RefCell<Option<Fetched<DenyFeed>>>,
}

/// A document and how long it may be gone by.
#[derive(Debug)]
pub(crate) struct Fetched<T> {
    pub(crate) document: T,
    /// The end of its own; `None`: it names none.
    pub(crate) good_until: Option<UnixTime>,
    /// When what it says was so: when it was fetched, or made where it says that.
    pub(crate) as_of: UnixTime,
}

/// Why it cannot be told whether a token stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoStanding {
    /// It does not.
    Revoked,
    /// The document was not fetched yet.
    NotThere(SourceId),
    /// It is older than the policy lets it be.
    Stale,
}

impl NoStanding {
    pub(crate) fn reason(self) -> Reason {
        match self {
            Self::Revoked => Reason::TokenRevoked,
            Self::NotThere(_) | Self::Stale => Reason::StandingUnknown,
        }
    }
}

impl Held {
    pub(crate) fn new(plan: &Plan) -> Self {
        Self {
            lists: RefCell::new(plan.sources.iter().map(|_| None).collect()),
            feed: RefCell::new(None),
        }
    }

    /// Puts a list in the place of the one before; says whether it is not older than that.
    pub(crate) fn put_list(&self, source: SourceId, list: Fetched<StatusList>) -> bool {
        let mut lists = self.lists.borrow_mut();
        let Some(place) = lists.get_mut(source.index()) else {
            return false;
        };
        let is_older = place
            .as_ref()
            .is_some_and(|known| list.document.issued_at() < known.document.issued_at());
        if !is_older {
            *place = Some(list);
        }
        !is_older
    }

    /// Puts a feed in the place of the one before; says whether it is not older than that.
    pub(crate) fn put_feed(&self, feed: Fetched<DenyFeed>) -> bool {
        let mut place = self.feed.borrow_mut();
        let is_older = place
            .as_ref()
            .is_some_and(|known| feed.document.issued_at() < known.document.issued_at());
        if !is_older {
            *place = Some(feed);
        }
        !is_older
    }

    /// Whether a token still stands, by its status list and the deny feed.
    pub(crate) fn check(
        &self,
        plan: &Plan,
        token: &VerifiedToken,
        now: UnixTime,
    ) -> Result<(), NoStanding> {
        if let Some((source, index)) = token.restrictions().and_then(|one| one.status) {
            let lists = self.lists.borrow();
            let list = lists.get(source.index()).and_then(Option::as_ref);
            if let Some(list) = current(plan, source, list, now)? {
                match list.at(index) {
                    Ok(Status::Valid) => {}
                    Ok(_) | Err(_) => return Err(NoStanding::Revoked),
                }
            }
        }
        if let Some(source) = plan.deny_feed {
            let feed = self.feed.borrow();
            if let Some(feed) = current(plan, source, feed.as_ref(), now)? {
                let subject = subject(plan, token);
                // Whoever stands in the token, as whatever, does not act through it.
                let mut actors: Vec<&str> = token.subject().into_iter().collect();
                if let Some(restrictions) = token.restrictions() {
                    actors.extend(restrictions.delegators());
                    actors.extend(restrictions.requested_by.as_deref());
                }
                let subject = Subject {
                    actors: &actors,
                    ..subject
                };
                if feed.denies(&subject, now).is_some() {
                    return Err(NoStanding::Revoked);
                }
            }
        }
        Ok(())
    }
}

/// A document if it counts; `None` where it does not and the policy lets that pass.
fn current<'f, T>(
    plan: &Plan,
    id: SourceId,
    fetched: Option<&'f Fetched<T>>,
    now: UnixTime,
) -> Result<Option<&'f T>, NoStanding> {
    let source = plan.sources.get(id.index());
    let source = source.ok_or(NoStanding::NotThere(id))?;
    let no_standing = match fetched {
        Some(fetched) if !is_stale(source, fetched, now) => return Ok(Some(&fetched.document)),
        Some(_) => NoStanding::Stale,
        None => NoStanding::NotThere(id),
    };
    match source.when_stale {
        WhenStale::Deny => Err(no_standing),
        // What an old one says against a token still holds.
        WhenStale::Ignore => Ok(fetched.map(|fetched| &fetched.document)),
    }
}

fn is_stale<T>(source: &Source, fetched: &Fetched<T>, now: UnixTime) -> bool {
    let is_too_old = |seconds| now >= fetched.as_of.plus_seconds(seconds);
    // A clock that was set back must not make it young again.
    let is_from_the_future = fetched.as_of > now.plus_seconds(limits::FEED_LEEWAY_SECONDS);
    is_from_the_future
        || fetched.good_until.is_some_and(|end| now >= end)
        || source.stale_after.is_some_and(is_too_old)
}

/// What a feed calls an issuer: its `iss`, or where the policy names none its trust domain.
fn name(issuer: &Issuer) -> &str {
    match &issuer.trust_domain {
        Some(domain) if issuer.issuer.is_empty() => domain,
        _ => &issuer.issuer,
    }
}

fn subject<'t>(plan: &'t Plan, token: &'t VerifiedToken) -> Subject<'t> {
    let identity = token.identity();
    let issuer = plan.issuers.get(token.issuer().index());
    Subject {
        issuer: issuer.map(name).unwrap_or_default(),
        jti: token.id(),
        session: identity.session.as_deref(),
        task_id: identity.task_id.as_deref(),
        tenant: identity.tenant.as_deref(),
        agent: &identity.agent,
        actors: &[],
        subject: token.subject(),
    }
}
