//! Reading a feed.

use std::cmp::Reverse;

use super::key::Key;
use super::{DenyFeed, DenyFeedError, Entry, Kind};
use crate::json::{self, Json, Object};
use crate::limits;
use crate::order::sorted;
use crate::token::numeric_date;

/// Values of an entry, itself among them, at most: `iss`, what is denied, `tenant`, `until`,
/// `reason`.
const VALUES: usize = 6;
/// Values of a feed beside its entries: itself, `version`, `issued_at`, `deny`.
const HEAD: usize = 4;

pub(super) fn feed(text: &[u8]) -> Result<DenyFeed, DenyFeedError> {
    if text.len() > limits::DENY_FEED_BYTES {
        return Err(DenyFeedError::TooLong);
    }
    // An entry more than there may be is still read, to be told of as such.
    let values = HEAD + (limits::DENY_FEED_ENTRIES + 1) * VALUES;
    let feed = json::parse_up_to(text, values).map_err(|_| DenyFeedError::NotJson)?;
    let Json::Object(feed) = feed else {
        return Err(DenyFeedError::Form);
    };
    let known = |name| matches!(name, "version" | "issued_at" | "deny");
    if !feed.names().all(known) || feed.member("version") != Some(&Json::Int(1)) {
        return Err(DenyFeedError::Form);
    }
    let issued_at = feed.member("issued_at").and_then(numeric_date);
    let Some(Json::Array(entries)) = feed.member("deny") else {
        return Err(DenyFeedError::Form);
    };
    if entries.len() > limits::DENY_FEED_ENTRIES {
        return Err(DenyFeedError::TooMany);
    }
    let mut lists: [Vec<Entry>; Kind::ALL.len()] = Default::default();
    for (position, value) in entries.iter().enumerate() {
        let read = match value {
            Json::Object(object) => entry(object),
            _ => None,
        };
        let (kind, entry) = read.ok_or(DenyFeedError::Entry { position })?;
        if let Some(list) = lists.get_mut(kind as usize) {
            list.push(entry);
        }
    }
    Ok(DenyFeed {
        issued_at: issued_at.ok_or(DenyFeedError::Form)?,
        lists: lists.map(in_order),
    })
}

/// Sorted, and of entries that name the same the one that ends last.
fn in_order(list: Vec<Entry>) -> Box<[Entry]> {
    let place = |entry: &Entry| (entry.key, entry.scope, Reverse(entry.until));
    let mut list = sorted(list, |a, b| place(a).cmp(&place(b)));
    list.dedup_by_key(|entry| (entry.key, entry.scope));
    list.into_boxed_slice()
}

fn entry(object: &Object<'_>) -> Option<(Kind, Entry)> {
    let (mut issuer, mut tenant, mut until, mut denied) = (None, None, None, None);
    for (member, value) in object.members() {
        match member {
            "iss" => issuer = Some(name(value)?),
            "tenant" => tenant = Some(name(value)?),
            "until" => until = Some(numeric_date(value)?),
            // For whoever reads the feed.
            "reason" if matches!(value, Json::String(_)) => {}
            _ => {
                let kind = Kind::ALL.into_iter().find(|kind| kind.member() == member)?;
                if denied.replace((kind, name(value)?)).is_some() {
                    return None;
                }
            }
        }
    }
    let (kind, name) = denied?;
    let scope = match (kind, issuer, tenant) {
        (Kind::Agent, issuer, None) => issuer.map(Key::of_issuer),
        (Kind::TaskId, Some(_), tenant) => tenant.map(Key::of_tenant),
        (Kind::TokenId | Kind::Session | Kind::Subject, Some(_), None) => None,
        _ => return None,
    };
    let entry = Entry {
        key: Key::of(kind, issuer.unwrap_or_default(), name),
        scope,
        until: until?,
    };
    Some((kind, entry))
}

/// A text that can name something.
fn name<'j>(value: &'j Json<'_>) -> Option<&'j str> {
    match value {
        Json::String(text) if !text.is_empty() => Some(text),
        _ => None,
    }
}
