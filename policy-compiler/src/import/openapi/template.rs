//! Paths of descriptions as a policy has them.

use remit_engine::limits::{PATH_BYTES, PATH_SEGMENTS};
use remit_engine::request::path;

use super::super::name::is_identifier;

/// Why a policy cannot have a path.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum Problem {
    /// No slash.
    #[error("it does not begin with `/`")]
    NoSlash,
    /// A slash at the end, or two beside each other.
    #[error("it has an empty segment: such a path is refused before rules are asked")]
    Empty,
    /// More than a whole segment varies, or less.
    #[error("`{0}` varies in part: a capture is a whole segment")]
    Partial(String),
    /// The same capture twice.
    #[error("`{0}` stands twice")]
    Twice(String),
    /// Not in normal form.
    #[error("`{0}` is not in normal form, or would be a wildcard elsewhere")]
    NotNormal(String),
    /// Too many segments, or too many bytes.
    #[error("it is too long")]
    TooLong,
}

/// The path with names of captures that rules can have.
pub(super) fn read(written: &str) -> Result<String, Problem> {
    let inside = written.strip_prefix('/').ok_or(Problem::NoSlash)?;
    if inside.is_empty() {
        return Ok("/".to_owned());
    }
    if written.len() > PATH_BYTES || inside.split('/').count() > PATH_SEGMENTS {
        return Err(Problem::TooLong);
    }
    let mut captures: Vec<String> = Vec::new();
    let mut path = String::new();
    for raw in inside.split('/') {
        path.push('/');
        if raw.is_empty() {
            return Err(Problem::Empty);
        }
        let captured = raw
            .strip_prefix('{')
            .and_then(|rest| rest.strip_suffix('}'));
        match captured {
            Some(name) if !name.contains(['{', '}']) => {
                let name = identifier(name);
                if captures.contains(&name) {
                    return Err(Problem::Twice(raw.to_owned()));
                }
                path.push_str(&format!("{{{name}}}"));
                captures.push(name);
            }
            _ if raw.contains(['{', '}']) => return Err(Problem::Partial(raw.to_owned())),
            _ => {
                let elsewhere = raw.contains(['*', '?', '#']) || raw.starts_with(':');
                if elsewhere || path::segment(raw).is_err() {
                    return Err(Problem::NotNormal(raw.to_owned()));
                }
                path.push_str(raw);
            }
        }
    }
    Ok(path)
}

/// A name that rules can have: what cannot be in one is `_`.
fn identifier(name: &str) -> String {
    if is_identifier(name) {
        return name.to_owned();
    }
    let fit = |each: char| {
        if each.is_ascii_alphanumeric() {
            each
        } else {
            '_'
        }
    };
    let fitting: String = name.chars().take(60).map(fit).collect();
    if is_identifier(&fitting) {
        fitting
    } else {
        format!("_{fitting}")
    }
}

#[cfg(test)]
mod tests;
