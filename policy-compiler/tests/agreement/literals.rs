//! Literals, and values of the variables: small ones and those at the edges.

use std::collections::BTreeMap;

use remit_engine::plan::{Datum, Duration, Timestamp};
use remit_policy_compiler::cel::Ty;

use crate::choices::Choices;

const INTS: &[i64] = &[
    0,
    1,
    2,
    -1,
    3,
    7,
    10,
    -5,
    63,
    64,
    255,
    1000,
    1_700_000_000,
    i64::MAX,
    i64::MIN,
    1 << 53,
    -(1 << 53) - 1,
];
const UINTS: &[u64] = &[0, 1, 2, 3, 5, 10, 64, 1 << 53, 1 << 63, u64::MAX];
const DOUBLES: &[f64] = &[
    0.0,
    1.0,
    0.5,
    -1.5,
    2.5,
    3.0,
    -0.0,
    1e10,
    1e-7,
    123_456.789,
    9_223_372_036_854_775_807.0,
    -9_223_372_036_854_775_808.0,
    1.8e19,
    1e300,
    5e-324,
];
const SPECIAL: &[f64] = &[f64::NAN, f64::INFINITY, f64::NEG_INFINITY];
const STRINGS: &[&str] = &[
    "",
    "a",
    "b",
    "abc",
    "c",
    "hello world",
    "A,b,C",
    "  x ",
    "1",
    "-7",
    "2.5",
    "true",
    "é",
    "日本",
    "a😀b",
    "2024-02-29T23:59:59.5Z",
    "1h30m",
    "YWJj",
    "YWI",
    "line\nbreak\ttab",
    "it's \"quoted\\\"",
    "0x1F",
    "1e3",
    "İ",
];
const BYTES: &[&[u8]] = &[b"", b"a", b"abc", b"\x00\xff", "é".as_bytes(), b"'\\"];
const TIMESTAMPS: &[&str] = &[
    "1970-01-01T00:00:00Z",
    "2024-02-29T12:34:56.789Z",
    "2023-12-31T23:59:59Z",
    "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59.999999999Z",
    "2009-02-13T23:31:30+02:30",
    "1969-12-31T23:59:59.000000001Z",
];
const DURATIONS: &[&str] = &[
    "0s",
    "1s",
    "-1.5s",
    "1h30m",
    "100ms",
    "2540400h",
    "-3h20m10.000000001s",
    "1us",
];
const TYPES: &[&str] = &[
    "int",
    "uint",
    "double",
    "bool",
    "string",
    "bytes",
    "list",
    "map",
    "null_type",
    "type",
];
/// Patterns of `matches`.
const PATTERNS: &[&str] = &[
    "a",
    "",
    "^a",
    "b$",
    "^[a-c]+$",
    "a.c",
    "(a|b)*c",
    "[^a]",
    "\\\\d+",
    "é",
    "^.$",
    "(?i)ABC",
    "\\\\w\\\\s\\\\w",
    "x{0,2}",
    "\\\\bx\\\\b",
];
/// Time zones of `getHours` and its like.
const ZONES: &[&str] = &[
    "UTC",
    "America/New_York",
    "+05:30",
    "-08:00",
    "Asia/Kolkata",
    "Australia/Sydney",
    "02:00",
    "Nowhere/Land",
];
/// Formats of `format`.
const FORMATS: &[&str] = &[
    "%s", "%d", "%s %s", "%.2f", "%f", "%e", "%.3e", "%x", "%X", "%o", "%b", "%%", "a%sb", "%d%d",
    "%", "%q", "none",
];

/// The text of a string literal.
pub(crate) fn quoted(text: &str) -> String {
    let mut out = String::from("'");
    for each in text.chars() {
        match each {
            '\'' | '\\' => out.extend(['\\', each]),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            each => out.push(each),
        }
    }
    out.push('\'');
    out
}

/// A literal of a type that has literals, as text; of others, of what makes one.
pub(crate) fn literal(ty: &Ty, choices: &mut Choices<'_>) -> String {
    match ty {
        Ty::Bool => choices.of(&["true", "false"]).to_string(),
        Ty::Int if choices.below(3) > 0 => choices.below(5).to_string(),
        Ty::Int => choices.of(INTS).to_string(),
        Ty::Uint => format!("{}u", choices.of(UINTS)),
        Ty::Double => format!("{:?}", choices.of(DOUBLES)),
        Ty::String => quoted(choices.of::<&str>(STRINGS)),
        Ty::Bytes => {
            let octets = choices.of(BYTES).iter();
            let escaped: String = octets.map(|octet| format!("\\x{octet:02x}")).collect();
            format!("b'{escaped}'")
        }
        Ty::Timestamp => format!("timestamp('{}')", choices.of(TIMESTAMPS)),
        Ty::Duration => format!("duration('{}')", choices.of(DURATIONS)),
        Ty::Type(_) => choices.of(TYPES).to_string(),
        Ty::List(_) if choices.once_in(6) => "[]".to_owned(),
        Ty::List(element) => {
            let elements: Vec<String> = (0..=choices.below(3))
                .map(|_| literal(element, choices))
                .collect();
            format!("[{}]", elements.join(", "))
        }
        Ty::Map(..) if choices.once_in(8) => "{}".to_owned(),
        Ty::Map(key, value) => {
            let keys: &[&str] = match key.as_ref() {
                Ty::Bool => &["true", "false"],
                Ty::Int => &["0", "1", "2"],
                Ty::Uint => &["0u", "1u", "2u"],
                _ => &["'a'", "'b'", "'c'"],
            };
            let from = choices.below(2);
            let entries: Vec<String> = keys[from..]
                .iter()
                .map(|key| format!("{key}: {}", literal(value, choices)))
                .collect();
            format!("{{{}}}", entries.join(", "))
        }
        Ty::Optional(_) if choices.once_in(4) => "optional.none()".to_owned(),
        Ty::Optional(inner) => format!("optional.of({})", literal(inner, choices)),
        Ty::Dyn => {
            let ty = choices.of(&[Ty::Int, Ty::String, Ty::Double, Ty::Null, Ty::Uint]);
            format!("dyn({})", literal(ty, choices))
        }
        _ => "null".to_owned(),
    }
}

/// A literal that fits a place: some must be one there, most others would be an error.
pub(crate) fn special(
    function: &str,
    position: usize,
    ty: &Ty,
    choices: &mut Choices<'_>,
) -> Option<String> {
    let pool = match (function, position) {
        ("matches", 1) => PATTERNS,
        ("format", 0) => FORMATS,
        (accessor, 1) if accessor.starts_with("get") => ZONES,
        _ if choices.once_in(4) => return None,
        ("timestamp", 0) if *ty == Ty::String => TIMESTAMPS,
        ("duration", 0) if *ty == Ty::String => DURATIONS,
        ("bool", 0) if *ty == Ty::String => &["true", "false", "t", "1", "TRUE"],
        ("int" | "uint" | "double", 0) if *ty == Ty::String => {
            &["12", "7", "0", "-3", "1.5", "1e3", "0x1f"]
        }
        ("base64.decode", 0) => &["YWJj", "YQ", "YQ==", "", "_-8", "+/8="],
        ("[]" | "[?]", 1) => match ty {
            Ty::Int => return Some(choices.below(2).to_string()),
            Ty::Uint => return Some(format!("{}u", choices.below(3))),
            Ty::Bool => return Some(choices.of(&["true", "false"]).to_string()),
            Ty::String => &["a", "b", "c"],
            _ => return None,
        },
        ("lists.range", 0) => return Some(choices.below(5).to_string()),
        _ => return None,
    };
    Some(format!("'{}'", choices.of(pool)))
}

/// A value of a type.
pub(crate) fn value(ty: &Ty, choices: &mut Choices<'_>) -> Datum {
    match ty {
        Ty::Bool => Datum::Bool(choices.below(2) == 0),
        Ty::Int => Datum::Int(*choices.of(INTS)),
        Ty::Uint => Datum::Uint(*choices.of(UINTS)),
        Ty::Double if choices.once_in(5) => Datum::Double(*choices.of(SPECIAL)),
        Ty::Double => Datum::Double(*choices.of(DOUBLES)),
        Ty::String => Datum::String((*choices.of(STRINGS)).to_owned()),
        Ty::Bytes => Datum::Bytes(choices.of(BYTES).to_vec()),
        Ty::Timestamp => Datum::Timestamp(Timestamp {
            seconds: *choices.of(&[
                0,
                1_700_000_000,
                -1,
                Timestamp::FIRST_SECOND,
                Timestamp::LAST_SECOND,
            ]),
            nanos: *choices.of(&[0, 1, 500_000_000, 999_999_999]),
        }),
        Ty::Duration => Datum::Duration(Duration(*choices.of(&[
            0,
            1,
            -1_500_000_000,
            3_600_000_000_000,
            i64::MAX,
            i64::MIN,
        ]))),
        Ty::List(element) => Datum::List(
            (0..choices.below(4))
                .map(|_| value(element, choices))
                .collect(),
        ),
        Ty::Map(key, element) => {
            // Ordered as the engine has keys: those of one type by their own order.
            let mut entries: BTreeMap<String, (Datum, Datum)> = BTreeMap::new();
            for _ in 0..choices.below(4) {
                let (order, key) = map_key(key, choices);
                entries.insert(order, (key, value(element, choices)));
            }
            Datum::Map(entries.into_values().collect())
        }
        Ty::Optional(inner) if choices.once_in(3) => {
            Datum::Optional(Some(Box::new(value(inner, choices))))
        }
        Ty::Optional(_) => Datum::Optional(None),
        Ty::Dyn => {
            let ty = choices.of(&[
                Ty::Null,
                Ty::Int,
                Ty::String,
                Ty::Double,
                Ty::Uint,
                Ty::Bool,
            ]);
            value(ty, choices)
        }
        _ => Datum::Null,
    }
}

/// A key, and text that orders as it does.
fn map_key(ty: &Ty, choices: &mut Choices<'_>) -> (String, Datum) {
    if *ty == Ty::Int {
        let key = *choices.of(&[0, 1, 2, 7]);
        (key.to_string(), Datum::Int(key))
    } else {
        let key = *choices.of(&["a", "b", "c", "abc"]);
        (key.to_owned(), Datum::String(key.to_owned()))
    }
}
