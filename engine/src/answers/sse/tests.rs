use super::EventStream;
use crate::answers::AnswerError;
use crate::limits;

/// What comes out of a stream, given in pieces, where each data with a brace in it gets `to`.
fn run(pieces: &[&[u8]], to: Option<&str>) -> Result<(String, Vec<String>), AnswerError> {
    let mut stream = EventStream::default();
    let mut seen = Vec::new();
    let mut out = Vec::new();
    let mut change = |data: &[u8]| {
        seen.push(String::from_utf8(data.to_vec()).unwrap());
        Ok(to.map(|to| to.as_bytes().to_vec()))
    };
    for piece in pieces {
        stream.push(piece, &mut out, &mut change)?;
    }
    stream.finish(&mut out, &mut change);
    Ok((String::from_utf8(out).unwrap(), seen))
}

fn whole(text: &str, to: Option<&str>) -> (String, Vec<String>) {
    run(&[text.as_bytes()], to).unwrap()
}

const STREAMS: &[(&str, &[&str])] = &[
    ("", &[]),
    ("data: {}\n\n", &["{}"]),
    ("data: {}\r\rdata:{}\r\n\r\n", &["{}", "{}"]),
    ("data: {\r\ndata:}\r\n\r\n", &["{\n}"]),
    ("data:  {}\n\n", &[" {}"]),
    (": alive\n\n:\n\ndata\n\n", &[]),
    (
        "id: 1\nevent: message\ndata: {\nretry: 5\ndata: }\nid: 2\n\nid: 3\n\n",
        &["{\n}"],
    ),
    ("\u{feff}data: {}\n\ndata: {}\n\n", &["{}", "{}"]),
    ("\u{feff}\ndata: {}\n\n", &["{}"]),
    ("\u{feff}id: 7\n\u{feff}data: {x}\ndata: {}\n\n", &["{}"]),
    ("data: {}\n\n\u{feff}data: {x}\n\n", &["{}"]),
    ("data : {}\nDATA: {}\n data: {}\n\n", &[]),
    ("data: ping\n\ndata: \n\ndata:\n\n", &[]),
    ("data: {}\n", &["{}"]),
    ("data: {}", &["{}"]),
    ("data: {}\n\n\n\r\n\r\rdata: {}\r", &["{}", "{}"]),
    ("data: a\ndata: {}\n\n", &["a\n{}"]),
    ("\r\ndata: {\r\r\ndata: }\n\n", &["{"]),
];

#[test]
fn events_go_on_verbatim_and_are_read_as_the_standard_says() {
    for (stream, data) in STREAMS {
        let (out, seen) = whole(stream, None);
        assert_eq!((out.as_str(), seen), (*stream, strings(data)), "{stream:?}");
    }
}

#[test]
fn where_a_stream_is_cut_makes_no_difference() {
    for (stream, _) in STREAMS {
        for to in [None, Some("[\n1]")] {
            let expected = whole(stream, to);
            let bytes: Vec<&[u8]> = stream.as_bytes().chunks(1).collect();
            assert_eq!(run(&bytes, to).unwrap(), expected, "{stream:?}");
            for cut in 0..stream.len() {
                let (a, b) = stream.as_bytes().split_at(cut);
                assert_eq!(
                    run(&[a, b"", b], to).unwrap(),
                    expected,
                    "{stream:?} at {cut}"
                );
            }
        }
    }
}

#[test]
fn changed_data_is_written_anew_and_nothing_else() {
    for (stream, expected) in [
        ("data: {}\n\n", "data: [\ndata: 1]\n\n"),
        (
            "id: 1\r\ndata:{\r\nretry: 5\r\ndata\r\n: c\r\n\r\n",
            "id: 1\r\ndata: [\r\ndata: 1]\r\nretry: 5\r\n: c\r\n\r\n",
        ),
        ("\u{feff}data: {}\r\r", "\u{feff}data: [\rdata: 1]\r\r"),
        ("data: {}", "data: [\ndata: 1]"),
        ("data: {}\n:c", "data: [\ndata: 1]\n:c"),
    ] {
        assert_eq!(whole(stream, Some("[\n1]")).0, expected, "{stream:?}");
    }
}

#[test]
fn nothing_waits_but_events_with_data() {
    let mut stream = EventStream::default();
    let mut after = |piece: &str| {
        let mut out = Vec::new();
        let pushed = stream.push(piece.as_bytes(), &mut out, &mut |_| Ok(None));
        pushed.unwrap();
        String::from_utf8(out).unwrap()
    };
    for (piece, expected) in [
        (": alive\n", ": alive\n"),
        ("id: 1\r", "id: 1\r"),
        ("\ndata: {}", "\n"),
        ("\r", ""),
        ("\r", "data: {}\r\r"),
        ("\n", "\n"),
        ("id", ""),
        (": 2\n", "id: 2\n"),
    ] {
        assert_eq!(after(piece), expected, "{piece:?}");
    }
}

#[test]
fn what_fails_at_the_end_is_left_out() {
    let mut stream = EventStream::default();
    let mut out = Vec::new();
    let mut change = |_: &[u8]| Err(AnswerError::Json);
    stream
        .push(b"id: 1\ndata: {", &mut out, &mut change)
        .unwrap();
    stream.finish(&mut out, &mut change);
    assert_eq!(out, b"id: 1\n");
}

#[test]
fn events_and_lines_are_bounded() {
    let fits = limits::EVENT_BYTES - "data: \n\n".len();
    for (before, letters, fits) in [
        ("data: ", fits, true),
        ("data: ", fits + 1, false),
        (": ", limits::EVENT_BYTES - 2, false),
    ] {
        let stream = format!("{before}{}\n\n", "a".repeat(letters));
        let result = run(&[stream.as_bytes(), b"data: {}\n\n"], None);
        assert_eq!(result.is_ok(), fits, "{before} {letters}");
        assert!(fits || result == Err(AnswerError::TooLong));
    }
    let lines = "data: a\n".repeat(limits::EVENT_BYTES / 8 + 1);
    assert_eq!(run(&[lines.as_bytes()], None), Err(AnswerError::TooLong));
    let signs = ": alive\n".repeat(limits::EVENT_BYTES / 8 + 1);
    assert!(run(&[signs.as_bytes()], None).is_ok());
}

fn strings(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}
