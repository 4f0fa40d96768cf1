use super::*;
use EvalError::{Argument, Type};
use Function::{
    GetDate, GetDayOfMonth, GetDayOfWeek, GetDayOfYear, GetFullYear, GetHours, GetMilliseconds,
    GetMinutes, GetMonth, GetSeconds,
};

/// A Friday.
fn friday() -> Value<'static> {
    time("2009-02-13T23:31:30.123456789Z")
}

#[test]
fn parts_of_timestamps() {
    check([
        (GetDate, vec![friday()], Ok("13")),
        (GetDayOfMonth, vec![friday()], Ok("12")),
        (GetDayOfWeek, vec![friday()], Ok("5")),
        (GetDayOfYear, vec![friday()], Ok("43")),
        (GetFullYear, vec![friday()], Ok("2009")),
        (GetHours, vec![friday()], Ok("23")),
        (GetMilliseconds, vec![friday()], Ok("123")),
        (GetMinutes, vec![friday()], Ok("31")),
        (GetMonth, vec![friday()], Ok("1")),
        (GetSeconds, vec![friday()], Ok("30")),
        (GetDayOfWeek, vec![time("2024-01-07T00:00:00Z")], Ok("0")),
        (GetDayOfWeek, vec![time("0001-01-01T00:00:00Z")], Ok("1")),
        (GetHours, vec![time("1969-12-31T23:59:59.5Z")], Ok("23")),
        (
            GetMilliseconds,
            vec![time("1969-12-31T23:59:59.5Z")],
            Ok("500"),
        ),
        (GetDayOfYear, vec![time("2024-12-31T00:00:00Z")], Ok("365")),
        (GetHours, vec![string("2009-02-13T23:31:30Z")], Err(Type)),
        (GetHours, vec![int(1)], Err(Type)),
    ]);
}

#[test]
fn parts_of_durations() {
    let long = || span("26h2m10.321456789s");
    check([
        (GetHours, vec![long()], Ok("26")),
        (GetMinutes, vec![long()], Ok("1562")),
        (GetSeconds, vec![long()], Ok("93730")),
        (GetMilliseconds, vec![long()], Ok("321")),
        (GetMinutes, vec![span("-90s")], Ok("-1")),
        (GetMilliseconds, vec![span("-1.5s")], Ok("-500")),
        (GetDate, vec![long()], Err(Type)),
        (GetHours, vec![long(), string("UTC")], Err(Type)),
    ]);
}

#[test]
fn zones_as_offsets() {
    check([
        (GetHours, vec![friday(), string("UTC")], Ok("23")),
        (GetHours, vec![friday(), string("02:00")], Ok("1")),
        (GetHours, vec![friday(), string("+02:00")], Ok("1")),
        (GetDate, vec![friday(), string("+11:00")], Ok("14")),
        (GetMinutes, vec![friday(), string("-09:45")], Ok("46")),
        (GetHours, vec![friday(), string("-09:45")], Ok("13")),
        (GetHours, vec![friday(), string("-00:32")], Ok("22")),
        (
            GetFullYear,
            vec![time("0001-01-01T00:00:00Z"), string("-01:00")],
            Ok("0"),
        ),
        (
            GetMonth,
            vec![time("0001-01-01T00:00:00Z"), string("-01:00")],
            Ok("11"),
        ),
        (
            GetFullYear,
            vec![time("9999-12-31T23:59:59Z"), string("+14:59")],
            Ok("10000"),
        ),
    ]);
    for zone in [
        "",
        "Z",
        "utc",
        "+2:00",
        "+02",
        "+0200",
        "+02:0",
        "+02:60",
        "+15:00",
        "++02:00",
        "-+02:00",
        "+02:00 ",
        "+0a:00",
        "02:00:00",
        "Mars/Base",
        "half/way",
        "+٠٢:٠٠",
    ] {
        check([(GetHours, vec![friday(), string(zone)], Err(Argument))]);
    }
    check([(GetHours, vec![friday(), int(2)], Err(Type))]);
}

/// Half an hour ahead, from the first transition half an hour behind, from the second an hour and
/// a half ahead.
#[test]
fn zones_by_name() {
    for (at, minutes) in [
        ("0001-01-01T00:00:00Z", 30),
        ("1969-12-31T23:59:59Z", 29),
        ("1970-01-01T00:00:00Z", 30),
        ("1970-01-01T23:59:59.9Z", 29),
        ("1970-01-02T00:00:00Z", 30),
        ("9999-12-31T23:59:59Z", 29),
    ] {
        let operands = [time(at), string("Half/Way")];
        let result =
            run(GetMinutes, &operands, &zones(), &Budget::new()).map(|value| value.to_string());
        assert_eq!(result, Ok(minutes.to_string()), "{at}");
    }
    let zone = || string("Half/Way");
    check([
        (
            GetHours,
            vec![time("1969-12-31T23:59:59Z"), zone()],
            Ok("0"),
        ),
        (GetDate, vec![time("1969-12-31T23:59:59Z"), zone()], Ok("1")),
        (
            GetHours,
            vec![time("1970-01-01T00:00:00Z"), zone()],
            Ok("23"),
        ),
        (
            GetDate,
            vec![time("1970-01-01T00:00:00Z"), zone()],
            Ok("31"),
        ),
        (
            GetHours,
            vec![time("1970-01-02T00:00:00Z"), zone()],
            Ok("1"),
        ),
    ]);
}
