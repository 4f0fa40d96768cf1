//! An issuer whose tokens may outlive what they are for.

use super::Subject;
use crate::diagnostic::{Code, Diagnostics};

/// Longest life, in seconds, that nobody has to account for.
const LONGEST: u32 = 15 * 60;

pub(super) fn check(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    let issuers = subject.document.issuers.iter();
    for issuer in issuers.filter(|one| one.max_lifetime.value > LONGEST) {
        let lifetime = &issuer.max_lifetime;
        diagnostics.push(
            lifetime
                .diagnostic(
                    Code::LongLifetime,
                    format!(
                        "tokens of `{}` may live longer than {} minutes",
                        issuer.name.value,
                        LONGEST / 60
                    ),
                )
                .label(format!("{} minutes", lifetime.value.div_ceil(60)))
                .help("a stolen token works until it expires: let the agent ask for a new one"),
        );
    }
}
