//! The messages of the service (`envoy/service/ratelimit/v3/rls.proto` and
//! `envoy/extensions/common/ratelimit/v3/ratelimit.proto`), as far as they are used.
//!
//! ```text
//! RateLimitRequest    { domain = 1: string, descriptors = 2: repeated Descriptor, hits_addend = 3: uint32 }
//! Descriptor          { entries = 1: repeated Entry, hits_addend = 3: UInt64Value { value = 1: uint64 } }
//! Entry               { key = 1: string, value = 2: string }
//! RateLimitResponse   { overall_code = 1: Code, statuses = 2: repeated Status }
//! Status              { code = 1: Code, duration_until_reset = 4: Duration }
//! Code                { UNKNOWN = 0, OK = 1, OVER_LIMIT = 2 }
//! Duration            { seconds = 1: int64, nanos = 2: int32 }
//! ```

use remit_engine::fleet::{Over, Said};
use remit_engine::plan::LimitId;

use crate::protobuf::{Value, push_bytes, push_number, split_field};

const OK: u64 = 1;
const OVER_LIMIT: u64 = 2;

/// A quota, as the service is told of it.
#[derive(Debug)]
pub(super) struct Descriptor<'a> {
    pub(super) entries: &'a [(&'static str, &'a str)],
    pub(super) weight: u32,
}

/// Writes a question. A service that knows no weights of descriptors counts the largest for each.
pub(super) fn write<'a>(
    domain: &str,
    descriptors: impl Iterator<Item = Descriptor<'a>>,
) -> Vec<u8> {
    let mut message = Vec::new();
    push_bytes(&mut message, 1, domain.as_bytes());
    let mut largest = 0;
    for Descriptor { entries, weight } in descriptors {
        let mut descriptor = Vec::new();
        for (key, value) in entries {
            let mut entry = Vec::new();
            push_bytes(&mut entry, 1, key.as_bytes());
            push_bytes(&mut entry, 2, value.as_bytes());
            push_bytes(&mut descriptor, 1, &entry);
        }
        let mut hits = Vec::new();
        push_number(&mut hits, 1, weight.into());
        push_bytes(&mut descriptor, 3, &hits);
        push_bytes(&mut message, 2, &descriptor);
        largest = weight.max(largest);
    }
    push_number(&mut message, 3, largest.into());
    message
}

/// Reads an answer to a question about limits, in its order. What cannot be read to its end, gives
/// no clear verdict or is not about all of them is [`Said::Away`].
pub(super) fn read(message: &[u8], limits: &[LimitId]) -> Said {
    let said = |answer: Answer| {
        // Some services do not say of which limit they speak.
        let is_about_all = [0, limits.len()].contains(&answer.over.len());
        match answer.code {
            OK if is_about_all => Some(Said::Granted),
            OVER_LIMIT if is_about_all => {
                let with_wait = limits.iter().zip(answer.over);
                let over: Vec<Over> = with_wait
                    .filter_map(|(&limit, over)| {
                        let wait = over?;
                        Some(Over { limit, wait })
                    })
                    .collect();
                Some(Said::Over(if over.is_empty() {
                    let all = limits.iter();
                    all.map(|&limit| Over { limit, wait: None }).collect()
                } else {
                    over
                }))
            }
            _ => None,
        }
    };
    Answer::read(message, limits.len())
        .and_then(said)
        .unwrap_or(Said::Away)
}

#[derive(Default)]
struct Answer {
    code: u64,
    /// Of each limit: where it is over, when there will be room, if that is said.
    over: Vec<Option<Option<i64>>>,
}

impl Answer {
    fn read(message: &[u8], most: usize) -> Option<Self> {
        let mut answer = Self::default();
        each(message, |field, value| {
            match (field, value) {
                (1, Value::Number(code)) => answer.code = code,
                (2, Value::Bytes(status)) if answer.over.len() < most => {
                    answer.over.push(read_status(status)?);
                }
                (1 | 2, _) => return None,
                _ => {}
            }
            Some(())
        })?;
        Some(answer)
    }
}

fn read_status(message: &[u8]) -> Option<Option<Option<i64>>> {
    let (mut code, mut wait) = (0, None);
    each(message, |field, value| {
        match (field, value) {
            (1, Value::Number(number)) => code = number,
            (4, Value::Bytes(duration)) => wait = read_duration(duration)?,
            (1 | 4, _) => return None,
            _ => {}
        }
        Some(())
    })?;
    Some((code == OVER_LIMIT).then_some(wait))
}

/// Milliseconds; no time at all where it is none that lies ahead.
fn read_duration(message: &[u8]) -> Option<Option<i64>> {
    let (mut seconds, mut nanos) = (0, 0);
    each(message, |field, value| {
        match (field, value) {
            (1, Value::Number(number)) => seconds = number.cast_signed(),
            (2, Value::Number(number)) => nanos = number.cast_signed(),
            (1 | 2, _) => return None,
            _ => {}
        }
        Some(())
    })?;
    let is_ahead = seconds >= 0 && (0..1_000_000_000).contains(&nanos);
    Some(is_ahead.then(|| {
        seconds
            .saturating_mul(1000)
            .saturating_add(nanos / 1_000_000)
    }))
}

/// Looks at every field of a message, to its end.
fn each<'m>(
    mut message: &'m [u8],
    mut look: impl FnMut(u64, Value<'m>) -> Option<()>,
) -> Option<()> {
    while !message.is_empty() {
        let (field, value, rest) = split_field(message)?;
        look(field, value)?;
        message = rest;
    }
    Some(())
}

#[cfg(test)]
mod tests;
