//! Issuers with their keys and claims.

use std::collections::HashMap;

use remit_engine::plan::{
    Binding, ClaimNames, Forwarding, Issuer, IssuerId, Pattern, Plan, Segment,
};

use super::{DeclaredClaim, Resolver, jwks};
use crate::diagnostic::{Code, Diagnostics};
use crate::document::{self, Document, IdentityNames, WrittenPattern};
use crate::source::{Sources, Span};

/// Where a task's name stands unless the policy says otherwise.
const TASK_CLAIM: &str = "task";

impl Resolver {
    pub(super) fn issuers(
        &mut self,
        document: &Document,
        sources: &Sources,
        diagnostics: &mut Diagnostics,
    ) {
        distinct_issuers(document, diagnostics);
        for issuer in &document.issuers {
            let keys = match &issuer.jwks {
                Some(written) => {
                    let asset = match written {
                        document::Jwks::File(name) => {
                            Some(sources.asset_path(name.span.file, &name.value))
                        }
                        document::Jwks::Inline(_) => None,
                    };
                    self.assets.extend(asset);
                    jwks::keys(written, &issuer.algorithms, sources, diagnostics)
                }
                None => Vec::new(),
            };
            let mut declared = HashMap::new();
            let mut claims = Vec::new();
            for claim in &issuer.claims {
                let id = self.claim(&claim.path.value, &claim.ty);
                claims.push((id, claim.presence));
                declared.insert(
                    claim.path.value.clone(),
                    DeclaredClaim {
                        id,
                        ty: claim.ty.clone(),
                        presence: claim.presence,
                    },
                );
            }
            self.claims.push(declared);
            self.plan.issuers.push(Issuer {
                name: issuer.name.value.clone(),
                issuer: issuer
                    .issuer
                    .as_ref()
                    .map(|one| one.value.clone())
                    .unwrap_or_default(),
                trust_domain: None,
                profile: issuer.profile,
                algorithms: issuer.algorithms.clone(),
                keys,
                key_source: None,
                status_lists: Vec::new(),
                binding: Binding::BearerOk,
                forwarding: Forwarding::Keep,
                detail_types: Vec::new(),
                may_assert: issuer
                    .may_assert
                    .iter()
                    .map(|one| one.pattern.clone())
                    .collect(),
                max_lifetime: issuer.max_lifetime.value,
                leeway: issuer.leeway,
                names: claim_names(&issuer.names),
                claims,
            });
        }
    }
}

fn claim_names(names: &IdentityNames) -> ClaimNames {
    let path = |path: &Option<document::ClaimPath>| path.as_ref().map(|one| one.value.clone());
    ClaimNames {
        agent: path(&names.agent),
        task: path(&names.task).unwrap_or_else(|| vec![TASK_CLAIM.to_owned()]),
        task_id: path(&names.task_id),
        session: path(&names.session),
        instance: path(&names.instance),
        tenant: path(&names.tenant),
    }
}

/// Two entries for one `iss` would make it a matter of order which rules a token falls under.
fn distinct_issuers(document: &Document, diagnostics: &mut Diagnostics) {
    let mut seen: HashMap<&str, Span> = HashMap::new();
    for issuer in document
        .issuers
        .iter()
        .filter_map(|one| one.issuer.as_ref())
    {
        match seen.get(issuer.value.as_str()) {
            Some(first) => diagnostics.push(
                issuer
                    .diagnostic(
                        Code::DuplicateName,
                        format!("two issuers have the `iss` claim `{}`", issuer.value),
                    )
                    .label("again here")
                    .also(*first, "first here"),
            ),
            None => {
                seen.insert(&issuer.value, issuer.span);
            }
        }
    }
}

/// Warns of agents that none of a task's issuers may speak for: nobody could have the task so.
pub(super) fn warn_outside(
    agents: &[WrittenPattern],
    plan: &Plan,
    issuers: &[IssuerId],
    diagnostics: &mut Diagnostics,
) {
    let assertable: Vec<&Pattern> = issuers
        .iter()
        .filter_map(|id| plan.issuers.get(id.index()))
        .flat_map(|issuer| &issuer.may_assert)
        .collect();
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
