//! Names as they are kept: 128 bits of a SHA-256.

use sha2::{Digest as _, Sha256};

use super::Kind;

/// A name with whose it is. Whoever finds another name with the same key has done 2^128 hashes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key([u8; 16]);

/// What is hashed before all else, so that these hashes are no one else's.
const DOMAIN: &[u8] = b"remit deny feed 1";
/// What stands in a kind's place for a tenant and an issuer: behind every kind.
const TENANT: u8 = 0x80;
const ISSUER: u8 = 0x81;

impl Key {
    /// Of a name. An agent's is its own everywhere; any other is its issuer's to give, and is told
    /// apart by it.
    pub(super) fn of(kind: Kind, issuer: &str, name: &str) -> Self {
        match kind {
            Kind::Agent => Self::hash(kind as u8, &[name]),
            Kind::TokenId | Kind::Session | Kind::TaskId | Kind::Subject => {
                Self::hash(kind as u8, &[issuer, name])
            }
        }
    }

    pub(super) fn of_tenant(tenant: &str) -> Self {
        Self::hash(TENANT, &[tenant])
    }

    pub(super) fn of_issuer(issuer: &str) -> Self {
        Self::hash(ISSUER, &[issuer])
    }

    /// Every field has its length before it: no two lists of fields are the same bytes.
    fn hash(what: u8, fields: &[&str]) -> Self {
        let mut hash = Sha256::new_with_prefix(DOMAIN);
        hash.update([what]);
        for field in fields {
            hash.update((field.len() as u64).to_be_bytes());
            hash.update(field);
        }
        let mut first = [0; 16];
        for (to, from) in first.iter_mut().zip(hash.finalize()) {
            *to = from;
        }
        Self(first)
    }
}

#[cfg(test)]
mod tests {
    use super::{Key, Kind};

    #[test]
    fn fields_do_not_run_into_each_other() {
        assert_ne!(
            Key::of(Kind::TokenId, "ab", "c"),
            Key::of(Kind::TokenId, "a", "bc")
        );
        assert_ne!(
            Key::of(Kind::TokenId, "", "abc"),
            Key::of(Kind::TokenId, "abc", "")
        );
    }

    #[test]
    fn kinds_are_told_apart() {
        let keys = Kind::ALL.map(|kind| Key::of(kind, "i", "n"));
        let mut distinct = keys.to_vec();
        distinct.extend([Key::of_tenant("n"), Key::of_issuer("n")]);
        distinct.sort();
        distinct.dedup();
        assert_eq!(distinct.len(), keys.len() + 2);
    }

    #[test]
    fn an_agent_is_the_same_whoever_names_it() {
        let of = |issuer, kind| Key::of(kind, issuer, "spiffe://a/b");
        assert_eq!(of("i", Kind::Agent), of("j", Kind::Agent));
        assert_ne!(of("i", Kind::Subject), of("j", Kind::Subject));
    }
}
