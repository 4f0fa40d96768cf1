//! Pages that follow from tables in the code: `docs/policy.md` lists every variable, and
//! `docs/lints` every code, with a page for each that has one; examples of it compile.
//! `UPDATE=1 cargo test -p remit-policy-compiler --test docs` rewrites it.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails loudly"
)]

use std::collections::BTreeMap;
use std::path::Path;

use remit_engine::limits;
use remit_engine::plan::{Function, Presence};
use remit_policy_compiler::cel::{Ty, declarations};
use remit_policy_compiler::diagnostic::{self, Code, Colour, Severity};
use remit_policy_compiler::source::Sources;
use remit_policy_compiler::{Origin, Phase, Trust, VARIABLES, compile};

const BEGIN: &str = "<!-- begin: made from policy-compiler/src/cel/env.rs -->\n";
const BEGIN_CODES: &str = "<!-- begin: made from policy-compiler/src/diagnostic/code.rs -->\n";
const BEGIN_LIMITS: &str = "<!-- begin: made from engine/src/limits.rs -->\n";
const BEGIN_FUNCTIONS: &str =
    "<!-- begin: made from policy-compiler/src/cel/declarations/table.rs -->\n";
const END: &str = "<!-- end -->\n";

fn table() -> String {
    let mut table = String::from(
        "| variable | type | with | from | trust | what |\n|---|---|---|---|---|---|\n",
    );
    for variable in VARIABLES {
        let of = Ty::from(&(variable.ty)()).to_string();
        let ty = match variable.presence {
            Presence::Mandatory => of,
            Presence::Optional => format!("optional({of})"),
        };
        let trust = match variable.trust {
            Trust::Verified => "verified",
            Trust::Observed => "observed",
            Trust::Claimed => "claimed",
        };
        let origin = match variable.origin {
            Origin::Token => "token",
            Origin::Request => "request",
            Origin::Policy => "policy",
            Origin::Gateway => "gateway",
            Origin::Upstream => "upstream",
        };
        let phase = match variable.phase {
            Phase::Headers => "head",
            Phase::Body => "body",
            Phase::Response => "response",
        };
        let row = [
            &format!("`{}`", variable.name),
            &ty,
            phase,
            origin,
            trust,
            variable.meaning,
        ];
        table.push_str(&format!("| {} |\n", row.join(" | ")));
    }
    table
}

/// The table of codes of one severity, those with a page as links.
fn codes(severity: Severity) -> String {
    let mut table = String::from("| code | what |\n|---|---|\n");
    for code in Code::ALL.iter().filter(|code| code.severity() == severity) {
        let name = match code.page() {
            Some(_) => format!("[`{0}`]({0}.md)", code.text()),
            None => format!("`{}`", code.text()),
        };
        table.push_str(&format!("| {name} | {} |\n", code.meaning()));
    }
    table
}

/// A page holds what the table makes of it; with `UPDATE=1` it is written.
fn holds(page: &str, begin: &str, made: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../docs")
        .join(page);
    let text = std::fs::read_to_string(&path).unwrap();
    let (before, rest) = text
        .split_once(begin)
        .expect("the page has the opening mark");
    let (_, after) = rest.split_once(END).expect("the page has the closing mark");
    let expected = format!("{before}{begin}{made}{END}{after}");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &expected).unwrap();
    } else {
        assert!(
            text == expected,
            "docs/{page} is out of date: run this test with UPDATE=1"
        );
    }
}

#[test]
fn the_list_of_variables_is_the_table() {
    holds("policy.md", BEGIN, &table());
}

/// What inputs of conditions are bounded by, and what may be spent on them.
fn bounds() -> String {
    let rows = [
        (
            "a claim that declares no bound: text",
            limits::TOKEN_BYTES * 3 / 4,
            "bytes",
        ),
        (
            "the same: elements of lists and maps, at any depth",
            limits::JSON_VALUES,
            "values",
        ),
        (
            "a header",
            limits::HEADER_BYTES,
            "bytes; a longer one is an error",
        ),
        ("path, query, a capture", limits::PATH_BYTES, "bytes"),
        (
            "a query parameter that is a list",
            limits::QUERY_PARAMETERS,
            "elements",
        ),
        (
            "a member of a body, an argument: elements of lists and maps, at any depth",
            limits::BODY_VALUES,
            "values, and no more than half as many as `body_limit` has bytes",
        ),
        (
            "the same: text, where there is no `body_limit`",
            limits::BODY_BYTES as usize,
            "bytes",
        ),
        ("`params.name`, `params.uri`", limits::CALLED_BYTES, "bytes"),
        (
            "agent, principal, tenant and the like",
            limits::IDENTITY_BYTES,
            "bytes",
        ),
        (
            "one condition, by its bound",
            limits::RULE_STEPS as usize,
            "steps",
        ),
        ("the same", limits::RULE_BYTES as usize, "bytes of memory"),
        (
            "all conditions of a request",
            limits::EVALUATION_STEPS as usize,
            "steps",
        ),
        (
            "the same",
            limits::EVALUATION_BYTES as usize,
            "bytes of memory",
        ),
    ];
    let mut table = String::from("| what | at most | |\n|---|---|---|\n");
    for (what, most, unit) in rows {
        table.push_str(&format!("| {what} | {most} | {unit} |\n"));
    }
    table
}

/// Every operator and function with its overloads.
fn functions() -> String {
    let cell = |declaration: &declarations::Declaration| {
        let texts = declaration
            .overloads
            .iter()
            .map(|one| format!("`{}`", one.text));
        texts.collect::<Vec<_>>().join("<br>").replace('|', "\\|")
    };
    let mut table = String::from("| name | overloads |\n|---|---|\n");
    table.push_str("| `==`, `!=` | of values that can be equal |\n");
    table.push_str("| `&&`, `\\|\\|`, `!`, `? :` | of bools |\n");
    let operators = Function::ALL
        .iter()
        .filter_map(|one| declarations::operator(*one));
    for operator in operators {
        table.push_str(&format!("| `{}` | {} |\n", operator.name, cell(operator)));
    }
    for name in declarations::names() {
        // The compiler refuses it in policies.
        if let Some(function) = declarations::function(name).filter(|_| name != "dyn") {
            table.push_str(&format!("| `{name}` | {} |\n", cell(function)));
        }
    }
    table
}

#[test]
fn bounds_and_functions_of_conditions_are_those_of_the_code() {
    holds("conditions.md", BEGIN_LIMITS, &bounds());
    holds("conditions.md", BEGIN_FUNCTIONS, &functions());
}

#[test]
fn the_list_of_codes_is_the_table() {
    let made = format!(
        "## Warnings\n{}\n## Errors\n{}",
        codes(Severity::Warning),
        codes(Severity::Error)
    );
    holds("lints/README.md", BEGIN_CODES, &made);
}

#[test]
fn every_warning_has_a_page_and_every_page_a_code() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/lints");
    for code in Code::ALL {
        let Some(page) = code.page() else {
            assert_eq!(
                code.severity(),
                Severity::Error,
                "{} needs a page",
                code.text()
            );
            continue;
        };
        assert!(
            page.starts_with(&format!("# `{}`\n", code.text())),
            "{page}"
        );
        assert!(page.contains("\n## Why\n"), "{page}");
        assert!(page.contains("\n## Instead\n"), "{page}");
    }
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        if name != "README" {
            let code: Code = name.parse().unwrap();
            assert!(
                code.page().is_some(),
                "the table does not name this page: {name}"
            );
        }
    }
}

/// What stands before an example of a whole resource with its task.
const BEFORE: &str = r#"remit: v1
policy: page
issuers:
  corp:
    issuer: https://sts.corp.example
    algorithms: [EdDSA]
    jwks: {inline: {keys: [{kty: OKP, crv: Ed25519, kid: k1, x: Rb6NpxNlFEAHyhRcnaPQ0L85M0_XDCksVZL5eIgr0ww}]}}
    may_assert: ["spiffe://corp.example/**"]
    claims: {tickets: "list(string)"}
"#;

#[test]
fn examples_of_resources_compile_without_a_word() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/policy.md");
    let page = std::fs::read_to_string(page).unwrap();
    let blocks = page.split("```yaml\n").skip(1);
    let blocks = blocks.filter_map(|block| block.split("```").next());
    let whole = |block: &&str| block.starts_with("resources:\n") && block.contains("\ntasks:\n");
    let mut compiled = 0;
    for block in blocks.filter(whole) {
        let files = [("p.yaml".into(), format!("{BEFORE}{block}"))];
        let sources = Sources::in_memory(files, BTreeMap::new());
        let said = match compile(&sources) {
            Ok(compiled) => compiled.warnings,
            Err(rejected) => rejected.diagnostics,
        };
        let said: Vec<String> = said
            .iter()
            .map(|one| diagnostic::human(one, &sources, Colour::None))
            .collect();
        assert_eq!(said, [""; 0], "{block}");
        compiled += 1;
    }
    assert_eq!(compiled, 4);
}
