//! Reading where an issuer's keys are: in a file, in the policy, or behind a URL.

use crate::diagnostic::{Code, Diagnostics};
use crate::document::fields::{Fields, missing, text};
use crate::document::{Jwks, sources};
use crate::source::Spanned;
use crate::yaml::Node;

const KEYS: &[&str] = &["file", "inline", "url", "cluster", "refresh"];
/// Each is one way of saying where they are.
const WAYS: [&str; 3] = ["file", "inline", "url"];

/// Reads `jwks` or `bundle`: `what`, in backticks.
pub(in crate::document) fn read(
    node: &Node,
    what: &'static str,
    diagnostics: &mut Diagnostics,
) -> Option<Jwks> {
    let at = node.span;
    let fields = Fields::open(node, what, at, KEYS, &[], diagnostics)?;
    let mut written = WAYS.into_iter().filter(|way| fields.get(way).is_some());
    let Some(first) = written.next() else {
        let help = "or `inline`, or `url` with the `cluster` that leads there";
        diagnostics.push(missing("file", what, at).help(help));
        return None;
    };
    if let Some(second) = written.next() {
        exclude(&fields, first, second, diagnostics);
        return None;
    }
    if first == "url" {
        return sources::fetched(&fields, node, diagnostics).map(Jwks::Remote);
    }
    for key in ["cluster", "refresh"] {
        if fields.get(key).is_some() {
            exclude(&fields, first, key, diagnostics);
            return None;
        }
    }
    let found = fields.get(first)?;
    match first {
        "file" => text(found, diagnostics).map(Jwks::File),
        _ => Some(Jwks::Inline(found.clone())),
    }
}

fn exclude(fields: &Fields<'_>, first: &str, second: &str, diagnostics: &mut Diagnostics) {
    let Some(span) = fields.place(second) else {
        return;
    };
    diagnostics.push(
        Spanned::new((), span)
            .diagnostic(
                Code::UnknownKey,
                format!("`{first}` and `{second}` exclude each other"),
            )
            .help("name one place: `file`, `inline`, or `url` with `cluster`"),
    );
}
