//! Requests with their tokens.

use remit_bench_cases::decision::Head;
use remit_bench_cases::rules::Request;
use remit_tests::workloads::token;

use crate::keys::Signer;

/// A request with a token of its own for each name.
#[must_use]
pub fn with_token(request: &Request, name: &str) -> Head {
    with(request, &token::sign(name, request.claims()))
}

/// The same, signed by another key of the issuer's.
#[must_use]
pub fn signed_by(signer: Signer, request: &Request, name: &str) -> Head {
    with(
        request,
        &signer.sign(&token::payload(name, request.claims())),
    )
}

/// A request without one.
#[must_use]
pub fn without_token(request: &Request) -> Head {
    Head {
        authorization: None,
        ..with(request, "")
    }
}

fn with(request: &Request, token: &str) -> Head {
    Head {
        host: token::HOST.to_owned(),
        path: request.path.clone(),
        authorization: Some(format!("Bearer {token}")),
    }
}
