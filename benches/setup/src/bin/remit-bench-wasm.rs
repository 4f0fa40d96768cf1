//! Times the fixed cases in wasm beside a native build, and the module as it is shipped.
//!
//! usage: `remit-bench-wasm NATIVE WASM MODULE FOLDER [--markdown]`
//!
//! NATIVE and WASM are `remit-bench-case` in two builds, MODULE is the filter. Everything is written
//! to FOLDER, the figures as `wasm.json`.

use std::env;
use std::fs;
use std::io::{IsTerminal as _, stderr};
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, bail};
use remit_bench_figures::{Form, Machine, print_budgets, said_by};
use remit_bench_setup::timing::report::{self, MODULE, Memory, NATIVE, WASM};
use remit_bench_setup::timing::{Rounds, Row, Runner};
use remit_bench_setup::{cases, requests};
use remit_tests::places;
use serde_json::json;

/// How many requests, and then how many new tokens, memory is looked at after.
const MANY: u32 = 10_000;

fn main() -> Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let (paths, form) = match arguments.as_slice() {
        [paths @ .., "--markdown"] => (paths, Form::Markdown),
        paths => (paths, Form::Columns),
    };
    let [native, wasm, module, folder] = *paths else {
        bail!("usage: remit-bench-wasm NATIVE WASM MODULE FOLDER [--markdown]");
    };
    let folder = Path::new(folder);
    let (rows, memory) = measure(native, wasm, module, folder)?;

    let mut machine = Machine::here(&places::workspace(), &["remit-engine"]);
    let node = said_by("node", &["-p", "process.versions.node"]);
    let v8 = said_by("node", &["-p", "process.versions.v8"]);
    machine
        .versions
        .extend([("node".into(), node), ("v8".into(), v8)]);
    let budgets = report::budgets(&rows);
    println!("{machine}");
    report::print(&rows, memory, form);
    println!();
    print_budgets(&budgets, form);
    let everything = json!({
        "command": "make bench-wasm",
        "machine": machine,
        "module_bytes": fs::metadata(module)?.len(),
        "rows": rows,
        "memory": memory,
        "budgets": budgets,
    });
    let text = serde_json::to_string_pretty(&everything)?;
    fs::write(folder.join("wasm.json"), text)?;
    Ok(())
}

fn measure(native: &str, wasm: &str, module: &str, folder: &Path) -> Result<(Vec<Row>, Memory)> {
    let cases_folder = folder.join("cases");
    fs::create_dir_all(&cases_folder)?;
    let mut names = Vec::new();
    for case in cases::all() {
        fs::write(cases_folder.join(&case.name), case.write()?)?;
        names.push(case.name);
    }
    let requests_file = folder.join("requests.json");
    fs::write(&requests_file, requests::for_module(MANY).to_string())?;

    let scripts = places::workspace().join("benches/wasm");
    let node = |script: &str| {
        let mut command = Command::new("node");
        command.arg("--no-warnings").arg(scripts.join(script));
        command
    };
    let mut native = Runner::start(Command::new(native).arg("serve").arg(&cases_folder))?;
    let mut wasm =
        Runner::start(node("cases.mjs").arg(wasm).arg(&cases_folder)).context("starting Node")?;
    let mut module = Runner::start(node("gateway.mjs").arg(module).arg(&requests_file))?;

    let memory = Memory {
        loaded: module.ask("memory", 0)?,
        after_requests: {
            module.ask(cases::ALLOWED, MANY)?;
            module.ask("memory", 0)?
        },
        after_tokens: {
            module.ask("new-tokens", MANY)?;
            module.ask("memory", 0)?
        },
    };
    let mut rounds = Rounds::default();
    rounds.add(NATIVE, &mut native, &names);
    rounds.add(WASM, &mut wasm, &names);
    rounds.add(MODULE, &mut module, &requests::names());
    let rows = rounds.measure(|round, rounds| {
        if stderr().is_terminal() {
            eprint!("\rround {} of {rounds} ", round + 1);
        }
    })?;
    if stderr().is_terminal() {
        eprint!("\r{:30}\r", "");
    }
    Ok((rows, memory))
}
