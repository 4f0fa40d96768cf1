//! Where a body says what tokens can bound: `amount` (`max_amount` in `authorization_details`) and
//! `recipient` (`recipient_domain`).

use remit_engine::plan::Type;

use super::body::{Body, is_declared};
use super::fields::{Fields, missing, text};
use super::scalars;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::source::Spanned;
use crate::yaml::Node;

pub(super) const AMOUNT: &[&str] = &["value", "currency", "in"];
pub(super) const RECIPIENT: &[&str] = &["value"];

pub(super) const CURRENCY_BYTES: usize = 16;

/// Where an amount of money stands.
#[derive(Debug)]
pub(crate) struct Amount {
    /// The member with the number.
    pub(crate) value: Spanned<String>,
    pub(crate) currency: Currency,
}

/// The currency of an amount.
#[derive(Debug)]
pub(crate) enum Currency {
    /// `in`: always this.
    Fixed(String),
    /// `currency`: what a member says.
    Member(Spanned<String>),
}

/// What members can be.
#[derive(Clone, Copy)]
struct Fit {
    what: &'static str,
    types: &'static str,
    fits: fn(&Type) -> bool,
}

const NUMBER: Fit = Fit {
    what: "an amount",
    types: "an int, uint or double can, and a string, which is read as a decimal number: `\"12.50\"`",
    fits: |ty| is_text(ty) || matches!(ty, Type::Int | Type::Uint | Type::Double),
};
const CURRENCY: Fit = Fit {
    what: "a currency",
    types: "a string can",
    fits: is_text,
};
const ADDRESS: Fit = Fit {
    what: "a recipient",
    types: "a string can, which is an e-mail address or a host, and a list of such",
    fits: is_address,
};

/// `amount` of an operation whose members stand under `key`.
pub(super) fn amount(
    fields: &Fields<'_>,
    body: &Body,
    key: &'static str,
    diagnostics: &mut Diagnostics,
) -> Option<Amount> {
    let node = fields.get("amount")?;
    let parts = Fields::open(node, "an amount", node.span, AMOUNT, &[], diagnostics)?;
    let value = parts.require("value", diagnostics);
    let value = value.and_then(|node| member(node, NUMBER, body, key, diagnostics));
    let currency = match (parts.get("currency"), parts.get("in")) {
        (Some(_), Some(fixed)) => {
            let at = parts.place("in").unwrap_or(fixed.span);
            let message = "an amount has one currency";
            let help = "`currency` names the member that says it, `in` is one that it always has";
            diagnostics.push(Diagnostic::new(Code::BadValue, at, message).help(help));
            None
        }
        (Some(node), None) => member(node, CURRENCY, body, key, diagnostics).map(Currency::Member),
        (None, Some(node)) => {
            let fixed = scalars::line(node, CURRENCY_BYTES, diagnostics);
            fixed.map(|fixed| Currency::Fixed(fixed.value))
        }
        (None, None) => {
            let help = "or say which one it always has: `in: EUR`";
            diagnostics.push(missing("currency", "an amount", node.span).help(help));
            None
        }
    };
    Some(Amount {
        value: value?,
        currency: currency?,
    })
}

/// `recipient` of such an operation.
pub(super) fn recipient(
    fields: &Fields<'_>,
    body: &Body,
    key: &'static str,
    diagnostics: &mut Diagnostics,
) -> Option<Spanned<String>> {
    let node = fields.get("recipient")?;
    let parts = Fields::open(node, "a recipient", node.span, RECIPIENT, &[], diagnostics)?;
    let value = parts.require("value", diagnostics)?;
    member(value, ADDRESS, body, key, diagnostics)
}

/// A declared member of a fitting type.
fn member(
    node: &Node,
    fit: Fit,
    body: &Body,
    key: &'static str,
    diagnostics: &mut Diagnostics,
) -> Option<Spanned<String>> {
    let name = text(node, diagnostics)?;
    if !is_declared(&name, body, key, diagnostics) {
        return None;
    }
    let declared = body.member(&name.value)?;
    if (fit.fits)(&declared.ty) {
        return Some(name);
    }
    let message = format!("`{}` cannot be {}", name.value, fit.what);
    diagnostics.push(
        name.diagnostic(Code::BadType, message)
            .also(declared.name.span, "it is declared here")
            .help(fit.types),
    );
    None
}

pub(super) fn is_text(ty: &Type) -> bool {
    match ty {
        Type::String => true,
        Type::AtMost(inner, _) => is_text(inner),
        _ => false,
    }
}

fn is_address(ty: &Type) -> bool {
    match ty {
        Type::AtMost(inner, _) => is_address(inner),
        Type::List(element) => is_text(element),
        ty => is_text(ty),
    }
}
