//! Configuration templates: readable YAML with `${name}` where something goes in.
//!
//! A placeholder within a line takes a scalar, which is written as JSON and therefore cannot end
//! its string or begin anything else in YAML. One that is alone on its line takes a block, whose
//! lines are indented as it is. A template and what is filled in must name the same placeholders.

use std::collections::BTreeMap;

/// What goes in where a placeholder stands.
#[derive(Debug, Clone)]
enum Filling {
    Scalar(String),
    Block(String),
}

/// What goes in, by placeholder.
#[derive(Debug, Clone, Default)]
pub(super) struct Fillings(BTreeMap<&'static str, Filling>);

/// A template and what should go in do not fit.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    /// The template has a placeholder that nothing fills.
    #[error("the template has `${{{0}}}`, for which there is nothing")]
    Unfilled(String),
    /// A block stands within a line, or a scalar alone on one.
    #[error("the template has `${{{0}}}` in a place of the other kind")]
    WrongPlace(String),
    /// Something that goes in has no place.
    #[error("the template has no `${{{0}}}`")]
    NoPlace(&'static str),
}

impl Fillings {
    pub(super) fn text(mut self, name: &'static str, text: &str) -> Self {
        let json = serde_json::Value::from(text).to_string();
        self.0.insert(name, Filling::Scalar(json));
        self
    }

    pub(super) fn number(mut self, name: &'static str, number: impl Into<u32>) -> Self {
        let number: u32 = number.into();
        self.0.insert(name, Filling::Scalar(number.to_string()));
        self
    }

    pub(super) fn block(mut self, name: &'static str, block: String) -> Self {
        self.0.insert(name, Filling::Block(block));
        self
    }
}

/// Fills a template.
pub(super) fn fill(template: &str, fillings: &Fillings) -> Result<String, TemplateError> {
    let mut unused: Vec<&'static str> = fillings.0.keys().copied().collect();
    let mut filled = String::with_capacity(template.len());
    for line in template.lines() {
        match alone(line) {
            Some((indent, name)) => match find(fillings, name, &mut unused)? {
                Filling::Block(block) => push_block(&mut filled, indent, block),
                Filling::Scalar(_) => return Err(TemplateError::WrongPlace(name.into())),
            },
            None => fill_line(&mut filled, line, fillings, &mut unused)?,
        }
    }
    match unused.first() {
        Some(name) => Err(TemplateError::NoPlace(name)),
        None => Ok(filled),
    }
}

/// The indentation and name of a placeholder that is alone on its line.
fn alone(line: &str) -> Option<(&str, &str)> {
    let (indent, rest) = line.split_once("${")?;
    let name = rest.strip_suffix('}')?;
    (indent.trim().is_empty() && !name.contains('}')).then_some((indent, name))
}

fn push_block(out: &mut String, indent: &str, block: &str) {
    for line in block.lines() {
        if !line.is_empty() {
            out.push_str(indent);
            out.push_str(line);
        }
        out.push('\n');
    }
}

fn fill_line(
    out: &mut String,
    line: &str,
    fillings: &Fillings,
    unused: &mut Vec<&'static str>,
) -> Result<(), TemplateError> {
    let mut rest = line;
    while let Some((before, after)) = rest.split_once("${") {
        let (name, after) = after
            .split_once('}')
            .ok_or_else(|| TemplateError::Unfilled(after.into()))?;
        out.push_str(before);
        match find(fillings, name, unused)? {
            Filling::Scalar(scalar) => out.push_str(scalar),
            Filling::Block(_) => return Err(TemplateError::WrongPlace(name.into())),
        }
        rest = after;
    }
    out.push_str(rest);
    out.push('\n');
    Ok(())
}

fn find<'f>(
    fillings: &'f Fillings,
    name: &str,
    unused: &mut Vec<&'static str>,
) -> Result<&'f Filling, TemplateError> {
    unused.retain(|other| *other != name);
    fillings
        .0
        .get(name)
        .ok_or_else(|| TemplateError::Unfilled(name.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scalars_cannot_leave_their_place() {
        let hostile = "a\"}\n- name: evil # ${other}";
        let filled = fill(
            "x: {y: ${name}}",
            &Fillings::default().text("name", hostile),
        )
        .expect("fits");
        assert_eq!(filled, "x: {y: \"a\\\"}\\n- name: evil # ${other}\"}\n");
    }

    #[test]
    fn blocks_are_indented_as_their_placeholder() {
        let filled = fill(
            "a:\n  ${b}\nc: 1",
            &Fillings::default().block("b", "- 1\n\n- 2\n".into()),
        )
        .expect("fits");
        assert_eq!(filled, "a:\n  - 1\n\n  - 2\nc: 1\n");
    }

    #[test]
    fn a_template_and_its_fillings_must_fit() {
        let empty = Fillings::default();
        let scalar = || Fillings::default().number("n", 1_u16);
        let block = || Fillings::default().block("n", String::new());
        let cases = [
            ("a: ${n}", empty, TemplateError::Unfilled("n".into())),
            ("a: 1", scalar(), TemplateError::NoPlace("n")),
            ("  ${n}", scalar(), TemplateError::WrongPlace("n".into())),
            ("a: ${n}", block(), TemplateError::WrongPlace("n".into())),
        ];
        for (template, fillings, expected) in cases {
            assert_eq!(fill(template, &fillings), Err(expected), "{template}");
        }
    }
}
