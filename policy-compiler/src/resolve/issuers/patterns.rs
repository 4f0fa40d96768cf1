//! Whom issuers can speak for, held against whom a policy means.

use remit_engine::plan::{IssuerId, Pattern, Plan, Profile, Segment};

use crate::diagnostic::{Code, Diagnostics};
use crate::document::{Issuer, WrittenPattern};

const SPIFFE: &str = "spiffe://";

/// The patterns of an issuer: as written, or of a trust domain all of it.
pub(super) fn may_assert(issuer: &Issuer, diagnostics: &mut Diagnostics) -> Vec<Pattern> {
    let written = &issuer.may_assert;
    let domain = match (&issuer.trust_domain, issuer.profile) {
        (Some(domain), Profile::JwtSvid) => &domain.value,
        _ => return written.iter().map(|one| one.pattern.clone()).collect(),
    };
    let whole = Pattern {
        scheme: SPIFFE.to_owned(),
        segments: vec![Segment::Literal(domain.clone()), Segment::Rest],
    };
    if written.is_empty() {
        return vec![whole];
    }
    for one in written {
        if !covers(&whole, &one.pattern) {
            let text = &one.written.value;
            diagnostics.push(
                one.written
                    .diagnostic(
                        Code::OutsideTrustDomain,
                        format!("`{text}` is not inside the trust domain `{domain}`"),
                    )
                    .help(format!(
                        "begin with `{SPIFFE}{domain}/`, or leave `may_assert` out for all of it"
                    )),
            );
        }
    }
    written.iter().map(|one| one.pattern.clone()).collect()
}

/// Warns of agents that none of a task's issuers may speak for: nobody could have the task so.
pub(in crate::resolve) fn warn_outside(
    agents: &[WrittenPattern],
    plan: &Plan,
    issuers: &[IssuerId],
    diagnostics: &mut Diagnostics,
) {
    let assertable = assertable(plan, issuers);
    // An issuer that could not be read has said so itself.
    if assertable.is_empty() {
        return;
    }
    for agent in agents {
        if assertable
            .iter()
            .any(|pattern| can_meet(&agent.pattern, pattern))
        {
            continue;
        }
        let written = &agent.written;
        diagnostics.push(
            written
                .diagnostic(
                    Code::AgentOutsideIssuers,
                    format!("no issuer of this task may speak for `{}`", written.value),
                )
                .help("an agent must also fit `may_assert` of the issuer of its token"),
        );
    }
}

/// All that some issuers can speak for.
pub(crate) fn assertable<'p>(plan: &'p Plan, issuers: &[IssuerId]) -> Vec<&'p Pattern> {
    let found = issuers.iter().filter_map(|id| plan.issuers.get(id.index()));
    found.flat_map(|issuer| &issuer.may_assert).collect()
}

/// Whether some identity fits both.
fn can_meet(a: &Pattern, b: &Pattern) -> bool {
    // Without a scheme a pattern fits only names that have none.
    a.scheme == b.scheme && segments_can_meet(&a.segments, &b.segments)
}

fn segments_can_meet(a: &[Segment], b: &[Segment]) -> bool {
    match (a.split_first(), b.split_first()) {
        (None, None) => true,
        (Some((Segment::Rest, _)), Some(_)) | (Some(_), Some((Segment::Rest, _))) => true,
        (Some((Segment::Literal(x), _)), Some((Segment::Literal(y), _))) if x != y => false,
        (Some((_, a)), Some((_, b))) => segments_can_meet(a, b),
        (None, Some(_)) | (Some(_), None) => false,
    }
}

/// Whether every identity that fits `inner` fits `outer`.
pub(crate) fn covers(outer: &Pattern, inner: &Pattern) -> bool {
    outer.scheme == inner.scheme && segments_cover(&outer.segments, &inner.segments)
}

fn segments_cover(outer: &[Segment], inner: &[Segment]) -> bool {
    match (outer.split_first(), inner.split_first()) {
        (None, None) => true,
        (Some((Segment::Rest, _)), Some(_)) => true,
        // One segment does not cover several.
        (Some(_), Some((Segment::Rest, _))) => false,
        (Some((Segment::Literal(x), outer)), Some((Segment::Literal(y), inner))) => {
            x == y && segments_cover(outer, inner)
        }
        (Some((Segment::Any, outer)), Some((_, inner))) => segments_cover(outer, inner),
        (Some((Segment::Literal(_), _)), Some((Segment::Any, _))) => false,
        (None, Some(_)) | (Some(_), None) => false,
    }
}

#[cfg(test)]
mod tests;
