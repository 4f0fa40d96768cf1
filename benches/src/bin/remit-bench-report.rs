//! Prints what `cargo bench` measured and writes it to `<target>/bench/engine.json`; with
//! `--markdown`, as rows for a page.

use std::env;
use std::error::Error;
use std::fs;
use std::path::PathBuf;

use remit_bench_setup::machine::Machine;
use remit_bench_setup::table::Form;
use remit_benches::report::{PACKAGES, Rows, budgets, print};
use serde_json::json;

fn main() -> Result<(), Box<dyn Error>> {
    let form = match env::args().nth(1).as_deref() {
        None => Form::Columns,
        Some("--markdown") => Form::Markdown,
        Some(other) => return Err(format!("`{other}` is not known; there is `--markdown`").into()),
    };
    let workspace = remit_tests::places::workspace();
    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(
        || workspace.join("target"),
        |target| workspace.join(PathBuf::from(target)),
    );
    let rows = Rows::read(&target.join("criterion"));
    if rows.0.is_empty() {
        return Err("nothing was measured: run `make bench`".into());
    }
    let machine = Machine::here(&workspace, &PACKAGES);
    let budgets = budgets::budgets(&rows);
    print(&rows, &budgets, &machine, form);

    let folder = target.join("bench");
    fs::create_dir_all(&folder)?;
    let everything = json!({
        "command": "make bench",
        "machine": machine,
        "rows": rows,
        "budgets": budgets,
    });
    fs::write(
        folder.join("engine.json"),
        serde_json::to_string_pretty(&everything)?,
    )?;
    Ok(())
}
