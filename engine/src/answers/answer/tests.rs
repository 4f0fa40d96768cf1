use super::{Answer, Binding, Head, Plan, Watch};
use crate::answers::{AnswerError, ListKind, Shown, Visible};
use crate::json::Json;
use crate::limits;

/// Hides what begins with `h`, and remembers tasks.
#[derive(Default)]
struct Caller(Vec<String>);

impl Visible for Caller {
    fn see(&mut self, _: ListKind, name: &str, _: &Json<'_>) -> Shown {
        match name.starts_with('h') {
            true => Shown::Hidden,
            false => Shown::Listed,
        }
    }

    fn task(&mut self, id: &str) {
        self.0.push(id.to_owned());
    }
}

const TOOLS: Watch = Watch {
    list: Some(ListKind::Tools),
    tasks: false,
    binding: Binding::JsonRpc,
};
const TASKS: Watch = Watch {
    list: None,
    tasks: true,
    binding: Binding::JsonRpc,
};
const NEITHER: Watch = Watch {
    tasks: false,
    ..TASKS
};

const JSON: &str = "application/json";
const EVENTS: &str = "text/event-stream";

fn head<'h>(status: u16, content_type: &'h str, encoding: &'h str) -> Head<'h> {
    Head {
        status,
        content_type: Some(content_type.as_bytes()),
        content_encoding: Some(encoding.as_bytes()),
    }
}

fn answer(watch: Watch, content_type: &str) -> Answer {
    match Plan::of(watch, &head(200, content_type, "")) {
        Ok(Plan::Read(answer)) => answer,
        other => panic!("{other:?}"),
    }
}

/// What comes out of a body in pieces.
fn run(
    watch: Watch,
    content_type: &str,
    pieces: &[&[u8]],
) -> Result<(String, Caller), AnswerError> {
    let mut answer = answer(watch, content_type);
    let mut caller = Caller::default();
    let mut out = Vec::new();
    for piece in pieces {
        out.extend(answer.push(piece, false, &mut caller)?);
    }
    out.extend(answer.push(b"", true, &mut caller)?);
    Ok((String::from_utf8(out).unwrap(), caller))
}

fn filtered(watch: Watch, content_type: &str, body: &str) -> Result<String, AnswerError> {
    run(watch, content_type, &[body.as_bytes()]).map(|(out, _)| out)
}

#[test]
fn the_head_says_how_an_answer_is_read() {
    const WHOLE: &str = "whole";
    const STREAM: &str = "stream";
    const PASS: &str = "pass";
    const MEDIA: &str = "Media";
    const ENCODED: &str = "Encoded";
    let rows = [
        (NEITHER, 200, "text/html", "gzip", PASS),
        (NEITHER, 200, JSON, "gzip", PASS),
        (TOOLS, 200, JSON, "", WHOLE),
        (
            TOOLS,
            200,
            "Application/JSON ; Charset=\"UTF-8\"",
            "Identity",
            WHOLE,
        ),
        (TASKS, 200, "application/a2a+json", "", WHOLE),
        (TOOLS, 200, "text/event-stream;charset=utf-8", "", STREAM),
        (TOOLS, 404, JSON, "", WHOLE),
        (TOOLS, 200, "application/json;charset=utf-16", "", MEDIA),
        (TOOLS, 200, "application/json, text/event-stream", "", MEDIA),
        (TOOLS, 200, "text/html, application/x+json", "", MEDIA),
        (TOOLS, 200, "text/plain", "", MEDIA),
        (TOOLS, 200, "json", "", MEDIA),
        (TOOLS, 200, "", "", MEDIA),
        (TOOLS, 203, "text/plain", "gzip", MEDIA),
        (TOOLS, 0, "text/plain", "", MEDIA),
        (TOOLS, 204, "", "", PASS),
        (TOOLS, 302, "text/html", "br", PASS),
        (TOOLS, 500, "text/plain", "", PASS),
        (TASKS, 200, "text/plain", "gzip", PASS),
        (TASKS, 200, "text/event-stream;charset=utf-16", "", MEDIA),
        (TASKS, 200, "Text/Event-Stream, text/plain", "", MEDIA),
        (TASKS, 200, "application/x-ndjson", "", MEDIA),
        (TASKS, 404, "application/json;charset=utf-16", "", PASS),
        (TOOLS, 200, JSON, "gzip", ENCODED),
        (TOOLS, 500, EVENTS, "identity, br", ENCODED),
        (TASKS, 200, JSON, "x", ENCODED),
    ];
    for (watch, status, content_type, encoding, expected) in rows {
        let plan = match Plan::of(watch, &head(status, content_type, encoding)) {
            Ok(Plan::PassThrough) => PASS.to_owned(),
            Ok(Plan::Read(answer)) => match answer.held_up_to() {
                Some(limits::ANSWER_BYTES) => WHOLE.to_owned(),
                _ => STREAM.to_owned(),
            },
            Err(error) => format!("{error:?}"),
        };
        assert_eq!(plan, expected, "{status} {content_type} {encoding}");
    }
}

const LIST: &str = r#"{"id":1,"result":{"tools":[{"name":"a"},{"name":"h1"}]}}"#;
const LEFT: &str = r#"{"id":1,"result":{"tools":[{"name":"a"}]}}"#;

#[test]
fn json_comes_out_at_its_end_however_it_came_in() {
    for cut in 0..=LIST.len() {
        let (a, b) = LIST.as_bytes().split_at(cut);
        let mut answer = answer(TOOLS, JSON);
        let mut caller = Caller::default();
        assert_eq!(answer.push(a, false, &mut caller), Ok(Vec::new()));
        assert_eq!(answer.push(b, true, &mut caller).unwrap(), LEFT.as_bytes());
        assert_eq!(answer.push(b"", true, &mut caller), Ok(Vec::new()));
        assert_eq!(
            answer.push(b" ", true, &mut caller),
            Err(AnswerError::Ended)
        );
    }
    assert_eq!(filtered(TOOLS, JSON, ""), Ok(String::new()));
}

#[test]
fn streams_come_out_event_by_event() {
    let stream = format!("id: 1\n\ndata: {{\"method\":\"x\"}}\n\nid: 2\ndata: {LIST}\r\n\r\n:\n\n");
    let expected = stream.replace(LIST, LEFT);
    for cut in 0..=stream.len() {
        let (a, b) = stream.as_bytes().split_at(cut);
        let out = run(TOOLS, EVENTS, &[a, b]).unwrap().0;
        assert_eq!(out, expected, "{cut}");
    }
    let mut answer = answer(TASKS, EVENTS);
    let event = format!("data: {LIST}\n\n");
    let out = answer.push(event.as_bytes(), false, &mut Caller::default());
    assert_eq!(out.unwrap(), format!("data: {LEFT}\n\n").into_bytes());
}

#[test]
fn behind_an_error_nothing_goes_on() {
    for (content_type, bad, good) in [
        (EVENTS, "data: {\n\n", "data: {}\n\n"),
        (
            EVENTS,
            "data: {\"result\":{\"tools\":7}}\n\n",
            "data: {}\n\n",
        ),
        (EVENTS, "data: ping\ndata: {}\n\n", "data: {}\n\n"),
        (JSON, "{\"result\":{}}", ""),
    ] {
        let mut answer = answer(TOOLS, content_type);
        let mut caller = Caller::default();
        let end = content_type == JSON;
        let error = answer.push(bad.as_bytes(), end, &mut caller).unwrap_err();
        for end in [false, true] {
            let behind = answer.push(good.as_bytes(), end, &mut caller);
            assert_eq!(behind, Err(error), "{bad}");
        }
    }
}

#[test]
fn a_list_that_was_asked_for_has_to_be_there() {
    for body in [
        r#"{"id":1,"result":{}}"#,
        r#"{"id":1,"result":{"prompts":[]}}"#,
        r#"{"id":1,"result":[]}"#,
        r#"{"id":1,"result":null}"#,
    ] {
        assert_eq!(
            filtered(TOOLS, JSON, body),
            Err(AnswerError::Shape),
            "{body}"
        );
        assert_eq!(filtered(TASKS, JSON, body).as_deref(), Ok(body));
        let event = format!("data: {body}\n\n");
        assert_eq!(filtered(TOOLS, EVENTS, &event), Ok(event));
    }
    let error = r#"{"id":1,"error":{"code":-32603,"message":"no"}}"#;
    assert_eq!(filtered(TOOLS, JSON, error).as_deref(), Ok(error));
}

#[test]
fn answers_are_bounded() {
    let body = |bytes: usize| format!("{}{}", LIST, " ".repeat(bytes - LIST.len()));
    assert!(filtered(TOOLS, JSON, &body(limits::ANSWER_BYTES)).is_ok());
    let longer = filtered(TOOLS, JSON, &body(limits::ANSWER_BYTES + 1));
    assert_eq!(longer, Err(AnswerError::TooLong));
}

#[test]
fn callers_are_told_of_tasks_where_that_is_watched() {
    let body = r#"{"id":1,"result":{"task":{"taskId":"t1"}}}"#;
    let (out, caller) = run(TASKS, JSON, &[body.as_bytes()]).unwrap();
    assert_eq!((out.as_str(), caller.0), (body, vec!["t1".to_owned()]));
    let event = format!("data: {body}\n\ndata: [{body},{body}]\n\n");
    let (out, caller) = run(TASKS, EVENTS, &[event.as_bytes()]).unwrap();
    assert_eq!((out, caller.0), (event, vec!["t1".to_owned(); 3]));
    let body = r#"{"result":{"tools":[],"taskId":"t"}}"#;
    assert_eq!(run(TOOLS, JSON, &[body.as_bytes()]).unwrap().1.0, [""; 0]);
}

#[test]
fn without_an_envelope_the_body_is_the_result() {
    let rest = Watch {
        list: Some(ListKind::Tasks),
        tasks: true,
        binding: Binding::Rest,
    };
    let list = r#"{"tasks":[{"id":"h1"},{"id":"t"}],"nextPageToken":""}"#;
    let left = r#"{"tasks":[{"id":"t"}],"nextPageToken":""}"#;
    assert_eq!(filtered(rest, JSON, list).as_deref(), Ok(left));
    assert_eq!(filtered(rest, JSON, "{}").as_deref(), Ok("{}"));
    let event = "data: {\"statusUpdate\":{\"taskId\":\"t\"}}\n\n";
    let (out, caller) = run(rest, EVENTS, &[event.as_bytes()]).unwrap();
    assert_eq!((out.as_str(), caller.0), (event, vec!["t".to_owned()]));
}

/// What it tells of beyond that has no owner; what it told of before has it still.
#[test]
fn an_answer_tells_of_so_many_tasks_and_no_more() {
    let event = |task: usize| format!("data: {{\"result\":{{\"taskId\":\"t-{task}\"}}}}\n\n");
    let events = (0..=limits::ANSWER_TASKS).chain([0]).map(event);
    let events: Vec<String> = events.collect();
    let pieces: Vec<&[u8]> = events.iter().map(String::as_bytes).collect();
    let (out, caller) = run(TASKS, EVENTS, &pieces).unwrap();
    assert_eq!(out, events.concat());
    let mut expected: Vec<String> = (0..limits::ANSWER_TASKS)
        .map(|task| format!("t-{task}"))
        .collect();
    expected.push("t-0".into());
    assert_eq!(caller.0, expected);
}
