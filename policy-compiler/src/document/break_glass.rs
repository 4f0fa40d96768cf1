//! Reading `break_glass`.

use super::fields::{Fields, text};
use super::{BreakGlass, metadata, pattern, scalars, tasks};
use crate::diagnostic::{Code, Diagnostics};
use crate::moment::parse_time;
use crate::source::Spanned;
use crate::yaml::Node;

pub(super) const KEYS: &[&str] = &[
    "id",
    "issuers",
    "agents",
    "allow",
    "overrides",
    "until",
    "reason",
];
pub(super) const REASON_BYTES: usize = 256;

/// Reads one exception.
pub(super) fn read(node: &Node, diagnostics: &mut Diagnostics) -> Option<BreakGlass> {
    let what = "an exception";
    let fields = Fields::open(node, what, node.span, KEYS, &[], diagnostics)?;
    let id = fields
        .require("id", diagnostics)
        .and_then(|node| scalars::name(node, diagnostics));
    let issuers = fields
        .get("issuers")
        .map(|node| scalars::names(Some(node), diagnostics));
    let agents = pattern::read(fields.require("agents", diagnostics), diagnostics);
    let allow = fields
        .require("allow", diagnostics)
        .and_then(|node| tasks::named(node, diagnostics));
    let overrides = match fields.get("overrides") {
        Some(node) => scalars::names(Some(node), diagnostics),
        None => Vec::new(),
    };
    let until = fields
        .require("until", diagnostics)
        .and_then(|node| end(node, diagnostics));
    let reason = fields
        .require("reason", diagnostics)
        .and_then(|node| metadata::title(node, REASON_BYTES, diagnostics));
    Some(BreakGlass {
        id: id?,
        issuers,
        agents,
        allow: allow?.value,
        overrides,
        until: until?,
        reason: reason?,
    })
}

fn end(node: &Node, diagnostics: &mut Diagnostics) -> Option<Spanned<i64>> {
    let written = text(node, diagnostics)?;
    if let Some(time) = parse_time(&written.value) {
        return Some(Spanned::new(time.seconds(), written.span));
    }
    diagnostics.push(
        written
            .diagnostic(Code::BadTime, format!("`{}` is not a time", written.value))
            .help("write day, time and zone: `2026-12-01T00:00:00Z`"),
    );
    None
}
