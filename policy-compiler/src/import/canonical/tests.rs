use remit_engine::limits;
use serde_json::json;

use super::pin;

#[test]
fn a_pin_is_the_hash_of_the_canonical_form() {
    // printf '{"a":1,"b":{"x":"\xc3\xa9","y":1e+30}}' | sha256sum
    let definition = json!({"b": {"y": 1e30, "x": "\u{e9}"}, "a": 1.0});
    assert_eq!(
        pin(&definition).unwrap(),
        "sha256:66a6a638b7963b7f172832c942853e0accad8f6ae42abca89963c099ff84dbb3"
    );
}

#[test]
fn metadata_of_the_answer_is_no_part_of_it_and_everything_else_is() {
    let plain = json!({"name": "a", "inputSchema": {"_meta": 1}});
    let with = json!({"name": "a", "inputSchema": {"_meta": 1}, "_meta": {"x": 1}});
    assert_eq!(pin(&plain), pin(&with));
    for other in [
        json!({"name": "a", "inputSchema": {"_meta": 2}}),
        json!({"name": "a", "inputSchema": {"_meta": 1}, "description": ""}),
    ] {
        assert_ne!(pin(&plain), pin(&other));
    }
}

#[test]
fn numbers_are_doubles_and_names_are_in_the_order_of_utf_16() {
    // printf '{"\xf0\x9f\x98\x80":0.1,"\xef\xac\xb3":[9007199254740992,18446744073709552000,-0.25,1e-7,0]}' | sha256sum
    let text = r#"{"\ufb33": [9007199254740993, 18446744073709551615, -25e-2, 0.0000001, -0],
        "\ud83d\ude00": 0.1000000000000000055511151231257827}"#;
    let values = super::super::json::read_all(text.as_bytes()).unwrap();
    assert_eq!(
        pin(&values[0]).unwrap(),
        "sha256:bf163b012ebd8695dc41d592e5254f4cd1d8b793629e9199adef99ef50ca2254"
    );
}

#[test]
fn what_the_gateway_does_not_read_has_no_pin() {
    let nested = |depth: usize| (0..depth).fold(json!(1), |inside, _| json!([inside]));
    assert!(pin(&json!({"name": nested(limits::BODY_DEPTH - 1)})).is_some());
    assert_eq!(pin(&json!({"name": nested(limits::BODY_DEPTH)})), None);
    assert_eq!(pin(&json!({"name": vec![1; limits::BODY_VALUES]})), None);
}
