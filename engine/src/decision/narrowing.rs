//! What the tokens themselves leave of what the policy allows: `authorization_details`, and the
//! scopes of the credential and of the transaction token beside it.

use super::case::Case;
use super::hint::Hint;
use super::opening::Subject;
use super::reason::Reason;
use super::stop::Stop;
use crate::authority::{Authority, Call, Denial};
use crate::token::{Restrictions, VerifiedToken};

impl<'e> Case<'e> {
    /// A token can only narrow: whatever of it permits the call, the rules are asked too.
    pub(super) fn narrowed(
        &mut self,
        subject: Subject<'e>,
        token: &VerifiedToken,
        transaction: Option<&VerifiedToken>,
        path: &str,
    ) -> Result<(), Stop> {
        for token in [Some(token), transaction].into_iter().flatten() {
            if let Some(authority) = token.restrictions().and_then(|one| one.authority.as_ref()) {
                self.is_permitted(authority, subject, token, path)?;
            }
            if !has_scopes(token, &subject.operation.scopes) {
                self.hint = Hint::Scope(&subject.operation.scopes);
                return Err(Reason::ScopeMissing.into());
            }
        }
        Ok(())
    }

    /// What the token's own details permit.
    fn is_permitted(
        &mut self,
        authority: &Authority,
        subject: Subject<'e>,
        token: &VerifiedToken,
        path: &str,
    ) -> Result<(), Reason> {
        self.permits(authority, subject, token, path)
            .map_err(|denial| {
                self.hint = Hint::Mission(denial.code());
                Reason::AuthorityMissing
            })
    }

    /// Whether a token's own details, if it has any, permit an operation at all.
    pub(super) fn grants(
        &self,
        subject: Subject<'e>,
        token: &VerifiedToken,
        path: &str,
    ) -> Result<(), Denial> {
        match token.restrictions().and_then(|one| one.authority.as_ref()) {
            Some(authority) => self.permits(authority, subject, token, path),
            None => Ok(()),
        }
    }

    fn permits(
        &self,
        authority: &Authority,
        subject: Subject<'e>,
        token: &VerifiedToken,
        path: &str,
    ) -> Result<(), Denial> {
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
            tenant: token.identity().tenant.as_deref(),
            classification: None,
            now: self.now,
            delegation_depth: u32::try_from(depth).unwrap_or(u32::MAX),
        };
        let classes = operation
            .classification
            .iter()
            .map(|one| Some(one.as_str()));
        let unlabelled = operation.classification.is_empty().then_some(None);
        for classification in classes.chain(unlabelled) {
            let call = Call {
                classification,
                ..call
            };
            authority.permits(&call)?;
        }
        Ok(())
    }
}

fn has_scopes(token: &VerifiedToken, scopes: &[String]) -> bool {
    let has = |scope: &String| {
        let restrictions = token.restrictions();
        restrictions.is_some_and(|one: &Restrictions| one.has_scope(scope))
    };
    scopes.iter().all(has)
}
