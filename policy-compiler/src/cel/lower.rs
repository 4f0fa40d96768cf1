//! From typed terms to the plan's programs: operands before what uses them, slots, patterns and
//! time zones interned.

use std::collections::HashMap;
use std::ops::Range;

use remit_engine::limits::{PROGRAM_DEPTH, PROGRAM_LOCALS, PROGRAM_NODES};
use remit_engine::plan::{
    Automaton, AutomatonId, Datum, Fold, Node, NodeId, Program, ProgramId, Slot, SlotId, Zone,
};

use super::once;
use super::term::{Reading, Term, TermKind};
use super::{pattern, zone};

/// A condition does not fit into a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum LowerError {
    #[error("the condition has more than {PROGRAM_NODES} steps")]
    TooManyNodes,
    #[error("the condition is nested more than {PROGRAM_DEPTH} deep")]
    TooDeep,
    #[error("the condition binds more than {PROGRAM_LOCALS} variables")]
    TooManyLocals,
    #[error("a pattern of the condition cannot be built")]
    Pattern,
}

/// What programs of a plan share.
#[derive(Debug, Default)]
pub(super) struct Parts {
    pub(super) slots: Vec<Slot>,
    pub(super) programs: Vec<Program>,
    pub(super) automata: Vec<Automaton>,
    pub(super) zones: Vec<Zone>,
    /// For each program, where each node stands.
    pub(super) places: Vec<Vec<Place>>,
}

/// Programs and slots of a plan under construction.
#[derive(Debug, Default)]
pub(super) struct Lowering {
    parts: Parts,
    /// Slots by how they print: they have no hash.
    slot_ids: HashMap<String, SlotId>,
    automaton_ids: HashMap<String, AutomatonId>,
    /// Programs that are evaluated once per token, by how they print.
    once: HashMap<String, ProgramId>,
    /// Keys of rule indices, by how they print.
    keys: HashMap<String, ProgramId>,
}

/// Where a node stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    /// These bytes of the condition's text.
    Text(Range<usize>),
    /// A clause beside it, by its position.
    Clause(usize),
    /// Nowhere: it joins others.
    Nowhere,
}

/// Whether parts that read only the token become programs of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sharing {
    Once,
    Inline,
}

/// A program under construction.
struct Draft {
    nodes: Vec<Node>,
    places: Vec<Place>,
    sharing: Sharing,
    locals: u32,
    /// The clause that is being lowered.
    clause: Option<usize>,
}

impl Draft {
    fn new(sharing: Sharing, locals: u32) -> Self {
        Self {
            nodes: Vec::new(),
            places: Vec::new(),
            sharing,
            locals,
            clause: None,
        }
    }

    fn push(&mut self, node: Node, place: Place) -> Result<NodeId, LowerError> {
        if self.nodes.len() == PROGRAM_NODES {
            return Err(LowerError::TooManyNodes);
        }
        self.nodes.push(node);
        self.places.push(place);
        Ok(NodeId(position(self.nodes.len() - 1)))
    }
}

impl Lowering {
    /// Adds a condition: clauses that must all hold, and `when`, of which at least one is there.
    pub(super) fn condition<'t>(
        &mut self,
        clauses: impl IntoIterator<Item = &'t Term>,
        when: Option<&'t Term>,
        locals: u32,
    ) -> Result<ProgramId, LowerError> {
        if locals as usize > PROGRAM_LOCALS {
            return Err(LowerError::TooManyLocals);
        }
        let mut draft = Draft::new(Sharing::Once, locals);
        let clauses = clauses.into_iter().enumerate();
        let clauses = clauses.map(|(position, term)| (Some(position), term));
        let mut parts: Vec<_> = clauses.chain(when.map(|term| (None, term))).collect();
        // The last stands beside the others: `(a && b) && when`.
        let joined = parts.len().saturating_sub(1);
        let mut whole = None;
        for (clause, term) in parts.drain(..) {
            draft.clause = clause;
            let part = self.term(term, 1 + joined, &mut draft)?;
            whole = Some(match whole {
                Some(before) => draft.push(Node::And(before, part), Place::Nowhere)?,
                None => part,
            });
        }
        Ok(self.push(draft))
    }

    /// Adds an expression as it is, with no part on its own.
    pub(super) fn inline(&mut self, term: &Term, locals: u32) -> Result<ProgramId, LowerError> {
        self.add(term, locals, Sharing::Inline)
    }

    /// Adds a term of which the variables are not counted yet.
    pub(super) fn constant(&mut self, term: &Term) -> Result<ProgramId, LowerError> {
        fn places(term: &Term) -> u32 {
            let own = term.binds().into_iter().map(|local| local.0 + 1).max();
            let inner = term.operands().into_iter().map(places).max();
            own.max(inner).unwrap_or(0)
        }
        self.add(term, places(term), Sharing::Inline)
    }

    fn add(&mut self, term: &Term, locals: u32, sharing: Sharing) -> Result<ProgramId, LowerError> {
        if locals as usize > PROGRAM_LOCALS {
            return Err(LowerError::TooManyLocals);
        }
        let mut draft = Draft::new(sharing, locals);
        self.term(term, 1, &mut draft)?;
        Ok(self.push(draft))
    }

    fn push(&mut self, draft: Draft) -> ProgramId {
        let id = ProgramId(position(self.parts.programs.len()));
        self.parts.programs.push(Program {
            nodes: draft.nodes,
            locals: draft.locals,
        });
        self.parts.places.push(draft.places);
        id
    }

    /// Everything that was lowered.
    pub(super) fn finish(self) -> Parts {
        self.parts
    }

    /// How a program prints, for telling whether two are the same.
    pub(super) fn fingerprint(&self, id: ProgramId) -> String {
        let program = self.parts.programs.get(id.index());
        program
            .map(|program| format!("{:?}", program.nodes))
            .unwrap_or_default()
    }

    /// Adds an expression that may be there already.
    pub(super) fn shared(&mut self, term: &Term) -> Result<ProgramId, LowerError> {
        let id = self.constant(term)?;
        let key = self.fingerprint(id);
        if let Some(known) = self.keys.get(&key) {
            let known = *known;
            self.take_back();
            return Ok(known);
        }
        self.keys.insert(key, id);
        Ok(id)
    }

    /// Takes the last program back.
    pub(super) fn take_back(&mut self) {
        self.parts.programs.pop();
        self.parts.places.pop();
    }

    fn slot(&mut self, slot: &Slot) -> SlotId {
        let next = SlotId(position(self.parts.slots.len()));
        let id = *self.slot_ids.entry(format!("{slot:?}")).or_insert(next);
        if id == next {
            self.parts.slots.push(slot.clone());
        }
        id
    }

    fn automaton(&mut self, written: &str) -> Result<AutomatonId, LowerError> {
        if let Some(id) = self.automaton_ids.get(written) {
            return Ok(*id);
        }
        let automaton = pattern::compile(written).map_err(|_| LowerError::Pattern)?;
        let id = AutomatonId(position(self.parts.automata.len()));
        self.parts.automata.push(automaton);
        self.automaton_ids.insert(written.to_owned(), id);
        Ok(id)
    }

    /// A time zone that a constant names travels with the plan.
    fn zone(&mut self, term: &Term) {
        if let Some(Datum::String(name)) = term.as_constant()
            && self.parts.zones.iter().all(|known| known.name != *name)
            && let Some(zone) = zone::named(name)
        {
            self.parts.zones.push(zone);
        }
    }

    /// A part that reads only the token, as a program of its own.
    fn once(&mut self, term: &Term, locals: u32) -> Result<ProgramId, LowerError> {
        let mut draft = Draft::new(Sharing::Inline, locals);
        self.term(term, 1, &mut draft)?;
        let key = format!("{:?}", draft.nodes);
        if let Some(id) = self.once.get(&key) {
            return Ok(*id);
        }
        let id = self.push(draft);
        self.once.insert(key, id);
        Ok(id)
    }

    fn term(&mut self, term: &Term, depth: usize, draft: &mut Draft) -> Result<NodeId, LowerError> {
        if depth > PROGRAM_DEPTH {
            return Err(LowerError::TooDeep);
        }
        let node = if draft.sharing == Sharing::Once && once::is_worth_it(term) {
            Node::Once(self.once(term, draft.locals)?)
        } else {
            self.node(term, depth, draft)?
        };
        let place = match draft.clause {
            Some(clause) => Place::Clause(clause),
            None => Place::Text(term.range.clone()),
        };
        draft.push(node, place)
    }

    fn node(&mut self, term: &Term, depth: usize, draft: &mut Draft) -> Result<Node, LowerError> {
        let mut lower = |this: &mut Self, term: &Term| this.term(term, depth + 1, draft);
        Ok(match &term.kind {
            TermKind::Constant(datum) => Node::Constant(datum.clone()),
            TermKind::Slot(slot, Reading::Value) => Node::Read(self.slot(slot)),
            TermKind::Slot(slot, Reading::Optional) => Node::ReadOptional(self.slot(slot)),
            TermKind::Slot(slot, Reading::Presence) => Node::Present(self.slot(slot)),
            TermKind::Local(local) => Node::Local(*local),
            TermKind::Not(a) => Node::Not(lower(self, a)?),
            TermKind::And(a, b) => Node::And(lower(self, a)?, lower(self, b)?),
            TermKind::Or(a, b) => Node::Or(lower(self, a)?, lower(self, b)?),
            TermKind::Choose(c, a, b) => {
                Node::Choose(lower(self, c)?, lower(self, a)?, lower(self, b)?)
            }
            TermKind::Equal(a, b) => Node::Equal(lower(self, a)?, lower(self, b)?),
            TermKind::NotEqual(a, b) => Node::NotEqual(lower(self, a)?, lower(self, b)?),
            TermKind::Call(function, operands) => match operands.as_slice() {
                // An optional input need not become an optional to be asked.
                [
                    Term {
                        kind: TermKind::Slot(slot, Reading::Optional),
                        ..
                    },
                ] if *function == remit_engine::plan::Function::HasValue => {
                    Node::Present(self.slot(slot))
                }
                [a] => Node::Unary(*function, lower(self, a)?),
                [a, b] => {
                    self.zone(b);
                    let (a, b) = (
                        self.term(a, depth + 1, draft)?,
                        self.term(b, depth + 1, draft)?,
                    );
                    Node::Binary(*function, a, b)
                }
                operands => {
                    let mut ids = Vec::with_capacity(operands.len());
                    for operand in operands {
                        ids.push(lower(self, operand)?);
                    }
                    Node::Call(*function, ids)
                }
            },
            TermKind::Matches(a, pattern) => {
                let automaton = self.automaton(pattern)?;
                Node::Matches(automaton, self.term(a, depth + 1, draft)?)
            }
            TermKind::OptionalOr(a, b) => Node::OptionalOr(lower(self, a)?, lower(self, b)?),
            TermKind::OptionalOrValue(a, b) => match &a.kind {
                TermKind::Slot(slot, Reading::Optional) => {
                    let slot = self.slot(slot);
                    Node::ReadOr(slot, self.term(b, depth + 1, draft)?)
                }
                _ => Node::OptionalOrValue(lower(self, a)?, lower(self, b)?),
            },
            TermKind::Field(a, name) => Node::Field(lower(self, a)?, name.clone()),
            TermKind::HasField(a, name) => Node::HasField(lower(self, a)?, name.clone()),
            TermKind::OptionalField(a, name) => Node::OptionalField(lower(self, a)?, name.clone()),
            TermKind::List(elements) => {
                let mut made = Vec::with_capacity(elements.len());
                for (element, kind) in elements {
                    made.push((lower(self, element)?, *kind));
                }
                Node::List(made)
            }
            TermKind::Map(entries) => {
                let mut made = Vec::with_capacity(entries.len());
                for (key, value, kind) in entries {
                    made.push((lower(self, key)?, lower(self, value)?, *kind));
                }
                Node::Map(made)
            }
            TermKind::Bind { local, value, body } => Node::Bind {
                local: *local,
                value: lower(self, value)?,
                body: lower(self, body)?,
            },
            TermKind::OptionalMap {
                optional,
                local,
                body,
                result,
            } => Node::OptionalMap {
                optional: lower(self, optional)?,
                local: *local,
                body: lower(self, body)?,
                result: *result,
            },
            TermKind::Fold(fold) => Node::Fold(Box::new(Fold {
                kind: fold.kind,
                range: lower(self, &fold.range)?,
                key: fold.key,
                element: fold.element,
                filter: match &fold.filter {
                    Some(filter) => Some(lower(self, filter)?),
                    None => None,
                },
                body: lower(self, &fold.body)?,
            })),
            // `int()` takes no operands: whoever looks at it gets an error.
            TermKind::Fails => Node::Call(remit_engine::plan::Function::ToInt, Vec::new()),
        })
    }
}

/// Bounded by the size of sources; an overflow would only give an index that is refused.
fn position(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}
