//! Policies at random.

use super::*;

/// Numbers that look like chance and are the same each time (SplitMix64).
pub(super) struct Chance(pub(super) u64);

impl Chance {
    pub(super) fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % end
    }

    pub(super) fn one_in(&mut self, end: u64) -> bool {
        self.below(end) == 0
    }

    pub(super) fn small(&mut self, end: u8) -> u8 {
        u8::try_from(self.below(end.into())).unwrap()
    }

    pub(super) fn of<T: Clone>(&mut self, all: &[T]) -> T {
        let position = self.below(all.len() as u64);
        all[usize::try_from(position).unwrap()].clone()
    }

    pub(super) fn operations(&mut self) -> Vec<OperationId> {
        let mut some = ALL.to_vec();
        some.retain(|_| self.one_in(2));
        some
    }
}

/// What the condition of a rule asks, which the reference cannot read off a program.
#[derive(Debug, Clone, Copy)]
pub(super) enum Asks {
    /// Whether some call was made, perhaps within so many seconds.
    After(TermId, Option<u32>),
    /// Whether one about the same was.
    Same(MemoryId),
    /// Whether more requests than so many were refused.
    Denials(Per, i64),
}

/// A plan, and what the conditions of its rules ask; the first rule allows everything.
pub(super) struct Policy {
    pub(super) plan: Plan,
    pub(super) asks: Vec<Asks>,
}

const PER: [Per; 6] = [
    Per::TaskId,
    Per::Session,
    Per::Agent,
    Per::Tenant,
    Per::AgentAndPrincipal,
    Per::Principal,
];

pub(super) fn policy(chance: &mut Chance) -> Policy {
    let mut policy = Policy {
        plan: open(),
        asks: Vec::new(),
    };
    memories(&mut policy.plan, chance);
    for number in 0..chance.below(4) {
        let limit = random_limit(&policy.plan, number, chance);
        policy.plan.history.limits.push(limit);
        let id = LimitId(u32::try_from(number).unwrap());
        policy.plan.tasks[0].limits.push(id);
    }
    for number in 1..=chance.below(3) {
        add_rule(&mut policy, number, chance);
    }
    if chance.one_in(2) {
        let limits = &policy.plan.tasks[0].limits;
        let lifted = limits
            .iter()
            .copied()
            .filter(|_| chance.one_in(2))
            .collect();
        let rules = u32::try_from(policy.plan.rules.len()).unwrap();
        let exception = BreakGlass {
            id: "emergency".into(),
            issuers: vec![IssuerId(0)],
            agents: policy.plan.tasks[0].agents.clone(),
            operations: chance.operations(),
            overrides: (1..rules)
                .map(RuleId)
                .filter(|_| chance.one_in(2))
                .collect(),
            lifted,
            until: 1100 + i64::try_from(chance.below(100)).unwrap(),
            reason: "incident".into(),
        };
        policy.plan.break_glass = vec![exception];
    }
    policy
}

fn memories(plan: &mut Plan, chance: &mut Chance) {
    let mut touches: Vec<_> = ALL.map(|id| (id, Vec::new())).to_vec();
    for number in 0..1 + u32::from(chance.small(3)) {
        let per = chance.of(&PER);
        plan.history.memories.push(Memory {
            per,
            key: history_key(&["memory", &number.to_string()]),
            targets: chance.one_in(2).then(|| Targets {
                by: target(),
                operations: ALL.to_vec(),
                at_most: 1 + u32::from(chance.small(4)),
            }),
        });
        for (id, memories) in &mut touches {
            if chance.one_in(2) && *id != READ || chance.one_in(4) {
                memories.push(MemoryId(number));
            }
        }
        plan.history.terms.push(Term {
            memories: vec![MemoryId(number)],
        });
    }
    let all = &plan.history.memories;
    let first = all[0].per;
    let same = (0..)
        .map(MemoryId)
        .zip(all)
        .filter(|(_, one)| one.per == first);
    let memories = same.map(|(id, _)| id).collect();
    plan.history.terms.push(Term { memories });
    plan.history.touches = touches;
}

fn a_term(plan: &Plan, chance: &mut Chance) -> TermId {
    let terms = plan.history.terms.len() as u64;
    TermId(u32::try_from(chance.below(terms)).unwrap())
}

fn random_limit(plan: &Plan, number: u64, chance: &mut Chance) -> Limit {
    let counts = match chance.below(6) {
        0 => Counts::Idle,
        1 => Counts::Denials,
        2 | 3 => Counts::Distinct(target()),
        _ => Counts::Calls,
    };
    let is_distinct = matches!(counts, Counts::Distinct(_));
    let seconds = 1 + u32::from(chance.small(30));
    let kind = match chance.below(3) {
        0 if !is_distinct => WindowKind::Fixed,
        _ => WindowKind::Sliding,
    };
    let at_most = match counts {
        Counts::Idle => 5 + u32::from(chance.small(20)),
        _ => u32::from(chance.small(6)),
    };
    let operations = chance.operations().into_iter();
    let weigh = |id| {
        (
            id,
            if is_distinct {
                1
            } else {
                1 + u32::from(chance.small(3))
            },
        )
    };
    Limit {
        operations: operations.map(weigh).collect(),
        per: chance.of(&PER),
        mode: if chance.one_in(5) {
            Mode::Observe
        } else {
            Mode::Enforce
        },
        window: chance.one_in(2).then_some(Window { seconds, kind }),
        since: chance.one_in(3).then(|| a_term(plan, chance)),
        beyond: if chance.one_in(5) {
            Beyond::Approval
        } else {
            Beyond::Refuse
        },
        ..limit(&format!("limit-{number}"), counts, at_most)
    }
}

fn add_rule(policy: &mut Policy, number: u64, chance: &mut Chance) {
    let plan = &mut policy.plan;
    let with_targets = (0..).map(MemoryId).zip(&plan.history.memories);
    let with_targets = with_targets.filter(|(_, one)| one.targets.is_some());
    let with_targets: Vec<_> = with_targets.map(|(id, _)| id).collect();
    let asks = match chance.below(5) {
        0 => Asks::Denials(chance.of(&PER), chance.small(4).into()),
        1 | 2 if !with_targets.is_empty() => Asks::Same(chance.of(&with_targets)),
        3 => Asks::After(a_term(plan, chance), Some(1 + u32::from(chance.small(20)))),
        _ => Asks::After(a_term(plan, chance), None),
    };
    let mut slot = |slot| {
        plan.slots.push(slot);
        SlotId(u32::try_from(plan.slots.len() - 1).unwrap())
    };
    let [zero, one, two, three, four, five] = [0, 1, 2, 3, 4, 5].map(NodeId);
    let more = |slot, than| {
        vec![
            Node::Read(slot),
            Node::Constant(Datum::Int(than)),
            Node::Binary(Function::Greater, zero, one),
        ]
    };
    let nodes = match asks {
        Asks::After(term, None) => more(slot(Slot::HistoryCalls(term)), 0),
        Asks::After(term, Some(seconds)) => {
            let last = slot(Slot::HistoryLast(term));
            let within = Duration(i64::from(seconds) * 1_000_000_000);
            vec![
                Node::Present(last),
                Node::Read(SlotId(2)),
                Node::Read(last),
                Node::Binary(Function::Subtract, one, two),
                Node::Constant(Datum::Duration(within)),
                Node::Binary(Function::LessOrEqual, three, four),
                Node::And(zero, five),
            ]
        }
        Asks::Same(memory) => vec![Node::Read(slot(Slot::HistoryTarget(memory)))],
        Asks::Denials(per, than) => more(slot(Slot::HistoryDenials(per)), than),
    };
    plan.programs.push(Program { nodes, locals: 0 });
    let program = ProgramId(u32::try_from(plan.programs.len() - 1).unwrap());
    plan.rules.push(Rule {
        id: format!("rule-{number}"),
        effect: if chance.one_in(4) {
            Effect::Require
        } else {
            Effect::Deny
        },
        mode: if chance.one_in(4) {
            Mode::Observe
        } else {
            Mode::Enforce
        },
        condition: Some(program),
        demand: None,
    });
    let id = RuleId(u32::try_from(plan.rules.len() - 1).unwrap());
    for (_, set) in &mut plan.tasks[0].rules {
        if !chance.one_in(3) {
            set.always.push(id);
        }
    }
    policy.asks.push(asks);
}
