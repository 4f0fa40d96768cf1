//! What each profile of tokens has, and what means nothing to it.

use remit_engine::plan::{Algorithm, Forwarding, Profile};

use crate::diagnostic::{Code, Diagnostics};
use crate::document::fields::{Fields, missing};
use crate::source::{Span, Spanned};

/// The keys of an issuer that depend on its profile.
#[derive(Debug)]
pub(in crate::document) struct Shape {
    pub(in crate::document) profile: Profile,
    /// Its name in a policy.
    pub(in crate::document) name: &'static str,
    pub(in crate::document) required: &'static [&'static str],
    /// Keys that it does not have, and what to do about them.
    pub(in crate::document) foreign: &'static [(&'static str, &'static str)],
    /// What becomes of a token where the policy does not say.
    pub(super) forwarding: Forwarding,
}

const NAMED_BY_ISS: &[(&str, &str)] = &[
    (
        "trust_domain",
        "`issuer` says whose these tokens are; a trust domain belongs to `profile: jwt-svid`",
    ),
    (
        "bundle",
        "these keys are a JWK Set: `jwks`; a bundle belongs to `profile: jwt-svid`",
    ),
];

/// In the order in which the documentation names them; the first is what holds where nothing is
/// said.
pub(in crate::document) const SHAPES: &[Shape] = &[
    Shape {
        profile: Profile::AccessToken,
        name: "access-token",
        required: &["issuer", "algorithms", "jwks", "may_assert"],
        foreign: NAMED_BY_ISS,
        forwarding: Forwarding::Strip,
    },
    Shape {
        profile: Profile::JwtSvid,
        name: "jwt-svid",
        required: &["trust_domain", "algorithms", "bundle"],
        foreign: &[
            (
                "issuer",
                "`iss` of a JWT-SVID is not looked at: the trust domain of its `sub` says whose it is",
            ),
            (
                "jwks",
                "its keys are those of its trust domain: name them under `bundle`",
            ),
        ],
        forwarding: Forwarding::Keep,
    },
    Shape {
        profile: Profile::TxnToken,
        name: "txn-token",
        required: &["trust_domain", "algorithms", "jwks"],
        foreign: &[
            (
                "bundle",
                "these keys are a JWK Set: `jwks`; a bundle belongs to `profile: jwt-svid`",
            ),
            (
                "names",
                "a transaction token names no agent and no task: it only narrows what the credential beside it may do",
            ),
            (
                "binding",
                "what is bound to its sender is the credential beside it",
            ),
            (
                "single_use",
                "it stands beside every request of one transaction: what lets a request through is the credential",
            ),
        ],
        forwarding: Forwarding::Keep,
    },
    Shape {
        profile: Profile::Plain,
        name: "plain",
        required: &["issuer", "algorithms", "jwks", "may_assert"],
        foreign: NAMED_BY_ISS,
        forwarding: Forwarding::Keep,
    },
];

impl Shape {
    /// Complains about keys that are missing and about those that mean nothing here.
    pub(super) fn check(&self, fields: &Fields<'_>, at: Span, diagnostics: &mut Diagnostics) {
        for key in self.required {
            if fields.get(key).is_none() {
                diagnostics.push(missing(key, &self.called(), at));
            }
        }
        for (key, advice) in self.foreign {
            if let Some(span) = fields.place(key) {
                let message = format!("{} has no `{key}`", self.called());
                diagnostics.push(
                    Spanned::new((), span)
                        .diagnostic(Code::ForeignToProfile, message)
                        .help(*advice),
                );
            }
        }
    }

    fn called(&self) -> String {
        match self.profile {
            Profile::AccessToken => "an issuer".to_owned(),
            _ => format!("an issuer of profile `{}`", self.name),
        }
    }

    /// Whether its tokens may be signed so.
    pub(super) fn allows(&self, algorithm: Algorithm) -> bool {
        // JWT-SVID section 2.1 names RS, ES and PS, and no others.
        self.profile != Profile::JwtSvid || algorithm != Algorithm::EdDsa
    }
}
