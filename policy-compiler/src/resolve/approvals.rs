//! Who approves single calls, and which calls can be approved.

use remit_engine::plan::{Algorithm, Approvals, BodyShape, IssuerId, OperationId};

use super::{Resolver, jwks};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, listing};
use crate::document::{Document, Jwks};
use crate::source::{Sources, Span};

/// Methods whose requests say in a body what they are for.
const WITH_BODY: &[&str] = &["POST", "PUT", "PATCH"];

impl Resolver {
    pub(super) fn approvals(
        &mut self,
        document: &Document,
        sources: &Sources,
        diagnostics: &mut Diagnostics,
    ) {
        let Some(written) = &document.approvals else {
            return;
        };
        let (text, span) = match &written.jwks {
            Jwks::File(name) => {
                self.assets
                    .push(sources.asset_path(name.span.file, &name.value));
                (jwks::file(name, sources, diagnostics), name.span)
            }
            Jwks::Inline(node) => (Some(jwks::inline(node)), node.span),
            // Refused where it was read.
            Jwks::Remote(_) => return,
        };
        let Some(text) = text else { return };
        let set = jwks::Set::Approvers;
        self.plan.approvals = Some(Approvals {
            header: written.header.clone(),
            keys: jwks::keys(set, &text, span, &[Algorithm::EdDsa], diagnostics),
            max_lifetime: written.max_lifetime,
        });
    }

    /// Complains where nobody could approve a call, or an approval would not name all of it.
    pub(super) fn can_be_approved(
        &self,
        issuers: &[IssuerId],
        operations: &[OperationId],
        span: Span,
        diagnostics: &mut Diagnostics,
    ) {
        let carries = |id: &IssuerId| {
            let issuer = self.plan.issuers.get(id.index());
            issuer.is_some_and(|issuer| issuer.names.approvals.is_some())
        };
        // What could not be read may be who approves.
        let nobody = self.plan.approvals.is_none() && !issuers.iter().any(carries);
        if nobody && !diagnostics.has_errors() {
            let message = "nobody can give the approval that this asks for";
            diagnostics.push(
                Diagnostic::new(Code::NobodyApproves, span, message).help(
                    "say who approves: `approvals: {jwks: {file: approvers.jwks.json}}`, or name the claim in which tokens carry approvals: `names: {approvals: …}`",
                ),
            );
        }
        let mut unread: Vec<String> = operations
            .iter()
            .filter(|id| self.is_unread(**id))
            .map(|id| self.full_name(*id))
            .collect();
        unread.dedup();
        if unread.is_empty() {
            return;
        }
        let message = format!(
            "an approval would not say what is sent to {}",
            listing(unread.iter().map(String::as_str))
        );
        diagnostics.push(
            Diagnostic::new(Code::ApprovalOfUnread, span, message)
                .label("an approval names exactly one call")
                .help("declare the body there, so that it is read: `body: {amount: double}`, or `body: any`"),
        );
    }

    fn is_unread(&self, id: OperationId) -> bool {
        self.plan.operations.get(id.index()).is_some_and(|one| {
            one.call.is_none()
                && one.body == BodyShape::Unread
                && WITH_BODY.contains(&one.method.as_str())
        })
    }

    /// `resource.operation`.
    pub(super) fn full_name(&self, id: OperationId) -> String {
        let operation = self.plan.operations.get(id.index());
        let resource = operation.and_then(|one| self.plan.resources.get(one.resource?.index()));
        let name = |name: Option<&String>| name.cloned().unwrap_or_default();
        format!(
            "{}.{}",
            name(resource.map(|one| &one.name)),
            name(operation.map(|one| &one.name))
        )
    }
}
