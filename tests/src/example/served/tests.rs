use serde_json::json;

use super::*;

#[test]
fn times_are_put_where_they_are_asked_for() {
    let mut document = json!({"a": "<now>", "b": ["<now+60>", "<now-5>"], "c": "<later>", "d": 1});
    with_times(&mut document, 1000);
    let expected = json!({"a": 1000, "b": [1060, 995], "c": "<later>", "d": 1});
    assert_eq!(document, expected);
}

#[test]
fn files_stand_at_their_paths_and_some_are_signed() {
    let example = tempfile::tempdir().expect("a folder");
    let write = |path: &str, text: &str| {
        let path = example.path().join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("it can be made");
        fs::write(path, text).expect("it can be written");
    };
    let pair = KeyPair::generate(
        remit_policy_compiler::signing_key::Algorithm::EdDsa,
        Some("k"),
    );
    write("key.json", &pair.expect("a key").private_jwk());
    write("served/sts/a/jwks.json", r#"{"keys": []}"#);
    write(
        "served/sts/list.signed.json",
        r#"{"key": "key.json", "type": "x+jwt", "claims": {"iat": "<now>"}}"#,
    );
    let served = documents(example.path(), 7).expect("they are in order");
    let [keys, list] = served.as_slice() else {
        panic!("{served:?}")
    };
    assert_eq!(
        (keys.cluster.as_str(), keys.path.as_str()),
        ("sts", "/a/jwks.json")
    );
    assert_eq!(keys.body, r#"{"keys":[]}"#);
    assert_eq!(
        (list.cluster.as_str(), list.path.as_str()),
        ("sts", "/list")
    );
    assert_eq!(list.body.split('.').count(), 3);

    write(
        "served/sts/wrong.signed.json",
        r#"{"key": "key.json", "typ": "x", "claims": {}}"#,
    );
    let error = documents(example.path(), 7).expect_err("a key that is not known");
    assert!(error.to_string().contains("typ"), "{error}");
}
