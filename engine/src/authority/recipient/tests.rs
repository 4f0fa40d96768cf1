use super::is_within;
use crate::plan::Datum;

fn text(text: &str) -> Datum {
    Datum::String(text.to_owned())
}

#[test]
fn a_domain_has_itself_and_what_is_below_it() {
    for recipient in [
        "example.com",
        "EXAMPLE.com",
        "mail.example.com",
        "a.b.example.com",
        "bo@example.com",
        "bo.b+x-y_z=1~'@Mail.Example.Com",
    ] {
        assert!(is_within("example.com", &text(recipient)), "{recipient}");
        assert!(is_within("Example.COM", &text(recipient)), "{recipient}");
    }
    for recipient in [
        "com",
        "xample.com",
        "badexample.com",
        "bad-example.com",
        "example.com.evil.net",
        "example.community",
        "example.org",
        "bo@evil.net",
    ] {
        assert!(!is_within("example.com", &text(recipient)), "{recipient}");
    }
}

#[test]
fn what_could_be_read_in_two_ways_is_nobody() {
    for recipient in [
        "",
        "@example.com",
        "bo@",
        "bo@evil.net@example.com",
        "bo@evil.net,bo@example.com",
        "bo@evil.net\r\nbcc: x@example.com",
        "bo%evil.net@example.com",
        "evil.net!bo@example.com",
        "\"bo@evil.net\"@example.com",
        "Bo <bo@example.com>",
        "bo b@example.com",
        "bo@example.com.",
        "bo@.example.com",
        "bo@example..com",
        "bo@[10.0.0.1]",
        "bo@example.com:25",
        "https://example.com",
        "example.com/evil",
        "bö@example.com",
        "bo@exämple.example.com",
        " example.com",
    ] {
        assert!(!is_within("example.com", &text(recipient)), "{recipient}");
    }
    for domain in [
        "",
        ".",
        ".com",
        "example.com.",
        "*.example.com",
        "@example.com",
    ] {
        assert!(!is_within(domain, &text("bo@example.com")), "{domain}");
    }
    assert!(!is_within("0.1", &text("10.0.0.1")));
}

#[test]
fn of_several_each_has_to_be_within() {
    let list = |all: &[&str]| Datum::List(all.iter().map(|one| text(one)).collect());
    assert!(is_within(
        "example.com",
        &list(&["bo@example.com", "mail.example.com"])
    ));
    assert!(!is_within(
        "example.com",
        &list(&["bo@example.com", "bo@evil.net"])
    ));
    assert!(!is_within(
        "example.com",
        &list(&["bo@evil.net", "bo@example.com"])
    ));
    assert!(!is_within("example.com", &list(&[])));
    let nested = Datum::List(vec![list(&["bo@example.com"])]);
    assert!(!is_within("example.com", &nested));
    assert!(!is_within("example.com", &Datum::Null));
}
