//! Which parts of a condition are evaluated once per token.
//!
//! What reads nothing but the token's claims comes to the same on every request with it. Nothing
//! that reads the time, the request or history is ever kept. Keeping a result costs a look-up, so
//! that only parts that cost more are kept.

use remit_engine::plan::{Function, Slot};

use super::term::{Reading, Term, TermKind};
use super::types::Ty;

/// Fewer steps than these are taken again faster than looked up.
const WORTH: usize = 8;

/// Whether a part is to be evaluated once per token: a bool that reads the token alone, whole in
/// itself, that costs more than a look-up.
pub(super) fn is_worth_it(term: &Term) -> bool {
    term.ty == Ty::Bool && weight(term) >= WORTH && reads_only_token(term) && term.is_whole()
}

/// About how many steps it takes; loops count for many.
fn weight(term: &Term) -> usize {
    let own = match &term.kind {
        TermKind::Fold(_) | TermKind::Matches(..) => WORTH,
        // Membership looks at every element of a claim's list.
        TermKind::Call(Function::In, operands) => match operands.get(1) {
            Some(list) if list.as_constant().is_none() => WORTH,
            _ => 2,
        },
        TermKind::Slot(_, Reading::Presence) => 1,
        TermKind::Constant(_) | TermKind::Slot(..) | TermKind::Local(_) => 1,
        _ => 1,
    };
    own + term.operands().into_iter().map(weight).sum::<usize>()
}

fn reads_only_token(term: &Term) -> bool {
    let mut reads = 0_usize;
    let mut only_token = true;
    term.for_each_slot(&mut |slot| {
        reads += 1;
        only_token &= is_of_token(slot);
    });
    reads > 0 && only_token
}

/// Whether a slot is the same on every request with one token. The task's name is: a token names
/// it. Resource, operation and everything of the request are not.
fn is_of_token(slot: &Slot) -> bool {
    match slot {
        Slot::Claim(_)
        | Slot::TokenIssuer
        | Slot::TokenSubject
        | Slot::TokenId
        | Slot::TokenIssuedAt
        | Slot::TokenExpires
        | Slot::Agent
        | Slot::Principal
        | Slot::Task
        | Slot::TaskId
        | Slot::Session
        | Slot::Instance
        | Slot::Tenant
        | Slot::Delegation
        | Slot::Issuer => true,
        // The transaction token comes and goes beside it.
        Slot::TransactionClaim(_)
        | Slot::TransactionId
        | Slot::TransactionSubject
        | Slot::TransactionWorkload
        | Slot::RequestMethod
        | Slot::RequestPath
        | Slot::RequestUrlPath
        | Slot::RequestQuery
        | Slot::RequestHost
        | Slot::RequestScheme
        | Slot::RequestHeader(_)
        | Slot::Capture(_)
        | Slot::Query(_)
        | Slot::Body(_)
        | Slot::Argument(_)
        | Slot::CalledName
        | Slot::CalledUri
        | Slot::Resource
        | Slot::Operation
        | Slot::Now
        | Slot::HistoryCalls(_)
        | Slot::HistoryFirst(_)
        | Slot::HistoryLast(_)
        | Slot::HistoryDenials(_)
        | Slot::HistoryTarget(_) => false,
    }
}
