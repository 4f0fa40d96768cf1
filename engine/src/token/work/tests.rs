use super::Work;
use crate::decision::Reason;
use crate::limits::{SIGNATURE_BURST_MICROS as BURST, SIGNATURE_MICROS_PER_MILLI as RATE};
use crate::tests::Local;
use crate::time::UnixTime;

/// A check that takes so many microseconds and fails.
fn fails(host: &Local, micros: u64) -> Result<(), ()> {
    host.pass(micros);
    Err(())
}

/// What an issuer has signed costs nothing, however much of it there is.
#[test]
fn what_succeeds_is_free() {
    let (work, host) = (Work::new(), Local::default());
    let at = UnixTime::from_seconds(1000);
    for _ in 0..10_000 {
        let checked = work.measured(at, &host, || {
            host.pass(1000);
            Ok::<(), ()>(())
        });
        assert_eq!(checked, Ok(Ok(())));
    }
}

/// Checks that take so many microseconds each, until there is no time left; says how many did.
fn checks(work: &Work, host: &Local, at: UnixTime, micros: u64) -> i64 {
    for done in 0..100_000 {
        let checked = work.measured(at, host, || fails(host, micros));
        if let Err(reason) = checked {
            assert_eq!(reason, Reason::SignaturesExhausted);
            return done;
        }
    }
    panic!("there is no end to it");
}

#[test]
fn time_runs_out_and_comes_back() {
    let (work, host) = (Work::new(), Local::default());
    let start = UnixTime::from_seconds(1000);
    assert_eq!(checks(&work, &host, start, 1000), BURST / 1000);
    assert_eq!(checks(&work, &host, start, 1000), 0);
    let later = UnixTime::from_seconds(1001);
    let per_second = RATE * 1000;
    assert_eq!(
        checks(&work, &host, later, 1000),
        per_second.min(BURST) / 1000
    );
    // What is saved up has an end, and a clock that goes back saves nothing.
    let much_later = UnixTime::from_seconds(9000);
    assert_eq!(checks(&work, &host, much_later, 1000), BURST / 1000);
    assert_eq!(checks(&work, &host, start, 1000), 0);
}

#[test]
fn a_check_that_takes_longer_than_is_left_is_paid_for_later() {
    let (work, host) = (Work::new(), Local::default());
    let at = UnixTime::from_seconds(1000);
    let whole = u64::try_from(BURST).unwrap();
    assert!(work.measured(at, &host, || fails(&host, whole - 1)).is_ok());
    assert!(work.measured(at, &host, || fails(&host, 1000)).is_ok());
    let soon = at.plus_seconds(0);
    assert!(work.measured(soon, &host, || fails(&host, 0)).is_err());
}

#[test]
fn without_a_clock_nothing_is_charged() {
    let work = Work::new();
    let at = UnixTime::from_seconds(1000);
    for _ in 0..1000 {
        let checked = work.measured(at, &crate::crypto::NoHostCrypto, || Err::<(), ()>(()));
        assert!(checked.is_ok());
    }
}
