//! Token Status List (draft-ietf-oauth-status-list-21): a few bits for each token of an issuer.
//!
//! A token says where its bits stand ([`StatusReference`]); the list comes as a signed token of
//! its own ([`StatusList`]). Whoever reads a list has checked its signature first.

mod inflate;
mod reference;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

pub use reference::StatusReference;

use crate::json::{self, Json};
use crate::limits;
use crate::time::UnixTime;
use crate::token::Claims;
use crate::token::jws::{CompactJws, media_type};

/// The statuses of an issuer's tokens at a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusList {
    width: Width,
    bytes: Box<[u8]>,
    /// `exp` with the leeway that it was read with.
    ends: Option<UnixTime>,
    /// `iat`.
    issued: UnixTime,
    /// `ttl`, whole seconds.
    ttl: Option<u32>,
}

/// What a list says of one token (section 7.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// `0x00`: it stands.
    Valid,
    /// `0x01`: it is revoked, for good.
    Invalid,
    /// `0x02`: it does not count for now.
    Suspended,
    /// Any other, whose meaning is its issuer's.
    Other(u8),
}

/// The list has no such entry: the token is to be refused (section 8.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the index is outside the status list")]
pub struct OutOfRange;

/// Why a status list token is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum StatusListError {
    /// The header is malformed, has a member that is refused, or an `alg` that is not known.
    #[error("its header is refused")]
    Header,
    /// `typ` is not `statuslist+jwt`.
    #[error("its `typ` is not `statuslist+jwt`")]
    Type,
    /// The payload is no JSON object, or a claim is missing, of the wrong type or out of range.
    #[error("a claim is missing or malformed")]
    Claims,
    /// `sub` is not the URI that it was fetched from.
    #[error("its `sub` is not the URI of the list")]
    Subject,
    /// `iat` or `nbf` is in the future.
    #[error("it is from the future")]
    NotYetValid,
    /// `exp` is past.
    #[error("it has expired")]
    Expired,
    /// `lst` is no zlib stream in base64url without padding, or has something behind it.
    #[error("its list is not a zlib stream in base64url")]
    Encoding,
    /// The list is beyond [`limits::STATUS_TEXT_BYTES`] or, inflated,
    /// [`limits::STATUS_LIST_BYTES`].
    #[error("its list is too long")]
    TooLong,
}

impl StatusListError {
    /// Whether another time would make it good.
    #[must_use]
    pub fn is_about_time(self) -> bool {
        matches!(self, Self::NotYetValid | Self::Expired)
    }
}

impl StatusList {
    /// Reads a list out of a token whose signature has been checked.
    ///
    /// `uri` is what it was fetched for: the token must say that it is that list, so that one list
    /// cannot be given for another (section 8.3). `leeway`, in seconds, holds for `iat`, `nbf` and
    /// `exp`.
    ///
    /// # Errors
    /// [`StatusListError`].
    pub fn read(
        jws: &CompactJws<'_>,
        uri: &str,
        now: UnixTime,
        leeway: u32,
    ) -> Result<Self, StatusListError> {
        let header = jws.header().map_err(|_| StatusListError::Header)?;
        if header.algorithm.is_none() {
            return Err(StatusListError::Header);
        }
        if header.typ.as_deref().map(media_type).as_deref() != Some("statuslist+jwt") {
            return Err(StatusListError::Type);
        }
        let payload = json::parse_object(jws.payload()).map_err(|_| StatusListError::Claims)?;
        Self::from_claims(&Claims::new(payload), uri, now, leeway)
    }

    fn from_claims(
        claims: &Claims<'_>,
        uri: &str,
        now: UnixTime,
        leeway: u32,
    ) -> Result<Self, StatusListError> {
        let text = |name| claims.top_text(name).map_err(|_| StatusListError::Claims);
        let date = |name| claims.date(name).map_err(|_| StatusListError::Claims);
        // Not needed here, but what it is has to be what it says.
        text("iss")?;
        if text("sub")?.ok_or(StatusListError::Claims)? != uri {
            return Err(StatusListError::Subject);
        }
        let issued = date("iat")?.ok_or(StatusListError::Claims)?;
        let latest = now.plus_seconds(leeway);
        if issued > latest || date("nbf")?.is_some_and(|start| start > latest) {
            return Err(StatusListError::NotYetValid);
        }
        let ends = date("exp")?.map(|end| end.plus_seconds(leeway));
        if ends.is_some_and(|end| now >= end) {
            return Err(StatusListError::Expired);
        }
        let ttl = claims.member("ttl").map(seconds).transpose()?;
        let Some(Json::Object(list)) = claims.member("status_list") else {
            return Err(StatusListError::Claims);
        };
        if list
            .member("aggregation_uri")
            .is_some_and(|uri| !matches!(uri, Json::String(_)))
        {
            return Err(StatusListError::Claims);
        }
        let (Some(Json::Int(bits)), Some(Json::String(lst))) =
            (list.member("bits"), list.member("lst"))
        else {
            return Err(StatusListError::Claims);
        };
        Ok(Self {
            width: Width::from_bits(*bits).ok_or(StatusListError::Claims)?,
            bytes: unpack(lst)?,
            ends,
            issued,
            ttl,
        })
    }

    /// The status at an index.
    ///
    /// # Errors
    /// [`OutOfRange`] behind the list's end.
    pub fn at(&self, index: u64) -> Result<Status, OutOfRange> {
        let per_byte = self.width.entries_in_byte();
        let position = usize::try_from(index / per_byte).map_err(|_| OutOfRange)?;
        let byte = self.bytes.get(position).ok_or(OutOfRange)?;
        // The first entry has the lowest bits (section 4.1).
        let shift = index % per_byte * self.width.bits();
        Ok(Status::from_value((byte >> shift) & self.width.mask()))
    }

    /// When it was made. Whoever keeps a list takes no older one in its place: what it revoked would
    /// stand again.
    #[must_use]
    pub fn issued_at(&self) -> UnixTime {
        self.issued
    }

    /// Until when a list that was fetched at a time may be believed: the sooner of its `exp` and
    /// its `ttl`, which come before what HTTP says of caching (section 8.1 and 13.7). `None` if it
    /// says neither.
    #[must_use]
    pub fn good_until(&self, fetched_at: UnixTime) -> Option<UnixTime> {
        let stale = self.ttl.map(|ttl| fetched_at.plus_seconds(ttl));
        [self.ends, stale].into_iter().flatten().min()
    }

    /// How much memory it takes, in bytes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        size_of::<Self>() + self.bytes.len()
    }
}

impl Status {
    fn from_value(value: u8) -> Self {
        match value {
            0 => Self::Valid,
            1 => Self::Invalid,
            2 => Self::Suspended,
            other => Self::Other(other),
        }
    }
}

/// How many bits an entry has: one of 1, 2, 4 and 8.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Width(u8);

impl Width {
    fn from_bits(bits: i64) -> Option<Self> {
        let bits = u8::try_from(bits).ok()?;
        matches!(bits, 1 | 2 | 4 | 8).then_some(Self(bits))
    }

    fn bits(self) -> u64 {
        u64::from(self.0)
    }

    fn entries_in_byte(self) -> u64 {
        8 / self.bits().max(1)
    }

    fn mask(self) -> u8 {
        u8::MAX >> (8 - self.0)
    }
}

/// `ttl`: a positive number of seconds; what is below a second is cut off.
fn seconds(ttl: &Json<'_>) -> Result<u32, StatusListError> {
    match ttl {
        Json::Int(seconds) if *seconds > 0 => Ok(u32::try_from(*seconds).unwrap_or(u32::MAX)),
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "it is positive, and the longest stands for what is longer"
        )]
        Json::Double(seconds) if *seconds > 0.0 => Ok(*seconds as u32),
        _ => Err(StatusListError::Claims),
    }
}

fn unpack(lst: &str) -> Result<Box<[u8]>, StatusListError> {
    if lst.len() > limits::STATUS_TEXT_BYTES {
        return Err(StatusListError::TooLong);
    }
    let packed = URL_SAFE_NO_PAD
        .decode(lst)
        .map_err(|_| StatusListError::Encoding)?;
    inflate::zlib(&packed, limits::STATUS_LIST_BYTES)
}

#[cfg(test)]
mod tests;
