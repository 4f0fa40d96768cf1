//! URIs and their templates (RFC 6570) as far as a policy has them: `{name}`, and `{+name}` at the end.

use super::super::name::is_identifier;

/// Why a policy cannot have a URI.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum Problem {
    /// No scheme, or one in capitals.
    #[error("it does not begin with a scheme in lower case")]
    NoScheme,
    /// A character that no URI has.
    #[error("it has a character that cannot stand in a URI")]
    Character,
    /// An expression beyond levels 1 and 2.
    #[error("`{{{0}}}` is an expression that a policy cannot have")]
    Expression(String),
    /// `{+name}` before the end.
    #[error("`{{{0}}}` stands before the end")]
    NotLast(String),
    /// The same name twice.
    #[error("`{{{0}}}` stands twice")]
    Twice(String),
    /// One behind the other.
    #[error("`{{{0}}}` stands right behind another")]
    SideBySide(String),
    /// A brace that does not match.
    #[error("a brace has no other")]
    Brace,
}

/// Checks a URI or template.
pub(super) fn check(template: &str) -> Result<(), Problem> {
    let scheme = template.split_once(':').map(|(scheme, _)| scheme);
    if !scheme.is_some_and(is_scheme) {
        return Err(Problem::NoScheme);
    }
    let mut seen: Vec<&str> = Vec::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        literal(before)?;
        let (inside, after) = after.split_once('}').ok_or(Problem::Brace)?;
        let name = inside.strip_prefix('+').unwrap_or(inside);
        let problem = if !is_identifier(name) {
            Problem::Expression
        } else if before.is_empty() {
            Problem::SideBySide
        } else if name != inside && !after.is_empty() {
            Problem::NotLast
        } else if seen.contains(&name) {
            Problem::Twice
        } else {
            seen.push(name);
            rest = after;
            continue;
        };
        return Err(problem(inside.to_owned()));
    }
    literal(rest)
}

fn is_scheme(text: &str) -> bool {
    let lower = |each: char| each.is_ascii_lowercase();
    text.starts_with(lower)
        && text
            .chars()
            .all(|each| lower(each) || each.is_ascii_digit() || matches!(each, '+' | '-' | '.'))
}

fn literal(text: &str) -> Result<(), Problem> {
    if text.contains('}') {
        return Err(Problem::Brace);
    }
    let may_stand =
        |byte: u8| byte.is_ascii_alphanumeric() || b"-._~:/?#[]@!$&'()*+,;=%".contains(&byte);
    if text.bytes().all(may_stand) {
        Ok(())
    } else {
        Err(Problem::Character)
    }
}

#[cfg(test)]
mod tests;
