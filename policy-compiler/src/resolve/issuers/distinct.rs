//! What no two issuers may share: it would be a matter of order which rules a token falls under.

use std::collections::HashMap;

use remit_engine::plan::Profile;

use crate::diagnostic::{Code, Diagnostics};
use crate::document::{Document, Issuer};
use crate::source::{Span, Spanned};

/// Complains about two issuers for one token, and about two issuers with one status list.
pub(super) fn check(document: &Document, diagnostics: &mut Diagnostics) {
    let issuers = || document.issuers.iter();
    let of = |profile: Profile| issuers().filter(move |one| one.profile == profile);
    let named =
        issuers().filter(|one| matches!(one.profile, Profile::AccessToken | Profile::Plain));
    let iss: Vec<&Spanned<String>> = named.filter_map(|one| one.issuer.as_ref()).collect();
    twice(&iss, diagnostics, |iss| {
        format!("two issuers have the `iss` claim `{iss}`")
    });
    let domain = |one: &'_ Issuer| one.trust_domain.clone();
    let owned: Vec<Spanned<String>> = of(Profile::JwtSvid).filter_map(domain).collect();
    twice(&owned.iter().collect::<Vec<_>>(), diagnostics, |domain| {
        format!("two issuers speak for the trust domain `{domain}`")
    });
    let owned: Vec<Spanned<String>> = of(Profile::TxnToken).filter_map(domain).collect();
    twice(&owned.iter().collect::<Vec<_>>(), diagnostics, |domain| {
        format!("two issuers give out transaction tokens for `{domain}`")
    });
    let lists: Vec<Spanned<String>> = issuers()
        .flat_map(|one| &one.status_lists)
        .map(|list| Spanned::new(list.url.value.text().to_owned(), list.url.span))
        .collect();
    twice(&lists.iter().collect::<Vec<_>>(), diagnostics, |url| {
        format!("the status list `{url}` is named twice")
    });
}

fn twice(
    names: &[&Spanned<String>],
    diagnostics: &mut Diagnostics,
    message: impl Fn(&str) -> String,
) {
    let mut seen: HashMap<&str, Span> = HashMap::new();
    for name in names {
        match seen.get(name.value.as_str()) {
            Some(first) => diagnostics.push(
                name.diagnostic(Code::DuplicateName, message(&name.value))
                    .label("again here")
                    .also(*first, "first here"),
            ),
            None => {
                seen.insert(&name.value, name.span);
            }
        }
    }
}
