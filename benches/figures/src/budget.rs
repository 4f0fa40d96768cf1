//! What figures have to be, and what they are.

use serde::Serialize;

use crate::{Form, figure, grid};

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

/// A bound on a ratio, or on a figure in the unit that the budget names.
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
    /// A budget and what was found.
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

    /// A budget for one figure beside another. A figure that is not above zero is no measure.
    #[must_use]
    pub fn ratio(what: &str, bound: Bound, found: Option<f64>, beside: Option<f64>) -> Self {
        Self::new(what, bound, ratio(found, beside))
    }
}

/// One beside another, where both were measured.
#[must_use]
pub fn ratio(found: Option<f64>, beside: Option<f64>) -> Option<f64> {
    Some(found? / beside.filter(|&beside| beside > 0.0)?)
}

/// Prints budgets as a table.
pub fn print_budgets(budgets: &[Budget], form: Form) {
    let mut lines = vec![["budget", "bound", "found", ""].map(String::from)];
    lines.extend(budgets.iter().map(cells));
    grid(&lines, form);
}

fn cells(budget: &Budget) -> [String; 4] {
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
