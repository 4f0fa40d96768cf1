//! Conditions stay as they are written: the layout would give them other quotes.

use std::ops::Range;

use super::{Written, replace};
use crate::yaml::{Node, Value};

/// The formatted text with the conditions of the original, where they stand on one line.
pub(super) fn restore(original: &Written<'_>, formatted: &Written<'_>) -> String {
    let mut pairs = Vec::new();
    collect(&original.tree, &formatted.tree, &mut pairs);
    let edits = pairs.into_iter().filter_map(|(was, is)| {
        // In a list the space before what ends it is no part of the text.
        let was = original.text.get(was.span.start..was.span.end)?.trim_end();
        let now = formatted.text.get(is.span.start..is.span.end)?.trim_end();
        let one_line = !was.contains('\n') && !now.contains('\n');
        let range: Range<usize> = is.span.start..is.span.start + now.len();
        (one_line && was != now).then(|| (range, was.to_owned()))
    });
    replace(formatted.text, edits.collect())
}

fn collect<'a>(a: &'a Node, b: &'a Node, pairs: &mut Vec<(&'a Node, &'a Node)>) {
    match (&a.value, &b.value) {
        (Value::Mapping(a), Value::Mapping(b)) => {
            for (a, b) in a.iter().zip(b) {
                let is_text = matches!(
                    (&a.value.value, &b.value.value),
                    (Value::Text(_), Value::Text(_))
                );
                if a.key.value == "when" && is_text {
                    pairs.push((&a.value, &b.value));
                } else if let ("same" | "distinct", Value::List(a), Value::List(b)) =
                    (a.key.value.as_str(), &a.value.value, &b.value.value)
                {
                    let expressions = a.iter().zip(b).filter(|(a, b)| {
                        matches!((&a.value, &b.value), (Value::Text(_), Value::Text(_)))
                    });
                    pairs.extend(expressions);
                } else {
                    collect(&a.value, &b.value, pairs);
                }
            }
        }
        (Value::List(a), Value::List(b)) => {
            for (a, b) in a.iter().zip(b) {
                collect(a, b, pairs);
            }
        }
        _ => {}
    }
}
