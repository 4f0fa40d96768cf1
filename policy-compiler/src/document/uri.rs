//! Templates of URIs: `ticket://tickets/{id}`, of RFC 6570 what can be matched without doubt.
//!
//! `{name}` stands for one or more unreserved characters (RFC 3986 section 2.3), `{+name}` at the end
//! for the rest: one or more such parts between slashes.

use remit_engine::limits::CALLED_BYTES;

use super::fields::text;
use crate::diagnostic::{Code, Diagnostics};
use crate::source::Spanned;
use crate::yaml::Node;

/// A template, part by part.
pub(crate) type Template = Vec<Part>;

/// A part of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Part {
    /// Exactly this.
    Literal(String),
    /// `{name}`.
    Capture(String),
    /// `{+name}`.
    Rest(String),
}

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
enum Problem {
    #[error("it does not begin with a scheme in lower case, like `ticket:`")]
    NoScheme,
    #[error("a character cannot stand in a URI")]
    Character,
    #[error("a brace is not closed, or opens nothing")]
    Brace,
    #[error("a capture's name has letters, digits and `_`, and does not begin with a digit")]
    Name,
    #[error("two captures have the same name")]
    SameName,
    #[error("two captures stand side by side")]
    SideBySide,
    #[error("`{{+…}}` stands for the rest: nothing can follow it")]
    RestInside,
    #[error("it is longer than {CALLED_BYTES} bytes")]
    TooLong,
}

impl Problem {
    fn help(&self) -> &'static str {
        match self {
            Self::NoScheme | Self::TooLong | Self::Character => {
                "write the whole URI: `ticket://tickets/{id}`"
            }
            Self::Brace | Self::Name | Self::SameName => {
                "write `{name}` for a part that varies, `{+name}` for the rest at the end"
            }
            Self::SideBySide => "put something between them, or make them one",
            Self::RestInside => "write `{name}` for a part within",
        }
    }
}

/// Reads a template.
pub(super) fn read(node: &Node, diagnostics: &mut Diagnostics) -> Option<Spanned<Template>> {
    let written = text(node, diagnostics)?;
    match parse(&written.value) {
        Ok(template) => Some(Spanned::new(template, written.span)),
        Err(problem) => {
            diagnostics.push(
                written
                    .diagnostic(
                        Code::BadTemplate,
                        format!("`{}` is not a template of URIs", written.value),
                    )
                    .label(problem.to_string())
                    .help(problem.help()),
            );
            None
        }
    }
}

fn parse(text: &str) -> Result<Template, Problem> {
    if text.len() > CALLED_BYTES {
        return Err(Problem::TooLong);
    }
    let scheme = text.split(':').next().filter(|it| it.len() < text.len());
    if !scheme.is_some_and(is_scheme) {
        return Err(Problem::NoScheme);
    }
    let mut template = Template::new();
    let mut rest = text;
    while !rest.is_empty() {
        if let Some(Part::Rest(_)) = template.last() {
            return Err(Problem::RestInside);
        }
        let (part, after) = match rest.strip_prefix('{') {
            Some(inside) => capture(inside)?,
            None => literal(rest)?,
        };
        let name = |part: &Part| match part {
            Part::Capture(name) | Part::Rest(name) => Some(name.clone()),
            Part::Literal(_) => None,
        };
        if let Some(own) = name(&part) {
            if template.last().is_some_and(|last| name(last).is_some()) {
                return Err(Problem::SideBySide);
            }
            if template.iter().any(|one| name(one).as_ref() == Some(&own)) {
                return Err(Problem::SameName);
            }
        }
        template.push(part);
        rest = after;
    }
    Ok(template)
}

fn is_scheme(text: &str) -> bool {
    let lower = |each: char| each.is_ascii_lowercase();
    text.starts_with(lower)
        && text
            .chars()
            .all(|each| lower(each) || each.is_ascii_digit() || matches!(each, '+' | '-' | '.'))
}

fn literal(text: &str) -> Result<(Part, &str), Problem> {
    let end = text.find(['{', '}']).unwrap_or(text.len());
    let (literal, rest) = text.split_at_checked(end).ok_or(Problem::Brace)?;
    if literal.is_empty() {
        return Err(Problem::Brace);
    }
    let may_stand =
        |byte: u8| byte.is_ascii_alphanumeric() || b"-._~:/?#[]@!$&'()*+,;=%".contains(&byte);
    if !literal.bytes().all(may_stand) {
        return Err(Problem::Character);
    }
    Ok((Part::Literal(literal.to_owned()), rest))
}

fn capture(inside: &str) -> Result<(Part, &str), Problem> {
    let (name, after) = inside.split_once('}').ok_or(Problem::Brace)?;
    let (name, is_rest) = match name.strip_prefix('+') {
        Some(name) => (name, true),
        None => (name, false),
    };
    let starts_well = name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_');
    let goes_on = |each: char| each.is_ascii_alphanumeric() || each == '_';
    if !starts_well || !name.chars().all(goes_on) {
        return Err(Problem::Name);
    }
    let part = match is_rest {
        true => Part::Rest(name.to_owned()),
        false => Part::Capture(name.to_owned()),
    };
    Ok((part, after))
}

#[cfg(test)]
mod tests;
