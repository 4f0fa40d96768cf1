//! `docs/decisions.md` lists every reason; the list is made from the table in the code.
//! `UPDATE=1 cargo test -p remit-engine --test docs` rewrites it.

use std::fmt::Write as _;
use std::path::Path;

use remit_engine::decision::{Challenge, Reason};

const BEGIN: &str = "<!-- begin: made from engine/src/decision/reason.rs -->\n";
const END: &str = "<!-- end -->\n";

fn table() -> String {
    let mut table = String::from(
        "| reason | status | decision | `WWW-Authenticate` | what happened |\n|---|---|---|---|---|\n",
    );
    for reason in Reason::ALL {
        let challenge = match reason.challenge() {
            Challenge::None => "",
            Challenge::Credential => "`Bearer`",
            Challenge::InvalidToken => "`invalid_token`",
            Challenge::InvalidRequest => "`invalid_request`",
            Challenge::InsufficientScope => "`insufficient_scope`",
            Challenge::InvalidProof => "`DPoP`, `invalid_dpop_proof`",
            Challenge::UserAuthentication => "`insufficient_user_authentication`",
            Challenge::Approval => "`approval_required`",
        };
        let _ = writeln!(
            table,
            "| `{}` | {} | {} | {} | {} |",
            reason.code(),
            if reason.status() == 200 {
                String::from("–")
            } else {
                reason.status().to_string()
            },
            reason.outcome().code(),
            challenge,
            reason.description(),
        );
    }
    table
}

#[test]
fn the_list_of_reasons_is_the_table() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/decisions.md");
    let page = std::fs::read_to_string(&path).unwrap();
    let (before, rest) = page
        .split_once(BEGIN)
        .expect("the page has the opening mark");
    let (_, after) = rest.split_once(END).expect("the page has the closing mark");
    let expected = format!("{before}{BEGIN}{}{END}{after}", table());
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &expected).unwrap();
    }
    let page = std::fs::read_to_string(&path).unwrap();
    assert!(
        page == expected,
        "docs/decisions.md is out of date: run this test with UPDATE=1"
    );
}
