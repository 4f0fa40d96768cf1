//! What a case is, as it stands in its file.

use remit_engine::EngineError;
use remit_engine::plan::PlanError;
use remit_filter::pairs::MalformedPairs;
use serde::{Deserialize, Serialize};

use crate::body::Message;
use crate::condition::Condition;
use crate::decision::Head;

/// One case.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Case {
    /// Its name, which is also its file's.
    pub name: String,
    /// How often it runs where its instructions are counted.
    pub runs: u32,
    /// What runs.
    pub work: Work,
}

/// What runs.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Work {
    /// The evaluator alone on one rule, over values that lie ready.
    Evaluate(Condition),
    /// The same rule as a programmer writes it.
    ByHand,
    /// The same rule by hand, as data.
    ByHandAsData,
    /// The engine on requests.
    Decide(Decisions),
    /// The filter on a request, over a gateway that answers at once.
    Handle(Request),
    /// Reading a header map.
    ReadHeaderMap(Vec<u8>),
    /// Reading a plan and making it ready.
    Load(Vec<u8>),
    /// Reading a message's body and deciding by it; the head was decided before.
    DecideBody {
        /// The message.
        message: Message,
        /// The code of the reason that the decision has to give.
        reason: String,
    },
    /// Going through a list with the eyes of its caller.
    FilterList {
        /// What asked for it.
        asked: Message,
        /// The answer.
        answer: String,
        /// What goes on instead of it.
        shown: String,
    },
}

/// Requests for the engine, in rotation.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Decisions {
    /// The plan.
    pub plan: Vec<u8>,
    /// The requests.
    pub heads: Vec<Head>,
    /// Whether the engine has seen their tokens before.
    pub tokens: Tokens,
    /// The code of the reason that each decision has to give.
    pub reason: String,
}

/// Whether tokens have been seen before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Tokens {
    /// They have.
    Known,
    /// Each is at first sight.
    New,
}

/// A request for the filter.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Request {
    /// The plan.
    pub plan: Vec<u8>,
    /// Its header map, as the gateway hands it over.
    pub head: Vec<u8>,
    /// The code of the reason that the record has to give.
    pub reason: String,
}

/// Why a case cannot run, or would not measure what it says.
#[derive(Debug, thiserror::Error)]
pub enum Unfit {
    /// Its file is not one.
    #[error("the case cannot be read: {0}")]
    Form(#[from] postcard::Error),
    /// The plan cannot be read.
    #[error("the plan cannot be read: {0}")]
    Plan(#[from] PlanError),
    /// The plan cannot be decided by.
    #[error("the plan cannot be made ready: {0}")]
    Engine(#[from] EngineError),
    /// The filter does not load it.
    #[error("the filter does not load the plan: {0}")]
    Plugin(#[from] remit_filter::plugin::LoadError),
    /// Its header map is not one.
    #[error("the header map cannot be read: {0}")]
    HeaderMap(#[from] MalformedPairs),
    /// A pattern of its condition is none.
    #[error("a pattern cannot be read")]
    Automaton,
    /// What it needs is not linked in.
    #[error("another runner runs it")]
    Runner,
    /// It comes to something else.
    #[error("it comes to `{found}`, expected `{expected}`")]
    Outcome {
        /// What it came to.
        found: String,
        /// What it should have come to.
        expected: String,
    },
}

impl Case {
    /// Reads one from its file.
    ///
    /// # Errors
    /// [`Unfit::Form`].
    pub fn read(bytes: &[u8]) -> Result<Self, Unfit> {
        Ok(postcard::from_bytes(bytes)?)
    }

    /// The bytes of its file.
    ///
    /// # Errors
    /// [`Unfit::Form`].
    pub fn write(&self) -> Result<Vec<u8>, Unfit> {
        Ok(postcard::to_allocvec(self)?)
    }
}
