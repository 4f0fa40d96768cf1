//! What compiles and is risky all the same: one file a lint.
//!
//! A lint is a diagnostic like any other: a row of the code table with a page, said by whatever
//! compiles a policy. It never changes the plan. Lints run on what could be read, also where the
//! policy has errors, so each must bear with parts that are missing.

mod break_glass;
mod crosses_domains;
mod delegation;
mod long_lifetime;
mod never_before;
mod pattern_matches_all;
mod secret_in_file;
mod shadowed;
mod sources;
mod unreviewed;
mod wildcard_writes;
mod without_limits;

use crate::diagnostic::Diagnostics;
use crate::document::{Document, WrittenPattern};
use crate::resolve::Resolved;
use crate::source::Sources;

/// What lints look at.
pub(crate) struct Subject<'a> {
    pub(crate) document: &'a Document,
    pub(crate) resolved: &'a Resolved<'a>,
    pub(crate) sources: &'a Sources,
}

type Lint = fn(&Subject<'_>, &mut Diagnostics);

const LINTS: &[Lint] = &[
    break_glass::check,
    crosses_domains::check,
    delegation::check,
    long_lifetime::check,
    never_before::check,
    pattern_matches_all::check,
    secret_in_file::check,
    shadowed::check,
    sources::check,
    unreviewed::check,
    wildcard_writes::check,
    without_limits::check,
];

/// Runs all lints.
pub(crate) fn run(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    for lint in LINTS {
        lint(subject, diagnostics);
    }
}

impl<'a> Subject<'a> {
    /// Every pattern over identities: of issuers, then of tasks, then of exceptions.
    fn patterns(&self) -> impl Iterator<Item = &'a WrittenPattern> {
        let issuers = self.document.issuers.iter().flat_map(|one| &one.may_assert);
        let tasks = self.document.tasks.iter().flat_map(|one| {
            let to = one.delegation.iter().flat_map(|delegation| &delegation.to);
            one.agents.iter().chain(to)
        });
        let exceptions = self.document.break_glass.iter();
        let exceptions = exceptions.flat_map(|one| &one.agents);
        issuers.chain(tasks).chain(exceptions)
    }
}
