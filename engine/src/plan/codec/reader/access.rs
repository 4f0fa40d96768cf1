//! What stands within lists, structs and enums.

use serde::de::value::U32Deserializer;
use serde::de::{
    DeserializeSeed, EnumAccess, IntoDeserializer as _, MapAccess, SeqAccess, VariantAccess,
    Visitor,
};

use super::{Reader, Unreadable};

/// As many as the bytes say, or up to where they break off.
pub(super) struct Elements<'r, 'b> {
    pub(super) reader: &'r mut Reader<'b>,
    pub(super) left: usize,
}

impl<'b> SeqAccess<'b> for Elements<'_, 'b> {
    type Error = Unreadable;

    fn next_element_seed<S: DeserializeSeed<'b>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Unreadable> {
        match self.left.checked_sub(1) {
            Some(left) if !self.reader.is_broken => {
                self.left = left;
                seed.deserialize(&mut *self.reader).map(Some)
            }
            _ => Ok(None),
        }
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.left)
    }
}

impl<'b> MapAccess<'b> for Elements<'_, 'b> {
    type Error = Unreadable;

    fn next_key_seed<S: DeserializeSeed<'b>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Unreadable> {
        self.next_element_seed(seed)
    }

    fn next_value_seed<S: DeserializeSeed<'b>>(&mut self, seed: S) -> Result<S::Value, Unreadable> {
        seed.deserialize(&mut *self.reader)
    }
}

/// As many as the type has: whoever reads it asks for no more.
pub(super) struct Fields<'r, 'b>(pub(super) &'r mut Reader<'b>);

impl<'b> SeqAccess<'b> for Fields<'_, 'b> {
    type Error = Unreadable;

    fn next_element_seed<S: DeserializeSeed<'b>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Unreadable> {
        seed.deserialize(&mut *self.0).map(Some)
    }
}

impl<'b> EnumAccess<'b> for Fields<'_, 'b> {
    type Error = Unreadable;
    type Variant = Self;

    fn variant_seed<S: DeserializeSeed<'b>>(self, seed: S) -> Result<(S::Value, Self), Unreadable> {
        #[expect(clippy::cast_possible_truncation, reason = "it is at most that")]
        let variant = self.0.number(u64::from(u32::MAX)) as u32;
        let variant: U32Deserializer<Unreadable> = variant.into_deserializer();
        Ok((seed.deserialize(variant)?, self))
    }
}

impl<'b> VariantAccess<'b> for Fields<'_, 'b> {
    type Error = Unreadable;

    fn unit_variant(self) -> Result<(), Unreadable> {
        Ok(())
    }

    fn newtype_variant_seed<S: DeserializeSeed<'b>>(self, seed: S) -> Result<S::Value, Unreadable> {
        seed.deserialize(self.0)
    }

    fn tuple_variant<V: Visitor<'b>>(self, _: usize, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_seq(self)
    }

    fn struct_variant<V: Visitor<'b>>(
        self,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        visitor.visit_seq(self)
    }
}
