//! Figures of several rounds.

use serde::Serialize;
use serde::ser::SerializeStruct as _;

/// A figure a round.
#[derive(Debug, Clone, Default)]
pub struct Spread(Vec<f64>);

impl Spread {
    /// One more.
    pub fn note(&mut self, figure: f64) {
        self.0.push(figure);
        self.0.sort_by(f64::total_cmp);
    }

    /// All of another.
    pub fn add(&mut self, other: &Self) {
        other.0.iter().for_each(|&figure| self.note(figure));
    }

    /// The smallest.
    #[must_use]
    pub fn least(&self) -> Option<f64> {
        self.0.first().copied()
    }

    /// The one in the middle; the lower one of two.
    #[must_use]
    pub fn median(&self) -> Option<f64> {
        self.0.get(self.0.len().checked_sub(1)? / 2).copied()
    }

    /// The largest.
    #[must_use]
    pub fn most(&self) -> Option<f64> {
        self.0.last().copied()
    }
}

impl Serialize for Spread {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut spread = serializer.serialize_struct("Spread", 3)?;
        spread.serialize_field("min", &self.least())?;
        spread.serialize_field("median", &self.median())?;
        spread.serialize_field("max", &self.most())?;
        spread.end()
    }
}
