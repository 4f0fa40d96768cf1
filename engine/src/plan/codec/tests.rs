use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{FORMAT_VERSION, PlanError, decode, encode};
use crate::limits;
use crate::plan::Capability;
use crate::tests::orders;

#[test]
fn the_same_plan_gives_the_same_bytes_and_comes_back() {
    let (bytes, digest) = encode(&orders()).unwrap();
    assert_eq!(encode(&orders()).unwrap(), (bytes.clone(), digest));
    let loaded = decode(&bytes).unwrap();
    assert_eq!((loaded.plan(), loaded.digest()), (&orders(), digest));
}

#[test]
fn travels_as_base64_and_inside_a_struct() {
    let (bytes, digest) = encode(&orders()).unwrap();
    let text = STANDARD.encode(&bytes);
    for configuration in [
        text.clone(),
        format!("{text}\n"),
        format!("{{\"plan\": \"{text}\"}}"),
    ] {
        assert_eq!(decode(configuration.as_bytes()).unwrap().digest(), digest);
    }
    let unknown = format!("{{\"plan\": \"{text}\", \"mode\": \"observe\"}}");
    assert_eq!(decode(unknown.as_bytes()).unwrap_err(), PlanError::NotAPlan);
}

#[test]
fn every_cut_is_refused() {
    let (bytes, _) = encode(&orders()).unwrap();
    for length in 0..bytes.len() {
        let error = decode(&bytes[..length]).unwrap_err();
        let expected = if length < 8 {
            "NotAPlan"
        } else {
            "WrongLength"
        };
        assert!(
            format!("{error:?}").starts_with(expected),
            "{length}: {error:?}"
        );
    }
    let longer = [bytes.as_slice(), b"\0"].concat();
    assert!(matches!(
        decode(&longer),
        Err(PlanError::WrongLength { .. })
    ));
}

#[test]
fn every_changed_byte_is_refused() {
    let (bytes, _) = encode(&orders()).unwrap();
    for position in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[position] ^= 1;
        assert!(decode(&changed).is_err(), "byte {position}");
    }
}

#[test]
fn another_version_is_refused_by_name() {
    let (mut bytes, _) = encode(&orders()).unwrap();
    bytes[8..10].copy_from_slice(&(FORMAT_VERSION + 1).to_be_bytes());
    let error = decode(&bytes).unwrap_err();
    assert_eq!(
        error,
        PlanError::OtherVersion {
            found: FORMAT_VERSION + 1
        }
    );
    assert!(error.to_string().contains("compile it again"), "{error}");
}

#[test]
fn what_is_no_plan_is_refused() {
    let garbage = vec![0xa5; 1024 * 1024];
    for bytes in [
        b"".as_slice(),
        b"{}",
        b"[]",
        b"remit",
        b"{\"plan\": 3}",
        b"\xff\xfe",
        &garbage,
    ] {
        assert_eq!(decode(bytes).unwrap_err(), PlanError::NotAPlan);
    }
}

#[test]
fn a_plan_beyond_the_limit_is_not_read() {
    let mut bytes = encode(&orders()).unwrap().0;
    bytes.resize(limits::PLAN_BYTES + 1024, 0);
    assert!(matches!(decode(&bytes), Err(PlanError::TooLarge { .. })));
    let text = vec![b'A'; limits::PLAN_BYTES * 2];
    assert!(matches!(decode(&text), Err(PlanError::TooLarge { .. })));
}

#[test]
fn a_plan_is_for_modules_that_do_what_it_needs() {
    let mut plan = orders();
    plan.requires.push(Capability::Bodies);
    let loaded = decode(&encode(&plan).unwrap().0).unwrap();
    let headers = [Capability::RequestHeaders];
    let refused = loaded.clone().served_by(&headers).unwrap_err();
    assert_eq!(refused, PlanError::NotServed);
    let full = [Capability::RequestHeaders, Capability::Bodies];
    assert!(loaded.served_by(&full).is_ok());
}
