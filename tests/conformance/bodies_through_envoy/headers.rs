//! Headers of MCP that repeat what stands in the body.

use remit_tests::vectors::{MCP_A2A, Tally};
use serde_json::Value;

use super::{MANNERS, MCP, Manner, Through, all};

pub(super) fn judge(way: &mut Through, tally: &mut Tally) {
    for case in MCP_A2A
        .cases("mcp_header_body")
        .expect("the vectors are there")
    {
        let id = case["id"].as_str().expect("a case has an id");
        let found = MANNERS.map(|manner| (manner, one(way, manner, &case)));
        tally.check(id, all(found.into_iter()));
    }
}

fn one(way: &mut Through, manner: Manner, case: &Value) -> Result<(), String> {
    let headers = case["headers"].as_array().expect("a case has headers");
    let text = |value: &'_ Value| value.as_str().expect("text").to_owned();
    let fields: Vec<(String, String)> = headers
        .iter()
        .map(|pair| (text(&pair[0]), text(&pair[1])))
        .collect();
    let fields: Vec<(&str, &str)> = fields
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    // What a header repeats is of one type.
    let is_bool = case["body"]["params"]["arguments"]["region"].is_boolean();
    let path = if is_bool { "/yes-or-no" } else { "/everything" };
    let came = way.send(
        manner,
        (MCP, path),
        &fields,
        case["body"].to_string().as_bytes(),
    )?;
    let arrived = came.arrival.is_some();
    match case["expect"].as_str() {
        Some("accept") if arrived => Ok(()),
        Some("reject" | "policy") if !arrived => {
            let answer: Value = serde_json::from_slice(&came.response.body).unwrap_or_default();
            let code = &case["error_code"];
            if came.response.status != 400 || !(code.is_null() || answer["error"]["code"] == *code)
            {
                return Err(format!(
                    "expected 400 {code}, {} {answer}",
                    came.response.status
                ));
            }
            Ok(())
        }
        expect => Err(format!(
            "expected {expect:?}, {} {}",
            came.response.status,
            way.record(&came)
        )),
    }
}
