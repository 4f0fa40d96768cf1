//! Holding what the files define against what their owners may.

use std::collections::HashMap;

use super::{Declared, OWNED, OwnedFile, Owner};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, did_you_mean, listing};
use crate::document::Document;
use crate::source::{Sources, Span, Spanned};

/// Complains about files without an owner, and about what an owner may not define.
pub(in crate::document) fn check(
    document: &Document,
    sources: &Sources,
    diagnostics: &mut Diagnostics,
) {
    let Some(declared) = &document.owners.declared else {
        return;
    };
    let mut owned = HashMap::new();
    for file in &document.owners.files {
        let owner = declared.owner(file, sources, diagnostics);
        owned.extend(owner.map(|owner| (file.start.file, owner)));
    }
    for defined in definitions(document) {
        // Of a file whose owner is in doubt, only that is said.
        let owner = owned.get(&defined.span.file);
        if let Some(owner) = owner.filter(|one| !one.covers(defined.section, defined.name)) {
            diagnostics.push(not_owner(&defined, owner, declared));
        }
    }
}

impl Declared {
    /// Whose a file is; where that cannot be told, the reason is said.
    fn owner(
        &self,
        file: &OwnedFile,
        sources: &Sources,
        diagnostics: &mut Diagnostics,
    ) -> Option<&Owner> {
        let names = || self.owners.iter().map(|one| one.name.value.as_str());
        let Some(written) = &file.owner else {
            let message = "a file of a policy with `owners` needs the key `owner`";
            diagnostics.push(
                Diagnostic::new(Code::MissingKey, file.start, message)
                    .help(format!("the owners are {}", listing(names()))),
            );
            return None;
        };
        let mut known = self.owners.iter();
        let Some(owner) = known.find(|one| one.name.value == written.value) else {
            let message = format!("there is no owner `{}`", written.value);
            diagnostics.push(
                written
                    .diagnostic(Code::UnknownName, message)
                    .help(format!("the owners are {}", listing(names())))
                    .help_if(did_you_mean(&written.value, names())),
            );
            return None;
        };
        let source = sources.file(file.start.file);
        let name = source.and_then(|one| one.path().file_name());
        let name = name.unwrap_or_default().to_string_lossy();
        let names_owners = self.at.file == file.start.file;
        if names_owners || called_after(&name, names()) == Some(&written.value) {
            return Some(owner);
        }
        diagnostics.push(misnamed(written, &name));
        None
    }
}

/// The owner after which a file is called; the longest, where one name begins with another.
fn called_after<'a>(file: &str, owners: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let begins = |owner: &&str| {
        let rest = file.strip_prefix(owner);
        rest.is_some_and(|rest| rest.starts_with(['.', '-', '_']))
    };
    owners.filter(begins).max_by_key(|owner| owner.len())
}

fn misnamed(owner: &Spanned<String>, file: &str) -> Diagnostic {
    let name = &owner.value;
    owner
        .diagnostic(
            Code::NotOwner,
            format!("the file `{file}` is not called after `{name}`"),
        )
        .help(format!(
            "call it `{name}.yaml` or `{name}-….yaml`: who may change a file is decided by its name"
        ))
}

/// Something that a file defines.
struct Defined<'a> {
    section: &'static str,
    what: &'static str,
    name: &'a str,
    span: Span,
}

fn definitions(document: &Document) -> Vec<Defined<'_>> {
    let names = |section: &str| -> Vec<(&str, Span)> {
        match section {
            "labels" => document.labels.iter().map(|one| of(&one.name)).collect(),
            "issuers" => document.issuers.iter().map(|one| of(&one.name)).collect(),
            "resources" => document.resources.iter().map(|one| of(&one.name)).collect(),
            "tasks" => document.tasks.iter().map(|one| of(&one.name)).collect(),
            "guards" => {
                let rules = document.guards.iter().map(|one| ("", one.rule.span));
                let limits = document.guarding.iter().map(|one| ("", one.id.span));
                rules.chain(limits).collect()
            }
            "deny_feed" => {
                let feed = document.deny_feed.iter();
                feed.map(|feed| ("", feed.url.span)).collect()
            }
            "break_glass" => {
                let exceptions = document.break_glass.iter();
                exceptions.map(|one| ("", one.id.span)).collect()
            }
            "history" => {
                let history = document.history.iter();
                history.map(|one| ("", one.span)).collect()
            }
            "fleet" => {
                let fleet = document.fleet.iter();
                fleet.map(|one| ("", one.cluster.span)).collect()
            }
            "approvals" => {
                let approvals = document.approvals.iter();
                approvals.map(|one| ("", one.span)).collect()
            }
            "observe" => document.observe.iter().map(|one| ("", one.span)).collect(),
            _ => document
                .public
                .iter()
                .map(|one| ("", one.http.span))
                .collect(),
        }
    };
    let defined = OWNED.iter().flat_map(|(section, what, _)| {
        names(section).into_iter().map(|(name, span)| Defined {
            section,
            what,
            name,
            span,
        })
    });
    defined.collect()
}

fn of(name: &Spanned<String>) -> (&str, Span) {
    (&name.value, name.span)
}

fn not_owner(defined: &Defined<'_>, owner: &Owner, declared: &Declared) -> Diagnostic {
    let Defined {
        section,
        what,
        name,
        span,
    } = *defined;
    let thing = match name {
        "" => format!("a {what}"),
        name => format!("the {what} `{name}`"),
    };
    let other = declared.owners.iter().find(|one| one.covers(section, name));
    let mend = match (other, name) {
        (Some(other), _) => format!("it belongs into a file of `{}`", other.name.value),
        (None, "") => format!("no owner may: add `{section}` under `owners`"),
        (None, name) => {
            format!("no owner may: add `{section}.{name}` or `{section}` under `owners`")
        }
    };
    Diagnostic::new(
        Code::NotOwner,
        span,
        format!("`{}` may not define {thing}", owner.name.value),
    )
    .also(
        owner.listed,
        format!("what `{}` may define", owner.name.value),
    )
    .help(mend)
}
