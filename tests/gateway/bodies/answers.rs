//! Lists in answers: they show what may be called, in whatever form they come, or do not come.

use remit_engine::limits;
use remit_tests::client::h1::Connection;
use remit_tests::origin::Origin;
use remit_tests::upstream::Script;
use serde_json::json;

use super::messages::{Caller, MCP, SHOWN, TOOLS, VERSIONS, Version, call, method, names};
use super::{GATEWAY, setup, speaking_http2};
use crate::world::{case, started};

/// The counter of answers that were not handed on.
const REFUSED: &str = "wasmcustom.remit_answers_refused";

#[test]
fn a_list_shows_what_may_be_called() {
    let (caller, list) = (Caller::ours(), method("tools/list"));
    let pieces = TOOLS.as_bytes().chunks(5);
    let chunked = Script::new(200).field("content-type", "application/json; charset=utf-8");
    let chunked = pieces.fold(chunked, Script::piece);
    for version in VERSIONS {
        for script in [Script::json(200, TOOLS), chunked.clone()] {
            let told = caller.told(&GATEWAY, version, &list, script);
            assert_eq!(told.response.text(), SHOWN);
            let length = SHOWN.len().to_string();
            assert_eq!(told.response.values("content-length"), [&length]);
            let arrival = GATEWAY.upstream("ledger").only_arrival_of(&told.case);
            assert!(arrival.values("accept-encoding").is_empty(), "{arrival:?}");
        }
    }
}

/// What stands behind a shorter answer is the next one.
#[test]
fn the_connection_goes_on_behind_a_changed_answer() {
    let (caller, list) = (Caller::ours(), method("tools/list"));
    let name = case("again");
    GATEWAY
        .upstream("ledger")
        .answer_with(&name, Script::json(200, TOOLS));
    let request = caller.request(&name, MCP, &list).bytes();
    let mut connection = Connection::open(GATEWAY.agents());
    connection.send(&[request.clone(), request].concat());
    for _ in 0..2 {
        assert_eq!(
            names(&connection.receive(false).body),
            ["search", "close", "pinned"]
        );
    }
}

#[test]
fn trailers_end_an_answer() {
    let gateway = started(&speaking_http2(setup(), "ledger"));
    let (caller, list) = (Caller::ours(), method("tools/list"));
    let events = format!("data: {TOOLS}\n\n");
    for version in VERSIONS {
        let whole = Script::new(200).field("content-type", "application/json");
        let whole = TOOLS.as_bytes().chunks(9).fold(whole, Script::piece);
        let told = caller.told(&gateway, version, &list, whole.trailer("x-sum", "1"));
        assert_eq!(told.response.text(), SHOWN);
        let told = caller.told(
            &gateway,
            version,
            &list,
            Script::events(&events, 9).trailer("x-sum", "1"),
        );
        assert_eq!(told.response.text(), format!("data: {SHOWN}\n\n"));
        let broken = Script::new(200).field("content-type", "application/json");
        let broken = broken.piece(b"{").trailer("x-sum", "1");
        caller
            .told(&gateway, version, &list, broken)
            .is_refused(&gateway);
    }
}

#[test]
fn events_are_looked_at_one_by_one() {
    let (caller, list) = (Caller::ours(), method("tools/list"));
    let progress = ": hello\r\nid: 1\r\ndata: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\"}\r\n\r\n";
    for bytes in [1, 7, 64, 4096] {
        for version in VERSIONS {
            let events = format!("{progress}id: 2\ndata: {TOOLS}\n\n");
            let told = caller.told(&GATEWAY, version, &list, Script::events(&events, bytes));
            assert_eq!(told.response.status, 200);
            assert_eq!(
                told.response.text(),
                format!("{progress}id: 2\ndata: {SHOWN}\n\n"),
                "{bytes}"
            );
        }
    }
}

/// An answer to a list that is none does not go on: something else might be shown for it.
#[test]
fn what_cannot_be_looked_at_is_refused() {
    let (caller, list) = (Caller::ours(), method("tools/list"));
    let long = format!(r#"{{"x":"{}"}}"#, "x".repeat(limits::ANSWER_BYTES));
    let plain = |kind| {
        Script::new(200)
            .field("content-type", kind)
            .piece(TOOLS.as_bytes())
    };
    for version in VERSIONS {
        let before = GATEWAY.stat(REFUSED);
        for script in [
            Script::json(200, TOOLS).field("content-encoding", "gzip"),
            Script::json(200, &long),
            Script::json(200, "{"),
            Script::json(200, r#"{"jsonrpc":"2.0","id":1,"result":{}}"#),
            Script::json(200, r#"{"jsonrpc":"2.0","id":1,"result":{"tools":{}}}"#),
            Script::new(200).piece(TOOLS.as_bytes()),
            plain("text/html"),
            plain("application/json; charset=utf-16"),
            plain("application/json").field("content-type", "text/plain"),
        ] {
            caller
                .told(&GATEWAY, version, &list, script)
                .is_refused(&GATEWAY);
        }
        assert!(GATEWAY.stat(REFUSED) >= before + 9);
    }
}

#[test]
fn a_list_may_be_as_long_as_answers_may_be() {
    let (caller, list) = (Caller::ours(), method("tools/list"));
    let start = r#"{"jsonrpc":"2.0","id":1,"result":{"tools":[{"name":"purge"},{"name":"search","description":""#;
    let end = r#""}]}}"#;
    let long = "x".repeat(limits::ANSWER_BYTES - start.len() - end.len());
    let text = [start, &long, end].concat();
    for version in VERSIONS {
        let told = caller.told(&GATEWAY, version, &list, Script::json(200, &text));
        assert_eq!(told.names(), ["search"]);
        assert!(told.response.body.len() > limits::ANSWER_BYTES - 100);
    }
    // An event of a stream may be so long as well, and no longer.
    let event = format!(
        "data: {{\"x\":\"{}\"}}\n\n",
        "x".repeat(limits::EVENT_BYTES)
    );
    let events = Script::events(&format!("data: {{}}\n\n{event}data: {TOOLS}\n\n"), 10_000);
    let told = caller.told(&GATEWAY, Version::Http2, &list, events);
    assert_eq!(told.response.text(), "data: {}\n\n");
    let entry = GATEWAY.entry_of(&told.case);
    assert_eq!(entry.0["details"], "remit:answer_refused", "{entry:?}");
}

/// Of a stream whose head has gone nothing more goes on.
#[test]
fn a_stream_that_cannot_be_looked_at_is_cut_off() {
    let (caller, list) = (Caller::ours(), method("tools/list"));
    let events = format!(
        "data: {{\"jsonrpc\":\"2.0\",\"method\":\"x\"}}\n\ndata: {{\"result\": {TOOLS}\n\ndata: {TOOLS}\n\n"
    );
    let told = caller.told(&GATEWAY, Version::Http1, &list, Script::events(&events, 11));
    assert!(
        !told.response.text().contains("purge"),
        "{}",
        told.response.text()
    );
    assert!(told.response.text().contains("\"method\""));
    let entry = GATEWAY.entry_of(&told.case);
    assert_eq!(entry.0["details"], "remit:answer_refused", "{entry:?}");
}

/// What is no answer to a list goes on as it is.
#[test]
fn errors_and_what_has_no_body_go_on() {
    let (caller, list) = (Caller::ours(), method("tools/list"));
    let error = r#"{"jsonrpc":"2.0","id":1,"error":{"code":-32603,"message":"no"}}"#;
    let page = Script::new(500)
        .field("content-type", "text/html")
        .piece(b"<p>no");
    for version in VERSIONS {
        for (script, status, text) in [
            (Script::json(200, error), 200, error),
            (Script::json(500, error), 500, error),
            (page.clone(), 500, "<p>no"),
            (Script::new(204), 204, ""),
            (
                Script::new(304).field("content-type", "application/json"),
                304,
                "",
            ),
            (Script::json(202, ""), 202, ""),
            (
                Script::new(202).field("content-type", "application/json"),
                202,
                "",
            ),
        ] {
            let told = caller.told(&GATEWAY, version, &list, script);
            assert_eq!(
                (told.response.status, told.response.text().as_str()),
                (status, text)
            );
            assert!(told.response.is_from_upstream());
        }
        // To a notification there is nothing to say.
        let told = caller.told(
            &GATEWAY,
            version,
            &method("notifications/initialized"),
            Script::new(202),
        );
        assert_eq!(told.response.status, 202);
    }
}

/// What Envoy itself says where there is no answer is no list either.
#[test]
fn an_upstream_that_is_not_there_is_told_as_such() {
    let nobody = Origin::closed();
    let gateway = started(&setup().workers(1).cluster("ledger", nobody.address()));
    for version in VERSIONS {
        for message in [method("tools/list"), method("initialize")] {
            let told = Caller::ours().told(&gateway, version, &message, Script::new(200));
            assert_eq!(told.response.status, 503, "{}", told.response.text());
            let entry = gateway.entry_of(&told.case);
            let details = entry.0["details"].as_str().unwrap_or_default();
            assert!(details.starts_with("upstream_reset"), "{entry:?}");
        }
    }
}

/// Results of calls are not Remit's to change, and come as they are, compressed ones too.
#[test]
fn answers_to_calls_go_on_as_they_are() {
    let (caller, search) = (Caller::ours(), call("search", &json!({"q": "x"})));
    for version in VERSIONS {
        let script = Script::json(200, TOOLS).field("content-encoding", "br");
        let told = caller.told(&GATEWAY, version, &search, script);
        assert_eq!(told.response.text(), TOOLS);
    }
}
