use super::*;

fn written(text: &str) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("module.wasm");
    std::fs::write(&path, wat::parse_str(text).expect("test module")).expect("written");
    (folder, path)
}

#[test]
fn functions_that_are_imported_or_exported_are_capabilities() {
    let (_folder, path) = written(
        r#"(module
            (import "env" "proxy_log" (func))
            (import "wasi_snapshot_preview1" "fd_write" (func))
            (import "env" "a_global" (global i32))
            (memory (export "memory") 1)
            (func (export "proxy_on_configure"))
            (func (export "proxy_on_request_headers"))
            (func (export "proxy_on_delete"))
            (func $neither))"#,
    );
    let module = Module::read(&path).expect("a filter");
    let capabilities: Vec<_> = module.capabilities().collect();
    assert_eq!(
        capabilities,
        [
            "fd_write",
            "proxy_log",
            "proxy_on_configure",
            "proxy_on_delete",
            "proxy_on_request_headers"
        ]
    );
    assert!(module.path().is_absolute());
}

#[test]
fn a_module_reads_bodies_if_it_has_every_callback_for_it() {
    let callbacks = [
        "proxy_on_request_body",
        "proxy_on_request_trailers",
        "proxy_on_response_headers",
        "proxy_on_response_body",
    ];
    let module = |left_out: Option<&str>| {
        let always = [
            "proxy_on_configure",
            "proxy_on_request_headers",
            "proxy_on_delete",
        ];
        let names = always.into_iter().chain(callbacks);
        let exports: String = names
            .filter(|name| Some(*name) != left_out)
            .map(|name| format!("(func (export \"{name}\"))"))
            .collect();
        let (_folder, path) = written(&format!("(module {exports})"));
        Module::read(&path).expect("a filter")
    };
    assert!(module(None).reads_bodies());
    for callback in callbacks {
        assert!(!module(Some(callback)).reads_bodies(), "{callback}");
    }
}

/// Envoy would load it, skip the callback that is not there, and let everything pass.
#[test]
fn a_module_without_a_callback_that_decides_is_refused() {
    let (_folder, path) = written(
        r#"(module (func (export "proxy_on_configure")) (func (export "proxy_on_delete")))"#,
    );
    let error = Module::read(&path).expect_err("no request headers");
    assert!(
        matches!(
            &error,
            ModuleError::NotTheFilter {
                missing: "proxy_on_request_headers",
                ..
            }
        ),
        "{error}"
    );
}

#[test]
fn what_is_no_module_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("module.wasm");
    let missing = Module::read(&path).expect_err("nothing there");
    assert!(
        matches!(missing, ModuleError::Unreadable { .. }),
        "{missing}"
    );
    std::fs::write(&path, "text").expect("written");
    let garbage = Module::read(&path).expect_err("text");
    assert!(
        matches!(garbage, ModuleError::NotAModule { .. }),
        "{garbage}"
    );
}
