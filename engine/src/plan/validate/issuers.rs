//! Issuers, what is fetched for them, and who may break the glass.

use super::{InvalidPlan, in_range, operations, pattern};
use crate::order::sorted;
use crate::plan::{Issuer, Plan, Profile, SourceId, SourceKind};

pub(super) fn check(plan: &Plan) -> Result<(), InvalidPlan> {
    for source in &plan.sources {
        source.target().ok_or(InvalidPlan::MalformedSource)?;
    }
    let mut listed: Vec<SourceId> = Vec::new();
    for issuer in &plan.issuers {
        check_issuer(plan, issuer)?;
        listed.extend(&issuer.status_lists);
    }
    // A status list is signed by the one issuer that it belongs to.
    let listed = sorted(listed, Ord::cmp);
    if !listed.is_sorted_by(|a, b| a < b) {
        return Err(InvalidPlan::MalformedSource);
    }
    if let Some(feed) = plan.deny_feed {
        is_kind(plan, feed, SourceKind::DenyFeed)?;
    }
    for exception in &plan.break_glass {
        exception.agents.iter().try_for_each(pattern)?;
        operations(plan, &exception.operations)?;
        for issuer in &exception.issuers {
            in_range("an exception's issuer", issuer.index(), plan.issuers.len())?;
        }
        for rule in &exception.overrides {
            in_range("an exception's rule", rule.index(), plan.rules.len())?;
        }
        if !exception.overrides.is_sorted_by(|a, b| a < b) {
            return Err(InvalidPlan::OutOfOrder);
        }
    }
    Ok(())
}

fn check_issuer(plan: &Plan, issuer: &Issuer) -> Result<(), InvalidPlan> {
    issuer.may_assert.iter().try_for_each(pattern)?;
    for (claim, _) in &issuer.claims {
        in_range("an issuer's claim", claim.index(), plan.claims.len())?;
    }
    let (keys, has_trust_domain) = match issuer.profile {
        Profile::JwtSvid => (SourceKind::SpiffeBundle, true),
        Profile::TxnToken => (SourceKind::Jwks, true),
        Profile::AccessToken | Profile::Plain => (SourceKind::Jwks, false),
    };
    if issuer.trust_domain.is_some() != has_trust_domain {
        return Err(InvalidPlan::MalformedIssuer);
    }
    if let Some(source) = issuer.key_source {
        is_kind(plan, source, keys)?;
    }
    let mut lists = issuer.status_lists.iter();
    lists.try_for_each(|list| is_kind(plan, *list, SourceKind::StatusList))
}

fn is_kind(plan: &Plan, id: SourceId, kind: SourceKind) -> Result<(), InvalidPlan> {
    in_range("a reference to a source", id.index(), plan.sources.len())?;
    let source = plan.sources.get(id.index());
    if source.is_some_and(|source| source.kind == kind) {
        Ok(())
    } else {
        Err(InvalidPlan::MalformedSource)
    }
}
