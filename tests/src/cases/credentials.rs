//! What requests show: good credentials first, then every fault that one can have.

mod attempts;
mod claims;
mod form;
mod good;
mod header;

use remit_engine::decision::Reason;

use super::{Finding, Stage};
use crate::recipe::{API, CORP_AGENT, PARTNER_AGENT};

/// Header fields with a credential and what they lead to.
#[derive(Debug, Clone)]
pub struct Credential {
    /// Its name in the table.
    pub name: &'static str,
    /// What is sent.
    pub shown: Shown,
    /// What is wrong with it.
    pub finding: Option<Finding>,
    /// Whom the record names, if the token was verified.
    pub identity: Option<Identity>,
    /// The task it is for.
    pub task: &'static str,
    /// The audiences it is for.
    pub audiences: &'static [&'static str],
}

/// Header fields.
pub type Shown = Vec<(&'static str, Vec<u8>)>;

/// Names and values in records; the issuer's name among them.
pub type Identity = Vec<(&'static str, &'static str)>;

/// All credentials, with tokens minted now.
#[must_use]
pub fn credentials(now: i64) -> Vec<Credential> {
    let mut all = good::good(now);
    all.extend(form::no_token(now));
    all.extend(form::bad_form(now));
    all.extend(header::bad_header(now));
    all.extend(header::bad_signature(now));
    all.extend(claims::bad_claims(now));
    all.extend(attempts::bad_identity(now));
    all.extend(attempts::bad_task(now));
    all
}

/// Whom a good token of ours speaks for.
fn corp_identity() -> Identity {
    vec![
        ("issuer", "corp"),
        ("agent", CORP_AGENT),
        ("principal", "user-42"),
        ("task", "triage"),
        ("task_id", "run-9"),
        ("session", "conversation-3"),
        ("instance", "pod-5"),
        ("tenant", "emea"),
    ]
}

/// Whom a good token of the partner's speaks for.
fn partner_identity() -> Identity {
    vec![
        ("issuer", "partner"),
        ("agent", PARTNER_AGENT),
        ("task", "restock"),
        ("task_id", "r-1"),
    ]
}

/// `Authorization: Bearer …`.
fn bearer(token: &str) -> Shown {
    vec![("authorization", format!("Bearer {token}").into_bytes())]
}

fn works(name: &'static str, token: &str) -> Credential {
    Credential {
        name,
        shown: bearer(token),
        finding: None,
        identity: Some(corp_identity()),
        task: "triage",
        audiences: &[API],
    }
}

/// A token that is refused before anyone is believed.
fn fails(name: &'static str, token: &str, reason: Reason) -> Credential {
    let finding = Some(Finding::new(Stage::Credential, reason));
    Credential {
        finding,
        identity: None,
        ..works(name, token)
    }
}

/// A token that is verified and refused for what it says.
fn believed(name: &'static str, token: &str, stage: Stage, reason: Reason) -> Credential {
    Credential {
        finding: Some(Finding::new(stage, reason)),
        ..works(name, token)
    }
}
