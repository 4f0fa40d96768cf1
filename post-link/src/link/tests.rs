use walrus::Module;

use super::*;

const SMALL: Surface = Surface {
    exports: &[&[
        Row {
            name: "memory",
            reason: "the host reads it",
        },
        Row {
            name: "decide",
            reason: "decides",
        },
    ]],
    imports: &[&[Row {
        name: "clock",
        reason: "time",
    }]],
    callbacks: &["on_"],
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

/// A table of functions, as trait objects are, with one of this name that asks the host.
fn with_method(name: &str, decide: &str) -> Result<Module, LinkError> {
    linked(&format!(
        r#"(module
            (import "env" "unlisted" (func $unlisted (result i32)))
            (memory (export "memory") 1)
            (table funcref (elem ${name}))
            (func ${name} (param i32) (result i32) call $unlisted)
            (func (export "decide") (result i32) i32.const 0 {decide}))"#
    ))
}

const BY_TABLE: &str = "i32.const 0 call_indirect (param i32) (result i32)";

#[test]
fn a_method_of_the_sdk_that_nothing_calls_becomes_a_trap() {
    let name = "_ZN10proxy_wasm6traits7Context8get_time17h0123456789abcdefE";
    let module = with_method(name, BY_TABLE).expect("what it asked for goes with it");
    assert_eq!(module.imports.iter().count(), 0);
    let traps = module.funcs.iter_local().filter(|(_, function)| {
        let body = &function.block(function.entry_block()).instrs;
        matches!(body.as_slice(), [(walrus::ir::Instr::Unreachable(_), _)])
    });
    assert_eq!(traps.count(), 1);
}

#[test]
fn what_is_called_or_a_callback_or_none_of_the_sdks_keeps_its_body() {
    let called = "_ZN10proxy_wasm6traits7Context8get_time17h0123456789abcdefE";
    let callback = "_ZN10proxy_wasm6traits7Context7on_done17h0123456789abcdefE";
    let other = "_ZN10proxy_wasm9hostcalls8get_time17h0123456789abcdefE";
    for (name, decide) in [
        (called, &*format!("call ${called}")),
        (callback, BY_TABLE),
        (other, BY_TABLE),
        ("_ZN10proxy_wasm6traits7Context9", BY_TABLE),
    ] {
        let error = with_method(name, decide).expect_err("it asks for what is not listed");
        assert!(
            matches!(&error, LinkError::ImportUnknown { name, .. } if name == "unlisted"),
            "{error}"
        );
    }
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
fn a_reachable_import_that_is_not_in_the_table_is_refused() {
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
