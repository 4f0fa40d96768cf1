//! How large values can be, and what evaluation takes: the two things that a bound is made of.

use remit_engine::plan::{Datum, Type};

/// What a value takes in memory, about.
pub(super) const VALUE_BYTES: u64 = 32;

/// How large a value can be.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Size<'t> {
    /// Its declared type, where it is part of an input.
    pub(super) ty: Option<&'t Type>,
    /// Elements, if it is a list or a map.
    pub(super) count: u64,
    /// Values inside it, at any depth.
    pub(super) values: u64,
    /// Bytes of all its text.
    pub(super) bytes: u64,
}

/// What evaluating a term takes at most.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Cost {
    pub(super) steps: u64,
    pub(super) memory: u64,
}

impl Cost {
    pub(super) fn plus(self, other: Self) -> Self {
        Self {
            steps: self.steps.saturating_add(other.steps),
            memory: self.memory.saturating_add(other.memory),
        }
    }

    pub(super) fn times(self, count: u64) -> Self {
        Self {
            steps: self.steps.saturating_mul(count),
            memory: self.memory.saturating_mul(count),
        }
    }

    pub(super) fn steps(steps: u64) -> Self {
        Self { steps, memory: 0 }
    }
}

impl<'t> Size<'t> {
    pub(super) fn text(bytes: usize) -> Self {
        Self {
            bytes: bytes as u64,
            ..Self::default()
        }
    }

    /// Of an input with a type, that shares in so many values and bytes.
    pub(super) fn declared(ty: &'t Type, values: u64, bytes: u64) -> Self {
        let (inner, most) = match ty {
            Type::AtMost(inner, most) => (inner.as_ref(), u64::from(*most)),
            other => (other, u64::MAX),
        };
        let whole = Self {
            ty: Some(inner),
            count: 0,
            values,
            bytes,
        };
        match inner {
            Type::List(element) => {
                let count = values.min(most);
                Self {
                    count,
                    values: values.min(count.saturating_mul(1 + most_values(element).min(values))),
                    bytes: bytes.min(count.saturating_mul(longest(element))),
                    ..whole
                }
            }
            Type::Map(_) | Type::Dyn => Self {
                count: values.min(most),
                ..whole
            },
            Type::Object(fields) => Self {
                count: fields.len() as u64,
                ..whole
            },
            Type::String | Type::Bytes => Self {
                values: 0,
                bytes: bytes.min(most),
                ..whole
            },
            _ => Self {
                ty: Some(inner),
                ..Self::default()
            },
        }
    }

    pub(super) fn of_constant(datum: &Datum) -> Self {
        match datum {
            Datum::String(text) => Self::text(text.len()),
            Datum::Bytes(octets) => Self::text(octets.len()),
            Datum::List(elements) => Self::containing(elements.iter().map(Self::of_constant)),
            Datum::Map(entries) => {
                let inside = entries.iter().map(|(key, value)| {
                    let (key, value) = (Self::of_constant(key), Self::of_constant(value));
                    Self {
                        bytes: key.bytes + value.bytes,
                        ..value
                    }
                });
                Self::containing(inside)
            }
            _ => Self::default(),
        }
    }

    pub(super) fn containing<'s>(elements: impl Iterator<Item = Size<'s>>) -> Self {
        let mut whole = Self::default();
        for element in elements {
            whole.count += 1;
            whole.values = whole.values.saturating_add(1 + element.values);
            whole.bytes = whole.bytes.saturating_add(element.bytes);
        }
        whole
    }

    /// An element among all of them.
    pub(super) fn average(self) -> Self {
        let among = self.count.max(1);
        self.inside(
            self.values.saturating_sub(self.count).div_ceil(among),
            self.bytes.div_ceil(among),
        )
    }

    /// One element, which may be the largest.
    pub(super) fn largest(self) -> Self {
        self.inside(self.values.saturating_sub(self.count), self.bytes)
    }

    pub(super) fn inside(self, values: u64, bytes: u64) -> Self {
        match self.ty {
            Some(Type::List(element) | Type::Map(element)) => {
                Self::declared(element, values, bytes)
            }
            _ => Self {
                ty: None,
                count: values,
                values,
                bytes,
            },
        }
    }

    pub(super) fn field(self, name: &str) -> Self {
        match self.ty {
            Some(Type::Object(fields)) => match fields.iter().find(|field| field.name == name) {
                Some(field) => Self::declared(&field.ty, self.values, self.bytes),
                None => Self::default(),
            },
            _ => self.largest(),
        }
    }

    pub(super) fn or(self, other: Self) -> Self {
        Self {
            ty: self.common(other),
            count: self.count.max(other.count),
            values: self.values.max(other.values),
            bytes: self.bytes.max(other.bytes),
        }
    }

    pub(super) fn and(self, other: Self) -> Self {
        Self {
            ty: self.common(other),
            count: self.count.saturating_add(other.count),
            values: self.values.saturating_add(other.values),
            bytes: self.bytes.saturating_add(other.bytes),
        }
    }

    /// The type that elements of both have: that of the other, where one has none.
    fn common(self, other: Self) -> Option<&'t Type> {
        let is_empty = |size: Self| size.count + size.values + size.bytes == 0;
        match (self.ty, other.ty) {
            (a, b) if a == b => a,
            (None, ty) if is_empty(self) => ty,
            (ty, None) if is_empty(other) => ty,
            _ => None,
        }
    }

    /// What it takes in memory to make it.
    pub(super) fn memory(self) -> u64 {
        self.values
            .saturating_mul(VALUE_BYTES)
            .saturating_add(self.bytes)
    }
}

/// Values that stand inside a value of a type at most, by its declared bounds.
fn most_values(ty: &Type) -> u64 {
    match ty {
        Type::AtMost(inner, most) => match inner.as_ref() {
            Type::List(element) | Type::Map(element) => {
                u64::from(*most).saturating_mul(most_values(element).saturating_add(1))
            }
            _ => 0,
        },
        Type::Object(fields) => fields
            .iter()
            .map(|field| most_values(&field.ty).saturating_add(1))
            .fold(0, u64::saturating_add),
        Type::Dyn | Type::List(_) | Type::Map(_) => u64::MAX,
        _ => 0,
    }
}

/// Bytes of text that a value of a type has at most, by its declared bounds.
fn longest(ty: &Type) -> u64 {
    match ty {
        Type::AtMost(inner, most) => match inner.as_ref() {
            Type::String | Type::Bytes => u64::from(*most),
            Type::List(element) => u64::from(*most).saturating_mul(longest(element)),
            _ => u64::MAX,
        },
        Type::Object(fields) => fields
            .iter()
            .map(|field| longest(&field.ty))
            .fold(0, u64::saturating_add),
        Type::String | Type::Bytes | Type::Dyn | Type::List(_) | Type::Map(_) => u64::MAX,
        _ => 0,
    }
}
