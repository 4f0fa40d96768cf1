//! Reading `issuers`.

mod keys;
mod names;
mod profile;

use remit_engine::plan::{Binding, Forwarding, Profile, Uses};

use super::fields::{Fields, items, some_items};
use super::{Issuer, claims, pattern, scalars, sources};
use crate::diagnostic::{Code, Diagnostics};
use crate::source::Spanned;
use crate::yaml::{Entry, Node};

pub(super) use keys::read as keys;
pub(super) use profile::{SHAPES, Shape};

pub(super) const KEYS: &[&str] = &[
    "issuer",
    "trust_domain",
    "profile",
    "algorithms",
    "jwks",
    "bundle",
    "may_assert",
    "max_lifetime",
    "leeway",
    "binding",
    "status_lists",
    "details",
    "forward",
    "single_use",
    "names",
    "claims",
];
pub(super) const IDENTITIES: &[&str] = &[
    "agent",
    "task",
    "task_id",
    "session",
    "instance",
    "tenant",
    "approvals",
];
pub(super) const BINDINGS: &[(&str, Binding)] = &[
    ("bearer-ok", Binding::BearerOk),
    ("dpop", Binding::Dpop),
    ("mtls", Binding::Mtls),
    ("any", Binding::Any),
];
pub(super) const SINGLE_USE: &[(&str, Uses)] = &[("true", Uses::One), ("false", Uses::Many)];
const FORWARD: &[(&str, Forwarding)] = &[("true", Forwarding::Keep), ("false", Forwarding::Strip)];

/// Longest life of a token that a policy can accept: beyond a day it is no task's token.
const LONGEST_LIFETIME: u32 = 24 * 3600;
const DEFAULT_LIFETIME: u32 = 15 * 60;
/// Clocks that differ by more are broken (RFC 7519 section 4.1.4 speaks of a few minutes).
const LONGEST_LEEWAY: u32 = 60;
const DEFAULT_LEEWAY: u32 = 5;
pub(super) const ISSUER_BYTES: usize = 512;
/// SPIFFE-ID section 2.1.
pub(super) const TRUST_DOMAIN_BYTES: usize = 255;
pub(super) const DETAIL_TYPE_BYTES: usize = 256;

/// Reads one issuer.
pub(super) fn read(entry: &Entry, diagnostics: &mut Diagnostics) -> Option<Issuer> {
    scalars::check_name(&entry.key, diagnostics);
    let at = entry.key.span;
    let fields = Fields::open(&entry.value, "an issuer", at, KEYS, &[], diagnostics)?;
    let shape = match fields.get("profile") {
        None => SHAPES.first(),
        Some(node) => shape(node, diagnostics),
    };
    if let Some(shape) = shape {
        shape.check(&fields, at, diagnostics);
    }
    let profile = shape.map_or(Profile::AccessToken, |shape| shape.profile);
    let issuer = fields
        .get("issuer")
        .and_then(|node| scalars::line(node, ISSUER_BYTES, diagnostics));
    let trust_domain = fields
        .get("trust_domain")
        .and_then(|node| trust_domain(node, profile, diagnostics));
    let algorithms = algorithms(&fields, shape, diagnostics);
    let keys = match fields.get("bundle") {
        Some(node) => keys::read(node, "`bundle`", diagnostics),
        None => fields
            .get("jwks")
            .and_then(|node| keys::read(node, "`jwks`", diagnostics)),
    };
    let may_assert = pattern::read(fields.get("may_assert"), diagnostics);
    let max_lifetime = fields.get("max_lifetime").and_then(|node| {
        let seconds = scalars::duration(node, 1, LONGEST_LIFETIME, diagnostics)?;
        Some(Spanned::new(seconds, node.span))
    });
    let leeway = fields
        .get("leeway")
        .and_then(|node| scalars::duration(node, 0, LONGEST_LEEWAY, diagnostics));
    let binding = fields
        .get("binding")
        .and_then(|node| scalars::word(node, "a binding", BINDINGS, &[], diagnostics));
    let lists = items(fields.get("status_lists"), diagnostics);
    let status_lists = lists
        .iter()
        .filter_map(|node| {
            sources::standing(node, "a status list", sources::STATUS_LIST, diagnostics)
        })
        .collect();
    let details = items(fields.get("details"), diagnostics);
    let detail_types = details
        .iter()
        .filter_map(|node| scalars::line(node, DETAIL_TYPE_BYTES, diagnostics))
        .map(|one| one.value)
        .collect();
    let forwarding = fields
        .get("forward")
        .and_then(|node| forwarding(node, profile, diagnostics));
    let uses = fields
        .get("single_use")
        .and_then(|node| scalars::word(node, "`true` or `false`", SINGLE_USE, &[], diagnostics));
    let names = fields
        .get("names")
        .map(|node| names::read(node, diagnostics));
    let claims = fields
        .get("claims")
        .map(|node| claims::read_claims(node, diagnostics));
    Some(Issuer {
        name: entry.key.clone(),
        issuer,
        trust_domain,
        profile,
        algorithms,
        jwks: keys,
        may_assert,
        max_lifetime: max_lifetime.unwrap_or(Spanned::new(DEFAULT_LIFETIME, at)),
        leeway: leeway.unwrap_or(DEFAULT_LEEWAY),
        binding: binding.unwrap_or_default(),
        status_lists,
        detail_types,
        forwarding: forwarding
            .or(shape.map(|shape| shape.forwarding))
            .unwrap_or(Forwarding::Strip),
        uses: uses.unwrap_or_default(),
        names: names.unwrap_or_default(),
        claims: claims.unwrap_or_default(),
    })
}

fn shape(node: &Node, diagnostics: &mut Diagnostics) -> Option<&'static Shape> {
    let words: Vec<(&str, &'static Shape)> =
        SHAPES.iter().map(|shape| (shape.name, shape)).collect();
    scalars::word(node, "a profile of tokens", &words, &[], diagnostics)
}

fn algorithms(
    fields: &Fields<'_>,
    shape: Option<&Shape>,
    diagnostics: &mut Diagnostics,
) -> Vec<remit_engine::plan::Algorithm> {
    let mut algorithms = Vec::new();
    for item in some_items(fields.get("algorithms"), diagnostics) {
        let Some(algorithm) = scalars::algorithm(item, diagnostics) else {
            continue;
        };
        if shape.is_some_and(|shape| !shape.allows(algorithm)) {
            diagnostics.push(
                Spanned::new((), item.span)
                    .diagnostic(
                        Code::ForeignToProfile,
                        "a JWT-SVID is not signed with this algorithm",
                    )
                    .help("SPIFFE allows RS, ES and PS with SHA-256 to 512: write `ES256`"),
            );
        } else if !algorithms.contains(&algorithm) {
            algorithms.push(algorithm);
        }
    }
    algorithms
}

/// Of SPIFFE its syntax (SPIFFE-ID section 2.1); of transaction tokens whatever `aud` can be.
fn trust_domain(
    node: &Node,
    profile: Profile,
    diagnostics: &mut Diagnostics,
) -> Option<Spanned<String>> {
    let written = scalars::line(node, TRUST_DOMAIN_BYTES, diagnostics)?;
    let fits = |byte: u8| {
        byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b'_')
    };
    if profile != Profile::JwtSvid || written.value.bytes().all(fits) {
        return Some(written);
    }
    let bare = written
        .value
        .trim_start_matches("spiffe://")
        .trim_end_matches('/')
        .to_ascii_lowercase();
    let near = bare.bytes().all(fits).then(|| format!("write `{bare}`"));
    diagnostics.push(
        written
            .diagnostic(
                Code::BadValue,
                format!("`{}` is not a trust domain", written.value),
            )
            .help("a trust domain has lower-case letters, digits, `.`, `-` and `_`")
            .help_if(near),
    );
    None
}

fn forwarding(node: &Node, profile: Profile, diagnostics: &mut Diagnostics) -> Option<Forwarding> {
    let found = scalars::word(node, "`true` or `false`", FORWARD, &[], diagnostics)?;
    if (profile, found) == (Profile::TxnToken, Forwarding::Strip) {
        diagnostics.push(
            Spanned::new((), node.span)
                .diagnostic(
                    Code::ForeignToProfile,
                    "a transaction token is always forwarded, as it came",
                )
                .help("take `forward` out: the workloads behind the gateway check the token themselves"),
        );
        return None;
    }
    Some(found)
}
