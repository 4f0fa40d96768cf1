//! Reading `issuers`.

use remit_engine::plan::Profile;

use super::fields::{Fields, missing, some_items, text};
use super::{ClaimPath, IdentityNames, Issuer, Jwks, claims, pattern, scalars};
use crate::diagnostic::{Code, Diagnostics};
use crate::source::Spanned;
use crate::yaml::{Entry, Node};

pub(super) const KEYS: &[&str] = &[
    "issuer",
    "profile",
    "algorithms",
    "jwks",
    "may_assert",
    "max_lifetime",
    "leeway",
    "binding",
    "names",
    "claims",
];
pub(super) const IDENTITIES: &[&str] =
    &["agent", "task", "task_id", "session", "instance", "tenant"];
pub(super) const PROFILES: &[(&str, Profile)] = &[
    ("access-token", Profile::AccessToken),
    ("plain", Profile::Plain),
];
pub(super) const BINDINGS: &[(&str, ())] = &[("bearer-ok", ())];

/// Longest life of a token that a policy can accept: beyond a day it is no task's token.
const LONGEST_LIFETIME: u32 = 24 * 3600;
const DEFAULT_LIFETIME: u32 = 15 * 60;
/// Clocks that differ by more are broken (RFC 7519 section 4.1.4 speaks of a few minutes).
const LONGEST_LEEWAY: u32 = 60;
const DEFAULT_LEEWAY: u32 = 5;
pub(super) const ISSUER_BYTES: usize = 512;

/// Reads one issuer.
pub(super) fn read(entry: &Entry, diagnostics: &mut Diagnostics) -> Option<Issuer> {
    scalars::check_name(&entry.key, diagnostics);
    let at = entry.key.span;
    let fields = Fields::open(&entry.value, "an issuer", at, KEYS, &[], diagnostics)?;
    let issuer = fields
        .require("issuer", diagnostics)
        .and_then(|node| scalars::line(node, ISSUER_BYTES, diagnostics));
    let profile = fields
        .get("profile")
        .and_then(|node| profile(node, diagnostics));
    let mut algorithms = Vec::new();
    for item in some_items(fields.require("algorithms", diagnostics), diagnostics) {
        if let Some(algorithm) = scalars::algorithm(item, diagnostics)
            && !algorithms.contains(&algorithm)
        {
            algorithms.push(algorithm);
        }
    }
    let jwks = fields
        .require("jwks", diagnostics)
        .and_then(|node| jwks(node, diagnostics));
    let may_assert = pattern::read(fields.require("may_assert", diagnostics), diagnostics);
    let max_lifetime = fields.get("max_lifetime").and_then(|node| {
        let seconds = scalars::duration(node, 1, LONGEST_LIFETIME, diagnostics)?;
        Some(Spanned::new(seconds, node.span))
    });
    let leeway = fields
        .get("leeway")
        .and_then(|node| scalars::duration(node, 0, LONGEST_LEEWAY, diagnostics));
    if let Some(node) = fields.get("binding") {
        binding(node, diagnostics);
    }
    let names = fields
        .get("names")
        .map(|node| identity_names(node, diagnostics));
    let claims = fields
        .get("claims")
        .map(|node| claims::read_claims(node, diagnostics));
    Some(Issuer {
        name: entry.key.clone(),
        issuer,
        profile: profile.unwrap_or(Profile::AccessToken),
        algorithms,
        jwks,
        may_assert,
        max_lifetime: max_lifetime.unwrap_or(Spanned::new(DEFAULT_LIFETIME, at)),
        leeway: leeway.unwrap_or(DEFAULT_LEEWAY),
        names: names.unwrap_or_default(),
        claims: claims.unwrap_or_default(),
    })
}

fn profile(node: &Node, diagnostics: &mut Diagnostics) -> Option<Profile> {
    scalars::word(
        node,
        "a profile of tokens",
        PROFILES,
        &["jwt-svid", "txn-token"],
        diagnostics,
    )
}

fn binding(node: &Node, diagnostics: &mut Diagnostics) {
    scalars::word(node, "a binding", BINDINGS, &["dpop", "mtls"], diagnostics);
}

fn jwks(node: &Node, diagnostics: &mut Diagnostics) -> Option<Jwks> {
    const KEYS: &[&str] = &["file", "inline"];
    let at = node.span;
    let fields = Fields::open(node, "`jwks`", at, KEYS, &["url", "cluster"], diagnostics)?;
    match (fields.get("file"), fields.get("inline")) {
        (Some(file), None) => text(file, diagnostics).map(Jwks::File),
        (None, Some(keys)) => Some(Jwks::Inline(keys.clone())),
        (Some(_), Some(keys)) => {
            diagnostics.push(
                Spanned::new((), keys.span)
                    .diagnostic(Code::UnknownKey, "`file` and `inline` exclude each other"),
            );
            None
        }
        (None, None) => {
            if fields.get("url").is_none() {
                diagnostics.push(missing("file", "`jwks`", at).help("or `inline`"));
            }
            None
        }
    }
}

fn identity_names(node: &Node, diagnostics: &mut Diagnostics) -> IdentityNames {
    let Some(fields) = Fields::open(node, "`names`", node.span, IDENTITIES, &[], diagnostics)
    else {
        return IdentityNames::default();
    };
    let mut path = |name| {
        fields
            .get(name)
            .and_then(|node| claims::path(node, diagnostics))
    };
    let names = IdentityNames {
        agent: path("agent"),
        task: path("task"),
        task_id: path("task_id"),
        session: path("session"),
        instance: path("instance"),
        tenant: path("tenant"),
    };
    three_claims(&names, diagnostics);
    names
}

/// What one run did must not be charged to another because two names share a claim.
fn three_claims(names: &IdentityNames, diagnostics: &mut Diagnostics) {
    let all: [(&str, &Option<ClaimPath>); 3] = [
        ("task_id", &names.task_id),
        ("session", &names.session),
        ("instance", &names.instance),
    ];
    let mut seen: Vec<(&str, &ClaimPath)> = Vec::new();
    for (name, path) in all {
        let Some(path) = path else { continue };
        if let Some((other, first)) = seen.iter().find(|(_, first)| first.value == path.value) {
            diagnostics.push(
                path.diagnostic(
                    Code::SameClaim,
                    format!(
                        "`{name}` and `{other}` come from the same claim `{}`",
                        path.value.join(".")
                    ),
                )
                .also(first.span, format!("`{other}` comes from it"))
                .help("leave out the one that the issuer does not send"),
            );
        }
        seen.push((name, path));
    }
}
