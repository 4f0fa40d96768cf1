//! The resource that a policy has for a server. It is read as it stands in the file, so that a policy
//! with errors elsewhere can be held against a server too.

use std::collections::BTreeMap;

use super::super::super::Place;
use super::super::Kind;
use super::super::proposal::Proposal;
use super::Subject;
use crate::diagnostic::{Diagnostic, Diagnostics, listing};
use crate::source::Sources;
use crate::yaml::{self, Entry, Node, Value};

/// Why there is nothing to hold a list against.
#[derive(Debug, thiserror::Error)]
pub enum NoResource {
    /// The policy is no YAML.
    #[error("the policy cannot be read")]
    Unreadable(Vec<Diagnostic>),
    /// It has no resource of the kind, or none of the name.
    #[error("the policy has no resource {0}")]
    None(String),
    /// Which of several is meant cannot be told.
    #[error("the policy has several resources with `mcp`: {0}; say which with `--resource`")]
    Several(String),
}

/// A resource of a policy.
#[derive(Debug, Clone)]
pub struct Known {
    /// Its name.
    pub name: String,
    /// Its members.
    pub(super) members: Vec<Entry>,
    /// What is called.
    pub(super) entries: Vec<KnownEntry>,
}

/// An operation of a policy.
#[derive(Debug, Clone)]
pub(super) struct KnownEntry {
    pub(super) section: &'static str,
    pub(super) key: String,
    pub(super) wire: String,
    pub(super) pin: Option<String>,
    /// What is declared; `None` where any arguments pass.
    pub(super) arguments: Option<BTreeMap<String, String>>,
    pub(super) node: Node,
}

impl KnownEntry {
    /// Whether it is what is proposed.
    pub(super) fn is(&self, proposal: &Proposal) -> bool {
        proposal.called() == (self.section, self.wire.clone())
    }

    pub(super) fn subject(&self) -> Subject {
        let kinds = Kind::ALL.iter();
        let mut kinds = kinds.filter(|kind| kind.section() == self.section);
        Subject {
            kind: kinds.next().map_or("operation", |kind| kind.word()),
            operation: self.key.clone(),
            called: self.wire.clone(),
        }
    }
}

impl Known {
    /// Finds the resource: the one that is named, else the one at the place, else the only one.
    ///
    /// # Errors
    /// [`NoResource`].
    pub fn find(sources: &Sources, place: &Place) -> Result<Self, NoResource> {
        let mut resources = resources(sources)?;
        if let Some(name) = &place.resource {
            resources.retain(|entry| entry.key.value == *name);
            if resources.is_empty() {
                return Err(NoResource::None(format!("`{name}` with `mcp`")));
            }
        }
        let at = |entry: &Entry| {
            let mcp = member(&entry.value, "mcp");
            let says = |name| mcp.and_then(|mcp| text(mcp, name));
            let fits = |name, wanted: &Option<String>| {
                wanted
                    .as_deref()
                    .is_none_or(|wanted| says(name) == Some(wanted))
            };
            fits("host", &place.host) && fits("path", &place.path)
        };
        if resources.len() > 1 && resources.iter().any(at) {
            resources.retain(at);
        }
        let names = listing(resources.iter().map(|entry| entry.key.value.as_str()));
        let several = resources.len() > 1;
        match resources.pop() {
            Some(_) if several => Err(NoResource::Several(names)),
            Some(entry) => Ok(Self::new(entry)),
            None => Err(NoResource::None("with `mcp`".to_owned())),
        }
    }

    fn new(resource: Entry) -> Self {
        let mut entries = Vec::new();
        for section in Kind::SECTIONS {
            let written = member(&resource.value, section).map(members);
            entries.extend(
                written
                    .unwrap_or_default()
                    .iter()
                    .map(|entry| known(section, entry)),
            );
        }
        Self {
            name: resource.key.value,
            members: members(&resource.value).to_vec(),
            entries,
        }
    }

    /// The names of its operations, of whatever kind.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        let methods = self
            .members
            .iter()
            .filter(|entry| entry.key.value == "methods");
        let methods = methods.flat_map(|entry| members(&entry.value));
        let entries = self.entries.iter().map(|entry| entry.key.as_str());
        entries.chain(methods.map(|entry| entry.key.value.as_str()))
    }
}

/// The resources with an MCP endpoint, of all files.
fn resources(sources: &Sources) -> Result<Vec<Entry>, NoResource> {
    let mut diagnostics = Diagnostics::default();
    let mut found = Vec::new();
    for (id, file) in sources.files() {
        let Some(tree) = yaml::parse(id, file, &mut diagnostics) else {
            continue;
        };
        let resources = member(&tree, "resources").map(members).unwrap_or_default();
        let mcp = resources
            .iter()
            .filter(|entry| member(&entry.value, "mcp").is_some());
        found.extend(mcp.cloned());
    }
    if diagnostics.has_errors() {
        return Err(NoResource::Unreadable(diagnostics.into_sorted()));
    }
    Ok(found)
}

fn known(section: &'static str, entry: &Entry) -> KnownEntry {
    let called = if section == "resources" {
        "uri"
    } else {
        "name"
    };
    let wire = text(&entry.value, called).unwrap_or(&entry.key.value);
    let arguments = member(&entry.value, "arguments").map(|node| match &node.value {
        Value::Mapping(entries) => {
            let types = entries.iter().map(|entry| match &entry.value.value {
                Value::Text(ty) => (entry.key.value.clone(), ty.text.clone()),
                _ => (entry.key.value.clone(), String::new()),
            });
            Some(types.collect())
        }
        _ => None,
    });
    KnownEntry {
        section,
        key: entry.key.value.clone(),
        wire: wire.to_owned(),
        pin: text(&entry.value, "pin").map(str::to_owned),
        arguments: arguments.flatten(),
        node: entry.value.clone(),
    }
}

/// The members of a mapping; none of anything else.
pub(super) fn members(node: &Node) -> &[Entry] {
    match &node.value {
        Value::Mapping(entries) => entries,
        _ => &[],
    }
}

fn member<'n>(node: &'n Node, name: &str) -> Option<&'n Node> {
    let mut entries = members(node).iter();
    entries.find_map(|entry| (entry.key.value == name).then_some(&entry.value))
}

fn text<'n>(node: &'n Node, name: &str) -> Option<&'n str> {
    match &member(node, name)?.value {
        Value::Text(text) => Some(&text.text),
        _ => None,
    }
}
