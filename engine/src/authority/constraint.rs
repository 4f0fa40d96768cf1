//! Common Constraints (section 4.2 of the draft).

use super::Call;
use super::amount::Limit;
use super::read::{block, object, text, texts, texts_bytes};
use super::recipient;
use super::told::Told;
use crate::cel;
use crate::decision::Reason;
use crate::json::{Json, Object};
use crate::plan::{READS_BODIES, Timestamp};
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
    /// `max_amount`: no more money than this.
    Amount(Limit),
    /// `recipient_domain`: only to this domain and those below it.
    Recipient(String),
    /// One that is not known, or that nobody can enforce who asks no people.
    NotEnforced,
}

/// Whether a call keeps to constraints, from good to bad.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Held {
    /// It does.
    Yes,
    /// Its content will tell.
    Later,
    /// It does not.
    No,
    /// Nobody here can say.
    NotEnforced,
}

impl Held {
    pub(super) fn from(holds: bool) -> Self {
        match holds {
            true => Self::Yes,
            false => Self::No,
        }
    }

    /// What a call's content comes to.
    pub(super) fn told<T>(told: Told<T>, holds: impl FnOnce(T) -> bool) -> Self {
        match told {
            Told::Nowhere => Self::NotEnforced,
            Told::Later => Self::Later,
            Told::Missing => Self::No,
            Told::Here(value) => Self::from(holds(value)),
        }
    }
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
        // A module that reads no bodies has no room for what is only told by them.
        "max_amount" if READS_BODIES => match Limit::parse(object(value)?)? {
            Some(limit) => Constraint::Amount(limit),
            None => Constraint::NotEnforced,
        },
        "recipient_domain" if READS_BODIES => Constraint::Recipient(text(value)?.to_owned()),
        // `resource_issued_after` and `resource_issued_before` are about what only the upstream
        // knows.
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
    pub(super) fn holds(&self, call: &Call<'_>) -> Held {
        let holds = match self {
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
            Self::Tools(tools) => tools.iter().any(|tool| tool == call.tool),
            Self::Amount(limit) if READS_BODIES => {
                return Held::told(call.amount, |amount| limit.covers(amount));
            }
            Self::Recipient(domain) if READS_BODIES => {
                return Held::told(call.recipient, |to| recipient::is_within(domain, to));
            }
            Self::Amount(_) | Self::Recipient(_) | Self::NotEnforced => return Held::NotEnforced,
        };
        Held::from(holds)
    }

    /// What it takes beyond itself.
    pub(super) fn bytes(&self) -> usize {
        match self {
            Self::Tenant(text) | Self::Recipient(text) => block(text.len()),
            Self::Amount(limit) => limit.bytes(),
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
