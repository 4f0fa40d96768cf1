//! The chart: what each row adds to a request, as bars.

use svg::Document;
use svg::node::element::{Rectangle, Style, Text, Title};

use super::Row;
use crate::variant::Group;

const LABELS: f64 = 430.0;
const BARS: f64 = 380.0;
const LINE: f64 = 22.0;
/// Groups whose rows are of one scale.
const SHOWN: [Group; 3] = [Group::Floor, Group::OneRule, Group::ManyRules];

/// Draws the rows whose figures can stand side by side.
#[must_use]
pub fn chart(rows: &[Row]) -> String {
    let shown: Vec<(&Row, f64)> = rows
        .iter()
        .filter(|row| SHOWN.contains(&row.group))
        .filter_map(|row| Some((row, row.added_ns?.max(0.0) / 1e3)))
        .collect();
    let longest = shown.iter().map(|(_, added)| *added).fold(1.0, f64::max);
    let scale = |added: f64| added / longest * BARS;
    let mut document = Document::new()
        .set("viewBox", (0, 0, 900, (f64::from(u32::try_from(shown.len()).unwrap_or(0)) + 2.0) * LINE))
        .set("role", "img")
        .add(Title::new("Processor time that a filter adds to a request, in microseconds"))
        .add(Style::new(
            "text { font: 13px sans-serif; fill: #1f2328 } .ours { fill: #0b6e4f } .others { fill: #9aa0a6 } \
             @media (prefers-color-scheme: dark) { text { fill: #e6edf3 } }",
        ))
        .add(text("Added to a request, microseconds of the worker's time", 0.0, LINE * 0.8));
    let mut top = LINE * 1.4;
    for (row, added) in shown {
        let class = if row.name.starts_with("Remit") {
            "ours"
        } else {
            "others"
        };
        document = document
            .add(text(&row.name, LABELS - 8.0, top + 15.0).set("text-anchor", "end"))
            .add(
                Rectangle::new()
                    .set("class", class)
                    .set("x", LABELS)
                    .set("y", top + 3.0)
                    .set("width", format!("{:.1}", scale(added)))
                    .set("height", LINE - 6.0),
            )
            .add(text(
                &format!("{added:.1}"),
                LABELS + scale(added) + 6.0,
                top + 15.0,
            ));
        top += LINE;
    }
    document.to_string()
}

fn text(content: &str, x: f64, y: f64) -> Text {
    Text::new(content)
        .set("x", format!("{x:.1}"))
        .set("y", format!("{y:.1}"))
}
