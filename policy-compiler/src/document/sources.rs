//! Reading where documents are fetched from: keys, status lists, the deny feed.

use remit_engine::plan::{Source, SourceKind, WhenStale};

use super::fields::Fields;
use super::resources::CLUSTER_BYTES;
use super::scalars;
use super::url::{self, Url};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::source::Spanned;
use crate::yaml::Node;

/// Keys of a document that holds until it is replaced.
pub(super) const FETCHED: &[&str] = &["url", "cluster", "refresh"];
/// Keys of a document that says what still stands.
pub(super) const STANDING: &[&str] = &["url", "cluster", "refresh", "stale_after", "when_stale"];
pub(super) const WHEN_STALE: &[(&str, WhenStale)] =
    &[("deny", WhenStale::Deny), ("ignore", WhenStale::Ignore)];

/// Longest time between fetches, and longest time that an answer is good for: longer, and a
/// revocation would come after the token's end.
const LONGEST: u32 = 24 * 3600;
const KEYS_REFRESH: u32 = 5 * 60;

/// How often a document of what still stands is fetched, and when it is stale, in seconds.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pace {
    refresh: u32,
    stale_after: u32,
}

/// Status lists change as tokens are revoked one by one.
pub(super) const STATUS_LIST: Pace = Pace {
    refresh: 60,
    stale_after: 10 * 60,
};
/// The deny feed is for what must end now.
pub(super) const DENY_FEED: Pace = Pace {
    refresh: 10,
    stale_after: 60,
};

/// A document that is fetched through a cluster.
#[derive(Debug)]
pub(crate) struct Remote {
    pub(crate) url: Spanned<Url>,
    pub(crate) cluster: String,
    pub(crate) refresh: u32,
    pub(crate) stale_after: Option<u32>,
    pub(crate) when_stale: Spanned<WhenStale>,
}

impl Remote {
    /// The same as the plan has it.
    pub(crate) fn source(&self, kind: SourceKind) -> Source {
        Source {
            kind,
            url: self.url.value.text().to_owned(),
            cluster: self.cluster.clone(),
            refresh: self.refresh,
            stale_after: self.stale_after,
            when_stale: self.when_stale.value,
        }
    }
}

/// Reads `url`, `cluster` and `refresh` of a document that holds until it is replaced.
pub(super) fn fetched(
    fields: &Fields<'_>,
    node: &Node,
    diagnostics: &mut Diagnostics,
) -> Option<Remote> {
    remote(fields, node, KEYS_REFRESH, diagnostics)
}

/// Reads a document of what still stands; `what` it is, for messages.
pub(super) fn standing(
    node: &Node,
    what: &'static str,
    pace: Pace,
    diagnostics: &mut Diagnostics,
) -> Option<Remote> {
    let fields = Fields::open(node, what, node.span, STANDING, &[], diagnostics)?;
    let stale_after = fields.get("stale_after").map(|node| {
        let seconds = scalars::duration(node, 1, LONGEST, diagnostics)?;
        Some(Spanned::new(seconds, node.span))
    });
    let when_stale = fields.get("when_stale").map(|node| {
        let what = "what can hold then";
        let found = scalars::word(node, what, WHEN_STALE, &[], diagnostics)?;
        Some(Spanned::new(found, node.span))
    });
    let mut remote = remote(&fields, node, pace.refresh, diagnostics)?;
    // What cannot be read must not become the default.
    let stale_after = match stale_after {
        Some(found) => found?,
        None => Spanned::new(pace.stale_after, node.span),
    };
    if let Some(when_stale) = when_stale {
        remote.when_stale = when_stale?;
    }
    if stale_after.value <= remote.refresh {
        diagnostics.push(
            Diagnostic::new(
                Code::BadDuration,
                stale_after.span,
                format!("{what} would be stale before it is fetched again"),
            )
            .label(format!(
                "stale after {} s, fetched every {} s",
                stale_after.value, remote.refresh
            ))
            .help("make `stale_after` several times `refresh`: one fetch may fail"),
        );
        return None;
    }
    remote.stale_after = Some(stale_after.value);
    Some(remote)
}

fn remote(
    fields: &Fields<'_>,
    node: &Node,
    default_refresh: u32,
    diagnostics: &mut Diagnostics,
) -> Option<Remote> {
    let url = fields
        .require("url", diagnostics)
        .and_then(|node| url::read(node, diagnostics));
    let cluster = fields
        .require("cluster", diagnostics)
        .and_then(|node| scalars::line(node, CLUSTER_BYTES, diagnostics));
    let refresh = match fields.get("refresh") {
        Some(node) => scalars::duration(node, 1, LONGEST, diagnostics),
        None => Some(default_refresh),
    };
    Some(Remote {
        url: url?,
        cluster: cluster?.value,
        refresh: refresh?,
        stale_after: None,
        when_stale: Spanned::new(WhenStale::Deny, node.span),
    })
}
