//! Who may define what, where a policy is a folder of files.
//!
//! A file says whose it is: `owner: desk`. One file of the policy may say what each owner defines:
//! `owners: {security: [issuers], desk: [tasks.triage]}`. Then every file needs an owner, and what
//! an owner was not given is an error where it stands. Ownership is about files; it is no part of
//! the plan.
//!
//! INVARIANT: a file cannot take itself another owner. But for the file that names the owners, it is
//! called after its own, so that a repository's rule of who may change which path is about the same
//! people.

mod check;

use super::fields::{Fields, entries, some_items, text};
use super::scalars;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, did_you_mean, listing};
use crate::source::{FileId, Span, Spanned};
use crate::yaml::Node;

pub(super) use check::check;

/// What can be owned: the section, what one thing in it is called, whether one thing of it can be.
pub(super) const OWNED: &[(&str, &str, Extent)] = &[
    ("labels", "label", Extent::Each),
    ("issuers", "issuer", Extent::Each),
    ("public", "public operation", Extent::Whole),
    ("resources", "resource", Extent::Each),
    ("tasks", "task", Extent::Each),
    ("guards", "guard", Extent::Whole),
    ("observe", "list of observed rules", Extent::Whole),
    ("deny_feed", "deny feed", Extent::Whole),
    ("break_glass", "break-glass exception", Extent::Whole),
    ("history", "history", Extent::Whole),
    ("fleet", "fleet", Extent::Whole),
    ("approvals", "section of approvals", Extent::Whole),
];

/// How finely a section can be given away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Extent {
    /// As a whole, or by the names in it.
    Each,
    /// As a whole only.
    Whole,
}

/// The owners of a policy's files.
#[derive(Debug, Default)]
pub(crate) struct Owners {
    files: Vec<OwnedFile>,
    declared: Option<Declared>,
}

#[derive(Debug)]
struct OwnedFile {
    start: Span,
    owner: Option<Spanned<String>>,
}

#[derive(Debug)]
struct Declared {
    at: Span,
    owners: Vec<Owner>,
}

#[derive(Debug)]
struct Owner {
    name: Spanned<String>,
    /// Where what it may define is listed.
    listed: Span,
    /// `None` where part of it could not be read.
    may: Option<Vec<Part>>,
}

/// A section, or one name of it.
#[derive(Debug, PartialEq, Eq)]
struct Part {
    section: String,
    name: Option<String>,
}

impl Owner {
    fn covers(&self, section: &str, name: &str) -> bool {
        let fits = |part: &Part| {
            part.section == section && part.name.as_ref().is_none_or(|only| only == name)
        };
        self.may.as_ref().is_none_or(|parts| parts.iter().any(fits))
    }
}

impl Owners {
    /// Reads what one file says of owners.
    pub(super) fn read_file(
        &mut self,
        top: &Fields<'_>,
        start: Span,
        diagnostics: &mut Diagnostics,
    ) {
        let owner = top
            .get("owner")
            .and_then(|node| scalars::name(node, diagnostics));
        self.files.push(OwnedFile { start, owner });
        let Some(node) = top.get("owners") else {
            return;
        };
        if let Some(first) = &self.declared {
            diagnostics.push(
                Diagnostic::new(
                    Code::DuplicateName,
                    node.span,
                    "the owners of a policy are named in one file",
                )
                .label("again here")
                .also(first.at, "first here"),
            );
            return;
        }
        let mut owners = Vec::new();
        for entry in entries(Some(node), diagnostics) {
            scalars::check_name(&entry.key, diagnostics);
            let items = some_items(Some(&entry.value), diagnostics);
            let parts: Vec<Part> = items
                .iter()
                .filter_map(|item| part(item, diagnostics))
                .collect();
            owners.push(Owner {
                name: entry.key.clone(),
                listed: entry.value.span,
                may: (parts.len() == items.len()).then_some(parts),
            });
        }
        self.declared = Some(Declared {
            at: node.span,
            owners,
        });
    }

    /// Words for a place in a file that has an owner: `by` them.
    pub(super) fn place(&self, place: &str, file: FileId) -> String {
        match self.of(file) {
            Some(owner) => format!("{place}, by `{}`", owner.value),
            None => place.to_owned(),
        }
    }

    fn of(&self, file: FileId) -> Option<&Spanned<String>> {
        let found = self.files.iter().find(|one| one.start.file == file);
        found.and_then(|one| one.owner.as_ref())
    }
}

/// `section`, or `section.name`.
fn part(node: &Node, diagnostics: &mut Diagnostics) -> Option<Part> {
    let written = text(node, diagnostics)?;
    let (section, name) = match written.value.split_once('.') {
        Some((section, name)) => (section, Some(name.to_owned())),
        None => (written.value.as_str(), None),
    };
    let known = OWNED.iter().find(|(known, ..)| *known == section);
    let problem = match known {
        Some((_, _, Extent::Whole)) if name.is_some() => {
            format!("`{section}` can be owned as a whole only")
        }
        Some(_) => {
            let section = section.to_owned();
            return Some(Part { section, name });
        }
        None => format!("`{section}` is not a section that can be owned"),
    };
    let sections = || OWNED.iter().map(|(section, ..)| *section);
    diagnostics.push(
        written
            .diagnostic(Code::UnknownValue, problem)
            .help(format!(
                "it can be {}, or one name of a section: `tasks.triage`",
                listing(sections())
            ))
            .help_if(did_you_mean(section, sections()).filter(|_| known.is_none())),
    );
    None
}
