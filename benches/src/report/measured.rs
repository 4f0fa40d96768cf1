//! Reading what criterion leaves behind: a folder for each benchmark, with its name and estimates.

use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::{BY_HAND, ENGINES, EVALUATOR, GROUPS, WHOLE_DECISION};

/// One benchmark.
#[derive(Debug, Clone, Serialize)]
pub struct Row {
    /// What is measured.
    pub group: String,
    /// How many rules or entities, where that varies.
    pub size: Option<u64>,
    /// Who is measured, or what.
    pub name: String,
    /// Median, for one decision.
    pub median_ns: f64,
    /// The median's confidence interval (95 %).
    pub interval_ns: [f64; 2],
    /// Beside our evaluator, or our whole decision where there is none.
    pub to_remit: Option<f64>,
    /// Beside the same by hand.
    pub to_hand: Option<f64>,
}

/// All of them, in the order of tables.
#[derive(Debug, Clone, Serialize)]
pub struct Rows(pub Vec<Row>);

#[derive(Deserialize)]
struct Name {
    group_id: String,
    function_id: Option<String>,
    value_str: Option<String>,
    throughput: Option<Throughput>,
}

#[derive(Deserialize)]
struct Throughput {
    #[serde(rename = "Elements")]
    elements: Option<u32>,
}

#[derive(Deserialize)]
struct Estimates {
    median: Estimate,
}

#[derive(Deserialize)]
struct Estimate {
    point_estimate: f64,
    confidence_interval: Interval,
}

#[derive(Deserialize)]
struct Interval {
    lower_bound: f64,
    upper_bound: f64,
}

impl Rows {
    /// Reads everything below `target/criterion`.
    #[must_use]
    pub fn read(criterion: &Path) -> Self {
        let mut rows = Vec::new();
        visit(criterion, &mut rows);
        rows.sort_by_key(|row| {
            let group = GROUPS.iter().position(|(name, _)| *name == row.group);
            let engine = ENGINES.iter().position(|name| *name == row.name);
            // What is in no list comes last, by its name.
            (
                group.unwrap_or(usize::MAX),
                row.size,
                engine.unwrap_or(usize::MAX),
                row.name.clone(),
            )
        });
        let mut rows = Self(rows);
        rows.compare();
        rows
    }

    /// The median of one.
    #[must_use]
    pub fn median(&self, group: &str, size: Option<u64>, name: &str) -> Option<f64> {
        let fits = |row: &&Row| row.group == group && row.size == size && row.name == name;
        self.0.iter().find(fits).map(|row| row.median_ns)
    }

    fn compare(&mut self) {
        let beside = |row: &Row, name| {
            let other = self.median(&row.group, row.size, name)?;
            (other > 0.0).then(|| row.median_ns / other)
        };
        let ratios: Vec<_> = self
            .0
            .iter()
            .map(|row| {
                let to_remit = beside(row, EVALUATOR).or_else(|| beside(row, WHOLE_DECISION));
                (to_remit, beside(row, BY_HAND))
            })
            .collect();
        for (row, (to_remit, to_hand)) in self.0.iter_mut().zip(ratios) {
            (row.to_remit, row.to_hand) = (to_remit, to_hand);
        }
    }
}

fn visit(folder: &Path, rows: &mut Vec<Row>) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        let path = entry.path();
        if entry.file_name() == "new" {
            rows.extend(row(&path));
        } else if path.is_dir() {
            visit(&path, rows);
        }
    }
}

fn row(folder: &Path) -> Option<Row> {
    let name: Name = read(&folder.join("benchmark.json"))?;
    let Estimates { median } = read(&folder.join("estimates.json"))?;
    let each = name
        .throughput
        .and_then(|throughput| throughput.elements)
        .map_or(1.0, f64::from);
    let interval = median.confidence_interval;
    Some(Row {
        group: name.group_id,
        size: name.value_str.and_then(|size| size.parse().ok()),
        name: name.function_id?,
        median_ns: median.point_estimate / each,
        interval_ns: [interval.lower_bound / each, interval.upper_bound / each],
        to_remit: None,
        to_hand: None,
    })
}

fn read<T: for<'de> Deserialize<'de>>(file: &Path) -> Option<T> {
    serde_json::from_slice(&fs::read(file).ok()?).ok()
}
