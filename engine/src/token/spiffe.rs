//! The syntax of SPIFFE IDs (SPIFFE-ID section 2, stable).

use crate::limits;

/// Whether a name claims to be a SPIFFE ID, in whatever case.
pub(super) fn claims_to_be(name: &str) -> bool {
    name.get(..7)
        .is_some_and(|start| start.eq_ignore_ascii_case("spiffe:"))
}

/// Whether a name is a SPIFFE ID in the one spelling that is compared: scheme and trust domain in
/// lower case, a path without empty or dot segments, no escapes, query or fragment.
pub(super) fn is_id(name: &str) -> bool {
    let Some(rest) = name.strip_prefix("spiffe://") else {
        return false;
    };
    let mut parts = rest.split('/');
    let trust_domain = parts.next().unwrap_or_default();
    let in_domain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-._".contains(&b);
    let in_path = |b: u8| b.is_ascii_alphanumeric() || b"-._".contains(&b);
    name.len() <= limits::IDENTITY_BYTES
        && (1..=255).contains(&trust_domain.len())
        && trust_domain.bytes().all(in_domain)
        && parts.all(|part| !matches!(part, "" | "." | "..") && part.bytes().all(in_path))
}

#[cfg(test)]
mod tests {
    use super::{claims_to_be, is_id};

    #[test]
    fn one_spelling_is_accepted() {
        for name in [
            "spiffe://a",
            "spiffe://corp.example/support/desk-1",
            "spiffe://1.2.3.4/A_b.c/...",
        ] {
            assert!(claims_to_be(name) && is_id(name), "{name}");
        }
        for name in [
            "spiffe://",
            "spiffe:///a",
            "SPIFFE://a/b",
            "spiffe:a",
            "spiffe:/a/b",
            "spiffe://A/b",
            "spiffe://a/",
            "spiffe://a//b",
            "spiffe://a/./b",
            "spiffe://a/../b",
            "spiffe://a/b?c",
            "spiffe://a/b#c",
            "spiffe://a:1/b",
            "spiffe://u@a/b",
            "spiffe://a/%61",
            "spiffe://a/b;c",
            "spiffe://a/b\\c",
            "spiffe://a%2fb",
        ] {
            assert!(claims_to_be(name) && !is_id(name), "{name}");
        }
        assert!(!claims_to_be("https://a") && !claims_to_be("spiff"));
    }
}
