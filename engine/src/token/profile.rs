//! Profiles: which issuer a token falls under, and what each kind of token must look like.
//!
//! No token of one profile passes as another: the profile belongs to the issuer that the policy
//! names, and each has a `typ`, a header and claims of its own.

use super::claims::Claims;
use super::identity::checked;
use super::jws::{Header, media_type};
use super::spiffe::SpiffeId;
use crate::decision::Reason;
use crate::plan::{Issuer, IssuerId, Plan, Profile};

/// The issuer that a token falls under. What says `txntoken+jwt` is looked for among those of
/// transaction tokens alone: by `iss` where it has one, else by its audience, the trust domain. Any
/// other token by `iss`; what no `iss` decides and has a SPIFFE ID for a subject, by that one's
/// trust domain (JWT-SVID section 3: `iss` is of no account).
pub(super) fn issuer<'p>(
    plan: &'p Plan,
    claims: &Claims<'_>,
    header: &Header<'_>,
) -> Result<(IssuerId, &'p Issuer), Reason> {
    let issued_by = claims.top_text("iss")?;
    let typ = header.typ.as_deref().map(media_type);
    let found = if typ.as_deref() == Some(TXN_TOKEN) {
        let audiences = claims.audiences()?;
        position(plan, |issuer| {
            let domain = issuer.trust_domain.as_deref();
            issuer.profile == Profile::TxnToken
                && domain.is_some_and(|domain| audiences.contains(&domain))
                && (issuer.issuer.is_empty() || issued_by.is_none_or(|name| issuer.issuer == name))
        })
    } else {
        let by_name = issued_by.and_then(|name| {
            position(plan, |issuer| {
                has_issuer_claim(issuer.profile) && issuer.issuer == name
            })
        });
        match (
            by_name,
            claims
                .top_text("sub")?
                .and_then(|sub| SpiffeId::parse(sub).ok()),
        ) {
            (None, Some(id)) => position(plan, |issuer| {
                issuer.profile == Profile::JwtSvid
                    && issuer.trust_domain.as_deref() == Some(id.trust_domain())
            }),
            (by_name, _) => by_name,
        }
    };
    match (found, issued_by) {
        (Some(found), _) => Ok(found),
        (None, Some(_)) => Err(Reason::UnknownIssuer),
        (None, None) if claims.has("sub") => Err(Reason::UnknownIssuer),
        (None, None) => Err(Reason::ClaimMissing),
    }
}

fn position(plan: &Plan, fits: impl Fn(&Issuer) -> bool) -> Option<(IssuerId, &Issuer)> {
    let issuers = (0..).map(IssuerId).zip(&plan.issuers);
    let mut fitting = issuers.filter(|(_, issuer)| fits(issuer));
    fitting.next()
}

const TXN_TOKEN: &str = "txntoken+jwt";

fn has_issuer_claim(profile: Profile) -> bool {
    match profile {
        Profile::AccessToken | Profile::Plain => true,
        Profile::JwtSvid | Profile::TxnToken => false,
    }
}

/// `typ` and the other members of a header (RFC 8725 section 3.11), `typ` without regard to case,
/// with or without `application/` (RFC 7515 section 4.1.9).
pub(super) fn check_header(header: &Header<'_>, profile: Profile) -> Result<(), Reason> {
    let typ = header.typ.as_deref().map(media_type);
    match (profile, typ.as_deref()) {
        // RFC 9068 section 4.
        (Profile::AccessToken, Some("at+jwt"))
        // RFC 7519 section 5.1.
        | (Profile::Plain, None | Some("jwt"))
        // JWT-SVID section 2.3.
        | (Profile::JwtSvid, None | Some("jwt" | "jose"))
        // draft-ietf-oauth-transaction-tokens-10 section 5.
        | (Profile::TxnToken, Some(TXN_TOKEN)) => {}
        _ => return Err(Reason::TokenTypeRefused),
    }
    // JWT-SVID section 2.
    if profile == Profile::JwtSvid && header.has_others {
        return Err(Reason::TokenHeaderRefused);
    }
    Ok(())
}

/// The claims that a profile requires beyond those that every token has.
pub(super) fn check_claims(claims: &Claims<'_>, issuer: &Issuer) -> Result<(), Reason> {
    let required: &[&str] = match issuer.profile {
        // RFC 9068 section 2.2.
        Profile::AccessToken => &["sub", "client_id", "jti"],
        // JWT-SVID section 3.
        Profile::JwtSvid => &["sub"],
        // draft-ietf-oauth-transaction-tokens-10 section 5.2.
        Profile::TxnToken => &["txn", "sub", "scope", "req_wl"],
        Profile::Plain => &[],
    };
    for name in required {
        claims.top_text(name)?.ok_or(Reason::ClaimMissing)?;
    }
    for name in ["sub", "jti", "client_id"] {
        claims.top_text(name)?;
    }
    Ok(())
}

/// Whether a token must say when it was issued. SVIDs need not (JWT-SVID section 3.4).
pub(super) fn needs_issue_time(profile: Profile) -> bool {
    profile != Profile::JwtSvid
}

/// Whether `aud` is a trust domain rather than a resource.
pub(super) fn is_for_trust_domain(profile: Profile) -> bool {
    profile == Profile::TxnToken
}

/// What tells one token from another. That of a transaction stands in records, so it has to look like
/// any identity.
pub(super) fn id(claims: &Claims<'_>, profile: Profile) -> Result<Option<String>, Reason> {
    match profile {
        Profile::TxnToken => claims.top_text("txn")?.map(checked).transpose(),
        Profile::AccessToken | Profile::JwtSvid | Profile::Plain => {
            Ok(claims.top_text("jti")?.map(str::to_owned))
        }
    }
}

#[cfg(test)]
mod tests;
