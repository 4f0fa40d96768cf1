//! Limits that hold for a fleet of gateways: what is asked of the service that counts for all of
//! them, and what it says.

use crate::plan::LimitId;

/// Something that the service has to have room for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    limit: LimitId,
    weight: u32,
}

/// What the service says to all that it was asked for one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Said {
    /// It was not asked.
    #[default]
    Nothing,
    /// There is room.
    Granted,
    /// There is none.
    Over {
        /// Which limit leaves none.
        limit: LimitId,
        /// When there will be, in milliseconds.
        wait: Option<i64>,
    },
    /// It does not answer, or not what can be understood.
    Away,
}

impl Quota {
    pub(crate) fn new(limit: LimitId, weight: u32) -> Self {
        Self { limit, weight }
    }

    /// Which limit.
    #[must_use]
    pub fn limit(&self) -> LimitId {
        self.limit
    }

    /// How much.
    #[must_use]
    pub fn weight(&self) -> u32 {
        self.weight
    }
}
