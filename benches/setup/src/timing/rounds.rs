//! Asking runners in turn, round after round.

use serde::Serialize;

use super::runner::{Runner, RunnerFailed};

/// What a portion should take: so much that reading the clock, which counts microseconds, does not
/// matter.
const PORTION_NANOSECONDS: u64 = 2_000_000;
/// How long a case runs before it counts: in wasm, what runs often is compiled once more.
const WARM_UP_NANOSECONDS: u64 = 150_000_000;
/// Of how many portions the median is taken.
const ROUNDS: usize = 41;

/// A case on one runner.
#[derive(Debug, Clone, Serialize)]
pub struct Row {
    /// The case.
    pub case: String,
    /// The runner.
    pub build: &'static str,
    /// Nanoseconds of one run: the median of all rounds.
    pub median_ns: f64,
    /// Between these lies the middle half of the rounds.
    pub quartiles_ns: [f64; 2],
}

/// Cases on runners, which are asked in this order.
#[derive(Debug, Default)]
pub struct Rounds<'r> {
    runners: Vec<(&'static str, &'r mut Runner)>,
    entries: Vec<Entry>,
}

/// A case on a runner, each by its place.
#[derive(Debug)]
struct Entry {
    place: usize,
    case: String,
    runner: usize,
    runs: u32,
    portions: Vec<f64>,
}

impl<'r> Rounds<'r> {
    /// Takes a runner in, with the cases that it knows.
    pub fn add(&mut self, build: &'static str, runner: &'r mut Runner, cases: &[String]) {
        let number = self.runners.len();
        self.runners.push((build, runner));
        for case in cases {
            let known = self.entries.iter().find(|entry| entry.case == *case);
            let place = known.map_or(self.entries.len(), |entry| entry.place);
            self.entries.push(Entry {
                place,
                case: case.clone(),
                runner: number,
                runs: 1,
                portions: Vec::new(),
            });
        }
    }

    /// Measures everything. `tell` hears how far it is, of how many rounds.
    ///
    /// # Errors
    /// [`RunnerFailed`].
    pub fn measure(mut self, mut tell: impl FnMut(usize, usize)) -> Result<Vec<Row>, RunnerFailed> {
        // One case on both builds, then the next: what is compared is measured together.
        self.entries
            .sort_by_key(|entry| (entry.place, entry.runner));
        for entry in &mut self.entries {
            entry.warm_up(&mut *self.runners[entry.runner].1)?;
        }
        for round in 0..ROUNDS {
            tell(round, ROUNDS);
            for entry in &mut self.entries {
                entry.portion(&mut *self.runners[entry.runner].1)?;
            }
            // Nobody is always the one after somebody else.
            self.entries.reverse();
        }
        self.entries
            .sort_by_key(|entry| (entry.place, entry.runner));
        Ok(self
            .entries
            .iter_mut()
            .map(|entry| entry.row(self.runners[entry.runner].0))
            .collect())
    }
}

impl Entry {
    fn warm_up(&mut self, runner: &mut Runner) -> Result<(), RunnerFailed> {
        let mut spent = 0;
        while spent < WARM_UP_NANOSECONDS {
            let took = runner.ask(&self.case, self.runs)?.max(1);
            spent += took;
            if took < PORTION_NANOSECONDS / 2 {
                self.runs = self.runs.saturating_mul(2);
            } else if took > PORTION_NANOSECONDS * 2 {
                self.runs = (self.runs / 2).max(1);
            }
        }
        Ok(())
    }

    #[expect(
        clippy::cast_precision_loss,
        reason = "far below what a double holds exactly"
    )]
    fn portion(&mut self, runner: &mut Runner) -> Result<(), RunnerFailed> {
        let took = runner.ask(&self.case, self.runs)?;
        self.portions.push(took as f64 / f64::from(self.runs));
        Ok(())
    }

    fn row(&mut self, build: &'static str) -> Row {
        self.portions.sort_by(f64::total_cmp);
        let at = |part: usize| self.portions[(self.portions.len() - 1) * part / 4];
        Row {
            case: self.case.clone(),
            build,
            median_ns: at(2),
            quartiles_ns: [at(1), at(3)],
        }
    }
}
