use super::{Field, RequestHead, UnreadableHeader};
use crate::decision::Reason;
use crate::limits;

fn fields<'r>(fields: &[(&'r str, &'r str)]) -> Vec<Field<'r>> {
    fields
        .iter()
        .map(|(name, value)| (name.as_bytes(), value.as_bytes()))
        .collect()
}

#[test]
fn what_is_missing_or_repeated_is_malformed() {
    for (given, reason) in [
        (vec![], Reason::RequestMalformed),
        (
            vec![(":method", "GET"), (":method", "GET")],
            Reason::RequestMalformed,
        ),
        (vec![(":method", "")], Reason::RequestMalformed),
        (vec![(":method", "get")], Reason::RequestMalformed),
        (vec![(":method", "G T")], Reason::RequestMalformed),
    ] {
        assert_eq!(
            RequestHead::new(&fields(&given)).method(),
            Err(reason),
            "{given:?}"
        );
    }
    let many = vec![("a", "b"); limits::HEADERS];
    let given = fields(&[&[(":method", "GET")], many.as_slice()].concat());
    assert_eq!(
        RequestHead::new(&given).method(),
        Err(Reason::RequestMalformed)
    );
    assert_eq!(
        RequestHead::new(&[(b":path", b"/\xff")]).path(),
        Err(Reason::RequestMalformed)
    );
}

#[test]
fn a_host_beside_the_authority_must_agree() {
    let authority = |host: &'static str| {
        let given = fields(&[(":authority", "api"), ("host", host)]);
        RequestHead::new(&given).authority().map(<[u8]>::to_vec)
    };
    assert_eq!(authority("api"), Ok(b"api".to_vec()));
    assert_eq!(authority("evil"), Err(Reason::HostAmbiguous));
    let twice = fields(&[(":authority", "api"), ("Host", "evil"), ("host", "api")]);
    assert_eq!(
        RequestHead::new(&twice).authority(),
        Err(Reason::HostAmbiguous)
    );
}

#[test]
fn two_credentials_are_told_from_one() {
    let credential = |given: &[(&'static str, &'static str)]| {
        RequestHead::new(&fields(given))
            .credential()
            .map(|value| value.map(<[u8]>::to_vec))
    };
    assert_eq!(credential(&[]), Ok(None));
    assert_eq!(credential(&[("authorization", "")]), Ok(Some(vec![])));
    let twice = [("authorization", "Bearer a"), ("Authorization", "Bearer a")];
    assert_eq!(credential(&twice), Err(Reason::MultipleCredentials));
}

#[test]
fn whatever_reads_as_ours_or_overrides_is_stripped() {
    let stripped = [
        "x-remit-agent",
        "X-Remit-Agent",
        "x_remit_agent",
        "x-remit_agent",
        "x-remit-",
        "x-remit-anything",
        "x-http-method-override",
        "X_HTTP_METHOD_OVERRIDE",
        "x-original-url",
        "x-rewrite-url",
        "x-method-override",
        "x.remit.agent",
        "X-Forwarded-Host",
        "forwarded",
    ];
    let kept = [
        "x-remit",
        "x-remitter",
        "x-request-id",
        "x-forwarded-for",
        "authorization",
        "x",
        "",
        ":path",
    ];
    let given: Vec<_> = stripped
        .iter()
        .chain(&kept)
        .map(|name| (*name, "v"))
        .collect();
    let given = fields(&given);
    let names: Vec<_> = RequestHead::new(&given)
        .to_strip(None)
        .map(|n| str::from_utf8(n).unwrap())
        .collect();
    assert_eq!(names, stripped);
}

#[test]
fn rules_see_one_text_or_an_error() {
    let given = fields(&[
        ("x-tag", "a"),
        ("other", "-"),
        ("x-twice", "a"),
        ("X-Twice", ""),
    ]);
    let head = RequestHead::new(&given);
    assert_eq!(head.header("x-tag"), Ok(Some("a")));
    assert_eq!(head.header("x-none"), Ok(None));
    assert_eq!(head.header("x-twice"), Err(UnreadableHeader));
    assert_eq!(
        RequestHead::new(&[(b"x-tag", b"\xff")]).header("x-tag"),
        Err(UnreadableHeader)
    );
}

#[test]
fn asking_for_another_protocol_is_seen() {
    for name in ["upgrade", "Upgrade", ":protocol"] {
        assert!(RequestHead::new(&fields(&[(name, "websocket")])).changes_protocol());
    }
    assert!(!RequestHead::new(&fields(&[("connection", "keep-alive")])).changes_protocol());
}

#[test]
fn a_transaction_token_passes_under_its_own_name_alone_and_no_credential_in_trailers() {
    let fields: Vec<Field<'_>> = [
        "txn-token",
        "Txn-Token",
        "txn_token",
        "txn.token",
        "TXN_TOKEN",
        "trailer",
        "dpop",
        "d_pop",
        "authorization",
        "te",
        "mcp-session-id",
        "Mcp_Session_Id",
    ]
    .into_iter()
    .map(|name| (name.as_bytes(), &b"x"[..]))
    .collect();
    let head = RequestHead::new(&fields);
    let names = |names: Vec<&[u8]>| -> Vec<String> {
        names
            .iter()
            .map(|name| String::from_utf8_lossy(name).into_owned())
            .collect()
    };
    let stripped = names(head.to_strip(None).collect());
    assert_eq!(stripped, ["txn_token", "txn.token", "TXN_TOKEN"]);
    let stripped = names(head.to_strip_from_trailers(None).collect());
    assert_eq!(
        stripped,
        [
            "txn-token",
            "Txn-Token",
            "txn_token",
            "txn.token",
            "TXN_TOKEN",
            "dpop",
            "authorization",
            "mcp-session-id",
            "Mcp_Session_Id",
        ]
    );
}
