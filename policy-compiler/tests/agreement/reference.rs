//! The independent evaluator: the `cel` crate with all the extensions that it has.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, LazyLock};

use cel::objects::{Key, OptionalValue};
use cel::{Context, Env, Value, extensions};
use chrono::{DateTime, FixedOffset, TimeDelta};
use remit_engine::plan::{Datum, Duration, Timestamp};

static ENVIRONMENT: LazyLock<Arc<Env>> = LazyLock::new(|| {
    let mut environment = Env::stdlib();
    for extend in [
        extensions::encoders,
        extensions::lists,
        extensions::math,
        extensions::strings,
    ] {
        extend(&mut environment).expect("an extension fits the standard library");
    }
    Arc::new(environment)
});

/// What it makes of an expression: a value, or why there is none.
pub(crate) fn evaluate(text: &str, variables: &[(&str, Datum)]) -> Result<Value, String> {
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        let program = ENVIRONMENT
            .compile(text)
            .map_err(|error| error.to_string())?;
        let mut context = Context::with_env(Arc::clone(&ENVIRONMENT));
        for (name, datum) in variables {
            context.add_variable_from_value(*name, value(datum));
        }
        program.execute(&context).map_err(|error| error.to_string())
    }));
    outcome.unwrap_or_else(|_| Err("it panicked".to_owned()))
}

/// A value of ours as one of its own.
fn value(datum: &Datum) -> Value {
    match datum {
        Datum::Null => Value::Null,
        Datum::Bool(value) => Value::Bool(*value),
        Datum::Int(value) => Value::Int(*value),
        Datum::Uint(value) => Value::UInt(*value),
        Datum::Double(value) => Value::Float(*value),
        Datum::String(value) => Value::from(value.as_str()),
        Datum::Bytes(value) => Value::from(value.clone()),
        Datum::Timestamp(Timestamp { seconds, nanos }) => {
            let time = DateTime::from_timestamp(*seconds, *nanos).expect("in range");
            Value::Timestamp(time.fixed_offset())
        }
        Datum::Duration(Duration(nanos)) => Value::Duration(TimeDelta::nanoseconds(*nanos)),
        Datum::List(elements) => Value::from(elements.iter().map(value).collect::<Vec<_>>()),
        Datum::Map(entries) => {
            let entries = entries.iter().map(|(k, v)| (key(k), value(v)));
            Value::from(entries.collect::<HashMap<Key, Value>>())
        }
        Datum::Optional(inner) => Value::Opaque(Arc::new(match inner {
            None => OptionalValue::none(),
            Some(inner) => OptionalValue::of(value(inner)),
        })),
        Datum::Type(_) | Datum::Ip(_) | Datum::Cidr(_) => panic!("no variable has such a value"),
    }
}

fn key(datum: &Datum) -> Key {
    match datum {
        Datum::Bool(key) => Key::Bool(*key),
        Datum::Int(key) => Key::Int(*key),
        Datum::Uint(key) => Key::Uint(*key),
        Datum::String(key) => Key::from(key.as_str()),
        other => panic!("{other:?} is no key"),
    }
}

/// Whether two values are the same: of one type, doubles to the bit, NaN as NaN.
pub(crate) fn same(ours: &Datum, theirs: &Value) -> bool {
    match (ours, theirs) {
        (Datum::Null, Value::Null) => true,
        (Datum::Bool(a), Value::Bool(b)) => a == b,
        (Datum::Int(a), Value::Int(b)) => a == b,
        (Datum::Uint(a), Value::UInt(b)) => a == b,
        (Datum::Double(a), Value::Float(b)) => {
            a.to_bits() == b.to_bits() || (a.is_nan() && b.is_nan())
        }
        // Their types come out as their names.
        (Datum::String(a) | Datum::Type(a), Value::String(b)) => a == b.as_str(),
        (Datum::Bytes(a), Value::Bytes(b)) => a == b.as_ref(),
        (Datum::Timestamp(a), Value::Timestamp(b)) => same_time(*a, b),
        (Datum::Duration(Duration(a)), Value::Duration(b)) => b.num_nanoseconds() == Some(*a),
        (Datum::List(a), Value::List(b)) => {
            a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| same(a, b))
        }
        (Datum::Map(a), Value::Map(b)) => {
            let found =
                |(k, v): &(Datum, Datum)| b.map.get(&key(k)).is_some_and(|theirs| same(v, theirs));
            a.len() == b.map.len() && a.iter().all(found)
        }
        (Datum::Optional(a), Value::Opaque(b)) => {
            let Some(b) = b.downcast_ref::<OptionalValue>() else {
                return false;
            };
            match (a, b.value()) {
                (None, None) => true,
                (Some(a), Some(b)) => same(a, b),
                _ => false,
            }
        }
        _ => false,
    }
}

fn same_time(ours: Timestamp, theirs: &DateTime<FixedOffset>) -> bool {
    ours.seconds == theirs.timestamp() && ours.nanos == theirs.timestamp_subsec_nanos()
}
