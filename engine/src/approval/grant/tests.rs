use super::*;
use crate::json;

const ACTION: &str = "sha-256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

fn read(text: &str) -> Result<Vec<Grant>, Reason> {
    Grant::list(&json::parse(text.as_bytes()).unwrap())
}

#[test]
fn a_list_of_approvals_is_read() {
    let text =
        format!(r#"[{{"action":"{ACTION}","jti":"a"}},{{"exp":7,"jti":"b","action":"{ACTION}"}}]"#);
    let [first, second] = read(&text).unwrap().try_into().unwrap();
    assert_eq!(first.action.to_text(), ACTION);
    assert_eq!((first.id.as_str(), first.expires), ("a", None));
    assert_eq!(second.id, "b");
    assert_eq!(second.expires, Some(UnixTime::from_seconds(7)));
    assert_eq!(read("[]"), Ok(vec![]));
}

#[test]
fn anything_else_is_malformed() {
    let long = "j".repeat(limits::APPROVAL_ID_BYTES + 1);
    for members in [
        format!(r#""action":"{ACTION}""#),
        r#""jti":"a""#.to_owned(),
        format!(r#""action":"{ACTION}","jti":"""#),
        format!(r#""action":"{ACTION}","jti":"a b""#),
        format!(r#""action":"{ACTION}","jti":7"#),
        format!(r#""action":"{ACTION}","jti":"{long}""#),
        format!(r#""action":"{ACTION}","jti":"a","exp":"7""#),
        format!(r#""action":"{ACTION}","jti":"a","exp":-1"#),
        r#""action":"sha-256:AA","jti":"a""#.to_owned(),
        r#""action":["a"],"jti":"a""#.to_owned(),
    ] {
        let read = read(&format!("[{{{members}}}]"));
        assert_eq!(read, Err(Reason::ClaimMalformed), "{members}");
    }
    for text in ["{}", "\"a\"", "[7]", "[[]]"] {
        assert_eq!(read(text), Err(Reason::ClaimMalformed), "{text}");
    }
    let more = format!(r#"[{{"action":"{ACTION}","jti":"a","ip":"::1"}}]"#);
    assert_eq!(read(&more), Err(Reason::ClaimNotEnforceable));
}

#[test]
fn lists_and_ids_are_bounded() {
    let jti = "j".repeat(limits::APPROVAL_ID_BYTES);
    let one = format!(r#"{{"action":"{ACTION}","jti":"{jti}"}}"#);
    let many = |count: usize| format!("[{}]", vec![one.as_str(); count].join(","));
    let most = read(&many(limits::APPROVALS));
    assert_eq!(most.unwrap().len(), limits::APPROVALS);
    let more = read(&many(limits::APPROVALS + 1));
    assert_eq!(more, Err(Reason::ClaimMalformed));
}
