//! JSONTestSuite as bodies of an HTTP operation that takes any object.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use remit_engine::json::Json;
use remit_engine::json::reader::Reader;
use remit_engine::limits;
use remit_tests::vectors::{JSON_PARSING, Tally};

use super::{API, MANNERS, Manner, Through, all};

pub(super) fn judge(way: &mut Through, tally: &mut Tally) {
    for file in ["test_parsing", "test_transform"] {
        for case in JSON_PARSING.cases(file).expect("the vectors are there") {
            let id = case["id"].as_str().expect("a case has an id");
            let content = case["content_b64"].as_str().expect("a case has content");
            let content = STANDARD.decode(content).expect("the content is base64");
            let passes = is_object(&content);
            if passes && case["expect"] == "reject" {
                tally.fail(id, "it is read");
                continue;
            }
            let found = MANNERS.map(|manner| (manner, one(way, manner, &content, passes)));
            tally.check(id, all(found.into_iter()));
        }
    }
}

/// What the suite says of the reader is judged natively.
fn is_object(content: &[u8]) -> bool {
    let mut reader = Reader::new(limits::MOST_BODY_BYTES as usize);
    let read = reader.push(content).and_then(|()| reader.finish());
    matches!(read, Ok(Json::Object(_)))
}

fn one(way: &mut Through, manner: Manner, content: &[u8], passes: bool) -> Result<(), String> {
    let fields = [("content-type", "application/json")];
    let came = way.send(manner, (API, "/documents"), &fields, content)?;
    let status = came.response.status;
    match (passes, came.arrival.is_some()) {
        (true, true) => Ok(()),
        (false, false) if status == 400 => Ok(()),
        _ => Err(format!(
            "passes: {passes}, but {status} {}",
            way.record(&came)
        )),
    }
}
