use super::{Scheme, check_form, shown};
use crate::decision::Reason;
use crate::limits;

fn token_of(value: Option<&[u8]>) -> Result<&[u8], Reason> {
    let (_, token) = shown(value)?;
    check_form(token).map(|()| token)
}

#[test]
fn takes_the_token_out() {
    for value in [
        "Bearer a.b.c",
        "bearer a.b.c",
        "BEARER   a.b.c",
        "Bearer a.b.c ",
        " Bearer a.b.c",
    ] {
        assert_eq!(
            token_of(Some(value.as_bytes())),
            Ok(&b"a.b.c"[..]),
            "{value:?}"
        );
    }
}

#[test]
fn refuses_the_rest_with_its_reason() {
    let too_long = format!("Bearer {}", "a".repeat(limits::TOKEN_BYTES + 1));
    for (value, reason) in [
        (None, Reason::NoCredential),
        (Some(""), Reason::CredentialMalformed),
        (Some("Bearer"), Reason::CredentialMalformed),
        (Some("Bearer "), Reason::CredentialMalformed),
        (Some("Bearer a.b.c d"), Reason::CredentialMalformed),
        (Some("Bearer a.b.c\td"), Reason::CredentialMalformed),
        (Some("Basic YTpi"), Reason::WrongScheme),
        (Some("Basic a.b.c"), Reason::WrongScheme),
        (Some("Bearera.b.c"), Reason::WrongScheme),
        (Some("a.b.c"), Reason::WrongScheme),
        (
            Some("Bearer a.b.c,Bearer d.e.f"),
            Reason::MultipleCredentials,
        ),
        (
            Some("Bearer a.b.c, Bearer a.b.c"),
            Reason::MultipleCredentials,
        ),
        (Some(too_long.as_str()), Reason::TokenTooLarge),
    ] {
        assert_eq!(token_of(value.map(str::as_bytes)), Err(reason), "{value:?}");
    }
}

#[test]
fn tells_how_a_token_is_shown() {
    for (value, scheme) in [
        ("Bearer a.b.c", Scheme::Bearer),
        ("bearer a.b.c", Scheme::Bearer),
        ("DPoP a.b.c", Scheme::Dpop),
        ("dpop a.b.c", Scheme::Dpop),
    ] {
        assert_eq!(shown(Some(value.as_bytes())), Ok((scheme, &b"a.b.c"[..])));
    }
}
