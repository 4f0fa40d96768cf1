//! `max_amount`: how much money a call may move.
//!
//! Amounts are compared as decimal texts, digit by digit, so that nothing is rounded here. A double
//! is compared as the shortest text that reads as it, which is what was sent wherever that has at
//! most 15 digits; of what has more, the double is all that is known.

use std::borrow::Cow;

use super::read::{block, text};
use crate::decision::Reason;
use crate::json::Object;
use crate::plan::Datum;

/// Digits behind the point at most, in limits and in amounts that are texts.
const FRACTION_DIGITS: usize = 18;

/// An amount of money.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Money<'c> {
    /// How much: a number, or a decimal text as `max_amount` has it.
    pub value: &'c Datum,
    /// Of which currency.
    pub currency: &'c str,
}

/// `max_amount`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Limit {
    /// INVARIANT: [`Decimal::parse`] reads it.
    amount: String,
    currency: String,
}

impl Limit {
    /// `None`: it says more than is understood.
    pub(super) fn parse(limit: &Object<'_>) -> Result<Option<Self>, Reason> {
        if limit
            .names()
            .any(|name| !matches!(name, "amount" | "currency"))
        {
            return Ok(None);
        }
        let member = |name| text(limit.member(name).ok_or(Reason::ClaimMalformed)?);
        let (amount, currency) = (member("amount")?, member("currency")?);
        if Decimal::parse(amount).is_none() || currency.is_empty() {
            return Err(Reason::ClaimMalformed);
        }
        Ok(Some(Self {
            amount: amount.to_owned(),
            currency: currency.to_owned(),
        }))
    }

    /// Whether an amount is one of its currency, spelt as it is there, and not above it. Capitals
    /// count: GBp are not GBP.
    pub(super) fn covers(&self, money: Money<'_>) -> bool {
        let text = match money.value {
            Datum::String(text) => Cow::Borrowed(text.as_str()),
            Datum::Int(value) => Cow::Owned(value.to_string()),
            Datum::Uint(value) => Cow::Owned(value.to_string()),
            Datum::Double(value) => Cow::Owned(value.to_string()),
            _ => return false,
        };
        let amount = match money.value {
            Datum::String(_) => Decimal::parse(&text),
            _ => Decimal::of(&text),
        };
        let fits = |amount| Decimal::parse(&self.amount).is_some_and(|limit| amount <= limit);
        money.currency == self.currency && amount.is_some_and(fits)
    }

    /// What it takes beyond itself.
    pub(super) fn bytes(&self) -> usize {
        block(self.amount.len()) + block(self.currency.len())
    }
}

/// A decimal number that is not negative. Compared in the order of its fields: the longer whole
/// part is the greater, and of equally long ones the order is that of the digits.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Decimal<'t> {
    whole_digits: usize,
    /// Without zeros before it.
    whole: &'t str,
    /// Without zeros behind it.
    fraction: &'t str,
}

impl<'t> Decimal<'t> {
    /// `^[0-9]+(\.[0-9]{1,18})?$` (section 4.2 of the draft).
    fn parse(text: &'t str) -> Option<Self> {
        let fraction = text.split_once('.').map_or(0, |(_, digits)| digits.len());
        Self::of(text).filter(|_| fraction <= FRACTION_DIGITS)
    }

    /// The same with any number of digits behind the point.
    fn of(text: &'t str) -> Option<Self> {
        let (whole, fraction) = match text.split_once('.') {
            Some((_, "")) => return None,
            Some(parts) => parts,
            None => (text, ""),
        };
        let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || !is_digits(whole) || !is_digits(fraction) {
            return None;
        }
        let whole = whole.trim_start_matches('0');
        Some(Self {
            whole_digits: whole.len(),
            whole,
            fraction: fraction.trim_end_matches('0'),
        })
    }
}

#[cfg(test)]
mod tests;
