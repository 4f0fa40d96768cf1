use super::{bearer, check_form};
use crate::decision::Reason;
use crate::limits;

fn token_of(value: Option<&[u8]>) -> Result<&[u8], Reason> {
    let token = bearer(value)?;
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
        (Some("DPoP a.b.c"), Reason::WrongScheme),
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
