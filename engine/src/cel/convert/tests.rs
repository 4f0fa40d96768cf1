use super::DatumError;
use crate::cel::Value;
use crate::cel::tests::{fields, ints, some, string};
use crate::limits;
use crate::plan::Datum;

#[test]
fn data_comes_back_from_values() {
    for datum in [
        Datum::Null,
        string("é"),
        Datum::Bytes(vec![0xff]),
        ints(&[1, 2]),
        fields(&[("a", 1), ("b", 2)]),
        some(some(Datum::Bool(true))),
        Datum::Optional(None),
        Datum::Ip("::1".parse().unwrap()),
    ] {
        assert_eq!(Datum::try_from(&Value::from(&datum)), Ok(datum.clone()));
    }
    let nested = |depth| (1..depth).fold(Datum::Null, |inner, _| Datum::List(vec![inner]));
    let deepest = nested(limits::DATA_DEPTH);
    assert_eq!(Datum::try_from(&Value::from(&deepest)), Ok(deepest.clone()));
    let deeper = nested(limits::DATA_DEPTH + 1);
    assert_eq!(Datum::try_from(&Value::from(&deeper)), Err(DatumError));
}

#[test]
fn a_map_is_put_in_order() {
    let entry = |key: Datum| (key, Datum::Null);
    let made = Datum::map(vec![
        entry(string("a")),
        entry(Datum::Int(1)),
        entry(Datum::Bool(true)),
    ]);
    let expected = [Datum::Bool(true), Datum::Int(1), string("a")].map(entry);
    assert_eq!(made, Some(Datum::Map(expected.into())));
    assert_eq!(
        Datum::map(vec![entry(Datum::Int(1)), entry(Datum::Uint(1))]),
        None
    );
    // However many, and in whatever disorder.
    let mixed = |at: i64| {
        [
            Datum::Int(at),
            Datum::Null,
            Datum::Double(f64::NAN),
            ints(&[at]),
        ]
    };
    let keys = (0..50).rev().flat_map(mixed);
    assert_eq!(Datum::map(keys.map(entry).collect()), None);
}
