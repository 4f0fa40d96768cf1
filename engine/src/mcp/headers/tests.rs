use super::{HeaderMismatch, Mirrored, check, may_be_batch};
use crate::json::parse;
use crate::plan::NameId;
use crate::request::{Field, RequestHead};
use crate::rpc::Messages;

type Headers<'h> = &'h [(&'h str, &'h str)];

const NEWEST: &str = "2026-07-28";

fn checked(
    headers: Headers<'_>,
    body: &str,
    mirrored: &[(&str, u32)],
) -> Result<(), HeaderMismatch> {
    let fields: Vec<Field<'_>> = headers
        .iter()
        .map(|(name, value)| (name.as_bytes(), value.as_bytes()))
        .collect();
    let json = parse(body.as_bytes()).expect("JSON");
    let messages = Messages::read(&json).expect("a message");
    let names = ["region", "zone"].map(str::to_owned);
    let headers: Vec<(String, NameId)> = mirrored
        .iter()
        .map(|(header, name)| ((*header).to_owned(), NameId(*name)))
        .collect();
    let mirrored = Mirrored {
        headers: &headers,
        names: &names,
    };
    check(&RequestHead::new(&fields), &messages.all()[0], mirrored)
}

const CALL: &str = r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"t","arguments":{"region":"eu"}}}"#;

#[test]
fn headers_agree_whatever_revision_is_claimed() {
    for version in [
        None,
        Some("2025-03-26"),
        Some("2025-11-25"),
        Some(NEWEST),
        Some("1900-01-01"),
        Some("x"),
    ] {
        let claimed = version.map(|version| ("mcp-protocol-version", version));
        let with = |headers: Headers<'_>| {
            let all: Vec<_> = claimed.into_iter().chain(headers.iter().copied()).collect();
            checked(&all, CALL, &[])
        };
        let both = [("mcp-method", "tools/call"), ("mcp-name", "t")];
        assert_eq!(with(&both), Ok(()), "{version:?}");
        for wrong in [
            [("mcp-method", "tools/list"), ("mcp-name", "t")],
            [("mcp-method", "tools/call"), ("mcp-name", "u")],
            [("Mcp-Method", "Tools/Call"), ("mcp-name", "t")],
            [("mcp-method", "tools/call"), ("mcp_name", "u")],
            [("mcp-method", "tools/call"), ("Mcp.Name", "t")],
        ] {
            assert_eq!(with(&wrong), Err(HeaderMismatch), "{version:?} {wrong:?}");
        }
        for more in [
            ("mcp-name", "t"),
            ("mcp-param-region", "us"),
            ("mcp-param-other", "eu"),
            ("mcp_param_region", "eu"),
        ] {
            let [method, name] = both;
            assert_eq!(
                with(&[method, name, more]),
                Err(HeaderMismatch),
                "{version:?} {more:?}"
            );
        }
        let [method, name] = both;
        assert_eq!(with(&[method, name, ("mcp-param-Region", "eu")]), Ok(()));
        assert_eq!(with(&[method, name, ("mcp-session-id", "s")]), Ok(()));
    }
}

#[test]
fn the_newest_revision_needs_its_headers() {
    let absent = |version: &'static str| checked(&[("mcp-protocol-version", version)], CALL, &[]);
    for version in ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"] {
        assert_eq!(absent(version), Ok(()), "{version}");
    }
    for version in [
        NEWEST,
        "2027-01-01",
        "1900-01-01",
        "",
        "2025-11-25x",
        "draft",
    ] {
        assert_eq!(absent(version), Err(HeaderMismatch), "{version}");
    }
    let version = ("mcp-protocol-version", NEWEST);
    let method = ("mcp-method", "tools/call");
    let name = ("mcp-name", "t");
    assert_eq!(checked(&[version, method], CALL, &[]), Err(HeaderMismatch));
    assert_eq!(checked(&[version, name], CALL, &[]), Err(HeaderMismatch));
    let list = r#"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#;
    assert_eq!(
        checked(&[version, ("mcp-method", "tools/list")], list, &[]),
        Ok(())
    );
    assert_eq!(checked(&[version], list, &[]), Err(HeaderMismatch));
    let task = r#"{"jsonrpc":"2.0","id":1,"method":"tasks/get","params":{"taskId":"a"}}"#;
    let get = ("mcp-method", "tasks/get");
    assert_eq!(
        checked(&[version, get, ("mcp-name", "a")], task, &[]),
        Ok(())
    );
    assert_eq!(checked(&[version, get], task, &[]), Err(HeaderMismatch));
    let told = r#"{"jsonrpc":"2.0","method":"notifications/cancelled"}"#;
    assert_eq!(checked(&[version], told, &[]), Ok(()));
    assert_eq!(
        checked(&[version, ("mcp-method", "ping")], told, &[]),
        Err(HeaderMismatch)
    );
    // A call that wants no answer is a call.
    let call = CALL.replace(r#""id":1,"#, "");
    assert_eq!(checked(&[version], &call, &[]), Err(HeaderMismatch));
    let response = r#"{"jsonrpc":"2.0","id":1,"result":{}}"#;
    assert_eq!(checked(&[version], response, &[]), Ok(()));
    assert_eq!(
        checked(&[version, method], response, &[]),
        Err(HeaderMismatch)
    );
}

#[test]
fn the_body_can_claim_the_revision() {
    let claims = |meta: &str| CALL.replace(r#"{"name""#, &format!(r#"{{"_meta":{meta},"name""#));
    let newest = claims(r#"{"io.modelcontextprotocol/protocolVersion":"2026-07-28"}"#);
    let headers = [("mcp-method", "tools/call"), ("mcp-name", "t")];
    assert_eq!(checked(&[], &newest, &[]), Err(HeaderMismatch));
    assert_eq!(checked(&headers, &newest, &[]), Ok(()));
    for version in ["2025-11-25", "2026-07-29", "2026-07-28, 2025-11-25"] {
        let [method, name] = headers;
        let all = [method, name, ("mcp-protocol-version", version)];
        assert_eq!(
            checked(&all, &newest, &[]),
            Err(HeaderMismatch),
            "{version}"
        );
    }
    for meta in [
        r#"{"io.modelcontextprotocol/protocolVersion":1}"#,
        r#"{"io.modelcontextprotocol/ProtocolVersion":"2025-11-25"}"#,
        "1",
        "null",
    ] {
        assert_eq!(
            checked(&headers, &claims(meta), &[]),
            Err(HeaderMismatch),
            "{meta}"
        );
    }
    assert_eq!(checked(&[], &claims(r#"{"progressToken":1}"#), &[]), Ok(()));
}

#[test]
fn declared_arguments_are_compared_and_needed() {
    let declared = [("area", 0), ("zone", 1)];
    let version = ("mcp-protocol-version", NEWEST);
    let method = ("mcp-method", "tools/call");
    let name = ("mcp-name", "t");
    let with = |header: &[(&'static str, &'static str)]| {
        let all: Vec<_> = [version, method, name]
            .iter()
            .chain(header)
            .copied()
            .collect();
        checked(&all, CALL, &declared)
    };
    assert_eq!(with(&[("mcp-param-area", "eu")]), Ok(()));
    assert_eq!(with(&[("MCP-Param-AREA", "eu")]), Ok(()));
    assert_eq!(with(&[]), Err(HeaderMismatch), "it is in the body");
    assert_eq!(with(&[("mcp-param-area", "us")]), Err(HeaderMismatch));
    assert_eq!(
        with(&[("mcp-param-area", "eu"), ("mcp-param-zone", "a")]),
        Err(HeaderMismatch),
        "it is not in the body"
    );
    assert_eq!(
        with(&[("mcp-param-area", "eu"), ("mcp-param-region", "eu")]),
        Err(HeaderMismatch),
        "it is not declared"
    );
    assert_eq!(
        with(&[("mcp-param-area", "eu"), ("Mcp-Param-Area", "eu")]),
        Err(HeaderMismatch),
        "it stands there twice"
    );
    assert_eq!(
        checked(&[], CALL, &declared),
        Ok(()),
        "no revision asks for it"
    );
    let null = CALL.replace(r#""eu""#, "null");
    assert_eq!(checked(&[version, method, name], &null, &declared), Ok(()));
}

#[test]
fn a_header_without_declaration_needs_one_argument_of_its_name() {
    let header = [("mcp-param-region", "eu")];
    assert_eq!(checked(&header, CALL, &[]), Ok(()));
    let two = CALL.replace(r#""region""#, r#""Region":"eu","region""#);
    assert_eq!(checked(&header, &two, &[]), Err(HeaderMismatch));
    let list = r#"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#;
    assert_eq!(checked(&header, list, &[]), Err(HeaderMismatch));
    assert_eq!(
        checked(&[("mcp-name", "t")], list, &[]),
        Err(HeaderMismatch)
    );
}

#[test]
fn only_one_revision_has_batches() {
    for (headers, expected) in [
        (&[][..], true),
        (&[("mcp-protocol-version", "2025-03-26")][..], true),
        (&[("mcp-protocol-version", "2025-06-18")], false),
        (&[("mcp-protocol-version", NEWEST)], false),
        (&[("mcp-protocol-version", "")], false),
        (&[("mcp_protocol_version", "2025-06-18")], false),
        (
            &[
                ("mcp-protocol-version", "2025-03-26"),
                ("mcp-protocol-version", "2025-03-26"),
            ],
            false,
        ),
    ] {
        let fields: Vec<Field<'_>> = headers
            .iter()
            .map(|(name, value)| (name.as_bytes(), value.as_bytes()))
            .collect();
        assert_eq!(
            may_be_batch(&RequestHead::new(&fields)),
            expected,
            "{headers:?}"
        );
    }
}
