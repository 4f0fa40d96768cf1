//! What the policy says, written down a second time and plainly: lists of what happened, looked
//! through from the beginning each time.

use super::policy::{Asks, Policy};
use super::*;

/// What happened, under what it is of and whose.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Reference {
    /// By limit.
    counted: BTreeMap<(String, String), Vec<Event>>,
    /// By memory.
    touched: BTreeMap<(MemoryId, String), Vec<Event>>,
    /// The last call, where a limit asks for it.
    last: BTreeMap<String, i64>,
    /// Refusals, where a condition asks for them.
    denials: BTreeMap<String, i64>,
}

/// Something that happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Event {
    at: i64,
    weight: i64,
    about: (bool, u8),
}

type No = (Reason, Option<String>);

/// A request that is being decided.
struct Trial<'a> {
    policy: &'a Policy,
    request: &'a Request,
    past: Reference,
    observed: Vec<String>,
    /// Whether an exception has lifted a limit for the call in hand.
    is_lifted: bool,
}

impl Reference {
    /// What comes of a request; with it everything that happened is written down.
    pub(super) fn send(&mut self, policy: &Policy, request: &Request) -> Came {
        let mut trial = Trial {
            policy,
            request,
            past: self.clone(),
            observed: Vec::new(),
            is_lifted: false,
        };
        let mut reason = Reason::Allowed;
        for asked in &request.calls {
            match trial.call(*asked) {
                Ok(Reason::BreakGlass) => reason = Reason::BreakGlass,
                Ok(_) => {}
                Err((no, rule)) => {
                    let observed = trial.observed;
                    self.refused(policy, request, no, rule.as_deref());
                    return Came {
                        reason: no,
                        rule,
                        observed,
                    };
                }
            }
        }
        *self = trial.past;
        Came {
            reason,
            rule: None,
            observed: trial.observed,
        }
    }

    fn refused(&mut self, policy: &Policy, request: &Request, no: Reason, rule: Option<&str>) {
        let history = &policy.plan.history;
        let of_denials = |limit: &&Limit| limit.counts == Counts::Denials;
        let mut all = history.limits.iter().filter(of_denials);
        let by_itself = no == Reason::LimitReached && all.any(|one| Some(&*one.id) == rule);
        // What says with what to come back is no refusal.
        let is_no = no.outcome() == crate::decision::Outcome::Deny || no.status() == 403;
        let is_no = is_no && no != Reason::ApprovalRequired;
        if no.status() >= 500 || !is_no || by_itself || !request.who.has_task {
            return;
        }
        for limit in history.limits.iter().filter(of_denials) {
            let whose = subjects(limit.per, &request.who);
            let is_free = |who: &String| {
                let events = self.counted.get(&(limit.id.clone(), who.clone()));
                counted(events, limit.window, request.now) < i64::from(limit.at_most)
            };
            if whose.iter().all(is_free) {
                self.count(limit, &request.who, 1, request.now, (false, 0));
            }
        }
        let mut pers: Vec<Per> = Vec::new();
        for asks in &policy.asks {
            if let Asks::Denials(per, _) = asks
                && !pers.contains(per)
            {
                pers.push(*per);
                for who in subjects(*per, &request.who) {
                    *self.denials.entry(who).or_default() += 1;
                }
            }
        }
    }

    fn count(&mut self, limit: &Limit, who: &Who, weight: u32, now: i64, about: (bool, u8)) {
        for who in subjects(limit.per, who) {
            let events = self.counted.entry((limit.id.clone(), who)).or_default();
            let mut at = now;
            if let Counts::Distinct(_) = limit.counts {
                // Each time it is met is told apart from the time before.
                let before = events.iter().rev().find(|event| event.about == about);
                if let Some(before) = before.filter(|event| is_live(event, limit.window, now)) {
                    at = at.max(before.at + 1);
                }
            }
            events.push(Event {
                at,
                weight: weight.into(),
                about,
            });
        }
    }
}

/// Whose history it is, by name.
fn subjects(per: Per, who: &Who) -> Vec<String> {
    let run = |kind: &str, number: u8| vec![format!("{kind} {} {number}", who.tenant)];
    match per {
        Per::TaskId => run("task id", who.task_id),
        Per::Session => run("session", who.session),
        Per::Agent => run("agent", who.agents[0]),
        Per::Tenant => run("tenant", 0),
        Per::Principal => vec![format!("principal {}", who.principal)],
        Per::AgentAndPrincipal => {
            let agents = who.agents.iter();
            let own = format!("p{} for nobody", who.principal);
            let of = agents.map(|agent| format!("{agent} for {}", who.principal));
            of.chain([own]).collect()
        }
    }
}

fn is_live(event: &Event, window: Option<Window>, now: i64) -> bool {
    let at = event.at.min(now);
    window.is_none_or(|window| now - at < i64::from(window.seconds) * 1000)
}

/// How much counts.
fn counted(events: Option<&Vec<Event>>, window: Option<Window>, now: i64) -> i64 {
    let events = events.into_iter().flatten();
    let Some(window) = window else {
        return events.map(|event| event.weight).sum();
    };
    let length = i64::from(window.seconds) * 1000;
    if window.kind == WindowKind::Fixed {
        let (mut begins, mut sum) = (None, 0);
        let looked = Event {
            at: now,
            weight: 0,
            about: (false, 0),
        };
        for event in events.chain([&looked]) {
            match begins {
                Some(first) if event.at - first < length => {
                    begins = Some(event.at.min(first));
                    sum += event.weight;
                }
                _ => (begins, sum) = (Some(event.at), event.weight),
            }
        }
        return sum;
    }
    // Steps of a sixteenth, rounded up to milliseconds. No step is before one that was.
    let step = (length + 15) / 16;
    let mut newest = i64::MIN;
    let mut steps = Vec::new();
    for event in events {
        newest = newest.max(event.at / step);
        steps.push((newest, event.weight));
    }
    let newest = newest.max(now / step);
    let live = steps.iter().filter(|(at, _)| newest - at <= 16);
    live.map(|(_, weight)| weight).sum()
}

impl Trial<'_> {
    fn call(&mut self, (operation, target): Asked) -> Result<Reason, No> {
        let Request { who, now, .. } = self.request;
        let plan = &self.policy.plan;
        let about = (operation == READ, target);
        self.is_lifted = false;
        let exception = plan.break_glass.iter().find(|one| {
            now.div_euclid(1000) < one.until
                && who.agents.len() == 1
                && one.operations.contains(&operation)
        });
        if !who.has_task && exception.is_none() {
            return Err((Reason::UnknownTask, None));
        }
        if who.has_task {
            self.may_go_on(exception)?;
        }
        let is_used = self.rules(operation, about, exception)?;
        self.touch(operation, about)?;
        if who.has_task {
            self.limits(operation, about, exception)?;
        }
        Ok(match who.has_task && !is_used && !self.is_lifted {
            true => Reason::Allowed,
            false => Reason::BreakGlass,
        })
    }

    fn may_go_on(&mut self, exception: Option<&BreakGlass>) -> Result<(), No> {
        let Request { who, now, .. } = self.request;
        for (number, limit) in self.policy.plan.history.limits.iter().enumerate() {
            let whose = subjects(limit.per, who);
            let (is_over, reason) = match limit.counts {
                Counts::Idle => {
                    let last = whose.iter().filter_map(|who| self.past.last.get(who)).max();
                    let most = i64::from(limit.at_most) * 1000;
                    (last.is_some_and(|last| now - last > most), Reason::TaskIdle)
                }
                Counts::Denials => {
                    let most = whose.iter().map(|who| self.counted(limit, who)).max();
                    (most >= Some(limit.at_most.into()), Reason::LimitReached)
                }
                _ => continue,
            };
            if is_over {
                self.over(number, reason, exception)?;
            }
        }
        Ok(())
    }

    /// Denies, then requires. Whether an exception took one away.
    fn rules(
        &mut self,
        operation: OperationId,
        about: (bool, u8),
        exception: Option<&BreakGlass>,
    ) -> Result<bool, No> {
        let plan = &self.policy.plan;
        let sets = &plan.tasks[0].rules;
        let (_, set) = sets.iter().find(|(id, _)| *id == operation).unwrap();
        let mut is_used = false;
        for effect in [Effect::Deny, Effect::Require] {
            for id in set.always.iter().skip(1) {
                let rule = &plan.rules[id.index()];
                let holds = self.holds(self.policy.asks[id.index() - 1], about);
                let stops = holds == (effect == Effect::Deny);
                if rule.effect != effect || !stops {
                    continue;
                }
                if exception.is_some_and(|one| one.overrides.contains(id)) {
                    is_used = true;
                } else if rule.mode == Mode::Observe {
                    self.observed.push(rule.id.clone());
                } else if effect == Effect::Deny {
                    return Err((Reason::DeniedByRule, Some(rule.id.clone())));
                } else {
                    return Err((Reason::RequirementNotMet, Some(rule.id.clone())));
                }
            }
        }
        Ok(is_used)
    }

    fn holds(&self, asks: Asks, about: (bool, u8)) -> bool {
        let Request { who, now, .. } = self.request;
        match asks {
            Asks::After(term, within) => {
                let calls = self.calls(term);
                let last = calls.iter().copied().max();
                let last = last.map(|last| last.min(*now));
                let in_time = |last: i64| {
                    within.is_none_or(|seconds| now - last <= i64::from(seconds) * 1000)
                };
                last.is_some_and(in_time)
            }
            Asks::Same(memory) => {
                let per = self.policy.plan.history.memories[memory.index()].per;
                subjects(per, who).into_iter().any(|who| {
                    let events = self.past.touched.get(&(memory, who));
                    events.is_some_and(|all| all.iter().any(|event| event.about == about))
                })
            }
            Asks::Denials(per, than) => {
                let whose = subjects(per, who).into_iter();
                let of = |who| self.past.denials.get(&who).copied().unwrap_or(0);
                whose.map(of).max() > Some(than)
            }
        }
    }

    /// When the last call of each memory of a term was, of each whose it is.
    fn calls(&self, term: TermId) -> Vec<i64> {
        let history = &self.policy.plan.history;
        let memories = &history.terms[term.index()].memories;
        let each = memories.iter().flat_map(|memory| {
            let per = history.memories[memory.index()].per;
            let whose = subjects(per, &self.request.who).into_iter();
            whose.map(|who| (*memory, who))
        });
        each.filter_map(|key| Some(self.past.touched.get(&key)?.last()?.at))
            .collect()
    }

    fn touch(&mut self, operation: OperationId, about: (bool, u8)) -> Result<(), No> {
        let Request { who, now, .. } = self.request;
        let history = &self.policy.plan.history;
        let touches = history.touches.iter().find(|(id, _)| *id == operation);
        for id in &touches.unwrap().1 {
            let memory = &history.memories[id.index()];
            for who in subjects(memory.per, who) {
                let events = self.past.touched.entry((*id, who)).or_default();
                events.push(Event {
                    at: *now,
                    weight: 1,
                    about,
                });
                let about: std::collections::BTreeSet<_> =
                    events.iter().map(|event| event.about).collect();
                let most = memory.targets.as_ref().map(|one| one.at_most as usize);
                if most.is_some_and(|most| about.len() > most) {
                    return Err((Reason::HistoryFull, None));
                }
            }
        }
        Ok(())
    }

    fn limits(
        &mut self,
        operation: OperationId,
        about: (bool, u8),
        exception: Option<&BreakGlass>,
    ) -> Result<(), No> {
        let Request { who, now, .. } = self.request;
        for (number, limit) in self.policy.plan.history.limits.iter().enumerate() {
            if limit.counts == Counts::Idle {
                for who in subjects(limit.per, who) {
                    self.past.last.insert(who, *now);
                }
            }
            let weight = limit.operations.iter().find(|(id, _)| *id == operation);
            let Some((_, weight)) = weight else { continue };
            if matches!(limit.counts, Counts::Idle | Counts::Denials)
                || limit.since.is_some_and(|term| self.calls(term).is_empty())
            {
                continue;
            }
            let is_over = subjects(limit.per, who).iter().any(|who| {
                let after = match limit.counts {
                    Counts::Distinct(_) => self.about(limit, who, about),
                    _ => self.counted(limit, who) + i64::from(*weight),
                };
                after > i64::from(limit.at_most)
            });
            if is_over {
                let reason = match limit.beyond {
                    Beyond::Refuse => Reason::LimitReached,
                    Beyond::Approval => Reason::ApprovalRequired,
                };
                self.over(number, reason, exception)?;
            } else {
                self.past.count(limit, who, *weight, *now, about);
            }
        }
        Ok(())
    }

    fn counted(&self, limit: &Limit, who: &str) -> i64 {
        let key = (limit.id.clone(), who.to_owned());
        counted(self.past.counted.get(&key), limit.window, self.request.now)
    }

    /// How many targets there would be with this one.
    fn about(&self, limit: &Limit, who: &str, about: (bool, u8)) -> i64 {
        let key = (limit.id.clone(), who.to_owned());
        let events = self.past.counted.get(&key).into_iter().flatten();
        let live = events.filter(|event| is_live(event, limit.window, self.request.now));
        let mut all: std::collections::BTreeSet<_> = live.map(|event| event.about).collect();
        all.insert(about);
        i64::try_from(all.len()).unwrap()
    }

    fn over(
        &mut self,
        number: usize,
        reason: Reason,
        exception: Option<&BreakGlass>,
    ) -> Result<(), No> {
        let limit = &self.policy.plan.history.limits[number];
        let id = LimitId(u32::try_from(number).unwrap());
        if exception.is_some_and(|one| one.lifted.contains(&id)) {
            self.is_lifted = true;
            return Ok(());
        }
        if limit.mode == Mode::Observe {
            self.observed.push(limit.id.clone());
            return Ok(());
        }
        Err((reason, Some(limit.id.clone())))
    }
}
