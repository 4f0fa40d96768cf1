//! `docs/policy.md` lists every variable; the list is made from the table in the code.
//! `UPDATE=1 cargo test -p remit-policy-compiler --test docs` rewrites it.

use std::path::Path;

use remit_engine::plan::Presence;
use remit_policy_compiler::cel::Ty;
use remit_policy_compiler::{Trust, VARIABLES};

const BEGIN: &str = "<!-- begin: made from policy-compiler/src/cel/env.rs -->\n";
const END: &str = "<!-- end -->\n";

fn table() -> String {
    let mut table = String::from("| variable | type | trust | what |\n|---|---|---|---|\n");
    for variable in VARIABLES {
        let of = Ty::from(&variable.ty).to_string();
        let ty = match variable.presence {
            Presence::Mandatory => of,
            Presence::Optional => format!("optional({of})"),
        };
        let trust = match variable.trust {
            Trust::Verified => "verified",
            Trust::Observed => "observed",
            Trust::Claimed => "claimed",
        };
        let row = [
            &format!("`{}`", variable.name),
            &ty,
            trust,
            variable.meaning,
        ];
        table.push_str(&format!("| {} |\n", row.join(" | ")));
    }
    table
}

#[test]
fn the_list_of_variables_is_the_table() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/policy.md");
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
        "docs/policy.md is out of date: run this test with UPDATE=1"
    );
}
