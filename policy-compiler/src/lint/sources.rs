//! Documents that are fetched in a way in which somebody else can decide what they say, or that
//! decide nothing once they are old.

use remit_engine::plan::{Profile, WhenStale};

use super::Subject;
use crate::diagnostic::{Code, Diagnostics};
use crate::document::{Issuer, Jwks, Remote, Url};

pub(super) fn check(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    let document = subject.document;
    for issuer in &document.issuers {
        if let Some(keys) = remote_keys(issuer) {
            plain(keys, diagnostics);
        }
        for list in &issuer.status_lists {
            standing(list, diagnostics);
            elsewhere(list, issuer, diagnostics);
        }
    }
    if let Some(feed) = &document.deny_feed {
        standing(feed, diagnostics);
    }
}

fn remote_keys(issuer: &Issuer) -> Option<&Remote> {
    match &issuer.jwks {
        Some(Jwks::Remote(remote)) => Some(remote),
        Some(Jwks::File(_) | Jwks::Inline(_)) | None => None,
    }
}

fn standing(remote: &Remote, diagnostics: &mut Diagnostics) {
    plain(remote, diagnostics);
    if remote.when_stale.value == WhenStale::Ignore {
        diagnostics.push(
            remote
                .when_stale
                .diagnostic(
                    Code::StaleIgnored,
                    "revoked tokens work again once this cannot be fetched",
                )
                .help("leave it out: what cannot be told to stand is then refused"),
        );
    }
}

fn plain(remote: &Remote, diagnostics: &mut Diagnostics) {
    let url = &remote.url;
    if url.value.is_plain() {
        diagnostics.push(
            url.diagnostic(
                Code::PlainHttp,
                "whoever is on the way can change what is fetched here",
            )
            .help("fetch it with `https`, or from the machine itself"),
        );
    }
}

/// A list that is not where its issuer is.
fn elsewhere(list: &Remote, issuer: &Issuer, diagnostics: &mut Diagnostics) {
    let iss = issuer
        .issuer
        .as_ref()
        .filter(|_| issuer.profile != Profile::JwtSvid);
    let own = iss.and_then(|iss| Url::parse(&iss.value));
    let own = own
        .as_ref()
        .or(remote_keys(issuer).map(|keys| &keys.url.value));
    let Some(own) = own.filter(|own| own.origin() != list.url.value.origin()) else {
        return;
    };
    diagnostics.push(
        list.url
            .diagnostic(
                Code::StatusListElsewhere,
                format!("this status list is not at `{}`", issuer.name.value),
            )
            .label(format!("the issuer is at `{}`", own.origin()))
            .help("name the URL that its tokens refer to, byte by byte"),
    );
}
