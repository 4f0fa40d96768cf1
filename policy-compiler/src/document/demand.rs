//! Reading what a `require` asks of the token instead of a condition.

use remit_engine::plan::{Binding, Demand};

use super::approvals::SINGLE_USE;
use super::fields::{Fields, missing, some_items};
use super::{scalars, sequence};
use crate::diagnostic::{Code, Diagnostics};
use crate::source::Spanned;
use crate::yaml::Node;

/// What a require can ask for; exactly one of them.
pub(super) const WAYS: &[&str] = &[
    "when",
    "possession",
    "first_use",
    "authentication",
    "approval",
];
pub(super) const POSSESSIONS: &[(&str, Binding)] = &[
    ("dpop", Binding::Dpop),
    ("mtls", Binding::Mtls),
    ("any", Binding::Any),
];
pub(super) const FIRST_USE: &[&str] = &["token_age"];
pub(super) const AUTHENTICATION: &[&str] = &["max_age", "acr"];
pub(super) const ACR_BYTES: usize = 256;

/// Longest age, in seconds, that says anything: a day.
const OLDEST: u32 = 24 * 3600;

/// Whether a require asks for exactly one thing; what is wrong with it is said.
pub(super) fn exactly_one(rule: &Fields<'_>, node: &Node, diagnostics: &mut Diagnostics) -> bool {
    let mut written = WAYS
        .iter()
        .filter_map(|way| Some((*way, rule.place(way)?)))
        .collect::<Vec<_>>();
    // What is asked of calls before is part of the condition.
    if !written.iter().any(|(way, _)| *way == "when") {
        let asking = sequence::ASKING.iter();
        let asking = asking.filter_map(|key| Some((*key, rule.place(key)?)));
        written.splice(0..0, asking.take(1));
    }
    let mut written = written.into_iter();
    let Some((first, _)) = written.next() else {
        diagnostics.push(missing("when", "a require", node.span).help(
            "or `after`, or one of `possession`, `first_use`, `authentication` and `approval`",
        ));
        return false;
    };
    let Some((second, span)) = written.next() else {
        return true;
    };
    diagnostics.push(
        Spanned::new((), span)
            .diagnostic(
                Code::UnknownKey,
                format!("`{first}` and `{second}` exclude each other"),
            )
            .help("make them two rules: each that fails refuses the request"),
    );
    false
}

/// Reads the demand of a rule, where it has one.
pub(super) fn read(rule: &Fields<'_>, diagnostics: &mut Diagnostics) -> Option<Spanned<Demand>> {
    let (node, demand) = if let Some(node) = rule.get("possession") {
        let what = "a way to prove possession";
        let binding = scalars::word(node, what, POSSESSIONS, &[], diagnostics)?;
        (node, Demand::Possession(binding))
    } else if let Some(node) = rule.get("first_use") {
        (node, first_use(node, diagnostics)?)
    } else if let Some(node) = rule.get("authentication") {
        (node, authentication(node, diagnostics)?)
    } else if let Some(node) = rule.get("approval") {
        let what = "a kind of approval";
        scalars::word(node, what, SINGLE_USE, &[], diagnostics)?;
        (node, Demand::Approval)
    } else {
        return None;
    };
    Some(Spanned::new(demand, node.span))
}

fn first_use(node: &Node, diagnostics: &mut Diagnostics) -> Option<Demand> {
    let what = "`first_use`";
    let fields = Fields::open(node, what, node.span, FIRST_USE, &[], diagnostics)?;
    let age = fields.require("token_age", diagnostics)?;
    let token_age = scalars::duration(age, 1, OLDEST, diagnostics)?;
    Some(Demand::FirstUse { token_age })
}

fn authentication(node: &Node, diagnostics: &mut Diagnostics) -> Option<Demand> {
    let what = "`authentication`";
    let fields = Fields::open(node, what, node.span, AUTHENTICATION, &[], diagnostics)?;
    let max_age = match fields.get("max_age") {
        Some(node) => Some(scalars::duration(node, 1, OLDEST, diagnostics)?),
        None => None,
    };
    let written = match fields.get("acr") {
        Some(node) => some_items(Some(node), diagnostics),
        None => &[],
    };
    let mut acr = Vec::new();
    for item in written {
        acr.push(scalars::line(item, ACR_BYTES, diagnostics)?.value);
    }
    if max_age.is_none() && fields.get("acr").is_none() {
        diagnostics.push(missing("max_age", what, node.span).help("or `acr`, or both"));
        return None;
    }
    Some(Demand::Authentication { max_age, acr })
}
