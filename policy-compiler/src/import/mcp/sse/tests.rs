use super::Events;

fn all(text: &str) -> Vec<String> {
    let data = Events::default().push(text.as_bytes());
    let whole: Vec<String> = data
        .into_iter()
        .map(|data| String::from_utf8(data).unwrap())
        .collect();
    // However it is cut, the same comes of it.
    let mut events = Events::default();
    let cut: Vec<Vec<u8>> = text.bytes().flat_map(|byte| events.push(&[byte])).collect();
    assert_eq!(cut.len(), whole.len());
    whole
}

#[test]
fn events_are_read_with_any_line_ends() {
    for end in ["\n", "\r\n", "\r"] {
        let text = "id: 1\ndata: \n\n: comment\nevent: message\ndata: {\"a\":\ndata: 1}\n\ndata:x\n\ndata\n\nrest";
        assert_eq!(all(&text.replace('\n', end)), ["{\"a\":\n1}", "x"]);
    }
}

#[test]
fn what_is_not_complete_is_no_event() {
    assert_eq!(all("data: {}\n"), [""; 0]);
    assert_eq!(all("database: {}\n\n"), [""; 0]);
}
