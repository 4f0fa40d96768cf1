//! Reads a plan's body: postcard's encoding, with little code.
//!
//! postcard's own reader hands an error on after each byte, and is copied into the code of each
//! type of the plan: 40 KB more of the module. Here what is cut off reads as zeros
//! and nothing, and is noticed at the end. What this reads, postcard reads too, as the same; a number
//! that is written longer than it must be is refused.

mod access;

use std::fmt;

use serde::de::{DeserializeOwned, Deserializer, Visitor};

use access::{Elements, Fields};

/// A value of these bytes, all of them.
pub(super) fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Unreadable> {
    let mut reader = Reader {
        left: body,
        is_broken: false,
    };
    let value = T::deserialize(&mut reader)?;
    match (reader.is_broken, reader.left) {
        (false, []) => Ok(value),
        _ => Err(Unreadable),
    }
}

/// The bytes are no value of the type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Unreadable;

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("unreadable")
    }
}

impl std::error::Error for Unreadable {}

impl serde::de::Error for Unreadable {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
}

struct Reader<'b> {
    left: &'b [u8],
    /// Something read was not there. Nothing is left then.
    is_broken: bool,
}

// Each is one function in the module, however many types are read with it.
impl<'b> Reader<'b> {
    #[cold]
    fn broken(&mut self) {
        self.left = &[];
        self.is_broken = true;
    }

    #[inline(never)]
    fn bytes(&mut self, count: usize) -> &'b [u8] {
        match self.left.split_at_checked(count) {
            Some((bytes, left)) => {
                self.left = left;
                bytes
            }
            None => {
                self.broken();
                &[]
            }
        }
    }

    #[inline(never)]
    fn byte(&mut self) -> u8 {
        match self.left.split_first() {
            Some((byte, left)) => {
                self.left = left;
                *byte
            }
            None => {
                self.broken();
                0
            }
        }
    }

    /// Seven bits a byte, the lowest first; all bytes but the last have the top bit.
    #[inline(never)]
    fn number(&mut self, most: u64) -> u64 {
        // Nearly all have one byte.
        match self.left.split_first() {
            Some((byte, left)) if *byte < 0x80 => {
                self.left = left;
                u64::from(*byte)
            }
            _ => self.long_number(most),
        }
    }

    fn long_number(&mut self, most: u64) -> u64 {
        let mut number = 0;
        for shift in (0..u64::BITS).step_by(7) {
            let byte = self.byte();
            let digit = u64::from(byte & 0x7f);
            number |= digit << shift;
            if byte & 0x80 == 0 {
                let is_whole = number >> shift == digit && byte != 0;
                if is_whole && number <= most {
                    return number;
                }
                break;
            }
        }
        self.broken();
        0
    }

    /// Bytes of a text, or elements of a list: each takes one byte at least.
    #[inline(never)]
    fn count(&mut self) -> usize {
        // As wide as the narrowest machine's: a plan means the same everywhere.
        let count = self.number(u64::from(u32::MAX)) as usize;
        if count > self.left.len() {
            self.broken();
            return 0;
        }
        count
    }

    /// From 0 away: 0, -1, 1, -2, and so on, each as the number of its place.
    #[inline(never)]
    fn signed(&mut self, most: u64) -> i64 {
        let number = self.number(most);
        (number >> 1).cast_signed() ^ -(number & 1).cast_signed()
    }

    #[inline(never)]
    fn text(&mut self) -> &'b str {
        let count = self.count();
        let text = std::str::from_utf8(self.bytes(count));
        text.unwrap_or_else(|_| {
            self.broken();
            ""
        })
    }

    /// A byte that is 0 or 1.
    #[inline(never)]
    fn flag(&mut self) -> bool {
        let flag = self.byte();
        if flag > 1 {
            self.broken();
        }
        flag == 1
    }

    #[inline(never)]
    fn double(&mut self) -> f64 {
        let bytes = self.bytes(8).try_into().unwrap_or_default();
        f64::from_le_bytes(bytes)
    }
}

impl<'de> Deserializer<'de> for &mut Reader<'de> {
    type Error = Unreadable;

    fn is_human_readable(&self) -> bool {
        false
    }

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Unreadable> {
        Err(Unreadable)
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_bool(self.flag())
    }

    fn deserialize_u8<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_u8(self.byte())
    }

    #[expect(clippy::cast_possible_truncation, reason = "it is at most that")]
    fn deserialize_u16<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_u16(self.number(u64::from(u16::MAX)) as u16)
    }

    #[expect(clippy::cast_possible_truncation, reason = "it is at most that")]
    fn deserialize_u32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_u32(self.number(u64::from(u32::MAX)) as u32)
    }

    fn deserialize_u64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_u64(self.number(u64::MAX))
    }

    #[expect(clippy::cast_possible_truncation, reason = "its place is at most that")]
    fn deserialize_i16<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_i16(self.signed(u64::from(u16::MAX)) as i16)
    }

    #[expect(clippy::cast_possible_truncation, reason = "its place is at most that")]
    fn deserialize_i32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_i32(self.signed(u64::from(u32::MAX)) as i32)
    }

    fn deserialize_i64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_i64(self.signed(u64::MAX))
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_f64(self.double())
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_borrowed_str(self.text())
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_borrowed_str(self.text())
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        match self.flag() {
            false => visitor.visit_none(),
            true => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        let left = self.count();
        visitor.visit_seq(Elements { reader: self, left })
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        let left = self.count();
        visitor.visit_map(Elements { reader: self, left })
    }

    fn deserialize_tuple<V: Visitor<'de>>(
        self,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        visitor.visit_seq(Fields(self))
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        visitor.visit_seq(Fields(self))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        visitor.visit_seq(Fields(self))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        visitor.visit_enum(Fields(self))
    }

    // What no plan has.
    serde::forward_to_deserialize_any! {
        i8 i128 u128 f32 char bytes byte_buf unit unit_struct identifier ignored_any
    }
}

#[cfg(test)]
mod tests;
