//! Types as a policy writes them: `string`, `list(string, 20)`, `optional(map(int))`,
//! `list(object(id: string, note: optional(string)))`.

use remit_engine::limits;
use remit_engine::plan::{Field, Presence, Type};

/// Deepest nesting of a type, which no value in a token can exceed.
const DEPTH: usize = limits::JSON_DEPTH;

const SCALARS: &[(&str, Type)] = &[
    ("bool", Type::Bool),
    ("bytes", Type::Bytes),
    ("double", Type::Double),
    ("duration", Type::Duration),
    ("dyn", Type::Dyn),
    ("int", Type::Int),
    ("null", Type::Null),
    ("string", Type::String),
    ("timestamp", Type::Timestamp),
    ("uint", Type::Uint),
];

/// Names that types begin with, for whoever mistyped one.
pub(super) const NAMES: &[&str] = &[
    "bool",
    "bytes",
    "double",
    "duration",
    "dyn",
    "int",
    "list",
    "map",
    "object",
    "optional",
    "string",
    "timestamp",
    "uint",
];

/// Reads a type; `None` where it is not one.
pub(super) fn read(text: &str) -> Option<(Type, Presence)> {
    let mut reader = Reader { rest: text };
    let read = reader.declared(DEPTH)?;
    reader.skip_blank();
    reader.rest.is_empty().then_some(read)
}

struct Reader<'t> {
    rest: &'t str,
}

impl<'t> Reader<'t> {
    fn skip_blank(&mut self) {
        self.rest = self.rest.trim_start();
    }

    fn take(&mut self, sign: char) -> Option<()> {
        self.skip_blank();
        self.rest = self.rest.strip_prefix(sign)?;
        Some(())
    }

    fn word(&mut self) -> Option<&'t str> {
        self.skip_blank();
        let is_word = |each: char| each.is_ascii_alphanumeric() || matches!(each, '_' | '-');
        let end = self
            .rest
            .find(|each: char| !is_word(each))
            .unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at_checked(end)?;
        self.rest = rest;
        (!word.is_empty()).then_some(word)
    }

    /// A type, optional or not.
    fn declared(&mut self, depth: usize) -> Option<(Type, Presence)> {
        let before = self.rest;
        if self.word()? == "optional" {
            self.take('(')?;
            let ty = self.ty(depth)?;
            self.take(')')?;
            return Some((ty, Presence::Optional));
        }
        self.rest = before;
        Some((self.ty(depth)?, Presence::Mandatory))
    }

    fn ty(&mut self, depth: usize) -> Option<Type> {
        let depth = depth.checked_sub(1)?;
        let name = self.word()?;
        match name {
            "list" => {
                self.take('(')?;
                let ty = Type::List(Box::new(self.ty(depth)?));
                self.closed_with_bound(ty)
            }
            "map" => {
                self.take('(')?;
                let before = self.rest;
                // JSON has no other keys; `map(string, T)` says so.
                let is_keyed = self.word() == Some("string") && self.take(',').is_some();
                let ty = match is_keyed.then(|| self.ty(depth)).flatten() {
                    Some(value) => value,
                    None => {
                        self.rest = before;
                        self.ty(depth)?
                    }
                };
                self.closed_with_bound(Type::Map(Box::new(ty)))
            }
            "object" => self.object(depth),
            name => {
                let (_, ty) = SCALARS.iter().find(|(known, _)| *known == name)?;
                let is_sized = matches!(ty, Type::String | Type::Bytes);
                let before = self.rest;
                if is_sized && self.take('(').is_some() {
                    let most = self.number()?;
                    self.take(')')?;
                    return Some(Type::AtMost(Box::new(ty.clone()), most));
                }
                self.rest = before;
                Some(ty.clone())
            }
        }
    }

    /// `)`, or `, N)`.
    fn closed_with_bound(&mut self, ty: Type) -> Option<Type> {
        if self.take(',').is_some() {
            let most = self.number()?;
            self.take(')')?;
            return Some(Type::AtMost(Box::new(ty), most));
        }
        self.take(')')?;
        Some(ty)
    }

    fn number(&mut self) -> Option<u32> {
        self.word()?.parse().ok()
    }

    /// `object(name: T, …)`.
    fn object(&mut self, depth: usize) -> Option<Type> {
        self.take('(')?;
        let mut fields: Vec<Field> = Vec::new();
        loop {
            let name = self.word()?.to_owned();
            self.take(':')?;
            let (ty, presence) = self.declared(depth)?;
            if fields.iter().any(|known| known.name == name) {
                return None;
            }
            fields.push(Field { name, ty, presence });
            if self.take(',').is_none() {
                break;
            }
        }
        self.take(')')?;
        Some(Type::Object(fields))
    }
}

#[cfg(test)]
mod tests;
