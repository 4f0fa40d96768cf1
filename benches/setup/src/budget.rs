//! What figures have to be, and what they are.

use serde::Serialize;

use crate::table::{Form, figure, grid};

/// One budget.
#[derive(Debug, Clone, Serialize)]
pub struct Budget {
    /// What is held against what.
    pub what: String,
    /// The bound.
    pub bound: Bound,
    /// What was found; nothing where it was not measured.
    pub found: Option<f64>,
    /// Whether it holds.
    pub standing: Standing,
}

/// A bound on a ratio, or on seconds.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Bound {
    /// No more than this.
    AtMost(f64),
    /// No less than this.
    AtLeast(f64),
}

/// Whether a budget holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// It does.
    Holds,
    /// It does not.
    Missed,
    /// Something in it was not measured.
    NotMeasured,
}

impl Budget {
    /// What was found beside a bound.
    #[must_use]
    pub fn new(what: &str, bound: Bound, found: Option<f64>) -> Self {
        let holds = |found| match bound {
            Bound::AtMost(most) => found <= most,
            Bound::AtLeast(least) => found >= least,
        };
        let standing = match found {
            None => Standing::NotMeasured,
            Some(found) if holds(found) => Standing::Holds,
            Some(_) => Standing::Missed,
        };
        Self {
            what: what.to_owned(),
            bound,
            found,
            standing,
        }
    }
}

/// One beside another, where both were measured.
#[must_use]
pub fn ratio(found: Option<f64>, beside: Option<f64>) -> Option<f64> {
    Some(found? / beside.filter(|&beside| beside > 0.0)?)
}

/// Prints budgets.
pub fn print(budgets: &[Budget], form: Form) {
    let head = ["budget", "bound", "found", ""];
    let mut lines = vec![head.map(String::from)];
    lines.extend(budgets.iter().map(budget_cells));
    println!();
    grid(&lines, form);
}

fn budget_cells(budget: &Budget) -> [String; 4] {
    let bound = match budget.bound {
        Bound::AtMost(most) => format!("at most {most}"),
        Bound::AtLeast(least) => format!("at least {least}"),
    };
    let standing = match budget.standing {
        Standing::Holds => "holds",
        Standing::Missed => "MISSED",
        Standing::NotMeasured => "not measured",
    };
    let found = budget.found.map_or_else(String::new, figure);
    [budget.what.clone(), bound, found, standing.to_owned()]
}
