//! A request's body as a gateway hands it to the engine.

use remit_engine::decision::Unread;
use remit_engine::json::Json;
use remit_engine::json::reader::{ReadError, Reader};

/// Reads a body of at most so many bytes.
///
/// # Errors
/// [`Unread`].
pub fn read_body(body: Option<&str>, most: usize) -> Result<Json<'static>, Unread> {
    let body = body.filter(|body| !body.is_empty()).ok_or(Unread::Absent)?;
    let mut reader = Reader::new(most);
    let read = reader.push(body.as_bytes()).and_then(|()| reader.finish());
    read.map_err(|error| match error {
        ReadError::TooLarge => Unread::TooLarge,
        ReadError::Malformed => Unread::Malformed,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_there_within_its_bound_and_json() {
        assert!(read_body(Some("{}"), 2).is_ok());
        for (body, most, why) in [
            (None, 9, Unread::Absent),
            (Some(""), 9, Unread::Absent),
            (Some("{}"), 1, Unread::TooLarge),
            (Some("{"), 9, Unread::Malformed),
        ] {
            assert_eq!(read_body(body, most), Err(why), "{body:?}");
        }
    }
}
