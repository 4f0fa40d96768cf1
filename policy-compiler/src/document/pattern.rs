//! Patterns over identities: `*` is one segment, a final `**` is one or more.

use remit_engine::limits::IDENTITY_BYTES;
use remit_engine::plan::{Pattern, Segment};

use super::fields::some_items;
use super::scalars::line;
use crate::diagnostic::{Code, Diagnostics};
use crate::source::Spanned;
use crate::yaml::Node;

/// A pattern and how it was written.
#[derive(Debug)]
pub(crate) struct WrittenPattern {
    pub(crate) written: Spanned<String>,
    pub(crate) pattern: Pattern,
}

impl WrittenPattern {
    /// Whether nothing in it is fixed.
    pub(crate) fn matches_all(&self) -> bool {
        self.pattern
            .segments
            .iter()
            .all(|segment| !matches!(segment, Segment::Literal(_)))
    }

    /// Whether the trust domain or host is left open, though something behind it is fixed.
    pub(crate) fn crosses_domains(&self) -> bool {
        let open = !matches!(self.pattern.segments.first(), Some(Segment::Literal(_)));
        !self.pattern.scheme.is_empty() && open && !self.matches_all()
    }
}

/// A list of patterns.
pub(super) fn read(node: Option<&Node>, diagnostics: &mut Diagnostics) -> Vec<WrittenPattern> {
    let items = some_items(node, diagnostics);
    items
        .iter()
        .filter_map(|item| one(item, diagnostics))
        .collect()
}

fn one(node: &Node, diagnostics: &mut Diagnostics) -> Option<WrittenPattern> {
    let written = line(node, IDENTITY_BYTES, diagnostics)?;
    match parse(&written.value) {
        Ok(pattern) => Some(WrittenPattern { written, pattern }),
        Err(problem) => {
            diagnostics.push(
                written
                    .diagnostic(
                        Code::BadPattern,
                        format!("`{}` is not a pattern", written.value),
                    )
                    .label(problem.to_string())
                    .help(
                        "`*` stands for one segment between slashes, a final `**` for one or more",
                    ),
            );
            None
        }
    }
}

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
enum PatternProblem {
    #[error("it has an empty segment")]
    EmptySegment,
    #[error("it has a dot segment")]
    DotSegment,
    #[error("`**` is not at the end")]
    RestInside,
    #[error("a wildcard is not a whole segment")]
    PartialWildcard,
    #[error("a wildcard stands in the scheme")]
    WildcardScheme,
}

fn parse(text: &str) -> Result<Pattern, PatternProblem> {
    let (scheme, rest) = match text.split_once("://") {
        Some((scheme, rest)) => (format!("{scheme}://"), rest),
        None => (String::new(), text),
    };
    if scheme.contains('*') {
        return Err(PatternProblem::WildcardScheme);
    }
    let mut segments = Vec::new();
    let mut parts = rest.split('/').peekable();
    while let Some(part) = parts.next() {
        segments.push(match part {
            "" => return Err(PatternProblem::EmptySegment),
            "." | ".." => return Err(PatternProblem::DotSegment),
            "*" => Segment::Any,
            "**" if parts.peek().is_none() => Segment::Rest,
            "**" => return Err(PatternProblem::RestInside),
            literal if literal.contains('*') => return Err(PatternProblem::PartialWildcard),
            literal => Segment::Literal(literal.to_owned()),
        });
    }
    Ok(Pattern { scheme, segments })
}
