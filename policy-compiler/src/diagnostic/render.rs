//! Diagnostics for a reader: the text underlined, in colour where there is a terminal.

use std::ops::Range;
use std::path::Path;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Renderer, Snippet};

use super::{Diagnostic, Label, Severity};
use crate::secret;
use crate::source::{FileId, SourceFile, Sources, Span};

/// Whether to colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Colour {
    /// With escape sequences.
    Ansi,
    /// Plain text.
    None,
}

/// Renders a diagnostic, at most about twenty lines.
#[must_use]
pub fn human(diagnostic: &Diagnostic, sources: &Sources, colour: Colour) -> String {
    let level = match diagnostic.severity() {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let mut group = Group::with_title(
        level
            .primary_title(diagnostic.message.as_str())
            .id(diagnostic.code.text()),
    );
    for excerpt in excerpts(diagnostic, sources) {
        group = group.element(excerpt.snippet());
    }
    if let Some(help) = &diagnostic.help {
        group = group.element(Level::HELP.message(help.as_str()));
    }
    let renderer = match colour {
        Colour::Ansi => Renderer::styled(),
        Colour::None => Renderer::plain(),
    };
    renderer.decor_style(DecorStyle::Ascii).render(&[group])
}

/// A few lines of one file with what there is to say about them.
struct Excerpt<'a> {
    path: &'a Path,
    file: &'a SourceFile,
    first: usize,
    last: usize,
    marks: Vec<(AnnotationKind, Range<usize>, &'a str)>,
}

impl<'a> Excerpt<'a> {
    fn snippet(&self) -> Snippet<'a, Annotation<'a>> {
        let begin = self.file.line_start(self.first);
        let annotations = self.marks.iter().map(|(kind, range, text)| {
            let annotation = kind.span(range.start - begin..range.end - begin);
            if text.is_empty() {
                annotation
            } else {
                annotation.label(*text)
            }
        });
        // What is shown may end up in the log of a build.
        let lines = self.file.lines(self.first, self.last);
        Snippet::source(secret::masked(self.file.text(), begin, lines))
            .path(self.path.to_string_lossy().into_owned())
            .line_start(self.first)
            .annotations(annotations)
    }
}

/// Places that stand close together share an excerpt; others get their own, so that no message
/// drags half a file along.
fn excerpts<'a>(diagnostic: &'a Diagnostic, sources: &'a Sources) -> Vec<Excerpt<'a>> {
    const NEAR: usize = 4;
    const PLACES: usize = 4;
    let mut excerpts: Vec<Excerpt<'a>> = Vec::new();
    let primary = std::iter::once((AnnotationKind::Primary, &diagnostic.primary));
    let secondary = diagnostic
        .secondary
        .iter()
        .map(|label| (AnnotationKind::Context, label));
    for (kind, label) in primary.chain(secondary.take(PLACES)) {
        let Some(file) = sources.file(label.span.file) else {
            continue;
        };
        let range = first_line_of(file, label.span);
        let line = file.position(range.start).line;
        let mark = (kind, range, label.text.as_str());
        let near = excerpts.iter_mut().find(|one| {
            same_file(sources, label, one) && line + NEAR >= one.first && line <= one.last + NEAR
        });
        match near {
            Some(excerpt) => {
                excerpt.first = excerpt.first.min(line);
                excerpt.last = excerpt.last.max(line);
                excerpt.marks.push(mark);
            }
            None => excerpts.push(Excerpt {
                path: file.path(),
                file,
                first: line,
                last: line,
                marks: vec![mark],
            }),
        }
    }
    excerpts
}

fn same_file(sources: &Sources, label: &Label, excerpt: &Excerpt<'_>) -> bool {
    sources
        .file(label.span.file)
        .is_some_and(|file| std::ptr::eq(file, excerpt.file))
}

/// A place that runs over several lines is shown by its first.
fn first_line_of(file: &SourceFile, span: Span) -> Range<usize> {
    let text = file.text().get(span.start..span.end).unwrap_or("");
    let line = text.split('\n').next().unwrap_or("").trim_end();
    span.start..span.start + line.len()
}

/// The path and position of a place.
pub(super) fn place(sources: &Sources, file: FileId, offset: usize) -> (String, usize, usize) {
    match sources.file(file) {
        Some(source) => {
            let position = source.position(offset);
            (
                source.path().to_string_lossy().into_owned(),
                position.line,
                position.column,
            )
        }
        None => (String::new(), 1, 1),
    }
}
