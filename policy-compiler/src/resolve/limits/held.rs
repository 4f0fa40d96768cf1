//! What a limit needs of the rest of the policy.

use remit_engine::limits::HISTORY_BYTES;
use remit_engine::plan::{Issuer, IssuerId, Per, Plan};

use crate::diagnostic::{Code, Diagnostic, Diagnostics, listing};
use crate::document::{DEFAULT_KEEP, Document, Limit, per_name};
use crate::resolve::Resolver;
use crate::source::Span;

impl Resolver {
    /// Complains where a limit could not be held.
    pub(super) fn held(
        &self,
        document: &Document,
        limit: &Limit,
        issuers: &[IssuerId],
        diagnostics: &mut Diagnostics,
    ) {
        self.identity(limit, issuers, diagnostics);
        looks_back(document, limit, diagnostics);
        if let Some(fleet) = &limit.fleet
            && document.fleet.is_none()
            && !diagnostics.has_errors()
        {
            let message = "no service counts for all gateways";
            diagnostics.push(
                fleet
                    .diagnostic(Code::NeedsFleet, message)
                    .help("name it: `fleet: {cluster: ratelimit, domain: remit}`"),
            );
        }
    }

    /// What is counted by must be in every token of the task.
    fn identity(&self, limit: &Limit, issuers: &[IssuerId], diagnostics: &mut Diagnostics) {
        let span = limit.per.span;
        let lacking = |has: fn(&Issuer) -> bool| -> Vec<&str> {
            let all = issuers.iter();
            let issuers = all.filter_map(|id| self.plan.issuers.get(id.index()));
            let lacking = issuers.filter(|issuer| !has(issuer));
            lacking.map(|issuer| issuer.name.as_str()).collect()
        };
        match limit.per.value {
            Per::TaskId => self.needs_task_id(issuers, span, "count", diagnostics),
            Per::Session => {
                let lacking = lacking(|issuer| issuer.names.session.is_some());
                needs(limit.per.value, &lacking, span, diagnostics);
            }
            Per::Tenant => {
                let lacking = lacking(|issuer| issuer.names.tenant.is_some());
                needs(limit.per.value, &lacking, span, diagnostics);
            }
            // Every token has an agent.
            Per::Agent | Per::AgentAndPrincipal | Per::Principal => {}
        }
    }
}

/// Complains where the history of one subject could become longer than is kept.
pub(crate) fn fits(document: &Document, plan: &Plan, diagnostics: &mut Diagnostics) {
    let bytes = plan.history_bytes();
    if bytes <= HISTORY_BYTES || diagnostics.has_errors() {
        return;
    }
    let of_tasks = document.tasks.iter().flat_map(|task| &task.limits);
    let limit = of_tasks.chain(&document.guarding).next();
    let limit = limit.map(|limit| ("the first of the limits", limit.id.span));
    let rules = document.tasks.iter().flat_map(|task| &task.rules);
    let rules = rules.chain(document.guards.iter().map(|guard| &guard.rule));
    let asking = rules.filter(|rule| rule.sequence.is_some());
    let asking = asking.map(|rule| {
        let span = rule.id.as_ref().map_or(rule.span, |id| id.span);
        ("the first that asks for calls before", span)
    });
    let name = document.policy.iter();
    let name = name.map(|name| ("all that its rules ask", name.span));
    let Some((what, span)) = limit.into_iter().chain(asking).chain(name).next() else {
        return;
    };
    let message = format!(
        "one history could take {bytes} bytes, more than the {HISTORY_BYTES} that are kept"
    );
    diagnostics.push(
        Diagnostic::new(Code::HistoryTooLarge, span, message)
            .label(what)
            .help("let `distinct` tell fewer targets apart, which take 24 bytes each, and ask for the `same` of fewer operations, which take 24 for each of 256 targets"),
    );
}

fn needs(per: Per, lacking: &[&str], span: Span, diagnostics: &mut Diagnostics) {
    if lacking.is_empty() {
        return;
    }
    let name = per_name(per);
    let message = format!(
        "tokens of {} do not say which {name} they belong to",
        listing(lacking.iter().copied())
    );
    diagnostics.push(
        Diagnostic::new(Code::NeedsIdentity, span, message)
            .label(format!("this counts per {name}"))
            .help(format!(
                "name the claim that says it: `names: {{{name}: …}}`"
            )),
    );
}

/// What is looked back at has to be there still.
fn looks_back(document: &Document, limit: &Limit, diagnostics: &mut Diagnostics) {
    if let Some(window) = &limit.window {
        kept(
            document,
            "window",
            window.value.seconds,
            window.span,
            diagnostics,
        );
    }
    if let Some(idle) = &limit.idle {
        kept(document, "idle end", idle.value, idle.span, diagnostics);
    }
}

/// Complains of a time that is longer than history is kept.
pub(in crate::resolve) fn kept(
    document: &Document,
    what: &str,
    seconds: u32,
    span: Span,
    diagnostics: &mut Diagnostics,
) {
    let written = document.history.as_ref();
    let keep = written.map_or(DEFAULT_KEEP, |one| one.keep);
    if seconds <= keep {
        return;
    }
    let message = format!("this {what} is longer than history is kept");
    let diagnostic = Diagnostic::new(Code::HistoryTooShort, span, message)
        .label(format!(
            "{seconds} s, kept for {keep} s after the last call"
        ))
        .help("keep it for longer: `history: {keep: 30d}`, which is the most");
    diagnostics.push(match written {
        Some(history) => diagnostic.also(history.span, "how long it is kept"),
        None => diagnostic,
    });
}
