use super::Claims;
use crate::decision::Reason;
use crate::json;
use crate::plan::{Datum, Duration, Field, Presence, Timestamp, Type};

/// The claim `c`, declared with a type.
fn read(value: &str, ty: &Type) -> Result<Option<Datum>, Reason> {
    let payload = format!(r#"{{"c":{value}}}"#);
    Claims::new(json::parse_object(payload.as_bytes()).unwrap()).declared(&["c".to_owned()], ty)
}

#[track_caller]
fn table(cases: &[(Type, &str, Option<Datum>)]) {
    for (ty, value, expected) in cases {
        let expected = expected.clone().map(Some).ok_or(Reason::ClaimMalformed);
        assert_eq!(read(value, ty), expected, "{value} as {ty:?}");
    }
}

fn string(text: &str) -> Datum {
    Datum::String(text.to_owned())
}

fn map(entries: &[(&str, Datum)]) -> Datum {
    let entry = |(name, value): &(&str, Datum)| (string(name), value.clone());
    Datum::Map(entries.iter().map(entry).collect())
}

fn time(seconds: i64, nanos: u32) -> Option<Datum> {
    Some(Datum::Timestamp(Timestamp { seconds, nanos }))
}

#[test]
fn scalars_have_their_declared_type_and_no_other() {
    use Type::{Bool, Double, Int, Null, String, Uint};
    table(&[
        (Null, "null", Some(Datum::Null)),
        (Null, "0", None),
        (Bool, "true", Some(Datum::Bool(true))),
        (Bool, "\"true\"", None),
        (Bool, "1", None),
        (Bool, "null", None),
        (Int, "-5", Some(Datum::Int(-5))),
        (Int, "9223372036854775807", Some(Datum::Int(i64::MAX))),
        (Int, "9223372036854775808", None),
        (Int, "5.0", None),
        (Int, "\"5\"", None),
        (Uint, "5", Some(Datum::Uint(5))),
        (Uint, "-5", None),
        (Uint, "5.5", None),
        (Double, "5.5", Some(Datum::Double(5.5))),
        (Double, "5", Some(Datum::Double(5.0))),
        (Double, "\"5.5\"", None),
        (String, "\"a\\u00e9\"", Some(string("aé"))),
        (String, "\"\"", Some(string(""))),
        (String, "5", None),
        (String, "[\"a\"]", None),
    ]);
}

#[test]
fn bytes_are_base64_of_either_alphabet() {
    let bytes = |bytes: &[u8]| Some(Datum::Bytes(bytes.to_vec()));
    table(&[
        (Type::Bytes, "\"\"", bytes(b"")),
        (Type::Bytes, "\"-_8\"", bytes(b"\xfb\xff")),
        (Type::Bytes, "\"+/8=\"", bytes(b"\xfb\xff")),
        (Type::Bytes, "\"YWJj\"", bytes(b"abc")),
        (Type::Bytes, "\"YQ\"", bytes(b"a")),
        (Type::Bytes, "\"YQ==\"", bytes(b"a")),
        (Type::Bytes, "\"YR\"", None),
        (Type::Bytes, "\"-_8=\"", None),
        (Type::Bytes, "\"a b\"", None),
        (Type::Bytes, "[97]", None),
    ]);
}

#[test]
fn times_are_text_or_numeric_dates() {
    let (timestamp, duration) = (Type::Timestamp, Type::Duration);
    let seconds = |count: i64| Some(Datum::Duration(Duration(count * 1_000_000_000)));
    table(&[
        (timestamp.clone(), "\"1970-01-01T00:00:01Z\"", time(1, 0)),
        (
            timestamp.clone(),
            "\"1970-01-01T01:00:00.5+01:00\"",
            time(0, 500_000_000),
        ),
        (timestamp.clone(), "1700000000", time(1_700_000_000, 0)),
        (
            timestamp.clone(),
            "-62135596800",
            time(Timestamp::FIRST_SECOND, 0),
        ),
        (timestamp.clone(), "-62135596801", None),
        (
            timestamp.clone(),
            "253402300799",
            time(Timestamp::LAST_SECOND, 0),
        ),
        (timestamp.clone(), "253402300800", None),
        (timestamp.clone(), "\"yesterday\"", None),
        (timestamp.clone(), "\"1700000000\"", None),
        (timestamp, "true", None),
        (duration.clone(), "\"90s\"", seconds(90)),
        (duration.clone(), "\"1h30m\"", seconds(5_400)),
        (duration.clone(), "\"-1s\"", seconds(-1)),
        (duration.clone(), "\"90\"", None),
        (duration, "90", None),
    ]);
}

#[test]
fn lists_and_maps_hold_one_type() {
    let list = |ty| Type::List(Box::new(ty));
    let of = |ty| Type::Map(Box::new(ty));
    let ints = |values: &[i64]| Datum::List(values.iter().copied().map(Datum::Int).collect());
    table(&[
        (list(Type::Int), "[]", Some(ints(&[]))),
        (list(Type::Int), "[1,2]", Some(ints(&[1, 2]))),
        (list(Type::Int), "[1,\"2\"]", None),
        (list(Type::Int), "1", None),
        (list(Type::Int), "{}", None),
        (
            list(list(Type::Int)),
            "[[1],[]]",
            Some(Datum::List(vec![ints(&[1]), ints(&[])])),
        ),
        (list(list(Type::Int)), "[[1],2]", None),
        (of(Type::Int), "{}", Some(map(&[]))),
        // In the order of keys, whatever theirs.
        (
            of(Type::Int),
            r#"{"b":2,"a":1,"é":3}"#,
            Some(map(&[
                ("a", Datum::Int(1)),
                ("b", Datum::Int(2)),
                ("é", Datum::Int(3)),
            ])),
        ),
        (of(Type::Int), r#"{"a":null}"#, None),
        (of(Type::Int), "[1]", None),
        (
            of(list(Type::Int)),
            r#"{"a":[1]}"#,
            Some(map(&[("a", ints(&[1]))])),
        ),
        (
            list(Type::Dyn),
            "[1,null]",
            Some(Datum::List(vec![Datum::Int(1), Datum::Null])),
        ),
    ]);
}

#[test]
fn objects_have_their_fields_and_nothing_else_is_looked_at() {
    let field = |name: &str, ty, presence| Field {
        name: name.to_owned(),
        ty,
        presence,
    };
    let inner = Type::Object(vec![field("x", Type::Int, Presence::Mandatory)]);
    let object = Type::Object(vec![
        field("id", Type::String, Presence::Mandatory),
        field("due", Type::Int, Presence::Optional),
        field("at", inner.clone(), Presence::Optional),
    ]);
    let id = ("id", string("T"));
    let at = ("at", map(&[("x", Datum::Int(1))]));
    let due = ("due", Datum::Int(2));
    table(&[
        (
            object.clone(),
            r#"{"id":"T"}"#,
            Some(map(std::slice::from_ref(&id))),
        ),
        (
            object.clone(),
            r#"{"id":"T","more":[{}]}"#,
            Some(map(std::slice::from_ref(&id))),
        ),
        (
            object.clone(),
            r#"{"id":"T","due":2,"at":{"x":1,"y":2}}"#,
            Some(map(&[at, due, id.clone()])),
        ),
        (object.clone(), "{}", None),
        (object.clone(), r#"{"id":null}"#, None),
        (object.clone(), r#"{"id":"T","due":"2"}"#, None),
        (object.clone(), r#"{"id":"T","due":null}"#, None),
        (object.clone(), r#"{"id":"T","at":{}}"#, None),
        (object.clone(), "\"T\"", None),
        (object, r#"["T"]"#, None),
        (
            Type::List(Box::new(inner)),
            r#"[{"x":1}]"#,
            Some(Datum::List(vec![map(&[("x", Datum::Int(1))])])),
        ),
    ]);
}

#[test]
fn what_is_longer_than_declared_is_refused() {
    let at_most = |ty, most| Type::AtMost(Box::new(ty), most);
    let list = at_most(Type::List(Box::new(Type::Int)), 2);
    table(&[
        (at_most(Type::String, 4), "\"éé\"", Some(string("éé"))),
        (at_most(Type::String, 4), "\"éé.\"", None),
        (
            at_most(Type::Bytes, 1),
            "\"YQ\"",
            Some(Datum::Bytes(b"a".to_vec())),
        ),
        (at_most(Type::Bytes, 1), "\"YWI\"", None),
        (list.clone(), "[]", Some(Datum::List(vec![]))),
        (list.clone(), "[1,2,3]", None),
        (list, "1", None),
        (
            at_most(Type::Map(Box::new(Type::Int)), 1),
            r#"{"a":1,"b":2}"#,
            None,
        ),
        (at_most(Type::Int, 5), "1", None),
    ]);
}

#[test]
fn what_is_dynamic_has_the_type_that_it_turns_out_to_have() {
    table(&[
        (Type::Dyn, "null", Some(Datum::Null)),
        (Type::Dyn, "true", Some(Datum::Bool(true))),
        (Type::Dyn, "5", Some(Datum::Int(5))),
        (Type::Dyn, "5.0", Some(Datum::Double(5.0))),
        (
            Type::Dyn,
            "9223372036854775808",
            Some(Datum::Double(9_223_372_036_854_775_808.0)),
        ),
        (
            Type::Dyn,
            "\"2020-01-01T00:00:00Z\"",
            Some(string("2020-01-01T00:00:00Z")),
        ),
        (
            Type::Dyn,
            r#"{"b":[1,{"c":null}],"a":"x"}"#,
            Some(map(&[
                ("a", string("x")),
                (
                    "b",
                    Datum::List(vec![Datum::Int(1), map(&[("c", Datum::Null)])]),
                ),
            ])),
        ),
    ]);
}

#[test]
fn a_claim_that_is_not_there_is_none() {
    let payload = json::parse_object(br#"{"a":{"b":1}}"#).unwrap();
    let claims = Claims::new(payload);
    let at = |path: &[&str]| {
        let path: Vec<String> = path.iter().map(|&name| name.to_owned()).collect();
        claims.declared(&path, &Type::Int)
    };
    assert_eq!(at(&["a", "b"]), Ok(Some(Datum::Int(1))));
    assert_eq!(at(&["a", "c"]), Ok(None));
    assert_eq!(at(&["c"]), Ok(None));
    assert_eq!(at(&["a", "b", "c"]), Ok(None));
    assert_eq!(at(&["a"]), Err(Reason::ClaimMalformed));
}
