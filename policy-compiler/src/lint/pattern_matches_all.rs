//! A pattern without any fixed part: every identity fits.

use super::Subject;
use crate::diagnostic::{Code, Diagnostics};

pub(super) fn check(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    for pattern in subject.patterns().filter(|one| one.matches_all()) {
        let written = &pattern.written;
        diagnostics.push(
            written
                .diagnostic(
                    Code::PatternMatchesAll,
                    format!("`{}` fits every identity", written.value),
                )
                .help("begin with what is fixed: a trust domain, a host, a prefix"),
        );
    }
}
