//! The histories that one decision reads and changes: copies, until the request goes on.

use std::cell::{Cell, RefCell};

use super::count;
use super::entry::{Entry, Garbled, Taken, What};
use super::subject;
use super::targets::{self, Target};
use crate::cel::EvalError;
use crate::decision::Reason;
use crate::host::{Host, MarkId, Owner};
use crate::plan::{Counts, HistoryKey, Limit, MemoryId, Per, Plan, TermId};
use crate::time::UnixTime;
use crate::token::VerifiedToken;

/// What conditions read that ask how many requests were refused before.
const DENIALS: HistoryKey = *b"denials\0";

/// Histories of one token, each read when it is first asked for.
#[derive(Debug, Default)]
pub(crate) struct Book {
    pages: RefCell<Vec<Page>>,
    /// Why one could not be read that a condition asked for.
    lost: Cell<Option<Reason>>,
    /// What the call is about, as far as memories tell that apart.
    targets: RefCell<Vec<(MemoryId, Result<Target, EvalError>)>>,
}

#[derive(Debug)]
struct Page {
    per: Per,
    id: MarkId,
    before: Option<Vec<u8>>,
    entry: Entry,
    is_changed: bool,
    taken: Vec<Taken>,
}

/// A history that is to be written.
#[derive(Debug, Clone)]
pub(crate) struct Draft {
    pub(crate) id: MarkId,
    pub(crate) before: Option<Vec<u8>>,
    pub(crate) after: Vec<u8>,
    pub(crate) owner: Owner,
    pub(crate) until: UnixTime,
    /// What was counted in it.
    pub(crate) taken: Vec<Taken>,
}

/// A history that was read and is not written: what was there.
#[derive(Debug, Clone)]
pub(crate) struct Look {
    pub(crate) id: MarkId,
    pub(crate) before: Option<Vec<u8>>,
}

/// A limit leaves no room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Full {
    /// How much counts towards it.
    pub(crate) counted: u64,
    /// In how many milliseconds there is room again; `None`: never.
    pub(crate) wait: Option<i64>,
}

/// A book and whose it is.
pub(crate) struct Past<'v> {
    pub(crate) book: &'v Book,
    pub(crate) plan: &'v Plan,
    pub(crate) token: &'v VerifiedToken,
    pub(crate) host: &'v dyn Host,
    pub(crate) now: UnixTime,
}

impl Garbled {
    fn reason(self) -> Reason {
        Reason::StateUnavailable
    }
}

impl Book {
    /// Why a condition could not read a history, if one could not.
    pub(crate) fn lost(&self) -> Option<Reason> {
        self.lost.get()
    }

    /// Forgets what another message of the request was about.
    pub(crate) fn clear_targets(&self) {
        self.targets.borrow_mut().clear();
    }

    /// Says what the call is about, for a memory.
    pub(crate) fn set_target(&self, memory: MemoryId, target: Result<Target, EvalError>) {
        let mut targets = self.targets.borrow_mut();
        targets.retain(|(one, _)| *one != memory);
        targets.push((memory, target));
    }

    /// What the call is about, for a memory; `None` where that is not told apart.
    pub(crate) fn target(&self, memory: MemoryId) -> Option<Result<Target, EvalError>> {
        let targets = self.targets.borrow();
        let found = targets.iter().find(|(one, _)| *one == memory);
        found.map(|(_, target)| *target)
    }
}

impl Past<'_> {
    /// What a condition asks of calls: how many, when the first and when the last, in milliseconds.
    ///
    /// # Errors
    /// Why the history cannot be read, which [`Book::lost`] then says too.
    pub(crate) fn calls(&self, term: TermId) -> Result<Option<[i64; 3]>, Reason> {
        self.noted(self.calls_of(term))
    }

    /// How many requests were refused.
    ///
    /// # Errors
    /// As of [`Self::calls`].
    pub(crate) fn denials(&self, per: Per) -> Result<i64, Reason> {
        let now = self.now.millis();
        let mut most = 0;
        let looked = self.each(per, |page| {
            most = count::live(page.entry.words(&DENIALS), None, now)?.max(most);
            Ok(())
        });
        self.noted(looked)?;
        Ok(most)
    }

    /// Whether a call about a target is remembered.
    ///
    /// # Errors
    /// As of [`Self::calls`].
    pub(crate) fn has_target(&self, memory: MemoryId, target: Target) -> Result<bool, Reason> {
        let memory = self.plan.history.memories.get(memory.index());
        let memory = memory.ok_or(Reason::HostFailure)?;
        let mut found = false;
        let looked = self.each(memory.per, |page| {
            found |= targets::has(page.entry.words(&memory.key), target)?.0;
            Ok(())
        });
        self.noted(looked)?;
        Ok(found)
    }

    /// When a call was last let through, in milliseconds; `None`: never.
    ///
    /// # Errors
    /// Why the history cannot be read.
    pub(crate) fn last(&self, per: Per) -> Result<Option<i64>, Reason> {
        let mut last = 0;
        self.each(per, |page| {
            last = page.entry.last.max(last);
            Ok(())
        })?;
        Ok(Some(last).filter(|last| *last > 0))
    }

    /// Whether a limit leaves room for so much, or for a target: how much counts already.
    ///
    /// # Errors
    /// Why the history cannot be read.
    pub(crate) fn room(
        &self,
        limit: &Limit,
        at_most: u32,
        weight: u32,
        target: Target,
    ) -> Result<Result<u64, Full>, Reason> {
        let now = self.now.millis();
        let window = limit.window;
        let mut found = 0;
        let mut full = None;
        self.each(limit.per, |page| {
            let words = page.entry.words(&limit.key);
            let is_distinct = matches!(limit.counts, Counts::Distinct(_));
            let (counted, after) = if is_distinct {
                let (is_there, count) = targets::met(words, window, target, now)?;
                let counted = count as u64;
                (counted, counted + u64::from(!is_there))
            } else {
                let counted = count::live(words, window, now)?.unsigned_abs();
                (counted, counted.saturating_add(weight.into()))
            };
            if after > u64::from(at_most) && weight > 0 {
                let wait = if is_distinct {
                    targets::wait(words, window, now)?
                } else {
                    count::wait(words, window, (at_most, weight), now)?
                };
                // Where several leave none, there is room once all of them do.
                let before = full.map_or(Some(0), |full: Full| full.wait);
                let wait = before.zip(wait).map(|(one, other)| one.max(other));
                full = Some(Full { counted, wait });
            }
            found = counted.max(found);
            Ok(())
        })?;
        Ok(full.map_or(Ok(found), Err))
    }

    /// Counts towards a limit.
    ///
    /// # Errors
    /// Why the history cannot be read.
    pub(crate) fn take(&self, limit: &Limit, weight: u32, target: Target) -> Result<(), Reason> {
        let now = self.now.millis();
        self.change(limit.per, |page| {
            let words = page.entry.words_mut(&limit.key).ok_or(Garbled)?;
            let taken = if let Counts::Distinct(_) = limit.counts {
                let what = What::Target(target);
                let (is_there, _) = targets::met(words, limit.window, target, now)?;
                let at = targets::meet(words, limit.window, target, now)?;
                // An earlier message of the same request may have met it first.
                let mut own = page.taken.iter_mut();
                if let Some(own) = own.find(|own| own.key == limit.key && own.what == what) {
                    own.at = at;
                    return Ok(());
                }
                if is_there {
                    return Ok(());
                }
                (at, what)
            } else {
                let at = count::add(words, limit.window, weight, now)?;
                (at, What::Weight(limit.window, weight))
            };
            page.taken.push(Taken {
                key: limit.key,
                at: taken.0,
                what: taken.1,
            });
            Ok(())
        })
    }

    /// Has what counts towards a limit end when its window does, where it was counted in another
    /// window or lies ahead.
    ///
    /// # Errors
    /// Why the history cannot be read.
    pub(crate) fn put_right(&self, limit: &Limit) -> Result<(), Reason> {
        let now = self.now.millis();
        self.open(limit.per)?;
        let mut pages = self.book.pages.borrow_mut();
        for page in pages.iter_mut().filter(|page| page.per == limit.per) {
            if let Some(words) = page.entry.words_mut(&limit.key) {
                let put_right = match limit.counts {
                    Counts::Distinct(_) => Ok(targets::put_right(words, now)),
                    _ => count::put_right(words, limit.window, now),
                };
                page.is_changed |= put_right.map_err(Garbled::reason)?;
            }
        }
        Ok(())
    }

    /// Counts a refusal, for conditions.
    ///
    /// # Errors
    /// Why the history cannot be read.
    pub(crate) fn refused(&self, per: Per) -> Result<(), Reason> {
        let now = self.now.millis();
        self.change(per, |page| {
            let words = page.entry.words_mut(&DENIALS).ok_or(Garbled)?;
            count::add(words, None, 1, now)?;
            Ok(())
        })
    }

    /// Remembers a call, and what it was about where that is told.
    ///
    /// # Errors
    /// Why the history cannot be read, or [`Reason::HistoryFull`] where it has no room for another
    /// target.
    pub(crate) fn remember(&self, memory: MemoryId, target: Target) -> Result<(), Reason> {
        let memory = self.plan.history.memories.get(memory.index());
        let memory = memory.ok_or(Reason::HostFailure)?;
        let now = self.now.millis();
        let keep = i64::from(self.plan.history.keep) * 1000;
        let mut is_full = false;
        self.change(memory.per, |page| {
            let words = page.entry.words_mut(&memory.key).ok_or(Garbled)?;
            targets::remember(words, now)?;
            let Some(told) = &memory.targets else {
                return Ok(());
            };
            let most = (keep, told.at_most as usize);
            is_full |= !targets::recall(words, target, now, most)?;
            Ok(())
        })?;
        if is_full {
            return Err(Reason::HistoryFull);
        }
        Ok(())
    }

    /// A call is let through, whose history is asked when the last one was.
    ///
    /// # Errors
    /// Why the history cannot be read.
    pub(crate) fn goes_on(&self, per: Per) -> Result<(), Reason> {
        let now = self.now.millis();
        self.change(per, |page| {
            page.entry.last = now;
            Ok(())
        })
    }

    /// What is to be written. One that has grown too long is written without what earlier policies
    /// asked for.
    ///
    /// # Errors
    /// [`Reason::HistoryFull`] where one is too long all the same.
    pub(crate) fn drafts(&self) -> Result<Vec<Draft>, Reason> {
        let mut drafts = Vec::new();
        for page in self.book.pages.borrow_mut().iter_mut() {
            if !page.is_changed {
                continue;
            }
            let after = page.entry.write().or_else(|| {
                page.entry.retain(|key| self.is_asked_for(key));
                page.entry.write()
            });
            drafts.push(Draft {
                id: page.id,
                before: page.before.take(),
                after: after.ok_or(Reason::HistoryFull)?,
                owner: subject::owner(self.plan, self.token),
                until: self.now.plus_seconds(self.plan.history.keep),
                taken: std::mem::take(&mut page.taken),
            });
        }
        Ok(drafts)
    }

    /// What was read and is not written, where something is: it must still be the same then, or two
    /// requests that each write what the other reads would both go through.
    pub(crate) fn looked(&self) -> Vec<Look> {
        let pages = self.book.pages.borrow();
        let is_any_changed = pages.iter().any(|page| page.is_changed);
        let looked = pages
            .iter()
            .filter(|page| is_any_changed && !page.is_changed);
        let look = |page: &Page| Look {
            id: page.id,
            before: page.before.clone(),
        };
        looked.map(look).collect()
    }

    fn is_asked_for(&self, key: &HistoryKey) -> bool {
        let history = &self.plan.history;
        *key == DENIALS
            || history.memories.iter().any(|memory| memory.key == *key)
            || history.limits.iter().any(|limit| limit.key == *key)
    }

    fn calls_of(&self, term: TermId) -> Result<Option<[i64; 3]>, Reason> {
        let history = &self.plan.history;
        let term = history.terms.get(term.index()).ok_or(Reason::HostFailure)?;
        let mut all: Option<[i64; 3]> = None;
        for memory in &term.memories {
            let memory = history.memories.get(memory.index());
            let memory = memory.ok_or(Reason::HostFailure)?;
            // Those who handed the task on have seen the same calls, so that they are not added.
            let mut found: Option<[i64; 3]> = None;
            self.each(memory.per, |page| {
                let words = page.entry.words(&memory.key);
                let one = targets::remembered(words, self.now.millis())?;
                found = join(found, one, i64::max);
                Ok(())
            })?;
            all = join(all, found, i64::saturating_add);
        }
        Ok(all)
    }

    /// Looks at every page of a kind.
    fn each(
        &self,
        per: Per,
        mut look: impl FnMut(&Page) -> Result<(), Garbled>,
    ) -> Result<(), Reason> {
        self.open(per)?;
        let pages = self.book.pages.borrow();
        for page in pages.iter().filter(|page| page.per == per) {
            look(page).map_err(Garbled::reason)?;
        }
        Ok(())
    }

    /// Changes every page of a kind.
    fn change(
        &self,
        per: Per,
        mut change: impl FnMut(&mut Page) -> Result<(), Garbled>,
    ) -> Result<(), Reason> {
        self.open(per)?;
        let mut pages = self.book.pages.borrow_mut();
        for page in pages.iter_mut().filter(|page| page.per == per) {
            change(page).map_err(Garbled::reason)?;
            page.is_changed = true;
        }
        Ok(())
    }

    /// Reads what is kept of a kind, if it was not read yet.
    fn open(&self, per: Per) -> Result<(), Reason> {
        if self.book.pages.borrow().iter().any(|page| page.per == per) {
            return Ok(());
        }
        let mut read = Vec::new();
        for id in subject::of(per, self.plan, self.token)? {
            let room = self.plan.history.capacity;
            let kept = self.host.history(room, &id, self.now);
            let kept = kept.map_err(|_| Reason::StateUnavailable)?;
            // What was done before with a token that is older is not known any more.
            let is_complete = |issued: UnixTime| issued >= kept.since;
            if kept.since.millis() > 0 && !self.token.issued_at().is_some_and(is_complete) {
                return Err(Reason::StateUnavailable);
            }
            read.push(Page {
                per,
                id,
                entry: Entry::read(kept.bytes.as_deref()).map_err(Garbled::reason)?,
                before: kept.bytes,
                is_changed: false,
                taken: Vec::new(),
            });
        }
        self.book.pages.borrow_mut().extend(read);
        Ok(())
    }

    fn noted<R>(&self, result: Result<R, Reason>) -> Result<R, Reason> {
        if let Err(reason) = &result {
            self.book.lost.set(Some(*reason));
        }
        result
    }
}

/// Calls of two memories or pages as one.
fn join(a: Option<[i64; 3]>, b: Option<[i64; 3]>, calls: fn(i64, i64) -> i64) -> Option<[i64; 3]> {
    match (a, b) {
        (Some([one, first, last]), Some([two, earlier, later])) => {
            Some([calls(one, two), first.min(earlier), last.max(later)])
        }
        (one, other) => one.or(other),
    }
}

#[cfg(test)]
mod tests;
