//! Coverage as lcov has it (`geninfo(1)`, "FILES"), over the lines of the policy: a rule is a
//! function, the ways that its condition can go are branches.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::{Coverage, Kind, Point, Wanted, nodes};
use crate::source::{FileId, Sources, Span};

/// What there is to say about one file.
#[derive(Default)]
struct Lines<'p> {
    functions: Vec<(usize, &'p Point)>,
    branches: Vec<(usize, &'p Point)>,
    counts: BTreeMap<usize, u64>,
}

impl Coverage<'_> {
    /// The tracefile.
    #[must_use]
    pub fn lcov(&self, sources: &Sources) -> String {
        let points = self.points();
        let mut files: BTreeMap<FileId, Lines<'_>> = BTreeMap::new();
        for point in &points {
            let Some((span, line)) = placed(point.span, sources) else {
                continue;
            };
            let lines = files.entry(span.file).or_default();
            match point.kind {
                Kind::Rule => {
                    lines.functions.push((line, point));
                    lines.count(line, point.count.unwrap_or(0));
                }
                Kind::Condition | Kind::Branch => lines.branches.push((line, point)),
            }
        }
        for (span, count) in self.parts() {
            if let Some((span, line)) = placed(span, sources) {
                files.entry(span.file).or_default().count(line, count);
            }
        }
        let mut text = String::from("TN:\n");
        for (file, lines) in &files {
            let path = sources
                .file(*file)
                .map(|file| file.path().display().to_string());
            let _ = writeln!(text, "SF:{}", path.unwrap_or_default());
            self.functions(lines, &mut text);
            branches(lines, &mut text);
            for (line, count) in &lines.counts {
                let _ = writeln!(text, "DA:{line},{count}");
            }
            let hit = lines.counts.values().filter(|count| **count > 0).count();
            let _ = writeln!(text, "LF:{}\nLH:{hit}\nend_of_record", lines.counts.len());
        }
        text
    }

    /// Each part of each condition, with how often it was evaluated.
    fn parts(&self) -> Vec<(Option<Span>, u64)> {
        let mut parts = Vec::new();
        let points = self.points();
        for point in points.iter().filter(|point| point.kind == Kind::Rule) {
            let condition = self.condition(point.rule);
            for program in condition
                .into_iter()
                .flat_map(|id| nodes::programs(self.plan, id))
            {
                for node in nodes::all(self.plan, program) {
                    let count = self.seen(point.rule, program, node).all;
                    parts.push((self.map.node(program, node), count));
                }
            }
        }
        parts
    }

    fn functions(&self, lines: &Lines<'_>, text: &mut String) {
        for (line, point) in &lines.functions {
            let _ = writeln!(text, "FN:{line},{}", self.name(point.rule));
        }
        let mut hit = 0;
        for (_, point) in &lines.functions {
            let count = point.count.unwrap_or(0);
            hit += usize::from(count > 0);
            let _ = writeln!(text, "FNDA:{count},{}", self.name(point.rule));
        }
        let _ = writeln!(text, "FNF:{}\nFNH:{hit}", lines.functions.len());
    }
}

impl Lines<'_> {
    fn count(&mut self, line: usize, count: u64) {
        let known = self.counts.entry(line).or_default();
        *known = count.max(*known);
    }
}

/// Two points a block: those that exclude each other.
fn branches(lines: &Lines<'_>, text: &mut String) {
    let mut hit = 0;
    for (position, (line, point)) in lines.branches.iter().enumerate() {
        let taken = point
            .count
            .map_or_else(|| String::from("-"), |count| count.to_string());
        hit += usize::from(point.count.unwrap_or(0) > 0);
        let branch = match point.wanted {
            Wanted::True => 0,
            Wanted::False => 1,
            Wanted::Reached => position % 2,
        };
        let _ = writeln!(text, "BRDA:{line},{},{branch},{taken}", position / 2);
    }
    let _ = writeln!(text, "BRF:{}\nBRH:{hit}", lines.branches.len());
}

fn placed(span: Option<Span>, sources: &Sources) -> Option<(Span, usize)> {
    let span = span?;
    let file = sources.file(span.file)?;
    Some((span, file.position(span.start).line))
}
