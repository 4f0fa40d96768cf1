//! Common Constraints (section 4.2 of the draft).

use super::Call;
use super::read::{block, object, text, texts, texts_bytes};
use crate::cel;
use crate::decision::Reason;
use crate::json::{Json, Object};
use crate::plan::Timestamp;
use crate::time::UnixTime;

/// What narrows an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Constraint {
    /// `tenant`: only what is of this one.
    Tenant(String),
    /// `time_window`: only between these, both included.
    Window {
        not_before: Option<Timestamp>,
        not_after: Option<Timestamp>,
    },
    /// `data_classification`: only data of these labels.
    Classification(Vec<String>),
    /// `allowed_tools`: only these.
    Tools(Vec<String>),
    /// One that is not known, or that nobody can enforce who sees no bodies and asks no people.
    NotEnforced,
}

/// Reads `constraints`.
pub(super) fn read_all(constraints: &Object<'_>) -> Result<Vec<Constraint>, Reason> {
    let read = constraints.members().map(|(name, value)| read(name, value));
    read.filter_map(Result::transpose).collect()
}

/// `None` for what narrows nothing.
fn read(name: &str, value: &Json<'_>) -> Result<Option<Constraint>, Reason> {
    let owned = |text: &str| Some(text.to_owned());
    Ok(Some(match name {
        "tenant" => Constraint::Tenant(text(value)?.to_owned()),
        "time_window" => window(object(value)?)?,
        "data_classification" => Constraint::Classification(texts(value, owned)?),
        "allowed_tools" => Constraint::Tools(texts(value, owned)?),
        "requires_action_approval" => match value {
            Json::Bool(false) => return Ok(None),
            Json::Bool(true) => Constraint::NotEnforced,
            _ => return Err(Reason::ClaimMalformed),
        },
        // `max_amount`, `resource_issued_after`, `resource_issued_before` and `recipient_domain`
        // are about what stands in bodies.
        _ => Constraint::NotEnforced,
    }))
}

/// At least one of the two ends is there.
fn window(window: &Object<'_>) -> Result<Constraint, Reason> {
    let (mut not_before, mut not_after) = (None, None);
    for (member, value) in window.members() {
        let end = match member {
            "not_before" => &mut not_before,
            "not_after" => &mut not_after,
            _ => return Ok(Constraint::NotEnforced),
        };
        *end = Some(cel::timestamp(text(value)?).ok_or(Reason::ClaimMalformed)?);
    }
    if not_before.is_none() && not_after.is_none() {
        return Err(Reason::ClaimMalformed);
    }
    Ok(Constraint::Window {
        not_before,
        not_after,
    })
}

impl Constraint {
    /// Whether a call keeps to it.
    pub(super) fn holds(&self, call: &Call<'_>) -> bool {
        match self {
            Self::Tenant(tenant) => call.tenant == Some(tenant),
            Self::Window {
                not_before,
                not_after,
            } => {
                let now = timestamp(call.now);
                not_before.is_none_or(|start| now >= start)
                    && not_after.is_none_or(|end| now <= end)
            }
            Self::Classification(labels) => call
                .classification
                .is_some_and(|label| labels.iter().any(|each| each == label)),
            Self::Tools(tools) => tools.iter().any(|tool| tool == call.action),
            Self::NotEnforced => false,
        }
    }

    /// What it takes beyond itself.
    pub(super) fn bytes(&self) -> usize {
        match self {
            Self::Tenant(tenant) => block(tenant.len()),
            Self::Classification(texts) | Self::Tools(texts) => texts_bytes(texts),
            Self::Window { .. } | Self::NotEnforced => 0,
        }
    }
}

fn timestamp(time: UnixTime) -> Timestamp {
    let millis = time.millis().rem_euclid(1000);
    Timestamp {
        seconds: time.seconds(),
        nanos: u32::try_from(millis * 1_000_000).unwrap_or_default(),
    }
}
