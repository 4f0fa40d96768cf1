//! One row: filters in front of the same answer, and the requests that they get.

use serde::Serialize;
use serde_json::Value;

use crate::answer::Answer;
use crate::load::Requests;

/// A row of the table.
#[derive(Debug, Clone)]
pub struct Variant {
    /// What stands in the table.
    pub name: String,
    /// Rows that belong together.
    pub group: Group,
    /// What is checked, where rows could be taken for alike that are not.
    pub checks: &'static str,
    /// The filters before the router.
    pub filters: Vec<Value>,
    /// What is sent.
    pub requests: Requests,
    /// Most requests of one round, where tokens must not come twice.
    pub round: Option<usize>,
    /// What is sent beside them, and how often a second.
    pub flood: Option<(Requests, u32)>,
    /// What stands behind the filters.
    pub answer: Answer,
    /// The row that its own is held against, where that is not the one without a filter.
    pub beside: Option<String>,
    /// Whether its work is done by a second process, whose time counts.
    pub asks_authorizer: bool,
}

/// Rows that belong together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum Group {
    /// What any filter costs.
    #[serde(rename = "floor")]
    Floor,
    /// One rule, a token that has been seen before.
    #[serde(rename = "one rule, known token")]
    OneRule,
    /// Many rules.
    #[serde(rename = "many rules, known token")]
    ManyRules,
    /// Many tokens.
    #[serde(rename = "tokens in rotation")]
    Tokens,
    /// Every request a new token.
    #[serde(rename = "first sight of a token")]
    FirstSight,
    /// Refusals.
    #[serde(rename = "refusals")]
    Refusals,
    /// A good token while forged ones come in.
    #[serde(rename = "good token under a flood")]
    Flood,
    /// What was done before is part of the decision.
    #[serde(rename = "what was done before")]
    Histories,
    /// Bodies of requests, and answers.
    #[serde(rename = "requests with a body, lists")]
    Bodies,
}

impl Group {
    /// What stands above the rows.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Floor => "floor",
            Self::OneRule => "one rule, known token",
            Self::ManyRules => "many rules, known token",
            Self::Tokens => "tokens in rotation",
            Self::FirstSight => "first sight of a token",
            Self::Refusals => "refusals",
            Self::Flood => "good token under a flood",
            Self::Histories => "what was done before",
            Self::Bodies => "requests with a body, lists",
        }
    }
}

impl Variant {
    /// A row with one request, over and over.
    #[must_use]
    pub fn new(group: Group, name: &str, filters: Vec<Value>, requests: Requests) -> Self {
        Self {
            name: name.to_owned(),
            group,
            checks: "",
            filters,
            requests,
            round: None,
            flood: None,
            answer: Answer::default(),
            beside: None,
            asks_authorizer: false,
        }
    }

    /// Makes what is sent, unless it is there.
    pub fn prepare(&self) {
        self.requests.prepare();
        if let Some((flood, _)) = &self.flood {
            flood.prepare();
        }
    }

    /// Holds it against another row.
    #[must_use]
    pub fn beside(mut self, row: &str) -> Self {
        self.beside = Some(row.to_owned());
        self
    }

    /// The name of the row that this one is held against.
    #[must_use]
    pub fn base(&self) -> &str {
        self.beside.as_deref().unwrap_or(crate::variants::NONE)
    }

    /// Answers otherwise.
    #[must_use]
    pub fn answered(mut self, answer: Answer) -> Self {
        self.answer = answer;
        self
    }

    /// Says what is checked.
    #[must_use]
    pub fn checks(mut self, checks: &'static str) -> Self {
        self.checks = checks;
        self
    }
}
