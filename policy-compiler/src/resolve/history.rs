//! What a plan remembers of calls.
//!
//! INVARIANT: what a memory is found by follows from names of the policy alone, never from a
//! position in the plan or from which operations a selector fits today: what was remembered outlasts
//! a change of the policy.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use remit_engine::limits::HISTORY_TARGETS;
use remit_engine::plan::{
    Class, History, HistoryKey, Memory, MemoryId, OperationId, Per, ProgramId, Targets, Term,
    TermId, history_key,
};

use super::index;
use crate::document::per_name;

/// Calls that are remembered together: what their memory is found by, and which they are.
#[derive(Debug, Clone)]
pub(crate) struct Calls {
    names: Names,
    operations: Vec<OperationId>,
}

/// How calls are named.
#[derive(Debug, Clone)]
enum Names {
    /// By what fits a class and labels, `name` and `value` in turn.
    Fitting {
        class: Option<Class>,
        labels: Vec<String>,
    },
    /// By `resource.operation`.
    Operation(String),
}

impl Calls {
    /// Those that fit a class and labels; now these.
    pub(crate) fn fitting<'a>(
        class: Option<Class>,
        labels: impl IntoIterator<Item = (&'a str, &'a str)>,
        operations: Vec<OperationId>,
    ) -> Self {
        let labels: BTreeSet<(&str, &str)> = labels.into_iter().collect();
        let labels = labels.into_iter().flat_map(|(name, value)| [name, value]);
        Self {
            names: Names::Fitting {
                class,
                labels: labels.map(str::to_owned).collect(),
            },
            operations,
        }
    }

    /// Those of an operation by its name, which may be several of the plan.
    pub(crate) fn of(name: &str, operations: Vec<OperationId>) -> Self {
        Self {
            names: Names::Operation(name.to_owned()),
            operations,
        }
    }

    /// The operations whose calls they are.
    pub(crate) fn operations(&self) -> &[OperationId] {
        &self.operations
    }

    /// What their memory is found by; with `about`, that of what they were about.
    fn key(&self, per: Per, about: &[String]) -> HistoryKey {
        let count = about.len().to_string();
        let mut names = Vec::new();
        let own: Vec<&str> = match &self.names {
            Names::Fitting { class, labels } => {
                names.push("calls");
                let class = class.map_or("", class_name);
                [class]
                    .into_iter()
                    .chain(labels.iter().map(String::as_str))
                    .collect()
            }
            Names::Operation(name) => {
                names.push("operation");
                vec![name]
            }
        };
        names.push(per_name(per));
        if !about.is_empty() {
            names.insert(0, "about");
            names.push(&count);
            names.extend(about.iter().map(String::as_str));
        }
        names.extend(own);
        history_key(&names)
    }
}

fn class_name(class: Class) -> &'static str {
    match class {
        Class::Read => "read",
        Class::Write => "write",
        Class::Execute => "execute",
        Class::Delegate => "delegate",
    }
}

/// Memories and terms of a plan under construction, each once.
#[derive(Debug, Default)]
pub(crate) struct Remembered {
    memories: Vec<Memory>,
    by_key: HashMap<HistoryKey, MemoryId>,
    terms: Vec<Term>,
    by_memories: HashMap<Vec<MemoryId>, TermId>,
    touches: BTreeMap<OperationId, BTreeSet<MemoryId>>,
    /// Whether anything is asked, a memory or not.
    is_asked: bool,
}

impl Remembered {
    /// What asks of calls of any of these; `None` where there are none to ask of.
    pub(crate) fn term(&mut self, per: Per, calls: &[Calls]) -> Option<TermId> {
        let memories: BTreeSet<MemoryId> = calls
            .iter()
            .map(|calls| self.memory(per, calls, &[]))
            .collect();
        if memories.is_empty() {
            return None;
        }
        let memories: Vec<MemoryId> = memories.into_iter().collect();
        let next = TermId(index(self.terms.len()));
        let id = *self.by_memories.entry(memories.clone()).or_insert(next);
        if id == next {
            self.terms.push(Term { memories });
        }
        Some(id)
    }

    /// What remembers what these were about: the texts of the expressions that together are one
    /// target. The programs for them are to be said by [`Remembered::targets`].
    pub(crate) fn about(&mut self, per: Per, calls: &[Calls], about: &[String]) -> Vec<MemoryId> {
        let memories: BTreeSet<MemoryId> = calls
            .iter()
            .map(|calls| self.memory(per, calls, about))
            .collect();
        memories.into_iter().collect()
    }

    fn memory(&mut self, per: Per, calls: &Calls, about: &[String]) -> MemoryId {
        self.is_asked = true;
        let key = calls.key(per, about);
        let next = MemoryId(index(self.memories.len()));
        let id = *self.by_key.entry(key).or_insert(next);
        if id == next {
            self.memories.push(Memory {
                per,
                key,
                targets: (!about.is_empty()).then(|| Targets {
                    by: Vec::new(),
                    operations: Vec::new(),
                    at_most: index(HISTORY_TARGETS),
                }),
            });
        }
        for operation in &calls.operations {
            self.touches.entry(*operation).or_default().insert(id);
        }
        id
    }

    /// Says by which programs what a memory is about is told, and of which operations it can be.
    pub(crate) fn targets(
        &mut self,
        memory: MemoryId,
        programs: &[ProgramId],
        operations: &[OperationId],
    ) {
        let memory = self.memories.get_mut(memory.index());
        if let Some(targets) = memory.and_then(|memory| memory.targets.as_mut()) {
            targets.by = programs.to_vec();
            targets.operations.extend(operations);
            targets.operations.sort_unstable();
            targets.operations.dedup();
        }
    }

    /// Says that something is asked that no memory is needed for.
    pub(crate) fn ask(&mut self) {
        self.is_asked = true;
    }

    /// Puts everything into the plan: room for so many histories, each kept for so many seconds.
    pub(crate) fn finish(self, history: &mut History, room: u32, keep: u32) {
        if self.is_asked || !history.limits.is_empty() {
            history.capacity = room;
            history.keep = keep;
        }
        history.memories = self.memories;
        history.terms = self.terms;
        let touches = self.touches.into_iter();
        history.touches = touches
            .map(|(operation, memories)| (operation, memories.into_iter().collect()))
            .collect();
    }
}

#[cfg(test)]
mod tests;
