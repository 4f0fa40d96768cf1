//! The resource of a policy with what a server lists now, as a page to look at.

use super::super::super::Page;
use super::super::super::page::{Item, Part};
use super::super::{Kind, Proposal, whole};
use super::known::{Known, KnownEntry, members};
use super::{Comparison, Difference};

impl Comparison {
    /// The resource with what is listed now. What is unchanged stays as the policy has it, what changed
    /// has to be looked at again, what is new is proposed, and what is gone is left out. Comments of the
    /// policy are not in it.
    #[must_use]
    pub fn merged(&self, known: &Known) -> Page {
        let mut resource = Vec::new();
        let mut missing: Vec<&str> = Kind::SECTIONS.to_vec();
        for member in &known.members {
            let key = member.key.value.as_str();
            match Kind::SECTIONS.iter().find(|section| **section == key) {
                Some(section) => {
                    missing.retain(|each| each != section);
                    resource.extend(self.section(section, known));
                }
                None => {
                    let value = match key {
                        "methods" => block(members(&member.value)),
                        _ => Part::of(&member.value),
                    };
                    resource.push(Item::new(key, value));
                }
            }
        }
        resource.extend(
            missing
                .into_iter()
                .filter_map(|section| self.section(section, known)),
        );
        Page {
            text: whole(&known.name, resource),
            notices: self.notices.clone(),
        }
    }

    fn section(&self, section: &'static str, known: &Known) -> Option<Item> {
        let mut items = Vec::new();
        let mut gone = Vec::new();
        for entry in known
            .entries
            .iter()
            .filter(|entry| entry.section == section)
        {
            match self.proposals.iter().find(|each| entry.is(each)) {
                Some(now) if self.is_changed(entry) => items.push(changed(entry, now)),
                Some(_) => items.push(Item::new(&entry.key, block(members(&entry.node)))),
                None => gone.push(format!("Not listed any more: {}", entry.key)),
            }
        }
        let is_known = |proposal: &Proposal| known.entries.iter().any(|entry| entry.is(proposal));
        let listed = self.proposals.iter();
        for proposal in listed.filter(|each| each.kind.section() == section && !is_known(each)) {
            let mut item = proposal.item();
            item.comments.insert(0, "New:".to_owned());
            items.push(item);
        }
        (!items.is_empty()).then(|| Item {
            comments: gone,
            ..Item::new(section, Part::Block(items))
        })
    }

    fn is_changed(&self, entry: &KnownEntry) -> bool {
        let subject = entry.subject();
        self.changes.iter().any(|change| {
            change.subject == subject && matches!(change.difference, Difference::Changed { .. })
        })
    }
}

/// What the policy says of it, with arguments, headers and pin of the definition of now.
fn changed(entry: &KnownEntry, now: &Proposal) -> Item {
    let proposed = now.item();
    let Part::Block(new) = proposed.value else {
        return proposed;
    };
    let replaced = |key: &str| match key {
        // Where any arguments pass, they do so on purpose.
        "arguments" => entry.arguments.is_some(),
        key => matches!(key, "headers" | "pin" | "reviewed"),
    };
    let mut kept: Vec<Item> = members(&entry.node)
        .iter()
        .filter(|member| !replaced(&member.key.value))
        .map(|member| Item::new(&member.key.value, Part::of(&member.value)))
        .collect();
    kept.extend(new.into_iter().filter(|item| replaced(&item.key)));
    let mut comments = vec!["Changed since it was looked at:".to_owned()];
    comments.extend(proposed.comments);
    Item {
        comments,
        key: entry.key.clone(),
        value: Part::Block(kept),
    }
}

fn block(entries: &[crate::yaml::Entry]) -> Part {
    let items = entries.iter();
    Part::Block(
        items
            .map(|entry| Item::new(&entry.key.value, Part::of(&entry.value)))
            .collect(),
    )
}
