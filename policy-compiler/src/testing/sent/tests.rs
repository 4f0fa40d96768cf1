use super::*;

fn sent(lines: &[&str], shown: Shown) -> Vec<String> {
    let mut request = Request::from_line("GET https://api.example/a").unwrap();
    let headers = lines.iter().map(|line| Request::header(line).unwrap());
    request.headers = headers.collect();
    let headers = Sent::new(&request, shown).headers.into_iter();
    headers
        .map(|(name, value)| format!("{name}: {value}"))
        .collect()
}

fn shown(proof: Option<&str>) -> Shown {
    Shown {
        approval: None,
        token: Some("abc".to_owned()),
        proof: proof.map(str::to_owned),
        transaction: Some("def".to_owned()),
        certificate: None,
    }
}

#[test]
fn what_is_shown_beside_a_token_is_sent_with_it() {
    let bearer = ["authorization: Bearer abc", "txn-token: def"];
    assert_eq!(sent(&[], shown(None)), bearer);
    let bound = ["authorization: DPoP abc", "dpop: ghi", "txn-token: def"];
    assert_eq!(sent(&[], shown(Some("ghi"))), bound);
    // A request that says it itself is sent as it says.
    let said = ["Authorization: Bearer <token>", "DPoP: x", "Txn-Token: y"];
    let expected = ["Authorization: Bearer abc", "DPoP: x", "Txn-Token: y"];
    assert_eq!(sent(&said, shown(Some("ghi"))), expected);
}
