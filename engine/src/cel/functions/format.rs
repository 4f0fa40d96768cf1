//! `format`: values in the places of `%` clauses.

use std::fmt::{self, Write as _};

use crate::cel::budget::Budget;
use crate::cel::error::EvalError;
use crate::cel::text;
use crate::cel::value::{List, Map, Value};
use crate::order::sorted;

/// Digits behind the point where a clause does not say how many.
const PRECISION: usize = 6;
/// Most of them. A double has no more than 1074.
const MOST_PRECISION: usize = 1_100;

pub(super) fn format<'v>(
    template: &Value<'v>,
    operands: &Value<'v>,
    budget: &Budget,
) -> Result<Value<'v>, EvalError> {
    let (Value::String(template), Value::List(operands)) = (template, operands) else {
        return Err(EvalError::Type);
    };
    budget.steps(template.len() / 16)?;
    let mut out = Output {
        text: String::new(),
        budget,
    };
    let mut position = 0;
    let mut rest: &str = template;
    while let Some((before, behind)) = rest.split_once('%') {
        out.push(before)?;
        if let Some(behind) = behind.strip_prefix('%') {
            out.push("%")?;
            rest = behind;
            continue;
        }
        let (clause, behind) = clause(behind).ok_or(EvalError::Argument)?;
        let operand = operands.get(position).ok_or(EvalError::Argument)?;
        budget.step()?;
        out.clause(clause, &operand)?;
        position += 1;
        rest = behind;
    }
    out.push(rest)?;
    Ok(Value::owned_text(out.text))
}

/// How a value is written.
#[derive(Debug, Clone, Copy)]
enum Clause {
    Text,
    Decimal,
    Fixed(usize),
    Scientific(usize),
    Binary,
    Octal,
    Hex,
    UpperHex,
}

/// Reads what is behind a `%`.
fn clause(text: &str) -> Option<(Clause, &str)> {
    let (precision, text) = match text.strip_prefix('.') {
        Some(text) => {
            let end = text.find(|each: char| !each.is_ascii_digit())?;
            let (digits, behind) = text.split_at_checked(end)?;
            let precision = digits.parse().ok().filter(|most| *most <= MOST_PRECISION)?;
            (Some(precision), behind)
        }
        None => (None, text),
    };
    let mut rest = text.chars();
    let clause = match (rest.next()?, precision) {
        ('f', precision) => Clause::Fixed(precision.unwrap_or(PRECISION)),
        ('e', precision) => Clause::Scientific(precision.unwrap_or(PRECISION)),
        ('s', None) => Clause::Text,
        ('d', None) => Clause::Decimal,
        ('b', None) => Clause::Binary,
        ('o', None) => Clause::Octal,
        ('x', None) => Clause::Hex,
        ('X', None) => Clause::UpperHex,
        _ => return None,
    };
    Some((clause, rest.as_str()))
}

/// Text that is paid for as it grows.
struct Output<'b> {
    text: String,
    budget: &'b Budget,
}

impl fmt::Write for Output<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.push(text).map_err(|_| fmt::Error)
    }
}

impl Output<'_> {
    fn push(&mut self, text: &str) -> Result<(), EvalError> {
        self.budget.allocate(text.len())?;
        self.text.push_str(text);
        Ok(())
    }

    /// Nothing but the budget keeps this output from being written.
    fn args(&mut self, args: fmt::Arguments<'_>) -> Result<(), EvalError> {
        self.write_fmt(args).map_err(|_| EvalError::Budget)
    }

    fn clause(&mut self, clause: Clause, operand: &Value<'_>) -> Result<(), EvalError> {
        match (clause, operand) {
            (Clause::Text, operand) => self.value(operand),
            (Clause::Decimal, Value::Int(value)) => self.args(format_args!("{value}")),
            (Clause::Decimal, Value::Uint(value)) => self.args(format_args!("{value}")),
            (Clause::Decimal, Value::Double(value)) => self.double(*value),
            (Clause::Fixed(precision), operand) => self.fixed(number(operand)?, precision),
            (Clause::Scientific(precision), operand) => {
                self.scientific(number(operand)?, precision)
            }
            (Clause::Binary, Value::Bool(value)) => self.push(if *value { "1" } else { "0" }),
            (Clause::Binary, operand) => {
                let digits = self.sign(operand)?;
                self.args(format_args!("{digits:b}"))
            }
            (Clause::Octal, operand) => {
                let digits = self.sign(operand)?;
                self.args(format_args!("{digits:o}"))
            }
            (Clause::Hex | Clause::UpperHex, Value::String(value)) => {
                self.hex(clause, value.as_bytes())
            }
            (Clause::Hex | Clause::UpperHex, Value::Bytes(value)) => self.hex(clause, value),
            (Clause::Hex, operand) => {
                let digits = self.sign(operand)?;
                self.args(format_args!("{digits:x}"))
            }
            (Clause::UpperHex, operand) => {
                let digits = self.sign(operand)?;
                self.args(format_args!("{digits:X}"))
            }
            (Clause::Decimal, _) => Err(EvalError::Type),
        }
    }

    /// The sign of a whole number, if it has one, and what it comes before.
    fn sign(&mut self, operand: &Value<'_>) -> Result<u64, EvalError> {
        match operand {
            Value::Int(value) => {
                if *value < 0 {
                    self.push("-")?;
                }
                Ok(value.unsigned_abs())
            }
            Value::Uint(value) => Ok(*value),
            _ => Err(EvalError::Type),
        }
    }

    fn hex(&mut self, clause: Clause, octets: &[u8]) -> Result<(), EvalError> {
        self.budget.steps(octets.len() / 4)?;
        for octet in octets {
            match clause {
                Clause::UpperHex => self.args(format_args!("{octet:02X}"))?,
                _ => self.args(format_args!("{octet:02x}"))?,
            }
        }
        Ok(())
    }

    fn double(&mut self, value: f64) -> Result<(), EvalError> {
        text::double(value, self).map_err(|_| EvalError::Budget)
    }

    fn fixed(&mut self, value: f64, precision: usize) -> Result<(), EvalError> {
        match text::special(value) {
            Some(name) => self.push(name),
            None => self.args(format_args!("{value:.precision$}")),
        }
    }

    /// The exponent has a sign and two digits at least.
    fn scientific(&mut self, value: f64, precision: usize) -> Result<(), EvalError> {
        if let Some(name) = text::special(value) {
            return self.push(name);
        }
        self.budget.steps(precision / 16)?;
        let text = format!("{value:.precision$e}");
        let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        let (sign, exponent) = match exponent.strip_prefix('-') {
            Some(exponent) => ('-', exponent),
            None => ('+', exponent),
        };
        self.args(format_args!("{digits}e{sign}{exponent:0>2}"))
    }

    fn value(&mut self, value: &Value<'_>) -> Result<(), EvalError> {
        match value {
            Value::Null => self.push("null"),
            Value::Bytes(octets) => {
                self.push(str::from_utf8(octets).map_err(|_| EvalError::Conversion)?)
            }
            Value::List(list) => self.list(list),
            Value::Map(map) => self.map(map),
            Value::Optional(_) | Value::Ip(_) | Value::Cidr(_) => Err(EvalError::Type),
            value => text::write(value, self).map_err(|_| EvalError::Budget),
        }
    }

    fn list(&mut self, list: &List<'_>) -> Result<(), EvalError> {
        self.push("[")?;
        for (position, element) in list.iter().enumerate() {
            self.budget.step()?;
            self.push(if position == 0 { "" } else { ", " })?;
            self.value(&element)?;
        }
        self.push("]")
    }

    /// Entries in the order of their keys' text.
    fn map(&mut self, map: &Map<'_>) -> Result<(), EvalError> {
        let rounds = map.len().checked_ilog2().unwrap_or(0) as usize + 1;
        self.budget.steps(map.len().saturating_mul(rounds))?;
        let mut entries = Vec::new();
        for (key, value) in map.iter() {
            let key = text::string(&key);
            self.budget
                .allocate(key.len() + size_of::<(String, Value<'_>)>())?;
            self.budget.steps(key.len().saturating_mul(rounds) / 64)?;
            entries.push((key, value));
        }
        let entries = sorted(entries, |(a, _), (b, _)| a.cmp(b));
        self.push("{")?;
        for (position, (key, value)) in entries.iter().enumerate() {
            self.push(if position == 0 { "" } else { ", " })?;
            self.push(key)?;
            self.push(": ")?;
            self.value(value)?;
        }
        self.push("}")
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "written as a double, as the clause asks"
)]
fn number(operand: &Value<'_>) -> Result<f64, EvalError> {
    match operand {
        Value::Int(value) => Ok(*value as f64),
        Value::Uint(value) => Ok(*value as f64),
        Value::Double(value) => Ok(*value),
        _ => Err(EvalError::Type),
    }
}
