//! A value as a CEL expression that has it, for people: `explain`, messages.

use std::fmt;

use super::Value;

impl fmt::Display for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Bool(value) => write!(f, "{value}"),
            Self::Int(value) => write!(f, "{value}"),
            Self::Uint(value) => write!(f, "{value}u"),
            Self::Double(value) if value.is_finite() => write!(f, "{value:?}"),
            Self::Double(value) => write!(f, "double('{value}')"),
            Self::String(value) => quoted(f, value),
            Self::Bytes(value) => octets(f, value),
            Self::Timestamp(_) => write!(f, "timestamp('{}')", crate::cel::text::string(self)),
            Self::Duration(_) => write!(f, "duration('{}')", crate::cel::text::string(self)),
            Self::List(list) => {
                f.write_str("[")?;
                for (position, element) in list.iter().enumerate() {
                    separate(f, position)?;
                    write!(f, "{element}")?;
                }
                f.write_str("]")
            }
            Self::Map(map) => {
                f.write_str("{")?;
                for (position, (key, value)) in map.iter().enumerate() {
                    separate(f, position)?;
                    write!(f, "{key}: {value}")?;
                }
                f.write_str("}")
            }
            Self::Optional(None) => f.write_str("optional.none()"),
            Self::Optional(Some(value)) => write!(f, "optional.of({value})"),
            Self::Type(name) => f.write_str(name),
            Self::Ip(address) => write!(f, "ip('{address}')"),
            Self::Cidr(range) => write!(f, "cidr('{}/{}')", range.address, range.prefix),
        }
    }
}

fn separate(f: &mut fmt::Formatter<'_>, position: usize) -> fmt::Result {
    if position == 0 {
        return Ok(());
    }
    f.write_str(", ")
}

/// What a terminal would act on is escaped.
fn quoted(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    f.write_str("'")?;
    for each in text.chars() {
        match each {
            '\'' => f.write_str("\\'")?,
            '\\' => f.write_str("\\\\")?,
            '\n' => f.write_str("\\n")?,
            '\r' => f.write_str("\\r")?,
            '\t' => f.write_str("\\t")?,
            each if each.is_control() => write!(f, "\\u{:04x}", u32::from(each))?,
            each => write!(f, "{each}")?,
        }
    }
    f.write_str("'")
}

fn octets(f: &mut fmt::Formatter<'_>, octets: &[u8]) -> fmt::Result {
    f.write_str("b'")?;
    for each in octets {
        match each {
            b'\'' | b'\\' => write!(f, "\\{}", char::from(*each))?,
            b' '..=b'~' => write!(f, "{}", char::from(*each))?,
            each => write!(f, "\\x{each:02x}")?,
        }
    }
    f.write_str("'")
}
