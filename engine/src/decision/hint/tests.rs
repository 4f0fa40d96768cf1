use serde_json::{Value, json};

use super::Hint;
use crate::approval::{Action, Call};
use crate::decision::reply::Reply;
use crate::decision::{Answer, Reason};
use crate::plan::ErrorCodes;

fn answer(reason: Reason, hint: Hint<'_>) -> (Answer, Value) {
    let answer = Answer::new(reason, None, hint, None);
    let problem = serde_json::from_str(&answer.body).unwrap();
    (answer, problem)
}

fn data(reason: Reason, hint: Hint<'_>) -> Value {
    let reply = Reply {
        id: "7".into(),
        errors: ErrorCodes::Own(-31001),
    };
    let answer = Answer::new(reason, None, hint, Some(&reply));
    let error: Value = serde_json::from_str(&answer.body).unwrap();
    assert_eq!(error["error"]["message"], reason.public_text());
    error["error"]["data"].clone()
}

fn header(answer: &Answer, wanted: &str) -> Option<String> {
    let mut headers = answer.headers.iter();
    headers.find_map(|(name, value)| (*name == wanted).then(|| value.clone()))
}

fn action() -> Action {
    Call::default().action()
}

#[test]
fn a_limit_says_which_and_until_when() {
    let hint = |seconds| Hint::Limit {
        id: "calls",
        seconds,
    };
    let (answer_, problem) = answer(Reason::LimitReached, hint(Some(42)));
    assert_eq!(answer_.status, 429);
    assert_eq!(header(&answer_, "retry-after"), Some("42".into()));
    assert_eq!(header(&answer_, "www-authenticate"), None);
    assert_eq!(
        problem,
        json!({
            "type": "about:blank", "title": "Too Many Requests", "status": 429,
            "detail": Reason::LimitReached.public_text(), "limit": "calls", "retry_after": 42,
        })
    );
    assert_eq!(
        data(Reason::LimitReached, hint(Some(42))),
        json!({"error": "limit_reached", "limit": "calls", "retry_after": 42})
    );
    let (answer_, problem) = answer(Reason::LimitReached, hint(None));
    assert_eq!(header(&answer_, "retry-after"), None);
    assert_eq!(problem.get("retry_after"), None);
    assert_eq!(
        data(Reason::LimitReached, hint(None)),
        json!({"error": "limit_reached", "limit": "calls"})
    );
}

#[test]
fn an_approval_says_of_what() {
    for reason in [
        Reason::ApprovalRequired,
        Reason::ApprovalRefused,
        Reason::ApprovalUsed,
    ] {
        let (answer, problem) = answer(reason, Hint::Approval(action()));
        let challenge = header(&answer, "www-authenticate").unwrap();
        let action = action().to_text();
        assert!(challenge.starts_with(r#"Bearer error="approval_required", "#));
        assert!(challenge.ends_with(&format!(r#", action="{action}""#)));
        assert_eq!(problem["action"], action);
        assert_eq!(
            data(reason, Hint::Approval(self::action())),
            json!({"error": "approval_required", "action": action})
        );
    }
}

/// What has nothing more to say says what it always did.
#[test]
fn other_answers_have_no_more_members() {
    let (answer_, problem) = answer(Reason::NotAllowed, Hint::None);
    assert_eq!(
        answer_.body,
        format!(
            r#"{{"type":"about:blank","title":"Forbidden","status":403,"detail":"{}"}}"#,
            Reason::NotAllowed.public_text()
        )
    );
    assert_eq!(problem["status"], 403);
    assert_eq!(data(Reason::NotAllowed, Hint::None), Value::Null);
    assert_eq!(data(Reason::ScopeMissing, Hint::TokenAge(5)), Value::Null);
}
