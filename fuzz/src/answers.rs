//! Answers to messages, as an upstream may send them.

use remit_engine::answers::{
    Answer, AnswerError, Binding, Head, ListKind, Plan, Shown, Visible, Watch,
};
use remit_engine::json::Json;
use remit_engine::limits;

/// Decides by names, and remembers which it saw.
#[derive(Default)]
struct Caller {
    shows_all: bool,
    seen: Vec<Shown>,
}

impl Visible for Caller {
    fn see(&mut self, _: ListKind, name: &str, _: &Json<'_>) -> Shown {
        let shown = match name {
            _ if self.shows_all => Shown::Listed,
            _ if name.contains('h') => Shown::Hidden,
            _ if name.contains('m') => Shown::Marked,
            _ => Shown::Listed,
        };
        self.seen.push(shown);
        shown
    }

    fn task(&mut self, id: &str) {
        assert!((1..=limits::TASK_ID_BYTES).contains(&id.len()));
    }
}

const JSON: &[u8] = b"application/json";
const EVENTS: &[u8] = b"text/event-stream";

/// Bytes as a JSON answer, as an event stream and as the data of an event: it is refused, or comes
/// out the same wherever it is cut, without what is hidden, and untouched where nothing is.
pub fn answer(input: &[u8]) {
    for binding in [Binding::JsonRpc, Binding::Rest] {
        for content_type in [JSON, EVENTS] {
            filtered(binding, content_type, input);
        }
        let json = run(binding, JSON, &[input], &mut Caller::default());
        let stream = run(binding, EVENTS, &[&event(input)], &mut Caller::default());
        assert!(json.is_err() || stream.is_ok(), "as an event it is refused");
    }
}

fn filtered(binding: Binding, content_type: &[u8], input: &[u8]) {
    let run = |input: &[u8], caller: &mut Caller| run(binding, content_type, &[input], caller);
    let result = run(input, &mut Caller::default());
    cut(binding, content_type, input, &result);
    let shows_all = || Caller {
        shows_all: true,
        ..Caller::default()
    };
    if let Ok(out) = run(input, &mut shows_all()) {
        let is_plain = |part: &[u8]| part != b"cacheScope" && !part.contains(&b'\\');
        // An event that cannot be read at the end of a stream is left out.
        if content_type == JSON && input.windows(10).all(is_plain) {
            assert_eq!(out, input, "touched");
        }
        let again = run(&out, &mut shows_all());
        assert_eq!(again, Ok(out), "touched again");
    }
    if let Ok(out) = result {
        let mut caller = Caller::default();
        let again = run(&out, &mut caller);
        assert_eq!(again, Ok(out), "marked twice");
        assert!(!caller.seen.contains(&Shown::Hidden), "shown");
    }
}

/// The same comes out byte by byte, and of two halves.
fn cut(
    binding: Binding,
    content_type: &[u8],
    input: &[u8],
    expected: &Result<Vec<u8>, AnswerError>,
) {
    let half = input.len() / 2;
    let halves = input.split_at_checked(half).unwrap_or_default();
    let bytes: Vec<&[u8]> = input.chunks(1).collect();
    for pieces in [&[halves.0, halves.1][..], &bytes] {
        let result = run(binding, content_type, pieces, &mut Caller::default());
        assert_eq!(&result, expected, "cut");
    }
}

fn run(
    binding: Binding,
    content_type: &[u8],
    pieces: &[&[u8]],
    caller: &mut Caller,
) -> Result<Vec<u8>, AnswerError> {
    let mut answer = read(binding, content_type);
    let mut out = Vec::new();
    for piece in pieces {
        out.extend(answer.push(piece, false, caller)?);
    }
    out.extend(answer.push(b"", true, caller)?);
    Ok(out)
}

fn read(binding: Binding, content_type: &[u8]) -> Answer {
    let watch = Watch {
        list: None,
        tasks: true,
        binding,
    };
    let head = Head {
        status: 200,
        content_type: Some(content_type),
        content_encoding: None,
    };
    match Plan::of(watch, &head) {
        Ok(Plan::Read(answer)) => Some(answer),
        _ => None,
    }
    .expect("an answer that is watched is read")
}

/// An event with this data.
fn event(data: &[u8]) -> Vec<u8> {
    let mut event = Vec::new();
    for line in data.split(|byte| matches!(byte, b'\r' | b'\n')) {
        event.extend(b"data: ");
        event.extend(line);
        event.push(b'\n');
    }
    event.push(b'\n');
    event
}
