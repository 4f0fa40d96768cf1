//! What an operator sees of a source: `remit_fetch.source.<name>.result.<ok|failed|refused>`, the
//! time of the last fetch in `remit_fetch_timestamp_seconds.source.<name>`, and lines in the log.

use remit_engine::plan::{Plan, SourceId, SourceKind};

use super::answer::FetchError;
use super::head::Head;
use crate::gateway::{CallFailed, Counter, Gateway, Gauge, Level};
use crate::vm::Vm;

/// The metrics of one source.
#[derive(Debug)]
pub(super) struct Report {
    name: String,
    ok: Counter,
    failed: Counter,
    refused: Counter,
    fetched: Gauge,
}

impl Report {
    /// Defines them, so that they show before anything was fetched.
    pub(super) fn define(
        gateway: &impl Gateway,
        vm: &Vm,
        name: String,
    ) -> Result<Self, CallFailed> {
        let counter = |result: &str| {
            let parts = ["remit_fetch.source.", &name, ".result.", result];
            vm.named_counter(gateway, &parts.concat())
        };
        let [ok, failed, refused] = [counter("ok")?, counter("failed")?, counter("refused")?];
        let fetched = ["remit_fetch_timestamp_seconds.source.", &name].concat();
        Ok(Self {
            ok,
            failed,
            refused,
            fetched: vm.named_gauge(gateway, &fetched)?,
            name,
        })
    }

    /// A document came in force, after so many failures.
    pub(super) fn fetched(&self, gateway: &impl Gateway, failures: i64, head: &Head) {
        // What cannot be counted is nobody's harm: the document is in force.
        let _ = gateway.count(self.ok);
        let seconds = u64::try_from(head.fetched_at / 1000).unwrap_or(0);
        let _ = gateway.show(self.fetched, seconds);
        if failures > 0 {
            let line = format!("`{}` was fetched after {failures} failures", self.name);
            gateway.log(Level::Info, &line);
        }
    }

    /// A document did not come in force.
    #[cold]
    pub(super) fn failed(&self, gateway: &impl Gateway, error: &FetchError) {
        let _ = gateway.count(match error {
            FetchError::Refused(_) => self.refused,
            _ => self.failed,
        });
        let line = format!("`{}` was not fetched: {error}", self.name);
        gateway.log(Level::Warn, &line);
    }

    /// A document that another worker has taken in is refused by this one.
    pub(super) fn disagrees(&self, gateway: &impl Gateway, error: &FetchError) {
        let line = format!("`{}` is not taken over: {error}", self.name);
        gateway.log(Level::Warn, &line);
    }
}

/// What a source is called: by its issuer and what it is, in letters that a metric's name takes.
pub(super) fn name_of(plan: &Plan, id: SourceId) -> String {
    let kind = plan.sources.get(id.index()).map(|source| source.kind);
    let suffix = match kind {
        None | Some(SourceKind::DenyFeed) => return String::from("deny_feed"),
        Some(SourceKind::Jwks) => "-jwks",
        Some(SourceKind::SpiffeBundle) => "-bundle",
        Some(SourceKind::StatusList) => "-status_list",
    };
    let owner = plan
        .issuers
        .iter()
        .find(|issuer| issuer.key_source == Some(id) || issuer.status_lists.contains(&id));
    let owner = owner.map_or("", |issuer| issuer.name.as_str());
    let plain = |letter: char| match letter.to_ascii_lowercase() {
        letter @ ('a'..='z' | '0'..='9' | '_' | '-') => letter,
        _ => '_',
    };
    owner.chars().map(plain).chain(suffix.chars()).collect()
}
