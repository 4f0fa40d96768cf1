//! Instructions that the fixed cases take, beside their budgets.
//!
//! Instructions do not depend on the machine's mood, so that a few per cent more are a change of the
//! code and can fail a build.

pub mod budgets;
pub mod callgrind;

use budgets::Budgets;

/// By how many per cent a count may be off its budget.
pub const TOLERANCE_PERCENT: u64 = 3;

/// A case that was counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    /// The case.
    pub name: String,
    /// Instructions of one run.
    pub instructions: u64,
}

/// How a count stands to its budget.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It is as it should be.
    Within,
    /// It is above.
    Above,
    /// It is so far below that the budget no longer holds anything.
    Below,
    /// There is no budget.
    NoBudget,
}

impl Standing {
    /// How a count stands to a budget.
    #[must_use]
    pub fn of(instructions: u64, budget: Option<u64>) -> Self {
        let Some(budget) = budget else {
            return Self::NoBudget;
        };
        let (counted, budget) = (u128::from(instructions) * 100, u128::from(budget));
        let (most, least) = (100 + TOLERANCE_PERCENT, 100 - TOLERANCE_PERCENT);
        if counted > budget * u128::from(most) {
            Self::Above
        } else if counted < budget * u128::from(least) {
            Self::Below
        } else {
            Self::Within
        }
    }

    /// Whether that is a failure.
    #[must_use]
    pub fn fails(self) -> bool {
        match self {
            Self::Above | Self::NoBudget => true,
            Self::Within | Self::Below => false,
        }
    }

    fn advice(self) -> &'static str {
        match self {
            Self::Within => "",
            Self::Above => "ABOVE",
            Self::Below => "below: lower the budget",
            Self::NoBudget => "NO BUDGET",
        }
    }
}

/// What became of all cases.
#[derive(Debug)]
pub struct Outcome<'c> {
    rows: Vec<(&'c Counted, Option<u64>, Standing)>,
    /// Budgets of cases that there are not.
    stray: Vec<String>,
}

impl<'c> Outcome<'c> {
    /// Holds counts against budgets.
    #[must_use]
    pub fn new(counted: &'c [Counted], budgets: &Budgets) -> Self {
        let rows = counted.iter().map(|one| {
            let budget = budgets.of(&one.name);
            (one, budget, Standing::of(one.instructions, budget))
        });
        let known = |name: &&str| counted.iter().any(|one| one.name == **name);
        Self {
            rows: rows.collect(),
            stray: budgets
                .names()
                .filter(|name| !known(name))
                .map(str::to_owned)
                .collect(),
        }
    }

    /// How many cases fail, and budgets without a case.
    #[must_use]
    pub fn failed(&self) -> usize {
        let rows = self.rows.iter();
        rows.filter(|(_, _, standing)| standing.fails()).count() + self.stray.len()
    }

    /// How many cases are as they should be.
    #[must_use]
    pub fn passed(&self) -> usize {
        let rows = self.rows.iter();
        rows.filter(|(_, _, standing)| !standing.fails()).count()
    }

    /// The table.
    pub fn lines(&self) -> impl Iterator<Item = String> {
        let head = format!(
            "{:26} {:>12} {:>12} {:>6}",
            "case", "instructions", "budget", "ratio"
        );
        let rows = self.rows.iter().map(|(counted, budget, standing)| {
            let (limit, ratio) = budget.map_or_else(Default::default, |budget| {
                (budget.to_string(), ratio(counted.instructions, budget))
            });
            let line = format!(
                "{:26} {:>12} {limit:>12} {ratio:>6} {}",
                counted.name,
                counted.instructions,
                standing.advice()
            );
            line.trim_end().to_owned()
        });
        let stray = self.stray.iter();
        let stray = stray.map(|name| format!("{name:26} has a budget, and is NO CASE"));
        std::iter::once(head).chain(rows).chain(stray)
    }
}

/// Both are far below what a double holds exactly.
#[expect(clippy::cast_precision_loss, reason = "shown with three places")]
fn ratio(count: u64, budget: u64) -> String {
    format!("{:.3}", count as f64 / budget as f64)
}

#[cfg(test)]
mod tests;
