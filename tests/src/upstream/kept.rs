//! What is kept of the requests that reach an upstream.

use std::collections::BTreeMap;

use http::{HeaderMap, HeaderName, Version};

use super::CASE;

/// How much an upstream keeps of the requests that reach it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keeps {
    /// All of each.
    Requests,
    /// How many there were of each case, for as many requests as there may be.
    Counts,
}

/// One request as it arrived.
#[derive(Debug, Clone)]
pub struct Arrival {
    /// The method.
    pub method: String,
    /// Path and query, or whatever else the request line has.
    pub target: String,
    /// `Host` or `:authority`.
    pub authority: Option<String>,
    /// The version.
    pub version: Version,
    /// The headers.
    pub headers: HeaderMap,
    /// What has arrived of the body so far.
    pub body: Vec<u8>,
    /// The trailers, if they have arrived.
    pub trailers: Option<HeaderMap>,
    /// Whether all of it has arrived.
    pub complete: bool,
}

impl Arrival {
    /// The values of a header, in order.
    #[must_use]
    pub fn values(&self, name: &str) -> Vec<&str> {
        self.headers
            .get_all(name)
            .iter()
            .map(|value| value.to_str().unwrap_or("?"))
            .collect()
    }

    /// All headers whose name begins so.
    #[must_use]
    pub fn values_below(&self, prefix: &str) -> BTreeMap<&str, Vec<&str>> {
        let names = self.headers.keys().map(HeaderName::as_str);
        let names = names.filter(|name| name.starts_with(prefix));
        names.map(|name| (name, self.values(name))).collect()
    }
}

#[derive(Debug)]
pub(super) enum Kept {
    Requests(Vec<Arrival>),
    Counts(BTreeMap<String, u64>),
}

impl Kept {
    pub(super) fn nothing(keeps: Keeps) -> Self {
        match keeps {
            Keeps::Requests => Self::Requests(vec![]),
            Keeps::Counts => Self::Counts(BTreeMap::new()),
        }
    }

    /// Keeps a request, and says where, if more of it is to be kept.
    pub(super) fn keep(&mut self, arrival: Arrival) -> Option<usize> {
        match self {
            Self::Requests(arrivals) => {
                arrivals.push(arrival);
                Some(arrivals.len() - 1)
            }
            Self::Counts(counts) => {
                *counts.entry(arrival.values(CASE).join(",")).or_default() += 1;
                None
            }
        }
    }

    /// What is kept there.
    pub(super) fn kept(&self, position: Option<usize>) -> Option<&Arrival> {
        match self {
            Self::Requests(arrivals) => arrivals.get(position?),
            Self::Counts(_) => None,
        }
    }

    pub(super) fn change(&mut self, position: Option<usize>, change: impl FnOnce(&mut Arrival)) {
        if let (Some(position), Self::Requests(arrivals)) = (position, self) {
            let arrival = arrivals.get_mut(position);
            change(arrival.expect("arrivals are never removed"));
        }
    }
}
