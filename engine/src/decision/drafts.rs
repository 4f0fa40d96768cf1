//! Writing histories that a decision has changed, and giving back what was counted in vain.

use super::reason::Reason;
use crate::history::{Draft, NOTHING, give_back as without};
use crate::host::{Change, Host, Stored};
use crate::limits;
use crate::time::UnixTime;

/// What came of writing.
pub(super) enum Written {
    /// All of it is written.
    All,
    /// Somebody else was quicker, and nothing is.
    None,
}

/// Writes all of them or none.
pub(super) fn write(
    drafts: &[Draft],
    room: u32,
    now: Option<UnixTime>,
    host: &dyn Host,
) -> Result<Written, Reason> {
    let time = now.ok_or(Reason::HostFailure)?;
    for (written, draft) in drafts.iter().enumerate() {
        let change = Change {
            id: &draft.id,
            before: draft.before.as_deref(),
            after: &draft.after,
            owner: draft.owner,
            until: draft.until,
        };
        let stored = host.keep(room, &change, time);
        if stored == Ok(Stored::Done) {
            continue;
        }
        for draft in drafts.get(..written).unwrap_or_default() {
            if !undo(draft, room, time, host) {
                give_back(std::slice::from_ref(draft), room, now, host);
            }
        }
        return match stored {
            Ok(Stored::Full) => Err(Reason::HistoryFull),
            Ok(Stored::Changed) => Ok(Written::None),
            Ok(Stored::Done) | Err(_) => Err(Reason::StateUnavailable),
        };
    }
    Ok(Written::All)
}

/// Puts back what was there before, if nobody has written since: the call that it remembers never
/// was. Says whether it did.
fn undo(draft: &Draft, room: u32, now: UnixTime, host: &dyn Host) -> bool {
    let change = Change {
        id: &draft.id,
        before: Some(&draft.after),
        after: draft.before.as_deref().unwrap_or(&NOTHING),
        owner: draft.owner,
        until: draft.until,
    };
    host.keep(room, &change, now) == Ok(Stored::Done)
}

/// Takes off again what was counted. What is remembered stays: it may have been seen.
pub(super) fn give_back(drafts: &[Draft], room: u32, now: Option<UnixTime>, host: &dyn Host) {
    let Some(now) = now else {
        return;
    };
    for draft in drafts.iter().filter(|draft| !draft.taken.is_empty()) {
        for _ in 0..limits::HISTORY_TRIES {
            // Where that fails, it has been counted: nobody gets more for it.
            let Ok(kept) = host.history(room, &draft.id, now) else {
                break;
            };
            let Some(before) = kept.bytes else {
                break;
            };
            let Ok(after) = without(&before, &draft.taken) else {
                break;
            };
            let change = Change {
                id: &draft.id,
                before: Some(&before),
                after: &after,
                owner: draft.owner,
                until: draft.until,
            };
            if host.keep(room, &change, now) != Ok(Stored::Changed) {
                break;
            }
        }
    }
}
