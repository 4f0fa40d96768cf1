//! A request with all that it shows, as it is sent.

use super::Request;

/// What is sent of a request, beside its method and host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// Path and query, with the token where the request says so.
    pub target: String,
    /// Header fields beside `Host`, with tokens and proofs, names as they are written.
    pub headers: Vec<(String, String)>,
    /// SHA-256 of the certificate that the client shows.
    pub certificate: Option<[u8; 32]>,
    /// The approval that is shown, for a later step that shows it again.
    pub approval: Option<String>,
    /// The token that was made for it.
    pub(super) token: Option<String>,
}

/// What a request shows beside what it says itself.
#[derive(Default)]
pub(super) struct Shown {
    pub(super) token: Option<String>,
    /// Of possession, which changes the scheme that the token is sent by.
    pub(super) proof: Option<String>,
    pub(super) transaction: Option<String>,
    pub(super) certificate: Option<[u8; 32]>,
    /// An approval, with the header that brings it.
    pub(super) approval: Option<(String, String)>,
}

impl Sent {
    /// Puts the token where the request says, else into `Authorization`, by the scheme of one that
    /// is bound to a key if it is.
    pub(super) fn new(request: &Request, shown: Shown) -> Self {
        let token = shown.token.as_deref();
        let fill = |text: &str| match token {
            Some(token) => text.replace(Request::PLACE, token),
            None => text.to_owned(),
        };
        let headers = request.headers.iter();
        let mut headers: Vec<(String, String)> = headers
            .map(|(name, value)| (name.clone(), fill(value)))
            .collect();
        if let Some(token) = token.filter(|_| !request.names_token()) {
            let scheme = shown.proof.as_ref().map_or("Bearer", |_| "DPoP");
            headers.push(("authorization".to_owned(), format!("{scheme} {token}")));
        }
        // What a request says itself stands alone: so another proof, or none that is good, is tried.
        let others = [("dpop", shown.proof), ("txn-token", shown.transaction)];
        for (name, value) in others {
            let said = headers
                .iter()
                .any(|(other, _)| other.eq_ignore_ascii_case(name));
            let value = value.filter(|_| !said);
            headers.extend(value.map(|value| (name.to_owned(), value)));
        }
        let approval = shown.approval.map(|(name, value)| {
            headers.push((name, value.clone()));
            value
        });
        Self {
            approval,
            target: fill(&request.target),
            headers,
            certificate: shown.certificate,
            token: shown.token,
        }
    }

    /// The token that is shown: the one that was made, else the one in the request's header.
    pub(super) fn token(&self) -> Option<&str> {
        let mut headers = self.headers.iter();
        let sent = headers.find(|(name, _)| name.eq_ignore_ascii_case("authorization"));
        let sent = sent.and_then(|(_, value)| value.split_once(' '));
        self.token.as_deref().or(sent.map(|(_, token)| token))
    }
}

#[cfg(test)]
mod tests;
