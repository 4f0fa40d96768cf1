//! Whether a token is in the hands that it was bound to (RFC 7800, RFC 9449, RFC 8705).

use super::case::Case;
use super::reason::Reason;
use super::stop::Stop;
use crate::host::{Host, Ledger, Marked};
use crate::limits;
use crate::plan::Binding;
use crate::request::RequestHead;
use crate::token::dpop::{self, DpopError, Expected};
use crate::token::{Confirmation, Scheme, VerifiedToken};

/// How and where a token is shown.
pub(super) struct Shown<'r> {
    pub(super) scheme: Scheme,
    pub(super) token: &'r [u8],
    pub(super) method: &'r str,
    /// Scheme and authority of the URL, from the policy: what the client sends as host is no proof
    /// of where it meant to go.
    pub(super) origin: &'r str,
    pub(super) path: &'r str,
    /// The proof that was shown with this request, if it was checked and marked before.
    pub(super) proven: Option<&'r [u8]>,
}

/// Checks what the token itself asks for, and what its issuer's `binding` does.
pub(super) fn check(
    case: &Case<'_>,
    head: &RequestHead<'_>,
    token: &VerifiedToken,
    shown: &Shown<'_>,
    host: &dyn Host,
) -> Result<(), Stop> {
    let confirmation = confirmation(token);
    let binding = case.record.issuer.map(|issuer| issuer.binding);
    if !satisfies(confirmation, binding.unwrap_or_default()) {
        return Err(Reason::BindingNeeded.into());
    }
    match (confirmation.dpop, shown.scheme) {
        // A bound token that is shown as anybody's is refused (RFC 9449 section 7.2).
        (Some(_), Scheme::Bearer) => return Err(Reason::ProofMissing.into()),
        (Some(thumbprint), Scheme::Dpop) => prove(case, head, shown, thumbprint, host)?,
        (None, Scheme::Dpop) => return Err(Reason::BindingNeeded.into()),
        (None, Scheme::Bearer) => {}
    }
    if let Some(wanted) = confirmation.certificate {
        let peer = host.peer_certificate().map_err(|_| Reason::HostFailure)?;
        if peer != Some(wanted) {
            return Err(Reason::WrongCertificate.into());
        }
    }
    Ok(())
}

/// What a token is bound to.
pub(super) fn confirmation(token: &VerifiedToken) -> Confirmation {
    let restrictions = token.restrictions();
    restrictions.map(|one| one.confirmation).unwrap_or_default()
}

/// Whether a token is bound as it should be. That the binding holds was checked by [`check`].
pub(super) fn satisfies(confirmation: Confirmation, binding: Binding) -> bool {
    let (dpop, mtls) = (
        confirmation.dpop.is_some(),
        confirmation.certificate.is_some(),
    );
    match binding {
        Binding::BearerOk => true,
        Binding::Dpop => dpop,
        Binding::Mtls => mtls,
        Binding::Any => dpop || mtls,
    }
}

/// A proof of the token's key for this request, which was not shown before.
fn prove(
    case: &Case<'_>,
    head: &RequestHead<'_>,
    shown: &Shown<'_>,
    thumbprint: [u8; 32],
    host: &dyn Host,
) -> Result<(), Stop> {
    let proof = match head.proof() {
        Ok(Some(proof)) => proof,
        Ok(None) => return Err(Reason::ProofMissing.into()),
        Err(_) => return Err(Reason::ProofRefused.into()),
    };
    if shown.proven == Some(proof) {
        return Ok(());
    }
    let uri = [shown.origin, shown.path].concat();
    let expected = Expected {
        method: shown.method,
        uri: &uri,
        access_token: Some(shown.token),
        thumbprint,
        nonce: None,
        now: case.now,
        max_age: limits::PROOF_SECONDS,
        leeway: limits::PROOF_LEEWAY_SECONDS,
        algorithms: dpop::ALGORITHMS,
    };
    let work = case.engine.verifier().proofs();
    let checked = work.measured(case.now, host, || dpop::check(proof, &expected, host))?;
    let proof = checked.map_err(|error| match error {
        DpopError::Unchecked => Reason::HostFailure,
        _ => Reason::ProofRefused,
    })?;
    // What was shown before marks were kept cannot be told from what was not.
    let since = host.marked_since().map_err(|_| Reason::StateUnavailable)?;
    if proof.issued_at < since {
        return Err(Reason::ProofRefused.into());
    }
    // Its last moment counts too.
    let until = proof.until.plus_seconds(1);
    match host.mark(Ledger::Proofs, &proof.id, until, case.now) {
        Ok(Marked::New) => Ok(()),
        Ok(Marked::Before) => Err(Reason::ProofReplayed.into()),
        Err(_) => Err(Reason::StateUnavailable.into()),
    }
}
