//! Documents that are fetched: each once in the plan, whoever needs it.

use remit_engine::plan::{SourceId, SourceKind};

use super::{Resolver, index};
use crate::document::Remote;

impl Resolver {
    /// The index of a fetched document. The same document, fetched the same way, is one.
    pub(super) fn source(&mut self, remote: &Remote, kind: SourceKind) -> SourceId {
        let source = remote.source(kind);
        let sources = &mut self.plan.sources;
        let found = sources.iter().position(|known| *known == source);
        let position = found.unwrap_or_else(|| {
            sources.push(source);
            sources.len() - 1
        });
        SourceId(index(position))
    }
}
