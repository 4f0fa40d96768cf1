//! The messages of the MCP specification, every revision, and A2A's, as answers: each is read, what
//! is visible stays as it is, and of a list nothing is left where all is hidden.

use remit_engine::answers::{AnswerError, Binding, Head, ListKind, Plan, Shown, Visible, Watch};
use remit_engine::json::Json;
use remit_tests::vectors::{MCP_A2A, Tally};
use serde_json::{Value, json};

/// Files with messages, and with parts of messages that can be results.
const FILES: [&str; 3] = [
    "spec_messages",
    "schema_examples_2026-07-28",
    "a2a_doc_messages",
];

/// Lists by the member that holds them.
const LISTS: [&str; 5] = [
    "tools",
    "prompts",
    "resources",
    "resourceTemplates",
    "tasks",
];

struct Everything(Shown, usize);

impl Visible for Everything {
    fn see(&mut self, _: ListKind, _: &str, _: &Json<'_>) -> Shown {
        self.1 += 1;
        self.0
    }

    fn task(&mut self, _: &str) {}
}

pub(crate) fn run() -> Vec<Tally> {
    let mut tally = Tally::new(&format!("{} answers", MCP_A2A.name));
    let mut parts = 0;
    for file in FILES {
        for case in MCP_A2A.cases(file).expect("the vectors are there") {
            let id = case["id"].as_str().expect("cases have ids");
            let kind = case["schema_type"].as_str().unwrap_or_default();
            let message = &case["message"];
            let message = match message.get("jsonrpc") {
                Some(_) => message.clone(),
                None if kind.ends_with("Result") => json!({"id": 1, "result": message}),
                None => {
                    parts += 1;
                    continue;
                }
            };
            tally.check(id, judge(&message));
        }
    }
    tally.skip_all(parts, "they are neither a message nor a result");
    vec![tally]
}

fn judge(message: &Value) -> Result<(), String> {
    let text = message.to_string();
    let mut expected = message.clone();
    let mut entries = 0;
    if let Some(result) = expected.get_mut("result") {
        for list in LISTS {
            if let Some(Value::Array(list)) = result.get_mut(list) {
                entries += list.len();
                list.clear();
                if !result["cacheScope"].is_null() {
                    result["cacheScope"] = Value::from("private");
                }
            }
        }
    }
    let mut all = Everything(Shown::Listed, 0);
    let shown = answer(&text, &mut all).map_err(|error| error.to_string())?;
    if all.1 != entries {
        return Err(format!("{} entries seen of {entries}", all.1));
    }
    let private = text.replace(r#""cacheScope":"public""#, r#""cacheScope":"private""#);
    if shown != text && (entries == 0 || shown != private) {
        return Err("what is visible is not as it was".to_owned());
    }
    let hidden = answer(&text, &mut Everything(Shown::Hidden, 0));
    let hidden = hidden.map_err(|error| error.to_string())?;
    match serde_json::from_str::<Value>(&hidden) {
        Ok(hidden) if hidden == expected => Ok(()),
        _ => Err(format!("what is left is {hidden}")),
    }
}

fn answer(text: &str, visible: &mut Everything) -> Result<String, AnswerError> {
    let watch = Watch {
        list: None,
        tasks: true,
        binding: Binding::JsonRpc,
    };
    let head = Head {
        status: 200,
        content_type: Some(b"application/json"),
        content_encoding: None,
    };
    let Plan::Read(mut answer) = Plan::of(watch, &head)? else {
        return Ok(text.to_owned());
    };
    let out = answer.push(text.as_bytes(), true, visible)?;
    Ok(String::from_utf8_lossy(&out).into_owned())
}
