//! Values as the suite writes them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use remit_engine::plan::{Datum, Duration, Timestamp};
use serde_json::Value as Json;

/// Reads a value.
pub(super) fn read(value: &Json) -> Result<Datum, String> {
    let text = || value["value"].as_str().unwrap_or_default();
    let number = |member: &str| -> Result<i64, String> {
        match &value[member] {
            Json::String(text) => text.parse().map_err(|_| format!("no number: {text}")),
            Json::Number(number) => number.as_i64().ok_or_else(|| "no number".to_owned()),
            Json::Null => Ok(0),
            _ => Err("no number".to_owned()),
        }
    };
    Ok(match value["type"].as_str().unwrap_or_default() {
        "null" => Datum::Null,
        "bool" => Datum::Bool(value["value"] == true),
        "int64" => Datum::Int(number("value")?),
        "uint64" => Datum::Uint(text().parse().map_err(|_| "no uint".to_owned())?),
        "double" => Datum::Double(match text() {
            "Infinity" => f64::INFINITY,
            "-Infinity" => f64::NEG_INFINITY,
            "NaN" => f64::NAN,
            other => other.parse().map_err(|_| format!("no double: {other}"))?,
        }),
        "string" => Datum::String(text().to_owned()),
        "bytes" => {
            let text = value["value_b64"].as_str().unwrap_or_default();
            Datum::Bytes(STANDARD.decode(text).map_err(|error| error.to_string())?)
        }
        "timestamp" => Datum::Timestamp(Timestamp {
            seconds: number("seconds")?,
            nanos: u32::try_from(number("nanos")?).map_err(|error| error.to_string())?,
        }),
        "duration" => {
            let nanos = number("seconds")?
                .checked_mul(1_000_000_000)
                .and_then(|seconds| seconds.checked_add(number("nanos").ok()?));
            Datum::Duration(Duration(nanos.ok_or("a duration beyond all of them")?))
        }
        "list" => {
            let elements = value["values"].as_array().into_iter().flatten();
            Datum::List(elements.map(read).collect::<Result<_, _>>()?)
        }
        "map" => {
            let entries = value["entries"].as_array().into_iter().flatten();
            let entries = entries.map(|entry| Ok((read(&entry[0])?, read(&entry[1])?)));
            let entries = entries.collect::<Result<Vec<_>, String>>()?;
            Datum::map(entries).ok_or("a map with a key twice")?
        }
        "type" => Datum::Type(text().to_owned()),
        other => return Err(format!("a value of the type `{other}`")),
    })
}

/// Typed equality: an int is no uint, NaN is NaN.
pub(super) fn same(a: &Datum, b: &Datum) -> bool {
    match (a, b) {
        (Datum::Double(a), Datum::Double(b)) => {
            a.is_nan() && b.is_nan() || a.to_bits() == b.to_bits() || a == b && *a != 0.0
        }
        (Datum::List(a), Datum::List(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
        }
        (Datum::Map(a), Datum::Map(b)) => {
            let holds = |(key, value): &(Datum, Datum)| {
                b.iter().any(|(k, v)| same(key, k) && same(value, v))
            };
            a.len() == b.len() && a.iter().all(holds)
        }
        (a, b) => a == b,
    }
}
