//! Token Status List: looking up, unpacking, and what a token and a list must say.
//!
//! Every list is read as a gateway gets it, out of a compact JWS. Signatures are not part of this
//! suite.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use remit_engine::json;
use remit_engine::limits;
use remit_engine::standing::status_list::{Status, StatusList, StatusReference};
use remit_engine::time::UnixTime;
use remit_engine::token::jws::CompactJws;
use remit_tests::vectors::{TOKEN_STATUS_LIST, Tally};
use serde_json::{Value, json};

/// Any list's URI, where a case is about the list alone.
const URI: &str = "https://example.com/statuslists/1";

type Judge = fn(&Value) -> Result<(), String>;

pub(crate) fn run() -> Vec<Tally> {
    let known: [(&str, Judge); 3] = [
        ("encoding", encoding),
        ("lookups", lookup),
        ("token_claims", token),
    ];
    let files = TOKEN_STATUS_LIST.files().expect("the vectors are there");
    let tallies = files.iter().map(|file| {
        let mut tally = Tally::new(&format!("{}/{file}", TOKEN_STATUS_LIST.name));
        let judge = known.iter().find(|(name, _)| name == file);
        for case in TOKEN_STATUS_LIST.cases(file).expect("cases are there") {
            let id = case["id"].as_str().expect("a case has an id");
            let verdict = judge.map_or_else(
                || Err(String::from("nobody knows how to judge this file")),
                |(_, judge)| judge(&case),
            );
            tally.check(id, verdict);
        }
        tally
    });
    tallies.collect()
}

fn encoding(case: &Value) -> Result<(), String> {
    let read = read_list(&case["status_list"]);
    let expected = case["expected_statuses"].as_array();
    match (case["expect"].as_str(), read) {
        (Some("reject"), Err(_)) => Ok(()),
        (Some("accept"), Ok(list)) => {
            let mut expected = expected.into_iter().flatten().zip(0..);
            expected.try_for_each(|(status, index)| is(value(&list, index).as_ref(), Some(status)))
        }
        (_, Ok(_)) => Err(String::from("read")),
        (_, Err(error)) => Err(error),
    }
}

fn lookup(case: &Value) -> Result<(), String> {
    let name = case["status_list_ref"].as_str().expect("a list's name");
    let list = TOKEN_STATUS_LIST.read(&format!("keys/{name}.json"));
    let list = read_list(&list.expect("the list is there"))?;
    let index = case["idx"].as_u64().expect("an index");
    let expected = match &case["status"] {
        status if status == "out_of_range_error" => None,
        status => Some(status),
    };
    is(value(&list, index).as_ref(), expected)
}

/// What a gateway does with a token that has a status, and with the list: the reference first,
/// then the list, then the entry.
fn token(case: &Value) -> Result<(), String> {
    let expected = case["expect"].as_str().expect("an expectation");
    match (expected, judged(case)) {
        ("reject", Err(_)) | ("parse" | "accept", Ok(_)) => Ok(()),
        ("reject", Ok(status)) => Err(format!("accepted, with status {status:?}")),
        ("accept" | "parse", Err(error)) => Err(error),
        (status, found) => {
            let number: Option<u64> = status.strip_prefix("status_").and_then(|n| n.parse().ok());
            let number = number.ok_or_else(|| format!("unknown expectation `{status}`"))?;
            is(found?.map(number_of).as_ref(), Some(&json!(number)))
        }
    }
}

fn judged(case: &Value) -> Result<Option<Status>, String> {
    let reference = match &case["referenced_token_status"] {
        Value::Null => None,
        status => {
            let status = status.to_string();
            let status = json::parse(status.as_bytes()).map_err(|error| error.to_string())?;
            Some(StatusReference::read(&status).map_err(|reason| reason.to_string())?)
        }
    };
    let own = case["payload"]["sub"].as_str().unwrap_or_default();
    let uri = reference.as_ref().map_or(own, |reference| &reference.uri);
    let token = match case["jwt"].as_str() {
        Some(token) => token.to_owned(),
        None => jws(&case["header"], &case["payload"]),
    };
    // A case without a time is looked at when its list was made.
    let now = case["now"].as_i64().or(case["payload"]["iat"].as_i64());
    let list = read_token(&token, uri, now.unwrap_or_default())?;
    let status = reference.map(|reference| list.at(reference.index));
    status.transpose().map_err(|error| error.to_string())
}

/// A list within a token that has nothing wrong.
fn read_list(status_list: &Value) -> Result<StatusList, String> {
    let header = json!({"alg": "ES256", "typ": "statuslist+jwt"});
    let payload = json!({"sub": URI, "iat": 0, "status_list": status_list});
    read_token(&jws(&header, &payload), URI, 0)
}

fn read_token(token: &str, uri: &str, now: i64) -> Result<StatusList, String> {
    let jws = CompactJws::parse_up_to(token.as_bytes(), limits::STATUS_TOKEN_BYTES)
        .map_err(|reason| reason.to_string())?;
    StatusList::read(&jws, uri, UnixTime::from_seconds(now), 0).map_err(|error| error.to_string())
}

fn jws(header: &Value, payload: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}.AA", part(header), part(payload))
}

fn value(list: &StatusList, index: u64) -> Option<Value> {
    list.at(index).ok().map(number_of)
}

fn number_of(status: Status) -> Value {
    json!(match status {
        Status::Valid => 0,
        Status::Invalid => 1,
        Status::Suspended => 2,
        Status::Other(value) => value,
    })
}

fn is(found: Option<&Value>, expected: Option<&Value>) -> Result<(), String> {
    if found == expected {
        Ok(())
    } else {
        Err(format!("expected {expected:?}, found {found:?}"))
    }
}
