//! What comparing two values costs.

use crate::cel::value::Value;
use crate::limits;

/// Where counting stops: nobody has more steps than that.
const MOST: usize = limits::EVALUATION_STEPS as usize;

/// Steps that comparing two values takes beyond the first. Parts that are shared are counted as
/// often as they are compared, so that it is never less than what the comparison does.
#[inline]
pub(in crate::cel) fn comparison_cost(a: &Value<'_>, b: &Value<'_>) -> usize {
    match (a, b) {
        (Value::String(a), Value::String(b)) => text_cost(a.len(), b.len()),
        (Value::Bytes(a), Value::Bytes(b)) => text_cost(a.len(), b.len()),
        (Value::List(_), Value::List(_))
        | (Value::Map(_), Value::Map(_))
        | (Value::Optional(_), Value::Optional(_)) => {
            let mut steps = 0;
            count(a, b, &mut steps);
            steps
        }
        _ => 0,
    }
}

#[inline]
fn text_cost(a: usize, b: usize) -> usize {
    a.min(b) / 64
}

/// Adds a step for each pair of parts. Counting takes no more of them than what is paid for it.
fn count(a: &Value<'_>, b: &Value<'_>, steps: &mut usize) {
    *steps = steps.saturating_add(1);
    match (a, b) {
        (Value::List(a), Value::List(b)) if a.len() == b.len() => {
            for (a, b) in a.iter().zip(b.iter()) {
                if *steps > MOST {
                    return;
                }
                count(&a, &b, steps);
            }
        }
        (Value::Map(a), Value::Map(b)) if a.len() == b.len() => {
            for ((key, a), (other, b)) in a.iter().zip(b.iter()) {
                if *steps > MOST {
                    return;
                }
                count(&key, &other, steps);
                count(&a, &b, steps);
            }
        }
        (Value::Optional(Some(a)), Value::Optional(Some(b))) => count(a, b, steps),
        (Value::String(a), Value::String(b)) => {
            *steps = steps.saturating_add(text_cost(a.len(), b.len()));
        }
        (Value::Bytes(a), Value::Bytes(b)) => {
            *steps = steps.saturating_add(text_cost(a.len(), b.len()));
        }
        _ => {}
    }
}
