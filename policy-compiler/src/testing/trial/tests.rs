use super::*;

fn sent(lines: &[&str], shown: &Shown) -> Vec<String> {
    let mut request = Request::from_line("GET https://api.example/a").unwrap();
    let headers = lines.iter().map(|line| Request::header(line).unwrap());
    request.headers = headers.collect();
    let (_, headers) = with_tokens(&request, shown);
    let headers = headers.into_iter();
    headers
        .map(|(name, value)| format!("{name}: {value}"))
        .collect()
}

#[test]
fn what_is_shown_beside_a_token_is_sent_with_it() {
    let mut shown = Shown {
        token: Some("abc".to_owned()),
        transaction: Some("def".to_owned()),
        ..Shown::default()
    };
    let bearer = ["authorization: Bearer abc", "txn-token: def"];
    assert_eq!(sent(&[], &shown), bearer);
    shown.proof = Some("ghi".to_owned());
    let bound = ["authorization: DPoP abc", "dpop: ghi", "txn-token: def"];
    assert_eq!(sent(&[], &shown), bound);
    // A request that says it itself is sent as it says.
    let said = ["Authorization: Bearer <token>", "DPoP: x", "Txn-Token: y"];
    let expected = ["authorization: Bearer abc", "dpop: x", "txn-token: y"];
    assert_eq!(sent(&said, &shown), expected);
}

/// Nothing is fetched where a policy is tried.
#[test]
fn a_trial_waits_for_no_document() {
    let text = include_str!("../../../tests/policies/authority/policy.yaml");
    let files = [("p.yaml".into(), text.to_owned())];
    let sources = Sources::in_memory(files, BTreeMap::new());
    let compiled = crate::compile(&sources).unwrap();
    let trial = Trial::new(&compiled).unwrap();
    let stage = trial.stage([Some(IssuerId(0)), Some(IssuerId(2))]).unwrap();
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
    let again = trial.stage([Some(IssuerId(2)), Some(IssuerId(0))]).unwrap();
    assert!(Rc::ptr_eq(&stage, &again));
}
