use super::check;
use crate::decision::Reason;
use crate::request::RequestHead;

fn checked(fields: &[(&str, &str)]) -> Result<(), Reason> {
    let fields: Vec<_> = fields
        .iter()
        .map(|(name, value)| (name.as_bytes(), value.as_bytes()))
        .collect();
    check(&RequestHead::new(&fields))
}

#[test]
fn json_in_utf8_is_read() {
    for ty in [
        "application/json",
        "Application/JSON",
        "application/json; charset=utf-8",
        "application/json;charset=UTF-8",
        "application/json; charset=\"utf-8\"",
        "application/a2a+json",
        "application/vnd.api+json",
    ] {
        assert_eq!(checked(&[("content-type", ty)]), Ok(()), "{ty}");
    }
    let identity = [
        ("content-type", "application/json"),
        ("content-encoding", "identity"),
    ];
    assert_eq!(checked(&identity), Ok(()));
}

#[test]
fn everything_else_is_refused() {
    for ty in [
        "",
        "text/json",
        "text/plain",
        "application/jsonx",
        "application/+json",
        "application/json, text/plain",
        "application/json; charset=utf-16",
        "application/json; charset=utf-8; charset=utf-16",
        "application/json; boundary=x",
        "multipart/form-data; boundary=application/json",
        "application/x-www-form-urlencoded",
    ] {
        let refused = Err(Reason::ContentRefused);
        assert_eq!(checked(&[("content-type", ty)]), refused, "{ty}");
    }
    assert_eq!(checked(&[]), Err(Reason::ContentRefused));
    for encoding in ["gzip", "br", "gzip, identity", "deflate", "x"] {
        let fields = [
            ("content-type", "application/json"),
            ("content-encoding", encoding),
        ];
        assert_eq!(checked(&fields), Err(Reason::ContentRefused), "{encoding}");
    }
    let twice = [
        ("content-type", "application/json"),
        ("content-type", "application/json"),
    ];
    assert_eq!(checked(&twice), Err(Reason::ContentRefused));
}
