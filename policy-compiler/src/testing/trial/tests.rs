use super::*;

/// Nothing is fetched where a policy is tried.
#[test]
fn a_trial_waits_for_no_document() {
    let text = include_str!("../../../tests/policies/authority/policy.yaml");
    let files = [("p.yaml".into(), text.to_owned())];
    let sources = Sources::in_memory(files, BTreeMap::new());
    let compiled = crate::compile(&sources).unwrap();
    let trial = Trial::new(&compiled).unwrap();
    let stage = trial
        .stage([Some(IssuerId(0)), Some(IssuerId(2))], false)
        .unwrap();
    let plan = stage.engine.plan();
    assert_eq!(plan.deny_feed, None);
    let stale = plan.sources.iter().map(|source| source.when_stale);
    assert!(stale.into_iter().all(|stale| stale == WhenStale::Ignore));
    let keys = plan.issuers.iter();
    let keys: Vec<_> = keys
        .map(|issuer| (issuer.keys.len(), issuer.key_source.is_some()))
        .collect();
    assert_eq!(keys, [(1, false), (1, false), (1, false)]);
    let made: Vec<_> = stage.keys.keys().copied().collect();
    assert_eq!(made, [IssuerId(0), IssuerId(2)]);
    // The same is made once.
    let again = trial
        .stage([Some(IssuerId(2)), Some(IssuerId(0))], false)
        .unwrap();
    assert!(Rc::ptr_eq(&stage, &again));
}
