use remit_engine::host::Owner;

use super::*;
use crate::scripted::{NOW, Scripted};

fn certificate(digest: Option<&[u8]>) -> Result<Option<[u8; 32]>, Unavailable> {
    let gateway = Scripted {
        peer_certificate: digest.map(<[u8]>::to_vec),
        ..Scripted::default()
    };
    Surroundings::new(&gateway, &Vm::new()).peer_certificate()
}

#[test]
fn a_certificate_is_known_by_its_digest_or_not_at_all() {
    let digest = b"00ff0123456789abcdef0123456789ABCDEF0123456789abcdef0123456789ab";
    let bytes = certificate(Some(digest)).expect("a digest").expect("one");
    assert_eq!(bytes[..4], [0x00, 0xff, 0x01, 0x23]);
    assert_eq!(bytes[31], 0xab);
    assert_eq!(certificate(None), Ok(None));
    assert_eq!(certificate(Some(b"")), Ok(None));
    for wrong in [&digest[1..], &digest[2..], b"0", &[b'g'; 64], &[b'0'; 66]] {
        assert_eq!(certificate(Some(wrong)), Err(Unavailable), "{wrong:?}");
    }
}

#[test]
fn a_gateway_that_fails_has_not_said_that_there_is_no_certificate() {
    let gateway = Scripted {
        fails_at: Some(0),
        ..Scripted::default()
    };
    let vm = Vm::new();
    let host = Surroundings::new(&gateway, &vm);
    assert_eq!(host.peer_certificate(), Err(Unavailable));
}

#[test]
fn the_clock_runs_in_microseconds() {
    let gateway = Scripted::default();
    let vm = Vm::new();
    let host = Surroundings::new(&gateway, &vm);
    let start = host.micros().ok().flatten().expect("a clock");
    gateway.later.set(3);
    assert_eq!(host.micros(), Ok(Some(start + 3000)));
}

#[test]
fn what_one_request_keeps_the_next_finds() {
    let (gateway, vm) = (Scripted::default(), Vm::new());
    let [now, until] = [0, 60].map(|seconds| UnixTime::from_seconds(NOW + seconds));
    let change = Change {
        id: &[1; 16],
        before: None,
        after: b"a",
        owner: Owner {
            issuer: 0,
            tenant: 0,
        },
        until,
    };
    let stored = Surroundings::new(&gateway, &vm).keep(1024, &change, now);
    assert_eq!(stored, Ok(Stored::Done));
    let kept = Surroundings::new(&gateway, &vm).history(1024, change.id, now);
    let whole = Kept {
        bytes: Some(b"a".to_vec()),
        since: UnixTime::from_millis(0),
    };
    assert_eq!(kept, Ok(whole));
}
