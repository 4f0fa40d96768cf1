//! How much: calls, targets, cost units.

use remit_engine::limits;
use remit_engine::plan::Alone;

use super::{REFUSE, text};
use crate::diagnostic::{Code, Diagnostics};
use crate::source::Spanned;
use crate::yaml::Node;

/// The largest limit.
pub(in crate::document) const MOST: u32 = 1_000_000_000;
/// Most targets that are told apart.
pub(in crate::document) const TARGETS: u32 = limits::HISTORY_TARGETS as u32;
/// Most cost units of one call.
pub(in crate::document) const COST: u32 = 1_000_000;

/// `at_most`.
pub(super) fn at_most(
    node: &Node,
    most: u32,
    diagnostics: &mut Diagnostics,
) -> Option<Spanned<u32>> {
    let why = match most {
        MOST => None,
        _ => Some("each target is kept, to tell it from the others"),
    };
    number(node, "how much there may be", most, why, diagnostics)
}

/// `cost` of an operation; 1 where it says nothing.
pub(in crate::document) fn cost(node: Option<&Node>, diagnostics: &mut Diagnostics) -> u32 {
    let what = "what a call costs";
    let cost = node.and_then(|node| number(node, what, COST, None, diagnostics));
    cost.map_or(1, |cost| cost.value)
}

/// `fleet`: `refuse`, or how much counts here.
pub(super) fn alone(node: &Node, diagnostics: &mut Diagnostics) -> Option<Spanned<Alone>> {
    let written = text(node, diagnostics)?;
    if written.value == REFUSE {
        return Some(Spanned::new(Alone::Refuse, node.span));
    }
    let what = "what can hold while the service is away";
    let help = Some("or `refuse`: every call is refused then");
    let number = number(node, what, MOST, help, diagnostics)?;
    Some(Spanned::new(Alone::AtMost(number.value), node.span))
}

fn number(
    node: &Node,
    what: &str,
    most: u32,
    why: Option<&str>,
    diagnostics: &mut Diagnostics,
) -> Option<Spanned<u32>> {
    let written = text(node, diagnostics)?;
    let digits = written.value.bytes().all(|each| each.is_ascii_digit());
    let number = written.value.parse().ok().filter(|_| digits);
    if let Some(number) = number.filter(|number| (1..=most).contains(number)) {
        return Some(Spanned::new(number, node.span));
    }
    let why = why.map_or(String::new(), |why| format!("; {why}"));
    diagnostics.push(
        written
            .diagnostic(Code::BadValue, format!("`{}` is not {what}", written.value))
            .help(format!("it can be from 1 to {most}{why}")),
    );
    None
}
