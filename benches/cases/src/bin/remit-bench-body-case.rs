//! Runs one case with a body once as often as it says, which is what callgrind watches:
//! `remit-bench-body-case count FILE`.

use std::env;
use std::error::Error;
use std::fs;

use remit_bench_cases::Case;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [command, file] = arguments.as_slice() else {
        return Err("usage: remit-bench-body-case count FILE".into());
    };
    if command != "count" {
        return Err("usage: remit-bench-body-case count FILE".into());
    }
    let case = Case::read(&fs::read(file)?)?;
    let runs = case.runs;
    case.prepare_body()?.run(runs);
    Ok(())
}
