//! Hostile messages for an endpoint: of one every tool that they name may be called, of the other
//! none of them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use remit_engine::mcp::methods::{self, Kind};
use remit_tests::vectors::{MCP_A2A, Tally};
use serde_json::Value;

use super::{MANNERS, MCP, Manner, Through, all};

/// The tools of the policy that the cases name.
const TOOLS: [&str; 2] = ["read_file", "delete_all"];

pub(super) fn judge(way: &mut Through, tally: &mut Tally) {
    for case in MCP_A2A
        .cases("jsonrpc_bodies")
        .expect("the vectors are there")
    {
        let id = case["id"].as_str().expect("a case has an id");
        let found = MANNERS.map(|manner| {
            let everything = one(way, manner, &case, "/everything", &TOOLS);
            (
                manner,
                everything.and_then(|()| one(way, manner, &case, "/little", &[])),
            )
        });
        tally.check(id, all(found.into_iter()));
    }
}

fn one(
    way: &mut Through,
    manner: Manner,
    case: &Value,
    path: &str,
    tools: &[&str],
) -> Result<(), String> {
    let content = case["body_b64"].as_str().expect("a case has a body");
    let content = STANDARD.decode(content).expect("the body is base64");
    let fields = [
        ("content-type", "application/json"),
        ("accept", "application/json"),
    ];
    let came = way.send(manner, (MCP, path), &fields, &content)?;
    let (record, arrived) = (way.record(&came), came.arrival.is_some());
    let expect = case["expect"].as_str().expect("a case expects something");
    let (what, name) = expect.split_once(':').unwrap_or((expect, ""));
    let is_tool = record["called"] == name && arrived == tools.contains(&name);
    let is_right = match what {
        "reject" | "reject_or_unknown_method" => !arrived,
        "tool" => is_tool,
        "tool_or_reject" => is_tool || !arrived,
        "method" => record["method"] == name && arrived == is_open(name),
        // A batch whole or not at all, by what is in it.
        "policy" => !arrived || !tools.is_empty(),
        _ => false,
    };
    let is_recorded = record["decision"] == if arrived { "allow" } else { "deny" }
        || record["decision"] == "challenge";
    if is_right && is_recorded {
        Ok(())
    } else {
        Err(format!(
            "expected {expect} at {path}, {} {record}",
            came.response.status
        ))
    }
}

/// Whether whoever may call something may use a method, without saying what for.
fn is_open(method: &str) -> bool {
    matches!(methods::kind(method), Some(Kind::List(_) | Kind::Session))
}
