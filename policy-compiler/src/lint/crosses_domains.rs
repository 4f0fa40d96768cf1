//! `spiffe://*/support`: whoever has a trust domain of their own can have such an identity.

use super::Subject;
use crate::diagnostic::{Code, Diagnostics};

pub(super) fn check(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    for pattern in subject.patterns().filter(|one| one.crosses_domains()) {
        let written = &pattern.written;
        let open = match pattern.pattern.scheme.as_str() {
            "spiffe://" => "trust domain",
            _ => "host",
        };
        diagnostics.push(
            written
                .diagnostic(
                    Code::CrossesDomains,
                    format!("`{}` fits identities of every {open}", written.value),
                )
                .label(format!("the {open} is a wildcard"))
                .help(format!("write the {open}; several are several patterns")),
        );
    }
}
