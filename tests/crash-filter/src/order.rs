//! Where and how to crash, as a request says it: `write_record-after:panic`.

use std::fmt;

use crate::{Call, Crash};

/// The header, or trailer, that holds an order.
pub const HEADER: &str = "x-crash";

/// Before or after a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// The gateway has not been asked.
    Before,
    /// It has answered, and the filter has not seen the answer.
    After,
}

/// One crash: at the first such call of the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Order {
    /// At which call.
    pub call: Call,
    /// On which side of it.
    pub moment: Moment,
    /// In which way.
    pub crash: Crash,
}

impl Moment {
    /// Both.
    pub const ALL: &'static [Self] = &[Self::Before, Self::After];

    fn name(self) -> &'static str {
        match self {
            Self::Before => "before",
            Self::After => "after",
        }
    }
}

impl Order {
    /// The order that a header value holds; `None` if it is none.
    #[must_use]
    pub fn read(value: &[u8]) -> Option<Self> {
        let value = std::str::from_utf8(value).ok()?;
        let (point, crash) = value.split_once(':')?;
        let (call, moment) = point.split_once('-')?;
        Some(Self {
            call: find(Call::ALL, |one| one.name() == call)?,
            moment: find(Moment::ALL, |one| one.name() == moment)?,
            crash: find(Crash::ALL, |one| one.name() == crash)?,
        })
    }
}

impl fmt::Display for Order {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            call,
            moment,
            crash,
        } = self;
        write!(f, "{}-{}:{}", call.name(), moment.name(), crash.name())
    }
}

fn find<T: Copy>(all: &[T], is_it: impl Fn(&T) -> bool) -> Option<T> {
    all.iter().copied().find(|one| is_it(one))
}
