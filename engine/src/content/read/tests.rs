use super::Unfit;
use crate::content::Values;
use crate::json::{Json, parse};
use crate::plan::{Datum, Field, Members, NameId, Others, Parameter, Presence, Type};

/// `amount` (int), `note` (string, optional), `more` (anything, optional), `point` ({x: double},
/// optional).
fn members(others: Others) -> Members {
    let point = Type::Object(vec![Field {
        name: "x".to_owned(),
        ty: Type::Double,
        presence: Presence::Mandatory,
    }]);
    let declared = [
        (Type::Int, Presence::Mandatory),
        (Type::String, Presence::Optional),
        (Type::Dyn, Presence::Optional),
        (point, Presence::Optional),
    ];
    let parameter = |(name, (ty, presence))| Parameter {
        name: NameId(name),
        ty,
        presence,
    };
    Members {
        declared: (0..).zip(declared).map(parameter).collect(),
        others,
        body_bytes: 1000,
        logged: Vec::new(),
        amount: None,
        recipient: None,
    }
}

fn read(text: &str, others: Others) -> Result<Values, Unfit> {
    let names = ["amount", "note", "more", "point"].map(str::to_owned);
    match parse(text.as_bytes()) {
        Ok(Json::Object(object)) => Values::read(&object, &members(others), &names),
        _ => panic!("an object"),
    }
}

#[test]
fn declared_members_have_their_types() {
    let values = read(r#"{"point":{"x":1,"y":2},"amount":5}"#, Others::Pass).unwrap();
    assert_eq!(values.value(NameId(0)), Some(&Datum::Int(5)));
    assert_eq!(values.value(NameId(1)), None);
    let x = (Datum::String("x".to_owned()), Datum::Double(1.0));
    assert_eq!(values.value(NameId(3)), Some(&Datum::Map(vec![x])));
}

#[test]
fn others_pass_where_they_may() {
    for text in [
        r#"{"amount":5,"other":1e300}"#,
        r#"{"amount":5,"point":{"x":1,"y":2}}"#,
    ] {
        assert!(read(text, Others::Pass).is_ok(), "{text}");
        let refused = read(text, Others::Refuse).err();
        assert_eq!(refused, Some(Unfit::Undeclared), "{text}");
    }
    let whole = r#"{"amount":5,"more":{"any":1},"point":{"x":1}}"#;
    assert!(read(whole, Others::Refuse).is_ok());
}

#[test]
fn what_does_not_fit_is_refused_for_what_it_is() {
    for (text, expected) in [
        ("{}", Unfit::Missing(NameId(0))),
        (r#"{"note":"n"}"#, Unfit::Missing(NameId(0))),
        (r#"{"amount":"5"}"#, Unfit::Mistyped(NameId(0))),
        (r#"{"amount":5.0}"#, Unfit::Mistyped(NameId(0))),
        (r#"{"amount":null}"#, Unfit::Mistyped(NameId(0))),
        (r#"{"amount":5,"note":null}"#, Unfit::Mistyped(NameId(1))),
        (r#"{"amount":5,"point":{}}"#, Unfit::Mistyped(NameId(3))),
        (r#"{"amount":9007199254740992}"#, Unfit::Inexact(NameId(0))),
        (r#"{"amount":-9007199254740992}"#, Unfit::Inexact(NameId(0))),
        (
            r#"{"amount":5,"more":[{"a":9007199254740992}]}"#,
            Unfit::Inexact(NameId(2)),
        ),
        (
            r#"{"amount":5,"more":123456789012345678901234567890}"#,
            Unfit::Inexact(NameId(2)),
        ),
        (r#"{"Amount":5}"#, Unfit::Missing(NameId(0))),
        (r#"{"amount":5,"Amount":6}"#, Unfit::Alike(NameId(0))),
        (r#"{"amount":5,"NOTE":"n"}"#, Unfit::Alike(NameId(1))),
        (
            r#"{"amount":5,"point":{"x":1,"X":2}}"#,
            Unfit::Alike(NameId(3)),
        ),
        (
            r#"{"amount":5,"more":{"b":{"a":1,"A":2}}}"#,
            Unfit::Alike(NameId(2)),
        ),
    ] {
        for others in [Others::Pass, Others::Refuse] {
            assert_eq!(read(text, others).err(), Some(expected), "{text}");
        }
    }
    for number in ["9007199254740991", "-9007199254740991"] {
        assert!(read(&format!(r#"{{"amount":{number}}}"#), Others::Refuse).is_ok());
    }
}

#[test]
fn declared_members_may_be_alike() {
    let names = ["id", "ID"].map(str::to_owned);
    let mut members = members(Others::Refuse);
    members.declared.truncate(2);
    for declared in &mut members.declared {
        declared.ty = Type::Int;
    }
    let Ok(Json::Object(object)) = parse(br#"{"id":1,"ID":2}"#) else {
        panic!("an object");
    };
    assert!(Values::read(&object, &members, &names).is_ok());
}
