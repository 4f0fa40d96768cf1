//! The deny feed: tokens, sessions, tasks, agents and subjects that count no more, each until a
//! time.
//!
//! The format is ours and is told in `docs/standing.md`. Of the names only hashes are kept, so that
//! a long feed takes little memory and a look-up none.

mod key;
mod read;

use key::Key;

use crate::time::UnixTime;

/// What is denied. The one table of what a feed can name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// One token.
    TokenId,
    /// A session.
    Session,
    /// A run of a task.
    TaskId,
    /// An agent, wherever it stands in a token.
    Agent,
    /// A principal.
    Subject,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 5] = [
        Self::TokenId,
        Self::Session,
        Self::TaskId,
        Self::Agent,
        Self::Subject,
    ];

    /// The member of an entry that names it.
    #[must_use]
    pub fn member(self) -> &'static str {
        match self {
            Self::TokenId => "jti",
            Self::Session => "sid",
            Self::TaskId => "task_id",
            Self::Agent => "agent",
            Self::Subject => "sub",
        }
    }
}

/// What a token is about, as far as a feed can name it.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'t> {
    /// `iss`.
    pub issuer: &'t str,
    /// `jti`.
    pub jti: Option<&'t str>,
    /// The session, by the issuer's name for it.
    pub session: Option<&'t str>,
    /// The run of a task.
    pub task_id: Option<&'t str>,
    /// The tenant.
    pub tenant: Option<&'t str>,
    /// Who asks.
    pub agent: &'t str,
    /// Everyone in the token's `act` chain: a denied agent does not act through others.
    pub actors: &'t [&'t str],
    /// `sub`.
    pub subject: Option<&'t str>,
}

/// A feed that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DenyFeed {
    issued_at: UnixTime,
    /// The entries of each [`Kind`], in order.
    lists: [Box<[Entry]>; Kind::ALL.len()],
}

/// In the order of its members: entries of one name stand together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Entry {
    key: Key,
    /// The issuer of an agent, the tenant of a task, where the entry is for that one alone.
    scope: Option<Key>,
    until: UnixTime,
}

/// Why a feed is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DenyFeedError {
    /// It is longer than [`DENY_FEED_BYTES`](crate::limits::DENY_FEED_BYTES).
    #[error("the feed is too long")]
    TooLong,
    /// It has more entries than [`DENY_FEED_ENTRIES`](crate::limits::DENY_FEED_ENTRIES).
    #[error("the feed has too many entries")]
    TooMany,
    /// It is not JSON, repeats a member, or has more values than entries can have.
    #[error("the feed is not strict JSON")]
    NotJson,
    /// It is not of version 1, or a member is missing, unknown or of the wrong type.
    #[error("the feed is not one of version 1")]
    Form,
    /// An entry is malformed, or has a member that is not known.
    #[error("entry {position} of the feed is malformed")]
    Entry {
        /// Its position in `deny`, from 0.
        position: usize,
    },
}

impl DenyFeed {
    /// Reads a feed. One that has anything in it that is not understood is refused as a whole: it
    /// may be what somebody is to be kept out by.
    ///
    /// # Errors
    /// [`DenyFeedError`].
    pub fn parse(text: &[u8]) -> Result<Self, DenyFeedError> {
        read::feed(text)
    }

    /// When it was made. Whoever keeps a feed takes no older one in its place, and measures by this
    /// how stale it is.
    #[must_use]
    pub fn issued_at(&self) -> UnixTime {
        self.issued_at
    }

    /// What a token is denied for, if it is. Takes one hash for each name that the token has and
    /// the feed has entries of the kind of, and one more for tenant or issuer where an entry asks
    /// for it.
    #[must_use]
    pub fn denies(&self, token: &Subject<'_>, now: UnixTime) -> Option<Kind> {
        let named = [
            (Kind::TokenId, token.jti),
            (Kind::Session, token.session),
            (Kind::TaskId, token.task_id),
            (Kind::Agent, Some(token.agent)),
            (Kind::Subject, token.subject),
        ];
        let actors = token.actors.iter().map(|actor| (Kind::Agent, Some(*actor)));
        let mut named = named.into_iter().chain(actors);
        named.find_map(|(kind, name)| {
            let list = self.lists.get(kind as usize)?;
            let found = among(list, kind, name?, token, now);
            found.then_some(kind)
        })
    }

    /// How much memory it takes, in bytes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let entries: usize = self.lists.iter().map(|list| list.len()).sum();
        size_of::<Self>() + entries * size_of::<Entry>()
    }
}

fn among(list: &[Entry], kind: Kind, name: &str, token: &Subject<'_>, now: UnixTime) -> bool {
    if list.is_empty() {
        return false;
    }
    let key = Key::of(kind, token.issuer, name);
    let start = list.partition_point(|entry| entry.key < key);
    let same = list.iter().skip(start).take_while(|entry| entry.key == key);
    let mut scope = None;
    let mut standing = same.filter(|entry| now < entry.until);
    standing.any(|entry| {
        entry.scope.is_none() || entry.scope == *scope.get_or_insert_with(|| scope_of(kind, token))
    })
}

fn scope_of(kind: Kind, token: &Subject<'_>) -> Option<Key> {
    match kind {
        Kind::TaskId => token.tenant.map(Key::of_tenant),
        Kind::Agent => Some(Key::of_issuer(token.issuer)),
        Kind::TokenId | Kind::Session | Kind::Subject => None,
    }
}

#[cfg(test)]
mod tests;
