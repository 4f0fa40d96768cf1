use std::collections::BTreeMap;
use std::net::IpAddr;

use proptest::prelude::*;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::{Unreadable, read};
use crate::plan::Plan;
use crate::tests::orders;

/// One of each kind that a plan may be made of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Kinds {
    flag: bool,
    numbers: (u8, u16, u32, u64),
    signed: (i16, i32, i64),
    double: f64,
    text: String,
    maybe: Option<Id>,
    list: Vec<Choice>,
    map: BTreeMap<String, u16>,
    address: IpAddr,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
struct Id(u32);

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
enum Choice {
    None,
    One(Id),
    Two(u64, Vec<Id>),
    Named { id: Id, text: String },
}

fn choice() -> impl Strategy<Value = Choice> {
    prop_oneof![
        Just(Choice::None),
        any::<u32>().prop_map(|id| Choice::One(Id(id))),
        (any::<u64>(), prop::collection::vec(any::<u32>(), 0..3))
            .prop_map(|(number, ids)| Choice::Two(number, ids.into_iter().map(Id).collect())),
        (any::<u32>(), ".{0,5}").prop_map(|(id, text)| Choice::Named { id: Id(id), text }),
    ]
}

prop_compose! {
    fn kinds()(
        flag: bool,
        numbers: (u8, u16, u32, u64),
        signed: (i16, i32, i64),
        double in -1e9..1e9,
        text in ".{0,5}",
        maybe: Option<u32>,
        list in prop::collection::vec(choice(), 0..5),
        map in prop::collection::btree_map(".{0,3}", any::<u16>(), 0..3),
        address: IpAddr,
    ) -> Kinds {
        Kinds { flag, numbers, signed, double, text, maybe: maybe.map(Id), list, map, address }
    }
}

/// What postcard itself reads of all these bytes.
fn by_postcard<T: DeserializeOwned>(bytes: &[u8]) -> Option<T> {
    let (value, left) = postcard::take_from_bytes(bytes).ok()?;
    left.is_empty().then_some(value)
}

proptest! {
    #[test]
    fn what_postcard_writes_comes_back(value in kinds()) {
        let bytes = postcard::to_allocvec(&value).unwrap();
        prop_assert_eq!(read(&bytes), Ok(value));
        for length in 0..bytes.len() {
            prop_assert_eq!(read::<Kinds>(&bytes[..length]), Err(Unreadable));
        }
        let longer = [&bytes[..], &[0]].concat();
        prop_assert_eq!(read::<Kinds>(&longer), Err(Unreadable));
    }

    #[test]
    fn other_bytes_are_refused_or_read_as_postcard_reads_them(
        value in kinds(),
        place: prop::sample::Index,
        changed: u8,
    ) {
        let mut bytes = postcard::to_allocvec(&value).unwrap();
        *place.get_mut(&mut bytes) = changed;
        if let Ok(read) = read::<Kinds>(&bytes) {
            // As texts: no double is lost that is not equal to itself.
            let expected = by_postcard::<Kinds>(&bytes).map(|value| format!("{value:?}"));
            prop_assert_eq!(Some(format!("{read:?}")), expected);
        }
    }
}

#[test]
fn a_plan_comes_back_and_no_change_of_it_is_read_otherwise() {
    let bytes = postcard::to_allocvec(&orders()).unwrap();
    assert_eq!(read(&bytes), Ok(orders()));
    let mut refused = 0;
    for place in 0..bytes.len() {
        for change in [1, 0x40, 0x80] {
            let mut bytes = bytes.clone();
            bytes[place] ^= change;
            match read::<Plan>(&bytes) {
                Ok(plan) => assert_eq!(Some(plan), by_postcard(&bytes), "{place}"),
                Err(Unreadable) => refused += 1,
            }
        }
    }
    assert!(refused > bytes.len() / 2, "{refused}");
}

#[test]
fn a_number_has_one_form_and_fits() {
    let seven_f = [0xff; 9];
    assert_eq!(read::<u64>(&[&seven_f[..], &[1]].concat()), Ok(u64::MAX));
    assert_eq!(read::<u16>(&[0xff, 0xff, 3]), Ok(u16::MAX));
    assert_eq!(read::<i64>(&[1]), Ok(-1));
    assert_eq!(read::<i16>(&[0xff, 0xff, 3]), Ok(i16::MIN));
    assert_eq!(read::<i16>(&[0x80, 0x80, 4]), Err(Unreadable));
    for bytes in [
        &[0x80, 0][..],
        &[0xff, 0x80, 0],
        &[&seven_f[..], &[2]].concat(),
        &[&seven_f[..], &[0x81, 0]].concat(),
        &[0x80; 11],
        &[],
    ] {
        assert_eq!(read::<u64>(bytes), Err(Unreadable), "{bytes:?}");
    }
    assert_eq!(read::<u16>(&[0x80, 0x80, 4]), Err(Unreadable));
    assert_eq!(
        read::<u32>(&[0x80, 0x80, 0x80, 0x80, 0x10]),
        Err(Unreadable)
    );
}

#[test]
fn what_is_no_flag_text_or_variant_is_refused() {
    assert_eq!(read::<(bool, bool)>(&[0, 1]), Ok((false, true)));
    assert_eq!(read::<bool>(&[2]), Err(Unreadable));
    assert_eq!(read::<Option<u8>>(&[2, 0]), Err(Unreadable));
    assert_eq!(read::<String>(&[1, 0xff]), Err(Unreadable));
    assert_eq!(read::<String>(&[2, b'a']), Err(Unreadable));
    assert_eq!(read::<Choice>(&[4]), Err(Unreadable));
    assert_eq!(read::<char>(&[1, b'a']), Err(Unreadable));
}

/// Nothing is set aside or gone through for elements that are not there.
#[test]
fn a_count_is_at_most_what_is_left() {
    let most = [0xff, 0xff, 0xff, 0xff, 0x0f];
    assert_eq!(read::<Vec<Id>>(&most), Err(Unreadable));
    assert_eq!(
        read::<Vec<Vec<Id>>>(&[&most[..], &most].concat()),
        Err(Unreadable)
    );
    assert_eq!(
        read::<BTreeMap<String, u16>>(&[3, 0, 0, 0]),
        Err(Unreadable)
    );
    assert_eq!(read::<Vec<u8>>(&[3, 0, 1, 2]), Ok(vec![0, 1, 2]));
}
