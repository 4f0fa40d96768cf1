use super::{check_header, issuer};
use crate::decision::Reason;
use crate::json;
use crate::plan::{Plan, Profile};
use crate::tests::triage;
use crate::token::claims::Claims;
use crate::token::jws::Header;

/// `corp` of access tokens, `plain`, `td` of SVIDs, `sts` of transaction tokens for one trust domain.
fn plan() -> Plan {
    let mut plan = triage();
    let first = plan.issuers[0].clone();
    let with = |name: &str, profile, issuer: &str, domain: Option<&str>| {
        let mut one = first.clone();
        one.name = name.into();
        one.profile = profile;
        one.issuer = issuer.into();
        one.trust_domain = domain.map(Into::into);
        one
    };
    plan.issuers = vec![
        with(
            "corp",
            Profile::AccessToken,
            "https://sts.corp.example",
            None,
        ),
        with("plain", Profile::Plain, "https://plain.example", None),
        with(
            "td",
            Profile::JwtSvid,
            "spiffe://corp.example",
            Some("corp.example"),
        ),
        with(
            "sts",
            Profile::TxnToken,
            "https://tts.corp.example",
            Some("corp.example"),
        ),
    ];
    plan
}

fn header<'h>(typ: Option<&'h str>) -> Header<'h> {
    Header {
        algorithm: None,
        typ: typ.map(Into::into),
        kid: None,
        has_others: false,
    }
}

fn found(typ: Option<&str>, payload: &str) -> Result<String, Reason> {
    let plan = plan();
    let claims = Claims::new(json::parse_object(payload.as_bytes()).unwrap());
    issuer(&plan, &claims, &header(typ)).map(|(_, issuer)| issuer.name.clone())
}

#[test]
fn a_token_falls_under_one_issuer() {
    for (typ, payload, name) in [
        (
            Some("at+jwt"),
            r#"{"iss":"https://sts.corp.example"}"#,
            "corp",
        ),
        (
            None,
            r#"{"iss":"https://plain.example","sub":"spiffe://corp.example/a"}"#,
            "plain",
        ),
        (None, r#"{"sub":"spiffe://corp.example/a"}"#, "td"),
        (
            Some("JWT"),
            r#"{"iss":"https://spire.corp.example","sub":"spiffe://corp.example/a"}"#,
            "td",
        ),
        (Some("txntoken+jwt"), r#"{"aud":"corp.example"}"#, "sts"),
        (
            Some("application/txntoken+jwt"),
            r#"{"iss":"https://tts.corp.example","aud":["corp.example"]}"#,
            "sts",
        ),
    ] {
        assert_eq!(found(typ, payload), Ok(name.into()), "{payload}");
    }
}

/// Where the policy names no `iss` for a trust domain's transaction tokens, its keys decide alone.
#[test]
fn a_transaction_token_issuer_may_go_unnamed() {
    let mut plan = plan();
    plan.issuers[3].issuer.clear();
    let claims = r#"{"iss":"https://anyone.example","aud":"corp.example"}"#;
    let claims = Claims::new(json::parse_object(claims.as_bytes()).unwrap());
    let found = issuer(&plan, &claims, &header(Some("txntoken+jwt")));
    assert_eq!(found.map(|(_, issuer)| issuer.name.as_str()), Ok("sts"));
}

#[test]
fn or_under_none() {
    for (typ, payload, reason) in [
        (
            None,
            r#"{"iss":"https://sts.corp.example/"}"#,
            Reason::UnknownIssuer,
        ),
        (
            None,
            r#"{"iss":"spiffe://corp.example"}"#,
            Reason::UnknownIssuer,
        ),
        (
            None,
            r#"{"iss":"https://tts.corp.example"}"#,
            Reason::UnknownIssuer,
        ),
        (
            None,
            r#"{"sub":"spiffe://other.example/a"}"#,
            Reason::UnknownIssuer,
        ),
        (
            None,
            r#"{"sub":"spiffe://corp.example/../a"}"#,
            Reason::UnknownIssuer,
        ),
        (None, r#"{"sub":"mara"}"#, Reason::UnknownIssuer),
        (None, "{}", Reason::ClaimMissing),
        (
            Some("txntoken+jwt"),
            r#"{"aud":"other.example"}"#,
            Reason::ClaimMissing,
        ),
        (
            Some("txntoken+jwt"),
            r#"{"iss":"https://sts.corp.example","aud":"corp.example"}"#,
            Reason::UnknownIssuer,
        ),
        (
            Some("txntoken+jwt"),
            r#"{"aud":"other.example","sub":"spiffe://corp.example/a"}"#,
            Reason::UnknownIssuer,
        ),
    ] {
        assert_eq!(found(typ, payload), Err(reason), "{payload}");
    }
}

/// Each profile takes its own `typ` and no other's.
#[test]
fn no_typ_passes_as_another() {
    let typs = [
        None,
        Some("JWT"),
        Some("jwt"),
        Some("application/jwt"),
        Some("JOSE"),
        Some("at+jwt"),
        Some("application/at+jwt"),
        Some("AT+JWT"),
        Some("txntoken+jwt"),
        Some("dpop+jwt"),
        Some("statuslist+jwt"),
        Some("wit+jwt"),
        Some("oauth-id-jag+jwt"),
        Some("logout+jwt"),
        Some(""),
    ];
    for (profile, accepted) in [
        (
            Profile::AccessToken,
            &["at+jwt", "application/at+jwt", "AT+JWT"][..],
        ),
        (Profile::Plain, &["JWT", "jwt", "application/jwt"]),
        (Profile::JwtSvid, &["JWT", "jwt", "application/jwt", "JOSE"]),
        (Profile::TxnToken, &["txntoken+jwt"]),
    ] {
        let may_be_absent = matches!(profile, Profile::Plain | Profile::JwtSvid);
        for typ in typs {
            let wanted = typ.map_or(may_be_absent, |typ| accepted.contains(&typ));
            let got = check_header(&header(typ), profile).is_ok();
            assert_eq!(got, wanted, "{profile:?} {typ:?}");
        }
    }
}

#[test]
fn an_svid_has_three_header_members_at_most() {
    let crowded = Header {
        has_others: true,
        ..header(None)
    };
    assert_eq!(
        check_header(&crowded, Profile::JwtSvid),
        Err(Reason::TokenHeaderRefused)
    );
    assert_eq!(check_header(&crowded, Profile::Plain), Ok(()));
}
