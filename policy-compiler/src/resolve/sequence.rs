//! What rules ask of calls before: `after` and `not_after` as terms and memories.

use remit_engine::plan::{Effect, IssuerId, MemoryId, OperationId, Per, TermId};

use super::history::Remembered;
use super::limits;
use super::selection::Selector;
use super::{OpenTargets, TargetsOf};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::document::{Document, Rule, Selection};
use crate::source::Span;
use crate::yaml::Text;

/// What a rule asks of calls before.
#[derive(Debug)]
pub(crate) struct Sequence<'d> {
    /// Whose.
    pub(crate) per: Per,
    /// What must have been, or must not; all of it.
    pub(crate) asked: Vec<Asked>,
    /// What calls were about, where that is asked: it must mean the same in the operations of the
    /// rule and in those that it asks for, whatever task they are called in.
    pub(crate) same: Option<OpenTargets<'d>>,
}

/// One thing that must have been, or must not.
#[derive(Debug)]
pub(crate) struct Asked {
    pub(crate) wanted: Wanted,
    pub(crate) past: Past,
    /// The operations whose calls are meant.
    pub(crate) operations: Vec<OperationId>,
    /// Where it says so: `after` with its selection.
    pub(crate) span: Span,
}

/// Whether something must have been.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Wanted {
    /// `after`.
    Before,
    /// `not_after`.
    NotBefore,
}

/// What was.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Past {
    /// A call, at any time.
    Ever(TermId),
    /// A call, so many seconds ago at most.
    Within(TermId, u32),
    /// A call about the same, in one of these.
    About(Vec<MemoryId>),
}

/// What is asked of whose history.
pub(super) struct Asking<'a, 'd> {
    pub(super) selector: &'a Selector<'a, 'd>,
    pub(super) per: Per,
    /// All issuers that tasks accept.
    pub(super) everyone: &'a [IssuerId],
    pub(super) document: &'d Document,
}

impl<'d> Asking<'_, 'd> {
    /// What a rule about these operations asks of calls before. `None` where that could not be
    /// understood; that was said.
    pub(super) fn of(
        &self,
        rule: &'d Rule,
        operations: &[OperationId],
        remembered: &mut Remembered,
        diagnostics: &mut Diagnostics,
    ) -> Option<Sequence<'d>> {
        let mut sequence = Sequence {
            per: self.per,
            asked: Vec::new(),
            same: None,
        };
        let Some(written) = &rule.sequence else {
            return Some(sequence);
        };
        if let Some(within) = &written.within {
            limits::kept(
                self.document,
                "time",
                within.value,
                within.span,
                diagnostics,
            );
        }
        let texts: Vec<String> = written.same.iter().map(|one| plain(&one.value)).collect();
        let mut about = operations.to_vec();
        let mut memories_about = Vec::new();
        let both = [
            (Wanted::Before, &written.after),
            (Wanted::NotBefore, &written.not_after),
        ];
        for (wanted, selection) in both {
            let Some(selection) = selection else { continue };
            let calls = self.selector.calls(&selection.value, diagnostics)?;
            let selected = calls.iter().flat_map(|calls| calls.operations());
            let selected: Vec<OperationId> = selected.copied().collect();
            if selected.is_empty() {
                // Names that come to nothing will not come to more one day.
                let code = match selection.value {
                    Selection::Named(_) => Code::SelectsNothing,
                    Selection::Selector { .. } => idle(rule.effect, wanted),
                };
                diagnostics.push(selects_nothing(
                    code,
                    wanted,
                    &selection.value,
                    selection.span,
                ));
                if code == Code::SelectsNothing {
                    return None;
                }
            }
            let past = if texts.is_empty() {
                let term = remembered.term(self.per, &calls)?;
                match &written.within {
                    Some(within) => Past::Within(term, within.value),
                    None => Past::Ever(term),
                }
            } else {
                about.extend(&selected);
                let memories = remembered.about(self.per, &calls, &texts);
                memories_about.extend(&memories);
                Past::About(memories)
            };
            sequence.asked.push(Asked {
                wanted,
                past,
                operations: selected,
                span: selection.span,
            });
        }
        if !texts.is_empty() {
            about.sort_unstable();
            about.dedup();
            sequence.same = Some(OpenTargets {
                of: TargetsOf::Memories(memories_about),
                per: self.per,
                issuers: self.everyone.to_vec(),
                operations: about,
                by: &written.same,
            });
        }
        Some(sequence)
    }
}

/// An expression as what it is remembered by: its layout says nothing.
fn plain(text: &Text) -> String {
    text.text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What to say where nothing is selected: an error where nothing would ever be let through or be
/// protected by it, a warning where a selector may fit something one day.
fn idle(effect: Effect, wanted: Wanted) -> Code {
    match (effect, wanted) {
        (Effect::Allow | Effect::Require, Wanted::Before) | (Effect::Deny, Wanted::NotBefore) => {
            Code::SelectsNothing
        }
        (Effect::Allow | Effect::Require, Wanted::NotBefore) | (Effect::Deny, Wanted::Before) => {
            Code::RuleWithoutOperation
        }
    }
}

fn selects_nothing(code: Code, wanted: Wanted, selection: &Selection, span: Span) -> Diagnostic {
    let (span, help) = match selection {
        Selection::Selector { span, .. } => (
            *span,
            "no operation has this class and these labels together",
        ),
        Selection::Named(_) => (span, "name the operations whose calls are meant"),
    };
    let key = match wanted {
        Wanted::Before => "after",
        Wanted::NotBefore => "not_after",
    };
    let message = format!("this `{key}` selects no operation");
    Diagnostic::new(code, span, message).help(help)
}
