//! Claims about what a token permits, and where its status stands.

use remit_engine::authority::{Authority, Call, Denial, Mission, Money, Told};
use remit_engine::json;
use remit_engine::limits;
use remit_engine::plan::Datum;
use remit_engine::standing::status_list::StatusReference;
use remit_engine::time::UnixTime;

use crate::NOW;

/// A text as `authorization_details`, and as the other claims that are read like it: it is
/// refused, or what it permits does not grow with what is asked.
pub fn authorization_details(input: &[u8]) {
    let Ok(claim) = json::parse(input) else {
        return;
    };
    if let Ok(reference) = StatusReference::read(&claim) {
        assert!(reference.uri.len() <= limits::URI_BYTES);
    }
    if let Ok(mission) = Mission::parse(&claim) {
        assert!(mission.id.len() <= limits::IDENTITY_BYTES);
    }
    let types = ["orders_api".to_owned()];
    let (Ok(authority), Ok(fewer)) = (
        Authority::parse(&claim, &types),
        Authority::parse(&claim, &[]),
    ) else {
        return;
    };
    // What JSON_VALUES short texts take.
    assert!(authority.bytes() <= input.len() + 64 * limits::JSON_VALUES + 16 * 1024);
    let [less, more] = ["400", "400.000000000000000001"].map(|text| Datum::String(text.to_owned()));
    let money = |value| {
        Told::Here(Money {
            value,
            currency: "USD",
        })
    };
    let to = Datum::String("bo@mail.example.com".to_owned());
    for url in [
        "https://api.corp.example/v1/orders/7/refund",
        "",
        "x:%",
        "https://a/%2e%2e/b?c",
    ] {
        let call = Call {
            audience: "https://api.corp.example",
            url,
            action: "refund",
            qualified: "orders.refund",
            tool: "refund",
            tenant: Some("emea"),
            classification: Some("internal"),
            now: UnixTime::from_seconds(NOW),
            delegation_depth: 0,
            amount: money(&less),
            recipient: Told::Here(&to),
        };
        let permitted = authority.permits(&call);
        let later = authority.permits(&Call {
            amount: Told::Later,
            recipient: Told::Later,
            ..call
        });
        assert!(later.is_ok() || permitted.is_err(), "a head refuses less");
        assert_ne!(permitted, Err(Denial::StepUpRequired));
        for narrower in [
            fewer.permits(&call),
            authority.permits(&Call {
                delegation_depth: 1,
                ..call
            }),
            authority.permits(&Call {
                amount: money(&more),
                ..call
            }),
            authority.permits(&Call {
                amount: Told::Missing,
                recipient: Told::Missing,
                ..call
            }),
            authority.permits(&Call {
                amount: Told::Nowhere,
                recipient: Told::Nowhere,
                ..call
            }),
            authority.permits(&Call {
                classification: None,
                tenant: None,
                ..call
            }),
        ] {
            assert!(permitted.is_ok() || narrower.is_err(), "less is more");
        }
        let nothing = Call {
            audience: "",
            url: "",
            action: "",
            qualified: "",
            tool: "",
            ..call
        };
        let _ = authority.permits(&nothing);
    }
}
