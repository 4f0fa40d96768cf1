//! URI templates (RFC 6570) as far as a policy has them: `{name}`, and `{+name}` at the end.

use super::super::name::is_identifier;

/// Why a policy cannot have a template.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum Problem {
    /// An expression beyond levels 1 and 2.
    #[error("`{{{0}}}` is an expression that a policy cannot have")]
    Expression(String),
    /// `{+name}` before the end.
    #[error("`{{{0}}}` stands before the end")]
    NotLast(String),
    /// The same name twice.
    #[error("`{{{0}}}` stands twice")]
    Twice(String),
    /// A brace that does not match.
    #[error("a brace has no other")]
    Brace,
}

/// Checks a template.
pub(super) fn check(template: &str) -> Result<(), Problem> {
    let mut seen: Vec<&str> = Vec::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        if before.contains('}') {
            return Err(Problem::Brace);
        }
        let (inside, after) = after.split_once('}').ok_or(Problem::Brace)?;
        let name = inside.strip_prefix('+').unwrap_or(inside);
        if !is_identifier(name) {
            return Err(Problem::Expression(inside.to_owned()));
        }
        if name != inside && !after.is_empty() {
            return Err(Problem::NotLast(inside.to_owned()));
        }
        if seen.contains(&name) {
            return Err(Problem::Twice(inside.to_owned()));
        }
        seen.push(name);
        rest = after;
    }
    if rest.contains('}') {
        return Err(Problem::Brace);
    }
    Ok(())
}
