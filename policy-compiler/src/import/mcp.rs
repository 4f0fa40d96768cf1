//! What an MCP server lists (revisions 2024-11-05 to 2026-07-28): read from files or asked for, proposed
//! as a resource of a policy, and held against a policy that there is.

pub mod against;
pub mod client;
mod definition;
mod proposal;
mod read;
mod sse;
mod uri;

pub use definition::{Definition, Kind};
pub use read::{Listing, Unreadable};

use std::collections::BTreeMap;

use super::name::{Names, near};
use super::notice::Notices;
use super::page::{self, Item, Part};
use super::{NoHost, Page, Place};
use proposal::Proposal;

/// What every page says first.
const PREFACE: &[&str] = &[
    "Proposed from what an MCP server lists. Names, types and hints are the server's own word: nobody has",
    "to keep to a hint, and a class decides what rules allow. Look at each entry, at what the server does",
    "with it and at its class; then take `reviewed: false` out. `pin` is the hash of the definition that",
    "was looked at.",
];

/// Proposes a resource with everything that is listed.
///
/// # Errors
/// [`NoHost`].
pub fn propose(listing: &Listing, place: &Place) -> Result<Page, NoHost> {
    let mut notices = listing.notices.clone();
    let proposals = proposals(
        listing,
        &BTreeMap::new(),
        &mut Names::default(),
        &mut notices,
    );
    let host = place.host.clone().ok_or(NoHost)?;
    let name = match &place.resource {
        Some(name) => name.clone(),
        None => resource_name(&host),
    };
    let path = place.path.clone().unwrap_or_else(|| "/mcp".to_owned());
    let audience = match &place.audience {
        Some(audience) => Item::new("audience", Part::text(audience)),
        None => Item {
            comments: vec![
                "Not said by the server's lists: the audience that its tokens carry.".to_owned(),
            ],
            ..Item::new("audience", Part::text(format!("https://{host}")))
        },
    };
    let endpoint = vec![
        ("host".to_owned(), Part::text(&host)),
        ("path".to_owned(), Part::text(path)),
    ];
    let mut resource = vec![Item::new("mcp", Part::Braces(endpoint)), audience];
    resource.extend(sections(&proposals, &mut |proposal| proposal.item()));
    Ok(Page {
        text: whole(&name, resource),
        notices,
    })
}

/// A page with one resource.
fn whole(name: &str, resource: Vec<Item>) -> String {
    let version = Item {
        comments: PREFACE.iter().map(|line| (*line).to_owned()).collect(),
        ..Item::new("remit", Part::text("v1"))
    };
    let resource = Item::new(name, Part::Block(resource));
    page::laid_out(&[version, Item::new("resources", Part::Block(vec![resource]))])
}

/// The entries under `tools`, `prompts` and `resources`.
fn sections(proposals: &[Proposal], item: &mut dyn FnMut(&Proposal) -> Item) -> Vec<Item> {
    let mut sections = Vec::new();
    for section in Kind::SECTIONS {
        let entries: Vec<Item> = proposals
            .iter()
            .filter(|proposal| proposal.kind.section() == *section)
            .map(&mut *item)
            .collect();
        if !entries.is_empty() {
            sections.push(Item::new(*section, Part::Block(entries)));
        }
    }
    sections
}

/// What is called, by kind and name on the wire.
type Called = (&'static str, String);

/// Proposes an operation for everything that is listed. What has a name in a policy, by `known`, keeps it.
fn proposals(
    listing: &Listing,
    known: &BTreeMap<Called, String>,
    names: &mut Names,
    notices: &mut Notices,
) -> Vec<Proposal> {
    let mut proposals: Vec<Proposal> = Vec::new();
    for definition in &listing.definitions {
        if let Some(mut proposal) = Proposal::new(definition, notices) {
            if let Some(name) = known.get(&proposal.called()) {
                proposal.key.clone_from(name);
            }
            proposals.push(proposal);
        }
    }
    // Those that can have the names they have get them before others could.
    let mut nameless = Vec::new();
    for (index, proposal) in proposals.iter().enumerate() {
        let has = known.contains_key(&proposal.called())
            || (proposal.has_policy_name() && names.take(&proposal.key));
        if !has {
            nameless.push(index);
        }
    }
    for index in nameless {
        if let Some(proposal) = proposals.get_mut(index) {
            proposal.key = names.make(&proposal.key, proposal.kind.word());
        }
    }
    proposals
}

/// A name made of a host: of `mcp.corp.example` it is `corp`.
fn resource_name(host: &str) -> String {
    const GENERAL: &[&str] = &["mcp", "api", "www"];
    let labels = || host.split(['.', ':']).filter(|label| !label.is_empty());
    let label = labels()
        .find(|label| !GENERAL.contains(label))
        .unwrap_or(host);
    near(label, "server")
}

#[cfg(test)]
mod tests;
