use serde_json::{Value, json};

use super::Reply;
use crate::decision::Reason;
use crate::decision::hint::Hint;
use crate::plan::ErrorCodes;

fn body(id: &str, errors: ErrorCodes, reason: Reason) -> Value {
    let reply = Reply {
        id: id.to_owned(),
        errors,
    };
    serde_json::from_str(&reply.body(reason, Hint::None)).unwrap()
}

#[test]
fn every_reason_makes_an_error_with_the_id() {
    for reason in Reason::ALL {
        for id in ["null", "1", "\"a\\\"b\""] {
            let body = body(id, ErrorCodes::Own(4030), *reason);
            assert_eq!(body["id"], serde_json::from_str::<Value>(id).unwrap());
            assert_eq!(body["error"]["message"], reason.public_text());
        }
    }
}

#[test]
fn codes_are_those_of_the_policy_where_no_standard_has_one() {
    for (reason, own, coaz) in [
        (Reason::NotAllowed, 4030, -32001),
        (Reason::UnknownOperation, 4030, -32001),
        (Reason::StateUnavailable, 4030, -32603),
        (Reason::ArgumentsRefused, -32602, -32602),
        (Reason::MessageMalformed, -32600, -32600),
        (Reason::BodyMalformed, -32700, -32700),
        (Reason::HeaderMismatch, -32020, -32020),
    ] {
        let code = |errors| body("7", errors, reason)["error"]["code"].clone();
        assert_eq!(code(ErrorCodes::Own(4030)), json!(own), "{reason}");
        assert_eq!(code(ErrorCodes::Coaz), json!(coaz), "{reason}");
    }
}
