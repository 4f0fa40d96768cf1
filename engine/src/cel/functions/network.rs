//! Extension: IP addresses and ranges of them.
//!
//! An address has one text and one family: no zones, no leading zeros, and an IPv4 address that is
//! mapped into IPv6 is the IPv4 address. Written with dots, a mapped one is refused, because
//! readers differ on what it is.

use std::net::{IpAddr, Ipv4Addr};

use crate::cel::error::EvalError;
use crate::cel::value::Value;
use crate::plan::Cidr;

/// Bits of an IPv6 address before an IPv4 address that is mapped into it (RFC 4291 section
/// 2.5.5.2).
const MAPPED_PREFIX: u8 = 96;
/// Longest text of a range: an IPv6 address with an IPv4 one in it, and a prefix. What is longer
/// is not looked at.
const RANGE_BYTES: usize = 45 + 4;

fn read_ip(text: &str) -> Result<IpAddr, EvalError> {
    let address: IpAddr = text.parse().map_err(|_| EvalError::Conversion)?;
    let canonical = address.to_canonical();
    if canonical != address && text.contains('.') {
        return Err(EvalError::Conversion);
    }
    Ok(canonical)
}

fn read_cidr(text: &str) -> Result<Cidr, EvalError> {
    if text.len() > RANGE_BYTES {
        return Err(EvalError::Conversion);
    }
    let (address, prefix) = text.split_once('/').ok_or(EvalError::Conversion)?;
    let is_plain = prefix == "0" || !prefix.starts_with(['0', '+']);
    let mut prefix: u8 = prefix.parse().map_err(|_| EvalError::Conversion)?;
    let written: IpAddr = address.parse().map_err(|_| EvalError::Conversion)?;
    let address = read_ip(address)?;
    if !is_plain || prefix > bits(written) {
        return Err(EvalError::Conversion);
    }
    if address != written {
        // A range around mapped addresses has others in it, so it is none of IPv4 addresses.
        prefix = prefix
            .checked_sub(MAPPED_PREFIX)
            .ok_or(EvalError::Conversion)?;
    }
    Ok(Cidr { address, prefix })
}

fn bits(address: IpAddr) -> u8 {
    match address {
        IpAddr::V4(_) => 32,
        IpAddr::V6(_) => 128,
    }
}

/// The address with nothing but its leading bits.
fn mask(address: IpAddr, prefix: u8) -> IpAddr {
    match address {
        IpAddr::V4(address) => {
            let mask = u32::MAX.checked_shl(32_u32.saturating_sub(prefix.into()));
            Ipv4Addr::from_bits(address.to_bits() & mask.unwrap_or(0)).into()
        }
        IpAddr::V6(address) => {
            let mask = u128::MAX.checked_shl(128_u32.saturating_sub(prefix.into()));
            std::net::Ipv6Addr::from_bits(address.to_bits() & mask.unwrap_or(0)).into()
        }
    }
}

fn contains(range: Cidr, address: IpAddr) -> bool {
    range.address.is_ipv4() == address.is_ipv4()
        && mask(range.address, range.prefix) == mask(address, range.prefix)
}

pub(super) fn ip<'v>(a: &Value<'v>) -> Result<Value<'v>, EvalError> {
    match a {
        Value::String(text) => read_ip(text).map(Value::Ip),
        Value::Cidr(range) => Ok(Value::Ip(range.address)),
        _ => Err(EvalError::Type),
    }
}

pub(super) fn cidr<'v>(a: &Value<'v>) -> Result<Value<'v>, EvalError> {
    match a {
        Value::String(text) => read_cidr(text).map(Value::Cidr),
        _ => Err(EvalError::Type),
    }
}

pub(super) fn is_ip<'v>(a: &Value<'v>) -> Result<Value<'v>, EvalError> {
    match a {
        Value::String(text) => Ok(Value::Bool(read_ip(text).is_ok())),
        _ => Err(EvalError::Type),
    }
}

pub(super) fn is_cidr<'v>(a: &Value<'v>) -> Result<Value<'v>, EvalError> {
    match a {
        Value::String(text) => Ok(Value::Bool(read_cidr(text).is_ok())),
        _ => Err(EvalError::Type),
    }
}

/// Whether text is the one that an address is written as (RFC 5952).
pub(super) fn is_canonical<'v>(a: &Value<'v>) -> Result<Value<'v>, EvalError> {
    match a {
        Value::String(text) => {
            let canonical = read_ip(text)?.to_string();
            Ok(Value::Bool(**text == *canonical))
        }
        _ => Err(EvalError::Type),
    }
}

pub(super) fn family<'v>(a: &Value<'v>) -> Result<Value<'v>, EvalError> {
    match a {
        Value::Ip(IpAddr::V4(_)) => Ok(Value::Int(4)),
        Value::Ip(IpAddr::V6(_)) => Ok(Value::Int(6)),
        _ => Err(EvalError::Type),
    }
}

pub(super) fn is<'v>(
    a: &Value<'v>,
    question: impl Fn(IpAddr) -> bool,
) -> Result<Value<'v>, EvalError> {
    match a {
        Value::Ip(address) => Ok(Value::Bool(question(*address))),
        _ => Err(EvalError::Type),
    }
}

/// Private addresses too: all that one host may have and others may reach.
pub(super) fn is_global_unicast(address: IpAddr) -> bool {
    !address.is_unspecified()
        && !address.is_loopback()
        && !address.is_multicast()
        && !is_link_local_unicast(address)
        && address != IpAddr::V4(Ipv4Addr::BROADCAST)
}

pub(super) fn is_link_local_multicast(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => matches!(address.octets(), [224, 0, 0, _]),
        IpAddr::V6(address) => {
            matches!(address.octets(), [0xff, scope, ..] if scope & 0xf == 2)
        }
    }
}

pub(super) fn is_link_local_unicast(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => address.is_link_local(),
        IpAddr::V6(address) => address.is_unicast_link_local(),
    }
}

pub(super) fn contains_ip<'v>(a: &Value<'v>, b: &Value<'v>) -> Result<Value<'v>, EvalError> {
    match (a, b) {
        (Value::Cidr(range), Value::Ip(address)) => Ok(Value::Bool(contains(*range, *address))),
        (Value::Cidr(range), Value::String(text)) => {
            Ok(Value::Bool(contains(*range, read_ip(text)?)))
        }
        _ => Err(EvalError::Type),
    }
}

pub(super) fn contains_cidr<'v>(a: &Value<'v>, b: &Value<'v>) -> Result<Value<'v>, EvalError> {
    let (range, inner) = match (a, b) {
        (Value::Cidr(range), Value::Cidr(inner)) => (*range, *inner),
        (Value::Cidr(range), Value::String(text)) => (*range, read_cidr(text)?),
        _ => return Err(EvalError::Type),
    };
    let inside = range.prefix <= inner.prefix && contains(range, inner.address);
    Ok(Value::Bool(inside))
}

pub(super) fn masked<'v>(a: &Value<'v>) -> Result<Value<'v>, EvalError> {
    match a {
        Value::Cidr(Cidr { address, prefix }) => Ok(Value::Cidr(Cidr {
            address: mask(*address, *prefix),
            prefix: *prefix,
        })),
        _ => Err(EvalError::Type),
    }
}

pub(super) fn prefix_length<'v>(a: &Value<'v>) -> Result<Value<'v>, EvalError> {
    match a {
        Value::Cidr(range) => Ok(Value::Int(range.prefix.into())),
        _ => Err(EvalError::Type),
    }
}
