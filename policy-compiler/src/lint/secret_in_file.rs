//! What looks like a secret, wherever it stands in the file, comments included: a policy is read by
//! everybody who reviews it, and lies in the history of a repository for good.

use super::Subject;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::secret::{self, Kind};
use crate::source::Span;

pub(super) fn check(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    for (id, file) in subject.sources.files() {
        for found in secret::find(file.text()) {
            let what = match found.kind {
                Kind::Pem => "a private key",
                Kind::Jwk => "the private part of a key",
                Kind::Token => "a token",
                Kind::Credential => "a credential",
                Kind::Named => "a secret",
            };
            let span = Span {
                file: id,
                start: found.range.start,
                end: found.range.end,
            };
            diagnostics.push(
                Diagnostic::new(Code::SecretInFile, span, format!("this looks like {what}")).help(
                    "take it out and replace it where it is valid: who can read the file has it",
                ),
            );
        }
    }
}
