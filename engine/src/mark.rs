//! What marks are found by.

use sha2::{Digest as _, Sha256};

use crate::host::MarkId;

/// The identifier of a mark over some names. Each stands there with its length, so that no two
/// lists of names come to the same by being joined.
pub(crate) fn id(names: &[&str]) -> MarkId {
    let mut hash = Sha256::new();
    for name in names {
        hash.update((name.len() as u64).to_be_bytes());
        hash.update(name.as_bytes());
    }
    let mut id = MarkId::default();
    for (to, from) in id.iter_mut().zip(hash.finalize()) {
        *to = from;
    }
    id
}

#[cfg(test)]
mod tests {
    use super::id;

    #[test]
    fn names_are_not_joined() {
        assert_eq!(id(&["a", "bc"]), id(&["a", "bc"]));
        assert_ne!(id(&["a", "bc"]), id(&["ab", "c"]));
        assert_ne!(id(&["a", ""]), id(&["a"]));
    }
}
