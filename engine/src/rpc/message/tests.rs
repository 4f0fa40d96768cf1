use super::{Id, Malformed, Messages, What};
use crate::json::{Json, parse};
use crate::limits;

fn json(text: &str) -> Json<'_> {
    parse(text.as_bytes()).expect("JSON")
}

fn refused(text: &str) {
    assert_eq!(Messages::read(&json(text)), Err(Malformed), "{text}");
}

#[test]
fn requests_notifications_and_responses() {
    let text = json(r#"{"jsonrpc":"2.0","id":"a","method":"m","params":{"name":"n"},"x":1}"#);
    let messages = Messages::read(&text).unwrap();
    let [message] = messages.all() else {
        panic!("one");
    };
    assert_eq!(message.id, Some(Id::Text("a")));
    assert_eq!(message.method(), Some("m"));
    assert_eq!(message.text("name"), Some("n"));
    assert!(matches!(message.what, What::Request { .. }));

    let text = json(r#"{"jsonrpc":"2.0","method":"m"}"#);
    let messages = Messages::read(&text).unwrap();
    assert!(matches!(
        messages,
        Messages::One(message) if message.what == What::Notification { method: "m", params: None }
    ));

    for text in [
        r#"{"jsonrpc":"2.0","id":1,"result":{}}"#,
        r#"{"jsonrpc":"2.0","id":1,"error":{"code":1,"message":""}}"#,
    ] {
        let text = json(text);
        let messages = Messages::read(&text).unwrap();
        assert_eq!(messages.all()[0].what, What::Response);
        assert_eq!(messages.all()[0].method(), None);
    }
}

#[test]
fn what_could_be_read_in_two_ways_is_refused() {
    for text in [
        "1",
        "[]",
        "[1]",
        "{}",
        r#"{"id":1,"method":"m"}"#,
        r#"{"jsonrpc":2.0,"id":1,"method":"m"}"#,
        r#"{"jsonrpc":"1.0","id":1,"method":"m"}"#,
        r#"{"jsonrpc":"2.0","id":null,"method":"m"}"#,
        r#"{"jsonrpc":"2.0","id":1.0,"method":"m"}"#,
        r#"{"jsonrpc":"2.0","id":1.5,"method":"m"}"#,
        r#"{"jsonrpc":"2.0","id":true,"method":"m"}"#,
        r#"{"jsonrpc":"2.0","id":{},"method":"m"}"#,
        r#"{"jsonrpc":"2.0","id":9007199254740992,"method":"m"}"#,
        r#"{"jsonrpc":"2.0","id":1,"method":1}"#,
        r#"{"jsonrpc":"2.0","id":1,"method":null}"#,
        r#"{"jsonrpc":"2.0","id":1}"#,
        r#"{"jsonrpc":"2.0","id":1,"method":"m","params":[]}"#,
        r#"{"jsonrpc":"2.0","id":1,"method":"m","params":null}"#,
        r#"{"jsonrpc":"2.0","id":1,"method":"m","result":{}}"#,
        r#"{"jsonrpc":"2.0","id":1,"method":"m","error":{}}"#,
        r#"{"jsonrpc":"2.0","id":1,"result":{},"error":{}}"#,
        r#"{"jsonrpc":"2.0","id":1,"result":{},"params":{}}"#,
        r#"{"jsonrpc":"2.0","result":{}}"#,
        r#"{"jsonrpc":"2.0","id":1,"method":"m","Method":"n"}"#,
        r#"{"jsonrpc":"2.0","id":1,"method":"m","PARAMS":{}}"#,
        r#"{"jsonrpc":"2.0","ID":1,"method":"m"}"#,
        r#"{"jsonrpc":"2.0","id":1,"method":"m","params":{"Name":"n"}}"#,
        r#"{"jsonrpc":"2.0","id":1,"method":"m","params":{"argument\u017f":{}}}"#,
        r#"{"jsonrpc":"2.0","id":1,"method":"m","params":{"tas\u212aId":"n"}}"#,
        r#"{"jsonrpc":"2.0","id":1,"method":"m","params":{"task_id":"n"}}"#,
    ] {
        refused(text);
    }
}

#[test]
fn batches_are_read_whole_or_not_at_all() {
    let one = r#"{"jsonrpc":"2.0","id":1,"method":"m"}"#;
    let batch = |count: usize| format!("[{}]", vec![one; count].join(","));
    let most = batch(limits::BATCH_MESSAGES);
    let most = json(&most);
    assert!(
        matches!(Messages::read(&most), Ok(Messages::Batch(all)) if all.len() == limits::BATCH_MESSAGES)
    );
    refused(&batch(limits::BATCH_MESSAGES + 1));
    refused(&format!("[{one},[{one}]]"));
    refused(&format!("[{one},{{}}]"));
}

#[test]
fn names_and_ids_are_bounded() {
    let with_id = |id: &str| format!(r#"{{"jsonrpc":"2.0","id":"{id}","method":"m"}}"#);
    // Two quotes.
    assert!(Messages::read(&json(&with_id(&"x".repeat(limits::MESSAGE_ID_BYTES - 2)))).is_ok());
    refused(&with_id(&"x".repeat(limits::MESSAGE_ID_BYTES - 1)));
    let calling = |name: &str| format!(r#"{{"jsonrpc":"2.0","id":1,"method":"{name}"}}"#);
    assert!(Messages::read(&json(&calling(&"x".repeat(limits::CALLED_BYTES)))).is_ok());
    refused(&calling(&"x".repeat(limits::CALLED_BYTES + 1)));
}

#[test]
fn ids_are_written_as_they_were_meant() {
    for text in [r#""a\"b\\\u0001é""#, "\"\"", "0", "-7", "9007199254740991"] {
        let message = format!(r#"{{"jsonrpc":"2.0","id":{text},"method":"m"}}"#);
        let message = json(&message);
        let messages = Messages::read(&message).unwrap();
        assert_eq!(messages.all()[0].id.unwrap().to_json(), text);
    }
}
