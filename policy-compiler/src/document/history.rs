//! Reading `history` and `fleet`: how much is kept, and who counts for all gateways.

use remit_engine::limits::FLEET_CLUSTER_BYTES;

use super::fields::{Fields, text};
use super::limits::LONGEST;
use super::scalars;
use crate::diagnostic::{Code, Diagnostics};
use crate::source::{Span, Spanned};
use crate::yaml::Node;

pub(super) const HISTORY: &[&str] = &["room", "keep"];
pub(super) const FLEET: &[&str] = &["cluster", "domain", "timeout"];

pub(super) const LEAST_ROOM: u32 = 1024;
pub(super) const MOST_ROOM: u32 = 1024 * 1024;
pub(super) const DOMAIN_BYTES: usize = 255;
const LEAST_KEEP: u32 = 3600;
/// What holds where a policy does not say.
pub(crate) const DEFAULT_ROOM: u32 = 16 * 1024;
pub(crate) const DEFAULT_KEEP: u32 = 24 * 3600;
/// Longest that a request waits for the service, in milliseconds.
const LONGEST_TIMEOUT: u32 = 5000;
const DEFAULT_TIMEOUT: u32 = 100;

/// How much is remembered, and for how long.
#[derive(Debug, Clone)]
pub(crate) struct History {
    pub(crate) room: u32,
    /// After the last call, in seconds.
    pub(crate) keep: u32,
    pub(crate) span: Span,
}

/// The service that counts for a fleet of gateways.
#[derive(Debug, Clone)]
pub(crate) struct Fleet {
    pub(crate) cluster: Spanned<String>,
    pub(crate) domain: String,
    /// In milliseconds.
    pub(crate) timeout: u32,
}

/// Reads `history`.
pub(super) fn read(node: &Node, diagnostics: &mut Diagnostics) -> Option<History> {
    let fields = Fields::open(node, "`history`", node.span, HISTORY, &[], diagnostics)?;
    let mut history = History {
        room: DEFAULT_ROOM,
        keep: DEFAULT_KEEP,
        span: node.span,
    };
    if let Some(node) = fields.get("room") {
        history.room = room(node, diagnostics)?;
    }
    if let Some(node) = fields.get("keep") {
        history.keep = scalars::duration(node, LEAST_KEEP, LONGEST, diagnostics)?;
    }
    Some(history)
}

fn room(node: &Node, diagnostics: &mut Diagnostics) -> Option<u32> {
    let written = text(node, diagnostics)?;
    let number = written.value.parse().ok();
    let fits = |room: &u32| (LEAST_ROOM..=MOST_ROOM).contains(room);
    if let Some(room) = number.filter(fits) {
        return Some(room);
    }
    let message = format!("`{}` is not how many have room", written.value);
    diagnostics.push(written.diagnostic(Code::BadValue, message).help(format!(
        "it can be from {LEAST_ROOM} to {MOST_ROOM}: so many runs of tasks, agents and so on at a time"
    )));
    None
}

/// Reads `fleet`.
pub(super) fn read_fleet(node: &Node, diagnostics: &mut Diagnostics) -> Option<Fleet> {
    let fields = Fields::open(node, "`fleet`", node.span, FLEET, &[], diagnostics)?;
    let cluster = fields
        .require("cluster", diagnostics)
        .and_then(|node| scalars::line(node, FLEET_CLUSTER_BYTES, diagnostics));
    let domain = fields
        .require("domain", diagnostics)
        .and_then(|node| scalars::line(node, DOMAIN_BYTES, diagnostics));
    let timeout = match fields.get("timeout") {
        Some(node) => scalars::milliseconds(node, LONGEST_TIMEOUT, diagnostics),
        None => Some(DEFAULT_TIMEOUT),
    };
    Some(Fleet {
        cluster: cluster?,
        domain: domain?.value,
        timeout: timeout?,
    })
}
