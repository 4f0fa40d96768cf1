//! Hostile bodies: what would be decided on, if anything.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use remit_engine::mcp::Asked;
use remit_engine::mcp::methods;
use remit_engine::plan::CallKind;
use remit_engine::rpc::Messages;
use remit_tests::vectors::Tally;
use serde_json::Value;

use super::{REFUSED, body};

pub(super) fn judge(case: &Value, tally: &mut Tally) {
    let id = case["id"].as_str().expect("a case has an id");
    let content = case["body_b64"].as_str().expect("a case has a body");
    let content = STANDARD.decode(content).expect("the body is base64");
    let expect = case["expect"].as_str().expect("a case expects something");
    let read = decided_on(&content);
    if let Err(mistake) = &read
        && !mistake.starts_with(REFUSED)
    {
        tally.fail(id, mistake);
        return;
    }
    let (what, name) = expect.split_once(':').unwrap_or((expect, ""));
    let tool = format!("tool:{name}");
    let is_right = match (what, &read) {
        ("reject" | "tool_or_reject" | "reject_or_unknown_method", Err(_)) => true,
        ("tool" | "tool_or_reject", Ok(asked)) => asked == &[tool],
        ("method", Ok(asked)) => {
            let kind = methods::kind(name);
            asked == &[format!("method:{name}")] && kind.is_none() == (name == "x/unknown")
        }
        ("reject_or_unknown_method", Ok(asked)) => {
            matches!(asked.as_slice(), [one] if one.starts_with("unknown:"))
        }
        // Read whole or refused; never read in part.
        ("policy", read) => {
            tally.note(format!("{id}: {read:?} (left to us)"));
            match read {
                Ok(asked) => id == "batch_two" && asked == &["tool:read_file", "tool:delete_all"],
                Err(_) => true,
            }
        }
        _ => false,
    };
    let verdict = if is_right {
        Ok(())
    } else {
        Err(format!("expected {expect}, {read:?}"))
    };
    tally.check(id, verdict);
}

fn decided_on(content: &[u8]) -> Result<Vec<String>, String> {
    let json = body(content)?;
    let refused = |error| format!("{REFUSED}: {error}");
    let messages = Messages::read(&json).map_err(refused)?;
    let mut all = Vec::new();
    for message in messages.all() {
        let method = message.method().unwrap_or_default();
        // Without what it is about, a method is known all the same.
        let bare = message
            .params()
            .is_none_or(|params| params.members().next().is_none());
        all.push(match Asked::read(message) {
            Ok(Asked::Call {
                kind: CallKind::Tool,
                name,
                ..
            }) => format!("tool:{name}"),
            Ok(Asked::Unknown(method)) if !bare => format!("unknown:{method}"),
            Ok(_) => format!("method:{method}"),
            Err(_) if bare && method != "tools/call" => format!("method:{method}"),
            Err(error) => return Err(refused(error)),
        });
    }
    Ok(all)
}
