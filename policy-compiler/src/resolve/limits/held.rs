//! What a limit needs of the rest of the policy.

use remit_engine::limits::HISTORY_BYTES;
use remit_engine::plan::{Issuer, IssuerId, Per};

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
        kept(document, limit, diagnostics);
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

    /// Complains where the history of one subject could become longer than is kept.
    pub(super) fn fits(&self, document: &Document, diagnostics: &mut Diagnostics) {
        let bytes = self.plan.history_bytes();
        let first = document.tasks.iter().flat_map(|task| &task.limits).next();
        if bytes <= HISTORY_BYTES || diagnostics.has_errors() {
            return;
        }
        let Some(first) = first else { return };
        let message = format!(
            "one history could take {bytes} bytes, more than the {HISTORY_BYTES} that are kept"
        );
        diagnostics.push(
            Diagnostic::new(Code::HistoryTooLarge, first.id.span, message)
                .label("the first of the limits")
                .help("let `distinct` limits tell fewer targets apart: each takes 24 bytes"),
        );
    }
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
fn kept(document: &Document, limit: &Limit, diagnostics: &mut Diagnostics) {
    let keep = document
        .history
        .as_ref()
        .map_or(DEFAULT_KEEP, |one| one.keep);
    let window = limit.window.as_ref();
    let window = window.map(|one| ("window", one.value.seconds, one.span));
    let idle = limit.idle.as_ref();
    let idle = idle.map(|one| ("idle end", one.value, one.span));
    for (what, seconds, span) in window.into_iter().chain(idle) {
        if seconds <= keep {
            continue;
        }
        let message = format!("this {what} is longer than history is kept");
        let diagnostic = Diagnostic::new(Code::HistoryTooShort, span, message)
            .label(format!(
                "{seconds} s, kept for {keep} s after the last call"
            ))
            .help("keep it for longer: `history: {keep: 30d}`, which is the most");
        diagnostics.push(match &document.history {
            Some(history) => diagnostic.also(history.span, "how long it is kept"),
            None => diagnostic,
        });
    }
}
