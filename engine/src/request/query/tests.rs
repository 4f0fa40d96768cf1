use super::{parse, read};
use crate::decision::Reason;
use crate::plan::{Datum, NameId, Parameter, Plan, Presence, QueryShape, Type};
use crate::tests::orders;

fn declared(parameters: &[(u32, Type, Presence)]) -> QueryShape {
    let parameter = |(name, ty, presence): &(u32, Type, Presence)| Parameter {
        name: NameId(*name),
        ty: ty.clone(),
        presence: *presence,
    };
    QueryShape::Declared(parameters.iter().map(parameter).collect())
}

/// `limit` is an int, `fields` a list of strings, `exact` a bool; all optional.
fn shape() -> QueryShape {
    declared(&[
        (1, Type::Int, Presence::Optional),
        (2, Type::List(Box::new(Type::String)), Presence::Optional),
        (3, Type::Bool, Presence::Optional),
    ])
}

fn read_query(shape: &QueryShape, query: &str) -> Result<Vec<(u32, Datum)>, Reason> {
    let plan: Plan = orders();
    let query = read(&plan, shape, Some(query), &parse(query)?)?;
    Ok((0..4)
        .filter_map(|name| Some((name, query.value(NameId(name))?.clone())))
        .collect())
}

#[test]
fn a_number_has_one_spelling() {
    let shape = declared(&[(1, Type::Double, Presence::Optional)]);
    for (text, value) in [("51", 51.0), ("50.05", 50.05), ("-0.5", -0.5), ("0", 0.0)] {
        let read = read_query(&shape, &format!("limit={text}"));
        assert_eq!(read, Ok(vec![(1, Datum::Double(value))]), "{text}");
    }
    for text in [
        "5.",
        ".5",
        "-.5",
        "+5",
        "05",
        "5e9",
        "inf",
        "NaN",
        "--5",
        "1.2.3",
        "",
        "-",
        "50.0000000000000001",
    ] {
        let read = read_query(&shape, &format!("limit={text}"));
        assert_eq!(read, Err(Reason::QueryAmbiguous), "{text}");
    }
}

fn text(text: &str) -> Datum {
    Datum::String(text.into())
}

#[test]
fn declared_parameters_come_typed() {
    let values = read_query(&shape(), "limit=10&fields=a&fields=b+c%2Bd&exact=true").unwrap();
    assert_eq!(
        values,
        [
            (1, Datum::Int(10)),
            (2, Datum::List(vec![text("a"), text("b c+d")])),
            (3, Datum::Bool(true)),
        ]
    );
    assert_eq!(read_query(&shape(), ""), Ok(vec![]));
    assert_eq!(
        read_query(&shape(), "&&limit=1&"),
        Ok(vec![(1, Datum::Int(1))])
    );
}

#[test]
fn everything_else_is_refused_with_its_reason() {
    let mandatory = declared(&[(1, Type::Int, Presence::Mandatory)]);
    for (shape, query, reason) in [
        (&shape(), "page=2", Reason::UndeclaredQuery),
        (&shape(), "Limit=2", Reason::UndeclaredQuery),
        (&shape(), "limit%00=2", Reason::QueryAmbiguous),
        (&mandatory, "", Reason::UndeclaredQuery),
        (&declared(&[]), "x", Reason::UndeclaredQuery),
        (&shape(), "limit=1&limit=2", Reason::QueryAmbiguous),
        (&shape(), "limit=1&l%69mit=2", Reason::QueryAmbiguous),
        (&shape(), "limit=", Reason::QueryAmbiguous),
        (&shape(), "limit=1.0", Reason::QueryAmbiguous),
        (&shape(), "limit=%2B5", Reason::QueryAmbiguous),
        (&shape(), "limit=05", Reason::QueryAmbiguous),
        (&shape(), "exact=1", Reason::QueryAmbiguous),
        (&shape(), "fields=a,b", Reason::QueryAmbiguous),
        (&shape(), "fields=a%2Cb", Reason::QueryAmbiguous),
        (&shape(), "fields=%20a", Reason::QueryAmbiguous),
        (&shape(), "fields=a%C2%A0", Reason::QueryAmbiguous),
        (&QueryShape::Any, "_method=DELETE", Reason::QueryAmbiguous),
        (&QueryShape::Any, "a=1&_METHOD=x", Reason::QueryAmbiguous),
        (&shape(), "limit=1;limit=2", Reason::QueryAmbiguous),
        (&shape(), "fields=%", Reason::QueryAmbiguous),
        (&shape(), "fields=%f", Reason::QueryAmbiguous),
        (&shape(), "fields=%ff", Reason::QueryAmbiguous),
        (&shape(), "fields=%0a", Reason::QueryAmbiguous),
        (
            &QueryShape::Any,
            "access_token=x",
            Reason::CredentialInQuery,
        ),
        (
            &QueryShape::Any,
            "a=1&access%5Ftoken=x",
            Reason::CredentialInQuery,
        ),
        (&QueryShape::Any, "ACCESS_TOKEN", Reason::CredentialInQuery),
    ] {
        assert_eq!(read_query(shape, query), Err(reason), "{query}");
    }
    let many = vec!["a=1"; crate::limits::QUERY_PARAMETERS + 1].join("&");
    assert_eq!(
        read_query(&QueryShape::Any, &many),
        Err(Reason::QueryAmbiguous)
    );
    assert_eq!(read_query(&QueryShape::Any, "page=2&page=3;x"), Ok(vec![]));
}
