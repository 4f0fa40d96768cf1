//! The rows in which what was done before is part of the decision.
//!
//! All are held against the same decision without history. A history is read, and where something is
//! counted or remembered, written again.

mod plans;

use crate::load::Requests;
use crate::tokens::of_task_id;
use crate::variant::{Group, Variant};
use crate::variants::{ALSO_IDENTITY, good, one_token, request, to};
use crate::wasm::{self, Modules};
use plans::Asked;

/// The same decision without history.
pub const WITHOUT: &str = "Remit, no history";
/// The same with a token of its own for each of the many task ids.
pub const WITHOUT_MANY: &str = "Remit, no history, 100000 tokens in turn";

/// Task ids of the rows with many.
const MANY: usize = 100_000;
/// What the distinct limit allows, and how many are asked for.
const DISTINCT: usize = 20;

/// All of them.
#[must_use]
pub fn rows(modules: &Modules) -> Vec<Variant> {
    let row = |name: &str, asked: Asked, requests| {
        let filter = wasm::remit_in(modules, asked.machine(), &plans::plan(asked));
        let row = Variant::new(Group::Histories, name, vec![filter], requests);
        row.checks(ALSO_IDENTITY)
    };
    let beside = |name, asked| row(name, asked, one_token()).beside(WITHOUT);
    let places = Requests::new(
        DISTINCT,
        |number| to(&format!("/v1/orders/{number}"), &good(0)),
        200,
    );
    let many = Requests::new(MANY, |number| request(&of_task_id(number)), 200);
    vec![
        row(WITHOUT, Asked::Nothing, one_token()),
        beside("Remit, a limit of calls", Asked::Calls),
        beside("Remit, a limit of calls in a sliding window", Asked::Window),
        beside("Remit, a guard whose `after` was not met", Asked::After),
        beside("Remit, a guard that remembers the call", Asked::Remember),
        row(
            "Remit, a limit of 20 distinct orders",
            Asked::Distinct,
            places,
        )
        .beside(WITHOUT),
        beside("Remit, a limit and a guard, two histories", Asked::Both),
        row(WITHOUT_MANY, Asked::Nothing, many.again()),
        row(
            "Remit, a limit of calls, 100000 task ids in turn",
            Asked::Many,
            many,
        )
        .beside(WITHOUT_MANY),
        beside(
            "Remit, a limit of calls, one of 100000 task ids",
            Asked::Many,
        ),
    ]
}
