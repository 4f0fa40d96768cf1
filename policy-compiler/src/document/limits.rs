//! Reading `limits` of a task: how much there may be of something.

mod numbers;
mod together;

use remit_engine::plan::{Alone, Beyond, Per, Window, WindowKind};

use super::fields::{Fields, missing, some_items, text, wrong_kind};
use super::{Selection, scalars, tasks};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::source::{Span, Spanned};
use crate::yaml::{Node, Text, Value};

pub(super) use numbers::{COST, MOST, TARGETS, cost};
pub(super) use together::APART;

pub(super) const KEYS: &[&str] = &[
    "id",
    "operations",
    "at_most",
    "distinct",
    "denials",
    "cost",
    "window",
    "per",
    "since",
    "idle",
    "beyond",
    "fleet",
];
pub(super) const WINDOW: &[&str] = &["fixed"];
pub(super) const SAID: &[(&str, ())] = &[("true", ())];
pub(super) const PER: &[(&str, Per)] = &[
    ("task_id", Per::TaskId),
    ("session", Per::Session),
    ("agent", Per::Agent),
    ("tenant", Per::Tenant),
];
pub(super) const BEYOND: &[(&str, Beyond)] =
    &[("refuse", Beyond::Refuse), ("approval", Beyond::Approval)];
pub(super) const REFUSE: &str = "refuse";

/// Longest window, and longest time that something is kept: 30 days, in seconds.
pub(super) const LONGEST: u32 = 30 * 24 * 3600;

/// A limit.
#[derive(Debug)]
pub(crate) struct Limit {
    pub(crate) id: Spanned<String>,
    /// `None`: whatever some allow of the task selects.
    pub(crate) operations: Option<Selection>,
    pub(crate) counts: Counting,
    /// How much there may be; `None` of one that says only `idle`.
    pub(crate) at_most: Option<Spanned<u32>>,
    /// The longest time between two calls, in seconds.
    pub(crate) idle: Option<Spanned<u32>>,
    pub(crate) window: Option<Spanned<Window>>,
    pub(crate) per: Spanned<Per>,
    pub(crate) since: Option<Spanned<Selection>>,
    pub(crate) beyond: Spanned<Beyond>,
    pub(crate) fleet: Option<Spanned<Alone>>,
}

/// What a limit counts.
#[derive(Debug)]
pub(crate) enum Counting {
    Calls,
    Cost,
    /// What calls are about, by expressions.
    Distinct(Spanned<Vec<Spanned<Text>>>),
    Denials,
}

/// What it is called in a policy.
pub(crate) fn per_name(per: Per) -> &'static str {
    let mut all = PER.iter().chain(super::guards::PER);
    let found = all.find(|(_, one)| *one == per);
    found.map_or("", |(name, _)| name)
}

/// Reads one limit. One that cannot be read whole is left out: it must not become another.
pub(super) fn read(node: &Node, diagnostics: &mut Diagnostics) -> Option<Limit> {
    let fields = Fields::open(node, "a limit", node.span, KEYS, &[], diagnostics)?;
    let operations = optional(&fields, "operations", diagnostics, tasks::selection);
    let per = optional(&fields, "per", diagnostics, |node, diagnostics| {
        let what = "what calls are counted by";
        let per = scalars::word(node, what, PER, &[], diagnostics)?;
        Some(Spanned::new(per, node.span))
    });
    let id = fields.get("id").map_or(node.span, |id| id.span);
    let given = per.clone().flatten();
    let given = given.unwrap_or(Spanned::new(Per::TaskId, id));
    let counting = counting(&fields, "a limit", node, given, diagnostics)?;
    per?;
    Some(Limit {
        operations: operations?,
        ..counting
    })
}

/// What limits of tasks and guards have in common: all but the operations, of which it has none.
pub(super) fn counting(
    fields: &Fields<'_>,
    what: &'static str,
    node: &Node,
    per: Spanned<Per>,
    diagnostics: &mut Diagnostics,
) -> Option<Limit> {
    let fits = together::check(fields, diagnostics);
    let id = fields
        .require("id", diagnostics)
        .and_then(|node| scalars::name(node, diagnostics));
    let counts = counts(fields, diagnostics);
    let most = match &counts {
        Some(Counting::Distinct(_)) => TARGETS,
        _ => MOST,
    };
    let at_most = optional(fields, "at_most", diagnostics, |node, diagnostics| {
        numbers::at_most(node, most, diagnostics)
    });
    let idle = optional(fields, "idle", diagnostics, seconds);
    let window = optional(fields, "window", diagnostics, window);
    let since = optional(fields, "since", diagnostics, |node, diagnostics| {
        Some(Spanned::new(
            tasks::selection(node, diagnostics)?,
            node.span,
        ))
    });
    let beyond = optional(fields, "beyond", diagnostics, |node, diagnostics| {
        let what = "what can come of a call beyond a limit";
        let beyond = scalars::word(node, what, BEYOND, &[], diagnostics)?;
        Some(Spanned::new(beyond, node.span))
    });
    let fleet = optional(fields, "fleet", diagnostics, numbers::alone);
    if fields.get("at_most").is_none() && fields.get("idle").is_none() {
        diagnostics.push(missing("at_most", what, node.span).help_if(
            (what == "a limit").then(|| "or `idle`: the longest time between two calls".to_owned()),
        ));
        return None;
    }
    let id = id.filter(|_| fits)?;
    let beyond_at = id.span;
    Some(Limit {
        id,
        operations: None,
        counts: counts?,
        at_most: at_most?,
        idle: idle?,
        window: window?,
        per,
        since: since?,
        beyond: beyond?.unwrap_or(Spanned::new(Beyond::Refuse, beyond_at)),
        fleet: fleet?,
    })
}

/// What a key that may be left out says: `None` where that cannot be read.
#[expect(clippy::option_option, reason = "absent and unreadable are two things")]
fn optional<T>(
    fields: &Fields<'_>,
    key: &str,
    diagnostics: &mut Diagnostics,
    read: impl FnOnce(&Node, &mut Diagnostics) -> Option<T>,
) -> Option<Option<T>> {
    match fields.get(key) {
        Some(node) => read(node, diagnostics).map(Some),
        None => Some(None),
    }
}

/// What is counted; that only one of them is said was looked at before.
fn counts(fields: &Fields<'_>, diagnostics: &mut Diagnostics) -> Option<Counting> {
    for (key, counting) in [("denials", Counting::Denials), ("cost", Counting::Cost)] {
        if let Some(node) = fields.get(key) {
            scalars::word(node, "something to say here", SAID, &[], diagnostics)?;
            return Some(counting);
        }
    }
    match fields.get("distinct") {
        Some(node) => Some(Counting::Distinct(expressions(node, diagnostics)?)),
        None => Some(Counting::Calls),
    }
}

/// Expressions, at least one.
pub(super) fn expressions(
    node: &Node,
    diagnostics: &mut Diagnostics,
) -> Option<Spanned<Vec<Spanned<Text>>>> {
    let items = some_items(Some(node), diagnostics);
    let mut written = Vec::with_capacity(items.len());
    for item in items {
        match &item.value {
            Value::Text(text) => written.push(Spanned::new(text.clone(), item.span)),
            Value::Nothing | Value::Refused | Value::List(_) | Value::Mapping(_) => {
                wrong_kind(item, "an expression", diagnostics);
                return None;
            }
        }
    }
    (!written.is_empty()).then(|| Spanned::new(written, node.span))
}

fn seconds(node: &Node, diagnostics: &mut Diagnostics) -> Option<Spanned<u32>> {
    let seconds = scalars::duration(node, 1, LONGEST, diagnostics)?;
    Some(Spanned::new(seconds, node.span))
}

/// `10m`, or `{fixed: 10m}`.
fn window(node: &Node, diagnostics: &mut Diagnostics) -> Option<Spanned<Window>> {
    let (length, kind) = match &node.value {
        Value::Mapping(_) => {
            let fields = Fields::open(node, "a window", node.span, WINDOW, &[], diagnostics)?;
            (fields.require("fixed", diagnostics)?, WindowKind::Fixed)
        }
        _ => (node, WindowKind::Sliding),
    };
    let seconds = scalars::duration(length, 1, LONGEST, diagnostics)?;
    Some(Spanned::new(Window { seconds, kind }, node.span))
}

/// Something that stands in the way of something else.
fn excludes(span: Span, message: String, other: Span, help: &str) -> Diagnostic {
    Diagnostic::new(Code::UnknownKey, span, message)
        .also(other, "with this")
        .help(help)
}
