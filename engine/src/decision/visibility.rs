//! What a caller could call now, with arguments that are not known: what lists show.

use super::case::Case;
use super::opening::{Opened, Subject};
use super::{rules, tasks};
use crate::authority::Grant;
use crate::cel::{Budget, Code, EvalError, RequestInputs, Silent, holds};
use crate::content::{Content, Members};
use crate::plan::{Effect, Mode, Rule, RuleId};
use crate::request::RequestHead;
use crate::request::query::Query;

/// Whether something could be called now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Visibility {
    /// Not with any arguments.
    Hidden,
    /// With some arguments, and not with others.
    Conditional,
    /// With whatever arguments it takes.
    Open,
}

/// What rules with unknown inputs come to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Answer {
    No,
    Perhaps,
    Yes,
}

impl<'e> Case<'e> {
    /// Whether an operation could be called now. What a better credential would allow (a proof, a
    /// fresher token, more scope) counts as allowed: its caller is told so when it calls.
    pub(super) fn visibility(
        &self,
        opened: &Opened<'e, '_>,
        head: &RequestHead<'_>,
        subject: Subject<'e>,
        content: Content<'_>,
    ) -> Visibility {
        let plan = self.engine.plan();
        let Subject { id, operation, .. } = subject;
        let token = &*opened.token;
        let transaction = opened.transaction.as_deref();
        let exception = tasks::exception(plan, token, id, self.now);
        let task = tasks::select(plan, token).ok();
        let mut visibility = Visibility::Open;
        for token in [Some(token), transaction].into_iter().flatten() {
            match self.grants(subject, token, opened.target.path) {
                Ok(Grant::Whole) => {}
                Ok(Grant::ByContent) => visibility = Visibility::Conditional,
                Err(_) => return Visibility::Hidden,
            }
        }
        let Some(set) = task.and_then(|task| rules::of(task, id)) else {
            return match exception {
                Some(_) => Visibility::Conditional,
                None => Visibility::Hidden,
            };
        };
        let query = Query::default();
        let inputs = RequestInputs {
            plan,
            head,
            method: opened.method,
            host: opened.host,
            target: &opened.target,
            query: &query,
            operation,
            content: Content {
                members: Members::Unknown,
                ..content
            },
            token,
            transaction,
            now: self.now,
            past: None,
        };
        let code = Code::new(plan, self.engine.automata());
        let budget = Budget::new();
        let answer = |rule: &Rule| {
            let program = match rule.condition {
                None => return Ok(Answer::Yes),
                Some(program) => program,
            };
            match holds(code, program, &inputs, &budget, &mut Silent) {
                Ok(true) => Ok(Answer::Yes),
                Ok(false) => Ok(Answer::No),
                Err(EvalError::Unknown) => Ok(Answer::Perhaps),
                Err(error) => Err(error),
            }
        };
        let is_overridden =
            |id: RuleId| exception.is_some_and(|one| one.overrides.binary_search(&id).is_ok());
        let candidates = rules::Candidates::new(plan, code, set, &inputs, &budget, &mut Silent);
        for (stopping, stops_if) in [(Effect::Deny, Answer::Yes), (Effect::Require, Answer::No)] {
            for (id, rule) in candidates.with(stopping) {
                if rule.mode == Mode::Observe || rule.demand.is_some() || is_overridden(id) {
                    continue;
                }
                match answer(rule) {
                    Ok(Answer::Perhaps) => visibility = Visibility::Conditional,
                    Ok(said) if said != stops_if => {}
                    Ok(_) | Err(_) => return Visibility::Hidden,
                }
            }
        }
        let mut allowed = match exception {
            Some(_) => Answer::Yes,
            None => Answer::No,
        };
        for (_, rule) in candidates.with(Effect::Allow) {
            match (answer(rule), allowed) {
                (Ok(Answer::Yes), _) => allowed = Answer::Yes,
                (Ok(Answer::Perhaps), Answer::No) => allowed = Answer::Perhaps,
                (Ok(Answer::Perhaps | Answer::No) | Err(_), _) => {}
            }
        }
        match allowed {
            Answer::Yes => visibility,
            Answer::Perhaps => Visibility::Conditional,
            Answer::No => Visibility::Hidden,
        }
    }
}
