//! Bodies with messages.

use remit_engine::json::Json;
use remit_engine::json::canonical::canonical;
use remit_engine::json::reader::{ReadError, Reader};
use remit_engine::limits;
use remit_engine::mcp::Asked;
use remit_engine::mcp::headers::{self, Mirrored};
use remit_engine::request::{Field, RequestHead};
use remit_engine::rpc::Messages;
use remit_engine::{a2a, rpc};
use serde_json::Value;

/// Bytes as a body: however it comes in pieces, it is refused or read as another reader reads it,
/// and what is decided on is what that reader would hand on.
pub fn message(input: &[u8]) {
    let whole = read([input]);
    let size = usize::from(input.first().copied().unwrap_or_default() % 7) + 1;
    assert_eq!(read(input.chunks(size)), whole, "it matters how it is cut");
    let Ok(json) = whole else {
        return;
    };
    // The other reader rounds before it looks whether a number is too large.
    if is_huge(&json) {
        return;
    }
    let theirs: Value = serde_json::from_slice(input).expect("strict JSON is JSON");
    assert!(is_same(&json, &theirs), "{json:?} is not {theirs}");
    let text = canonical(&json);
    let again = read([text.as_bytes()]).expect("canonical JSON is JSON");
    assert_eq!(canonical(&again), text);
    let Ok(messages) = Messages::read(&json) else {
        return;
    };
    let theirs = match &theirs {
        Value::Array(all) => all.as_slice(),
        one => std::slice::from_ref(one),
    };
    assert_eq!(messages.all().len(), theirs.len());
    for (ours, theirs) in messages.all().iter().zip(theirs) {
        judge(ours, theirs);
    }
}

fn judge(ours: &rpc::Message<'_>, theirs: &Value) {
    let member = |name: &str| theirs.get(name);
    assert_eq!(ours.method(), member("method").and_then(Value::as_str));
    for name in ["name", "uri", "taskId", "id"] {
        let handed_on = member("params").and_then(|params| params.get(name)?.as_str());
        let is_call = ours.method().is_some();
        assert_eq!(ours.text(name), handed_on.filter(|_| is_call), "{name}");
    }
    let id: Option<Value> = ours
        .id
        .map(|id| serde_json::from_str(&id.to_json()).expect("an id is JSON"));
    let is_zero = |id: &Value| id.as_f64() == Some(0.0);
    assert!(match (&id, member("id")) {
        (None, None) => true,
        (Some(ours), Some(theirs)) => ours == theirs || is_zero(ours) && is_zero(theirs),
        _ => false,
    });
    if let Ok(Asked::Call { name, .. } | Asked::Task(name)) = Asked::read(ours) {
        assert!(!name.is_empty() && name.len() <= limits::CALLED_BYTES);
        let fields: [Field<'_>; 1] = [(b"mcp-name", b"another")];
        let agrees = headers::check(&RequestHead::new(&fields), ours, Mirrored::NONE).is_ok();
        assert!(
            !agrees || name == "another",
            "a header says what the body does not"
        );
    }
    if let Some(method) = ours.method().and_then(a2a::methods::by_name) {
        let _ = a2a::methods::task(method, ours);
    }
}

fn read<'c>(chunks: impl IntoIterator<Item = &'c [u8]>) -> Result<Json<'static>, ReadError> {
    let mut reader = Reader::new(limits::MOST_BODY_BYTES as usize);
    for chunk in chunks {
        reader.push(chunk)?;
    }
    reader.finish()
}

fn is_huge(json: &Json<'_>) -> bool {
    match json {
        Json::Double(double) => double.abs() > 1e307,
        Json::Array(elements) => elements.iter().any(is_huge),
        Json::Object(object) => object.members().any(|(_, value)| is_huge(value)),
        Json::Null | Json::Bool(_) | Json::Int(_) | Json::String(_) => false,
    }
}

/// The other reader's doubles may be off by their last bits, and its `-0` is one.
fn is_same(ours: &Json<'_>, theirs: &Value) -> bool {
    match (ours, theirs) {
        (Json::Null, Value::Null) => true,
        (Json::Bool(a), Value::Bool(b)) => a == b,
        (Json::Int(a), Value::Number(b)) => {
            b.as_i64() == Some(*a) || (*a == 0 && b.as_f64() == Some(0.0))
        }
        (Json::Double(a), Value::Number(b)) => b
            .as_f64()
            .is_some_and(|b| (a - b).abs() <= a.abs() * 1e-14 || a.abs().max(b.abs()) < 1e-300),
        (Json::String(a), Value::String(b)) => a == b,
        (Json::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| is_same(a, b))
        }
        (Json::Object(a), Value::Object(b)) => {
            let same = |(name, a)| b.get(name).is_some_and(|b| is_same(a, b));
            a.members().count() == b.len() && a.members().all(same)
        }
        _ => false,
    }
}
