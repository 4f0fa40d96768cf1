use super::*;

fn at(millis: i64) -> UnixTime {
    UnixTime::from_nanos(millis.unsigned_abs() * 1_000_000)
}

#[test]
fn what_is_written_is_read_and_nothing_else() {
    let head = Head {
        version: 1,
        attempt: u64::MAX,
        lease_until: -1,
        fetched_at: i64::MAX,
        due_at: 5,
        asked_at: 6,
        failures: 7,
    };
    let bytes = head.write();
    assert_eq!(Head::read(&bytes), Some(head));
    assert_eq!(Head::read(&bytes[1..]), None);
    assert_eq!(Head::read(&[bytes, vec![0]].concat()), None);
}

#[test]
fn one_attempt_at_a_time() {
    let head = Head::default().leased(at(1000)).expect("it is due");
    assert_eq!(head.attempt, 1);
    assert_eq!(head.leased(at(1000)), None);
    assert_eq!(head.leased(at(1000 + LEASE - 1)), None);
    // Whoever had it is gone.
    let next = head.leased(at(1000 + LEASE)).expect("it is due");
    assert_eq!(next.attempt, 2);
    assert_eq!(next.published(1, at(9000), 10_000), None, "it is too late");
    assert_eq!(next.failed(1, at(9000), 0), None, "it is too late");
    let published = next.published(2, at(9000), 10_000).expect("it is in time");
    assert_eq!((published.version, published.fetched_at), (2, 9000));
    assert_eq!(published.leased(at(9999)), None);
    assert!(published.leased(at(10_000)).is_some());
}

#[test]
fn a_clock_that_is_set_back_stops_nothing() {
    let head = Head::default().leased(at(50_000)).expect("it is due");
    assert!(head.leased(at(1000)).is_some());
    let head = head.published(1, at(50_000), 90_000).expect("in time");
    assert_eq!(head.leased(at(60_000)), None);
    assert!(head.leased(at(1000)).is_some());
}

#[test]
fn failures_are_followed_by_longer_and_longer_pauses() {
    let mut head = Head::default();
    let mut pauses = vec![];
    for _ in 0..9 {
        head = head.failed(0, at(1000), 0).expect("the last attempt");
        pauses.push(head.due_at - 1000);
    }
    assert_eq!(
        pauses,
        [
            1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000
        ]
    );
    for chance in 0..=256 {
        let pause = back_off(7, chance);
        assert!((60_000..75_000).contains(&pause), "{chance}: {pause}");
    }
    assert_ne!(back_off(1, 1), back_off(1, 200));
    assert_eq!(back_off(i64::MAX, 0), 60_000);
    let head = head.published(0, at(2000), 3000).expect("the last attempt");
    assert_eq!(head.failures, 0);
}

#[test]
fn requests_may_ask_once_a_minute() {
    let head = Head {
        due_at: i64::MAX,
        ..Head::default()
    };
    let asked = head.asked(at(100_000)).expect("never asked before");
    assert!(asked.is_due(at(100_000)));
    assert_eq!(asked.asked(at(159_999)), None);
    assert!(asked.asked(at(160_000)).is_some());
}
