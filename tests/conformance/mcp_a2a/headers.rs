//! Headers of MCP that repeat what stands in the body.

use remit_engine::mcp::headers::{Mirrored, check};
use remit_engine::plan::NameId;
use remit_engine::request::{Field, RequestHead};
use remit_engine::rpc::Messages;
use remit_tests::vectors::Tally;
use serde_json::Value;

use super::body;

pub(super) fn judge(case: &Value, tally: &mut Tally) {
    let id = case["id"].as_str().expect("a case has an id");
    let verdict = match (case["expect"].as_str(), agrees(case)) {
        (_, Err(why)) => Err(why),
        (Some("accept"), Ok(true)) | (Some("reject"), Ok(false)) => Ok(()),
        (Some("policy"), Ok(agrees)) => {
            tally.note(format!("{id}: agrees: {agrees} (left to us)"));
            if agrees {
                Err("what does not agree passes".to_owned())
            } else {
                Ok(())
            }
        }
        (expect, Ok(agrees)) => Err(format!("expected {expect:?}, agrees: {agrees}")),
    };
    tally.check(id, verdict);
}

fn agrees(case: &Value) -> Result<bool, String> {
    let headers: Vec<(&str, &str)> = case["headers"]
        .as_array()
        .expect("a case has headers")
        .iter()
        .map(|pair| {
            (
                pair[0].as_str().expect("name"),
                pair[1].as_str().expect("value"),
            )
        })
        .collect();
    let fields: Vec<Field<'_>> = headers
        .iter()
        .map(|(name, value)| (name.as_bytes(), value.as_bytes()))
        .collect();
    let json = body(case["body"].to_string().as_bytes())?;
    let messages = Messages::read(&json).map_err(|error| error.to_string())?;
    let (headers, names) = mirrored(&case["tool_input_schema"]);
    let mirrored = Mirrored {
        headers: &headers,
        names: &names,
    };
    let head = RequestHead::new(&fields);
    Ok(messages
        .all()
        .iter()
        .all(|message| check(&head, message, mirrored).is_ok()))
}

/// What a tool's schema declares.
fn mirrored(schema: &Value) -> (Vec<(String, NameId)>, Vec<String>) {
    let properties = schema["properties"].as_object();
    let declared = properties
        .into_iter()
        .flatten()
        .filter_map(|(name, property)| {
            let header = property["x-mcp-header"].as_str()?;
            Some((header.to_ascii_lowercase(), name.clone()))
        });
    (0..)
        .zip(declared)
        .map(|(at, (header, name))| ((header, NameId(at)), name))
        .unzip()
}
