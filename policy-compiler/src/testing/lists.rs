//! What a caller gets to see of a list in an upstream's answer.

use remit_engine::Engine;
use remit_engine::answers::{CONDITIONAL, Head, ListKind, Plan};
use remit_engine::decision::{Eyes, Permit};
use remit_engine::host::Host;
use remit_engine::request::RequestHead;
use remit_engine::time::UnixTime;
use serde_json::Value;

/// The entries of a list, by what they are called by.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Listed {
    /// All.
    pub names: Vec<String>,
    /// Those that are marked: they can be called with some arguments and not with others.
    pub marked: Vec<String>,
}

impl Listed {
    /// Of a message with a result that has a list; `None` where there is none.
    #[must_use]
    pub fn read(message: &[u8]) -> Option<Self> {
        let message: Value = serde_json::from_slice(message).ok()?;
        let result = message.get("result")?;
        let mut kinds = ListKind::ALL.into_iter().map(ListKind::members);
        let (entries, naming) =
            kinds.find_map(|(member, naming)| Some((result.get(member)?.as_array()?, naming)))?;
        let mut listed = Self::default();
        for entry in entries {
            let name = entry.get(naming).and_then(Value::as_str)?;
            let meta = entry.get("_meta").and_then(|meta| meta.get(CONDITIONAL));
            if meta == Some(&Value::Bool(true)) {
                listed.marked.push(name.to_owned());
            }
            listed.names.push(name.to_owned());
        }
        Some(listed)
    }
}

/// What the caller sees of the list in an answer to a request that was let through. `None` where
/// nothing is looked for in the answer, it cannot be handed on, or has no list.
#[must_use]
pub fn listed_in(
    engine: &Engine,
    head: &RequestHead<'_>,
    permit: &Permit<'_>,
    answer: &[u8],
    now: UnixTime,
    host: &dyn Host,
) -> Option<Listed> {
    let grounds = permit.grounds()?;
    let viewer = engine.viewer(head, &grounds, now)?;
    let of_json = Head {
        status: 200,
        content_type: Some(b"application/json"),
        content_encoding: None,
    };
    let watch = permit.watch().answers?;
    let Ok(Plan::Read(mut reader)) = Plan::of(watch, &of_json) else {
        return None;
    };
    let mut eyes = Eyes::new(&viewer, host);
    let shown = reader.push(answer, true, &mut eyes).ok()?;
    Listed::read(&shown).filter(|_| !eyes.failed())
}

#[cfg(test)]
mod tests;
