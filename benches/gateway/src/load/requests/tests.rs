use super::*;

fn got(status: u16, length: usize) -> Got {
    Got { status, length }
}

#[test]
fn an_answer_is_told_by_its_status_and_where_that_is_said_by_its_length() {
    let requests = Requests::new(1, |_| Vec::new(), 200);
    assert!(requests.may_get(got(200, 7)));
    assert!(!requests.may_get(got(403, 7)));
    assert!(requests.again().or(403).may_get(got(403, 7)));
    let list = requests.answered_by_bytes(7);
    assert!(list.may_get(got(200, 7)));
    assert!(!list.may_get(got(200, 8)));
}
