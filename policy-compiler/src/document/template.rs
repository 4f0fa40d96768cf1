//! Methods with path templates: `GET /v1/orders/{order_id}`.
//!
//! Literals go through the engine's own check of a path segment, so a template that no request
//! in normal form could fit does not compile.

use remit_engine::limits::PATH_SEGMENTS;
use remit_engine::request::path;

use super::Http;
use super::fields::text;
use crate::diagnostic::{Code, Diagnostics};
use crate::source::Spanned;
use crate::yaml::Node;

/// A path, segment by segment.
pub(crate) type Template = Vec<TemplatePart>;

/// One segment of a template.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum TemplatePart {
    /// Exactly this, decoded.
    Literal(String),
    /// `{name}`.
    Capture(String),
}

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum TemplateProblem {
    #[error("a method and a path are expected, with one space between them")]
    NotTwoParts,
    #[error("the method is not in capitals")]
    Method,
    #[error("CONNECT has no path and is never forwarded")]
    Connect,
    #[error("the path does not begin with `/`")]
    NoSlash,
    #[error("the path has a query or a fragment")]
    Query,
    #[error("the path has an empty segment")]
    EmptySegment,
    #[error("a capture is a whole segment: `{{name}}`")]
    PartialCapture,
    #[error("a capture's name has letters, digits and `_`, and does not begin with a digit")]
    CaptureName,
    #[error("two captures have the same name")]
    SameCapture,
    #[error("there are no wildcards in a path")]
    Wildcard,
    #[error("a segment is not in normal form")]
    NotNormal,
    #[error("the path has too many segments")]
    TooLong,
    #[error("this path has no captures")]
    Varies,
}

impl TemplateProblem {
    fn help(&self) -> &'static str {
        match self {
            Self::NotTwoParts | Self::NoSlash | Self::Varies => {
                "write it like `GET /v1/orders/{order_id}`"
            }
            Self::Method => "methods are case-sensitive: `GET`, not `get`",
            Self::Connect => "leave it out",
            Self::Query => "query parameters are declared under `query`",
            Self::EmptySegment => {
                "leave the doubled or final slash out: such a path is refused before rules are asked"
            }
            Self::PartialCapture | Self::CaptureName | Self::SameCapture | Self::Wildcard => {
                "write `{name}` for a segment that varies; an operation with several lengths is several operations"
            }
            Self::NotNormal => {
                "requests are refused unless their path is in normal form: no dot segments, \
                 no `;`, no needless or ambiguous escapes"
            }
            Self::TooLong => "longer paths are refused before rules are asked",
        }
    }
}

/// Reads `METHOD /path`.
pub(super) fn read(node: &Node, diagnostics: &mut Diagnostics) -> Option<Http> {
    let written = text(node, diagnostics)?;
    match parse(&written.value) {
        Ok((method, template)) => Some(Http {
            method,
            template,
            span: written.span,
        }),
        Err(problem) => {
            diagnostics.push(
                written
                    .diagnostic(
                        Code::BadTemplate,
                        format!("`{}` is not a method with a path template", written.value),
                    )
                    .label(problem.to_string())
                    .help(problem.help()),
            );
            None
        }
    }
}

/// Reads a path without captures, segment by segment.
pub(super) fn read_path(
    node: &Node,
    diagnostics: &mut Diagnostics,
) -> Option<Spanned<Vec<String>>> {
    let written = text(node, diagnostics)?;
    let literal = |part| match part {
        TemplatePart::Literal(literal) => Ok(literal),
        TemplatePart::Capture(_) => Err(TemplateProblem::Varies),
    };
    let path = inside(&written.value)
        .and_then(|template| template.into_iter().map(literal).collect::<Result<_, _>>());
    match path {
        Ok(path) => Some(Spanned::new(path, written.span)),
        Err(problem) => {
            diagnostics.push(
                written
                    .diagnostic(
                        Code::BadTemplate,
                        format!("`{}` is not a path", written.value),
                    )
                    .label(problem.to_string())
                    .help(match problem {
                        TemplateProblem::NoSlash | TemplateProblem::Varies => {
                            "write it like `/mcp`"
                        }
                        problem => problem.help(),
                    }),
            );
            None
        }
    }
}

/// Takes `METHOD /path` apart.
pub(crate) fn parse(text: &str) -> Result<(String, Template), TemplateProblem> {
    let (method, path) = text.split_once(' ').ok_or(TemplateProblem::NotTwoParts)?;
    if path.contains(char::is_whitespace) {
        return Err(TemplateProblem::NotTwoParts);
    }
    let capitals = method
        .bytes()
        .all(|byte| byte.is_ascii_uppercase() || byte == b'-');
    if method.is_empty() || !capitals {
        return Err(TemplateProblem::Method);
    }
    if method == "CONNECT" {
        return Err(TemplateProblem::Connect);
    }
    Ok((method.to_owned(), inside(path)?))
}

fn inside(path: &str) -> Result<Template, TemplateProblem> {
    let inside = path.strip_prefix('/').ok_or(TemplateProblem::NoSlash)?;
    if path.contains(['?', '#']) {
        return Err(TemplateProblem::Query);
    }
    let mut template = Template::new();
    if !inside.is_empty() {
        for raw in inside.split('/') {
            let part = part(raw)?;
            if matches!(part, TemplatePart::Capture(_)) && template.contains(&part) {
                return Err(TemplateProblem::SameCapture);
            }
            template.push(part);
        }
    }
    if template.len() > PATH_SEGMENTS {
        return Err(TemplateProblem::TooLong);
    }
    Ok(template)
}

fn part(raw: &str) -> Result<TemplatePart, TemplateProblem> {
    if raw.is_empty() {
        return Err(TemplateProblem::EmptySegment);
    }
    if let Some(name) = raw
        .strip_prefix('{')
        .and_then(|rest| rest.strip_suffix('}'))
    {
        let starts_well =
            name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_');
        let goes_on = name
            .chars()
            .all(|each| each.is_ascii_alphanumeric() || each == '_');
        return if starts_well && goes_on {
            Ok(TemplatePart::Capture(name.to_owned()))
        } else {
            Err(TemplateProblem::CaptureName)
        };
    }
    if raw.contains(['{', '}']) {
        return Err(TemplateProblem::PartialCapture);
    }
    // `/orders/*` and `/orders/:id` mean something elsewhere; here they would be literals.
    if raw.contains('*') || raw.starts_with(':') {
        return Err(TemplateProblem::Wildcard);
    }
    let literal = path::segment(raw).map_err(|_| TemplateProblem::NotNormal)?;
    Ok(TemplatePart::Literal(literal.into_owned()))
}
