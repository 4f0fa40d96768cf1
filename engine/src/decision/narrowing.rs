//! What the tokens themselves leave of what the policy allows: `authorization_details`, and the
//! scopes of the credential and of the transaction token beside it.

use super::case::Case;
use super::hint::Hint;
use super::opening::Subject;
use super::reason::Reason;
use super::stop::Stop;
use super::told;
use crate::authority::{Authority, Call, Denial, Grant};
use crate::content::Members;
use crate::plan::{CallKind, Operation, Target};
use crate::token::{Restrictions, VerifiedToken};

impl<'e> Case<'e> {
    /// A token can only narrow: whatever of it permits the call, the rules are asked too. What it
    /// says of content that is not known yet refuses nothing.
    pub(super) fn narrowed(
        &mut self,
        subject: Subject<'e>,
        token: &VerifiedToken,
        transaction: Option<&VerifiedToken>,
        path: &str,
        members: Members<'_>,
    ) -> Result<(), Stop> {
        for token in [Some(token), transaction].into_iter().flatten() {
            if let Some(authority) = token.restrictions().and_then(|one| one.authority.as_ref()) {
                let granted = self.permits(authority, subject, token, path, members);
                granted.map_err(|denial| {
                    self.hint = Hint::Mission(denial.code());
                    Reason::AuthorityMissing
                })?;
            }
            if !has_scopes(token, &subject.operation.scopes) {
                self.hint = Hint::Scope(&subject.operation.scopes);
                return Err(Reason::ScopeMissing.into());
            }
        }
        Ok(())
    }

    /// How far a token's own details, if it has any, permit an operation whose content is not known.
    pub(super) fn grants(
        &self,
        subject: Subject<'e>,
        token: &VerifiedToken,
        path: &str,
    ) -> Result<Grant, Denial> {
        match token.restrictions().and_then(|one| one.authority.as_ref()) {
            Some(authority) => self.permits(authority, subject, token, path, Members::Unknown),
            None => Ok(Grant::Whole),
        }
    }

    fn permits(
        &self,
        authority: &Authority,
        subject: Subject<'e>,
        token: &VerifiedToken,
        path: &str,
        members: Members<'_>,
    ) -> Result<Grant, Denial> {
        let Subject {
            operation,
            resource,
            ..
        } = subject;
        let audience = resource
            .audience
            .and_then(|id| self.engine.plan().audiences.get(id.index()));
        let qualified = [resource.name.as_str(), ".", operation.name.as_str()].concat();
        let url = [resource.origin.as_str(), path].concat();
        let depth = token.restrictions().map_or(0, |one| one.delegators().len());
        let call = Call {
            audience: audience.map(String::as_str).unwrap_or_default(),
            url: &url,
            action: &operation.name,
            qualified: &qualified,
            tool: tool(operation),
            tenant: token.identity().tenant.as_deref(),
            classification: None,
            now: self.now,
            delegation_depth: u32::try_from(depth).unwrap_or(u32::MAX),
            amount: told::amount(operation, members),
            recipient: told::recipient(operation, members),
        };
        let classes = operation
            .classification
            .iter()
            .map(|one| Some(one.as_str()));
        let unlabelled = operation.classification.is_empty().then_some(None);
        let mut granted = Grant::Whole;
        for classification in classes.chain(unlabelled) {
            let call = Call {
                classification,
                ..call
            };
            granted = granted.min(authority.permits(&call)?);
        }
        Ok(granted)
    }
}

/// What a token's `allowed_tools` calls an operation: the names of tools are their servers' to give.
fn tool(operation: &Operation) -> &str {
    match operation
        .call
        .as_ref()
        .map(|call| (call.kind, &call.target))
    {
        Some((CallKind::Tool, Target::Name(name))) => name,
        _ => &operation.name,
    }
}

fn has_scopes(token: &VerifiedToken, scopes: &[String]) -> bool {
    let has = |scope: &String| {
        let restrictions = token.restrictions();
        restrictions.is_some_and(|one: &Restrictions| one.has_scope(scope))
    };
    scopes.iter().all(has)
}
