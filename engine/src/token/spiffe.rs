//! SPIFFE IDs (SPIFFE-ID section 2, stable).

use crate::limits;

/// A SPIFFE ID in the one spelling that is compared: scheme and trust domain in lower case, a path
/// without empty or dot segments, no escapes, query or fragment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SpiffeId<'n> {
    trust_domain: &'n str,
    path: &'n str,
}

/// The text is no SPIFFE ID in the spelling that is compared, or longer than
/// [`limits::SPIFFE_ID_BYTES`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a SPIFFE ID")]
pub struct SpiffeIdError;

impl<'n> SpiffeId<'n> {
    /// Reads one.
    ///
    /// # Errors
    /// [`SpiffeIdError`].
    pub fn parse(name: &'n str) -> Result<Self, SpiffeIdError> {
        let rest = name.strip_prefix("spiffe://").ok_or(SpiffeIdError)?;
        let end = rest.find('/').unwrap_or(rest.len());
        let (trust_domain, path) = rest.split_at_checked(end).ok_or(SpiffeIdError)?;
        let well_formed = name.len() <= limits::SPIFFE_ID_BYTES
            && is_trust_domain(trust_domain)
            && path.split('/').skip(1).all(is_segment);
        well_formed
            .then_some(Self { trust_domain, path })
            .ok_or(SpiffeIdError)
    }

    /// Whose it is.
    #[must_use]
    pub fn trust_domain(&self) -> &'n str {
        self.trust_domain
    }

    /// What stands behind the trust domain, beginning with `/`; empty for the domain itself.
    #[must_use]
    pub fn path(&self) -> &'n str {
        self.path
    }
}

/// Whether a text is the name of a trust domain (SPIFFE-ID section 2.1).
#[must_use]
pub fn is_trust_domain(name: &str) -> bool {
    let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-._".contains(&b);
    (1..=255).contains(&name.len()) && name.bytes().all(fits)
}

fn is_segment(segment: &str) -> bool {
    let fits = |b: u8| b.is_ascii_alphanumeric() || b"-._".contains(&b);
    !matches!(segment, "" | "." | "..") && segment.bytes().all(fits)
}

/// Whether a name claims to be a SPIFFE ID, in whatever case.
pub(super) fn claims_to_be(name: &str) -> bool {
    name.get(..7)
        .is_some_and(|start| start.eq_ignore_ascii_case("spiffe:"))
}

#[cfg(test)]
mod tests;
