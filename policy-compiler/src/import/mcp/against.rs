//! What a server lists, held against the resource that a policy has for it.

mod known;
mod merge;
mod report;

use std::collections::BTreeMap;

use super::super::name::Names;
use super::super::notice::{Notices, Pointer};
use super::super::schema::Shape;
use super::proposal::Proposal;
use super::{Kind, Listing, proposals};
use known::KnownEntry;
pub use known::{Known, NoResource};
pub use report::json;

/// How what is listed differs from what a policy says.
#[derive(Debug)]
pub struct Comparison {
    /// What differs, in the order of the kinds: first what the policy has, then what is new.
    pub changes: Vec<Change>,
    /// How many operations are as they were when they were looked at.
    pub unchanged: usize,
    /// Operations of the policy without a pin: whether they are as they were cannot be told.
    pub unpinned: Vec<Subject>,
    /// What could not be imported, and what is odd.
    pub notices: Notices,
    proposals: Vec<Proposal>,
}

/// What is spoken of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// `tool`, `prompt` or `resource`.
    pub kind: &'static str,
    /// Its name in the policy.
    pub operation: String,
    /// Its name or URI on the wire.
    pub called: String,
}

/// Something that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// What differs.
    pub subject: Subject,
    /// How.
    pub difference: Difference,
}

/// How something differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Difference {
    /// The policy does not have it.
    Added {
        /// Where it is listed.
        place: Pointer,
    },
    /// The server does not list it.
    Removed,
    /// Its definition is another than the one that was looked at.
    Changed {
        /// Where it is listed.
        place: Pointer,
        /// The pin of the definition that was looked at.
        old: String,
        /// The pin of the one that is listed, where it has one.
        new: Option<String>,
        /// Arguments that are declared otherwise than the definition has them now.
        arguments: Vec<ArgumentChange>,
    },
}

/// An argument that is declared otherwise than a definition has it. `*` stands for others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArgumentChange {
    /// Its name.
    pub name: String,
    /// Its type in the policy.
    pub old: Option<String>,
    /// Its type by the definition.
    pub new: Option<String>,
}

/// Compares.
#[must_use]
pub fn compare(listing: &Listing, known: &Known) -> Comparison {
    let mut notices = listing.notices.clone();
    let mut names = Names::default();
    for name in known.names() {
        names.take(name);
    }
    let by_wire: BTreeMap<_, _> = known
        .entries
        .iter()
        .map(|entry| ((entry.section, entry.wire.clone()), entry.key.clone()))
        .collect();
    let proposals = proposals(listing, &by_wire, &mut names, &mut notices);
    let mut comparison = Comparison {
        changes: Vec::new(),
        unchanged: 0,
        unpinned: Vec::new(),
        notices,
        proposals: Vec::new(),
    };
    for section in Kind::SECTIONS {
        let entries = known.entries.iter();
        for entry in entries.filter(|entry| entry.section == *section) {
            let now = proposals.iter().find(|each| entry.is(each));
            comparison.add_known(entry, now);
        }
        let new = proposals.iter().filter(|each| {
            each.kind.section() == *section && !by_wire.contains_key(&each.called())
        });
        comparison.changes.extend(new.map(|proposal| Change {
            subject: Subject {
                kind: proposal.kind.word(),
                operation: proposal.key.clone(),
                called: proposal.wire.clone(),
            },
            difference: Difference::Added {
                place: proposal.place.clone(),
            },
        }));
    }
    comparison.proposals = proposals;
    comparison
}

impl Comparison {
    fn add_known(&mut self, entry: &KnownEntry, now: Option<&Proposal>) {
        let subject = entry.subject();
        let Some(now) = now else {
            self.changes.push(Change {
                subject,
                difference: Difference::Removed,
            });
            return;
        };
        match (&entry.pin, &now.pin) {
            (Some(old), new) if new.as_ref() != Some(old) => self.changes.push(Change {
                subject,
                difference: Difference::Changed {
                    place: now.place.clone(),
                    old: old.clone(),
                    new: new.clone(),
                    arguments: argument_changes(entry, now),
                },
            }),
            (None, Some(_)) => self.unpinned.push(subject),
            _ => self.unchanged += 1,
        }
    }
}

/// How the arguments differ. Where the policy lets any pass, there is nothing to differ.
fn argument_changes(entry: &KnownEntry, now: &Proposal) -> Vec<ArgumentChange> {
    let Some(old) = &entry.arguments else {
        return Vec::new();
    };
    let new = declared(now.arguments.as_ref());
    let names: std::collections::BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    names
        .into_iter()
        .filter(|name| old.get(*name) != new.get(*name))
        .map(|name| ArgumentChange {
            name: name.clone(),
            old: old.get(name).cloned(),
            new: new.get(name).cloned(),
        })
        .collect()
}

/// Arguments with their types as a policy has them.
fn declared(shape: Option<&Shape>) -> BTreeMap<String, String> {
    let any = || ("*".to_owned(), "any".to_owned());
    match shape {
        None => BTreeMap::new(),
        Some(Shape::Any) => BTreeMap::from([any()]),
        Some(Shape::Members { members, others }) => {
            let declared = members.iter();
            let declared = declared.map(|member| (member.name.clone(), member.declared()));
            let others = (*others == remit_engine::plan::Others::Pass).then(any);
            declared.chain(others).collect()
        }
    }
}

#[cfg(test)]
mod tests;
