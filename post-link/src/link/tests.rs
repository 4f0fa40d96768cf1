use walrus::Module;

use super::*;
use crate::surface::HEADERS;

const SMALL: Surface = Surface {
    exports: &[
        Row {
            name: "memory",
            reason: "the host reads it",
        },
        Row {
            name: "decide",
            reason: "decides",
        },
    ],
    imports: &[Row {
        name: "clock",
        reason: "time",
    }],
    cut: &["unused"],
};

fn linked(text: &str) -> Result<Module, LinkError> {
    let bytes = link(&wat::parse_str(text).expect("test module"), &SMALL)?;
    Ok(Module::from_buffer(&bytes).expect("what was written is a module"))
}

#[test]
fn exports_imports_and_functions_that_are_not_needed_go() {
    let module = linked(
        r#"(module
            (import "env" "clock" (func $clock (result i32)))
            (import "env" "unlisted" (func $unlisted (result i32)))
            (memory (export "memory") 1)
            (func (export "decide") (result i32) call $clock)
            (func (export "other") (result i32) call $unlisted))"#,
    )
    .expect("the unlisted import is reached only from an export that goes");
    let exports: Vec<_> = module
        .exports
        .iter()
        .map(|export| export.name.as_str())
        .collect();
    let imports: Vec<_> = module
        .imports
        .iter()
        .map(|import| import.name.as_str())
        .collect();
    assert_eq!(exports, ["memory", "decide"]);
    assert_eq!(imports, ["clock"]);
    assert_eq!(module.funcs.iter_local().count(), 1);
}

#[test]
fn a_cut_import_answers_internal_failure() {
    let module = linked(
        r#"(module
            (import "env" "unused" (func $unused (param i32 i64) (result i32)))
            (memory (export "memory") 1)
            (func (export "decide") (result i32) i32.const 1 i64.const 2 call $unused))"#,
    )
    .expect("listed as cut");
    assert_eq!(module.imports.iter().count(), 0);
    let constants: Vec<i32> = module
        .funcs
        .iter_local()
        .flat_map(|(_, function)| function.block(function.entry_block()).instrs.iter())
        .filter_map(|(instruction, _)| match instruction {
            walrus::ir::Instr::Const(walrus::ir::Const {
                value: Value::I32(value),
            }) => Some(*value),
            _ => None,
        })
        .collect();
    assert!(constants.contains(&INTERNAL_FAILURE), "{constants:?}");
}

#[test]
fn a_missing_export_is_refused_with_what_it_is_for() {
    let error = linked(r#"(module (memory (export "memory") 1))"#).expect_err("no decide");
    assert_eq!(
        error.to_string(),
        "the module does not export `decide`, which it must: decides"
    );
}

#[test]
fn a_reachable_import_in_no_table_is_refused() {
    let error = linked(
        r#"(module
            (import "env" "proxy_http_call" (func $call (result i32)))
            (memory (export "memory") 1)
            (func (export "decide") (result i32) call $call))"#,
    )
    .expect_err("unknown import");
    assert!(
        matches!(&error, LinkError::ImportUnknown { module, name } if module == "env" && name == "proxy_http_call"),
        "{error}"
    );
}

#[test]
fn a_cut_import_that_gives_no_status_is_refused() {
    let error = linked(
        r#"(module
            (import "env" "unused" (func $unused))
            (memory (export "memory") 1)
            (func (export "decide") call $unused))"#,
    )
    .expect_err("no status");
    assert!(
        matches!(&error, LinkError::ImportNotCuttable { name } if name == "unused"),
        "{error}"
    );
}

#[test]
fn names_and_other_custom_sections_go() {
    let text = r#"(module $a_name
        (memory (export "memory") 1)
        (func $decide_name (export "decide"))
        (@custom "note" "a note"))"#;
    let bytes = link(&wat::parse_str(text).expect("test module"), &SMALL).expect("links");
    for hidden in ["a_name", "decide_name", "a note", "walrus"] {
        assert!(
            !bytes
                .windows(hidden.len())
                .any(|window| window == hidden.as_bytes()),
            "`{hidden}` is still there"
        );
    }
}

#[test]
fn garbage_is_refused() {
    assert!(matches!(
        link(b"not a module", &SMALL),
        Err(LinkError::Unreadable(_))
    ));
}

/// A name in two tables would make the order of the checks matter.
#[test]
fn no_import_is_both_kept_and_cut() {
    for row in HEADERS.imports {
        assert!(!HEADERS.cut.contains(&row.name), "{}", row.name);
    }
}
