//! What the content of a call says of what tokens can bound.

use crate::authority::{Money, Told};
use crate::content::Members;
use crate::plan::{BodyShape, Currency, Datum, NameId, Operation, READS_BODIES};

/// How much money a call moves.
pub(super) fn amount<'c>(operation: &'c Operation, members: Members<'c>) -> Told<Money<'c>> {
    let place = match &operation.body {
        BodyShape::Json(shape) if READS_BODIES => shape.amount.as_ref(),
        BodyShape::Json(_) | BodyShape::Unread => None,
    };
    let Some(place) = place else {
        return Told::Nowhere;
    };
    let currency = match &place.currency {
        Currency::Fixed(currency) => Told::Here(Some(currency.as_str())),
        Currency::Member(name) => match member(*name, members) {
            Told::Here(value) => Told::Here(value.as_text()),
            Told::Later => Told::Later,
            Told::Missing | Told::Nowhere => Told::Missing,
        },
    };
    match (member(place.value, members), currency) {
        (Told::Here(value), Told::Here(Some(currency))) => Told::Here(Money { value, currency }),
        (Told::Later, _) | (_, Told::Later) => Told::Later,
        _ => Told::Missing,
    }
}

/// Who gets something.
pub(super) fn recipient<'c>(operation: &Operation, members: Members<'c>) -> Told<&'c Datum> {
    let place = match &operation.body {
        BodyShape::Json(shape) if READS_BODIES => shape.recipient,
        BodyShape::Json(_) | BodyShape::Unread => None,
    };
    place.map_or(Told::Nowhere, |name| member(name, members))
}

fn member(name: NameId, members: Members<'_>) -> Told<&Datum> {
    match members {
        Members::Absent => Told::Missing,
        Members::Unknown => Told::Later,
        Members::Read(values) => values.value(name).map_or(Told::Missing, Told::Here),
    }
}
