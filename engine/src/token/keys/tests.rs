use std::rc::Rc;

use super::{KeyRing, NoKey};
use crate::plan::{Algorithm, IssuerId, Key, Plan, SourceId};
use crate::tests::{key, triage};
use crate::token::jws::Header;

fn header(kid: Option<&str>) -> Header<'_> {
    Header {
        algorithm: Some(Algorithm::EdDsa),
        typ: None,
        kid: kid.map(Into::into),
        has_others: false,
    }
}

fn ring(change: impl FnOnce(&mut Plan)) -> KeyRing {
    let mut plan = triage();
    change(&mut plan);
    KeyRing::new(&plan).unwrap()
}

fn named(kid: &str, seed: u8) -> Key {
    Key {
        kid: Some(kid.into()),
        ..key(seed)
    }
}

fn find(ring: &KeyRing, kid: Option<&str>) -> Result<Rc<super::ReadyKey>, NoKey> {
    ring.find(IssuerId(0), &header(kid), Algorithm::EdDsa)
}

#[test]
fn a_named_key_or_none() {
    let ring = ring(|plan| plan.issuers[0].keys.push(named("k2", 8)));
    assert_eq!(
        find(&ring, Some("k2")).unwrap().key().kid.as_deref(),
        Some("k2")
    );
    assert_eq!(find(&ring, Some("k3")).unwrap_err(), NoKey::Unknown);
    assert_eq!(
        find(&ring, Some(&"k".repeat(257))).unwrap_err(),
        NoKey::Unknown
    );
    assert_eq!(find(&ring, None).unwrap_err(), NoKey::Unclear);
    let wrong = ring.find(IssuerId(0), &header(Some("k2")), Algorithm::Es256);
    assert_eq!(wrong.unwrap_err(), NoKey::Unknown);
}

#[test]
fn fetched_keys_are_awaited() {
    let fetched = |plan: &mut Plan| plan.issuers[0].key_source = Some(SourceId(0));
    let with_keys = ring(fetched);
    assert!(
        find(&with_keys, Some("k1")).is_ok(),
        "the plan's own count until then"
    );
    let without = ring(|plan| {
        fetched(plan);
        plan.issuers[0].keys.clear();
    });
    assert_eq!(find(&without, Some("k1")).unwrap_err(), NoKey::NotThere);
    assert!(without.replace(IssuerId(0), &[]));
    assert_eq!(find(&without, Some("k1")).unwrap_err(), NoKey::Unknown);
}

#[test]
fn what_is_replaced_is_withdrawn_and_what_stays_is_not() {
    let ring = ring(|_| {});
    let old = find(&ring, Some("k1")).unwrap();
    let stays = old.key().clone();
    assert!(ring.replace(IssuerId(0), &[stays.clone(), named("k2", 8)]));
    let new = find(&ring, Some("k2")).unwrap();
    assert!(Rc::ptr_eq(&old, &find(&ring, Some("k1")).unwrap()));
    assert!(!old.is_withdrawn() && !new.is_withdrawn());
    assert!(
        !ring.replace(IssuerId(0), &[stays, named("k2", 8)]),
        "nothing changed"
    );
    // The same name for another key is another key.
    assert!(ring.replace(IssuerId(0), &[named("k1", 9)]));
    assert!(old.is_withdrawn() && new.is_withdrawn());
    assert!(
        ring.replace(IssuerId(0), &[]),
        "no key at all revokes them all"
    );
    assert_eq!(find(&ring, Some("k1")).unwrap_err(), NoKey::Unknown);
}
