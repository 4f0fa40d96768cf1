use super::bearer;
use crate::decision::Reason;
use crate::limits;

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
            bearer(Some(value.as_bytes())),
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
        assert_eq!(bearer(value.map(str::as_bytes)), Err(reason), "{value:?}");
    }
}
