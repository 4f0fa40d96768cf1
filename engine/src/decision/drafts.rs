//! Writing histories that a decision has changed, and giving back what was counted in vain.

use super::reason::Reason;
use crate::history::{Draft, Look, NOTHING, give_back as without};
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

/// Writes all of them or none; none where something else is no longer what was read. That is looked
/// at last: of two requests that each write what the other has read, one sees it.
pub(super) fn write(
    drafts: &[Draft],
    looked: &[Look],
    room: u32,
    now: Option<UnixTime>,
    host: &dyn Host,
) -> Result<Written, Reason> {
    let time = now.ok_or(Reason::HostFailure)?;
    let take_back = |drafts: &[Draft]| take_back(drafts, room, now, host);
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
        take_back(drafts.get(..written).unwrap_or_default());
        return match stored {
            Ok(Stored::Full) => Err(Reason::HistoryFull),
            Ok(Stored::Changed) => Ok(Written::None),
            Ok(Stored::Done) | Err(_) => Err(Reason::StateUnavailable),
        };
    }
    for look in looked {
        let kept = host.history(room, &look.id, time);
        if kept.as_ref().is_ok_and(|kept| kept.bytes == look.before) {
            continue;
        }
        take_back(drafts);
        return match kept {
            Ok(_) => Ok(Written::None),
            Err(_) => Err(Reason::StateUnavailable),
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

/// Takes all of it back, because the call never was: as it was before, or, where somebody has written
/// since, without what was counted. What is remembered then stays: it may have been seen.
pub(super) fn take_back(drafts: &[Draft], room: u32, now: Option<UnixTime>, host: &dyn Host) {
    let Some(time) = now else {
        return;
    };
    for draft in drafts {
        if !undo(draft, room, time, host) {
            give_back(std::slice::from_ref(draft), room, now, host);
        }
    }
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
