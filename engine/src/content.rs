//! What rules can read of a request's body, or of the call in it.

pub(crate) mod read;

use crate::plan::{Datum, NameId};

/// What is known of a body when rules are asked.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Content<'v> {
    /// Its members, or the arguments of the call in it.
    pub(crate) members: Members<'v>,
    /// What is called: `params.name`.
    pub(crate) name: Option<&'v str>,
    /// The URI of an MCP resource: `params.uri`.
    pub(crate) uri: Option<&'v str>,
    /// What stands in that URI where its template has captures.
    pub(crate) captures: &'v [(NameId, &'v str)],
}

/// The members of a JSON object.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Members<'v> {
    /// The operation's body is not read.
    Absent,
    /// They are still to come: a rule that reads one has no answer yet.
    Unknown,
    /// These.
    Read(&'v Values),
}

/// The values of declared members, by the names that the plan gives them.
#[derive(Debug, Default)]
pub(crate) struct Values(pub(crate) Vec<(NameId, Datum)>);

impl Values {
    /// The value of a member; `None` where it was left out.
    pub(crate) fn value(&self, name: NameId) -> Option<&Datum> {
        let mut values = self.0.iter();
        values.find_map(|(other, value)| (*other == name).then_some(value))
    }
}

impl Content<'_> {
    /// Of an operation that has none.
    pub(crate) const NONE: Content<'static> = Content {
        members: Members::Absent,
        name: None,
        uri: None,
        captures: &[],
    };
}
