//! Issuers with their keys and claims.

mod distinct;
mod patterns;

use std::collections::HashMap;

use remit_engine::plan::{ClaimNames, Issuer, Key, Presence, Profile, SourceId, SourceKind};

use super::{ClaimId, DeclaredClaim, Resolver, jwks};
use crate::diagnostic::Diagnostics;
use crate::document::{self, Document, IdentityNames, Jwks};
use crate::source::Sources;

pub(super) use patterns::warn_outside;
pub(crate) use patterns::{assertable, covers};

/// Where a task's name stands unless the policy says otherwise.
const TASK_CLAIM: &str = "task";

impl Resolver {
    pub(super) fn issuers(
        &mut self,
        document: &Document,
        sources: &Sources,
        diagnostics: &mut Diagnostics,
    ) {
        distinct::check(document, diagnostics);
        for issuer in &document.issuers {
            let (keys, key_source) = self.keys(issuer, sources, diagnostics);
            let lists = issuer.status_lists.iter();
            let status_lists = lists
                .map(|list| self.source(list, SourceKind::StatusList))
                .collect();
            let claims = self.declare(issuer);
            let text = |text: &Option<crate::source::Spanned<String>>| {
                text.as_ref().map(|one| one.value.clone())
            };
            self.plan.issuers.push(Issuer {
                name: issuer.name.value.clone(),
                issuer: issuer_claim(issuer),
                trust_domain: text(&issuer.trust_domain),
                profile: issuer.profile,
                algorithms: issuer.algorithms.clone(),
                keys,
                key_source,
                status_lists,
                binding: issuer.binding,
                forwarding: issuer.forwarding,
                uses: issuer.uses,
                detail_types: issuer.detail_types.clone(),
                may_assert: patterns::may_assert(issuer, diagnostics),
                max_lifetime: issuer.max_lifetime.value,
                leeway: issuer.leeway,
                names: claim_names(&issuer.names),
                claims,
            });
        }
        if let Some(feed) = &document.deny_feed {
            self.plan.deny_feed = Some(self.source(feed, SourceKind::DenyFeed));
        }
    }

    /// The keys that are there when the plan is made, and where others are fetched from.
    fn keys(
        &mut self,
        issuer: &document::Issuer,
        sources: &Sources,
        diagnostics: &mut Diagnostics,
    ) -> (Vec<Key>, Option<SourceId>) {
        let (set, kind) = match issuer.profile {
            Profile::JwtSvid => (jwks::Set::Bundle, SourceKind::SpiffeBundle),
            _ => (jwks::Set::Jwks, SourceKind::Jwks),
        };
        match &issuer.jwks {
            Some(Jwks::Remote(remote)) => (Vec::new(), Some(self.source(remote, kind))),
            Some(Jwks::File(name)) => {
                self.assets
                    .push(sources.asset_path(name.span.file, &name.value));
                let text = jwks::file(name, sources, diagnostics);
                let keys = text
                    .map(|text| jwks::keys(set, &text, name.span, &issuer.algorithms, diagnostics));
                (keys.unwrap_or_default(), None)
            }
            Some(Jwks::Inline(node)) => {
                let text = jwks::inline(node);
                let keys = jwks::keys(set, &text, node.span, &issuer.algorithms, diagnostics);
                (keys, None)
            }
            None => (Vec::new(), None),
        }
    }

    /// The claims that an issuer declares.
    fn declare(&mut self, issuer: &document::Issuer) -> Vec<(ClaimId, Presence)> {
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
        claims
    }
}

/// What tokens of an issuer are told apart by: `iss`, which those of a trust domain need not have.
fn issuer_claim(issuer: &document::Issuer) -> String {
    let domain = issuer.trust_domain.as_ref();
    match (issuer.profile, &issuer.issuer, domain) {
        (Profile::JwtSvid, _, Some(domain)) => format!("spiffe://{}", domain.value),
        (_, Some(issuer), _) => issuer.value.clone(),
        (_, None, _) => String::new(),
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
        approvals: path(&names.approvals),
    }
}
