//! What is not to be shown: values whose name says that they are secret.

use std::fmt::Write as _;

/// What stands in the name of a header, claim or parameter whose value is a secret.
const WORDS: &[&str] = &[
    "authorization",
    "cookie",
    "credential",
    "key",
    "passwd",
    "password",
    "secret",
    "token",
];

/// Whether a value of this name is likely to be a secret.
pub(super) fn looks_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    WORDS.iter().any(|word| name.contains(word))
}

/// Stands for a secret: nothing of it but how long it is.
pub(super) fn masked(length: usize) -> String {
    format!("*** ({length} characters)")
}

/// Whether a query has a parameter that is likely to be a secret.
pub(super) fn query_is_secret(query: &str) -> bool {
    query.split('&').any(|pair| {
        let name = pair.split('=').next().unwrap_or(pair);
        looks_secret(name)
    })
}

/// A path with its query, secrets masked.
pub(super) fn masked_target(target: &str) -> String {
    let Some((path, query)) = target.split_once('?') else {
        return target.to_owned();
    };
    let mut shown = format!("{path}?");
    for (position, pair) in query.split('&').enumerate() {
        if position > 0 {
            shown.push('&');
        }
        match pair.split_once('=') {
            Some((name, _)) if looks_secret(name) => {
                let _ = write!(shown, "{name}=***");
            }
            _ => shown.push_str(pair),
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_told_by_their_names() {
        for name in [
            "Authorization",
            "x-api-key",
            "set-cookie",
            "accessToken",
            "db_password",
        ] {
            assert!(looks_secret(name), "{name}");
        }
        for name in ["accept", "ticket", "refundable", "x-request-id"] {
            assert!(!looks_secret(name), "{name}");
        }
    }

    #[test]
    fn a_path_loses_the_secrets_of_its_query() {
        for (target, shown) in [
            ("/a", "/a"),
            ("/a?b=c", "/a?b=c"),
            ("/a?access_token=x&b=c&key", "/a?access_token=***&b=c&key"),
        ] {
            assert_eq!(masked_target(target), shown);
        }
    }
}
