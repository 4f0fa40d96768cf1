//! Lists of what stands no more, as they come from the network.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use remit_engine::limits;
use remit_engine::standing::deny_feed::{DenyFeed, Kind, Subject};
use remit_engine::standing::status_list::{Status, StatusList};
use remit_engine::time::UnixTime;
use remit_engine::token::jws::CompactJws;

use crate::NOW;

/// The list that is asked for.
const URI: &str = "https://issuer.example/lists/1";

/// Bytes as a packed list, as what a packed list holds, and as the claims of a list token. What
/// can be read is within its bound, has a status for every entry and none behind them.
pub fn status_list(input: &[u8]) {
    for bits in [1, 2, 4, 8] {
        if let Some(list) = read(&claims(bits, input)) {
            asked(&list);
        }
    }
    let length = u16::try_from(input.len()).unwrap_or(u16::MAX);
    let held = input.get(..usize::from(length)).unwrap_or_default();
    let list = read(&claims(8, &stored(held, length))).expect("a list that is as it should be");
    for (index, byte) in (0..).zip(held) {
        let status = list.at(index).expect("an entry for each byte");
        assert_eq!(status, status_of(*byte));
    }
    assert!(list.at(u64::from(length)).is_err());
    asked(&list);
    if let Some(list) = read(input) {
        asked(&list);
    }
}

/// Claims of a list with this in its `lst`.
fn claims(bits: u8, packed: &[u8]) -> Vec<u8> {
    let lst = URL_SAFE_NO_PAD.encode(packed);
    let claims = format!(
        r#"{{"sub":"{URI}","iat":{NOW},"ttl":60,"status_list":{{"bits":{bits},"lst":"{lst}"}}}}"#
    );
    claims.into_bytes()
}

fn read(claims: &[u8]) -> Option<StatusList> {
    let header = URL_SAFE_NO_PAD.encode(r#"{"alg":"ES256","typ":"statuslist+jwt"}"#);
    let token = format!("{header}.{}.AA", URL_SAFE_NO_PAD.encode(claims));
    let jws = CompactJws::parse_up_to(token.as_bytes(), limits::STATUS_TOKEN_BYTES).ok()?;
    StatusList::read(&jws, URI, UnixTime::from_seconds(NOW), 60).ok()
}

fn asked(list: &StatusList) {
    let now = UnixTime::from_seconds(NOW);
    assert!(list.bytes() <= limits::STATUS_LIST_BYTES + 1024);
    assert!(
        list.good_until(now)
            .is_none_or(|until| until > UnixTime::from_seconds(0))
    );
    for index in [0, 1, 7, 8, u64::from(u32::MAX), u64::MAX] {
        let _ = list.at(index);
    }
    assert!(list.at(u64::MAX).is_err());
}

fn status_of(byte: u8) -> Status {
    match byte {
        0 => Status::Valid,
        1 => Status::Invalid,
        2 => Status::Suspended,
        other => Status::Other(other),
    }
}

/// A zlib stream of one block that is not packed (RFC 1950, RFC 1951 section 3.2.4).
fn stored(bytes: &[u8], length: u16) -> Vec<u8> {
    let mut stream = vec![0x78, 0x01, 0x01];
    stream.extend(length.to_le_bytes());
    stream.extend((!length).to_le_bytes());
    stream.extend(bytes);
    let (mut a, mut b) = (1_u32, 0_u32);
    for byte in bytes {
        a = (a + u32::from(*byte)) % 65_521;
        b = (b + a) % 65_521;
    }
    stream.extend((b << 16 | a).to_be_bytes());
    stream
}

/// A text as a deny feed: it is refused, or tells the same of a token every time, and of a token
/// that it denies says so at its own time and at the end of time no more.
pub fn deny_feed(input: &[u8]) {
    let Ok(feed) = DenyFeed::parse(input) else {
        return;
    };
    let agent = "spiffe://corp.example/desk";
    let everyone = [agent, "spiffe://corp.example/planner"];
    let token = Subject {
        issuer: "https://login.corp.example",
        jti: Some("t1"),
        session: Some("s1"),
        task_id: Some("run-1"),
        tenant: Some("emea"),
        agent,
        actors: &everyone,
        subject: Some("user:7"),
    };
    let mut denied_before = true;
    for seconds in [0, NOW, NOW + 60, i64::MAX] {
        let now = UnixTime::from_seconds(seconds);
        let denied = feed.denies(&token, now);
        assert_eq!(denied, feed.denies(&token, now));
        assert!(denied.is_none_or(|kind| Kind::ALL.contains(&kind)));
        // Entries end, and none begins.
        assert!(
            denied_before || denied.is_none(),
            "denied again at {seconds}"
        );
        denied_before = denied.is_some();
        let stranger = Subject {
            issuer: "",
            jti: None,
            session: None,
            task_id: None,
            agent: "",
            actors: &[],
            subject: None,
            ..token
        };
        assert_eq!(feed.denies(&stranger, now), None, "nobody is denied");
    }
    assert!(!denied_before, "denied at the end of time");
}
