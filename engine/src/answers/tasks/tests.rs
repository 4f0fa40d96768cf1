use super::tell;
use crate::answers::{AnswerError, ListKind, Shown, Visible};
use crate::json::{Json, parse_object};
use crate::limits;

#[derive(Default)]
struct Told(Vec<String>);

impl Visible for Told {
    fn see(&mut self, _: ListKind, _: &str, _: &Json<'_>) -> Shown {
        Shown::Listed
    }

    fn task(&mut self, id: &str) {
        self.0.push(id.to_owned());
    }
}

fn told(result: &str) -> Result<Vec<String>, AnswerError> {
    let mut visible = Told::default();
    tell(&parse_object(result.as_bytes()).unwrap(), &mut visible)?;
    Ok(visible.0)
}

#[test]
fn tasks_are_found_where_each_protocol_has_them() {
    for (result, expected) in [
        (
            r#"{"resultType":"task","taskId":"t","status":"working"}"#,
            &["t"][..],
        ),
        (r#"{"task":{"taskId":"t","status":"working"}}"#, &["t"]),
        (r#"{"kind":"task","id":"t","contextId":"c"}"#, &["t"]),
        (r#"{"kind":"status-update","taskId":"t","id":"x"}"#, &["t"]),
        (r#"{"kind":"message","messageId":"x","taskId":"t"}"#, &["t"]),
        (r#"{"task":{"id":"t","contextId":"c"}}"#, &["t"]),
        (r#"{"statusUpdate":{"taskId":"t"}}"#, &["t"]),
        (r#"{"artifactUpdate":{"taskId":"t"}}"#, &["t"]),
        (r#"{"message":{"taskId":"t"}}"#, &["t"]),
        (
            r#"{"taskId":"a","task":{"taskId":"b","id":"c"}}"#,
            &["a", "b", "c"],
        ),
        (r#"{"id":"x"}"#, &[]),
        (r#"{"kind":"message","id":"x"}"#, &[]),
        (
            r#"{"taskId":7,"task":"x","message":[],"statusUpdate":{"taskId":{}}}"#,
            &[],
        ),
        (r#"{"taskId":"","task":{"id":""}}"#, &[]),
        (
            r#"{"content":[{"taskId":"x"}],"structuredContent":{"taskId":"x"}}"#,
            &[],
        ),
    ] {
        assert_eq!(told(result).unwrap(), expected, "{result}");
    }
}

#[test]
fn ids_are_bounded() {
    let result = |letters| format!(r#"{{"task":{{"id":"{}"}}}}"#, "t".repeat(letters));
    assert_eq!(told(&result(limits::TASK_ID_BYTES)).unwrap().len(), 1);
    let longer = told(&result(limits::TASK_ID_BYTES + 1));
    assert_eq!(longer, Err(AnswerError::TaskId));
}
