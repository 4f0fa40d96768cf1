use super::*;
use crate::scripted::Scripted;

fn answer(fields: &[(&str, &str)], body: &[u8]) -> Result<Answer, FetchError> {
    let gateway = Scripted::default();
    let head = pairs::write(fields).expect("small sizes");
    gateway.called.replace((head, body.to_vec()));
    read(&gateway, SourceKind::Jwks, body.len())
}

#[test]
fn nothing_but_200_is_an_answer() {
    let good = answer(&[(":status", "200")], b"{}").expect("an answer");
    assert_eq!((good.body.as_slice(), good.max_age), (&b"{}"[..], None));
    for status in [201, 204, 301, 302, 304, 404, 503, 504] {
        let said = answer(&[(":status", &status.to_string())], b"{}");
        assert_eq!(said, Err(FetchError::Status(status)));
    }
    for fields in [&[][..], &[(":status", "")], &[(":status", "2xx")]] {
        assert_eq!(answer(fields, b"{}"), Err(FetchError::Unreadable));
    }
}

#[test]
fn what_is_too_large_is_not_copied() {
    for kind in [
        SourceKind::Jwks,
        SourceKind::SpiffeBundle,
        SourceKind::StatusList,
        SourceKind::DenyFeed,
    ] {
        let most = max_bytes(kind);
        let gateway = Scripted::default();
        let head = pairs::write(&[(":status", "200")]).expect("small sizes");
        gateway.called.replace((head, vec![b' '; most]));
        let answer = read(&gateway, kind, most).expect("as much as is read");
        assert_eq!(answer.body.len(), most);
        gateway.calls.borrow_mut().clear();
        assert_eq!(
            read(&gateway, kind, most + 1),
            Err(FetchError::TooLarge(most + 1))
        );
        assert_eq!(*gateway.calls.borrow(), ["called head"]);
    }
}

#[test]
fn a_body_that_is_cut_off_is_none() {
    let gateway = Scripted::default();
    let head = pairs::write(&[(":status", "200")]).expect("small sizes");
    gateway.called.replace((head, b"{".to_vec()));
    let said = read(&gateway, SourceKind::Jwks, 2);
    assert_eq!(said, Err(FetchError::Unreadable));
}

#[test]
fn max_age_is_found_among_the_directives() {
    for (value, expected) in [
        ("max-age=60", Some(60)),
        ("public, Max-Age=300, must-revalidate", Some(300)),
        ("max-age=\"5\"", None),
        ("s-maxage=60", None),
        ("max-age", None),
        ("max-age=-1", None),
        ("no-store", None),
    ] {
        let fields = [(":status", "200"), ("Cache-Control", value)];
        let answer = answer(&fields, b"{}").expect("an answer");
        assert_eq!(answer.max_age, expected, "{value}");
    }
}
